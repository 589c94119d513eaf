"""What is accepted and not simulated is said, with its path (silence is a defect)."""

import pytest

from statefulkit.api.unmodelled import unmodelled
from tests.api.docs import TEMPLATE, doc, pod


def fields(found):
    return [field for field, _ in unmodelled(found)]


@pytest.mark.parametrize(
    "kind", ["Pod", "StatefulSet", "Service", "PersistentVolumeClaim", "PersistentVolume"]
)
def test_a_plain_manifest_says_nothing(kind):
    assert fields(doc(kind)) == []


@pytest.mark.parametrize(
    ("container", "field"),
    [
        ({"readinessProbe": {"httpGet": {"port": 80}}}, "readinessProbe"),
        ({"livenessProbe": {"exec": {"command": ["x"]}}}, "livenessProbe"),
        ({"resources": {"requests": {"cpu": "1"}}}, "resources"),
        ({"command": ["sh"]}, "command"),
        ({"args": ["x"]}, "args"),
        (
            {"env": [{"name": "MEMBERS", "valueFrom": {"fieldRef": {"fieldPath": "a"}}}]},
            "env[0].valueFrom",
        ),
        ({"env": [{"name": "MEMBERS", "value": "5"}, {"name": "A", "value": "1"}]}, "env[1].name"),
        ({"envFrom": [{"configMapRef": {"name": "a"}}]}, "envFrom"),
        ({"securityContext": {"runAsUser": 1}}, "securityContext"),
        ({"lifecycle": {"preStop": {}}}, "lifecycle"),
    ],
)
def test_containers(container, field):
    assert fields(pod(**container)) == [f"spec.containers[0].{field}"]


def test_p18_only_required_anti_affinity_by_host_name_is_simulated():
    def affinity(term):
        key = "requiredDuringSchedulingIgnoredDuringExecution"
        return doc("Pod", affinity={"podAntiAffinity": {key: [term]}})

    selector = {"matchLabels": {"app": "web"}}
    hostname = {"topologyKey": "kubernetes.io/hostname", "labelSelector": selector}
    assert fields(affinity(hostname)) == []
    assert fields(affinity(hostname | {"topologyKey": "zone"}))[0].endswith("[0].topologyKey")
    preferred = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}
    assert len(fields(doc("Pod", affinity={"podAntiAffinity": preferred}))) == 1
    assert len(fields(doc("Pod", affinity={"nodeAffinity": preferred}))) == 1


def test_templates_have_their_own_paths():
    spec = TEMPLATE["spec"] | {"initContainers": [{"name": "i"}], "priorityClassName": "high"}
    found = fields(doc("StatefulSet", template=TEMPLATE | {"spec": spec}))
    assert found == ["spec.template.spec.initContainers", "spec.template.spec.priorityClassName"]


def test_s10_max_unavailable():
    strategy = {"rollingUpdate": {"maxUnavailable": 2}}
    found = fields(doc("StatefulSet", updateStrategy=strategy))
    assert found == ["spec.updateStrategy.rollingUpdate.maxUnavailable"]


def test_n1_services():
    assert fields(doc("Service", type="NodePort")) == ["spec.type"]
    assert fields(doc("Service", internalTrafficPolicy="Local")) == ["spec.internalTrafficPolicy"]
    assert fields(doc("Service", ipFamilies=["IPv4"], internalTrafficPolicy="Cluster")) == []


def test_volumes_that_are_simulated_say_nothing():
    known = [{"name": "a", "emptyDir": {}}, {"name": "b", "hostPath": {"path": "/x"}}]
    assert fields(doc("Pod", volumes=known)) == []
    assert fields(doc("Pod", volumes=[{"name": "c", "configMap": {"name": "x"}}])) == [
        "spec.volumes[0].configMap"
    ]
    assert fields(doc("Pod", nodeSelector={"a": "b"}, tolerations=[{"operator": "Exists"}])) == []


@pytest.mark.parametrize("broken", [None, [], "x", {"containers": "x"}, {"containers": [None]}])
def test_a_manifest_that_is_wrong_is_no_crash(broken):
    assert unmodelled({"kind": "Pod", "spec": broken}) == []
