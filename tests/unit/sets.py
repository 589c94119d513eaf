"""The lesson's set with other fields, and short questions about it."""

from __future__ import annotations

from typing import Any

from statefulkit import Cluster
from statefulkit.api.manifest import load
from statefulkit.store import Key
from tests.conftest import MANIFEST

SET = Key("StatefulSet", "default", "web")


def start(replicas: int = 3, name: str = "web", **spec: Any) -> Cluster:
    cluster = Cluster(seed=5)
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["metadata"]["name"] = name
            doc["spec"] |= {"replicas": replicas} | spec
        cluster.apply(doc)
    cluster.settle()
    return cluster


def said(cluster: Cluster, reason: str, kind: str = "StatefulSet") -> list[str]:
    found = [
        e for e in cluster.list("events") if e.reason == reason and e.involvedObject.kind == kind
    ]
    return [e.message for e in sorted(found, key=lambda e: int(e.metadata.resourceVersion))]


def names(cluster: Cluster) -> list[str]:
    return [p.metadata.name for p in cluster.list("pods")]


def by_controller(cluster: Cluster, verb: str) -> list[str]:
    found = cluster.history.query(f"actor == 'statefulset-controller' and verb == '{verb}'").object
    return [o.removeprefix("pod/") for o in found if o.startswith("pod/")]
