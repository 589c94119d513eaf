"""Rules of the model, each broken once: does the property suite catch it?

`python -m tests.property.seeded [NUMBER …]` breaks one rule after the other in a process of its own and runs
the random actions until they find it. It prints a table, and fails where a break stays unseen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any, NamedTuple

MOST = 400  # examples of up to 40 steps
Break = Callable[[], None]


class Seeded(NamedTuple):
    """A rule, what is broken of it, and the hand that breaks it."""

    rule: str
    what: str
    breaks: Break


def _set(module: str, name: str, value: Any) -> Break:
    def breaks() -> None:
        from importlib import import_module

        setattr(import_module(f"statefulkit.{module}"), name, value)

    return breaks


def _wrap(module: str, name: str, around: Callable[..., Any]) -> Break:
    def breaks() -> None:
        from importlib import import_module

        found = import_module(f"statefulkit.{module}")
        was = getattr(found, name)
        setattr(found, name, lambda *args, **more: around(was, *args, **more))

    return breaks


def _obstacle(_: Any, sync: Any, pod: Any) -> str:
    return ""


def _upside_down(was: Any, *args: Any) -> Any:
    sync = was(*args)
    sync.condemned = sync.condemned[::-1]
    return sync


def _one_too_many(was: Any, *args: Any) -> Any:
    sync = was(*args)
    sync.wanted = range(sync.wanted.start, sync.wanted.stop + 1)
    return sync


def _partition_ignored(was: Any, sync: Any) -> Any:
    return 0, was(sync)[1]


def _counts_ready_twice(was: Any, *args: Any) -> Any:
    from msgspec.structs import replace

    status = was(*args)
    return replace(status, readyReplicas=(status.readyReplicas or 0) + 1)


def _grown_back(was: Any, state: Any, *args: Any) -> Any:
    from msgspec.structs import replace

    def older(obj: Any) -> Any:
        known = getattr(obj, "metadata", None)
        if known is None or (known.generation or 0) < 2:
            return obj
        return replace(obj, metadata=replace(known, generation=1))

    return was(state, *map(older, args))


def _true_random(was: Any, self: Any, *purpose: Any) -> Any:
    from random import Random

    return Random()


def _random() -> None:
    from statefulkit.store import View

    was = View.random
    View.random = lambda self, *purpose: _true_random(was, self, *purpose)  # type: ignore[method-assign]


SEEDED = [
    Seeded("S32", "an ordered set does not wait for the Pod before",
           _wrap("controllers.statefulset", "_obstacle", _obstacle)),
    Seeded("S33", "the lowest condemned Pod goes first",
           _wrap("controllers.statefulset", "_split", _upside_down)),
    Seeded("S28", "one ordinal more than `replicas` is wanted",
           _wrap("controllers.statefulset", "_split", _one_too_many)),
    Seeded("S36", "the partition of a rolling update is not kept",
           _wrap("controllers.statefulset", "_rolling", _partition_ignored)),
    Seeded("S7", "a Pod is available as soon as it is Ready",
           _wrap("controllers.statefulset", "is_running_and_available",
                 lambda was, pod, least, now: was(pod, 0, now))),
    Seeded("S52", "the status counts one ready Pod too many",
           _wrap("controllers.setstatus", "count", _counts_ready_twice)),
    Seeded("S17", "the generation goes back to 1 with each write",
           _wrap("apiserver", "_stored", _grown_back)),
    Seeded("N4", "endpoints do not look at readiness",
           _wrap("controllers.endpointslice", "is_ready", lambda was, pod: True)),
    Seeded("P34", "a budget counts Pods that are not Ready as healthy",
           _wrap("controllers.disruption", "is_ready", lambda was, pod: True)),
    Seeded("replay", "random numbers are truly random", _random),
]  # fmt: skip


def _kubelet_stage_is_rebound() -> None:
    from statefulkit.nodes import kubelet

    kubelet._STAGES["start"] = kubelet._start


def caught(number: int, first: int) -> tuple[str, int]:
    """Break rule `number` and look for it: the line of the invariant that saw it, and the steps."""
    from hypothesis import HealthCheck, Phase, seed, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.property.test_machine import LENGTH, Machine

    SEEDED[number].breaks()
    _kubelet_stage_is_rebound()
    options = settings(
        max_examples=MOST, stateful_step_count=LENGTH, deadline=None, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    try:
        run_state_machine_as_test(seed(first)(Machine), settings=options)
    except Exception as error:
        return _where(error), Machine.steps
    return "", Machine.steps


def _where(error: BaseException) -> str:
    import traceback

    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if "/tests/property/" in f.filename
    ]
    return f"{frames[-1].name}: {frames[-1].line}" if frames else type(error).__name__


def main() -> int:
    """The table; 1 where a break stays unseen."""
    missed, wanted = 0, [int(n) for n in sys.argv[1:]] or range(len(SEEDED))
    print("| rule | broken | steps | seen by |\n|---|---|---|---|")
    for i in wanted:
        each = SEEDED[i]
        with get_context("fork").Pool(1) as pool:
            seen, steps = pool.apply(caught, (i, 0))
        missed += not seen
        print(f"| {each.rule} | {each.what} | {steps} | `{seen or 'NOT SEEN'}` |", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
