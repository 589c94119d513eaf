"""A Pod's volumes: each has a name and one source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statefulkit.api.errors import Cause, duplicate, forbidden, invalid, required, unsupported
from statefulkit.api.validation.meta import label, subdomain
from statefulkit.quantity import number

Doc = dict[str, Any]

_ORDER = (  # the server looks at sources in this order, and forbids each but the first
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs",
    "iscsi", "glusterfs", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "flocker",
    "downwardAPI", "fc", "flexVolume", "configMap", "azureFile", "vsphereVolume", "quobyte",
    "azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO", "projected", "storageos",
    "csi", "ephemeral", "image",
)  # fmt: skip
_HOST_PATHS = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File",
               "FileOrCreate", "Socket")  # fmt: skip
_NEEDED = {  # what a source cannot do without
    "persistentVolumeClaim": ("claimName",),
    "hostPath": ("path",),
    "configMap": ("name",),
    "secret": ("secretName",),
    "nfs": ("server", "path"),
    "csi": ("driver",),
}
_MODE_TEXT = "must be a number between 0 and 0777 (octal), both inclusive"


def named(volumes: list[Doc], path: str) -> tuple[list[Cause], set[str]]:
    """What is wrong with volumes at `path`, and the names of those that can be mounted."""
    causes: list[Cause] = []
    seen: set[str] = set()
    for i, volume in enumerate(volumes):
        found = list(_volume(volume, f"{path}[{i}]"))
        name = volume.get("name")
        if name in seen:
            found.append(duplicate(f"{path}[{i}].name", name))
        causes += found
        if name and not found:
            seen.add(name)
    return causes, seen


def _volume(volume: Doc, path: str) -> Iterator[Cause]:
    name = volume.get("name")
    if not name:
        yield required(f"{path}.name")
    else:
        yield from label(f"{path}.name", name)
    sources = [s for s in _ORDER if volume.get(s) is not None]
    for extra in sources[1:]:
        yield forbidden(f"{path}.{extra}", "may not specify more than 1 volume type")
    if sources:
        yield from _source(sources[0], volume[sources[0]], f"{path}.{sources[0]}")


def _source(kind: str, source: Doc, path: str) -> Iterator[Cause]:
    for field in _NEEDED.get(kind, ()):
        if not source.get(field):
            yield required(f"{path}.{field}")
    where = source.get("path") or ""
    match kind:
        case "hostPath":
            yield from no_backsteps(f"{path}.path", where)
            if source.get("type") and source["type"] not in _HOST_PATHS:
                yield unsupported(f"{path}.type", source["type"], _HOST_PATHS)
        case "nfs" if not where.startswith("/"):
            yield invalid(f"{path}.path", where, "must be an absolute path")
        case "csi":
            yield from subdomain(f"{path}.driver", (source.get("driver") or "").lower())
        case "emptyDir" if number(source.get("sizeLimit") or 0) < 0:
            why = "SizeLimit field must be a valid resource quantity"
            yield forbidden(f"{path}.sizeLimit", why)
        case "configMap" | "secret" | "downwardAPI" | "projected":
            yield from _mode(source, "defaultMode", path)
            for i, item in enumerate(source.get("items") or []):
                yield from _item(item, f"{path}.items[{i}]", kind)


def _item(item: Doc, path: str, kind: str) -> Iterator[Cause]:
    """A key or field that becomes a file."""
    if kind != "downwardAPI" and not item.get("key"):
        yield required(f"{path}.key")
    if not item.get("path"):
        yield required(f"{path}.path")
    else:
        yield from below(f"{path}.path", item["path"])
    yield from _mode(item, "mode", path)


def _mode(node: Doc, field: str, path: str) -> Iterator[Cause]:
    mode = node.get(field)
    if mode is not None and not 0 <= mode <= 0o777:
        yield invalid(f"{path}.{field}", mode, _MODE_TEXT)


def below(path: str, value: str) -> Iterator[Cause]:
    """A relative path that stays below where it starts."""
    if value.startswith("/"):
        yield invalid(path, value, "must be a relative path")
    yield from no_backsteps(path, value)


def no_backsteps(path: str, value: str) -> Iterator[Cause]:
    """A path without `..`."""
    if ".." in value.split("/"):
        yield invalid(path, value, "must not contain '..'")
