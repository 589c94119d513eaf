"""Random sequences of actions against random manifests: what must always hold, holds."""

from __future__ import annotations

import os
from collections import Counter

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from statefulkit import Cluster
from statefulkit.store import State
from tests.property import invariants, placing
from tests.property.actions import KEPT, Action, act, actions, others, service, specs, stateful_set
from tests.property.disks import Disks

STEPS = int(os.environ.get("STATEFULKIT_STEPS", "10000"))
LENGTH = 40


class Machine(RuleBasedStateMachine):
    """A cluster and somebody who does whatever comes to mind."""

    steps, verbs = 0, Counter[str]()  # done by all machines of this process

    def __init__(self) -> None:
        super().__init__()
        self.done: list[Action] = []
        self.moments: list[State] = []
        self.disks = Disks()

    @initialize(
        seed=st.integers(0, 5),
        spec=specs,
        beside=st.lists(others, max_size=2),
        settled=st.booleans(),
    )
    def start(self, seed, spec, beside, settled) -> None:
        self.seed = seed
        self.cluster = Cluster(seed=seed)
        self.past = self.cluster.view.state
        services = [service(), service("www", clusterIP="")]
        self.do(("apply", {"source": [KEPT, *services, stateful_set(**spec)]}))
        for doc in beside:
            self.do(("apply", {"source": doc}))
        if settled:  # many things can only happen to a set that runs and has data
            self.do(("settle", {"timeout": 900.0}))
            self.do(("fill", {"text": "kept"}))

    @rule(action=actions)
    def do(self, action) -> None:
        self.done.append(action)
        Machine.steps += 1
        Machine.verbs[action[0]] += 1
        act(self.cluster, action)
        self.disks.remember(self.cluster, action[1].get("text", ""), self.past.version)

    @invariant()
    def history_is_right(self) -> None:
        if hasattr(self, "cluster"):
            now = self.cluster.view.state
            invariants.check_records(self.past, now)
            invariants.check_identity(self.cluster)
            placing.check_addresses(self.cluster.view)
            self.disks.check(self.cluster)
            if self.cluster._engine.next_time() is None:
                invariants.check_at_rest(self.cluster)
            self.past = now
            self.moments.append(now)

    def teardown(self) -> None:
        if not hasattr(self, "cluster"):
            return
        now = self.cluster.fork(version=self.cluster.version)
        assert now.version == self.cluster.version  # time may have passed since the last record
        assert now.view.state.objects == self.cluster.view.state.objects
        twin, again = self.cluster.fork(), Cluster(seed=self.seed)
        for action in self.done:
            act(again, action)
        assert invariants.same(again.view.state, self.cluster.view.state)  # replays
        happened = self.cluster.settle(timeout=2000)
        twin.settle(timeout=2000)
        assert invariants.same(twin.view.state, self.cluster.view.state)  # a fork is the same
        invariants.check_records(self.past, self.cluster.view.state)
        invariants.check_history(self.moments[::4], self.cluster.view.state)
        self.disks.check(self.cluster)
        if self.cluster._engine.next_time() is not None:  # it says what it still waits for
            assert "waiting" in set(happened.verb)
        else:
            invariants.check_at_rest(self.cluster)


Machine.TestCase.settings = settings(
    max_examples=max(1, STEPS * 11 // LENGTH // 10),  # some runs are shorter
    stateful_step_count=LENGTH,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="STATEFULKIT_STEPS" not in os.environ,
    report_multiple_bugs=False,
)


class TestMachine(Machine.TestCase):
    """The run, and that it was as long as it says."""

    def runTest(self) -> None:
        """Fail, too, where fewer actions were done than were asked for."""
        begun = Machine.steps
        super().runTest()
        assert Machine.steps - begun >= STEPS
