"""Small questions about a Pod, in the words of the controllers that ask them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

from lightkube.models.core_v1 import PodCondition
from lightkube.models.meta_v1 import OwnerReference

from statefulkit.api.labels import REVISION_LABEL
from statefulkit.conditions import condition, is_running_and_ready, with_condition
from statefulkit.store import Key, Object, Record, View, seconds, timestamp

_MEMBER = re.compile(r"(.*)-([0-9]+)")


@lru_cache(maxsize=8192)
def parent_and_ordinal(pod_name: str) -> tuple[str, int]:
    """`web-2` → (`web`, 2); a name that does not parse has ordinal -1 (S18)."""
    found = _MEMBER.fullmatch(pod_name)
    return (found[1], int(found[2])) if found else ("", -1)


def ordinal(pod: Object) -> int:
    """The Pod's ordinal, -1 where its name has none (S18)."""
    return parent_and_ordinal(pod.metadata.name)[1]


def revision(pod: Object) -> str | None:
    """The name of the ControllerRevision that the Pod was made from (S20)."""
    return (pod.metadata.labels or {}).get(REVISION_LABEL)


def available_at(pod: Object, min_ready_seconds: int) -> float | None:
    """The virtual second from which the Pod counts as available; None while not Ready (P6)."""
    ready = condition(pod, "Ready")
    if not is_running_and_ready(pod) or ready is None:
        return None
    since = seconds(ready.lastTransitionTime) if ready.lastTransitionTime else 0.0
    return since + min_ready_seconds


def is_running_and_available(pod: Object, min_ready_seconds: int, now: float) -> bool:
    """Running and Ready for at least `min_ready_seconds` (P6)."""
    at = available_at(pod, min_ready_seconds)
    return at is not None and (min_ready_seconds == 0 or at <= now)


def controller_of(obj: Object) -> OwnerReference | None:
    """The owner reference that is marked as the controller."""
    for ref in obj.metadata.ownerReferences or ():
        if ref.controller:
            return cast(OwnerReference, ref)
    return None


def owner_reference(owner: Object) -> OwnerReference:
    """The reference by which `owner` controls what it makes (S21)."""
    return OwnerReference(
        apiVersion=owner.apiVersion,
        kind=owner.kind,
        name=owner.metadata.name,
        uid=owner.metadata.uid,
        controller=True,
        blockOwnerDeletion=True,
    )


def controllers_of(record: Record, kind: str) -> set[Key]:
    """The keys of the controllers of that kind that own the changed object, before or after."""
    found = set()
    for obj in (record.before, record.after):
        ref = controller_of(obj) if obj is not None else None
        if ref is not None and ref.kind == kind:
            found.add(Key(kind, record.key.namespace, ref.name))
    return found


def tolerations_of(pod: Object, taint: Object) -> list[Object]:
    """The Pod's tolerations that match a taint: key, value and effect, empty ones matching all."""
    return [
        t
        for t in pod.spec.tolerations or ()
        if t.effect in (None, "", taint.effect)
        and t.key in (None, "", taint.key)
        and (t.operator == "Exists" or (t.value or "") == (taint.value or ""))
    ]


def with_disruption(view: View, pod: Object, reason: str, message: str) -> Object:
    """The Pod with the condition that says who is about to remove it (P3)."""
    told = PodCondition(
        type="DisruptionTarget",
        status="True",
        reason=reason,
        message=message,
        lastTransitionTime=timestamp(view.time),
    )
    return with_condition(pod, told)


def bound_pods(view: View, namespace: str, claim: str) -> list[Object]:
    """The Pods with a node that use a claim: those that protect it from deletion (V10)."""
    return [p for p in view.using_claim(namespace, claim) if p.spec.nodeName]
