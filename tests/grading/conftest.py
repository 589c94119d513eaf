"""A course in a folder of its own, and the tests of its assignments without nbgrader."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from statefulkit.grading import course, worker
from statefulkit.grading.sheet import open_sheet
from statefulkit.grading.variant import variant

COURSE = Path(__file__).parents[2] / "notebooks" / "assignments"
SECRET = "secret of the tests"


def new_course(folder: Path) -> Path:
    for name in ("source", "nbgrader_config.py"):
        copy = shutil.copytree if (COURSE / name).is_dir() else shutil.copy
        copy(COURSE / name, folder / name)
    (folder / "secret").write_text(SECRET)
    return folder


def cells(assignment: str, folder: Path = COURSE / "source") -> list[dict]:
    return json.loads((folder / assignment / f"{assignment}.ipynb").read_text())["cells"]


def graded_cells(assignment: str) -> dict[str, tuple[str, int]]:
    """The source and the points of each test cell."""
    return {
        c["id"]: ("".join(c["source"]), c["metadata"]["nbgrader"]["points"])
        for c in cells(assignment)
        if c["cell_type"] == "code" and c["metadata"].get("nbgrader", {}).get("grade")
    }


def key(student: str, assignment: str) -> dict[str, str]:
    return course.key(COURSE, variant(student, assignment), assignment)


def marks(student: str, assignment: str, answers: dict[str, str]) -> dict[str, int]:
    """The points for each test cell, found here and now."""
    found = {}
    for name, (source, points) in graded_cells(assignment).items():
        open_sheet(assignment, student, SECRET, answers)
        found[name] = points * worker.outcome(source).passed
    return found
