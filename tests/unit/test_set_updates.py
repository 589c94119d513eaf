"""Rules of a StatefulSet's revisions and updates that the recorded traces do not show (S9, S27 to S61)."""

from __future__ import annotations

import pytest

from statefulkit import Cluster, tables
from tests.conftest import MANIFEST
from tests.unit.sets import by_controller, said, start


def test_partition_is_0_only_where_rolling_update_is_there_s9() -> None:
    assert start(0).get("sts", "web").spec.updateStrategy.rollingUpdate.partition == 0
    nil = start(0, updateStrategy={"type": "RollingUpdate"})
    assert nil.get("sts", "web").spec.updateStrategy.rollingUpdate is None


def test_current_is_the_update_revision_at_first_s27_s51() -> None:
    cluster = start(1)
    status = cluster.get("sts", "web").status
    assert status.currentRevision == status.updateRevision
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.run(0)
    after = cluster.get("sts", "web").status
    assert after.currentRevision == status.currentRevision
    assert after.updateRevision != status.updateRevision


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


def test_nothing_is_updated_while_sick_condemned_pods_wait_s33() -> None:
    cluster = start(4)
    cluster.make_unready("web-2")
    cluster.make_unready("web-3")
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.scale("sts", "web", 2)
    cluster.settle()
    assert by_controller(cluster, "delete") == []
