"""Pods on nodes: identity and data across restarts, node loss, drain, budgets."""

from __future__ import annotations

import pytest

from statefulkit import Cluster, tables
from statefulkit.api.errors import BadRequest, NotFound

PAGE = "/usr/share/nginx/html/index.html"


def test_a_killed_pod_keeps_name_and_claim_and_gets_a_new_ip_s59(cluster: Cluster) -> None:
    before = cluster.get("pod", "web-1")
    volume = cluster.get("pvc", "www-web-1").spec.volumeName
    cluster.write_file("web-1", PAGE, "mine")
    cluster.write_file("web-1", "/var/scratch", "lost")
    cluster.delete("pod", "web-1")
    cluster.settle()
    after = cluster.get("pod", "web-1")
    assert after.metadata.uid != before.metadata.uid
    assert after.status.podIP != before.status.podIP
    assert cluster.get("pvc", "www-web-1").spec.volumeName == volume
    assert cluster.read_file("web-1", PAGE) == "mine"
    assert cluster.read_file("web-1", "/var/scratch") is None
    assert cluster.resolve("web-1.nginx").answers == (after.status.podIP,)


def test_data_reappears_after_scaling_down_and_up_v13(cluster: Cluster) -> None:
    cluster.write_file("web-2", PAGE, "kept")
    for replicas in (1, 3):
        cluster.scale("sts", "web", replicas)
        cluster.settle()
    assert cluster.read_file("web-2", PAGE) == "kept"


def test_a_lost_node_g8(cluster: Cluster) -> None:
    start = cluster.time
    cluster.fail_node("node-2")
    cluster.run(49)
    assert tables.nodes(cluster).STATUS.tolist() == ["Ready"] * 3
    cluster.run(2)  # P24, P25
    assert tables.nodes(cluster).STATUS.tolist() == ["Ready", "NotReady", "Ready"]
    assert cluster.resolve("web-1.nginx").rcode == "NXDOMAIN"
    cluster.settle(timeout=3600)
    happened = tables.decisions(cluster)
    evicted = happened.query("rule == 'P26' and verb == 'delete'").time.iloc[0]
    assert evicted - start == 350
    assert tables.pods(cluster).STATUS.tolist() == ["Running", "Terminating", "Running"]  # P27, P30
    uid = cluster.get("pod", "web-1").metadata.uid
    cluster.recover_node("node-2")  # P28
    cluster.settle()
    assert tables.pods(cluster).STATUS.tolist() == ["Running"] * 3
    assert cluster.get("pod", "web-1").metadata.uid != uid


def test_a_node_that_comes_back_in_time_p29(cluster: Cluster) -> None:
    uid = cluster.get("pod", "web-1").metadata.uid
    cluster.fail_node("node-2")
    cluster.run(100)
    cluster.recover_node("node-2")
    cluster.settle()
    assert cluster.get("pod", "web-1").metadata.uid == uid
    assert cluster.get("sts", "web").status.readyReplicas == 3


def test_drain_moves_a_pod_with_its_claim_p32_p35(cluster: Cluster) -> None:
    cluster.write_file("web-1", PAGE, "moves")
    cluster.drain("node-2")
    cluster.settle()
    assert cluster.get("pod", "web-1").spec.nodeName != "node-2"
    assert cluster.read_file("web-1", PAGE) == "moves"
    assert tables.nodes(cluster).STATUS.tolist()[1] == "Ready,SchedulingDisabled"
    cluster.uncordon("node-2")
    assert tables.nodes(cluster).STATUS.tolist()[1] == "Ready"


def test_a_budget_holds_up_a_drain_and_nothing_else_p33_p34(cluster: Cluster) -> None:
    cluster.apply(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
        "spec: {maxUnavailable: 0, selector: {matchLabels: {app: nginx}}}"
    )
    cluster.settle()
    happened = cluster.drain("node-2", timeout=30)
    refusal = "Cannot evict pod as it would violate the pod's disruption budget."
    assert happened.reason.str.contains(refusal).any()
    assert cluster.get("pod", "web-1").metadata.deletionTimestamp is None
    cluster.delete("pod", "web-0")  # a budget guards the Eviction API alone
    assert cluster.get("pod", "web-0").metadata.deletionTimestamp is not None


def test_an_image_that_cannot_be_pulled_backs_off_p9(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest.replace("nginx:1.27", "nginx:broken"))
    cluster.run(60)
    assert tables.pods(cluster).STATUS.tolist() == ["ImagePullBackOff"]
    waits = cluster.history.query("rule == 'P9' and verb == 'wait'").reason
    assert [w.split()[-2] for w in waits] == ["10", "20", "40"]


def test_a_crash_restarts_in_place_and_backs_off_p8(cluster: Cluster) -> None:
    before = cluster.get("pod", "web-1")
    cluster.crash("web-1")
    cluster.settle()
    after = cluster.get("pod", "web-1")
    assert (after.metadata.uid, after.status.podIP) == (before.metadata.uid, before.status.podIP)
    assert after.status.containerStatuses[0].restartCount == 1
    cluster.crash("web-1")
    cluster.run(5)
    assert tables.pods(cluster).STATUS.tolist()[1] == "CrashLoopBackOff"
    cluster.settle()
    assert tables.pods(cluster).RESTARTS.tolist()[1].startswith("2 (")


def test_readiness_decides_on_publication_p5_n22(cluster: Cluster) -> None:
    cluster.make_unready("web-1")
    cluster.settle()
    assert tables.pods(cluster).READY.tolist()[1] == "0/1"
    assert len(cluster.resolve("nginx").answers) == 2
    cluster.make_ready("web-1")
    cluster.settle()
    assert len(cluster.resolve("nginx").answers) == 3


def test_a_failed_pod_is_replaced_p36(cluster: Cluster) -> None:
    uid = cluster.get("pod", "web-1").metadata.uid
    cluster.fail_pod("web-1")
    assert tables.pods(cluster).STATUS.tolist()[1] == "Evicted"
    cluster.settle()
    assert cluster.get("pod", "web-1").metadata.uid != uid


def test_nothing_can_be_read_where_nothing_runs(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    with pytest.raises(NotFound):
        cluster.read_file("web-0", PAGE)
    cluster.run(0.1)
    with pytest.raises(BadRequest, match="does not have a host assigned"):
        cluster.read_file("web-0", PAGE)


def test_anti_affinity_g15(manifest: str) -> None:
    cluster = Cluster(nodes=2)
    rule = (
        "      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
        "[{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: nginx}}}]}}\n"
    )
    cluster.apply(
        manifest.replace("      containers:", rule + "      containers:").replace("s: 3", "s: 4")
    )
    cluster.settle()
    assert tables.pods(cluster).STATUS.tolist() == ["Running", "Running", "Pending"]
    last = tables.events(cluster).query("REASON == 'FailedScheduling'").MESSAGE.iloc[-1]
    assert last.startswith(
        "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules."
    )


def test_one_volume_shows_the_same_files_however_it_is_mounted_v18() -> None:
    cluster = Cluster()
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p"},
            "spec": {
                "containers": [
                    {
                        "name": "c",
                        "image": "nginx",
                        "volumeMounts": [
                            {"name": "v", "mountPath": "/whole"},
                            {"name": "v", "mountPath": "/part", "subPath": "a"},
                        ],
                    }
                ],
                "volumes": [{"name": "v", "emptyDir": {}}],
            },
        }
    )
    cluster.settle()
    cluster.write_file("p", "/part/x", "same")
    assert cluster.read_file("p", "/whole/a/x") == "same"


def test_a_pod_that_comes_to_a_tainted_node_stays_as_long_as_it_tolerates_p31() -> None:
    cluster = Cluster(nodes=1)
    cluster.taint("node-1", "a=b:NoExecute")
    patience = {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}
    spec = {"containers": [{"name": "c", "image": "nginx:1.27"}], "tolerations": [patience]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    cluster.run(29)
    assert cluster.get("pod", "p").metadata.deletionTimestamp is None
    cluster.settle()
    assert cluster.list("pod") == []
