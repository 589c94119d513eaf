"""The engine: virtual time, the queue of what to look at next, and the only hand that writes.

Each turn takes the earliest entry of the queue, asks its actor for a plan and carries out the
decisions one by one; what they change wakes up the actors that watch it. What is left to do is data
in the State (`agenda`), so that an engine over any State, past or present, is an independent future.
"""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from statefulkit import apiserver
from statefulkit.agenda import Agenda, Plan, Turn, Work
from statefulkit.api.errors import AlreadyExists, Conflict, NotFound, StatusError
from statefulkit.apiserver import Who
from statefulkit.decisions import (
    Act,
    Actor,
    Again,
    Create,
    Delete,
    Event,
    Fail,
    Remember,
    Update,
    UpdateStatus,
    Wait,
    Watch,
    doubled,
)
from statefulkit.events import is_due, recorded, tidied
from statefulkit.store import State, View, key_of

_shared = lru_cache(maxsize=8192)(lambda work: work)  # equal ones as one, for records to share

BACK_OFF, LONGEST_BACK_OFF = 0.005, 1000.0  # S27: 5 ms doubling to about 16 min


@contextmanager
def _without_gc() -> Iterator[None]:
    """Python's cyclic collector rests: turns make no cycles, and it would walk all history often."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Engine:
    """Runs actors over a State."""

    def __init__(self, state: State, actors: Sequence[Actor]) -> None:
        """An engine over `state` that goes on from there, with the given actors."""
        self._actors = {a.NAME: a for a in actors}
        self._watches: dict[str, list[tuple[str, Watch]]] = {}
        for actor in actors:
            for kind, watch in actor.WATCHES.items():
                self._watches.setdefault(kind, []).append((actor.NAME, watch))
        self._take(state)
        self._queue = [(turn, work) for work, turn in self._due.items()]
        heapq.heapify(self._queue)
        self._tell()

    def _take(self, state: State) -> None:
        """Go on from a state and its agenda, whose parts are at hand until it is asked for again."""
        self._state, agenda = state, state.agenda
        self._told, self._due, self._asked = agenda.told, agenda.due, agenda.asked
        self._work, self._plan, self._failures = agenda.work, agenda.plan, agenda.failures
        self._is_in_line = True

    @property
    def state(self) -> State:
        """The present; replaced, never changed."""
        if not self._is_in_line:
            agenda = Agenda(
                self._told, self._due, self._asked, self._work, self._plan, self._failures
            )
            self._state = replace(self._state, agenda=agenda)
            self._is_in_line = True
        return self._state

    def copy(self, version: int | None = None) -> Engine:
        """An independent engine with the same past and future, from now or from after a record."""
        state = self.state if version is None else self.state.back_to(version)
        return Engine(state, list(self._actors.values()))

    @property
    def view(self) -> View:
        """The present."""
        return View(self.state)

    def next_time(self) -> float | None:
        """The virtual second of the next thing to do; None where nothing is left."""
        if self._plan is not None:
            return self._state.time
        return self._queue[0][0][0] if self._queue else None

    def advance(self, time: float) -> None:
        """Let virtual time pass; it never goes back."""
        if time > self._state.time:
            self._state = replace(self._state, time=time)

    def write(self, state: State) -> None:
        """Take over a state that follows from the present one, and wake up who watches."""
        self._take(state)
        self._tell()

    def step(self) -> bool:
        """Carry out decisions up to the first that is more than an Event; False where none is left."""
        before = self._state.version
        while all(r.verb == "event" for r in self._state.history.written_since(before)):
            if not self._turn():
                return False
        return True

    def run(self, end: float, until: Callable[[View], bool] | None = None) -> None:
        """Go on to virtual second `end`, or to the first moment at which `until` holds."""
        with _without_gc():
            while until is None or not until(self.view):
                due = self.next_time()
                if due is None or due > end:
                    self.advance(end)
                    return
                self._turn()

    def settle(self, end: float) -> None:
        """Go on until nothing is left to do, or to virtual second `end`."""
        with _without_gc():
            while (due := self.next_time()) is not None and due <= end:
                self._turn()
                self._finish()

    def _turn(self) -> bool:
        """Carry out the next decision, or else make the next plan; False where neither is left."""
        if self._plan is not None:
            self._decide()
        elif self._queue:
            self._look()
        else:
            return False
        return True

    def _finish(self) -> None:
        """Carry out what is left of the plan in hand."""
        while self._plan is not None:
            self._decide()

    def _decide(self) -> None:
        """Carry out the next decision of the plan in hand."""
        assert self._plan is not None
        decision, self._plan = self._plan
        self._is_in_line = False
        _HOW[type(decision)](self, decision)

    # -- the agenda --------------------------------------------------------------------------

    def wake(self, work: Work, at: float) -> None:
        """Have an actor look at an object at virtual second `at`, or earlier if that is planned."""
        planned = self._due.get(work)
        if planned is not None and planned[0] <= at:
            return
        self._asked += 1
        turn: Turn = (at, self._asked)
        work = _shared(work)
        self._due = self._due.set(work, turn)
        self._is_in_line = False
        heapq.heappush(self._queue, (turn, work))

    def _look(self) -> None:
        turn, work = heapq.heappop(self._queue)
        if self._due.get(work) != turn:
            return  # an earlier look has replaced this entry
        self.advance(turn[0])
        actor, key = work
        plan = self._actors[actor].plan(View(self._state), key)
        self._due, self._work = self._due.delete(work), work
        self._is_in_line = False
        rest: Plan = None
        for decision in reversed(plan):
            rest = (decision, rest)
        self._plan = rest
        kinds = set(map(type, plan))
        if Wait not in kinds and kinds != {Again}:
            self._stop_waiting(work)

    def _stop_waiting(self, work: Work) -> None:
        """Forget what an actor waited for, now that its plan does not."""
        decided = ("decided", *work)
        last = self._state.runtime.get(decided)
        if last is not None and last.verb == "wait":
            self._state = self._state.remember(decided, None)

    def _tell(self) -> None:
        """Wake up who watches what has been written since the last time."""
        state = self._state
        if self._told == state.version:
            return
        moment = None  # the state right after the record, where somebody has to see one
        for record in state.history.written_since(self._told):
            if moment is not None:
                moment = moment.then(record)
            watches = self._watches.get(record.key.kind, ())
            if watches and (record.before is not None or record.after is not None):
                if record.version == state.version:
                    moment = state
                elif moment is None:
                    moment = state.back_to(record.version)
                view = View(moment)
                for name, watch in watches:
                    for key in watch(view, record):
                        self.wake((name, key), record.time)
        self._told = state.version
        self._is_in_line = False
        kept = state.history.trimmed()
        if kept is not state.history:
            self._state = replace(state, history=kept)

    # -- decisions ---------------------------------------------------------------------------

    def _again(self, decision: Again) -> None:
        self.wake(self._mine(), max(decision.at, self._state.time))

    def _mine(self) -> Work:
        """Whose plan is in hand."""
        assert self._work is not None
        return self._work

    def _remember(self, decision: Remember) -> None:
        self._state = self._state.remember(decision.key, decision.value)

    def _act(self, decision: Act) -> None:
        state, about, (actor, subject) = self.state, decision.about, self._mine()
        for fact in decision.facts:
            state = state.remember(fact.key, fact.value)
        self.write(state.log(
            actor, "act", key_of(about), decision.reason, decision.rule,
            subject=subject, before=about, after=about,
        ))  # fmt: skip

    def _wait(self, decision: Wait) -> None:
        actor, subject = self._mine()
        last = self._state.runtime.get(("decided", actor, subject))
        if last is not None and last.verb == "wait" and last.reason == decision.reason:
            return
        self.write(self.state.log(actor, "wait", subject, decision.reason, decision.rule))

    def _emit(self, decision: Event) -> None:
        if is_due(self._state):  # old ones go first, one record each, and this one is still planned
            self._plan = (decision, self._plan)
            self._is_in_line = False
            self.write(tidied(self.state))
            self._turn()
            return
        self.write(recorded(self.state, decision, self._mine()[0]))

    def _attempt(self, decision: Create | Update | UpdateStatus | Delete) -> None:
        actor, subject = work = self._mine()
        who = Who(actor, decision.reason, decision.rule, subject)
        event, failures = getattr(decision, "event", None), self._failures
        if event is not None:  # part of the plan, so that the record of the write knows of it
            self._plan = (event, self._plan)
        if work in failures:
            self._failures = failures.delete(work)
        try:
            state = _WRITE[type(decision)](self.state, decision, who)
        except (Conflict, NotFound):
            # The object moved on while the plan was carried out: look again.
            self._plan, self._failures, self._is_in_line = None, failures, False
            self.wake(work, self._state.time)
        except StatusError as error:
            self._failures = failures
            failed = getattr(decision, "failed", None)
            event = None if isinstance(error, AlreadyExists) else failed  # S26
            self._fail(Fail(error.status.message or str(error), decision.rule, event))
        else:
            self.write(state)
            if event is not None:
                self._turn()

    def _fail(self, decision: Fail) -> None:
        """Say so, wait and look again after a back-off, in place of the rest of the plan."""
        error, rule, event = decision.error, decision.rule, decision.event
        work = self._mine()
        times = self._failures.get(work, 0)
        self._failures = self._failures.set(work, times + 1)
        again = Again(self._state.time + doubled(BACK_OFF, times, LONGEST_BACK_OFF))
        self._plan = (Wait(f"failed and tries again: {error}", rule), (again, None))
        if event is not None:
            message = event.message.replace("{error}", error)
            self._plan = (Event(event.about, event.type, event.reason, message), self._plan)
        self._is_in_line = False
        self._finish()


_HOW: dict[type, Callable[[Engine, Any], None]] = {
    Again: Engine._again,
    Remember: Engine._remember,
    Act: Engine._act,
    Wait: Engine._wait,
    Event: Engine._emit,
    Fail: Engine._fail,
    **dict.fromkeys((Create, Update, UpdateStatus, Delete), Engine._attempt),
}
_WRITE: dict[type, Callable[[State, Any, Who], State]] = {
    Create: lambda state, d, who: apiserver.create_made(state, d.obj, who),
    Update: lambda state, d, who: apiserver.update(state, d.obj, who),
    UpdateStatus: lambda state, d, who: apiserver.update_status(state, d.obj, who),
    Delete: lambda state, d, who: apiserver.delete(state, d.key, who, grace=d.grace),
}
