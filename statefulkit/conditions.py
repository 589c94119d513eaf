"""How a Pod or a node is: small questions about its phase and its conditions, asked of it alone."""

from __future__ import annotations

from typing import Any, cast

from lightkube.models.core_v1 import PodCondition
from msgspec.structs import replace

Object = Any


def phase(pod: Object) -> str:
    """The Pod's phase; empty while the Pod is only planned."""
    return (pod.status and pod.status.phase) or ""


def is_created(pod: Object) -> bool:
    """Whether the API has the Pod (a planned one has no phase)."""
    return phase(pod) != ""


def is_terminating(pod: Object) -> bool:
    """Whether the Pod is being deleted (P11)."""
    return pod.metadata.deletionTimestamp is not None


def is_finished(pod: Object) -> bool:
    """Whether the phase is Failed or Succeeded: this Pod will never run again (P1)."""
    return phase(pod) in ("Failed", "Succeeded")


def is_active(pod: Object) -> bool:
    """Whether a ReplicaSet counts the Pod: neither terminating nor finished (D7)."""
    return not is_terminating(pod) and not is_finished(pod)


def condition(pod: Object, type_: str) -> PodCondition | None:
    """One of the Pod's conditions, or None (P3)."""
    for found in (pod.status and pod.status.conditions) or ():
        if found.type == type_:
            return cast(PodCondition, found)
    return None


def with_condition(obj: Object, told: Object) -> Object:
    """The Pod or node with a condition in place of the one of its type, if it had one (P3)."""
    others = [c for c in obj.status.conditions or () if c.type != told.type]
    return replace(obj, status=replace(obj.status, conditions=[*others, told]))


def is_ready(pod: Object) -> bool:
    """Whether the condition Ready of a Pod or a node is True (P4, P24)."""
    ready = condition(pod, "Ready")
    return ready is not None and ready.status == "True"


def is_running_and_ready(pod: Object) -> bool:
    """Running and Ready, which a terminating Pod can still be (P12)."""
    return phase(pod) == "Running" and is_ready(pod)
