"""The widgets that have JavaScript of their own: markup with parts to choose, and a slider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

_STATIC = Path(__file__).parent / "static"
# As text: anywidget would watch a path for changes, and with it keep each widget for good.
_KEYS, _MARKUP, _SCRUBBER = (
    (_STATIC / f"{name}.js").read_text() for name in ("keys", "markup", "scrubber")
)
_STYLE = (_STATIC / "style.css").read_text()

Picked = Callable[[str, float | None], None]


class Markup(anywidget.AnyWidget):
    """HTML or SVG, whose parts with `data-key` are reached by Tab and arrows and chosen by Enter.

    `on_pick(key, share)` hears of each choice; `share` is the place of a click along the element
    with `data-axis`, 0 at its left end and 1 at its right, None without one and from the keyboard.
    A button with `data-copy` copies that text. Whoever sets `markup` has escaped what is in it.
    """

    _esm = _KEYS + _MARKUP
    _css = _STYLE
    markup = t.Unicode().tag(sync=True)

    def __init__(self, markup: str = "", on_pick: Picked | None = None) -> None:
        """A widget that shows `markup`."""
        super().__init__(markup=markup)
        self._on_pick = on_pick
        self.on_msg(self._heard)

    def _heard(self, _: object, content: dict[str, Any], __: object) -> None:
        if self._on_pick is not None and isinstance(content.get("key"), str):
            share = content.get("share")
            self._on_pick(content["key"], float(share) if share is not None else None)


class Pieces(Markup):
    """Markup whose element with `data-pieces` is made of pieces: a repaint sends what has changed.

    `pieces` are elements by name, in the order of drawing; a name never looks like a number, since
    JavaScript would put those first. The browser has them whole, for each new view of the widget.
    """

    pieces = t.Dict().tag(sync=True)

    def __init__(self, on_pick: Picked | None = None) -> None:
        """A widget that shows nothing yet."""
        self._sent: dict[str, str] = {}
        super().__init__(on_pick=on_pick)

    def send_state(self, key: Any = None) -> None:
        """Send what the browser does not have; all where it asks for all."""
        if key == "pieces":
            old, new = self._sent, self.pieces
            changed = {name: text for name, text in new.items() if old.get(name) != text}
            order = None if list(new) == list(old) else list(new)
            self.send({"changed": changed, "order": order})
        else:
            super().send_state(key)
        self._sent = self.pieces


class Scrubber(anywidget.AnyWidget):
    """A slider over moments 0 to `last`; `words` says which one `value` is.

    `on_unseen` hears when the page no longer shows it: its cell was run again, deleted or closed.
    """

    _esm = _KEYS + _SCRUBBER
    _css = _STYLE
    value = t.Int(0).tag(sync=True)
    last = t.Int(0).tag(sync=True)
    words = t.Unicode().tag(sync=True)

    def __init__(self, on_unseen: Callable[[], None]) -> None:
        """A slider with one moment."""
        super().__init__()
        self.on_msg(lambda *_: on_unseen())
