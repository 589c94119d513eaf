"""Rules of the model, each broken once: does the property suite catch it?

`python -m tests.property.seeded [NUMBER …]` breaks one rule after the other in a process of its own and runs
the random actions until they find it. It prints a table, and fails where a break stays unseen.
"""

from __future__ import annotations

import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.property.breaks import SEEDED

LONGEST = 600.0  # seconds of one break's run: a broken model may go on for ever


def _kubelet_stage_is_rebound() -> None:
    from statefulkit.nodes import kubelet

    kubelet._STAGES["start"] = kubelet._start


def caught(number: int, first: int) -> tuple[str, int]:
    """Break rule `number` and look for it: the line of the invariant that saw it, and the steps.

    A run that does not end is seen, too.
    """
    from hypothesis import Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.property.test_machine import Machine

    SEEDED[number].breaks()
    _kubelet_stage_is_rebound()
    run = Machine.TestCase.settings  # as long as that of the test suite
    options = settings(run, derandomize=False, database=None, phases=[Phase.generate])
    endless = []

    def give_up(*_: object) -> None:
        endless.append(f"no end after {LONGEST:.0f} s")
        raise TimeoutError

    signal.signal(signal.SIGALRM, give_up)
    # Again and again: hypothesis repeats what has failed.
    signal.setitimer(signal.ITIMER_REAL, LONGEST, LONGEST / 10)
    try:
        run_state_machine_as_test(seed(first)(Machine), settings=options)
    except Exception as error:  # of whatever kind hypothesis makes of it
        return next(iter(endless), "") or _where(error), Machine.steps
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "", Machine.steps


def _where(error: BaseException) -> str:
    """The line that saw it; empty where the hand that breaks has itself not kept up with the model."""
    import traceback

    found = traceback.extract_tb(error.__traceback__)
    if found[-1].filename.endswith("/breaks.py"):
        return ""
    frames = [f for f in found if "/tests/property/" in f.filename]
    return f"{frames[-1].name}: {frames[-1].line}" if frames else type(error).__name__


def main() -> int:
    """The table; 1 where a break stays unseen."""
    missed, wanted = 0, [int(n) for n in sys.argv[1:]] or range(len(SEEDED))
    print("| rule | broken | steps | seen by |\n|---|---|---|---|")
    for i in wanted:
        each = SEEDED[i]
        with ProcessPoolExecutor(1, get_context("fork")) as own:
            seen, steps = own.submit(caught, i, 0).result()
        missed += not seen
        print(f"| {each.rule} | {each.what} | {steps} | `{seen or 'NOT SEEN'}` |", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
