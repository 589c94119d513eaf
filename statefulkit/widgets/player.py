"""Play and pause: the one place where virtual time follows real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

TICK_SECONDS = 0.25  # real seconds between two pictures
SPEEDS = (1, 2, 5, 10, 20, 50)


class Player:
    """Lets virtual time pass `speed` times as fast as real time, on the kernel's own loop."""

    def __init__(self, tick: Callable[[float], None]) -> None:
        """A player at rest; `tick(seconds)` lets virtual time pass."""
        self._tick, self.speed = tick, SPEEDS[0]
        self._task: asyncio.Task[None] | None = None

    @property
    def playing(self) -> bool:
        """Whether time passes now."""
        return self._task is not None and not self._task.done()

    def play(self) -> None:
        """Let time pass until `pause`."""
        if not self.playing:
            self._task = asyncio.get_event_loop().create_task(self._run())

    def pause(self) -> None:
        """Stop the time."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while True:
            self._tick(TICK_SECONDS * self.speed)
            await asyncio.sleep(TICK_SECONDS)
