"""The picture: Services on top, Pods in columns by ordinal, claims and volumes under them.

Each thing has its place for good: a column for its ordinal, a row for its kind. So nothing moves
from one moment to the next, and what is not there yet, or any more, leaves a dashed ghost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import graphviz

from statefulkit.controllers.claims import claim_name
from statefulkit.controllers.pods import (
    controller_of,
    is_ready,
    is_terminating,
    ordinal,
    parent_and_ordinal,
    revision,
)
from statefulkit.network.zone import SERVICE_LABEL
from statefulkit.store import Key, Object, View, key_of
from statefulkit.views.columns import node_status, pod_ready, pod_status, storage_status
from statefulkit.views.render import Picture
from statefulkit.views.tables import HasView

COLUMN, WIDTH, HEIGHT = 137, 1.74, 0.7  # points; inches
ROWS = {
    "StatefulSet": 0,
    "Service": 0,
    "Pod": 110,
    "PersistentVolumeClaim": 215,
}
CLAIM_AND_VOLUME = 175


@dataclass(frozen=True, slots=True)
class Look:
    """How a state looks: fill and line colour (Okabe-Ito, light enough for dark text), line style."""

    fill: str
    line: str
    style: str = "solid"
    shape: str = "box"
    height: float = HEIGHT


GOOD = Look("#cfeee2", "#009e73")
BUSY = Look("#fdf0b5", "#b58900", "rounded")
LEAVING = Look("#f7d9c4", "#d55e00", "dashed", "octagon")
BROKEN = Look("#f9c9c4", "#c0392b", shape="octagon")
GHOST = Look("#ffffff00", "#7a7a7a", "dashed")
PLAIN = Look("#d6e8f7", "#0072b2")
STORE = Look("#e8e1f0", "#6a4c93", shape="box3d")
DISK = Look("#e8e1f0", "#6a4c93", shape="cylinder", height=0.82)
HOST = Look("#ececec", "#555555")
LINE, TEXT = "#7a7a7a", "#1a1a1a"


def graph(
    source: HasView, namespace: str = "default", *, changed_since: int | None = None
) -> Picture:
    """The Services, Pods, claims and volumes of a namespace, and how they hang together.

    What was written after version `changed_since` has a thick outline.
    """
    view = source.view
    drawing = _Drawing(view, namespace, _changed(view, changed_since))
    drawing.draw()
    return drawing.picture


def _changed(view: View, since: int | None) -> set[Key]:
    if since is None:
        return set()
    return {r.key for r in view.records(since) if r.before is not r.after}


class _Drawing:
    def __init__(self, view: View, namespace: str, changed: set[Key]) -> None:
        self.view, self.namespace, self.changed = view, namespace, changed
        self.columns = _columns(view, namespace)
        self.picture = Picture(
            "cluster",
            engine="neato",
            graph_attr={"bgcolor": "transparent", "margin": "0.1", "splines": "line"},
            node_attr={
                "fontname": "Helvetica,Arial,sans-serif",
                "fontsize": "10",
                "fontcolor": TEXT,
                "fixedsize": "true",
                "width": str(WIDTH),
                "height": str(HEIGHT),
                "penwidth": "1.4",
            },
            edge_attr={"color": LINE, "fontcolor": LINE, "fontsize": "9", "arrowsize": "0.6"},
        )

    def draw(self) -> None:
        view, namespace = self.view, self.namespace
        owners = view.all("StatefulSet", namespace)
        services = [s for s in view.all("Service", namespace) if s.spec.selector]
        top = [*owners, *services]
        wide = max(len(self.columns), len(top), len(view.all("Node")), 1)
        for i, obj in enumerate(top):
            place = (i + 0.5) * wide / len(top) - 0.5
            self._owner(obj, place) if obj.kind == "StatefulSet" else self._service(obj, place)
        for column, name in enumerate(self.columns):
            pod = view.find("Pod", namespace, name)
            self._pod(name, pod, column)
            self._claims(name, column)
        for service in services:
            self._endpoints(service)
        self._nodes(wide)

    # -- nodes of the picture ------------------------------------------------------------

    def _node(self, key: Key, lines: Iterable[str], at: float, row: float, look: Look) -> None:
        thick = {"penwidth": "3.6"} if key in self.changed else {}
        self.picture.node(
            _id(key),
            label="\n".join(graphviz.escape(line) for line in lines),
            tooltip=graphviz.escape(", ".join([key.kind, *lines])),
            id=_id(key),
            pos=f"{at * COLUMN},{-row}!",
            shape=look.shape,
            style=f"filled,{look.style}",
            fillcolor=look.fill,
            color=look.line,
            height=str(look.height),
            **({"fontcolor": LINE} if look is GHOST else {}),
            **thick,
        )

    def _owner(self, sts: Object, at: float) -> None:
        status, name = sts.status, sts.metadata.name
        lines = [
            "StatefulSet",
            _short(name),
            f"{status.readyReplicas or 0}/{sts.spec.replicas} ready",
        ]
        done = (status.readyReplicas or 0) == sts.spec.replicas
        if status.updateRevision != status.currentRevision:
            lines[2] += f", {status.updatedReplicas or 0} updated"
            done = False
        look = _owner_look(sts, done=done)
        self._node(key_of(sts), lines, at, ROWS["StatefulSet"], look)

    def _service(self, service: Object, at: float) -> None:
        headless = service.spec.clusterIP == "None"
        address = "headless: no virtual IP" if headless else str(service.spec.clusterIP)
        lines = ["Service", _short(service.metadata.name), address]
        self._node(key_of(service), lines, at, ROWS["Service"], PLAIN)

    def _pod(self, name: str, pod: Object | None, column: int) -> None:
        key = Key("Pod", self.namespace, name)
        if pod is None:
            self._node(key, [_short(name), "no Pod"], column, ROWS["Pod"], GHOST)
            return
        where = [x for x in (pod.status.podIP, pod.spec.nodeName) if x]
        lines = [f"{_short(name)}{self._age_of_revision(pod)}", _pod_words(pod)]
        lines.append(" · ".join(where) or "on no node yet")
        self._node(key, lines, column, ROWS["Pod"], _pod_look(pod))

    def _age_of_revision(self, pod: Object) -> str:
        ref = controller_of(pod)
        sts = self.view.find("StatefulSet", self.namespace, ref.name) if ref else None
        if sts is None or sts.status.updateRevision == sts.status.currentRevision:
            return ""
        return " (new)" if revision(pod) == sts.status.updateRevision else " (old revision)"

    def _claims(self, name: str, column: int) -> None:
        found = self._claims_of(name)
        for i, claim in enumerate(found):
            row, at = ROWS["PersistentVolumeClaim"] + i * CLAIM_AND_VOLUME, column
            status = storage_status(claim)
            bound = status == "Bound"
            look = STORE if bound else LEAVING if status == "Terminating" else GHOST
            lines = ["claim", _short(claim.metadata.name), status]
            self._node(key_of(claim), lines, at, row, look)
            pod = self.view.find("Pod", self.namespace, name)
            pod_id = _id(Key("Pod", self.namespace, name))
            style = "solid" if pod is not None else "dotted"
            self.picture.edge(pod_id, _id(key_of(claim)), style=style, arrowhead="none")
            volume = self.view.find("PersistentVolume", "", claim.spec.volumeName or "")
            if volume is not None:
                size = volume.spec.capacity["storage"]
                lines = [f"volume {size}", _short(volume.metadata.name, 20), storage_status(volume)]
                self._node(key_of(volume), lines, at, row + 85, DISK)
                self.picture.edge(_id(key_of(claim)), _id(key_of(volume)), arrowhead="none")

    def _claims_of(self, pod_name: str) -> list[Object]:
        """A Pod's claims; for a missing Pod those that wait for its return."""
        pod = self.view.find("Pod", self.namespace, pod_name)
        if pod is not None:
            names = [
                v.persistentVolumeClaim.claimName
                for v in pod.spec.volumes or ()
                if v.persistentVolumeClaim
            ]
        else:
            sts = self.view.find("StatefulSet", self.namespace, parent_and_ordinal(pod_name)[0])
            templates = (sts.spec.volumeClaimTemplates or ()) if sts else ()
            names = [claim_name(t, pod_name) for t in templates]
        found = (self.view.find("PersistentVolumeClaim", self.namespace, n) for n in names)
        return [f for f in found if f is not None]

    def _nodes(self, wide: int) -> None:
        """The nodes at the bottom, each with the Pods on it; lines would cross everything."""
        found = self.view.all("Node")
        sets = self.view.all("StatefulSet", self.namespace)
        claims = max((len(s.spec.volumeClaimTemplates or ()) for s in sets), default=0)
        row = ROWS["PersistentVolumeClaim"] + claims * CLAIM_AND_VOLUME
        for i, node in enumerate(found):
            here = self.view.on_node(node.metadata.name)
            names = [p.metadata.name for p in here if p.metadata.namespace == self.namespace]
            status = node_status(node)
            look = HOST if status == "Ready" else BROKEN if status.startswith("Not") else BUSY
            lines = [
                f"node {_short(node.metadata.name)}",
                status,
                _short(", ".join(names) or "empty"),
            ]
            self._node(key_of(node), lines, (i + 0.5) * wide / len(found) - 0.5, row, look)

    def _endpoints(self, service: Object) -> None:
        labels = {SERVICE_LABEL: service.metadata.name}
        for slice_ in self.view.labelled("EndpointSlice", self.namespace, labels):
            for endpoint in slice_.endpoints or ():
                if endpoint.targetRef is None or endpoint.targetRef.name not in self.columns:
                    continue
                ready = bool(endpoint.conditions and endpoint.conditions.ready)
                self.picture.edge(
                    _id(key_of(service)),
                    _id(Key("Pod", self.namespace, endpoint.targetRef.name)),
                    style="solid" if ready else "dotted",
                    color="#0072b2" if ready else LINE,
                    tooltip="in DNS" if ready else "not ready: not in DNS",
                )


def _columns(view: View, namespace: str) -> list[str]:
    """The names of the Pods to draw, in the order of their columns.

    For each set its ordinals from the lowest to the highest that is wanted, there, or has a claim.
    """
    names: list[str] = []
    for sts in view.all("StatefulSet", namespace):
        start = (sts.spec.ordinals and sts.spec.ordinals.start) or 0
        seen = set(range(start, start + sts.spec.replicas))
        seen |= {ordinal(p) for p in view.owned(sts.metadata.uid, "Pod")}
        for template in sts.spec.volumeClaimTemplates or ():
            prefix = f"{template.metadata.name}-{sts.metadata.name}"
            for claim in view.all("PersistentVolumeClaim", namespace):
                parent, number = parent_and_ordinal(claim.metadata.name)
                if parent == prefix:
                    seen.add(number)
        seen.discard(-1)
        names += [f"{sts.metadata.name}-{n}" for n in sorted(seen)]
    others = [p for p in view.all("Pod", namespace) if p.metadata.name not in names]
    others.sort(key=lambda p: (p.metadata.creationTimestamp, ordinal(p), p.metadata.name))
    return names + [p.metadata.name for p in others]


def _pod_words(pod: Object) -> str:
    status, ready = pod_status(pod), pod_ready(pod)
    if status == "Running":
        return f"Running {ready}" if is_ready(pod) else f"Running {ready}, not ready"
    return f"{status} {ready}"


def _owner_look(sts: Object, *, done: bool) -> Look:
    if sts.metadata.deletionTimestamp is not None:
        return LEAVING
    return GOOD if done else BUSY


def _pod_look(pod: Object) -> Look:
    if is_terminating(pod):
        return LEAVING
    if is_ready(pod):
        return GOOD
    sick = ("CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "Error", "Evicted", "Failed")
    running = pod.status.phase == "Running"
    return BROKEN if pod_status(pod) in sick or running else BUSY


def _id(key: Key) -> str:
    """A node's id: letters, digits and dashes only, whatever the name (DOT reads `:` as a port)."""
    text = f"{key.kind.lower()}-{key.name}"
    return "".join(ch if ch.isalnum() or ch == "-" else f"_{ord(ch):x}_" for ch in text)


def _short(name: str, longest: int = 22) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def describe(source: HasView, namespace: str = "default") -> str:
    """The picture in words, for those who cannot see it."""
    view = source.view
    parts: list[Any] = []
    for name in _columns(view, namespace):
        pod = view.find("Pod", namespace, name)
        parts.append(f"{name}: {_pod_words(pod) if pod is not None else 'no Pod'}")
    return "; ".join(parts) or "nothing here yet"
