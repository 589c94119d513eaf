"""The external resizer: a bound claim that asks for more gets a larger volume (V19).

The API server has refused by then what the class does not allow (X10). The disk and its file
system grow while they are in use; no Pod has to restart.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightkube.models.core_v1 import PersistentVolumeClaimCondition
from msgspec.structs import replace

from statefulkit.decisions import (
    Again,
    Decision,
    Event,
    Remember,
    Update,
    UpdateStatus,
    Wait,
)
from statefulkit.quantity import number
from statefulkit.store import Key, Object, Record, View, timestamp

NAME = "external-resizer"
RESIZE_SECONDS = 1.0


def plan(view: View, key: Key) -> list[Decision]:
    """Bring the volume of the claim at `key` to the size that the claim asks for."""
    claim = view.find(*key)
    if claim is None or claim.status.phase != "Bound":
        return []
    wanted = claim.spec.resources.requests["storage"]
    if number(wanted) <= number(claim.status.capacity["storage"]):
        return []
    volume = view.find("PersistentVolume", "", claim.spec.volumeName)
    if volume is None or volume.spec.csi is None:
        return [Wait(f"cannot resize claim {key.name}: no driver resizes its volume", "V19")]
    doing = ("resizing", claim.metadata.uid)
    due = view.fact(*doing)
    if due is None:
        due = view.time + RESIZE_SECONDS
        return [*_begin(view, claim, volume, wanted), Remember(doing, due), Again(due)]
    if view.time < due:
        return [Again(due)]
    return [*_finish(claim, volume, wanted), Remember(doing, None)]


def _begin(view: View, claim: Object, volume: Object, wanted: str) -> list[Decision]:
    name, pv = claim.metadata.name, volume.metadata.name
    now = timestamp(view.time)
    resizing = PersistentVolumeClaimCondition(
        type="Resizing", status="True", lastTransitionTime=now
    )
    status = replace(claim.status, conditions=[*_others(claim), resizing])
    text = f"begins to resize volume {pv} of claim {name} to {wanted}"
    told = f"External resizer is resizing volume {pv}"
    return [
        Event(claim, "Normal", "Resizing", told),
        UpdateStatus(replace(claim, status=status), text, "V19"),
    ]


def _finish(claim: Object, volume: Object, wanted: str) -> list[Decision]:
    name, pv = claim.metadata.name, volume.metadata.name
    size = {"storage": wanted}
    larger = replace(volume, spec=replace(volume.spec, capacity=size))
    status = replace(claim.status, capacity=size, conditions=_others(claim) or None)
    grown = f"raises the capacity of claim {name} to {wanted}"
    return [
        Update(larger, f"raises the capacity of volume {pv} to {wanted}", "V19"),
        UpdateStatus(replace(claim, status=status), grown, "V19"),
        Event(claim, "Normal", "VolumeResizeSuccessful", "Resize volume succeeded"),
    ]


def _others(claim: Object) -> list[PersistentVolumeClaimCondition]:
    return [c for c in claim.status.conditions or () if c.type != "Resizing"]


def _of_claim(_: View, record: Record) -> Iterable[Key]:
    """A bound claim that does not have the size that it asks for."""
    claim = record.after
    if claim is not None and claim.status.phase == "Bound":
        asked, has = claim.spec.resources.requests, claim.status.capacity
        if asked["storage"] != has["storage"]:
            yield record.key


WATCHES = {"PersistentVolumeClaim": _of_claim}
