"""The picture of a cluster: which boxes, where, joined by which lines.

Each thing has its place for good: a column for its ordinal, a row for its kind, a lane for its
node. So nothing jumps from one moment to the next, and what is not there yet, or any more, leaves
a dashed ghost. More Pods than fit side by side go on in further banks below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil

from statefulkit.controllers.claims import claim_name
from statefulkit.controllers.identity import wanted_by
from statefulkit.controllers.pods import controller_of, ordinal, parent_and_ordinal
from statefulkit.controllers.volumes import claims_of
from statefulkit.store import Key, Object, View, key_of
from statefulkit.views import cards, looks
from statefulkit.views.boxes import Box, Diagram, Frame, Line
from statefulkit.views.looks import Look
from statefulkit.views.published import published
from statefulkit.views.routes import routed

COLUMN, WIDE, GUTTER, MARGIN = 118.0, 108.0, 98.0, 6.0  # pixels
ROW = {"StatefulSet": 58.0, "ReplicaSet": 48.0, "Pod": 80.0, "Claim": 48.0, "Volume": 52.0}
NOWHERE, FEW = 46.0, 3  # the lane of those without a node: its height, and lines of text in it
GAP, LANE_GAP = 22.0, 8.0
BANK = 5  # Pods side by side: what fits a notebook on a small screen


@dataclass(slots=True)
class _Column:
    """A Pod's column: its key, and the claims and volumes below it."""

    pod: Key | None
    storage: list[tuple[Object | None, Object | None]] = field(default_factory=list)


def diagram(
    view: View, namespace: str = "default", *, since: int | None = None, nodes: bool | None = None
) -> Diagram:
    """The Services, controllers, Pods, claims and volumes of a namespace, and the nodes as lanes.

    What was written after version `since` counts as just changed. `nodes` shows or hides the
    lanes; by default they are shown while all Pods fit side by side.
    """
    columns = list(_columns(view, namespace))
    lanes = len(columns) <= BANK if nodes is None else nodes
    drawing = _Drawing(view, namespace, columns, lanes)
    drawing.top()
    for start in range(0, max(len(columns), 1), BANK):
        drawing.bank(columns[start : start + BANK])
    drawing.lead_to_pods()
    changed = _changed(view, since)
    boxes = tuple(replace(b, changed=b.key in changed) for b in drawing.boxes)
    return Diagram(
        drawing.width, drawing.y - GAP / 2, tuple(drawing.frames), tuple(drawing.lines), boxes
    )


def _changed(view: View, since: int | None) -> set[Key]:
    if since is None:
        return set()
    return {r.key for r in view.records(since) if r.before is not r.after}


class _Drawing:
    def __init__(self, view: View, namespace: str, columns: list[_Column], lanes: bool) -> None:
        self.view, self.namespace, self.lanes = view, namespace, lanes
        self.dns = published(view, namespace)
        self.nodes = view.all("Node") if lanes else []
        self.left = MARGIN + (GUTTER if lanes else 0.0)
        self.sets = [*view.all("StatefulSet", namespace), *view.all("Deployment", namespace)]
        self.replica_sets = [r for r in view.all("ReplicaSet", namespace) if cards.is_used(view, r)]
        self.services = [s for s in view.all("Service", namespace) if s.spec.selector]
        on_top = len(self.sets) + len(self.services)  # in one row, that no line runs over a box
        room = ceil((on_top * (WIDE + 34) + MARGIN - self.left) / COLUMN)
        wide = min(max(len(columns), 3, room), BANK)
        self.width = self.left + wide * COLUMN + MARGIN
        self.banks: list[float] = []  # where each begins
        self.y = MARGIN
        self.boxes: list[Box] = []
        self.frames: list[Frame] = []
        self.lines: list[Line] = []

    def top(self) -> None:
        """Sets, Deployments and Services, spread over the whole width; ReplicaSets under them."""
        others = len(self.view.all("StatefulSet", self.namespace))
        first = [*self.sets, *self.services]
        self._spread(first, ROW["StatefulSet"])
        self._spread(self.replica_sets, ROW["ReplicaSet"], others, len(first))
        there = {b.key for b in self.boxes}
        for made in self.replica_sets:
            owner = controller_of(made)
            key = Key(owner.kind, self.namespace, owner.name) if owner is not None else None
            if key in there:
                self.lines.append(Line(key, key_of(made), "owns"))

    def _spread(
        self, things: list[Object], height: float, skipped: int = 0, places: int = 0
    ) -> None:
        """Things side by side, in at least so many places, of which the first are left free."""
        per_row = max(int((self.width - 2 * MARGIN) // (WIDE + 4)), 1)
        if not skipped < skipped + len(things) <= places <= per_row:
            skipped = places = 0
        for start in range(0, len(things), per_row):
            row = things[start : start + per_row]
            step = (self.width - 2 * MARGIN) / max(len(row), places)
            for i, obj in enumerate(row, skipped):
                lines, look = self._thing(obj)
                wide = min(WIDE + 30, step - 4)
                x = MARGIN + (i + 0.5) * step - wide / 2
                self._box(key_of(obj), lines, x, height, look, wide=wide)
            self.y += height + GAP

    def _thing(self, obj: Object) -> tuple[tuple[str, ...], Look]:
        if obj.kind == "Service":
            return cards.of_service(obj, self.dns), looks.PLAIN
        lines = cards.of_set(obj) if obj.kind == "StatefulSet" else cards.of_controller(obj)
        return lines, looks.of_set(obj, done=cards.is_done(obj))

    def bank(self, columns: list[_Column]) -> None:
        """A row of Pods, in the lanes of their nodes, with what they store below."""
        self.banks.append(self.y)
        self._lane(None, columns)
        for node in self.nodes:
            self._lane(node, columns)
        self.y += GAP - LANE_GAP
        for depth in range(max((len(c.storage) for c in columns), default=0)):
            self._storage(columns, depth)

    def lead_to_pods(self) -> None:
        """Lines from Services and ReplicaSets to their Pods, round what is in their way."""
        lines = [*self._endpoints(), *self._made()]
        found = routed(lines, self.boxes, self.banks, self.width)
        self.lines += found
        self.width = max([self.width, *(x + MARGIN for n in found for x, _ in n.via)])

    def _lane(self, node: Object | None, columns: list[_Column]) -> None:
        height = ROW["Pod"] + (0.0 if self.lanes else 13.0)
        if self.lanes and node is None:
            height = NOWHERE
        if self.lanes:
            key = key_of(node) if node is not None else None
            silent = node is not None and self.view.fact("down", node.metadata.name) is not None
            look = looks.of_node(node, silent=silent) if node is not None else looks.GHOST
            width = self.width - 2 * MARGIN
            self.frames.append(Frame(key, MARGIN, self.y, width, height + LANE_GAP, look))
            self.y += LANE_GAP / 2
            if node is not None:
                at = self.y + (height - 56) / 2
                lines = cards.of_node(node, silent=silent)
                box = Box(key_of(node), lines, MARGIN + 4, at, GUTTER - 10, 56, look)
                self.boxes.append(box)
        for i, column in enumerate(columns):
            if column.pod is None or self._node_of(column.pod) != (node and node.metadata.name):
                continue
            pod = self.view.find(*column.pod)
            lines = cards.of_pod(self.view, column.pod, pod, self.dns, with_node=not self.lanes)
            if height == NOWHERE:
                lines = lines[:FEW]
            look = looks.of_pod(pod) if pod is not None else looks.GHOST
            self._box(column.pod, lines, self._x(i), height, look)
        self.y += height + LANE_GAP + (LANE_GAP / 2 if self.lanes else 0.0)

    def _node_of(self, key: Key) -> str | None:
        """The name of the node in whose lane a Pod stands; None is the lane of those without."""
        pod = self.view.find(*key)
        name = pod.spec.nodeName if pod is not None and self.lanes else None
        return name if any(n.metadata.name == name for n in self.nodes) else None

    def _storage(self, columns: list[_Column], depth: int) -> None:
        for i, column in enumerate(columns):
            if depth >= len(column.storage):
                continue
            claim, volume = column.storage[depth]
            if claim is not None:
                look = looks.of_claim(claim)
                self._box(key_of(claim), cards.of_claim(claim), self._x(i), ROW["Claim"], look)
                if column.pod is not None:
                    there = self.view.find(*column.pod) is not None
                    style, words = ("solid", "mounts") if there else ("dotted", "would mount")
                    self.lines.append(Line(column.pod, key_of(claim), words, style))
            if volume is not None:
                look, self.y = looks.of_volume(volume), self.y + ROW["Claim"] + GAP / 2
                lines = cards.of_volume(volume)
                self._box(key_of(volume), lines, self._x(i), ROW["Volume"], look)
                self.y -= ROW["Claim"] + GAP / 2
                if claim is not None:
                    self.lines.append(Line(key_of(claim), key_of(volume), "is bound to"))
        self.y += ROW["Claim"] + ROW["Volume"] + GAP * 1.5

    def _endpoints(self) -> Iterator[Line]:
        there = {b.key for b in self.boxes}
        for service in self.services:
            for slice_ in self.view.slices(self.namespace, service.metadata.name):
                for endpoint in slice_.endpoints or ():
                    target = endpoint.targetRef
                    key = Key("Pod", self.namespace, target.name if target else "")
                    if key not in there:
                        continue
                    ready = bool(endpoint.conditions and endpoint.conditions.ready)
                    words, style, colour = "publishes", "solid", "#2e86c1"
                    if not ready:
                        words, style, colour = "does not publish", "dotted", "#767676"
                    elif cards.is_behind(self.view, service, endpoint):
                        words, style, colour = "still publishes (stale)", "dashed", "#b54a00"
                    yield Line(key_of(service), key, words, style, ready, colour)

    def _made(self) -> Iterator[Line]:
        there = {b.key for b in self.boxes}
        for made in self.replica_sets:
            for pod in self.view.owned(made.metadata.uid, "Pod"):
                if key_of(pod) in there:
                    yield Line(key_of(made), key_of(pod), "owns")

    def _box(
        self, key: Key, lines: tuple[str, ...], x: float, height: float, look: Look,
        *, wide: float = WIDE,
    ) -> None:  # fmt: skip
        self.boxes.append(Box(key, lines, x, self.y, wide, height, look))

    def _x(self, column: int) -> float:
        return self.left + column * COLUMN + (COLUMN - WIDE) / 2


def _columns(view: View, namespace: str) -> Iterator[_Column]:
    """The columns in their order: sets by ordinal, other Pods, then what nobody uses."""
    seen: set[Key] = set()
    for name in pod_names(view, namespace):
        column = _Column(Key("Pod", namespace, name), list(_stored(view, namespace, name)))
        for claim, volume in column.storage:
            seen |= {key_of(o) for o in (claim, volume) if o is not None}
        yield column
    for claim in view.all("PersistentVolumeClaim", namespace):
        if key_of(claim) not in seen:
            volume = _volume_of(view, claim)
            seen |= {key_of(volume)} if volume is not None else set()
            yield _Column(None, [(claim, volume)])
    for volume in view.all("PersistentVolume"):
        ref = volume.spec.claimRef
        if key_of(volume) not in seen and (ref is None or ref.namespace == namespace):
            yield _Column(None, [(None, volume)])


def pod_names(view: View, namespace: str) -> list[str]:
    """The names of the Pods to draw, in the order of their columns.

    For each set its ordinals from the lowest to the highest that is wanted, there, or has a claim.
    """
    names: list[str] = []
    claims = [
        parent_and_ordinal(c.metadata.name) for c in view.all("PersistentVolumeClaim", namespace)
    ]
    for sts in view.all("StatefulSet", namespace):
        found = set(wanted_by(sts))
        found |= {ordinal(p) for p in view.owned(sts.metadata.uid, "Pod")}
        for template in sts.spec.volumeClaimTemplates or ():
            prefix = claim_name(template, sts.metadata.name)
            found |= {number for parent, number in claims if parent == prefix}
        found.discard(-1)
        names += [f"{sts.metadata.name}-{n}" for n in sorted(found)]
    known = set(names)
    others = [p for p in view.all("Pod", namespace) if p.metadata.name not in known]
    others.sort(key=lambda p: (p.metadata.creationTimestamp, ordinal(p), p.metadata.name))
    return names + [p.metadata.name for p in others]


def _stored(
    view: View, namespace: str, pod_name: str
) -> Iterator[tuple[Object | None, Object | None]]:
    """A Pod's claims with their volumes; for a missing Pod those that wait for its return."""
    pod = view.find("Pod", namespace, pod_name)
    if pod is not None:
        names = [name for name, _ in claims_of(view, pod)]
    else:
        sts = view.find("StatefulSet", namespace, parent_and_ordinal(pod_name)[0])
        templates = (sts.spec.volumeClaimTemplates or ()) if sts else ()
        names = [claim_name(t, pod_name) for t in templates]
    for name in names:
        claim = view.find("PersistentVolumeClaim", namespace, name)
        if claim is not None:
            yield claim, _volume_of(view, claim)


def _volume_of(view: View, claim: Object) -> Object | None:
    return view.find("PersistentVolume", "", claim.spec.volumeName or "")
