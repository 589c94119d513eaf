"""Claims, volumes and storage classes."""

from __future__ import annotations

from typing import Any

from statefulkit.api.errors import Cause, forbidden, invalid, required, unsupported
from statefulkit.api.validation.meta import subdomain
from statefulkit.quantity import number

Doc = dict[str, Any]

_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_CLAIM_IMMUTABLE = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims"
)


def claim(doc: Doc, old: Doc | None) -> list[Cause]:
    """A claim's spec (X10, V20)."""
    spec = doc["spec"]
    causes = _modes(spec)
    request = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if request is None:
        causes.append(required("spec.resources[storage]"))
    elif number(request) <= 0:
        causes.append(invalid("spec.resources[storage]", request, "must be greater than zero"))
    if spec.get("storageClassName"):
        causes += subdomain("spec.storageClassName", spec["storageClassName"])
    if spec["volumeMode"] not in ("Block", "Filesystem"):
        causes.append(unsupported("spec.volumeMode", spec["volumeMode"], ("Block", "Filesystem")))
    return causes + (_changes(spec, old) if old else [])


def _changes(spec: Doc, old: Doc) -> list[Cause]:
    was = old["spec"]
    bound = (old.get("status") or {}).get("phase") == "Bound"
    fixed = (spec.keys() | was.keys()) - {"resources"}
    same = all(spec.get(f) == was.get(f) for f in fixed)
    before = (was.get("resources") or {}).get("requests") or {}
    after = (spec.get("resources") or {}).get("requests") or {}
    if not same or (before != after and not bound):
        return [forbidden("spec", _CLAIM_IMMUTABLE)]
    if before != after and number(after["storage"]) < number(before["storage"]):
        why = "field can not be less than status.capacity"
        return [forbidden("spec.resources.requests.storage", why)]
    return []


def _modes(spec: Doc) -> list[Cause]:
    if not spec.get("accessModes"):
        return [required("spec.accessModes", "at least 1 access mode is required")]
    return [
        unsupported("spec.accessModes", mode, _MODES)
        for mode in spec["accessModes"]
        if mode not in _MODES
    ]


def volume(doc: Doc, _: Doc | None) -> list[Cause]:
    """A volume's spec."""
    spec = doc["spec"]
    causes = _modes(spec)
    if "storage" not in (spec.get("capacity") or {}):
        causes.append(required("spec.capacity"))
        causes.append(unsupported("spec.capacity", spec.get("capacity"), ("storage",)))
    policy = spec["persistentVolumeReclaimPolicy"]
    if policy not in ("Delete", "Recycle", "Retain"):
        path = "spec.persistentVolumeReclaimPolicy"
        causes.append(unsupported(path, policy, ("Delete", "Recycle", "Retain")))
    if "local" in spec and not spec.get("nodeAffinity"):
        causes.append(required("spec.nodeAffinity", "Local volume requires node affinity"))  # V17
    return causes


def storage_class(doc: Doc, _: Doc | None) -> list[Cause]:
    """A storage class."""
    causes = [] if doc.get("provisioner") else [required("provisioner")]
    mode = doc["volumeBindingMode"]
    if mode not in ("Immediate", "WaitForFirstConsumer"):
        causes.append(unsupported("volumeBindingMode", mode, ("Immediate", "WaitForFirstConsumer")))
    if doc["reclaimPolicy"] not in ("Delete", "Retain"):
        causes.append(unsupported("reclaimPolicy", doc["reclaimPolicy"], ("Delete", "Retain")))
    return causes
