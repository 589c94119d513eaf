"""Objects that controllers make: many of one shape, of which one is defaulted and validated.

Two Pods of a template differ in names alone. What the API server fills in and looks for is the same
in both, as long as each name is an ordinary label; so the second takes over what the first was
given. An object that was refused, or with a name that is no ordinary label, is never remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

Object = Any
Shape = tuple[Any, ...]

MOST = 1024  # shapes kept; then it starts anew

_NAME = re.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_VALUE = re.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_known: dict[Shape, Object] = {}  # the first of each shape, with all defaults


def shape_of(obj: Object) -> Shape | None:
    """What `obj` has in common with others but for names; None where that cannot be told."""
    without, meta = _WITHOUT_NAMES.get(obj.kind), obj.metadata
    if without is None or not _is_plain(meta.name) or meta.resourceVersion is not None:
        return None
    if (obj.kind == "PersistentVolume") is not (meta.namespace is None):
        return None
    labels = meta.labels or {}
    if not all(map(_VALUE.fullmatch, labels.values())):
        return None
    spec = without(obj.spec)
    if spec is None:
        return None
    notes = tuple((meta.annotations or {}).items())
    return obj.kind, meta.namespace, tuple(labels), notes, msgspec.json.encode(spec)


def known(shape: Shape | None, obj: Object) -> Object | None:
    """`obj` with all defaults, where one of its shape has been accepted before."""
    like = _known.get(shape) if shape is not None else None
    if like is None:
        return None
    return replace(obj, spec=_WITH_NAMES[obj.kind](like.spec, obj.spec), status=like.status)


def learn(shape: Shape | None, accepted: Object) -> None:
    """Remember the defaults of an object that was accepted."""
    if shape is not None:
        if len(_known) >= MOST:
            _known.clear()
        _known[shape] = accepted


def _is_plain(name: str | None) -> bool:
    return name is not None and _NAME.fullmatch(name) is not None


# -- names out, names in --------------------------------------------------------------------------


def _pod_without(spec: Any) -> Any:
    volumes = []
    for volume in spec.volumes or ():
        claim = volume.persistentVolumeClaim
        if claim is not None:
            if not _is_plain(claim.claimName):
                return None
            volume = replace(volume, persistentVolumeClaim=replace(claim, claimName="x"))
        volumes.append(volume)
    return None if not _is_plain(spec.hostname) else replace(spec, hostname="x", volumes=volumes)


def _pod_with(spec: Any, own: Any) -> Any:
    volumes = [
        new if new.persistentVolumeClaim else full
        for full, new in zip(spec.volumes or (), own.volumes or (), strict=True)
    ]
    return replace(spec, hostname=own.hostname, volumes=volumes or None)


def _volume_without(spec: Any) -> Any:
    if spec.csi is None or not _is_plain(spec.csi.volumeHandle):
        return None
    return replace(spec, claimRef=None, csi=replace(spec.csi, volumeHandle="x"))


def _volume_with(spec: Any, own: Any) -> Any:
    return replace(spec, claimRef=own.claimRef, csi=own.csi)


_WITHOUT_NAMES: dict[str, Callable[[Any], Any]] = {
    "Pod": _pod_without,
    "PersistentVolume": _volume_without,
    "PersistentVolumeClaim": lambda spec: spec,
}
_WITH_NAMES: dict[str, Callable[[Any, Any], Any]] = {
    "Pod": _pod_with,
    "PersistentVolume": _volume_with,
    "PersistentVolumeClaim": lambda spec, _: spec,
}
