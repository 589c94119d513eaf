"""The API's three ways to patch."""

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
        Unexpected: where an item of such a list lacks its merge key, or for a wrong directive.
        BadRequest, Invalid: where the patch would make another object of an object.
    """
    return _same_object(doc, _strategic(doc, patch, merge_keys(kind)))


def merge_keys(kind: Any) -> dict[str, str]:
    """The merge keys of a kind's lists, by the lists' names."""
    if kind.name == "EndpointSlice":  # its ports are replaced
        return _MERGE_KEYS
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
        return {}
    if directive not in (None, "replace"):
        raise Unexpected(f"unknown patch type: {directive} in map: {go(patch)}")
    before = _retained(doc if isinstance(doc, dict) and directive != "replace" else {}, patch)
    found = dict(before)
    for name, value in patch.items():
        if name.startswith("$deleteFromPrimitiveList/"):
            name = name.partition("/")[2]
            gone = value if isinstance(value, list) else []
            found[name] = [v for v in found.get(name) or [] if v not in gone]
        elif name.startswith("$"):
            continue
        elif value is None:
            found.pop(name, None)
        elif isinstance(value, list) and name in keys:
            found[name] = _merge_list(found.get(name) or [], value, keys[name], keys)
        elif isinstance(value, list) and name == "finalizers":
            have = found.get(name) or []
            both = have + [v for i, v in enumerate(value) if v not in [*have, *value[:i]]]
            found[name] = _ordered(both, value, have)
        else:
            found[name] = _strategic(found.get(name), value, keys)
    for name in [
        n for n in found if f"$setElementOrder/{n}" in patch and n in (*keys, "finalizers")
    ]:
        order = patch[f"$setElementOrder/{name}"]
        _check_order(patch.get(name) or [], order, keys.get(name, ""))
        found[name] = _ordered(found[name], order, before.get(name) or [], keys.get(name, ""))
    return found


def _check_order(patch: list[Any], order: Any, key: str) -> None:
    """Refuse items of a patch that `$setElementOrder` does not name, or in another order."""
    if not isinstance(order, list) or (key and not all(isinstance(o, dict) for o in order)):
        raise BadRequest("invalid patch format of setElementOrder list")
    left = iter(o.get(key) if key else o for o in order)
    for item in patch:
        if key and "$patch" in item:
            continue
        if (item[key] if key else item) not in left:
            raise Unexpected(
                f"The order in patch list:\n{go(patch)}\n doesn't match $setElementOrder list:\n{go(order)}\n"
            )


def _retained(doc: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """The document with the fields that `$retainKeys` names, if it is there."""
    kept = patch.get("$retainKeys")
    if kept is None:
        return doc
    set_ = [k for k, v in patch.items() if v is not None and not k.startswith("$")]
    if not isinstance(kept, list) or any(k not in kept for k in set_):
        raise BadRequest("invalid patch format of retainKeys")
    return {k: v for k, v in doc.items() if k in kept}


def _merge_list(have: list[Any], patch: list[Any], key: str, keys: dict[str, str]) -> list[Any]:
    for item in patch:
        if not isinstance(item, dict) or (key not in item and item.get("$patch") != "replace"):
            raise no_merge_key(item, key)
    named = [item for item in patch if "$patch" not in item]
    if any(item.get("$patch") == "replace" for item in patch):
        return deepcopy(named)
    gone = [item[key] for item in patch if "$patch" in item]
    found = [h for h in have if h.get(key) not in gone]
    for item in named:
        at = next((i for i, h in enumerate(found) if h.get(key) == item[key]), None)
        if at is None:
            found.append(_strategic({}, item, keys))
        else:
            found[at] = _strategic(found[at], item, keys)
    return _ordered(found, named, have, key)


def _ordered(items: list[Any], first: list[Any], before: list[Any], key: str = "") -> list[Any]:
    """The items of a merged list as the API orders them: those of `first` in its order.

    Another one stays in front of those that it was in front of `before`.
    """

    def place(item: Any, among: list[Any]) -> int:
        wanted = item.get(key) if key else item
        return next((i for i, a in enumerate(among) if (a.get(key) if key else a) == wanted), -1)

    named = sorted((i for i in items if place(i, first) >= 0), key=lambda i: place(i, first))
    others = [i for i in items if place(i, first) < 0]
    found = []
    while named and others:
        in_front = -1 < place(others[0], before) < place(named[0], before)
        found.append((others if in_front else named).pop(0))
    return [*found, *named, *others]


def no_merge_key(item: Any, key: str) -> Unexpected:
    """An item of a merged list that does not say which one it is."""
    return Unexpected(f"map: {go(item)} does not contain declared merge key: {key}")


def go(value: Any) -> str:
    """A value as Go prints it: `map[image:nginx]`."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{k}:{go(v)}' for k, v in sorted(value.items()))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(go, value))}]"
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
