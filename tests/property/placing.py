"""Where Pods and disks go, and who may act there: checked on records (P17 to P33, V15) and addresses."""

from __future__ import annotations

from typing import Any

from statefulkit.api import selectors
from statefulkit.conditions import is_finished, is_ready, is_terminating
from statefulkit.store import Record, View

PATIENCE = 300.0  # P26


def check_record(view: View, record: Record) -> None:
    """One record, with the moment before it."""
    kind, pod = record.key.kind, record.before
    if kind == "VolumeAttachment" and pod is None:
        _one_cable(view, record.after)
    if kind != "Pod" or pod is None:
        return
    if record.after is not None and record.after.spec.nodeName != pod.spec.nodeName:
        _bound_rightly(view, pod, view.find("Node", "", record.after.spec.nodeName))
    if record.actor == "kubelet":  # one that is cut off is not heard of (P24)
        assert view.fact("down", pod.spec.nodeName) is None
    if record.verb == "delete" and record.actor == "taint-eviction-controller":
        _tolerated_long_enough(view, pod, record.time)
    if record.rule == "P33" and record.verb == "delete" and not is_terminating(pod):
        _budgets_allow(view, pod)


def _one_cable(view: View, attachment: Any) -> None:
    """A ReadWriteOnce disk is attached to one node at a time (V15)."""
    volume = attachment.spec.source.persistentVolumeName
    for other in view.all("VolumeAttachment"):
        assert other.spec.source.persistentVolumeName != volume


def _bound_rightly(view: View, pod: Any, node: Any) -> None:
    """Pods are bound once, to a node that takes new ones and reaches their disk (P17, P20, V17)."""
    assert not pod.spec.nodeName
    assert not node.spec.unschedulable
    assert not [t for t in node.spec.taints or () if t.effect == "NoSchedule" or t.key == "a"]
    for volume in pod.spec.volumes or ():
        if volume.persistentVolumeClaim:
            name = volume.persistentVolumeClaim.claimName
            claim = view.find("PersistentVolumeClaim", "default", name)
            disk = view.find("PersistentVolume", "", claim.spec.volumeName)
            affinity = disk.spec.nodeAffinity
            if affinity:
                (term,) = affinity.required.nodeSelectorTerms
                assert term.matchExpressions[0].values == [node.metadata.name]


def _tolerated_long_enough(view: View, pod: Any, now: float) -> None:
    """A Pod on a node that is not heard of stays for 300 s, one that tolerates nothing goes (P26)."""
    node = view.find("Node", "", pod.spec.nodeName)
    taints = [t for t in node.spec.taints or () if t.effect == "NoExecute"]
    assert taints
    if all(t.key.startswith("node.kubernetes.io/") for t in taints):
        since = view.fact("down", node.metadata.name)
        assert since is None or now >= since + PATIENCE


def _budgets_allow(view: View, pod: Any) -> None:
    """Nobody evicts a Ready Pod that a budget needs (P33)."""
    for budget in view.all("PodDisruptionBudget", "default"):
        if is_ready(pod) and selectors.matches(budget.spec.selector, pod.metadata.labels or {}):
            assert budget.status.disruptionsAllowed > 0


def check_addresses(view: View) -> None:
    """No two Pods have one IP."""
    placed = [p.status.podIP for p in view.all("Pod") if p.status.podIP and not is_finished(p)]
    assert len(placed) == len(set(placed))


def check_at_rest(view: View) -> None:
    """Nobody stays where nobody is tolerated (P26)."""
    for node in view.all("Node"):
        if any(t.key == "a" and t.effect == "NoExecute" for t in node.spec.taints or ()):
            assert all(is_terminating(p) for p in view.on_node(node.metadata.name))
