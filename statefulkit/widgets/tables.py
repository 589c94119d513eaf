"""Tables as panels: Pods, claims, volumes, DNS records, Events, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from statefulkit.arguments import checked
from statefulkit.store import View
from statefulkit.views import tables
from statefulkit.views.tables import HasView
from statefulkit.widgets import html
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel

if TYPE_CHECKING:
    import pandas as pd

NEWEST = 60  # rows of Events and decisions, newest first


class Table(Panel):
    """A table of a moment; a subclass says of what."""

    title: ClassVar[str]

    @checked
    def __init__(self, source: HasView, namespace: str = "default") -> None:
        """The table of a namespace."""
        self.namespace = namespace
        self._table = Markup()
        super().__init__(source, [self._table])
        self.show(source.view)

    def frame(self, view: View) -> pd.DataFrame:
        """The rows to show."""
        raise NotImplementedError

    def show(self, view: View) -> None:
        """Show a moment."""
        self._table.markup = html.table(self.frame(view), self.title)

    def static(self) -> str:
        """The table as it is now."""
        return str(self._table.markup)


class PodTable(Table):
    """`kubectl get pods -o wide`."""

    title = "Pods"

    def frame(self, view: View) -> pd.DataFrame:
        """The Pods."""
        return tables.pods(view, self.namespace)


class ClaimTable(Table):
    """`kubectl get pvc`."""

    title = "Claims"

    def frame(self, view: View) -> pd.DataFrame:
        """The claims."""
        return tables.claims(view, self.namespace)


class VolumeTable(Table):
    """`kubectl get pv`."""

    title = "Volumes"

    def frame(self, view: View) -> pd.DataFrame:
        """The volumes."""
        return tables.volumes(view)


class DnsTable(Table):
    """The records that CoreDNS serves."""

    title = "DNS records"

    def frame(self, view: View) -> pd.DataFrame:
        """The records of the namespace."""
        return tables.dns(view, self.namespace)


class EventTable(Table):
    """`kubectl get events`, newest first."""

    title = "Events"

    def frame(self, view: View) -> pd.DataFrame:
        """The newest Events."""
        return tables.events(view, self.namespace).iloc[::-1].head(NEWEST)


class DecisionTable(Table):
    """What each part of Kubernetes decided and why, newest first."""

    title = "Decisions"

    def frame(self, view: View) -> pd.DataFrame:
        """The newest decisions."""
        since = max(view.version - 4 * NEWEST, 0)
        return tables.decisions(view, since=since).iloc[::-1].head(NEWEST)


ALL = (PodTable, ClaimTable, VolumeTable, DnsTable, EventTable, DecisionTable)
