"""The status of a Deployment: counters over its ReplicaSets, and how its roll-out goes (K22)."""

from __future__ import annotations

from lightkube.models.apps_v1 import DeploymentCondition, DeploymentStatus
from msgspec.structs import replace

from statefulkit.decisions import Again, Decision, UpdateStatus
from statefulkit.store import Object, View, seconds, timestamp

AVAILABLE, PROGRESSING = "Available", "Progressing"
COMPLETE, TIMED_OUT = "NewReplicaSetAvailable", "ProgressDeadlineExceeded"


def write(
    view: View, deployment: Object, new: Object | None, old: list[Object], unavailable: int
) -> list[Decision]:
    """Write the status where it has changed; look again when the progress deadline is over.

    `unavailable` is how many replicas may be missing.
    """
    status = _count(deployment, new, old)
    least = deployment.spec.replicas - unavailable
    conditions = [
        _available(view, deployment, (status.availableReplicas or 0) >= least),
        *_progressing(view, deployment, status, new),
    ]
    status = replace(status, conditions=conditions)
    decisions: list[Decision] = []
    if status != deployment.status:
        text = (
            f"counts {status.replicas} Pods: {status.updatedReplicas} updated, "
            f"{status.availableReplicas} available"
        )
        decisions.append(UpdateStatus(replace(deployment, status=status), text, "K22"))
    due = _deadline(deployment, _find(conditions, PROGRESSING))
    return [*decisions, Again(due)] if due is not None and due > view.time else decisions


def _count(deployment: Object, new: Object | None, old: list[Object]) -> DeploymentStatus:
    sets = [*old, *([new] if new is not None else [])]
    available = sum((rs.status.availableReplicas or 0) for rs in sets)
    return DeploymentStatus(
        observedGeneration=deployment.metadata.generation,
        replicas=sum(rs.status.replicas for rs in sets),
        updatedReplicas=new.status.replicas if new is not None else 0,
        readyReplicas=sum((rs.status.readyReplicas or 0) for rs in sets),
        availableReplicas=available,
        unavailableReplicas=max(0, sum(rs.spec.replicas for rs in sets) - available),
        collisionCount=deployment.status and deployment.status.collisionCount,
    )


def _available(view: View, deployment: Object, enough: bool) -> DeploymentCondition:
    if enough:
        found = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        found = (
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    return _condition(view, deployment, AVAILABLE, *found)


def _progressing(
    view: View, deployment: Object, status: DeploymentStatus, new: Object | None
) -> list[DeploymentCondition]:
    old = _find((deployment.status and deployment.status.conditions) or (), PROGRESSING)
    name = f'ReplicaSet "{new.metadata.name}"' if new is not None else ""
    if deployment.spec.paused:
        found = ("Unknown", "DeploymentPaused", "Deployment is paused")
    elif new is None:
        return [old] if old else []
    elif old is not None and old.reason == "DeploymentPaused":
        found = ("Unknown", "DeploymentResumed", "Deployment is resumed")
    elif is_complete(deployment, status):
        found = ("True", COMPLETE, f"{name} has successfully progressed.")
    elif old is None or old.reason == COMPLETE:
        found = ("True", "NewReplicaSetCreated", f'Created new replica set "{new.metadata.name}"')
    elif _moved(deployment.status, status):
        found = ("True", "ReplicaSetUpdated", f"{name} is progressing.")
    elif (due := _deadline(deployment, old)) is not None and due <= view.time:
        found = ("False", TIMED_OUT, f"{name} has timed out progressing.")
    else:
        return [old]
    return [_condition(view, deployment, PROGRESSING, *found)]


def is_complete(deployment: Object, status: DeploymentStatus) -> bool:
    """Whether all replicas are updated and available and no old ones are left."""
    wanted = deployment.spec.replicas
    return bool(
        status.updatedReplicas == wanted
        and status.replicas == wanted
        and status.availableReplicas == wanted
        and status.observedGeneration >= deployment.metadata.generation
    )


def _moved(before: DeploymentStatus, after: DeploymentStatus) -> bool:
    """Whether the roll-out has come nearer to its end."""

    def left(status: DeploymentStatus) -> int:
        return (status.replicas or 0) - (status.updatedReplicas or 0)

    return (
        (after.updatedReplicas or 0) > (before.updatedReplicas or 0)
        or left(after) < left(before)
        or (after.readyReplicas or 0) > (before.readyReplicas or 0)
        or (after.availableReplicas or 0) > (before.availableReplicas or 0)
    )


def _deadline(deployment: Object, progressing: DeploymentCondition | None) -> float | None:
    """When the roll-out times out; None where it is over, paused, or has timed out."""
    limit = deployment.spec.progressDeadlineSeconds
    if progressing is None or progressing.status != "True" or progressing.reason == COMPLETE:
        return None
    since = progressing.lastUpdateTime
    return seconds(since) + limit if since is not None and limit is not None else None


def _condition(
    view: View, deployment: Object, type_: str, status: str, reason: str, message: str
) -> DeploymentCondition:
    """The condition; its transition time stays where its status does, both where nothing changes."""
    old = _find((deployment.status and deployment.status.conditions) or (), type_)
    now = timestamp(view.time)
    if old is not None and (old.status, old.reason) == (status, reason):
        moved = reason == "ReplicaSetUpdated"
        return replace(old, lastUpdateTime=now, message=message) if moved else old
    since = old.lastTransitionTime if old is not None and old.status == status else now
    return DeploymentCondition(
        type=type_,
        status=status,
        reason=reason,
        message=message,
        lastUpdateTime=now,
        lastTransitionTime=since,
    )


def _find(conditions: object, type_: str) -> DeploymentCondition | None:
    return next((c for c in conditions if c.type == type_), None)  # type: ignore[attr-defined]
