"""Fuzz `apply`, `create`, `update` and `patch`: `python -m tests.fuzz --minutes 60 --seed 0`.

Each batch is a run of hypothesis with a seed of its own, so that a finding can be had again. A
finding is shown once, made small, with the call that led to it; the exit status tells of any.
"""

from __future__ import annotations

import argparse
import signal
import time
import traceback
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.target import attempt, calls, signature

BATCH = 500
HANG_SECONDS = 60


class Hang(Exception):
    """An input that the package did not get done with."""


def _hang(*_: Any) -> None:
    raise Hang


def fuzz(minutes: float, first_seed: int) -> Counter[str]:
    """Batches of inputs for that long; counts outcomes, and prints each finding once."""
    signal.signal(signal.SIGALRM, _hang)
    outcomes: Counter[str] = Counter()
    known: set[str] = set()
    end, number = time.monotonic() + 60 * minutes, first_seed
    while time.monotonic() < end:
        try:
            _batch(number, outcomes, known)()
        except Exception as error:
            print(f"\n== finding {len(known)}, batch {number}: {signature(error)}", flush=True)
            traceback.print_exception(error)
        number += 1
        print(f"batch {number - first_seed}: {dict(outcomes)}", flush=True)
    print(
        f"{sum(outcomes.values())} inputs, seeds {first_seed} to {number - 1}, {len(known)} findings"
    )
    return outcomes


def _batch(number: int, outcomes: Counter[str], known: set[str]) -> Any:
    found: set[str] = set()  # in this batch: shown and made small by hypothesis

    @seed(number)
    @settings(max_examples=BATCH, deadline=None, database=None, print_blob=False,
              suppress_health_check=list(HealthCheck), report_multiple_bugs=False)  # fmt: skip
    @given(calls())
    def one(case: Any) -> None:
        signal.alarm(HANG_SECONDS)
        try:
            outcome = attempt(*case)
        except Exception as error:
            outcome = signature(error)
            if outcome not in known or outcome in found:
                known.add(outcome)
                found.add(outcome)
                raise
        finally:
            signal.alarm(0)
            outcomes[outcome] += 1

    return one


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    arguments.add_argument("--minutes", type=float, default=60.0)
    arguments.add_argument("--seed", type=int, default=0)
    options = arguments.parse_args()
    found = fuzz(options.minutes, options.seed)
    raise SystemExit(any(" at " in outcome for outcome in found))
