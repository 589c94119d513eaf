"""What is fuzzed: one hostile write to a cluster, and what must hold whatever comes of it."""

from __future__ import annotations

import linecache
import traceback
from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import strategies as st

from statefulkit import Cluster, StatusError
from tests.fuzz.mutations import Draw, documents, operations, texts
from tests.fuzz.seeds import DOCUMENTS

SECONDS = 2000.0  # virtual, to settle in

Call = tuple[str, dict[str, Any]]


@cache
def cluster(full: bool) -> Cluster:
    """An empty cluster, or one in which every seed document has been applied; never changed."""
    found = Cluster(nodes=2)
    if full:
        found.apply(DOCUMENTS)
        found.settle(timeout=SECONDS)
    return found


@cache
def _stored() -> list[tuple[str, str, str, dict[str, Any]]]:
    objects = cluster(True).view.state.objects
    return [(*key, objects[key].to_dict()) for key in sorted(objects)]


@st.composite
def calls(draw: Draw) -> tuple[bool, Call]:
    """Whether the cluster is full, and what is done to it."""
    full = draw(st.booleans())
    if full and draw(st.booleans()):
        return full, ("patch", draw(_patches()))
    verb = draw(st.sampled_from(["apply", "apply", "create", "update"]))
    if draw(st.integers(0, 2)) == 0:
        return full, (verb, {"source": draw(texts(DOCUMENTS))})
    return full, (verb, {"source": draw(st.lists(documents(DOCUMENTS), min_size=1, max_size=3))})


@st.composite
def _patches(draw: Draw) -> dict[str, Any]:
    kind, namespace, name, doc = draw(st.sampled_from(_stored()))
    if draw(st.booleans()):
        patch, type_ = draw(operations(doc)), "json"
    else:
        changed = draw(documents([doc], least=1))
        patch = {k: v for k, v in changed.items() if v != doc.get(k)} or changed
        type_ = draw(st.sampled_from(["strategic", "merge"]))
    return {"kind": kind, "name": name, "namespace": namespace, "patch": patch, "type": type_}


def attempt(full: bool, call: Call) -> str:
    """Do it in a copy of the cluster; returns the reason of the refusal, or `accepted`.

    Raises:
        Exception: whatever shows a fault in the package.
    """
    twin = cluster(full).fork()
    before, warned = twin.view.state, twin._heard
    (verb, arguments), refusal = call, None
    try:
        getattr(twin, verb)(**deepcopy(arguments))
    except StatusError as error:
        refusal = error
    if refusal:
        assert twin.view.state is before, "a refusal changed the state"
        assert twin._heard is warned, "a refusal changed the warnings"
        assert str(refusal), "a refusal says nothing"
        return refusal.reason
    happened = twin.settle(timeout=SECONDS)
    if twin._engine.next_time() is not None:
        assert len(happened), "does not come to rest, and does not say why"
    _readable(twin)
    return "accepted"


def _readable(cluster: Cluster) -> None:
    """Whatever was accepted can be shown, looked up, replayed and left behind."""
    from statefulkit import explain, graph, tables

    tables.pods(cluster)
    tables.history(cluster)
    graph(cluster).svg()
    for kind in ("StatefulSet", "Pod", "Service", "PersistentVolumeClaim"):
        for obj in cluster.list(kind, None):
            explain(cluster, f"{kind}/{obj.metadata.name}", namespace=obj.metadata.namespace)
    for service in cluster.list("Service", None):
        cluster.resolve(f"{service.metadata.name}.{service.metadata.namespace}.svc.cluster.local")


def signature(error: BaseException) -> str:
    """Where in the package an error came from: one fault, one signature."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if "/statefulkit/" in f.filename] or frames
    last = inside[-1]
    line = linecache.getline(last.filename, last.lineno or 0).strip()
    return f"{type(error).__name__} at {last.filename.rpartition('/statefulkit/')[2]}:{last.name}: {line}"
