"""A set of whole numbers, kept as the ranges that it is made of.

The ordinals of a StatefulSet are nearly always one range, so questions about gaps and about what
lies beyond cost the same for three Pods and for three thousand.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Ordinals(Struct, frozen=True, gc=False):
    """The numbers in `ranges`, which are in order, and neither overlap nor touch."""

    ranges: tuple[range, ...] = ()

    def __contains__(self, number: object) -> bool:
        for each in self.ranges:  # noqa: SIM110 -- asked so often that any() would be felt
            if number in each:
                return True
        return False

    def __len__(self) -> int:
        ranges = self.ranges
        return len(ranges[0]) if len(ranges) == 1 else sum(map(len, ranges))

    def __iter__(self) -> Iterator[int]:
        for each in self.ranges:
            yield from each

    def __reversed__(self) -> Iterator[int]:
        for each in reversed(self.ranges):
            yield from reversed(each)

    def adding(self, number: int) -> Ordinals:
        """These and one more."""
        below = [r for r in self.ranges if r.stop < number]
        above = [r for r in self.ranges if r.start > number + 1]
        near = self.ranges[len(below) : len(self.ranges) - len(above)]
        start = min([number, *(r.start for r in near)])
        stop = max([number + 1, *(r.stop for r in near)])
        return Ordinals((*below, range(start, stop), *above))

    def without(self, number: int) -> Ordinals:
        """These but one."""
        left: list[range] = []
        for each in self.ranges:
            if number in each:
                left += [range(each.start, number), range(number + 1, each.stop)]
            else:
                left.append(each)
        return Ordinals(tuple(r for r in left if r))

    def missing(self, wanted: range) -> Iterator[int]:
        """The numbers of `wanted` that are not here, lowest first."""
        at = wanted.start
        for each in self.ranges:
            yield from range(at, min(each.start, wanted.stop))
            at = max(at, each.stop)
        yield from range(at, wanted.stop)

    def within(self, wanted: range) -> Ordinals:
        """Those that are in `wanted`."""
        cut = (range(max(r.start, wanted.start), min(r.stop, wanted.stop)) for r in self.ranges)
        return Ordinals(tuple(r for r in cut if r))

    def but(self, others: Ordinals) -> Ordinals:
        """Those that are not in `others`."""
        left = self.ranges
        for other in others.ranges:
            left = tuple(
                part
                for r in left
                for part in (
                    range(r.start, min(r.stop, other.start)),
                    range(max(r.start, other.stop), r.stop),
                )
                if part
            )
        return Ordinals(left)
