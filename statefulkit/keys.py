"""A sorted set of keys that shares most of itself with the one before it.

The index holds one for each term in each version of the store, so a set of ten thousand Pods must
not be copied whole when one Pod comes or goes: it is kept in chunks, and only one of them is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

from msgspec import Struct

LARGEST = 16  # keys in a chunk
_last = itemgetter(-1)

Chunk = tuple[Any, ...]


class Keys(Struct, frozen=True, eq=False, gc=False):
    """Keys in order, in `chunks` of which none is empty; `size` is how many there are."""

    chunks: tuple[Chunk, ...] = ()
    size: int = 0

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.chunks)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keys) and tuple(self) == tuple(other)

    def adding(self, key: Any) -> Keys:
        """These and one more."""
        chunks = self.chunks
        if not chunks:
            return Keys(((key,),), 1)
        place = min(self._place(key), len(chunks) - 1) if len(chunks) > 1 else 0
        chunk = chunks[place]
        at = bisect_left(chunk, key)
        if at < len(chunk) and chunk[at] == key:
            return self
        chunk = (*chunk[:at], key, *chunk[at:])
        half = len(chunk) // 2
        new = (chunk,) if len(chunk) <= LARGEST else (chunk[:half], chunk[half:])
        return Keys((*chunks[:place], *new, *chunks[place + 1 :]), self.size + 1)

    def without(self, key: Any) -> Keys:
        """These but one, which is here."""
        chunks, place = self.chunks, self._place(key)
        chunk = chunks[place]
        at = bisect_left(chunk, key)
        left = chunk[:at] + chunk[at + 1 :]
        return Keys(
            (*chunks[:place], *((left,) if left else ()), *chunks[place + 1 :]), self.size - 1
        )

    def _place(self, key: Any) -> int:
        """The chunk where a key is or would be, or one more than there are."""
        return bisect_left(self.chunks, key, key=_last)
