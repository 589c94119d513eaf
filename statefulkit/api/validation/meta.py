"""Names, labels, annotations, selectors: what all kinds share."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Any

from statefulkit.api.errors import Cause, forbidden, invalid, required

Doc = dict[str, Any]

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_DNS1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
    "start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
    f"validation is '{_LABEL}')"
)
SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
    rf"validation is '{_LABEL}(\.{_LABEL})*')"
)
_DNS1035_TEXT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    f"regex used for validation is '{_DNS1035}')"
)
_NAME_TEXT = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
    "an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    f"validation is '{_QUALIFIED}')"
)
_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
    f"'12345', regex used for validation is '({_QUALIFIED})?')"
)
_LONGEST_NOTES = 256 * 1024
_FINALIZERS = ("foregroundDeletion", "kubernetes", "orphan")  # that need no prefix
_OWNER = {"apiVersion": "version", "kind": "kind", "name": "name", "uid": "uid"}
_LABEL_NAMES = ("StatefulSet", "Namespace")  # S19; other kinds take subdomains


def metadata(doc: Doc, old: Doc | None) -> list[Cause]:
    """The name, the labels, and what of the metadata may not change (X9)."""
    meta = doc.get("metadata") or {}
    name, prefix, causes = meta.get("name") or "", meta.get("generateName") or "", []
    if prefix and old is None:  # the server makes the name
        without_end = prefix[:-2] + "a" if prefix[1:].endswith("-") else prefix
        causes += _named("metadata.generateName", doc["kind"], without_end)
    if not name and not prefix:
        causes.append(required("metadata.name", "name or generateName is required"))
    elif name and old is None:
        causes += _named("metadata.name", doc["kind"], name)
    causes += _owners(meta.get("ownerReferences") or [])
    for i, finalizer in enumerate(meta.get("finalizers") or []):
        causes += keys("metadata.finalizers", {finalizer: ""})
        if "/" not in finalizer and finalizer not in _FINALIZERS:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            causes.append(invalid(f"metadata.finalizers[{i}]", finalizer, why))
    if "namespace" in meta:
        causes += label("metadata.namespace", meta["namespace"])
    causes += labels("metadata.labels", meta.get("labels"))
    causes += notes("metadata.annotations", meta.get("annotations"))
    was = (old or {}).get("metadata") or {}
    for field in ("name", "namespace", "uid"):
        if was and meta.get(field) not in (None, was.get(field)):
            causes.append(invalid(f"metadata.{field}", meta[field], "field is immutable"))
    return causes


def _named(path: str, kind: str, name: str) -> list[Cause]:
    if kind == "Service":
        return _matching(path, name, _DNS1035, _DNS1035_TEXT, 63)
    return label(path, name) if kind in _LABEL_NAMES else subdomain(path, name)


def _owners(references: list[Doc]) -> list[Cause]:
    path = "metadata.ownerReferences"
    causes = [
        invalid(f"{path}.{field}", "", f"{text} must not be empty")
        for reference in references
        for field, text in _OWNER.items()
        if not reference.get(field)
    ]
    bosses = [r for r in references if r.get("controller")]
    if len(bosses) > 1:
        why = "Only one reference can have Controller set to true"
        causes.append(invalid(path, references, why))
    return causes


def label(path: str, value: str) -> list[Cause]:
    """An RFC 1123 label of at most 63 characters."""
    return _matching(path, value, _LABEL, LABEL_TEXT, 63)


def subdomain(path: str, value: str) -> list[Cause]:
    """An RFC 1123 subdomain of at most 253 characters."""
    return _matching(path, value, _SUBDOMAIN, SUBDOMAIN_TEXT, 253)


def _matching(path: str, value: str, form: str, text: str, longest: int) -> list[Cause]:
    causes = [] if re.fullmatch(form, value) else [invalid(path, value, text)]
    if len(value) > longest:
        causes.append(invalid(path, value, f"must be no more than {longest} characters"))
    return causes


def ip_text(path: str, value: str) -> list[Cause]:
    """An IP address as text."""
    try:
        ip_address(value)
    except ValueError:
        why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        return [invalid(path, value, why)]
    return []


def labels(path: str, found: Doc | None) -> list[Cause]:
    """Label keys and values."""
    causes = keys(path, found)
    for value in (found or {}).values():
        causes += _value(path, value)
    return causes


def label_value_text(value: str) -> str:
    """What is wrong with a label's value; empty where nothing is."""
    return "; ".join(c.message.partition(": ")[2].partition(": ")[2] for c in _value("", value))


def _value(path: str, value: str) -> list[Cause]:
    causes = []
    if len(value) > 63:
        causes.append(invalid(path, value, "must be no more than 63 characters"))
    if value and not re.fullmatch(_QUALIFIED, value):
        causes.append(invalid(path, value, _VALUE_TEXT))
    return causes


def keys(path: str, found: Doc | None) -> list[Cause]:
    """Qualified names: an optional DNS prefix, a slash, a name."""
    causes = []
    for key in found or {}:
        prefix, slash, name = key.rpartition("/")
        if slash and not re.fullmatch(_SUBDOMAIN, prefix):
            causes.append(invalid(path, key, f"prefix part {SUBDOMAIN_TEXT}"))
        if len(name) > 63:
            causes.append(invalid(path, key, "name part must be no more than 63 characters"))
        if not re.fullmatch(_QUALIFIED, name):
            causes.append(invalid(path, key, _NAME_TEXT))
    return causes


def selector_of(spec: Doc, kind: str) -> tuple[list[Cause], bool]:
    """A workload's selector: there and not empty (X3); and whether it can be used at all.

    With one that cannot be used, the server does not look at the template.
    """
    selector = spec.get("selector")
    if selector is None:
        return [required("spec.selector")], True
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        return [invalid("spec.selector", selector, f"empty selector is invalid for {kind}")], True
    causes = selector_syntax("spec.selector", selector)
    if causes:
        causes.append(invalid("spec.selector", selector, "invalid label selector"))
    return causes, not causes


def selected(spec: Doc) -> list[Cause]:
    """The template's labels, which the selector must match (X2)."""
    found = (spec["template"].get("metadata") or {}).get("labels") or {}
    if spec.get("selector") == {} or _selects(spec.get("selector"), found):
        return []
    why = "`selector` does not match template `labels`"
    return [invalid("spec.template.metadata.labels", found, why)]


def notes(path: str, found: Doc | None) -> list[Cause]:
    """Annotation keys, in any case, and at most 256 KiB of them."""
    found = found or {}
    causes = keys(path, {key.lower(): "" for key in found})
    if sum(len(k.encode()) + len(v.encode()) for k, v in found.items()) > _LONGEST_NOTES:
        why = f"Too long: may not be more than {_LONGEST_NOTES} bytes"
        causes.append(Cause(path, "FieldValueTooLong", why))
    return causes


def selector_syntax(path: str, selector: Doc | None) -> list[Cause]:
    """A label selector's keys, values and operators."""
    if selector is None:
        return []
    causes = labels(f"{path}.matchLabels", selector.get("matchLabels"))
    for i, expression in enumerate(selector.get("matchExpressions") or []):
        where, values = f"{path}.matchExpressions[{i}]", expression.get("values") or []
        match expression.get("operator"):
            case "In" | "NotIn" if not values:
                why = "must be specified when `operator` is 'In' or 'NotIn'"
                causes.append(required(f"{where}.values", why))
            case "Exists" | "DoesNotExist" if values:
                why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                causes.append(forbidden(f"{where}.values", why))
            case "In" | "NotIn" | "Exists" | "DoesNotExist":
                pass
            case other:
                causes.append(invalid(f"{where}.operator", other, "not a valid selector operator"))
        causes += keys(f"{where}.key", {expression.get("key", ""): ""})
        for n, value in enumerate(values):
            causes += _value(f"{where}.values[{n}]", value)
    return causes


def _selects(selector: Doc | None, found: Doc) -> bool:
    if selector is None:
        return False
    if not (selector.get("matchLabels") or {}).items() <= found.items():
        return False
    for e in selector.get("matchExpressions") or []:
        value, values = found.get(e.get("key")), e.get("values") or []
        holds = {
            "In": value in values,
            "NotIn": value not in values,
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }
        if not holds.get(e.get("operator"), False):
            return False
    return True


def not_negative(spec: Doc, *paths: str) -> list[Cause]:
    """Numbers that must be at least 0 (X6); paths below `spec`."""
    causes = []
    for path in paths:
        value: Any = spec
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, int) and value < 0:
            causes.append(invalid(f"spec.{path}", value, "must be greater than or equal to 0"))
    return causes


def unchanged(doc: Doc, old: Doc | None, allowed: tuple[str, ...], why: str) -> list[Cause]:
    """A spec of which only the `allowed` fields may change."""
    if old is None:
        return []
    new_spec, old_spec = doc.get("spec") or {}, old.get("spec") or {}
    fields = (new_spec.keys() | old_spec.keys()) - set(allowed)
    if all(new_spec.get(f) == old_spec.get(f) for f in fields):
        return []
    return [forbidden("spec", why)]
