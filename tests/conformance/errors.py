"""Send recorded requests to the model and compare its answers with a real API server's.

    python -m tests.conformance.errors FILE…

The requests were recorded from a real kube-apiserver v1.20.2. An answer is equal if both accept, or
both refuse with the same code, the same reason and the same set of causes by field and reason.
"""

from __future__ import annotations

import json
import re
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from statefulkit import Cluster, StatusError
from statefulkit.api import schema
from statefulkit.api.addressing import addressed
from statefulkit.api.errors import BadRequest
from statefulkit.api.kinds import KINDS, kind_of

Answer = tuple[int, str, frozenset[tuple[str, str]]] | None

# An API version that was served then and no longer is, and the one that took its place.
_MOVED = {"policy/v1beta1": "policy/v1", "discovery.k8s.io/v1beta1": "discovery.k8s.io/v1"}
_PATCHES = {
    "application/merge-patch+json": "merge",
    "application/json-patch+json": "json",
    "application/strategic-merge-patch+json": "strategic",
    "application/apply-patch+yaml": "apply",
}


def recorded(case: dict[str, Any]) -> Answer:
    """The real server's answer; None: accepted."""
    if case.get("accepted"):
        return None
    error = case["error"]
    causes = (error.get("details") or {}).get("causes") or []
    pairs = frozenset((c.get("field", ""), c.get("reason", "")) for c in causes)
    return error["code"], error.get("reason", ""), pairs


def answer(case: dict[str, Any]) -> Answer:
    """The model's answer to the same request."""
    try:
        _send(case)
    except StatusError as error:
        status = error.status
        causes = (status.details and status.details.causes) or []
        return status.code, status.reason, frozenset((c.field, c.reason) for c in causes)
    return None


def _send(case: dict[str, Any]) -> None:
    cluster, body = Cluster(), _today(case.get("object"))
    match case["verb"]:
        case "create":
            _create(cluster, case["kind"], body, "default")
        case "patch":
            cluster.create(_known(case["kind"], body))
            type_, patch = _PATCHES[case["patch_type"]], _known(case["kind"], case["patch"])
            cluster.patch(body["kind"], body["metadata"]["name"], patch, type=type_)
        case method:
            _request(cluster, method, case, body)


def _create(cluster: Cluster, kind: str, body: Any, namespace: str) -> None:
    cluster.create(addressed(KINDS[kind], _known(kind, body), namespace), namespace)


def _known(kind: str, body: Any) -> Any:
    """The body without unknown fields: who does not ask for strict validation has them dropped."""
    why = schema.problem(KINDS[kind], body)
    if not why.startswith("strict decoding error"):
        return body
    body = deepcopy(body)
    for path in re.findall('unknown field "([^"]+)"', why):
        *steps, last = re.findall(r"[^.\[\]]+", path)
        node = body
        for step in steps:
            node = node[int(step) if isinstance(node, list) else step]
        del node[last]
    return body


def _request(cluster: Cluster, method: str, case: dict[str, Any], body: Any) -> None:
    """A plain HTTP request: /api/v1 or /apis/GROUP/VERSION, then namespaces/NS/PLURAL[/NAME]."""
    steps = case["path"].strip("/").split("/")
    steps = steps[2:] if steps[0] == "api" else steps[3:]
    namespace = "default"
    if steps[0] == "namespaces" and len(steps) > 2:
        namespace, steps = steps[1], steps[2:]
    kind, name = kind_of(steps[0]), "/".join(steps[1:2])
    if case["name"].endswith("already-exists"):  # what existed then is the body itself
        _create(cluster, kind.name, body, namespace)
    if method == "PUT" and not case["name"].endswith("not-found"):  # or an earlier version of it
        meta = {k: v for k, v in body["metadata"].items() if k not in ("resourceVersion", "uid")}
        _create(cluster, kind.name, body | {"metadata": meta | {"name": name}}, namespace)
    match method:
        case "POST":
            _create(cluster, kind.name, body, namespace)
        case "PUT":
            body = _known(kind.name, body)
            if body["metadata"].get("name") != name:
                raise BadRequest("the name of the object does not match the name on the URL")
            cluster.update(addressed(kind, body, namespace), namespace)
        case "GET":
            cluster.get(kind.name, name, namespace)
        case "DELETE":
            cluster.delete(kind.name, name, namespace=namespace)
        case _:
            raise ValueError(f"no verb of the model means {method}")


def _today(body: Any) -> Any:
    if isinstance(body, dict) and body.get("apiVersion") in _MOVED:
        return body | {"apiVersion": _MOVED[body["apiVersion"]]}
    return body


def differences(cases: list[dict[str, Any]]) -> list[str]:
    """One line for each request that the model answers otherwise."""
    found = []
    for case in cases:
        wanted = recorded(case)
        try:
            got: Any = answer(case)
        except Exception as error:  # a crash is a difference too, and the rest still counts
            got = f"crash: {error!r}"
        if got != wanted:
            found.append(f"{case['name']}: model {_shown(got)}, recorded {_shown(wanted)}")
    return found


def _shown(found: Any) -> str:
    return "accepts" if found is None else str(found).replace("frozenset", "")


def main(paths: list[str]) -> int:
    """Print how many answers are equal and each that is not; 1 if any differs."""
    failed = False
    for path in paths:
        cases = json.loads(Path(path).read_text())
        lines = differences(cases)
        failed = failed or bool(lines)
        print(f"{path}: {len(cases) - len(lines)} of {len(cases)} answers equal")
        print(*lines, sep="\n", end="\n" if lines else "")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
