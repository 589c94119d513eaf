"""Requests that a real API server refuses, and for which fields: worked out from its validation.

A line is a kind, what is changed in a valid object of that kind (path and value; `...` removes the
field), and the causes that Kubernetes v1.36 gives, `field Reason`. No cause means that it is accepted.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import Any

from tests.api.podspecs import POD_SPECS

Doc = dict[str, Any]
Line = tuple[Any, ...]

POD: Doc = {"containers": [{"name": "c", "image": "nginx"}]}
LABELS = {"app": "web"}
TEMPLATE: Doc = {"metadata": {"labels": LABELS}, "spec": POD}
SELECTOR = {"matchLabels": {"app": "web"}}
CLAIM: Doc = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
LONG = "x" * 64
BOSS = {"apiVersion": "v1", "kind": "Node", "uid": "u", "controller": True}
VOLUME: Doc = {
    "capacity": {"storage": "1Gi"},
    "accessModes": ["ReadWriteOnce"],
    "hostPath": {"path": "/data"},
}

_SPECS: dict[str, tuple[str, Doc | None]] = {
    "StatefulSet": ("apps/v1", {"serviceName": "web", "selector": SELECTOR, "template": TEMPLATE}),
    "Deployment": ("apps/v1", {"selector": SELECTOR, "template": TEMPLATE}),
    "ReplicaSet": ("apps/v1", {"selector": SELECTOR, "template": TEMPLATE}),
    "Pod": ("v1", POD),
    "Service": ("v1", {"selector": LABELS, "ports": [{"port": 80}]}),
    "PersistentVolumeClaim": ("v1", CLAIM),
    "PersistentVolume": ("v1", VOLUME),
    "PodDisruptionBudget": ("policy/v1", {"maxUnavailable": 1, "selector": SELECTOR}),
    "StorageClass": ("storage.k8s.io/v1", None),
    "Namespace": ("v1", None),
    "Node": ("v1", None),
    "ConfigMap": ("v1", None),
    "Secret": ("v1", None),
}


def valid(kind: str) -> Doc:
    """A small valid object of that kind."""
    api, spec = _SPECS[kind]
    doc: Doc = {"apiVersion": api, "kind": kind, "metadata": {"name": "web"}}
    if spec is not None:
        doc["spec"] = deepcopy(spec)
    if kind == "StorageClass":
        doc["provisioner"] = "example.com/disk"
    return doc


def changed(doc: Doc, changes: Doc) -> Doc:
    """The object with each path set to its value, lists and maps made on the way."""
    for path, value in changes.items():
        node: Any = doc
        steps: list[Any] = [int(s) if s.isdecimal() else s for s in path.split(".")]
        for step, following in pairwise(steps):
            empty: Any = [] if isinstance(following, int) else {}
            if isinstance(node, list):
                while len(node) <= step:
                    node.append({})
                node = node[step]
            else:
                node = node.setdefault(step, empty)
        last = steps[-1]
        if value is ...:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(value)
        else:
            node[last] = value
    return doc


C, PODS = "spec.containers.0", "spec.template.spec.containers.0"

META: list[Line] = [
    ("Pod", {"metadata.name": "My_Pod"}, "metadata.name Invalid"),
    ("Pod", {"metadata.name": "a.b"}),
    ("Pod", {"metadata.name": "x" * 254}, "metadata.name Invalid"),
    ("Pod", {"metadata.name": ...}, "metadata.name Required"),
    ("Pod", {"metadata.name": ..., "metadata.generateName": "web-"}),
    ("Pod", {"metadata.name": ..., "metadata.generateName": "Web-"},
     "metadata.generateName Invalid", "metadata.name Invalid"),
    ("Pod", {"metadata.labels": {"a b": "x"}}, "metadata.labels Invalid"),
    ("Pod", {"metadata.labels": {"a": "-x"}}, "metadata.labels Invalid"),
    ("Pod", {"metadata.labels": {"a": LONG}}, "metadata.labels Invalid"),
    ("Pod", {"metadata.labels": {"": "x"}}, "metadata.labels Invalid"),
    ("Pod", {"metadata.annotations": {"a b": "x"}}, "metadata.annotations Invalid"),
    ("Pod", {"metadata.annotations": {"a": "x" * 262144}}, "metadata.annotations TooLong"),
    ("Pod", {"metadata.finalizers": ["nope"]}, "metadata.finalizers[0] Invalid"),
    ("Pod", {"metadata.finalizers": ["a b/c"]}, "metadata.finalizers Invalid"),
    ("Pod", {"metadata.finalizers": ["example.com/wait"]}),
    ("Pod", {"metadata.ownerReferences.0": {"kind": "X"}},
     "metadata.ownerReferences.apiVersion Invalid", "metadata.ownerReferences.name Invalid",
     "metadata.ownerReferences.uid Invalid"),
    ("Pod", {"metadata.ownerReferences": [BOSS | {"name": "a"}, BOSS | {"name": "b"}]},
     "metadata.ownerReferences Invalid"),
    ("Namespace", {"metadata.name": "a.b"}, "metadata.name Invalid"),
    ("Namespace", {"metadata.name": "kube_x"}, "metadata.name Invalid"),
    ("Node", {"metadata.name": "node-9.example"}),
    ("Node", {"metadata.name": "Node"}, "metadata.name Invalid"),
    ("PersistentVolume", {"metadata.namespace": "default"}),
    ("ConfigMap", {"metadata.name": "a_b"}, "metadata.name Invalid"),
]  # fmt: skip

SETS: list[Line] = [
    ("StatefulSet", {"spec.selector": {}}, "spec.selector Invalid"),
    ("StatefulSet", {"spec": ...}, "spec.selector Required", "spec.template.metadata.labels Invalid"),
    ("StatefulSet", {"spec.template": ...}, "spec.template.metadata.labels Invalid"),
    ("StatefulSet", {"spec.template.metadata.labels.app": "x"},
     "spec.template.metadata.labels Invalid"),
    ("StatefulSet", {"spec.template.metadata.labels": ...}, "spec.template.metadata.labels Invalid"),
    ("StatefulSet", {"spec.template.metadata.labels.a b": "x"}, "spec.template.labels Invalid"),
    ("StatefulSet", {"spec.template.metadata.annotations": {"a b": "x"}},
     "spec.template.annotations Invalid"),
    ("StatefulSet", {"spec.selector.matchLabels.app": "a b"}, "spec.selector.matchLabels Invalid",
     "spec.selector Invalid"),
    ("StatefulSet", {"spec.selector.matchExpressions": [{"key": "a", "operator": "Is"}]},
     "spec.selector.matchExpressions[0].operator Invalid", "spec.selector Invalid"),
    ("StatefulSet", {"spec.updateStrategy": {"type": "Recreate"}}, "spec.updateStrategy Invalid"),
    ("StatefulSet", {"spec.updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": -1}}},
     "spec.updateStrategy.rollingUpdate Invalid"),
    ("StatefulSet", {"spec.updateStrategy.rollingUpdate": {"partition": 9}}),
    ("StatefulSet", {"spec.minReadySeconds": -1}, "spec.minReadySeconds Invalid"),
    ("StatefulSet", {"spec.ordinals.start": -1}, "spec.ordinals.start Invalid"),
    ("StatefulSet", {"spec.persistentVolumeClaimRetentionPolicy.whenScaled": "Keep"},
     "spec.persistentVolumeClaimRetentionPolicy.whenScaled NotSupported"),
    ("StatefulSet", {"spec.template.spec.restartPolicy": "Never"},
     "spec.template.spec.restartPolicy NotSupported"),
    ("StatefulSet", {"spec.serviceName": "Not_A_Name"}),
    ("StatefulSet", {"spec.template.spec.volumes": [{"name": "x", "emptyDir": {}, "hostPath": {
        "path": "/"}}]}),
    ("StatefulSet", {"spec.template.spec.containers": []}),
    ("Deployment", {"spec.selector": ...}, "spec.selector Required",
     "spec.template.metadata.labels Invalid"),
    ("Deployment", {"spec.selector": {}}, "spec.selector Invalid"),
    ("Deployment", {"spec.template": ...}, "spec.template.metadata.labels Invalid",
     "spec.template.spec.containers Required"),
    ("Deployment", {"spec.template.spec.containers": []}, "spec.template.spec.containers Required"),
    ("Deployment", {f"{PODS}.image": ...}, "spec.template.spec.containers[0].image Required"),
    ("Deployment", {f"{PODS}.image": " nginx"}),
    ("Deployment", {"spec.template.spec.restartPolicy": "Never"},
     "spec.template.spec.restartPolicy NotSupported"),
    ("Deployment", {"spec.template.spec.activeDeadlineSeconds": 5},
     "spec.template.spec.activeDeadlineSeconds Forbidden"),
    ("Deployment", {"spec.template.metadata.labels.a b": "x"}, "spec.template.labels Invalid"),
    ("Deployment", {"spec.selector.matchLabels.a b": "x", "spec.template.spec.containers": []},
     "spec.selector.matchLabels Invalid", "spec.selector Invalid"),
    ("Deployment", {"spec.minReadySeconds": -1}, "spec.minReadySeconds Invalid"),
    ("Deployment", {"spec.revisionHistoryLimit": -1}, "spec.revisionHistoryLimit Invalid"),
    ("Deployment", {"spec.progressDeadlineSeconds": -1}, "spec.progressDeadlineSeconds Invalid"),
    ("Deployment", {"spec.progressDeadlineSeconds": 10, "spec.minReadySeconds": 10},
     "spec.progressDeadlineSeconds Invalid"),
    ("Deployment", {"spec.strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
     "spec.strategy.rollingUpdate Forbidden"),
    ("Deployment", {"spec.strategy.rollingUpdate.maxSurge": "x"},
     "spec.strategy.rollingUpdate.maxSurge Invalid"),
    ("Deployment", {"spec.strategy.rollingUpdate.maxSurge": -1},
     "spec.strategy.rollingUpdate.maxSurge Invalid"),
    ("Deployment", {"spec.strategy.rollingUpdate": {"maxSurge": "0%", "maxUnavailable": "0%"}},
     "spec.strategy.rollingUpdate.maxUnavailable Invalid"),
    ("Deployment", {"spec.strategy.rollingUpdate": {"maxSurge": "x", "maxUnavailable": 0}},
     "spec.strategy.rollingUpdate.maxSurge Invalid",
     "spec.strategy.rollingUpdate.maxUnavailable Invalid"),
    ("Deployment", {"spec.strategy.rollingUpdate.maxSurge": "150%"}),
    ("ReplicaSet", {"spec.selector": ...}, "spec.selector Required",
     "spec.template.metadata.labels Invalid"),
    ("ReplicaSet", {"spec.replicas": -1}, "spec.replicas Invalid"),
    ("ReplicaSet", {"spec.template.spec.restartPolicy": "OnFailure"},
     "spec.template.spec.restartPolicy NotSupported"),
    ("ReplicaSet", {f"{PODS}.volumeMounts.0": {"name": "v", "mountPath": "/x"}},
     "spec.template.spec.containers[0].volumeMounts[0].name NotFound"),
]  # fmt: skip

SERVICES: list[Line] = [
    ("Service", {"spec": ...}, "spec.ports Required"),
    ("Service", {"metadata.name": "a.b"}, "metadata.name Invalid"),
    ("Service", {"metadata.name": LONG}, "metadata.name Invalid"),
    ("Service", {"spec.type": "Headless"}, "spec.type NotSupported"),
    ("Service", {"spec.ports.0": {}}, "spec.ports[0].port Invalid", "spec.ports[0].targetPort Invalid"),
    ("Service", {"spec.ports.0.port": 65536}, "spec.ports[0].port Invalid",
        "spec.ports[0].targetPort Invalid"),
    ("Service", {"spec.ports.0": {"port": 65536, "targetPort": 80}}, "spec.ports[0].port Invalid"),
    ("Service", {"spec.ports.0": {"port": 80, "targetPort": 70000}},
        "spec.ports[0].targetPort Invalid"),
    ("Service", {"spec.ports.0": {"port": 80, "name": "Web"}}, "spec.ports[0].name Invalid"),
    ("Service", {"spec.ports": [{"port": 80, "name": "a"}, {"port": 81, "name": "a"}]},
     "spec.ports[1].name Duplicate"),
    ("Service", {"spec.ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b"}]},
     "spec.ports[1] Duplicate"),
    ("Service", {"spec.ports": [{"port": 80, "name": "a"}, {"port": 80, "name": "b",
        "protocol": "UDP"}]}),
    ("Service", {"spec.ports.0": {"port": 80, "nodePort": 30080}}, "spec.ports[0].nodePort Forbidden"),
    ("Service", {"spec.type": "NodePort", "spec.ports.0": {"port": 80, "nodePort": 80}},
     "spec.ports[0].nodePort Invalid"),
    ("Service", {"spec.selector": {"a b": "x"}}, "spec.selector Invalid"),
    ("Service", {"spec.clusterIP": "None", "spec.ports": ...}),
    ("Service", {"spec.clusterIP": "None", "spec.type": "NodePort"}, "spec.clusterIPs[0] Invalid"),
    ("Service", {"spec.clusterIP": "none"}, "spec.clusterIPs[0] Invalid"),
    ("Service", {"spec.clusterIP": "10.96.0.7", "spec.clusterIPs": ["10.96.0.8"]},
     "spec.clusterIPs Invalid"),
    ("Service", {"spec.type": "ExternalName"}, "spec.externalName Required"),
    ("Service", {"spec.type": "ExternalName", "spec.externalName": "a b"}, "spec.externalName Invalid"),
    ("Service", {"spec.type": "ExternalName", "spec.externalName": "a.b", "spec.clusterIP": "None"},
     "spec.clusterIPs Forbidden"),
    ("Service", {"spec.sessionAffinity": "ClientIP",
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds": 0},
     "spec.sessionAffinityConfig.clientIP.timeoutSeconds Invalid"),
    ("Service", {"spec.sessionAffinity": "ClientIP",
        "spec.sessionAffinityConfig.clientIP.timeoutSeconds": 90000},
     "spec.sessionAffinityConfig.clientIP.timeoutSeconds Invalid"),
    ("Service", {"spec.sessionAffinityConfig.clientIP.timeoutSeconds": 10},
        "spec.sessionAffinityConfig Forbidden"),
    ("Service", {"spec.externalIPs": ["x"]}, "spec.externalIPs[0] Invalid"),
    ("Service", {"spec.internalTrafficPolicy": "Here"}, "spec.internalTrafficPolicy NotSupported"),
    ("Service", {"spec.externalTrafficPolicy": "Local"}, "spec.externalTrafficPolicy Invalid"),
    ("Service", {"spec.ipFamilies": ["IPv5"]}, "spec.ipFamilies[0] NotSupported"),
    ("Service", {"spec.ipFamilyPolicy": "Dual"}, "spec.ipFamilyPolicy NotSupported"),
]  # fmt: skip

STORAGE: list[Line] = [
    ("PersistentVolumeClaim", {"spec": ...}, "spec.accessModes Required",
        "spec.resources[storage] Required"),
    ("PersistentVolumeClaim", {"spec.accessModes": []}, "spec.accessModes Required"),
    ("PersistentVolumeClaim", {"spec.accessModes": ["RWO"]}, "spec.accessModes NotSupported"),
    ("PersistentVolumeClaim", {"spec.accessModes": ["ReadWriteOnce", "ReadWriteOncePod"]},
     "spec.accessModes Forbidden"),
    ("PersistentVolumeClaim", {"spec.resources": {"limits": {"storage": "1Gi"}}},
     "spec.resources[storage] Required"),
    ("PersistentVolumeClaim", {"spec.selector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}},
     "spec.selector.matchExpressions[0].operator Invalid"),
    ("PersistentVolumeClaim", {"spec.storageClassName": ""}),
    ("PersistentVolumeClaim", {"spec.dataSource": {"kind": "X"}}, "spec.dataSource.name Required",
     "spec.dataSource Invalid"),
    ("PersistentVolume", {"spec": ...}, "spec.accessModes Required", "spec.capacity Required",
     "spec.capacity NotSupported", "spec Required"),
    ("PersistentVolume", {"spec.accessModes": []}, "spec.accessModes Required"),
    ("PersistentVolume", {"spec.accessModes": ["RWO"]}, "spec.accessModes NotSupported"),
    ("PersistentVolume", {"spec.capacity.storage": "0"}, "spec.capacity[storage] Invalid"),
    ("PersistentVolume", {"spec.capacity.storage": "-1"}, "spec.capacity[storage] Invalid"),
    ("PersistentVolume", {"spec.capacity": {"storage": "1Gi", "cpu": "1"}},
        "spec.capacity NotSupported"),
    ("PersistentVolume", {"spec.hostPath": ...}, "spec Required"),
    ("PersistentVolume", {"spec.hostPath.path": ""}, "spec.hostPath.path Required"),
    ("PersistentVolume", {"spec.hostPath.path": "/a/../b"}, "spec.hostPath.path Invalid"),
    ("PersistentVolume", {"spec.nfs": {"server": "s", "path": "/x"}}, "spec.nfs Forbidden"),
    ("PersistentVolume", {"spec.hostPath": {"path": "/"},
        "spec.persistentVolumeReclaimPolicy": "Recycle"},
     "spec.persistentVolumeReclaimPolicy Forbidden"),
    ("PersistentVolume", {"spec.hostPath": ..., "spec.local": {"path": "/x"}},
        "spec.nodeAffinity Required"),
    ("PersistentVolume", {"spec.nodeAffinity": {}}, "spec.nodeAffinity.required Required"),
    ("PersistentVolume", {"spec.nodeAffinity.required.nodeSelectorTerms": []},
     "spec.nodeAffinity.required.nodeSelectorTerms Required"),
    ("PersistentVolume", {"spec.volumeMode": "Disk"}, "spec.volumeMode NotSupported"),
    ("PersistentVolume", {"spec.storageClassName": "A b"}, "spec.storageClassName Invalid"),
    ("StorageClass", {"provisioner": "A b"}, "provisioner Invalid"),
    ("StorageClass", {"provisioner": "kubernetes.io/no-provisioner"}),
    ("StorageClass", {"reclaimPolicy": "Recycle"}, "reclaimPolicy NotSupported"),
    ("StorageClass", {"parameters": {"": "x"}}, "parameters Invalid"),
    ("StorageClass", {"volumeBindingMode": ""}),
    ("StorageClass", {"metadata.name": "A"}, "metadata.name Invalid"),
]  # fmt: skip

OTHERS: list[Line] = [
    ("PodDisruptionBudget", {"spec.maxUnavailable": -1}, "spec.maxUnavailable Invalid"),
    ("PodDisruptionBudget", {"spec.maxUnavailable": "x"}, "spec.maxUnavailable Invalid"),
    ("PodDisruptionBudget", {"spec.maxUnavailable": ..., "spec.minAvailable": "101%"},
        "spec.minAvailable Invalid"),
    ("PodDisruptionBudget", {"spec.maxUnavailable": ...}),
    ("PodDisruptionBudget", {"spec.unhealthyPodEvictionPolicy": "X"},
     "spec.unhealthyPodEvictionPolicy NotSupported"),
    ("PodDisruptionBudget", {"spec.selector": {"matchLabels": {"a b": "x"}}},
     "spec.selector.matchLabels Invalid"),
    ("ConfigMap", {"data": {"a b": "x"}}, "data[a b] Invalid"),
    ("ConfigMap", {"data": {"..": "x"}}, "data[..] Invalid"),
    ("ConfigMap", {"data": {"k" * 254: "x"}}, f"data[{'k' * 254}] Invalid"),
    ("ConfigMap", {"data": {"my.cnf": "x"}}),
    ("ConfigMap", {"data": {"k": "x"}, "binaryData": {"k": "eA=="}}, "data[k] Invalid"),
    ("ConfigMap", {"data": {"k": "x" * (1024 * 1024 + 1)}}, " TooLong"),
    ("Secret", {"data": {"a b": "eA=="}}, "data[a b] Invalid"),
    ("Secret", {"stringData": {"password": "x"}}),
    ("Secret", {"type": "kubernetes.io/tls"}, "data[tls.crt] Required", "data[tls.key] Required"),
    ("Node", {"spec.taints": [{"key": "a", "effect": "No"}]}, "spec.taints[0].effect NotSupported"),
    ("Node", {"spec.taints": [{"key": "a"}]}, "spec.taints[0].effect Required"),
    ("Node", {"spec.taints": [{"key": "a b", "effect": "NoSchedule"}]}, "spec.taints[0].key Invalid"),
    ("Node", {"spec.taints": [{"key": "a", "value": "b c", "effect": "NoSchedule"}]},
     "spec.taints[0].value Invalid"),
    ("Node", {"spec.taints": [{"key": "a", "effect": "NoSchedule"}, {"key": "a",
        "effect": "NoSchedule"}]},
     "spec.taints[1] Duplicate"),
]  # fmt: skip

CREATE = [*META, *SETS, *POD_SPECS, *SERVICES, *STORAGE, *OTHERS]

# What an update may not change: the kind, the valid object's changes, those of the update, the causes.
UPDATE: list[Line] = [
    ("StatefulSet", {}, {"spec.replicas": 5, "spec.minReadySeconds": 3}),
    ("StatefulSet", {}, {"spec.podManagementPolicy": "Parallel"}, "spec Forbidden"),
    ("StatefulSet", {}, {"spec.podManagementPolicy": "X"}, "spec.podManagementPolicy Invalid",
        "spec Forbidden"),
    ("StatefulSet", {}, {"spec.template.metadata.labels": {"app": "x"}},
     "spec.template.metadata.labels Invalid"),
    ("StatefulSet", {}, {"spec.volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": CLAIM}]},
     "spec Forbidden"),
    ("StatefulSet", {}, {"spec.selector": ...}, "spec.selector Required",
     "spec.template.metadata.labels Invalid", "spec Forbidden"),
    ("Deployment", {}, {"spec.selector.matchLabels": {"app": "x"}, "spec.template.metadata.labels": {
        "app": "x"}},
     "spec.selector Invalid"),
    ("Deployment", {}, {"spec.selector": ...}, "spec.selector Required",
     "spec.template.metadata.labels Invalid", "spec.selector Invalid"),
    ("ReplicaSet", {}, {"spec.selector.matchLabels": {"app": "x"}, "spec.template.metadata.labels": {
        "app": "x"}},
     "spec.selector Invalid"),
    ("Pod", {}, {f"{C}.image": "nginx:2"}),
    ("Pod", {}, {f"{C}.image": ""}, "spec.containers[0].image Required"),
    ("Pod", {}, {"spec.containers.1": {"name": "d", "image": "x"}}, "spec.containers Forbidden"),
    ("Pod", {}, {"spec.nodeSelector": {"a": "b"}}, "spec Forbidden"),
    ("Pod", {}, {f"{C}.env.0": {"name": "A"}}, "spec Forbidden"),
    ("Pod", {}, {"spec.activeDeadlineSeconds": 10}),
    ("Pod", {"spec.activeDeadlineSeconds": 10}, {"spec.activeDeadlineSeconds": 20},
     "spec.activeDeadlineSeconds Invalid"),
    ("Pod", {"spec.activeDeadlineSeconds": 10}, {"spec.activeDeadlineSeconds": ...},
     "spec.activeDeadlineSeconds Invalid"),
    ("Pod", {}, {"spec.terminationGracePeriodSeconds": 5}, "spec Forbidden"),
    ("Pod", {"spec.terminationGracePeriodSeconds": -1}, {"spec.terminationGracePeriodSeconds": 1}),
    ("Pod", {}, {"metadata.labels": {"a b": "x"}}, "metadata.labels Invalid"),
    ("Service", {}, {"spec.clusterIP": "None"}, "spec.clusterIPs[0] Invalid"),
    ("Service", {"spec.clusterIP": "None"}, {"spec.clusterIP": "10.96.1.1"},
        "spec.clusterIPs[0] Invalid"),
    ("Service", {}, {"spec.ports": []}, "spec.ports Required"),
    ("PersistentVolumeClaim", {}, {"spec.accessModes": ["ReadWriteMany"]}, "spec Forbidden"),
    ("PersistentVolumeClaim", {}, {"spec.resources.requests.storage": "2Gi"}, "spec Forbidden"),
    ("PersistentVolume", {}, {"spec.hostPath.path": "/other"}, "spec.persistentvolumesource Forbidden"),
    ("PersistentVolume", {}, {"spec.capacity.storage": "2Gi"}),
    ("StorageClass", {}, {"provisioner": "a.b/c"}, "provisioner Forbidden"),
    ("StorageClass", {}, {"reclaimPolicy": "Retain"}, "reclaimPolicy Forbidden"),
    ("StorageClass", {}, {"parameters": {"a": "b"}}, "parameters Forbidden"),
    ("StorageClass", {}, {"volumeBindingMode": "WaitForFirstConsumer"}, "volumeBindingMode Invalid"),
    ("StorageClass", {}, {"allowVolumeExpansion": True}),
    ("PodDisruptionBudget", {}, {"spec.maxUnavailable": 2}),
    ("ConfigMap", {"immutable": True, "data": {"k": "x"}}, {"data": {"k": "y"}}, "data Forbidden"),
    ("ConfigMap", {"immutable": True}, {"immutable": False}, "immutable Forbidden"),
    ("Secret", {}, {"type": "Other"}, "type Invalid"),
]  # fmt: skip
