"""What a learner and a teacher may count on in each lesson: its parts, its links, its spelling."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.course import COURSE, NOTEBOOKS

ROOT = NOTEBOOKS.parent
START = NOTEBOOKS / "00-start-here.ipynb"
LESSONS = [path for path in COURSE if re.match(r"\d\d-", path.name) and path != START]
PAGES = [*COURSE, *ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *NOTEBOOKS.rglob("*.md")]
WIDEST = 74  # characters of code that JupyterLab shows on a page of 1024 px without a scrollbar
LINK = re.compile(r"\]\(([^)\s]*(?:\([^)\s]*\))?[^)\s]*)\)")
HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)


def cells(path: Path, kind: str) -> list[str]:
    return [c.source for c in nbformat.read(path, 4).cells if c.cell_type == kind]


def text(path: Path) -> str:
    """The prose of a notebook or of a page."""
    if path.suffix == ".ipynb":
        return "\n\n".join(cells(path, "markdown"))
    return re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """Where links into a file may lead, as JupyterLab names headings, or GitHub those of a page."""
    found = [re.sub(r"[`*]", "", heading) for heading in HEADING.findall(text(path))]
    if path.suffix == ".ipynb":
        return {heading.replace(" ", "-") for heading in found}
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_all_its_parts(path: Path) -> None:
    prose, code = text(path), "\n".join(cells(path, "code"))
    assert re.match(r"# .+\n\n\*\*Time:\*\* .*\*\*Builds on:\*\*", prose, re.DOTALL)
    assert len(re.findall(r"\bpredict(?:\.random)?\(", code)) >= 4
    assert len(re.findall(r'^## Misconception: "', prose, re.MULTILINE)) == 1
    summary = re.search(r"^## What you saw\n(.*?)^## Exercises", prose, re.DOTALL | re.MULTILINE)
    assert summary, "a summary, then exercises"
    assert "| --- |" in summary[1]
    assert prose.count("<summary>Solution</summary>") == 3
    assert prose.count("<details>") == prose.count("</details>")
    assert "glossary.ipynb#" in prose
    assert "**Read on:** [" in prose
    assert re.search(r"<!-- [A-Z]\d", prose), "rules of what is claimed"


@pytest.mark.parametrize("path", [START, *LESSONS], ids=lambda path: path.stem)
def test_a_predictions_code_is_folded_and_its_bar_says_what_it_is(path: Path) -> None:
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code" and re.search(r"\bpredict(?:\.random)?\(", cell.source):
            assert cell.metadata.get("jupyter", {}).get("source_hidden") is True, cell.id
            assert cell.source.startswith("# A question"), cell.id


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_a_link_looks_like_one(path: Path) -> None:
    in_code = re.findall(r"\[`[^`]*`\]\([^)]*\)", text(path))
    assert in_code == [], "JupyterLab shows code in its own colour, also within a link"


@pytest.mark.parametrize("path", [START, *LESSONS], ids=lambda path: path.stem)
def test_code_fits_the_page_and_does_not_end_in_a_table_of_all_decisions(path: Path) -> None:
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code" and not cell.metadata.get("jupyter"):
            lines = cell.source.splitlines()
            assert [line for line in lines if len(line) > WIDEST] == [], cell.id
            assert not re.match(r"\w+\.settle\(\)$", lines[-1]), cell.id


def test_each_lesson_leads_to_the_next() -> None:
    course = [START, *LESSONS]
    for path, following in pairwise(course):
        assert f"]({following.name})" in text(path), path.name


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_course_at_a_glance_tells_each_lessons_time(path: Path) -> None:
    minutes = re.search(r"\*\*Time:\*\* (\d+) minutes", text(path))
    assert minutes, "Time in minutes, in digits"
    assert f"]({path.name}) | {minutes[1]} |" in text(START)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_within_the_project_lead_somewhere(path: Path) -> None:
    dead = []
    for link in LINK.findall(text(path)):
        if re.match(r"https?://|mailto:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


def test_the_spelling() -> None:
    program = [
        sys.executable,
        "-m",
        "codespell_lib",
        "--ignore-regex",
        r'"id": ".*"|AKS|/aks/|\b[Ss]im[Pp]y\b',
    ]
    found = subprocess.run([*program, *map(str, PAGES)], capture_output=True, text=True)
    assert found.stdout + found.stderr == ""
