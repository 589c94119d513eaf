"""What is in a namespace goes with it (V9, V10, N23, N24)."""

from __future__ import annotations

import pytest

from statefulkit import Cluster
from statefulkit.api.errors import Forbidden
from tests.conftest import MANIFEST

PROD = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "prod"}}
DNS_NAME = "prod.svc.cluster.local."


@pytest.fixture
def prod() -> Cluster:
    """A cluster with the lesson's set in namespace prod, and another in default."""
    cluster = Cluster(seed=1)
    cluster.apply(PROD)
    for namespace in ("prod", "default"):
        cluster.apply(MANIFEST, namespace=namespace)
    cluster.settle()
    return cluster


def names(cluster: Cluster, kind: str, namespace: str | None = "prod") -> list[str]:
    return [o.metadata.name for o in cluster.list(kind, namespace)]


def test_a_namespace_stays_until_nothing_is_left_in_it_n23_n24(prod: Cluster) -> None:
    prod.delete("ns", "prod")
    prod.run(1)
    assert prod.get("ns", "prod").status.phase == "Terminating"
    assert names(prod, "sts") == []
    assert all(p.metadata.deletionTimestamp for p in prod.list("pod", "prod"))
    assert prod.resolve(DNS_NAME).rcode == "NODATA"
    prod.settle()
    assert names(prod, "ns", None) == ["default", "kube-system"]
    assert [n for kind in ("pod", "svc", "pvc", "event") for n in names(prod, kind)] == []
    assert prod.resolve(DNS_NAME).rcode == "NXDOMAIN"
    assert len(names(prod, "pod", "default")) == 3


def test_the_data_go_with_it_v9(prod: Cluster) -> None:
    kept = prod.get("pvc", "www-web-0", "prod").spec.volumeName
    prod.patch("pv", kept, {"spec": {"persistentVolumeReclaimPolicy": "Retain"}})
    prod.delete("ns", "prod")
    prod.settle()
    found = {v.metadata.name: v.status.phase for v in prod.list("pv")}
    assert sorted(found.values()) == ["Bound", "Bound", "Bound", "Released"]
    assert found[kept] == "Released"


def test_nothing_new_comes_into_it(prod: Cluster) -> None:
    prod.delete("ns", "prod")
    prod.run(1)
    with pytest.raises(Forbidden) as refused:
        prod.apply(MANIFEST, namespace="prod")
    assert str(refused.value) == (
        'Error from server (Forbidden): services "nginx" is forbidden: unable to create new content '
        "in namespace prod because it is being terminated"
    )
    prod.settle()
    prod.apply(PROD)
    prod.apply(MANIFEST, namespace="prod")
    prod.settle()
    assert names(prod, "pod") == ["web-0", "web-1", "web-2"]


def test_a_second_deletion_hurries_nothing(prod: Cluster) -> None:
    for _ in range(2):
        prod.delete("ns", "prod")
        prod.update(prod.get("ns", "prod"))
        prod.run(0.5)
    assert names(prod, "ns", None) == ["default", "kube-system", "prod"]


@pytest.mark.parametrize("name", ["default", "kube-system"])
def test_some_namespaces_stay(name: str) -> None:
    with pytest.raises(Forbidden) as refused:
        Cluster().delete("ns", name)
    assert str(refused.value) == (
        f'Error from server (Forbidden): namespaces "{name}" is forbidden: this namespace may not be '
        "deleted"
    )
