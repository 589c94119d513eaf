"""Time: step, play, settle; and a slider over all of history."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as w

from statefulkit.arguments import checked
from statefulkit.cluster import Cluster
from statefulkit.store import View
from statefulkit.widgets import html
from statefulkit.widgets.markup import Scrubber
from statefulkit.widgets.panel import Panel, button, labelled, row
from statefulkit.widgets.player import SPEEDS, Player

SETUP = "kubeadm"  # what it does comes before all that a learner sees


class Clock(Panel):
    """Lets time pass, and chooses the moment that is shown.

    Attributes:
        version: the version of the moment shown, None for the present. What a limited history has
            dropped leads to the oldest moment that it holds.
        step, play, settle, live: the buttons; speed, scrubber: the fields.
    """

    @checked
    def __init__(
        self,
        cluster: Cluster,
        *,
        passed: Callable[[Callable[[], object]], None] | None = None,
        moved: Callable[[], None] | None = None,
    ) -> None:
        """A clock at the present; `passed` lets time pass, `moved` hears of another moment."""
        self.cluster = cluster
        self.version: int | None = None
        self._passed = passed or (lambda act: act())
        self._moved = moved or self.refresh
        self._moments: list[int] = []
        self._seen = 0
        self.player = Player(lambda seconds: self._pass(lambda: cluster.run(seconds)))
        self.step = button("Step", "Carry out the next decision", self._step, "primary")
        self.play = button("Play", "Let time pass, or stop it", self._play)
        speeds = [(f"×{s}", s) for s in SPEEDS]
        self.speed = labelled(w.Dropdown(options=speeds, description="Speed"), "120px")
        self.speed.observe(self._set_speed, "value")
        self.settle = button("Settle", "Run until nothing is left to do", self._settle)
        self.live = button("Live", "Back to the present", self.go_live)
        self.buttons = row(self.step, self.play, self.speed, self.settle, self.live)
        self.buttons.add_class("statefulkit-clock")
        self.scrubber = Scrubber(on_unseen=self.pause)
        self.scrubber.observe(self._scrubbed, "value")
        super().__init__(cluster, [self.buttons, self.scrubber])
        self.show(self.view)

    @property
    def version(self) -> int | None:
        """The version of the moment shown."""
        oldest = self.cluster.view.state.history.oldest
        return None if self._version is None else max(self._version, oldest)

    @version.setter
    def version(self, version: int | None) -> None:
        self._version = version

    @property
    def view(self) -> View:
        """The moment shown."""
        present = self.cluster.view
        return present if self.version is None else View(present.state.back_to(self.version))

    def since(self) -> int | None:
        """In the past: the version of the moment before, so that the one change can be marked."""
        if self.version is None:
            return None
        earlier = [m for m in self._moments if m < self.version]
        return earlier[-1] if earlier else 0

    def go(self, version: int) -> None:
        """Show the moment after record `version`."""
        self.player.pause()
        last = max(self._moments, default=0)  # after it there are Events at most
        self.version = None if version >= last else version
        self._moved()

    def go_live(self) -> None:
        """Show the present."""
        self.version = None
        self._moved()

    def _pass(self, act: Callable[[], object]) -> None:
        self._passed(act)
        self.show(self.view)

    def _step(self) -> None:
        self._pass(self.cluster.step)

    def _settle(self) -> None:
        self.player.pause()
        self._pass(self.cluster.settle)

    def _play(self) -> None:
        if self.player.playing:
            self.pause()
        else:
            self.player.play()
            self._moved()

    def pause(self) -> None:
        """Stop the time."""
        self.player.pause()
        self._moved()

    def _set_speed(self, change: dict[str, int]) -> None:
        self.player.speed = change["new"]

    def _scrubbed(self, change: dict[str, int]) -> None:
        if self._moments and self.scrubber.value == change["new"] != self._index():
            last = len(self._moments) - 1  # fewer than when it was sent, where history is limited
            self.go(self._moments[min(change["new"], last)])

    def show(self, view: View) -> None:
        """Show which moment it is."""
        for record in self.cluster.view.records(self._seen):
            if record.verb != "event" and record.actor != SETUP:
                self._moments.append(record.version)
        oldest = self.cluster.view.state.history.oldest
        self._moments = [m for m in self._moments if m >= oldest]
        self._seen = self.cluster.version
        last, index = max(len(self._moments) - 1, 0), self._index()
        now = "now, nothing left to do" if self.cluster.at_rest else "now"
        if self.version is not None:
            now = f"was, now is {self.cluster.time:.1f} s"
        with self.scrubber.hold_sync():
            self.scrubber.last = last
            self.scrubber.value = index
            self.scrubber.words = f"{view.time:.1f} s ({now}), moment {index} of {last}"
        self.play.description = "Pause" if self.player.playing else "Play"
        self.live.disabled = self.version is None
        for acts in (self.step, self.play, self.settle):  # the past can't be changed
            acts.disabled = self.version is not None

    def _index(self) -> int:
        """The place of the moment shown among all moments."""
        if self.version is None:
            return max(len(self._moments) - 1, 0)
        return max(sum(m <= self.version for m in self._moments) - 1, 0)

    def static(self) -> str:
        """Which moment is shown."""
        return html.line(self.scrubber.words)

    def close(self) -> None:
        """Stop the time and remove the panel."""
        self.player.pause()
        super().close()
