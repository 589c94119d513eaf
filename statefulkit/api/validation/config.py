"""ConfigMaps and Secrets: keys that can be file names, and at most 1 MiB of data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from statefulkit.api.errors import Cause, forbidden, invalid, required

Doc = dict[str, Any]

LARGEST = 2**20
_KEY_TEXT = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
    "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_IMMUTABLE = "field is immutable when `immutable` is set"
_NEEDED = {  # keys that a type of Secret cannot do without
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
}


def config_map(doc: Doc, old: Doc | None) -> list[Cause]:
    """A ConfigMap's data."""
    return [
        *_keys(doc, "data", "binaryData"),
        *_size(
            len(str(v).encode())
            for f in ("data", "binaryData")
            for v in (doc.get(f) or {}).values()
        ),
        *(_kept(doc, old, "data", "binaryData") if old else ()),
    ]


def secret(doc: Doc, old: Doc | None) -> list[Cause]:
    """A Secret's data and type, which stays."""
    has = doc.get("data") or {}
    causes = [*_keys(doc, "data"), *_size(_decoded(v or "") for v in has.values())]
    causes += [
        required(f"data[{key}]") for key in _NEEDED.get(doc.get("type", ""), ()) if key not in has
    ]
    if old is None:
        return causes
    if doc.get("type") != old.get("type"):
        causes.append(invalid("type", doc.get("type"), "field is immutable"))
    return causes + list(_kept(doc, old, "data"))


def _keys(doc: Doc, *fields: str) -> Iterator[Cause]:
    for key in doc.get("data") or {}:
        if key in (doc.get("binaryData") or {}):
            yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    for field in fields:
        for key in doc.get(field) or {}:
            if len(key) > 253:
                yield invalid(f"{field}[{key}]", key, "must be no more than 253 characters")
            if not re.fullmatch("[-._a-zA-Z0-9]+", key):
                yield invalid(f"{field}[{key}]", key, _KEY_TEXT)
            elif key in (".", "..") or key.startswith(".."):
                yield invalid(f"{field}[{key}]", key, "must not start with '..'")


def _decoded(base64: str) -> int:
    """How many bytes a text in base64 stands for."""
    return 3 * len(base64) // 4 - base64.count("=")


def _size(sizes: Iterable[int]) -> Iterator[Cause]:
    if sum(sizes) > LARGEST:
        yield Cause("", "FieldValueTooLong", f"Too long: may not be more than {LARGEST} bytes")


def _kept(doc: Doc, old: Doc, *fields: str) -> Iterator[Cause]:
    if not old.get("immutable"):
        return
    if not doc.get("immutable"):
        yield forbidden("immutable", _IMMUTABLE)
    for field in fields:
        if (doc.get(field) or {}) != (old.get(field) or {}):
            yield forbidden(field, _IMMUTABLE)
