"""Small manifests that tests change."""

from copy import deepcopy
from typing import Any

from statefulkit.api import schema
from statefulkit.api.defaults import default
from statefulkit.api.kinds import kind_of
from statefulkit.api.validation import validate

Doc = dict[str, Any]

TEMPLATE: Doc = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
_SPECS: dict[str, Doc] = {
    "Pod": {"containers": [{"name": "c", "image": "nginx"}]},
    "StatefulSet": {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
    "Deployment": {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
    "ReplicaSet": {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
    "Service": {"ports": [{"port": 80}]},
    "PersistentVolumeClaim": {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    },
    "PersistentVolume": {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "1Gi"},
        "hostPath": {"path": "/d"},
    },
    "PodDisruptionBudget": {"selector": {"matchLabels": {"app": "web"}}},
}


def doc(kind: str, meta: Doc | None = None, **spec: Any) -> Doc:
    """A valid manifest of that kind with these fields of its spec replaced."""
    spec = deepcopy(_SPECS[kind]) | spec
    found = {"apiVersion": kind_of(kind).api_version, "kind": kind, "spec": spec}
    return found | {"metadata": {"name": "web"} | (meta or {})}


def pod(**container: Any) -> Doc:
    """A Pod whose only container has these fields."""
    return doc("Pod", containers=[{"name": "c", "image": "nginx"} | container])


def causes(new: Doc, old: Doc | None = None) -> set[tuple[str, str]]:
    """(field, reason without FieldValue) of each cause, through the whole pipeline."""
    kind = kind_of(new["kind"])
    schema.check(kind, new)
    full = default(new)
    found = validate(full, default(old) if old else None)
    if not found:
        kind.type.from_dict(full)
    return {(c.field, c.reason.removeprefix("FieldValue")) for c in found}
