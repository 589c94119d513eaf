"""What all panels share: a source to look at, a static form, and a clean end."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import ipywidgets as w

from statefulkit.store import View
from statefulkit.views.tables import HasView
from statefulkit.widgets.html import still

KEEP_SECONDS = 1.0  # real seconds of rest after which the static form follows


class Panel(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A piece of the lab that also stands alone in a cell.

    It takes a Cluster, a moment of its past or a View, and shows it again after `refresh()`. In
    the notebook's file a static form follows what is shown, for readers without a kernel.
    """

    def __init__(self, source: HasView, children: list[Any] | None = None) -> None:
        """A panel on `source`."""
        self.source, self.present = source, True  # whoever shows the past says so
        self._shown_as: Any = None
        self._later: asyncio.TimerHandle | None = None
        super().__init__(children or [], layout=w.Layout(max_width="100%", min_width="0"))
        self.add_class("statefulkit-panel")

    def show(self, view: View) -> None:
        """Show a moment."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show the source as it is now, in the static form too."""
        self.show(self.source.view)
        self._keep()

    def static(self) -> str:
        """What the panel shows now, as HTML without scripts."""
        return ""

    def keep(self) -> None:
        """Let the static form in the notebook follow, once there is a moment's rest."""
        if self._shown_as is None:
            return
        if self._later is not None:
            self._later.cancel()
        self._later = asyncio.get_event_loop().call_later(KEEP_SECONDS, self._keep)

    def _keep(self) -> None:
        if self._later is not None:
            self._later.cancel()
        self._later = None
        if self._shown_as is not None:
            self._shown_as.update(_Static(self.static()))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        show: Any = display
        bundle = super()._repr_mimebundle_()
        show(bundle | {"text/plain": f"{type(self).__name__}, as it was last:"}, raw=True)
        handle = show(_Static(self.static()), display_id=f"statefulkit-{uuid4().hex}")
        self._shown_as = handle

    def close(self) -> None:
        """Remove the panel and everything in it."""
        if self.comm is None:
            return
        if self._later is not None:
            self._later.cancel()
        self._shown_as = None
        for child in _below(self):
            _free(child)
        layout = self.layout
        super().close()
        layout.close()


_LEFT = "<style>div.statefulkit-static .statefulkit-table :is(th, td) {text-align: left}</style>"


class _Static:
    """HTML that only shows where the live panel does not: its style sheet hides this."""

    def __init__(self, html: str) -> None:
        self._html = still(html)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        html = f'<div class="statefulkit-static">{_LEFT}{self._html}</div>'
        return {"text/html": html, "text/plain": "(the panel above, as it was last)"}


def _below(box: Any) -> list[Any]:
    """The widgets in a box, innermost first; a panel closes what is in it by itself."""
    found: list[Any] = []
    for child in getattr(box, "children", ()):
        if not isinstance(child, Panel):
            found += _below(child)
        found.append(child)
    return found


def _free(child: Any) -> None:
    """Close a widget, and its layout and style, which are widgets too."""
    parts = [] if isinstance(child, Panel) else [child.layout, getattr(child, "style", None)]
    child.close()
    for part in parts:
        if part is not None:
            part.close()


def lay(found: Any, **style: str) -> None:
    """Set parts of a widget's layout; a new Layout would leave the old one behind."""
    for name, value in style.items():
        setattr(found.layout, name, value)


def row(*children: Any, **layout: str) -> Any:
    """Children side by side, going on below where there is no room."""
    style = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "4px"} | layout
    return w.Box(list(children), layout=w.Layout(**style))


def group(purpose: str, *controls: Any) -> Any:
    """Controls with one purpose, its name in a column on the left; by default their first label."""
    if purpose:
        name = w.Label(purpose)
        name.add_class("statefulkit-purpose")
        lay(name, margin="0")
        controls = (name, *controls)
    else:
        controls[0].add_class("statefulkit-named")
    return row(*controls)


def groups(*children: Any) -> Any:
    """Groups under each other, or in two columns where there is room."""
    found = w.Box(list(children))
    found.add_class("statefulkit-groups")
    return found


def button(text: str, tooltip: str, act: Any, style: str = "") -> Any:
    """A button as wide as its text; a press that arrives when it is disabled came too late."""
    found = w.Button(description=text, tooltip=tooltip, button_style=style)
    lay(found, width="auto", min_width="44px", margin="0")
    found.on_click(lambda _: None if found.disabled else act())
    return found


def labelled(found: Any, width: str) -> Any:
    """A field with its label, `width` in all."""
    lay(found, width=width, max_width="100%", margin="0")
    found.style.description_width = "initial"
    return found
