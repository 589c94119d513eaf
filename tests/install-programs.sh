#!/usr/bin/env bash
# Install Debian's Chromium, dig and Graphviz where they are missing and apt may be used; else say what to do.
set -u
declare -A packages=([chromium]=chromium [dig]=bind9-dnsutils [dot]=graphviz)
missing=()
for program in "${!packages[@]}"; do
  command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
[ ${#missing[@]} = 0 ] && exit 0
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  echo "Installing ${missing[*]} for the tests …"
  as_root apt-get update -qq </dev/null &&
    as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null && exit 0
fi
echo "Some tests will fail without these: install them, on Debian with 'apt-get install ${missing[*]}'." >&2
exit 0
