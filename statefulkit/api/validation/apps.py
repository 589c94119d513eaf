"""StatefulSets, Deployments, ReplicaSets."""

from __future__ import annotations

import re
from typing import Any

from statefulkit.api.errors import Cause, forbidden, invalid, unsupported
from statefulkit.api.validation.core import template_spec
from statefulkit.api.validation.meta import (
    labels,
    not_negative,
    notes,
    selected,
    selector_of,
    unchanged,
)
from statefulkit.api.validation.policy import count_or_percent

Doc = dict[str, Any]

_MUTABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
_IMMUTABLE = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
    "'minReadySeconds' are forbidden"
)


def stateful_set(doc: Doc, old: Doc | None) -> list[Cause]:
    """S1 to S14, X1 to X8."""
    spec = doc["spec"]
    causes = []
    if spec["podManagementPolicy"] not in ("OrderedReady", "Parallel"):
        why = "must be 'OrderedReady' or 'Parallel'"
        causes.append(invalid("spec.podManagementPolicy", spec["podManagementPolicy"], why))
    causes += _strategy(spec["updateStrategy"])
    for field in ("whenDeleted", "whenScaled"):
        value = spec["persistentVolumeClaimRetentionPolicy"][field]
        if value not in ("Retain", "Delete"):
            path = f"spec.persistentVolumeClaimRetentionPolicy.{field}"
            causes.append(unsupported(path, value, ("Retain", "Delete")))
    causes += not_negative(spec, "replicas", "minReadySeconds", "ordinals.start")
    causes += _template(spec, "statefulset")
    return causes + unchanged(doc, old, _MUTABLE, _IMMUTABLE)


def _strategy(strategy: Doc) -> list[Cause]:
    """X5."""
    match strategy["type"]:
        case "RollingUpdate":
            rolling = strategy.get("rollingUpdate") or {}
            where = "updateStrategy.rollingUpdate.partition"
            causes = not_negative({"updateStrategy": strategy}, where)
            return causes + _max_unavailable(rolling)
        case "OnDelete" if "rollingUpdate" in strategy:
            path = "spec.updateStrategy.rollingUpdate"
            why = "only allowed for updateStrategy 'RollingUpdate'"
            return [invalid(path, strategy["rollingUpdate"], why)]
        case "OnDelete":
            return []
    return [invalid("spec.updateStrategy", strategy, "must be 'RollingUpdate' or 'OnDelete'")]


def _max_unavailable(rolling: Doc) -> list[Cause]:
    """X8."""
    path, value = "spec.updateStrategy.rollingUpdate.maxUnavailable", rolling.get("maxUnavailable")
    if value is None:
        return []
    causes = count_or_percent(path, value)
    if not causes and value in (0, "0%"):
        causes.append(invalid(path, value, "cannot be 0"))
    return causes


def _template(spec: Doc, kind: str) -> list[Cause]:
    """Selector and template; the Pod spec in it is left unread for a StatefulSet (S4)."""
    causes, usable = selector_of(spec, kind)
    meta, pod = spec["template"].get("metadata") or {}, spec["template"]["spec"]
    if usable:
        causes += selected(spec)
        causes += labels("spec.template.labels", meta.get("labels"))  # without `metadata`, as it is
        causes += notes("spec.template.annotations", meta.get("annotations"))
        causes += template_spec(pod, "spec.template.spec") if kind != "statefulset" else []
    if usable or kind == "statefulset":
        causes += _lasting(pod, "StatefulSet" if kind == "statefulset" else "ReplicaSet")
    return causes


def _lasting(pod: Doc, kind: str) -> list[Cause]:
    """Pods that are kept running for ever (X7)."""
    causes, path = [], "spec.template.spec"
    if pod["restartPolicy"] != "Always":
        causes.append(unsupported(f"{path}.restartPolicy", pod["restartPolicy"], ("Always",)))
    if "activeDeadlineSeconds" in pod:
        why = f"activeDeadlineSeconds in {kind} is not Supported"
        causes.append(forbidden(f"{path}.activeDeadlineSeconds", why))
    return causes


def replica_set(doc: Doc, old: Doc | None) -> list[Cause]:
    """A ReplicaSet's spec."""
    spec = doc["spec"]
    causes = not_negative(spec, "replicas", "minReadySeconds")
    causes += _template(spec, "replicaset")
    return causes + _same_selector(doc, old)


def deployment(doc: Doc, old: Doc | None) -> list[Cause]:
    """A Deployment's spec (D3, X11)."""
    spec = doc["spec"]
    causes = not_negative(spec, "replicas")
    causes += _template(spec, "deployment")
    causes += _deployment_strategy(spec["strategy"])
    causes += not_negative(
        spec, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"
    )
    deadline = spec["progressDeadlineSeconds"]
    if deadline <= spec.get("minReadySeconds", 0):
        why = "must be greater than minReadySeconds"
        causes.append(invalid("spec.progressDeadlineSeconds", deadline, why))
    return causes + _same_selector(doc, old)


def _deployment_strategy(strategy: Doc) -> list[Cause]:
    path = "spec.strategy"
    if strategy["type"] not in ("Recreate", "RollingUpdate"):
        return [unsupported(path, strategy["type"], ("Recreate", "RollingUpdate"))]
    rolling: Doc = strategy.get("rollingUpdate") or {}
    if strategy["type"] == "Recreate":
        why = "may not be specified when strategy `type` is 'Recreate'"
        return [forbidden(f"{path}.rollingUpdate", why)] if rolling else []
    causes = []
    for field in ("maxUnavailable", "maxSurge"):
        value = rolling[field]
        text = str(value)
        if isinstance(value, str) and not re.fullmatch(r"[0-9]+%", text):
            why = "a valid percent string must be a numeric string followed by an ending '%'"
            causes.append(invalid(f"{path}.rollingUpdate.{field}", value, why))
        elif isinstance(value, int) and value < 0:
            why = "must be greater than or equal to 0"
            causes.append(invalid(f"{path}.rollingUpdate.{field}", value, why))
        elif field == "maxUnavailable" and isinstance(value, str) and int(text[:-1]) > 100:
            why = "must not be greater than 100%"
            causes.append(invalid(f"{path}.rollingUpdate.{field}", value, why))
    if all(_amount(rolling[f]) == 0 for f in ("maxUnavailable", "maxSurge")):
        why = "may not be 0 when `maxSurge` is 0"
        causes.append(
            invalid(f"{path}.rollingUpdate.maxUnavailable", rolling["maxUnavailable"], why)
        )
    return causes


def _amount(value: int | str) -> int:
    """A count or percentage as a number; 0 where it is neither."""
    text = str(value).removesuffix("%")
    return int(text) if re.fullmatch("-?[0-9]+", text) else 0


def _same_selector(doc: Doc, old: Doc | None) -> list[Cause]:
    if old is None or doc["spec"].get("selector") == old["spec"].get("selector"):
        return []
    selector = doc["spec"].get("selector")
    return [invalid("spec.selector", selector, "field is immutable")]
