"""Each request is answered as a real API server answers it: which fields, for which reasons (X rules)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, StatusError
from tests.api.requests import CREATE, UPDATE, changed, valid


def causes_of(error: StatusError) -> set[str]:
    found = (error.status.details and error.status.details.causes) or []
    return {f"{c.field} {c.reason.removeprefix('FieldValue')}" for c in found}


def name(line: Any) -> str:
    return "-".join(map(str, line))[:90] if isinstance(line, tuple) else ""


@pytest.mark.parametrize("line", CREATE, ids=name)
def test_what_is_created_is_refused_for_the_right_fields_x13_x9(line: Any) -> None:
    kind, changes, *causes = line
    cluster = Cluster()
    before = cluster.version
    doc = changed(valid(kind), changes)
    if not causes:
        cluster.create(doc)
        return
    with pytest.raises(StatusError) as refused:
        cluster.create(doc)
    assert causes_of(refused.value) == set(causes)
    assert (refused.value.status.code, refused.value.status.reason) == (422, "Invalid")
    assert cluster.version == before


@pytest.mark.parametrize("line", UPDATE, ids=name)
def test_what_is_updated_is_refused_for_the_right_fields_x1_x10_x11(line: Any) -> None:
    kind, first, changes, *causes = line
    cluster = Cluster()
    cluster.create(changed(valid(kind), first))
    doc = changed(cluster.get(kind, "web").to_dict(), changes)
    doc.setdefault("apiVersion", valid(kind)["apiVersion"])
    doc.setdefault("kind", kind)
    before = cluster.version
    if not causes:
        cluster.update(doc)
        return
    with pytest.raises(StatusError) as refused:
        cluster.update(doc)
    assert causes_of(refused.value) == set(causes)
    assert cluster.version == before


SET = valid("StatefulSet")
WRONG = {"spec": {"replicas": "three"}}


@pytest.mark.parametrize(
    ("type_", "patch", "code", "reason", "causes"),
    [
        ("merge", WRONG, 422, "Invalid", {"patch Invalid"}),
        ("strategic", WRONG, 422, "Invalid", {"patch Invalid"}),
        ("merge", {"spec": {"template": []}}, 422, "Invalid", {"patch Invalid"}),
        ("merge", {"spec": {"replica": 3}}, 422, "Invalid", {"patch Invalid"}),
        ("merge", {"kind": "Deployment"}, 422, "Invalid", {"patch Invalid"}),
        ("merge", {"metadata": {"name": "x"}}, 400, "BadRequest", set()),
        ("merge", {"metadata": {"namespace": "x"}}, 400, "BadRequest", set()),
        ("merge", [], 400, "BadRequest", set()),
        ("merge", {"metadata": {"resourceVersion": "1"}}, 409, "Conflict", set()),
        ("merge", {"spec": {"replicas": -1}}, 422, "Invalid", {"spec.replicas Invalid"}),
        ("merge", {"spec": {"selector": None}}, 422, "Invalid",
         {"spec.selector Required", "spec.template.metadata.labels Invalid", "spec Forbidden"}),
        ("merge", {"metadata": {"labels": {"a b": "x"}}}, 422, "Invalid", {"metadata.labels Invalid"}),
        ("merge", {"metadata": {"labels": {"a": 1}}}, 422, "Invalid", {"patch Invalid"}),
        ("strategic", {"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}}, 500, "",
            set()),
        ("json", {}, 400, "BadRequest", set()),
        ("json", [1], 400, "BadRequest", set()),
        ("json", [{"op": "jump", "path": "/spec"}], 422, "Invalid", set()),
        ("json", [{"op": "remove", "path": "/spec/nope"}], 422, "Invalid", set()),
        ("json", [{"op": "test", "path": "/spec/replicas", "value": 9}], 422, "Invalid", set()),
        ("json", [{"op": "replace", "path": "spec/replicas", "value": 9}], 422, "Invalid", set()),
        ("json", [{"op": "replace", "path": "/spec/replicas", "value": "x"}], 422, "Invalid", {
            "patch Invalid"}),
        ("json", [{"op": "replace", "path": "/spec/serviceName", "value": "x"}], 422, "Invalid", {
            "spec Forbidden"}),
    ],
)  # fmt: skip
def test_a_patch_that_is_refused_k11(
    type_: str, patch: Any, code: int, reason: str, causes: set[str]
) -> None:
    cluster = Cluster()
    cluster.create(SET)
    before = cluster.version
    with pytest.raises(StatusError) as refused:
        cluster.patch("sts", "web", patch, type=type_)
    status = refused.value.status
    assert (status.code, status.reason, causes_of(refused.value)) == (code, reason, causes)
    assert cluster.version == before


def test_what_kubectl_prints_of_a_patch_that_cannot_be_read_k11() -> None:
    cluster = Cluster()
    cluster.create(SET)
    with pytest.raises(
        StatusError, match=r"^The request is invalid: patch: Invalid value: .*: json"
    ):
        cluster.patch("sts", "web", WRONG)
    with pytest.raises(
        StatusError, match=r"^The request is invalid: the server rejected our request"
    ):
        cluster.patch("sts", "web", [{"op": "remove", "path": "/spec/nope"}], type="json")


def test_what_is_created_has_no_version_yet() -> None:
    cluster = Cluster()
    doc = changed(valid("ConfigMap"), {"metadata.resourceVersion": "1"})
    with pytest.raises(StatusError) as refused:
        cluster.create(doc)
    text = "resourceVersion should not be set on objects to be created"
    assert str(refused.value) == f"Error from server: {text}"
    assert refused.value.status.code == 500


def test_a_cluster_wide_object_loses_the_namespace_it_names() -> None:
    cluster = Cluster()
    cluster.create(changed(valid("PersistentVolume"), {"metadata.namespace": "default"}))
    assert cluster.get("pv", "web").metadata.namespace is None


def test_a_negative_grace_period_counts_as_one_second_p11() -> None:
    cluster = Cluster()
    cluster.create(changed(valid("Pod"), {"spec.terminationGracePeriodSeconds": -1}))
    cluster.settle()
    cluster.delete("pod", "web")
    assert cluster.get("pod", "web").metadata.deletionGracePeriodSeconds == 1


C = "spec.containers.0"
WRONG_TYPES: list[tuple[str, dict[str, Any]]] = [
    ("Pod", {f"{C}.env.0": {"name": "A", "value": 1}}),
    ("Pod", {f"{C}.ports.0": {"containerPort": "80"}}),
    ("Pod", {"spec.containers": {}}),
    ("Pod", {"spec": "x"}),
    ("Pod", {"metadata": []}),
    ("Pod", {"metadata.labels": []}),
    ("Pod", {"metadata.annotations": {"a": True}}),
    ("Pod", {f"{C}.command": "sh"}),
    ("Pod", {f"{C}.command": [1]}),
    ("Pod", {f"{C}.image": 5}),
    ("Pod", {"spec.hostNetwork": "yes"}),
    ("Pod", {"spec.terminationGracePeriodSeconds": "30"}),
    ("Pod", {"spec.terminationGracePeriodSeconds": 1.5}),
    ("Pod", {f"{C}.resources.requests": {"cpu": True}}),
    ("Pod", {f"{C}.resources.requests": {"cpu": ""}}),
    ("Pod", {f"{C}.resources.requests": {"cpu": "1 Gi"}}),
    ("Pod", {f"{C}.resources.requests": []}),
    ("Pod", {"spec.nodeSelector": {"a": 1}}),
    ("Pod", {"spec.volumes": "x"}),
    ("Service", {"spec.ports.0.port": "80"}),
    ("Service", {"spec.ports.0.targetPort": True}),
    ("Service", {"spec.ports.0.targetPort": 1.5}),
    ("Service", {"spec.selector": "x"}),
    ("Service", {"spec.selector": {"a": 1}}),
    ("Service", {"spec.publishNotReadyAddresses": "true"}),
    ("Service", {"spec.clusterIP": 5}),
    ("Service", {"spec.externalIPs": "x"}),
    ("StatefulSet", {"spec.replicas": "3"}),
    ("StatefulSet", {"spec.replicas": True}),
    ("StatefulSet", {"spec.serviceName": 3}),
    ("StatefulSet", {"spec.selector": "app=web"}),
    ("StatefulSet", {"spec.selector.matchLabels": ["a"]}),
    ("StatefulSet", {"spec.template": []}),
    ("StatefulSet", {"spec.updateStrategy": "RollingUpdate"}),
    ("StatefulSet", {"spec.volumeClaimTemplates": {}}),
    ("StatefulSet", {"spec.podManagementPolicy": 1}),
    ("StatefulSet", {"spec.template.spec.containers": "x"}),
    ("StatefulSet", {"metadata.name": 5}),
    ("StatefulSet", {"spec.minReadySeconds": -1.5}),
    ("PersistentVolumeClaim", {"spec.accessModes": "ReadWriteOnce"}),
    ("PersistentVolumeClaim", {"spec.resources.requests.storage": "1GiB"}),
    ("PersistentVolumeClaim", {"spec.resources.requests.storage": []}),
    ("PersistentVolumeClaim", {"spec.storageClassName": 1}),
    ("Deployment", {"spec.strategy": "Recreate"}),
    ("Deployment", {"spec.strategy.rollingUpdate.maxSurge": 1.5}),
    ("Deployment", {"spec.strategy.rollingUpdate.maxSurge": True}),
    ("Deployment", {"spec.paused": "no"}),
    ("PodDisruptionBudget", {"spec.maxUnavailable": []}),
    ("StorageClass", {"parameters": {"a": 1}}),
    ("StorageClass", {"allowVolumeExpansion": "yes"}),
    ("StorageClass", {"provisioner": 1}),
    ("ConfigMap", {"data": {"a": 1}}),
    ("ConfigMap", {"data": "x"}),
    ("ConfigMap", {"immutable": "x"}),
    ("Secret", {"data": {"a": "not base64!"}}),
    ("Node", {"spec.taints": "x"}),
    ("Node", {"spec.unschedulable": 1}),
    ("PersistentVolume", {"spec.capacity": "1Gi"}),
    ("PersistentVolume", {"spec.hostPath": "/x"}),
    ("ConfigMap", {"binaryData": {"a": "%%"}}),
    ("Pod", {"metadata.creationTimestamp": "yesterday"}),
    ("Pod", {"metadata.ownerReferences": {}}),
    ("Pod", {"metadata.finalizers": "x"}),
    ("Pod", {"metadata.generation": "1"}),
    ("Pod", {"metadata.deletionGracePeriodSeconds": "1"}),
]


@pytest.mark.parametrize(("kind", "changes"), WRONG_TYPES, ids=name)
def test_a_wrong_type_is_a_bad_request_x13(kind: str, changes: dict[str, Any]) -> None:
    cluster = Cluster()
    with pytest.raises(StatusError) as refused:
        cluster.create(changed(valid(kind), changes))
    status = refused.value.status
    assert (status.code, status.reason) == (400, "BadRequest")
    assert f"cannot be handled as a {kind}: " in (status.message or "")
