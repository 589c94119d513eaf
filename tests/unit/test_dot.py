"""The DOT text is read and drawn by the real Graphviz."""

from __future__ import annotations

import re

from statefulkit import Cluster, graph
from tests.unit.stories import NGINX


def test_graphviz_draws_the_same_boxes_at_the_same_places() -> None:
    cluster = Cluster()
    cluster.apply(NGINX)
    cluster.settle()
    picture = graph(cluster)
    drawn = picture.dot().pipe("plain", encoding="utf-8")
    places = re.findall(r"^node \S+ (\S+) (\S+)", drawn, re.MULTILINE)
    assert len(places) == len(picture.diagram.boxes)
