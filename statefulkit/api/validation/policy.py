"""PodDisruptionBudgets."""

from __future__ import annotations

import re
from typing import Any

from statefulkit.api.errors import Cause, invalid, unsupported
from statefulkit.api.validation.meta import selector_syntax

Doc = dict[str, Any]

_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def disruption_budget(doc: Doc, _: Doc | None) -> list[Cause]:
    """At most one of minAvailable and maxUnavailable, a count or a percentage (P34)."""
    spec = doc.get("spec") or {}
    causes = []
    if "minAvailable" in spec and "maxUnavailable" in spec:
        causes = [invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")]
    for field in ("minAvailable", "maxUnavailable"):
        if field in spec:
            causes += count_or_percent(f"spec.{field}", spec[field])
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy not in (None, *_POLICIES):
        causes.append(unsupported("spec.unhealthyPodEvictionPolicy", policy, _POLICIES))
    return causes + selector_syntax("spec.selector", spec.get("selector"))


def count_or_percent(path: str, value: Any) -> list[Cause]:
    """A number from 0, or a percentage from 0% to 100%."""
    if isinstance(value, str):
        if not re.fullmatch("[0-9]+%", value):
            why = (
                "a valid percent string must be a numeric string followed by an ending '%' "
                "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
            )
            return [invalid(path, value, why)]
        if int(value[:5].rstrip("%")) > 100:
            return [invalid(path, value, "must not be greater than 100%")]
    elif value < 0:
        return [invalid(path, value, "must be greater than or equal to 0")]
    return []
