"""The whole course runs in real kernels, without an error or a warning, and is committed clean."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.course import (
    COURSE,
    NOTEBOOKS,
    Notebook,
    complaints,
    page,
    publish,
    run_all,
)

ALL = sorted(NOTEBOOKS.rglob("*.ipynb"))


@pytest.fixture(scope="module")
def ran() -> dict[Path, Notebook | Exception]:
    return run_all(COURSE, solved=True)


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_it_runs(ran: dict[Path, Notebook | Exception], path: Path) -> None:
    result = ran[path]
    if isinstance(result, Exception):
        raise result
    assert complaints(result) == []


def test_a_page_shows_a_panel_without_a_kernel(ran: dict[Path, Notebook | Exception]) -> None:
    html = page(ran[NOTEBOOKS / "00-start-here.ipynb"], "start")
    assert "statefulkit-static" in html
    assert "widget-view" not in html


def test_a_page_folds_away_what_a_lesson_folds_away(
    ran: dict[Path, Notebook | Exception],
) -> None:
    html = page(ran[NOTEBOOKS / "00-start-here.ipynb"], "start")
    assert "Is there a Pod called web-1 again?" in html
    assert "# A question" not in html


def test_the_links_of_the_pages_lead_somewhere(
    ran: dict[Path, Notebook | Exception], tmp_path: Path
) -> None:
    pages = {path.stem: page(result, path.stem) for path, result in ran.items()}
    publish(pages, tmp_path)
    for name, html in [*pages.items(), ("index", (tmp_path / "index.html").read_text())]:
        assert not re.findall(r'<(?:script|link)[^>]* (?:src|href)="http', html), "needs a network"
        for link in re.findall(r'href="([^"]*)"', html):
            if re.match(r"https?://|data:", link):
                continue
            target, _, anchor = link.partition("#")
            there = tmp_path / (target or f"{name}.html")
            assert there.is_file(), f"{link} on page {name}"
            assert not anchor or f'id="{anchor}"' in there.read_text(), f"{link} on page {name}"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_it_is_committed_clean(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert [c.id for c in code if c.outputs or c.execution_count is not None] == []
    ids = [c.id for c in notebook.cells]
    assert len(set(ids)) == len(ids)
