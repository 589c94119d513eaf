"""What takes Pods off their nodes: a node's failure, a drain, an eviction (P24 to P36)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, explain, tables
from statefulkit.api.errors import Forbidden, Invalid, Unexpected
from tests.conformance.stories import (
    apart,
    conditions,
    messages,
    pod,
    started,
    statuses,
    trace,
    uids,
)

REFUSAL = "Cannot evict pod as it would violate the pod's disruption budget."


def budget(**spec: Any) -> dict[str, Any]:
    selector = {"matchLabels": {"app": "nginx"}}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web"},
        "spec": {"selector": selector} | spec,
    }


def guarded(replicas: int = 3, **spec: Any) -> Cluster:
    cluster = started(replicas=replicas)
    cluster.apply(budget(**spec))
    cluster.settle()
    return cluster


# -- a node fails ---------------------------------------------------------------------------------


def test_a_silent_node_is_marked_after_50_s_p24_p25() -> None:
    cluster = started()
    start = cluster.time
    cluster.fail_node("node-2")
    cluster.run_until(lambda v: tables.nodes(v).STATUS[1] == "NotReady")
    assert cluster.time - start == 50
    cluster.run(0)
    node = cluster.get("node", "node-2")
    ready = next(c for c in node.status.conditions if c.type == "Ready")
    assert (ready.status, ready.reason) == ("Unknown", "NodeStatusUnknown")
    assert ready.message == "Kubelet stopped posting node status."
    assert [(t.key, t.effect) for t in node.spec.taints] == [
        ("node.kubernetes.io/unreachable", "NoSchedule"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
    ]
    assert messages(cluster, "NodeNotReady") == [  # E24, E21
        "Node node-2 status is now: NodeNotReady", "Node is not ready",
    ]  # fmt: skip
    assert conditions(cluster.get("pod", "web-1"))["Ready"] == "False"
    assert cluster.resolve("web-1.nginx").rcode == "NXDOMAIN"


def test_every_pod_tolerates_a_lost_node_for_300_s_p26() -> None:
    cluster = started()
    found = cluster.get("pod", "web-1").spec.tolerations
    assert [(t.key, t.effect, t.operator, t.tolerationSeconds) for t in found] == [
        ("node.kubernetes.io/not-ready", "NoExecute", "Exists", 300),
        ("node.kubernetes.io/unreachable", "NoExecute", "Exists", 300),
    ]
    start, since = cluster.time, cluster.version
    cluster.fail_node("node-2")
    cluster.run_until(lambda _: "delete web-1" in trace(cluster, since), timeout=400)
    assert cluster.time - start == 350
    cluster.run(0)
    assert messages(cluster, "TaintManagerEviction") == ["Marking for deletion Pod default/web-1"]
    assert conditions(cluster.get("pod", "web-1"))["DisruptionTarget"] == "True"
    cluster.run(100_000)  # P27
    assert cluster.get("pod", "web-1").status.phase == "Running"
    assert statuses(cluster)["web-1"] == "1/1 Terminating"


@pytest.mark.parametrize("seconds", [0, 10, 3600])
def test_a_pod_may_ask_for_another_time_p31(seconds: int) -> None:
    toleration = {
        "key": "node.kubernetes.io/unreachable",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": seconds,
    }
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply(pod(tolerations=[toleration]))
    cluster.settle()
    start = cluster.time
    cluster.fail_node("node-1")
    cluster.run_until(lambda _: "delete p" in trace(cluster), timeout=10_000)
    assert cluster.time - start == 50 + seconds


def test_a_node_that_comes_back_in_time_costs_nothing_p29() -> None:
    cluster = started()
    before, start = uids(cluster), cluster.version
    cluster.fail_node("node-2")
    cluster.run(300)
    cluster.recover_node("node-2")
    cluster.settle()
    assert trace(cluster, start) == ["unready web-1", "ready web-1"]
    assert uids(cluster) == before
    assert not cluster.get("node", "node-2").spec.taints
    assert tables.nodes(cluster).STATUS.tolist() == ["Ready"] * 3


def test_the_set_does_nothing_meanwhile_p30() -> None:
    cluster = started()
    cluster.fail_node("node-2")
    cluster.run(400)
    start = cluster.version
    cluster.set_image("sts", "web", "nginx:1.28")
    for replicas in (2, 5):
        cluster.scale("sts", "web", replicas)
        cluster.run(3600)
    assert trace(cluster, start) == []


# -- drain ----------------------------------------------------------------------------------------

EMPTY_DIR = {"volumes": [{"name": "scratch", "emptyDir": {}}]}
ALONE = "cannot delete Pods that declare no controller (use --force to override): "
LOCAL = "cannot delete Pods with local storage (use --delete-emptydir-data to override): "


@pytest.mark.parametrize(
    ("pods", "options", "refusal"),
    [
        ([pod("p")], {}, f"{ALONE}default/p"),
        ([pod("p"), pod("q")], {"delete_emptydir_data": True}, f"{ALONE}default/p, default/q"),
        ([pod("p", **EMPTY_DIR)], {"force": True}, f"{LOCAL}default/p"),
        ([pod("p", **EMPTY_DIR)], {}, f"{LOCAL}default/p"),  # named once, as kubectl does
        ([pod("p", **EMPTY_DIR)], {"delete_emptydir_data": True}, f"{ALONE}default/p"),
        ([pod("p", **EMPTY_DIR), pod("q")], {}, f"[{LOCAL}default/p, {ALONE}default/q]"),
    ],
)
def test_drain_refuses_what_would_be_lost_p32(
    pods: list[dict[str, Any]], options: dict[str, bool], refusal: str
) -> None:
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply(pods)
    cluster.settle()
    start = cluster.version
    with pytest.raises(Forbidden) as refused:
        cluster.drain("node-1", **options)
    assert str(refused.value) == f'error: unable to drain node "node-1" due to error: {refusal}'
    assert trace(cluster, start) == []
    assert tables.nodes(cluster).STATUS.tolist() == ["Ready,SchedulingDisabled"]  # even so
    cluster.drain("node-1", force=True, delete_emptydir_data=True)
    assert tables.pods(cluster).empty


def test_drain_evicts_all_together_and_cordons_first_p32() -> None:
    cluster = started(nodes=1, podManagementPolicy="Parallel")
    happened = cluster.drain("node-1", timeout=30)
    rows = happened[happened.verb.isin(["patch", "delete"]) & (happened.actor == "user")]
    assert rows.object.tolist() == ["node/node-1", "pod/web-0", "pod/web-1", "pod/web-2"]
    assert rows.time.nunique() == 1
    node = cluster.get("node", "node-1").spec
    assert node.unschedulable
    assert [(t.key, t.effect) for t in node.taints] == [
        ("node.kubernetes.io/unschedulable", "NoSchedule")
    ]
    cluster.settle()
    assert set(statuses(cluster).values()) == {"0/1 Pending"}  # P35: no node fits
    assert "1 node(s) were unschedulable" in messages(cluster, "FailedScheduling")[-1]


def test_a_kubelet_says_whether_pods_may_come_e24() -> None:
    cluster = Cluster(nodes=1)
    for act in (cluster.cordon, cluster.cordon, cluster.fail_node, cluster.uncordon):
        act("node-1")
        cluster.run(1)
    closed = "Node node-1 status is now: NodeNotSchedulable"
    assert messages(cluster, "NodeNotSchedulable") == [closed]
    assert messages(cluster, "NodeSchedulable") == []  # it is cut off
    cluster.recover_node("node-1")
    cluster.run(1)
    assert messages(cluster, "NodeSchedulable") == ["Node node-1 status is now: NodeSchedulable"]


def test_a_refused_eviction_is_tried_every_5_s_p33() -> None:
    cluster = guarded(maxUnavailable=0)
    start = cluster.time
    cluster.drain("node-2", timeout=22)
    tries = cluster.history.query("rule == 'P33' and verb == 'wait'")
    assert (tries.time - start).tolist() == [0, 5, 10, 15, 20]
    assert set(tries.reason) == {f"cannot evict web-1: {REFUSAL}"}
    assert cluster.time - start == 22
    cluster.delete("pdb", "web")
    cluster.drain("node-2")
    assert cluster.view.on_node("node-2") == []


# -- budgets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replicas", "spec", "desired", "allowed"),
    [
        (3, {"maxUnavailable": 1}, 2, 1),
        (3, {"maxUnavailable": 0}, 3, 0),
        (3, {"maxUnavailable": 5}, 0, 3),
        (3, {"maxUnavailable": "34%"}, 1, 2),  # 1.02 Pods: rounded up
        (3, {"maxUnavailable": "33%"}, 2, 1),
        (3, {"maxUnavailable": "100%"}, 0, 3),
        (3, {"minAvailable": 2}, 2, 1),
        (3, {"minAvailable": 4}, 4, 0),
        (3, {"minAvailable": "50%"}, 2, 1),  # 1.5 Pods: rounded up
        (5, {"minAvailable": "80%"}, 4, 1),
        (3, {"minAvailable": "0%"}, 0, 3),
    ],
)
def test_the_arithmetic_of_a_budget_p34(
    replicas: int, spec: dict[str, Any], desired: int, allowed: int
) -> None:
    status = guarded(replicas, **spec).get("pdb", "web").status
    assert (status.expectedPods, status.currentHealthy) == (replicas, replicas)
    assert (status.desiredHealthy, status.disruptionsAllowed) == (desired, allowed)


def test_expected_is_what_the_set_asks_for_p34() -> None:
    cluster = guarded(maxUnavailable=1)
    cluster.make_unready("web-0")
    cluster.settle()
    cluster.scale("sts", "web", 5)
    cluster.settle()
    status = cluster.get("pdb", "web").status
    assert (status.expectedPods, status.desiredHealthy, status.currentHealthy) == (5, 4, 2)
    assert status.disruptionsAllowed == 0


def test_a_number_of_pods_to_keep_expects_those_that_are_there_p34() -> None:
    cluster = guarded(minAvailable=2)
    cluster.make_unready("web-0")
    cluster.settle()
    cluster.scale("sts", "web", 5)
    cluster.settle()
    status = cluster.get("pdb", "web").status
    assert (status.expectedPods, status.desiredHealthy, status.currentHealthy) == (3, 2, 2)


@pytest.mark.parametrize(
    ("spec", "allowed"),
    [({"minAvailable": 2}, 1), ({"maxUnavailable": 1}, 0), ({"maxUnavailable": "50%"}, 0)],
)
def test_pods_without_a_controller_are_only_counted_one_by_one_p34(
    spec: dict[str, Any], allowed: int
) -> None:
    cluster = guarded(**spec)
    cluster.delete("sts", "web", cascade="orphan")
    cluster.settle()
    status = cluster.get("pdb", "web").status
    assert (status.currentHealthy, status.disruptionsAllowed) == (3, allowed)


def test_the_eviction_api_knows_one_budget_a_pod_p33() -> None:
    cluster = guarded(maxUnavailable=1)
    other = budget(maxUnavailable=2)
    cluster.apply([other | {"metadata": {"name": "other"}}, pod("p", nodeName="node-2")])
    cluster.settle()
    start = cluster.time
    with pytest.raises(Unexpected) as refused:
        cluster.drain("node-2", force=True)
    assert str(refused.value) == (
        'error: unable to drain node "node-2" due to error: error when evicting pods/"web-1" -n '
        '"default": This pod has more than one PodDisruptionBudget, which the eviction subresource '
        "does not support."
    )
    assert [p.metadata.name for p in cluster.view.on_node("node-2")] == ["web-1"]
    assert cluster.time - start < 5  # it is not tried again


def test_a_budget_that_expects_no_pods_allows_nothing_p34() -> None:
    cluster = guarded(maxUnavailable=1)
    cluster.scale("sts", "web", 0)
    cluster.run(1)  # the others are still there, but nobody wants them
    status = cluster.get("pdb", "web").status
    assert (status.expectedPods, status.currentHealthy, status.disruptionsAllowed) == (0, 2, 0)


@pytest.mark.parametrize(
    ("spec", "sick", "leaves"),
    [
        ({"minAvailable": 2}, [1], True),  # two others are healthy: IfHealthyBudget
        ({"minAvailable": 3}, [1], False),
        ({"minAvailable": 2}, [0, 1], False),
        ({"minAvailable": 3, "unhealthyPodEvictionPolicy": "AlwaysAllow"}, [1], True),
        ({"minAvailable": 3, "unhealthyPodEvictionPolicy": "IfHealthyBudget"}, [1], False),
        ({"minAvailable": 2, "unhealthyPodEvictionPolicy": "AlwaysAllow"}, [], True),
        ({"minAvailable": 3, "unhealthyPodEvictionPolicy": "AlwaysAllow"}, [], False),
        ({"minAvailable": "0%"}, [0, 1, 2], False),
    ],
)
def test_an_unready_pod_may_go_while_the_others_suffice_p34(
    spec: dict[str, Any], sick: list[int], leaves: bool
) -> None:
    cluster = guarded(**spec)
    for n in sick:
        cluster.make_unready(f"web-{n}")
    cluster.settle()
    start = cluster.version
    cluster.drain("node-2", timeout=10)  # web-1's
    assert ("delete web-1" in trace(cluster, start)) is leaves


def test_a_pending_pod_is_not_counted_upon_p34() -> None:
    cluster = guarded(minAvailable=3)
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(60)
    node = cluster.get("pod", "web-2").spec.nodeName
    start = cluster.version
    cluster.drain(node, timeout=10)
    assert trace(cluster, start)[:2] == ["delete web-2", "gone web-2"]


def test_a_budget_guards_the_eviction_api_alone_p34() -> None:
    cluster = guarded(maxUnavailable=0)
    start = cluster.version
    cluster.delete("pod", "web-0")
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    cluster.scale("sts", "web", 2)
    cluster.settle()
    cluster.fail_node(str(cluster.get("pod", "web-1").spec.nodeName))
    cluster.run(400)
    deleted = [line for line in trace(cluster, start) if line.startswith("delete")]
    assert deleted == [f"delete web-{n}" for n in (0, 2, 1, 0, 2, 1)]


def test_a_budget_is_shown_and_explained_k2_p34() -> None:
    cluster = guarded(minAvailable="60%")
    columns = ["NAME", "MIN AVAILABLE", "MAX UNAVAILABLE", "ALLOWED DISRUPTIONS"]
    assert tables.budgets(cluster)[columns].values.tolist() == [["web", "60%", "N/A", 1]]
    assert explain(cluster, "pdb/web")[:2] == (
        "Evictions that web allows now: 1. Healthy Pods: 3, needed: 2. (P34)",
        "It guards against eviction alone (drain): not against deletion, updates or lost nodes. (P34)",
    )


def test_a_policy_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        Cluster().apply(budget(maxUnavailable=1, unhealthyPodEvictionPolicy="Never"))
    assert str(refused.value) == (
        'The PodDisruptionBudget "web" is invalid: spec.unhealthyPodEvictionPolicy: Unsupported '
        'value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"'
    )


def test_an_evicted_pod_that_finds_no_node_blocks_the_next_drain_p35() -> None:
    cluster = started(nodes=3, template=apart())
    cluster.apply(budget(maxUnavailable=1))
    cluster.settle()
    volume = cluster.get("pvc", "www-web-2").spec.volumeName
    cluster.drain("node-3", timeout=30)
    cluster.settle()
    assert statuses(cluster)["web-2"] == "0/1 Pending"
    happened = cluster.drain("node-2", timeout=30)
    assert happened.reason.str.endswith(REFUSAL).any()
    assert statuses(cluster)["web-1"] == "1/1 Running"
    cluster.uncordon("node-3")
    cluster.settle()
    assert statuses(cluster)["web-2"] == "1/1 Running"
    assert cluster.get("pvc", "www-web-2").spec.volumeName == volume


# -- node pressure --------------------------------------------------------------------------------


def test_an_eviction_by_the_kubelet_p36() -> None:
    cluster = started()
    start = cluster.version
    cluster.fail_pod("web-1")
    status = cluster.get("pod", "web-1").status
    assert (status.phase, status.reason) == ("Failed", "Evicted")
    assert statuses(cluster)["web-1"] == "0/1 Evicted"
    cluster.settle()
    assert trace(cluster, start) == ["unready web-1", "gone web-1", "create web-1", "ready web-1"]
    assert messages(cluster, "SuccessfulDelete") == [
        "delete Pod web-1 in StatefulSet web successful"
    ]
