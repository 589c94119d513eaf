"""The kubelets: they turn a bound Pod into running containers, and back (P1 to P16).

A Pod's life on its node is a row of stages, each with the virtual second at which it ends:
volumes → sandbox → pull → init → start → run → (stop). The stage is a run-time fact,
`("kubelet", pod uid)`; what the API shows of it is the Pod's status.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lightkube.models.core_v1 import PodStatus
from msgspec.structs import replace

from statefulkit.conditions import is_finished, is_ready, is_terminating
from statefulkit.decisions import (
    Again,
    Decision,
    Delete,
    Event,
    Remember,
    UpdateStatus,
    Wait,
    doubled,
)
from statefulkit.nodes import attachdetach, leftbehind, podstatus, probes, schedulable
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "kubelet"

MOUNT_SECONDS = 120.0  # E26
SANDBOX_SECONDS, PULL_SECONDS, START_SECONDS, STOP_SECONDS = 0.5, 1.2, 0.3, 2.0
INIT_SECONDS = 0.5  # each init container ends well after that
ERROR_SECONDS = 1.0  # how long Error and ErrImagePull show before the back-off does
BACK_OFF, LONGEST_BACK_OFF, HEALTHY_SECONDS = 10.0, 300.0, 600.0  # P8, P9


class Stage(NamedTuple):
    """Where a Pod is in its life on the node, and until when; how often it failed there.

    `init` counts the init containers that are done; `pulled` are the images that were pulled for
    containers that have not started yet.
    """

    name: str
    until: float = 0.0
    failures: int = 0
    init: int = 0
    pulled: tuple[str, ...] = ()


def plan(view: View, key: Key) -> list[Decision]:
    """What a kubelet does now for a Pod, or says of its node."""
    if key.kind == "Node":
        return schedulable.plan(view, key)
    return [*leftbehind.plan(view, key), *_plan(view, key)]


def _plan(view: View, key: Key) -> list[Decision]:
    pod = view.find(*key)
    if pod is None or not leftbehind.is_alive(view, pod):
        return []
    stage = view.fact("kubelet", pod.metadata.uid) or Stage("new")
    if is_terminating(pod):
        return _terminate(view, pod, stage)
    if is_finished(pod):
        return []
    if view.time < stage.until:
        return [Again(stage.until)]
    return _STAGES[stage.name](view, pod, stage)


# -- from nothing to running ----------------------------------------------------------------------


def _new(view: View, pod: Object, _: Stage) -> list[Decision]:
    """Take the Pod on: its containers wait for its volumes and their sandbox."""
    status = podstatus.creating(view, pod)
    text = f"prepares volumes and sandbox of {pod.metadata.name}"
    stage = Stage("volumes", view.time, failures=0)
    return [_enter(pod, stage), _show(pod, status, text, "P3"), Again(view.time)]


def _volumes(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Wait until the attach/detach controller has attached the Pod's network disks (V15)."""
    missing = attachdetach.waits_for(view, pod)
    if not missing:
        until = view.time + SANDBOX_SECONDS
        return [_enter(pod, Stage("sandbox", until)), Again(until)]
    wait = Wait(f"waits until {', '.join(missing)} is attached to {pod.spec.nodeName}", "V15")
    if stage.failures:
        return [wait]
    due = stage.until + MOUNT_SECONDS
    if view.time < due:
        return [wait, Again(due)]
    mounted = [
        v.name
        for v in pod.spec.volumes
        if v.persistentVolumeClaim and v.persistentVolumeClaim.claimName in missing
    ]
    text = (  # E26
        f"Unable to attach or mount volumes: unmounted volumes=[{' '.join(mounted)}], "
        "unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition"
    )
    stage = stage._replace(failures=1)
    return [_enter(pod, stage), Event(pod, "Warning", "FailedMount", text), wait]


def _sandbox(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The sandbox is up: the Pod has its IP; now for the images."""
    host, ip = podstatus.next_ip(view, pod.spec.nodeName)
    status = podstatus.with_ip(view, pod, ip)
    text = f"gives {pod.metadata.name} the IP {ip}"
    return [
        Remember(("ip", pod.spec.nodeName), host),
        *_pull(view, pod, stage),
        _show(pod, status, text, "P3"),
    ]


def _pull(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Start pulling the first image that the node lacks and may need; or go on to the start."""
    for image in podstatus.images(pod):
        if not view.fact("image", pod.spec.nodeName, image):
            until = view.time + PULL_SECONDS
            return [
                _enter(pod, Stage("pull", until, stage.failures, pulled=stage.pulled)),
                Event(pod, "Normal", "Pulling", f'Pulling image "{image}"'),
                Again(until),
            ]
    until = view.time + (INIT_SECONDS if pod.spec.initContainers else START_SECONDS)
    name = "init" if pod.spec.initContainers else "start"
    return [_enter(pod, Stage(name, until, pulled=stage.pulled)), Again(until)]


def _init(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The next init container has ended well, or, a sidecar, has started (P7, P16)."""
    done, of = stage.init + 1, len(pod.spec.initContainers)
    container = pod.spec.initContainers[stage.init]
    text = f"init container {container.name} of {pod.metadata.name} is done: {done} of {of}"
    until = view.time + (INIT_SECONDS if done < of else START_SECONDS)
    events, pulled = _starting(pod, [container], stage.pulled)
    next_ = Stage("init" if done < of else "start", until, init=done, pulled=pulled)
    return [
        _enter(pod, next_),
        *events,
        _show(pod, podstatus.initialized(view, pod, done), text, "P7"),
        Again(until),
    ]


def _pulled(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The pull is over, well or badly (P9)."""
    node = pod.spec.nodeName
    image = next((i for i in podstatus.images(pod) if not view.fact("image", node, i)), "")
    if podstatus.can_pull(image):
        took = f"{PULL_SECONDS:.1f}s ({PULL_SECONDS:.1f}s including waiting)"
        text = f'Successfully pulled image "{image}" in {took}. Image size: 72000000 bytes.'
        return [
            Remember(("image", node, image), True),
            Event(pod, "Normal", "Pulled", text),
            _enter(pod, Stage("images", pulled=(*stage.pulled, image))),
            Again(view.time),
        ]
    delay = doubled(BACK_OFF, stage.failures, LONGEST_BACK_OFF)
    error = f'Failed to pull image "{image}": not found'
    status = podstatus.cannot_pull(pod, image, "ErrImagePull", error)
    shown = view.time + ERROR_SECONDS
    return [
        _enter(pod, Stage("pull failed", shown, stage.failures + 1, pulled=stage.pulled)),
        Event(pod, "Warning", "Failed", error),
        Event(pod, "Warning", "Failed", "Error: ErrImagePull"),
        _show(pod, status, f"cannot pull image {image} for {pod.metadata.name}", "P9"),
        Wait(f"tries to pull image {image} again in {delay:.0f} s", "P9"),
        Again(shown),
    ]


def _pull_failed(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Wait before the next pull: the delay counts from the failure (P9)."""
    node = pod.spec.nodeName
    image = next(i for i in podstatus.images(pod) if not view.fact("image", node, i))
    delay = doubled(BACK_OFF, stage.failures - 1, LONGEST_BACK_OFF)
    until = stage.until - ERROR_SECONDS + delay
    message = f'Back-off pulling image "{image}"'
    status = podstatus.cannot_pull(pod, image, "ImagePullBackOff", message)
    return [
        _enter(pod, Stage("back-off", until, stage.failures, pulled=stage.pulled)),
        Event(pod, "Normal", "BackOff", message),
        Event(pod, "Warning", "Failed", "Error: ImagePullBackOff"),
        _show(pod, status, f"backs off from pulling image {image}", "P9"),
        Again(until),
    ]


def _start(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Start the containers; without a readiness probe they are ready at once (P4)."""
    name = pod.metadata.name
    both = zip(pod.spec.containers, pod.status.containerStatuses, strict=True)
    events, _ = _starting(pod, [c for c, s in both if not s.state.running], stage.pulled)
    ready_at = view.time + podstatus.readiness_delay(pod)
    ready = ready_at <= view.time and probes.succeed(view, pod)
    text = f"starts the containers of {name}: Running{' and Ready' if ready else ''}"
    return [
        _enter(pod, Stage("run", ready_at, stage.failures)),
        *events,
        _show(pod, podstatus.running(view, pod, ready=ready), text, "P4"),
        Again(ready_at),
    ]


def _starting(
    pod: Object, containers: list[Object], pulled: tuple[str, ...]
) -> tuple[list[Event], tuple[str, ...]]:
    """The Events of containers that start, and which pulled images are left for others (E15, E16)."""
    events: list[Event] = []
    left = list(pulled)
    for c in containers:
        if c.image in left:
            left.remove(c.image)
        elif c.imagePullPolicy != "Always":
            text = f'Container image "{c.image}" already present on machine'
            events.append(Event(pod, "Normal", "Pulled", text))
        events.append(Event(pod, "Normal", "Created", f"Created container: {c.name}"))
        events.append(Event(pod, "Normal", "Started", f"Started container {c.name}"))
    return events, tuple(left)


def _run(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Watch over running containers: readiness, and restarts after a crash (P5, P8)."""
    uid, name = pod.metadata.uid, pod.metadata.name
    if view.fact("crash", uid):
        return _crashed(view, pod, stage)
    ready = probes.succeed(view, pod)
    if ready == is_ready(pod):
        return []
    text = f"{name} is {'Ready' if ready else 'not Ready any more'}"
    decisions: list[Decision] = []
    if not ready:
        why = "Readiness probe failed: HTTP probe failed with statuscode: 503"
        decisions.append(Event(pod, "Warning", "Unhealthy", why))
    return [*decisions, _show(pod, podstatus.running(view, pod, ready=ready), text, "P5")]


def _crashed(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """A container ended: the first restart is immediate, the later ones wait (P8)."""
    name, uid = pod.metadata.name, pod.metadata.uid
    ran = view.time - stage.until + podstatus.readiness_delay(pod)
    failures = 0 if ran >= HEALTHY_SECONDS else stage.failures
    delay = doubled(BACK_OFF, failures - 1, LONGEST_BACK_OFF) if failures else 0.0
    until = view.time + (ERROR_SECONDS if delay else START_SECONDS)
    container = pod.spec.containers[0].name
    text = f"container {container} of {name} ended; restarts it in {delay:.0f} s"
    return [
        Remember(("crash", uid), None),
        Remember(("disk", f"root/{uid}/{container}"), None),
        _enter(pod, Stage("ended" if delay else "start", until, failures + 1)),
        _show(pod, podstatus.crashed(view, pod), text, "P8"),
        Again(until),
    ]


def _ended(_: View, pod: Object, stage: Stage) -> list[Decision]:
    """Wait before the restart: the delay counts from the container's end (P8)."""
    meta, container = pod.metadata, pod.spec.containers[0].name
    delay = doubled(BACK_OFF, stage.failures - 2, LONGEST_BACK_OFF)
    until = stage.until - ERROR_SECONDS + delay + START_SECONDS
    where = f"{container} in pod {meta.name}_{meta.namespace}({meta.uid})"
    return [
        _enter(pod, Stage("start", until, stage.failures)),
        Event(pod, "Warning", "BackOff", f"Back-off restarting failed container {where}"),
        _show(
            pod, podstatus.backing_off(pod, delay), f"backs off from restarting {container}", "P8"
        ),
        Again(until),
    ]


_STAGES = {
    "new": _new,
    "volumes": _volumes,
    "sandbox": _sandbox,
    "images": _pull,
    "pull": _pulled,
    "pull failed": _pull_failed,
    "back-off": _pull,
    "init": _init,
    "start": _start,
    "run": _run,
    "ended": _ended,
}


# -- and back -------------------------------------------------------------------------------------


def _terminate(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """SIGTERM, wait at most the grace period, then the object goes (P11, P2)."""
    name, spec = pod.metadata.name, pod.spec
    grace = min(STOP_SECONDS, float(pod.metadata.deletionGracePeriodSeconds or 0))
    until = view.time + grace
    if stage.name not in ("stop", "stopped"):
        kills = [_killing(pod, c) for c in spec.containers]
        wait = Wait(f"sends SIGTERM to {name} and waits for it to stop", "P11")
        return [_enter(pod, Stage("stop", until)), *kills, wait, Again(until)]
    if until < stage.until:  # a second delete with a shorter grace period (P15)
        return [_enter(pod, stage._replace(until=until)), Again(until)]
    if view.time < stage.until:
        return [Again(stage.until)]
    if stage.name == "stop" and not is_finished(pod):
        sidecars = [c for c in spec.initContainers or () if c.restartPolicy == "Always"]
        return [
            _enter(pod, Stage("stopped", view.time)),
            *(_killing(pod, c) for c in reversed(sidecars)),  # P16
            _show(pod, podstatus.stopped(view, pod), f"{name} has stopped", "P2"),
            Again(view.time),
        ]
    text = f"removes {name}: its containers have stopped"
    return [*leftbehind.forget(view, pod), Delete(key_of(pod), text, "P11", grace=0)]


def _killing(pod: Object, container: Object) -> Event:
    return Event(pod, "Normal", "Killing", f"Stopping container {container.name}")


def _enter(pod: Object, stage: Stage) -> Remember:
    return Remember(("kubelet", pod.metadata.uid), stage)


def _show(pod: Object, status: PodStatus, reason: str, rule: str) -> UpdateStatus:
    return UpdateStatus(replace(pod, status=status), reason, rule)


def _of_pod(_: View, record: Record) -> Iterable[Key]:
    mine = record.verb == "status" and record.actor == NAME  # it knows what it has shown
    if not mine and (record.after or record.before).spec.nodeName:
        yield record.key


def _of_node(view: View, record: Record) -> Iterable[Key]:
    yield record.key
    yield from (key_of(p) for p in view.on_node(record.key.name))
    yield from (key_of(p) for p in leftbehind.on_node(view, record.key.name))


def _of_attachment(view: View, record: Record) -> Iterable[Key]:
    if record.after is not None and record.after.status.attached:
        volume = view.find("PersistentVolume", "", record.after.spec.source.persistentVolumeName)
        ref = volume and volume.spec.claimRef
        yield from (key_of(p) for p in (view.using_claim(ref.namespace, ref.name) if ref else ()))


WATCHES = {"Pod": _of_pod, "Node": _of_node, "VolumeAttachment": _of_attachment}
