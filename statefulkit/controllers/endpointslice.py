"""The EndpointSlice controller: which Pods stand behind a Service (N2 to N6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lightkube.models.core_v1 import ObjectReference
from lightkube.models.discovery_v1 import Endpoint, EndpointConditions, EndpointPort
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.discovery_v1 import EndpointSlice
from msgspec.structs import replace

from statefulkit.controllers.pods import (
    controller_of,
    is_finished,
    is_ready,
    is_terminating,
    owner_reference,
)
from statefulkit.decisions import Create, Decision, Delete, Update, itself
from statefulkit.memo import by_identity
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "endpointslice-controller"
SERVICE_LABEL = "kubernetes.io/service-name"
LARGEST = 100  # N6

Ports = tuple[tuple[str, int, str], ...]  # name, number, protocol


def plan(view: View, key: Key) -> list[Decision]:
    """Bring the slices of the Service at `key` in line with the Pods that it selects."""
    service = view.find(*key)
    if service is None or service.spec.type == "ExternalName" or not service.spec.selector:
        return []
    pods = view.labelled("Pod", key.namespace, dict(service.spec.selector))
    groups: dict[Ports, list[Endpoint]] = {}
    for pod in pods:
        found = _endpoint(service, pod)
        if found is not None:
            groups.setdefault(found[0], []).append(found[1])
    chunks: list[tuple[list[EndpointPort], list[Endpoint]]] = [
        (
            [EndpointPort(name=n, port=p, protocol=t) for n, p, t in ports],
            endpoints[i : i + LARGEST],
        )
        for ports, endpoints in groups.items()
        for i in range(0, len(endpoints), LARGEST)
    ] or [([], [])]
    have = [s for s in view.owned(service.metadata.uid, "EndpointSlice") if _is_mine(s)]
    decisions: list[Decision] = []
    for index, (ports, endpoints) in enumerate(chunks):
        ready = sum(bool(e.conditions and e.conditions.ready) for e in endpoints)
        text = f"publishes {ready} ready of {len(endpoints)} endpoints of Service {key.name}"
        if index >= len(have):
            decisions.append(Create(_slice(view, service, index, ports, endpoints), text, "N2"))
        elif (have[index].endpoints or [], have[index].ports or []) != (endpoints, ports):
            new = replace(have[index], endpoints=endpoints, ports=ports or None)
            decisions.append(Update(new, text, "N4"))
    decisions += [
        Delete(
            key_of(s),
            f"drops an endpoint slice of Service {key.name} that it no longer needs",
            "N6",
        )
        for s in have[len(chunks) :]
    ]
    return decisions


def _is_mine(slice_: Object) -> bool:
    return controller_of(slice_) is not None


@by_identity
def _endpoint(service: Object, pod: Object) -> tuple[Ports, Endpoint] | None:
    """A Pod's endpoint behind a Service with its ports; None where it has none (N3)."""
    if pod.status is None or not pod.status.podIP or is_finished(pod):
        return None
    serving, terminating = is_ready(pod), is_terminating(pod)
    ready = bool(service.spec.publishNotReadyAddresses) or (serving and not terminating)  # N4
    governed = bool(pod.spec.hostname) and pod.spec.subdomain == service.metadata.name  # N5
    endpoint = Endpoint(
        addresses=[pod.status.podIP],
        conditions=EndpointConditions(ready=ready, serving=serving, terminating=terminating),
        hostname=pod.spec.hostname if governed else None,
        nodeName=pod.spec.nodeName,
        targetRef=ObjectReference(
            kind="Pod",
            name=pod.metadata.name,
            namespace=pod.metadata.namespace,
            uid=pod.metadata.uid,
        ),
    )
    return tuple(_ports(service, pod)), endpoint


def _ports(service: Object, pod: Object) -> Iterator[tuple[str, int, str]]:
    for port in service.spec.ports or ():
        number = port.targetPort
        if isinstance(number, str):
            number = next(
                (
                    p.containerPort
                    for c in pod.spec.containers
                    for p in c.ports or ()
                    if p.name == number
                ),
                None,
            )
            if number is None:
                continue
        yield port.name or "", number, port.protocol


def _slice(
    view: View,
    service: Object,
    index: int,
    ports: list[EndpointPort],
    endpoints: list[Endpoint],
) -> EndpointSlice:
    name, namespace = service.metadata.name, service.metadata.namespace
    return EndpointSlice(
        apiVersion="discovery.k8s.io/v1",
        kind="EndpointSlice",
        addressType="IPv4",
        endpoints=endpoints,
        ports=ports or None,
        metadata=ObjectMeta(
            name=f"{name}-{view.suffix('slice', name, index)}",
            namespace=namespace,
            labels={SERVICE_LABEL: name},
            ownerReferences=[owner_reference(service)],
        ),
    )


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    if _looks(record.before) == _looks(record.after):
        return
    versions = [o.metadata.labels or {} for o in (record.before, record.after) if o is not None]
    for service in view.all("Service", record.key.namespace):
        wanted = (service.spec.selector or {}).items()
        if wanted and any(wanted <= labels.items() for labels in versions):
            yield key_of(service)


def _looks(pod: Object | None) -> tuple[Any, ...] | None:
    """What of a Pod an endpoint shows; None where it has none."""
    if pod is None or pod.status is None or not pod.status.podIP or is_finished(pod):
        return None
    return pod.status.podIP, is_ready(pod), is_terminating(pod), pod.metadata.labels


WATCHES = {"Service": itself, "Pod": _of_pod}
