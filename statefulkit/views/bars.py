"""A bar chart of counts, as an `<svg>` element."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from statefulkit.views.cards import short_pod
from statefulkit.views.svg import DIM, FONT

LEFT, WIDTH, ROW = 170, 480, 24  # pixels


def bars(counts: Mapping[str, int], title: str) -> str:
    """One bar for each name, with its count behind it; `title` is for those who don't see them."""
    most = max(counts.values(), default=0) or 1
    height = 4 + ROW * max(len(counts), 1)
    label = f"{title}: " + (", ".join(f"{k} {n}" for k, n in counts.items()) or "nobody answered")
    parts = []
    for i, (name, count) in enumerate(counts.items()):
        y, wide = 4 + i * ROW, count / most * (WIDTH - LEFT - 50)
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end" fill="{DIM}">'
            f"<title>{escape(name)}</title>{escape(short_pod(name, 24))}</text>"
            f'<rect x="{LEFT}" y="{y}" width="{wide:.1f}" height="17" fill="#d6e8f7" stroke="#00609c"/>'
            f'<text x="{LEFT + wide + 6:.1f}" y="{y + 13}" fill="{DIM}">{count}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}" '
        f'font-family="{FONT}" font-size="11">{"".join(parts)}</svg>'
    )
