"""The tutorial Running ZooKeeper (T50 to T58), as far as it is not ZooKeeper's own doing.

Left out: T52's myid and zoo.cfg and T53's zkCli.sh (no application here writes them, so a file in the
data directory stands for what was written), T56 (the model runs no liveness probe and says so), and
what `kubectl rollout` prints in T54 (tested with that verb). The readiness probe passes after its
initialDelaySeconds; the manifest says 20, which is what a learner sees (T51).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from statefulkit import Cluster, tables
from tests.conformance.stories import claims, statuses, trace, uids, watched

MANIFEST = Path(__file__).parent / "zookeeper.yaml"
DATA = "/var/lib/zookeeper/data/hello"
REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget."
RESTART = ("delete", "gone", "create", "ready")


def ensemble() -> Cluster:
    """T50: all objects, on four nodes."""
    cluster = Cluster(nodes=4, seed=1)
    cluster.apply(MANIFEST)
    return cluster


@pytest.fixture(scope="module")
def settled() -> Cluster:
    cluster = ensemble()
    cluster.settle()
    return cluster


@pytest.fixture
def zk(settled: Cluster) -> Cluster:
    """zk-0, zk-1 and zk-2 are Ready, and zk-0 has been given something to keep (T53)."""
    cluster = settled.fork()
    cluster.write_file("zk-0", DATA, "world")
    return cluster


def nodes(cluster: Cluster) -> dict[str, str | None]:
    return {p.metadata.name: p.spec.nodeName for p in cluster.list("pods")}


def test_the_objects_t50(settled: Cluster) -> None:
    assert settled.get("sts", "zk").spec.updateStrategy.rollingUpdate is None  # S15
    services = tables.services(settled).set_index("NAME")
    assert services.loc["zk-hs", ["CLUSTER-IP", "PORT(S)"]].tolist() == [
        "None",
        "2888/TCP,3888/TCP",
    ]
    assert services.loc["zk-cs", "PORT(S)"] == "2181/TCP"
    assert settled.get("svc", "zk-cs").spec.clusterIP.startswith("10.96.")
    assert claims(settled) == {f"datadir-zk-{n}": "Bound" for n in range(3)}
    budget = settled.get("pdb", "zk-pdb").status
    assert (budget.currentHealthy, budget.desiredHealthy, budget.disruptionsAllowed) == (3, 2, 1)
    said = set(settled.warnings.field)  # accepted, not simulated, and said
    spec = "spec.template.spec"
    assert {f"{spec}.securityContext", f"{spec}.containers[0].readinessProbe"} <= said


def test_pods_come_up_in_order_and_become_ready_after_20_s_t51() -> None:
    cluster = ensemble()
    cluster.settle()
    assert watched(cluster) == [
        f"zk-{n} {text}"
        for n in range(3)
        for text in ("0/1 Pending", "0/1 ContainerCreating", "0/1 Running", "1/1 Running")
    ]
    told = cluster.history.query("object == 'pod/zk-0'").set_index("reason").time
    assert told["zk-0 is Ready"] - told["starts the containers of zk-0: Running"] == 20


def test_each_knows_its_name_and_its_peers_t52(settled: Cluster) -> None:
    cluster = settled.fork()
    for n in range(3):
        pod = cluster.get("pod", f"zk-{n}")
        full = f"zk-{n}.zk-hs.default.svc.cluster.local"
        own = cluster.resolve(full, from_pod=f"zk-{n}")  # hostname -f
        assert (pod.spec.hostname, own.steps[0].answered_by) == (f"zk-{n}", "/etc/hosts")
        peer = cluster.resolve(full, from_pod=f"zk-{(n + 1) % 3}")  # server.n+1 of zoo.cfg
        assert peer.answers == (pod.status.podIP,)


def test_data_outlive_the_set_t53(zk: Cluster) -> None:
    before = uids(zk)
    zk.delete("sts", "zk")
    zk.settle()
    assert tables.pods(zk).empty
    zk.apply(MANIFEST)
    zk.settle()
    assert not set(uids(zk).values()) & set(before.values())
    assert zk.read_file("zk-0", DATA) == "world"


def test_an_update_and_its_undoing_t54(zk: Cluster) -> None:
    start, first = zk.version, zk.get("sts", "zk").status.currentRevision
    cpu = "/spec/template/spec/containers/0/resources/requests/cpu"
    change = {"op": "replace", "path": cpu}
    for value, numbers in (("0.3", [1, 2]), ("0.5", [2, 3])):
        zk.patch("sts", "zk", [change | {"value": value}], type="json")
        zk.settle()
        assert sorted(tables.revisions(zk).REVISION) == numbers
    assert trace(zk, start) == [f"{what} zk-{n}" for n in (2, 1, 0) for what in RESTART] * 2
    assert zk.get("sts", "zk").status.currentRevision == first  # S47: no new object


def test_a_crash_is_restarted_in_place_t55(zk: Cluster) -> None:
    uid, start = uids(zk)["zk-0"], zk.version
    zk.crash("zk-0")
    zk.settle()
    assert watched(zk, start) == ["zk-0 0/1 Error", "zk-0 0/1 Running", "zk-0 1/1 Running"]
    assert tables.pods(zk).RESTARTS[0].startswith("1 (")
    assert uids(zk)["zk-0"] == uid


def test_no_two_on_one_node_t57(settled: Cluster) -> None:
    assert len(set(nodes(settled).values())) == 3


def test_draining_one_node_after_another_t58(zk: Cluster) -> None:
    first, second, third = (str(nodes(zk)[f"zk-{n}"]) for n in range(3))
    (spare,) = {f"node-{n}" for n in range(1, 5)} - {first, second, third}
    zk.drain(first, timeout=60)
    zk.settle()
    assert nodes(zk) == {"zk-0": spare, "zk-1": second, "zk-2": third}
    assert statuses(zk)["zk-0"] == "1/1 Running"
    zk.drain(second, timeout=60)
    zk.settle()
    assert nodes(zk) == {"zk-0": spare, "zk-1": None, "zk-2": third}
    assert statuses(zk)["zk-1"] == "0/1 Pending"
    message = tables.events(zk).query("REASON == 'FailedScheduling'").MESSAGE.iloc[-1]
    assert "2 node(s) didn't match pod anti-affinity rules" in message
    assert "2 node(s) were unschedulable" in message
    start = zk.version
    happened = zk.drain(third, timeout=60)
    assert happened.reason.str.endswith(REFUSAL).any()
    assert trace(zk, start) == []
    assert zk.read_file("zk-0", DATA) == "world"
    zk.uncordon(first)
    zk.settle()
    assert nodes(zk)["zk-1"] == first
    assert statuses(zk)["zk-1"] == "1/1 Running"
    zk.drain(third, timeout=60)  # now it goes on
    assert third not in nodes(zk).values()
