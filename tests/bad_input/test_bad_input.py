"""Whatever is broken is refused: Kubernetes' kind of error, the field, at once, and nothing changed.

The corpus is data: `fields` (manifests), `texts` (YAML), `patches`, `calls`. A case may use one second
of the processor's time, counted by the system for this process alone, so that a busy machine is no
fault and a loop without end is.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from statefulkit import Cluster, StatusError
from tests.bad_input import calls, fields, patches, texts
from tests.bad_input.good import GOOD, SERVICE, TEXT
from tests.property.actions import stateful_set

ROOT = Path(__file__).parents[2]
SECOND = 1.0  # of the processor


@pytest.fixture(scope="module")
def made() -> Cluster:
    found = Cluster()
    found.apply([SERVICE, stateful_set(replicas=2)])
    found.settle()
    return found


@contextmanager
def a_second() -> Iterator[None]:
    """Ends what takes more than a second of processor time."""

    def late(*_: Any) -> None:
        raise RuntimeError("took more than a second of the processor")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECOND)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def refused(
    cluster: Cluster, method: str, arguments: dict[str, Any], error: str, says: str
) -> None:
    """The call raises that error, which names that field, and leaves the cluster as it was."""
    before = cluster.view.state
    of, _, name = method.rpartition(".")
    with a_second(), pytest.raises(Exception) as caught:  # noqa: PT011
        list(getattr(cluster.rollout if of else cluster, name)(**arguments) or ())
    assert type(caught.value).__name__ == error, caught.value
    assert says in named(caught.value)
    assert (
        str(caught.traceback[-1].statement).lstrip().startswith("raise")
        or error == "FileNotFoundError"
    )
    assert cluster.view.state is before
    assert cluster.warnings.empty


def named(error: BaseException) -> str:
    """The paths of the causes, where there are such, or else all that the error says."""
    details = error.status.details if isinstance(error, StatusError) else None
    if details is None or not details.causes:
        return str(error)
    found = " ".join(f"{c.field} " for c in details.causes)
    return str(error) if found == "patch " else found  # a patched object's paths are in the text


def changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    """A copy of the good manifest with one field changed."""
    doc = deepcopy(GOOD[kind])
    *steps, last = path.split(".") if "." in path else [path]
    node: Any = doc
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    if value is fields.ABSENT:
        del node[last]
    else:
        node[last] = value
    return doc


def rows(groups: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(*row, id=f"{group}-{i}")
        for group, found in groups.items()
        for i, row in enumerate(found)
    ]


def test_the_good_manifests_are_good():
    cluster = Cluster()
    assert len(cluster.apply(TEXT)) == len(GOOD)


@pytest.mark.parametrize(("kind", "path", "value", "error", "field"), rows(fields.GROUPS))
def test_a_bad_field(made, kind, path, value, error, field):
    refused(
        made,
        "apply",
        {"source": changed(kind, path, value)},
        error,
        path if field is None else field,
    )


@pytest.mark.parametrize(("what", "text", "says"), rows(texts.GROUPS))
def test_a_bad_text(made, what, text, says):
    refused(made, "apply", {"source": text}, "BadRequest", says)


@pytest.mark.parametrize("type_", patches.GROUPS)
def test_bad_patches(made, type_):
    for patch, error, says in patches.GROUPS[type_]:
        arguments = {"kind": "sts", "name": "web", "patch": patch, "type": type_}
        refused(made, "patch", arguments, error, says)


@pytest.mark.parametrize("group", calls.GROUPS)
def test_bad_calls(made, group):
    for method, arguments, error, says in calls.GROUPS[group]:
        refused(made, method, arguments, error, says)


def test_every_public_method_is_called_badly():
    """Those that take arguments; the corpus grows with the face."""
    tried = {row[0].rpartition(".")[2] for row in chain(*calls.GROUPS.values())}
    public = {name for name in dir(Cluster) if not name.startswith("_")}
    properties = {name for name in public if isinstance(getattr(Cluster, name), property)}
    assert public - properties - {"step"} <= tried


@pytest.mark.parametrize(("arguments", "error", "says"), calls.CLUSTERS)
def test_a_bad_cluster(arguments, error, says):
    with pytest.raises((TypeError, ValueError), match=says) as caught:
        Cluster(**arguments)
    assert type(caught.value).__name__ == error


@pytest.mark.parametrize("page", ["CHANGELOG.md", "docs/robustness.md"])
def test_the_pages_say_how_many_cases_there_are(page):
    tables = (table.GROUPS.values() for table in (fields, texts, patches, calls))
    cases = sum(map(len, chain(*tables)))
    assert f" {cases:,} " in (ROOT / page).read_text()
