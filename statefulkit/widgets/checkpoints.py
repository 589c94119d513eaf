"""Forks of the past: what a cluster was at some moments, and its way from there to any other.

A cluster's future is a function of its state, its plans and what is done to it. So a copy taken
after each action, carried on step by step, arrives at every later moment as the cluster itself did.
"""

from __future__ import annotations

from bisect import bisect_right

from statefulkit.cluster import Cluster
from statefulkit.store import Record


class Checkpoints:
    """Copies of a cluster after each change that somebody made to it."""

    def __init__(self, cluster: Cluster) -> None:
        """With one copy: the cluster as it is now."""
        self.cluster = cluster
        self._copies: list[tuple[int, Cluster]] = []
        self.add()

    def add(self) -> None:
        """Keep a copy of the cluster as it is now."""
        copy = (self.cluster.version, self.cluster.fork())
        if self._copies and self._copies[-1][0] == copy[0]:
            self._copies[-1] = copy
        else:
            self._copies.append(copy)

    def fork_at(self, version: int) -> Cluster | None:
        """A cluster that goes on from a moment of the past; None where the way there is not known.

        That is so before the first copy, and among changes that were made without `add`.
        """
        if version == self.cluster.version:
            return self.cluster.fork()
        place = bisect_right(self._copies, version, key=lambda pair: pair[0])
        if place == 0:
            return None
        fork = self._copies[place - 1][1].fork()
        while fork.version < version:
            if fork.step().empty:
                return None
        known, found = (c.view.state.history for c in (self.cluster, fork))
        after = range(version + 1, fork.version + 1)  # the Events that belong to a decision
        same = _told(known[version]) == _told(found[version])
        return fork if same and all(found[v].verb == "event" for v in after) else None


def _told(record: Record) -> tuple[object, ...]:
    return (record.time, record.actor, record.verb, record.key, record.reason)
