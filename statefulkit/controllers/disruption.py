"""The disruption controller: how many evictions a PodDisruptionBudget still allows (P34)."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

from lightkube.models.policy_v1 import PodDisruptionBudgetStatus
from msgspec.structs import replace

from statefulkit.api import selectors
from statefulkit.conditions import is_ready, is_terminating, phase
from statefulkit.controllers.pods import controller_of
from statefulkit.decisions import Decision, UpdateStatus, itself
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "disruption-controller"


def plan(view: View, key: Key) -> list[Decision]:
    """Count healthy and expected Pods of the budget at `key`."""
    budget = view.find(*key)
    if budget is None:
        return []
    pods = view.selected("Pod", key.namespace, budget.spec.selector)
    least = budget.spec.minAvailable
    # A number of Pods to keep needs no controller that says how many there should be.
    expected = len(pods) if isinstance(least, int) else _expected(view, pods)
    healthy = sum(is_ready(p) and not is_terminating(p) for p in pods)
    if least is not None:
        desired = _scaled(least, expected)
    else:
        desired = max(0, expected - _scaled(budget.spec.maxUnavailable, expected))
    status = PodDisruptionBudgetStatus(
        currentHealthy=healthy,
        desiredHealthy=desired,
        expectedPods=expected,
        disruptionsAllowed=max(0, healthy - desired) if expected else 0,
        observedGeneration=budget.metadata.generation,
    )
    if status == budget.status:
        return []
    text = f"allows {status.disruptionsAllowed} disruptions: {healthy} healthy, {desired} needed"
    return [UpdateStatus(replace(budget, status=status), text, "P34")]


def budgets_of(view: View, pod: Object) -> list[Object]:
    """The budgets that guard a Pod's eviction."""
    return [
        b
        for b in view.all("PodDisruptionBudget", pod.metadata.namespace)
        if selectors.matches(b.spec.selector, pod.metadata.labels or {})
    ]


def counts(pod: Object) -> bool:
    """Whether budgets are asked about a Pod: not if it is Pending, finished or terminating (P34)."""
    return phase(pod) == "Running" and not is_terminating(pod)


def allows(budget: Object, pod: Object) -> bool:
    """Whether a budget lets a Pod that counts be evicted (P34).

    One that is not Ready may go while the others are enough; the policy AlwaysAllow lets it go even
    then.
    """
    status = budget.status
    if status is None:
        return False
    if not is_ready(pod):
        enough = status.currentHealthy >= status.desiredHealthy > 0
        if enough or budget.spec.unhealthyPodEvictionPolicy == "AlwaysAllow":
            return True
    return bool(status.disruptionsAllowed > 0)


def _expected(view: View, pods: list[Object]) -> int:
    """The replicas that the Pods' controllers want; Pods without one are not expected."""
    found = [_scaled_by(view, p) for p in pods]
    return sum({key_of(s): int(s.spec.replicas) for s in found if s is not None}.values())


def _scaled_by(view: View, obj: Object) -> Object | None:
    """What sets the number of a Pod: its StatefulSet, ReplicaSet or that one's Deployment."""
    ref = controller_of(obj)
    owner = view.find(ref.kind, obj.metadata.namespace, ref.name) if ref else None
    return owner and (_scaled_by(view, owner) or owner)


def _scaled(value: Any, total: int) -> int:
    """An int-or-percent of the total, percentages rounded up."""
    if isinstance(value, str):
        return ceil(int(value.rstrip("%")) * total / 100)
    return int(value or 0)


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    return [key_of(b) for b in budgets_of(view, record.after or record.before)]


def _of_set(view: View, record: Record) -> Iterable[Key]:
    return (key_of(b) for b in view.all("PodDisruptionBudget", record.key.namespace))


WATCHES = {
    "PodDisruptionBudget": itself,
    "Pod": _of_pod,
    "StatefulSet": _of_set,
    "ReplicaSet": _of_set,
    "Deployment": _of_set,
}
