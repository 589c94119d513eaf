"""The two widgets that have JavaScript of their own: markup with parts to choose, and a slider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

_STATIC = Path(__file__).parent / "static"

Picked = Callable[[str, float | None], None]


class Markup(anywidget.AnyWidget):
    """HTML or SVG, whose parts with `data-key` are reached by Tab and arrows and chosen by Enter.

    `on_pick(key, x)` hears of each choice; `x` is the place of a click in the SVG, in its pixels,
    None from the keyboard. A button with `data-copy` copies that text. Whoever sets `markup` has
    escaped what is in it.
    """

    _esm = _STATIC / "markup.js"
    _css = _STATIC / "style.css"
    markup = t.Unicode().tag(sync=True)

    def __init__(self, markup: str = "", on_pick: Picked | None = None) -> None:
        """A widget that shows `markup`."""
        super().__init__(markup=markup)
        self._on_pick = on_pick
        self.on_msg(self._heard)

    def _heard(self, _: object, content: dict[str, Any], __: object) -> None:
        if self._on_pick is not None and isinstance(content.get("key"), str):
            x = content.get("x")
            self._on_pick(content["key"], float(x) if x is not None else None)


class Scrubber(anywidget.AnyWidget):
    """A slider over moments 0 to `last`; `words` says which one `value` is."""

    _esm = _STATIC / "scrubber.js"
    _css = _STATIC / "style.css"
    value = t.Int(0).tag(sync=True)
    last = t.Int(0).tag(sync=True)
    words = t.Unicode().tag(sync=True)
