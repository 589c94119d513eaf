"""The records that CoreDNS derives from Services and EndpointSlices (N9 to N18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Any, NamedTuple

from statefulkit.store import Object, View

DOMAIN = "cluster.local."
DNS_ADDRESS = "10.96.0.10"  # N1
TTL = 30  # N30: kubeadm's Corefile
SERVICE_LABEL = "kubernetes.io/service-name"


class DnsRecord(NamedTuple):
    """One record: absolute name, type, TTL in seconds, data as text, and what it comes from."""

    name: str
    type: str
    ttl: int
    data: str
    source: str


class _Endpoint(NamedTuple):
    label: str
    address: str
    ports: tuple[Any, ...]


def records(view: View) -> list[DnsRecord]:
    """All records of the cluster's zone, but for the synthetic ones below `pod.` (N14)."""
    found = [DnsRecord(f"dns-version.{DOMAIN}", "TXT", TTL, '"1.1.0"', "CoreDNS")]  # N15
    for service in view.all("Service"):
        found += _of_service(view, service)
    return list(dict.fromkeys(found))


def service_name(service: Object) -> str:
    """`nginx.default.svc.cluster.local.`"""
    return f"{service.metadata.name}.{service.metadata.namespace}.svc.{DOMAIN}"


def _of_service(view: View, service: Object) -> Iterator[DnsRecord]:
    name, source = service_name(service), f"Service {service.metadata.name}"
    spec = service.spec
    if spec.type == "ExternalName":  # N13
        target = spec.externalName.rstrip(".") + "."
        yield DnsRecord(name, "CNAME", TTL, target, source)
        return
    endpoints = list(_ready(view, service))
    if spec.clusterIP != "None":  # N9, N27
        yield DnsRecord(name, "A", TTL, spec.clusterIP, source)
        yield DnsRecord(reverse(spec.clusterIP), "PTR", TTL, name, source)
        yield from _srv(
            name, [(name, p.name, p.port, p.protocol) for p in spec.ports or ()], source
        )
    else:  # N10
        for e in endpoints:
            yield DnsRecord(name, "A", TTL, e.address, source)
        rows = [
            (f"{e.label}.{name}", p.name, p.port, p.protocol) for e in endpoints for p in e.ports
        ]
        yield from _srv(name, rows, source)
    for e in endpoints:  # N11, N16
        yield DnsRecord(f"{e.label}.{name}", "A", TTL, e.address, source)
        yield DnsRecord(reverse(e.address), "PTR", TTL, f"{e.label}.{name}", source)


def _srv(
    name: str, rows: Iterable[tuple[str, str | None, int, str]], source: str
) -> Iterator[DnsRecord]:
    """SRV on the bare name for every port, and below `_port._proto` for the named ones (N12)."""
    answers: dict[str, list[str]] = {}
    for target, port_name, port, protocol in rows:
        answers.setdefault(name, []).append(f"{port} {target}")
        if port_name:
            owner = f"_{port_name}._{(protocol or 'TCP').lower()}.{name}"
            answers.setdefault(owner, []).append(f"{port} {target}")
    for owner, found in answers.items():
        weight = max(1, 100 // len(found))
        for port_and_target in found:
            yield DnsRecord(owner, "SRV", TTL, f"0 {weight} {port_and_target}", source)


def _ready(view: View, service: Object) -> Iterator[_Endpoint]:
    namespace, name = service.metadata.namespace, service.metadata.name
    for slice_ in view.labelled("EndpointSlice", namespace, {SERVICE_LABEL: name}):
        for endpoint in slice_.endpoints or ():
            if endpoint.conditions and endpoint.conditions.ready is False:  # N4: nil counts as true
                continue
            for address in endpoint.addresses:
                label = endpoint.hostname or address.replace(".", "-").replace(":", "-")
                yield _Endpoint(label.lower(), address, tuple(slice_.ports or ()))


def reverse(address: str) -> str:
    """The name that a PTR query for an address asks for."""
    return ip_address(address).reverse_pointer + "."
