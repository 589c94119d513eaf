"""StatefulLab: a set under your hands. It only puts the panels together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import ipywidgets as w

from statefulkit.arguments import checked
from statefulkit.cluster import Cluster
from statefulkit.store import Key, View, key_of
from statefulkit.views.tables import pods as pods_table
from statefulkit.widgets import html, tables
from statefulkit.widgets.clock import Clock
from statefulkit.widgets.controls import Actions
from statefulkit.widgets.dnstracer import DnsTracer, from_default
from statefulkit.widgets.manifest import ManifestEditor
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel, button, labelled, lay, row
from statefulkit.widgets.podgraph import PodGraph
from statefulkit.widgets.requests import Requests
from statefulkit.widgets.timeline import Timeline
from statefulkit.widgets.why import Why

PAINT_SECONDS = 0.05  # real seconds in which a browser paints the picture, before the rest comes
FIRST = "Press Step: one thing happens. Choose a thing in the picture to act on it and to ask why."


class StatefulLab(Panel):
    """A lab on a cluster and one StatefulSet in it.

    It lets time pass and go back, acts on what is chosen in the picture, says why, and forks the
    world. What other cells change shows after `refresh()`.

    Attributes:
        clock, picture, actions, why: its panels, each usable alone too; tabs: those below by title.
        forks: the labs that were opened beside this one.
    """

    @checked
    def __init__(
        self, cluster: Cluster, name: str = "web", namespace: str = "default", *, title: str = ""
    ) -> None:
        """A lab on StatefulSet `name`; where there is none, a Pod is chosen at first."""
        self.cluster, self.name, self.namespace = cluster, name, namespace
        self.forks: list[StatefulLab] = []
        self.on_close: Callable[[], None] | None = None
        self._since = cluster.version
        self._rest: asyncio.TimerHandle | None = None
        self._build()
        hint = html.heading(title, arrives=True) if title else html.line(FIRST, "hint")
        head = Markup(hint)
        if title:
            close = button("Close this fork", "Remove it", self.close)
            head = row(head, close, justify_content="space-between")
        lay(self.picture, flex="1 1 400px", min_width="0")
        lay(self.why, flex="1 1 300px", min_width="0")
        middle = w.Box(
            [self.picture, self.why], layout=w.Layout(flex_flow="row wrap", grid_gap="8px 20px")
        )
        parts = [
            w.VBox([head, self.clock]),
            middle,  # right under Step, so that a small screen shows what a step does
            w.VBox([self.chosen, self.actions]),
            w.VBox([self._titles, self._below]),
        ]
        for part in parts:
            part.add_class("statefulkit-part")
        self._bench = w.VBox(parts)
        self._bench.add_class("statefulkit-bench")
        lay(self._bench, flex="1 1 460px", min_width="0")
        super().__init__(cluster, [self._bench])
        self.layout.flex_flow = "row wrap"
        self.layout.grid_gap = "16px"
        self.add_class("statefulkit-lab")
        self.select(self._first())

    def _build(self) -> None:
        cluster, namespace = self.cluster, self.namespace
        self.clock = Clock(cluster, passed=self._look_on, moved=self._redraw)
        self.fork = button("Fork here", "Open a second lab that goes on from here", self._fork)
        self.clock.buttons.children = (*self.clock.buttons.children, self.fork)
        self.actions = Actions(cluster, self.name, namespace, around=self._look_on)
        self.chosen = labelled(w.Dropdown(description="Act on"), "380px")
        self.chosen.add_class("statefulkit-named")
        self.chosen.observe(self._chosen, "value")
        self.picture = PodGraph(cluster, namespace, on_select=self.select)
        self.why = Why(cluster, "StatefulSet", self.name, namespace)
        editor = ManifestEditor(cluster, "StatefulSet", self.name, namespace, changed=self._applied)
        self.tabs: dict[str, Panel] = {
            "Timeline": Timeline(cluster, namespace, on_pick=self.clock.go),
            **{kind.title: kind(cluster, namespace) for kind in tables.ALL},
            "DNS tracer": DnsTracer(
                cluster, self._name_to_ask(), namespace=namespace, asked=self._redraw
            ),
            "Requests": Requests(cluster, namespace=namespace, asked=self._redraw),
            "Edit YAML": editor,
        }
        self.tab = next(iter(self.tabs))
        self._titles = Markup(on_pick=lambda name, _: self.open_tab(name))
        self._below = w.VBox()

    def _first(self) -> Key:
        """What is chosen at first: the set, or where there is none the first Pod."""
        view, key = self.cluster.view, Key("StatefulSet", self.namespace, self.name)
        pods = [] if view.find(*key) is not None else view.all("Pod", self.namespace)
        return key_of(pods[0]) if pods else key

    def _name_to_ask(self) -> str:
        """The name of the set's first Pod under the Service that governs it, or any Service's."""
        view = self.cluster.view
        sts = view.find("StatefulSet", self.namespace, self.name)
        services = [s for s in view.all("Service", self.namespace) if s.spec.selector]
        found = str(services[0].metadata.name) if services else f"{self.name}-0.nginx"
        if sts is not None and sts.spec.serviceName:
            found = f"{self.name}-0.{sts.spec.serviceName}"
        return from_default(found, self.namespace)

    # -- time and actions --------------------------------------------------------------------

    def _applied(self, command: str) -> None:
        self.actions.tell(command)
        self.actions.fill()
        self._redraw()

    def _look_on(self, act: Callable[[], object]) -> None:
        before = self.cluster.version
        act()
        self._since = before if self.cluster.version > before else self._since
        self._redraw()

    def _fork(self) -> None:
        fork = self.cluster.fork(version=self.clock.version)
        twin = StatefulLab(fork, self.name, self.namespace, title=f"Fork from {fork.time:.1f} s")
        twin.on_close = lambda: self._forget(twin)
        lay(twin, flex="1 1 460px")
        self.forks.append(twin)
        self._show_labs()

    def _forget(self, twin: StatefulLab) -> None:
        self.forks.remove(twin)
        self._show_labs()

    def _show_labs(self) -> None:
        self.children = (self._bench, *self.forks)

    # -- what it shows -----------------------------------------------------------------------

    def select(self, key: Key) -> None:
        """Choose an object: its actions, why it is as it is, its Events and YAML."""
        self.picture.selected = key
        self.actions.select(key)
        self.why.key = key
        editor = self.tabs["Edit YAML"]
        if isinstance(editor, ManifestEditor) and self.cluster.view.find(*key) is not None:
            editor.select(key)
        self._redraw()

    def _chosen(self, change: dict[str, Key]) -> None:
        if change["new"] is not None and change["new"] != self.picture.selected:
            self.select(change["new"])

    def open_tab(self, name: str) -> None:
        """Show one of the panels below the picture."""
        if name in self.tabs:
            self.tab = name
            self._redraw()

    def show(self, view: View) -> None:
        """Show a moment in all panels that can be seen."""
        since = self._since if self.clock.version is None else self.clock.since()
        self.picture.draw(view, since)
        self.clock.show(view)
        self._soon(self._show_rest)

    def _show_rest(self) -> None:
        """Everything but the picture, as it is by now."""
        view = self.clock.view
        self.picture.tell()
        self.actions.show(view, live=self.clock.version is None)
        self.why.show(view)
        panel = self.tabs[self.tab]
        panel.present = self.clock.version is None
        if isinstance(panel, Timeline):
            panel.show(self.cluster.view, view.time)
        else:
            panel.show(view)
        self._titles.markup = html.tabs(list(self.tabs), self.tab, "More panels")
        if self._below.children != (panel,):
            self._below.children = (panel,)
        self._offer(view)

    def _soon(self, show: Callable[[], None]) -> None:
        """Do it once the picture has had its time to be painted, unless another moment follows."""
        if self._rest is not None:
            self._rest.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            show()  # nobody waits for a picture
        else:
            self._rest = loop.call_later(PAINT_SECONDS, show)

    def _offer(self, view: View) -> None:
        """The list of things to choose, for those who do without the picture."""
        selected, nodes = self.picture.selected, map(key_of, view.all("Node"))
        keys = list(dict.fromkeys([*(b.key for b in self.picture.drawn.boxes), *nodes]))
        keys += [] if selected is None or selected in keys else [selected]
        options = [(f"{k.kind} {k.name}", k) for k in keys]
        self.chosen.unobserve(self._chosen, "value")  # new options choose their first by themselves
        if list(self.chosen.options) != options:
            self.chosen.options = options
        if self.chosen.value != selected:
            self.chosen.value = selected
        self.chosen.observe(self._chosen, "value")

    def _redraw(self) -> None:
        self.show(self.clock.view)
        self.keep()

    def refresh(self) -> None:
        """Show the cluster as it is now."""
        self.clock.version = None
        self.actions.fill()
        self.show(self.clock.view)
        self._keep()

    def static(self) -> str:
        """The moment, the picture, why, and the Pods."""
        pods = pods_table(self.clock.view, self.namespace)
        parts = [self.clock.static(), self.picture.static(), self.why.static()]
        forks = [fork.static() for fork in self.forks]
        return "".join([*parts, html.table(pods, "Pods"), *forks])

    def close(self) -> None:
        """Stop the time and remove the lab with its forks."""
        if self.comm is None:
            return
        if self._rest is not None:
            self._rest.cancel()
        for fork in list(self.forks):
            fork.close()
        for panel in self.tabs.values():
            panel.close()
        super().close()
        if self.on_close is not None:
            self.on_close()
