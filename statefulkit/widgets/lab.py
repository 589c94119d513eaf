"""StatefulLab: a set under your hands. Buttons, a picture, tables, and why."""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote
from typing import Any

import ipywidgets as w

from statefulkit.api.errors import StatusError
from statefulkit.cluster import Cluster
from statefulkit.store import View
from statefulkit.views import explain, tables
from statefulkit.widgets import html
from statefulkit.widgets.player import Player

_TABS: dict[str, Callable[[View, str], Any]] = {
    "Pods": tables.pods,
    "Claims": tables.claims,
    "DNS": tables.dns,
    "Events": lambda view, namespace: tables.events(view, namespace).iloc[::-1],
    "Decisions": lambda view, _: tables.decisions(view).iloc[::-1].head(60),
}


class StatefulLab(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A panel on one StatefulSet of a cluster.

    It steps, plays and settles time, scales, kills and updates, and shows what that does as a
    picture and as tables. Whatever else changes the cluster shows after `refresh()`.
    """

    def __init__(self, cluster: Cluster, name: str = "web", namespace: str = "default") -> None:
        """A panel on StatefulSet `name`."""
        self.cluster, self.name, self.namespace = cluster, name, namespace
        self._seen = cluster.version
        self._player = Player(self._tick)
        self._clock, self._news = w.HTML(), w.HTML()
        self._command, self._error = w.HTML(), w.HTML()
        self._picture = w.HTML()
        self._tables = [w.HTML() for _ in _TABS]
        self._tabs = w.Tab(children=self._tables, titles=list(_TABS))
        self._tabs.observe(lambda _: self._show_table(), "selected_index")
        super().__init__(
            [
                w.HTML(html.STYLE),
                self._time_row(),
                self._action_row(),
                self._command,
                self._error,
                self._picture,
                self._news,
                self._tabs,
            ]
        )
        self.add_class("statefulkit-lab")
        self.layout.max_width = "100%"
        self.refresh()

    def close(self) -> None:
        """Stop the time and remove the panel."""
        self._player.pause()
        super().close()

    # -- controls ----------------------------------------------------------------------------

    def _time_row(self) -> Any:
        self.step = self._button("Step", "Carry out the next decision", self._step)
        self.play = self._button("Play", "Let time pass, or stop it", self._play)
        self.settle = self._button("Settle", "Run until nothing is left to do", self._settle)
        return w.HBox([self.step, self.play, self.settle, self._clock], layout=_wrap())

    def _action_row(self) -> Any:
        self.fewer = self._button("Scale −", "One replica less", lambda: self._scale(-1))
        self.more = self._button("Scale +", "One replica more", lambda: self._scale(+1))
        self.pod = w.Dropdown(
            description="Pod", layout=w.Layout(width="170px"), style={"description_width": "34px"}
        )
        self.kill = self._button("Kill", "Delete the chosen Pod", self._kill)
        self.image = w.Text(
            value=self._image(),
            description="Image",
            layout=w.Layout(width="220px"),
            style={"description_width": "44px"},
        )
        self.update = self._button(
            "Set image", "Change the image in the Pod template", self._update
        )
        row = [self.fewer, self.more, self.pod, self.kill, self.image, self.update]
        return w.HBox(row, layout=_wrap())

    def _button(self, text: str, tooltip: str, act: Callable[[], None]) -> Any:
        def pressed(_: object) -> None:
            try:
                act()
            except StatusError as refusal:
                self._error.value = html.error(str(refusal))

        wide = w.Layout(width="auto", min_width="78px")
        button = w.Button(description=text, tooltip=tooltip, layout=wide)
        button.on_click(pressed)
        return button

    # -- what they do ------------------------------------------------------------------------

    def _step(self) -> None:
        self._look_on(self.cluster.step)

    def _settle(self) -> None:
        self._player.pause()
        self._look_on(self.cluster.settle)

    def _play(self) -> None:
        if self._player.playing:
            self._player.pause()
        else:
            self._player.play()
        self.refresh()

    def _tick(self, seconds: float) -> None:
        self._look_on(lambda: self.cluster.run(seconds))

    def _scale(self, by: int) -> None:
        replicas = self._set().spec.replicas + by
        self._do(
            lambda: self.cluster.scale("sts", self.name, replicas, self.namespace),
            f"kubectl scale sts {quote(self.name)} --replicas={replicas}",
        )

    def _kill(self) -> None:
        pod = self.pod.value
        if pod is not None:
            self._do(
                lambda: self.cluster.delete("pod", pod, self.namespace),
                f"kubectl delete pod {quote(pod)}",
            )

    def _update(self) -> None:
        image = self.image.value.strip()
        container = self._set().spec.template.spec.containers[0].name
        self._do(
            lambda: self.cluster.set_image("sts", self.name, image, self.namespace),
            f"kubectl set image sts/{quote(self.name)} {quote(f'{container}={image}')}",
        )

    def _do(self, act: Callable[[], object], command: str) -> None:
        self._look_on(act)
        self._command.value = html.command(command)

    def _look_on(self, act: Callable[[], object]) -> None:
        self._error.value = ""
        before = self.cluster.version
        act()
        self._seen = before if self.cluster.version > before else self._seen
        self.refresh()

    # -- what it shows -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the cluster as it is now."""
        view = self.cluster.view
        self.play.description = "Pause" if self._player.playing else "Play"
        self._clock.value = html.line(f"{view.time:.1f} s of virtual time")
        self._picture.value = html.picture(view, self.namespace, self._seen)
        self._news.value = "".join(html.line(text) for text in self._sentences(view))
        owner = view.find("StatefulSet", self.namespace, self.name)
        pods = view.owned(owner.metadata.uid, "Pod") if owner is not None else []
        names = [p.metadata.name for p in pods]
        if names != list(self.pod.options):
            chosen = self.pod.value
            self.pod.options = names
            self.pod.value = chosen if chosen in names else (names[0] if names else None)
        self._show_table()

    def _sentences(self, view: View) -> list[str]:
        last = tables.decisions(view, since=self._seen).tail(1)
        news = [f"Last: {r.actor}: {r.reason} {_rule(str(r.rule))}" for r in last.itertuples()]
        try:
            why = str(explain(view, f"sts/{self.name}", self.namespace)[-1])
        except StatusError as absent:
            why = str(absent)
        return [*news, f"Now: {why}"]

    def _show_table(self) -> None:
        index = self._tabs.selected_index or 0
        title, frame = list(_TABS.items())[index]
        shown = frame(self.cluster.view, self.namespace)
        self._tables[index].value = html.table(shown, title)

    def _set(self) -> Any:
        return self.cluster.get("sts", self.name, self.namespace)

    def _image(self) -> str:
        found = self.cluster.view.find("StatefulSet", self.namespace, self.name)
        return str(found.spec.template.spec.containers[0].image) if found is not None else ""


def _rule(rule: str) -> str:
    return f"({rule})" if rule else ""


def _wrap() -> Any:
    return w.Layout(flex_flow="row wrap", align_items="center")
