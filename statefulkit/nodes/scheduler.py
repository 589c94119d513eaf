"""The scheduler: once in a Pod's life, a node is chosen for it (P17 to P23)."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from lightkube.models.core_v1 import PodCondition, Taint
from msgspec.structs import replace

from statefulkit.api import selectors
from statefulkit.api.labels import HOSTNAME_LABEL, NOT_READY, UNSCHEDULABLE
from statefulkit.conditions import condition, is_finished, is_terminating, with_condition
from statefulkit.controllers.pods import controller_of, tolerations_of
from statefulkit.decisions import Decision, Event, Remember, Update, UpdateStatus, Wait, itself
from statefulkit.nodes import leftbehind, volumebinding
from statefulkit.store import Key, Object, Record, View, key_of, timestamp

NAME = "default-scheduler"
_REPELLED = "node(s) didn't match pod anti-affinity rules"
_KEPT_OFF = "node(s) didn't satisfy existing pods anti-affinity rules"
_FULL = "Too many pods"
_CURABLE = (_FULL, _REPELLED, _KEPT_OFF, volumebinding.TAKEN_BY_A_POD)
_CORDONED = Taint(key=UNSCHEDULABLE, effect="NoSchedule")


def plan(view: View, key: Key) -> list[Decision]:
    """Bind the Pod at `key` to a node, or say why no node will do."""
    pod = view.find(*key)
    if pod is None or is_terminating(pod):
        return []
    if pod.spec.nodeName:  # somebody else has placed it; others keep off it all the same
        return [_repels(key)] if _terms(pod) else []
    nodes = view.all("Node")
    if not nodes:
        return _unschedulable(view, pod, "no nodes available to schedule pods")
    if problem := volumebinding.problem(view, pod):
        return _unschedulable(view, pod, _message(len(nodes), [problem], 0))
    reasons = {n.metadata.name: _unfit(view, pod, n) for n in nodes}
    fitting = [n for n in nodes if not reasons[n.metadata.name]]
    if not fitting:
        counted = Counter(reasons.values())
        parts = sorted(f"{n} {why}" for why, n in counted.items())
        curable = sum(counted[why] for why in _CURABLE)
        return _unschedulable(view, pod, _message(len(nodes), parts, curable))
    best = min(fitting, key=lambda n: _load(view, pod, n))
    if claims := volumebinding.unbound(view, pod):
        return volumebinding.bind(view, claims, best)
    node = best.metadata.name
    bound = replace(pod, spec=replace(pod.spec, nodeName=node))
    where = f"{key.namespace}/{key.name}"
    done = Event(pod, "Normal", "Scheduled", f"Successfully assigned {where} to {node}")
    binds = Update(bound, f"binds {key.name} to {node}", "P17", done)
    return [_repels(key), binds] if _terms(pod) else [binds]


def _repels(key: Key) -> Remember:
    """From now on there is a Pod with anti-affinity in the namespace: see `_repelled`."""
    return Remember(("repelling", key.namespace), True)


# -- nodes ----------------------------------------------------------------------------------------


def _unfit(view: View, pod: Object, node: Object) -> str:
    """Why this node will not do; empty where it does (P20, P21)."""
    if node.spec.unschedulable and not tolerations_of(pod, _CORDONED):
        return "node(s) were unschedulable"
    if not leftbehind.has_kubelet(node):
        return f"node(s) had untolerated taint {{{NOT_READY}: }}"
    for taint in node.spec.taints or ():
        if taint.effect != "PreferNoSchedule" and not tolerations_of(pod, taint):
            return f"node(s) had untolerated taint {{{taint.key}: {taint.value or ''}}}"
    labels = node.metadata.labels or {}
    if not (pod.spec.nodeSelector or {}).items() <= labels.items():
        return "node(s) didn't match Pod's node affinity/selector"
    if _is_full(view, node):
        return _FULL
    if volumebinding.is_taken(view, pod):
        return volumebinding.TAKEN_BY_A_POD
    if why_not := volumebinding.unfit(view, pod, node):
        return why_not
    return _repelled(view, pod, node)


def _is_full(view: View, node: Object) -> bool:
    """Whether the node has as many Pods as it takes; finished ones do not count."""
    name, room = node.metadata.name, node.status and node.status.allocatable
    most = int((room or {}).get("pods", sys.maxsize))
    if view.count_on_node(name) < most:
        return False
    return sum(not is_finished(p) for p in view.on_node(name)) >= most


def _repelled(view: View, pod: Object, node: Object) -> str:
    """Which Pods on the node and this one do not go together; empty where all do (P18).

    A rule works in both directions, also against a Pod that has none. Finished Pods do not count.
    The fact `("repelling", namespace)` saves the look at all Pods where none has such a rule.
    """
    namespace = pod.metadata.namespace
    if not _terms(pod) and not view.fact("repelling", namespace):
        return ""
    others = [
        p
        for p in view.on_node(node.metadata.name)
        if p.metadata.namespace == namespace and not is_finished(p)
    ]
    if any(_keeps_off(pod, other) for other in others):
        return _REPELLED
    return _KEPT_OFF if any(_keeps_off(other, pod) for other in others) else ""


def _terms(pod: Object) -> list[Object]:
    """Required anti-affinity on the host name, the only affinity that is modelled."""
    affinity = pod.spec.affinity and pod.spec.affinity.podAntiAffinity
    terms = (affinity and affinity.requiredDuringSchedulingIgnoredDuringExecution) or ()
    return [t for t in terms if t.topologyKey == HOSTNAME_LABEL and t.labelSelector is not None]


def _keeps_off(pod: Object, other: Object) -> bool:
    labels = other.metadata.labels or {}
    return any(selectors.matches(term.labelSelector, labels) for term in _terms(pod))


def _load(view: View, pod: Object, node: Object) -> tuple[int, int, int, str]:
    """The fewest PreferNoSchedule taints first, then siblings, then Pods, then by name."""
    owner = controller_of(pod)
    name = node.metadata.name
    avoided = [
        taint
        for taint in node.spec.taints or ()
        if taint.effect == "PreferNoSchedule" and not tolerations_of(pod, taint)
    ]
    siblings = view.count_on_node(name, owner.uid) if owner else 0
    return len(avoided), siblings, view.count_on_node(name), name


# -- no luck --------------------------------------------------------------------------------------


def _message(nodes: int, parts: list[str], curable: int) -> str:
    """The text of FailedScheduling; `curable` nodes would do if Pods were gone from them (P19)."""
    counts = {
        "No preemption victims found for incoming pod": curable,
        "Preemption is not helpful for scheduling": nodes - curable,
    }
    why_not = ", ".join(sorted(f"{n} {text}" for text, n in counts.items() if n))
    lead = f"0/{nodes} nodes are available:"
    return f"{lead} {', '.join(parts)}. preemption: {lead} {why_not}."


def _unschedulable(view: View, pod: Object, message: str) -> list[Decision]:
    wait = Wait(f"leaves {pod.metadata.name} Pending: {message}", "P19")
    told = condition(pod, "PodScheduled")
    if told is not None and told.message == message:
        return [wait]
    news = PodCondition(
        type="PodScheduled",
        status="False",
        reason="Unschedulable",
        message=message,
        lastTransitionTime=timestamp(view.time),
    )
    text = f"marks {pod.metadata.name} unschedulable"
    return [
        UpdateStatus(with_condition(pod, news), text, "P19"),
        Event(pod, "Warning", "FailedScheduling", message),
        wait,
    ]


# -- what wakes it up -----------------------------------------------------------------------------


def _pending(view: View, _: Record) -> Iterable[Key]:
    """Anything that may make room: look at all Pods without a node again."""
    return (key_of(p) for p in view.unscheduled())


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    if record.after is None or is_finished(record.after):
        return _pending(view, record)
    old, new = record.before, record.after
    if record.verb == "status":
        return ()
    if old is not None and old.metadata.labels != new.metadata.labels:
        return _pending(view, record)  # it may keep nobody off any more
    return itself(view, record) if old is None or not new.spec.nodeName else ()


def _of_claim(view: View, record: Record) -> Iterable[Key]:
    if record.verb == "status" and record.after.status.phase != "Lost":
        return ()
    users = view.using_claim(record.key.namespace, record.key.name)
    return (key_of(p) for p in users if not p.spec.nodeName)


def _of_volume(view: View, record: Record) -> Iterable[Key]:
    """Everybody, unless the volume has been given away already."""
    ref = record.after and record.after.spec.claimRef
    return () if ref and ref.uid else _pending(view, record)


WATCHES = {
    "Pod": _of_pod,
    "Node": _pending,
    "PersistentVolumeClaim": _of_claim,
    "PersistentVolume": _of_volume,
    "StorageClass": _pending,
}
