"""A Pod's quality of service: what its requests and limits make of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statefulkit.quantity import number

_COUNTED = ("cpu", "memory")


def qos_class(spec: dict[str, Any]) -> str:
    """BestEffort, Burstable or Guaranteed, of a Pod's spec with its defaults."""
    all_of = [_amounts(resources) for resources in _resources(spec)]
    if not any(any(both) for both in all_of):
        return "BestEffort"
    for requests, limits in all_of:
        if requests != limits or len(limits) < len(_COUNTED):
            return "Burstable"
    return "Guaranteed"


def _resources(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of the whole Pod, where it has any, or of each of its containers."""
    if any(_amounts(spec.get("resources") or {})):
        yield spec["resources"]
        return
    for container in [*(spec.get("initContainers") or []), *spec["containers"]]:
        yield container.get("resources") or {}


def _amounts(resources: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Requests and limits, of what counts, that are above zero."""

    def above(field: str) -> dict[str, Any]:
        found = {k: number(v) for k, v in (resources.get(field) or {}).items() if k in _COUNTED}
        return {k: v for k, v in found.items() if v > 0}

    return above("requests"), above("limits")
