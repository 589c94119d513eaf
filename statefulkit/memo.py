"""Keeping what was worked out from an object of the store.

Nothing in the store is ever changed in place, so what follows from one version of an object stays
true as long as that version exists.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Result = TypeVar("Result")

MOST = 8192  # results kept by each function; then it starts anew


def by_identity(function: Callable[[Any], Result]) -> Callable[[Any], Result]:
    """`function`, which keeps its results by the identity of its argument."""
    kept: dict[int, tuple[Any, Result]] = {}

    @wraps(function)
    def remembered(obj: Any) -> Result:
        found = kept.get(id(obj))
        if found is not None and found[0] is obj:  # the kept reference keeps the id from re-use
            return found[1]
        if len(kept) >= MOST:
            kept.clear()
        result = function(obj)
        kept[id(obj)] = (obj, result)
        return result

    return remembered
