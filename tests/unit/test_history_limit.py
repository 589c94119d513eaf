"""A limited history: the same future, less of the past."""

from __future__ import annotations

from itertools import pairwise

import pytest

from statefulkit import Cluster, explain, tables
from statefulkit.history import PICTURE
from statefulkit.views.timeline import timeline


def story(manifest: str, limit: int | None) -> Cluster:
    cluster = Cluster(seed=2, history_limit=limit)
    cluster.apply(manifest)
    cluster.run(5)
    cluster.cordon("node-1")
    for name in ("web-0", "web-1", "web-0", "web-1"):
        cluster.delete("pod", name)
        cluster.run(3)
    cluster.scale("sts", "web", 12)
    cluster.run(60)
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(200)  # waits that are told once, long after their record is gone
    return cluster


@pytest.mark.parametrize("limit", [1, 7, PICTURE, 100])
def test_what_happens_is_the_same(manifest: str, limit: int) -> None:
    whole, limited = story(manifest, None), story(manifest, limit)
    for each in (whole.view.state, limited.view.state):
        assert each.time == whole.time
    assert limited.version == whole.version
    assert limited.view.state.objects == whole.view.state.objects
    pd_whole, pd_limited = whole.history.tail(limit), limited.history
    assert pd_limited.values.tolist() == pd_whole.values.tolist()
    assert str(explain(limited, "sts/web")) == str(explain(whole, "sts/web"))
    assert str(explain(limited, "pod/web-0")) == str(explain(whole, "pod/web-0"))
    assert tables.waits(limited.view)[-1].reason == tables.waits(whole.view)[-1].reason


@pytest.mark.parametrize("limit", [1, 7, PICTURE, 100])
def test_the_moments_that_are_left_are_as_they_were(manifest: str, limit: int) -> None:
    whole, limited = story(manifest, None), story(manifest, limit)
    for version in range(limited.version - limit + 1, limited.version + 1):
        then, now = whole.at(version=version), limited.at(version=version)
        assert now.time == then.time
        assert now.view.state.objects == then.view.state.objects
        assert now.view.state.index == then.view.state.index
    done = max(r.version for r in whole.view.records() if r.actor == "user")
    fork = limited.fork(version=max(done, limited.version - limit + 1))
    fork.run(limited.time - fork.time)
    assert fork.view.state.objects == limited.view.state.objects


def test_older_moments_are_refused(manifest: str) -> None:
    cluster = story(manifest, 40)
    oldest, last = cluster.version - 39, cluster.version
    text = f"version {oldest - 1} is not in history, which goes from {oldest} to {last}"
    with pytest.raises(ValueError, match=text):
        cluster.at(version=oldest - 1)
    with pytest.raises(ValueError, match=text):
        cluster.fork(version=oldest - 1)
    with pytest.raises(ValueError, match=f"which goes from {oldest} to"):
        cluster.at(time=0.0)
    with pytest.raises(ValueError, match="which goes from"):
        cluster.at(version=0)
    past = cluster.at(version=oldest + 10)
    assert len(past.history) == 11
    with pytest.raises(ValueError, match=f"which goes from {oldest} to {oldest + 10}"):
        past.at(version=oldest - 1)


def test_the_timeline_begins_where_history_does(manifest: str) -> None:
    whole = timeline(story(manifest, None)).table
    cluster = story(manifest, 60)
    chart, start = timeline(cluster).table, cluster.at(version=cluster.version - 59).time
    ends = whole[whole.end > start]
    assert (
        chart[["pod", "state", "end"]].values.tolist()
        == ends[["pod", "state", "end"]].values.tolist()
    )
    assert chart.start.min() == start


def test_memory_levels_off(manifest: str) -> None:
    cluster = Cluster(history_limit=200)
    cluster.apply(manifest)
    cluster.settle()
    sizes = []
    for _ in range(60):
        cluster.delete("pod", "web-1")
        cluster.settle()
        sizes.append(len(cluster.view.state.history.records))
    assert cluster.version > 1000
    assert max(sizes) <= 200 + 50 + 4 * PICTURE
    assert any(b < a for a, b in pairwise(sizes))


@pytest.mark.parametrize("limit", [0, -1])
def test_a_history_without_records_is_refused(limit: int) -> None:
    with pytest.raises(ValueError, match="history_limit must be at least 1"):
        Cluster(history_limit=limit)
