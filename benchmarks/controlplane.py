"""The control plane alone, with a kubelet that answers at once.

The set of the traces that were recorded from a real one: ordered, with a claim for each Pod. There is
neither a scheduler nor a node: whoever plays the kubelet makes each Pod Running and Ready as soon as
it is there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lightkube.models.core_v1 import PodCondition
from msgspec.structs import replace

from statefulkit import apiserver, verbs
from statefulkit.bootstrap import cluster
from statefulkit.cluster import CONTROLLERS
from statefulkit.conditions import is_ready
from statefulkit.controllers import persistentvolume
from statefulkit.decisions import Decision, UpdateStatus, itself
from statefulkit.engine import Engine
from statefulkit.store import Key, View, timestamp

TRACE = Path(__file__).parents[1] / "tests" / "conformance" / "traces" / "create-ordered.json"
LONG = 1e9  # virtual seconds; it settles long before


class AtOnce:
    """An actor: the kubelet that answers at once."""

    NAME = "kubelet"

    @staticmethod
    def plan(view: View, key: Key) -> list[Decision]:
        """Show a Pod Running and Ready that is not yet."""
        pod = view.find(*key)
        if pod is None or is_ready(pod):
            return []
        ready = PodCondition(type="Ready", status="True", lastTransitionTime=timestamp(view.time))
        status = replace(pod.status, phase="Running", conditions=[ready])
        return [UpdateStatus(replace(pod, status=status), f"starts {key.name}", "P4")]

    WATCHES = {"Pod": itself}  # noqa: RUF012


def set_of(pods: int) -> Engine:
    """A control plane that has just been told of the set."""
    spec: dict[str, Any] = json.loads(TRACE.read_text())["spec"]
    doc = verbs.checked(spec | {"spec": spec["spec"] | {"replicas": pods}}, "default")
    engine = Engine(cluster(nodes=1, seed=0), (*CONTROLLERS, persistentvolume, AtOnce))
    engine.write(apiserver.create(engine.state, doc, verbs.you("creates web")))
    return engine


def fill(engine: Engine, pods: int) -> None:
    """Go on until all its Pods are Ready."""
    engine.settle(LONG)
    assert engine.view.find("StatefulSet", "default", "web").status.readyReplicas == pods
