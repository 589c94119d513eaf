"""HTML for the widgets. Whatever comes from a manifest is text, never markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from statefulkit.views.explain import Explanation
from statefulkit.views.svg import as_image

if TYPE_CHECKING:
    import pandas as pd


def table(frame: pd.DataFrame, caption: str) -> str:
    """A DataFrame as an HTML table, every cell escaped; it scrolls by keyboard too."""
    if frame.empty:
        return f"<p>{escape(caption)}: none</p>"
    head = "".join(f'<th scope="col">{escape(str(c))}</th>' for c in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    return (
        f'<div class="statefulkit-table" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    text = f"{value:.1f}" if isinstance(value, float) else str(value)
    return escape("" if text == "<NA>" else text)


def line(text: str, kind: str = "") -> str:
    """One line of text."""
    name = f' class="statefulkit-{kind}"' if kind else ""
    return f"<div{name}>{escape(text)}</div>"


def heading(text: str, *, arrives: bool = False) -> str:
    """A heading; one that `arrives` brings its lab into sight, where that opens below the screen."""
    return f"<h3{' data-arrives' if arrives else ''}>{escape(text)}</h3>"


def command(text: str) -> str:
    """A command for a real cluster, with a button that copies it."""
    if not text:
        return line("Each action shows here the command that does it on a real cluster.")
    return (
        '<div class="statefulkit-command"><span>On a real cluster:</span>'
        f'<code>{escape(text)}</code><button type="button" data-copy="{escape(text)}" '
        f'aria-label="Copy the command">Copy</button></div>'
    )


def error(text: str) -> str:
    """A refusal, in the API's own words."""
    return f'<div class="statefulkit-error" role="alert">{escape(text)}</div>' if text else ""


def sentences(found: Explanation) -> str:
    """Sentences as a list, each with its rule and a link to the public page on it."""
    items = []
    for text, rule, address in found.linked():
        link = (
            f' (<a href="{escape(address)}" target="_blank" rel="noopener">{escape(rule)}</a>)'
            if address
            else ""
        )
        items.append(f"<li>{escape(text)}{link}</li>")
    return f"<ul>{''.join(items)}</ul>"


def text_block(text: str, caption: str) -> str:
    """Text as it is, such as YAML."""
    return f'<pre tabindex="0" role="region" aria-label="{escape(caption)}">{escape(text)}</pre>'


def tabs(titles: Sequence[str], chosen: str, label: str) -> str:
    """A row of tabs."""
    buttons = "".join(
        f'<button type="button" role="tab" data-key="{escape(name)}" tabindex="-1" '
        f'aria-selected="{"true" if name == chosen else "false"}">{escape(name)}</button>'
        for name in titles
    )
    return (
        f'<div class="statefulkit-tabs" role="tablist" aria-label="{escape(label)}">{buttons}</div>'
    )


_EDGE = re.compile(r"<svg |</svg>")
_BUTTON = re.compile(r"<button .*?</button>", re.DOTALL)


def still(markup: str) -> str:
    """Markup for readers without a kernel: no buttons, and pictures as they survive everywhere."""
    markup = _BUTTON.sub("", markup)
    parts, depth, start = [], 0, 0
    # a timeline has <svg> within <svg>: the outermost is one picture
    for edge in _EDGE.finditer(markup):
        begins = edge[0] == "<svg "
        if begins and depth == 0:
            parts.append(markup[start : edge.start()])
            start = edge.start()
        depth += 1 if begins else -1
        if depth == 0:
            parts.append(as_image(markup[start : edge.end()]))
            start = edge.end()
    return "".join(parts) + markup[start:]
