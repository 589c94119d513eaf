"""The Pod garbage collector: Pods whose node will never speak for them again (P28).

It removes by force: Pods bound to a node that no longer exists, and terminating Pods on a node that
an administrator has declared out of service.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from statefulkit.api.labels import OUT_OF_SERVICE
from statefulkit.conditions import is_finished, is_ready, is_terminating
from statefulkit.controllers.pods import with_disruption
from statefulkit.decisions import (
    Again,
    Decision,
    Delete,
    Remember,
    UpdateStatus,
    Wait,
    itself,
)
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "pod-garbage-collector"

QUARANTINE_SECONDS = 60.0  # P28: "within about a minute"
CHECK_SECONDS = 20.0  # between two looks


def plan(view: View, key: Key) -> list[Decision]:
    """Remove the Pods that are stuck on the node at `key`."""
    node = view.find(*key)
    if node is not None:
        return [*_forget(view, key), *_out_of_service(view, node)]
    pods = view.on_node(key.name)
    if not pods:
        return _forget(view, key)
    since = view.fact("missing", key.name)
    start = view.time if since is None else since
    if view.time < start + QUARANTINE_SECONDS:
        text = f"waits {QUARANTINE_SECONDS:.0f} s for {key.name} to come back before it removes its Pods"
        return [
            Remember(("missing", key.name), start),
            Wait(text, "P28"),
            Again(start + QUARANTINE_SECONDS),
        ]
    why, seen = f"its node {key.name} is gone", view.time + CHECK_SECONDS - QUARANTINE_SECONDS
    removed = [d for pod in pods for d in _remove(view, pod, why, gone=True)]
    return [
        *removed,
        Remember(("missing", key.name), seen),
    ]  # who comes next waits for the next look


def _forget(view: View, key: Key) -> list[Decision]:
    return [] if view.fact("missing", key.name) is None else [Remember(("missing", key.name), None)]


def _out_of_service(view: View, node: Object) -> list[Decision]:
    if is_ready(node) or not any(t.key == OUT_OF_SERVICE for t in node.spec.taints or ()):
        return []
    stuck = [p for p in view.on_node(node.metadata.name) if is_terminating(p)]
    why = f"{node.metadata.name} is out of service"
    return [d for pod in stuck for d in _remove(view, pod, why, gone=False)]


def _remove(view: View, pod: Object, why: str, *, gone: bool) -> list[Decision]:
    name = pod.metadata.name
    marked = pod
    if gone:
        text = "PodGC: node no longer exists"
        marked = with_disruption(view, pod, "DeletionByPodGC", text)
    decisions: list[Decision] = []
    if not is_finished(pod):
        failed = replace(marked, status=replace(marked.status, phase="Failed"))
        decisions.append(UpdateStatus(failed, f"marks {name} Failed: {why}", "P28"))
    return [*decisions, Delete(key_of(pod), f"removes {name} by force: {why}", "P28", grace=0)]


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    """The Pod's node, where it is gone or tainted."""
    if record.after is not None and record.after.spec.nodeName:
        key = Key("Node", "", record.after.spec.nodeName)
        node = view.find(*key)
        if node is None or node.spec.taints:
            yield key


WATCHES = {"Node": itself, "Pod": _of_pod}
