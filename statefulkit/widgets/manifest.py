"""An editor for YAML: change it, apply it, and read Kubernetes' answer in place."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from statefulkit.api.errors import StatusError
from statefulkit.arguments import checked
from statefulkit.cluster import Cluster
from statefulkit.store import Key, View
from statefulkit.views.text import manifest_of
from statefulkit.widgets import html
from statefulkit.widgets.actions import Action, apply_command
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel, button, lay, row

Do = Callable[[Action, Key, object], None]


class ManifestEditor(Panel):
    """The YAML of an object to edit and apply, with Kubernetes' error where it is refused.

    Attributes are `text` (the field) and the buttons `apply` and `load`.
    """

    @checked
    def __init__(
        self, cluster: Cluster, kind: str = "StatefulSet", name: str = "web",
        namespace: str = "default", *, changed: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """An editor that begins with that object; `changed` hears the command after each apply."""
        self.cluster, self.key = cluster, Key(kind, namespace, name)
        self._changed, self._loaded = changed, ""
        self.text = w.Textarea(description="YAML to apply", rows=18)
        lay(self.text, width="100%", height="330px", margin="0")
        self.text.style.description_width = "initial"
        self.text.add_class("statefulkit-editor")
        self.apply = button("Apply", "kubectl apply -f", self._apply, "primary")
        self.load = button("Load again", "Forget the edits: the object as it is", self._load)
        self._answer = Markup()
        super().__init__(cluster, [self.text, row(self.apply, self.load), self._answer])
        self._load()

    def select(self, key: Key) -> None:
        """Edit another object."""
        if key != self.key:
            self.key = key
            self._load()

    def show(self, view: View) -> None:
        """Text without edits follows its object while that is there; the past takes none."""
        self.apply.disabled = not self.present
        now = self._now() if self.text.value == self._loaded else ""
        if now and now != self._loaded:
            self.text.value = self._loaded = now

    def _now(self) -> str:
        obj = self.cluster.view.find(*self.key)
        return manifest_of(obj) if obj is not None else ""

    def _load(self) -> None:
        self.text.value = self._loaded = self._now()
        self._answer.markup = ""

    def _apply(self) -> None:
        try:
            done = self.cluster.apply(self.text.value)
        except (StatusError, ValueError) as refusal:
            self._answer.markup = html.error(str(refusal))
            return
        names = ", ".join(f"{o.kind.lower()}/{o.metadata.name}" for o in done)
        self._answer.markup = html.line(f"Applied: {names}.")
        if self._changed is not None:
            self._changed(apply_command(self.text.value))

    def static(self) -> str:
        """The text as it is now."""
        return html.text_block(self.text.value, "YAML")
