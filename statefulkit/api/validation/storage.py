"""Claims, volumes and storage classes."""

from __future__ import annotations

from typing import Any

from statefulkit.api.errors import Cause, forbidden, invalid, required, unsupported
from statefulkit.api.validation.containers import choice
from statefulkit.api.validation.meta import keys, selector_syntax, subdomain
from statefulkit.api.validation.scheduling import node_selector
from statefulkit.quantity import number

Doc = dict[str, Any]

_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_NO_SOURCE = (
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
)
_CLAIM_IMMUTABLE = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims"
)


def claim(doc: Doc, old: Doc | None) -> list[Cause]:
    """A claim's spec (X10, V20)."""
    spec = doc["spec"]
    causes = _modes(spec, "at least 1 access mode is required")
    request = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if request is None:
        causes.append(required("spec.resources[storage]"))
    elif number(request) <= 0:
        causes.append(invalid("spec.resources[storage]", request, "must be greater than zero"))
    causes += selector_syntax("spec.selector", spec.get("selector"))
    if spec.get("dataSource") is not None:
        causes += _data_source(spec["dataSource"])
    if spec.get("storageClassName"):
        causes += subdomain("spec.storageClassName", spec["storageClassName"])
    if spec["volumeMode"] not in ("Block", "Filesystem"):
        causes.append(unsupported("spec.volumeMode", spec["volumeMode"], ("Block", "Filesystem")))
    return causes + (_changes(spec, old) if old else [])


def _data_source(source: Doc) -> list[Cause]:
    path, kind = "spec.dataSource", source.get("kind")
    causes = [required(f"{path}.{field}") for field in ("name", "kind") if not source.get(field)]
    if not source.get("apiGroup") and kind != "PersistentVolumeClaim":
        why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        causes.append(invalid(path, kind, why))
    return causes


def _changes(spec: Doc, old: Doc) -> list[Cause]:
    was, status = old["spec"], old.get("status") or {}
    before = (was.get("resources") or {}).get("requests") or {}
    after = (spec.get("resources") or {}).get("requests") or {}
    same = all(spec.get(f) == was.get(f) for f in _fixed(spec, was))
    if status.get("phase") != "Bound":
        same = same and _equal(before, after)
    causes = [] if same else [forbidden("spec", _CLAIM_IMMUTABLE)]
    if {"storage"} <= before.keys() & after.keys():
        wanted, had = number(after["storage"]), number(before["storage"])
        capacity = (status.get("capacity") or {}).get("storage")
        if wanted < had and (capacity is None or wanted <= number(capacity)):
            why = "field can not be less than status.capacity"
            causes.append(forbidden("spec.resources.requests.storage", why))
    return causes


def _fixed(spec: Doc, was: Doc) -> set[str]:
    """The fields that may not change: a volume or a class may be given where there is none."""
    late = {f for f in ("volumeName", "storageClassName") if was.get(f) is None}
    return (spec.keys() | was.keys()) - {"resources", "volumeAttributesClassName"} - late


def _equal(one: Doc, other: Doc) -> bool:
    return one.keys() == other.keys() and all(number(one[k]) == number(other[k]) for k in one)


def _modes(spec: Doc, none: str = "") -> list[Cause]:
    modes = spec.get("accessModes") or []
    if not modes:
        return [required("spec.accessModes", none)]
    causes = [unsupported("spec.accessModes", mode, _MODES) for mode in modes if mode not in _MODES]
    if "ReadWriteOncePod" in modes and len(modes) > 1:
        why = "may not use ReadWriteOncePod with other access modes"
        causes.append(forbidden("spec.accessModes", why))
    return causes


def volume(doc: Doc, old: Doc | None) -> list[Cause]:
    """A volume's spec."""
    spec, reclaim = doc["spec"], doc["spec"]["persistentVolumeReclaimPolicy"]
    causes = _modes(spec)
    capacity = spec.get("capacity") or {}
    if not capacity:
        causes.append(required("spec.capacity"))
    if capacity.keys() != {"storage"}:
        causes.append(unsupported("spec.capacity", spec.get("capacity"), ("storage",)))
    causes += [
        invalid(f"spec.capacity[{name}]", size, "must be greater than zero")
        for name, size in capacity.items()
        if number(size) <= 0
    ]
    causes += choice(spec, "spec", "persistentVolumeReclaimPolicy", ("Delete", "Recycle", "Retain"))
    causes += choice(spec, "spec", "volumeMode", ("Block", "Filesystem"))
    if spec.get("storageClassName"):
        causes += subdomain("spec.storageClassName", spec["storageClassName"])
    if "local" in spec and spec.get("nodeAffinity") is None:
        causes.append(required("spec.nodeAffinity", "Local volume requires node affinity"))  # V17
    if spec.get("nodeAffinity") is not None:
        causes += _node_affinity(spec["nodeAffinity"])
    if (spec.get("hostPath") or {}).get("path") == "/" and reclaim == "Recycle":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        causes.append(forbidden("spec.persistentVolumeReclaimPolicy", why))
    return causes + _source(spec, old)


def _node_affinity(affinity: Doc) -> list[Cause]:
    if affinity.get("required") is None:
        why = "must specify required node constraints"
        return [required("spec.nodeAffinity.required", why)]
    return list(node_selector(affinity["required"], "spec.nodeAffinity.required"))


def _source(spec: Doc, old: Doc | None) -> list[Cause]:
    sources = [f for f in sorted(spec) if f not in _NO_SOURCE]
    if not sources:
        return [required("spec", "must specify a volume type")]
    causes = [
        forbidden(f"spec.{extra}", "may not specify more than 1 volume type")
        for extra in sources[1:]
    ]
    for name in (s for s in sources if s in ("hostPath", "local")):
        path = spec[name].get("path")
        if not path:
            causes.append(required(f"spec.{name}.path"))
        elif ".." in path.split("/"):
            causes.append(invalid(f"spec.{name}.path", path, "must not contain '..'"))
    return causes + (_volume_changes(spec, old["spec"], sources) if old else [])


def _volume_changes(spec: Doc, was: Doc, sources: list[str]) -> list[Cause]:
    """Where a volume lies and who reaches it stays (V17); errors name paths without `spec`."""
    causes = []
    if any(spec.get(f) != was.get(f) for f in sources):
        path = "spec.persistentvolumesource"
        causes.append(forbidden(path, f"{path} is immutable after creation"))
    if spec.get("volumeMode") != was.get("volumeMode"):
        causes.append(invalid("volumeMode", spec.get("volumeMode"), "field is immutable"))
    if was.get("nodeAffinity") and spec.get("nodeAffinity") != was["nodeAffinity"]:
        why = "field is immutable, except for updating from beta label to GA"
        causes.append(invalid("nodeAffinity", spec.get("nodeAffinity"), why))
    return causes


def storage_class(doc: Doc, old: Doc | None) -> list[Cause]:
    """A storage class."""
    provisioner = doc.get("provisioner")
    causes = [] if provisioner else [required("provisioner")]
    if provisioner:
        causes += keys("provisioner", {provisioner.lower(): ""})
    if "" in (doc.get("parameters") or {}):
        causes.append(invalid("parameters", "", "field can not be empty."))
    mode = doc["volumeBindingMode"]
    if mode not in ("Immediate", "WaitForFirstConsumer"):
        causes.append(unsupported("volumeBindingMode", mode, ("Immediate", "WaitForFirstConsumer")))
    if doc["reclaimPolicy"] not in ("Delete", "Retain"):
        causes.append(unsupported("reclaimPolicy", doc["reclaimPolicy"], ("Delete", "Retain")))
    return causes + (_class_changes(doc, old) if old else [])


def _class_changes(doc: Doc, old: Doc) -> list[Cause]:
    causes = [
        forbidden(field, f"updates to {field} are forbidden.")
        for field in ("parameters", "provisioner", "reclaimPolicy")
        if doc.get(field) != old.get(field)
    ]
    if doc["volumeBindingMode"] != old.get("volumeBindingMode"):
        mode = doc["volumeBindingMode"]
        causes.append(invalid("volumeBindingMode", mode, "field is immutable"))
    return causes
