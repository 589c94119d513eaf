"""Several containers of one Pod: each has its own image, readiness and restarts (P4, P7 to P9)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, explain, tables
from statefulkit.api.errors import BadRequest
from statefulkit.views.looks import BROKEN as SICK
from statefulkit.views.looks import of_pod
from tests.conformance.stories import messages, pod, running, statuses, watched

BROKEN = {"name": "side", "image": "side:broken"}
MAIN = {"name": "main", "image": "main:1"}
PROBED = {"name": "slow", "image": "slow:1"}
PROBED |= {"readinessProbe": {"tcpSocket": {"port": 80}, "initialDelaySeconds": 20}}


def two(second: dict[str, Any], **spec: Any) -> Cluster:
    """A Pod of the container main and another, 60 s old."""
    cluster = Cluster(nodes=1)
    cluster.apply(pod(containers=[MAIN, second], **spec))
    cluster.run(60)
    return cluster


def container(cluster: Cluster, number: int = 0) -> Any:
    return cluster.get("pod", "p").status.containerStatuses[number]


# -- images ---------------------------------------------------------------------------------------


def test_a_container_whose_image_is_missing_does_not_keep_the_others_p1_p9_k5() -> None:
    cluster = two(BROKEN)
    assert watched(cluster)[1:4] == [
        "p 0/2 ContainerCreating", "p 1/2 ErrImagePull", "p 1/2 ImagePullBackOff",
    ]  # fmt: skip
    assert cluster.get("pod", "p").status.phase == "Pending"  # not all containers have been started
    cluster.write_file("p", "/note", "main runs")  # kubectl exec goes there
    assert cluster.read_file("p", "/note") == "main runs"
    with pytest.raises(BadRequest, match=r'container not found \("side"\)'):
        cluster.read_file("p", "/note", container="side")


def test_what_helps_where_an_init_container_has_no_image_p9() -> None:
    cluster = Cluster()
    cluster.apply(pod(initContainers=[{"name": "i", "image": "x:broken"}]))
    cluster.run(20)
    assert "the image of p can't be pulled. Correct the image." in str(explain(cluster, "pod/p"))
    assert of_pod(cluster.get("pod", "p")) == SICK


def test_the_images_of_containers_are_pulled_after_the_init_containers_p7_k5() -> None:
    cluster = Cluster(nodes=1)
    cluster.apply(pod(image="x:broken", initContainers=[{"name": "i", "image": "busybox:1"}]))
    cluster.run(5)
    assert [line.removeprefix("p 0/1 ") for line in watched(cluster)] == [
        "Pending", "Init:0/1", "PodInitializing", "ErrImagePull", "ImagePullBackOff",
    ]  # fmt: skip


def test_another_image_ends_the_wait_at_once_p9() -> None:
    cluster = two(BROKEN)
    start = cluster.time
    cluster.set_image("pod", "p", "side:1", container="side")
    cluster.settle()
    assert statuses(cluster) == {"p": "2/2 Running"}
    assert cluster.time - start == 1.2 + 0.3  # a pull and a start
    assert container(cluster, 1).image == "side:1"
    assert [container(cluster, n).restartCount for n in range(2)] == [0, 0]


def test_pods_that_pull_one_image_at_a_time_each_say_which_e15() -> None:
    cluster = running(pod("p"), pod("q"))
    took = "in 1.2s (1.2s including waiting). Image size: 72000000 bytes."
    assert messages(cluster, "Pulled") == [f'Successfully pulled image "nginx:1.27" {took}'] * 2


def test_a_container_whose_image_is_changed_is_restarted_in_its_pod_p8_v18() -> None:
    """Kubernetes' page on Pods: an image is one of the few fields of a Pod that can be updated."""
    cluster = two(PROBED)
    before = cluster.get("pod", "p")
    for name in ("main", "slow"):
        cluster.write_file("p", "/note", name, container=name)
    since = cluster.version
    cluster.set_image("pod", "p", "main:2", container="main")
    cluster.settle()
    assert messages(cluster, "Killing") == ["Container main definition changed, will be restarted"]
    assert watched(cluster, since) == ["p 1/2 NotReady", "p 2/2 Running"]  # K5.3
    now, was = container(cluster), before.status.containerStatuses[0]
    assert (now.image, now.restartCount, was.restartCount) == ("main:2", 1, 0)
    assert now.lastState.terminated.exitCode == 0
    assert container(cluster, 1) == before.status.containerStatuses[1]
    assert cluster.get("pod", "p").status.podIP == before.status.podIP
    assert cluster.read_file("p", "/note", container="main") is None
    assert cluster.read_file("p", "/note", container="slow") == "slow"


def test_a_changed_image_that_is_missing_leaves_the_pod_running_p1_p9() -> None:
    cluster = running(pod())
    since = cluster.version
    cluster.set_image("pod", "p", "nginx:broken")
    cluster.run(10)
    assert watched(cluster, since) == [
        "p 0/1 Completed", "p 0/1 ErrImagePull", "p 0/1 ImagePullBackOff",
    ]  # fmt: skip
    assert cluster.get("pod", "p").status.phase == "Running"
    cluster.set_image("pod", "p", "nginx:1.27")
    cluster.run(1)
    assert statuses(cluster) == {"p": "1/1 Running"}
    assert container(cluster).restartCount == 1


# -- readiness ------------------------------------------------------------------------------------


def test_each_container_is_ready_by_itself_p4_t41() -> None:
    cluster = two(PROBED)
    assert watched(cluster)[-2:] == ["p 1/2 Running", "p 2/2 Running"]
    ready, contained = cluster.get("pod", "p").status.conditions[2:4]
    assert (ready.type, ready.status, ready.reason) == ("Ready", "True", None)
    assert ready.lastTransitionTime == contained.lastTransitionTime


def test_a_pod_says_which_containers_are_not_ready_p3_t45() -> None:
    cluster = two(PROBED)
    cluster.make_unready("p")  # the container that is probed
    cluster.run(1)
    assert statuses(cluster) == {"p": "1/2 Running"}
    for told in cluster.get("pod", "p").status.conditions[2:4]:
        assert (told.status, told.reason) == ("False", "ContainersNotReady")
        assert told.message == "containers with unready status: [slow]"
    assert tables.pods(cluster).RESTARTS.tolist() == ["0"]


def test_a_pod_says_which_init_containers_are_not_done_p3() -> None:
    cluster = Cluster(nodes=1)
    inits = [{"name": n, "image": f"{n}:1"} for n in ("i", "j")]
    cluster.apply(pod(initContainers=inits))
    told = []
    while cluster.step().shape[0]:
        for c in cluster.get("pod", "p").status.conditions or ():
            if c.type == "Initialized" and c.message not in told:
                told.append(c.message)
    assert told == [
        "containers with incomplete status: [i j]", "containers with incomplete status: [j]", None,
    ]  # fmt: skip


# -- restarts -------------------------------------------------------------------------------------


def test_a_crash_leaves_the_other_containers_alone_p4_p8() -> None:
    cluster = two(PROBED)
    other, since = container(cluster, 1), cluster.version
    cluster.crash("p")
    cluster.settle()
    assert watched(cluster, since) == [
        "p 1/2 Error",
        "p 2/2 Running",
    ]  # main has no probe to wait for
    assert container(cluster, 1) == other
    assert container(cluster).restartCount == 1


def test_a_crash_is_seen_before_the_probes_delay_is_over_p8() -> None:
    cluster = Cluster(nodes=1)
    cluster.apply(pod(containers=[PROBED]))
    cluster.run(5)
    start = cluster.time
    cluster.crash("p")
    cluster.run(0)
    assert statuses(cluster) == {"p": "0/1 Error"}
    cluster.settle()
    assert cluster.time - start == 0.3 + 20  # the delay counts from the restart


def test_another_image_ends_the_back_off_at_once_p8() -> None:
    """A container with another definition has a back-off of its own."""
    cluster = running(pod())
    for wait in (60, 5):  # in the second the container is in CrashLoopBackOff
        cluster.crash("p")
        cluster.run(wait)
    assert statuses(cluster) == {"p": "0/1 CrashLoopBackOff"}
    cluster.set_image("pod", "p", "nginx:1.28")
    cluster.run(1.2 + 0.3)
    assert statuses(cluster) == {"p": "1/1 Running"}
    assert (container(cluster).image, container(cluster).restartCount) == ("nginx:1.28", 2)
    cluster.crash("p")
    cluster.run(0.3)
    assert statuses(cluster) == {"p": "1/1 Running"}  # a first crash again


# -- the end --------------------------------------------------------------------------------------


def test_only_what_runs_is_stopped_e17() -> None:
    cluster = two(BROKEN)
    cluster.delete("pod", "p")
    cluster.settle()
    assert messages(cluster, "Killing") == ["Stopping container main"]


def test_nobody_gets_into_a_pod_that_has_ended() -> None:
    cluster = running(pod())
    cluster.fail_pod("p")
    with pytest.raises(BadRequest) as refused:
        cluster.read_file("p", "/note")
    assert str(refused.value) == (
        "error: cannot exec into a container in a completed pod; current phase is Failed"
    )
