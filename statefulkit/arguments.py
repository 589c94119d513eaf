"""Arguments of the public methods, held against their annotations.

Who writes `cluster.run("10")` is told which argument is wrong, not where the model broke.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from inspect import isfunction, signature
from numbers import Integral, Real
from typing import Any, TypeVar

from statefulkit.api.manifest import is_unicode

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)

LONGEST = 10**9  # virtual seconds: 31 years


def _text(value: Any) -> bool:
    return isinstance(value, str) and is_unicode(value)


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _seconds(value: Any) -> bool:
    return _number(value) and bool(0 <= value <= LONGEST)


def _selector(value: Any) -> bool:
    texts = [*value, *value.values()] if isinstance(value, Mapping) else [value]
    return all(map(_text, texts))


def _texts(value: Any) -> bool:
    return isinstance(value, Collection) and not _text(value) and all(map(_text, value))


_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {  # by annotation
    "str": (_text, "text"),
    "int": (_whole, "a whole number"),
    "float": (_seconds, f"seconds from 0 to {LONGEST}"),
    "bool": (lambda value: isinstance(value, bool), "True or False"),
    "str | dict[str, str]": (_selector, "text, or a dict of texts"),
    "Iterable[str]": (_texts, "a list of texts"),
    "Callable[[View], bool]": (callable, "a function of a View"),
}


def checked(function: F) -> F:
    """The function, its arguments checked before it is entered.

    It then raises, besides its own errors, a TypeError for an argument of a wrong type, and a
    ValueError for seconds that are none; both name the argument.
    """
    parameters = list(signature(function).parameters.values())
    wanted = {}
    for p in parameters:
        plain = str(p.annotation).removesuffix(" | None")
        if plain in _CHECKS:
            wanted[p.name] = (*_CHECKS[plain], plain != p.annotation)
    names = [p.name for p in parameters]

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for name, value in (*zip(names, args, strict=False), *kwargs.items()):
            fits, what, optional = wanted.get(name, (None, "", False))
            if fits and not (value is None and optional) and not fits(value):
                error = ValueError if _number(value) and "seconds" in what else TypeError
                raise error(f"{function.__name__}: {name} must be {what}, not {value!r:.100}")
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]


def checked_class(cls: C) -> C:
    """The class, the arguments of its own public methods checked."""
    for name, member in list(vars(cls).items()):
        if isfunction(member) and (name == "__init__" or not name.startswith("_")):
            setattr(cls, name, checked(member))
    return cls
