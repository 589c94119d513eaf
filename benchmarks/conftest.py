"""What the benchmarks share: clusters of a wanted size."""

from __future__ import annotations

import pytest

from benchmarks.life import with_pods
from statefulkit import Cluster


@pytest.fixture(scope="session")
def long_lived() -> Cluster:
    """A cluster with over 100,000 records behind it."""
    cluster = with_pods(10)
    while cluster.version < 100_000:
        cluster.delete("pod", labels="app=nginx")
        cluster._engine.settle(cluster.time + 600)
    return cluster
