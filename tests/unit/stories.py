"""Short stories of a StatefulSet and the controller's own account of them: what it did and why.

`python -m tests.unit.stories` writes the accounts anew; look at the difference before you commit it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from statefulkit import Cluster
from statefulkit.api.manifest import load
from tests.conftest import MANIFEST

FOLDER = Path(__file__).parent / "golden"
NEW = "nginx:1.28"


def start(replicas: int = 3, gates: tuple[str, ...] = (), **spec: Any) -> Cluster:
    cluster = Cluster(seed=11, feature_gates=gates)
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["spec"] |= {"replicas": replicas} | spec
        cluster.apply(doc)
    cluster.settle()
    return cluster


def patch(cluster: Cluster, **spec: Any) -> None:
    cluster.patch("sts", "web", {"spec": spec}, type="merge")


def created_and_scaled() -> Cluster:
    cluster = start(2)
    for replicas in (6, 1):
        cluster.scale("sts", "web", replicas)
        cluster.settle()
    return cluster


def parallel() -> Cluster:
    cluster = start(3, podManagementPolicy="Parallel")
    cluster.scale("sts", "web", 1)
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(30)
    return cluster


def updated_and_back() -> Cluster:
    cluster = start(3, revisionHistoryLimit=1)
    for image in (NEW, "nginx:1.29", "nginx:1.30", NEW):
        cluster.set_image("sts", "web", image)
        cluster.settle()
    return cluster


def stuck_update() -> Cluster:
    cluster = start()
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(60)
    cluster.set_image("sts", "web", "nginx:1.27")
    cluster.run(60)
    cluster.delete("pod", "web-2")
    cluster.settle()
    return cluster


def unready_in_an_update() -> Cluster:
    cluster = start(5, podManagementPolicy="Parallel")
    cluster.make_unready("web-4")
    cluster.settle()
    cluster.set_image("sts", "web", NEW)
    cluster.run(3)
    cluster.make_unready("web-3")
    cluster.settle()
    return cluster


def canary() -> Cluster:
    cluster = start(5)
    patch(cluster, updateStrategy={"rollingUpdate": {"partition": 3}})
    cluster.set_image("sts", "web", NEW)
    cluster.settle()
    for name in ("web-4", "web-0"):
        cluster.delete("pod", name)
        cluster.settle()
    return cluster


def on_delete() -> Cluster:
    cluster = start(4, updateStrategy={"type": "OnDelete"})
    cluster.set_image("sts", "web", NEW)
    cluster.settle()
    cluster.delete("pod", "web-1")
    cluster.settle()
    return cluster


def start_moved() -> Cluster:
    cluster = start()
    patch(cluster, ordinals={"start": 5})
    cluster.settle()
    return cluster


def sick_condemned() -> Cluster:
    cluster = start(4)
    for name in ("web-2", "web-3"):
        cluster.make_unready(name)
    cluster.settle()
    cluster.scale("sts", "web", 1)
    cluster.settle()
    cluster.make_ready("web-3")
    cluster.settle()
    return cluster


def claims_go_with_pods() -> Cluster:
    policy = {"whenScaled": "Delete", "whenDeleted": "Delete"}
    cluster = start(3, persistentVolumeClaimRetentionPolicy=policy)
    cluster.scale("sts", "web", 1)
    cluster.run(1)
    cluster.scale("sts", "web", 3)
    cluster.settle()
    patch(
        cluster,
        persistentVolumeClaimRetentionPolicy={"whenScaled": "Retain", "whenDeleted": "Retain"},
    )
    cluster.settle()
    return cluster


def slow_to_be_available() -> Cluster:
    cluster = start(2, minReadySeconds=15)
    cluster.set_image("sts", "web", NEW)
    cluster.settle()
    return cluster


def failed_and_relabelled() -> Cluster:
    cluster = start()
    cluster.fail_pod("web-1")
    cluster.settle()
    label = {"statefulset.kubernetes.io/pod-name": "somebody"}
    cluster.patch("pod", "web-2", {"metadata": {"labels": label}})
    cluster.settle()
    cluster.patch("pod", "web-0", {"metadata": {"labels": {"app": "other"}}})
    cluster.run(5)
    return cluster


def orphaned_and_adopted() -> Cluster:
    cluster = start(2)
    cluster.delete("sts", "web", cascade="orphan")
    cluster.settle()
    cluster.apply(load(MANIFEST.read_text()))
    cluster.settle()
    return cluster


def deleted_in_the_foreground() -> Cluster:
    cluster = start(2)
    cluster.delete("sts", "web", cascade="foreground")
    cluster.settle()
    return cluster


def claim_being_deleted() -> Cluster:
    cluster = start(2)
    cluster.delete("pvc", "www-web-1")
    cluster.run(1)
    cluster.delete("pod", "web-1")
    cluster.settle()
    return cluster


def bad_template() -> Cluster:
    cluster = start(1)
    bad = [{"name": "c", "image": NEW, "volumeMounts": [{"name": "none", "mountPath": "/x"}]}]
    patch(cluster, template={"metadata": {"labels": {"app": "nginx"}}, "spec": {"containers": bad}})
    cluster.run(5)
    return cluster


def several_at_once() -> Cluster:
    gates = ("MaxUnavailableStatefulSet",)
    cluster = start(5, gates, updateStrategy={"rollingUpdate": {"maxUnavailable": "40%"}})
    cluster.set_image("sts", "web", NEW)
    cluster.settle()
    return cluster


def several_at_once_and_one_sick() -> Cluster:
    gates = ("MaxUnavailableStatefulSet",)
    rolling = {"rollingUpdate": {"maxUnavailable": 2, "partition": 1}}
    cluster = start(6, gates, updateStrategy=rolling, podManagementPolicy="Parallel")
    cluster.make_unready("web-0")
    cluster.settle()
    cluster.set_image("sts", "web", NEW)
    cluster.settle()
    return cluster


STORIES: dict[str, Callable[[], Cluster]] = {
    f.__name__: f
    for f in (
        created_and_scaled, parallel, updated_and_back, stuck_update, unready_in_an_update, canary,
        on_delete, start_moved, sick_condemned, claims_go_with_pods, slow_to_be_available,
        failed_and_relabelled, orphaned_and_adopted, deleted_in_the_foreground, claim_being_deleted,
        bad_template, several_at_once, several_at_once_and_one_sick,
    )
}  # fmt: skip


def account(cluster: Cluster) -> str:
    """The controller's decisions and Events, a line each, without what is random."""
    lines = []
    for record in cluster.view.records():
        if record.actor in ("statefulset-controller", "user"):
            text = record.reason.replace("\n", " ")
            if record.verb == "event":
                found = record.after
                text = f"{found.type} {found.reason}: {text}"
            lines.append(f"{record.time:8.1f} {record.verb:7} {record.key} {text} {record.rule}")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, story in STORIES.items():
        (FOLDER / f"{name}.txt").write_text(account(story()))


if __name__ == "__main__":
    main()
