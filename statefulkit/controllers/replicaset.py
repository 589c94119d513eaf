"""The ReplicaSet controller: as many active Pods as wanted, whoever they are (D2, D6, D7).

The picture from life: a crew without seats. Whoever drops out is replaced by somebody new at once,
and if there are too many, those leave first who are missed least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lightkube.models.apps_v1 import ReplicaSetStatus
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod
from msgspec.structs import replace

from statefulkit.api import selectors
from statefulkit.apiserver import LONGEST_PREFIX
from statefulkit.conditions import (
    condition,
    is_active,
    is_finished,
    is_ready,
    is_terminating,
    phase,
)
from statefulkit.controllers import adoption
from statefulkit.controllers.pods import (
    available_at,
    controller_of,
    controllers_of,
    is_running_and_available,
    owner_reference,
)
from statefulkit.decisions import (
    Again,
    Create,
    Decision,
    Delete,
    Event,
    UpdateStatus,
    Wait,
    itself,
)
from statefulkit.store import Key, Object, Record, View, key_of, seconds

NAME = "replicaset-controller"

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


def plan(view: View, key: Key) -> list[Decision]:
    """Create the Pods that the ReplicaSet at `key` lacks, or delete those it has too many."""
    rs = view.find(*key)
    if rs is None:
        return []
    if taken := _adopt_and_release(view, rs):
        return [*taken, Again(view.time)]
    pods = view.owned(rs.metadata.uid, "Pod")
    active = [p for p in pods if is_active(p)]
    # The status first, so that it is written even where a Pod is refused.
    decisions = _write_status(view, rs, active, sum(map(_is_going, pods)))
    if rs.metadata.deletionTimestamp is None:
        missing = rs.spec.replicas - len(active)
        decisions += (_create(view, rs, n) for n in range(missing))
        decisions += _delete(view, rs, active, -missing)
    else:
        decisions.append(
            Wait("leaves its Pods to the garbage collector: it is being deleted", "D10")
        )
    return [*decisions, *_look_again(view, rs, active)]


def _adopt_and_release(view: View, rs: Object) -> list[Decision]:
    total = view.count_owned(rs.metadata.uid, "Pod")
    return [
        *adoption.release(view, rs, lambda _: True, total, among=is_active),
        *adoption.adopt(view, rs, "Pod", is_active, "S24"),
    ]


# -- too few --------------------------------------------------------------------------------------


def _create(view: View, rs: Object, number: int) -> Create:
    """One more Pod from the template, under a name that nobody had before (D2, D6)."""
    template, prefix = rs.spec.template, f"{rs.metadata.name}-"
    of_template = template.metadata or ObjectMeta()
    name = prefix[:LONGEST_PREFIX] + view.suffix("pod", rs.metadata.uid, number)
    meta = ObjectMeta(
        name=name,
        generateName=prefix,
        namespace=rs.metadata.namespace,
        labels=of_template.labels,
        annotations=of_template.annotations,
        finalizers=of_template.finalizers,
        ownerReferences=[owner_reference(rs)],
    )
    return Create(
        Pod(apiVersion="v1", kind="Pod", metadata=meta, spec=template.spec),
        f"creates {name}: {_wanted(rs)}",
        "D6",
        Event(rs, "Normal", "SuccessfulCreate", f"Created pod: {name}"),
        Event(rs, "Warning", "FailedCreate", "Error creating: {error}"),
    )


def _wanted(rs: Object) -> str:
    n = rs.spec.replicas
    return f"{n} {'is' if n == 1 else 'are'} wanted"


# -- too many -------------------------------------------------------------------------------------


def _delete(view: View, rs: Object, active: list[Object], surplus: int) -> Iterator[Delete]:
    crowd = Counter(p.spec.nodeName for p in _related(view, rs))
    ranked = sorted(active, key=lambda p: _rank(p, crowd))
    for pod in ranked[: max(0, surplus)]:
        name = pod.metadata.name
        yield Delete(
            key_of(pod),
            f"deletes {name}: only {_wanted(rs)}",
            "D6",
            event=Event(rs, "Normal", "SuccessfulDelete", f"Deleted pod: {name}"),
        )


def _related(view: View, rs: Object) -> list[Object]:
    """The active Pods of all ReplicaSets that one Deployment has, or of this one alone."""
    owner = controller_of(rs)
    sets = view.owned(owner.uid, "ReplicaSet") if owner is not None else [rs]
    return [p for each in sets for p in view.owned(each.metadata.uid, "Pod") if is_active(p)]


def _rank(pod: Object, crowd: Counter[Any]) -> tuple[Any, ...]:
    """The order of deletion, first to go first (D6)."""
    ready = condition(pod, "Ready")
    since = ready.lastTransitionTime if is_ready(pod) and ready else None
    statuses = (pod.status and pod.status.containerStatuses) or ()
    return (
        bool(pod.spec.nodeName),
        ("Pending", "Unknown", "Running").index(phase(pod)),
        is_ready(pod),
        _cost(pod),
        -crowd[pod.spec.nodeName],
        -seconds(since) if since else 0.0,
        -max((s.restartCount for s in statuses), default=0),
        -seconds(pod.metadata.creationTimestamp),
        pod.metadata.name,
    )


def _cost(pod: Object) -> int:
    text = (pod.metadata.annotations or {}).get(DELETION_COST, "0")
    return int(text) if text.removeprefix("-").isdecimal() else 0


# -- status ---------------------------------------------------------------------------------------


def _is_going(pod: Object) -> bool:
    return is_terminating(pod) and not is_finished(pod)


def _write_status(view: View, rs: Object, active: list[Object], going: int) -> list[Decision]:
    least, labels = rs.spec.minReadySeconds or 0, (rs.spec.template.metadata.labels or {}).items()
    status = ReplicaSetStatus(
        replicas=len(active),
        fullyLabeledReplicas=sum(labels <= (p.metadata.labels or {}).items() for p in active),
        readyReplicas=sum(map(is_ready, active)),
        availableReplicas=sum(is_running_and_available(p, least, view.time) for p in active),
        terminatingReplicas=going,
        observedGeneration=rs.metadata.generation,
    )
    if status == rs.status:
        return []
    text = (
        f"counts {status.replicas} Pods: {status.readyReplicas} ready, "
        f"{status.availableReplicas} available"
    )
    return [UpdateStatus(replace(rs, status=status), text, "D7")]


def _look_again(view: View, rs: Object, active: list[Object]) -> list[Decision]:
    least = rs.spec.minReadySeconds or 0
    times = (available_at(p, least) for p in active) if least else ()
    due = [t for t in times if t is not None and t > view.time]
    return [Again(min(due))] if due else []


# -- what wakes it up -----------------------------------------------------------------------------


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    owners = controllers_of(record, "ReplicaSet")
    if owners or record.after is None or controller_of(record.after) is not None:
        return owners
    labels = record.after.metadata.labels or {}
    sets = view.all("ReplicaSet", record.key.namespace)
    return [key_of(rs) for rs in sets if selectors.matches(rs.spec.selector, labels)]


WATCHES = {"ReplicaSet": itself, "Pod": _of_pod}
