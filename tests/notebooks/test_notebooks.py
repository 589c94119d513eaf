"""Every notebook runs from the top to the bottom in a real kernel, and is committed clean."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ALL = sorted(NOTEBOOKS.rglob("*.ipynb"))


def test_there_is_a_course() -> None:
    assert NOTEBOOKS / "00-start-here.ipynb" in ALL


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_it_runs_without_error_or_warning(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    client = nbclient.NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    )
    client.execute()
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ())]
    assert outputs
    assert [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_it_is_committed_clean(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert [c.id for c in code if c.outputs or c.execution_count is not None] == []
    ids = [c.id for c in notebook.cells]
    assert len(set(ids)) == len(ids)
