"""Clusters in which the applications of the course run."""

from __future__ import annotations

import pytest

from statefulkit import Cluster
from tests.conftest import MANIFESTS


def running(*names: str, nodes: int = 4) -> Cluster:
    cluster = Cluster(nodes=nodes, seed=4)
    for name in names:
        cluster.apply(MANIFESTS / f"{name}.yaml")
    assert cluster.warnings.empty
    cluster.settle()
    return cluster


@pytest.fixture
def databases() -> Cluster:
    """mysql-0, mysql-1 and mysql-2 run; a table t has one row."""
    cluster = running("mysql")
    for statement in ("CREATE TABLE t (x TEXT)", "INSERT INTO t VALUES ('one')"):
        assert cluster.request("mysql://mysql-0.mysql/", data=statement).status == 200
    cluster.settle()
    return cluster


@pytest.fixture
def store() -> Cluster:
    """quorum-0, quorum-1 and quorum-2 run; k is `one`."""
    cluster = running("quorum")
    assert cluster.request("http://quorum-0.quorum:2379/k", data="one").status == 200
    return cluster
