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
from typing import Any

from immutables import Map
from msgspec.structs import replace

from statefulkit import apiserver
from statefulkit.agenda import Turn, Work, linked
from statefulkit.api.errors import AlreadyExists, Conflict, NotFound, StatusError
from statefulkit.apiserver import Who
from statefulkit.decisions import (
    Act,
    Actor,
    Again,
    Create,
    Decision,
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
from statefulkit.events import recorded
from statefulkit.store import Key, State, View, key_of

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
    """Runs actors over a State.

    Attributes:
        state: the present; replaced, never changed.
    """

    def __init__(self, state: State, actors: Sequence[Actor]) -> None:
        """An engine over `state` that goes on from there, with the given actors."""
        self.state = state
        self._actors = {a.NAME: a for a in actors}
        self._watches: dict[str, list[tuple[str, Watch]]] = {}
        for actor in actors:
            for kind, watch in actor.WATCHES.items():
                self._watches.setdefault(kind, []).append((actor.NAME, watch))
        self._queue = [(turn, work) for work, turn in state.agenda.due.items()]
        heapq.heapify(self._queue)
        self._tell()

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
        if self.state.agenda.plan:
            return self.state.time
        return self._queue[0][0][0] if self._queue else None

    def advance(self, time: float) -> None:
        """Let virtual time pass; it never goes back."""
        if time > self.state.time:
            self.state = replace(self.state, time=time)

    def write(self, state: State) -> None:
        """Take over a state that somebody outside wrote, and wake up who watches."""
        self.state = state
        self._tell()

    def step(self) -> bool:
        """Carry out decisions up to the first that is more than an Event; False where none is left."""
        before = self.state.version
        while all(r.verb == "event" for r in self.view.records(before)):
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

    def _turn(self) -> bool:
        """Carry out the next decision, or else make the next plan; False where neither is left."""
        agenda = self.state.agenda
        if agenda.plan is not None and agenda.work is not None:
            decision, rest = agenda.plan
            self._plan(plan=rest)
            self._carry_out(agenda.work, decision)
        elif self._queue:
            self._look()
        else:
            return False
        return True

    # -- the agenda --------------------------------------------------------------------------

    def _plan(self, **changes: Any) -> None:
        """Change the agenda."""
        self.state = self.state.planned(**changes)

    def wake(self, actor: str, key: Key, at: float) -> None:
        """Have an actor look at an object at virtual second `at`, or earlier if that is planned."""
        work, agenda = (actor, key), self.state.agenda
        planned = agenda.due.get(work)
        if planned is not None and planned[0] <= at:
            return
        turn: Turn = (at, agenda.asked + 1)
        self._plan(due=agenda.due.set(work, turn), asked=turn[1])
        heapq.heappush(self._queue, (turn, work))

    def _look(self) -> None:
        turn, work = heapq.heappop(self._queue)
        due = self.state.agenda.due
        if due.get(work) != turn:
            return  # an earlier look has replaced this entry
        self.advance(turn[0])
        actor, key = work
        plan = self._actors[actor].plan(self.view, key)
        self._plan(due=due.delete(work), work=work, plan=linked(plan))
        if not any(isinstance(d, Wait | Again) for d in plan):
            self._stop_waiting(work)

    def _stop_waiting(self, work: Work) -> None:
        """Forget what an actor waited for, now that its plan does not."""
        decided = ("decided", *work)
        last = self.view.fact(*decided)
        if last is not None and self.state.history[last].verb == "wait":
            self.state = self.state.remember(decided, None)

    def _tell(self) -> None:
        """Wake up who watches what has been written since the last time."""
        for record in self.view.records(after=self.state.agenda.told):
            if record.before is not None or record.after is not None:
                now = record.version == self.state.version
                view = self.view if now else View(self.state.back_to(record.version))
                for name, watch in self._watches.get(record.key.kind, ()):
                    for key in watch(view, record):
                        self.wake(name, key, record.time)
        self._plan(told=self.state.version)

    # -- decisions ---------------------------------------------------------------------------

    def _carry_out(self, work: Work, decision: Decision) -> None:
        actor, subject = work
        match decision:
            case Again(at):
                self.wake(actor, subject, max(at, self.state.time))
            case Remember(key, value):
                self.state = self.state.remember(key, value)
            case Act(about, facts, reason, rule):
                state = self.state
                for fact in facts:
                    state = state.remember(fact.key, fact.value)
                self.write(state.log(
                    actor, "act", key_of(about), reason, rule,
                    subject=subject, before=about, after=about,
                ))  # fmt: skip
            case Wait(reason, rule):
                self._wait(work, reason, rule)
            case Event():
                self.write(recorded(self.state, decision, actor))
            case Fail(error, rule, event):
                self._failed(work, error, rule, event)
            case _:
                self._attempt(work, decision)

    def _attempt(self, work: Work, decision: Create | Update | UpdateStatus | Delete) -> None:
        actor, subject = work
        who = Who(actor, decision.reason, decision.rule, subject)
        event, agenda = getattr(decision, "event", None), self.state.agenda
        rest = agenda.plan if event is None else (event, agenda.plan)
        before = self.state.planned(plan=rest, failures=_without(agenda.failures, work))
        try:
            match decision:
                case Create(obj):
                    state = apiserver.create(before, obj.to_dict(), who)
                case Update(obj):
                    state = apiserver.update(before, obj, who)
                case UpdateStatus(obj):
                    state = apiserver.update_status(before, obj, who)
                case Delete(key, grace=grace):
                    state = apiserver.delete(before, key, who, grace=grace)
        except (Conflict, NotFound):
            # The object moved on while the plan was carried out: look again.
            self._plan(plan=None)
            self.wake(actor, subject, self.state.time)
        except StatusError as error:
            event = (
                None if isinstance(error, AlreadyExists) else getattr(decision, "failed", None)
            )  # S26
            self._failed(work, error.status.message or str(error), decision.rule, event)
        else:
            self.write(state)
            if event is not None:
                self._turn()

    def _wait(self, work: Work, reason: str, rule: str) -> None:
        actor, subject = work
        last = self.view.fact("decided", actor, subject)
        if last is not None:
            record = self.state.history[last]
            if record.verb == "wait" and record.reason == reason:
                return
        self.write(self.state.log(actor, "wait", subject, reason, rule))

    def _failed(self, work: Work, error: str, rule: str, event: Event | None) -> None:
        """Say so, wait and look again after a back-off, in place of the rest of the plan."""
        failures = self.state.agenda.failures
        times = failures.get(work, 0)
        delay = doubled(BACK_OFF, times, LONGEST_BACK_OFF)
        plan: list[Decision] = [
            Wait(f"failed and tries again: {error}", rule), Again(self.state.time + delay),
        ]  # fmt: skip
        if event is not None:
            message = event.message.replace("{error}", error)
            plan.insert(0, Event(event.about, event.type, event.reason, message))
        self._plan(plan=linked(plan), failures=failures.set(work, times + 1))
        while self.state.agenda.plan:
            self._turn()


def _without(failures: Map[Work, int], work: Work) -> Map[Work, int]:
    return failures.delete(work) if work in failures else failures
