"""PodDisruptionBudgets."""

from __future__ import annotations

from typing import Any

from statefulkit.api.errors import Cause, invalid

Doc = dict[str, Any]


def disruption_budget(doc: Doc, _: Doc | None) -> list[Cause]:
    """At most one of minAvailable and maxUnavailable (P34)."""
    spec = doc.get("spec") or {}
    if "minAvailable" in spec and "maxUnavailable" in spec:
        return [invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")]
    return []
