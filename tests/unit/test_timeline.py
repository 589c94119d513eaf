"""The Gantt chart of Pods."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from statefulkit import Cluster
from statefulkit.views.timeline import pieces, timeline

SVG = "{http://www.w3.org/2000/svg}"


def test_every_moment_of_every_pod_is_in_one_span(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1")
    cluster.settle()
    chart = timeline(cluster)
    assert chart.rows == ("web-0", "web-1", "web-2")
    mine = [s for s in chart.spans if s.pod == "web-1"]
    assert [s.state for s in mine] == ["pending", "ready", "terminating", "pending", "ready"]
    assert len({s.uid for s in mine}) == 2  # incarnations of a name follow each other in its row
    for a, b in pairwise(mine):
        assert a.end == b.start
    assert mine[-1].end == cluster.time


def test_a_span_begins_with_the_record_that_shows_it(cluster: Cluster) -> None:
    cluster.make_unready("web-2")
    cluster.settle()
    last = timeline(cluster).spans[-1]
    assert last.state == "running, not ready"
    then = cluster.at(version=last.version)
    assert then.get("pod", "web-2").status.containerStatuses[0].ready is False
    assert (
        cluster.at(version=last.version - 1).get("pod", "web-2").status.containerStatuses[0].ready
    )


def test_markers_are_what_the_user_did(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 1)
    cluster.resolve("web-0.nginx")
    texts = [m.text for m in timeline(cluster).markers]
    assert texts[-1] == "scales statefulset/web to 1"
    assert len(texts) == 3


def test_a_place_in_the_picture_is_a_time(cluster: Cluster) -> None:
    chart = timeline(cluster)
    assert chart.time_at(-0.1) == 0
    assert chart.time_at(0.5) == cluster.time / 2
    assert chart.time_at(1.1) == cluster.time
    buttons = "".join(pieces(chart, live=True).values()).count('role="button"')
    assert buttons == len(chart.spans) + len(chart.markers)


def test_the_static_form_is_an_image_as_wide_as_the_page(cluster: Cluster) -> None:
    chart = timeline(cluster)
    image = chart._repr_mimebundle_()["text/html"]
    assert f' width="100%" height="{len(chart.rows) * 22 + 74}" alt="web-0 pending' in image
    drawn = ElementTree.fromstring(chart.svg())  # it is XML, as an image must be
    bars = [
        r for g in drawn.iter(f"{SVG}g") for r in g.findall(f"{SVG}rect") if "%" in r.get("x", "")
    ]
    assert [bar.get("x") for bar in bars] == [
        "0.00%",
        "33.33%",
        "33.33%",
        "66.67%",
        "66.67%",
        "100.00%",
    ]


def test_an_empty_cluster_has_a_chart_too() -> None:
    chart = timeline(Cluster())
    assert chart.rows == ()
    assert str(chart) == "no Pod yet"
    assert chart.table.columns.tolist() == ["pod", "uid", "state", "start", "end"]


def test_names_are_text(cluster: Cluster) -> None:
    cluster.set_image("sts", "web", "<script>x</script>")
    assert "<script" not in timeline(cluster).svg()
