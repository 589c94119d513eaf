"""A lesson in Notebook 7, which many courses still use: its lab works as in JupyterLab."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser import jupyter
from tests.browser.conftest import LESSON
from tests.browser.hands import Mouse, picture, thing


def test_a_lesson_runs_in_notebook_7(browser: Browser, tmp_path: Path) -> None:
    with jupyter.notebook7(tmp_path) as address:
        page = browser.new_page(viewport={"width": 1024, "height": 1400})
        page.set_default_timeout(60_000)
        page.goto(f"{address}/notebooks/{LESSON}")
        page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()
        jupyter.run_all(page)
        panel = page.locator(".statefulkit-lab").first
        expect(picture(panel)).to_contain_text("3/3 ready")
        hand = Mouse(panel)
        hand.pick("Pod", "web-1")
        hand.press("Kill")
        expect(thing(panel, "Pod", "web-1")).to_contain_text("Terminating")
        page.close()
