"""Which data are there again, and for whom: volumes, directories, containers (V13, V17, V18)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, tables
from statefulkit.api.errors import BadRequest
from tests.unit.storage import DATA, claim, on, phase, pod, settled, volume, volume_of

PAGE = "/usr/share/nginx/html/index.html"
NO_CLASS = {"storageClassName": ""}


def remake(cluster: Cluster, manifest: dict[str, Any]) -> None:
    """Delete a Pod and make it anew."""
    cluster.delete("pod", manifest["metadata"]["name"])
    cluster.settle()
    cluster.apply(manifest)
    cluster.settle()


def test_claims_outlive_pods_sets_and_scaling_m3_v13(cluster: Cluster, manifest: str) -> None:
    cluster.write_file("web-2", PAGE, "kept")
    cluster.scale("sts", "web", 1)
    cluster.settle()
    assert tables.claims(cluster).STATUS.tolist() == ["Bound"] * 3
    cluster.delete("sts", "web")
    cluster.settle()
    assert cluster.list("pods") == []
    assert tables.claims(cluster).STATUS.tolist() == ["Bound"] * 3
    cluster.apply(manifest)
    cluster.settle()
    assert cluster.read_file("web-2", PAGE) == "kept"


def test_each_pod_has_data_of_its_own_m13(cluster: Cluster) -> None:
    for n in range(3):
        cluster.write_file(f"web-{n}", PAGE, f"of web-{n}")
    assert [cluster.read_file(f"web-{n}", PAGE) for n in range(3)] == [
        f"of web-{n}" for n in range(3)
    ]
    assert len({volume_of(cluster, f"www-web-{n}") for n in range(3)}) == 3


def test_network_disks_follow_local_ones_pin_m18_v17(manifest: str) -> None:
    local = "accessModes: [ReadWriteOnce]\n        storageClassName: local-path"
    cluster = Cluster()
    cluster.apply(manifest.replace("accessModes: [ReadWriteOnce]", local))
    cluster.settle()
    cluster.write_file("web-1", PAGE, "local")
    node = cluster.get("pod", "web-1").spec.nodeName
    cluster.fail_node(node)
    cluster.run(400)
    cluster.delete("pod", "web-1", force=True)
    cluster.run(100)
    assert phase(cluster, "pod", "web-1") == "Pending"  # until the node is back
    cluster.recover_node(node)
    cluster.settle()
    assert cluster.get("pod", "web-1").spec.nodeName == node
    assert cluster.read_file("web-1", PAGE) == "local"


def test_a_lost_node_is_left_by_giving_up_the_data_v17(manifest: str) -> None:
    local = "accessModes: [ReadWriteOnce]\n        storageClassName: local-path"
    cluster = Cluster()
    cluster.apply(manifest.replace("accessModes: [ReadWriteOnce]", local))
    cluster.settle()
    cluster.write_file("web-1", PAGE, "lost")
    node = cluster.get("pod", "web-1").spec.nodeName
    cluster.fail_node(node)
    cluster.run(400)
    cluster.delete("pvc", "www-web-1")
    cluster.delete("pod", "web-1", force=True)
    cluster.settle()
    assert cluster.get("pod", "web-1").spec.nodeName != node
    assert phase(cluster, "pod", "web-1") == "Running"
    assert cluster.read_file("web-1", PAGE) is None


def test_an_empty_dir_lives_as_long_as_its_pod_v18_m18() -> None:
    manifest = pod("p", {"emptyDir": {}})
    cluster = settled(manifest)
    cluster.write_file("p", DATA, "scratch")
    cluster.write_file("p", "/etc/own", "root")
    cluster.crash("p")
    cluster.run(0)
    with pytest.raises(BadRequest, match=r'container not found \("c"\)'):
        cluster.read_file("p", DATA)  # there is no container for the moment
    with pytest.raises(BadRequest, match="container not found"):
        cluster.write_file("p", DATA, "lost")
    cluster.settle()
    assert cluster.get("pod", "p").status.containerStatuses[0].restartCount == 1
    assert cluster.read_file("p", DATA) == "scratch"
    assert cluster.read_file("p", "/etc/own") is None  # lost already at a restart
    remake(cluster, manifest)
    assert cluster.read_file("p", DATA) is None
    assert not [k for k in cluster.view.state.runtime if k[0] == "disk"]


def test_a_host_path_stays_on_its_node_v17_m18() -> None:
    source = {"hostPath": {"path": "/srv/x/"}}
    cluster = settled(pod("p", source, **on("node-1")))
    cluster.write_file("p", DATA, "on node-1")
    remake(cluster, pod("p", source, **on("node-2")))
    assert cluster.read_file("p", DATA) is None  # silently other data
    remake(cluster, pod("p", source, **on("node-1")))
    assert cluster.read_file("p", DATA) == "on node-1"


def test_a_volume_of_a_host_path_has_other_data_elsewhere_v17() -> None:
    made = volume("dir")
    made["spec"] = {k: v for k, v in made["spec"].items() if k != "csi"}
    made["spec"]["hostPath"] = {"path": "/srv"}
    cluster = settled(made, claim("data", **NO_CLASS), pod("p", "data", **on("node-1")))
    cluster.write_file("p", DATA, "on node-1")
    remake(cluster, pod("p", "data", **on("node-3")))
    assert cluster.read_file("p", DATA) is None
    cluster.apply(pod("q", {"hostPath": {"path": "/srv"}}, **on("node-1")))
    cluster.settle()
    assert cluster.read_file("q", DATA) == "on node-1"


def test_a_local_volume_made_anew_has_its_old_data_v9_v17() -> None:
    static = {"storageClassName": "local-storage"}
    disk = volume("disk", node="node-2", **static)
    cluster = settled(disk, claim("data", **static), pod("p", "data"))
    cluster.write_file("p", DATA, "kept")
    for kind, name in (("pod", "p"), ("pvc", "data"), ("pv", "disk")):
        cluster.delete(kind, name)
        cluster.settle()
    cluster.apply([disk, claim("data", **static), pod("p", "data")])
    cluster.settle()
    assert cluster.read_file("p", DATA) == "kept"
