"""Containers that outlive their Pod's object, and what goes with a Pod at last (P14, P28, V18).

Whoever deletes a Pod by force takes its object away without asking its kubelet. The containers run
on, with their IP and their volumes, until the kubelet hears of it; on a node that is cut off, for
ever. Then two processes may hold one identity (S58).
"""

from __future__ import annotations

from typing import NamedTuple

from immutables import Map

from statefulkit.decisions import Act, Again, Decision, Remember
from statefulkit.store import Key, Object, View, key_of

KILL_SECONDS = 2.0


class Killing(NamedTuple):
    """The fact that takes the place of a Pod's stage while its kubelet stops what was left."""

    until: float


def is_alive(view: View, pod: Object) -> bool:
    """Whether the kubelet of the Pod's node does its work: a dead one decides nothing (P27)."""
    name = pod.spec.nodeName
    node = view.find("Node", "", name) if name else None
    return node is not None and runs(view, node)


def runs(view: View, node: Object) -> bool:
    """Whether a node's kubelet does its work."""
    return has_kubelet(node) and view.fact("down", node.metadata.name) is None


def has_kubelet(node: Object) -> bool:
    """Whether a machine stands behind a Node: an object that somebody wrote has none."""
    return bool(node.spec.podCIDR and node.status and node.status.addresses)


def all_of(view: View) -> list[Object]:
    """The Pods whose containers were left behind: their last versions."""
    found: Map[str, Object] = view.fact("left behind") or Map()
    return list(found.values())


def on_node(view: View, node: str) -> list[Object]:
    """Those on one node."""
    return [p for p in all_of(view) if p.spec.nodeName == node]


def plan(view: View, key: Key) -> list[Decision]:
    """Stop what was left behind of Pods of this name, each on its own node."""
    found: Map[str, Object] = view.fact("left behind") or Map()
    decisions: list[Decision] = []
    for uid, pod in found.items():
        if key_of(pod) != key or not is_alive(view, pod):
            continue
        stage = view.fact("kubelet", uid)
        if not isinstance(stage, Killing):
            until = view.time + KILL_SECONDS
            decisions += [Remember(("kubelet", uid), Killing(until)), Again(until)]
        elif view.time < stage.until:
            decisions.append(Again(stage.until))
        else:
            node = view.find("Node", "", pod.spec.nodeName)
            text = f"stops the containers of {key.name} on {pod.spec.nodeName}: its Pod is gone"
            facts = [Remember(("left behind",), found.delete(uid) or None), *forget(view, pod)]
            decisions.append(Act(node, tuple(facts), text, "P28"))
    return decisions


def forget(view: View, pod: Object) -> list[Remember]:
    """What goes with the Pod: its root file systems and emptyDirs (V18)."""
    uid = pod.metadata.uid
    mine = [("kubelet", uid), ("unready", uid), ("crash", uid)]
    mine += [("disk", f"root/{uid}/{c.name}") for c in pod.spec.containers]
    mine += [("disk", f"emptyDir/{uid}/{v.name}") for v in pod.spec.volumes or () if v.emptyDir]
    return [Remember(key, None) for key in mine if view.fact(*key) is not None]
