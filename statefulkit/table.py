"""A DataFrame that a notebook shows as kubectl prints it: words begin at the left.

It imports pandas, so it is imported where a table is made and not before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

_LEFT = "<style>div.statefulkit-left table.dataframe :is(th, td) {text-align: left}</style>"


class Table(pd.DataFrame):
    """A DataFrame in all but how a notebook aligns it; so is what is taken from it."""

    @property
    def _constructor(self) -> type[Table]:
        return Table

    def _repr_html_(self) -> str | None:
        html = super()._repr_html_()  # type: ignore[misc]
        return html and f'<div class="statefulkit-left">{_LEFT}{html}</div>'


def table(columns: str | Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """The table of these rows; `columns` are names, or one text with `|` between them."""
    names = columns.split("|") if isinstance(columns, str) else list(columns)
    return Table(list(rows), columns=names)
