"""A Pod's life on its node: conditions, restarts, the end (P1 to P16)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, tables
from statefulkit.api.errors import AlreadyExists
from statefulkit.store import seconds
from tests.conformance.stories import (
    conditions,
    messages,
    pod,
    running,
    started,
    statuses,
    trace,
    watched,
)


def with_probe(**probe: Any) -> dict[str, Any]:
    container = {"name": "c", "image": "nginx:1.27"}
    return pod(containers=[container | {"readinessProbe": {"tcpSocket": {"port": 80}} | probe}])


def seen(cluster: Cluster, name: str, what: Any) -> list[Any]:
    """What `what(pod)` was along the versions of a Pod, without repeats."""
    values = [what(p) for _, p in cluster.watch("pod") if p.metadata.name == name]
    return [v for i, v in enumerate(values) if i == 0 or v != values[i - 1]]


# -- phases, conditions, readiness ----------------------------------------------------------------


def test_a_life_in_phases_p1_p2() -> None:
    cluster = running(pod())
    cluster.delete("pod", "p")
    cluster.settle()
    assert seen(cluster, "p", lambda p: p.status.phase) == ["Pending", "Running", "Succeeded"]
    assert [type_ for type_, _ in cluster.watch("pod")][-1] == "DELETED"


def test_a_crash_leaves_the_phase_running_p1_p8() -> None:
    cluster = running(pod())
    for _ in range(3):
        cluster.crash("p")
        cluster.settle()
    assert seen(cluster, "p", lambda p: p.status.phase) == ["Pending", "Running"]


def test_conditions_turn_true_in_order_p3() -> None:
    cluster = running(pod(initContainers=[{"name": "i", "image": "busybox:1.36"}]))
    order: list[set[str]] = []
    for _, p in cluster.watch("pod"):
        true = {t for t, status in conditions(p).items() if status == "True"}
        order += [true - set().union(*order)] if true - set().union(*order) else []
    assert order == [
        {"PodScheduled"},
        {"PodReadyToStartContainers"},
        {"Initialized"},
        {"ContainersReady", "Ready"},
    ]
    assert [c.type for c in cluster.get("pod", "p").status.conditions] == [
        "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled",
    ]  # fmt: skip


def test_binding_makes_a_pod_scheduled_in_the_same_write_p3_p17() -> None:
    cluster = running(pod(nodeSelector={"disk": "ssd"}))
    cluster.patch("node", "node-1", {"metadata": {"labels": {"disk": "ssd"}}})
    cluster.settle()
    found = seen(cluster, "p", lambda p: (p.spec.nodeName, conditions(p).get("PodScheduled")))
    assert found == [(None, None), (None, "False"), ("node-1", "True")]
    told = cluster.get("pod", "p").status.conditions[-1]
    assert (told.type, told.reason, told.message) == ("PodScheduled", None, None)


def test_without_a_probe_running_is_ready_p4() -> None:
    cluster = running(pod())
    ready = seen(cluster, "p", lambda p: (p.status.phase, conditions(p).get("Ready") == "True"))
    assert ready == [("Pending", False), ("Running", True)]


def test_a_probe_has_defaults_and_delays_ready_p4() -> None:
    cluster = running(with_probe(initialDelaySeconds=7))
    probe = cluster.get("pod", "p").spec.containers[0].readinessProbe
    assert (probe.periodSeconds, probe.timeoutSeconds) == (10, 1)
    assert (probe.successThreshold, probe.failureThreshold) == (1, 3)
    assert watched(cluster)[-2:] == ["p 0/1 Running", "p 1/1 Running"]
    times = cluster.history.query("object == 'pod/p' and verb == 'status'").time.tolist()
    assert times[-1] - times[-2] == 7


def test_a_failed_readiness_check_blocks_the_set_and_restarts_nothing_p5() -> None:
    cluster = started()
    cluster.make_unready("web-1")
    cluster.settle()
    assert messages(cluster, "Unhealthy") == [  # E18
        "Readiness probe failed: HTTP probe failed with statuscode: 503"
    ]
    assert cluster.resolve("web-1.nginx").rcode == "NXDOMAIN"
    start = cluster.version
    for replicas in (4, 2):
        cluster.scale("sts", "web", replicas)
        cluster.run(1000)
    cluster.scale("sts", "web", 3)
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.run(1000)
    assert trace(cluster, start) == []
    assert tables.pods(cluster).RESTARTS.tolist() == ["0"] * 3
    cluster.make_ready("web-1")
    cluster.settle()
    assert trace(cluster, start)[:2] == ["ready web-1", "delete web-2"]


def test_available_means_ready_without_a_break_p6() -> None:
    cluster = started(replicas=1, minReadySeconds=60)
    cluster.make_unready("web-0")
    cluster.run(1)

    def available() -> int:
        return int(cluster.get("sts", "web").status.availableReplicas or 0)

    cluster.make_ready("web-0")
    cluster.run(40)
    assert (cluster.get("sts", "web").status.readyReplicas, available()) == (1, 0)
    cluster.make_unready("web-0")
    cluster.run(1)
    cluster.make_ready("web-0")  # the clock starts anew
    cluster.run(58)
    assert available() == 0
    cluster.run(2)
    assert available() == 1


def why_waiting(found: Any) -> str:
    states = [c.state.waiting for c in found.status.containerStatuses or () if c.state.waiting]
    return (states and states[0].message) or ""


def test_a_pod_has_its_quality_of_service_class() -> None:
    container = {"name": "c", "image": "nginx:1.27", "resources": {"limits": {"memory": "1024Mi"}}}
    made = Cluster().apply(pod(containers=[container]))[0]
    assert made.status.qosClass == "Burstable"
    assert made.spec.containers[0].resources.requests == {"memory": "1Gi"}


# -- restarts -------------------------------------------------------------------------------------


def test_restarts_wait_longer_each_time_and_are_forgiven_p8() -> None:
    cluster = running(pod())
    before = cluster.get("pod", "p")
    delays = []
    for _ in range(8):
        start = cluster.time
        cluster.crash("p")
        cluster.settle()
        delays.append(round(cluster.time - start - 0.3))
    assert delays == [0, 10, 20, 40, 80, 160, 300, 300]
    told = [m for m in seen(cluster, "p", why_waiting) if m.startswith("back-off")]
    uid = before.metadata.uid
    assert told == [  # E19
        f"back-off {delay} restarting failed container=c pod=p_default({uid})"
        for delay in ("10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s")
    ]
    assert set(messages(cluster, "BackOff")) == {
        f"Back-off restarting failed container c in pod p_default({uid})"
    }
    after = cluster.get("pod", "p")
    assert (after.metadata.uid, after.status.podIP) == (uid, before.status.podIP)
    assert tables.pods(cluster).RESTARTS[0].startswith("8 (")
    cluster.run(599)
    early = cluster.fork()
    early.crash("p")
    early.run(10)
    assert statuses(early)["p"] == "0/1 CrashLoopBackOff"  # it ran 9 s less than 10 minutes
    cluster.run(1)
    for delay in (0, 10):  # and now the row starts anew
        start = cluster.time
        cluster.crash("p")
        cluster.settle()
        assert round(cluster.time - start - 0.3) == delay


def test_an_image_that_is_there_is_told_at_each_start_e15_e16() -> None:
    two = [{"name": n, "image": f"{n}:1"} for n in ("nginx", "busybox")]
    cluster = running(pod(containers=two))
    cluster.apply(pod("q", containers=[two[0] | {"name": "c"}]))
    cluster.settle()
    there = 'Container image "nginx:1" already present on machine'
    assert counts(cluster, "q") == {there: 1, "Created container: c": 1, "Started container c": 1}
    cluster.crash("p")  # its first container
    cluster.settle()
    assert counts(cluster, "p") == {
        there: 1, "Created container: nginx": 2, "Started container nginx": 2,
        "Created container: busybox": 1, "Started container busybox": 1,
    }  # fmt: skip


def counts(cluster: Cluster, name: str) -> dict[str, int]:
    """How often a Pod's containers were told to start, by message."""
    found = [e for e in cluster.list("events") if e.involvedObject.name == name]
    words = ("Container image", "Created", "Started")
    return {e.message: e.count for e in found if e.message.startswith(words)}


def test_what_a_watch_shows_of_crashes_p8_k5() -> None:
    cluster = running(pod())
    start = cluster.version
    cluster.crash("p")
    cluster.settle()
    cluster.crash("p")
    cluster.run(5)
    assert watched(cluster, start) == [
        "p 0/1 Error", "p 1/1 Running", "p 0/1 Error", "p 0/1 CrashLoopBackOff",
    ]  # fmt: skip
    assert tables.pods(cluster).RESTARTS.tolist() == ["1 (5s ago)"]  # the second is still to come
    cluster.settle()
    assert tables.pods(cluster).RESTARTS.tolist() == ["2 (10s ago)"]


def test_an_image_that_cannot_be_pulled_p9() -> None:
    cluster = Cluster(nodes=1)
    cluster.apply(pod(image="nginx:broken"))
    cluster.run(700)
    assert watched(cluster) == [
        "p 0/1 Pending",
        "p 0/1 ContainerCreating",
        *["p 0/1 ErrImagePull", "p 0/1 ImagePullBackOff"] * 7,
    ]
    pulls = cluster.history.query("reason == 'cannot pull image nginx:broken for p'").time
    waits = [round(t - 1.2) for t in pulls.diff()[1:]]  # a pull takes 1.2 s
    assert waits == [10, 20, 40, 80, 160, 300]
    found = cluster.get("pod", "p").status
    assert (found.phase, found.containerStatuses[0].restartCount) == ("Pending", 0)
    assert messages(cluster, "BackOff") == ['Back-off pulling image "nginx:broken"']  # E20
    assert messages(cluster, "Failed") == [
        'Failed to pull image "nginx:broken": not found',
        "Error: ErrImagePull",
        "Error: ImagePullBackOff",
    ]


@pytest.mark.parametrize(
    ("image", "policy"),
    [("nginx", "Always"), ("nginx:latest", "Always"), ("nginx:1.27", "IfNotPresent"),
     ("localhost:5000/nginx", "Always"), ("nginx@sha256:" + "0" * 64, "IfNotPresent")],
)  # fmt: skip
def test_the_pull_policy_has_a_default_p9(image: str, policy: str) -> None:
    cluster = Cluster(nodes=1)
    (made,) = cluster.apply(pod(image=image))
    assert made.spec.containers[0].imagePullPolicy == policy


# -- termination ----------------------------------------------------------------------------------


def test_a_graceful_end_p11_p12() -> None:
    cluster = started(replicas=1)
    address, start = cluster.get("pod", "web-0").status.podIP, cluster.time
    cluster.write_file("web-0", "/usr/share/nginx/html/index.html", "still here")
    since = cluster.version
    cluster.delete("pod", "web-0")
    cluster.run(0)
    meta = cluster.get("pod", "web-0").metadata
    assert meta.deletionGracePeriodSeconds == 30
    assert seconds(meta.deletionTimestamp) == int(start + 30)
    assert statuses(cluster) == {"web-0": "1/1 Terminating"}
    assert cluster.resolve("nginx").rcode == "NXDOMAIN"  # at once (N8)
    assert conditions(cluster.get("pod", "web-0"))["Ready"] == "True"  # P12
    assert cluster.request(f"http://{address}/").body == "still here"
    with pytest.raises(AlreadyExists):
        cluster.create(pod("web-0"))
    cluster.settle()
    assert messages(cluster, "Killing") == ["Stopping container nginx"]  # E17
    assert trace(cluster, since) == ["delete web-0", "gone web-0", "create web-0", "ready web-0"]


def test_without_a_node_it_goes_at_once_p13() -> None:
    cluster = running(pod(nodeSelector={"disk": "ssd"}))
    cluster.delete("pod", "p")
    assert trace(cluster) == ["create p", "gone p"]


def test_a_finalizer_delays_the_end_p13() -> None:
    doc = pod()
    doc["metadata"]["finalizers"] = ["example.com/wait"]
    cluster = running(doc)
    cluster.delete("pod", "p")
    cluster.run(3600)
    assert cluster.get("pod", "p").status.phase == "Succeeded"
    cluster.patch("pod", "p", {"metadata": {"finalizers": None}}, type="merge")
    cluster.settle()
    assert trace(cluster)[-2:] == ["delete p", "gone p"]


def test_force_takes_the_object_and_not_the_process_p14() -> None:
    cluster = running(pod())
    address = cluster.get("pod", "p").status.podIP
    cluster.delete("pod", "p", force=True)
    assert tables.pods(cluster).empty
    assert cluster.request(f"http://{address}/").status == 200
    cluster.settle()  # its kubelet is well and hears of it
    assert cluster.request(f"http://{address}/").status is None


def test_a_second_delete_can_only_shorten_p15() -> None:
    cluster = running(pod())
    start = cluster.time
    for grace, kept in ((30, 30), (60, 30), (1, 1), (30, 1)):
        cluster.delete("pod", "p", grace_period=grace)
        assert cluster.get("pod", "p").metadata.deletionGracePeriodSeconds == kept
        cluster.run(0)
    cluster.settle()
    assert tables.pods(cluster).empty
    assert cluster.time - start == 1


def test_sidecars_stop_last_and_in_reverse_p16() -> None:
    sidecars = [{"name": n, "image": "nginx:1.27", "restartPolicy": "Always"} for n in ("a", "b")]
    cluster = running(pod(initContainers=sidecars))
    assert statuses(cluster) == {"p": "3/3 Running"}
    cluster.delete("pod", "p")
    cluster.settle()
    assert messages(cluster, "Killing") == [
        "Stopping container c", "Stopping container b", "Stopping container a",
    ]  # fmt: skip
    assert watched(cluster)[-2:] == ["p 3/3 Terminating", "p 0/3 Completed"]
