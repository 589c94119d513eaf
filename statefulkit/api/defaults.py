"""What the API server fills in where a manifest is silent."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from statefulkit.api import zero
from statefulkit.api.kinds import KINDS
from statefulkit.quantity import canonical

Doc = dict[str, Any]

MAX_UNAVAILABLE = "MaxUnavailableStatefulSet"  # a feature gate (S37)


def default(doc: Doc, gates: frozenset[str] = frozenset()) -> Doc:
    """A copy of the document with Kubernetes' defaults (S1 to S15, D3, V7, N1).

    `gates` are the feature gates that are on beyond v1.36's defaults.
    """
    doc = without_nulls(doc)
    kind = KINDS.get(doc["kind"])
    if kind is not None:
        zero.fill(kind.type, doc)
    fill = _DEFAULTS.get(doc["kind"])
    if fill is not None:
        fill(doc)
    if doc["kind"] == "StatefulSet":
        _max_unavailable(doc["spec"]["updateStrategy"], gates)
    return doc


def _max_unavailable(strategy: Doc, gates: frozenset[str]) -> None:
    """1 where the gate is on, dropped where it is off (S10)."""
    rolling = strategy.get("rollingUpdate")
    if rolling is None or strategy["type"] != "RollingUpdate":
        return
    if MAX_UNAVAILABLE in gates:
        rolling.setdefault("maxUnavailable", 1)
    else:
        rolling.pop("maxUnavailable", None)


def _fill(node: Doc, **defaults: Any) -> None:
    """Set each field that is absent or Go's empty text, which means the same."""
    for field, value in defaults.items():
        if node.get(field) in (None, ""):
            node[field] = value


def without_nulls(value: Any) -> Any:
    """A copy of the document without its nulls, which mean that a field is absent."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(v) for v in value]
    return value


def _stateful_set(doc: Doc) -> None:
    spec = doc.setdefault("spec", {})
    _fill(spec, replicas=1, podManagementPolicy="OrderedReady", revisionHistoryLimit=10)
    strategy = spec.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})  # S15: only where no type was given
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("partition", 0)
    policy = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    _fill(policy, whenDeleted="Retain", whenScaled="Retain")
    _template(spec.setdefault("template", {}))
    for claim in spec.get("volumeClaimTemplates") or []:
        claim.setdefault("apiVersion", "v1")
        claim.setdefault("kind", "PersistentVolumeClaim")
        claim.setdefault("metadata", {}).setdefault("name", "")
        claim.setdefault("status", {"phase": "Pending"})
        _claim(claim)


def _deployment(doc: Doc) -> None:
    spec = doc.setdefault("spec", {})
    _fill(spec, replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    strategy = spec.setdefault("strategy", {})
    _fill(strategy, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxSurge", "25%")
        rolling.setdefault("maxUnavailable", "25%")
    _template(spec.setdefault("template", {}))


def _replica_set(doc: Doc) -> None:
    spec = doc.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    _template(spec.setdefault("template", {}))


def _pod(doc: Doc) -> None:
    doc.setdefault("metadata", {})
    _template(doc)
    spec = doc["spec"]
    for container in [*(spec.get("initContainers") or []), *spec["containers"]]:
        resources = container["resources"]
        if resources.get("limits"):
            resources["requests"] = resources["limits"] | (resources.get("requests") or {})


def _template(template: Doc) -> None:
    template.setdefault("metadata", {})
    spec = template.setdefault("spec", {})
    spec.setdefault("containers", [])
    _fill(
        spec,
        restartPolicy="Always",
        dnsPolicy="ClusterFirst",
        schedulerName="default-scheduler",
        terminationGracePeriodSeconds=30,
        securityContext={},
    )
    for container in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]:
        _container(container)
    for volume in spec.get("volumes") or []:
        if not volume.keys() - {"name"}:
            volume["emptyDir"] = {}
        if isinstance(volume.get("hostPath"), dict):
            volume["hostPath"].setdefault("type", "")
        for source in ("configMap", "secret", "downwardAPI", "projected"):
            if isinstance(volume.get(source), dict):
                volume[source].setdefault("defaultMode", 0o644)


def _container(container: Doc) -> None:
    image = container.get("image", "")
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    always = tag in ("", "latest") and "@" not in image
    _fill(
        container,
        imagePullPolicy="Always" if always else "IfNotPresent",  # P9
        terminationMessagePath="/dev/termination-log",
        terminationMessagePolicy="File",
        resources={},
    )
    _quantities(container["resources"])
    for port in container.get("ports") or []:
        _fill(port, protocol="TCP")
    for variable in container.get("env") or []:
        if field := (variable.get("valueFrom") or {}).get("fieldRef"):
            _fill(field, apiVersion="v1")
    for name in ("readinessProbe", "livenessProbe", "startupProbe"):
        if name in container:
            _probe(container[name])


def _quantities(resources: Doc) -> None:
    """Quantities as the server stores them."""
    for field in ("limits", "requests"):
        if field in resources:
            resources[field] = {k: canonical(v) for k, v in resources[field].items()}


def _probe(probe: Doc) -> None:
    times = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
    for field, value in times.items():
        if not probe.get(field):
            probe[field] = value
    if "httpGet" in probe:
        _fill(probe["httpGet"], path="/", scheme="HTTP")


def _service(doc: Doc) -> None:
    spec = doc.setdefault("spec", {})
    _fill(spec, type="ClusterIP", sessionAffinity="None")
    if spec["sessionAffinity"] == "ClientIP":
        timeout = spec.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {})
        timeout.setdefault("timeoutSeconds", 10800)  # N2
    if spec["type"] != "ExternalName":
        spec.setdefault("internalTrafficPolicy", "Cluster")
        spec.setdefault("ipFamilies", ["IPv4"])
        spec.setdefault("ipFamilyPolicy", "SingleStack")
    for port in spec.get("ports") or []:
        _fill(port, protocol="TCP")
        if port.get("targetPort") in (None, "", 0):
            port["targetPort"] = port["port"]


def _claim(doc: Doc) -> None:
    spec = doc.setdefault("spec", {})
    _fill(spec, volumeMode="Filesystem")
    _quantities(spec.get("resources") or {})


def _volume(doc: Doc) -> None:
    spec = doc.setdefault("spec", {})
    _fill(spec, volumeMode="Filesystem", persistentVolumeReclaimPolicy="Retain")
    spec["capacity"] = {k: canonical(v) for k, v in (spec.get("capacity") or {}).items()}
    host_path = spec.get("hostPath")
    if isinstance(host_path, dict):
        host_path.setdefault("type", "")


def _storage_class(doc: Doc) -> None:
    _fill(doc, reclaimPolicy="Delete", volumeBindingMode="Immediate")


def _secret(doc: Doc) -> None:
    """What is given as text is stored with the data, and not shown again."""
    _fill(doc, type="Opaque")
    texts = doc.pop("stringData", None) or {}
    if texts:
        coded = {k: b64encode(v.encode()).decode() for k, v in texts.items()}
        doc["data"] = (doc.get("data") or {}) | coded


def _with_spec(doc: Doc) -> None:
    doc.setdefault("spec", {})


_DEFAULTS: dict[str, Callable[[Doc], None]] = {
    "StatefulSet": _stateful_set,
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "Pod": _pod,
    "Service": _service,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume,
    "StorageClass": _storage_class,
    "Secret": _secret,
    "Node": _with_spec,
    "PodDisruptionBudget": _with_spec,
}
