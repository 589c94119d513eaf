"""How a node is found for a Pod, and the words where there is none (P17 to P23)."""

from __future__ import annotations

from typing import Any

from statefulkit import Cluster
from statefulkit.store import Key
from tests.conformance.stories import (
    apart,
    messages,
    nginx,
    pod,
    running,
    started,
    statuses,
    trace,
)


def claim(name: str, **spec: Any) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}} | spec
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": spec,
    }


def using(name: str) -> dict[str, Any]:
    return {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": name}}]}


def test_bound_once_and_never_moved_p17() -> None:
    cluster = started()
    start = cluster.version
    cluster.cordon("node-2")
    cluster.taint("node-1", "a=b:NoSchedule")
    cluster.run(1000)
    assert trace(cluster, start) == []
    nodes = [p.spec.nodeName for p in cluster.list("pods")]
    assert sorted(nodes) == ["node-1", "node-2", "node-3"]  # spread, the best score (P17)
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert cluster.get("pod", "web-1").spec.nodeName == "node-3"  # all others are filtered


def reason(cluster: Cluster) -> str:
    """The newest FailedScheduling, without the sentence on preemption, which is checked."""
    message = messages(cluster, "FailedScheduling")[-1]
    n = len(cluster.list("nodes"))
    tail = f" preemption: 0/{n} nodes are available: {n} Preemption is not helpful for scheduling."
    assert message.endswith(tail)  # P19
    return message.removesuffix(tail)


def test_why_nodes_are_unfit_p19_p20() -> None:
    cluster = Cluster(nodes=3)
    cluster.cordon("node-1")
    cluster.taint("node-2", "gpu=yes:NoSchedule")
    cluster.taint("node-3", "alone:NoExecute")
    cluster.apply(pod())
    cluster.settle()
    assert reason(cluster) == (
        "0/3 nodes are available: 1 node(s) had untolerated taint {alone: }, "
        "1 node(s) had untolerated taint {gpu: yes}, 1 node(s) were unschedulable."
    )
    assert statuses(cluster) == {"p": "0/1 Pending"}
    told = cluster.get("pod", "p").status.conditions[0]
    assert (told.type, told.status, told.reason) == ("PodScheduled", "False", "Unschedulable")
    cluster.uncordon("node-1")  # and it is looked at again
    cluster.settle()
    assert cluster.get("pod", "p").spec.nodeName == "node-1"


def test_reasons_are_in_order_of_their_text_count_first_p19() -> None:
    cluster = Cluster(nodes=3)
    cluster.cordon("node-1")
    cluster.apply(pod(nodeSelector={"disk": "ssd"}))
    cluster.settle()
    assert reason(cluster) == (
        "0/3 nodes are available: 1 node(s) were unschedulable, "
        "2 node(s) didn't match Pod's node affinity/selector."
    )


def test_a_finished_pod_keeps_nobody_off_its_node_p18() -> None:
    template = apart()
    first, second = (
        pod(name, affinity=template["spec"]["affinity"])
        | {"metadata": {"name": name} | template["metadata"]}
        for name in ("p", "q")
    )
    cluster = running(first)
    cluster.fail_pod("p")
    cluster.apply(second)
    cluster.settle()
    assert cluster.get("pod", "p").status.phase == "Failed"
    assert cluster.get("pod", "q").spec.nodeName == "node-1"


def test_a_rule_that_is_gone_from_the_template_still_holds_for_those_that_have_it_p18() -> None:
    cluster = started(nodes=2, template=apart())
    assert statuses(cluster)["web-2"] == "0/1 Pending"
    affinity = {"spec": {"template": {"spec": {"affinity": None}}}}
    cluster.patch("sts", "web", affinity, type="merge")
    cluster.delete("pod", "web-2")  # it has the rule itself, and blocks the update (S56)
    cluster.settle()
    assert not cluster.get("pod", "web-2").spec.affinity
    assert messages(cluster, "FailedScheduling")[-1].startswith(
        "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules. "
        "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
    )
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert set(statuses(cluster).values()) == {"1/1 Running"}


def test_without_nodes_p19() -> None:
    cluster = running(pod(), nodes=0)
    assert messages(cluster, "FailedScheduling") == ["no nodes available to schedule pods"]


def test_a_volume_that_lives_on_another_node_p21() -> None:
    term = {"key": "kubernetes.io/hostname", "operator": "In", "values": ["node-1"]}
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "disk"},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "by-hand",
            "local": {"path": "/mnt"},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}},
        },
    }
    cluster = Cluster(nodes=2)
    cluster.cordon("node-1")
    cluster.apply([volume, claim("data", storageClassName="by-hand"), pod(**using("data"))])
    cluster.settle()
    assert reason(cluster) == (
        "0/2 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity, "
        "1 node(s) were unschedulable."
    )


def test_claims_that_are_not_there_or_on_their_way_out_p22() -> None:
    cluster = running(pod("first", **using("data")), nodes=3)
    assert reason(cluster) == 'persistentvolumeclaim "data" not found'.join(
        ("0/3 nodes are available: ", ".")
    )
    cluster.apply(claim("data"))
    cluster.settle()
    assert statuses(cluster) == {"first": "1/1 Running"}  # P23: tried again when it is bound
    cluster.delete("pvc", "data")
    cluster.apply(pod("second", **using("data")))
    cluster.settle()
    assert reason(cluster) == (
        '0/3 nodes are available: persistentvolumeclaim "data" is being deleted.'
    )


def test_a_claim_that_lost_its_volume_p22() -> None:
    cluster = running(claim("data"), nodes=3)
    volume = cluster.get("pvc", "data").spec.volumeName
    cluster.patch("pv", volume, {"metadata": {"finalizers": None}}, type="merge")
    cluster.delete("pv", volume)
    cluster.apply(pod(**using("data")))
    cluster.settle()
    assert reason(cluster) == (
        '0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent '
        f'persistentvolume "{volume}".'
    )


def test_unbound_immediate_claims_are_waited_for_p23() -> None:
    cluster = Cluster(nodes=3, seed=1)
    cluster.apply(nginx(replicas=1))
    cluster.run(0.1)
    assert reason(cluster) == (
        "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."
    )
    cluster.settle()
    assert statuses(cluster) == {"web-0": "1/1 Running"}


def test_a_node_takes_110_pods_p20(manifest: str) -> None:
    cluster = Cluster(nodes=2)
    cluster.apply(manifest)
    cluster.patch("sts", "web", {"spec": {"replicas": 222}})
    cluster.settle()
    pods = cluster.list("pods")
    assert len(pods) == 221
    last = cluster.get("pod", "web-220")
    assert last.spec.nodeName is None
    told = [e.message for e in cluster.view.about(Key("Pod", "default", "web-220"))]
    assert told[-1] == (
        "0/2 nodes are available: 2 Too many pods. preemption: 0/2 nodes are available: "
        "2 No preemption victims found for incoming pod."
    )
    cluster.delete("pod", "web-3")
    cluster.settle()
    assert len([p for p in cluster.list("pods") if p.spec.nodeName]) == 220


def test_a_pod_that_somebody_has_placed_keeps_others_off_p18() -> None:
    cluster = running(pod("a", nodeName="node-1", affinity=apart()["spec"]["affinity"]))
    cluster.apply(of_web("b"))
    cluster.settle()
    assert statuses(cluster)["b"] == "0/1 Pending"


def test_a_pod_that_gets_other_labels_makes_room_p18() -> None:
    cluster = running(of_web("a"))
    cluster.apply(pod("b", affinity=apart()["spec"]["affinity"]))
    cluster.settle()
    assert statuses(cluster)["b"] == "0/1 Pending"
    cluster.patch("pod", "a", {"metadata": {"labels": {"app": "other"}}})
    cluster.settle()
    assert statuses(cluster)["b"] == "1/1 Running"


def test_a_node_that_is_better_avoided_comes_last_p17() -> None:
    """Kubernetes' page on taints: PreferNoSchedule is a soft NoSchedule."""
    cluster = Cluster(nodes=2)
    cluster.taint("node-1", "slow=yes:PreferNoSchedule")
    tolerates = [{"key": "slow", "operator": "Exists"}]
    cluster.apply([pod("a"), pod("b"), pod("c", tolerations=tolerates)])
    cluster.settle()
    cluster.cordon("node-2")
    cluster.apply(pod("d"))
    cluster.settle()
    nodes = {p.metadata.name: p.spec.nodeName for p in cluster.list("pods")}
    assert nodes == {"a": "node-2", "b": "node-2", "c": "node-1", "d": "node-1"}


def of_web(name: str) -> dict[str, Any]:
    """A Pod that Pods of the set `web` keep apart from."""
    found = pod(name)
    found["metadata"]["labels"] = {"app": "nginx"}
    return found
