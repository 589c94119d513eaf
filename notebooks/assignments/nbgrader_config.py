"""nbgrader's settings for the course; docs/grading.md says how a class is run."""

import os
from pathlib import Path

c = get_config()  # noqa: F821
root = Path(os.environ.get("COURSE", Path(__file__).parent)).resolve()
secret = root / "secret"

c.CourseDirectory.course_id = "statefulkit"
c.CourseDirectory.root = str(root)
c.ClearSolutions.code_stub = {"python": "# your answer here"}
c.OverwriteCells.add_missing_cells = True

# No line of a submission is run: CheckAnswers takes the place of Execute.
c.Autograde.autograde_preprocessors = [
    "statefulkit.grading.nbgrading.CheckAnswers",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.CheckAnswers.secret = secret.read_text().strip() if secret.exists() else ""
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "statefulkit.grading.nbgrading.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
