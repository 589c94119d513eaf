"""The few lines of text that a box of the picture has room for."""

from __future__ import annotations

from statefulkit.conditions import is_ready
from statefulkit.controllers.pods import controller_of, revision
from statefulkit.store import Key, Object, View
from statefulkit.views.columns import node_status, pod_ready, pod_status, storage_status
from statefulkit.views.published import Published, dns_name, fits, is_stale

LONGEST = 17  # characters in a box
OWN = 6  # characters at the end that tell a ReplicaSet's Pods apart: `-x7k2p` (D2)


def short(name: str, longest: int = LONGEST) -> str:
    """A name, cut where it is too long for its box."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def short_pod(name: str, longest: int = LONGEST) -> str:
    """A Pod's name, cut in the middle where it is too long: its end is what tells it apart."""
    return name if len(name) <= longest else f"{name[: longest - 1 - OWN]}…{name[-OWN:]}"


def is_done(found: Object) -> bool:
    """Whether all wanted replicas of a controller are ready, and at one revision."""
    status = found.status
    if found.kind == "StatefulSet" and status.updateRevision != status.currentRevision:
        return False
    if found.kind == "Deployment" and (status.updatedReplicas or 0) < found.spec.replicas:
        return False
    return bool((status.readyReplicas or 0) == found.spec.replicas == (status.replicas or 0))


def is_used(view: View, replica_set: Object) -> bool:
    """Whether a ReplicaSet wants Pods or still has some; the others are kept for a way back."""
    owned = view.owned(replica_set.metadata.uid, "Pod")
    return bool(replica_set.spec.replicas or owned)


def of_set(sts: Object) -> tuple[str, ...]:
    """Kind, name, READY as kubectl counts it (K2), and what is still to go or to be updated."""
    status = sts.status
    counts = f"{status.readyReplicas or 0}/{sts.spec.replicas} ready"
    if (condemned := (status.replicas or 0) - sts.spec.replicas) > 0:
        counts += f", {condemned} too many"
    elif status.updateRevision != status.currentRevision:
        counts += f", {status.updatedReplicas or 0} updated"
    if sts.metadata.deletionTimestamp is not None:
        counts = "being deleted"
    return ("StatefulSet", short(sts.metadata.name, 22), counts)


def of_controller(found: Object) -> tuple[str, ...]:
    """Kind, name, how many are ready, and how far a roll-out of a Deployment is."""
    status, wanted = found.status, found.spec.replicas
    counts = f"{status.readyReplicas or 0}/{wanted} ready"
    if found.kind == "Deployment" and (status.updatedReplicas or 0) < (status.replicas or 0):
        counts += f", {status.updatedReplicas or 0} updated"
    if found.metadata.deletionTimestamp is not None:
        counts = "being deleted"
    return (found.kind, short_pod(found.metadata.name, 22), counts)


def of_service(service: Object, dns: Published) -> tuple[str, ...]:
    """Kind, name, address, and whether a client keeps an answer that is out of date."""
    name, namespace = service.metadata.name, service.metadata.namespace
    headless = service.spec.clusterIP == "None"
    address = "headless, no own IP" if headless else str(service.spec.clusterIP)
    if dns.kept_of(f"{name}.{namespace}.svc."):
        address = "STALE in a cache"
    return ("Service", short(name, 22), address)


def of_pod(
    view: View, key: Key, pod: Object | None, dns: Published, *, with_node: bool
) -> tuple[str, ...]:
    """Name, STATUS, readiness, address and DNS; for a ghost that there is none."""
    if pod is None:
        gone = dns.kept_of(f"{key.name}.")
        return (short_pod(key.name), "no Pod", *(["STALE in a cache"] if gone else []))
    ready = f"{pod_ready(pod)} {'ready' if is_ready(pod) else 'not ready'}"
    lines = [
        short_pod(pod.metadata.name),
        pod_status(pod),
        f"{ready}{_mark(view, pod)}",
        pod.status.podIP or "no IP yet",
    ]
    if with_node:
        lines.append(short(pod.spec.nodeName or "on no node yet"))
    if dns_name(pod):
        lines.append(_dns(view, pod, dns))
    return tuple(lines)


def _mark(view: View, pod: Object) -> str:
    """Which revision the Pod is of, while an update is under way."""
    ref = controller_of(pod)
    sts = view.find("StatefulSet", pod.metadata.namespace, ref.name) if ref else None
    if sts is None or sts.status.updateRevision == sts.status.currentRevision:
        return ""
    return ", new" if revision(pod) == sts.status.updateRevision else ", old"


def _dns(view: View, pod: Object, dns: Published) -> str:
    addresses = dns.of_pod(pod)
    if is_stale(view, pod, addresses):
        return "STALE in DNS"
    if dns.kept_of(dns_name(pod)):
        return "STALE in a cache"
    return "in DNS" if addresses else "not in DNS"


def is_behind(view: View, service: Object, endpoint: Object) -> bool:
    """Whether an endpoint that counts as ready no longer fits its Pod (N8)."""
    target = endpoint.targetRef
    pod = view.find("Pod", service.metadata.namespace, target.name)
    same = pod is not None and pod.metadata.uid == target.uid
    return not (same and fits(pod, service) and pod.status.podIP == endpoint.addresses[0])


def of_claim(claim: Object) -> tuple[str, ...]:
    """Kind, name, STATUS."""
    status = storage_status(claim)
    words = "Pending: no volume" if status == "Pending" else status
    return ("claim", short(claim.metadata.name), words)


def of_volume(volume: Object) -> tuple[str, ...]:
    """Kind and size, name, STATUS and what happens to it when its claim goes."""
    size = volume.spec.capacity["storage"]
    policy = volume.spec.persistentVolumeReclaimPolicy
    state = f"{storage_status(volume)}, {policy}"
    return (f"volume {size}", short(volume.metadata.name, 15), state)


def of_node(node: Object, *, silent: bool) -> tuple[str, ...]:
    """Kind, name, STATUS; `silent` where its kubelet is cut off."""
    ready, _, rest = node_status(node).partition(",")
    words = "cordoned" if rest else ready
    if silent:
        words = "cut off" if ready == "Ready" else "NotReady"
    return ("node", short(node.metadata.name, 14), words)
