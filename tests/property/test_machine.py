"""Random sequences of actions against random manifests: what must always hold, holds."""

from __future__ import annotations

import os
from collections import Counter

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from statefulkit import Cluster
from statefulkit.controllers.volumes import disk_of
from tests.property import invariants
from tests.property.actions import Action, act, actions, service, specs, stateful_set

STEPS = int(os.environ.get("STATEFULKIT_STEPS", "10000"))
LENGTH = 40


class Machine(RuleBasedStateMachine):
    """A cluster and somebody who does whatever comes to mind."""

    steps, verbs = 0, Counter[str]()  # done by all machines of this process

    def __init__(self) -> None:
        super().__init__()
        self.done: list[Action] = []
        self.seen = 0
        self.written: dict[tuple[str, str], str] = {}

    @initialize(seed=st.integers(0, 5), spec=specs)
    def start(self, seed, spec) -> None:
        self.seed = seed
        self.cluster = Cluster(seed=seed)
        self.do(("apply", {"source": [service(), stateful_set(**spec)]}))

    @rule(action=actions)
    def do(self, action) -> None:
        self.done.append(action)
        Machine.steps += 1
        Machine.verbs[action[0]] += 1
        act(self.cluster, action)
        self.remember(action)

    def remember(self, action: Action) -> None:
        """Keep in mind what was written to which volume."""
        name, arguments = action
        pod = self.cluster.view.find("Pod", "default", arguments.get("pod", ""))
        if name == "write_file" and self.cluster.view.version > self.seen and pod is not None:
            last = self.cluster.view.state.history[self.cluster.version]
            if last.verb == "exec":
                claim = self.cluster.get("pvc", f"www-{pod.metadata.name}")
                volume = self.cluster.get("pv", claim.spec.volumeName)
                disk = disk_of(volume, pod.spec.nodeName)
                self.written[claim.spec.volumeName, disk] = arguments["text"]

    @invariant()
    def history_is_right(self) -> None:
        if hasattr(self, "cluster"):
            invariants.check_records(self.cluster, self.seen)
            invariants.check_files(self.cluster, self.written)
            invariants.check_identity(self.cluster)
            self.seen = self.cluster.version

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
        invariants.check_records(self.cluster, self.seen)
        if self.cluster._engine.next_time() is not None:  # it says what it still waits for
            assert "waiting" in set(happened.verb)
        else:
            invariants.check_at_rest(self.cluster)


Machine.TestCase.settings = settings(
    max_examples=max(1, STEPS // LENGTH),
    stateful_step_count=LENGTH,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="STATEFULKIT_STEPS" not in os.environ,
    report_multiple_bugs=False,
)
TestMachine = Machine.TestCase
