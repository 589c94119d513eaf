"""The node controller: what follows when a kubelet falls silent (P24, P25, P29).

A real one counts missed lease renewals. Here the moment of the failure is a run-time fact,
`("down", node)`, and the controller looks again when the grace period is over.
"""

from __future__ import annotations

from lightkube.models.core_v1 import NodeCondition, Taint
from msgspec.structs import replace

from statefulkit.api.labels import UNREACHABLE
from statefulkit.conditions import condition, is_ready, with_condition
from statefulkit.decisions import Again, Decision, Event, Update, UpdateStatus, Wait, itself
from statefulkit.nodes import podstatus
from statefulkit.store import Key, Object, View, timestamp

NAME = "node-controller"

GRACE_SECONDS = 50.0  # P24: node-monitor-grace-period
_EFFECTS = ("NoSchedule", "NoExecute")


def plan(view: View, key: Key) -> list[Decision]:
    """Mark the node at `key` lost or found, and its Pods not Ready."""
    node = view.find(*key)
    if node is None:
        return []
    failed = view.fact("down", key.name)
    if failed is None:
        return _found(view, node)
    if view.time < failed + GRACE_SECONDS:
        wait = Wait(f"has not missed {key.name} for {GRACE_SECONDS:.0f} s yet", "P24")
        return [wait, Again(failed + GRACE_SECONDS)]
    return _lost(view, node)


def _lost(view: View, node: Object) -> list[Decision]:
    name = node.metadata.name
    if _is_marked(node):
        return []
    told = NodeCondition(
        type="Ready",
        status="Unknown",
        reason="NodeStatusUnknown",
        message="Kubelet stopped posting node status.",
        lastTransitionTime=timestamp(view.time),
    )
    decisions: list[Decision] = [
        UpdateStatus(with_condition(node, told), f"marks {name} NotReady", "P24"),
        Event(node, "Normal", "NodeNotReady", f"Node {name} status is now: NodeNotReady"),
    ]
    for pod in view.on_node(name):
        if is_ready(pod):
            lost = replace(pod, status=podstatus.unknown(view, pod))
            text = f"marks {pod.metadata.name} not Ready: its node {name} is lost"
            decisions.append(UpdateStatus(lost, text, "P25"))
            decisions.append(Event(pod, "Warning", "NodeNotReady", "Node is not ready"))
    taints = [Taint(key=UNREACHABLE, effect=e, timeAdded=timestamp(view.time)) for e in _EFFECTS]
    spec = replace(node.spec, taints=[*(node.spec.taints or ()), *taints])
    meta = replace(node.metadata, resourceVersion=None)
    tainted = replace(node, metadata=meta, spec=spec)
    return [*decisions, Update(tainted, f"taints {name} as unreachable", "P24")]


def _found(view: View, node: Object) -> list[Decision]:
    if not _is_marked(node):
        return []
    name = node.metadata.name
    told = NodeCondition(
        type="Ready",
        status="True",
        reason="KubeletReady",
        message="kubelet is posting ready status",
        lastTransitionTime=timestamp(view.time),
    )
    taints = [t for t in node.spec.taints or () if t.key != UNREACHABLE]
    meta = replace(node.metadata, resourceVersion=None)
    untainted = replace(node, metadata=meta, spec=replace(node.spec, taints=taints or None))
    return [
        UpdateStatus(with_condition(node, told), f"marks {name} Ready again", "P29"),
        Update(untainted, f"removes the unreachable taint of {name}", "P29"),
    ]


def _is_marked(node: Object) -> bool:
    ready = condition(node, "Ready")
    return ready is not None and ready.status != "True"


WATCHES = {"Node": itself}
