"""History: who wrote what and why, record after record.

Each record keeps what one write changed; every so often one keeps the whole store, so that any
moment is a short way from such a picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from immutables import Map
from msgspec import Struct

from statefulkit.agenda import Agenda
from statefulkit.index import Index, Key, Object, reindexed

PICTURE = 32  # records from one whole store to the next

Objects = Map[Key, Object]


class Record(Struct, frozen=True, eq=False, gc=False):
    """One line of history: at `time` the `actor` did `verb` to `key`, for `reason`, by `rule`.

    `subject` is the object on whose behalf it acted (the StatefulSet, where `key` is its Pod).
    `before` and `after` are the object's versions (None: absent; both None for a wait). `runtime`
    and `agenda` are as they were right after this record, `picture` is what the store held, kept
    with every so many records.
    """

    version: int
    time: float
    actor: str
    verb: str
    key: Key
    subject: Key
    reason: str
    rule: str
    before: Object
    after: Object
    runtime: Map[tuple[Any, ...], Any]
    agenda: Agenda
    picture: tuple[Objects, Index] | None


class History(Struct, frozen=True, eq=False, gc=False):
    """The records up to a version, as a value.

    Values that go on from one another share one list. It only ever grows at its end, and a value
    that is not at the end, because another future was written there, goes on with a copy.

    Attributes:
        last: the version of the newest record.
        records: those of versions 1, 2, …; more than `last` where another value went on.
    """

    last: int = 0
    records: list[Record] = []

    def __getitem__(self, version: int) -> Record:
        if not 1 <= version <= self.last:
            raise IndexError(f"history has no version {version}")
        return self.records[version - 1]

    def since(self, version: int) -> Iterator[Record]:
        """The records after `version`, oldest first."""
        return iter(self.records[version : self.last])

    def adding(self, record: Record) -> History:
        """This history and one record more."""
        records = self.records
        if len(records) != self.last:
            records = records[: self.last]
        records.append(record)
        return History(self.last + 1, records)

    def until(self, version: int) -> History:
        """This history as it was after record `version`."""
        return History(version, self.records)

    def store_at(self, version: int) -> tuple[Objects, Index]:
        """What the store held right after record `version`: the last picture and what followed."""
        start = version - version % PICTURE
        kept = self[start].picture if start else None
        objects, index = kept or (Map(), Map())
        edit = objects.mutate()
        for record in self.records[start:version]:
            if record.after is not record.before:
                index = reindexed(index, record.before, record.after)
                if record.after is None:
                    del edit[record.key]
                else:
                    edit[record.key] = record.after
        return edit.finish(), index
