"""How lines come from the top of the picture down to Pods without running over another box.

A thing's lines are straight where nothing is in their way. Else all of them keep to the gaps: down
to the gap above the bank, along it, and down the Pod's own column, in which nothing else stands.
To a further bank they go down along the right edge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from statefulkit.store import Key
from statefulkit.views.boxes import Box, Line

Point = tuple[float, float]

ABOVE, APART, ASIDE = 9.0, 4.0, 8.0  # pixels: above a bank, between two lines, between two arrows
TRACKS = 4  # lines that a gap has room for


def routed(
    lines: Sequence[Line], boxes: Sequence[Box], banks: Sequence[float], edge: float
) -> list[Line]:
    """The lines with their corners. `banks` are the tops of the banks, `edge` their right side."""
    at = {b.key: b for b in boxes}
    above = [b for b in boxes if b.y < [*banks, float("inf")][1]]
    bent = {n.start for n in lines if _bank(at[n.end], banks) or _in_the_way(n, at, above)}
    sources = [s for s in dict.fromkeys(n.start for n in lines) if s in bent]
    found = []
    for line in lines:
        if line.start in bent:
            track = sources.index(line.start)
            aside = (track - (len(sources) - 1) / 2) * ASIDE
            start, end = at[line.start], at[line.end]
            line = replace(line, via=_corners(start, end, aside, track, banks, edge))
        found.append(line)
    # where lines run together the one that leads somewhere lies on top: it is drawn last
    return sorted(found, key=lambda line: bool(line.via) and line.style == "solid")


def _corners(
    start: Box, end: Box, aside: float, track: int, banks: Sequence[float], edge: float
) -> tuple[Point, ...]:
    above = ABOVE + APART * (track % TRACKS)
    gaps = [top - above for top in banks[: _bank(end, banks) + 1]]
    left, right = start.x + start.width / 2, end.x + end.width / 2 + aside
    corners = [(left, gaps[0])]
    if len(gaps) > 1:
        trunk = edge + APART * track
        corners += [(trunk, gaps[0]), (trunk, gaps[-1])]
    return (*corners, (right, gaps[-1]))


def _bank(box: Box, banks: Sequence[float]) -> int:
    """The number of the bank in which a box stands."""
    return max(bisect_right(banks, box.y) - 1, 0)


def _in_the_way(line: Line, at: dict[Key, Box], others: Sequence[Box]) -> bool:
    start, end = at[line.start], at[line.end]
    x1, y1 = start.x + start.width / 2, start.y + start.height
    x2, y2 = end.x + end.width / 2, end.y
    return any(_meets(x1, y1, x2, y2, b) for b in others if b is not start and b is not end)


def _meets(x1: float, y1: float, x2: float, y2: float, box: Box) -> bool:
    """Whether a line that goes down runs over a box."""
    top, bottom = max(y1, box.y), min(y2, box.y + box.height)
    if top >= bottom:
        return False
    slope = (x2 - x1) / (y2 - y1)
    at_top, at_bottom = x1 + slope * (top - y1), x1 + slope * (bottom - y1)
    return min(at_top, at_bottom) < box.x + box.width and max(at_top, at_bottom) > box.x
