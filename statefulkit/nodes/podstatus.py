"""The status that a kubelet writes at each stage of a Pod's life (P3 to P10)."""

from __future__ import annotations

from collections.abc import Collection

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


def can_pull(image: str) -> bool:
    """Whether the model's registry has the image: all but those whose tag says `broken`."""
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    return "broken" not in tag


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


def cannot_pull(
    pod: Object, names: Collection[str], image: str, reason: str, message: str
) -> PodStatus:
    """The containers of those names wait for an image: ErrImagePull or ImagePullBackOff (P9)."""
    state = ContainerState(waiting=ContainerStateWaiting(reason=reason, message=message))

    def marked(statuses: list[ContainerStatus] | None) -> list[ContainerStatus] | None:
        return statuses and [
            replace(s, state=state, lastState=_last(s), image=image) if s.name in names else s
            for s in statuses
        ]

    status: PodStatus = replace(
        pod.status,
        initContainerStatuses=marked(pod.status.initContainerStatuses),
        containerStatuses=marked(pod.status.containerStatuses),
    )
    return status


def _last(status: ContainerStatus) -> ContainerState | None:
    """How a container that does not run ended, the last time that it ran."""
    ended = status.state and status.state.terminated
    return ContainerState(terminated=ended) if ended else status.lastState


def running(view: View, pod: Object, up: Collection[str], ready: Collection[str] = ()) -> PodStatus:
    """The containers that are `up` run, some of them `ready`; one that had ended runs once more (P8)."""
    images = {c.name: c.image for c in pod.spec.containers}
    found = []
    for status in pod.status.containerStatuses:
        if status.name in up:
            last, since = _last(status), status.state.running
            status = replace(
                status,
                state=ContainerState(running=since or ContainerStateRunning(timestamp(view.time))),
                lastState=last,
                ready=status.name in ready,
                started=True,
                image=images[status.name],
                restartCount=status.restartCount + (since is None and last is not None),
            )
        found.append(status)
    waits = any(s.state.waiting and s.lastState is None for s in found)
    phase = pod.status.phase if waits else "Running"  # P1: all containers have been started
    status = replace(pod.status, phase=phase, containerStatuses=found)
    is_ready = all(s.ready for s in found)
    return _conditions(view, status, pod, {"Ready": is_ready, "ContainersReady": is_ready})


def ended(view: View, pod: Object, names: Collection[str], *, failed: bool = False) -> PodStatus:
    """The containers of those names have ended, well or with an error (P8)."""
    state = ContainerState(terminated=_termination(view, failed=failed))
    found = [
        replace(s, ready=False, started=False, state=state) if s.name in names else s
        for s in pod.status.containerStatuses
    ]
    status = replace(pod.status, containerStatuses=found)
    return _conditions(view, status, pod, {"Ready": False, "ContainersReady": False})


def _termination(view: View, *, failed: bool) -> ContainerStateTerminated:
    code, reason = (1, "Error") if failed else (0, "Completed")
    return ContainerStateTerminated(exitCode=code, reason=reason, finishedAt=timestamp(view.time))


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
    ended = ContainerState(terminated=_termination(view, failed=failed))
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
    lost = [
        replace(c, status="False", lastTransitionTime=timestamp(view.time))
        if c.type == "Ready" and c.status == "True"
        else c
        for c in pod.status.conditions or ()
    ]
    status: PodStatus = replace(pod.status, conditions=lost)
    return status


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
        old, value = condition(pod, type_), str(is_true)
        reason, message = (None, None) if is_true else _why_not(status, pod, type_)
        since = old.lastTransitionTime if old and old.status == value else timestamp(view.time)
        found[type_] = PodCondition(
            type=type_, status=value, reason=reason, message=message, lastTransitionTime=since
        )
    known = [found.pop(type_) for type_ in _ORDER if type_ in found]
    return replace(status, conditions=[*known, *found.values()])


def _why_not(status: PodStatus, pod: Object, type_: str) -> tuple[str | None, str | None]:
    """Reason and message of a condition that is False."""
    inits = status.initContainerStatuses or ()
    if type_ == "Initialized":
        names = [s.name for s in inits if not s.ready]
        return "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(names)}]"
    if type_ == "PodReadyToStartContainers":
        return None, None
    if status.phase in ("Succeeded", "Failed"):
        return {"Succeeded": "PodCompleted", "Failed": "PodFailed"}[status.phase], None
    sidecars = {c.name for c in pod.spec.initContainers or () if c.restartPolicy == "Always"}
    mine = [*(s for s in inits if s.name in sidecars), *(status.containerStatuses or ())]
    names = [s.name for s in mine if not s.ready]
    return "ContainersNotReady", f"containers with unready status: [{' '.join(names)}]"
