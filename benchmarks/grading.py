"""Times `grade` on 30 submissions of the capstone: `python -m benchmarks.grading [FILE]`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from statefulkit.grading import course
from statefulkit.grading.variant import variant

COURSE = Path(__file__).parents[1] / "notebooks" / "assignments"
CAPSTONE, SUBMISSIONS = "quorum-store", 30


def main() -> str:
    """Grade a class; what it took, as Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(COURSE / "source", folder / "source")
        shutil.copy(COURSE / "nbgrader_config.py", folder)
        course.release(folder)
        for n in range(SUBMISSIONS):
            student = f"student-{n:02}"
            answers = course.key(COURSE, variant(student, CAPSTONE), CAPSTONE)
            course.hand_in(folder, student, CAPSTONE, answers)
        begin = time.perf_counter()
        course.grade(folder)
        seconds = time.perf_counter() - begin
        rows = (folder / "grades.csv").read_text().count(f"{CAPSTONE},")
    return (
        "# Grading\n\n"
        f"`make grade` on {rows} submissions of the capstone, feedback included: {seconds:.0f} s on "
        f"{os.cpu_count()} cores\n(one submission after the other, so one core is mostly idle). "
        "Alone: `python -m benchmarks.grading`.\n"
    )


if __name__ == "__main__":
    text = main()
    print(text)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text)
