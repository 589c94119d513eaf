"""A lesson as Voilà shows it: text and widgets, no code."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser import jupyter
from tests.browser.conftest import LESSON
from tests.browser.hands import Mouse, picture, thing


def test_a_lesson_runs_under_voila(browser: Browser, tmp_path: Path) -> None:
    with jupyter.voila(tmp_path, jupyter.ROOT / "notebooks" / LESSON) as address:
        page = browser.new_page(viewport={"width": 1024, "height": 1400})
        page.goto(address)
        panel = page.locator(".statefulkit-lab").first
        expect(picture(panel)).to_contain_text("3/3 ready", timeout=60_000)
        assert page.get_by_text("cluster.apply(").count() == 0
        hand = Mouse(panel)
        hand.pick("Pod", "web-1")
        hand.press("Kill")
        expect(thing(panel, "Pod", "web-1")).to_contain_text("Terminating")
        assert page.locator(".statefulkit-static:visible").count() == 0
        page.close()
