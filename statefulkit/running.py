"""Time: it is virtual, and passes when asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from statefulkit.api.errors import StatusError
from statefulkit.api.kinds import kind_of
from statefulkit.arguments import checked_class
from statefulkit.engine import Engine
from statefulkit.reading import Reading
from statefulkit.store import Key, View

if TYPE_CHECKING:
    import pandas as pd


@checked_class
class Running(Reading):
    """What has an engine, and so a future; whoever inherits gives it."""

    _engine: Engine

    @property
    def view(self) -> View:
        """The present, read-only."""
        return self._engine.view

    @property
    def at_rest(self) -> bool:
        """Whether nothing is left to do until somebody acts."""
        return self._engine.next_time() is None

    def step(self) -> pd.DataFrame:
        """Carry out one decision. Returns what happened: see `views.tables.decisions`."""
        return self._happened(self._engine.step)

    def run(self, seconds: float = 10.0) -> pd.DataFrame:
        """Let `seconds` virtual seconds pass. Returns what happened, one row a decision."""
        end = self.time + seconds
        return self._happened(lambda: self._engine.run(end))

    def run_until(self, condition: Callable[[View], bool], timeout: float = 300.0) -> pd.DataFrame:
        """Run until `condition(view)` holds. Returns what happened.

        Where it does not come to hold within `timeout` virtual seconds, or nothing is left to do,
        the last rows say who waits for what.
        """
        end = self.time + timeout
        return self._happened(
            lambda: self._engine.run(end, condition), lambda: condition(self.view)
        )

    def settle(self, timeout: float = 600.0) -> pd.DataFrame:
        """Run until nothing is left to do. Returns what happened.

        What has more to do only after `timeout` virtual seconds, or never comes to rest, is stopped
        where it is, and the last rows say who waits for what, or until when.
        """
        end = self.time + timeout
        return self._happened(lambda: self._engine.settle(end), lambda: self.at_rest)

    def _happened(
        self, act: Callable[[], object], reached: Callable[[], bool] = lambda: True
    ) -> pd.DataFrame:
        from statefulkit.views import tables

        before = self.version
        act()
        return tables.decisions(self.view, since=before, waiting=not reached())

    @staticmethod
    def _key(kind: Any, name: str, namespace: str) -> Key:
        found = kind_of(kind)
        if not name:
            raise StatusError.no_name()
        return Key(found.name, namespace if found.namespaced else "", name)
