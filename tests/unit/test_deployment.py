"""Deployments and ReplicaSets, the stateless side of the course (D1 to D11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from statefulkit import Cluster, tables
from statefulkit.conditions import is_active, is_ready, is_terminating
from statefulkit.store import View
from tests.conformance.stories import messages as said

LETTERS = set("bcdfghjklmnpqrstvwxz2456789")


def deployment(replicas: int = 3, **spec: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "nginx", "image": "nginx:1.27"}]},
    }
    fixed = {
        "replicas": replicas,
        "selector": {"matchLabels": {"app": "web"}},
        "template": template,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": fixed | spec,
    }


def running(replicas: int = 3, **spec: Any) -> Cluster:
    cluster = Cluster(seed=3)
    cluster.apply(deployment(replicas, **spec))
    assert cluster.warnings.empty
    cluster.settle()
    return cluster


def sets(cluster: Cluster) -> dict[str, int]:
    """The ReplicaSets' wanted sizes by revision number."""
    note = "deployment.kubernetes.io/revision"
    return {rs.metadata.annotations[note]: rs.spec.replicas for rs in cluster.list("rs")}


def moments(cluster: Cluster, since: int) -> Iterator[View]:
    for version in range(since, cluster.version + 1):
        yield cluster.at(version=version).view


def status(cluster: Cluster, type_: str) -> tuple[str, str, str]:
    found = {c.type: c for c in cluster.get("deploy", "web").status.conditions}[type_]
    return found.status, found.reason, found.message


def test_a_deployment_owns_a_replicaset_that_owns_pods_d1_d2() -> None:
    cluster = running()
    rs = cluster.list("rs")[0]
    prefix, _, suffix = rs.metadata.name.partition("-")
    assert prefix == "web"
    assert set(suffix) <= set("456789bcdf")  # S45's letters
    assert rs.metadata.labels == {"app": "web", "pod-template-hash": suffix}
    assert rs.spec.selector.matchLabels == rs.metadata.labels
    for pod in cluster.list("pods"):
        assert pod.metadata.labels == rs.metadata.labels
        name, _, letters = pod.metadata.name.rpartition("-")
        assert name == rs.metadata.name
        assert len(letters) == 5
        assert set(letters) <= LETTERS
        assert pod.metadata.ownerReferences[0].name == rs.metadata.name
    assert said(cluster, "ScalingReplicaSet") == [f"Scaled up replica set web-{suffix} from 0 to 3"]
    created = {f"Created pod: {p.metadata.name}" for p in cluster.list("pods")}
    assert set(said(cluster, "SuccessfulCreate")) == created  # E23


def test_all_pods_are_created_at_once_d6() -> None:
    cluster = running()
    created = cluster.history.query("actor == 'replicaset-controller' and verb == 'create'")
    assert created.time.tolist() == [0.0] * 3


def test_a_replacement_has_a_new_name_d2() -> None:
    cluster = running()
    before = {p.metadata.name for p in cluster.list("pods")}
    cluster.delete("pod", min(before))
    cluster.settle()
    after = {p.metadata.name for p in cluster.list("pods")}
    assert len(after) == 3
    assert len(after - before) == 1


def test_defaults_d3() -> None:
    spec = running().get("deploy", "web").spec
    rolling = spec.strategy.rollingUpdate
    assert (rolling.maxSurge, rolling.maxUnavailable) == ("25%", "25%")
    assert (spec.revisionHistoryLimit, spec.progressDeadlineSeconds) == (10, 600)


@pytest.mark.parametrize(
    ("replicas", "rolling", "most", "least"),
    [
        (3, {}, 4, 3),  # 0.75: surge up to 1, unavailable down to 0
        (4, {}, 5, 3),
        (3, {"maxSurge": 0, "maxUnavailable": 0}, 3, 2),  # both 0 is refused; see below
        (10, {"maxSurge": "15%", "maxUnavailable": "19%"}, 12, 9),
        (3, {"maxSurge": 0, "maxUnavailable": 2}, 3, 1),
        (2, {"maxSurge": 2, "maxUnavailable": 0}, 4, 2),
    ],
)
def test_a_rolling_update_keeps_within_surge_and_availability_d4(
    replicas: int, rolling: dict[str, Any], most: int, least: int
) -> None:
    if rolling == {"maxSurge": 0, "maxUnavailable": 0}:
        rolling = {"maxSurge": 0, "maxUnavailable": "1%"}  # D3: rounds to 0, becomes 1
    cluster = running(replicas, strategy={"rollingUpdate": rolling})
    start = cluster.version
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    assert sets(cluster) == {"1": 0, "2": replicas}
    highest, lowest = 0, replicas
    for view in moments(cluster, start):
        active = [p for p in view.all("Pod") if is_active(p)]
        highest = max(highest, len(active))
        lowest = min(lowest, sum(is_ready(p) for p in active))
    assert (highest, lowest) == (most, least)
    images = {p.spec.containers[0].image for p in cluster.list("pods")}
    assert images == {"nginx:1.28"}


def test_recreate_waits_until_all_old_pods_are_gone_d5() -> None:
    cluster = running(strategy={"type": "Recreate"})
    start = cluster.version
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    assert sets(cluster) == {"1": 0, "2": 3}
    for view in moments(cluster, start):
        assert len({p.spec.containers[0].image for p in view.all("Pod")}) <= 1


def test_who_goes_first_when_there_are_too_many_d6() -> None:
    cluster = running(4)
    pods = cluster.list("pods")
    sick = pods[2].metadata.name
    cheap = pods[3].metadata.name
    note = {"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "-5"}}}
    cluster.patch("pod", cheap, note)
    cluster.make_unready(sick)
    cluster.settle()
    going = []
    for replicas in (3, 2):
        before = {p.metadata.name for p in cluster.list("pods")}
        cluster.scale("deploy", "web", replicas)
        cluster.settle()
        going += before - {p.metadata.name for p in cluster.list("pods")}
    assert going == [sick, cheap]  # not ready before deletion cost
    assert said(cluster, "SuccessfulDelete") == [f"Deleted pod: {name}" for name in going]


def test_the_fuller_node_gives_first_then_the_newer_pod_d6() -> None:
    cluster = running(3)
    cluster.run(100)
    cluster.scale("deploy", "web", 4)  # a second one on some node
    cluster.settle()
    crowded = [p.spec.nodeName for p in cluster.list("pods")]
    node = max(crowded, key=crowded.count)
    newest = max(
        (p for p in cluster.list("pods") if p.spec.nodeName == node),
        key=lambda p: p.metadata.creationTimestamp,
    )
    cluster.scale("deploy", "web", 3)
    cluster.settle()
    assert newest.metadata.name not in {p.metadata.name for p in cluster.list("pods")}


def test_a_pod_on_a_lost_node_is_replaced_when_it_is_marked_d7_p30() -> None:
    cluster = running()
    lost = next(p for p in cluster.list("pods") if p.spec.nodeName == "node-2")
    start = cluster.time
    cluster.fail_node("node-2")
    cluster.run(349)
    assert len(cluster.list("pods")) == 3
    cluster.run(10)
    pods = cluster.list("pods")
    assert len(pods) == 4
    assert is_terminating(next(p for p in pods if p.metadata.name == lost.metadata.name))
    replaced = cluster.history.query("actor == 'replicaset-controller' and verb == 'create'")
    assert replaced.time.iloc[-1] - start == pytest.approx(350)
    assert cluster.get("deploy", "web").status.availableReplicas == 3


def test_going_back_uses_the_old_replicaset_again_d8() -> None:
    cluster = running()
    first = cluster.list("rs")[0].metadata.name
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    cluster.set_image("deploy", "web", "nginx:1.27")
    cluster.settle()
    assert sets(cluster) == {"2": 0, "3": 3}
    rs = cluster.get("rs", first)
    assert rs.spec.replicas == 3
    notes = cluster.get("deploy", "web").metadata.annotations
    assert notes["deployment.kubernetes.io/revision"] == "3"


def test_old_replicasets_are_kept_up_to_the_limit_d8() -> None:
    cluster = running(1, revisionHistoryLimit=2)
    for patch in range(28, 33):
        cluster.set_image("deploy", "web", f"nginx:1.{patch}")
        cluster.settle()
    assert sets(cluster) == {"4": 0, "5": 0, "6": 1}


def test_a_bad_rollout_keeps_the_old_pods_and_reverting_is_enough_d9() -> None:
    cluster = running()
    before = {p.metadata.name for p in cluster.list("pods")}
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(60)
    assert before <= {p.metadata.name for p in cluster.list("pods")}
    assert sets(cluster) == {"1": 3, "2": 1}
    cluster.set_image("deploy", "web", "nginx:1.27")
    cluster.settle()
    assert {p.metadata.name for p in cluster.list("pods")} == before


def test_deleting_takes_replicasets_and_pods_along_d10() -> None:
    cluster = running()
    cluster.delete("deploy", "web")
    cluster.settle()
    assert cluster.list("rs") == []
    assert cluster.list("pods") == []


def test_in_the_foreground_owners_go_last_s42_d10() -> None:
    cluster = running(2)
    start = cluster.version
    cluster.delete("deploy", "web", cascade="foreground")
    cluster.settle()
    kinds = ("Pod", "ReplicaSet", "Deployment")
    records = [r for r in cluster.view.records(after=start) if r.key.kind in kinds]
    gone = [r.key.kind for r in records if r.before is not None and r.after is None]
    assert gone == ["Pod", "Pod", "ReplicaSet", "Deployment"]


def test_an_orphaned_replicaset_is_adopted_again_d10() -> None:
    cluster = running()
    before = {p.metadata.uid for p in cluster.list("pods")}
    cluster.delete("deploy", "web", cascade="orphan")
    cluster.settle()
    assert not cluster.list("rs")[0].metadata.ownerReferences
    cluster.apply(deployment())
    cluster.settle()
    assert {p.metadata.uid for p in cluster.list("pods")} == before
    assert len(cluster.list("rs")) == 1


def test_scaling_in_the_middle_of_a_rollout_is_shared_d4() -> None:
    cluster = running(10, strategy={"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}})
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(30)
    assert sets(cluster) == {"1": 8, "2": 5}
    cluster.scale("deploy", "web", 15)
    cluster.run(30)
    assert sets(cluster) == {"1": 11, "2": 7}  # 15 + surge, by the size of each


def test_a_paused_deployment_scales_and_does_not_roll() -> None:
    cluster = running(2)
    cluster.patch("deploy", "web", {"spec": {"paused": True}})
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.scale("deploy", "web", 3)
    cluster.settle()
    assert sets(cluster) == {"1": 3}
    assert status(cluster, "Progressing") == ("Unknown", "DeploymentPaused", "Deployment is paused")
    cluster.patch("deploy", "web", {"spec": {"paused": None}}, type="merge")
    cluster.settle()
    assert sets(cluster) == {"1": 0, "2": 3}


def test_a_deployment_without_pods_yet_can_be_paused() -> None:
    cluster = Cluster()
    cluster.apply(deployment(paused=True))
    cluster.settle()
    assert cluster.list("rs") == []


def test_conditions_of_a_rollout_k22() -> None:
    cluster = Cluster()
    cluster.apply(deployment())
    cluster.run(0)
    name = cluster.list("rs")[0].metadata.name
    assert status(cluster, "Available") == (
        "False",
        "MinimumReplicasUnavailable",
        "Deployment does not have minimum availability.",
    )
    assert status(cluster, "Progressing")[0] == "True"
    cluster.settle()
    assert status(cluster, "Available") == (
        "True",
        "MinimumReplicasAvailable",
        "Deployment has minimum availability.",
    )
    message = f'ReplicaSet "{name}" has successfully progressed.'
    assert status(cluster, "Progressing") == ("True", "NewReplicaSetAvailable", message)


def test_a_rollout_that_does_not_progress_times_out_k22() -> None:
    cluster = running(3, progressDeadlineSeconds=60)
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(59)
    assert status(cluster, "Progressing")[1] != "ProgressDeadlineExceeded"
    cluster.run(5)
    found = status(cluster, "Progressing")
    assert found[:2] == ("False", "ProgressDeadlineExceeded")
    assert found[2].endswith("has timed out progressing.")
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    assert status(cluster, "Progressing")[1] == "NewReplicaSetAvailable"


def test_min_ready_seconds_slow_a_rollout_down() -> None:
    cluster = running(2, minReadySeconds=20)
    start = cluster.time
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    assert cluster.time - start > 40
    assert cluster.get("deploy", "web").status.availableReplicas == 2


def test_a_pod_that_loses_its_labels_is_released_and_replaced_s24() -> None:
    cluster = running(2)
    name = cluster.list("pods")[0].metadata.name
    cluster.patch("pod", name, {"metadata": {"labels": {"app": "other"}}})
    cluster.settle()
    assert not cluster.get("pod", name).metadata.ownerReferences
    assert len(cluster.list("pods", labels="app=web")) == 2


def test_a_budget_counts_what_the_deployment_wants_p34() -> None:
    cluster = running(4)
    cluster.apply(
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
        "spec: {maxUnavailable: 25%, selector: {matchLabels: {app: web}}}"
    )
    cluster.settle()
    found = cluster.get("pdb", "web").status
    assert (found.expectedPods, found.desiredHealthy, found.disruptionsAllowed) == (4, 3, 1)


def test_one_claim_is_shared_by_all_replicas_v14() -> None:
    cluster = Cluster(nodes=1)
    cluster.apply(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: shared}\n"
        "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"
    )
    doc = deployment(2)
    pod = doc["spec"]["template"]["spec"]
    pod["volumes"] = [{"name": "v", "persistentVolumeClaim": {"claimName": "shared"}}]
    pod["containers"][0]["volumeMounts"] = [{"name": "v", "mountPath": "/data"}]
    cluster.apply(doc)
    cluster.settle()
    one, other = (p.metadata.name for p in cluster.list("pods"))
    cluster.write_file(one, "/data/x", "seen by all")
    assert cluster.read_file(other, "/data/x") == "seen by all"


def test_a_deployment_comes_to_rest() -> None:
    cluster = running()
    version = cluster.version
    assert cluster.settle().empty
    assert cluster.version == version
    assert tables.pods(cluster).STATUS.tolist() == ["Running"] * 3


@pytest.mark.parametrize(("replicas", "words"), [(1, "1 is wanted"), (3, "3 are wanted")])
def test_a_reason_counts_in_words_d6(replicas: int, words: str) -> None:
    reasons = tables.decisions(running(replicas)).query("actor == 'replicaset-controller'").reason
    assert reasons.str.endswith(words).sum() == replicas
