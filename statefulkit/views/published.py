"""What DNS says of Pods, and whether that still fits them: read off EndpointSlices and caches."""

from __future__ import annotations

from typing import NamedTuple

import dns.message
import dns.rdatatype

from statefulkit.conditions import is_ready, is_terminating
from statefulkit.network import zone
from statefulkit.store import Object, View

_TYPES = {"A": dns.rdatatype.A, "AAAA": dns.rdatatype.AAAA}


class Kept(NamedTuple):
    """An answer that a client keeps: who, which name, until when, what it says, what is so now."""

    client: str
    name: str
    until: float
    kept: tuple[str, ...]
    now: tuple[str, ...]


class Published(NamedTuple):
    """The addresses behind each Pod's own name, and the answers in caches that are out of date."""

    names: dict[str, tuple[str, ...]]
    stale: tuple[Kept, ...]

    def of_pod(self, pod: Object) -> tuple[str, ...]:
        """The addresses that the Pod's own name leads to now."""
        return self.names.get(dns_name(pod), ())

    def kept_of(self, start: str) -> Kept | None:
        """A stale answer for a name that begins so."""
        return next((k for k in self.stale if k.name.startswith(start)), None)


def published(view: View, namespace: str) -> Published:
    """What DNS and the caches of clients say at this moment."""
    found: dict[str, set[str]] = {}
    for service in view.all("Service", namespace):
        for target in zone.endpoints(view, service):
            found.setdefault(target.name, set()).add(target.host)
    names = {name: tuple(sorted(hosts)) for name, hosts in found.items()}
    return Published(names, tuple(stale_answers(view)))


def dns_name(pod: Object) -> str:
    """The Pod's own name in DNS, absolute; empty where it has none (N11)."""
    if not (pod.spec.hostname and pod.spec.subdomain):
        return ""
    namespace = pod.metadata.namespace
    return f"{pod.spec.hostname}.{pod.spec.subdomain}.{namespace}.svc.{zone.DOMAIN}"


def fits(pod: Object, service: Object | None) -> bool:
    """Whether a Service should publish the Pod as it is now (N4)."""
    early = bool(service and service.spec.publishNotReadyAddresses)
    return early or (is_ready(pod) and not is_terminating(pod))


def is_stale(view: View, pod: Object, addresses: tuple[str, ...]) -> bool:
    """Whether DNS leads to a Pod that should not be there now: the slices lag behind (N8)."""
    service = view.find("Service", pod.metadata.namespace, pod.spec.subdomain or "")
    return bool(addresses) and not (fits(pod, service) and pod.status.podIP in addresses)


def stale_answers(view: View) -> list[Kept]:
    """The answers that clients keep although DNS would say something else by now (N32)."""
    found = []
    for key, value in view.state.runtime.items():
        if key[0] != "dns" or value[0] <= view.time or key[3] not in _TYPES:
            continue
        if not key[2].endswith(f".{zone.DOMAIN}"):
            continue
        message = dns.message.from_wire(value[1])
        sets = [rrset for rrset in message.answer if rrset.rdtype == _TYPES[key[3]]]
        kept = tuple(sorted(rdata.to_text() for rrset in sets for rdata in rrset))
        now = tuple(sorted(zone.addresses(zone.find(view, key[2]) or [], key[3])))
        if kept != now:
            found.append(Kept(_client(view, key[1]), key[2], value[0], kept, now))
    return sorted(found)


def _client(view: View, client: str) -> str:
    """A client's name: the cache knows a Pod by its UID."""
    namespace, slash, uid = client.partition("/")
    if not slash:
        return client
    pods = (p for p in view.all("Pod", namespace) if p.metadata.uid == uid)
    pod = next(pods, None)
    return pod.metadata.name if pod is not None else "a Pod that is gone"
