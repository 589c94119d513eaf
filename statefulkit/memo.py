"""Keeping what was worked out from objects of the store.

Nothing in the store is ever changed in place, so what follows from one version of an object stays
true as long as that version exists.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

MOST = 4096


def by_identity(function: Callable[P, Result], most: int = MOST) -> Callable[P, Result]:
    """`function`, a pure one, which keeps its results by the identity of its arguments.

    It keeps so many of them; then it starts anew.
    """
    kept: dict[tuple[int, ...], tuple[Any, Result]] = {}

    @wraps(function)
    def remembered(*args: P.args, **_: P.kwargs) -> Result:
        key = tuple(map(id, args))
        found = kept.get(key)
        if found is not None:  # the kept arguments keep their ids from being used again
            return found[1]
        if len(kept) >= most:
            kept.clear()
        result = function(*args)  # type: ignore[call-arg]
        kept[key] = (args, result)
        return result

    return remembered
