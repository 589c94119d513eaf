"""Manifests with one bad field: (kind, path, value, error, field that the error names).

A path's steps are fields and indices; the value replaces what the good manifest has there, and
ABSENT takes it away. A field None is that of the path.
"""

from __future__ import annotations

from typing import Any

ABSENT = object()

Row = tuple[str, str, Any, str, str | None]

LONG_LABEL, LONG_NAME = "a" * 64, ".".join(["a" * 60] * 5)
ZALGO = "w\u0315e\u0316b"  # combining marks

BAD_NAMES: list[Row] = [
    *(
        ("StatefulSet", "metadata.name", name, "Invalid", None)
        for name in (
            "Web", "web_0", "-web", "web-", ".web", "web.", "we b", " web", "web\n", "web\t",
            "web/0", "web:0", "w@b", "web.a", LONG_LABEL, LONG_NAME, "💥", "🏴\u200d☠️", "\u202ebew",
            "\u200fweb", "שלום", "مرحبا", "ｗｅｂ", ZALGO, "we\u200bb", "wéb", "w\x07b", "w\x1b[2Jb",
            "w\x7fb", "..", "../../etc/passwd", "<b>web</b>", "web'; --", "%00", "${name}", "web,web",
        )
    ),
    *(
        (kind, "metadata.name", "Bad_Name", "Invalid", None)
        for kind in ("Pod", "Service", "Deployment", "PersistentVolumeClaim", "PersistentVolume",
                     "StorageClass", "Namespace", "ConfigMap", "PodDisruptionBudget")
    ),
    ("Service", "metadata.name", "0web", "Invalid", None),
    ("Service", "metadata.name", "a.b", "Invalid", None),
    ("Namespace", "metadata.name", "a.b", "Invalid", None),
    ("StatefulSet", "metadata.name", "", "BadRequest", "resource name"),
    ("StatefulSet", "metadata.name", ABSENT, "BadRequest", "resource name"),
    ("StatefulSet", "metadata", ABSENT, "BadRequest", "resource name"),
    ("StatefulSet", "metadata.namespace", "No_Space", "Invalid", None),
    ("StatefulSet", "metadata.labels", {"a b": "c"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"": "c"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"a/b/c": "d"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"-/a": "d"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"a" * 64: "c"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"a": "b c"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"a": "💥"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"a": "\u202e"}, "Invalid", None),
    ("StatefulSet", "metadata.labels", {"a": "b" * 64}, "Invalid", None),
    ("StatefulSet", "metadata.annotations", {"a b": "c"}, "Invalid", None),
    ("StatefulSet", "metadata.annotations", {"a": "x" * (300 << 10)}, "Invalid", None),
    ("StatefulSet", "spec.template.metadata.labels", {"app": "a b"}, "Invalid", None),
    ("Pod", "spec.containers.0.name", "C", "Invalid", "spec.containers[0].name"),
    ("Pod", "spec.containers.0.name", "", "Invalid", "spec.containers[0].name"),
    ("Pod", "spec.containers.0.name", "💥", "Invalid", "spec.containers[0].name"),
    ("Pod", "spec.containers.0.name", "c" * 64, "Invalid", "spec.containers[0].name"),
    ("Pod", "spec.volumes.0.name", "No_Volume", "Invalid", "spec.volumes[0].name"),
    ("Pod", "spec.hostname", "Host_Name", "Invalid", None),
    ("Pod", "spec.subdomain", "a.b", "Invalid", None),
    ("Pod", "spec.nodeSelector", {"a b": "c"}, "Invalid", None),
    ("Pod", "spec.containers.0.ports.0.name", "no_port", "Invalid", "spec.containers[0].ports[0].name"),
    ("Pod", "spec.containers.0.ports.0.name", "1", "Invalid", "spec.containers[0].ports[0].name"),
    ("Pod", "spec.containers.0.ports.0.name", "p" * 16, "Invalid", "spec.containers[0].ports[0].name"),
    ("Service", "spec.ports.0.name", "No_Port", "Invalid", "spec.ports[0].name"),
    ("Service", "spec.selector", {"a b": "c"}, "Invalid", None),
    ("PersistentVolumeClaim", "spec.storageClassName", "No_Class", "Invalid", None),
]  # fmt: skip

WRONG_TYPES: list[Row] = [
    ("StatefulSet", "metadata", [], "BadRequest", "metadata"),
    ("StatefulSet", "metadata", "web", "BadRequest", "metadata"),
    ("StatefulSet", "metadata.name", 5, "BadRequest", None),
    ("StatefulSet", "metadata.name", True, "BadRequest", None),
    ("StatefulSet", "metadata.name", ["web"], "BadRequest", None),
    ("StatefulSet", "metadata.labels", ["a"], "BadRequest", None),
    ("StatefulSet", "metadata.labels", {"a": 1}, "BadRequest", None),
    ("StatefulSet", "metadata.labels", {"a": True}, "BadRequest", None),
    ("StatefulSet", "metadata.labels", {"a": {"b": "c"}}, "BadRequest", None),
    ("StatefulSet", "metadata.annotations", {"a": 1.5}, "BadRequest", None),
    ("StatefulSet", "metadata.finalizers", "keep", "BadRequest", None),
    ("StatefulSet", "metadata.creationTimestamp", "yesterday", "BadRequest", None),
    ("StatefulSet", "metadata.generation", "1", "BadRequest", None),
    ("StatefulSet", "metadata.ownerReferences", {"name": "x"}, "BadRequest", None),
    ("StatefulSet", "spec", [], "BadRequest", None),
    ("StatefulSet", "spec", "3 replicas", "BadRequest", None),
    ("StatefulSet", "spec.replicas", "3", "BadRequest", None),
    ("StatefulSet", "spec.replicas", 1.5, "BadRequest", None),
    ("StatefulSet", "spec.replicas", True, "BadRequest", None),
    ("StatefulSet", "spec.replicas", [3], "BadRequest", None),
    ("StatefulSet", "spec.replicas", {"count": 3}, "BadRequest", None),
    ("StatefulSet", "spec.serviceName", 5, "BadRequest", None),
    ("StatefulSet", "spec.serviceName", ["nginx"], "BadRequest", None),
    ("StatefulSet", "spec.selector", "app=web", "BadRequest", None),
    ("StatefulSet", "spec.selector", ["app"], "BadRequest", None),
    ("StatefulSet", "spec.selector.matchLabels", {"app": 1}, "BadRequest", None),
    ("StatefulSet", "spec.selector.matchExpressions", {"key": "app"}, "BadRequest", None),
    ("StatefulSet", "spec.template", [], "BadRequest", None),
    ("StatefulSet", "spec.template.spec.containers", {"name": "c"}, "BadRequest", None),
    ("StatefulSet", "spec.template.spec.containers", ["nginx"], "BadRequest", "spec.template.spec.containers"),
    ("StatefulSet", "spec.template.spec.containers.0.image", 1.27, "BadRequest", "containers[0].image"),
    ("StatefulSet", "spec.template.spec.containers.0.ports", "80", "BadRequest", "containers[0].ports"),
    ("StatefulSet", "spec.template.spec.containers.0.env", {"A": "b"}, "BadRequest", "containers[0].env"),
    ("StatefulSet", "spec.updateStrategy", "RollingUpdate", "BadRequest", None),
    ("StatefulSet", "spec.updateStrategy.rollingUpdate", {"partition": "1"}, "BadRequest", "partition"),
    ("StatefulSet", "spec.ordinals", 5, "BadRequest", None),
    ("StatefulSet", "spec.ordinals", {"start": "5"}, "BadRequest", "spec.ordinals.start"),
    ("StatefulSet", "spec.minReadySeconds", "10s", "BadRequest", None),
    ("StatefulSet", "spec.persistentVolumeClaimRetentionPolicy", "Delete", "BadRequest", None),
    ("StatefulSet", "spec.volumeClaimTemplates", {"name": "www"}, "BadRequest", None),
    ("StatefulSet", "spec.podManagementPolicy", ["Parallel"], "BadRequest", None),
    ("Pod", "spec.containers.0.ports.0.containerPort", "80", "BadRequest", "containerPort"),
    ("Pod", "spec.containers.0.command", "sleep 1", "BadRequest", "command"),
    ("Pod", "spec.terminationGracePeriodSeconds", "30", "BadRequest", None),
    ("Pod", "spec.nodeSelector", {"disk": 1}, "BadRequest", None),
    ("Pod", "spec.tolerations", {"key": "a"}, "BadRequest", None),
    ("Pod", "spec.hostNetwork", "yes", "BadRequest", None),
    ("Pod", "spec.containers.0.resources", {"requests": {"cpu": True}}, "BadRequest", "requests"),
    ("Pod", "spec.containers.0.resources", {"requests": {"cpu": "lots"}}, "BadRequest", "requests"),
    ("Pod", "spec.containers.0.resources", {"requests": {"cpu": "1 GB"}}, "BadRequest", "requests"),
    ("Pod", "spec.containers.0.resources", {"limits": {"cpu": ["1"]}}, "BadRequest", "limits"),
    ("Service", "spec.selector", {"app": 1}, "BadRequest", None),
    ("Service", "spec.selector", "app", "BadRequest", None),
    ("Service", "spec.ports", {"port": 80}, "BadRequest", None),
    ("Service", "spec.ports", [80], "BadRequest", "spec.ports"),
    ("Service", "spec.ports.0.port", "80", "BadRequest", "spec.ports[0].port"),
    ("Service", "spec.publishNotReadyAddresses", "true", "BadRequest", None),
    ("ConfigMap", "data", {"a": 1}, "BadRequest", None),
    ("ConfigMap", "data", {"a": {"b": "c"}}, "BadRequest", None),
    ("PersistentVolume", "spec.capacity", "1Gi", "BadRequest", None),
    ("PersistentVolume", "spec.capacity", {"storage": {}}, "BadRequest", None),
    ("PersistentVolumeClaim", "spec.accessModes", "ReadWriteOnce", "BadRequest", None),
    ("PersistentVolumeClaim", "spec.resources", {"requests": {"storage": "big"}}, "BadRequest", "storage"),
    ("PersistentVolumeClaim", "spec.resources", {"requests": {"storage": "١Gi"}}, "BadRequest", "storage"),
    ("PodDisruptionBudget", "spec.minAvailable", 1.5, "BadRequest", None),
    ("PodDisruptionBudget", "spec.minAvailable", True, "BadRequest", None),
    ("StorageClass", "parameters", {"a": 1}, "BadRequest", None),
    ("StorageClass", "allowVolumeExpansion", "yes", "BadRequest", None),
]  # fmt: skip

UNKNOWN_FIELDS: list[Row] = [
    ("StatefulSet", "replicas", 3, "BadRequest", None),
    ("StatefulSet", "spec.replcas", 3, "BadRequest", None),
    ("StatefulSet", "spec.Replicas", 3, "BadRequest", None),
    ("StatefulSet", "spec.\u202esacilper", 3, "BadRequest", None),
    ("StatefulSet", "spec.💥", 3, "BadRequest", None),
    ("StatefulSet", "spec.__class__", {}, "BadRequest", None),
    ("StatefulSet", "spec.template.spec.container", [], "BadRequest", None),
    ("StatefulSet", "spec.template.spec.containers.0.imgae", "x", "BadRequest", "containers[0].imgae"),
    ("StatefulSet", "spec.template.spec.containers.0.ports", [{"port": 80}], "BadRequest", "ports[0].port"),
    ("StatefulSet", "metadata.lables", {}, "BadRequest", None),
    ("StatefulSet", "spec.volumeClaimTemplates.0.spec.size", "1Gi", "BadRequest", "volumeClaimTemplates[0].spec.size"),
    ("Deployment", "spec.serviceName", "x", "BadRequest", None),
    ("Service", "spec.port", 80, "BadRequest", None),
    ("Pod", "spec.replicas", 1, "BadRequest", None),
    ("ConfigMap", "spec", {}, "BadRequest", None),
    ("PersistentVolumeClaim", "spec.size", "1Gi", "BadRequest", None),
]  # fmt: skip

NUMBERS: list[Row] = [
    ("StatefulSet", "spec.replicas", -1, "Invalid", None),
    ("StatefulSet", "spec.replicas", 2**31, "BadRequest", None),
    ("StatefulSet", "spec.replicas", 2**63, "BadRequest", None),
    ("StatefulSet", "spec.replicas", 10**300, "BadRequest", None),
    ("StatefulSet", "spec.replicas", -(2**31) - 1, "BadRequest", None),
    ("StatefulSet", "spec.replicas", 1e300, "BadRequest", None),
    ("StatefulSet", "spec.replicas", 2**31 - 1, "Forbidden", None),
    ("Deployment", "spec.replicas", 2**31 - 1, "Forbidden", None),
    ("StatefulSet", "spec.replicas", float("nan"), "BadRequest", "unsupported value: nan"),
    ("StatefulSet", "spec.replicas", float("inf"), "BadRequest", "unsupported value: inf"),
    ("StatefulSet", "spec.minReadySeconds", -1, "Invalid", None),
    ("StatefulSet", "spec.ordinals", {"start": -1}, "Invalid", "spec.ordinals.start"),
    ("StatefulSet", "spec.updateStrategy", {"type": "RollingUpdate", "rollingUpdate": {"partition": -1}}, "Invalid",
     "spec.updateStrategy.rollingUpdate.partition"),
    ("Deployment", "spec.replicas", -1, "Invalid", None),
    ("Deployment", "spec.revisionHistoryLimit", -1, "Invalid", None),
    ("Deployment", "spec.progressDeadlineSeconds", 0, "Invalid", None),
    ("Deployment", "spec.strategy", {"rollingUpdate": {"maxSurge": -1}}, "Invalid", "spec.strategy.rollingUpdate.maxSurge"),
    ("Deployment", "spec.strategy", {"rollingUpdate": {"maxSurge": "-1%"}}, "Invalid", "spec.strategy.rollingUpdate.maxSurge"),
    ("Deployment", "spec.strategy", {"rollingUpdate": {"maxUnavailable": "101%"}}, "Invalid",
     "spec.strategy.rollingUpdate.maxUnavailable"),
    ("Deployment", "spec.strategy", {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": "0%"}}, "Invalid",
     "spec.strategy.rollingUpdate.maxUnavailable"),
    ("Pod", "spec.containers.0.ports.0.containerPort", 0, "Invalid", "spec.containers[0].ports[0].containerPort"),
    ("Pod", "spec.containers.0.ports.0.containerPort", 65536, "Invalid", "spec.containers[0].ports[0].containerPort"),
    ("Pod", "spec.containers.0.ports.0.containerPort", -80, "Invalid", "spec.containers[0].ports[0].containerPort"),
    ("Pod", "spec.terminationGracePeriodSeconds", 2**63, "BadRequest", None),
    ("Pod", "spec.activeDeadlineSeconds", 0, "Invalid", None),
    ("Pod", "spec.containers.0.resources", {"requests": {"cpu": "-1"}}, "Invalid", "spec.containers[0].resources.requests[cpu]"),
    ("Pod", "spec.containers.0.resources", {"requests": {"cpu": "2"}, "limits": {"cpu": "1"}}, "Invalid",
     "spec.containers[0].resources.requests"),
    ("Pod", "spec.containers.0.resources", {"requests": {"cpu": "1e999999999"}}, "BadRequest", "requests"),
    ("Service", "spec.ports.0.port", 0, "Invalid", "spec.ports[0].port"),
    ("Service", "spec.ports.0.port", 70000, "Invalid", "spec.ports[0].port"),
    ("Service", "spec.ports.0.targetPort", 99999, "Invalid", "spec.ports[0].targetPort"),
    ("Service", "spec.ports.0.targetPort", "no_port", "Invalid", "spec.ports[0].targetPort"),
    ("PersistentVolumeClaim", "spec.resources", {"requests": {"storage": "0"}}, "Invalid", "spec.resources[storage]"),
    ("PersistentVolumeClaim", "spec.resources", {"requests": {"storage": "-1Gi"}}, "Invalid", "spec.resources[storage]"),
    ("PersistentVolume", "spec.capacity", {"storage": "0"}, "Invalid", "spec.capacity[storage]"),
    ("PodDisruptionBudget", "spec.minAvailable", -1, "Invalid", None),
    ("PodDisruptionBudget", "spec.minAvailable", "half", "Invalid", None),
    ("PodDisruptionBudget", "spec.minAvailable", "200%", "Invalid", None),
]  # fmt: skip

REFERENCES: list[Row] = [
    ("StatefulSet", "metadata.namespace", "nowhere", "NotFound", 'namespaces "nowhere" not found'),
    ("Pod", "metadata.namespace", "nowhere", "NotFound", 'namespaces "nowhere" not found'),
    ("Pod", "spec.containers.0.volumeMounts.0.name", "none", "Invalid", "spec.containers[0].volumeMounts[0].name"),
    ("Deployment", "spec.template.spec.containers.0.volumeMounts", [{"name": "none", "mountPath": "/x"}], "Invalid",
     "spec.template.spec.containers[0].volumeMounts[0].name"),
    ("StatefulSet", "spec.selector.matchLabels", {"app": "other"}, "Invalid", "spec.template.metadata.labels"),
    ("StatefulSet", "spec.template.metadata.labels", {}, "Invalid", "spec.template.metadata.labels"),
    ("StatefulSet", "spec.selector", ABSENT, "Invalid", None),
    ("StatefulSet", "spec.selector", {}, "Invalid", None),
    ("StatefulSet", "spec.template.metadata", ABSENT, "Invalid", "spec.template.metadata.labels"),
    ("Deployment", "spec.selector", ABSENT, "Invalid", None),
    ("PersistentVolumeClaim", "spec.accessModes", ABSENT, "Invalid", None),
    ("PersistentVolumeClaim", "spec.resources", ABSENT, "Invalid", "spec.resources[storage]"),
    ("PersistentVolume", "spec.nodeAffinity", ABSENT, "Invalid", None),
    ("PersistentVolume", "spec.capacity", ABSENT, "Invalid", None),
    ("PersistentVolume", "spec.local.path", "../x", "Invalid", None),
    ("PersistentVolume", "spec.local", ABSENT, "Invalid", "spec"),
    ("Pod", "spec.containers", ABSENT, "Invalid", None),
    ("Pod", "spec.containers", [], "Invalid", None),
    ("Pod", "spec.containers.0.image", ABSENT, "Invalid", "spec.containers[0].image"),
    ("Pod", "spec.containers.0.image", " nginx", "Invalid", "spec.containers[0].image"),
    ("Pod", "spec.volumes.0.persistentVolumeClaim.claimName", "", "Invalid", "spec.volumes[0].persistentVolumeClaim.claimName"),
    ("Pod", "spec.containers.0.volumeMounts.0.mountPath", "", "Invalid", "spec.containers[0].volumeMounts[0].mountPath"),
    ("Service", "spec.ports", ABSENT, "Invalid", None),
    ("Service", "spec.ports.0.port", ABSENT, "Invalid", "spec.ports[0].port"),
    ("Service", "spec.clusterIP", "1.2.3", "Invalid", "spec.clusterIPs[0]"),
    ("Service", "spec.type", "ExternalName", "Invalid", "spec.externalName"),
    ("StorageClass", "provisioner", ABSENT, "Invalid", None),
]  # fmt: skip

TWICE: list[Row] = [
    ("Pod", "spec.containers", [{"name": "c", "image": "x"}, {"name": "c", "image": "x"}], "Invalid", "spec.containers[1].name"),
    ("Pod", "spec.volumes", [{"name": "v"}, {"name": "v"}], "Invalid", "spec.volumes[1].name"),
    ("Pod", "spec.containers.0.volumeMounts", [{"name": "v", "mountPath": "/a"}, {"name": "v", "mountPath": "/a"}], "Invalid",
     "spec.containers[0].volumeMounts[1].mountPath"),
    ("Service", "spec.ports", [{"name": "a", "port": 80}, {"name": "a", "port": 81}], "Invalid", "spec.ports[1].name"),
    ("Service", "spec.ports", [{"name": "a", "port": 80}, {"name": "b", "port": 80}], "Invalid", "spec.ports[1]"),
    ("Service", "spec.ports", [{"port": 80}, {"port": 81}], "Invalid", "spec.ports[0].name"),
    ("Pod", "spec.volumes.0.emptyDir", {}, "Invalid", "spec.volumes[0].persistentVolumeClaim"),
    ("Pod", "spec.containers.0.readinessProbe", {"exec": {"command": ["x"]}, "tcpSocket": {"port": 1}}, "Invalid",
     "spec.containers[0].readinessProbe.tcpSocket"),
    ("PodDisruptionBudget", "spec.maxUnavailable", 1, "Invalid", "spec"),
]  # fmt: skip

WORDS: list[Row] = [
    ("StatefulSet", "spec.podManagementPolicy", "parallel", "Invalid", None),
    ("StatefulSet", "spec.podManagementPolicy", "💥", "Invalid", None),
    ("StatefulSet", "spec.updateStrategy.type", "Recreate", "Invalid", "spec.updateStrategy"),
    ("StatefulSet", "spec.updateStrategy", {"type": "OnDelete", "rollingUpdate": {}}, "Invalid", "spec.updateStrategy.rollingUpdate"),
    ("StatefulSet", "spec.persistentVolumeClaimRetentionPolicy", {"whenScaled": "Keep"}, "Invalid",
     "spec.persistentVolumeClaimRetentionPolicy.whenScaled"),
    ("StatefulSet", "spec.template.spec.restartPolicy", "Never", "Invalid", None),
    ("StatefulSet", "spec.template.spec.activeDeadlineSeconds", 5, "Invalid", None),
    ("Deployment", "spec.strategy", {"type": "OnDelete"}, "Invalid", "spec.strategy"),
    ("Pod", "spec.restartPolicy", "Sometimes", "Invalid", None),
    ("Pod", "spec.dnsPolicy", "Cluster", "Invalid", None),
    ("Pod", "spec.containers.0.imagePullPolicy", "Maybe", "Invalid", "spec.containers[0].imagePullPolicy"),
    ("Pod", "spec.containers.0.ports.0.protocol", "HTTP", "Invalid", "spec.containers[0].ports[0].protocol"),
    ("Pod", "spec.tolerations", [{"key": "a", "operator": "Is"}], "Invalid", "spec.tolerations[0].operator"),
    ("Service", "spec.type", "Headless", "Invalid", None),
    ("Service", "spec.sessionAffinity", "Sticky", "Invalid", None),
    ("Service", "spec.clusterIP", "8.8.8.8", "Invalid", "spec.clusterIPs"),
    ("PersistentVolumeClaim", "spec.accessModes", ["ReadWriteTwice"], "Invalid", None),
    ("PersistentVolumeClaim", "spec.volumeMode", "Files", "Invalid", None),
    ("PersistentVolume", "spec.persistentVolumeReclaimPolicy", "Burn", "Invalid", None),
    ("StorageClass", "volumeBindingMode", "Later", "Invalid", None),
    ("StorageClass", "reclaimPolicy", "Burn", "Invalid", None),
    ("PodDisruptionBudget", "spec.unhealthyPodEvictionPolicy", "Never", "Invalid", None),
    ("PodDisruptionBudget", "spec.selector", {"matchExpressions": [{"key": "a", "operator": "Like"}]}, "Invalid",
     "spec.selector.matchExpressions[0].operator"),
]  # fmt: skip

VERSIONS: list[Row] = [
    *(
        ("StatefulSet", "apiVersion", version, "BadRequest", "no matches for kind")
        for version in ("v1", "apps/v1beta1", "apps/v2", "apps", "Apps/v1", "apps/v1 ", "💥", "/", "a/b/c")
    ),
    *(
        ("StatefulSet", "apiVersion", version, "BadRequest", "apiVersion not set")
        for version in ("", None, 1, 1.0, [], {}, ABSENT)
    ),
    *(
        ("StatefulSet", "kind", kind, "BadRequest", "no matches for kind")
        for kind in ("statefulset", "StatefulSets", "sts", "DaemonSet", "Foo", "List", "💥")
    ),
    *(
        ("StatefulSet", "kind", kind, "BadRequest", "kind not set")
        for kind in ("", None, 5, ["StatefulSet"], {}, ABSENT)
    ),
    ("StatefulSet", "kind", "Pod", "BadRequest", "no matches for kind"),
]  # fmt: skip

GROUPS: dict[str, list[Row]] = {
    "name": BAD_NAMES,
    "type": WRONG_TYPES,
    "unknown": UNKNOWN_FIELDS,
    "number": NUMBERS,
    "reference": REFERENCES,
    "twice": TWICE,
    "word": WORDS,
    "version": VERSIONS,
}
