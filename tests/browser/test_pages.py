"""A lesson as a web page, without any kernel: its pictures and tables are those of its last run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.notebooks.course import NOTEBOOKS, Notebook, page, run_all

_LOADED = "Array.from(document.images, image => image.naturalWidth > 0)"


@pytest.fixture(scope="module")
def ran() -> Notebook:
    lesson = [NOTEBOOKS / "07-updates.ipynb"]
    with ThreadPoolExecutor(1) as pool:  # Playwright has this thread's event loop
        (result,) = pool.submit(run_all, lesson, solved=True).result().values()
    assert not isinstance(result, Exception)
    return result


def test_a_lesson_as_a_web_page(browser: Browser, ran: Notebook, tmp_path: Path) -> None:
    there = tmp_path / "updates.html"
    there.write_text(page(ran, "updates"), encoding="utf-8")
    shown = browser.new_page(viewport={"width": 1024, "height": 900})
    shown.goto(there.as_uri())
    expect(shown.get_by_role("img", name="web-2 terminating").first).to_be_visible()
    loaded = shown.evaluate(_LOADED)
    assert len(loaded) >= 2  # a timeline and the lab's picture
    assert all(loaded)
    for table in (".statefulkit-static table", "table.dataframe"):
        expect(shown.locator(table).first.locator("td").last).to_have_css("text-align", "left")
    shown.close()
