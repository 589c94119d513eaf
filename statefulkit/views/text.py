"""Objects as text: YAML as kubectl prints it, and as somebody would write it."""

from __future__ import annotations

from typing import Any

import yaml

from statefulkit.api.labels import LAST_APPLIED
from statefulkit.store import Object

_SERVERS_OWN = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields")


def yaml_of(obj: Object) -> str:
    """`kubectl get -o yaml`: everything that is stored."""
    return _dump(obj.to_dict())


def manifest_of(obj: Object) -> str:
    """What to edit and apply: without what the server fills in for itself."""
    doc = obj.to_dict()
    doc.pop("status", None)
    meta = {k: v for k, v in doc["metadata"].items() if k not in _SERVERS_OWN}
    notes = {k: v for k, v in (meta.pop("annotations", None) or {}).items() if k != LAST_APPLIED}
    doc["metadata"] = meta | ({"annotations": notes} if notes else {})
    return _dump(doc)


def _dump(doc: dict[str, Any]) -> str:
    first = {k: doc[k] for k in ("apiVersion", "kind", "metadata", "spec") if k in doc}
    return str(yaml.safe_dump(first | doc, sort_keys=False, allow_unicode=True))
