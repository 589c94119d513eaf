"""The seeded breaks still find what they break: `tests.property.seeded` runs them, and takes minutes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.property.breaks import SEEDED


def _break_all() -> int:
    for each in SEEDED:
        each.breaks()
    return len(SEEDED)


def test_what_is_to_be_broken_is_there() -> None:
    with ProcessPoolExecutor(1, get_context("fork")) as own:  # this process stays whole
        assert own.submit(_break_all).result() >= 10
