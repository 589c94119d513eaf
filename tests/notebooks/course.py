"""Run the course, and make web pages of it: `python -m tests.notebooks.course site`."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbclient
import nbformat
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
COURSE = sorted(NOTEBOOKS.glob("*.ipynb"))
CELL_SECONDS = 20  # the longest that a cell may take
FENCED = re.DOTALL | re.MULTILINE
WIDGET = "application/vnd.jupyter.widget-view+json"
START = "00-start-here.html"
INDEX = f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={START}">
<title>Stateful services in Kubernetes</title></head>
<body><a href="{START}">Start here</a></body>
</html>
"""

Notebook = Any  # nbformat has no types


def solutions(notebook: Notebook) -> list[str]:
    """The code that the folded solutions of the exercises tell a learner to run."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    folded = re.findall(r"<summary>Solution</summary>(.*?)</details>", prose, re.DOTALL)
    return [code for text in folded for code in re.findall(r"^```python\n(.*?)^```", text, FENCED)]


async def run(path: Path, *, solved: bool = False) -> Notebook:
    """The notebook with its outputs, run from top to bottom in a kernel of its own.

    With `solved` the exercises' solutions are run behind it. Raises CellExecutionError or
    CellTimeoutError for the first cell that fails or takes too long.
    """
    notebook = nbformat.read(path, 4)
    if solved:
        notebook.cells += [new_code_cell(code) for code in solutions(notebook)]
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # a kernel's own warnings are not a lesson's
        resources={"metadata": {"path": path.parent}},
    )
    await client.async_execute()
    return notebook


def run_all(paths: Iterable[Path], *, solved: bool = False) -> dict[Path, Notebook | Exception]:
    """Each notebook run, or what stopped it; as many at once as there are processors."""
    room = asyncio.Semaphore(os.cpu_count() or 1)

    async def attempt(path: Path) -> Notebook | Exception:
        async with room:
            try:
                return await run(path, solved=solved)
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
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["transient"] = {"remove_source": True}  # folded away in JupyterLab, too
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\(([\w-]+)\.ipynb", r"](\1.html", cell.source)
    exporter = HTMLExporter(embed_images=True, require_js_url="", mathjax_url="")
    return str(exporter.from_notebook_node(notebook, {"metadata": {"name": title}})[0])


def publish(pages: dict[str, str], site: Path) -> None:
    """Write pages by name into a folder, with an index and what lessons link to."""
    shutil.copytree(NOTEBOOKS / "manifests", site / "manifests", dirs_exist_ok=True)
    (site / "index.html").write_text(INDEX, encoding="utf-8")
    for name, html in pages.items():
        (site / f"{name}.html").write_text(html, encoding="utf-8")


def main(folder: str) -> int:
    """Run the course, write its pages into `folder`, say what failed; the exit code."""
    pages: dict[str, str] = {}
    failed = 0
    for path, result in run_all(COURSE).items():
        wrong = [str(result)] if isinstance(result, Exception) else complaints(result)
        print("FAILED" if wrong else "ok    ", path.name, *wrong)
        failed += bool(wrong)
        if not isinstance(result, Exception):
            pages[path.stem] = page(result, path.stem)
    publish(pages, Path(folder))
    print(f"{len(COURSE) - failed} of {len(COURSE)} notebooks ran without a fault: {folder}/")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
