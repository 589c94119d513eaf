"""One Chromium and one JupyterLab a theme for all browser tests, and in it two pages that stay open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import jupyter
from tests.browser.hands import picture, tab
from tests.browser.hostile import CELL as HOSTILE

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
LESSON, WORKBOOK = "00-start-here.ipynb", "workbook.ipynb"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
LAB = """
from statefulkit import Cluster
from statefulkit.widgets import StatefulLab
cluster = Cluster(seed=1)
cluster.apply("manifests/nginx.yaml")
cluster.settle()
StatefulLab(cluster)
"""
PANELS = """
from statefulkit.widgets import DnsTracer, EventTable, PodGraph, PodTable, Timeline, Why, predict
from statefulkit.widgets.questions import ask
from IPython.display import display
display(PodGraph(cluster.at(2)), Timeline(cluster), EventTable(cluster.view), PodTable(cluster))
display(predict(cluster, lambda c: c.scale("sts", "web", 1),
                ask("How many Pods?", lambda before, after: len(after.list("pod")))))
"""
AGAIN = """
from ipywidgets import Label, dlink
lab = StatefulLab(cluster)
if "first" not in globals():
    first = Label()
    dlink((lab.clock.play, "description"), (first, "value"))
display(first, lab)
"""
BOOK = {
    "mouse": LAB,
    "keyboard": LAB,
    "time": LAB,
    "looks": LAB,
    "panels": PANELS,
    "again": AGAIN,
    "hostile": HOSTILE,
}


@pytest.fixture(scope="package")  # Playwright's event loop ends before other tests begin
def browser() -> Iterator[Browser]:
    with jupyter.chromium() as found:
        yield found


@pytest.fixture(scope="package", params=THEMES)
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="package")
def home(theme: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp(theme)


@pytest.fixture(scope="package")
def lab(theme: str, home: Path) -> Iterator[str]:
    with jupyter.jupyterlab(home, THEMES[theme]) as address:
        write_workbook(home / "notebooks" / WORKBOOK)
        yield address


def write_workbook(path: Path) -> None:
    """A notebook with a lab for each purpose, so that tests share a page and not a lab."""
    cells = [new_code_cell(source.strip()) for source in BOOK.values()]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)


@pytest.fixture(scope="package")
def workbook(browser: Browser, lab: str) -> Iterator[Page]:
    page = jupyter.open_lesson(browser, lab, WORKBOOK, 1024)
    yield page
    page.close()


@pytest.fixture(scope="package")
def lesson(browser: Browser, lab: str) -> Iterator[Page]:
    page = jupyter.open_lesson(browser, lab, LESSON, 1024)
    yield page
    page.close()


@pytest.fixture
def cell(workbook: Page) -> Callable[[str], Locator]:
    """The output of a cell of the workbook."""

    def found(purpose: str) -> Locator:
        number = list(BOOK).index(purpose)
        output = workbook.locator(".jp-CodeCell").nth(number).locator(".jp-Cell-outputArea").first
        output.evaluate("e => e.scrollIntoView()")
        return output

    return found


@pytest.fixture
def panel(cell: Callable[[str], Locator]) -> Callable[[str], Locator]:
    """The lab of the workbook for a purpose."""

    def found(purpose: str) -> Locator:
        lab = cell(purpose).locator(".statefulkit-lab").first
        expect(picture(lab)).to_contain_text("ready")
        expect(tab(lab, "Edit YAML")).to_be_visible()  # the last part, too, is there
        return lab

    return found
