"""The resolver in a Pod: whom it asks for each name that it tries, and what came of it (N35 to N40)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import dns.message
import dns.rcode
import dns.rdatatype

from statefulkit.network import dns as coredns
from statefulkit.network.libc import Libc, candidates, goes_on, outcome
from statefulkit.network.resolvconf import ResolvConf, of_client
from statefulkit.network.zone import DNS_ADDRESS
from statefulkit.store import View

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Step:
    """One query of a look-up: what was asked, who answered what, and why the resolver went on."""

    number: int
    query: str
    type: str
    answered_by: str
    rcode: str
    answers: tuple[str, ...]
    ttl: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of a look-up.

    Attributes:
        answers: the data of the last answer, addresses for type A.
        rcode: NOERROR, NXDOMAIN, or NODATA for a name without data of this type; where several
            names were tried in vain, the one that glibc reports.
        steps: the queries in order.
        message: the last DNS message, None where /etc/hosts answered.
        facts: what a client that keeps answers remembers of it.
    """

    name: str
    type: str
    answers: tuple[str, ...]
    rcode: str
    steps: tuple[Step, ...]
    message: dns.message.Message | None
    facts: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @property
    def trace(self) -> pd.DataFrame:
        """The steps: step, query, type, answered by, rcode, answers, ttl (s), why."""
        from statefulkit.table import table

        columns = "step|query|type|answered by|rcode|answers|ttl|why"
        rows = [
            (s.number, s.query, s.type, s.answered_by, s.rcode, ", ".join(s.answers), s.ttl, s.why)
            for s in self.steps
        ]
        return table(columns, rows).astype({"ttl": "Int64"})

    def __str__(self) -> str:
        found = ", ".join(self.answers) or self.rcode
        return f"{self.name} {self.type}: {found}"


class _Reply(NamedTuple):
    source: str
    message: dns.message.Message
    left: int


def resolve(
    view: View,
    name: str,
    type: str = "A",
    from_pod: str | None = None,
    cached: bool = False,
    libc: Libc = "glibc",
) -> Resolution:
    """Resolve a name as a container in `from_pod` would, with glibc's or musl's algorithm (N38, N39).

    `from_pod` is `name` or `namespace/name`; None means a Pod in namespace default. `cached` asks
    as a client that keeps answers, good and bad, for their TTL (N32).

    Raises:
        NotFound, BadRequest: where the Pod does not exist or does not run.
        ValueError: where the name or the type is none that DNS could be asked for, or for another
            libc.
    """
    if libc not in get_args(Libc):
        raise ValueError(f"libc must be glibc or musl, not {libc!r}")
    if "\0" in name:
        raise ValueError(f"{name!r} cannot be asked for: a C library's names end at NUL")
    config = of_client(view, from_pod)
    rdtype = coredns.rdatatype(type)
    type = dns.rdatatype.to_text(rdtype)
    if rdtype == dns.rdatatype.A and (address := config.hosts.get(name.lower())):
        why = "the kubelet wrote this name into the Pod's /etc/hosts (N35)"
        step = Step(1, name, type, "/etc/hosts", "NOERROR", (address,), None, why)
        return Resolution(name, type, (address,), "NOERROR", (step,), None)
    steps: list[Step] = []
    facts: dict[tuple[Any, ...], Any] = {}
    message = None
    tried = list(candidates(name, config, libc))
    for i, (query, why) in enumerate(tried):
        reply = _ask(view, config, query, rdtype, cached, facts)
        message, answers = reply.message, _data(reply.message, rdtype)
        rcode = _rcode(message, answers)
        more = i + 1 < len(tried)
        text = f"{why}; {_then(rcode, more, libc)}"
        steps.append(Step(i + 1, query, type, reply.source, rcode, answers, reply.left, text))
        if not goes_on(rcode, libc):
            break
    as_is_first = len(tried) > 1 and name.count(".") >= config.ndots
    rcode = outcome([s.rcode for s in steps], as_is_first, libc)
    return Resolution(name, type, steps[-1].answers, rcode, tuple(steps), message, facts)


def _then(rcode: str, more: bool, libc: Libc) -> str:
    if rcode == "NOERROR":
        return "it has data, so the resolver stops"
    words = {"NXDOMAIN": "no such name", "NODATA": "the name exists without this type"}
    text = words.get(rcode, rcode)
    if not more:
        return f"{text}, and nothing is left to try"
    return (
        f"{text}, so the next is tried"
        if goes_on(rcode, libc)
        else f"{text}, which ends musl's search"
    )


# -- who answers ----------------------------------------------------------------------------------


def _ask(
    view: View,
    config: ResolvConf,
    query: str,
    rdtype: dns.rdatatype.RdataType,
    cached: bool,
    facts: dict[tuple[Any, ...], Any],
) -> _Reply:
    key = ("dns", config.client, query.lower(), dns.rdatatype.to_text(rdtype))
    kept = view.fact(*key) if cached else None
    if kept is not None and kept[0] > view.time:
        return _Reply("cache", dns.message.from_wire(kept[1]), int(kept[0] - view.time))
    request = coredns.question(view, query, dns.rdatatype.to_text(rdtype))
    in_cluster = config.server == DNS_ADDRESS  # the others are asked only if the first is silent
    message = coredns.answer(view, request) if in_cluster else coredns.upstream(request)
    ttl = min((rrset.ttl for rrset in [*message.answer, *message.authority]), default=0)
    if cached and ttl:
        wire = message.to_wire(want_shuffle=False)  # dnspython's shuffle could not be replayed
        facts[key] = (view.time + ttl, wire)
    return _Reply("CoreDNS" if in_cluster else config.server, message, ttl)


def _data(message: dns.message.Message, rdtype: dns.rdatatype.RdataType) -> tuple[str, ...]:
    found = [rrset for rrset in message.answer if rrset.rdtype == rdtype]
    return tuple(rdata.to_text() for rrset in found for rdata in rrset)


def _rcode(message: dns.message.Message, answers: tuple[str, ...]) -> str:
    rcode = dns.rcode.to_text(message.rcode())
    return "NODATA" if rcode == "NOERROR" and not answers else rcode
