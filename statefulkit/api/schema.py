"""Strict decoding: unknown fields and wrong types are refused with their paths."""

from __future__ import annotations

import re
import types
from datetime import datetime
from functools import cache
from typing import Any, Union, get_args, get_origin

import msgspec

from statefulkit.api.errors import BadRequest
from statefulkit.quantity import number

_NAMES = {
    str: "string",
    bool: "bool",
    list: "array",
    dict: "object",
    float: "number",
    int: "number",
    type(None): "null",
}
_QUANTITIES = (
    "requests", "limits", "capacity", "allocatable", "allocatedResources", "overhead",
)  # fmt: skip
_BYTES = {"Secret": "data", "ConfigMap": "binaryData"}  # fields that hold base64
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=\r\n]")
_SHORT_QUANTITY = re.compile(r"[-+0-9.]{1,64}([eE][-+]?[0-9]{1,3}|[A-Za-z]{0,2})")
_FREE_MAPS = ("ControllerRevision.data", "ManagedFieldsEntry.fieldsV1")


def check(kind: Any, doc: dict[str, Any]) -> None:
    """Hold a document against the kind's type.

    Raises:
        BadRequest: naming each unknown field, or the first wrong type, with its path.
    """
    if why := problem(kind, doc):
        raise BadRequest(
            f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}: {why}'
        )


def problem(kind: Any, doc: Any) -> str:
    """What keeps a document from being read as the kind's type; empty where nothing does."""
    unknown: list[str] = []
    if not isinstance(doc, dict):
        return f"json: cannot unmarshal {_NAMES.get(type(doc), 'null')}"
    try:
        _walk(kind.type, doc, "", "", unknown)
        if kind.name in _BYTES:
            for text in (doc.get(_BYTES[kind.name]) or {}).values():
                _base64(text or "")
    except _WrongTypeError as error:
        return str(error)
    found = ", ".join(f'unknown field "{path}"' for path in unknown)
    return f"strict decoding error: {found}" if unknown else ""


class _WrongTypeError(Exception):
    """A value that does not fit its field."""


@cache
def _fields(struct: Any) -> dict[str, Any]:
    return {f.encode_name: f.type for f in msgspec.structs.fields(struct)}


@cache
def _quantities(struct: Any) -> frozenset[str]:
    """The fields that hold one quantity each; lightkube's types call them text."""
    return frozenset(n for n, hint in struct.__annotations__.items() if "Quantity" in str(hint))


@cache
def plain(hint: Any) -> tuple[Any, ...]:
    """The types that a hint allows, None left out."""
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(a for a in get_args(hint) if a is not type(None))
    return (hint,)


def _walk(hint: Any, value: Any, path: str, owner: str, unknown: list[str]) -> None:
    if value is None:
        return
    allowed = plain(hint)
    if allowed == (Any,):
        return
    for wanted in allowed:
        origin = get_origin(wanted) or wanted
        if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
            _expect(value, dict, path, owner)
            _struct(origin, value, path, unknown)
            return
        if origin is list:
            _expect(value, list, path, owner)
            (item,) = get_args(wanted) or (Any,)
            for i, each in enumerate(value):
                if each is None and plain(item)[0] in (str, int, float, bool):
                    raise _wrong(each, _go(owner, f"{path}[{i}]"), _expected(plain(item), path))
                _walk(item, each, f"{path}[{i}]", owner, unknown)
            return
        if origin is dict:
            _expect(value, dict, path, owner)
            _map(value, path, owner)
            return
    _scalar(allowed, value, path, owner)


def _struct(struct: Any, value: dict[str, Any], path: str, unknown: list[str]) -> None:
    fields = _fields(struct)
    for name, child in value.items():
        inner = f"{path}.{name}" if path else name
        if name in _quantities(struct):
            if child is not None:
                _quantity(child, inner)
        elif name in fields:
            _walk(fields[name], child, inner, struct.__name__, unknown)
        else:
            unknown.append(inner)


def _map(value: dict[str, Any], path: str, owner: str) -> None:
    """A map of quantities, of times, or, as nearly all are, of text."""
    name = path.rsplit(".", 1)[-1]
    if f"{owner}.{name}" in _FREE_MAPS:
        return
    for key, each in value.items():
        where = f"{path}.{key}"
        if name in _QUANTITIES and each is not None:
            _quantity(each, where)
        elif not isinstance(each, str | None):
            raise _wrong(each, _go(owner, path), "string")  # Go does not name the key
        elif name == "disruptedPods" and each is not None:
            _time(each, where)


def _quantity(value: Any, path: str) -> None:
    if not isinstance(value, bool) and _SHORT_QUANTITY.fullmatch(str(value)):
        try:
            number(value)
            return
        except ValueError:
            pass
    raise _WrongTypeError(
        f"quantities must match the regular expression "
        f"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (in {path})"
    )


def _scalar(allowed: tuple[Any, ...], value: Any, path: str, owner: str) -> None:
    if isinstance(value, bool):
        fits = bool in allowed
    elif isinstance(value, int):
        fits = int in allowed or float in allowed
        if fits and not -(2**63) <= value < 2**63:
            raise _wrong(value, _go(owner, path), "int64", literal=True)
        if fits and int in allowed and not _is_long(path) and not -(2**31) <= value < 2**31:
            raise _wrong(value, _go(owner, path), "int32", literal=True)
    elif isinstance(value, float):
        fits = float in allowed
    elif isinstance(value, str):
        fits = str in allowed
        if datetime in allowed:
            _time(value, path)
            return
    else:
        fits = False
    if not fits:
        literal = isinstance(value, float)
        raise _wrong(value, _go(owner, path), _expected(allowed, path), literal=literal)


def _base64(text: str) -> None:
    found = _NO_BASE64.search(text)
    if found or len(text.rstrip("\r\n")) % 4:
        raise _WrongTypeError(
            f"illegal base64 data at input byte {found.start() if found else len(text)}"
        )


def _time(value: str, path: str) -> None:
    try:
        zone = msgspec.convert(value, datetime).tzinfo
    except msgspec.ValidationError:
        zone = None
    if zone is None:
        raise _WrongTypeError(
            f'parsing time "{value}" as "2006-01-02T15:04:05Z07:00" (in {path})'
        ) from None


def _is_long(path: str) -> bool:
    """The API's 64-bit integers."""
    return path.endswith(("Seconds", "generation", "observedGeneration", "revision"))


def _expected(allowed: tuple[Any, ...], path: str) -> str:
    if int in allowed and str in allowed:
        return "intstr.IntOrString"
    names = {int: "int64" if _is_long(path) else "int32", str: "string", bool: "bool"}
    return names.get(allowed[0], "string")


def _expect(value: Any, wanted: type, path: str, owner: str) -> None:
    if not isinstance(value, wanted):
        raise _wrong(value, _go(owner, path), "object" if wanted is dict else "array")


def _go(owner: str, path: str) -> str:
    return f"{owner}.{path}" if owner else path


def _wrong(value: Any, where: str, wanted: str, *, literal: bool = False) -> _WrongTypeError:
    name = _NAMES.get(type(value), type(value).__name__)
    shown = f"number {value}" if literal else name
    return _WrongTypeError(
        f"json: cannot unmarshal {shown} into Go struct field {where} of type {wanted}"
    )
