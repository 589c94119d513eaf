"""The taint eviction controller: NoExecute taints drive Pods off a node (P26, P28, P31).

A Pod may tolerate a taint for ever, for a number of seconds, or not at all. The clock of a Pod
starts when this controller first sees it on the tainted node; that moment is a run-time fact,
`("evictions", node)` → Map of Pod uid to virtual second.
"""

from __future__ import annotations

from collections.abc import Iterable

from immutables import Map

from statefulkit.conditions import is_terminating
from statefulkit.controllers.pods import tolerations_of, with_disruption
from statefulkit.decisions import (
    Again,
    Decision,
    Delete,
    Event,
    Remember,
    UpdateStatus,
    Wait,
    itself,
)
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "taint-eviction-controller"


def plan(view: View, key: Key) -> list[Decision]:
    """Delete the Pods on the node at `key` whose tolerations do not hold, or hold no longer."""
    node = view.find(*key)
    taints = [t for t in (node and node.spec.taints) or () if t.effect == "NoExecute"]
    before: Map[str, float] = view.fact("evictions", key.name) or Map()
    pods = [p for p in view.on_node(key.name) if not is_terminating(p)]
    decisions: list[Decision] = []
    started: Map[str, float] = Map()
    due: dict[str, float] = {}
    for pod in pods:
        patience = _patience(pod, taints)
        if patience is None:
            if pod.metadata.uid in before:
                decisions.append(_event(pod, "Cancelling deletion of"))
            continue
        since = before.get(pod.metadata.uid, view.time)
        if view.time >= since + patience:
            decisions += _evict(view, pod, taints[0].key, patience)
            continue
        started = started.set(pod.metadata.uid, since)
        due[pod.metadata.name] = since + patience
    if due:
        text = f"lets {', '.join(due)} stay until tolerationSeconds are over: {taints[0].key}"
        decisions += [Wait(text, "P26"), Again(min(due.values()))]
    if started != before:
        decisions.insert(0, Remember(("evictions", key.name), started or None))
    return decisions


def _patience(pod: Object, taints: list[Object]) -> float | None:
    """Seconds for which a Pod tolerates all of the taints; None: for ever (P31)."""
    limits: list[float] = []
    for taint in taints:
        tolerated = tolerations_of(pod, taint)
        if not tolerated:
            return 0.0
        limits += [float(t.tolerationSeconds) for t in tolerated if t.tolerationSeconds is not None]
    return max(0.0, min(limits)) if limits else None


def _evict(view: View, pod: Object, taint: str, patience: float) -> list[Decision]:
    after = f" for {patience:.0f} s" if patience else ""
    why = "Taint manager: deleting due to NoExecute taint"
    return [
        UpdateStatus(
            with_disruption(view, pod, "DeletionByTaintManager", why),
            f"marks {pod.metadata.name} as a target of disruption",
            "P26",
        ),
        Delete(
            key_of(pod),
            f"deletes {pod.metadata.name}: its node has had the taint {taint}{after}",
            "P26",
            event=_event(pod, "Marking for deletion"),
        ),
    ]


def _event(pod: Object, doing: str) -> Event:
    where = f"{pod.metadata.namespace}/{pod.metadata.name}"
    return Event(pod, "Normal", "TaintManagerEviction", f"{doing} Pod {where}")  # E21


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    """The tainted node to which a Pod has come."""
    arrived = record.after and record.after.spec.nodeName
    if arrived and not (record.before and record.before.spec.nodeName):
        node = view.find("Node", "", arrived)
        if node is not None and node.spec.taints:
            yield key_of(node)


WATCHES = {"Node": itself, "Pod": _of_pod}
