"""The instructor's guide: each step of the tutorials is done where the guide says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.notebooks.course import NOTEBOOKS
from tests.notebooks.test_lessons import LESSONS, START, text

GUIDE = NOTEBOOKS.parent / "docs" / "teaching.md"
STEPS = dict(re.findall(r"^\| (T\d+) \| .+ \| (.+) \|$", GUIDE.read_text("utf-8"), re.MULTILINE))
PLACE = re.compile(r"\]\(\.\./notebooks/([\w-]+\.ipynb)\) (§(\d+)|exercise (\d)|Misconception)")


def test_every_step_is_somewhere() -> None:
    assert list(STEPS) == [f"T{n}" for n in (*range(1, 35), *range(40, 50), *range(50, 59))]


@pytest.mark.parametrize("step", STEPS)
def test_the_place_of_a_step_is_there(step: str) -> None:
    places = PLACE.findall(STEPS[step])
    assert places or "test" in STEPS[step] or STEPS[step].startswith("left out: ")
    for name, where, section, exercise in places:
        heading = {"§": rf"## {section}\. ", "e": rf"\*\*{exercise}\.", "M": "## Misconception: "}
        assert re.search(f"^{heading[where[0]]}", text(NOTEBOOKS / name), re.MULTILINE), name


@pytest.mark.parametrize("page", [GUIDE, NOTEBOOKS / "README.md"], ids=lambda path: path.name)
def test_a_page_on_the_course_has_all_lessons(page: Path) -> None:
    prose = page.read_text("utf-8")
    assert [path.name for path in (START, *LESSONS) if path.name not in prose] == []
