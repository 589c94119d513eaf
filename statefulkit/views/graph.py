"""The picture of a cluster, for a notebook, as Graphviz's DOT text, and in words."""

from __future__ import annotations

from typing import Any

import graphviz

from statefulkit.arguments import checked
from statefulkit.store import View
from statefulkit.views.boxes import Diagram
from statefulkit.views.diagram import diagram
from statefulkit.views.svg import as_image, ident, svg
from statefulkit.views.tables import HasView

_SHAPES = {"rounded": "box"}
_POINTS = 72.0  # an inch


class Picture:
    """A picture that shows itself in a notebook; nothing has to be installed to draw it.

    Attributes:
        diagram: what is drawn and where.
        text: the same in words.
    """

    def __init__(self, drawn: Diagram, text: str) -> None:
        """The picture of a diagram."""
        self.diagram, self.text = drawn, text

    def svg(self) -> str:
        """The picture as an `<svg>` element."""
        return svg(self.diagram, self.text)

    def dot(self) -> graphviz.Digraph:
        """The same things at the same places for Graphviz, which writes PDF, PNG and more."""
        found = graphviz.Digraph(
            "cluster", engine="neato", graph_attr={"splines": "line", "inputscale": "72"}
        )
        high = self.diagram.height
        for b in self.diagram.boxes:
            style = ["filled", *(["rounded"] if b.look.shape == "rounded" else [])]
            style += ["dashed"] if b.look.dashed else []
            found.node(
                ident(b.key),
                label="\n".join(graphviz.escape(line) for line in b.lines),
                pos=f"{b.x + b.width / 2},{high - b.y - b.height / 2}!",
                shape=_SHAPES.get(b.look.shape, b.look.shape),
                style=",".join(style),
                fillcolor="transparent" if b.look.fill == "none" else b.look.fill,
                color=b.look.line,
                fixedsize="true",
                width=str(b.width / _POINTS),
                height=str(b.height / _POINTS),
                fontsize="11",
                penwidth="3.4" if b.changed else "1.4",
            )
        there = {b.key for b in self.diagram.boxes}
        for line in self.diagram.lines:
            if {line.start, line.end} <= there:
                head = "normal" if line.arrow else "none"
                found.edge(
                    ident(line.start), ident(line.end), style=line.style, color=line.colour,
                    arrowhead=head, tooltip=graphviz.escape(line.words),
                )  # fmt: skip
        return found

    @property
    def source(self) -> str:
        """The DOT text."""
        return str(self.dot().source)

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, str]:
        return {"text/html": as_image(self.svg()), "text/plain": self.text}


@checked
def graph(
    source: HasView,
    namespace: str = "default",
    *,
    changed_since: int | None = None,
    nodes: bool | None = None,
) -> Picture:
    """The Services, sets, Pods, claims and volumes of a namespace, and how they hang together.

    What was written after version `changed_since` has a thick outline and a star. `nodes` shows or
    hides the nodes, which are lanes around their Pods; by default they are shown while all Pods
    fit side by side.
    """
    drawn = diagram(source.view, namespace, since=changed_since, nodes=nodes)
    return Picture(drawn, in_words(drawn))


def in_words(drawn: Diagram) -> str:
    """The picture as a sentence for each thing, for those who cannot see it."""
    return "; ".join(b.words for b in drawn.boxes) or "nothing here yet"


def describe(source: HasView, namespace: str = "default") -> str:
    """The picture of a View in words."""
    view: View = source.view
    return in_words(diagram(view, namespace))
