"""Two C libraries' resolvers: which names they try, and when they stop (N38, N39).

The picture from life: somebody who is told only a first name tries it with each family name on a
list, then as it stands, and stops at the first door that opens. glibc is patient: it also goes on
when a door is the right one but nobody is in. musl (Alpine) takes that for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from statefulkit.network.resolvconf import ResolvConf

Libc = Literal["glibc", "musl"]


def candidates(name: str, config: ResolvConf, libc: Libc) -> Iterator[tuple[str, str]]:
    """Each absolute name to try, with the reason for trying it here."""
    if name.endswith("."):
        yield name, "a final dot: the name is absolute, the search list is not used"
        return
    dots = name.count(".")
    word = "dot" if dots == 1 else "dots"
    searched = [(f"{name}.{domain}", domain.rstrip(".")) for domain in config.search]
    if dots >= config.ndots:
        yield f"{name}.", f"{dots} {word}, not fewer than ndots {config.ndots}: as it stands first"
        if libc == "musl":
            return
        for query, domain in searched:
            yield query, f"with the search domain {domain}"
        return
    for i, (query, domain) in enumerate(searched):
        start = (
            f"{dots} {word}, fewer than ndots {config.ndots}: the search list first. "
            if i == 0
            else ""
        )
        yield query, f"{start}With {domain}" if start else f"with the search domain {domain}"
    yield f"{name}.", "the search list is used up: as it stands"


def goes_on(rcode: str, libc: Libc) -> bool:
    """Whether the next name is tried after such an answer."""
    return rcode == "NXDOMAIN" or (rcode != "NOERROR" and libc == "glibc")


def outcome(rcodes: list[str], as_is_first: bool, libc: Libc) -> str:
    """What the look-up reports: success, else, for glibc, the most that any name told."""
    if rcodes[-1] == "NOERROR" or libc == "musl":
        return rcodes[-1]
    if as_is_first:
        return rcodes[0]
    return "NODATA" if "NODATA" in rcodes else rcodes[-1]
