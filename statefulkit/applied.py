"""What apply, create and replace hand back: the objects, shown as kubectl's lines."""

from __future__ import annotations

from collections.abc import Iterable

from statefulkit.api.kinds import kind_of
from statefulkit.store import Object, Record


def said(verb: str, record: Record | None) -> str:
    """kubectl's word for what apply, create or replace wrote; `record` is None for nothing (K9)."""
    if record is not None and record.verb == "create":
        return "created"
    if verb == "apply":
        return "configured" if record else "unchanged"
    return "replaced"


class Applied(list[Object]):
    """The objects as stored; as text a line for each, as kubectl prints (K9)."""

    def __init__(self, stored: Iterable[tuple[Object, str]]) -> None:
        """Each object with what was done: created, configured, unchanged or replaced."""
        found = list(stored)
        super().__init__(obj for obj, _ in found)
        self._done = [done for _, done in found]

    def __repr__(self) -> str:
        named = (f"{kind_of(o.kind).prefix}/{o.metadata.name}" for o in self)
        return "\n".join(f"{name} {done}" for name, done in zip(named, self._done, strict=True))
