"""The engine: virtual time, the queue of what to look at next, and the only hand that writes.

Each turn takes the earliest entry of the queue, asks its actor for a plan and carries out the
decisions one by one; what they change wakes up the actors that watch it. Queue and plans are plain
data, so that a copy of an engine is an independent future.
"""

from __future__ import annotations

import gc
import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from statefulkit import apiserver
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
from statefulkit.store import Key, Record, State, View, key_of

BACK_OFF, LONGEST_BACK_OFF = 0.005, 1000.0  # S27: 5 ms doubling to about 16 min

Work = tuple[str, Key]  # an actor's name and the object to look at


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
        """An engine at rest over `state`, with the given actors."""
        self.state = state
        self._actors = {a.NAME: a for a in actors}
        self._watches: dict[str, list[tuple[str, Watch]]] = {}
        for actor in actors:
            for kind, watch in actor.WATCHES.items():
                self._watches.setdefault(kind, []).append((actor.NAME, watch))
        self._queue: list[tuple[float, int, Work]] = []
        self._order = 0
        self._due: dict[Work, float] = {}
        self._plan: deque[tuple[Work, Decision]] = deque()
        self._failures: dict[Work, int] = {}

    def copy(self) -> Engine:
        """An independent engine with the same past, present and plans."""
        twin = Engine(self.state, list(self._actors.values()))
        twin._queue, twin._order = list(self._queue), self._order
        twin._due, twin._plan = dict(self._due), deque(self._plan)
        twin._failures = dict(self._failures)
        return twin

    @property
    def view(self) -> View:
        """The present."""
        return View(self.state)

    def next_time(self) -> float | None:
        """The virtual second of the next thing to do; None where nothing is left."""
        if self._plan:
            return self.state.time
        return self._queue[0][0] if self._queue else None

    def advance(self, time: float) -> None:
        """Let virtual time pass; it never goes back."""
        if time > self.state.time:
            self.state = replace(self.state, time=time)

    def write(self, state: State) -> None:
        """Take over a state that somebody outside wrote, and wake up who watches."""
        before = self.state.version
        self.state = state
        for record in View(state).records(after=before):
            self._notify(record)

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
        if self._plan:
            self._carry_out(*self._plan.popleft())
        elif self._queue:
            self._look()
        else:
            return False
        return True

    # -- the queue ---------------------------------------------------------------------------

    def wake(self, actor: str, key: Key, at: float) -> None:
        """Have an actor look at an object at virtual second `at`, or earlier if that is planned."""
        work = (actor, key)
        if work in self._due and self._due[work] <= at:
            return
        self._due[work] = at
        self._order += 1
        heapq.heappush(self._queue, (at, self._order, work))

    def _look(self) -> None:
        time, _, work = heapq.heappop(self._queue)
        if self._due.get(work) != time:
            return  # an earlier look has replaced this entry
        del self._due[work]
        self.advance(time)
        actor, key = work
        plan = self._actors[actor].plan(self.view, key)
        if not any(isinstance(d, Wait | Again) for d in plan):
            self._stop_waiting(work)
        self._plan.extend((work, d) for d in plan)

    def _stop_waiting(self, work: Work) -> None:
        """Forget what an actor waited for, now that its plan does not."""
        decided = ("decided", *work)
        last = self.view.fact(*decided)
        if last is not None and self.state.history[last].verb == "wait":
            self.state = self.state.remember(decided, None)

    def _notify(self, record: Record) -> None:
        if record.before is None and record.after is None:
            return
        view = self.view
        for name, watch in self._watches.get(record.key.kind, ()):
            for key in watch(view, record):
                self.wake(name, key, self.state.time)

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
        try:
            match decision:
                case Create(obj):
                    state = apiserver.create(self.state, obj.to_dict(), who)
                case Update(obj):
                    state = apiserver.update(self.state, obj, who)
                case UpdateStatus(obj):
                    state = apiserver.update_status(self.state, obj, who)
                case Delete(key, grace=grace):
                    state = apiserver.delete(self.state, key, who, grace=grace)
        except (Conflict, NotFound):
            # The object moved on while the plan was carried out: look again.
            self._drop_plan(work)
            self.wake(actor, subject, self.state.time)
        except StatusError as error:
            event = (
                None if isinstance(error, AlreadyExists) else getattr(decision, "failed", None)
            )  # S26
            self._failed(work, error.status.message or str(error), decision.rule, event)
        else:
            self._failures.pop(work, None)
            self.write(state)
            event = getattr(decision, "event", None)
            if event is not None:
                self.write(recorded(self.state, event, actor))

    def _wait(self, work: Work, reason: str, rule: str) -> None:
        actor, subject = work
        last = self.view.fact("decided", actor, subject)
        if last is not None:
            record = self.state.history[last]
            if record.verb == "wait" and record.reason == reason:
                return
        self.write(self.state.log(actor, "wait", subject, reason, rule))

    def _failed(self, work: Work, error: str, rule: str, event: Event | None) -> None:
        actor, subject = work
        self._drop_plan(work)
        if event is not None:
            message = event.message.replace("{error}", error)
            shown = Event(event.about, event.type, event.reason, message)
            self.write(recorded(self.state, shown, actor))
        self._wait(work, f"failed and tries again: {error}", rule)
        failures = self._failures.get(work, 0)
        self._failures[work] = failures + 1
        delay = doubled(BACK_OFF, failures, LONGEST_BACK_OFF)
        self.wake(actor, subject, self.state.time + delay)

    def _drop_plan(self, work: Work) -> None:
        """Leave the rest of the plan in hand undone."""
        self._plan = deque((w, d) for w, d in self._plan if w != work)
