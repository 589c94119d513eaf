"""What is left without a kernel: in a saved notebook, as a web page, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbclient
import nbformat
import pytest
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import KERNEL, LAB
from tests.browser.jupyter import ROOT

WORDS = "Pod web-1, Running, 1/1 ready"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook with a lab, run and saved by somebody else."""
    notebook = new_notebook(cells=[new_code_cell(LAB)], metadata={"kernelspec": KERNEL})
    nbclient.NotebookClient(
        notebook, store_widget_state=False, resources={"metadata": {"path": ROOT / "notebooks"}}
    ).execute()
    path = tmp_path_factory.mktemp("saved") / "saved.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def page(browser: Browser, saved: Path, tmp_path: Path) -> Iterator[Page]:
    """The web page that `jupyter nbconvert --to html` makes of it."""
    html, _ = HTMLExporter().from_filename(str(saved))
    (tmp_path / "saved.html").write_text(html, encoding="utf-8")
    found = browser.new_page(viewport={"width": 1024, "height": 1400})
    found.goto(f"file://{tmp_path / 'saved.html'}")
    yield found
    found.close()


def test_a_saved_notebook_that_nobody_trusts_shows_picture_and_table(
    browser: Browser, lab: str, home: Path, saved: Path
) -> None:
    (home / "notebooks" / "saved.ipynb").write_bytes(saved.read_bytes())
    found = browser.new_page(viewport={"width": 1024, "height": 1400})
    found.goto(f"{lab}/lab/tree/saved.ipynb?reset")
    shows_picture_and_table(found)
    found.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # a kernel, but nothing was run
    found.close()


def test_a_web_page_shows_picture_and_table(page: Page) -> None:
    shows_picture_and_table(page)
    assert "StatefulLab(children" not in page.content()
    assert page.locator("svg").count() == 0  # which GitHub and others throw out


def test_a_pdf_has_the_picture_in_words_too(page: Page) -> None:
    pdf = page.pdf(tagged=True)
    assert WORDS.encode() in pdf
    assert pdf.count(b"/Type /Page\n") <= 2


def shows_picture_and_table(page: Page) -> None:
    image = page.get_by_alt_text(WORDS)
    expect(image).to_be_visible()
    assert image.evaluate("e => e.complete && e.naturalWidth") > 300
    expect(page.get_by_role("table").last).to_contain_text("web-2")
    expect(page.get_by_text("there is nothing to do").last).to_be_visible()
