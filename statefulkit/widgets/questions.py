"""Questions on what an action changes. The truth is a function of before and after, never stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from statefulkit.cluster import Cluster
from statefulkit.controllers.identity import start_of
from statefulkit.reading import Moment, Reading
from statefulkit.store import Record
from statefulkit.views.columns import pod_status

Answer = bool | int | str | frozenset[str]
Truth = Callable[[Moment, Cluster], Answer]

NOTHING = "none"
STATUSES = ("Running", "Pending", "ContainerCreating", "Terminating", "ImagePullBackOff", "no Pod")
SET = "statefulset-controller"


def _decided(record: Record, actor: str) -> bool:
    """Whether it is a decision of the actor, and not only its count of what is there."""
    return record.actor == actor and record.verb != "status"


@dataclass(frozen=True, slots=True)
class Question:
    """A text, its truth from (before, the settled fork), what to choose from, and what explains it.

    `choices` are worked out from the moment before; without them a truth that is text or a number
    is typed in. `reasons` picks the decisions that explain the answer, up to the moment that it asks
    about: `seconds` after the action, or the end.
    """

    text: str
    truth: Truth
    choices: Callable[[Reading], Sequence[str]] | None = None
    reasons: Callable[[Record], bool] = lambda record: _decided(record, SET)
    seconds: float = inf


def ask(
    text: str,
    truth: Truth,
    choices: Callable[[Reading], Sequence[str]] | None = None,
    *,
    by: str = SET,
) -> Question:
    """A question of one's own: `ask("How many Pods?", lambda before, after: len(after.list("po")))`.

    What `truth` returns says how it is answered: bool by yes or no, int by a number, str by one of
    `choices` or by text, a set of names by check boxes over `choices`. The decisions of the actor
    `by` explain the answer.
    """
    return Question(text, truth, choices, lambda record: _decided(record, by))


def differs(kind: str, name: str, field: Callable[[Any], object]) -> Truth:
    """A truth: whether `field` of an object is another one after the action."""
    return lambda before, after: field(before.get(kind, name)) != field(after.get(kind, name))


def _pods(moment: Reading) -> list[str]:
    found = [p.metadata.name for p in moment.list("pod")]
    for sts in moment.list("sts"):
        start = start_of(sts)
        found += [f"{sts.metadata.name}-{start + i}" for i in range(sts.spec.replicas + 2)]
    return sorted(set(found), key=lambda n: (n.rpartition("-")[0], len(n), n))


def _records(before: Moment, after: Cluster) -> Iterator[Record]:
    return after.view.records(before.version)


def next_pod(verb: str = "delete") -> Question:
    """Which Pod does the StatefulSet controller `delete` (or `create`) first?"""

    def truth(before: Moment, after: Cluster) -> str:
        found = (
            r.key.name
            for r in _records(before, after)
            if r.actor == SET and r.verb == verb and r.key.kind == "Pod"
        )
        return next(found, NOTHING)

    def reasons(record: Record) -> bool:  # other decisions would crowd out the one asked for
        of_a_pod = record.verb == verb and record.key.kind == "Pod"
        return record.actor == SET and (of_a_pod or record.verb == "wait")

    text = f"Which Pod does the StatefulSet controller {verb} first?"
    return Question(text, truth, lambda m: [*_pods(m), NOTHING], reasons)


def changed_ips() -> Question:
    """Which Pods that are there before have another IP address in the end?"""

    def truth(before: Moment, after: Cluster) -> frozenset[str]:
        now = {p.metadata.name: p.status.podIP for p in after.list("pod")}
        return frozenset(
            p.metadata.name
            for p in before.list("pod")
            if p.metadata.name in now and p.status.podIP != now[p.metadata.name]
        )

    text = "Which of these Pods have another IP address in the end?"
    return Question(
        text, truth, lambda m: [p.metadata.name for p in m.list("pod")],
        lambda r: r.reason.find(" the IP ") > 0 or (r.key.kind == "Pod" and r.verb == "delete"),
    )  # fmt: skip


def resolves(name: str) -> Question:
    """Which Pods' addresses does a name lead to in the end?"""

    def truth(_: Moment, after: Cluster) -> frozenset[str]:
        answers = after.at(version=after.version).resolve(name).answers
        return frozenset(p.metadata.name for p in after.list("pod") if p.status.podIP in answers)

    text = f"To which Pods does {name} resolve in the end?"
    return Question(text, truth, _pods, lambda r: r.key.kind == "EndpointSlice")


def claims_left() -> Question:
    """How many claims remain?"""
    text = "How many claims (PVCs) are there in the end?"
    return Question(
        text, lambda _, after: len(after.list("pvc")), None,
        lambda r: "Claim" in r.key.kind and r.verb != "status",
    )  # fmt: skip


def ready_pods() -> Question:
    """How many Pods are Ready in the end?"""

    def truth(_: Moment, after: Cluster) -> int:
        return sum((s.status.readyReplicas or 0) for s in after.list("sts"))

    return Question("How many replicas are Ready in the end?", truth)


def fewest_ready() -> Question:
    """How many Pods are Ready at the worst moment on the way (S61)?"""

    def truth(before: Moment, after: Cluster) -> int:
        changes = (r.version for r in _records(before, after) if r.key.kind == "StatefulSet")
        moments = [before, *(after.at(version=version) for version in changes)]
        return min(
            sum((s.status.readyReplicas or 0) for s in m.view.all("StatefulSet")) for m in moments
        )

    return Question("How many replicas are Ready at the worst moment?", truth)


def replaced() -> Question:
    """Which Pods have a new one of their name in the end (S59)?"""

    def truth(before: Moment, after: Cluster) -> frozenset[str]:
        now = {p.metadata.name: p.metadata.uid for p in after.list("pod")}
        return frozenset(
            p.metadata.name
            for p in before.list("pod")
            if now.get(p.metadata.name, p.metadata.uid) != p.metadata.uid
        )

    text = "Which Pods are replaced by new ones?"
    return Question(text, truth, lambda m: [p.metadata.name for p in m.list("pod")])


def runs(image: str) -> Question:
    """Which Pods run an image in the end?"""

    def truth(_: Moment, after: Cluster) -> frozenset[str]:
        return frozenset(
            p.metadata.name
            for p in after.list("pod")
            if image in [c.image for c in p.spec.containers]
        )

    return Question(f"Which Pods run {image} in the end?", truth, _pods)


def status_after(pod: str, seconds: float) -> Question:
    """What does `kubectl get pods` show as STATUS of a Pod, virtual seconds after the action (K5)?"""

    def truth(before: Moment, after: Cluster) -> str:
        found = after.at(before.time + seconds).view.find("Pod", "default", pod)
        return pod_status(found) if found is not None else "no Pod"

    text = f"What is the STATUS of {pod} {seconds:g} s later?"

    def reasons(record: Record) -> bool:  # what others did with the Pod, or could not do
        of_the_pod = (record.key.kind, record.key.name) == ("Pod", pod)
        told = record.verb == "wait" or (record.verb != "status" and record.actor != "user")
        return of_the_pod and told

    return Question(text, truth, lambda _: STATUSES, reasons, seconds)
