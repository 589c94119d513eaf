"""How a state looks: told by shape, line and words, and by colour last (Okabe-Ito, dark text)."""

from __future__ import annotations

from dataclasses import dataclass

from statefulkit.conditions import is_ready, is_terminating
from statefulkit.store import Object
from statefulkit.views.columns import node_status, pod_status, storage_status


@dataclass(frozen=True, slots=True)
class Look:
    """A shape, its fill and line colour, and whether the line is dashed."""

    fill: str
    line: str
    shape: str = "box"
    dashed: bool = False


GOOD = Look("#cfeee2", "#00795a")
BUSY = Look("#fdf0b5", "#8a6800", "rounded")
LEAVING = Look("#f7d9c4", "#b54a00", "octagon", dashed=True)
BROKEN = Look("#f9c9c4", "#b02a1d", "octagon")
GHOST = Look("none", "#767676", dashed=True)
PLAIN = Look("#d6e8f7", "#00609c")
CLAIM = Look("#e8e1f0", "#6a4c93", "box3d")
UNBOUND = Look("#fdf0b5", "#6a4c93", "box3d", dashed=True)
DISK = Look("#e8e1f0", "#6a4c93", "cylinder")
HOST = Look("#ececec", "#555555")

_SICK = ("CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "Error", "Evicted", "Failed")


def of_pod(pod: Object) -> Look:
    """Terminating, ready, in trouble, or on its way."""
    if is_terminating(pod):
        return LEAVING
    if is_ready(pod):
        return GOOD
    sick = pod_status(pod).removeprefix("Init:") in _SICK
    return BROKEN if sick or pod.status.phase == "Running" else BUSY


def of_set(sts: Object, *, done: bool) -> Look:
    """Being deleted, as wanted, or not yet."""
    if sts.metadata.deletionTimestamp is not None:
        return LEAVING
    return GOOD if done else BUSY


def of_claim(claim: Object) -> Look:
    """Bound, being deleted, or without a volume."""
    status = storage_status(claim)
    return CLAIM if status == "Bound" else LEAVING if status == "Terminating" else UNBOUND


def of_volume(volume: Object) -> Look:
    """Being deleted, or there."""
    return LEAVING if volume.metadata.deletionTimestamp is not None else DISK


def of_node(node: Object, *, silent: bool) -> Look:
    """Lost, kept free of new Pods, or well; `silent` where its kubelet has been cut off."""
    status = node_status(node)
    if silent or status.startswith("NotReady"):
        return BROKEN
    return HOST if status == "Ready" else BUSY
