"""The fields that the model simulates, by kind: whatever else a manifest sets is told.

A path stands for all below it; `[]` for each item of a list.
"""

from __future__ import annotations

_TERMS = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[]"

_POD = (
    f"{_TERMS}.labelSelector",
    f"{_TERMS}.namespaceSelector",
    f"{_TERMS}.namespaces",
    f"{_TERMS}.topologyKey",
    "containers[].env[].name",
    "containers[].env[].value",
    "containers[].image",
    "containers[].imagePullPolicy",
    "containers[].name",
    "containers[].ports[].containerPort",
    "containers[].ports[].name",
    "containers[].ports[].protocol",
    "containers[].terminationMessagePath",
    "containers[].terminationMessagePolicy",
    "containers[].volumeMounts[].mountPath",
    "containers[].volumeMounts[].name",
    "containers[].volumeMounts[].subPath",
    "dnsConfig",
    "dnsPolicy",
    "hostname",
    "nodeName",
    "nodeSelector",
    "restartPolicy",
    "schedulerName",
    "subdomain",
    "terminationGracePeriodSeconds",
    "tolerations",
    "volumes[].hostPath.path",
    "volumes[].hostPath.type",
    "volumes[].name",
    "volumes[].persistentVolumeClaim.claimName",
)
_CLAIM = (
    "accessModes",
    "resources.requests",
    "selector",
    "storageClassName",
    "volumeMode",
    "volumeName",
)
_SPEC: dict[str, tuple[str, ...]] = {  # below `spec`
    "Pod": _POD,
    "PersistentVolumeClaim": _CLAIM,
    "PersistentVolume": (
        "accessModes",
        "capacity",
        "claimRef",
        "csi",
        "hostPath",
        "local",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeMode",
    ),
    "Service": (
        "clusterIP",
        "clusterIPs",
        "externalName",
        "internalTrafficPolicy",
        "ipFamilies",
        "ipFamilyPolicy",
        "ports[].name",
        "ports[].port",
        "ports[].protocol",
        "ports[].targetPort",
        "publishNotReadyAddresses",
        "selector",
        "sessionAffinity",
        "sessionAffinityConfig",
        "type",
    ),
    "StatefulSet": (
        "minReadySeconds",
        "ordinals",
        "persistentVolumeClaimRetentionPolicy",
        "podManagementPolicy",
        "replicas",
        "revisionHistoryLimit",
        "selector",
        "serviceName",
        "updateStrategy",
        "volumeClaimTemplates[].apiVersion",
        "volumeClaimTemplates[].kind",
        "volumeClaimTemplates[].metadata",
        "volumeClaimTemplates[].status",
        *(f"volumeClaimTemplates[].spec.{path}" for path in _CLAIM),
    ),
    "Deployment": (
        "minReadySeconds",
        "paused",
        "progressDeadlineSeconds",
        "replicas",
        "revisionHistoryLimit",
        "selector",
        "strategy",
    ),
    "ReplicaSet": ("minReadySeconds", "replicas", "selector"),
    "PodDisruptionBudget": (
        "maxUnavailable",
        "minAvailable",
        "selector",
        "unhealthyPodEvictionPolicy",
    ),
    "Node": ("podCIDR", "podCIDRs", "taints", "unschedulable"),
}
WITH_TEMPLATE = ("StatefulSet", "Deployment", "ReplicaSet")
_ALL = ("apiVersion", "kind", "metadata", "status")


def _of(kind: str) -> frozenset[str]:
    found = [*_ALL, *(f"spec.{path}" for path in _SPEC[kind])]
    if kind in WITH_TEMPLATE:
        found += ["spec.template.metadata", *(f"spec.template.spec.{path}" for path in _POD)]
    return frozenset(found)


SIMULATED: dict[str, frozenset[str]] = {kind: _of(kind) for kind in _SPEC} | {
    "StorageClass": frozenset(
        (*_ALL, "allowVolumeExpansion", "provisioner", "reclaimPolicy", "volumeBindingMode")
    )
}
