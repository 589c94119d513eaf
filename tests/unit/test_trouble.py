"""What `explain` and the pictures say of things in trouble, half way, or gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from statefulkit import Cluster, explain, graph
from statefulkit.api.errors import BadRequest, NotFound
from statefulkit.views.path import path_svg
from tests.unit.storage import volume


def on_delete(cluster: Cluster) -> None:
    strategy = {"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}
    cluster.patch("sts", "web", {"spec": strategy})
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()


def crashed(cluster: Cluster) -> None:
    for _ in range(2):
        cluster.crash("web-1")
        cluster.run(2)


def alone(cluster: Cluster) -> None:
    spec = {"containers": [{"name": "c", "image": "nginx:1.27"}]}
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "solo"}, "spec": spec})
    cluster.settle()
    cluster.fail_pod("solo")


def without_service(cluster: Cluster) -> None:
    cluster.delete("svc", "nginx")
    cluster.settle()


def without_subdomain(cluster: Cluster) -> None:
    labels = {"app": "plain"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
    }
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": template}
    meta = {"name": "plain"}
    cluster.apply({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec})
    cluster.settle()


def silent(seconds: float) -> Callable[[Cluster], Any]:
    def act(cluster: Cluster) -> None:
        cluster.fail_node("node-1")
        cluster.run(seconds)

    return act


def told(cluster: Cluster, what: str) -> str:
    try:
        return str(explain(cluster, what))
    except NotFound:
        return ""  # it is not there yet


@pytest.mark.parametrize(
    ("act", "what", "says"),
    [
        (on_delete, "sts/web", "a Pod gets the new revision only when somebody deletes it. (S34)"),
        (crashed, "pod/web-1", "web-1 crashes; its kubelet restarts it after a back-off"),
        (
            lambda c: c.fail_pod("web-1"),
            "pod/web-1",
            "for good; StatefulSet web replaces it. (S32)",
        ),
        (alone, "pod/solo", "has failed for good, and nobody replaces it. Delete it. (P36)"),
        (without_service, "pod/web-1", "does not resolve: no Service nginx exists. (N36)"),
        (without_subdomain, "pod/plain-0", "does not resolve: the Pod has no subdomain. (N11)"),
        (silent(10), "node/node-1", "After 50 s the node counts as NotReady"),
        (silent(60), "node/node-1", "so no Pod on it can be confirmed as gone"),
    ],
)
def test_what_is_in_trouble_is_explained(
    cluster: Cluster, act: Callable[[Cluster], Any], what: str, says: str
) -> None:
    assert says not in told(cluster, what)
    act(cluster)
    assert says in told(cluster, what)


def test_a_volume_without_a_claim_says_whether_its_data_are_there_v1_v9(cluster: Cluster) -> None:
    cluster.apply(volume("spare"))
    kept = cluster.get("pvc", "www-web-2").spec.volumeName
    cluster.patch("pv", kept, {"spec": {"persistentVolumeReclaimPolicy": "Retain"}})
    cluster.scale("sts", "web", 2)
    cluster.settle()
    cluster.delete("pvc", "www-web-2")
    cluster.settle()
    assert "spare is Available: no claim has it. (V1)" in str(explain(cluster, "pv/spare"))
    released = f"{kept} is Released: its claim is gone, its data are not"
    assert released in str(explain(cluster, f"pv/{kept}"))


def test_who_keeps_an_old_answer_has_a_name_while_it_is_there_n32(cluster: Cluster) -> None:
    cluster.resolve("web-1.nginx", from_pod="web-0", cached=True)
    cluster.delete("pod", "web-1")
    cluster.run(10)
    assert "web-0 keeps an old answer for web-1.nginx" in str(explain(cluster, "svc/nginx"))
    cluster.delete("pod", "web-0", force=True)
    assert "a Pod that is gone keeps an old answer" in str(explain(cluster, "svc/nginx"))


def test_what_has_no_kind_cannot_be_explained(cluster: Cluster) -> None:
    with pytest.raises(BadRequest, match="'web' is not of the form kind/name, as in sts/web"):
        explain(cluster, "web")


def test_the_picture_says_what_is_being_deleted(cluster: Cluster) -> None:
    cluster.delete("sts", "web", cascade="foreground")
    assert "StatefulSet web, being deleted" in str(graph(cluster))


def test_the_way_to_a_service_with_an_address_ends_at_any_ready_pod_n7(cluster: Cluster) -> None:
    spec = {"selector": {"app": "nginx"}, "ports": [{"port": 80}]}
    cluster.apply(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front"}, "spec": spec}
    )
    cluster.settle()
    drawn = path_svg(cluster.view, cluster.resolve("front"))
    assert "Service IP front any ready Pod" in drawn
    assert "SRV record" in path_svg(cluster.view, cluster.resolve("nginx", "SRV"))
