"""Containers that end and start again in the same Pod: after a crash, or with another image (P8)."""

from __future__ import annotations

from statefulkit.decisions import Again, Decision, Event, Remember, doubled
from statefulkit.nodes import podstatus
from statefulkit.nodes.stage import (
    BACK_OFF,
    ERROR_SECONDS,
    HEALTHY_SECONDS,
    LONGEST_BACK_OFF,
    STOP_SECONDS,
    Stage,
    enter,
    killing,
    show,
)
from statefulkit.store import Object, View


def crashed(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The first container ended: the first restart is immediate, the later ones wait (P8)."""
    container = pod.spec.containers[0].name
    ran = view.time - stage.since.get(container, view.time)
    failures = 0 if ran >= HEALTHY_SECONDS else stage.failures
    delay = doubled(BACK_OFF, failures - 1, LONGEST_BACK_OFF) if failures else 0.0
    until = view.time + (ERROR_SECONDS if delay else 0.0)
    text = f"container {container} of {pod.metadata.name} ended; restarts it in {delay:.0f} s"
    ended = _without(stage, [container])._replace(
        name="ended" if delay else "images", until=until, failures=failures + 1
    )
    return [
        *_forget(pod, [container]),
        enter(pod, ended),
        show(pod, podstatus.ended(view, pod, [container], failed=True), text, "P8"),
        Again(until),
    ]


def ended(_: View, pod: Object, stage: Stage) -> list[Decision]:
    """Wait before the restart: the delay counts from the container's end (P8)."""
    meta, container = pod.metadata, pod.spec.containers[0].name
    delay = doubled(BACK_OFF, stage.failures - 2, LONGEST_BACK_OFF)
    until = stage.until - ERROR_SECONDS + delay
    where = f"{container} in pod {meta.name}_{meta.namespace}({meta.uid})"
    text = f"backs off from restarting {container}"
    return [
        enter(pod, stage._replace(name="images", until=until)),
        Event(pod, "Warning", "BackOff", f"Back-off restarting failed container {where}"),
        show(pod, podstatus.backing_off(pod, delay), text, "P8"),
        Again(until),
    ]


def is_renewed(pod: Object, stage: Stage) -> bool:
    """Whether the container that waits for its restart is to run another image: it waits no longer."""
    waits = stage.name in ("ended", "images") and pod.spec.containers[0].name not in stage.since
    return waits and pod.spec.containers[0].image != pod.status.containerStatuses[0].image


def outdated(pod: Object, stage: Stage) -> list[str]:
    """The containers that run another image than the Pod's spec names by now."""
    both = zip(pod.spec.containers, pod.status.containerStatuses or (), strict=False)
    return [c.name for c, status in both if c.name in stage.since and c.image != status.image]


def stop_outdated(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Somebody has changed the image of a container that runs: it is stopped first."""
    grace = float(pod.spec.terminationGracePeriodSeconds or 0)
    until = view.time + min(STOP_SECONDS, max(grace, 0.0))
    kills = [
        killing(pod, f"Container {name} definition changed, will be restarted")
        for name in outdated(pod, stage)
    ]
    return [enter(pod, stage._replace(name="outdated", until=until)), *kills, Again(until)]


def replace_outdated(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """They have stopped: on with the images that they need now."""
    names = outdated(pod, stage)
    first = pod.spec.containers[0].name in names
    new = _without(stage, names)._replace(
        name="images", until=view.time, failures=0 if first else stage.failures
    )
    text = f"restarts {', '.join(names)} of {pod.metadata.name} with another image"
    return [
        *_forget(pod, names),
        enter(pod, new),
        show(pod, podstatus.ended(view, pod, names), text, "P8"),
        Again(view.time),
    ]


def _without(stage: Stage, names: list[str]) -> Stage:
    since = stage.since
    for name in names:
        since = since.delete(name) if name in since else since
    return stage._replace(since=since)


def _forget(pod: Object, names: list[str]) -> list[Decision]:
    """What goes with containers: their file systems (V18), and the crash that was to come."""
    uid = pod.metadata.uid
    disks = [Remember(("disk", f"root/{uid}/{name}"), None) for name in names]
    return [Remember(("crash", uid), None), *disks]
