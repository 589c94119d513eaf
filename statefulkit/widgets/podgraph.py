"""The picture as a widget: every thing in it can be chosen, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from statefulkit.arguments import checked
from statefulkit.store import Key, View
from statefulkit.views.diagram import BANK, diagram
from statefulkit.views.graph import in_words
from statefulkit.views.svg import opening, pieces, svg
from statefulkit.views.tables import HasView
from statefulkit.widgets import html
from statefulkit.widgets.markup import Markup, Pieces
from statefulkit.widgets.panel import Panel, lay, row

HINT = "Click to choose; or Tab, arrows, Enter."
LEGEND = (
    "★ has just changed. An arrow: the Service leads to this Pod; dotted: not now, the Pod is not "
    "ready; dashed: still, but the answer is out of date."
)


class PodGraph(Panel):
    """Services on top, Pods in columns by ordinal and lanes by node, claims and volumes below.

    Attributes:
        selected: the key of the thing that was chosen last, or None.
        nodes: a check box that shows or hides the nodes.
        drawn: what is in the picture now.
    """

    @checked
    def __init__(
        self,
        source: HasView,
        namespace: str = "default",
        *,
        on_select: Callable[[Key], None] | None = None,
    ) -> None:
        """The picture of a namespace; `on_select` hears what is chosen."""
        self.namespace, self._on_select = namespace, on_select
        self.selected: Key | None = None
        self._since: int | None = None
        self._picture = Pieces(on_pick=self._picked)
        self._words = Markup()
        view = source.view
        few = len(view.all("Pod", namespace)) <= BANK
        self.nodes = w.Checkbox(value=few, description="Show nodes", indent=False)
        lay(self.nodes, width="auto", flex="0 0 auto", margin="0")
        self.nodes.observe(lambda _: self.show(self._view, self._since), "value")
        below = row(self.nodes, Markup(html.line(HINT, "hint")), grid_gap="4px 16px")
        legend = Markup(html.line(LEGEND, "hint"))
        super().__init__(source, [self._picture, below, legend, self._words])
        self.show(view)

    def show(self, view: View, since: int | None = None) -> None:
        """Show a moment; what was written after version `since` is marked."""
        self.draw(view, since)
        self.tell()

    def draw(self, view: View, since: int | None = None) -> None:
        """Show a moment, but leave its words for `tell`."""
        self._view, self._since = view, since
        self.drawn = diagram(view, self.namespace, since=since, nodes=self.nodes.value)
        start = opening(self.drawn, "Cluster", live=True)
        tall = "statefulkit-picture statefulkit-tall"
        self._picture.markup = f'<div class="{tall}">{start}</svg></div>'
        self._picture.pieces = pieces(self.drawn, selected=self.selected, live=True)

    def tell(self) -> None:
        """Bring the picture in words up to date."""
        words = html.line(in_words(self.drawn))
        self._words.markup = f"<details><summary>The picture in words</summary>{words}</details>"

    def select(self, key: Key) -> None:
        """Choose a thing, as a click does."""
        self.selected = key
        self.show(self._view, self._since)
        if self._on_select is not None:
            self._on_select(key)

    def _picked(self, text: str, _: float | None) -> None:
        parts = text.split("/")
        if len(parts) == 3:
            self.select(Key(*parts))

    def static(self) -> str:
        """The picture as it is now."""
        drawn = diagram(self._view, self.namespace, nodes=self.nodes.value)
        return svg(drawn, in_words(drawn))
