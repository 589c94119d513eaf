"""A million random actions: `python -m tests.property.soak --steps 1000000 --workers 2 --seed 0`.

The steps are dealt out in chunks, each with a seed and a process of its own, so that a finding can be
had again. Each chunk is a line of `.benchmarks/soak.jsonl`; a run that was stopped goes on after those
that are there, unless the code has changed since. What came of all is `.benchmarks/soak.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.property.test_machine import LENGTH, Machine

CHUNK = 10_000  # steps
ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".benchmarks"
LINES, PAGE = FOLDER / "soak.jsonl", FOLDER / "soak.md"
Line = dict[str, Any]


def chunk(number: int) -> Line:
    """Run one chunk: its steps, its seconds of processor time, what it found, what was done."""
    found, part = "", 0
    while Machine.steps < CHUNK and not found:
        found = _found(number * 1000 + part)
        part += 1
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "chunk": number,
        "steps": Machine.steps,
        "found": found,
        "seconds": round(used.ru_utime + used.ru_stime, 1),
        "megabytes": used.ru_maxrss // 1024,
        "verbs": Machine.verbs,
    }


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


def _code() -> str:
    """What the lines hold for: a digest of the model and of what tries it."""
    digest = sha256()
    for folder in ("statefulkit", "tests/property"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _known(code: str) -> dict[int, Line]:
    lines = LINES.read_text().splitlines() if LINES.exists() else []
    return {line["chunk"]: line for line in map(json.loads, lines) if line["code"] == code}


def soak(steps: int, workers: int, first: int) -> bool:
    """Chunks until that many steps are done; whether every one of them was clean."""
    code, begun = _code(), time.monotonic()
    numbers = range(first, first + -(-steps // CHUNK))
    known = _known(code)
    done = [known[n] for n in numbers if n in known]
    print(f"{len(done)} of {len(numbers)} chunks are there", flush=True)
    FOLDER.mkdir(exist_ok=True)
    with Pool(workers, maxtasksperchild=1) as pool, LINES.open("a") as file:
        for line in pool.imap_unordered(chunk, [n for n in numbers if n not in known]):
            file.write(json.dumps(line | {"code": code}) + "\n")
            file.flush()
            done.append(line)
            so_far = f"{sum(each['steps'] for each in done):,} in {time.monotonic() - begun:.0f} s"
            print(
                f"chunk {line['chunk']}: {line['steps']:,}; {so_far}. {line['found']}", flush=True
            )
    PAGE.write_text(_page(done))
    print(f"\n{PAGE.read_text()}")
    return not any(line["found"] for line in done)


def _page(done: Iterable[Line]) -> str:
    """The section of docs/benchmarks.md."""
    lines = list(done)
    steps, seconds = (sum(line[what] for line in lines) for what in ("steps", "seconds"))
    verbs: Counter[str] = sum((Counter(line["verbs"]) for line in lines), Counter())
    broken = sorted(line["chunk"] for line in lines if line["found"])
    what = f"Found something: chunks {broken}." if broken else "No chunk found anything."
    most = max(line["megabytes"] for line in lines)
    counted = ", ".join(f"{verb} {n:,}" for verb, n in verbs.most_common())
    return f"""# Random actions

{steps:,} actions, in chunks of {CHUNK:,} with a seed each; what [must hold](robustness.md#properties)
is checked after every one. {what} On average {steps / seconds:,.0f} a second on a core;
{most} MB at most a process. Alone: `make soak`.

{counted}.
"""


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.property.soak")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    options = _options()
    raise SystemExit(not soak(options.steps, options.workers, options.seed))
