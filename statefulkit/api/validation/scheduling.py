"""Where a Pod may run: affinity, tolerations, spreading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statefulkit.api.errors import Cause, duplicate, forbidden, invalid, required, unsupported
from statefulkit.api.validation.meta import keys, label, label_value_text, selector_syntax

Doc = dict[str, Any]

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_SPREADS = ("DoNotSchedule", "ScheduleAnyway")
_WEIGHT_TEXT = "must be in the range 1-100"


def scheduling(spec: Doc, path: str) -> Iterator[Cause]:
    """A Pod spec's rules for the scheduler, at `path`."""
    affinity = spec.get("affinity") or {}
    yield from _node_affinity(affinity.get("nodeAffinity") or {}, f"{path}.affinity.nodeAffinity")
    for kind in ("podAffinity", "podAntiAffinity"):
        yield from _pod_affinity(affinity.get(kind) or {}, f"{path}.affinity.{kind}")
    for i, toleration in enumerate(spec.get("tolerations") or []):
        yield from _toleration(toleration, f"{path}.tolerations[{i}]")
    yield from _spreading(spec.get("topologySpreadConstraints") or [], path)


def _pod_affinity(affinity: Doc, path: str) -> Iterator[Cause]:
    for i, term in enumerate(affinity.get(_REQUIRED) or []):
        yield from _term(term, f"{path}.{_REQUIRED}[{i}]")
    for i, weighted in enumerate(affinity.get(_PREFERRED) or []):
        where = f"{path}.{_PREFERRED}[{i}]"
        yield from _weight(weighted, where)
        yield from _term(weighted.get("podAffinityTerm") or {}, f"{where}.podAffinityTerm")


def _weight(node: Doc, path: str) -> Iterator[Cause]:
    weight = node.get("weight") or 0
    if not 1 <= weight <= 100:
        yield invalid(f"{path}.weight", weight, _WEIGHT_TEXT)


def _term(term: Doc, path: str) -> Iterator[Cause]:
    for field in ("labelSelector", "namespaceSelector"):
        yield from selector_syntax(f"{path}.{field}", term.get(field))
    for name in term.get("namespaces") or []:
        yield from label(f"{path}.namespace", name)
    if not term.get("topologyKey"):
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from keys(f"{path}.topologyKey", {term.get("topologyKey") or "": ""})


def _node_affinity(affinity: Doc, path: str) -> Iterator[Cause]:
    if affinity.get(_REQUIRED) is not None:
        yield from node_selector(affinity[_REQUIRED], f"{path}.{_REQUIRED}")
    for i, weighted in enumerate(affinity.get(_PREFERRED) or []):
        where = f"{path}.{_PREFERRED}[{i}]"
        yield from _weight(weighted, where)
        yield from _node_term(weighted.get("preference") or {}, f"{where}.preference")


def node_selector(selector: Doc, path: str) -> Iterator[Cause]:
    """Terms of which a node must fulfil one."""
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        yield required(f"{path}.nodeSelectorTerms", "must have at least one node selector term")
    for i, term in enumerate(terms):
        yield from _node_term(term, f"{path}.nodeSelectorTerms[{i}]")


def _node_term(term: Doc, path: str) -> Iterator[Cause]:
    for i, requirement in enumerate(term.get("matchExpressions") or []):
        where, values = f"{path}.matchExpressions[{i}]", requirement.get("values") or []
        match requirement.get("operator"):
            case "In" | "NotIn":
                if not values:
                    why = "must be specified when `operator` is 'In' or 'NotIn'"
                    yield required(f"{where}.values", why)
            case "Exists" | "DoesNotExist":
                if values:
                    why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                    yield forbidden(f"{where}.values", why)
            case "Gt" | "Lt":
                if len(values) != 1:
                    why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
                    yield required(f"{where}.values", why)
            case other:
                yield invalid(f"{where}.operator", other or "", "not a valid selector operator")
        yield from keys(f"{where}.key", {requirement.get("key") or "": ""})


def _toleration(toleration: Doc, path: str) -> Iterator[Cause]:
    key, operator = toleration.get("key"), toleration.get("operator") or ""
    value, effect = toleration.get("value") or "", toleration.get("effect") or ""
    if key:
        yield from keys(f"{path}.key", {key: ""})
    elif operator != "Exists":
        why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        yield invalid(f"{path}.operator", operator, why)
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        yield invalid(f"{path}.effect", effect, why)
    match operator:
        case "" | "Equal":
            if why := label_value_text(value):
                yield invalid(f"{path}.operator", value, why)
        case "Exists":
            if value:
                why = "value must be empty when `operator` is 'Exists'"
                yield invalid(f"{path}.operator", value, why)
        case _:
            yield unsupported(f"{path}.operator", operator, ("Equal", "Exists"))
    if effect and effect not in EFFECTS:
        yield unsupported(f"{path}.effect", effect, EFFECTS)


def _spreading(constraints: list[Doc], path: str) -> Iterator[Cause]:
    pairs = [(c.get("topologyKey"), c.get("whenUnsatisfiable")) for c in constraints]
    for i, constraint in enumerate(constraints):
        where = f"{path}.topologySpreadConstraints[{i}]"
        skew, when = constraint.get("maxSkew") or 0, constraint.get("whenUnsatisfiable") or ""
        if skew <= 0:
            yield invalid(f"{where}.maxSkew", skew, "must be greater than zero")
        if not constraint.get("topologyKey"):
            yield required(f"{where}.topologyKey", "can not be empty")
        if when not in _SPREADS:
            yield unsupported(f"{where}.whenUnsatisfiable", when, _SPREADS)
        if pairs[i] in pairs[i + 1 :]:
            both = f"{{{pairs[i][0]}, {pairs[i][1]}}}"
            yield duplicate(f"{where}.{{topologyKey, whenUnsatisfiable}}", both)
        yield from selector_syntax(f"{where}.labelSelector", constraint.get("labelSelector"))
