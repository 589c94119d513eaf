"""What `kubectl apply` makes of an object: a patch out of three documents (K9).

kubectl compares what is there with the new manifest, and the manifest that was applied last with the
new one: the first says what to change, the second what to take away. The server merges the patch.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from statefulkit.api.patch import go, merge_keys, no_merge_key, strategic_merge_patch

Doc = dict[str, Any]


def apply_patch(kind: Any, last: Any, live: Doc, wanted: Doc) -> Any:
    """The live object as `kubectl apply` leaves it; `last` is the manifest that was applied last.

    Raises:
        As `strategic_merge_patch`.
    """
    patch = _difference(last, live, wanted, merge_keys(kind))
    return strategic_merge_patch(kind, live, patch)


def _difference(
    last: Any, live: Doc, wanted: Doc, keys: dict[str, str], *, union: bool = False
) -> Doc:
    """The patch of a map; of a `union`, fields that it does not name go."""
    was = last if isinstance(last, dict) else {}
    patch: Doc = {name: None for name in was if name not in wanted}
    for name, value in wanted.items():
        patch |= _field(name, was.get(name), live.get(name), value, keys)
    if union and (patch or live.keys() - wanted.keys()):
        patch["$retainKeys"] = [name for name, value in wanted.items() if value is not None]
    return patch


def _field(name: str, last: Any, live: Any, wanted: Any, keys: dict[str, str]) -> Doc:
    if isinstance(wanted, dict) and isinstance(live, dict):
        below = _difference(last, live, wanted, keys, union=name == "strategy")
        return {name: below} if below else {}
    if isinstance(wanted, list) and isinstance(live, list) and live:
        was = last if isinstance(last, list) else []
        if name == "finalizers":
            return _texts(name, was, live, wanted)
        if name in keys:
            return _items(name, was, live, wanted, keys)
    return {} if wanted == live else {name: wanted}


def _texts(name: str, last: list[Any], live: list[Any], wanted: list[Any]) -> Doc:
    new, gone = [v for v in wanted if v not in live], [v for v in last if v not in wanted]
    patch: Doc = {f"$setElementOrder/{name}": wanted}
    if new:
        patch[name] = new
    if gone:
        patch[f"$deleteFromPrimitiveList/{name}"] = gone
    return patch if new or gone or wanted != live else {}


def _items(
    name: str, last: list[Any], live: list[Any], wanted: list[Any], keys: dict[str, str]
) -> Doc:
    key = keys[name]
    before, now, then = (_numbered(items, key) for items in (last, live, wanted))
    patch = []
    for number, item in then.items():
        below = item
        if number in now:
            was = before.get(number)
            below = _difference(was, now[number], item, keys, union=name == "volumes")
        if below:
            patch.append(below | {key: item[key]})
    gone = [{key: item[key], "$patch": "delete"} for n, item in before.items() if n not in then]
    if not patch and not gone and now.keys() == then.keys() and list(now) == list(then):
        return {}
    order = {f"$setElementOrder/{name}": [{key: item[key]} for item in wanted]}
    return order | ({name: [*patch, *gone]} if patch or gone else {})


def _numbered(items: list[Any], key: str) -> dict[tuple[str, int], Doc]:
    """Items by their merge key and a number: a Service may have one port for TCP and for UDP."""
    seen: Counter[str] = Counter()
    found = {}
    for item in items:
        if not isinstance(item, dict) or key not in item:
            raise no_merge_key(item, key)
        name = go(item[key])
        found[name, seen[name]] = item
        seen[name] += 1
    return found
