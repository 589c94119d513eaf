"""A View built by hand: no engine, just the objects and facts that a test names."""

from __future__ import annotations

from typing import Any

from immutables import Map
from lightkube.resources.core_v1 import Namespace, Node, Pod, Service
from lightkube.resources.discovery_v1 import EndpointSlice

from statefulkit.nodes import files
from statefulkit.store import State, View, key_of

ZONE = "svc.cluster.local"
PORT = {"name": "web", "port": 80, "protocol": "TCP"}


def _object(type_: Any, kind: str, name: str, namespace: str = "", **fields: Any) -> Any:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    metadata |= fields.pop("metadata", {})
    return type_.from_dict({"kind": kind, "metadata": metadata, **fields})


def namespace(name: str) -> Any:
    return _object(Namespace, "Namespace", name)


def node(name: str) -> Any:
    return _object(Node, "Node", name)


def service(name: str = "nginx", namespace: str = "default", **spec: Any) -> Any:
    spec = {"clusterIP": "None", "ports": [PORT], "type": "ClusterIP"} | spec
    return _object(Service, "Service", name, namespace, spec=spec)


def endpoint(
    ip: str, hostname: str | None = None, *, ready: bool = True, **conditions: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {"addresses": [ip], "conditions": {"ready": ready, **conditions}}
    return found | ({"hostname": hostname} if hostname else {})


def slice_(service: str, *endpoints: dict[str, Any], name: str = "", **fields: Any) -> Any:
    fields = {"addressType": "IPv4", "ports": [PORT]} | fields
    metadata = {"labels": {"kubernetes.io/service-name": service}}
    return _object(
        EndpointSlice, "EndpointSlice", name or f"{service}-abcde", "default",
        metadata=metadata, endpoints=list(endpoints), **fields,
    )  # fmt: skip


def pod(
    name: str = "web-0",
    ip: str | None = "10.244.1.6",
    *,
    phase: str = "Running",
    container: dict[str, Any] | None = None,
    **spec: Any,
) -> Any:
    """A Pod of namespace default with a running nginx, called as a StatefulSet's is."""
    run = {"name": "nginx", "image": "registry.k8s.io/nginx-slim:0.24", **(container or {})}
    spec = {"hostname": name, "subdomain": "nginx", "nodeName": "node-1"} | spec
    state = {"running": {}} if phase == "Running" else {"waiting": {"reason": "ContainerCreating"}}
    statuses = [
        {
            "name": "nginx", "image": "", "imageID": "", "ready": True, "restartCount": 0,
            "state": state,
        }
    ]  # fmt: skip
    status = {"phase": phase, "containerStatuses": statuses} | ({"podIP": ip} if ip else {})
    return _object(
        Pod, "Pod", name, "default",
        metadata={"uid": f"uid-{name}"}, spec=spec | {"containers": [run]}, status=status,
    )  # fmt: skip


def state(*objects: Any, facts: dict[tuple[Any, ...], Any] | None = None) -> State:
    found = State()
    for obj in (namespace("default"), namespace("other"), *objects):
        found = found.put(key_of(obj), obj)
    for key, value in (facts or {}).items():
        found = found.remember(key, value)
    return found


def view(*objects: Any, facts: dict[tuple[Any, ...], Any] | None = None) -> View:
    return View(state(*objects, facts=facts))


def files_of(pod: Any, **texts: str) -> dict[tuple[Any, ...], Any]:
    """The run-time facts of one disk with these files; `**{path: text}` for absolute paths."""
    content: dict[str, Map[str, str]] = {}
    for path, text in texts.items():
        disk, inside = files.locate(view(pod), pod, path)
        content[disk] = content.get(disk, Map()).set(inside, text)
    return {("disk", disk): found for disk, found in content.items()}
