"""A fork of the past has the future that the cluster would have had without further actions."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from statefulkit import Cluster
from tests.property import invariants
from tests.property.actions import KEPT, act, actions, service, specs, stateful_set

LATER = 500.0  # virtual seconds, after which most runs are at rest


def told(cluster: Cluster) -> list[tuple[Any, ...]]:
    records = cluster.view.records()
    return [(r.time, r.actor, r.verb, r.key, r.subject, r.reason, r.rule) for r in records]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    seed=st.integers(0, 3),
    spec=specs,
    done=st.lists(actions, min_size=3, max_size=12),
    chosen=st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_a_fork_of_the_past_has_its_future(seed, spec, done, chosen) -> None:
    cluster = Cluster(seed=seed)
    stopped = [cluster.fork()]  # the clusters to which nobody did anything more
    for action in [("apply", {"source": [KEPT, service(), stateful_set(**spec)]}), *done]:
        act(cluster, action)
        stopped.append(cluster.fork())
    end = cluster.time + LATER
    for share in chosen:
        version = round(share * cluster.version)
        place = bisect_right(stopped, version, key=lambda c: c.version) - 1
        if place < 0:
            continue  # while the cluster was set up
        since = stopped[place].version
        if any(r.actor == "user" for r in cluster.fork(version=version).view.records(since)):
            continue  # in the middle of one action, such as the apply of a set and its Service
        fork, expected = cluster.fork(version=version), stopped[place].fork()
        assert fork.version == version
        for each in (fork, expected):
            each.run(end - each.time)
        assert told(fork) == told(expected)
        assert invariants.same(fork.view.state, expected.view.state)
