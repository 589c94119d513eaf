"""Rules of a StatefulSet's Pods and their order that the recorded traces do not show (S18 to S41)."""

from __future__ import annotations

import pytest

from statefulkit import Cluster, tables
from statefulkit.api.manifest import load
from statefulkit.controllers import statefulset
from statefulkit.controllers.pods import parent_and_ordinal
from statefulkit.decisions import Wait
from tests.conftest import MANIFEST
from tests.unit.sets import SET, by_controller, names, said, start


def test_what_a_pod_gets_s18_s20_s21_s22() -> None:
    cluster = start(11)
    assert names(cluster)[-1] == "web-9"  # no zero padding: sorted as text
    sts, pod = cluster.get("sts", "web"), cluster.get("pod", "web-10")
    assert pod.metadata.labels == {
        "app": "nginx",
        "statefulset.kubernetes.io/pod-name": "web-10",
        "apps.kubernetes.io/pod-index": "10",
        "controller-revision-hash": sts.status.updateRevision,
    }
    assert (pod.spec.hostname, pod.spec.subdomain) == ("web-10", "nginx")
    (ref,) = pod.metadata.ownerReferences
    assert (ref.kind, ref.name, ref.uid) == ("StatefulSet", "web", sts.metadata.uid)
    assert ref.controller
    assert ref.blockOwnerDeletion
    (volume,) = pod.spec.volumes
    assert (volume.name, volume.persistentVolumeClaim.claimName) == ("www", "www-web-10")


def test_a_claim_has_what_its_template_says_s39() -> None:
    meta = {"name": "www", "labels": {"tier": "web"}, "annotations": {"note": "mine"}}
    meta |= {"finalizers": ["example.com/wait"]}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    cluster = start(1, volumeClaimTemplates=[{"metadata": meta, "spec": spec}])
    found = cluster.get("pvc", "www-web-0").metadata
    assert found.labels == {"tier": "web", "app": "nginx"}
    assert found.annotations["note"] == "mine"
    assert found.finalizers == ["example.com/wait", "kubernetes.io/pvc-protection"]


def test_a_claim_template_replaces_a_volume_of_its_name_s22() -> None:
    cluster = Cluster()
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["spec"]["template"]["spec"]["volumes"] = [
                {"name": "www", "emptyDir": {}},
                {"name": "tmp", "emptyDir": {}},
            ]
        cluster.apply(doc)
    cluster.settle()
    found = {v.name: v for v in cluster.get("pod", "web-0").spec.volumes}
    assert found["www"].persistentVolumeClaim.claimName == "www-web-0"
    assert found["www"].emptyDir is None
    assert set(found) == {"www", "tmp"}


def test_a_wrong_name_label_is_mended_s23_e4() -> None:
    cluster = start(2)
    label = {"statefulset.kubernetes.io/pod-name": "web-9"}
    cluster.patch("pod", "web-1", {"metadata": {"labels": label}})
    cluster.settle()
    labels = cluster.get("pod", "web-1").metadata.labels
    assert labels["statefulset.kubernetes.io/pod-name"] == "web-1"
    assert said(cluster, "SuccessfulUpdate") == ["update Pod web-1 in StatefulSet web successful"]


def test_an_adopted_pod_without_its_claim_cannot_be_mended_s23_e7() -> None:
    cluster = start(1)
    cluster.delete("sts", "web", cascade="orphan")
    cluster.settle()
    cluster.delete("pod", "web-0")
    cluster.settle()
    labels = {"app": "nginx"}
    pod = {"containers": [{"name": "nginx", "image": "nginx:1.27"}]}
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web-0", "labels": labels},
            "spec": pod,
        }
    )
    cluster.settle()
    uid = cluster.get("pod", "web-0").metadata.uid
    cluster.apply([d for d in load(MANIFEST.read_text()) if d["kind"] == "StatefulSet"])
    cluster.run(20)
    messages = said(cluster, "FailedUpdate")
    assert messages[0].startswith(
        'update Pod web-0 in StatefulSet web failed error: Pod "web-0" is invalid: spec: Forbidden: '
        "pod updates may not change fields other than"
    )
    assert cluster.get("pod", "web-0").metadata.uid == uid  # it is not replaced
    events = {e.type for e in cluster.list("events") if e.reason == "FailedUpdate"}
    assert events == {"Warning"}
    assert "S23" in cluster.history.query("verb == 'wait'").rule.tolist()


def test_a_foreign_pod_blocks_its_name_without_an_event_s26() -> None:
    cluster = Cluster()
    pod = {"containers": [{"name": "c", "image": "nginx"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-1"}, "spec": pod})
    cluster.apply(MANIFEST)
    cluster.run(30)
    assert names(cluster) == ["web-0", "web-1"]  # web-2 waits
    assert said(cluster, "FailedCreate") == []
    times = cluster.history.query("reason.str.contains('already exists')").time
    gaps = times.diff().dropna()
    assert (gaps.iloc[1:].values >= 1.9 * gaps.iloc[:-1].values).all()  # back-off doubles
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert names(cluster) == ["web-0", "web-1", "web-2"]


def test_pods_without_an_ordinal_are_ignored_s18_s28() -> None:
    cluster = start(1)
    pod = {"containers": [{"name": "c", "image": "nginx"}]}
    for name in ("web-x", "web", "other-1"):
        meta = {"name": name, "labels": {"app": "nginx"}}
        cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": pod})
    cluster.settle()
    assert names(cluster) == ["other-1", "web", "web-0", "web-x"]
    assert not any(
        cluster.get("pod", n).metadata.ownerReferences for n in ("web-x", "web", "other-1")
    )
    assert cluster.get("sts", "web").status.replicas == 1


def test_the_highest_condemned_goes_first_s30_s60_m14() -> None:
    cluster = start(5)
    cluster.scale("sts", "web", 2)
    cluster.settle()
    assert by_controller(cluster, "delete") == ["web-4", "web-3", "web-2"]
    cluster.patch("sts", "web", {"spec": {"ordinals": {"start": 1}}})  # the one way to lose web-0
    cluster.settle()
    assert names(cluster) == ["web-1", "web-2"]


def test_a_set_that_is_being_deleted_does_nothing_more_s31() -> None:
    cluster = start(2)
    cluster.delete("sts", "web", cascade="foreground")
    plan = statefulset.plan(cluster.view, SET)
    waits = [d for d in plan if isinstance(d, Wait)]
    assert [w.rule for w in waits] == ["S31"]
    before = cluster.version
    cluster.settle()
    assert cluster.history.query(
        f"version > {before} and actor == 'statefulset-controller' and verb in ['create', 'delete']"
    ).empty


def test_a_quick_return_waits_for_the_old_claim_to_go_s41() -> None:
    policy = {"whenScaled": "Delete", "whenDeleted": "Retain"}
    cluster = start(2, persistentVolumeClaimRetentionPolicy=policy)
    page = "/usr/share/nginx/html/x"
    cluster.write_file("web-1", page, "old")
    uid = cluster.get("pvc", "www-web-1").metadata.uid
    cluster.scale("sts", "web", 1)
    cluster.run(0)
    cluster.scale("sts", "web", 3)
    cluster.settle()
    assert by_controller(cluster, "create") == ["web-0", "web-1", "web-1", "web-2"]
    assert cluster.get("pvc", "www-web-1").metadata.uid != uid
    assert cluster.read_file("web-1", page) is None
    waits = cluster.history.query("rule == 'S41'").reason.tolist()
    assert waits == ["waits until claim www-web-1 of the former web-1 is gone"]


def test_several_deleted_pods_may_start_together_m11() -> None:
    cluster = start(3)
    cluster.delete("pod", "web-2")
    cluster.run_until(
        lambda v: (p := v.find("Pod", "default", "web-2")) and not p.metadata.deletionTimestamp
    )
    cluster.delete("pod", "web-1", force=True)
    cluster.run(0)
    assert [p.status.phase for p in cluster.list("pods")] == ["Running", "Pending", "Pending"]


def test_a_crash_makes_no_new_pod_m12() -> None:
    cluster = start(1)
    uid = cluster.get("pod", "web-0").metadata.uid
    cluster.crash("web-0")
    cluster.settle()
    assert cluster.get("pod", "web-0").metadata.uid == uid


def test_deleting_a_set_keeps_no_order_m5() -> None:
    cluster = start(3)
    cluster.delete("sts", "web")
    cluster.run(0)
    assert set(tables.pods(cluster).STATUS) == {"Terminating"}
    assert len(tables.pods(cluster)) == 3


def test_a_lost_pod_waits_for_somebody_m2() -> None:
    cluster = start(2)
    cluster.fail_node("node-2")
    cluster.run(3600)
    assert tables.pods(cluster).STATUS.tolist() == ["Running", "Terminating"]


def test_a_claim_that_goes_while_its_pod_is_pending_comes_back_s32() -> None:
    cluster = Cluster()
    cluster.apply(MANIFEST)
    for number in (1, 2, 3):
        cluster.cordon(f"node-{number}")
    cluster.settle()
    uid = cluster.get("pvc", "www-web-0").metadata.uid
    cluster.delete("pvc", "www-web-0")
    cluster.settle()
    assert cluster.get("pvc", "www-web-0").metadata.uid != uid
    assert cluster.get("pod", "web-0").status.phase == "Pending"


def test_an_orphan_that_comes_to_match_is_adopted_at_once_s24() -> None:
    cluster = start(1)
    cluster.delete("sts", "web", cascade="orphan")
    cluster.settle()
    cluster.patch("pod", "web-0", {"metadata": {"labels": {"app": "other"}}})
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["spec"]["replicas"] = 0
            cluster.apply(doc)
    cluster.settle()
    assert not cluster.get("pod", "web-0").metadata.ownerReferences
    cluster.patch("pod", "web-0", {"metadata": {"labels": {"app": "nginx"}}})
    cluster.run(0)
    assert by_controller(cluster, "update") == ["web-0"]
    assert by_controller(cluster, "delete")[-1] == "web-0"  # and condemned at once


def test_a_wrong_name_label_mends_the_index_too_s23() -> None:
    cluster = start(2)
    labels = {"statefulset.kubernetes.io/pod-name": "x", "apps.kubernetes.io/pod-index": "9"}
    cluster.patch("pod", "web-1", {"metadata": {"labels": labels}})
    cluster.settle()
    assert cluster.get("pod", "web-1").metadata.labels["apps.kubernetes.io/pod-index"] == "1"


def test_three_sick_condemned_pods_wait_for_the_lowest_s33() -> None:
    cluster = start(4)
    for name in ("web-1", "web-2", "web-3"):
        cluster.make_unready(name)
    cluster.settle()
    cluster.scale("sts", "web", 1)
    cluster.settle()
    waits = cluster.history.query("actor == 'statefulset-controller' and rule == 'S33'").reason
    assert waits.iloc[-1] == "waits for web-3 to be Ready before it deletes it: web-1 is sick too"
    assert len(names(cluster)) == 4


def test_two_condemned_pods_that_are_ready_and_not_yet_available_wait_s33_s7() -> None:
    cluster = start(4, minReadySeconds=10)
    for act in (cluster.make_unready, cluster.make_ready):
        act("web-2")
        act("web-3")
        cluster.run(2)
    cluster.scale("sts", "web", 2)
    cluster.run(5)
    assert by_controller(cluster, "delete") == []
    cluster.settle()
    assert by_controller(cluster, "delete") == ["web-3", "web-2"]


def test_parallel_goes_on_beside_one_that_terminates_already_s33() -> None:
    cluster = start(4, podManagementPolicy="Parallel")
    cluster.delete("pod", "web-3")
    cluster.scale("sts", "web", 1)
    cluster.run(0)
    assert by_controller(cluster, "delete") == ["web-2", "web-1"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web-0", ("web", 0)),
        ("web-10", ("web", 10)),
        ("my-web-3", ("my-web", 3)),
        ("web", ("", -1)),
        ("web-a", ("", -1)),
        ("web-", ("", -1)),
    ],
)
def test_a_pods_name_is_read_from_its_last_dash_s18(name: str, expected: tuple[str, int]) -> None:
    assert parent_and_ordinal(name) == expected
