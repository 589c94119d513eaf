"""Rules of StatefulSets that the recorded traces do not show (S7 to S61, E4 to E16, X12, X14)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from statefulkit import Cluster, tables
from statefulkit.api.errors import Invalid
from statefulkit.api.manifest import load
from statefulkit.apiserver import update
from statefulkit.controllers import statefulset
from statefulkit.controllers.pods import parent_and_ordinal
from statefulkit.decisions import Wait
from statefulkit.store import Key
from statefulkit.verbs import you
from tests.conftest import MANIFEST

SET = Key("StatefulSet", "default", "web")


def start(replicas: int = 3, name: str = "web", **spec: Any) -> Cluster:
    cluster = Cluster(seed=5)
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["metadata"]["name"] = name
            doc["spec"] |= {"replicas": replicas} | spec
        cluster.apply(doc)
    cluster.settle()
    return cluster


def said(cluster: Cluster, reason: str, kind: str = "StatefulSet") -> list[str]:
    found = [
        e for e in cluster.list("events") if e.reason == reason and e.involvedObject.kind == kind
    ]
    return [e.message for e in sorted(found, key=lambda e: int(e.metadata.resourceVersion))]


def names(cluster: Cluster) -> list[str]:
    return [p.metadata.name for p in cluster.list("pods")]


def by_controller(cluster: Cluster, verb: str) -> list[str]:
    found = cluster.history.query(f"actor == 'statefulset-controller' and verb == '{verb}'").object
    return [o.removeprefix("pod/") for o in found if o.startswith("pod/")]


def mutable() -> list[tuple[dict[str, Any], bool]]:
    """Changes of a spec, and whether they are allowed (S1 to S14)."""
    template = {
        "metadata": {"labels": {"app": "nginx"}},
        "spec": {"containers": [{"name": "a", "image": "b"}]},
    }
    return [
        ({"replicas": 1}, True),
        ({"selector": {"matchLabels": {"app": "x"}}}, False),
        ({"serviceName": "other"}, False),
        ({"template": template}, True),
        ({"volumeClaimTemplates": []}, False),
        ({"podManagementPolicy": "Parallel"}, False),
        ({"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}, True),  # S7
        ({"updateStrategy": {"rollingUpdate": {"partition": 1}}}, True),  # S8, S9
        ({"revisionHistoryLimit": 1}, True),
        ({"minReadySeconds": 1}, True),  # S12
        ({"ordinals": {"start": 1}}, True),
        ({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}, True),
    ]


@pytest.mark.parametrize(("change", "allowed"), mutable())
def test_what_may_change_and_what_may_not_s16_m15(change: dict[str, Any], allowed: bool) -> None:
    cluster = start(1)
    before = cluster.get("sts", "web")
    patch = {"spec": change | {"minReadySeconds": 3}}
    if allowed:
        cluster.patch("sts", "web", patch, type="merge")
        assert cluster.get("sts", "web").metadata.generation == 2
        return
    refusal = "updates to statefulset spec for fields other than|does not match template"
    with pytest.raises(Invalid, match=refusal):
        cluster.patch("sts", "web", patch, type="merge")
    assert cluster.get("sts", "web") == before  # nothing is applied in part


def test_partition_is_0_only_where_rolling_update_is_there_s9() -> None:
    assert start(0).get("sts", "web").spec.updateStrategy.rollingUpdate.partition == 0
    nil = start(0, updateStrategy={"type": "RollingUpdate"})
    assert nil.get("sts", "web").spec.updateStrategy.rollingUpdate is None


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


def test_current_is_the_update_revision_at_first_s27_s51() -> None:
    cluster = start(1)
    status = cluster.get("sts", "web").status
    assert status.currentRevision == status.updateRevision
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.run(0)
    after = cluster.get("sts", "web").status
    assert after.currentRevision == status.currentRevision
    assert after.updateRevision != status.updateRevision


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


def test_scaling_comes_before_updating_s34() -> None:
    cluster = start(3)
    newer = {"spec": {"containers": [{"name": "nginx", "image": "nginx:1.28"}]}}
    cluster.patch("sts", "web", {"spec": {"replicas": 4, "template": newer}})
    before = cluster.version
    cluster.settle()
    rows = cluster.history.query(f"version > {before} and actor == 'statefulset-controller'")
    did = [
        (r.verb, r.object)
        for r in rows.itertuples()
        if r.verb in ("create", "delete") and "pod" in r.object
    ]
    assert did[0] == ("create", "pod/web-3")
    assert [o for v, o in did if v == "delete"] == ["pod/web-2", "pod/web-1", "pod/web-0"]


def test_one_unready_pod_anywhere_blocks_an_update_s34_m1() -> None:
    cluster = start(3)
    cluster.make_unready("web-0")
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    assert by_controller(cluster, "delete") == []


def test_deletes_are_graceful_and_no_budget_is_asked_s38_m17_e11() -> None:
    cluster = start(2)
    cluster.apply(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
        "spec: {maxUnavailable: 0, selector: {matchLabels: {app: nginx}}}"
    )
    cluster.scale("sts", "web", 1)
    cluster.run(0)
    meta = cluster.get("pod", "web-1").metadata
    assert meta.deletionGracePeriodSeconds == 30
    cluster.settle()
    assert said(cluster, "SuccessfulDelete") == ["delete Pod web-1 in StatefulSet web successful"]
    cluster.delete("pod", "web-0")  # a person's delete says nothing
    cluster.run(1)
    assert len(said(cluster, "SuccessfulDelete")) == 1


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


def test_a_revision_keeps_the_template_alone_s44_s46() -> None:
    cluster = start(1)
    for change in (
        {"replicas": 2},
        {"minReadySeconds": 1},
        {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}},
    ):
        cluster.patch("sts", "web", {"spec": change}, type="merge")
        cluster.settle()
    (first,) = cluster.list("controllerrevisions")
    assert first.revision == 1
    template = first.data["spec"]["template"]
    assert set(first.data["spec"]) == {"template"}
    assert template["$patch"] == "replace"
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.run(0)
    assert sorted(r.revision for r in cluster.list("controllerrevisions")) == [1, 2]


@pytest.mark.parametrize(("limit", "kept"), [(10, 4), (2, 3), (1, 2), (0, 1)])
def test_old_revisions_go_beyond_the_limit_s49(limit: int, kept: int) -> None:
    cluster = start(1, revisionHistoryLimit=limit)
    for minor in (28, 29, 30):
        cluster.set_image("sts", "web", f"nginx:1.{minor}")
        cluster.settle()
    numbers = sorted(r.revision for r in cluster.list("controllerrevisions"))
    assert numbers == [1, 2, 3, 4][-kept:]


def test_revisions_that_pods_have_are_live_s49() -> None:
    cluster = start(3, revisionHistoryLimit=0, updateStrategy={"type": "OnDelete"})
    for number, minor in enumerate((28, 29)):
        cluster.set_image("sts", "web", f"nginx:1.{minor}")
        cluster.settle()
        cluster.delete("pod", f"web-{number}")
        cluster.settle()
    assert len(cluster.list("controllerrevisions")) == 3


def test_status_is_written_only_when_it_changes_s54() -> None:
    cluster = start(2)
    assert cluster.get("sts", "web").status.collisionCount == 0
    assert not cluster.get("sts", "web").status.conditions
    before = cluster.version
    cluster.patch("sts", "web", {"metadata": {"annotations": {"a": "b"}}})
    cluster.settle()
    rows = cluster.history.query(f"version > {before}")
    assert rows.verb.tolist() == ["patch"]


def test_a_broken_first_pod_is_not_mended_by_a_better_template_s57() -> None:
    cluster = Cluster()
    cluster.apply(MANIFEST.read_text().replace("nginx:1.27", "nginx:broken"))
    cluster.run(60)
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.run(300)
    assert tables.pods(cluster).STATUS.tolist() == ["ImagePullBackOff"]
    cluster.delete("pod", "web-0")
    cluster.settle()
    assert tables.pods(cluster).STATUS.tolist() == ["Running"] * 3


def test_an_update_has_no_surge_s61() -> None:
    cluster = start(3)
    start_version = cluster.version
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    counts = {
        len(cluster.at(version=v).list("pods")) for v in range(start_version, cluster.version + 1)
    }
    assert counts == {2, 3}


def test_parallel_updates_still_go_one_by_one_m9_m10() -> None:
    cluster = start(4, podManagementPolicy="Parallel")
    before = cluster.version
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    assert by_controller(cluster, "delete") == ["web-3", "web-2", "web-1", "web-0"]
    for version in range(before, cluster.version + 1):
        pods = cluster.at(version=version).list("pods")
        assert sum(p.metadata.deletionTimestamp is not None for p in pods) <= 1
    cluster.make_unready("web-0")  # an unready lower Pod does not hold it up
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:1.29")
    cluster.settle()
    assert {p.spec.containers[0].image for p in cluster.list("pods")} == {"nginx:1.29"}


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


def test_the_current_revision_stays_old_with_a_partition_m19_s53() -> None:
    cluster = start(3)
    cluster.patch("sts", "web", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": 1}}}})
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    status = cluster.get("sts", "web").status
    assert (status.updatedReplicas, status.readyReplicas) == (2, 3)
    assert status.currentRevision != status.updateRevision


def test_an_update_that_is_stuck_is_not_freed_by_its_reversal_m1() -> None:
    cluster = start(2)
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(30)
    cluster.set_image("sts", "web", "nginx:1.27")
    cluster.run(300)
    assert tables.pods(cluster).STATUS.tolist() == ["Running", "ImagePullBackOff"]


def test_a_lost_pod_waits_for_somebody_m2() -> None:
    cluster = start(2)
    cluster.fail_node("node-2")
    cluster.run(3600)
    assert tables.pods(cluster).STATUS.tolist() == ["Running", "Terminating"]


@pytest.mark.parametrize(("length", "works"), [(52, True), (56, False)])
def test_a_name_may_be_too_long_for_its_pods_s19_x12_m20_e5(length: int, works: bool) -> None:
    name = "w" * length
    cluster = Cluster(seed=5)
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["metadata"]["name"] = name
            doc["spec"] |= {"replicas": 1}
        cluster.apply(doc)
    cluster.run(10)
    if works:
        assert names(cluster) == [f"{name}-0"]
        return
    assert names(cluster) == []
    revision = cluster.list("controllerrevisions")[0].metadata.name
    assert said(cluster, "FailedCreate")[0] == (
        f'create Pod {name}-0 in StatefulSet {name} failed error: Pod "{name}-0" is invalid: '
        f'metadata.labels: Invalid value: "{revision}": must be no more than 63 characters'
    )


def test_a_claim_that_cannot_be_made_e6() -> None:
    cluster = Cluster()
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["spec"]["volumeClaimTemplates"][0]["metadata"]["labels"] = {"a": "b c"}
        cluster.apply(doc)
    cluster.run(5)
    found = said(cluster, "FailedCreate")[0]
    start_ = "create Claim www-web-0 for Pod web-0 in StatefulSet web failed error: "
    assert found.startswith(start_ + 'PersistentVolumeClaim "www-web-0" is invalid: ')
    assert names(cluster) == []


def test_a_claim_with_another_controller_is_left_alone_e8() -> None:
    cluster = start(
        1, persistentVolumeClaimRetentionPolicy={"whenScaled": "Retain", "whenDeleted": "Delete"}
    )
    claim = cluster.view.find("PersistentVolumeClaim", "default", "www-web-0")
    ours = claim.metadata.ownerReferences[0]
    node = cluster.get("node", "node-1")
    other = replace(
        ours, kind="Node", apiVersion="v1", name="node-1", uid=node.metadata.uid, controller=True
    )
    meta = replace(claim.metadata, ownerReferences=[other])
    cluster._engine.write(
        update(cluster.view.state, replace(claim, metadata=meta), you("ties the claim"))
    )
    cluster.patch("sts", "web", {"metadata": {"labels": {"touched": "yes"}}})
    cluster.settle()
    (text,) = said(cluster, "ConflictingController")
    assert "has a conflicting OwnerReference that acts as a managing controller" in text
    refs = cluster.get("pvc", "www-web-0").metadata.ownerReferences
    assert [r.kind for r in refs] == ["Node"]


def test_replaced_pods_are_told_as_deletes_and_creates_e9() -> None:
    """Older releases had RecreatingFailedPod; today only E3 and E2 appear."""
    cluster = start(1)
    cluster.fail_pod("web-0")
    cluster.settle()
    reasons = {e.reason for e in cluster.list("events") if e.involvedObject.kind == "StatefulSet"}
    assert reasons == {"SuccessfulCreate", "SuccessfulDelete"}
    assert said(cluster, "SuccessfulDelete") == ["delete Pod web-0 in StatefulSet web successful"]


def test_events_of_a_pods_life_e12_e13_e15_e16_e17() -> None:
    cluster = start(1)
    node = cluster.get("pod", "web-0").spec.nodeName
    assert said(cluster, "Scheduled", "Pod") == [f"Successfully assigned default/web-0 to {node}"]
    assert said(cluster, "Pulling", "Pod") == ['Pulling image "nginx:1.27"']
    assert said(cluster, "Pulled", "Pod")[0].startswith(
        'Successfully pulled image "nginx:1.27" in '
    )
    assert said(cluster, "Created", "Pod") == ["Created container: nginx"]
    assert said(cluster, "Started", "Pod") == ["Started container nginx"]
    for number in (1, 2, 3):
        cluster.cordon(f"node-{number}")
    cluster.delete("pod", "web-0")
    cluster.settle()
    assert said(cluster, "Killing", "Pod") == ["Stopping container nginx"]
    why = said(cluster, "FailedScheduling", "Pod")
    assert why[-1].startswith("0/3 nodes are available: 3 node(s) were unschedulable.")


@pytest.mark.parametrize("replicas", [-1, 1.5, "two"])
def test_a_number_of_replicas_that_makes_no_sense_x14_x6(replicas: Any) -> None:
    cluster = start(1)
    version = cluster.version
    with pytest.raises(Exception, match="replicas"):
        cluster.scale("sts", "web", replicas)
    assert cluster.version == version


def test_scaling_to_what_is_there_changes_nothing_k10() -> None:
    cluster = start(2)
    version = cluster.version
    assert cluster.scale("sts", "web", 2).spec.replicas == 2
    assert cluster.version == version


def test_three_ways_to_cascade_k20() -> None:
    for cascade, left in (("background", 0), ("foreground", 0), ("orphan", 2)):
        cluster = start(2)
        cluster.delete("sts", "web", cascade=cascade)
        cluster.settle()
        assert len(names(cluster)) == left
    with pytest.raises(ValueError, match="cascade"):
        cluster.delete("pod", "web-0", cascade="false")


def test_restarts_are_shown_with_their_age_k4() -> None:
    cluster = start(1)
    cluster.crash("web-0")
    cluster.settle()
    cluster.run(25)
    assert tables.pods(cluster).RESTARTS.tolist() == ["1 (25s ago)"]


def test_cordoning_twice_changes_nothing_k18() -> None:
    cluster = start(1)
    cluster.cordon("node-1")
    version = cluster.version
    cluster.cordon("node-1")
    assert cluster.version == version
    assert cluster.get("node", "node-1").spec.unschedulable
    cluster.uncordon("node-1")
    assert not cluster.get("node", "node-1").spec.unschedulable


def test_the_table_of_differences_d11() -> None:
    """One Deployment beside one StatefulSet: names, storage, order, victims, updates, history."""
    cluster = start(3)
    template = {
        "metadata": {"labels": {"app": "front"}},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
    }
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": "front"}}, "template": template}
    cluster.apply(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "front"}, "spec": spec}
    )
    cluster.settle()
    front = {p.metadata.name for p in cluster.list("pods", labels="app=front")}
    cluster.delete("pod", min(front))
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert {p.metadata.name for p in cluster.list("pods", labels="app=front")} != front
    assert [n for n in names(cluster) if n.startswith("web")] == ["web-0", "web-1", "web-2"]
    assert len(cluster.list("pvc")) == 3
    for kind, name in (("sts", "web"), ("deploy", "front")):
        cluster.set_image(kind, name, "nginx:1.28")
    most = {"web": 0, "front": 0}
    while len(cluster.step()):
        for name in most:
            pods = [p for p in names(cluster) if p.startswith(name)]
            alive = [p for p in pods if not cluster.get("pod", p).metadata.deletionTimestamp]
            most[name] = max(most[name], len(alive))
    assert most == {"web": 3, "front": 4}  # no surge, surge
    assert len(cluster.list("controllerrevisions")) == 2
    assert len(cluster.list("rs")) == 2


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


def test_nothing_is_updated_while_sick_condemned_pods_wait_s33() -> None:
    cluster = start(4)
    cluster.make_unready("web-2")
    cluster.make_unready("web-3")
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.scale("sts", "web", 2)
    cluster.settle()
    assert by_controller(cluster, "delete") == []


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
