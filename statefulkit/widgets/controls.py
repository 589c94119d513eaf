"""The actions as buttons and fields: those of the chosen object, and the command for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from statefulkit.api.errors import StatusError
from statefulkit.cluster import Cluster
from statefulkit.store import Key, View
from statefulkit.widgets import actions as a
from statefulkit.widgets import html
from statefulkit.widgets.actions import Action
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel, button, group, groups, labelled

KEEP = ("Retain", "Delete")
STRATEGIES = ("RollingUpdate", "OnDelete")
CASCADES = ("background", "foreground", "orphan")
PAGE = "/usr/share/nginx/html/index.html"
PAST = (
    "This is the past: it can't be changed. Go to Live, or press Fork here to act from this moment."
)

Around = Callable[[Callable[[], object]], None]


class Actions(Panel):
    """What can be done with the chosen object, and the kubectl command of the last action.

    Attributes:
        key: the object that is acted on. A claim, a volume or a Service can only be deleted here.
        fields: the fields by name; buttons: the buttons by their text.
    """

    def __init__(
        self, cluster: Cluster, name: str = "web", namespace: str = "default",
        *, around: Around | None = None,
    ) -> None:  # fmt: skip
        """Actions on StatefulSet `name` at first; `around` carries out each change."""
        self.cluster, self.key = cluster, Key("StatefulSet", namespace, name)
        self.set_key = self.key
        self._around = around or (lambda act: act())
        self.fields: dict[str, Any] = {}
        self.buttons: dict[str, Any] = {}
        self._title, self._command, self._answer = Markup(), Markup(html.command("")), Markup()
        self._groups = {
            "StatefulSet": self._set_group(),
            "Pod": self._pod_group(),
            "Node": self._node_group(),
            "": groups(group("Delete", self._button(a.DELETE))),
        }
        children = [self._title, *self._groups.values(), self._answer, self._command]
        super().__init__(cluster, children)
        self.show(cluster.view)
        self._fill()

    # -- controls ----------------------------------------------------------------------------

    def _field(self, name: str, found: Any, width: str) -> Any:
        self.fields[name] = labelled(found, width)
        return self.fields[name]

    def _button(self, action: Action, value: Callable[[], Any] = lambda: None) -> Any:
        found = button(action.label, action.hint, lambda: self.do(action, value()))
        self.buttons[action.label] = found
        return found

    def _set_group(self) -> Any:
        number = self._field(
            "replicas", w.BoundedIntText(max=1000, description="Replicas"), "140px"
        )
        image = self._field("image", w.Text(description="Image"), "290px")
        part = self._field("partition", w.BoundedIntText(description="Partition"), "140px")
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
        return groups(
            group("", number, fewer, more, self._button(a.SCALE, lambda: number.value)),
            group(
                "",
                image,
                self._button(a.IMAGE, lambda: image.value.strip()),
                self._button(a.BAD_IMAGE),
            ),
            group("", strategy, self._button(a.STRATEGY, lambda: strategy.value)),
            group("", part, self._button(a.PARTITION, lambda: part.value)),
            group(
                "Claims",
                scaled,
                deleted,
                self._button(a.RETENTION, lambda: (scaled.value, deleted.value)),
            ),
            group("Delete", cascade, self._button(a.DELETE_SET, lambda: cascade.value)),
        )

    def _pod_group(self) -> Any:
        path = self._field("path", w.Text(PAGE, description="File"), "320px")
        text = self._field("text", w.Text("hello", description="Text"), "180px")
        return groups(
            group("Stop", self._button(a.KILL), self._button(a.FORCE), self._button(a.CRASH)),
            group("Ready", self._button(a.UNREADY), self._button(a.READY)),
            group("", path, self._button(a.READ, lambda: path.value.strip())),
            group("", text, self._button(a.WRITE, lambda: (path.value.strip(), text.value))),
        )

    def _node_group(self) -> Any:
        return groups(
            group("Failure", self._button(a.FAIL_NODE), self._button(a.RECOVER_NODE)),
            group("Upkeep", self._button(a.DRAIN), self._button(a.UNCORDON)),
        )

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
        self._fill()

    def _said(self, action: Action, result: Any) -> None:
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
        self._fill()

    def show(self, view: View, *, live: bool = True) -> None:
        """Offer what can be done; in the past, where it is not `live`, nothing can."""
        self._view, self._live = view, live
        shown = self.key.kind if self.key.kind in self._groups else ""
        for kind, found in self._groups.items():
            found.layout.display = "grid" if kind == shown else "none"
        told = "" if live else html.line(PAST, "past")
        self._title.markup = told
        for found in self.buttons.values():
            if found.disabled == live:
                found.disabled = not live

    def _fill(self) -> None:
        """Put what is so now into the fields of the set."""
        sts = self.cluster.view.find(*self.key) if self.key.kind == "StatefulSet" else None
        if sts is None:
            return
        strategy, policy = sts.spec.updateStrategy, sts.spec.persistentVolumeClaimRetentionPolicy
        now = {
            "replicas": sts.spec.replicas,
            "image": sts.spec.template.spec.containers[0].image or "",
            "strategy": strategy.type,
            "partition": (strategy.rollingUpdate and strategy.rollingUpdate.partition) or 0,
            "scaled": policy.whenScaled if policy else "Retain",
            "deleted": policy.whenDeleted if policy else "Retain",
        }
        for name, value in now.items():
            if self.fields[name].value != value:
                self.fields[name].value = value

    def static(self) -> str:
        """The command of the last action."""
        return str(self._command.markup)
