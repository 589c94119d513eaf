"""Work that does not grow: how many plans and records a Pod takes, and what the index finds."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from statefulkit import Cluster
from statefulkit.cluster import ACTORS
from statefulkit.engine import Engine
from statefulkit.history import PICTURE
from statefulkit.index import reindexed
from statefulkit.store import View


def counted(cluster: Cluster) -> Counter[str]:
    """The plans that are made from now on, by actor."""
    plans: Counter[str] = Counter()

    def counting(actor: Any) -> Any:
        def plan(view: View, key: Any) -> Any:
            plans[actor.NAME] += 1
            return actor.plan(view, key)

        return SimpleNamespace(NAME=actor.NAME, WATCHES=actor.WATCHES, plan=plan)

    cluster._engine = Engine(cluster._engine.state, [counting(a) for a in ACTORS])
    return plans


@pytest.mark.parametrize("replicas", [10, 40])
def test_a_pod_takes_the_same_number_of_plans_and_records(manifest: str, replicas: int) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    cluster.settle()
    plans, before = counted(cluster), cluster.version
    cluster.scale("sts", "web", 3 + replicas)
    cluster.settle()
    assert sum(plans.values()) <= 26 * replicas
    assert cluster.version - before <= 32 * replicas


def test_the_garbage_collector_looks_at_nothing_that_has_its_owners(manifest: str) -> None:
    cluster = Cluster()
    plans = counted(cluster)
    cluster.apply(manifest)
    cluster.settle()
    assert plans["garbage-collector"] == 0


def test_nobody_watches_events() -> None:
    """Hundreds are over at once; each would be looked at in the moment in which it goes."""
    assert [a.NAME for a in ACTORS if "Event" in a.WATCHES] == []


def test_the_index_of_a_past_moment_is_that_of_its_objects(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1")
    cluster.scale("sts", "web", 12)
    cluster.settle()
    cluster.scale("sts", "web", 1)
    cluster.settle()
    for version in (1, PICTURE - 1, PICTURE, PICTURE + 1, cluster.version):
        state = cluster.view.state.back_to(version)
        index = cluster.view.state.back_to(0).index
        for obj in state.objects.values():
            index = reindexed(index, [(None, obj)])
        assert index == state.index


def test_a_moment_leads_to_the_next_as_history_has_it(cluster: Cluster) -> None:
    cluster.write_file("web-1", "/tmp/note", "hello")
    cluster.delete("pod", labels="app=nginx")
    cluster.settle()
    last = cluster.view.state
    for version in range(2, last.version):
        now, then = last.back_to(version), last.back_to(version - 1).then(last.history[version])
        assert (then.objects, then.index, then.runtime) == (now.objects, now.index, now.runtime)
        assert (then.time, then.version, then.agenda) == (now.time, now.version, now.agenda)
        assert list(then.history.since(0)) == list(now.history.since(0))


def test_the_facts_of_a_past_moment_are_those_it_had(manifest: str) -> None:
    cluster = Cluster()
    moments = []
    cluster.apply(manifest)
    cluster.scale("sts", "web", 20)
    while cluster._engine._turn():
        state = cluster.view.state
        if not state.fresh:  # what has been remembered since its last record belongs to the next
            moments.append(state)
        if state.version == PICTURE:
            cluster.delete("pod", "web-4")
    assert moments[-1].version > PICTURE
    for state in moments:
        assert state.back_to(state.version).runtime == state.runtime
