"""Each lesson from top to bottom in a kernel of its own, its start included; the test suite."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks.course import COURSE, run


@pytest.mark.parametrize("lesson", COURSE, ids=lambda path: path.stem)
def bench_lesson(benchmark: Any, lesson: Path) -> None:
    benchmark.group = "a lesson"
    benchmark.pedantic(lambda: asyncio.run(run(lesson)), rounds=1)


def bench_test_suite(benchmark: Any) -> None:
    benchmark.group = "the test suite"
    command = [sys.executable, "-m", "pytest"]
    benchmark.pedantic(subprocess.run, (command,), {"check": True}, rounds=1)
