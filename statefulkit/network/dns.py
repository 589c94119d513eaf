"""CoreDNS's answers, as real DNS messages (N9 to N31)."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from statefulkit.network.zone import DOMAIN, TTL, DnsRecord, records
from statefulkit.store import View

UPSTREAM = {"example.com.": "93.184.215.14"}  # N29: all that this model knows of the Internet
_SOA = f"ns.dns.{DOMAIN} hostmaster.{DOMAIN} 1 7200 1800 86400 {TTL}"
_ZONES = (DOMAIN, "in-addr.arpa.", "ip6.arpa.")


def answer(view: View, query: dns.message.Message) -> dns.message.Message:
    """CoreDNS's response to a query: authoritative for the cluster, tiny upstream for the rest.

    NXDOMAIN and NODATA carry the SOA that gives the negative TTL (N30).
    """
    response = dns.message.make_response(query, recursion_available=True)
    if not query.question:
        response.set_rcode(dns.rcode.FORMERR)
        return response
    question = query.question[0]
    name, type_ = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
    if not _in_zone(name):
        return _forward(response, name, type_)
    response.flags |= dns.flags.AA
    known = records(view)
    found = [r for r in known if r.name == name]
    if alias := next((r for r in found if r.type == "CNAME"), None):
        _add(response, [alias])
        if type_ != "CNAME":
            _chase(response, known, alias.data, type_)
        return response
    if synthetic := _pod_record(view, name):  # N14
        found.append(synthetic)
    if matching := [r for r in found if r.type == type_]:
        view.random("loadbalance", name).shuffle(matching)  # N10
        _add(response, matching)
        if type_ == "SRV":
            targets = {r.data.split()[-1] for r in matching}
            extra = [r for r in known if r.type == "A" and r.name in targets]
            _add(response, extra, additional=True)  # N12
        return response
    if not found and not _exists(view, name):
        response.set_rcode(dns.rcode.NXDOMAIN)  # N20 to N26
    soa = dns.rrset.from_text(DOMAIN, TTL, "IN", "SOA", _SOA)
    response.authority.append(soa)  # N19: NODATA where the name exists
    return response


def upstream(query: dns.message.Message) -> dns.message.Message:
    """The response of a name server outside the cluster, which knows nothing of it."""
    response = dns.message.make_response(query, recursion_available=True)
    question = query.question[0]
    name = question.name.to_text().lower()
    return _forward(response, name, dns.rdatatype.to_text(question.rdtype))


def _in_zone(name: str) -> bool:
    return any(name == zone or name.endswith("." + zone) for zone in _ZONES)


def _exists(view: View, name: str) -> bool:
    """The names above the Services: they exist and have no records (N23, N24)."""
    above = {DOMAIN, f"svc.{DOMAIN}", f"pod.{DOMAIN}"}
    for namespace in view.all("Namespace"):
        above.add(f"{namespace.metadata.name}.svc.{DOMAIN}")
    return name in above


def _pod_record(view: View, name: str) -> DnsRecord | None:
    """`10-244-1-6.default.pod.cluster.local.`, whether or not such a Pod exists (N14)."""
    labels = name.removesuffix(f".pod.{DOMAIN}").split(".")
    if not name.endswith(f".pod.{DOMAIN}") or len(labels) != 2:
        return None
    if view.find("Namespace", "", labels[1]) is None:
        return None
    try:
        address = IPv4Address(labels[0].replace("-", "."))
    except AddressValueError:
        return None
    return DnsRecord(name, "A", TTL, str(address), "CoreDNS")


def _chase(response: dns.message.Message, known: list[DnsRecord], target: str, type_: str) -> None:
    """Append what a CNAME leads to (N13)."""
    _add(response, [r for r in known if r.name == target.lower() and r.type == type_])
    if type_ == "A" and target.lower() in UPSTREAM:
        _add(response, [DnsRecord(target, "A", TTL, UPSTREAM[target.lower()], "upstream")])


def _forward(response: dns.message.Message, name: str, type_: str) -> dns.message.Message:
    """Names outside the cluster go upstream (N29)."""
    if name not in UPSTREAM:
        response.set_rcode(dns.rcode.NXDOMAIN)
    elif type_ == "A":
        _add(response, [DnsRecord(name, "A", TTL, UPSTREAM[name], "upstream")])
    return response


def _add(
    response: dns.message.Message, found: list[DnsRecord], *, additional: bool = False
) -> None:
    section = response.additional if additional else response.answer
    by_name: dict[tuple[str, str], list[str]] = {}
    for r in found:
        by_name.setdefault((r.name, r.type), []).append(r.data)
    for (name, type_), data in by_name.items():
        section.append(dns.rrset.from_text(dns.name.from_text(name), TTL, "IN", type_, *data))
