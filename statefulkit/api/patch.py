"""The API's three ways to patch, and what `kubectl apply` makes of them."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from lightkube.models.meta_v1 import StatusDetails

from statefulkit.api.errors import BadRequest, Invalid, Unexpected

_MERGE_KEYS = {  # a list's merge key, by the list's name
    "containers": "name",
    "initContainers": "name",
    "volumes": "name",
    "env": "name",
    "imagePullSecrets": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "ownerReferences": "uid",
    "conditions": "type",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
}


def merge_patch(doc: Any, patch: Any) -> Any:
    """JSON merge patch, RFC 7386: maps merge, null removes, all else replaces.

    Raises:
        BadRequest, Invalid: where the patch would make another object of an object.
    """
    return _same_object(doc, _merge(doc, patch))


def _merge(doc: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return deepcopy(patch)
    found = dict(doc) if isinstance(doc, dict) else {}
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = _merge(found.get(key), value)
    return found


def strategic_merge_patch(kind: Any, doc: Any, patch: Any) -> Any:
    """Kubernetes' merge patch: lists with a merge key are merged item by item.

    Raises:
        Unexpected: where an item of such a list lacks its merge key.
        BadRequest, Invalid: where the patch would make another object of an object.
    """
    return _same_object(doc, _strategic(doc, patch, _keys_of(kind)))


def _keys_of(kind: Any) -> dict[str, str]:
    return _MERGE_KEYS | {"ports": "port" if kind.name == "Service" else "containerPort"}


def _same_object(doc: Any, patched: Any) -> Any:
    """The patched object, which must be the one that the request named."""
    if not isinstance(doc, dict) or not {"kind", "metadata"} <= doc.keys():
        return patched
    if not isinstance(patched, dict):
        raise BadRequest("error decoding patch: a patch must leave an object")
    for field in ("apiVersion", "kind"):
        if patched.get(field) != doc.get(field):
            raise Invalid.patched(patched, f"{field} of an object cannot be patched")
    meta = patched.get("metadata")
    for field in ("name", "namespace"):
        new, old = (
            meta.get(field, "") if isinstance(meta, dict) else "",
            doc["metadata"].get(field, ""),
        )
        if new != old:
            raise BadRequest(
                f"the {field} of the object ({new}) does not match the {field} on the URL ({old})"
            )
    return patched


def _strategic(doc: Any, patch: Any, keys: dict[str, str]) -> Any:
    if not isinstance(patch, dict):
        return deepcopy(patch)
    directive = patch.get("$patch")
    if directive == "delete":
        return None
    found = dict(doc) if isinstance(doc, dict) and directive != "replace" else {}
    if isinstance(patch.get("$retainKeys"), list):
        found = {k: v for k, v in found.items() if k in patch["$retainKeys"]}
    for name, value in patch.items():
        if name.startswith("$deleteFromPrimitiveList/"):
            name = name.partition("/")[2]
            gone = value if isinstance(value, list) else []
            found[name] = [v for v in found.get(name) or [] if v not in gone]
        elif name.startswith("$"):
            continue
        elif value is None or (isinstance(value, dict) and value.get("$patch") == "delete"):
            found.pop(name, None)
        elif isinstance(value, list) and name in keys:
            found[name] = _merge_list(found.get(name) or [], value, name, keys)
        elif isinstance(value, list) and name == "finalizers":
            have = found.get(name) or []
            found[name] = have + [v for i, v in enumerate(value) if v not in [*have, *value[:i]]]
        else:
            found[name] = _strategic(found.get(name), value, keys)
    return found


def _merge_list(have: list[Any], patch: list[Any], name: str, keys: dict[str, str]) -> list[Any]:
    key = keys[name]
    if {"$patch": "replace"} in patch:
        return [deepcopy(p) for p in patch if p != {"$patch": "replace"}]
    found = list(have)
    for item in patch:
        if not isinstance(item, dict) or key not in item:
            raise Unexpected(f"map: {_go(item)} does not contain declared merge key: {key}")
        at = next((i for i, h in enumerate(found) if h.get(key) == item[key]), None)
        if item.get("$patch") == "delete":
            found = [h for h in found if h.get(key) != item[key]]
        elif at is None:
            found.append(_strategic({}, item, keys))
        else:
            found[at] = _strategic(found[at], item, keys)
    return found


def _go(value: Any) -> str:
    """A value as Go prints it: `map[image:nginx]`."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{k}:{_go(v)}' for k, v in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(_go, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def json_patch(doc: Any, operations: Any) -> Any:
    """JSON patch, RFC 6902.

    Raises:
        BadRequest: where it is no list of operations.
        Invalid: where an operation cannot be done: its path does not exist, its test fails.
    """
    if not isinstance(operations, list):
        raise BadRequest("error decoding patch: json: a JSON patch is a list of operations")
    was = doc
    for op in operations:
        if not isinstance(op, dict):
            raise BadRequest(f"error decoding patch: {op} is no operation with op and path")
        doc = _operate(doc, op)
    return _same_object(was, doc)


def _operate(doc: Any, op: dict[str, Any]) -> Any:
    match op.get("op"):
        case "add":
            return _put(doc, _path(op), deepcopy(op.get("value")), insert=True)
        case "replace":
            _find(doc, _path(op))
            return _put(doc, _path(op), deepcopy(op.get("value")), insert=False)
        case "remove":
            return _cut(doc, _path(op))
        case "test":
            if _find(doc, _path(op)) != op.get("value"):
                raise _refused()
            return doc
        case "move":
            value = _find(doc, _path(op, "from"))
            return _put(_cut(doc, _path(op, "from")), _path(op), value, insert=True)
        case "copy":
            return _put(doc, _path(op), deepcopy(_find(doc, _path(op, "from"))), insert=True)
    raise _refused()


def _path(op: dict[str, Any], name: str = "path") -> list[str]:
    text = op.get(name)
    if not isinstance(text, str) or not (text == "" or text.startswith("/")):
        raise _refused()
    parts = text.split("/")[1:]
    return [p.replace("~1", "/").replace("~0", "~") for p in parts]


def _refused() -> Invalid:
    text = "the server rejected our request due to an error in our request"
    return Invalid(text, text=f"The request is invalid: {text}", details=StatusDetails())


def _index(node: list[Any], step: str, *, end: bool = False) -> int:
    if end and step == "-":
        return len(node)
    if not re.fullmatch("0|[1-9][0-9]{0,8}", step) or int(step) > len(node) - (0 if end else 1):
        raise _refused()
    return int(step)


def _find(doc: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(doc, list):
            doc = doc[_index(doc, step)]
        elif isinstance(doc, dict) and step in doc:
            doc = doc[step]
        else:
            raise _refused()
    return doc


def _put(doc: Any, path: list[str], value: Any, *, insert: bool) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(doc, list):
        at = _index(doc, step, end=insert and not rest)
        if rest:
            return [*doc[:at], _put(doc[at], rest, value, insert=insert), *doc[at + 1 :]]
        return [*doc[:at], value, *doc[at if insert else at + 1 :]]
    if not isinstance(doc, dict) or (rest and step not in doc):
        raise _refused()
    return doc | {step: _put(doc.get(step), rest, value, insert=insert)}


def _cut(doc: Any, path: list[str]) -> Any:
    if not path:
        raise _refused()
    _find(doc, path)
    step, rest = path[0], path[1:]
    if isinstance(doc, list):
        at = _index(doc, step)
        return [*doc[:at], *([_cut(doc[at], rest)] if rest else []), *doc[at + 1 :]]
    if rest:
        return doc | {step: _cut(doc[step], rest)}
    return {k: v for k, v in doc.items() if k != step}


def apply_patch(kind: Any, last: Any, live: Any, wanted: Any) -> Any:
    """What `kubectl apply` makes of an object: `wanted` merged into `live`, without what only
    `last`, the former manifest, asked for (K9)."""
    keys = _keys_of(kind)
    return _same_object(live, _strategic(live, _with_removals(last, wanted, keys), keys))


def _with_removals(last: Any, wanted: Any, keys: dict[str, str]) -> Any:
    """The wanted document with a null for each field that the last one had and it has not."""
    if not isinstance(wanted, dict) or not isinstance(last, dict):
        return wanted
    patch = {k: None for k in last if k not in wanted}
    for name, value in wanted.items():
        patch |= _removals_in(name, last.get(name), value, keys)
    return patch


def _removals_in(name: str, last: Any, wanted: Any, keys: dict[str, str]) -> dict[str, Any]:
    if name == "finalizers" and isinstance(last, list) and isinstance(wanted, list):
        gone = [f for f in last if f not in wanted]
        return {name: wanted} | ({f"$deleteFromPrimitiveList/{name}": gone} if gone else {})
    key = keys.get(name)
    if not (key and isinstance(last, list) and isinstance(wanted, list)):
        return {name: _retaining(name == "strategy", last, wanted, keys)}
    before = {item.get(key): item for item in last if isinstance(item, dict)}
    now = {item.get(key) for item in wanted if isinstance(item, dict)}
    gone_items = [{key: k, "$patch": "delete"} for k in before if k not in now]
    kept = [
        _retaining(name == "volumes", before.get(item.get(key)), item, keys)
        for item in wanted
        if isinstance(item, dict)
    ]
    return {name: kept + gone_items}


def _retaining(union: bool, last: Any, wanted: Any, keys: dict[str, str]) -> Any:
    """A patch of one field; a `union` that changed keeps no key it does not name."""
    patch = _with_removals(last, wanted, keys)
    if union and isinstance(patch, dict) and last is not None and last != wanted:
        patch = patch | {"$retainKeys": list(wanted)}
    return patch
