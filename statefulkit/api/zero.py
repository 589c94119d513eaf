"""Go's zero values: what a field that a manifest leaves out is to a server written in Go.

A required field that is missing is no decoding error there. It is `""`, `0` or an empty list, and
validation says what is wrong with that, or nobody does: a StatefulSet's template is not looked at
until a Pod is made of it (S4).
"""

from __future__ import annotations

from functools import cache
from typing import Any, get_args, get_origin

import msgspec

from statefulkit.api.schema import plain

_KEPT_ABSENT = ("selector",)  # a pointer in Go: absent differs from empty (X3)

_Plan = tuple[tuple[str, Any, bool, bool, bool], ...]  # field, struct, in a list, required, bare


def fill(struct: Any, doc: dict[str, Any]) -> None:
    """Give `doc`, in place, a zero value for each field that `struct` requires and it lacks."""
    for name, inner, many, required, bare in _plan(struct):
        value = doc.get(name)
        if value is None:
            if not required or (name in _KEPT_ABSENT and inner is not None):
                continue
            value = doc[name] = _zero(struct, name)
        if bare or inner is None:
            continue
        if many:
            for i, item in enumerate(value):
                if item is None:
                    item = value[i] = {}
                fill(inner, item)
        else:
            fill(inner, value)


def _zero(struct: Any, name: str) -> Any:
    hint = plain({f.encode_name: f.type for f in msgspec.structs.fields(struct)}[name])[0]
    origin = get_origin(hint) or hint
    if origin is list:
        return []
    if origin is dict or issubclass(origin, msgspec.Struct):
        return {}
    return origin() if origin in (str, int, float, bool) else None


@cache
def _plan(struct: Any) -> _Plan:
    """The fields worth a look: those required, and those that hold structs."""
    found = []
    for field in msgspec.structs.fields(struct):
        hint = plain(field.type)[0]
        many = get_origin(hint) is list
        item = (get_args(hint) or (Any,))[0] if many else hint
        inner = item if isinstance(item, type) and issubclass(item, msgspec.Struct) else None
        if inner is not None or field.required:
            found.append((field.encode_name, inner, many, field.required, inner is None))
    return tuple(found)
