"""Validation: each field that is refused, and the reason (X1 to X13)."""

import pytest

from statefulkit.api.defaults import default
from statefulkit.api.validation import validate
from tests.api.docs import TEMPLATE, causes, doc, pod

KINDS = ("Pod", "StatefulSet", "Deployment", "ReplicaSet", "Service", "PersistentVolumeClaim")


@pytest.mark.parametrize("kind", [*KINDS, "PersistentVolume", "PodDisruptionBudget"])
def test_a_valid_one_is_accepted_and_stays_so(kind):
    assert causes(doc(kind)) == set()
    assert causes(doc(kind), doc(kind)) == set()


def template(**spec):
    return {**TEMPLATE, "spec": TEMPLATE["spec"] | spec}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            {"selector": {"matchLabels": {"app": "x"}}},
            ("spec.template.metadata.labels", "Invalid"),
        ),  # X2
        ({"selector": {}}, ("spec.selector", "Invalid")),  # X3
        ({"podManagementPolicy": "x"}, ("spec.podManagementPolicy", "Invalid")),  # X4
        ({"updateStrategy": {"type": "x"}}, ("spec.updateStrategy", "Invalid")),  # X5
        (
            {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {}}},
            ("spec.updateStrategy.rollingUpdate", "Invalid"),
        ),
        ({"replicas": -1}, ("spec.replicas", "Invalid")),  # X6
        ({"minReadySeconds": -1}, ("spec.minReadySeconds", "Invalid")),
        ({"ordinals": {"start": -1}}, ("spec.ordinals.start", "Invalid")),
        (
            {"updateStrategy": {"rollingUpdate": {"partition": -1}}},
            ("spec.updateStrategy.rollingUpdate.partition", "Invalid"),
        ),
        (
            {"template": template(restartPolicy="Never")},
            ("spec.template.spec.restartPolicy", "NotSupported"),
        ),  # X7
        (
            {"template": template(activeDeadlineSeconds=5)},
            ("spec.template.spec.activeDeadlineSeconds", "Forbidden"),
        ),
        (
            {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "x"}},
            ("spec.persistentVolumeClaimRetentionPolicy.whenScaled", "NotSupported"),
        ),  # X8
    ],
)
def test_x2_to_x8_stateful_set(spec, expected):
    assert causes(doc("StatefulSet", **spec)) == {expected}


def test_x3_missing_selector_is_two_causes():
    assert causes(doc("StatefulSet", selector=None)) == {
        ("spec.selector", "Required"),
        ("spec.template.metadata.labels", "Invalid"),
    }


@pytest.mark.parametrize(
    ("expression", "field", "reason"),
    [
        ({"key": "app", "operator": "Like"}, "operator", "Invalid"),
        ({"key": "app", "operator": "In"}, "values", "Required"),
        ({"key": "app", "operator": "Exists", "values": ["x"]}, "values", "Forbidden"),
    ],
)
def test_s2_selector_expressions(expression, field, reason):
    found = causes(doc("StatefulSet", selector={"matchExpressions": [expression]}))
    where = f"spec.selector.matchExpressions[0].{field}"
    assert found == {(where, reason), ("spec.selector", "Invalid")}


@pytest.mark.parametrize(
    "broken", [{"containers": []}, {"containers": [{"name": "c"}]}, {"dnsPolicy": "x"}]
)
def test_s4_a_stateful_sets_pod_spec_is_not_read_but_a_deployments_is(broken):
    assert causes(doc("StatefulSet", template=template(**broken))) == set()
    assert causes(doc("Deployment", template=template(**broken))) != set()


@pytest.mark.parametrize(
    "change",
    [
        {"serviceName": "x"},
        {"podManagementPolicy": "Parallel"},
        {"volumeClaimTemplates": [doc("PersistentVolumeClaim")]},
    ],
)
def test_x1_immutable_fields_give_one_error(change):
    assert causes(doc("StatefulSet", **change), doc("StatefulSet")) == {("spec", "Forbidden")}


def test_x1_text():
    new, old = default(doc("StatefulSet", serviceName="x")), default(doc("StatefulSet"))
    assert [str(c) for c in validate(new, old)] == [
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', "
        "'template', 'updateStrategy', 'revisionHistoryLimit', "
        "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    ]


@pytest.mark.parametrize(
    ("kind", "change", "text"),
    [
        (
            "StatefulSet",
            {"selector": {"matchLabels": {"app": "x"}}},
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: '
            "`selector` does not match template `labels`",
        ),
        ("StatefulSet", {"selector": {}}, "empty selector is invalid for statefulset"),
        ("Deployment", {"selector": {}}, "empty selector is invalid for deployment"),
        (
            "StatefulSet",
            {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {}}},
            "only allowed for updateStrategy 'RollingUpdate'",
        ),
        (
            "StatefulSet",
            {"template": TEMPLATE | {"spec": {"restartPolicy": "Never"}}},
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        ),
    ],
)
def test_x2_x3_x5_x7_texts(kind, change, text):
    (cause,) = validate(default(doc(kind, **change)))
    assert str(cause).endswith(text)


@pytest.mark.parametrize(
    "change",
    [
        {"replicas": 5},
        {"ordinals": {"start": 2}},
        {"template": template(dnsPolicy="Default")},
        {"updateStrategy": {"type": "OnDelete"}},
        {"revisionHistoryLimit": 3},
        {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}},
        {"minReadySeconds": 5},
    ],
)
def test_x1_the_other_fields_may_change(change):
    assert causes(doc("StatefulSet", **change), doc("StatefulSet")) == set()


@pytest.mark.parametrize(
    ("kind", "name", "good"),
    [
        ("StatefulSet", "My_Set", False),
        ("StatefulSet", "a.b", False),  # S19
        ("StatefulSet", "a" * 63, True),
        ("StatefulSet", "a" * 64, False),
        ("Pod", "a.b", True),
        ("Pod", "p\n", False),
        ("Service", "1nginx", False),
        ("Service", "n-1", True),
    ],
)
def test_x9_names(kind, name, good):
    assert causes(doc(kind, {"name": name})) == (set() if good else {("metadata.name", "Invalid")})


def test_x9_a_name_is_required_unless_it_is_generated():
    assert causes(doc("Pod", {"name": ""})) == {("metadata.name", "Required")}
    assert causes(doc("Pod", {"name": None, "generateName": "web-"})) == set()


@pytest.mark.parametrize("labels", [{"-bad": "x"}, {"a": "b c"}, {"a": "x" * 64}, {"A_/a": "x"}])
def test_s2_labels(labels):
    assert causes(doc("Pod", {"labels": labels})) == {("metadata.labels", "Invalid")}


C0 = "spec.containers[0]"


@pytest.mark.parametrize(
    ("container", "field", "reason"),
    [
        ({"image": ""}, "image", "Required"),
        ({"name": ""}, "name", "Required"),
        ({"name": "A_"}, "name", "Invalid"),
        ({"imagePullPolicy": "Sometimes"}, "imagePullPolicy", "NotSupported"),
        ({"ports": [{"containerPort": 70000}]}, "ports[0].containerPort", "Invalid"),
        ({"ports": [{}]}, "ports[0].containerPort", "Required"),
        (
            {"ports": [{"containerPort": 80, "name": "a-long-port-name"}]},
            "ports[0].name",
            "Invalid",
        ),
        (
            {"ports": [{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}]},
            "ports[1].name",
            "Duplicate",
        ),
        (
            {"volumeMounts": [{"name": "www", "mountPath": "/x"}]},
            "volumeMounts[0].name",
            "NotFound",
        ),
        ({"env": [{"value": "x"}]}, "env[0].name", "Required"),
        ({"resources": {"requests": {"cpu": "-1"}}}, "resources.requests[cpu]", "Invalid"),
        ({"resources": {"requests": {"disks": 1}}}, "resources.requests[disks]", "Invalid"),
        (
            {"resources": {"requests": {"cpu": 2}, "limits": {"cpu": "1500m"}}},
            "resources.requests",
            "Invalid",
        ),
        ({"livenessProbe": {}}, "livenessProbe", "Required"),
        (
            {"readinessProbe": {"httpGet": {"port": 1}, "tcpSocket": {"port": 1}}},
            "readinessProbe.tcpSocket",
            "Forbidden",
        ),
        ({"startupProbe": {"tcpSocket": {}}}, "startupProbe.tcpSocket.port", "Invalid"),
    ],
)
def test_x13_containers(container, field, reason):
    assert causes(pod(**container)) == {(f"{C0}.{field}", reason)}


@pytest.mark.parametrize(
    ("spec", "field", "reason"),
    [
        ({"containers": []}, "containers", "Required"),
        ({"restartPolicy": "x"}, "restartPolicy", "NotSupported"),
        ({"hostname": "A_"}, "hostname", "Invalid"),
        ({"activeDeadlineSeconds": 0}, "activeDeadlineSeconds", "Invalid"),
        ({"dnsPolicy": "None"}, "dnsConfig", "Required"),
        ({"volumes": [{"emptyDir": {}}]}, "volumes[0].name", "Required"),
        ({"volumes": [{"name": "v", "hostPath": {}}]}, "volumes[0].hostPath.path", "Required"),
        ({"tolerations": [{"value": "x"}]}, "tolerations[0].operator", "Invalid"),
        (
            {"tolerations": [{"key": "a", "tolerationSeconds": 1, "effect": "NoSchedule"}]},
            "tolerations[0].effect",
            "Invalid",
        ),
    ],
)
def test_x13_pod_spec(spec, field, reason):
    assert causes(doc("Pod", **spec)) == {(f"spec.{field}", reason)}


def test_x11_of_a_pod_only_little_may_change():
    assert causes(pod(image="nginx:2"), pod(image="nginx:1")) == set()
    assert causes(pod(command=["x"]), pod()) == {("spec", "Forbidden")}
    old = doc("Pod", tolerations=[{"key": "a", "operator": "Exists"}])
    assert causes(old, doc("Pod")) == set()
    assert causes(doc("Pod"), old) == {("spec.tolerations", "Forbidden")}


@pytest.mark.parametrize(
    ("spec", "field", "reason"),
    [
        ({"ports": []}, "ports", "Required"),
        ({"ports": [{"port": 1}, {"port": 2, "name": "b"}]}, "ports[0].name", "Required"),
        ({"ports": [{"port": 1, "name": "a"}, {"port": 1, "name": "b"}]}, "ports[1]", "Duplicate"),
        ({"clusterIP": "10.0.0.300"}, "clusterIPs[0]", "Invalid"),
        ({"clusterIP": "192.0.2.1"}, "clusterIPs", "Invalid"),
        ({"clusterIP": "None", "type": "NodePort"}, "clusterIPs[0]", "Invalid"),
        ({"type": "ExternalName"}, "externalName", "Required"),
        ({"type": "ExternalName", "externalName": "A B"}, "externalName", "Invalid"),
        ({"sessionAffinity": "Cookie"}, "sessionAffinity", "NotSupported"),
    ],
)
def test_n1_services(spec, field, reason):
    assert causes(doc("Service", **spec)) == {(f"spec.{field}", reason)}


def test_n17_a_headless_service_needs_no_ports():
    assert causes(doc("Service", clusterIP="None", ports=[])) == set()


def test_x11_a_cluster_ip_stays():
    old = doc("Service", clusterIP="None")
    assert causes(doc("Service", clusterIP="10.96.5.5"), old) == {("spec.clusterIPs[0]", "Invalid")}
    (cause,) = validate(default(doc("Service", clusterIP="10.96.5.5")), default(old))
    assert cause.message.endswith(": may not change once set")


def test_x11_a_deployments_selector_stays():
    new = doc("Deployment", selector={"matchExpressions": [{"key": "app", "operator": "Exists"}]})
    assert causes(new, doc("Deployment")) == {("spec.selector", "Invalid")}


def claim(storage, phase="Bound", **spec):
    found = doc("PersistentVolumeClaim", resources={"requests": {"storage": storage}}, **spec)
    return found | {"status": {"phase": phase, "capacity": {"storage": "1Gi"}}}


def test_x10_v19_a_bound_claim_may_grow_and_not_shrink():
    assert causes(claim("2Gi"), claim("1Gi")) == set()
    assert causes(claim("1024Mi", "Pending"), claim("1Gi", "Pending")) == set()
    assert causes(claim("500Mi"), claim("1Gi")) == {
        ("spec.resources.requests.storage", "Forbidden")
    }
    assert causes(claim("2Gi", "Pending"), claim("1Gi", "Pending")) == {("spec", "Forbidden")}


def test_v20_a_claims_spec_stays_but_a_volume_may_be_given():
    other = claim("1Gi", accessModes=["ReadWriteMany"])
    assert causes(other, claim("1Gi")) == {("spec", "Forbidden")}
    assert causes(claim("1Gi", volumeName="pv"), claim("1Gi")) == set()


def test_v2_read_write_once_pod_stands_alone():
    modes = ["ReadWriteOncePod", "ReadWriteOnce"]
    assert causes(claim("1Gi", accessModes=modes)) == {("spec.accessModes", "Forbidden")}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"hostPath": None}, ("spec", "Required")),
        ({"nfs": {"server": "a", "path": "/"}}, ("spec.nfs", "Forbidden")),
        ({"capacity": {"storage": "0"}}, ("spec.capacity[storage]", "Invalid")),
        ({"hostPath": None, "local": {"path": "/x"}}, ("spec.nodeAffinity", "Required")),  # V17
        ({"hostPath": {"path": "/a/../b"}}, ("spec.hostPath.path", "Invalid")),
        ({"accessModes": []}, ("spec.accessModes", "Required")),
    ],
)
def test_v17_volumes(spec, expected):
    assert causes(doc("PersistentVolume", **spec)) == {expected}


def affinity(node):
    term = {"matchExpressions": [{"key": "h", "operator": "In", "values": [node]}]}
    return {"required": {"nodeSelectorTerms": [term]}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"hostPath": {"path": "/other"}}, ("spec.persistentvolumesource", "Forbidden")),
        ({}, {"volumeMode": "Block"}, ("volumeMode", "Invalid")),
        (
            {"nodeAffinity": affinity("a")},
            {"nodeAffinity": affinity("b")},
            ("nodeAffinity", "Invalid"),
        ),
    ],
)
def test_v17_where_a_volume_lies_stays(before, after, expected):
    old = doc("PersistentVolume", **before)
    assert causes(doc("PersistentVolume", **after), old) == {expected}
    assert causes(doc("PersistentVolume", **before, capacity={"storage": "2Gi"}), old) == set()


def test_v7_a_storage_class_does_not_change():
    old = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "s"}}
    old |= {"provisioner": "x/y"}
    assert causes(old, old) == set()
    new = old | {"reclaimPolicy": "Retain", "volumeBindingMode": "WaitForFirstConsumer"}
    assert causes(new, old) == {("reclaimPolicy", "Forbidden"), ("volumeBindingMode", "Invalid")}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 1, "maxUnavailable": 1}, ("spec", "Invalid")),
        ({"minAvailable": -1}, ("spec.minAvailable", "Invalid")),
        ({"maxUnavailable": "150%"}, ("spec.maxUnavailable", "Invalid")),
        ({"maxUnavailable": "many"}, ("spec.maxUnavailable", "Invalid")),
    ],
)
def test_p34_disruption_budgets(spec, expected):
    assert causes(doc("PodDisruptionBudget", **spec)) == {expected}


def test_d3_what_is_wrong_with_a_deployment_is_said_in_the_servers_order():
    """The order of ValidateDeploymentSpec: replicas, template, strategy, then the seconds."""
    wrong = doc(
        "Deployment",
        replicas=-1,
        minReadySeconds=-1,
        revisionHistoryLimit=-1,
        progressDeadlineSeconds=-2,
        strategy={"type": "OnDelete"},
        template={"metadata": {"labels": {"app": "x"}}, "spec": {"containers": []}},
    )
    assert [c.field.removeprefix("spec.") for c in validate(default(wrong))] == [
        "replicas", "template.metadata.labels", "template.spec.containers", "strategy",
        "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds",
        "progressDeadlineSeconds",
    ]  # fmt: skip
