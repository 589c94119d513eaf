"""What a kubelet says of its own node: that new Pods may come to it, or not (E24)."""

from __future__ import annotations

from statefulkit.decisions import Decision, Event, Remember
from statefulkit.nodes import leftbehind
from statefulkit.store import Key, View


def plan(view: View, key: Key) -> list[Decision]:
    """Tell of the node at `key` what has changed since its kubelet last looked."""
    node, told = view.find(*key), ("unschedulable", key.name)
    if node is None or not leftbehind.runs(view, node):
        return []
    closed = bool(node.spec.unschedulable)
    if closed is bool(view.fact(*told)):
        return []
    word = "NodeNotSchedulable" if closed else "NodeSchedulable"
    text = f"Node {key.name} status is now: {word}"
    return [Remember(told, closed or None), Event(node, "Normal", word, text)]
