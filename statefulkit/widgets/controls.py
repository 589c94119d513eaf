"""The actions as buttons and fields: those of the chosen object, and the command for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets as w

from statefulkit.api.errors import StatusError
from statefulkit.arguments import checked
from statefulkit.cluster import Cluster
from statefulkit.store import Key, Object, View
from statefulkit.widgets import actions as a
from statefulkit.widgets import html
from statefulkit.widgets.actions import Action
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel, button, group, groups, labelled

KEEP = ("Retain", "Delete")
STRATEGIES = ("RollingUpdate", "OnDelete")
CASCADES = ("background", "foreground", "orphan")
HIGHEST = 2**31 - 1  # partition that Kubernetes takes
PAGE = "/usr/share/nginx/html/index.html"
PAST = (
    "This is the past: it can't be changed. Go to Live, or press Fork here to act from this moment."
)

SET, POD, NODE = ("StatefulSet",), ("Pod",), ("Node",)  # the kinds that a row of controls is for
BOTH = (*SET, "Deployment")

Row = tuple[tuple[str, ...], Any]
Around = Callable[[Callable[[], object]], None]


class Actions(Panel):
    """What can be done with the chosen object, and the kubectl command of the last action.

    Attributes:
        key: the object that is acted on. Other kinds than StatefulSets, Deployments, Pods and nodes
            can only be deleted here.
        fields: the fields by name; buttons: the buttons by their text.
    """

    @checked
    def __init__(
        self, cluster: Cluster, name: str = "web", namespace: str = "default",
        *, around: Around | None = None,
    ) -> None:  # fmt: skip
        """Actions on StatefulSet `name` at first; `around` carries out each change."""
        self.cluster, self.key = cluster, Key("StatefulSet", namespace, name)
        self._around = around or (lambda act: act())
        self.fields: dict[str, Any] = {}
        self.buttons: dict[str, Any] = {}
        self._title, self._command, self._answer = Markup(), Markup(html.command("")), Markup()
        self._rows = [*self._set_rows(), *self._pod_rows(), *self._node_rows()]
        self._rest = group("Delete", self._button(a.DELETE))
        rows = [found for _, found in self._rows]
        children = [self._title, groups(*rows, self._rest), self._answer, self._command]
        super().__init__(cluster, children)
        self.show(cluster.view)
        self.fill()

    # -- controls ----------------------------------------------------------------------------

    def _field(self, name: str, found: Any, width: str) -> Any:
        self.fields[name] = labelled(found, width)
        return self.fields[name]

    def _button(self, action: Action, value: Callable[[], Any] = lambda: None) -> Any:
        found = button(action.label, action.hint, lambda: self.do(action, value()))
        self.buttons[action.label] = found
        return found

    def _set_rows(self) -> Iterator[Row]:
        number = self._field(
            "replicas", w.BoundedIntText(max=1000, description="Replicas"), "140px"
        )
        image = self._field("image", w.Text(description="Image"), "290px")
        part = self._field(
            "partition", w.BoundedIntText(max=HIGHEST, description="Partition"), "140px"
        )
        strategy = self._field(
            "strategy", w.Dropdown(options=STRATEGIES, description="Strategy"), "210px"
        )
        scaled = self._field("scaled", w.Dropdown(options=KEEP, description="when scaled"), "166px")
        deleted = self._field(
            "deleted", w.Dropdown(options=KEEP, description="when deleted"), "174px"
        )
        cascade = self._field(
            "cascade", w.Dropdown(options=CASCADES, description="Cascade"), "180px"
        )
        fewer = button("−", "One replica less", lambda: self._by(-1))
        more = button("+", "One replica more", lambda: self._by(+1))
        self.buttons |= {"−": fewer, "+": more}
        scale = self._button(a.SCALE, lambda: number.value)
        yield BOTH, group("", number, fewer, more, scale)
        new = self._button(a.IMAGE, lambda: image.value.strip())
        yield BOTH, group("", image, new, self._button(a.BAD_IMAGE))
        yield SET, group("", strategy, self._button(a.STRATEGY, lambda: strategy.value))
        yield SET, group("", part, self._button(a.PARTITION, lambda: part.value))
        kept = self._button(a.RETENTION, lambda: (scaled.value, deleted.value))
        yield SET, group("Claims", scaled, deleted, kept)
        yield BOTH, group("Delete", cascade, self._button(a.DELETE_SET, lambda: cascade.value))

    def _pod_rows(self) -> Iterator[Row]:
        path = self._field("path", w.Text(PAGE, description="File"), "320px")
        text = self._field("text", w.Text("hello", description="Text"), "180px")
        stop = map(self._button, (a.KILL, a.FORCE, a.CRASH))
        yield POD, group("Stop", *stop)
        yield POD, group("Ready", self._button(a.UNREADY), self._button(a.READY))
        yield POD, group("", path, self._button(a.READ, lambda: path.value.strip()))
        write = self._button(a.WRITE, lambda: (path.value.strip(), text.value))
        yield POD, group("", text, write)

    def _node_rows(self) -> Iterator[Row]:
        yield NODE, group("Failure", *map(self._button, (a.FAIL_NODE, a.RECOVER_NODE)))
        yield NODE, group("Upkeep", *map(self._button, (a.DRAIN, a.UNCORDON)))

    # -- what they do ------------------------------------------------------------------------

    def _by(self, change: int) -> None:
        found = self.cluster.view.find(*self.key)
        self.do(a.SCALE, (found.spec.replicas if found is not None else 0) + change)

    def do(self, action: Action, value: Any = None) -> None:
        """Carry out an action on the chosen object, and show its command or Kubernetes' refusal."""
        self._answer.markup = ""
        try:
            command = action.command(self.cluster, self.key, value)
            self._around(lambda: self._said(action, action.act(self.cluster, self.key, value)))
        except (StatusError, ValueError) as refusal:
            self._answer.markup = html.error(str(refusal))
            return
        self.tell(command)
        self.fill()

    def _said(self, action: Action, result: Any) -> None:
        if action is a.DRAIN and self.cluster.view.on_node(self.key.name):
            refused = result.query("actor == 'user' and verb == 'wait'").reason
            self._answer.markup = "".join(map(html.error, dict.fromkeys(refused)))
        if action is a.READ:
            path = self.fields["path"].value
            there = result is not None
            text = str(result) if there else f"cat: {path}: No such file or directory"
            self._answer.markup = html.text_block(text, f"Contents of {path}")

    def tell(self, command: str) -> None:
        """Show a command for a real cluster."""
        self._command.markup = html.command(command)

    # -- what it shows -----------------------------------------------------------------------

    def select(self, key: Key) -> None:
        """Act on another object from now on."""
        self.key = key
        self._answer.markup = ""
        self.show(self._view, live=self._live)
        self.fill()
        self._suggest()

    def show(self, view: View, *, live: bool = True) -> None:
        """Offer what can be done; in the past, where it is not `live`, nothing can."""
        self._view, self._live = view, live
        told_of = any(self.key.kind in kinds for kinds, _ in self._rows)
        for kinds, found in [*self._rows, ((() if told_of else (self.key.kind,)), self._rest)]:
            shown = self.key.kind in kinds
            found.layout.display = "flex" if shown else "none"
            for child in found.children:  # a press may be under way when another thing is chosen
                if isinstance(child, w.Button):
                    child.disabled = not (shown and live)
        told = "" if live else html.line(PAST, "past")
        self._title.markup = told

    def fill(self) -> None:
        """Put what is so now into the fields."""
        found = self.cluster.view.find(*self.key)
        for name, value in _now(found).items() if found is not None else ():
            if self.fields[name].value != value:
                self.fields[name].value = value

    def _suggest(self) -> None:
        """A file on the chosen Pod's own volume, where the path leads to none of its volumes."""
        pod = self.cluster.view.find(*self.key) if self.key.kind == "Pod" else None
        disks = _disks(pod) if pod is not None else []
        path = self.fields["path"].value
        if disks and not any(path.startswith(f"{place}/") for place in disks):
            self.fields["path"].value = f"{disks[0]}/hello.txt"

    def static(self) -> str:
        """The command of the last action."""
        return str(self._command.markup)


def _now(found: Object) -> dict[str, Any]:
    """What an object has now, by the names of the fields that change it."""
    if found.kind not in BOTH:
        return {}
    now = {
        "replicas": found.spec.replicas,
        "image": found.spec.template.spec.containers[0].image or "",
    }
    if found.kind in SET:
        strategy, policy = (
            found.spec.updateStrategy,
            found.spec.persistentVolumeClaimRetentionPolicy,
        )
        now["strategy"] = strategy.type
        now["partition"] = (strategy.rollingUpdate and strategy.rollingUpdate.partition) or 0
        now["scaled"] = policy.whenScaled if policy else "Retain"
        now["deleted"] = policy.whenDeleted if policy else "Retain"
    return now


def _disks(pod: Object) -> list[str]:
    """The directories of a Pod's first container in which claims are mounted."""
    claims = {v.name for v in pod.spec.volumes or () if v.persistentVolumeClaim}
    found = pod.spec.containers[0].volumeMounts or ()
    return [str(m.mountPath).rstrip("/") for m in found if m.name in claims]
