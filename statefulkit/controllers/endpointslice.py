"""The EndpointSlice controller: which Pods stand behind a Service (N2 to N6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lightkube.models.core_v1 import ObjectReference
from lightkube.models.discovery_v1 import Endpoint, EndpointConditions, EndpointPort
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.discovery_v1 import EndpointSlice
from msgspec.structs import replace

from statefulkit.addresses import Address, address_of
from statefulkit.api.labels import SERVICE_LABEL
from statefulkit.controllers.pods import controller_of, owner_reference
from statefulkit.decisions import Create, Decision, Delete, Update
from statefulkit.memo import by_identity, by_identity_each
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "endpointslice-controller"
LARGEST = 100  # N6

Ports = tuple[tuple[str, int, str], ...]  # name, number, protocol
Group = dict[Ports, dict[str, Endpoint]]  # by the UID of their Pod


def plan(view: View, key: Key) -> list[Decision]:
    """Bring the slices of the Service at `key` in line with the Pods that it selects."""
    service = view.find(*key)
    if service is None or service.spec.type == "ExternalName" or not service.spec.selector:
        return []
    groups = _by_ports(_endpoints(service, view.addresses(key.namespace)))
    have = [s for s in view.owned(service.metadata.uid, "EndpointSlice") if _is_mine(s)]
    chunks: list[tuple[list[EndpointPort], list[Endpoint]]] = [
        ([EndpointPort(name=n, port=p, protocol=t) for n, p, t in ports], endpoints)
        for ports, found in groups.items()
        for endpoints in _by_slice(found, have if len(groups) == 1 else [])
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
    number = f"{len(endpoints)} endpoint{'' if len(endpoints) == 1 else 's'}"
    return f"publishes {ready} ready of {number} of Service {key.name}"


def _by_ports(chunks: Iterable[Group]) -> Group:
    """The endpoints that have the same ports; mostly that is all of them."""
    groups: Group = {}
    for chunk in chunks:
        for ports, found in chunk.items():
            groups.setdefault(ports, {}).update(found)
    return groups


def _by_slice(found: dict[str, Endpoint], have: list[Object]) -> list[list[Endpoint]]:
    """The endpoints by slice: those that have a slice stay there, new ones go where there is room."""
    if len(found) <= LARGEST:
        return [list(found.values())]
    slices = [[e for e in map(found.get, _uids(s)) if e is not None] for s in have]
    if sum(map(len, slices)) < len(found):
        old = set().union(*map(_uids, have))
        new = [endpoint for uid, endpoint in found.items() if uid not in old]
        for slice_ in slices:
            room = LARGEST - len(slice_)
            slice_ += new[:room]
            new = new[room:]
        slices += [new[i : i + LARGEST] for i in range(0, len(new), LARGEST)]
    return [s for s in slices if s]


@partial(by_identity, most=256)  # the slices as they are now
def _uids(slice_: Object) -> list[str]:
    return [e.targetRef.uid for e in slice_.endpoints or () if e.targetRef]


def _is_mine(slice_: Object) -> bool:
    return controller_of(slice_) is not None


@by_identity_each
def _endpoints(service: Object, addresses: tuple[Address, ...]) -> Group:
    """The endpoints that the Service has among these Pods, by their ports and then by UID (N3)."""
    groups: Group = {}
    for pod in addresses:
        if found := _endpoint(service, pod):
            ports, endpoint = found
            groups.setdefault(ports, {})[pod.uid] = endpoint
    return groups


@partial(by_identity, most=16_384)  # the same ones again, so that a glance tells they are equal
def _endpoint(service: Object, pod: Address) -> tuple[Ports, Endpoint] | None:
    """The endpoint of a Pod and the ports that it serves; None where it is not selected."""
    if not service.spec.selector.items() <= pod.labels:
        return None
    ports = tuple(_ports(service, dict(reversed(pod.ports))))
    serving, terminating = pod.ready, pod.terminating
    ready = bool(service.spec.publishNotReadyAddresses) or (serving and not terminating)  # N4
    governed = pod.hostname and pod.subdomain == service.metadata.name  # N5
    return ports, Endpoint(
        addresses=[pod.ip],
        conditions=EndpointConditions(ready=ready, serving=serving, terminating=terminating),
        hostname=pod.hostname if governed else None,
        nodeName=pod.node,
        targetRef=ObjectReference(
            kind="Pod", name=pod.name, namespace=service.metadata.namespace, uid=pod.uid
        ),
    )


def _ports(service: Object, named: dict[tuple[str, str], int]) -> Iterator[tuple[str, int, str]]:
    for port in service.spec.ports or ():
        target = port.targetPort
        number = named.get((target, port.protocol)) if isinstance(target, str) else target
        if number is not None:
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
    was = record.before and address_of(record.before)
    is_ = record.after and address_of(record.after)
    if was == is_:
        return
    labels = [address.labels for address in (was, is_) if address]
    for service in view.all("Service", record.key.namespace):
        wanted = (service.spec.selector or {}).items()
        if wanted and any(wanted <= each for each in labels):
            yield key_of(service)


def _of_service(_: View, record: Record) -> Iterable[Key]:
    """The Service, where it has changed: look-ups and requests are logged at one, and leave it."""
    if record.before is not record.after:
        yield record.key


WATCHES = {"Service": _of_service, "Pod": _of_pod}
