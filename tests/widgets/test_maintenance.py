"""The lab in the hands of who looks after the nodes."""

from __future__ import annotations

from statefulkit import Cluster
from statefulkit.store import Key
from statefulkit.widgets import StatefulLab
from tests.conftest import MANIFESTS


def test_a_drain_that_the_budget_stops_says_so_p33() -> None:
    cluster = Cluster(nodes=3)
    cluster.apply((MANIFESTS / "production.yaml").read_text("utf-8"))
    cluster.settle()
    lab = StatefulLab(cluster, "quorum")
    for node, said in (("node-1", ""), ("node-2", "cannot evict quorum-1: Cannot evict pod as")):
        lab.select(Key("Node", "", node))
        lab.actions.buttons["Drain node"].click()
        told = str(lab.actions._answer.markup)
        assert (said in told) if said else not told
