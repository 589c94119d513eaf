"""Readiness: whether a running Pod can serve (P4, P5)."""

from __future__ import annotations

from statefulkit import apps
from statefulkit.apps.world import World
from statefulkit.store import Object, View


def succeed(view: View, pod: Object) -> bool:
    """Whether nobody has made the Pod unready and each of its programs says that it can serve."""
    if view.fact("unready", pod.metadata.uid):
        return False
    for container in pod.spec.containers:
        run = apps.application(container)
        if run is not None and not run.is_ready(World(view, pod, container)):
            return False
    return True
