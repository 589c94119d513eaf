"""What would help a Pod that is in the way."""

from __future__ import annotations

from statefulkit.conditions import condition, is_finished, is_ready, is_terminating
from statefulkit.controllers.pods import controller_of
from statefulkit.controllers.volumes import claims_of
from statefulkit.store import Object, View
from statefulkit.views import sentences_en as say
from statefulkit.views.columns import pod_status, storage_status

Told = tuple[str, str]  # a sentence and its rule


def unblock(view: View, pod: Object) -> Told | None:
    """What would make the Pod Running and Ready, or gone; None where it needs nothing."""
    name, node = pod.metadata.name, pod.spec.nodeName
    if node and view.fact("down", node) is not None:
        return say.FIX_NODE.format(pod=name, node=node), "P28"
    if is_terminating(pod):
        grace = pod.metadata.deletionGracePeriodSeconds or 0
        return say.FIX_TERMINATING.format(pod=name, grace=grace), "P11"
    if is_finished(pod):
        return _failed(pod)
    if not node:
        return _nowhere(view, pod)
    status = pod_status(pod).removeprefix("Init:")
    if status in ("ImagePullBackOff", "ErrImagePull"):
        return _image(view, pod)
    if status in ("CrashLoopBackOff", "Error"):
        return say.FIX_CRASH.format(pod=name), "P8"
    if is_ready(pod):
        return None
    running = pod.status.phase == "Running"
    if running and view.fact("unready", pod.metadata.uid):
        return say.FIX_UNREADY.format(pod=name), "P5"
    return say.FIX_START.format(pod=name), "P4"


def _failed(pod: Object) -> Told:
    """A Pod that will not run again: its controller makes another (S32, D7)."""
    name, owner = pod.metadata.name, controller_of(pod)
    if owner is None:
        return say.FIX_FAILED_ALONE.format(pod=name), "P36"
    rule = "S32" if owner.kind == "StatefulSet" else "D7"
    return say.FIX_FAILED.format(pod=name, owner=f"{owner.kind} {owner.name}"), rule


def _image(view: View, pod: Object) -> Told:
    """An ordered set does not get over a broken Pod; a Deployment or a Parallel set does (S56, D9)."""
    name, owner = pod.metadata.name, controller_of(pod)
    of_set = owner is not None and owner.kind == "StatefulSet"
    sts = view.find(owner.kind, pod.metadata.namespace, owner.name) if owner and of_set else None
    if sts is not None and sts.spec.podManagementPolicy != "Parallel":
        return say.FIX_IMAGE.format(pod=name), "S56"
    return say.FIX_IMAGE_ALONE.format(pod=name), "S56" if of_set else "P9"


def _nowhere(view: View, pod: Object) -> Told:
    name = pod.metadata.name
    for mounted, claim in claims_of(view, pod):
        if claim is None or storage_status(claim) == "Pending":
            return say.FIX_CLAIM.format(claim=mounted, pod=name), "P23"
    scheduled = condition(pod, "PodScheduled")
    if scheduled is not None and "PersistentVolume's node affinity" in (scheduled.message or ""):
        return say.FIX_DISK.format(pod=name), "V17"
    if scheduled is not None and scheduled.message:
        return say.FIX_SCHEDULE.format(pod=name, why=scheduled.message), "P19"
    return say.FIX_START.format(pod=name), "P17"
