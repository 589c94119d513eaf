"""The life of every Pod on one line an ordinal: pending, running, ready, terminating.

The chart is as wide as the page has room: times are shares of the axis (per cent), all else is in
pixels. So text keeps its size, and nobody must know the width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from statefulkit.conditions import is_ready, is_terminating
from statefulkit.controllers.pods import parent_and_ordinal
from statefulkit.store import Object, View
from statefulkit.views.cards import short_pod
from statefulkit.views.svg import DIM, FONT, as_image
from statefulkit.views.tables import HasView

if TYPE_CHECKING:
    import pandas as pd

LEFT, RIGHT, TOP, ROW = 112, 16, 34, 22  # pixels
LEGEND = 490  # pixels that it is wide: in less room the chart scrolls
STATES = {  # fill, line, height in pixels: told apart by height and dashes too
    "pending": ("#d9d9d9", "#767676", 4),
    "running, not ready": ("#fdf0b5", "#8a6800", 9),
    "ready": ("#cfeee2", "#00795a", 15),
    "terminating": ("#f7d9c4", "#b54a00", 11),
}
_STEPS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400)


@dataclass(frozen=True, slots=True)
class Span:
    """A Pod in one state from `start` to `end` (virtual seconds); from record `version` on."""

    pod: str
    uid: str
    state: str
    start: float
    end: float
    version: int

    @property
    def words(self) -> str:
        """The span as a sentence."""
        return f"{self.pod} {self.state}, {self.start:.1f} s to {self.end:.1f} s"


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that the learner did, at a virtual second, as record `version`."""

    time: float
    version: int
    text: str

    @property
    def words(self) -> str:
        """The marker as a sentence."""
        return f"{self.time:.1f} s: user {self.text}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Spans and markers of a history that ends at virtual second `end`; `rows` are Pods' names."""

    rows: tuple[str, ...]
    spans: tuple[Span, ...]
    markers: tuple[Marker, ...]
    end: float

    @property
    def table(self) -> pd.DataFrame:
        """The spans: pod, uid, state, start (s), end (s)."""
        from statefulkit.table import table

        rows = [(s.pod, s.uid, s.state, s.start, s.end) for s in self.spans]
        return table("pod|uid|state|start|end", rows)

    def time_at(self, share: float) -> float:
        """The virtual second at a share of the axis, 0 at its left end and 1 at its right."""
        return min(max(share, 0.0), 1.0) * self.end

    def svg(self) -> str:
        """The chart as one image, whose root knows no padding: its axis takes four fifths of it."""
        inner = f'<svg x="{LEFT}" width="80%" style="overflow:visible">'
        return f"{_opening(self, str(self), 'img')}>{inner}{''.join(pieces(self).values())}</svg></svg>"

    def __str__(self) -> str:
        lines = [s.words for s in self.spans] + [m.words for m in self.markers]
        return "; ".join(lines) or "no Pod yet"

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, str]:
        return {"text/html": as_image(self.svg()), "text/plain": str(self)}


def timeline(source: HasView, namespace: str = "default") -> Timeline:
    """The Pods of a namespace from the beginning to the moment, and what the learner did."""
    view = source.view
    spans = sorted(_spans(view, namespace), key=lambda s: (*_place(s.pod), s.start))
    rows = tuple(dict.fromkeys(s.pod for s in spans))
    asked = (r for r in view.records() if r.actor == "user" and r.verb not in ("ask", "wait"))
    markers = tuple(Marker(r.time, r.version, r.reason) for r in asked)
    return Timeline(rows, tuple(spans), markers, max(view.time, 1.0))


def _place(pod: str) -> tuple[str, int, str]:
    parent, number = parent_and_ordinal(pod)
    return parent, number, pod


class _Begun(NamedTuple):
    """A Pod as it was from some moment on."""

    after: Object
    time: float
    version: int


def _at_the_start(view: View, namespace: str) -> dict[str, _Begun]:
    """The Pods that were there already where history has dropped its beginning."""
    first = view.at_oldest()
    pods = first.all("Pod", namespace)
    return {p.metadata.name: _Begun(p, first.time, first.version) for p in pods}


def _spans(view: View, namespace: str) -> Iterator[Span]:
    current = _at_the_start(view, namespace)
    for record in view.records(view.state.history.oldest):
        if record.key.kind != "Pod" or record.key.namespace != namespace:
            continue
        if record.before is record.after:
            continue  # a wait, or something asked of the Pod
        before, after = state(record.before), state(record.after)
        again = record.before is None or record.after is None
        same = not again and record.before.metadata.uid == record.after.metadata.uid
        if before == after and same:
            continue
        begun = current.pop(record.key.name, None)
        if begun is not None:
            yield _span(begun, record.time)
        if record.after is not None:
            current[record.key.name] = _Begun(record.after, record.time, record.version)
    for begun in current.values():
        yield _span(begun, view.time)


def _span(begun: _Begun, end: float) -> Span:
    pod = begun.after
    text = state(pod)
    return Span(pod.metadata.name, pod.metadata.uid, text, begun.time, end, begun.version)


def state(pod: Object | None) -> str:
    """A Pod's state in the chart; empty where there is none."""
    if pod is None:
        return ""
    if is_terminating(pod):
        return "terminating"
    if pod.status.phase == "Pending":
        return "pending"
    return "ready" if is_ready(pod) else "running, not ready"


# -- the chart ------------------------------------------------------------------------------------


def opening(t: Timeline) -> str:
    """The start tag of a chart whose parts are buttons: its padding is the room beside the axis."""
    padding = f"box-sizing:border-box;height:{_height(t)}px;padding:0 {RIGHT}px 0 {LEFT}px"
    padding += f";min-width:{LEGEND}px"
    start = _opening(t, "Timeline of Pods", "group")
    return f'{start} style="{padding};overflow:visible" data-pieces>'


def _opening(t: Timeline, label: str, role: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="{_height(t)}" role="{role}" '
        f'aria-label="{escape(label)}" font-family="{FONT}" font-size="11"'
    )


def pieces(t: Timeline, *, now: float | None = None, live: bool = False) -> dict[str, str]:
    """The elements of the chart by name, with a line at virtual second `now`."""
    found = {"legend": _group(_legend()), "axis": _group(_axis(t))}
    row_of = {name: i for i, name in enumerate(t.rows)}
    for name, i in row_of.items():
        y = TOP + i * ROW + ROW / 2 + 4
        found[f"row {name}"] = (
            f'<text x="-8" y="{y:.0f}" text-anchor="end" fill="{DIM}">'
            f"<title>{escape(name)}</title>{escape(short_pod(name, 13))}</text>"
        )
    for span in t.spans:
        found[f"span {span.pod} {span.version}"] = _bar(t, span, row_of[span.pod], live)
    for marker in t.markers:
        found[f"marker {marker.version}"] = _flag(t, marker, live)
    if now is not None:
        x = _x(t, now)
        found["now"] = (
            f'<line x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{_height(t) - 22}" '
            'stroke="#cc79a7" stroke-width="3"><title>the moment shown</title></line>'
        )
    return found


def _height(t: Timeline) -> int:
    return TOP + ROW * max(len(t.rows), 1) + 40


def _group(parts: Iterator[str]) -> str:
    return f"<g>{''.join(parts)}</g>"


def _x(t: Timeline, time: float) -> str:
    return f"{100 * time / t.end:.2f}%"


def _legend() -> Iterator[str]:
    x = 12 - LEFT
    for name in STATES:
        yield _rect(name, str(x), 9, "22")
        yield f'<text x="{x + 27}" y="13" fill="{DIM}">{name}</text>'
        x += 42 + round(5.6 * len(name))
    yield f'<text x="{x + 4}" y="13" fill="{DIM}">▼ you did</text>'


def _axis(t: Timeline) -> Iterator[str]:
    step = next((s for s in _STEPS if t.end / s <= 8), _STEPS[-1])
    base = _height(t) - 24
    yield f'<line data-axis="" x1="0" x2="100%" y1="{base}" y2="{base}" stroke="{DIM}"/>'
    for i in range(int(t.end / step) + 1):
        x = _x(t, i * step)
        yield f'<line x1="{x}" x2="{x}" y1="{base}" y2="{base + 4}" stroke="{DIM}"/>'
        yield f'<text x="{x}" y="{base + 16}" text-anchor="middle" fill="{DIM}">{i * step:g} s</text>'


def _rect(name: str, x: str, middle: float, width: str) -> str:
    fill, line, high = STATES[name]
    dash = ' stroke-dasharray="4 2"' if name == "terminating" else ""
    return (
        f'<rect x="{x}" y="{middle - high / 2:.1f}" width="{width}" '
        f'height="{high}" fill="{fill}" stroke="{line}"{dash}/>'
    )


def _bar(t: Timeline, span: Span, row: int, live: bool) -> str:
    wide = max(span.end - span.start, t.end / 500)  # a state that has just begun is seen, too
    body = _rect(span.state, _x(t, span.start), TOP + row * ROW + ROW / 2, _x(t, wide))
    return _button(body, span.words, span.version, live)


def _flag(t: Timeline, marker: Marker, live: bool) -> str:
    x = _x(t, marker.time)
    body = (
        f'<line x1="{x}" x2="{x}" y1="{TOP - 4}" y2="{_height(t) - 24}" stroke="{DIM}" '
        f'stroke-dasharray="1 3"/><svg x="{x}" y="{TOP - 12}" width="1" height="9" '
        'style="overflow:visible"><path d="M-5,0H5L0,9Z" fill="#2e86c1"/></svg>'
    )
    return _button(body, marker.words, marker.version, live)


def _button(body: str, words: str, version: int, live: bool) -> str:
    text = escape(words)
    button = ""
    if live:
        button = f' role="button" tabindex="-1" aria-label="{text}" data-key="{version}"'
    return f"<g{button}><title>{text}</title>{body}</g>"
