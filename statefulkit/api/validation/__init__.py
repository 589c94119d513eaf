"""Validation: everything that is wrong with a document, each cause with its field's path (X rules)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from statefulkit.api.errors import Cause
from statefulkit.api.validation import apps, config, core, meta, policy, services, storage

Doc = dict[str, Any]
Check = Callable[[Doc, Doc | None], list[Cause]]

_CHECKS: dict[str, Check] = {
    "StatefulSet": apps.stateful_set,
    "Deployment": apps.deployment,
    "ReplicaSet": apps.replica_set,
    "Pod": core.pod,
    "Node": core.node,
    "ConfigMap": config.config_map,
    "Secret": config.secret,
    "Service": services.service,
    "PersistentVolumeClaim": storage.claim,
    "PersistentVolume": storage.volume,
    "StorageClass": storage.storage_class,
    "PodDisruptionBudget": policy.disruption_budget,
}


def validate(doc: Doc, old: Doc | None = None) -> list[Cause]:
    """The causes for which a defaulted document is refused; `old` is what it would replace."""
    causes = meta.metadata(doc, old)
    check = _CHECKS.get(doc["kind"])
    return causes + (check(doc, old) if check else [])
