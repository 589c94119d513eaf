"""The StatefulSet controller beyond the recorded traces."""

from __future__ import annotations

import pytest

from statefulkit import Cluster, tables
from statefulkit.api.errors import Invalid
from statefulkit.api.manifest import load
from statefulkit.conditions import is_ready, is_terminating
from statefulkit.controllers import statefulset
from statefulkit.decisions import Create
from statefulkit.store import Key


def names(cluster: Cluster) -> list[str]:
    return [p.metadata.name for p in cluster.list("pods")]


def did(frame, verb: str, prefix: str = "pod/web") -> list[str]:
    rows = frame[(frame.verb == verb) & frame.object.str.startswith(prefix)]
    return [o.partition("/")[2] for o in rows[rows.actor == "statefulset-controller"].object]


def test_a_plan_is_a_pure_function(manifest: str) -> None:
    """Planning changes nothing, and the first plan creates the lowest ordinal alone (S32)."""
    cluster = Cluster()
    cluster.apply(manifest)
    key = Key("StatefulSet", "default", "web")
    plan = statefulset.plan(cluster.view, key)
    created = [d.obj.metadata.name for d in plan if isinstance(d, Create)]
    assert created[1:] == ["www-web-0", "web-0"]  # the revision first, then claim before Pod (E10)
    assert plan == statefulset.plan(cluster.view, key)
    assert names(cluster) == []


def test_pods_come_in_order_and_each_waits_s32(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    happened = cluster.settle()
    assert did(happened, "create") == ["web-0", "web-1", "web-2"]
    waits = happened[happened.verb == "wait"].reason
    assert "waits for web-0 to be Running and Ready before it creates web-1" in set(waits)


def test_scale_down_takes_the_highest_first_and_keeps_claims_s33(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 1)
    assert did(cluster.settle(), "delete") == ["web-2", "web-1"]
    claims = [c.metadata.name for c in cluster.list("pvc")]
    assert claims == ["www-web-0", "www-web-1", "www-web-2"]


def test_a_rolling_update_goes_from_the_top_s35(cluster: Cluster) -> None:
    cluster.set_image("sts", "web", "nginx:1.28")
    assert did(cluster.settle(), "delete") == ["web-2", "web-1", "web-0"]
    status = cluster.get("sts", "web").status
    assert status.currentRevision == status.updateRevision
    assert {p.spec.containers[0].image for p in cluster.list("pods")} == {"nginx:1.28"}


def test_a_broken_update_is_not_healed_by_its_reversal_s56(cluster: Cluster) -> None:
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(60)
    cluster.set_image("sts", "web", "nginx:1.27")
    cluster.run(60)
    assert cluster.get("pod", "web-2").spec.containers[0].image == "nginx:broken"
    cluster.delete("pod", "web-2")
    cluster.settle()
    assert cluster.get("sts", "web").status.readyReplicas == 3


def test_min_ready_seconds_delay_the_next_pod_s32_s55(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest.replace("  replicas: 3", "  replicas: 2\n  minReadySeconds: 20"))
    happened = cluster.settle()
    created = happened[(happened.verb == "create") & happened.object.str.startswith("pod/")].time
    assert created.iloc[1] - created.iloc[0] >= 20
    assert cluster.get("sts", "web").status.availableReplicas == 2


def test_start_ordinals_s62(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    cluster.settle()
    cluster.patch("sts", "web", {"spec": {"ordinals": {"start": 5}}})
    happened = cluster.settle()
    assert did(happened, "create") == ["web-5", "web-6", "web-7"]
    assert did(happened, "delete") == ["web-2", "web-1", "web-0"]


@pytest.mark.parametrize(
    ("scaled", "deleted", "after_scale", "after_delete"),
    [
        ("Retain", "Retain", 3, 3),
        ("Delete", "Retain", 2, 2),
        ("Retain", "Delete", 3, 0),
        ("Delete", "Delete", 2, 0),
    ],
)
def test_retention_policies_s40(
    manifest: str, scaled: str, deleted: str, after_scale: int, after_delete: int
) -> None:
    policy = (
        f"  persistentVolumeClaimRetentionPolicy: {{whenScaled: {scaled}, whenDeleted: {deleted}}}"
    )
    cluster = Cluster()
    cluster.apply(manifest.replace("  replicas: 3", f"  replicas: 3\n{policy}"))
    cluster.settle()
    cluster.scale("sts", "web", 2)
    cluster.settle()
    assert len(cluster.list("pvc")) == after_scale
    cluster.delete("sts", "web")
    cluster.settle()
    assert len(cluster.list("pvc")) == after_delete


def test_orphans_are_adopted_without_a_restart_s25(cluster: Cluster, manifest: str) -> None:
    before = {p.metadata.name: p.metadata.uid for p in cluster.list("pods")}
    cluster.delete("sts", "web", cascade="orphan")
    cluster.delete("pod", "web-0")
    cluster.settle()
    assert names(cluster) == ["web-1", "web-2"]
    cluster.apply(manifest)
    cluster.settle()
    after = {p.metadata.name: p.metadata.uid for p in cluster.list("pods")}
    assert after["web-1"] == before["web-1"]
    assert after["web-0"] != before["web-0"]
    assert list(tables.revisions(cluster).REVISION) == [1]


def test_immutable_fields_have_the_exact_error_x1(cluster: Cluster, manifest: str) -> None:
    version = cluster.version
    with pytest.raises(Invalid) as refused:
        cluster.apply(manifest.replace("serviceName: nginx", "serviceName: other"))
    assert str(refused.value) == (
        'The StatefulSet "web" is invalid: spec: Forbidden: updates to statefulset spec for fields '
        "other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
        "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    )
    assert cluster.version == version


def test_events_have_the_exact_words_e1_e2_e3(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 2)
    cluster.settle()
    messages = list(tables.events(cluster).query("OBJECT == 'statefulset/web'").MESSAGE)
    assert messages[:2] == [
        "create Claim www-web-0 Pod web-0 in StatefulSet web success",
        "create Pod web-0 in StatefulSet web successful",
    ]
    assert messages[-1] == "delete Pod web-2 in StatefulSet web successful"


def test_a_bad_template_fails_when_the_pod_is_made_x13(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(
        manifest.replace(
            "- name: www\n              mountPath", "- name: nope\n              mountPath"
        )
    )
    cluster.run(1)
    event = tables.events(cluster).query("REASON == 'FailedCreate'").iloc[0]
    assert event.MESSAGE == (
        'create Pod web-0 in StatefulSet web failed error: Pod "web-0" is invalid: '
        'spec.containers[0].volumeMounts[0].name: Not found: "nope"'
    )
    assert event.COUNT > 1


def test_a_dependent_stays_while_one_of_its_owners_does_s42(cluster: Cluster) -> None:
    owners = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "name": name,
            "uid": cluster.get("pod", name).metadata.uid,
        }
        for name in ("web-0", "web-2")
    ]
    cluster.patch("pvc", "www-web-1", {"metadata": {"ownerReferences": owners}}, type="merge")
    cluster.scale("sts", "web", 2)
    cluster.settle()
    assert cluster.get("pvc", "www-web-1").metadata.deletionTimestamp is None
    cluster.scale("sts", "web", 0)
    cluster.settle()
    assert "www-web-1" not in [c.metadata.name for c in cluster.list("pvc")]


# -- the feature gate MaxUnavailableStatefulSet ---------------------------------------------------


def gated(
    manifest: str, value: int | str, policy: str = "OrderedReady", replicas: int = 6
) -> Cluster:
    """A set with maxUnavailable, all Pods Ready, its image just changed."""
    cluster = Cluster(feature_gates=["MaxUnavailableStatefulSet"])
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": value}}
    for doc in load(manifest):
        if doc["kind"] == "StatefulSet":
            doc["spec"] |= {
                "updateStrategy": strategy, "replicas": replicas, "podManagementPolicy": policy,
            }  # fmt: skip
        cluster.apply(doc)
    assert cluster.warnings.empty
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:1.28")
    return cluster


def deleted_together(cluster: Cluster) -> list[list[str]]:
    """The Pods that the controller deleted, grouped by moment."""
    found = cluster.history.query("actor == 'statefulset-controller' and verb == 'delete'")
    return [list(g.object.str.removeprefix("pod/")) for _, g in found.groupby("time")]


@pytest.mark.parametrize(
    ("value", "first"),
    [
        (1, ["web-5"]),
        (2, ["web-5", "web-4"]),
        ("50%", ["web-5", "web-4", "web-3"]),
        ("49%", ["web-5", "web-4"]),
        ("1%", ["web-5"]),
    ],
)
def test_max_unavailable_is_a_budget_rounded_down_s37(
    manifest: str, value: int | str, first: list[str]
) -> None:
    cluster = gated(manifest, value)
    cluster.settle()
    groups = deleted_together(cluster)
    assert groups[0] == first
    assert sorted(name for group in groups for name in group) == [f"web-{n}" for n in range(6)]
    status = cluster.get("sts", "web").status
    assert status.currentRevision == status.updateRevision


def test_at_no_time_more_than_max_unavailable_are_down_s37(manifest: str) -> None:
    cluster = gated(manifest, 2)
    start = cluster.version
    cluster.settle()
    for version in range(start, cluster.version + 1):
        pods = cluster.at(version=version).view.owned(cluster.get("sts", "web").metadata.uid, "Pod")
        healthy = [p for p in pods if is_ready(p) and not is_terminating(p)]
        assert len(healthy) >= 4


def test_a_broken_old_pod_uses_up_the_budget_under_parallel_s37(manifest: str) -> None:
    cluster = gated(manifest, 1, "Parallel")
    cluster.make_unready("web-0")
    cluster.settle()
    assert deleted_together(cluster) in ([], [["web-5"]])
    assert cluster.get("pod", "web-0").metadata.labels["controller-revision-hash"] == (
        cluster.get("sts", "web").status.currentRevision
    )


def test_without_the_gate_max_unavailable_is_dropped_and_said_s10(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    change = {"spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 2}}}}
    cluster.patch("sts", "web", change)
    assert cluster.get("sts", "web").spec.updateStrategy.rollingUpdate.maxUnavailable is None
    assert cluster.warnings.field.tolist() == ["spec.updateStrategy.rollingUpdate.maxUnavailable"]
    change = {"spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": None}}}}
    cluster.patch("sts", "web", change)
    assert cluster.warnings.empty


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (0, "Invalid value: 0: cannot be 0"),
        ("101%", "must not be greater than 100%"),
        (-1, "greater than or equal to 0"),
    ],
)
def test_max_unavailable_that_makes_no_sense_x8(manifest: str, value: int | str, why: str) -> None:
    cluster = Cluster(feature_gates=["MaxUnavailableStatefulSet"])
    cluster.apply(manifest)
    assert cluster.get("sts", "web").spec.updateStrategy.rollingUpdate.maxUnavailable == 1  # S10
    change = {"spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": value}}}}
    with pytest.raises(Invalid, match=why):
        cluster.patch("sts", "web", change)


def test_an_unknown_feature_gate_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown feature gate Nonsense"):
        Cluster(feature_gates=["Nonsense"])
