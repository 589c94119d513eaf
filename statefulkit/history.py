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

PICTURE = 512  # records from one whole store to the next

Objects = Map[Key, Object]
Fact = tuple[Any, ...]  # the key of a run-time fact
Facts = Map[Fact, Any]


class Record(Struct, frozen=True, eq=False, gc=False):
    """One line of history: at `time` the `actor` did `verb` to `key`, for `reason`, by `rule`.

    `subject` is the object on whose behalf it acted (the StatefulSet, where `key` is its Pod).
    `before` and `after` are the object's versions (None: absent; both None for a wait). `facts` are
    what was remembered (None: forgotten) since the record before, in order; the record itself is
    remembered as `decided`, for `explain`, unless it tells nothing that was decided. `agenda` is as
    it was right after this record, `picture` is what the store held, kept with every so many.
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
    facts: tuple[tuple[Fact, Any], ...]
    decided: Decided | None
    agenda: Agenda
    picture: tuple[Objects, Index, Facts] | None

    def tell(self, facts: Any) -> None:
        """Bring the mutation of a map of facts up to this record."""
        for fact, value in self.facts:
            if value is not None:
                facts[fact] = value
            else:
                facts.pop(fact, None)
        if self.decided is not None:
            facts[self.decided.fact] = self.decided


class Decided(Struct, frozen=True, gc=False):
    """What an actor last decided on an object: its record's line, kept as a fact when that is gone.

    `uid` is that of the object, so that a later one of its name is not taken for it.
    """

    version: int
    time: float
    actor: str
    verb: str
    key: Key
    subject: Key
    reason: str
    rule: str
    uid: str | None

    @property
    def fact(self) -> Fact:
        """Its key among the run-time facts."""
        return ("decided", self.actor, self.subject)


class History(Struct, frozen=True, eq=False, gc=False):
    """The records up to a version, as a value.

    Values that go on from one another share one list. It only ever grows at its end, and a value
    that is not at the end, because another future was written there, goes on with a copy.

    Attributes:
        last: the version of the newest record.
        limit: how many records count, the newest ones; None: all.
        start: the version of the first record that may count; a limit moves it on.
        records: those from version `dropped` + 1 on; more than `last` where another value went on.
    """

    last: int = 0
    limit: int | None = None
    start: int = 1
    records: list[Record] = []
    dropped: int = 0

    @property
    def first(self) -> int:
        """The version of the oldest record that counts."""
        return self.start if self.limit is None else max(self.start, self.last - self.limit + 1)

    @property
    def oldest(self) -> int:
        """The oldest version whose moment is known: 0 as long as every record counts."""
        return 0 if self.first == 1 else self.first

    def __getitem__(self, version: int) -> Record:
        if not self.dropped < version <= self.last:
            raise IndexError(f"history has no version {version}")
        return self.records[version - 1 - self.dropped]

    def since(self, version: int) -> Iterator[Record]:
        """The records after `version` that count, oldest first."""
        return self.written_since(max(version, self.first - 1))

    def written_since(self, version: int) -> Iterator[Record]:
        """The records after `version`, which have not been dropped yet, whether they count or not."""
        return iter(self.records[version - self.dropped : self.last - self.dropped])

    def adding(self, record: Record) -> History:
        """This history and one record more."""
        records = self.records
        if len(records) != self.last - self.dropped:
            records = records[: self.last - self.dropped]
        records.append(record)
        return History(self.last + 1, self.limit, self.start, records, self.dropped)

    def trimmed(self) -> History:
        """This history without records that no moment needs, once there are many of them."""
        if self.limit is None or len(self.records) < self.limit + self.limit // 4 + 2 * PICTURE:
            return self
        dropped = max(_picture_at(self.first) - 1, 0)
        records = self.records[dropped - self.dropped : self.last - self.dropped]
        return History(self.last, self.limit, self.first, records, dropped)

    def until(self, version: int) -> History:
        """This history as it was after record `version`."""
        return History(version, self.limit, self.first, self.records, self.dropped)

    def store_at(self, version: int) -> tuple[Objects, Index, Facts]:
        """What the store held right after record `version`: the last picture and what followed."""
        start = _picture_at(version)
        kept = self.records[start - 1 - self.dropped].picture if start else None
        objects, index, facts = kept or (Map(), Map(), Map())
        told = facts.mutate()
        first: dict[Key, Object] = {}  # what each changed object was, and what it became
        last: dict[Key, Object] = {}
        for record in self.records[start - self.dropped : version - self.dropped]:
            if record.after is not record.before:
                first.setdefault(record.key, record.before)
                last[record.key] = record.after
            record.tell(told)
        edit = objects.mutate()
        for key, obj in last.items():
            if obj is not None:
                edit[key] = obj
            elif first[key] is not None:
                del edit[key]
        index = reindexed(index, zip(first.values(), last.values(), strict=True))
        return edit.finish(), index, told.finish()


def _picture_at(version: int) -> int:
    return version - version % PICTURE
