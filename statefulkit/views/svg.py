"""A diagram as an `<svg>` element, drawn here: a repaint costs no process, and nothing to install.

Colours outside the boxes are the theme's own, so that one picture does in light and dark. Every
text comes from outside and is escaped.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from statefulkit.store import Key
from statefulkit.views.boxes import Box, Diagram, Frame, Line
from statefulkit.views.looks import GHOST, Look

FONT = "Helvetica,Arial,sans-serif"
WIDE_BOLD, WIDE_PLAIN = 7.4, 6.6  # pixels a character takes in a wide font
SIZE, LEADING = 11, 13
LEGIBLE = 0.7  # of its size: in less room a live picture scrolls
DIM = "var(--jp-ui-font-color2,#767676)"
TEXT, CHANGED, CHOSEN = "#1a1a1a", 3.4, "#cc79a7"
KEPT = 2000  # elements whose text is kept: from one moment to the next most stay as they are


def svg(diagram: Diagram, label: str, *, selected: Key | None = None, live: bool = False) -> str:
    """The picture. `live` makes every thing a button that the keyboard reaches; `label` is its name.

    Numbers are in pixels. What just changed has a thick outline and a star, what is `selected` a
    second outline.
    """
    drawn = pieces(diagram, selected=selected, live=live)
    return opening(diagram, label, live=live) + "".join(drawn.values()) + "</svg>"


def opening(diagram: Diagram, label: str, *, live: bool = False) -> str:
    """The start tag: all of the picture that does not belong to one thing."""
    size = f'width="{diagram.width:.0f}" height="{diagram.height:.0f}"'
    whole = f'viewBox="0 0 {diagram.width:.0f} {diagram.height:.0f}"'
    least = f'style="min-width:{LEGIBLE * diagram.width:.0f}px"'
    role = f'role="group" {least} data-pieces' if live else 'role="img"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {whole} {role} '
        f'aria-label="{escape(label)}" font-family="{FONT}" font-size="{SIZE}" '
        f'fill="{TEXT}" text-anchor="middle">'
    )


def pieces(diagram: Diagram, *, selected: Key | None = None, live: bool = False) -> dict[str, str]:
    """The elements of the picture by name, in the order of drawing."""
    boxes = {b.key: b for b in diagram.boxes}
    found = {f"frame {_named(f.key)} {f.y:g}": _frame(f) for f in diagram.frames}
    for line in diagram.lines:
        start, end = boxes.get(line.start), boxes.get(line.end)
        if start is not None and end is not None:
            found[f"line {_named(line.start)} {_named(line.end)}"] = _line(line, start, end)
    for box in diagram.boxes:
        name = _named(box.key)  # a node's box stands in each bank
        found[f"{name} {box.y:g}" if name in found else name] = _box(box, box.key == selected, live)
    return found


_LABEL, _SIZE = re.compile(r'aria-label="([^"]*)"'), re.compile(r' width="\d+%?" height="\d+"')


def as_image(drawn: str) -> str:
    """An `<svg>` element as an `<img>`, its label as the words for those who do not see it.

    GitHub, and JupyterLab where a notebook is not trusted, throw `<svg>` out of HTML and keep `<img>`.
    """
    label, size = _LABEL.search(drawn), _SIZE.search(drawn)
    words = label[1] if label else ""  # escaped already
    data = b64encode(drawn.encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}"{size[0] if size else ""} alt="{words}">'


def _named(key: Key | None) -> str:
    return "/".join(key) if key is not None else "nothing"


def ident(key: Key) -> str:
    """An id for a thing: letters, digits and dashes only, whatever its name."""
    text = f"{key.kind.lower()}-{key.name}"
    return "".join(ch if ch.isalnum() or ch == "-" else f"_{ord(ch):x}_" for ch in text)


def _stroke(look: Look, width: float) -> str:
    dash = ' stroke-dasharray="5 3"' if look.dashed else ""
    return f'stroke="{look.line}" stroke-width="{width}"{dash}'


def _frame(frame: Frame) -> str:
    dash = ' stroke-dasharray="2 4"' if frame.key is None else ""
    text = ""
    if frame.key is None:
        text = _text("on no node", frame.x + 8, frame.y + 16, DIM, "start")
    return (
        f'<g><rect x="{frame.x:g}" y="{frame.y:g}" width="{frame.width:g}" '
        f'height="{frame.height:g}" rx="4" fill="none" stroke="{frame.look.line}"'
        f' stroke-width="1"{dash}/>{text}</g>'
    )


@lru_cache(KEPT)
def _line(line: Line, start: Box, end: Box) -> str:
    x1, y1 = start.x + start.width / 2, start.y + start.height
    x2, y2 = end.x + end.width / 2, end.y
    if line.across:
        x1, y1 = start.x + start.width, start.y + start.height / 2
        x2, y2 = end.x, end.y + end.height / 2
    if line.via:
        x2 = line.via[-1][0]
    path = "L".join(f"{x:g},{y:g}" for x, y in ((x1, y1), *line.via, (x2, y2)))
    dash = {"dotted": ' stroke-dasharray="2 3"', "dashed": ' stroke-dasharray="8 3"'}
    words = f"{line.start.kind} {line.start.name} {line.words} {line.end.name}"
    head = ""
    if line.arrow:
        fx, fy = line.via[-1] if line.via else (x1, y1)
        length = max(((x2 - fx) ** 2 + (y2 - fy) ** 2) ** 0.5, 1.0)
        ux, uy = (x2 - fx) / length, (y2 - fy) / length
        bx, by = x2 - 8 * ux, y2 - 8 * uy
        points = f"{x2:g},{y2:g} {bx - 3 * uy:g},{by + 3 * ux:g} {bx + 3 * uy:g},{by - 3 * ux:g}"
        head = f'<polygon points="{points}" fill="{line.colour}"/>'
    return (
        f'<g class="edge"><title>{escape(words)}</title><path d="M{path}" '
        f'stroke="{line.colour}" stroke-width="1.3" fill="none"{dash.get(line.style, "")}/>{head}</g>'
    )


@lru_cache(KEPT)
def _box(box: Box, chosen: bool, live: bool) -> str:
    dim = box.look is GHOST
    colour = DIM if dim else TEXT
    head = LEADING if box.look.shape in ("cylinder", "box3d") else LEADING - 3
    free = box.height - head + 6
    leading = min(LEADING, free / max(len(box.lines), 1))
    y = box.y + (box.height - leading * len(box.lines)) / 2 + SIZE - 1
    y += 3 if head == LEADING else 0
    middle = box.x + box.width / 2
    lines = "".join(
        _text(line, middle, y + i * leading, colour, bold=i == _name_line(box), room=box.width - 8)
        for i, line in enumerate(box.lines)
    )
    star = _text("★", box.x + box.width - 9, box.y + 13, "#b02a1d") if box.changed else ""
    ring = _ring(box) if chosen else ""
    button = ""
    if live:
        pressed = "true" if chosen else "false"
        button = f' role="button" tabindex="-1" aria-pressed="{pressed}" aria-label="{escape(box.words)}"'
        button += f' data-key="{escape("/".join(box.key))}"'
    return (
        f'<g id="{ident(box.key)}" class="node"{button}><title>{escape(box.words)}</title>'
        f"{ring}{_shape(box)}{lines}{star}</g>"
    )


def _name_line(box: Box) -> int:
    """Which line has the name: the second where the kind comes first, as it does but for Pods."""
    return 0 if box.key.kind == "Pod" and box.lines[0] != "Pod" else 1


def _text(
    text: str, x: float, y: float, colour: str, anchor: str = "middle",
    *, bold: bool = False, room: float = 0.0,
) -> str:  # fmt: skip
    """A line of text; one that may be too long for its `room` in some font is squeezed into it."""
    style = ' font-weight="bold"' if bold else ""
    if room and len(text) * (WIDE_BOLD if bold else WIDE_PLAIN) > room:
        style += f' textLength="{room:g}" lengthAdjust="spacingAndGlyphs"'
    style += "" if colour == TEXT else f' fill="{colour}"'
    style += "" if anchor == "middle" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}"{style}>{escape(text)}</text>'


def _ring(box: Box) -> str:
    return (
        f'<rect class="chosen" x="{box.x - 4:g}" y="{box.y - 4:g}" width="{box.width + 8:g}" '
        f'height="{box.height + 8:g}" rx="6" fill="none" stroke="{CHOSEN}" stroke-width="3"/>'
    )


def _shape(box: Box) -> str:
    style = f'fill="{box.look.fill}" ' + _stroke(box.look, CHANGED if box.changed else 1.4)
    return "".join(_PATHS.get(box.look.shape, _rect)(box, style))


def _rect(b: Box, style: str, rx: int = 0) -> Iterator[str]:
    yield (
        f'<rect x="{b.x:g}" y="{b.y:g}" width="{b.width:g}" height="{b.height:g}" '
        f'rx="{rx}" {style}/>'
    )


def _rounded(b: Box, style: str) -> Iterator[str]:
    yield from _rect(b, style, 12)


def _octagon(b: Box, style: str) -> Iterator[str]:
    c, r, d = 9.0, b.x + b.width, b.y + b.height
    points = [
        (b.x + c, b.y), (r - c, b.y), (r, b.y + c), (r, d - c),
        (r - c, d), (b.x + c, d), (b.x, d - c), (b.x, b.y + c),
    ]  # fmt: skip
    text = " ".join(f"{x:g},{y:g}" for x, y in points)
    yield f'<polygon points="{text}" {style}/>'


def _box3d(b: Box, style: str) -> Iterator[str]:
    e, r, d = 5.0, b.x + b.width, b.y + b.height
    yield f'<path d="M{b.x:g},{d:g}V{b.y + e:g}L{b.x + e:g},{b.y:g}H{r:g}V{d - e:g}'
    yield f'L{r - e:g},{d:g}Z" {style}/><path d="M{b.x:g},{b.y + e:g}H{r - e:g}V{d:g}'
    yield f'M{r - e:g},{b.y + e:g}L{r:g},{b.y:g}" fill="none" stroke="{b.look.line}"/>'


def _cylinder(b: Box, style: str) -> Iterator[str]:
    ry, rx, r, d = 5.0, b.width / 2, b.x + b.width, b.y + b.height
    yield f'<path d="M{b.x:g},{b.y + ry:g}A{rx:g},{ry} 0 0 1 {r:g},{b.y + ry:g}V{d - ry:g}'
    yield f'A{rx:g},{ry} 0 0 1 {b.x:g},{d - ry:g}Z" {style}/>'
    yield f'<path d="M{b.x:g},{b.y + ry:g}A{rx:g},{ry} 0 0 0 {r:g},{b.y + ry:g}" '
    yield f'fill="none" stroke="{b.look.line}"/>'


_PATHS = {"rounded": _rounded, "octagon": _octagon, "box3d": _box3d, "cylinder": _cylinder}
