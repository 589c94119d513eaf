"""Label and field selectors: which objects are meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lightkube.models.meta_v1 import LabelSelector

from statefulkit.api.errors import BadRequest
from statefulkit.api.validation.meta import label_value_text

Predicate = Callable[[Mapping[str, Any]], bool]

_SET = re.compile(r"(\S+)\s+(in|notin)\s*\(([^()]*)\)")
_EQUAL = re.compile(r"([^!=\s,]+)\s*(==|!=|=)\s*([^\s,]*)")
_COMPARED = re.compile(r"([^!=<>\s,]+)\s*([<>])\s*(-?[0-9]{1,19})")
_KEY = re.compile(r"([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?")
_PRESENT = re.compile(r"(!?)\s*([A-Za-z0-9][\w./-]*)")
_PARTS = re.compile(r",(?![^()]*\))")


def matches(selector: Any, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector (struct or JSON form) lets `labels` through.

    None lets nothing through, an empty selector everything.
    """
    if selector is None:
        return False
    if isinstance(selector, Mapping):
        selector = LabelSelector.from_dict(dict(selector))
    if not (selector.matchLabels or {}).items() <= labels.items():
        return False
    return all(_holds(e, labels) for e in selector.matchExpressions or ())


def _holds(expression: Any, labels: Mapping[str, str]) -> bool:
    key, values = expression.key, expression.values or ()
    match expression.operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case _:
            return key not in labels


def parse_labels(text: str | Mapping[str, str] | None) -> Predicate:
    """A predicate on labels from `app=nginx,tier in (a,b),!old`, or from a dict.

    Raises:
        BadRequest: where the text is no label selector.
    """
    if text is None or isinstance(text, Mapping):
        wanted = dict(text or {})
        return lambda labels: wanted.items() <= labels.items()
    if not text.strip():
        return lambda _: True
    tests = [_requirement(part.strip()) for part in _PARTS.split(text)]
    return lambda labels: all(test(labels) for test in tests)


def _requirement(part: str) -> Predicate:
    if found := _SET.fullmatch(part):
        key, values = _key(found[1]), {_value(v.strip()) for v in found[3].split(",")}
        if not found[3].strip():
            why = "for 'in', 'notin' operators, values set can't be empty"
            raise BadRequest(f"unable to parse requirement: values: Invalid value: []: {why}")
        if found[2] == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if found := _EQUAL.fullmatch(part):
        key, value = _key(found[1]), _value(found[3])
        if found[2] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := _COMPARED.fullmatch(part):
        key, bound, above = _key(found[1]), int(found[3]), found[2] == ">"
        return lambda labels: _compared(labels.get(key), bound, above=above)
    if found := _PRESENT.fullmatch(part):
        key, absent = _key(found[2]), bool(found[1])
        return lambda labels: (key in labels) is not absent
    raise BadRequest(f"unable to parse requirement: {part!r} is not a label selector")


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise BadRequest(f"unable to parse requirement: {key!r} is not a label's key")
    return key


def _value(value: str) -> str:
    if label_value_text(value):
        raise BadRequest(f"unable to parse requirement: {value!r} is not a label's value")
    return value


def _compared(value: str | None, bound: int, *, above: bool) -> bool:
    if value is None or not re.fullmatch("-?[0-9]{1,19}", value):
        return False
    return int(value) > bound if above else int(value) < bound


_NAMES = ("metadata.name", "metadata.namespace")
# Beside metadata.name and metadata.namespace, by kind.
_SELECTABLE = {
    "Pod": (
        "spec.hostNetwork", "spec.nodeName", "spec.restartPolicy", "spec.schedulerName",
        "spec.serviceAccountName", "status.nominatedNodeName", "status.phase", "status.podIP",
    ),
    "Event": (
        *(f"involvedObject.{field}" for field in (
            "apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid",
        )),
        "reason", "reportingComponent", "source", "type",
    ),
    "Namespace": ("status.phase",),
    "Node": ("spec.unschedulable",),
    "ReplicaSet": ("status.replicas",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP", "spec.type"),
}  # fmt: skip


def parse_fields(kind: str, text: str | Mapping[str, str] | None) -> Predicate:
    """A predicate on an object's JSON form from `status.phase=Running,spec.nodeName!=node-1`.

    Raises:
        BadRequest: where the text is no field selector, or one that objects of that kind have not.
    """
    if text is None:
        return lambda _: True
    if isinstance(text, Mapping):
        text = ",".join(f"{k}={v}" for k, v in text.items())
    tests = []
    for part in filter(None, text.split(",")):
        found = _EQUAL.fullmatch(part.strip())
        if found is None:
            raise BadRequest(f"invalid field selector {part!r}; try path=value or path!=value")
        if found[1] not in (*_NAMES, *_SELECTABLE.get(kind, ())):
            known = ", ".join(f'"{name}"' for name in (*_NAMES, *_SELECTABLE.get(kind, ())))
            raise BadRequest(f'"{found[1]}" is not a known field selector: only {known}')
        path = "source.component" if found[1] == "source" else found[1]
        tests.append((path.split("."), found[2] != "!=", found[3]))
    return lambda doc: all((_field(doc, path) == value) is equal for path, equal, value in tests)


def _field(doc: Any, path: list[str]) -> str:
    for step in path:
        doc = doc.get(step) if isinstance(doc, Mapping) else None
    if isinstance(doc, bool):
        return str(doc).lower()
    return "" if doc is None else str(doc)
