"""A Pod and its volumes come to one node: what the scheduler sees (V2, V8, V14, V17, P21 to P23)."""

from __future__ import annotations

from statefulkit import Cluster, explain, tables
from tests.conformance.stories import messages as told
from tests.unit.storage import (
    DATA,
    HELP,
    claim,
    on,
    phase,
    pod,
    settled,
    volume,
    volume_of,
    why,
)

NO_CLASS = {"storageClassName": ""}
LOCAL = {"storageClassName": "local-path"}
STATIC = {"storageClassName": "local-storage"}


def test_an_immediate_class_does_not_wait_for_a_pod_v8() -> None:
    assert phase(settled(claim("data")), "pvc", "data") == "Bound"


def test_a_pod_waits_for_an_immediate_claim_p23() -> None:
    cluster = settled(claim("data", **NO_CLASS), pod("p", "data"))
    text = "pod has unbound immediate PersistentVolumeClaims"
    assert why(cluster) == f"0/3 nodes are available: {text}. {HELP}"
    cluster.apply(volume("disk"))
    cluster.settle()
    assert phase(cluster, "pod", "p") == "Running"


def test_a_pod_without_a_volume_leads_to_its_claim_which_says_why_v6_p23() -> None:
    cluster = settled(claim("data", **NO_CLASS), pod("p", "data"))
    helps = "What would help: a volume for claim data of p. Look at the claim"
    assert helps in str(explain(cluster, "pod/p"))
    assert "no storage class is set" in str(explain(cluster, "pvc/data"))


def test_a_claim_waits_for_its_first_consumer_v8_v17() -> None:
    cluster = settled(claim("data", **LOCAL))
    assert phase(cluster, "pvc", "data") == "Pending"
    waiting = ["waiting for first consumer to be created before binding"]
    assert told(cluster, "WaitForFirstConsumer") == waiting
    cluster.cordon("node-1")
    cluster.apply(pod("p", "data"))
    cluster.settle()
    node = cluster.get("pod", "p").spec.nodeName
    assert node == "node-2"
    notes = cluster.get("pvc", "data").metadata.annotations
    assert notes["volume.kubernetes.io/selected-node"] == node
    made = cluster.get("pv", volume_of(cluster, "data"))
    (term,) = made.spec.nodeAffinity.required.nodeSelectorTerms
    (wanted,) = term.matchExpressions
    found = (wanted.key, wanted.operator, wanted.values)
    assert found == ("kubernetes.io/hostname", "In", [node])


def test_a_local_volume_keeps_its_pod_on_its_node_v17_p21() -> None:
    cluster = settled(claim("data", **LOCAL), pod("p", "data"))
    cluster.write_file("p", DATA, "here")
    assert (
        told(cluster, "FailedScheduling") == []
    )  # a Pod that waits for its node's volume is no failure
    node = cluster.get("pod", "p").spec.nodeName
    cluster.cordon(node)
    cluster.delete("pod", "p")
    cluster.settle()
    cluster.apply(pod("p", "data"))
    cluster.settle()
    assert why(cluster) == (
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match "
        f"PersistentVolume's node affinity. {HELP}"
    )
    cluster.uncordon(node)
    cluster.settle()
    assert cluster.read_file("p", DATA) == "here"


def test_static_local_volumes_are_offered_by_their_nodes_v4_v8_p21() -> None:
    cluster = settled(
        volume("on-2", "9Gi", node="node-2", **STATIC),
        volume("on-3", "2Gi", node="node-3", **STATIC),
        claim("data", **STATIC),
    )
    assert phase(cluster, "pvc", "data") == "Pending"  # the scheduler has not seen it
    cluster.cordon("node-3")
    cluster.apply(pod("p", "data"))
    cluster.settle()
    assert cluster.get("pod", "p").spec.nodeName == "node-2"
    assert volume_of(cluster, "data") == "on-2"
    cluster.apply([claim("more", **STATIC), pod("q", "more")])
    cluster.settle()
    assert why(cluster) == (
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't find available "
        f"persistent volumes to bind. {HELP}"
    )
    cluster.apply(volume("late", node="node-1", **STATIC))
    cluster.settle()
    assert cluster.get("pod", "q").spec.nodeName == "node-1"


def test_two_claims_of_a_pod_need_two_volumes_of_one_node_v4_v8() -> None:
    two = pod("p", "a")
    two["spec"]["volumes"].append({"name": "w", "persistentVolumeClaim": {"claimName": "b"}})
    claims = [claim("a", "2Gi", **STATIC), claim("b", **STATIC)]
    single = [volume(f"v{n}", "5Gi", node=f"node-{n}", **STATIC) for n in (1, 3)]
    cluster = settled(*claims, *single, two)
    assert phase(cluster, "pod", "p") == "Pending"
    cluster.apply(volume("small", node="node-3", **STATIC))
    cluster.settle()
    assert cluster.get("pod", "p").spec.nodeName == "node-3"
    assert (volume_of(cluster, "a"), volume_of(cluster, "b")) == ("v3", "small")


def test_a_claim_gets_another_node_when_the_chosen_one_is_deleted_v8() -> None:
    cluster = Cluster()
    cluster.apply([claim("data", **LOCAL), pod("p", "data")])
    cluster.run(0.3)
    notes = cluster.get("pvc", "data").metadata.annotations
    cluster.delete("node", notes["volume.kubernetes.io/selected-node"])
    cluster.settle()
    assert phase(cluster, "pod", "p") == "Running"


def test_a_missing_claim_p22() -> None:
    cluster = settled(pod("p", "nope"))
    text = 'persistentvolumeclaim "nope" not found'
    assert why(cluster) == f"0/3 nodes are available: {text}. {HELP}"
    cluster.apply(claim("nope"))
    cluster.settle()
    assert phase(cluster, "pod", "p") == "Running"


# -- who may share --------------------------------------------------------------------------------


def test_read_write_once_pod_is_for_one_pod_v2_p21() -> None:
    modes = {"accessModes": ["ReadWriteOncePod"]}
    cluster = settled(claim("data", **modes), pod("p", "data"), pod("q", "data"))
    assert [phase(cluster, "pod", n) for n in "pq"] == ["Running", "Pending"]
    assert why(cluster) == (
        "0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name and "
        "ReadWriteOncePod access mode. preemption: 0/3 nodes are available: 3 No preemption victims "
        "found for incoming pod."
    )
    cluster.delete("pod", "p")
    cluster.settle()
    assert phase(cluster, "pod", "q") == "Running"


def test_pods_that_do_not_run_leave_a_claim_to_another_v2() -> None:
    cluster = Cluster()
    alone = claim("data", accessModes=["ReadWriteOncePod"])
    cluster.apply([alone, pod("p", "data"), pod("q", "data")])
    cluster.settle()
    assert sorted(phase(cluster, "pod", n) for n in "pq") == ["Pending", "Running"]
    first, second = sorted("pq", key=lambda n: phase(cluster, "pod", n) == "Pending")
    cluster.fail_pod(first)
    cluster.settle()
    assert phase(cluster, "pod", second) == "Running"


def test_two_pods_of_one_node_share_a_claim_v2_v14() -> None:
    here = {"nodeSelector": {"kubernetes.io/hostname": "node-2"}}
    cluster = settled(claim("data"), pod("p", "data", **here), pod("q", "data", **here))
    cluster.write_file("p", DATA, "shared")
    assert cluster.read_file("q", DATA) == "shared"
    there = {"nodeSelector": {"kubernetes.io/hostname": "node-3"}}
    cluster.apply(pod("r", "data", **there))
    cluster.run(60)
    assert tables.pods(cluster).set_index("NAME").STATUS["r"] == "ContainerCreating"


def test_two_nodes_that_want_a_disk_at_once_do_not_share_it_v2_v14_v15() -> None:
    cluster = Cluster()
    cluster.apply([claim("data"), *(pod(f"p{n}", "data", **on(f"node-{n}")) for n in (1, 2))])
    cluster.settle()
    status = tables.pods(cluster).set_index("NAME").STATUS
    assert status.to_dict() == {"p1": "Running", "p2": "ContainerCreating"}
    disk = volume_of(cluster, "data")
    used = f'Multi-Attach error for volume "{disk}" Volume is already used by pod(s) p1'
    assert told(cluster, "FailedAttachVolume") == [used]
    cluster.delete("pod", "p1")
    cluster.settle()
    assert phase(cluster, "pod", "p2") == "Running"
