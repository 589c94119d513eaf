"""What takes the place of nbgrader's `Execute`: the checks run on answers, the notebook does not run."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbformat.notebooknode import from_dict
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from traitlets import Integer, Unicode

from statefulkit.grading import worker

_LINK = re.compile(r"\[([^\]\n]*)\]\((?:\.\./)+[^)\n]*\)")


class CheckAnswers(NbGraderPreprocessor):  # type: ignore[misc]
    """Gives each test cell its outcome, from the tests in the gradebook and the student's answers."""

    secret = Unicode("", help="what the hidden faults follow from").tag(config=True)
    seconds = Integer(worker.SECONDS, help="the time for one test cell").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Check one notebook; the student is the one whose folder it lies in."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as book:
            source = book.find_notebook(about["notebook"], about["assignment"])
            graded = {c.name for c in source.grade_cells} - {c.name for c in source.solution_cells}
            tests = {c.name: c.source for c in source.source_cells if c.name in graded}
            order = [c.name for c in source.solution_cells]
        answers = _answers(nb, order)
        student, assignment = about["student"], about["assignment"]
        found = worker.check(student, assignment, self.secret, answers, tests, self.seconds)
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in found and utils.is_grade(cell):
                _show(cell, found[name])
        passed = sum(o.passed for o in found.values())
        print(f"  {student}  {assignment}  {passed} of {len(found)} checks passed", flush=True)
        return nb, resources


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Takes hidden tests out of feedback, and links that lead nowhere from where it is read."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, index: int
    ) -> tuple[NotebookNode, Any]:
        """Do it in one cell."""
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(r"\1", cell.source)
        changed: tuple[NotebookNode, Any] = super().preprocess_cell(cell, resources, index)
        return changed


def _answers(nb: NotebookNode, names: list[str]) -> dict[str, str]:
    """The source of each answer's cell; of two with one id, the last."""
    ids = [(c.metadata.get("nbgrader", {}).get("grade_id"), c) for c in nb.cells]
    return {name: c.source for name, c in ids if name in names and c.cell_type == "code"}


def _show(cell: NotebookNode, outcome: worker.Outcome) -> None:
    said: dict[str, Any] = {"output_type": "stream", "name": "stdout", "text": outcome.text}
    if not outcome.passed:
        lines = outcome.text.splitlines()
        said = {"output_type": "error", "ename": "Not yet", "evalue": "", "traceback": lines}
    cell.execution_count = None
    cell.outputs = [from_dict(said)]  # type: ignore[no-untyped-call]
