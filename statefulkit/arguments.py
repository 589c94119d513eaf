"""Arguments of the public methods, held against their annotations.

Who writes `cluster.run("10")` is told which argument is wrong, not where the model broke.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from inspect import Signature, isfunction, signature
from numbers import Integral, Real
from typing import Any, TypeVar

from statefulkit.api.manifest import is_unicode
from statefulkit.api.told import told

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)

LONGEST = 10**9  # virtual seconds: 31 years

EXAMPLES = {  # what those are told who call it in another way, by the name of the function
    "Cluster": "Cluster(nodes=3)",
    "get": 'cluster.get("pod", "web-1"), or cluster.list("pod") for all',
    "list": 'cluster.list("pod", labels="app=nginx")',
    "scale": 'cluster.scale("sts", "web", 5)',
    "set_image": 'cluster.set_image("sts", "web", "nginx:1.28")',
    "patch": 'cluster.patch("sts", "web", {"spec": {"replicas": 5}})',
    "delete": 'cluster.delete("pod", "web-1"), or cluster.delete("pod", labels="app=nginx")',
    "apply": 'cluster.apply("manifests/nginx.yaml")',
    "write_file": 'cluster.write_file("web-1", "/tmp/note", "hello")',
    "read_file": 'cluster.read_file("web-1", "/etc/hosts")',
    "resolve": 'cluster.resolve("web-1.nginx")',
    "request": 'cluster.request("http://web-1.nginx/")',
    "crash": 'cluster.crash("web-1")',
    "drain": 'cluster.drain("node-1")',
    "status": 'cluster.rollout.status("sts", "web")',
    "undo": 'cluster.rollout.undo("sts", "web")',
    "explain": 'explain(cluster, "sts/web")',
    "graph": "graph(cluster)",
    "pods": "tables.pods(cluster)",
    "StatefulLab": 'StatefulLab(cluster, "web")',
    "PodGraph": "PodGraph(cluster)",
    "Timeline": "Timeline(cluster)",
}


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
    "Cluster": (lambda value: hasattr(value, "settle"), "a cluster"),
    "HasView": (lambda value: hasattr(value, "view"), "a cluster, or a moment of one"),
}


def misused(name: str, problem: str, error: type[Exception]) -> Exception:
    """The error for a call of a function that does not fit it, with an example of one that does."""
    example = EXAMPLES.get(name)
    return told(error(f"{name}: {problem}" + (f"\nCall it as in {example}" if example else "")))


def checked(function: F) -> F:
    """The function, its arguments checked before it is entered.

    It then raises, besides its own errors, a TypeError for an argument that is missing, too many or
    of a wrong type, and a ValueError for seconds that are none; both name the argument.
    """
    shape = signature(function)
    wanted = {}
    for p in shape.parameters.values():
        plain = str(p.annotation).removesuffix(" | None")
        if plain in _CHECKS:
            wanted[p.name] = (*_CHECKS[plain], plain != p.annotation)
    names = list(shape.parameters)
    called = function.__name__
    if called == "__init__":
        called = function.__qualname__.split(".")[-2]

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for name, value in (*zip(names, args, strict=False), *kwargs.items()):
            fits, what, optional = wanted.get(name, (None, "", False))
            if fits and not (value is None and optional) and not fits(value):
                error = ValueError if _number(value) and "seconds" in what else TypeError
                raise misused(called, f"{name} must be {what}, not {value!r:.100}", error)
        try:
            return function(*args, **kwargs)
        except TypeError:
            problem = _misfit(shape, args, kwargs)
            if problem is None:
                raise
        raise misused(called, problem, TypeError)

    return call  # type: ignore[return-value]


def _misfit(shape: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    """Why arguments do not fit a function at all, or None where they do."""
    try:
        shape.bind(*args, **kwargs)
    except TypeError as problem:
        return str(problem)
    return None


def checked_class(cls: C) -> C:
    """The class, the arguments of its own public methods checked."""
    for name, member in list(vars(cls).items()):
        if isfunction(member) and (name == "__init__" or not name.startswith("_")):
            setattr(cls, name, checked(member))
    return cls
