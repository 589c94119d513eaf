"""Admission: what the API server and its plug-ins add to what is written, or refuse of it.

Functions of the View before the write and of the valid object; `apiserver` asks them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lightkube.models.core_v1 import NamespaceSpec, Toleration
from msgspec.structs import replace

from statefulkit.api.errors import Forbidden, Invalid, invalid
from statefulkit.api.kinds import kind_of
from statefulkit.api.labels import NOT_READY, UNREACHABLE
from statefulkit.memo import by_identity
from statefulkit.quantity import number
from statefulkit.store import Object, View, key_of

PVC_PROTECTION = "kubernetes.io/pvc-protection"
PV_PROTECTION = "kubernetes.io/pv-protection"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
MOST_REPLICAS = 10_000  # of one set
EVICTION_SECONDS = 300  # P26: how long a Pod tolerates a lost node


def admit(view: View, new: Object) -> Object:
    """A new object with what is added to its kind.

    Raises:
        Invalid: where a Service asks for an address that another has (N1).
    """
    plug_in = _ADMIT.get(new.kind)
    return plug_in(view, new) if plug_in else new


def admit_update(view: View, old: Object, new: Object) -> Object:
    """What replaces an object from outside, with what is added.

    Raises:
        Forbidden: where a claim's class does not let it grow (X10).
        Invalid: where a Service asks for an address that another has (N1).
    """
    if new.kind == "Service":
        return _admit_service(view, _with_address(old, new))
    if new.kind == "Namespace":
        return replace(new, spec=old.spec)
    if new.kind == "PersistentVolumeClaim" and (why_not := _resize_refused(view, old, new)):
        resource = kind_of(new).resource
        raise Forbidden(f'{resource} "{new.metadata.name}" is forbidden: {why_not}')
    return new


def refuse_crowd(kind: Any, doc: dict[str, Any]) -> None:
    """Kubernetes takes any int32 and drowns in it; the model says where it ends.

    Raises:
        Forbidden: for more replicas than the model holds.
    """
    wanted = (doc.get("spec") or {}).get("replicas") or 0
    if wanted > MOST_REPLICAS:
        name = doc["metadata"]["name"]
        raise Forbidden(
            f'{kind.resource} "{name}" is forbidden: spec.replicas: {wanted} is more than the '
            f"{MOST_REPLICAS} that this model holds"
        )


def completed(doc: dict[str, Any]) -> dict[str, Any]:
    """What replaces an object, with what is added before it is validated: a Pod's tolerations (P26)."""
    if doc["kind"] == "Pod":
        wanted: list[Any] = [Toleration.from_dict(t) for t in doc["spec"].get("tolerations") or ()]
        doc["spec"]["tolerations"] = [t.to_dict() for t in _with_eviction(wanted)]
    return doc


def _admit_pod(_: View, pod: Object) -> Object:
    return replace(pod, spec=replace(pod.spec, tolerations=_tolerations(pod.spec.tolerations)))


@by_identity
def _tolerations(wanted: list[Toleration] | None) -> list[Toleration]:
    return _with_eviction(wanted or [])


def _with_eviction(wanted: list[Toleration]) -> list[Toleration]:
    """Those of a Pod, with one for each taint of a lost node that it does not speak of (P26)."""
    tolerations = list(wanted)
    for taint in (NOT_READY, UNREACHABLE):
        if not any(t.key in (taint, None) and t.effect in ("NoExecute", None) for t in tolerations):
            tolerations.append(
                Toleration(
                    key=taint,
                    effect="NoExecute",
                    operator="Exists",
                    tolerationSeconds=EVICTION_SECONDS,
                )
            )
    return tolerations


def _admit_service(view: View, service: Object) -> Object:
    spec, own = service.spec, key_of(service)
    taken = {s.spec.clusterIP for s in view.all("Service") if key_of(s) != own} - {"None", "", None}
    if spec.type != "ExternalName" and not spec.clusterIP:
        spec = replace(spec, clusterIP=_free_address(view, taken), clusterIPs=None)
    elif spec.clusterIP in taken:
        why = f"failed to allocate IP {spec.clusterIP}: provided IP is already allocated"
        cause = invalid("spec.clusterIPs", [spec.clusterIP], why)
        raise Invalid.of(kind_of(service), own.name, [cause])
    if spec.clusterIP:
        spec = replace(spec, clusterIPs=[spec.clusterIP])
    return replace(service, spec=spec)


def _with_address(old: Object, new: Object) -> Object:
    """A Service that replaces one and names no address keeps that one's (X11)."""
    if new.spec.clusterIP or new.spec.type == "ExternalName":
        return new
    return replace(new, spec=replace(new.spec, clusterIP=old.spec.clusterIP))


def _free_address(view: View, taken: set[str]) -> str:
    draw = view.random("clusterIP")
    while True:
        address = f"10.96.{draw.randrange(1, 256)}.{draw.randrange(1, 255)}"  # N1
        if address not in taken:
            return address


def _admit_claim(view: View, claim: Object) -> Object:
    spec = claim.spec
    if spec.storageClassName is None:
        spec = replace(spec, storageClassName=default_class(view))  # V6
    finalizers = [*(claim.metadata.finalizers or ()), PVC_PROTECTION]  # V10
    meta = replace(claim.metadata, finalizers=list(dict.fromkeys(finalizers)))
    return replace(claim, metadata=meta, spec=spec)


def default_class(view: View) -> str | None:
    """The name of the default StorageClass: the newest that is marked so (V6)."""
    marked = [
        c
        for c in view.all("StorageClass")
        if (c.metadata.annotations or {}).get(DEFAULT_CLASS) == "true"
    ]
    newest = max(marked, key=lambda c: c.metadata.creationTimestamp, default=None)
    return newest.metadata.name if newest else None


def _resize_refused(view: View, old: Object, new: Object) -> str:
    """What PersistentVolumeClaimResize says against a larger request; empty where nothing (X10)."""
    before, after = (number(c.spec.resources.requests["storage"]) for c in (old, new))
    class_ = view.find("StorageClass", "", new.spec.storageClassName or "")
    if after <= before or (class_ is not None and class_.allowVolumeExpansion):
        return ""
    return (
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the "
        "pvc must support resize"
    )


def _admit_volume(_: View, volume: Object) -> Object:
    finalizers = [*(volume.metadata.finalizers or ()), PV_PROTECTION]  # V12
    meta = replace(volume.metadata, finalizers=list(dict.fromkeys(finalizers)))
    return replace(volume, metadata=meta)


def _admit_namespace(_: View, namespace: Object) -> Object:
    return replace(namespace, spec=NamespaceSpec(finalizers=["kubernetes"]))


_ADMIT: dict[str, Callable[[View, Object], Object]] = {
    "Namespace": _admit_namespace,
    "Pod": _admit_pod,
    "Service": _admit_service,
    "PersistentVolumeClaim": _admit_claim,
    "PersistentVolume": _admit_volume,
}
