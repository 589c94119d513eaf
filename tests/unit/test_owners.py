"""Objects with several owners: one that goes takes nothing along that another still has (S42)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster
from tests.unit.storage import claim

OWNERS = ("one", "two")


def owned_twice() -> Cluster:
    """A claim that two StatefulSets own."""
    cluster = Cluster()
    refs = []
    for name in OWNERS:
        (owner,) = cluster.apply(
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name}}
            | {"spec": {"replicas": 0, "selector": {"matchLabels": {"a": name}},
                        "template": {"metadata": {"labels": {"a": name}},
                                     "spec": {"containers": [{"name": "c", "image": "x:1"}]}}}}
        )  # fmt: skip
        ref = {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "name": name,
            "uid": owner.metadata.uid,
        }
        refs.append(ref | {"blockOwnerDeletion": True})
    owned = claim("data")
    owned["metadata"]["ownerReferences"] = refs
    cluster.apply(owned)
    cluster.settle()
    return cluster


def owners(cluster: Cluster) -> list[Any]:
    return [r.name for r in cluster.get("pvc", "data").metadata.ownerReferences or ()]


@pytest.mark.parametrize("cascade", ["background", "foreground"])
def test_the_reference_to_an_owner_that_goes_is_dropped_s42(cascade: str) -> None:
    """Kubernetes' page on garbage collection: the garbage collector's attemptToDeleteItem."""
    cluster = owned_twice()
    cluster.delete("sts", "one", cascade=cascade)
    cluster.settle()
    assert [s.metadata.name for s in cluster.list("sts")] == ["two"]
    assert owners(cluster) == ["two"]
    cluster.delete("sts", "two", cascade=cascade)
    cluster.settle()
    assert not cluster.list("pvc")
    assert not cluster.list("sts")


def test_two_owners_that_wait_at_once_take_their_dependent_along_s42() -> None:
    cluster = owned_twice()
    for name in OWNERS:
        cluster.delete("sts", name, cascade="foreground")
    cluster.settle()
    assert not cluster.list("pvc")
    assert not cluster.list("sts")
