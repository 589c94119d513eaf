"""A learner's two ways to use a lab: the mouse, and the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


def picture(panel: Locator) -> Locator:
    return panel.locator(".statefulkit-picture").first


def thing(panel: Locator, kind: str, name: str) -> Locator:
    space = "" if kind in ("Node", "PersistentVolume") else "default"
    return panel.locator(f'.statefulkit-picture [data-key="{kind}/{space}/{name}"]').first


def button(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("button", name=name, exact=True).first


def field(panel: Locator, label: str) -> Locator:
    return panel.get_by_label(label, exact=True).first


def tab(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("tab", name=name, exact=True).last


def slider(panel: Locator) -> Locator:
    return panel.get_by_role("slider", name="Moment in history").first


def shown(moment: Locator) -> None:
    """Wait until the words tell the moment at which the slider stands."""
    at = re.compile(rf"moment {moment.input_value()} of")
    expect(moment).to_have_attribute("aria-valuetext", at)


class Mouse:
    """Clicks."""

    def __init__(self, panel: Locator) -> None:
        self.panel = panel

    def press(self, name: str) -> None:
        button(self.panel, name).click()

    def pick(self, kind: str, name: str) -> None:
        found = thing(self.panel, kind, name)
        found.click()
        expect(found).to_have_attribute("aria-pressed", "true")

    def fill(self, label: str, text: str) -> None:
        field(self.panel, label).fill(text)
        field(self.panel, label).blur()

    def choose(self, label: str, option: str) -> None:
        field(self.panel, label).select_option(option)

    def open(self, name: str) -> None:
        tab(self.panel, name).click()
        expect(tab(self.panel, name)).to_have_attribute("aria-selected", "true")


class Keyboard(Mouse):
    """Focus, arrows, letters and Enter."""

    def press(self, name: str) -> None:
        found = button(self.panel, name)
        expect(found).to_be_enabled()  # as soon as the kernel has heard what was chosen
        found.focus()
        expect(found).to_be_focused()
        found.press("Enter")

    def pick(self, kind: str, name: str) -> None:
        keys, found = self.panel.page.keyboard, thing(self.panel, kind, name)
        picture(self.panel).locator('[tabindex="0"]').focus()
        keys.press("Home")
        for _ in range(40):  # down the columns, one after the other, as arrows go
            if self._focused() == found.get_attribute("data-key"):
                break
            found.focus()
        keys.press("Enter")
        expect(found).to_have_attribute("aria-pressed", "true")
        expect(found).to_be_focused()

    def fill(self, label: str, text: str) -> None:
        keys, found = self.panel.page.keyboard, field(self.panel, label)
        found.focus()
        expect(found).to_be_focused()
        keys.press("Control+a")
        keys.insert_text(text)
        expect(found).to_have_value(text)
        keys.press("Tab")

    def choose(self, label: str, option: str) -> None:
        found = field(self.panel, label)
        found.focus()
        found.press("Home")
        while found.locator("option:checked").inner_text() != option:
            found.press("ArrowDown")

    def open(self, name: str) -> None:
        found = tab(self.panel, name)
        found.focus()
        found.press("Enter")
        expect(found).to_have_attribute("aria-selected", "true")

    def _focused(self) -> str:
        return str(self.panel.page.evaluate("document.activeElement.dataset.key"))
