"""The names that CoreDNS derives from Services and EndpointSlices (N9 to N18, N20 to N27)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from statefulkit.api.labels import SERVICE_LABEL
from statefulkit.memo import by_identity
from statefulkit.store import Object, View

DOMAIN = "cluster.local."
DNS_ADDRESS = "10.96.0.10"  # N1
TTL = 30  # N30: kubeadm's Corefile
VERSION = f"dns-version.{DOMAIN}"  # N15


class DnsRecord(NamedTuple):
    """One record: absolute name, type, TTL in seconds, data as text, and what it comes from."""

    name: str
    type: str
    ttl: int
    data: str
    source: str


class Target(NamedTuple):
    """What a name leads to: its canonical name, an address (or an ExternalName's target), a port.

    `port` is None where there is none; then there is no SRV either (N17).
    """

    name: str
    host: str
    port: int | None = None
    port_name: str = ""
    protocol: str = ""


def records(view: View) -> list[DnsRecord]:
    """All records of the cluster's zone, but for the synthetic ones below `pod.` (N14)."""
    found = [DnsRecord(VERSION, "TXT", TTL, '"1.1.0"', "CoreDNS")]
    for service in view.all("Service"):
        source = f"Service {service.metadata.name}"
        found += [DnsRecord(n, t, TTL, data, source) for n, t, data in _of_service(view, service)]
    return list(dict.fromkeys(found))


def find(view: View, name: str) -> list[Target] | None:
    """What a lower-case absolute name below `cluster.local.` leads to.

    An empty list where the name exists without data (N23), None where it does not exist.
    """
    labels = name.removesuffix(DOMAIN).rstrip(".").split(".")
    if labels in ([""], ["svc"], ["pod"]):
        return []
    if len(labels) < 2 or labels[-1] not in ("svc", "pod"):
        return None  # N26
    *left, namespace, tree = labels
    if view.find("Namespace", "", namespace) is None:
        return None  # N24
    if not left:
        return []
    if len(left) > 3:
        return None  # N26
    if tree == "pod":
        return _pod(name, left[-1])
    service = view.find("Service", namespace, left[-1])
    if service is None:
        return None  # N20
    if len(left) == 2:
        return [t for p in published(view, service) for t in p.named.get(name, ())] or None
    found = targets(view, service)
    if len(left) == 3:  # N25: port and protocol, with or without the underscores
        wanted = tuple(label.removeprefix("_") for label in left[:2])
        found = [t for t in found if t.port is None or (t.port_name, t.protocol) == wanted]
        found = [t for t in found if t.port is not None or _is_external(service)]
    return found or None  # N21


def targets(view: View, service: Object) -> list[Target]:
    """What a Service's own name leads to: its cluster IP, its endpoints or another name."""
    own, spec = service_name(service), service.spec
    if _is_external(service):  # N13
        target = spec.externalName.rstrip(".").lower() + "."
        return [] if _address(target.rstrip(".")) else [Target(own, target)]
    if spec.clusterIP == "None":  # N10
        return endpoints(view, service)
    return [  # N9, N27
        Target(own, ip, p.port, p.name or "", (p.protocol or "TCP").lower())
        for p in spec.ports or ()
        for ip in _cluster_ips(service)
    ]


def _cluster_ips(service: Object) -> list[str]:
    spec = service.spec
    if _is_external(service) or spec.clusterIP == "None":
        return []
    return spec.clusterIPs or ([spec.clusterIP] if spec.clusterIP else [])


def endpoints(view: View, service: Object) -> list[Target]:
    """The ready endpoints behind a Service, one for each port, under their own names (N11, N16)."""
    return [t for slice_ in published(view, service) for t in slice_.targets]


class Published(NamedTuple):
    """What one EndpointSlice gives names to, and where in it a name or a reverse name leads."""

    targets: list[Target]
    named: dict[str, list[Target]]
    reverse: dict[str, list[str]]


def published(view: View, service: Object) -> list[Published]:
    """What each EndpointSlice of a Service publishes."""
    if _is_external(service):
        return []
    return [_of_slice(s) for s in view.slices(service.metadata.namespace, service.metadata.name)]


@by_identity
def _of_slice(slice_: Object) -> Published:
    meta = slice_.metadata
    own = _name_of(meta.labels[SERVICE_LABEL], meta.namespace)
    ports = [(p.port, p.name or "", (p.protocol or "TCP").lower()) for p in slice_.ports or ()]
    found = Published([], {}, {})
    for endpoint in slice_.endpoints or ():
        if endpoint.conditions and endpoint.conditions.ready is False:  # N4: nil counts as true
            continue
        for ip in filter(_address, endpoint.addresses):  # none of addressType FQDN
            label = endpoint.hostname or ip.replace(".", "-").replace(":", "-")
            whole = f"{label.lower()}.{own}"
            here = [Target(whole, ip, *p) for p in ports] or [Target(whole, ip)]  # N17
            found.targets.extend(here)
            found.named.setdefault(whole, []).extend(here)
            found.reverse.setdefault(reverse(ip), []).append(whole)
    return found


def pointers(view: View, name: str) -> list[str]:
    """The names behind an address, asked for as `6.1.244.10.in-addr.arpa.` (N9, N18)."""
    services, pods = [], []
    for service in view.all("Service"):
        if service.spec.ports and name in map(reverse, _cluster_ips(service)):
            services.append(service_name(service))
        pods += [n for p in published(view, service) for n in p.reverse.get(name, ())]
    # A cluster IP hides endpoints that have the same address.
    return services[:1] or list(dict.fromkeys(pods))


def addresses(found: Iterable[Target], type_: str) -> list[str]:
    """The addresses of type A or AAAA among targets."""
    return list(dict.fromkeys(t.host for t in found if _address(t.host) == type_))


def srv(found: list[Target]) -> list[str]:
    """The data of the SRV records for targets: priority 0, equal weights (N12)."""
    weight = max(1, 100 // len(found)) if found else 0
    rows = [f"0 {weight} {t.port} {t.name}" for t in found if t.port is not None]
    return list(dict.fromkeys(rows))


def service_name(service: Object) -> str:
    """`nginx.default.svc.cluster.local.`"""
    return _name_of(service.metadata.name, service.metadata.namespace)


def _name_of(service: str, namespace: str) -> str:
    return f"{service}.{namespace}.svc.{DOMAIN}"


@lru_cache(8192)
def reverse(address: str) -> str:
    """The name that a PTR query for an address asks for."""
    return ip_address(address).reverse_pointer + "."


def _of_service(view: View, service: Object) -> Iterator[tuple[str, str, str]]:
    own, found = service_name(service), targets(view, service)
    if _is_external(service):
        yield from ((own, "CNAME", t.host) for t in found)
        return
    for type_ in ("A", "AAAA"):
        yield from ((own, type_, ip) for ip in addresses(found, type_))
    yield from ((reverse(t.host), "PTR", own) for t in found if t.name == own)
    yield from ((own, "SRV", data) for data in srv(found))
    by_port: dict[str, list[Target]] = {}
    for t in found:
        if t.port_name:
            by_port.setdefault(f"_{t.port_name}._{t.protocol}.{own}", []).append(t)
    for owner, some in by_port.items():
        yield from ((owner, "SRV", data) for data in srv(some))
    for t in endpoints(view, service):
        yield t.name, _address(t.host), t.host
        yield reverse(t.host), "PTR", t.name


def _pod(name: str, label: str) -> list[Target] | None:
    """`10-244-1-6.default.pod`: any well-formed address, whether or not a Pod has it (N14)."""
    four = label.count("-") == 3 and "--" not in label
    address = label.replace("-", "." if four else ":")
    return [Target(name, address)] if _address(address) else None


def _is_external(service: Object) -> bool:
    return bool(service.spec.type == "ExternalName")


@lru_cache(8192)
def _address(text: str) -> str:
    """The type of record that holds an address: A, AAAA, or empty where `text` is none."""
    try:
        return "A" if ip_address(text).version == 4 else "AAAA"
    except ValueError:
        return ""
