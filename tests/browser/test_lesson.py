"""The first lesson as a learner has it: real JupyterLab, real Chromium, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.jupyter import open_lesson

LESSON = "00-start-here.ipynb"


@pytest.fixture
def lesson(browser: Browser, lab: str) -> Iterator[Page]:
    page = open_lesson(browser, lab, LESSON, 1024)
    yield page
    page.close()


def press(panel: Locator, name: str) -> None:
    """Reach a button without the mouse and press it."""
    button = panel.get_by_role("button", name=name, exact=True)
    button.focus()
    expect(button).to_be_focused()
    button.press("Enter")


def picture(panel: Locator) -> Locator:
    return panel.locator(".statefulkit-picture")


def test_scale_kill_and_step_by_keyboard(lesson: Page) -> None:
    panel = lesson.locator(".statefulkit-lab").first
    panel.scroll_into_view_if_needed()
    pods = panel.locator(".statefulkit-table").first
    expect(picture(panel)).to_contain_text("3/3 ready")
    expect(pods.locator("tbody tr")).to_have_count(3)

    press(panel, "Scale +")
    expect(picture(panel)).to_contain_text("3/4 ready")
    expect(panel).to_contain_text("kubectl scale sts web --replicas=4")
    expect(picture(panel)).to_have_attribute("aria-label", re.compile("web-3: no Pod"))

    press(panel, "Settle")
    expect(picture(panel)).to_contain_text("4/4 ready")
    expect(pods.locator("tbody tr")).to_have_count(4)

    panel.get_by_label("Pod", exact=True).select_option("web-3")
    press(panel, "Kill")
    expect(picture(panel)).to_have_attribute("aria-label", re.compile("web-3: Terminating"))
    expect(pods).to_contain_text("Terminating")

    press(panel, "Step")
    expect(panel).to_contain_text("until web-3 has terminated")

    press(panel, "Settle")
    expect(picture(panel)).to_contain_text("4/4 ready")


def test_play_lets_time_pass_until_pause(lesson: Page) -> None:
    panel = lesson.locator(".statefulkit-lab").first
    press(panel, "Scale +")
    press(panel, "Play")
    expect(picture(panel)).to_contain_text("4/4 ready", timeout=30_000)
    press(panel, "Pause")
    expect(panel.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_refused_image_is_told_in_place(lesson: Page) -> None:
    panel = lesson.locator(".statefulkit-lab").first
    panel.get_by_label("Image", exact=True).fill("nginx:broken")
    press(panel, "Set image")
    press(panel, "Settle")
    expect(picture(panel)).to_contain_text("ImagePullBackOff")
    expect(panel).to_contain_text("waits for web-2 to be Running and Ready")


def test_the_prediction_is_checked_on_a_fork(lesson: Page) -> None:
    check = lesson.locator("button", has_text=re.compile("^Check$"))
    check.evaluate("e => e.scrollIntoView()")  # cells out of sight are hidden from Playwright
    check.click()
    expect(lesson.get_by_text("Is there a Pod called web-1 again? Yes.")).to_be_visible()
    expect(lesson.get_by_text("Does web-0 get a new address too? No.")).to_be_visible()


@pytest.mark.parametrize("width", [1024, 1600])
def test_nothing_is_wider_than_its_cell(browser: Browser, lab: str, width: int) -> None:
    """Neither the panel nor a picture makes the notebook scroll sideways."""
    lesson = open_lesson(browser, lab, LESSON, width)
    panel = lesson.locator(".statefulkit-lab").first
    box, cell = panel.bounding_box(), lesson.locator(".jp-Notebook").first.bounding_box()
    assert box is not None
    assert cell is not None
    assert box["x"] + box["width"] <= cell["x"] + cell["width"]
    wide = panel.evaluate("e => e.scrollWidth - e.clientWidth")
    assert wide <= 0
    lesson.close()
