"""How a Deployment's roll-out is judged and numbered: what only a second look shows (D4 to D8, K22)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster
from statefulkit.api.errors import BadRequest
from statefulkit.controllers import replicaset
from statefulkit.decisions import Create, UpdateStatus
from statefulkit.store import Key
from tests.conformance.stories import messages as said
from tests.unit.test_deployment import deployment, running, sets, status

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
CAUSE = "kubernetes.io/change-cause"


def reason(cluster: Cluster) -> str:
    return status(cluster, "Progressing")[1]


# -- the progress deadline (K22) ----------------------------------------------------------------------


def test_a_finished_rollout_cannot_time_out_when_a_pod_turns_unready_k22() -> None:
    cluster = running(3, progressDeadlineSeconds=30)
    before = status(cluster, "Progressing")
    cluster.make_unready(cluster.list("pods")[0].metadata.name)
    cluster.run(100)
    assert status(cluster, "Progressing") == before
    assert before[1] == "NewReplicaSetAvailable"


def test_a_finished_rollout_is_not_judged_again_when_it_is_scaled_k22() -> None:
    cluster = running(1, progressDeadlineSeconds=30)
    cluster.cordon("node-1")
    cluster.cordon("node-2")
    cluster.cordon("node-3")
    cluster.scale("deploy", "web", 3)
    cluster.run(100)
    assert cluster.get("deploy", "web").status.availableReplicas == 1
    assert reason(cluster) == "NewReplicaSetAvailable"
    assert cluster.rollout.status("deploy", "web").endswith(
        "1 of 3 updated replicas are available..."
    )


def test_a_new_template_after_a_time_out_starts_the_time_anew_k22() -> None:
    cluster = running(3, progressDeadlineSeconds=30)
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(60)
    assert reason(cluster) == "ProgressDeadlineExceeded"
    cluster.set_image("deploy", "web", "nginx:1.28")
    while len(cluster.step()):  # no moment at which the old deadline is told of the new template
        said_now = cluster.rollout.status("deploy", "web")  # would raise
    assert said_now == 'deployment "web" successfully rolled out'


def test_a_created_replicaset_is_told_in_the_conditions_k22() -> None:
    cluster = Cluster()
    cluster.apply(deployment())
    cluster.run(0)
    name = cluster.list("rs")[0].metadata.name
    wanted = ("True", "NewReplicaSetCreated", f'Created new replica set "{name}"')
    first = next(
        d
        for v in range(cluster.version + 1)
        for d in cluster.at(version=v).view.all("Deployment")
        if d.status.conditions
    )
    found = {c.type: (c.status, c.reason, c.message) for c in first.status.conditions}
    assert found["Progressing"] == wanted


def test_time_out_is_noticed_a_second_after_the_deadline_k22() -> None:
    cluster = Cluster()
    cluster.apply(deployment(1, progressDeadlineSeconds=60, template=broken()))
    cluster.run(60.9)
    assert reason(cluster) != "ProgressDeadlineExceeded"
    cluster.run(2)
    assert reason(cluster) == "ProgressDeadlineExceeded"


def broken() -> dict[str, Any]:
    template: dict[str, Any] = deployment()["spec"]["template"]
    template["spec"]["containers"][0]["image"] = "nginx:broken"
    return template


def test_a_resumed_rollout_can_time_out_k22() -> None:
    cluster = Cluster()
    cluster.apply(deployment(1, progressDeadlineSeconds=30, template=broken()))
    cluster.run(5)
    cluster.rollout.pause("web")
    cluster.run(100)
    assert status(cluster, "Progressing")[:2] == ("Unknown", "DeploymentPaused")
    cluster.rollout.resume("web")
    cluster.run(1)
    assert status(cluster, "Progressing")[:2] == ("Unknown", "DeploymentResumed")
    cluster.run(60)
    assert status(cluster, "Progressing")[:2] == ("False", "ProgressDeadlineExceeded")


def test_a_pause_does_not_hide_a_time_out_k22() -> None:
    cluster = Cluster()
    cluster.apply(deployment(1, progressDeadlineSeconds=30, template=broken()))
    cluster.run(60)
    cluster.rollout.pause("web")
    cluster.run(1)
    assert reason(cluster) == "ProgressDeadlineExceeded"


def test_the_largest_deadline_means_none_k22() -> None:
    cluster = running(1)
    cluster.patch("deploy", "web", {"spec": {"progressDeadlineSeconds": 2**31 - 1}})
    cluster.settle()
    assert [c.type for c in cluster.get("deploy", "web").status.conditions] == ["Available"]


def test_a_replicaset_found_without_conditions_is_told_k22() -> None:
    cluster = running(2)
    cluster.delete("deploy", "web", cascade="orphan")
    cluster.settle()
    cluster.scale("rs", cluster.list("rs")[0].metadata.name, 0)
    cluster.settle()
    start = cluster.version
    cluster.apply(deployment(2))
    cluster.settle()
    seen = {
        c.reason
        for v in range(start, cluster.version + 1)
        for d in cluster.at(version=v).view.all("Deployment")
        for c in d.status.conditions or ()
    }
    assert "FoundNewReplicaSet" in seen
    assert "NewReplicaSetCreated" not in seen


# -- what the ReplicaSet takes over (D8) --------------------------------------------------------------


def test_min_ready_seconds_reach_the_replicaset_that_is_there_d3() -> None:
    cluster = running(2)
    cluster.patch("deploy", "web", {"spec": {"minReadySeconds": 20}})
    cluster.settle()
    (rs,) = cluster.list("rs")
    assert rs.spec.minReadySeconds == 20
    assert rs.metadata.annotations[REVISION] == "1"


def test_a_change_cause_given_after_the_rollout_reaches_the_history_k23() -> None:
    cluster = running(1)
    cluster.patch("deploy", "web", {"metadata": {"annotations": {CAUSE: "first"}}})
    cluster.settle()
    assert list(cluster.rollout.history("deploy", "web")["CHANGE-CAUSE"]) == ["first"]


def test_going_back_brings_the_change_cause_back_and_keeps_old_numbers_d8_k24() -> None:
    cluster = running(1)
    cluster.patch("deploy", "web", {"metadata": {"annotations": {CAUSE: "first"}}})
    cluster.settle()
    first = cluster.list("rs")[0].metadata.name
    cluster.patch("deploy", "web", {"metadata": {"annotations": {CAUSE: "second"}}})
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    for number in ("1", "1,2"):
        cluster.rollout.undo("deploy", "web")
        cluster.settle()
        other = cluster.get("deploy", "web").metadata.annotations[CAUSE]
        assert other == ("first" if number == "1" else "second")
    assert cluster.get("rs", first).metadata.annotations[HISTORY] == "1"
    table = cluster.rollout.history("deploy", "web")
    assert list(table.REVISION) == [3, 4]
    assert list(table["CHANGE-CAUSE"]) == ["first", "second"]


def adopted(note: str | None) -> Cluster:
    """A Deployment that adopted a ReplicaSet of another template, with that revision or none."""
    cluster = running(1)
    stray = cluster.list("rs")[0].to_dict()
    cluster.delete("deploy", "web", cascade="orphan")
    cluster.settle()
    notes = {REVISION: note}
    cluster.patch("rs", stray["metadata"]["name"], {"metadata": {"annotations": notes}})
    doc = deployment(1)
    doc["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.28"
    cluster.apply(doc)
    cluster.settle()
    return cluster


def test_history_knows_a_replicaset_without_a_number_k23() -> None:
    cluster = adopted(None)
    assert list(cluster.rollout.history("deploy", "web").REVISION) == [0, 1]
    assert cluster.rollout.undo("deploy", "web") == "deployment.apps/web rolled back"
    cluster.settle()
    assert cluster.list("pods")[0].spec.containers[0].image == "nginx:1.27"


def test_history_leaves_out_what_is_no_number_k23() -> None:
    cluster = adopted("first")
    assert list(cluster.rollout.history("deploy", "web").REVISION) == [1]


# -- what kubectl refuses (K15, K16) ------------------------------------------------------------------


def test_a_paused_deployment_is_neither_undone_nor_restarted_k15_k16() -> None:
    cluster = running(1)
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    cluster.rollout.pause("web")
    with pytest.raises(BadRequest) as undone:
        cluster.rollout.undo("deploy", "web")
    assert str(undone.value) == (
        "error: you cannot rollback a paused deployment; resume it first with "
        "'kubectl rollout resume deployment/web' and try again"
    )
    with pytest.raises(BadRequest) as restarted:
        cluster.rollout.restart("deploy", "web")
    assert str(restarted.value) == (
        'error: deployments.apps "web" can\'t restart paused deployment (run rollout resume first)'
    )


@pytest.mark.parametrize("kind", ["sts", "deploy"])
def test_two_restarts_within_one_second_are_refused_k15(cluster: Cluster, kind: str) -> None:
    if kind == "deploy":
        cluster = running(1)
    cluster.rollout.restart(kind, "web")
    before = cluster.version
    with pytest.raises(BadRequest) as refused:
        cluster.rollout.restart(kind, "web")
    assert str(refused.value) == (
        "error: failed to create patch for web: if restart has already been triggered within the "
        "past second, please wait before attempting to trigger another"
    )
    assert cluster.version == before
    cluster.run(1)
    assert cluster.rollout.restart(kind, "web").endswith("restarted")


# -- ReplicaSets and their Pods -----------------------------------------------------------------------


def test_recreate_is_available_only_with_all_of_its_pods_d5() -> None:
    cluster = running(2, strategy={"type": "Recreate"})
    assert status(cluster, "Available")[0] == "True"
    cluster.make_unready(cluster.list("pods")[0].metadata.name)
    cluster.run(1)
    assert status(cluster, "Available")[:2] == ("False", "MinimumReplicasUnavailable")


def test_sick_old_pods_go_first_or_the_rollout_would_stand_still_d4() -> None:
    cluster = running(3)  # surge 1, none may be missing
    sick = cluster.list("pods")[1].metadata.name
    cluster.make_unready(sick)
    cluster.set_image("deploy", "web", "nginx:1.28")
    cluster.settle()
    assert sets(cluster) == {"1": 0, "2": 3}
    assert said(cluster, "SuccessfulDelete")[0] == f"Deleted pod: {sick}"


def test_a_replicaset_that_no_longer_matches_is_released_d1() -> None:
    cluster = running(2)
    name = cluster.list("rs")[0].metadata.name
    cluster.patch("rs", name, {"metadata": {"labels": {"app": "other"}}})
    cluster.settle()
    assert not cluster.get("rs", name).metadata.ownerReferences
    assert cluster.get("rs", name).spec.replicas == 2
    found = [rs.metadata.name for rs in cluster.list("rs") if rs.metadata.ownerReferences]
    assert len(found) == 1
    assert found != [name]


def test_shares_are_rounded_as_go_rounds_d4() -> None:
    cluster = running(3, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}})
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(10)
    assert sets(cluster) == {"1": 3, "2": 1}
    cluster.scale("deploy", "web", 5)
    cluster.run(10)
    assert sets(cluster) == {"1": 5, "2": 1}  # 3 * 6 / 4 = 4.5: to even it would be 4, and 2


def test_status_is_written_before_a_pod_that_may_be_refused_d7() -> None:
    cluster = running(2)
    name = cluster.list("pods")[0].metadata.name
    cluster.delete("pod", name, grace_period=0, force=True)
    plan = replicaset.plan(
        cluster.view, Key("ReplicaSet", "default", cluster.list("rs")[0].metadata.name)
    )
    assert [type(d) for d in plan] == [UpdateStatus, Create]


def test_pods_of_all_replicasets_count_on_a_node_when_one_must_go_d6() -> None:
    cluster = Cluster(nodes=2, seed=3)
    cluster.cordon("node-2")
    cluster.apply(deployment(1))  # one Pod on node-1 …
    cluster.run(20)
    cluster.uncordon("node-2")
    cluster.cordon("node-1")
    rolling = {"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}
    cluster.patch("deploy", "web", {"spec": {"strategy": rolling, "replicas": 2}})
    cluster.run(20)  # … one on node-2, the newer
    cluster.uncordon("node-1")
    cluster.cordon("node-2")
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(5)  # and two broken ones of the next ReplicaSet on node-1
    old = next(rs for rs in cluster.list("rs") if rs.metadata.annotations[REVISION] == "1")
    first = cluster.list("pods", labels=f"pod-template-hash={old.metadata.name[4:]}")
    on = {p.spec.nodeName: p.metadata.name for p in first}
    cluster.rollout.pause("web")
    cluster.run(1)
    before = set(said(cluster, "SuccessfulDelete"))
    cluster.scale("rs", old.metadata.name, 1)
    cluster.run(0)
    gone = set(said(cluster, "SuccessfulDelete")) - before
    assert f"Deleted pod: {on['node-1']}" in gone


def test_terminating_pods_are_counted_apart_d7() -> None:
    cluster = running(2)
    cluster.delete("pod", cluster.list("pods")[0].metadata.name)
    cluster.run(1)
    (rs,) = cluster.list("rs")
    assert (rs.status.replicas, rs.status.terminatingReplicas) == (2, 1)
    assert cluster.get("deploy", "web").status.terminatingReplicas == 1
    cluster.settle()
    assert cluster.get("deploy", "web").status.terminatingReplicas == 0


def test_names_that_the_server_makes_have_at_most_63_letters_d2() -> None:
    cluster = Cluster()
    doc = deployment(1)
    doc["metadata"]["name"] = "w" * 60
    cluster.apply(doc)
    cluster.run(0)
    (pod,) = cluster.list("pods")
    assert pod.metadata.name[:58] == "w" * 58
    assert len(pod.metadata.name) == 63


def test_a_paused_deployment_drops_old_replicasets_d8() -> None:
    cluster = running(1)
    for image in ("nginx:1.28", "nginx:1.29"):
        cluster.set_image("deploy", "web", image)
        cluster.settle()
    cluster.make_unready(cluster.list("pods")[0].metadata.name)
    cluster.run(1)
    cluster.rollout.pause("web")
    cluster.patch("deploy", "web", {"spec": {"revisionHistoryLimit": 1}})
    cluster.settle()
    assert sets(cluster) == {"2": 0, "3": 1}
