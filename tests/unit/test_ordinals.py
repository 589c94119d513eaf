"""A set of ordinals: the same as Python's own set, whatever is added and taken away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from statefulkit.ordinals import Ordinals


@given(st.lists(st.integers(0, 9)), st.integers(0, 6), st.integers(0, 6))
def test_it_answers_as_a_set_does(toggled: list[int], start: int, replicas: int) -> None:
    kept, plain = Ordinals(), set[int]()
    for number in toggled:
        kept = kept.without(number) if number in plain else kept.adding(number)
        plain ^= {number}
    wanted = range(start, start + replicas)
    assert list(kept) == sorted(plain)
    assert len(kept) == len(plain)
    assert [n for n in range(-1, 12) if n in kept] == sorted(plain)
    assert list(kept.missing(wanted)) == [n for n in wanted if n not in plain]
    assert list(kept.within(wanted)) == [n for n in sorted(plain) if n in wanted]
    others = Ordinals((wanted, range(8, 9))) if start + replicas < 8 else Ordinals((wanted,))
    assert list(kept.but(others)) == [n for n in sorted(plain) if n not in others]
    assert list(reversed(kept.but(others))) == sorted(plain - set(others), reverse=True)


def test_neighbours_are_one_range() -> None:
    kept = Ordinals()
    for number in (0, 1, 3, 2):
        kept = kept.adding(number)
    assert kept.ranges == (range(4),)
