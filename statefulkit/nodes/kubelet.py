"""The kubelets: they turn a bound Pod into running containers, and back (P1 to P16).

A Pod's life on its node is a row of stages, each with the virtual second at which it ends: volumes →
sandbox → images, init (for each init container) → images, start → run → (stop). The stage is a
run-time fact, `("kubelet", pod uid)`; what the API shows of it is the Pod's status.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from statefulkit.conditions import is_finished, is_ready, is_terminating
from statefulkit.decisions import Again, Decision, Event, Remember, Wait, doubled
from statefulkit.nodes import (
    attachdetach,
    leftbehind,
    podstatus,
    probes,
    restarts,
    schedulable,
    termination,
)
from statefulkit.nodes.stage import (
    BACK_OFF,
    ERROR_SECONDS,
    INIT_SECONDS,
    LONGEST_BACK_OFF,
    PULL_SECONDS,
    SANDBOX_SECONDS,
    START_SECONDS,
    Stage,
    enter,
    show,
)
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "kubelet"

MOUNT_SECONDS = 120.0  # E26


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
        return termination.plan(view, pod, stage)
    if is_finished(pod):
        return []
    if view.time >= stage.until:
        return _STAGES[stage.name](view, pod, stage)
    if restarts.is_renewed(pod, stage):
        return _go_on(view, pod, stage._replace(failures=0))
    return [Again(stage.until)]


# -- from nothing to running ----------------------------------------------------------------------


def _new(view: View, pod: Object, _: Stage) -> list[Decision]:
    """Take the Pod on: its containers wait for its volumes and their sandbox."""
    status = podstatus.creating(view, pod)
    text = f"prepares volumes and sandbox of {pod.metadata.name}"
    stage = Stage("volumes", view.time)
    return [enter(pod, stage), show(pod, status, text, "P3"), Again(view.time)]


def _volumes(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Wait until the attach/detach controller has attached the Pod's network disks (V15)."""
    missing = attachdetach.waits_for(view, pod)
    if not missing:
        until = view.time + SANDBOX_SECONDS
        return [enter(pod, Stage("sandbox", until)), Again(until)]
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
    return [enter(pod, stage), Event(pod, "Warning", "FailedMount", text), wait]


def _sandbox(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The sandbox is up: the Pod has its IP; now for the images."""
    host, ip = podstatus.next_ip(view, pod.spec.nodeName)
    status = podstatus.with_ip(view, pod, ip)
    text = f"gives {pod.metadata.name} the IP {ip}"
    return [
        Remember(("ip", pod.spec.nodeName), host),
        *_go_on(view, pod, stage),
        show(pod, status, text, "P3"),
    ]


def _next(pod: Object, stage: Stage) -> list[Object]:
    """The containers that come next: one init container after another (P7), then all that do not run."""
    inits = pod.spec.initContainers or ()
    if stage.init < len(inits):
        return [inits[stage.init]]
    return [c for c in pod.spec.containers if c.name not in stage.since]


def _is_there(view: View, pod: Object, container: Object) -> bool:
    return bool(view.fact("image", pod.spec.nodeName, container.image))


def _go_on(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Pull the next image that the node lacks, or let the containers run that have theirs."""
    following = _next(pod, stage)
    lacking = [c.image for c in following if not _is_there(view, pod, c)]
    image = next((i for i in lacking if i not in stage.refused), None)
    if image is not None:
        until = view.time + PULL_SECONDS
        return [
            enter(pod, stage._replace(name="pull", until=until, image=image)),
            Event(pod, "Normal", "Pulling", f'Pulling image "{image}"'),
            Again(until),
        ]
    if len(lacking) == len(following):  # none of them can start
        return [enter(pod, stage._replace(name="run", until=view.time)), Again(view.time)]
    initializes = stage.init < len(pod.spec.initContainers or ())
    name, lasts = ("init", INIT_SECONDS) if initializes else ("start", START_SECONDS)
    until = view.time + lasts
    return [enter(pod, stage._replace(name=name, until=until)), Again(until)]


def _pulled(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The pull is over, well or badly (P9)."""
    image = stage.image
    stage = stage._replace(name="images", until=view.time)
    if podstatus.can_pull(image):
        took = f"{PULL_SECONDS:.1f}s ({PULL_SECONDS:.1f}s including waiting)"
        text = f'Successfully pulled image "{image}" in {took}. Image size: 72000000 bytes.'
        return [
            Remember(("image", pod.spec.nodeName, image), True),
            Event(pod, "Normal", "Pulled", text),
            enter(pod, stage._replace(pulled=(*stage.pulled, image))),
            Again(view.time),
        ]
    error = f'Failed to pull image "{image}": not found'
    refused = stage._replace(refused=(*stage.refused, image), failed=view.time, backs_off=False)
    names = [c.name for c in _next(pod, stage) if c.image == image]
    return [
        enter(pod, refused),
        Event(pod, "Warning", "Failed", error),
        Event(pod, "Warning", "Failed", "Error: ErrImagePull"),
        show(
            pod,
            podstatus.cannot_pull(pod, names, image, "ErrImagePull", error),
            f"cannot pull image {image} for {pod.metadata.name}",
            "P9",
        ),
        Wait(f"tries to pull image {image} again in {_pull_delay(stage):.0f} s", "P9"),
        Again(view.time),
    ]


def _pull_delay(stage: Stage) -> float:
    """How long after a pull that failed comes the next (P9)."""
    return doubled(BACK_OFF, stage.tries, LONGEST_BACK_OFF)


def _pull_again(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Wait before the next pull of what could not be pulled: the delay counts from the failure (P9)."""
    missing = {c.image for c in _next(pod, stage)}
    refused = [image for image in stage.refused if image in missing]
    if not refused:  # somebody has changed the Pod's images
        return _go_on(view, pod, stage._replace(refused=(), tries=0))
    if stage.backs_off:
        if view.time < stage.failed + _pull_delay(stage):
            return []
        return _go_on(view, pod, stage._replace(refused=(), tries=stage.tries + 1))
    if view.time < stage.failed + ERROR_SECONDS:
        return []
    stage = stage._replace(backs_off=True)
    decisions: list[Decision] = [enter(pod, stage)]
    status = pod.status
    for image in refused:
        message = f'Back-off pulling image "{image}"'
        names = [c.name for c in _next(pod, stage) if c.image == image]
        status = podstatus.cannot_pull(pod, names, image, "ImagePullBackOff", message)
        pod = replace(pod, status=status)
        decisions += [
            Event(pod, "Normal", "BackOff", message),
            Event(pod, "Warning", "Failed", "Error: ImagePullBackOff"),
        ]
    text = f"backs off from pulling image {', '.join(refused)}"
    return [*decisions, show(pod, status, text, "P9"), *_later(view, pod, stage)]


def _init(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The next init container has ended well, or, a sidecar, has started (P7, P16)."""
    done, of = stage.init + 1, len(pod.spec.initContainers)
    container = pod.spec.initContainers[stage.init]
    text = f"init container {container.name} of {pod.metadata.name} is done: {done} of {of}"
    events, pulled = _starting(pod, [container], stage.pulled)
    following = Stage("images", view.time, init=done, pulled=pulled)
    return [
        enter(pod, following),
        *events,
        show(pod, podstatus.initialized(view, pod, done), text, "P7"),
        Again(view.time),
    ]


def _start(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """Start the containers that have their images; without a readiness probe they are ready at once (P4)."""
    name = pod.metadata.name
    starting = [c for c in _next(pod, stage) if _is_there(view, pod, c)]
    events, left = _starting(pod, starting, stage.pulled)
    since = stage.since.update({c.name: view.time for c in starting})
    tries = stage.tries if stage.refused else 0
    stage = stage._replace(name="run", until=view.time, since=since, pulled=left, tries=tries)
    ready = probes.ready(view, pod, since)
    if stage.refused:
        text = f"starts {', '.join(c.name for c in starting)} of {name}: the image of another is missing"
    else:
        all_ready = len(ready) == len(pod.spec.containers)
        text = f"starts the containers of {name}: Running{' and Ready' if all_ready else ''}"
    return [
        enter(pod, stage),
        *events,
        show(pod, podstatus.running(view, pod, since, ready), text, "P4"),
        *_later(view, pod, stage),
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
    """Watch over the containers: readiness, restarts, and those that lack their images (P5, P8, P9)."""
    name = pod.metadata.name
    if view.fact("crash", pod.metadata.uid):
        return restarts.crashed(view, pod, stage)
    if restarts.outdated(pod, stage):
        return restarts.stop_outdated(view, pod, stage)
    if stage.refused and (again := _pull_again(view, pod, stage)):
        return again
    ready = probes.ready(view, pod, stage.since)
    was = {s.name for s in pod.status.containerStatuses if s.ready}
    all_ready = len(ready) == len(pod.spec.containers)
    if ready == was and all_ready == is_ready(pod):
        return _later(view, pod, stage)
    text = f"{name} is {'Ready' if all_ready else 'not Ready any more'}"
    if all_ready == is_ready(pod):
        text = f"{len(ready)} of {len(pod.spec.containers)} containers of {name} are ready"
    decisions: list[Decision] = []
    if was - ready:  # E18
        why = "Readiness probe failed: HTTP probe failed with statuscode: 503"
        decisions.append(Event(pod, "Warning", "Unhealthy", why))
    status = podstatus.running(view, pod, stage.since, ready)
    return [*decisions, show(pod, status, text, "P5"), *_later(view, pod, stage)]


def _later(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """When a Pod that runs has to be looked at again."""
    times = probes.due(view, pod, stage.since)
    if stage.refused:
        times.append(stage.failed + (_pull_delay(stage) if stage.backs_off else ERROR_SECONDS))
    return [Again(min(times))] if times else []


_STAGES = {
    "new": _new,
    "volumes": _volumes,
    "sandbox": _sandbox,
    "images": _go_on,
    "pull": _pulled,
    "init": _init,
    "start": _start,
    "run": _run,
    "ended": restarts.ended,
    "outdated": restarts.replace_outdated,
}


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
