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


def test_who_does_not_ask_for_strict_validation_has_unknown_fields_dropped():
    body = json.loads(
        json.dumps(next(c for c in CASES if c["name"] == "svc-bad-protocol")["object"])
    )
    body["spec"]["ports"][0] |= {"protocol": "TCP", "prot": "HTTP"}
    case = {"name": "svc-unknown", "verb": "create", "kind": "Service", "object": body | {"x": 1}}
    assert answer(case) is None


@pytest.mark.parametrize(
    ("name", "meta", "expected"),
    [
        ("conflict", {"name": "m", "resourceVersion": "1"}, (409, "Conflict", frozenset())),
        ("not-found", {"name": "m"}, (404, "NotFound", frozenset())),
        ("other-name", {"name": "n"}, (400, "BadRequest", frozenset())),
        ("ok", {"name": "m"}, None),
    ],
)
def test_a_put_is_an_update_of_what_is_there(name, meta, expected):
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta}
    path = "/api/v1/namespaces/default/configmaps/m"
    assert answer({"name": name, "verb": "PUT", "path": path, "object": body}) == expected
