"""What the server fills in (S1 to S15, D3, N1, P9, V7)."""

from copy import deepcopy

import pytest

from statefulkit.api.defaults import default
from statefulkit.api.qos import qos_class
from statefulkit.quantity import canonical
from tests.api.docs import doc, pod


def spec(found):
    return default(found)["spec"]


def test_the_input_is_untouched():
    found = doc("StatefulSet")
    before = deepcopy(found)
    default(found)
    assert found == before


def test_defaults_are_stable():
    once = default(doc("StatefulSet", volumeClaimTemplates=[doc("PersistentVolumeClaim")]))
    assert default(once) == once


def test_s1_s6_s11_s14_of_a_stateful_set():
    found = spec(doc("StatefulSet"))
    assert found["replicas"] == 1
    assert found["podManagementPolicy"] == "OrderedReady"
    assert found["revisionHistoryLimit"] == 10
    policy = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert found["persistentVolumeClaimRetentionPolicy"] == policy
    assert "ordinals" not in found  # S13
    assert "serviceName" not in found  # S3


ROLLING = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (None, ROLLING),
        ({}, ROLLING),
        ({"type": ""}, ROLLING),
        ({"type": "RollingUpdate"}, {"type": "RollingUpdate"}),
        ({"type": "RollingUpdate", "rollingUpdate": None}, {"type": "RollingUpdate"}),
        ({"type": "RollingUpdate", "rollingUpdate": {}}, ROLLING),
        ({"type": "OnDelete"}, {"type": "OnDelete"}),
    ],
)
def test_s15_rolling_update_is_nil_only_where_a_type_was_given(given, stored):
    assert spec(doc("StatefulSet", updateStrategy=given))["updateStrategy"] == stored


def test_s10_max_unavailable_is_dropped_while_the_gate_is_off():
    rolling = {"rollingUpdate": {"maxUnavailable": 2, "partition": 1}}
    found = spec(doc("StatefulSet", updateStrategy=rolling))["updateStrategy"]
    assert found["rollingUpdate"] == {"partition": 1}


def test_zero_and_false_are_values():
    assert spec(doc("StatefulSet", replicas=0, revisionHistoryLimit=0))["replicas"] == 0


def test_d3_deployment():
    found = spec(doc("Deployment"))
    assert (found["progressDeadlineSeconds"], found["revisionHistoryLimit"]) == (600, 10)
    assert found["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
    }
    assert "rollingUpdate" not in spec(doc("Deployment", strategy={"type": "Recreate"}))["strategy"]


def test_p11_n37_pod():
    found = spec(pod())
    assert found["terminationGracePeriodSeconds"] == 30
    assert (found["restartPolicy"], found["dnsPolicy"]) == ("Always", "ClusterFirst")
    assert spec(doc("StatefulSet"))["template"]["spec"]["terminationGracePeriodSeconds"] == 30


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("localhost:5000/nginx", "Always"),
        ("nginx@sha256:0a", "IfNotPresent"),
    ],
)
def test_p9_pull_policy_follows_the_tag(image, policy):
    assert spec(pod(image=image))["containers"][0]["imagePullPolicy"] == policy


def test_p4_probe():
    found = spec(pod(readinessProbe={"httpGet": {"port": 80}}))["containers"][0]["readinessProbe"]
    assert found == {
        "httpGet": {"port": 80, "path": "/", "scheme": "HTTP"},
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }


def test_n1_n2_service():
    found = spec(doc("Service", sessionAffinity="ClientIP"))
    assert found["type"] == "ClusterIP"
    assert found["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    assert found["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"] == 10800
    assert "clusterIP" not in found


def test_v7_storage_class_and_volumes():
    found = default({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "x"})
    assert (found["reclaimPolicy"], found["volumeBindingMode"]) == ("Delete", "Immediate")
    assert "allowVolumeExpansion" not in found
    assert spec(doc("PersistentVolume"))["persistentVolumeReclaimPolicy"] == "Retain"
    assert spec(doc("PersistentVolumeClaim"))["volumeMode"] == "Filesystem"


def test_v6_an_empty_class_stays_empty():
    assert spec(doc("PersistentVolumeClaim", storageClassName=""))["storageClassName"] == ""
    assert "storageClassName" not in spec(doc("PersistentVolumeClaim"))


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("1000Ki", "1000Ki"), ("0.1Ki", "102400m"), ("512", "512"),
        ("1000m", "1"), ("0.5", "500m"), (0.25, "250m"), ("1000", "1k"), ("1500m", "1500m"), ("1e3", "1e3"),
        ("5e-1", "500e-3"), ("0Gi", "0"), ("-1024Mi", "-1Gi"), ("0.1n", "1n"),
    ],
)  # fmt: skip
def test_v4_quantities_are_stored_in_canonical_form(given, stored):
    """Kubernetes' API reference on Quantity: no fractional digits, the largest possible suffix."""
    assert canonical(given) == canonical(stored) == stored
    asked = {"requests": {"storage": given}}
    assert (
        spec(doc("PersistentVolumeClaim", resources=asked))["resources"]["requests"]["storage"]
        == stored
    )
    assert (
        spec(doc("PersistentVolume", capacity={"storage": given}))["capacity"]["storage"] == stored
    )


def resources(requests=None, limits=None):
    return {"resources": {"requests": requests or {}, "limits": limits or {}}}


BOTH = {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("containers", "class_"),
    [
        ([{}], "BestEffort"),
        ([resources({"cpu": "0"})], "BestEffort"),
        ([resources({"ephemeral-storage": "1Gi"})], "BestEffort"),
        ([resources({"cpu": "1"})], "Burstable"),
        ([resources({"cpu": "1"}, BOTH)], "Guaranteed"),  # a request that is not there is the limit
        ([resources(BOTH, BOTH | {"cpu": "2"})], "Burstable"),
        ([resources({}, {"cpu": "1"})], "Burstable"),
        ([resources({}, BOTH)], "Guaranteed"),
        ([resources(BOTH, {"cpu": "1000m", "memory": "1024Mi"})], "Guaranteed"),
        ([resources({}, BOTH), {}], "Burstable"),
    ],
)
def test_the_quality_of_service_follows_from_requests_and_limits(containers, class_):
    """Kubernetes' page on Pod Quality of Service Classes."""
    named = [{"name": f"c{i}", "image": "nginx"} | c for i, c in enumerate(containers)]
    assert qos_class(spec(doc("Pod", containers=named))) == class_
    first, *others = named  # init containers count, too
    assert qos_class(spec(doc("Pod", containers=[first], initContainers=others))) == class_


def test_the_resources_of_a_whole_pod_decide_its_quality_of_service():
    assert (
        qos_class(spec(doc("Pod", resources=resources({"cpu": "1"})["resources"]))) == "Burstable"
    )


def test_what_volumes_and_variables_refer_to():
    """Kubernetes' API reference: defaultMode is 0644, the version of a field is v1."""
    sources = ("configMap", "secret", "downwardAPI", "projected")
    volumes = [{"name": s.lower(), s: {}} for s in sources]
    env = [{"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]
    container = {"name": "c", "image": "nginx", "env": env}
    found = spec(doc("Pod", volumes=volumes, containers=[container]))
    assert [v[s]["defaultMode"] for v, s in zip(found["volumes"], sources, strict=True)] == [
        420
    ] * 4
    field = found["containers"][0]["env"][0]["valueFrom"]["fieldRef"]
    assert field == {"fieldPath": "status.podIP", "apiVersion": "v1"}


def test_what_a_secret_is_given_as_text_is_stored_with_its_data():
    """Kubernetes' API reference: stringData is write-only, and comes before data."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    found = default(secret | {"data": {"a": "eA==", "b": "eQ=="}, "stringData": {"a": "new"}})
    assert (found["data"], found["type"]) == ({"a": "bmV3", "b": "eQ=="}, "Opaque")
    assert "stringData" not in found
