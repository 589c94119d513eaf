"""A million random actions: `python -m tests.property.soak --steps 1000000 --workers 2 --seed 0`.

The steps are dealt out in chunks, each with a seed of its own, so that a run can be split, gone on
with (`--seed` takes the next chunk) and a finding had again. Prints a line a chunk and a summary.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections import Counter
from multiprocessing import Pool
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.property.test_machine import LENGTH, Machine

CHUNK = 10_000  # steps


def chunk(number: int) -> tuple[int, int, str, Counter[str]]:
    """Run one chunk: its seed, its steps, what it found, and how often each action was done."""
    begun, before = Machine.steps, Counter(Machine.verbs)
    found, part = "", 0
    while Machine.steps - begun < CHUNK and not found:
        found = _found(number * 1000 + part)
        part += 1
    return number, Machine.steps - begun, found, Machine.verbs - before


def _found(first: int) -> str:
    options = settings(
        max_examples=50, stateful_step_count=LENGTH, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(first)(Machine), settings=options)
    except Exception as error:
        return f"seed {first}: {type(error).__name__}: {error}\n" + "\n".join(
            getattr(error, "__notes__", [])
        )
    return ""


def soak(steps: int, workers: int, first: int) -> bool:
    """Chunks until that many steps are done; whether every one of them was clean."""
    begun, done, broken, verbs = time.monotonic(), 0, 0, Counter[str]()
    numbers = range(first, first + -(-steps // CHUNK))
    with Pool(workers) as pool:
        for number, some, found, counted in pool.imap_unordered(chunk, numbers):
            done, verbs = done + some, verbs + counted
            broken += bool(found)
            spent = time.monotonic() - begun
            print(f"chunk {number}: {some} steps; {done} in {spent:.0f} s. {found}", flush=True)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{done} steps in {time.monotonic() - begun:.0f} s, {workers} workers, {most} MB at most")
    print(f"{broken} chunks found something; {sum(verbs.values())} actions:")
    print(", ".join(f"{verb} {n}" for verb, n in verbs.most_common()))
    return not broken


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.property.soak")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    options = _options()
    raise SystemExit(not soak(options.steps, options.workers, options.seed))
