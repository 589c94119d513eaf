"""From DOT to SVG: with `dot` from PATH, otherwise with the renderer that pip installed."""

from __future__ import annotations

import subprocess
import sysconfig
from functools import lru_cache
from html import escape
from pathlib import Path
from shutil import which
from typing import Any

from graphviz import Digraph

HELP = (
    "No Graphviz program was found to draw this picture: install Graphviz "
    "(https://graphviz.org/download/) or run `pip install graphviz-pure`. Below is its DOT text."
)
TIMEOUT_SECONDS = 30  # real ones: a picture takes milliseconds


class NoRendererError(RuntimeError):
    """No program that draws DOT is installed, or it failed; the text says what to do."""


class Picture(Digraph):  # type: ignore[misc]  # graphviz has no types
    """A Digraph that shows itself in a notebook without a system package.

    Where nothing can draw it, a sentence and the DOT text stand in its place.
    """

    def svg(self) -> str:
        """The picture as an `<svg>` element.

        Raises:
            NoRendererError: with a sentence that says what to install.
        """
        return svg(self.source, self.engine)

    def html(self) -> str:
        """The picture as HTML: its SVG, or the sentence and the DOT text."""
        try:
            return self.svg()
        except NoRendererError as error:
            return f"<p>{escape(str(error))}</p><pre>{escape(self.source)}</pre>"

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None, **_: Any
    ) -> dict[str, str]:
        try:
            return {"image/svg+xml": self.svg(), "text/plain": self.source}
        except NoRendererError as error:
            return {"text/html": self.html(), "text/plain": f"{error}\n\n{self.source}"}


@lru_cache(maxsize=256)
def svg(source: str, engine: str = "dot") -> str:
    """Draw DOT text. The same text gives the same element without another drawing.

    Raises:
        NoRendererError: with a sentence that says what to install, or what the program said.
    """
    program = renderer()
    if program is None:
        raise NoRendererError(HELP)
    flags = ["-Kneato", "-n2"] if engine == "neato" else [f"-K{engine}"]
    try:
        done = subprocess.run(
            [program, *flags, "-Tsvg"],
            input=source.encode(),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error).encode()
        raise NoRendererError(f"{program} could not draw this picture: {said.decode()}") from None
    text = done.stdout.decode()
    return text[text.index("<svg") :]


def renderer() -> str | None:
    """The program that draws: `dot`, else `graphviz-pure` of this Python, else None."""
    scripts = sysconfig.get_path("scripts")
    mine = next((str(p) for p in Path(scripts).glob("graphviz-pure*")), None)
    return which("dot") or mine or which("graphviz-pure")
