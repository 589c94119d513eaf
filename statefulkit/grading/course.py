"""A class from release to feedback: `python -m statefulkit.grading.course release|grade|demo`.

`… variant STUDENT [ASSIGNMENT]` prints a student's variants and, with the sources at hand, the keys.

The course's folder (COURSE, or notebooks/assignments) holds source, release, submitted, checked,
autograded, feedback, and the gradebook.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from statefulkit.grading.sheet import body, filled
from statefulkit.grading.variant import ASSIGNMENTS, Variant, variant

Notebook = dict[str, Any]
_SUBMITTED, _CHECKED = "submitted", "checked"
_OF_EXCHANGE = (
    "timestamp.txt",
    "submission_secret.txt",
)  # for late days, and to give feedback back


def main(words: list[str]) -> None:
    """Carry out one of the commands."""
    folder = Path(os.environ.get("COURSE", "notebooks/assignments")).resolve()
    match words:
        case ["release"]:
            release(folder)
        case ["grade"]:
            grade(folder)
        case ["demo"]:
            demo(folder)
        case ["variant", student, *wanted]:
            for assignment in wanted or ASSIGNMENTS:
                print(variant_and_key(folder, student, assignment))
        case _:
            sys.exit(__doc__)


def release(folder: Path) -> None:
    """Make the students' notebooks in release/."""
    secret = folder / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_hex(16) + "\n")
        secret.chmod(0o600)
    nbgrader(folder, "generate_assignment", "*", "--force")
    for assignment in ASSIGNMENTS:
        print(f"release/{assignment}/{assignment}.ipynb", flush=True)


def grade(folder: Path) -> None:
    """Grade what lies in submitted/STUDENT/ASSIGNMENT/: gradebook, feedback/, grades.csv."""
    shutil.rmtree(folder / _CHECKED, ignore_errors=True)
    handed_in = [p for a in ASSIGNMENTS for p in sorted((folder / _SUBMITTED).glob(f"*/{a}"))]
    print(f"{len(handed_in)} submissions", flush=True)
    if not handed_in:
        return
    for place in handed_in:
        _rebuild(folder, place)
    here = f"--CourseDirectory.submitted_directory={_CHECKED}"
    for words in (["autograde", "*", "--force", here], ["generate_feedback", "*", "--force"]):
        try:
            nbgrader(folder, *words)
        except RuntimeError as error:  # nbgrader has gone on with the other submissions
            print(f"{error}\nSee {folder / 'grading.log'}; the others were graded.", flush=True)
    nbgrader(folder, "export", "--to", str(folder / "grades.csv"))
    print(f"grades: {folder / 'grades.csv'}; feedback: {folder / 'feedback'}", flush=True)


def nbgrader(folder: Path, *words: str) -> None:
    """Run a command of nbgrader in the course's folder; its messages go to grading.log.

    Raises:
        RuntimeError: with the end of its log, where it fails.
    """
    where = f"{Path(__file__).parents[2]}"
    paths = os.pathsep.join(filter(None, [where, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "nbgrader", *words]
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    env = os.environ | {"COURSE": str(folder), "PYTHONPATH": paths, "PATH": programs}  # for alembic
    log = folder / "grading.log"
    with log.open("a") as out:
        done = subprocess.run(command, cwd=folder, env=env, stderr=out)
    if done.returncode:
        raise RuntimeError(f"nbgrader {' '.join(words)} failed:\n{log.read_text()[-3000:]}")


def _rebuild(folder: Path, place: Path) -> None:
    """Put the answers of a submission into the released notebook; nothing else is taken over."""
    assignment, student = place.name, place.parent.name
    name = f"{assignment}.ipynb"
    clean = json.loads((folder / "release" / assignment / name).read_text())
    try:
        given, why = _sources(place / name), ""
    except (OSError, ValueError, RecursionError) as error:
        given, why = {}, f"{type(error).__name__}: {error}"[:300]
    lost = []
    for cell in clean["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if not about.get("solution"):
            continue
        if about["grade_id"] in given:
            cell["source"] = given[about["grade_id"]]
        else:
            lost.append(about["grade_id"])
    notes = [f"The notebook could not be read ({why})."] if why else []
    if lost and not why:
        notes.append(f"These answer cells were missing: {', '.join(lost)}.")
    said = body(given.get("student", "")).strip()
    if said and not said.startswith("#") and said != student:
        notes.append(
            f"It says that it is of {said[:80]!r}; it is graded with the variant of {student}."
        )
    if notes:
        note = {"cell_type": "markdown", "id": "from-the-grader", "metadata": {}}
        clean["cells"].insert(0, note | {"source": "**From the grader.** " + " ".join(notes)})
        print(f"  {student}  {assignment}  {' '.join(notes)}", flush=True)
    to = folder / _CHECKED / student / assignment
    to.mkdir(parents=True, exist_ok=True)
    (to / name).write_text(json.dumps(clean))
    for kept in _OF_EXCHANGE:
        if (place / kept).is_file() and not (place / kept).is_symlink():
            shutil.copy(place / kept, to)


def _sources(path: Path) -> dict[str, str]:
    """The sources of the cells with nbgrader's ids; of two with one id, the last."""
    if not path.is_file() or path.is_symlink():
        raise ValueError(f"there is no file {path.name}")
    if path.stat().st_size > 20_000_000:
        raise ValueError("it is larger than 20 MB")
    found = json.loads(path.read_text())
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it has no cells")
    sources: dict[str, str] = {}
    for cell in cells:
        about = cell.get("metadata") if isinstance(cell, dict) else None
        about = about.get("nbgrader") if isinstance(about, dict) else None
        name = about.get("grade_id") if isinstance(about, dict) else None
        text = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(text, list) and all(isinstance(t, str) for t in text):
            text = "".join(text)
        if isinstance(name, str) and isinstance(text, str):
            sources[name] = text[:60_000]
    return sources


# -- keys and samples -----------------------------------------------------------------------------


def key(folder: Path, v: Variant, assignment: str) -> dict[str, str]:
    """The reference answers for a variant, by cell."""
    path = folder / "source" / assignment / f"{assignment}.ipynb"
    found = {}
    for cell in json.loads(path.read_text())["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("solution") and cell["cell_type"] == "code":
            lines = "".join(cell["source"]).splitlines()[1:]
            kept = [line for line in lines if not line.startswith("### ")]
            found[about["grade_id"]] = filled("\n".join(kept), v)
    return found


def variant_and_key(folder: Path, student: str, assignment: str) -> str:
    """A student's variant and its key, to read."""
    secret = folder / "secret"
    v = variant(student, assignment, secret.read_text().strip() if secret.exists() else "")
    lines = [f"# {assignment}, variant of {student}"]
    lines += [f"{name}: {value}" for name, value in v.items()]
    if (folder / "source" / assignment).is_dir():
        answers = key(folder, v, assignment)
        lines += [f"\n## {name}\n{text}" for name, text in answers.items() if name != "student"]
    return "\n".join(lines) + "\n"


def hand_in(folder: Path, student: str, assignment: str, answers: dict[str, str]) -> Path:
    """Lay a submission with these answers into submitted/; returns its notebook."""
    name = f"{assignment}.ipynb"
    nb = json.loads((folder / "release" / assignment / name).read_text())
    for cell in nb["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade_id") in answers:
            text = answers[about["grade_id"]]
            code = cell["cell_type"] == "code"
            cell["source"] = f"%%answer {about['grade_id']}\n{text}" if code else text
    to = folder / _SUBMITTED / student / assignment
    to.mkdir(parents=True, exist_ok=True)
    (to / name).write_text(json.dumps(nb))
    return to / name


def demo(folder: Path) -> None:
    """Three sample submissions to each assignment: complete, partial, wrong."""
    for assignment in ASSIGNMENTS:
        for student in ("demo-complete", "demo-partial", "demo-wrong"):
            answers = key(folder, variant(student, assignment), assignment) | {"student": student}
            names = [n for n in answers if n != "student"]
            if student == "demo-partial":
                answers = {n: answers[n] for n in ["student", *names[: len(names) // 2]]}
            elif student == "demo-wrong":
                answers = dict.fromkeys(names, "[nothing, of, the, kind]")
            answers["reflection"] = f"A sample reflection by {student}."
            hand_in(folder, student, assignment, answers)
    print("submitted/demo-complete, demo-partial, demo-wrong: now `make grade`")


if __name__ == "__main__":
    main(sys.argv[1:])
