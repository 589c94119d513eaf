"""kubectl's words: what it prints in STATUS, READY, AGE (K3 to K7)."""

from __future__ import annotations

from typing import Any

from statefulkit.admission import DEFAULT_CLASS
from statefulkit.conditions import is_finished, is_ready, is_terminating
from statefulkit.store import Object, View, seconds

SHORT_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}  # V2


def age(view: View, obj: Object) -> str:
    """How long ago an object was created (K7)."""
    return duration(view.time - seconds(obj.metadata.creationTimestamp))


def duration(length: float) -> str:
    """Seconds as kubectl prints them: truncated, never rounded (K7)."""
    s = int(length)
    if length < -1:
        return "<invalid>"
    if s <= 0:
        return "0s"
    m, h, d = s // 60, s // 3600, s // 86400
    y = d // 365
    if s < 120:
        return f"{s}s"
    if m < 10:
        return _two(m, "m", s % 60, "s")
    if m < 180:
        return f"{m}m"
    if h < 8:
        return _two(h, "h", m % 60, "m")
    if h < 48:
        return f"{h}h"
    if d < 8:
        return _two(d, "d", h % 24, "h")
    if d < 730:
        return f"{d}d"
    return _two(y, "y", d % 365, "d") if y < 8 else f"{y}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}" + (f"{small}{small_unit}" if small else "")


def pod_status(pod: Object) -> str:
    """The STATUS column of a Pod, decided in kubectl's order (K5)."""
    text = pod.status.reason or pod.status.phase
    running = False
    waiting = _init_status(pod)
    if waiting:
        text = waiting
    for status in () if waiting else reversed(pod.status.containerStatuses or ()):
        state = status.state
        if state and state.waiting and state.waiting.reason:
            text = state.waiting.reason
        elif state and state.terminated:
            text = _how(state.terminated)
        elif status.ready and state and state.running:
            running = True
    if text == "Completed" and running:
        text = "Running" if is_ready(pod) else "NotReady"
    if is_terminating(pod):
        if pod.status.reason == "NodeLost":
            return "Unknown"
        if not is_finished(pod):
            return "Terminating"
    return str(text)


def _how(ended: Object) -> str:
    """How a container ended: `Completed`, `Error`, `Signal:9`, `ExitCode:3` (K5)."""
    code = f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exitCode}"
    return str(ended.reason or code)


def _init_status(pod: Object) -> str:
    """`Init:…` for the first init container that is not done; empty where all are (K5.2)."""
    statuses = pod.status.initContainerStatuses or ()
    for number, status in enumerate(statuses):
        state = status.state
        ended = state and state.terminated
        if (ended and ended.exitCode == 0) or (status.started and not ended):
            continue
        if ended:
            return f"Init:{_how(ended)}"
        reason = state and state.waiting and state.waiting.reason
        if reason and reason != "PodInitializing":
            return f"Init:{reason}"
        return f"Init:{number}/{len(statuses)}"
    return ""


def pod_ready(pod: Object) -> str:
    """The READY column of a Pod: running and ready containers of all, sidecars too (K3)."""
    sidecars = {c.name for c in pod.spec.initContainers or () if c.restartPolicy == "Always"}
    inits = (s for s in pod.status.initContainerStatuses or () if s.name in sidecars)
    statuses = [*inits, *(pod.status.containerStatuses or ())]
    ready = sum(bool(s.ready and s.state and s.state.running) for s in statuses)
    return f"{ready}/{len(sidecars) + len(pod.spec.containers)}"


def pod_restarts(view: View, pod: Object) -> str:
    """The RESTARTS column: `3 (25s ago)` (K4)."""
    statuses = pod.status.containerStatuses or ()
    count = sum(s.restartCount for s in statuses)
    ends = [
        s.lastState.terminated.finishedAt
        for s in statuses
        if s.lastState and s.lastState.terminated and s.lastState.terminated.finishedAt
    ]
    if not count or not ends:
        return str(count)
    return f"{count} ({duration(view.time - max(map(seconds, ends)))} ago)"


def storage_status(obj: Object) -> str:
    """STATUS of a claim or a volume (K6)."""
    if obj.metadata.deletionTimestamp is not None:
        return "Terminating"
    return str(obj.status.phase if obj.status else "Pending")


def class_name(found: Object) -> str:
    """NAME of a StorageClass: `standard (default)` where it is the default one (K2)."""
    marked = (found.metadata.annotations or {}).get(DEFAULT_CLASS) == "true"
    return f"{found.metadata.name} (default)" if marked else str(found.metadata.name)


def node_status(node: Object) -> str:
    """STATUS of a node: `Ready`, `NotReady`, `Ready,SchedulingDisabled` (K2)."""
    text = "Ready" if is_ready(node) else "NotReady"
    return f"{text},SchedulingDisabled" if node.spec.unschedulable else text


def modes(obj: Object) -> str:
    """ACCESS MODES of a volume."""
    return ",".join(SHORT_MODES.get(m, m) for m in obj.spec.accessModes or ())


def ports(service: Object) -> str:
    """PORT(S) of a Service: `80/TCP`, `80:31234/TCP`, `<none>`."""
    found = [
        f"{p.port}:{p.nodePort}/{p.protocol}" if p.nodePort else f"{p.port}/{p.protocol}"
        for p in service.spec.ports or ()
    ]
    return ",".join(found) or "<none>"


def external_ip(service: Object) -> str:
    """EXTERNAL-IP of a Service; a load balancer, which nothing makes here, stays `<pending>`."""
    spec, status = service.spec, service.status and service.status.loadBalancer
    if spec.type == "ExternalName":
        return str(spec.externalName)
    balancer = (status and status.ingress) or () if spec.type == "LoadBalancer" else ()
    found = [*(i.ip or i.hostname for i in balancer), *(spec.externalIPs or ())]
    return ",".join(found) or ("<pending>" if spec.type == "LoadBalancer" else "<none>")


def containers(spec: Object) -> tuple[str, str]:
    """CONTAINERS and IMAGES of a Pod's spec."""
    found = spec.containers or ()
    return ",".join(x.name for x in found), ",".join(x.image or "" for x in found)


def selector(of: Object) -> str:
    """A label selector as kubectl writes it: `app=web,tier in (a,b)`."""
    parts = [f"{k}={v}" for k, v in sorted((of.matchLabels or {}).items())]
    for e in of.matchExpressions or ():
        among = f"({','.join(sorted(e.values or ()))})"
        parts.append(
            {
                "In": f"{e.key} in {among}",
                "NotIn": f"{e.key} notin {among}",
                "Exists": e.key,
                "DoesNotExist": f"!{e.key}",
            }[e.operator]
        )
    return ",".join(parts) or "<none>"


def or_none(value: Any) -> str:
    """A value, or kubectl's word for its absence."""
    return str(value) if value not in (None, "") else "<none>"
