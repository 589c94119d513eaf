"""Claims find volumes: matching, classes, provisioning (V1 to V7, V20, E22)."""

from __future__ import annotations

import pytest

from statefulkit import Cluster
from tests.conformance.stories import messages as told
from tests.unit.storage import (
    HELP,
    claim,
    phase,
    pod,
    settled,
    storage_class,
    volume,
    volume_of,
    why,
)

NO_CLASS = {"storageClassName": ""}
DEFAULT = {"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}


# -- phases and the two steps of binding ----------------------------------------------------------


def test_both_sides_go_through_their_phases_v1_v3() -> None:
    cluster = Cluster()
    cluster.apply([volume("disk"), claim("data", **NO_CLASS)])
    assert phase(cluster, "pvc", "data") == "Pending"
    cluster.settle()
    bound, disk = cluster.get("pvc", "data"), cluster.get("pv", "disk")
    assert (bound.status.phase, disk.status.phase) == ("Bound", "Bound")
    assert bound.metadata.annotations["pv.kubernetes.io/bind-completed"] == "yes"
    ref = disk.spec.claimRef
    assert (ref.namespace, ref.name, ref.uid) == ("default", "data", bound.metadata.uid)
    changed = [r.key.kind for r in cluster.view.records() if r.rule == "V3" and r.verb == "update"]
    assert changed == ["PersistentVolume", "PersistentVolumeClaim"]


def test_one_volume_serves_one_claim_v3() -> None:
    cluster = settled(volume("disk"), claim("a", **NO_CLASS), claim("b", **NO_CLASS))
    assert [phase(cluster, "pvc", n) for n in "ab"] == ["Bound", "Pending"]


def test_a_claim_is_lost_with_its_volume_v1_p22() -> None:
    cluster = settled(claim("data"))
    name = volume_of(cluster, "data")
    cluster.patch("pv", name, {"metadata": {"finalizers": None}}, type="merge")
    cluster.delete("pv", name)
    cluster.apply(pod("p", "data"))
    cluster.settle()
    assert phase(cluster, "pvc", "data") == "Lost"
    text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
    assert told(cluster, "ClaimLost") == [text]
    lost = f'persistentvolumeclaim "data" bound to non-existent persistentvolume "{name}"'
    assert why(cluster) == f"0/3 nodes are available: {lost}. {HELP}"


# -- static matching ------------------------------------------------------------------------------


def test_the_smallest_fitting_volume_wins_whole_v4() -> None:
    sizes = {"a": "10Gi", "b": "1Gi", "c": "3Gi", "d": "5Gi"}
    volumes = [volume(n, size) for n, size in sizes.items()]
    cluster = settled(*volumes, claim("data", "2Gi", **NO_CLASS))
    assert volume_of(cluster, "data") == "c"
    assert cluster.get("pvc", "data").status.capacity == {"storage": "3Gi"}


@pytest.mark.parametrize(
    ("wanted", "offered"),
    [
        ({}, {"storageClassName": "slow"}),
        ({"accessModes": ["ReadWriteOnce", "ReadOnlyMany"]}, {}),
        ({"accessModes": ["ReadWriteOncePod"]}, {}),  # V2
        ({"volumeMode": "Block"}, {}),
        ({"selector": {"matchLabels": {"disk": "fast"}}}, {}),
        ({"resources": {"requests": {"storage": "2Gi"}}}, {}),
        ({}, {"claimRef": {"namespace": "default", "name": "other"}}),
        ({}, {"claimRef": {"namespace": "other", "name": "data"}}),
    ],
)
def test_each_criterion_must_hold_v4(wanted: dict, offered: dict) -> None:
    cluster = settled(volume("disk", **offered), claim("data", **NO_CLASS | wanted))
    assert phase(cluster, "pvc", "data") == "Pending"
    assert phase(cluster, "pv", "disk") == "Available"


def test_a_selector_finds_its_volume_v4() -> None:
    fast = volume("fast", "5Gi") | {"metadata": {"name": "fast", "labels": {"disk": "fast"}}}
    wanted = {"selector": {"matchLabels": {"disk": "fast"}}}
    cluster = settled(volume("other"), fast, claim("data", **NO_CLASS | wanted))
    assert volume_of(cluster, "data") == "fast"


def test_a_reserved_volume_goes_to_its_claim_alone_v4() -> None:
    mine = volume("mine", "9Gi", claimRef={"namespace": "default", "name": "data"})
    cluster = settled(mine, volume("small"), claim("other", "3Gi", **NO_CLASS))
    assert phase(cluster, "pvc", "other") == "Pending"
    cluster.apply(claim("data", **NO_CLASS))
    cluster.settle()
    assert volume_of(cluster, "data") == "mine"
    ref = cluster.get("pv", "mine").spec.claimRef
    assert ref.uid == cluster.get("pvc", "data").metadata.uid


def test_a_claim_that_names_its_volume_waits_for_it_v4() -> None:
    cluster = settled(volume("any"), claim("data", volumeName="disk", **NO_CLASS))
    assert phase(cluster, "pvc", "data") == "Pending"
    cluster.apply(volume("disk", "500Mi"))
    cluster.settle()
    text = 'Cannot bind to requested volume "disk": requested PV is too small'
    assert told(cluster, "VolumeMismatch") == [text]
    cluster.delete("pv", "disk")
    cluster.settle()
    cluster.apply(volume("disk", "5Gi"))
    cluster.settle()
    assert volume_of(cluster, "data") == "disk"
    assert phase(cluster, "pvc", "data") == "Bound"


def test_a_named_volume_that_another_has_v3() -> None:
    cluster = settled(
        volume("disk"), claim("a", **NO_CLASS), claim("b", volumeName="disk", **NO_CLASS)
    )
    assert phase(cluster, "pvc", "b") == "Pending"
    assert told(cluster, "FailedBinding") == ['volume "disk" already bound to a different claim.']


def test_a_claim_waits_for_ever_and_binds_when_a_volume_appears_v4() -> None:
    cluster = settled(claim("data", **NO_CLASS))
    cluster.run(100_000)
    assert phase(cluster, "pvc", "data") == "Pending"
    cluster.apply(volume("late"))
    cluster.settle()
    assert volume_of(cluster, "data") == "late"


# -- classes and provisioning ---------------------------------------------------------------------


def test_a_volume_is_made_to_measure_v5_v12() -> None:
    cluster = settled(
        storage_class("keep", reclaimPolicy="Retain"),
        claim("data", "7Gi", storageClassName="keep"),
    )
    name = f"pvc-{cluster.get('pvc', 'data').metadata.uid}"
    made = cluster.get("pv", name)
    assert made.spec.capacity == {"storage": "7Gi"}
    assert made.spec.storageClassName == "keep"
    assert made.spec.persistentVolumeReclaimPolicy == "Retain"
    assert set(made.metadata.finalizers) == {
        "kubernetes.io/pv-protection",
        "external-provisioner.volume.kubernetes.io/finalizer",
    }
    assert told(cluster, "ExternalProvisioning") == [  # E22
        "Waiting for a volume to be created either by the external provisioner "
        "'other.csi.example.com' or manually by the system administrator. If volume creation "
        "is delayed, please verify that the provisioner is running and correctly registered."
    ]
    doing = 'External provisioner is provisioning volume for claim "default/data"'
    assert told(cluster, "Provisioning") == [doing]
    assert told(cluster, "ProvisioningSucceeded") == [f"Successfully provisioned volume {name}"]


def test_a_free_volume_that_fits_is_taken_before_one_is_made_v5() -> None:
    cluster = settled(volume("ready", storageClassName="standard"), claim("data"))
    assert volume_of(cluster, "data") == "ready"


def test_a_claim_with_a_selector_is_not_provisioned_v5() -> None:
    cluster = settled(claim("data", selector={"matchLabels": {"a": "b"}}))
    assert told(cluster, "ProvisioningFailed") == [
        'failed to provision volume with StorageClass "standard": claim.Spec.Selector is not supported'
    ]


def test_the_newest_default_class_is_chosen_v6() -> None:
    cluster = Cluster()
    cluster.run(5)
    cluster.apply([storage_class("newer", metadata=DEFAULT), claim("data")])
    assert cluster.get("pvc", "data").spec.storageClassName == "newer"


def test_a_late_default_class_is_given_to_waiting_claims_v6() -> None:
    cluster = Cluster()
    cluster.delete("sc", "standard")
    cluster.apply([claim("data"), claim("never", **NO_CLASS)])
    cluster.settle()
    text = "no persistent volumes available for this claim and no storage class is set"
    assert set(told(cluster, "FailedBinding")) == {text}
    cluster.apply(storage_class("late", metadata=DEFAULT))
    cluster.settle()
    assert cluster.get("pvc", "data").spec.storageClassName == "late"
    assert phase(cluster, "pvc", "data") == "Bound"
    assert phase(cluster, "pvc", "never") == "Pending"


def test_a_bound_claim_stays_without_the_late_default_class_v6() -> None:
    cluster = Cluster()
    cluster.delete("sc", "standard")
    cluster.apply([volume("disk"), claim("data")])
    cluster.settle()
    cluster.apply(storage_class("late", metadata=DEFAULT))
    cluster.patch("pvc", "data", {"metadata": {"labels": {"seen": "again"}}})
    cluster.settle()
    assert phase(cluster, "pvc", "data") == "Bound"
    assert cluster.get("pvc", "data").spec.storageClassName is None


def test_an_unknown_class_v6_e22() -> None:
    cluster = settled(claim("data", storageClassName="fast"))
    found = [(e.type, e.message) for e in cluster.list("events")]
    assert found == [("Warning", 'storageclass.storage.k8s.io "fast" not found')]
    cluster.apply(storage_class("fast"))
    cluster.settle()
    assert phase(cluster, "pvc", "data") == "Bound"


def test_class_defaults_v7() -> None:
    made = settled(storage_class("new")).get("sc", "new")
    assert (made.reclaimPolicy, made.volumeBindingMode) == ("Delete", "Immediate")
    assert made.allowVolumeExpansion is None


def test_the_classes_of_a_new_cluster_v6_v7() -> None:
    found = {c.metadata.name: c for c in Cluster().list("sc")}
    modes = {name: c.volumeBindingMode for name, c in found.items()}
    delayed = "WaitForFirstConsumer"
    assert modes == {"standard": "Immediate", "local-path": delayed, "local-storage": delayed}
    assert found["local-storage"].provisioner == "kubernetes.io/no-provisioner"


def test_claims_have_a_namespace_and_volumes_none_v20() -> None:
    cluster = settled(
        claim("data"), {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    )
    cluster.apply(claim("data"), namespace="n")
    cluster.settle()
    one, other = cluster.get("pvc", "data"), cluster.get("pvc", "data", "n")
    assert one.spec.volumeName != other.spec.volumeName
    assert {v.metadata.namespace for v in cluster.list("pv")} == {None}
