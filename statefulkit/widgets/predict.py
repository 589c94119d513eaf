"""A question before the button: say what will happen, then let a fork of the cluster answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as w

from statefulkit.cluster import Cluster
from statefulkit.reading import Moment
from statefulkit.widgets import html

Truth = Callable[[Moment, Cluster], bool]


class Prediction(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Yes-or-no questions on what an action will change, answered by trying it on a fork.

    Nothing is stored: Check forks the cluster as it is then, acts, settles, and compares.
    """

    def __init__(
        self, cluster: Cluster, action: Callable[[Cluster], object], questions: Mapping[str, Truth]
    ) -> None:
        """Questions on `action(fork)`; each truth is a function of (before, the settled fork)."""
        self.cluster, self._action, self._truths = cluster, action, dict(questions)
        self.answers = {
            text: w.ToggleButtons(options=["yes", "no"], value=None, tooltips=["yes", "no"])
            for text in self._truths
        }
        for text, answer in self.answers.items():
            answer.description = ""
            answer.style.button_width = "60px"
            answer.layout.width = "150px"
            answer.tooltip = text
        self.check = w.Button(
            description="Check", tooltip="Try it on a copy of the cluster", icon="check"
        )
        self.check.on_click(lambda _: self._check())
        self._verdict = w.HTML()
        rows = [
            w.HBox([answer, w.HTML(html.line(text))], layout=w.Layout(align_items="center"))
            for text, answer in self.answers.items()
        ]
        super().__init__([*rows, self.check, self._verdict])

    def truths(self) -> dict[str, bool]:
        """What really happens, for each question."""
        before, fork = self.cluster.at(version=self.cluster.version), self.cluster.fork()
        self._action(fork)
        fork.settle()
        return {text: truth(before, fork) for text, truth in self._truths.items()}

    def _check(self) -> None:
        lines = []
        for text, truth in self.truths().items():
            word, said = "yes" if truth else "no", self.answers[text].value
            verdict = "Not answered" if said is None else "Right" if said == word else "Look again"
            lines.append(html.line(f"{verdict}: {text} {word.capitalize()}."))
        self._verdict.value = "".join(lines)


def differs(kind: str, name: str, field: Callable[[Any], object]) -> Truth:
    """A truth: whether `field` of an object is another one after the action."""
    return lambda before, after: field(before.get(kind, name)) != field(after.get(kind, name))
