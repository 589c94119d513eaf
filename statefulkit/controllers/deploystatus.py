"""The status of a Deployment: counters over its ReplicaSets, and how its roll-out goes (K22)."""

from __future__ import annotations

from lightkube.models.apps_v1 import DeploymentCondition, DeploymentStatus
from msgspec.structs import replace

from statefulkit.decisions import Again, Decision, UpdateStatus
from statefulkit.store import Object, View, seconds, timestamp

AVAILABLE, PROGRESSING = "Available", "Progressing"
COMPLETE, TIMED_OUT = "NewReplicaSetAvailable", "ProgressDeadlineExceeded"
PAUSED, RESUMED, UPDATED = "DeploymentPaused", "DeploymentResumed", "ReplicaSetUpdated"
CREATED, FOUND = "NewReplicaSetCreated", "FoundNewReplicaSet"
NEVER = 2**31 - 1  # a progress deadline that stands for none

Conditions = list[DeploymentCondition]


def write(
    view: View,
    deployment: Object,
    new: Object | None,
    old: list[Object],
    unavailable: int,
    *,
    created: str = "",
    rolling: bool = True,
) -> list[Decision]:
    """Write the status where it has changed; look again when the progress deadline is over.

    `unavailable` is how many replicas may be missing, `created` the name of a ReplicaSet that this
    plan makes. A plan that is not `rolling`, since it only scales, leaves the progress unjudged.
    """
    status = _count(deployment, new, old)
    least = deployment.spec.replicas - unavailable
    conditions = list((deployment.status and deployment.status.conditions) or ())
    conditions = _available(view, conditions, (status.availableReplicas or 0) >= least)
    conditions = _held(view, deployment, conditions)
    if rolling:
        conditions = _progressing(view, deployment, status, conditions, new, created)
    status = replace(status, conditions=conditions)
    decisions: list[Decision] = []
    if status != deployment.status:
        text = (
            f"counts {status.replicas} Pods: {status.updatedReplicas} updated, "
            f"{status.availableReplicas} available"
        )
        decisions.append(UpdateStatus(replace(deployment, status=status), text, "K22"))
    if rolling and (due := _deadline(deployment, _find(conditions, PROGRESSING))) is not None:
        decisions.append(Again(max(due + 1, view.time)))  # looked at a second after it is over
    return decisions


def _count(deployment: Object, new: Object | None, old: list[Object]) -> DeploymentStatus:
    sets = [*old, *([new] if new is not None else [])]
    available = sum((rs.status.availableReplicas or 0) for rs in sets)
    going = [rs.status.terminatingReplicas for rs in sets]
    return DeploymentStatus(
        observedGeneration=deployment.metadata.generation,
        replicas=sum(rs.status.replicas for rs in sets),
        updatedReplicas=new.status.replicas if new is not None else 0,
        readyReplicas=sum((rs.status.readyReplicas or 0) for rs in sets),
        availableReplicas=available,
        terminatingReplicas=None if None in going else sum(going),
        unavailableReplicas=max(0, sum(rs.spec.replicas for rs in sets) - available),
        collisionCount=deployment.status and deployment.status.collisionCount,
    )


def _available(view: View, conditions: Conditions, enough: bool) -> Conditions:
    if enough:
        found = ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    else:
        found = (
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    return _set(view, conditions, AVAILABLE, *found)


def _held(view: View, deployment: Object, conditions: Conditions) -> Conditions:
    """Paused or resumed, which starts the time anew; a roll-out that timed out stays so."""
    now = _find(conditions, PROGRESSING)
    if not _has_deadline(deployment) or (now is not None and now.reason == TIMED_OUT):
        return conditions
    if deployment.spec.paused:
        return _set(view, conditions, PROGRESSING, "Unknown", PAUSED, "Deployment is paused")
    if now is not None and now.reason == PAUSED:
        return _set(view, conditions, PROGRESSING, "Unknown", RESUMED, "Deployment is resumed")
    return conditions


def _progressing(
    view: View,
    deployment: Object,
    status: DeploymentStatus,
    conditions: Conditions,
    new: Object | None,
    created: str,
) -> Conditions:
    if not _has_deadline(deployment):
        return [c for c in conditions if c.type != PROGRESSING]
    if created:
        text = f'Created new replica set "{created}"'
        conditions = _set(view, conditions, PROGRESSING, "True", CREATED, text)
    elif new is not None and _find(conditions, PROGRESSING) is None:
        text = f'Found new replica set "{new.metadata.name}"'
        conditions = _set(view, conditions, PROGRESSING, "True", FOUND, text)
    now = _find(conditions, PROGRESSING)
    if now is not None and now.reason == COMPLETE and status.replicas == status.updatedReplicas:
        return conditions  # what is over cannot fail any more
    who = f'ReplicaSet "{new.metadata.name}"' if new else f'Deployment "{deployment.metadata.name}"'
    if is_complete(deployment, status):
        text = f"{who} has successfully progressed."
        return _set(view, conditions, PROGRESSING, "True", COMPLETE, text)
    if _moved(deployment.status, status):
        text = f"{who} is progressing."
        return _set(view, conditions, PROGRESSING, "True", UPDATED, text, renew=True)
    if (due := _deadline(deployment, now)) is not None and due < view.time:
        text = f"{who} has timed out progressing."
        return _set(view, conditions, PROGRESSING, "False", TIMED_OUT, text)
    return conditions


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


def _has_deadline(deployment: Object) -> bool:
    return deployment.spec.progressDeadlineSeconds not in (None, NEVER)


def _deadline(deployment: Object, progressing: DeploymentCondition | None) -> float | None:
    """When the time to show progress is over; None where it is not measured, or has been over."""
    if progressing is None or progressing.reason in (COMPLETE, TIMED_OUT, PAUSED):
        return None
    if not _has_deadline(deployment) or progressing.lastUpdateTime is None:
        return None
    return seconds(progressing.lastUpdateTime) + float(deployment.spec.progressDeadlineSeconds)


def _set(
    view: View,
    conditions: Conditions,
    type_: str,
    status: str,
    reason: str,
    message: str,
    *,
    renew: bool = False,
) -> Conditions:
    """The conditions with this one last; where status and reason are the same it stays as it is.

    Its transition time stays where its status does; `renew`: its other fields change all the same.
    """
    old, now = _find(conditions, type_), timestamp(view.time)
    if old is not None and (old.status, old.reason) == (status, reason) and not renew:
        return conditions
    told = DeploymentCondition(
        type=type_,
        status=status,
        reason=reason,
        message=message,
        lastUpdateTime=now,
        lastTransitionTime=old.lastTransitionTime if old and old.status == status else now,
    )
    return [*(c for c in conditions if c.type != type_), told]


def _find(conditions: Conditions, type_: str) -> DeploymentCondition | None:
    return next((c for c in conditions if c.type == type_), None)
