"""HTML for the widgets. Whatever comes from a manifest is text, never markup."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from statefulkit.views import graph
from statefulkit.views.graph import describe
from statefulkit.views.tables import HasView

if TYPE_CHECKING:
    import pandas as pd

STYLE = """
<style>
.statefulkit-table { overflow-x: auto; max-height: 18em; }
.statefulkit-table table { border-collapse: collapse; font-size: 12px; margin: 0; }
.statefulkit-table th, .statefulkit-table td {
  text-align: left !important; padding: 2px 10px 2px 0; white-space: nowrap;
  color: var(--jp-ui-font-color1); border: none; background: none; }
.statefulkit-table thead th { font-weight: 600; border-bottom: 1px solid var(--jp-border-color1); }
.statefulkit-picture svg { max-width: 100%; height: auto; }
.statefulkit-line { color: var(--jp-ui-font-color1); line-height: 1.45; font-size: 13px; }
.statefulkit-line code {
  background: var(--jp-layout-color2); color: var(--jp-ui-font-color1); padding: 1px 6px; }
.statefulkit-error { color: var(--jp-ui-font-color1); border-left: 4px solid #d55e00;
  padding-left: 8px; white-space: pre-wrap; font-family: var(--jp-code-font-family); }
</style>
"""


def table(frame: pd.DataFrame, caption: str) -> str:
    """A DataFrame as an HTML table, every cell escaped."""
    if frame.empty:
        return f'<p class="statefulkit-line">{escape(caption)}: none yet</p>'
    body = frame.to_html(index=False, escape=True, border=0)
    return (
        f'<div class="statefulkit-table" role="region" aria-label="{escape(caption)}">{body}</div>'
    )


def picture(source: HasView, namespace: str, changed_since: int | None = None) -> str:
    """The picture, with a text that says the same for those who cannot see it."""
    drawn = graph(source, namespace, changed_since=changed_since).svg()
    words = escape(describe(source, namespace), quote=True)
    return f'<div class="statefulkit-picture" role="img" aria-label="{words}">{drawn}</div>'


def line(text: str) -> str:
    """One line of text."""
    return f'<div class="statefulkit-line">{escape(text)}</div>'


def command(text: str) -> str:
    """A kubectl command."""
    return f'<div class="statefulkit-line">On a real cluster: <code>{escape(text)}</code></div>'


def error(text: str) -> str:
    """A refusal, in the API's own words."""
    return f'<div class="statefulkit-error" role="alert">{escape(text)}</div>'
