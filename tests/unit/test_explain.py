"""What `explain` says of a claim, a set, a Pod, and where its rules lead."""

from __future__ import annotations

from statefulkit import Cluster, explain
from statefulkit.api.manifest import load
from statefulkit.views.pages import page
from tests.conftest import MANIFEST, MANIFESTS


def test_rules_lead_to_public_pages(cluster: Cluster) -> None:
    for what in ("sts/web", "pod/web-1", "pvc/www-web-1", "svc/nginx", "node/node-1"):
        for text, rule, address in explain(cluster, what).linked():
            assert rule, text
            assert address.startswith("https://kubernetes.io/docs/"), rule
    assert page("S56").endswith("#forced-rollback")
    assert page("T43").endswith("run-replicated-stateful-application/")
    assert page("") == page("Q1") == ""


def test_explain_tells_no_decision_on_an_earlier_pod_of_the_name(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1")
    cluster.settle()
    text = str(explain(cluster, "pod/web-1"))
    assert "removes web-1" not in text
    assert "The scheduler binds web-1" in text


def test_a_claim_says_when_it_goes_s40(cluster: Cluster) -> None:
    assert "It stays when its Pod or its set is deleted" in str(explain(cluster, "pvc/www-web-2"))
    policy = {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}
    cluster.patch("sts", "web", {"spec": policy})
    cluster.settle()
    assert "goes when web is scaled down below that Pod" in str(explain(cluster, "pvc/www-web-2"))


def test_a_set_of_none_has_nothing_to_do(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 0)
    cluster.settle()
    assert "none is wanted and none is there" in str(explain(cluster, "sts/web"))


def test_a_disk_of_a_lost_node_says_what_would_help_v17() -> None:
    text = (MANIFESTS / "nginx.yaml").read_text("utf-8")
    local = "storageClassName: local-path\n        accessModes:"
    cluster = Cluster(nodes=3)
    cluster.apply(text.replace("accessModes:", local))
    cluster.settle()
    cluster.delete("node", cluster.get("pod", "web-1").spec.nodeName)
    cluster.settle()
    told = str(explain(cluster, "pod/web-1"))
    assert "What would help: the volume of web-1 can be reached from one node only" in told


def test_a_pod_that_has_no_address_or_volume_yet_says_so() -> None:
    cluster = Cluster()
    cluster.apply(MANIFESTS / "nginx.yaml")
    cluster.run_until(lambda view: bool(view.all("Pod")))
    assert "claim www-web-0, which has no volume yet." in str(explain(cluster, "pod/web-0"))
    cluster.run_until(lambda view: bool(view.get("pod", "web-0").spec.nodeName))
    assert "web-0 is Pending on node-1, with no address yet." in str(explain(cluster, "pod/web-0"))


def test_a_partition_counts_from_the_first_ordinal_s35_s36() -> None:
    cluster = Cluster()
    for doc in load(MANIFEST):
        if doc["kind"] == "StatefulSet":
            rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}}
            doc["spec"] |= {"ordinals": {"start": 5}, "updateStrategy": rolling}
        cluster.apply(doc)
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    old = [p.metadata.name for p in cluster.list("pod") if p.spec.containers[0].image[-2:] == "27"]
    assert old == ["web-5"]
    assert "Its partition 1 holds ordinals below 6" in str(explain(cluster, "sts/web"))


def test_a_lost_claim_says_so_v1(cluster: Cluster) -> None:
    volume = cluster.get("pvc", "www-web-1").spec.volumeName
    cluster.patch("pv", volume, {"metadata": {"finalizers": None}}, type="merge")
    cluster.delete("pv", volume)
    cluster.settle()
    text = str(explain(cluster, "pvc/www-web-1"))
    assert f"www-web-1 is Lost: its volume {volume} is gone" in text
    assert "Pending" not in text


def test_only_an_ordered_set_needs_a_hand_after_a_broken_image_s56_d9() -> None:
    cluster = Cluster()
    cluster.apply([MANIFESTS / "nginx.yaml", MANIFESTS / "shop.yaml"])
    cluster.settle()
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.set_image("deploy", "shop", "nginx:broken")
    cluster.run(30)
    by_hand = "Correct the image in the set; then delete web-2 by hand."
    assert by_hand in str(explain(cluster, "sts/web"))
    text = str(explain(cluster, "deploy/shop"))
    assert "Correct the image." in text
    assert "by hand" not in text
    cluster.rollout.undo("deploy", "shop")
    cluster.settle()
    assert cluster.get("deploy", "shop").status.readyReplicas == 3


def test_who_replaces_a_pod_that_has_failed_s32_p36(cluster: Cluster) -> None:
    alone = {"containers": [{"name": "c", "image": "nginx:1.27"}]}
    meta = {"name": "p"}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": alone})
    cluster.settle()
    for name in ("web-1", "p"):
        cluster.fail_pod(name)
    assert "StatefulSet web replaces it" in str(explain(cluster, "pod/web-1"))
    cluster.settle()
    assert "nobody replaces it" in str(explain(cluster, "pod/p"))
    assert cluster.get("pod", "p").status.phase == "Failed"
