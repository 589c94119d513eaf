"""CoreDNS's answers, as real DNS messages (N9 to N31).

Like a shop that makes each thing when it is asked for: nothing is stored here. An answer is worked
out from the Services and EndpointSlices as they are at that moment.
"""

from __future__ import annotations

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from statefulkit.network import zone
from statefulkit.network.zone import DOMAIN, TTL, Target
from statefulkit.store import View

UPSTREAM = {"example.com.": "93.184.215.14"}  # N29: all that this model knows of the Internet
MOST_ALIASES = 8  # CoreDNS follows no longer chain of CNAMEs, so a loop of them has no data
_ZONES = (DOMAIN, "in-addr.arpa.", "ip6.arpa.")
_FOLLOWS_ALIASES = ("A", "AAAA", "TXT")

Row = tuple[str, str, str]  # name, type, data


def question(view: View, name: str, type: str = "A") -> dns.message.Message:
    """The query for an absolute name; its number is the same in each replay.

    Raises:
        ValueError: where the name or the type is none that DNS could be asked for.
    """
    rdtype = rdatatype(type)
    try:
        query = dns.message.make_query(name, rdtype)
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"{name!r} is not a name that DNS can be asked for: {error}") from None
    query.id = view.random("query", name).getrandbits(16)
    return query


def rdatatype(text: str) -> dns.rdatatype.RdataType:
    """A record type by its name, in any case.

    Raises:
        ValueError: where there is none of that name.
    """
    try:
        return dns.rdatatype.from_text(text)
    except dns.exception.DNSException:
        raise ValueError(f"{text!r} is not a record type such as A, AAAA, SRV, PTR") from None


def answer(view: View, query: dns.message.Message) -> dns.message.Message:
    """CoreDNS's response to a query, set up as kubeadm does: `pods insecure`, `ttl 30`, no cache.

    It is authoritative for the cluster's names; NXDOMAIN and NODATA carry the SOA that gives the
    negative TTL (N19 to N30). There is no Internet here: of the names outside, `example.com` has an
    address (N29) and every other is NXDOMAIN, also a reverse name that is not the cluster's.
    """
    response = dns.message.make_response(query, our_payload=query.payload)
    refusal = _refusal(query)
    if refusal is not None:
        response.set_rcode(refusal)
        return response
    asked = query.question[0].name.to_text()
    name, type_ = asked.lower(), dns.rdatatype.to_text(query.question[0].rdtype)
    origin = next((z for z in _ZONES if name == z or name.endswith("." + z)), None)
    if origin is None:
        return _forward(response, name, type_)
    response.flags |= dns.flags.AA
    found = None if origin != DOMAIN else zone.find(view, name)
    rows = _rows(view, name, type_, found)
    exists = bool(rows) or found is not None
    if type_ in ("A", "AAAA"):
        _shuffle(view, name, rows)
    _add(response.answer, [(asked if n == name else n, t, data) for n, t, data in rows])
    if type_ == "SRV" and found:  # N12
        owners = list(dict.fromkeys((t.name, t.host) for t in found if t.port is not None))
        _add(response.additional, [r for owner, host in owners for r in _address_row(owner, host)])
    if not exists:
        response.set_rcode(dns.rcode.NXDOMAIN)
    if not rows:
        _add(response.authority, [_soa(origin)])
    return response


def upstream(query: dns.message.Message) -> dns.message.Message:
    """The response of a name server outside the cluster, which knows nothing of it (N29)."""
    response = dns.message.make_response(query)
    asked = query.question[0]
    name = asked.name.to_text().lower()
    return _forward(response, name, dns.rdatatype.to_text(asked.rdtype))


def _refusal(query: dns.message.Message) -> dns.rcode.Rcode | None:
    """Why CoreDNS does not look at a query at all; None where it does."""
    if query.opcode() != dns.opcode.QUERY:
        return dns.rcode.NOTIMP
    if len(query.question) != 1:
        return dns.rcode.FORMERR
    if query.question[0].rdclass != dns.rdataclass.IN:
        return dns.rcode.REFUSED
    return None


def _rows(view: View, name: str, type_: str, found: list[Target] | None) -> list[Row]:
    if name == DOMAIN and type_ == "SOA":
        return [_soa(DOMAIN)]
    if name == zone.VERSION and type_ == "TXT":
        return [(name, "TXT", '"1.1.0"')]
    if type_ == "PTR" and found is None:
        return [(name, "PTR", data) for data in zone.pointers(view, name)]
    if found and not _is_alias(found) and type_ == "SRV":
        return [(name, "SRV", data) for data in zone.srv(found)]
    return _follow(view, name, type_, found or [])


def _follow(view: View, name: str, type_: str, found: list[Target], depth: int = 0) -> list[Row]:
    """Addresses, or an ExternalName's CNAME with what it leads to (N13)."""
    if not _is_alias(found):
        return [(name, type_, ip) for ip in zone.addresses(found, type_)]
    target = found[0].host
    alias = (name, "CNAME", target)
    if type_ == "CNAME":
        return [alias]
    if type_ not in _FOLLOWS_ALIASES or depth == MOST_ALIASES:
        return []
    if target.endswith("." + DOMAIN):
        next_ = zone.find(view, target) or []
        rest = _follow(view, target, type_, next_, depth + 1)
        return [alias, *rest] if rest else []
    return [alias, *_outside(target, type_)]


def _is_alias(found: list[Target]) -> bool:
    return bool(found) and found[0].host.endswith(".")


def _shuffle(view: View, name: str, rows: list[Row]) -> None:
    """CoreDNS's `loadbalance`: addresses in random order, after the CNAMEs (N10)."""
    first = sum(type_ == "CNAME" for _, type_, _ in rows)
    rest = rows[first:]
    view.random("loadbalance", name).shuffle(rest)
    rows[first:] = rest


def _soa(origin: str) -> Row:
    """The zone's SOA: serial 1, and the TTL of a negative answer (N30)."""
    return origin, "SOA", f"ns.dns.{origin} hostmaster.{origin} 1 7200 1800 86400 {TTL}"


def _address_row(owner: str, host: str) -> list[Row]:
    return [(owner, t, host) for t in ("A", "AAAA") if zone.addresses([Target(owner, host)], t)]


def _outside(name: str, type_: str) -> list[Row]:
    return [(name, "A", UPSTREAM[name])] if type_ == "A" and name in UPSTREAM else []


def _forward(response: dns.message.Message, name: str, type_: str) -> dns.message.Message:
    response.flags |= dns.flags.RA  # CoreDNS itself offers no recursion, whom it asks does
    if name not in UPSTREAM:
        response.set_rcode(dns.rcode.NXDOMAIN)
    _add(response.answer, _outside(name, type_))
    return response


def _add(section: list[dns.rrset.RRset], rows: list[Row]) -> None:
    grouped: dict[tuple[str, str], list[str]] = {}
    for name, type_, data in rows:
        grouped.setdefault((name, type_), []).append(data)
    for (name, type_), data_ in grouped.items():
        owner = dns.name.from_text(name)
        section.append(dns.rrset.from_text(owner, TTL, "IN", type_, *data_))
