"""Times `grade` on 30 submissions of the capstone: python -m benchmarks.grading [SUBMISSIONS]."""

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
CAPSTONE = "quorum-store"


def main(submissions: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(COURSE / "source", folder / "source")
        shutil.copy(COURSE / "nbgrader_config.py", folder)
        course.release(folder)
        for n in range(submissions):
            student = f"student-{n:02}"
            answers = course.key(COURSE, variant(student, CAPSTONE), CAPSTONE)
            course.hand_in(folder, student, CAPSTONE, answers)
        begin = time.perf_counter()
        course.grade(folder)
        seconds = time.perf_counter() - begin
        rows = (folder / "grades.csv").read_text().count(f"{CAPSTONE},")
        print(f"{rows} submissions on {os.cpu_count()} cores: {seconds:.0f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
