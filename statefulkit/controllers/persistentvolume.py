"""Claims and volumes: binding, provisioning, protection, reclaiming (V rules)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lightkube.models.core_v1 import (
    CSIPersistentVolumeSource,
    ObjectReference,
    PersistentVolumeSpec,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import PersistentVolume
from msgspec.structs import replace

from statefulkit.api import selectors
from statefulkit.apiserver import PV_PROTECTION, PVC_PROTECTION, default_class
from statefulkit.controllers.pods import bound_pods
from statefulkit.decisions import (
    Again,
    Create,
    Decision,
    Delete,
    Event,
    Remember,
    Update,
    UpdateStatus,
    Wait,
)
from statefulkit.quantity import number
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "persistentvolume-controller"
PROVISIONING_SECONDS = 0.5
BOUND = "pv.kubernetes.io/bind-completed"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


def plan(view: View, key: Key) -> list[Decision]:
    """What to do for the claim or the volume at `key`."""
    obj = view.find(*key)
    if obj is None:
        return []
    return _volume(view, obj) if key.kind == "PersistentVolume" else _claim(view, obj)


# -- claims ---------------------------------------------------------------------------------------


def _claim(view: View, claim: Object) -> list[Decision]:
    meta, name = claim.metadata, claim.metadata.name
    if meta.deletionTimestamp is not None and PVC_PROTECTION in (meta.finalizers or ()):
        users = bound_pods(view, meta.namespace, name)
        if users:
            who = ", ".join(p.metadata.name for p in users)
            return [Wait(f"keeps claim {name}, which is being deleted, while {who} uses it", "V10")]
        left = [f for f in meta.finalizers if f != PVC_PROTECTION]
        freed = replace(claim, metadata=replace(meta, finalizers=left or None))
        return [Update(freed, f"lets claim {name} go: no Pod uses it", "V10")]
    if claim.spec.volumeName:
        return _settle(view, claim)
    if claim.spec.storageClassName is None and (chosen := default_class(view)):
        spec = replace(claim.spec, storageClassName=chosen)
        return [Update(replace(claim, spec=spec), f"gives claim {name} the default class", "V6")]
    if volume := _match(view, claim):
        return _bind(claim, volume)
    return _provision(view, claim)


def _settle(view: View, claim: Object) -> list[Decision]:
    """A claim with a volume: Bound, Lost, or waiting for the volume it names (V1, V4)."""
    name, volume = claim.metadata.name, view.find("PersistentVolume", "", claim.spec.volumeName)
    phase = claim.status.phase
    if volume is None:
        if phase != "Bound":
            return [Wait(f"waits for volume {claim.spec.volumeName} that claim {name} names", "V4")]
        status = replace(claim.status, phase="Lost")
        return [UpdateStatus(replace(claim, status=status), f"claim {name} lost its volume", "V1")]
    if volume.spec.claimRef is None:
        return _bind(claim, volume)
    if volume.spec.claimRef.uid not in (None, claim.metadata.uid) or phase == "Bound":
        return []
    status = replace(
        claim.status,
        phase="Bound",
        accessModes=volume.spec.accessModes,
        capacity=volume.spec.capacity,
    )
    text = f"binds claim {name} to volume {volume.metadata.name}"
    return [UpdateStatus(replace(claim, status=status), text, "V3")]


def _match(view: View, claim: Object) -> Object | None:
    """The smallest volume that fits (V4)."""
    fitting = [v for v in view.all("PersistentVolume") if _fits(v, claim)]
    reserved = [v for v in fitting if v.spec.claimRef]
    by_size = sorted(fitting, key=lambda v: (number(v.spec.capacity["storage"]), v.metadata.name))
    return next(iter(reserved or by_size), None)


def _fits(volume: Object, claim: Object) -> bool:
    spec, ref = volume.spec, volume.spec.claimRef
    if ref is not None:
        if (ref.namespace, ref.name) != (claim.metadata.namespace, claim.metadata.name):
            return False
        if ref.uid not in (None, claim.metadata.uid):
            return False
    elif volume.status is None or volume.status.phase != "Available":
        return False
    if (spec.storageClassName or "") != (claim.spec.storageClassName or ""):
        return False
    if not set(claim.spec.accessModes) <= set(spec.accessModes or ()):
        return False
    wanted = claim.spec.selector
    if wanted is not None and not selectors.matches(wanted, volume.metadata.labels or {}):
        return False
    return number(spec.capacity["storage"]) >= number(claim.spec.resources.requests["storage"])


def _bind(claim: Object, volume: Object) -> list[Decision]:
    name, pv = claim.metadata.name, volume.metadata.name
    ref = ObjectReference(
        kind="PersistentVolumeClaim",
        apiVersion="v1",
        namespace=claim.metadata.namespace,
        name=name,
        uid=claim.metadata.uid,
    )
    text = f"reserves volume {pv} for claim {name}"
    notes = dict(claim.metadata.annotations or {}) | {BOUND: "yes"}
    bound = replace(
        claim,
        metadata=replace(claim.metadata, annotations=notes),
        spec=replace(claim.spec, volumeName=pv),
    )
    decisions: list[Decision] = []
    if volume.spec.claimRef is None or volume.spec.claimRef.uid is None:
        spec = replace(volume.spec, claimRef=ref)
        decisions.append(Update(replace(volume, spec=spec), text, "V3"))
    return [*decisions, Update(bound, f"gives claim {name} the volume {pv}", "V3")]


def _provision(view: View, claim: Object) -> list[Decision]:
    """Make a volume for a claim that none fits (V5, V8), or say why not (E22)."""
    name, class_name = claim.metadata.name, claim.spec.storageClassName
    if not class_name:
        text = "no persistent volumes available for this claim and no storage class is set"
        return _pending(view, claim, "Normal", "FailedBinding", text, "V6")
    storage_class = view.find("StorageClass", "", class_name)
    if storage_class is None:
        text = f'storageclass.storage.k8s.io "{class_name}" not found'
        return _pending(view, claim, "Warning", "ProvisioningFailed", text, "V6")
    node = (claim.metadata.annotations or {}).get(SELECTED_NODE)
    if storage_class.volumeBindingMode == "WaitForFirstConsumer" and not node:
        text = "waiting for first consumer to be created before binding"
        return _pending(view, claim, "Normal", "WaitForFirstConsumer", text, "V8")
    if storage_class.provisioner == NO_PROVISIONER:
        return [Wait(f"waits for a volume that fits claim {name}: its class makes none", "V4")]
    started = view.fact("provisioning", claim.metadata.uid)
    if started is None:
        where = f'"{claim.metadata.namespace}/{name}"'
        waiting = (
            "Waiting for a volume to be created either by the external provisioner "
            f"'{storage_class.provisioner}' or manually by the system administrator. If volume "
            "creation is delayed, please verify that the provisioner is running and correctly "
            "registered."
        )
        doing = f"External provisioner is provisioning volume for claim {where}"
        return [
            Remember(("provisioning", claim.metadata.uid), view.time),
            Event(claim, "Normal", "ExternalProvisioning", waiting),
            Event(claim, "Normal", "Provisioning", doing),
            Again(view.time + PROVISIONING_SECONDS),
        ]
    if view.time < started + PROVISIONING_SECONDS:
        return [Again(started + PROVISIONING_SECONDS)]
    volume = _new_volume(claim, storage_class, node)
    pv = f"pvc-{claim.metadata.uid}"
    done = Event(claim, "Normal", "ProvisioningSucceeded", f"Successfully provisioned volume {pv}")
    return [
        Remember(("provisioning", claim.metadata.uid), None),
        Create(volume, f"provisions volume {pv} for claim {name}", "V5", done),
        Again(view.time),
    ]


def _pending(
    view: View, claim: Object, type_: str, reason: str, message: str, rule: str
) -> list[Decision]:
    said = any(e.reason == reason for e in view.about(key_of(claim)))
    wait = Wait(f"leaves claim {claim.metadata.name} Pending: {message}", rule)
    return [wait] if said else [Event(claim, type_, reason, message), wait]


def _new_volume(claim: Object, storage_class: Object, node: str | None) -> PersistentVolume:
    name = f"pvc-{claim.metadata.uid}"
    return PersistentVolume(
        apiVersion="v1",
        kind="PersistentVolume",
        metadata=ObjectMeta(name=name),
        spec=PersistentVolumeSpec(
            accessModes=claim.spec.accessModes,
            capacity={"storage": claim.spec.resources.requests["storage"]},
            storageClassName=storage_class.metadata.name,
            persistentVolumeReclaimPolicy=storage_class.reclaimPolicy,
            volumeMode=claim.spec.volumeMode,
            csi=CSIPersistentVolumeSource(driver=storage_class.provisioner, volumeHandle=name),
            claimRef=ObjectReference(
                apiVersion="v1",
                kind="PersistentVolumeClaim",
                namespace=claim.metadata.namespace,
                name=claim.metadata.name,
                uid=claim.metadata.uid,
            ),
        ),
    )


# -- volumes --------------------------------------------------------------------------------------


def _volume(view: View, volume: Object) -> list[Decision]:
    name, ref = volume.metadata.name, volume.spec.claimRef
    claim = view.find("PersistentVolumeClaim", ref.namespace, ref.name) if ref else None
    bound = claim is not None and ref.uid in (None, claim.metadata.uid)
    if volume.metadata.deletionTimestamp is not None and not bound:
        left = [f for f in volume.metadata.finalizers or () if f != PV_PROTECTION]
        freed = replace(volume, metadata=replace(volume.metadata, finalizers=left or None))
        return [Update(freed, f"lets volume {name} go: no claim is bound to it", "V12")]
    if ref is None or (ref.uid is None and not bound):
        return _phase(volume, "Available", f"offers volume {name}", "V4")
    if bound:
        return _phase(volume, "Bound", f"volume {name} belongs to claim {ref.name}", "V3")
    if ref.uid is None:
        return []
    if volume.spec.persistentVolumeReclaimPolicy == "Delete":
        return [
            Remember(("disk", name), None),
            Delete(key_of(volume), f"deletes volume {name} and its data: policy Delete", "V9"),
        ]
    return _phase(volume, "Released", f"keeps volume {name} and its data: policy Retain", "V9")


def _phase(volume: Object, phase: str, reason: str, rule: str) -> list[Decision]:
    if volume.status.phase == phase:
        return []
    status = replace(volume.status, phase=phase)
    return [UpdateStatus(replace(volume, status=status), reason, rule)]


# -- what wakes it up -----------------------------------------------------------------------------


def _of_claim(view: View, record: Record) -> Iterable[Key]:
    yield record.key
    for claim in (record.before, record.after):
        if claim is not None and claim.spec.volumeName:
            yield Key("PersistentVolume", "", claim.spec.volumeName)
    if record.verb == "create":
        yield from _reserved(view, record.key)


def _reserved(view: View, key: Key) -> Iterable[Key]:
    for volume in view.all("PersistentVolume"):
        ref: Any = volume.spec.claimRef
        if ref is not None and (ref.namespace, ref.name) == (key.namespace, key.name):
            yield key_of(volume)


def _of_volume(view: View, record: Record) -> Iterable[Key]:
    yield record.key
    volume = record.after or record.before
    if volume.spec.claimRef:
        ref = volume.spec.claimRef
        yield Key("PersistentVolumeClaim", ref.namespace, ref.name)
    else:
        yield from _unbound(view, record)


def _unbound(view: View, _: Record) -> Iterable[Key]:
    return (key_of(c) for c in view.all("PersistentVolumeClaim") if not c.spec.volumeName)


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    pod = record.after or record.before
    for volume in pod.spec.volumes or ():
        if volume.persistentVolumeClaim:
            claim = volume.persistentVolumeClaim.claimName
            yield Key("PersistentVolumeClaim", record.key.namespace, claim)


WATCHES = {
    "PersistentVolumeClaim": _of_claim,
    "PersistentVolume": _of_volume,
    "StorageClass": _unbound,
    "Pod": _of_pod,
}
