"""What an actor can decide: plain data that only the engine turns into writes.

An actor (a controller, the scheduler, a kubelet) is a module with

    NAME                    what the log calls it
    WATCHES                 {kind: function (View, Record) -> keys of the objects to look at again}
    plan(view, key)         the decisions for one object, a pure function

Each decision carries its reason, a clause that reads after the actor's name ("waits for web-1 to be
Ready before it creates web-2"), and the number of the rule it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from msgspec import Struct

from statefulkit.store import Key, Object, Record, View


class Event(Struct, frozen=True, gc=False):
    """A Kubernetes Event about `about`: `type` is Normal or Warning (E rules)."""

    about: Object
    type: str
    reason: str
    message: str


class Create(Struct, frozen=True, gc=False):
    """Create `obj`; then emit `event`, or, where the API refuses, `failed` (its {error} filled in)."""

    obj: Object
    reason: str
    rule: str
    event: Event | None = None
    failed: Event | None = None


class Update(Struct, frozen=True, gc=False):
    """Replace metadata and spec by those of `obj`, which is based on the version read."""

    obj: Object
    reason: str
    rule: str
    event: Event | None = None
    failed: Event | None = None


class UpdateStatus(Struct, frozen=True, gc=False):
    """Replace the status alone."""

    obj: Object
    reason: str
    rule: str


class Delete(Struct, frozen=True, gc=False):
    """Delete an object, gracefully unless `grace` (seconds) says otherwise."""

    key: Key
    reason: str
    rule: str
    grace: int | None = None
    event: Event | None = None


class Fail(Struct, frozen=True, gc=False):
    """Give up this sync with an error; it is tried again after a back-off."""

    error: str
    rule: str
    event: Event | None = None


class Wait(Struct, frozen=True, gc=False):
    """Do nothing, and say why."""

    reason: str
    rule: str


class Again(Struct, frozen=True, gc=False):
    """Look at this object again at virtual second `at`."""

    at: float


class Remember(Struct, frozen=True, gc=False):
    """Set a run-time fact (None forgets it): what lies outside the API."""

    key: tuple[Any, ...]
    value: Any


class Act(Struct, frozen=True, gc=False):
    """Do something outside the API, at `about`: set run-time facts and take it down in the log."""

    about: Object
    facts: tuple[Remember, ...]
    reason: str
    rule: str


Decision = Act | Create | Update | UpdateStatus | Delete | Fail | Wait | Again | Remember | Event
Watch = Callable[[View, Record], Iterable[Key]]


class Actor(Protocol):
    """What the engine asks of an actor's module."""

    @property
    def NAME(self) -> str:
        """What the log calls it."""

    @property
    def WATCHES(self) -> dict[str, Watch]:
        """What wakes it up."""

    @property
    def plan(self) -> Callable[[View, Key], list[Decision]]:
        """The decisions for one object."""


def doubled(first: float, times: int, longest: float) -> float:
    """A back-off in seconds: `first`, doubled so many times, but never above `longest`."""
    return min(first * 2.0 ** min(times, 64), longest)


def itself(_: View, record: Record) -> Iterable[Key]:
    """A watch that looks at the changed object itself."""
    yield record.key
