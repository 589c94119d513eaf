"""The timeline as a widget: one click, or Enter on a part, goes to that moment."""

from __future__ import annotations

from collections.abc import Callable

from statefulkit.arguments import checked
from statefulkit.reading import last_at
from statefulkit.store import View
from statefulkit.views.tables import HasView
from statefulkit.views.timeline import opening, pieces, timeline
from statefulkit.widgets.markup import Pieces
from statefulkit.widgets.panel import Panel


class Timeline(Panel):
    """The Pods' lives from the beginning, one line an ordinal, and what the learner did.

    Attributes:
        picked: the version of the moment that was chosen last, or None.
    """

    @checked
    def __init__(
        self,
        source: HasView,
        namespace: str = "default",
        *,
        on_pick: Callable[[int], None] | None = None,
    ) -> None:
        """The timeline of a namespace; `on_pick` hears the version of a chosen moment."""
        self.namespace, self._on_pick = namespace, on_pick
        self.picked: int | None = None
        self._chart = Pieces(on_pick=self._chosen)
        super().__init__(source, [self._chart])
        self.show(source.view)

    def show(self, view: View, now: float | None = None) -> None:
        """Show a history, with a line at virtual second `now`."""
        self._view = view
        self._data = timeline(view, self.namespace)
        start = opening(self._data)
        self._chart.markup = f'<div class="statefulkit-tall" data-anywhere>{start}</svg></div>'
        self._chart.pieces = pieces(self._data, now=now, live=True)

    def _chosen(self, text: str, share: float | None) -> None:
        if share is not None:
            version = last_at(self._view, self._data.time_at(share))
            self.picked = max(version, self._view.state.history.oldest)
        elif text.isdigit():
            self.picked = int(text)
        if self.picked is not None and self._on_pick is not None:
            self._on_pick(self.picked)

    def static(self) -> str:
        """The chart as it is now."""
        return self._data.svg()
