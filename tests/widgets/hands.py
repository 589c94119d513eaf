"""A hand at the lab's buttons, and an eye on what it shows."""

from __future__ import annotations

from statefulkit.store import Key
from statefulkit.widgets import StatefulLab
from statefulkit.widgets.markup import Markup


def pod(name: str) -> Key:
    return Key("Pod", "default", name)


def texts(box: object) -> str:
    """All markup in a widget and below."""
    if isinstance(box, Markup):
        return str(box.markup) + "".join(getattr(box, "pieces", {}).values())
    return "".join(texts(child) for child in getattr(box, "children", ()))


def press(lab: StatefulLab, name: str) -> None:
    lab.actions.buttons[name].click()
