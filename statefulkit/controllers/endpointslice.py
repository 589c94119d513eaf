"""The EndpointSlice controller: which Pods stand behind a Service (N2 to N6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter
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
from statefulkit.decisions import Create, Decision, Delete, Update
from statefulkit.memo import by_identity, by_identity_each
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "endpointslice-controller"
SERVICE_LABEL = "kubernetes.io/service-name"
LARGEST = 100  # N6
_UID = attrgetter("targetRef.uid")

Ports = tuple[tuple[str, int, str], ...]  # name, number, protocol


def plan(view: View, key: Key) -> list[Decision]:
    """Bring the slices of the Service at `key` in line with the Pods that it selects."""
    service = view.find(*key)
    if service is None or service.spec.type == "ExternalName" or not service.spec.selector:
        return []
    pods = view.labelled("Pod", key.namespace, dict(service.spec.selector))
    groups = _by_ports([found for found in _endpoint(service, pods) if found is not None])
    have = [s for s in view.owned(service.metadata.uid, "EndpointSlice") if _is_mine(s)]
    chunks: list[tuple[list[EndpointPort], list[Endpoint]]] = [
        ([EndpointPort(name=n, port=p, protocol=t) for n, p, t in ports], chunk)
        for ports, endpoints in groups.items()
        for chunk in _chunks(endpoints, have if len(groups) == 1 else [])
    ] or [([], [])]
    decisions: list[Decision] = []
    for index, (ports, endpoints) in enumerate(chunks):
        if index >= len(have):
            new = _slice(view, service, index, ports, endpoints)
            decisions.append(Create(new, _told(key, endpoints), "N2"))
        elif (have[index].endpoints or [], have[index].ports or []) != (endpoints, ports):
            new = replace(have[index], endpoints=endpoints, ports=ports or None)
            decisions.append(Update(new, _told(key, endpoints), "N4"))
    decisions += [
        Delete(
            key_of(s),
            f"drops an endpoint slice of Service {key.name} that it no longer needs",
            "N6",
        )
        for s in have[len(chunks) :]
    ]
    return decisions


def _told(key: Key, endpoints: list[Endpoint]) -> str:
    ready = sum(bool(e.conditions and e.conditions.ready) for e in endpoints)
    return f"publishes {ready} ready of {len(endpoints)} endpoints of Service {key.name}"


def _by_ports(found: list[tuple[Ports, Endpoint]]) -> dict[Ports, list[Endpoint]]:
    """The endpoints that have the same ports; mostly that is all of them."""
    if not found:
        return {}
    first = found[0][0]
    if all(ports is first for ports, _ in found):
        return {first: [endpoint for _, endpoint in found]}
    groups: dict[Ports, list[Endpoint]] = {}
    for ports, endpoint in found:
        groups.setdefault(ports, []).append(endpoint)
    return groups


def _chunks(endpoints: list[Endpoint], have: list[Object]) -> list[list[Endpoint]]:
    """The endpoints by slice: those that have a slice stay there, new ones go where there is room."""
    if len(endpoints) <= LARGEST:
        return [endpoints]
    slice_of: dict[str, int] = {}
    for number, slice_ in enumerate(have):
        slice_of.update(dict.fromkeys(_uids(slice_), number))
    uids: list[Any] = list(map(_UID, endpoints))
    sizes = Counter(map(slice_of.get, uids))
    free = 0
    for uid in uids if None in sizes else ():
        if uid not in slice_of:
            while sizes[free] >= LARGEST:
                free += 1
            slice_of[uid] = free
            sizes[free] += 1
    chunks: dict[int, list[Endpoint]] = {i: [] for i in sorted(set(slice_of.values()))}
    for uid, endpoint in zip(uids, endpoints, strict=True):
        chunks[slice_of[uid]].append(endpoint)
    return [chunk for chunk in chunks.values() if chunk]


@by_identity
def _uids(slice_: Object) -> list[str]:
    return [e.targetRef.uid for e in slice_.endpoints or () if e.targetRef]


def _is_mine(slice_: Object) -> bool:
    return controller_of(slice_) is not None


@by_identity_each
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
    return _same(tuple(_ports(service, pod))), endpoint


@lru_cache(maxsize=256)
def _same(ports: Ports) -> Ports:
    """Equal ports as one object, so that a glance tells that they are equal."""
    return ports


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


def _of_service(_: View, record: Record) -> Iterable[Key]:
    """The Service, where it has changed: look-ups and requests are logged at one, and leave it."""
    if record.before is not record.after:
        yield record.key


WATCHES = {"Service": _of_service, "Pod": _of_pod}
