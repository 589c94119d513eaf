"""The DNS tracer: who asks for which name, each query that follows, and where it leads."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from statefulkit.api.errors import StatusError
from statefulkit.arguments import checked
from statefulkit.cluster import Cluster
from statefulkit.network.resolver import Resolution, resolve
from statefulkit.store import View
from statefulkit.views.path import path_svg
from statefulkit.views.tables import HasView, lookup
from statefulkit.widgets import html
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel, button, labelled, lay, row

OUTSIDE = "a client Pod (not shown)"
TYPES = ("A", "AAAA", "SRV", "PTR", "CNAME")


class DnsTracer(Panel):
    """Asks DNS as a Pod would, shows each query as a row, and the way from the name to the Pod.

    On a Cluster each look-up is written into its history; on a moment of the past it is not.
    Attributes are the fields: `asker`, `name`, `type`, `keeps`, and the button `ask`.
    """

    @checked
    def __init__(
        self,
        source: HasView,
        name: str = "web-0.nginx",
        type: str = "A",
        from_pod: str | None = None,
        namespace: str = "default",
        *,
        asked: Callable[[], None] = lambda: None,
    ) -> None:
        """A tracer with its fields filled in; `asked` hears of each look-up."""
        self.namespace, self._asked = namespace, asked
        self.found: Resolution | None = None
        self.asker = labelled(w.Dropdown(description="Asking Pod", options=[OUTSIDE]), "300px")
        self.name = labelled(w.Text(description="Name", value=name), "300px")
        self.type = labelled(w.Dropdown(description="Type", options=TYPES, value=type), "120px")
        self.keeps = w.Checkbox(description="client keeps answers (TTL 30 s)", indent=False)
        lay(self.keeps, width="auto", margin="0")
        self.ask = button("Ask DNS", "Send the queries", self._ask, "primary")
        self._answer = Markup()
        fields = row(self.asker, self.name, self.type, self.keeps, self.ask)
        super().__init__(source, [fields, self._answer])
        self.show(source.view)
        if from_pod is not None:
            self.asker.value = from_pod

    def show(self, view: View) -> None:
        """Ask in this moment from now on; the last answer stays until it is asked again."""
        self._view = view
        pods = [p.metadata.name for p in view.all("Pod", self.namespace)]
        options = [OUTSIDE, *pods]
        if list(self.asker.options) != options:
            kept = self.asker.value
            self.asker.options = options
            self.asker.value = kept if kept in options else OUTSIDE

    def _ask(self) -> None:
        if not self.name.value.strip():
            self._answer.markup = html.error("Write a name to ask for, nginx for example.")
            return
        try:
            found = self.found = self._resolve()
        except (StatusError, ValueError) as refusal:
            self._answer.markup = html.error(str(refusal))
            return
        at = self._view.time
        path = path_svg(self._view, found)
        self._answer.markup = (
            html.line(f"{found}   (asked at {at:.1f} s)")
            + html.table(lookup(found), "Queries")
            + path
        )
        self.keep()
        self._asked()

    def _resolve(self) -> Resolution:
        pod = None if self.asker.value == OUTSIDE else f"{self.namespace}/{self.asker.value}"
        name, type_, keeps = self.name.value.strip(), self.type.value, self.keeps.value
        if isinstance(self.source, Cluster) and self.present:
            self._view = self.source.view
            return self.source.resolve(name, type_, pod, cached=keeps)
        return resolve(self._view, name, type_, pod, keeps)

    def static(self) -> str:
        """The last answer."""
        return str(self._answer.markup)


def from_default(name: str, namespace: str) -> str:
    """A name in a namespace as a client in namespace default asks for it."""
    return name if namespace == "default" else f"{name}.{namespace}"
