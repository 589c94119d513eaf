"""The status of a StatefulSet: what counting its Pods gives, and when an update is over (S51 to S55)."""

from __future__ import annotations

from lightkube.models.apps_v1 import StatefulSetStatus
from msgspec.structs import replace

from statefulkit.conditions import is_running_and_ready, is_terminating
from statefulkit.controllers.pods import available_at, is_running_and_available, revision
from statefulkit.controllers.revisions import Revisions
from statefulkit.decisions import Again, Decision, UpdateStatus
from statefulkit.store import Object, View


def count(view: View, sts: Object, revisions: Revisions) -> StatefulSetStatus:
    """The counters over the Pods seen; terminating ones count while they are Ready (S52)."""
    uid, least = sts.metadata.uid, sts.spec.minReadySeconds or 0
    current, update = revisions.current.metadata.name, revisions.update.metadata.name
    total = len(view.seats(uid, sts.metadata.name))
    unhealthy = view.unhealthy(uid)
    ready = total - len(unhealthy) + sum(map(is_running_and_ready, unhealthy))
    available = ready
    if least:
        pods = view.owned(uid, "Pod")
        available = sum(is_running_and_available(p, least, view.time) for p in pods)

    def staying(name: str) -> int:
        going = sum(is_terminating(p) and revision(p) == name for p in unhealthy)
        return len(view.made(uid, sts.metadata.name, name)) - going

    return StatefulSetStatus(
        observedGeneration=sts.metadata.generation,
        replicas=total,
        readyReplicas=ready,
        availableReplicas=available,
        currentReplicas=staying(current),
        updatedReplicas=staying(update),
        currentRevision=current,
        updateRevision=update,
        collisionCount=revisions.collisions,
    )


def completed(sts: Object, status: StatefulSetStatus, fills: bool) -> StatefulSetStatus:
    """The status, promoted where the update is over: all replicas are updated and ready (S53).

    A sync that `fills` a seat is not over, whatever the counters say: a condemned Pod may make up
    for the one that is missing.
    """
    counters = {status.updatedReplicas, status.readyReplicas, status.replicas, sts.spec.replicas}
    if sts.spec.updateStrategy.type != "RollingUpdate" or len(counters) > 1 or fills:
        return status
    return replace(
        status,
        currentRevision=status.updateRevision,
        currentReplicas=status.updatedReplicas,
    )


def write(sts: Object, status: StatefulSetStatus) -> list[Decision]:
    """Write the status where it has changed (S54)."""
    if status == sts.status:
        return []
    text = (
        f"counts {status.replicas} Pods: {status.readyReplicas} ready, "
        f"{status.currentReplicas} current, {status.updatedReplicas} updated"
    )
    return [UpdateStatus(replace(sts, status=status), text, "S52")]


def look_again(view: View, sts: Object) -> list[Decision]:
    """With minReadySeconds a Pod becomes available without any event (S55)."""
    least = sts.spec.minReadySeconds or 0
    if not least:
        return []
    times = (available_at(p, least) for p in view.owned(sts.metadata.uid, "Pod"))
    due = [t for t in times if t is not None and t > view.time]
    return [Again(min(due))] if due else []
