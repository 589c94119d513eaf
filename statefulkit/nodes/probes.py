"""Readiness: whether running containers can serve (P4, P5)."""

from __future__ import annotations

from collections.abc import Mapping

from statefulkit import apps
from statefulkit.apps.world import World
from statefulkit.store import Object, View


def ready(view: View, pod: Object, since: Mapping[str, float]) -> set[str]:
    """Those of the containers, running `since` then, that nobody has made unready and that can serve.

    One with a readiness probe is not ready before its initial delay is over.
    """
    running = [c for c in pod.spec.containers if c.name in since]
    return {
        c.name
        for c in running
        if since[c.name] + _delay(c) <= view.time and _can_serve(view, pod, c)
    }


def due(view: View, pod: Object, since: Mapping[str, float]) -> list[float]:
    """When initial delays will be over."""
    times = (since[c.name] + _delay(c) for c in pod.spec.containers if c.name in since)
    return [t for t in times if t > view.time]


def _delay(container: Object) -> float:
    probe = container.readinessProbe
    return float(probe.initialDelaySeconds or 0) if probe else 0.0


def _can_serve(view: View, pod: Object, container: Object) -> bool:
    if view.fact("unready", pod.metadata.uid) and container in _probed(pod):
        return False
    run = apps.application(container)
    return run is None or run.is_ready(World(view, pod, container))


def _probed(pod: Object) -> list[Object]:
    """The containers that `make_unready` means: those with a readiness probe, or else the first."""
    return [c for c in pod.spec.containers if c.readinessProbe] or pod.spec.containers[:1]
