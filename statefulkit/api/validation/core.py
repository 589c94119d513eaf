"""Pods: their spec and their volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statefulkit.api.errors import (
    Cause,
    duplicate,
    forbidden,
    invalid,
    required,
)
from statefulkit.api.validation.containers import choice, container_spec
from statefulkit.api.validation.meta import label, labels

Doc = dict[str, Any]

_POD_MUTABLE = ("activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations")
POD_IMMUTABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "
    "to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
    "was previously negative)"
)
_NEEDED = {  # what a volume's source cannot do without
    "persistentVolumeClaim": "claimName",
    "hostPath": "path",
    "configMap": "name",
    "secret": "secretName",
}
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")


def pod(doc: Doc, old: Doc | None) -> list[Cause]:
    """A Pod's spec; of a stored one only images and a few more fields may change (X11)."""
    causes = template_spec(doc["spec"], "spec")
    if old is None:
        return causes
    if _fixed(doc["spec"]) != _fixed(old["spec"]):
        causes.append(forbidden("spec", POD_IMMUTABLE))
    now = [_timeless(t) for t in doc["spec"].get("tolerations") or []]
    if any(_timeless(t) not in now for t in old["spec"].get("tolerations") or []):
        why = "existing toleration can not be modified except its tolerationSeconds"
        causes.append(forbidden("spec.tolerations", why))
    return causes


def _timeless(toleration: Doc) -> Doc:
    return {k: v for k, v in toleration.items() if v and k != "tolerationSeconds"}


def _fixed(spec: Doc) -> Doc:
    kept = {k: v for k, v in spec.items() if k not in _POD_MUTABLE}
    for name in ("containers", "initContainers"):
        kept[name] = [{k: v for k, v in c.items() if k != "image"} for c in kept.get(name) or []]
    return kept


def node(doc: Doc, _: Doc | None) -> list[Cause]:
    """A node's taints: an effect that exists, and none twice."""
    causes: list[Cause] = []
    seen: set[tuple[str, str]] = set()
    for i, taint in enumerate((doc.get("spec") or {}).get("taints") or []):
        path = f"spec.taints[{i}]"
        causes += labels(path, {taint.get("key", ""): taint.get("value", "")})
        if not taint.get("effect"):
            causes.append(required(f"{path}.effect"))
        causes += choice(taint, path, "effect", _EFFECTS)
        both = (taint.get("key", ""), taint.get("effect", ""))
        if both in seen:
            causes.append(duplicate(f"{path}", taint))
        seen.add(both)
    return causes


def template_spec(spec: Doc, path: str) -> list[Cause]:
    """A Pod's spec, at `path`."""
    volumes = spec.get("volumes") or []
    names = {v.get("name") for v in volumes}
    causes = list(_volumes(volumes, f"{path}.volumes"))
    if not spec.get("containers"):
        causes.append(required(f"{path}.containers"))
    seen: set[str] = set()
    for kind in ("initContainers", "containers"):
        for i, container in enumerate(spec.get(kind) or []):
            where = f"{path}.{kind}[{i}]"
            name = container.get("name")
            if name in seen:
                causes.append(duplicate(f"{where}.name", name))
            seen.add(name)
            causes += container_spec(container, where, names)
    causes += choice(spec, path, "restartPolicy", ("Always", "OnFailure", "Never"))
    causes += choice(spec, path, "dnsPolicy", _DNS_POLICIES)
    for field in ("hostname", "subdomain"):
        if spec.get(field):
            causes += label(f"{path}.{field}", spec[field])
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        value = spec["terminationGracePeriodSeconds"]
        why = "must be greater than or equal to 0"
        causes.append(invalid(f"{path}.terminationGracePeriodSeconds", value, why))
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and deadline < 1:
        why = "must be between 1 and 2147483647, inclusive"
        causes.append(invalid(f"{path}.activeDeadlineSeconds", deadline, why))
    if spec.get("dnsPolicy") == "None" and not (spec.get("dnsConfig") or {}).get("nameservers"):
        why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        causes.append(required(f"{path}.dnsConfig.nameservers", why))
    for i, toleration in enumerate(spec.get("tolerations") or []):
        causes += _toleration(toleration, f"{path}.tolerations[{i}]")
    return causes + labels(f"{path}.nodeSelector", spec.get("nodeSelector"))


def _toleration(toleration: Doc, path: str) -> Iterator[Cause]:
    yield from choice(toleration, path, "operator", ("Equal", "Exists"))
    exists = toleration.get("operator") == "Exists"
    if not toleration.get("key") and not exists:
        why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        yield invalid(f"{path}.operator", toleration.get("operator", ""), why)
    if exists and toleration.get("value"):
        why = "value must be empty when `operator` is 'Exists'"
        yield invalid(f"{path}.operator", toleration["value"], why)
    effect = toleration.get("effect", "")
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        yield invalid(f"{path}.effect", effect, why)
    yield from choice(toleration, path, "effect", _EFFECTS)


def _volumes(volumes: list[Doc], path: str) -> Iterator[Cause]:
    seen: set[str] = set()
    for i, volume in enumerate(volumes):
        name = volume.get("name")
        if not name:
            yield required(f"{path}[{i}].name")
        else:
            yield from label(f"{path}[{i}].name", name)
            if name in seen:
                yield duplicate(f"{path}[{i}].name", name)
            seen.add(name)
        sources = sorted(volume.keys() - {"name"})
        for extra in sources[1:]:
            yield forbidden(f"{path}[{i}].{extra}", "may not specify more than 1 volume type")
        for source, field in _NEEDED.items():
            if source in volume and not volume[source].get(field):
                yield required(f"{path}[{i}].{source}.{field}")
        host_path = volume.get("hostPath") or {}
        if ".." in host_path.get("path", "").split("/"):
            yield invalid(f"{path}[{i}].hostPath.path", host_path["path"], "must not contain '..'")
