"""What `explain` says of a claim, a set, a Pod, and where its rules lead."""

from __future__ import annotations

from statefulkit import Cluster, explain
from statefulkit.views.pages import page
from tests.conftest import MANIFESTS


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
