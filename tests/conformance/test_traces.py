"""Every recorded trace, step for step: Pods, claims, status, and what the controllers did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import replay

README = Path(__file__).parents[2] / "README.md"
TRACES = sorted((Path(__file__).parent / "traces").glob("*.json"))


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_trace(path: Path) -> None:
    found = replay.differences(json.loads(path.read_text()))
    assert found == [""] * len(found)


def test_the_readme_says_how_many_there_are() -> None:
    steps = sum(len(json.loads(path.read_text())["steps"]) for path in TRACES)
    text = README.read_text()
    assert f"replays {len(TRACES)} scenarios" in text
    assert f" {steps} steps" in text


def test_a_difference_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    trace = json.loads(TRACES[0].read_text())
    trace["steps"][1]["status"]["replicas"] = 7
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(trace))
    assert replay.main([str(path)]) == 1
    steps = len(trace["steps"])
    assert f"{steps - 1} of {steps} steps equal\n  step 2" in capsys.readouterr().out
