"""Run the course, and make web pages of it: `python -m tests.notebooks.course site`."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbclient
import nbformat
from nbconvert import HTMLExporter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
COURSE = sorted(NOTEBOOKS.glob("*.ipynb"))
CELL_SECONDS = 20  # the longest that a cell may take
WIDGET = "application/vnd.jupyter.widget-view+json"

Notebook = Any  # nbformat has no types


async def run(path: Path) -> Notebook:
    """The notebook with its outputs, run from top to bottom in a kernel of its own.

    Raises CellExecutionError or CellTimeoutError for the first cell that fails or takes too long.
    """
    notebook = nbformat.read(path, 4)
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": path.parent}},
    )
    await client.async_execute()
    return notebook


def run_all(paths: Iterable[Path]) -> dict[Path, Notebook | Exception]:
    """Each notebook run, or what stopped it; as many at once as there are processors."""
    room = asyncio.Semaphore(os.cpu_count() or 1)

    async def attempt(path: Path) -> Notebook | Exception:
        async with room:
            try:
                return await run(path)
            except (
                nbclient.exceptions.CellControlSignal,
                nbclient.exceptions.DeadKernelError,
            ) as e:
                return e

    async def all_of_them(found: list[Path]) -> dict[Path, Notebook | Exception]:
        return dict(zip(found, await asyncio.gather(*map(attempt, found)), strict=True))

    return asyncio.run(all_of_them(list(paths)))


def complaints(notebook: Notebook) -> list[str]:
    """What a run wrote to the error stream: warnings, most of all."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ())]
    return [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"]


def page(notebook: Notebook, title: str) -> str:
    """A web page of the notebook; a panel is shown by its static form."""
    for cell in notebook.cells:
        cell.get("outputs", [])[:] = [
            o for o in cell.get("outputs", ()) if WIDGET not in o.get("data", {})
        ]
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\(([\w-]+)\.ipynb", r"](\1.html", cell.source)
    html, _ = HTMLExporter(embed_images=True).from_notebook_node(
        notebook, {"metadata": {"name": title}}
    )
    return str(html)


def main(folder: str) -> int:
    """Run the course, write its pages into `folder`, say what failed; the exit code."""
    site = Path(folder)
    site.mkdir(exist_ok=True)
    failed = 0
    for path, result in run_all(COURSE).items():
        wrong = [str(result)] if isinstance(result, Exception) else complaints(result)
        print("FAILED" if wrong else "ok    ", path.name, *wrong)
        failed += bool(wrong)
        if not isinstance(result, Exception):
            (site / f"{path.stem}.html").write_text(page(result, path.stem), encoding="utf-8")
    print(f"{len(COURSE) - failed} of {len(COURSE)} notebooks ran without a fault: {site}/")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
