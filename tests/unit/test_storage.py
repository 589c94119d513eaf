"""Volumes in use: reclaiming, protection, expansion (V9 to V12, V19, V20)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, tables
from statefulkit.api.errors import Forbidden, Invalid
from tests.conformance.stories import messages as told
from tests.unit.storage import (
    DATA,
    claim,
    on,
    phase,
    pod,
    settled,
    storage_class,
    unbind,
    volume,
    volume_of,
)

PAGE = "/usr/share/nginx/html/index.html"
NO_CLASS = {"storageClassName": ""}


# -- reclaiming -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["standard", "local-path"])
def test_delete_takes_volume_and_data_v9(name: str) -> None:
    cluster = settled(claim("data", storageClassName=name), pod("p", "data"))
    cluster.write_file("p", DATA, "gone")
    disks = [k for k in cluster.view.state.runtime if k[0] == "disk"]
    assert len(disks) == 1
    cluster.delete("pod", "p")
    cluster.delete("pvc", "data")
    cluster.settle()
    assert cluster.list("pv") == []
    assert cluster.view.fact(*disks[0]) is None
    volumes = [r.after for r in cluster.view.records() if r.key.kind == "PersistentVolume"]
    shown = {v.status.phase for v in volumes if v is not None}
    assert shown == {"Pending", "Bound"}


def test_retain_keeps_data_until_an_admin_clears_the_reference_v9() -> None:
    cluster = settled(
        storage_class("keep", reclaimPolicy="Retain"),
        claim("data", storageClassName="keep"),
        pod("p", "data"),
    )
    cluster.write_file("p", DATA, "kept")
    name = volume_of(cluster, "data")
    assert name is not None
    cluster.delete("pod", "p")
    cluster.delete("pvc", "data")
    cluster.settle()
    assert phase(cluster, "pv", name) == "Released"
    assert tables.volumes(cluster).CLAIM.tolist() == ["default/data"]
    cluster.apply([claim("data", storageClassName="keep"), pod("p", "data")])
    cluster.settle()
    assert volume_of(cluster, "data") != name  # the same name is another claim
    assert cluster.read_file("p", DATA) is None
    unbind(cluster, name)
    assert phase(cluster, "pv", name) == "Available"
    cluster.apply([claim("heir", storageClassName="keep"), pod("q", "heir")])
    cluster.settle()
    assert volume_of(cluster, "heir") == name
    assert cluster.read_file("q", DATA) == "kept"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (
            {},
            'error getting deleter volume plugin for volume "disk": no deletable volume plugin matched',
        ),
        (
            {"csi": None, "hostPath": {"path": "/srv"}},
            "host_path deleter only supports /tmp/.+ but received provided /srv",
        ),
    ],
)
def test_a_volume_that_nobody_can_delete_fails_v1_v9(source: dict[str, Any], error: str) -> None:
    made = volume("disk", persistentVolumeReclaimPolicy="Delete", **source)
    made["spec"] = {k: v for k, v in made["spec"].items() if v is not None}
    cluster = settled(made, claim("data", **NO_CLASS))
    cluster.delete("pvc", "data")
    cluster.settle()
    assert phase(cluster, "pv", "disk") == "Failed"
    assert told(cluster, "VolumeFailedDelete") == [error]


# -- protection -----------------------------------------------------------------------------------


def test_a_claim_in_use_stays_v10_k6() -> None:
    cluster = settled(claim("data"), pod("p", "data"))
    cluster.write_file("p", DATA, "safe")
    assert cluster.get("pvc", "data").metadata.finalizers == ["kubernetes.io/pvc-protection"]
    cluster.delete("pvc", "data")
    cluster.settle()
    assert tables.claims(cluster).STATUS.tolist() == ["Terminating"]
    assert phase(cluster, "pvc", "data") == "Bound"
    cluster.write_file("p", DATA, "still writable")
    assert cluster.read_file("p", DATA) == "still writable"
    cluster.fail_pod("p")  # a finished Pod uses it as long as its object is there
    cluster.settle()
    assert tables.claims(cluster).STATUS.tolist() == ["Terminating"]
    cluster.delete("pod", "p")
    cluster.settle()
    assert cluster.list("pvc") == []


def test_a_pod_without_a_node_does_not_protect_a_claim_v10() -> None:
    cluster = settled(claim("data"), pod("p", "data", **on("nowhere")))
    cluster.delete("pvc", "data")
    cluster.settle()
    assert cluster.list("pvc") == []


def test_a_new_pod_is_not_scheduled_on_a_claim_that_goes_v11_p22() -> None:
    cluster = settled(claim("data"), pod("p", "data"))
    cluster.delete("pvc", "data")
    cluster.apply(pod("q", "data"))
    cluster.settle()
    assert phase(cluster, "pod", "q") == "Pending"
    assert 'persistentvolumeclaim "data" is being deleted' in told(cluster, "FailedScheduling")[-1]


def test_a_bound_volume_stays_until_its_claim_is_gone_v12_k6() -> None:
    cluster = settled(claim("data"), pod("p", "data"))
    cluster.write_file("p", DATA, "safe")
    name = volume_of(cluster, "data")
    cluster.delete("pv", name)
    cluster.settle()
    assert tables.volumes(cluster).STATUS.tolist() == ["Terminating"]
    assert cluster.read_file("p", DATA) == "safe"
    cluster.delete("pod", "p")
    cluster.delete("pvc", "data")
    cluster.settle()
    assert cluster.list("pv") == []
    assert cluster.view.fact("disk", name) is None


def test_a_free_volume_goes_at_once_v12() -> None:
    cluster = settled(volume("disk"))
    assert cluster.get("pv", "disk").metadata.finalizers == ["kubernetes.io/pv-protection"]
    cluster.delete("pv", "disk")
    cluster.settle()
    assert cluster.list("pv") == []


def test_claim_deleted_in_use_end_to_end_g9(cluster: Cluster) -> None:
    cluster.write_file("web-1", PAGE, "old")
    old = cluster.get("pvc", "www-web-1")
    cluster.delete("pvc", "www-web-1")
    cluster.settle()
    assert tables.claims(cluster).STATUS.tolist() == ["Bound", "Terminating", "Bound"]
    assert tables.pods(cluster).STATUS.tolist() == ["Running"] * 3
    before = cluster.version
    cluster.delete("pod", "web-1")
    cluster.settle()
    happened = [(r.verb, str(r.key)) for r in cluster.view.records(before)]
    gone = max(
        i for i, (_, k) in enumerate(happened) if k == f"persistentvolume/{old.spec.volumeName}"
    )
    new_claim = happened.index(("create", "persistentvolumeclaim/www-web-1"))
    new_pod = happened.index(("create", "pod/web-1"))
    assert new_claim < new_pod
    assert gone  # the old disk went with the old claim (V9)
    new = cluster.get("pvc", "www-web-1")
    assert new.metadata.uid != old.metadata.uid
    assert new.spec.volumeName != old.spec.volumeName
    assert cluster.read_file("web-1", PAGE) is None  # V11
    refused = "create Pod web-1 in StatefulSet web failed error: pvc www-web-1 is being deleted"
    assert set(told(cluster, "FailedCreate")) <= {refused}  # S39


def test_no_class_and_no_volume_end_to_end_g16(manifest: str) -> None:
    cluster = Cluster()
    cluster.delete("sc", "standard")
    cluster.apply(manifest)
    cluster.settle()
    assert [p.metadata.name for p in cluster.list("pods")] == ["web-0"]
    assert tables.pods(cluster).STATUS.tolist() == ["Pending"]
    assert tables.claims(cluster).STATUS.tolist() == ["Pending"]
    assert told(cluster, "FailedBinding") == [
        "no persistent volumes available for this claim and no storage class is set"
    ]
    for n in range(3):
        cluster.apply(volume(f"disk-{n}"))
    cluster.settle()
    assert tables.pods(cluster).STATUS.tolist() == ["Running"] * 3


# -- expansion ------------------------------------------------------------------------------------


def ask(cluster: Cluster, name: str, size: str) -> None:
    cluster.patch("pvc", name, {"spec": {"resources": {"requests": {"storage": size}}}})


def test_a_claim_grows_v19() -> None:
    cluster = settled(claim("data"), pod("p", "data"))
    cluster.write_file("p", DATA, "kept")
    ask(cluster, "data", "3Gi")
    assert cluster.get("pvc", "data").status.capacity == {"storage": "1Gi"}
    cluster.run(0.5)
    assert [c.type for c in cluster.get("pvc", "data").status.conditions] == ["Resizing"]
    cluster.settle()
    grown = cluster.get("pvc", "data")
    assert (grown.status.capacity, grown.status.conditions) == ({"storage": "3Gi"}, None)
    name = grown.spec.volumeName
    assert cluster.get("pv", name).spec.capacity == {"storage": "3Gi"}
    assert told(cluster, "Resizing") == [f"External resizer is resizing volume {name}"]
    assert told(cluster, "VolumeResizeSuccessful") == ["Resize volume succeeded"]
    assert cluster.read_file("p", DATA) == "kept"


def test_what_a_claim_may_not_change_x10_v20() -> None:
    cluster = settled(
        claim("data"), claim("fixed", storageClassName="local-path"), pod("p", "fixed")
    )
    version = cluster.version
    with pytest.raises(Invalid) as refused:
        cluster.patch("pvc", "data", {"spec": {"accessModes": ["ReadWriteMany"]}})
    assert str(refused.value) == (
        'The PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is immutable after '
        "creation except resources.requests and volumeAttributesClassName for bound claims"
    )
    with pytest.raises(Invalid) as refused:
        ask(cluster, "data", "500Mi")
    assert str(refused.value) == (
        'The PersistentVolumeClaim "data" is invalid: spec.resources.requests.storage: Forbidden: '
        "field can not be less than status.capacity"
    )
    with pytest.raises(Forbidden) as denied:
        ask(cluster, "fixed", "2Gi")
    assert str(denied.value) == (
        'Error from server (Forbidden): persistentvolumeclaims "fixed" is forbidden: only '
        "dynamically provisioned pvc can be resized and the storageclass that provisions the pvc "
        "must support resize"
    )
    assert cluster.version == version


def test_the_usual_way_to_larger_claims_m4_v19_s5(cluster: Cluster, manifest: str) -> None:
    larger = manifest.replace("storage: 1Gi", "storage: 2Gi")
    cluster.write_file("web-1", PAGE, "kept")
    uids = {p.metadata.name: p.metadata.uid for p in cluster.list("pods")}
    with pytest.raises(Invalid):
        cluster.apply(larger)
    for n in range(3):
        ask(cluster, f"www-web-{n}", "2Gi")
    cluster.settle()
    cluster.delete("sts", "web", cascade="orphan")
    cluster.settle()
    cluster.apply(larger)
    cluster.settle()
    assert {p.metadata.name: p.metadata.uid for p in cluster.list("pods")} == uids
    cluster.scale("sts", "web", 4)
    cluster.settle()
    assert tables.claims(cluster).CAPACITY.tolist() == ["2Gi"] * 4
    assert cluster.read_file("web-1", PAGE) == "kept"
