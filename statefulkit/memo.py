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

MOST = 4096  # results kept by each function; then it starts anew
MOST_EACH = 16  # things for which results of many others are kept


def by_identity(function: Callable[P, Result]) -> Callable[P, Result]:
    """`function`, a pure one, which keeps its results by the identity of its arguments."""
    kept: dict[tuple[int, ...], tuple[Any, Result]] = {}

    @wraps(function)
    def remembered(*args: P.args, **_: P.kwargs) -> Result:
        key = tuple(map(id, args))
        found = kept.get(key)
        if found is not None:  # the kept arguments keep their ids from being used again
            return found[1]
        if len(kept) >= MOST:
            kept.clear()
        result = function(*args)  # type: ignore[call-arg]
        kept[key] = (args, result)
        return result

    return remembered


def by_identity_each(
    function: Callable[[Any, Any], Result],
) -> Callable[[Any, list[Any]], list[Result]]:
    """`function` of one thing and each of many, a pure one, which keeps its results as above.

    It is for many things of which few are new: those known are looked up in one go.
    """
    kept: dict[int, tuple[Any, dict[int, tuple[Any, Result]]]] = {}

    @wraps(function)
    def remembered(one: Any, many: list[Any]) -> list[Result]:
        if id(one) not in kept:
            if len(kept) >= MOST_EACH:
                kept.clear()
            kept[id(one)] = (one, {})
        known = kept[id(one)][1]
        if len(known) > 4 * len(many) + MOST:
            known.clear()
        found: list[Any] = list(map(known.get, map(id, many)))
        if None in found:
            for place, each in enumerate(many):
                if found[place] is None:
                    found[place] = known[id(each)] = (each, function(one, each))
        return [pair[1] for pair in found]

    return remembered
