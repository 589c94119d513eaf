"""Why: what is to be said of one object, its Events and its YAML."""

from __future__ import annotations

from statefulkit.api.errors import NotFound
from statefulkit.arguments import checked
from statefulkit.store import Key, View
from statefulkit.views import explain, tables
from statefulkit.views.explain import Explanation
from statefulkit.views.tables import HasView
from statefulkit.views.text import yaml_of
from statefulkit.widgets import html
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel

TABS = ("Why", "Events", "YAML")


class Why(Panel):
    """One object: why it is as it is and what would help, its Events, its YAML.

    Attributes:
        key: the object shown.
    """

    @checked
    def __init__(
        self,
        source: HasView,
        kind: str = "StatefulSet",
        name: str = "web",
        namespace: str = "default",
    ) -> None:
        """The object of that name."""
        self.key, self._tab = Key(kind, namespace, name), TABS[0]
        self._title, self._body = Markup(), Markup()
        self._tabs = Markup(on_pick=self._chosen)
        super().__init__(source, [self._title, self._tabs, self._body])
        self.show(source.view)

    def select(self, key: Key) -> None:
        """Show another object."""
        self.key = key
        self.show(self._view)

    def show(self, view: View) -> None:
        """Show a moment."""
        self._view = view
        name = f"{self.key.kind} {self.key.name}"
        self._title.markup = html.heading(name)
        self._tabs.markup = html.tabs(TABS, self._tab, f"About {name}")
        self._body.markup = getattr(self, f"_{self._tab.lower()}")(name)

    def sentences(self) -> Explanation:
        """What there is to say of the object at the moment shown."""
        try:
            return explain(self._view, f"{self.key.kind}/{self.key.name}", self.key.namespace)
        except NotFound:
            return Explanation([f"There is no {self.key.kind} {self.key.name} at this moment."])

    def _why(self, _: str) -> str:
        return html.sentences(self.sentences())

    def _events(self, name: str) -> str:
        frame = tables.events_about(self._view, self.key)
        return html.table(frame.iloc[::-1], f"Events about {name}")

    def _yaml(self, name: str) -> str:
        obj = self._view.find(*self.key)
        if obj is None:
            return html.line(f"There is no {name} at this moment.")
        return html.text_block(yaml_of(obj), f"YAML of {name}")

    def _chosen(self, tab: str, _: float | None) -> None:
        if tab in TABS:
            self._tab = tab
            self.show(self._view)

    def static(self) -> str:
        """The sentences as they are now."""
        return str(self._title.markup) + html.sentences(self.sentences())
