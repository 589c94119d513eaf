"""The way from a name to a Pod: name → record → Service IP or Pod IP → Pod → claim."""

from __future__ import annotations

from typing import NamedTuple

from statefulkit.controllers.volumes import claims_of
from statefulkit.network.resolver import Resolution
from statefulkit.store import Key, View
from statefulkit.views.boxes import Box, Diagram, Line
from statefulkit.views.cards import short, short_pod
from statefulkit.views.looks import BROKEN, CLAIM, GHOST, PLAIN, Look, of_pod
from statefulkit.views.svg import svg

STEP, WIDE, HIGH, GAP = 122.0, 108.0, 52.0, 10.0  # pixels
MOST = 6  # ways drawn; the rest is told


class Hop(NamedTuple):
    """One station of a way: what it is, its lines of text and its look."""

    key: Key
    lines: tuple[str, ...]
    look: Look


def paths(view: View, found: Resolution) -> list[list[Hop]]:
    """For each answer the stations from the name on; a failed look-up has one that ends."""
    start = Hop(Key("Name", "", found.name), ("name", short(found.name)), PLAIN)
    if not found.answers:
        end = Hop(Key("Answer", "", found.rcode), ("answer", found.rcode), BROKEN)
        return [[start, end]]
    return [[start, *_hops(view, found, answer)] for answer in found.answers]


def _hops(view: View, found: Resolution, answer: str) -> list[Hop]:
    record = Hop(Key("Record", "", answer), (f"{found.type} record", short(answer)), PLAIN)
    if found.type == "SRV":
        return [record]
    service = next((s for s in view.all("Service") if s.spec.clusterIP == answer), None)
    if service is not None:
        name = service.metadata.name
        lines = ("Service IP", short(name), "any ready Pod")
        return [record, Hop(Key("Service", "", name), lines, PLAIN)]
    pod = next(iter(view.with_address(answer)), None)
    if pod is None:
        lost = Hop(Key("Nobody", "", answer), ("Pod IP", "nobody has it"), GHOST)
        return [record, lost] if found.type in ("A", "AAAA") else [record]
    name = pod.metadata.name
    hops = [record, Hop(Key("Pod", "", name), ("Pod", short_pod(name)), of_pod(pod))]
    for claim, _ in claims_of(view, pod):
        hops.append(Hop(Key("Claim", "", claim), ("claim", short(claim)), CLAIM))
    return hops


def path_svg(view: View, found: Resolution) -> str:
    """The ways as a picture."""
    ways = paths(view, found)
    boxes, lines, words = [], [], []
    for row, hops in enumerate(ways[:MOST]):
        words.append(" → ".join(" ".join(h.lines) for h in hops))
        last: Key | None = None
        for column, hop in enumerate(hops):
            key = Key(hop.key.kind, f"{row}", hop.key.name)
            x, y = 4 + column * STEP, 4 + row * (HIGH + GAP)
            boxes.append(Box(key, hop.lines, x, y, WIDE, HIGH, hop.look))
            if last is not None:
                lines.append(Line(last, key, "leads to", arrow=True, across=True))
            last = key
    wide = 8 + STEP * max(len(h) for h in ways)
    drawn = Diagram(wide, 8 + len(ways[:MOST]) * (HIGH + GAP), (), tuple(lines), tuple(boxes))
    more = len(ways) - MOST
    rest = f"<p>and {more} more answers</p>" if more > 0 else ""
    return svg(drawn, "; ".join(words)) + rest
