#!/usr/bin/env bash
# Install Debian's Chromium where it is missing and apt may be used; else say what to do.
set -u
command -v chromium >/dev/null && exit 0
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  echo "Installing Chromium for the browser tests …"
  as_root apt-get update -qq </dev/null &&
    as_root apt-get install -y -qq --no-install-recommends chromium </dev/null >/dev/null && exit 0
fi
echo "The browser tests need Chromium and will fail: install it, on Debian with 'apt-get install chromium'." >&2
exit 0
