"""Claims and volumes: binding, protection, reclaiming (V rules)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from statefulkit.admission import PV_PROTECTION, PVC_PROTECTION, default_class
from statefulkit.controllers import provisioning, volumes
from statefulkit.controllers.pods import bound_pods
from statefulkit.controllers.provisioning import pending
from statefulkit.decisions import Decision, Delete, Event, Update, UpdateStatus, Wait
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "persistentvolume-controller"


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
        return _bound(view, claim) if volumes.is_bound(claim) else _asked_for(view, claim)
    waits = volumes.waits_for_consumer(view, claim) and not volumes.selected_node(claim)
    if volume := volumes.match(view, claim, delayed=waits):
        return _bind(claim, volume)
    if claim.spec.storageClassName is None and (chosen := default_class(view)):
        spec = replace(claim.spec, storageClassName=chosen)
        return [Update(replace(claim, spec=spec), f"gives claim {name} the default class", "V6")]
    return provisioning.provision(view, claim)


def _asked_for(view: View, claim: Object) -> list[Decision]:
    """A claim that names its volume waits for just that one (V4)."""
    name, wanted = claim.metadata.name, claim.spec.volumeName
    volume = view.find("PersistentVolume", "", wanted)
    if volume is None:
        return [Wait(f"waits for volume {wanted} that claim {name} names", "V4")]
    if volume.spec.claimRef is None:
        if why_not := volumes.misfit(volume, claim):
            text = f'Cannot bind to requested volume "{wanted}": {why_not}'
            return pending(view, claim, "Warning", "VolumeMismatch", text, "V4")
        return _bind(claim, volume)
    if volumes.is_for(volume, claim):
        return _bind(claim, volume)
    text = f'volume "{wanted}" already bound to a different claim.'
    return pending(view, claim, "Warning", "FailedBinding", text, "V3")


def _bound(view: View, claim: Object) -> list[Decision]:
    """A claim that was given its volume: Bound, or Lost with the volume (V1)."""
    name, volume = claim.metadata.name, view.find("PersistentVolume", "", claim.spec.volumeName)
    if volume is None:
        if claim.status.phase == "Lost":
            return []
        text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
        lost = replace(claim, status=replace(claim.status, phase="Lost"))
        return [
            UpdateStatus(lost, f"marks claim {name} Lost: its volume is gone", "V1"),
            Event(claim, "Warning", "ClaimLost", text),
        ]
    if volume.spec.claimRef is None:
        return _bind(claim, volume)
    if not volumes.is_for(volume, claim) or claim.status.phase == "Bound":
        return []
    spec = volume.spec
    modes, size = spec.accessModes, spec.capacity
    status = replace(claim.status, phase="Bound", accessModes=modes, capacity=size)
    text = f"binds claim {name} to volume {volume.metadata.name}"
    return [UpdateStatus(replace(claim, status=status), text, "V3")]


def _bind(claim: Object, volume: Object) -> list[Decision]:
    name, pv = claim.metadata.name, volume.metadata.name
    notes = dict(claim.metadata.annotations or {}) | {volumes.BOUND: "yes"}
    bound = replace(
        claim,
        metadata=replace(claim.metadata, annotations=notes),
        spec=replace(claim.spec, volumeName=pv),
    )
    decisions: list[Decision] = []
    if volume.spec.claimRef is None or not volume.spec.claimRef.uid:
        spec = replace(volume.spec, claimRef=volumes.reference(claim))
        text = f"reserves volume {pv} for claim {name}"
        decisions.append(Update(replace(volume, spec=spec), text, "V3"))
    return [*decisions, Update(bound, f"gives claim {name} the volume {pv}", "V3")]


# -- volumes --------------------------------------------------------------------------------------


def _volume(view: View, volume: Object) -> list[Decision]:
    name, ref = volume.metadata.name, volume.spec.claimRef
    if ref is None or not ref.uid:
        if volume.metadata.deletionTimestamp is not None:
            return [_released(volume)]
        return _phase(volume, "Available", f"offers volume {name}", "V4")
    claim = view.find("PersistentVolumeClaim", ref.namespace, ref.name)
    if claim is None or claim.metadata.uid != ref.uid:
        return _reclaim(volume)
    if claim.spec.volumeName != name:
        return []
    if volume.metadata.deletionTimestamp is not None:
        text = f"keeps volume {name}, which is being deleted, while claim {ref.name} is bound to it"
        return [Wait(text, "V12")]
    return _phase(volume, "Bound", f"volume {name} belongs to claim {ref.name}", "V3")


def _reclaim(volume: Object) -> list[Decision]:
    """The claim is gone: the volume goes with its data, or both stay (V9)."""
    name, leaving = volume.metadata.name, volume.metadata.deletionTimestamp is not None
    if volume.spec.persistentVolumeReclaimPolicy != "Delete":
        if leaving:
            return [_released(volume)]
        return _phase(volume, "Released", f"keeps volume {name} and its data: policy Retain", "V9")
    if error := provisioning.cannot_delete(volume):
        if leaving:
            return [_released(volume)]
        told = Event(volume, "Warning", "VolumeFailedDelete", error)
        failed = _phase(volume, "Failed", f"cannot delete volume {name}: {error}", "V1")
        return [*failed, told] if failed else []
    if leaving:
        return [provisioning.wipe(volume), _released(volume)]
    text = f"deletes volume {name} and its data: policy Delete"
    return [provisioning.wipe(volume), Delete(key_of(volume), text, "V9")]


def _released(volume: Object) -> Update:
    """Take away what held up a volume's deletion (V12)."""
    held = (PV_PROTECTION, provisioning.FINALIZER)
    left = [f for f in volume.metadata.finalizers or () if f not in held]
    freed = replace(volume, metadata=replace(volume.metadata, finalizers=left or None))
    return Update(freed, f"lets volume {volume.metadata.name} go: no claim is bound to it", "V12")


def _phase(volume: Object, phase: str, reason: str, rule: str) -> list[Decision]:
    if volume.status.phase == phase:
        return []
    status = replace(volume.status, phase=phase)
    return [UpdateStatus(replace(volume, status=status), reason, rule)]


# -- what wakes it up -----------------------------------------------------------------------------


def _of_claim(_: View, record: Record) -> Iterable[Key]:
    if record.verb == "status":
        return
    yield record.key
    for claim in (record.before, record.after):
        if claim is not None and claim.spec.volumeName:
            yield Key("PersistentVolume", "", claim.spec.volumeName)


def _of_volume(view: View, record: Record) -> Iterable[Key]:
    """The volume, the claim that has it, and who may want it where it comes, goes or is free."""
    ref = (record.after or record.before).spec.claimRef
    if ref and record.verb == "status":
        return
    yield record.key
    if ref:
        yield Key("PersistentVolumeClaim", ref.namespace, ref.name)
    if ref and record.before is not None and record.after is not None:
        return
    asking = view.claims_for(record.key.name)
    free = [] if ref and ref.uid else view.claims_for("")
    yield from (key_of(c) for c in (*asking, *free))


def _unbound(view: View, _: Record) -> Iterable[Key]:
    return (key_of(c) for c in view.claims_for(""))


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    """The claims of a Pod that is gone: it may have been the last to use them (V10)."""
    for name, _ in volumes.claims_of(view, record.before) if record.after is None else ():
        yield Key("PersistentVolumeClaim", record.key.namespace, name)


def _of_node(view: View, record: Record) -> Iterable[Key]:
    return _unbound(view, record) if record.after is None else ()


WATCHES = {
    "PersistentVolumeClaim": _of_claim,
    "PersistentVolume": _of_volume,
    "StorageClass": _unbound,
    "Pod": _of_pod,
    "Node": _of_node,
}
