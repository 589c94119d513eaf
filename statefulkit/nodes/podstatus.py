"""The status that a kubelet writes at each stage of a Pod's life (P3 to P10)."""

from __future__ import annotations

from lightkube.models.core_v1 import (
    ContainerState,
    ContainerStateRunning,
    ContainerStateTerminated,
    ContainerStateWaiting,
    ContainerStatus,
    HostIP,
    PodCondition,
    PodIP,
    PodStatus,
)
from msgspec.structs import replace

from statefulkit.conditions import condition
from statefulkit.nodes import leftbehind
from statefulkit.store import Object, View, timestamp

_ORDER = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def images(pod: Object) -> list[str]:
    """The images of the Pod's containers, those of init containers first."""
    return [c.image for c in [*(pod.spec.initContainers or ()), *pod.spec.containers]]


def can_pull(image: str) -> bool:
    """Whether the model's registry has the image: all but those whose tag says `broken`."""
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    return "broken" not in tag


def readiness_delay(pod: Object) -> float:
    """Seconds from the containers' start to Ready: the longest readiness probe's initial delay (P4)."""
    probes = [c.readinessProbe for c in pod.spec.containers if c.readinessProbe]
    return max((float(p.initialDelaySeconds or 0) for p in probes), default=0.0)


def next_ip(view: View, node: str) -> tuple[int, str]:
    """The node's next free Pod IP: its number in the node's range, and the address."""
    cidr = view.find("Node", "", node).spec.podCIDR
    prefix = cidr.rsplit(".", 1)[0]
    left = {p.status.podIP for p in leftbehind.on_node(view, node)}
    number = view.fact("ip", node) or 1
    while True:
        number = number + 1 if number < 254 else 2
        ip = f"{prefix}.{number}"
        if ip not in left and not view.with_address(ip):
            return number, ip


def creating(view: View, pod: Object) -> PodStatus:
    """Taken on by the kubelet: containers wait as ContainerCreating, or for init containers (P7)."""
    inits = pod.spec.initContainers or ()
    node = view.find("Node", "", pod.spec.nodeName)
    address = next(a.address for a in node.status.addresses if a.type == "InternalIP")
    status = replace(
        pod.status,
        phase="Pending",
        hostIP=address,
        hostIPs=[HostIP(ip=address)],
        startTime=timestamp(view.time),
        initContainerStatuses=[_waiting(c, "PodInitializing") for c in inits] or None,
        containerStatuses=[
            _waiting(c, "PodInitializing" if inits else "ContainerCreating")
            for c in pod.spec.containers
        ],
    )
    facts = {"PodScheduled": True, "Initialized": not inits, "Ready": False}
    return _conditions(
        view, status, pod, facts | {"ContainersReady": False, "PodReadyToStartContainers": False}
    )


def with_ip(view: View, pod: Object, ip: str) -> PodStatus:
    """The sandbox is up and has an address."""
    status = replace(pod.status, podIP=ip, podIPs=[PodIP(ip=ip)])
    return _conditions(view, status, pod, {"PodReadyToStartContainers": True})


def initialized(view: View, pod: Object, done: int) -> PodStatus:
    """That many init containers are done: ended well, or, where they always restart, running."""
    statuses = list(pod.status.initContainerStatuses)
    container, now = pod.spec.initContainers[done - 1], timestamp(view.time)
    if container.restartPolicy == "Always":
        up = ContainerState(running=ContainerStateRunning(now))
        new = replace(statuses[done - 1], state=up, ready=True, started=True)
    else:
        ended = ContainerStateTerminated(exitCode=0, reason="Completed", finishedAt=now)
        new = replace(
            statuses[done - 1], state=ContainerState(terminated=ended), ready=True, started=False
        )
    status = replace(
        pod.status, initContainerStatuses=[*statuses[: done - 1], new, *statuses[done:]]
    )
    return _conditions(view, status, pod, {"Initialized": done == len(statuses)})


def cannot_pull(pod: Object, image: str, reason: str, message: str) -> PodStatus:
    """The containers of that image wait: ErrImagePull or ImagePullBackOff (P9)."""
    state = ContainerState(waiting=ContainerStateWaiting(reason=reason, message=message))

    def marked(statuses: list[ContainerStatus] | None) -> list[ContainerStatus] | None:
        return statuses and [replace(s, state=state) if s.image == image else s for s in statuses]

    status: PodStatus = replace(
        pod.status,
        initContainerStatuses=marked(pod.status.initContainerStatuses),
        containerStatuses=marked(pod.status.containerStatuses),
    )
    return status


def running(view: View, pod: Object, *, ready: bool) -> PodStatus:
    """The containers run, Ready or not; one that had ended has been restarted once more (P8)."""
    containers = []
    for status in pod.status.containerStatuses:
        since, ended = status.state.running, status.state.terminated
        state = ContainerState(running=since or ContainerStateRunning(timestamp(view.time)))
        last = ContainerState(terminated=ended) if ended else status.lastState
        again = since is None and last is not None
        new = replace(status, state=state, lastState=last, ready=ready, started=True)
        containers.append(replace(new, restartCount=status.restartCount + again))
    status = replace(pod.status, phase="Running", containerStatuses=containers)
    return _conditions(view, status, pod, {"Ready": ready, "ContainersReady": ready})


def crashed(view: View, pod: Object) -> PodStatus:
    """The first container ended with an error (P8)."""
    ended = ContainerStateTerminated(exitCode=1, reason="Error", finishedAt=timestamp(view.time))
    first, *others = pod.status.containerStatuses
    state = ContainerState(terminated=ended)
    first = replace(first, ready=False, started=False, state=state)
    status = replace(pod.status, containerStatuses=[first, *others])
    return _conditions(view, status, pod, {"Ready": False, "ContainersReady": False})


def backing_off(pod: Object, delay: float) -> PodStatus:
    """The first container, ended, is restarted `delay` seconds after its end (P8, E19)."""
    first, *others = pod.status.containerStatuses
    back_off = ContainerStateWaiting(
        reason="CrashLoopBackOff",
        message=(
            f"back-off {_duration(delay)} restarting failed container={first.name} "
            f"pod={pod.metadata.name}_{pod.metadata.namespace}({pod.metadata.uid})"
        ),
    )
    first = replace(first, state=ContainerState(waiting=back_off), lastState=first.state)
    status: PodStatus = replace(pod.status, containerStatuses=[first, *others])
    return status


def _duration(delay: float) -> str:
    minutes, rest = divmod(int(delay), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def stopped(view: View, pod: Object, *, failed: bool = False) -> PodStatus:
    """All containers have ended: a terminal phase, just before the object goes (P2)."""
    exit_code, reason = (1, "Error") if failed else (0, "Completed")
    ended = ContainerState(
        terminated=ContainerStateTerminated(
            exitCode=exit_code, reason=reason, finishedAt=timestamp(view.time)
        )
    )
    containers = [
        replace(c, ready=False, started=False, state=ended)
        for c in pod.status.containerStatuses or ()
    ]
    inits = [
        replace(c, ready=False, started=False, state=ended) if c.state.running else c
        for c in pod.status.initContainerStatuses or ()
    ]
    status = replace(
        pod.status,
        phase="Failed" if failed else "Succeeded",
        containerStatuses=containers,
        initContainerStatuses=inits or None,
    )
    return _conditions(view, status, pod, {"Ready": False, "ContainersReady": False})


def evicted(view: View, pod: Object) -> Object:
    """The Pod, failed for good by its kubelet under node pressure (P36)."""
    status = stopped(view, pod, failed=True)
    why = "The node was low on resource: memory."
    gone = replace(status, reason="Evicted", message=why, containerStatuses=None)
    return replace(pod, status=gone)


def unknown(view: View, pod: Object) -> PodStatus:
    """The node is lost: not Ready, everything else as last seen (P25)."""
    return _conditions(view, pod.status, pod, {"Ready": False})


def _waiting(container: Object, reason: str) -> ContainerStatus:
    return ContainerStatus(
        name=container.name,
        image=container.image,
        imageID="",
        ready=False,
        restartCount=0,
        started=False,
        state=ContainerState(waiting=ContainerStateWaiting(reason=reason)),
    )


def _conditions(view: View, status: PodStatus, pod: Object, facts: dict[str, bool]) -> PodStatus:
    """The status with these conditions set; a transition time changes only with its condition."""
    found = {c.type: c for c in status.conditions or ()}
    for type_, is_true in facts.items():
        value, old = str(is_true), condition(pod, type_)
        if old is None or old.status != value:
            found[type_] = PodCondition(
                type=type_, status=value, lastTransitionTime=timestamp(view.time)
            )
    known = [found.pop(type_) for type_ in _ORDER if type_ in found]
    return replace(status, conditions=[*known, *found.values()])
