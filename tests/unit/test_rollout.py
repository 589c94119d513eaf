"""`kubectl rollout` in kubectl's words (K15, K16, K21 to K24, S44, S48, S50)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster
from statefulkit.api.errors import BadRequest
from statefulkit.api.manifest import load
from tests.unit.test_deployment import running

COMPLETE = "partitioned roll out complete: 3 new pods have been updated..."


def lines(
    cluster: Cluster, kind: str = "sts", name: str = "web", timeout: float = 300
) -> list[str]:
    """What `rollout status` prints until nothing is left to do, without repeats."""
    found = [cluster.rollout.status(kind, name)]
    end = cluster.time + timeout
    while cluster.time < end and len(cluster.step()):
        line = cluster.rollout.status(kind, name)
        if line != found[-1]:
            found.append(line)
    return found


def with_strategy(manifest: str, strategy: dict[str, Any]) -> Cluster:
    cluster = Cluster(seed=2)
    for doc in load(manifest):
        if doc["kind"] == "StatefulSet":
            doc["spec"]["updateStrategy"] = strategy
        cluster.apply(doc)
    cluster.settle()
    return cluster


def test_status_of_a_rolling_update_g2_k21_t19(cluster: Cluster) -> None:
    assert cluster.rollout.status("sts", "web") == COMPLETE
    cluster.set_image("sts", "web", "nginx:1.28")
    updated = (
        "Waiting for partitioned roll out to finish: {} out of 3 new pods have been updated..."
    )
    waiting = "Waiting for 1 pods to be ready..."
    assert lines(cluster) == [
        "Waiting for statefulset spec update to be observed...",
        updated.format(0),
        waiting,
        updated.format(1),
        waiting,
        updated.format(2),
        waiting,
        COMPLETE,
    ]


def test_status_with_a_partition_g6_k21(cluster: Cluster) -> None:
    change = {"spec": {"updateStrategy": {"rollingUpdate": {"partition": 2}}}}
    cluster.patch("sts", "web", change)
    cluster.set_image("sts", "web", "nginx:1.28")
    assert lines(cluster)[-1] == "partitioned roll out complete: 1 new pods have been updated..."


def test_status_without_rolling_update_field_k21(manifest: str) -> None:
    cluster = with_strategy(manifest, {"type": "RollingUpdate"})
    first = cluster.get("sts", "web").status.currentRevision
    assert cluster.rollout.status("sts", "web") == (
        f"statefulset rolling update complete 3 pods at revision {first}..."
    )
    cluster.set_image("sts", "web", "nginx:1.28")
    said = lines(cluster)
    second = cluster.get("sts", "web").status.currentRevision
    update = "waiting for statefulset rolling update to complete {} pods at revision {}..."
    assert said[1] == update.format(0, second)
    assert said[-1] == f"statefulset rolling update complete 3 pods at revision {second}..."


def test_status_needs_rolling_update_k21(manifest: str) -> None:
    cluster = with_strategy(manifest, {"type": "OnDelete"})
    text = "error: rollout status is only available for RollingUpdate strategy type"
    with pytest.raises(BadRequest, match=text):
        cluster.rollout.status("sts", "web")


def test_status_of_a_deployment_k22() -> None:
    cluster = running(3)
    cluster.set_image("deploy", "web", "nginx:1.28")
    waiting = 'Waiting for deployment "web" rollout to finish: '
    said = lines(cluster, "deploy")
    assert said[0] == "Waiting for deployment spec update to be observed..."
    assert f"{waiting}1 out of 3 new replicas have been updated..." in said
    assert f"{waiting}1 old replicas are pending termination..." in said
    assert said[-1] == 'deployment "web" successfully rolled out'


def test_status_of_a_new_deployment_counts_available_k22() -> None:
    cluster = running(3)
    cluster.make_unready(cluster.list("pods")[0].metadata.name)
    cluster.run(1)
    assert cluster.rollout.status("deploy", "web") == (
        'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...'
    )


def test_a_deadline_that_is_over_is_an_error_k22() -> None:
    cluster = running(3, progressDeadlineSeconds=30)
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(60)
    with pytest.raises(BadRequest, match='error: deployment "web" exceeded its progress deadline'):
        cluster.rollout.status("deploy", "web")


def numbers(cluster: Cluster, kind: str = "sts") -> list[int]:
    return list(cluster.rollout.history(kind, "web").REVISION)


def test_going_back_raises_a_number_and_the_old_one_is_gone_s48_g12_k23(cluster: Cluster) -> None:
    for image in ("nginx:1.28", "nginx:1.29", "nginx:1.28"):
        cluster.set_image("sts", "web", image)
        cluster.settle()
    assert numbers(cluster) == [1, 3, 4]
    images = [cluster.rollout.history("sts", "web", revision=n) for n in (1, 3, 4)]
    assert [t.spec.containers[0].image for t in images] == [
        "nginx:1.27",
        "nginx:1.29",
        "nginx:1.28",
    ]
    assert cluster.rollout.undo("sts", "web") == "statefulset.apps/web rolled back"  # K24
    assert cluster.get("sts", "web").spec.template.spec.containers[0].image == "nginx:1.29"


def test_the_change_cause_is_the_annotation_k23_s45(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    cluster.settle()
    cause = {"kubernetes.io/change-cause": "newer nginx"}
    cluster.patch("sts", "web", {"metadata": {"annotations": cause}})
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    table = cluster.rollout.history("sts", "web")
    assert list(table["CHANGE-CAUSE"]) == ["<none>", "newer nginx"]


@pytest.mark.parametrize(("kind", "prefix"), [("sts", "statefulset"), ("deploy", "deployment")])
def test_undo_in_kubectls_words_k16(cluster: Cluster, kind: str, prefix: str) -> None:
    alone = "no last revision to roll back to"
    if kind == "deploy":
        cluster, alone = running(1), 'no rollout history found for deployment "web"'
    with pytest.raises(BadRequest, match=f"^error: {alone}$"):
        cluster.rollout.undo(kind, "web")
    cluster.set_image(kind, "web", "nginx:1.28")
    cluster.settle()
    with pytest.raises(
        BadRequest, match=r"^error: unable to find specified revision 9 in history$"
    ):
        cluster.rollout.undo(kind, "web", to_revision=9)
    skipped = "skipped rollback (current template already matches revision 2)"
    assert cluster.rollout.undo(kind, "web", to_revision=2) == f"{prefix}.apps/web {skipped}"
    assert cluster.rollout.undo(kind, "web", to_revision=1) == f"{prefix}.apps/web rolled back"
    cluster.settle()
    assert numbers(cluster, kind) == [2, 3]
    assert cluster.list("pods")[0].spec.containers[0].image == "nginx:1.27"


def test_restart_replaces_every_pod_s50_k15(cluster: Cluster) -> None:
    before = {p.metadata.uid for p in cluster.list("pods")}
    cluster.run(61)
    assert cluster.rollout.restart("sts", "web") == "statefulset.apps/web restarted"
    notes = cluster.get("sts", "web").spec.template.metadata.annotations
    assert notes == {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:01:10Z"}
    cluster.settle()
    assert not before & {p.metadata.uid for p in cluster.list("pods")}


def test_pause_and_resume_a_deployment() -> None:
    cluster = running(1)
    with pytest.raises(BadRequest, match=r'error: deployments\.apps "web" is not paused'):
        cluster.rollout.resume("web")
    assert cluster.rollout.pause("web") == "deployment.apps/web paused"
    with pytest.raises(BadRequest, match="is already paused"):
        cluster.rollout.pause("web")
    assert cluster.rollout.resume("web") == "deployment.apps/web resumed"


def test_other_kinds_have_no_rollouts(cluster: Cluster) -> None:
    with pytest.raises(BadRequest, match="no status viewer has been implemented for v1 Pod"):
        cluster.rollout.status("pod", "web-0")
    with pytest.raises(BadRequest, match="unable to find the specified revision"):
        cluster.rollout.history("sts", "web", revision=7)
