"""What a valid manifest may ask for and the model does not simulate: accepted, and said."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Any

from statefulkit.api.defaults import MAX_UNAVAILABLE
from statefulkit.api.labels import HOSTNAME_LABEL
from statefulkit.api.simulated import SIMULATED, WITH_TEMPLATE

_POD = {  # below a Pod's spec
    "initContainers": "commands are not executed; each init container ends well after 0.5 s",
    "containers[].command": "commands are not executed; the image's name decides what runs",
    "containers[].args": "commands are not executed; the image's name decides what runs",
    "containers[].env[].valueFrom": "environment variables are plain values here",
    "containers[].envFrom": "environment variables are plain values here",
    "containers[].resources": "requests and limits are neither counted nor enforced",
    "containers[].securityContext": "users and privileges are not simulated",
    "containers[].lifecycle": "lifecycle hooks are not run",
    "containers[].volumeMounts[].readOnly": "nothing hinders a write",
    "volumes[].persistentVolumeClaim.readOnly": "nothing hinders a write",
    "containers[].livenessProbe": "the probe is not run; use Cluster.crash",
    "containers[].startupProbe": "the probe is not run",
    "containers[].readinessProbe": (
        "the probe is not run: a container is ready initialDelaySeconds after its start; "
        "use Cluster.make_unready"
    ),
    "securityContext": "users and privileges are not simulated",
    "affinity.nodeAffinity": "only required podAntiAffinity by host name is simulated",
    "affinity.podAffinity": "only required podAntiAffinity by host name is simulated",
    "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution": (
        "only required podAntiAffinity by host name is simulated"
    ),
    "activeDeadlineSeconds": "the deadline is not enforced",
    "hostAliases": "the Pod's /etc/hosts has its own names only",
    "hostPID": "Pods share nothing with their node",
    "hostIPC": "Pods share nothing with their node",
    "imagePullSecrets": "images are pulled without credentials",
    "overhead": "requests and limits are neither counted nor enforced",
    "schedulingGates": "scheduling gates are not simulated",
    "containers[].ports[].hostPort": "Pods share nothing with their node",
    "containers[].volumeDevices": "block devices are not simulated",
    "topologySpreadConstraints": "spreading is not simulated",
    "priorityClassName": "priorities are not simulated",
    "runtimeClassName": "runtime classes are not simulated",
    "readinessGates": "readiness gates are not simulated",
    "hostNetwork": "Pods always have an address of their own",
    "serviceAccountName": "service accounts are not simulated",
    "volumes[].configMap": "the volume is an empty directory",
    "volumes[].secret": "the volume is an empty directory",
    "volumes[].projected": "the volume is an empty directory",
    "volumes[].downwardAPI": "the volume is an empty directory",
    "volumes[].nfs": "the volume is an empty directory",
    "volumes[].csi": "the volume is an empty directory",
    "volumes[].ephemeral": "the volume is an empty directory",
    "volumes[].image": "the volume is an empty directory",
    "volumes[].iscsi": "the volume is an empty directory",
    "volumes[].emptyDir.sizeLimit": "the size of a volume is not enforced",
}

_FIELDS = {
    "Pod": {f"spec.{path}": text for path, text in _POD.items()},
    "Service": {
        "spec.externalIPs": "nothing outside the cluster is simulated",
        "spec.loadBalancerIP": "nothing outside the cluster is simulated",
        "spec.loadBalancerClass": "nothing outside the cluster is simulated",
        "spec.externalTrafficPolicy": "nothing outside the cluster is simulated",
        "spec.trafficDistribution": "every ready endpoint is as likely as another",
        "spec.ports[].nodePort": "nothing outside the cluster is simulated",
    },
    "PersistentVolumeClaim": {
        "spec.dataSource": "a new volume is empty",
        "spec.dataSourceRef": "a new volume is empty",
        "spec.volumeAttributesClassName": "attribute classes are not simulated",
    },
    "PersistentVolume": {
        "spec.mountOptions": "mount options have no effect",
        "spec.volumeAttributesClassName": "attribute classes are not simulated",
    },
    "StorageClass": {
        "parameters": "a provisioner's parameters have no effect",
        "mountOptions": "mount options have no effect",
        "allowedTopologies": "a volume is provisioned without regard to zones",
    },
}
_READ = ("MEMBERS", "WORDPRESS_DB_HOST")  # the environment variables that applications read
MADE = ("/etc/hostname", "/etc/hosts", "/etc/resolv.conf")  # by the kubelet, in each container
OTHERWISE = "this field is not simulated"
_WITHOUT_CONTROLLER = {
    "ConfigMap": "it is stored; no container reads it",
    "Secret": "it is stored; no container reads it",
}


_GATED = {  # by feature gate
    MAX_UNAVAILABLE: "spec.updateStrategy.rollingUpdate.maxUnavailable",
}


def unmodelled(doc: dict[str, Any], gates: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """(field path, why) for each thing in a user's manifest that is accepted and not simulated.

    `gates` are the feature gates that are on; what hides behind another is dropped.
    """
    kind = doc["kind"]
    fields = dict(_FIELDS.get(kind, {}))
    if kind == "StatefulSet":
        off = {gate: path for gate, path in _GATED.items() if gate not in gates}
        fields |= {path: f"dropped: the feature gate {gate} is off" for gate, path in off.items()}
    if kind in WITH_TEMPLATE:
        fields |= {f"spec.template.{path}": text for path, text in _FIELDS["Pod"].items()}
    if kind == "StatefulSet":
        claim = _FIELDS["PersistentVolumeClaim"].items()
        fields |= {f"spec.volumeClaimTemplates[].{path}": text for path, text in claim}
    found = [(where, text) for path, text in fields.items() for where in _at(doc, path.split("."))]
    if kind in SIMULATED:
        known = SIMULATED[kind] | fields.keys()
        found += [(where, OTHERWISE) for where in _silent(doc, "", "", known)]
    if kind in _WITHOUT_CONTROLLER:
        found.append(("kind", _WITHOUT_CONTROLLER[kind]))
    spec = doc.get("spec")
    found += _choices(doc, kind)
    found += _switched_off(doc, "spec.template.spec" if kind in WITH_TEMPLATE else "spec")
    if (
        kind == "Service"
        and isinstance(spec, dict)
        and spec.get("type") in ("NodePort", "LoadBalancer")
    ):
        found.append(
            ("spec.type", "nothing outside the cluster is simulated; it acts as ClusterIP")
        )
    return sorted(found)


def _silent(node: Any, path: str, pattern: str, known: frozenset[str]) -> Iterator[str]:
    """The paths of what is set and neither simulated nor has a sentence of its own."""
    if node in (None, {}, [], False, "") or pattern in known:
        return
    opens = [p for p in known if p.startswith((f"{pattern}.", f"{pattern}["))] if pattern else known
    if isinstance(node, dict) and opens:
        for name, child in node.items():
            below = f"{pattern}.{name}" if pattern else name
            yield from _silent(child, f"{path}.{name}" if path else name, below, known)
    elif isinstance(node, list) and opens:
        for i, item in enumerate(node):
            yield from _silent(item, f"{path}[{i}]", f"{pattern}[]", known)
    elif not opens:
        yield path


def _switched_off(doc: dict[str, Any], pod: str) -> Iterator[tuple[str, str]]:
    """The fields that matter where they are false."""
    spec: Any = doc
    for step in pod.split("."):
        spec = spec.get(step) if isinstance(spec, dict) else None
    if isinstance(spec, dict) and spec.get("hostUsers") is False:
        yield f"{pod}.hostUsers", "users and privileges are not simulated"


def _choices(doc: dict[str, Any], kind: str) -> Iterator[tuple[str, str]]:
    """Fields of which one value is simulated and another is not."""
    pod = "spec.template.spec" if kind in WITH_TEMPLATE else "spec"
    terms = f"{pod}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[]"
    for path, simulated, text in (
        (f"{terms}.topologyKey", (HOSTNAME_LABEL,), "only the host name's topology is simulated"),
        (f"{terms}.namespaceSelector", (), "anti-affinity looks at the Pod's own namespace only"),
        (f"{terms}.namespaces", (), "anti-affinity looks at the Pod's own namespace only"),
        (
            f"{pod}.containers[].env[].name",
            _READ,
            "no application of the model reads this variable",
        ),
        (
            f"{pod}.containers[].imagePullPolicy",
            ("Always", "IfNotPresent"),
            "an image that is not there is pulled",
        ),
        (
            f"{pod}.containers[].terminationMessagePath",
            ("/dev/termination-log",),
            "no container leaves a message",
        ),
        (
            f"{pod}.containers[].terminationMessagePolicy",
            ("File",),
            "no container leaves a message",
        ),
        (
            f"{pod}.volumes[].hostPath.type",
            ("", "DirectoryOrCreate"),
            "nothing looks what is there",
        ),
        (f"{pod}.schedulerName", ("default-scheduler",), "the default scheduler places the Pod"),
        (f"{pod}.restartPolicy", ("Always",), "containers are always restarted"),
        ("spec.internalTrafficPolicy", ("Cluster",), "traffic goes to every ready endpoint"),
        ("spec.ipFamilies", (["IPv4"],), "addresses are IPv4"),
        ("spec.ipFamilyPolicy", ("SingleStack", "PreferDualStack"), "addresses are IPv4"),
        ("spec.volumeMode", ("Filesystem",), "block devices are not simulated"),
        (
            "spec.persistentVolumeReclaimPolicy",
            ("Delete", "Retain"),
            "deprecated and not simulated: the volume keeps its data as with Retain",
        ),
    ):
        for where in _at(doc, path.split(".")):
            if _value(doc, where) not in simulated:
                yield where, text
    for where in _at(doc, f"{pod}.containers[].env[].value".split(".")):
        if "$(" in str(_value(doc, where)):
            yield where, "$(NAME) is not expanded: the value is read as it stands"
    for where in _at(doc, f"{pod}.containers[].volumeMounts[].mountPath".split(".")):
        if normpath(str(_value(doc, where))) in MADE:
            yield where, "look-ups go by the file that the kubelet makes here"


def _value(node: Any, path: str) -> Any:
    for step in path.replace("]", "").replace("[", ".").split("."):
        node = node[int(step) if isinstance(node, list) else step]
    return node


def _at(node: Any, steps: list[str], path: str = "") -> Iterator[str]:
    """The paths at which the document really has what the pattern asks for."""
    if not steps:
        if node not in (None, {}, [], False):
            yield path
        return
    step, rest = steps[0], steps[1:]
    name = step.removesuffix("[]")
    if not isinstance(node, dict) or name not in node:
        return
    child, inner = node[name], f"{path}.{name}" if path else name
    if step.endswith("[]"):
        for i, item in enumerate(child if isinstance(child, list) else ()):
            yield from _at(item, rest, f"{inner}[{i}]")
    else:
        yield from _at(child, rest, inner)
