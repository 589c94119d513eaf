"""Hand-in through nbgrader's exchange, as on JupyterHub: each command is the real one."""

from __future__ import annotations

import csv
import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest

from statefulkit.grading import course
from tests.grading.conftest import key, new_course

ASSIGNMENT = "rolling-update"
STUDENT = getpass.getuser()  # the exchange takes the account's name


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The teacher's folder and the student's, after one assignment went there and back."""
    found = {name: tmp_path_factory.mktemp(name) for name in ("teacher", "student", "exchange")}
    teacher, student = new_course(found["teacher"]), found["student"]
    found["exchange"].chmod(0o777)

    def nbgrader(where: Path, *words: str) -> None:
        options = [f"--Exchange.root={found['exchange']}", "--course=statefulkit"]
        env = os.environ | {"COURSE": str(teacher), "JUPYTER_DATA_DIR": str(where / "jupyter")}
        command = [sys.executable, "-m", "nbgrader", *words, *options]
        done = subprocess.run(command, cwd=where, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    course.release(teacher)
    nbgrader(teacher, "release_assignment", ASSIGNMENT)
    nbgrader(student, "fetch_assignment", ASSIGNMENT)
    fetched = student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    answered = course.hand_in(
        teacher, STUDENT, ASSIGNMENT, key(STUDENT, ASSIGNMENT) | {"student": STUDENT}
    )
    fetched.write_text(answered.read_text())
    answered.unlink()
    answered.parent.rmdir()
    nbgrader(student, "submit", ASSIGNMENT)
    nbgrader(teacher, "collect", ASSIGNMENT)
    course.grade(teacher)
    nbgrader(teacher, "release_feedback", ASSIGNMENT)
    nbgrader(student, "fetch_feedback", ASSIGNMENT)
    return found


def test_what_was_collected_is_graded(places: dict[str, Path]) -> None:
    with (places["teacher"] / "grades.csv").open() as file:
        row = next(r for r in csv.DictReader(file) if r["assignment"] == ASSIGNMENT)
    assert (row["student_id"], row["score"]) == (STUDENT, "12.0")
    assert row["timestamp"], "when it was handed in"


def test_the_feedback_comes_back_to_the_student(places: dict[str, Path]) -> None:
    (page,) = (places["student"] / ASSIGNMENT / "feedback").rglob("*.html")
    assert "12.0 / 15.0" in page.read_text()
