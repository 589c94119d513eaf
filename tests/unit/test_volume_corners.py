"""Corners of binding, reclaiming and resizing, each of them once (V3, V4, V9, V12, V17, V19)."""

from __future__ import annotations

import pytest
from lightkube.resources.core_v1 import PersistentVolume

from statefulkit import explain
from statefulkit.controllers.volumes import reaches
from tests.unit.storage import claim, phase, settled, storage_class, unbind, volume, volume_of


@pytest.mark.parametrize(
    ("operator", "values", "there"),
    [
        ("In", ["a", "b"], ["a"]),
        ("NotIn", ["b"], ["a", "10", ""]),
        ("Exists", [], ["a", "10"]),
        ("DoesNotExist", [], [""]),
        ("Gt", ["9"], ["10"]),
        ("Lt", ["11"], ["10"]),
        ("Lt", ["10"], []),
    ],
)
def test_a_node_is_reached_where_its_labels_hold_v17(
    operator: str, values: list[str], there: list[str]
) -> None:
    """The nodes have a zone of that name, or, the empty one, none."""
    expression = {"key": "zone", "operator": operator, "values": values}
    terms = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    found = PersistentVolume.from_dict({"spec": {"nodeAffinity": terms}})
    zones = ["10", ""] if operator in ("Gt", "Lt") else ["a", "10", ""]
    assert [z for z in zones if reaches(found, {"zone": z} if z else {})] == [
        z for z in zones if z in there
    ]


def test_a_volume_that_names_its_claim_goes_to_the_claim_that_names_it_v4() -> None:
    spec = {"claimRef": {"namespace": "default", "name": "mine"}}
    mine = claim("mine", volumeName="disk", storageClassName="slow")
    cluster = settled(volume("disk", storageClassName="slow", **spec), mine)
    assert phase(cluster, "pvc", "mine") == "Bound"


def test_a_bound_volume_that_loses_its_claim_is_bound_to_it_again_v3() -> None:
    cluster = settled(claim("mine"))
    name = volume_of(cluster, "mine")
    assert name is not None
    unbind(cluster, name)
    assert cluster.get("pv", name).spec.claimRef.name == "mine"


def test_a_released_volume_that_is_kept_can_be_deleted_v9_v12() -> None:
    cluster = settled(claim("mine"))
    name = volume_of(cluster, "mine")
    assert name is not None
    cluster.patch("pv", name, {"spec": {"persistentVolumeReclaimPolicy": "Retain"}})
    cluster.delete("pvc", "mine")
    cluster.settle()
    assert phase(cluster, "pv", name) == "Released"
    cluster.delete("pv", name)
    cluster.settle()
    assert cluster.list("pv") == []


def test_a_class_without_a_provisioner_makes_no_volume_v4() -> None:
    none = storage_class("none", provisioner="kubernetes.io/no-provisioner")
    cluster = settled(none, claim("mine", storageClassName="none"))
    assert "waits for a volume that fits claim mine: its class makes none. (V4)" in str(
        explain(cluster, "pvc/mine")
    )


def test_a_volume_that_no_driver_made_does_not_grow_v19() -> None:
    grows = storage_class("grows", provisioner="example.com/nobody", allowVolumeExpansion=True)
    mine = claim("mine", storageClassName="grows")
    cluster = settled(grows, volume("disk", node="node-1", storageClassName="grows"), mine)
    change = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
    cluster.patch("pvc", "mine", change)
    cluster.settle()
    assert "cannot resize claim mine: no driver resizes its volume. (V19)" in str(
        explain(cluster, "pvc/mine")
    )
    assert cluster.get("pvc", "mine").status.capacity == {"storage": "1Gi"}
