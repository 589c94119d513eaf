"""What is accepted and not simulated is said, with its path (silence is a defect)."""

from typing import Any, get_args, get_origin

import msgspec
import pytest

from statefulkit import Cluster
from statefulkit.api.kinds import KINDS
from statefulkit.api.schema import plain
from statefulkit.api.simulated import SIMULATED
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


def test_a_user_namespace_is_asked_for_by_false():
    assert fields(doc("Pod", hostUsers=False)) == ["spec.hostUsers"]
    spec = TEMPLATE["spec"] | {"hostUsers": False}
    assert fields(doc("StatefulSet", template=TEMPLATE | {"spec": spec})) == [
        "spec.template.spec.hostUsers"
    ]


@pytest.mark.parametrize(
    "path", ["/etc/hosts", "/etc//hosts/", "/etc/hostname", "/etc/resolv.conf"]
)
def test_n35_n37_a_volume_over_a_file_that_the_kubelet_makes(path):
    mount = {"name": "data", "mountPath": path}
    assert fields(pod(volumeMounts=[mount])) == ["spec.containers[0].volumeMounts[0].mountPath"]
    assert fields(pod(volumeMounts=[mount | {"mountPath": "/etc/hosts.d"}])) == []


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


def leaves(struct, path="", seen=()):
    """The paths of all fields below a type that hold no further struct, lists marked with []."""
    for field in msgspec.structs.fields(struct):
        hint = plain(field.type)[0]
        many = get_origin(hint) is list
        item = (get_args(hint) or (Any,))[0] if many else hint
        where = f"{path}.{field.encode_name}" if path else field.encode_name
        if isinstance(item, type) and issubclass(item, msgspec.Struct) and item not in seen:
            yield from leaves(item, f"{where}[]" if many else where, (*seen, item))
        else:
            yield where


def setting(path, value):
    """A document in which only the field at `path` is set."""
    for step in reversed(path.split(".")):
        value = {step.removesuffix("[]"): [value] if step.endswith("[]") else value}
    return value


def under(path, prefixes):
    return any(path == p or path.startswith((f"{p}.", f"{p}[")) for p in prefixes)


EVERY = {kind: list(leaves(KINDS[kind].type)) for kind in SIMULATED}


@pytest.mark.parametrize("kind", SIMULATED)
def test_each_field_of_a_kind_is_simulated_or_said(kind):
    for path in EVERY[kind]:
        found = unmodelled({"kind": kind} | setting(path, "x"))
        if not under(path, SIMULATED[kind]):
            assert found, path


@pytest.mark.parametrize("kind", SIMULATED)
def test_what_is_called_simulated_is_a_field(kind):
    known = [p for path in EVERY[kind] for p in prefixes(path)]
    assert {p for p in SIMULATED[kind] if p not in known and p != "status"} == set()


def prefixes(path):
    steps = path.split(".")
    return [".".join(steps[:n]).removesuffix("[]") for n in range(1, len(steps) + 1)]


@pytest.mark.parametrize(
    ("container", "field"),
    [
        ({"workingDir": "/x"}, "workingDir"),
        ({"tty": True}, "tty"),
        ({"imagePullPolicy": "Never"}, "imagePullPolicy"),
        ({"resizePolicy": [{"resourceName": "cpu", "restartPolicy": "x"}]}, "resizePolicy"),
        ({"volumeMounts": [{"name": "v", "readOnly": True}]}, "volumeMounts[0].readOnly"),
        ({"env": [{"name": "MEMBERS", "value": "$(N)"}]}, "env[0].value"),
    ],
)
def test_what_no_list_names_is_said_too(container, field):
    assert fields(pod(**container)) == [f"spec.containers[0].{field}"]


def test_claim_templates_have_their_own_paths():
    spec = {
        "dataSource": {"kind": "VolumeSnapshot", "name": "s"},
        "resources": {"limits": {"a": 1}},
    }
    found = fields(doc("StatefulSet", volumeClaimTemplates=[{"spec": spec}]))
    path = "spec.volumeClaimTemplates[0].spec"
    assert found == [f"{path}.dataSource", f"{path}.resources.limits"]


def test_a_patch_of_one_field_does_not_say_what_the_server_filled_in(manifest):
    cluster = Cluster()
    cluster.apply(manifest)
    cluster.patch("sts", "web", {"spec": {"template": {"spec": {"hostNetwork": True}}}})
    cluster.settle()
    cluster.patch("pod", "web-0", {"metadata": {"labels": {"a": "b"}}})
    cluster.patch("svc", "nginx", {"metadata": {"labels": {"a": "b"}}})
    cluster.patch("pvc", "www-web-0", {"metadata": {"labels": {"a": "b"}}})
    cluster.patch("pv", cluster.list("pv")[0].metadata.name, {"metadata": {"labels": {"a": "b"}}})
    assert set(cluster.warnings.field) == {"spec.template.spec.hostNetwork", "spec.hostNetwork"}
