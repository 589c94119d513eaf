"""Environment variables: their names and where their values come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from statefulkit.api.errors import Cause, invalid, required, unsupported

Doc = dict[str, Any]

_FROM = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELDS = (  # what a variable may take from its Pod
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_OTHER_FIELDS = ("metadata.annotations", "metadata.labels", "spec.restartPolicy",
                 "spec.schedulerName", "status.phase")  # fmt: skip
_SUBSCRIPT = re.compile(r"metadata\.(annotations|labels)\['[^']+'\]")
_RESOURCES = re.compile(r"(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)")
_NAME_TEXT = (
    "a valid environment variable name must consist only of printable ASCII characters "
    "other than '='"
)


def variables(container: Doc, path: str) -> Iterator[Cause]:
    """The `env` and `envFrom` of a container at `path`."""
    for i, env in enumerate(container.get("env") or []):
        where = f"{path}.env[{i}]"
        if not env.get("name"):
            yield required(f"{where}.name")
        else:
            yield from _name(f"{where}.name", env["name"])
        if env.get("valueFrom") is not None:
            yield from _value_from(env, f"{where}.valueFrom")
    for i, source in enumerate(container.get("envFrom") or []):
        yield from _all_of(source, f"{path}.envFrom", i)


def _name(path: str, name: str) -> Iterator[Cause]:
    if not re.fullmatch("[ -<>-~]+", name):
        yield invalid(path, name, _NAME_TEXT)


def _value_from(env: Doc, path: str) -> Iterator[Cause]:
    source = env["valueFrom"]
    named = [f for f in _FROM if source.get(f) is not None]
    if not named:
        yield invalid(path, "", "must specify one of: " + ", ".join(f"`{f}`" for f in _FROM))
    elif env.get("value"):
        yield invalid(path, "", "may not be specified when `value` is not empty")
    elif len(named) > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")
    for field in ("configMapKeyRef", "secretKeyRef"):
        if field in named:
            yield from (
                required(f"{path}.{field}.{part}")
                for part in ("name", "key")
                if not source[field].get(part)
            )
    if "fieldRef" in named:
        yield from _field(source["fieldRef"].get("fieldPath"), f"{path}.fieldRef.fieldPath")
    if "resourceFieldRef" in named:
        where, name = (
            f"{path}.resourceFieldRef.resource",
            source["resourceFieldRef"].get("resource"),
        )
        if not name:
            yield required(where)
        elif not _RESOURCES.fullmatch(name):
            yield unsupported(where, name, ("limits.cpu", "limits.memory", "requests.cpu"))


def _field(field: str | None, path: str) -> Iterator[Cause]:
    if not field:
        yield required(path)
    elif field in _OTHER_FIELDS:
        yield unsupported(path, field, _FIELDS)
    elif field not in _FIELDS and not _SUBSCRIPT.fullmatch(field):
        why = f"error converting fieldPath: field label not supported: {field}"
        yield invalid(path, field, why)


def _all_of(source: Doc, path: str, i: int) -> Iterator[Cause]:
    if source.get("prefix"):
        yield from _name(f"{path}[{i}].prefix", source["prefix"])
    named = [f for f in ("configMapRef", "secretRef") if source.get(f) is not None]
    for field in named:
        if not source[field].get("name"):
            yield required(f"{path}[{i}].{field}.name")
    if not named:
        yield invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
    elif len(named) > 1:
        yield invalid(path, "", "may not have more than one field specified at a time")
