"""Init containers and sidecars: one after another, before the rest (P7, P16, K3, K5)."""

from __future__ import annotations

from statefulkit import Cluster, tables

POD = """
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  initContainers:
    - {name: first, image: "busybox:1.36"}
    - {name: log, image: "busybox:1.36", restartPolicy: Always}
    - {name: last, image: "busybox:1.36"}
  containers:
    - {name: c, image: "nginx:1.27"}
"""


def statuses(manifest: str) -> tuple[Cluster, list[str]]:
    """The STATUS column in order of change, without repeats."""
    cluster = Cluster()
    cluster.apply(manifest)
    seen: list[str] = []
    while cluster.step().shape[0]:
        status = tables.pods(cluster).STATUS.iloc[0]
        if not seen or seen[-1] != status:
            seen.append(status)
    return cluster, seen


def test_init_containers_run_in_order_p7_k5() -> None:
    cluster, seen = statuses(POD)
    assert seen == ["Pending", "Init:0/3", "Init:1/3", "Init:2/3", "PodInitializing", "Running"]
    assert tables.pods(cluster).READY.tolist() == ["2/2"]  # K3: the sidecar counts


def test_initialized_turns_true_after_the_last_p3() -> None:
    cluster, _ = statuses(POD)
    conditions = [
        {c.type: c.status for c in r.after.status.conditions or ()}
        for r in cluster.view.records()
        if r.key.name == "p" and r.key.kind == "Pod" and r.after is not None and r.verb == "status"
    ]
    order = [c.get("Initialized") for c in conditions]
    assert order.index("True") > order.index("False")
    assert all(c.get("Ready") != "True" for c in conditions if c.get("Initialized") != "True")


def test_an_image_of_an_init_container_that_cannot_be_pulled_k5() -> None:
    cluster = Cluster()
    cluster.apply(POD.replace("busybox:1.36", "busybox:broken", 1))
    cluster.run(60)
    assert tables.pods(cluster).STATUS.tolist() == ["Init:ImagePullBackOff"]
    assert cluster.get("pod", "p").status.containerStatuses[0].state.waiting.reason == (
        "PodInitializing"
    )
