"""Keeping what was worked out from objects of the store.

Nothing in the store is ever changed in place, so what follows from one version of an object stays
true as long as that version exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
Result = TypeVar("Result")

MOST = 4096
MOST_EACH = 64


def by_identity(function: Callable[P, Result], most: int = MOST) -> Callable[P, Result]:
    """`function`, a pure one of positional arguments, which keeps its results by their identity.

    It keeps so many of them; then it starts anew.
    """
    kept: dict[int | tuple[int, ...], tuple[Any, Result]] = {}

    @wraps(function)
    def remembered(*args: Any) -> Result:
        key = id(args[0]) if len(args) == 1 else tuple(map(id, args))
        found = kept.get(key)
        if found is not None:  # the kept arguments keep their ids from being used again
            return found[1]
        if len(kept) >= most:
            kept.clear()
        result = function(*args)  # type: ignore[call-arg]
        kept[key] = (args, result)
        return result

    return cast(Callable[P, Result], remembered)


def by_identity_each(
    function: Callable[[Any, Any], Result],
) -> Callable[[Any, Iterable[Any]], list[Result]]:
    """`function` of one thing and each of many, a pure one, which keeps the last results of each one.

    It is for many things of which few are new since the last time.
    """
    kept: dict[int, tuple[Any, dict[int, tuple[Any, Result]]]] = {}

    @wraps(function)
    def remembered(one: Any, many: Iterable[Any]) -> list[Result]:
        known = kept[id(one)][1] if id(one) in kept else {}
        found = {id(each): known.get(id(each)) or (each, function(one, each)) for each in many}
        if len(kept) >= MOST_EACH and id(one) not in kept:
            kept.clear()
        kept[id(one)] = (one, found)
        return [result for _, result in found.values()]

    return remembered
