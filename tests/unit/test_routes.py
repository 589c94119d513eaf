"""Lines lead to every Pod, however many there are, and run over no other box."""

from __future__ import annotations

from itertools import pairwise

import pytest

from statefulkit import Cluster, graph
from statefulkit.views.boxes import Box, Diagram, Line
from tests.conftest import MANIFEST


def cluster_of(*names: str, replicas: int = 3) -> Cluster:
    cluster = Cluster()
    for name in names:
        cluster.apply(MANIFEST.parent / f"{name}.yaml")
    if "nginx" in names:
        cluster.scale("sts", "web", replicas)
    cluster.settle()
    return cluster


def corners(drawn: Diagram, line: Line) -> list[tuple[float, float]]:
    start, end = drawn.box(line.start), drawn.box(line.end)
    assert start is not None
    assert end is not None
    first = (start.x + start.width / 2, start.y + start.height)
    last = (line.via[-1][0] if line.via else end.x + end.width / 2, end.y)
    return [first, *line.via, last]


def runs_over(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    """Whether a hundred points between two corners meet a box."""
    for i in range(1, 100):
        x, y = a[0] + (b[0] - a[0]) * i / 100, a[1] + (b[1] - a[1]) * i / 100
        if box.x < x < box.x + box.width and box.y < y < box.y + box.height:
            return True
    return False


def run_over(drawn: Diagram) -> list[str]:
    """What lines from Services and ReplicaSets run over."""
    return [
        f"{line.start} to {line.end} over {box.key}"
        for line in drawn.lines
        if line.start.kind in ("Service", "ReplicaSet")
        for a, b in pairwise(corners(drawn, line))
        for box in drawn.boxes
        if box.key not in (line.start, line.end) and runs_over(a, b, box)
    ]


@pytest.mark.parametrize("replicas", [1, 3, 5, 6, 11])
@pytest.mark.parametrize("nodes", [True, False])
def test_each_pod_behind_a_service_has_a_line_from_it(replicas: int, nodes: bool) -> None:
    drawn = graph(cluster_of("nginx", "front", replicas=replicas), nodes=nodes).diagram
    for service in ("nginx", "front"):
        ends = {n.end.name for n in drawn.lines if n.start.name == service}
        assert ends == {f"web-{i}" for i in range(replicas)}
    assert run_over(drawn) == []


def test_each_pod_of_a_replica_set_has_a_line_from_it_in_any_bank() -> None:
    drawn = graph(cluster_of("nginx", "wordpress")).diagram
    assert sum(n.start.kind == "ReplicaSet" for n in drawn.lines) == 3
    assert run_over(drawn) == []


def test_a_line_goes_round_the_ghosts_of_pods() -> None:
    cluster = cluster_of("nginx")
    cluster.scale("sts", "web", 1)
    cluster.settle()
    assert run_over(graph(cluster).diagram) == []


def test_a_line_is_straight_where_its_way_is_free() -> None:
    drawn = graph(cluster_of("nginx")).diagram
    assert [n.via for n in drawn.lines if n.start.name == "nginx"] == [(), (), ()]


def test_five_things_on_top_stand_side_by_side() -> None:
    drawn = graph(cluster_of("mysql", "wordpress"), nodes=False).diagram
    tops = [b for b in drawn.boxes if b.key.kind in ("StatefulSet", "Deployment", "Service")]
    assert len(tops) == 5
    assert len({b.y for b in tops}) == 1
    assert all(a.x + a.width < b.x for a, b in pairwise(sorted(tops, key=lambda b: b.x)))


def test_what_is_not_ready_is_drawn_below_what_is() -> None:
    cluster = cluster_of("nginx", replicas=7)
    cluster.make_unready("web-6")
    cluster.settle()
    styles = [n.style for n in graph(cluster).diagram.lines if n.start.name == "nginx"]
    assert styles == ["dotted", *["solid"] * 6]


def test_the_picture_has_room_for_the_lines_at_its_edge() -> None:
    drawn = graph(cluster_of("nginx", "front", replicas=11)).diagram
    assert max(x for n in drawn.lines for x, _ in n.via) < drawn.width
