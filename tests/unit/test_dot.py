"""The DOT text is read and drawn by the real Graphviz."""

from __future__ import annotations

import re

from statefulkit import Cluster, graph
from tests.conftest import MANIFEST


def test_graphviz_draws_the_same_boxes_at_the_same_places() -> None:
    cluster = Cluster()
    cluster.apply(MANIFEST)
    cluster.settle()
    picture = graph(cluster)
    drawn = picture.dot().pipe("plain", encoding="utf-8")
    found = re.findall(r"^node \S+ (\S+) (\S+)", drawn, re.MULTILINE)
    wanted = [(b.x + b.width / 2, -b.y - b.height / 2) for b in picture.diagram.boxes]
    assert moved([(72 * float(x), 72 * float(y)) for x, y in found]) == moved(wanted)


def moved(places: list[tuple[float, float]]) -> set[tuple[int, int]]:
    """The places with the lowest left corner at the origin, in whole points."""
    left, low = (min(side) for side in zip(*places, strict=True))
    return {(round(x - left), round(y - low)) for x, y in places}
