"""What a picture is made of, as data: boxes, lines and lanes at their places. `svg` and `dot` draw it."""

from __future__ import annotations

from dataclasses import dataclass

from statefulkit.store import Key
from statefulkit.views.looks import Look


@dataclass(frozen=True, slots=True)
class Box:
    """One thing: its key, its lines of text, its place (left, top, width, height) and its look."""

    key: Key
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    look: Look
    changed: bool = False

    @property
    def words(self) -> str:
        """The box as a sentence, for screen readers and tooltips."""
        told = self.lines[1:] if self.key.kind == "Pod" else self.lines[2:]
        text = ", ".join([f"{self.key.kind} {self.key.name}", *told])
        return f"{text}, just changed" if self.changed else text


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two things; `style` is solid, dotted or dashed, `across` from side to side.

    `via` are the corners of one that is not straight.
    """

    start: Key
    end: Key
    words: str
    style: str = "solid"
    arrow: bool = False
    colour: str = "#767676"
    across: bool = False
    via: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A node's lane behind the Pods that it runs."""

    key: Key | None
    x: float
    y: float
    width: float
    height: float
    look: Look


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything to draw, in pixels."""

    width: float
    height: float
    frames: tuple[Frame, ...] = ()
    lines: tuple[Line, ...] = ()
    boxes: tuple[Box, ...] = ()

    def box(self, key: Key) -> Box | None:
        """The box of a thing, or None where it is not in the picture."""
        return next((b for b in self.boxes if b.key == key), None)
