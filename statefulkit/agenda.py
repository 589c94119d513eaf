"""The agenda: what the cluster is going to do, as persistent data.

It is part of a State, and each record of history keeps the one it was written under. So a past
moment has its future, too, and a fork of it goes on exactly as the cluster did.
"""

from __future__ import annotations

from typing import Any

from immutables import Map
from msgspec import Struct

from statefulkit.index import Key

Work = tuple[str, Key]  # an actor's name and the object to look at
Turn = tuple[float, int]  # when: the virtual second, then the order of asking
Plan = tuple[Any, Any] | None  # a decision and the rest of the plan, so that any rest can be kept


class Agenda(Struct, frozen=True, eq=False, gc=False):
    """What is left to do.

    Attributes:
        told: the version up to which the watches have heard of the records.
        due: when each actor is to look at an object again.
        asked: how often that was asked for, which gives the order within a virtual second.
        work, plan: the plan in hand, and whose it is.
        failures: how often each sync has failed in a row.
    """

    told: int = 0
    due: Map[Work, Turn] = Map()
    asked: int = 0
    work: Work | None = None
    plan: Plan = None
    failures: Map[Work, int] = Map()
