"""Runs an assignment's test cells on one student's answers, in an interpreter of its own.

No line of a student's code is ever run: answers are data. What is limited here is what data can do:
make a check slow, or large. A job comes on standard input as JSON, a line of JSON a test goes out.
"""

from __future__ import annotations

import contextlib
import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

SECONDS = 15  # of processor time for one test cell: a busy machine costs nobody points
_MEMORY = 3 * 2**30
_ROOT = Path(__file__).parents[2]


class Outcome(NamedTuple):
    """Whether a test cell passed, and what there is to say."""

    passed: bool
    text: str


class _TimeUpError(BaseException):
    pass


def check(
    student: str,
    assignment: str,
    secret: str,
    answers: dict[str, str],
    tests: dict[str, str],
    seconds: int = SECONDS,
) -> dict[str, Outcome]:
    """The outcome of each test cell; `answers` and `tests` are sources of cells by their ids.

    A test that takes longer than `seconds`, or too much memory, fails alone.
    """
    job: dict[str, Any]
    left, found = dict(tests), dict[str, Outcome]()
    while left:
        job = {"student": student, "assignment": assignment, "secret": secret}
        job |= {"answers": answers, "tests": left, "seconds": seconds}
        done = _run(json.dumps(job), 60 + 10 * seconds * len(left))
        for line in done.splitlines():
            name, passed, text = json.loads(line)
            found[name] = Outcome(passed, text)
            del left[name]
        if left:  # the interpreter died in the first of those that are left
            lost = next(iter(left))
            del left[lost]
            found[lost] = Outcome(False, "This check needed too much time or memory and was ended.")
    return found


def _run(job: str, limit: float) -> str:
    command = [sys.executable, "-m", "statefulkit.grading.worker"]
    try:
        done = subprocess.run(
            command, input=job, capture_output=True, text=True, cwd=_ROOT, timeout=limit
        )
    except subprocess.TimeoutExpired as late:
        out = late.stdout or b""
        return out.decode() if isinstance(out, bytes) else out
    return done.stdout


def _limit() -> None:
    """Where the system can limit memory, do so."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _time_up(*_: Any) -> None:
    raise _TimeUpError


def outcome(source: str, seconds: int = SECONDS) -> Outcome:
    """The outcome of one test cell, here and now, on the sheet that lies open."""
    from statefulkit import grading

    names = {name: getattr(grading, name) for name in grading.__all__}
    signal.signal(signal.SIGPROF, _time_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(source, names)
    except grading.NotYet as reason:
        return Outcome(False, str(reason))
    except _TimeUpError:
        return Outcome(False, f"This check took longer than {seconds} s on your answer.")
    except AssertionError as error:
        return Outcome(False, f"Not yet: {error}." if f"{error}" else "Not yet.")
    except Exception as error:
        what = f"{type(error).__name__}: {error}"[:300]
        return Outcome(False, f"Your answer has a form that the check does not expect ({what}).")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Outcome(True, "Passed.")


def main() -> None:
    """Read a job, run its tests."""
    from statefulkit.grading.sheet import open_sheet

    _limit()
    job = json.load(sys.stdin)
    out = sys.stdout
    for name, source in job["tests"].items():
        open_sheet(job["assignment"], job["student"], job["secret"], job["answers"])
        print(json.dumps([name, *outcome(source, job["seconds"])]), file=out, flush=True)


if __name__ == "__main__":
    main()
