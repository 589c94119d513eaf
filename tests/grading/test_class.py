"""A class from release to grades with the real nbgrader; among the submissions are hostile ones."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from statefulkit.grading import course
from statefulkit.grading.variant import ASSIGNMENTS
from tests.grading.conftest import COURSE, key, new_course

IDENTITY = "identity-and-dns"
FULL = 12.0
Cells = list[dict[str, Any]]


def cell(cells: Cells, name: str) -> dict[str, Any]:
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "execution_count": None, "id": "mine", "metadata": {}, "outputs": [],
        "source": text,
    }  # fmt: skip


def first(text: str) -> Callable[[Cells], Any]:
    """A student's own code, at the top."""
    return lambda cells: cells.insert(0, code(text))


def wrong_and(text: str) -> Callable[[Cells], Any]:
    """Wrong names of Pods, and code that is to make them right."""

    def change(cells: Cells) -> None:
        cell(cells, "pods")["source"] = "%%answer pods\n[a, b]"
        cells.insert(0, code(text))
        cells.append(code(text) | {"id": "again"})

    return change


def edits_test(cells: Cells) -> None:
    cell(cells, "pods")["source"] = "%%answer pods\n[a, b]"
    test = cell(cells, "pods-test")
    test["source"], test["metadata"]["nbgrader"]["points"] = "pass", 100


def invents_test(cells: Cells) -> None:
    cell(cells, "pods")["source"] = "%%answer pods\n[a, b]"
    about = {"grade": True, "grade_id": "gift", "locked": False, "points": 50, "solution": False}
    cells.append(code("50") | {"metadata": {"nbgrader": about | {"schema_version": 3}}})


def loses_cells(cells: Cells) -> None:
    gone = [cell(cells, name) for name in ("begin", "tried", "tried-test", "service-test")]
    cells[:] = [c for c in cells if c not in gone]


def large_output(cells: Cells) -> None:
    text = "x" * 5_000_000
    cells[1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]


def answer(text: str) -> Callable[[Cells], Any]:
    return lambda cells: cell(cells, "fullname").update(source=text)


def patched(name: str) -> Callable[[Cells], Any]:
    return wrong_and(f"import statefulkit.grading as g\ng.{name} = lambda *a, **k: None")


# What each does to a complete submission, the points it earns, and what its feedback says.
HOSTILE: dict[str, tuple[Callable[[Cells], Any], float, str]] = {
    "endless-loop": (first("while True: pass"), FULL, ""),
    "endless-loop-as-answer": (answer("while True:\n    pass"), FULL - 2, "Expected: one name"),
    "sys-exit": (first("import sys; sys.exit()"), FULL, ""),
    "deletes-files": (first("import shutil; shutil.rmtree('MARKED', True)"), FULL, ""),
    "large-output": (large_output, FULL, ""),
    "monkeypatched-equals": (patched("equals"), FULL - 2, "each Pod of the set once"),
    "monkeypatched-answer": (patched("answer"), FULL - 2, "each Pod of the set once"),
    "edited-test": (edits_test, FULL - 2, "each Pod of the set once"),
    "invented-test": (invents_test, FULL - 2, "each Pod of the set once"),
    "missing-cells": (loses_cells, FULL - 3, "answer cells were missing: tried"),
    "no-cells": (lambda cells: cells.clear(), 0, "answer cells were missing"),
    "syntax-error": (first("def ("), FULL, ""),
    "syntax-error-as-answer": (answer("%%answer fullname\n[a, b"), FULL - 2, "an answer in YAML"),
    "widget": (first("from statefulkit.widgets import StatefulLab\nStatefulLab"), FULL, ""),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything handed in, graded once."""
    folder = new_course(tmp_path_factory.mktemp("course"))
    run("release", folder)
    (folder / "marked").mkdir()
    for name, (change, _, _) in HOSTILE.items():
        path = course.hand_in(folder, name, IDENTITY, key(name, IDENTITY) | {"student": name})
        nb = json.loads(path.read_text())
        change(nb["cells"])
        path.write_text(json.dumps(nb).replace("MARKED", str(folder / "marked")))
    path = course.hand_in(folder, "wrong-kernel", IDENTITY, key("wrong-kernel", IDENTITY))
    nb = json.loads(path.read_text())
    nb["metadata"] = {"kernelspec": {"name": "no-such-kernel", "language": "cobol"}}
    nb["nbformat"] = 99
    path.write_text(json.dumps(nb))
    course.hand_in(folder, "no-notebook", IDENTITY, {}).write_text("<html>not found</html>")
    course.hand_in(folder, "blank", IDENTITY, {})
    course.hand_in(folder, "empty-folder", IDENTITY, {}).unlink()
    course.hand_in(folder, "copies", IDENTITY, key("widget", IDENTITY) | {"student": "widget"})
    for assignment in ASSIGNMENTS:
        course.hand_in(folder, "complete", assignment, key("complete", assignment))
    (folder / "printed").write_text(run("grade", folder))
    return folder


def run(command: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "statefulkit.grading.course", command],
        env=os.environ | {"COURSE": str(folder)}, cwd=COURSE.parents[1],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def grades(folder: Path) -> dict[tuple[str, str], float]:
    with (folder / "grades.csv").open() as file:
        return {(r["student_id"], r["assignment"]): float(r["score"]) for r in csv.DictReader(file)}


def feedback(folder: Path, student: str) -> str:
    page = (folder / "feedback" / student / IDENTITY / f"{IDENTITY}.html").read_text()
    return html.unescape(re.sub(r"<[^>]*>", "", page))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_submission_earns_what_it_answers_and_a_reason(folder, grades, name) -> None:
    _, points, said = HOSTILE[name]
    assert grades[name, IDENTITY] == points
    assert said in feedback(folder, name)


@pytest.mark.parametrize(
    ("student", "points", "said"),
    [
        ("wrong-kernel", FULL, ""),
        ("no-notebook", 0, "could not be read"),
        ("blank", 0, "there is none yet to pods"),
        ("empty-folder", 0, "there is no file"),
        ("copies", 0, "graded with the variant of copies"),
    ],
)
def test_other_submissions(folder, grades, student: str, points: float, said: str) -> None:
    assert grades[student, IDENTITY] == points
    assert said in feedback(folder, student)


def test_the_complete_one_has_full_marks_but_for_the_reflection(grades) -> None:
    found = {a: grades["complete", a] for a in ASSIGNMENTS}
    assert found == {IDENTITY: 12, "storage": 14, "rolling-update": 12, "quorum-store": 16}


def test_nothing_that_students_wrote_was_run(folder) -> None:
    assert (folder / "marked").is_dir()


def test_feedback_is_small_and_without_hidden_tests(folder) -> None:
    pages = list((folder / "feedback").rglob("*.html"))
    assert len(pages) == len(HOSTILE) + 5 + len(ASSIGNMENTS)
    for page in pages:
        text = page.read_text()
        assert len(text) < 1_000_000
        plain = html.unescape(re.sub(r"<[^>]*>", "", text))
        assert [w for w in hidden_lines() if w in plain] == []
        assert 'href="../' not in text  # it is read where no lesson is
        assert "HIDDEN TESTS" not in plain


def test_progress_is_shown(folder) -> None:
    printed = (folder / "printed").read_text()
    assert "  complete  storage  5 of 5 checks passed" in printed
    assert "  blank  identity-and-dns  0 of 5 checks passed" in printed


def hidden_lines() -> list[str]:
    """Lines that stand in hidden tests and nowhere in the students' sight."""
    found = []
    for path in (COURSE / "source").rglob("*.ipynb"):
        for c in json.loads(path.read_text())["cells"]:
            text = "".join(c["source"])
            for part in re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN", text, re.S):
                found += [line.strip() for line in part.splitlines() if len(line.strip()) > 25]
    return [f for f in found if "lesson=" not in f]


def solution_lines() -> list[str]:
    found = []
    for path in (COURSE / "source").rglob("*.ipynb"):
        for c in json.loads(path.read_text())["cells"]:
            text = "".join(c["source"])
            for part in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOL", text, re.S):
                found += [line.strip() for line in part.splitlines() if "$" in line]
    return found


def test_the_student_version_has_no_solutions_and_no_hidden_tests(folder) -> None:
    secret = hidden_lines() + solution_lines()
    assert len(secret) > 40
    for assignment in ASSIGNMENTS:
        text = (folder / "release" / assignment / f"{assignment}.ipynb").read_text()
        plain = "\n".join("".join(c["source"]) for c in json.loads(text)["cells"])
        assert [s for s in secret if s in plain] == []
        assert "BEGIN" not in text


@pytest.mark.parametrize("assignment", ["quorum-store"])
def test_the_student_version_runs_and_tells_a_student_what_is_missing(folder, assignment) -> None:
    notebook = nbformat.read(folder / "release" / assignment / f"{assignment}.ipynb", 4)
    cell(notebook.cells, "student")["source"] = "%%answer student\nada"
    nbclient.NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    (said,) = cell(notebook.cells, "student")["outputs"]
    assert "Your variant" in said.text
    (error,) = cell(notebook.cells, "away-test")["outputs"]
    assert (error.ename, "there is none yet to away" in error.evalue) == ("NotYet", True)
    said = [line.partition(":")[0] for line in error.traceback]
    assert said == ["Expected", "Happened", "Explained in"]  # none of the checks' own code
