"""What ends a Pod on a lost node, and who may write to its disk meanwhile (P26 to P31, V15, V16)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, explain, tables
from statefulkit.api.errors import Invalid
from tests.conformance.stories import messages

PAGE = "/usr/share/nginx/html/index.html"
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"


@pytest.fixture
def lost(cluster: Cluster) -> Cluster:
    """node-2 has been silent for 400 s: web-1 is Terminating there."""
    cluster.write_file("web-1", PAGE, "kept")
    cluster.fail_node("node-2")
    cluster.run(400)
    return cluster


def last_version(cluster: Cluster, name: str) -> Any:
    """The last version of the newest Pod of that name that has gone."""
    gone = (r.before for r in cluster.view.records() if r.before and r.after is None)
    return [o for o in gone if (o.kind, o.metadata.name) == ("Pod", name)][-1]


def moved(cluster: Cluster, name: str = "web-1") -> bool:
    pod = cluster.view.find("Pod", "default", name)
    return bool(pod and pod.spec.nodeName != "node-2" and pod.status.phase == "Running")


def test_a_node_that_is_cut_off_twice_has_been_silent_since_the_first_time_p24(
    cluster: Cluster,
) -> None:
    cluster.fail_node("node-2")
    cluster.run(30)
    cluster.fail_node("node-2")
    cluster.run(25)
    assert tables.nodes(cluster).STATUS[1] == "NotReady"


def test_terminating_for_ever_p27(lost: Cluster) -> None:
    lost.run(100_000)
    pod = lost.get("pod", "web-1")
    assert (pod.spec.nodeName, pod.status.phase) == ("node-2", "Running")
    assert pod.metadata.deletionTimestamp is not None
    told = {c.type: c.reason for c in pod.status.conditions}
    assert told["DisruptionTarget"] == "DeletionByTaintManager"  # P26


def test_forced_deletion_waits_six_minutes_for_the_disk_v16(lost: Cluster) -> None:
    deleted = lost.time
    lost.delete("pod", "web-1", force=True)
    lost.run(100)
    pod = lost.get("pod", "web-1")
    assert (pod.spec.nodeName != "node-2", pod.status.phase) == (True, "Pending")
    assert tables.pods(lost).STATUS[1] == "ContainerCreating"  # V15
    volume = lost.get("pvc", "www-web-1").spec.volumeName
    assert messages(lost, "FailedAttachVolume") == [  # E25: no Pod object uses it any more
        f'Multi-Attach error for volume "{volume}" Volume is already exclusively attached to one '
        "node and can't be attached to another"
    ]
    lost.run(100)
    assert messages(lost, "FailedMount") == [  # E26
        "Unable to attach or mount volumes: unmounted volumes=[www], unattached volumes=[], "
        "failed to process volumes=[]: timed out waiting for the condition"
    ]
    lost.run_until(lambda view: moved(lost), timeout=600)
    assert 360 <= lost.time - deleted < 365
    assert lost.read_file("web-1", PAGE) == "kept"


def test_a_wait_is_over_when_its_end_is_acted_on_v15(lost: Cluster) -> None:
    lost.delete("pod", "web-1", force=True)
    lost.run_until(lambda view: moved(lost), timeout=600)
    for moment in (lost, lost.at(version=lost.version)):  # the past forgets it, too
        assert "is attached to" not in str(explain(moment, "pod/web-1"))


def test_the_node_comes_back_and_lets_go_of_the_disk_p28(lost: Cluster) -> None:
    lost.delete("pod", "web-1", force=True)
    lost.run(60)
    old = last_version(lost, "web-1")
    lost.recover_node("node-2")
    assert lost.request(f"http://{old.status.podIP}/").body == "kept"  # S58: it still runs there
    back = lost.time
    lost.settle()
    assert moved(lost)
    assert lost.time - back < 10
    assert lost.request(f"http://{old.status.podIP}/").status is None
    assert messages(lost, "SuccessfulAttachVolume")  # E14


def test_out_of_service_frees_pods_and_disks_at_once_p28_v16(lost: Cluster) -> None:
    start = lost.time
    lost.taint("node-2", OUT_OF_SERVICE)
    lost.run_until(lambda view: moved(lost))
    assert lost.time - start < 10
    assert lost.read_file("web-1", PAGE) == "kept"


def test_a_deleted_node_frees_its_pods_within_a_minute_p28(lost: Cluster) -> None:
    start = lost.time
    lost.delete("node", "node-2")
    lost.run_until(lambda view: moved(lost))
    assert 60 <= lost.time - start < 70
    gone = last_version(lost, "web-1")
    told = {c.type: c.message for c in gone.status.conditions}
    assert told["DisruptionTarget"] == "PodGC: node no longer exists"
    assert gone.status.phase == "Failed"


def test_a_live_node_whose_object_is_deleted_makes_two_of_one_s58(cluster: Cluster) -> None:
    cluster.write_file("web-1", PAGE, "one disk")
    address = cluster.get("pod", "web-1").status.podIP
    cluster.delete("node", "node-2")
    cluster.run(120)
    assert moved(cluster)
    assert cluster.get("pod", "web-1").status.podIP != address
    assert cluster.request(f"http://{address}/").body == "one disk"
    cluster.write_file("web-1", PAGE, "written by the new one")
    assert cluster.request(f"http://{address}/").body == "written by the new one"


def test_a_node_that_returns_before_the_end_cancels_the_eviction_p29(cluster: Cluster) -> None:
    cluster.fail_node("node-2")
    cluster.run(200)
    cluster.recover_node("node-2")
    cluster.settle()
    assert "Cancelling deletion of Pod default/web-1" in messages(cluster, "TaintManagerEviction")
    cluster.fail_node("node-2")  # the clock starts anew
    cluster.run(349)
    assert cluster.get("pod", "web-1").metadata.deletionTimestamp is None
    cluster.run(2)
    assert cluster.get("pod", "web-1").metadata.deletionTimestamp is not None


def test_tolerations_decide_how_long_a_pod_stays_p31(manifest: str) -> None:
    cluster = Cluster(nodes=1)
    for name, toleration in (
        ("forever", "{operator: Exists}"),
        ("while", "{key: maintenance, operator: Exists, effect: NoExecute, tolerationSeconds: 20}"),
        ("wrong-value", "{key: maintenance, value: later, effect: NoExecute}"),
        ("not-at-all", "{key: other, operator: Exists}"),
    ):
        cluster.apply(
            f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{containers: "
            f"[{{name: c, image: nginx}}], tolerations: [{toleration}]}}}}"
        )
    cluster.settle()
    cluster.taint("node-1", "maintenance=now:NoExecute")
    cluster.run(15)
    assert [p.metadata.name for p in cluster.list("pods")] == ["forever", "while"]
    cluster.run(15)
    assert [p.metadata.name for p in cluster.list("pods")] == ["forever"]


def test_taints_as_kubectl_takes_them(cluster: Cluster) -> None:
    cluster.taint("node-1", "a=1:NoSchedule")
    cluster.taint("node-1", "a=2:NoSchedule")
    cluster.taint("node-1", "a=3:NoExecute")
    taints = cluster.get("node", "node-1").spec.taints
    assert [(t.key, t.value, t.effect) for t in taints] == [
        ("a", "2", "NoSchedule"),
        ("a", "3", "NoExecute"),
    ]
    cluster.taint("node-1", "a:NoExecute-")
    assert [t.effect for t in cluster.get("node", "node-1").spec.taints] == ["NoSchedule"]
    cluster.taint("node-1", "a-")
    assert not cluster.get("node", "node-1").spec.taints
    with pytest.raises(ValueError, match="is not a taint"):
        cluster.taint("node-1", "a")
    with pytest.raises(Invalid, match="NoWay"):
        cluster.taint("node-1", "a=1:NoWay")
    with pytest.raises(ValueError, match="is not a taint"):
        cluster.taint("node-1", ":NoSchedule")


def test_multi_attach_names_the_pod_that_has_the_disk_e25(cluster: Cluster) -> None:
    claim = {"name": "v", "persistentVolumeClaim": {"claimName": "www-web-1"}}
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "second"},
            "spec": {
                "nodeSelector": {"kubernetes.io/hostname": "node-1"},
                "containers": [{"name": "c", "image": "nginx"}],
                "volumes": [claim],
            },
        }
    )
    cluster.settle()
    assert tables.pods(cluster).STATUS.tolist()[0] == "ContainerCreating"
    volume = cluster.get("pvc", "www-web-1").spec.volumeName
    assert messages(cluster, "FailedAttachVolume") == [
        f'Multi-Attach error for volume "{volume}" Volume is already used by pod(s) web-1'
    ]
    cluster.scale("sts", "web", 1)  # frees web-1's disk, which the other Pod then gets
    cluster.settle()
    assert cluster.get("pod", "second").status.phase == "Running"


def test_a_pod_on_a_healthy_node_lets_go_of_its_disk_at_once_v15(cluster: Cluster) -> None:
    before = {a.spec.nodeName for a in cluster.list("volumeattachments")}
    assert before == {"node-1", "node-2", "node-3"}
    cluster.drain("node-2")
    cluster.settle()
    attached = cluster.list("volumeattachments")
    assert {a.spec.nodeName for a in attached} == {"node-1", "node-3"}
    assert len(attached) == 3
