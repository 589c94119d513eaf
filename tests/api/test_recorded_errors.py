"""Answers recorded from a real kube-apiserver v1.20.2: the model's are equal."""

import json
from pathlib import Path

import pytest

from tests.conformance.errors import answer, differences, main, recorded

FILE = Path(__file__).parents[1] / "conformance" / "errors.json"
CASES = json.loads(FILE.read_text())


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_x_rules_recorded_answer(case):
    assert answer(case) == recorded(case)


def test_a_difference_is_seen(tmp_path, capsys):
    case = dict(CASES[0], error=dict(CASES[0]["error"], code=418))
    assert differences([case])[0].startswith(f"{case['name']}: model (422, 'Invalid'")
    file = tmp_path / "one.json"
    file.write_text(json.dumps([CASES[0], case]))
    assert main([str(file)]) == 1
    assert "1 of 2 answers equal" in capsys.readouterr().out
