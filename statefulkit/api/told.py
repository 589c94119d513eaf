"""How a refusal looks in a notebook: the reader's own lines and the message, and none of our code.

IPython asks an error for `_render_traceback_`, where it has that. Elsewhere, in a program or a test,
tracebacks are what they always are.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from functools import partial
from traceback import walk_tb
from typing import TypeVar

E = TypeVar("E", bound=Exception)


def rendered(error: BaseException) -> list[str]:
    """The lines of cells that led to an error, each with its number, and what the error says."""
    lines = [
        f"----> {number} {linecache.getline(frame.f_code.co_filename, number).strip()}"
        for frame, number in walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__") == "__main__"  # what a cell holds
    ]
    return [*lines, f"{type(error).__name__}: {error}"]


def told(error: E) -> E:
    """The error, which a notebook shows as `rendered` does."""
    render: Callable[[], list[str]] = partial(rendered, error)
    error._render_traceback_ = render  # type: ignore[attr-defined]
    return error
