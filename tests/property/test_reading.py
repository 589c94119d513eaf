"""The model and a second reading of the controller decide alike, whatever is done to a set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.conformance.replay import Driver
from tests.property.reading import Doc, Reading

TRACES = sorted((Path(__file__).parents[1] / "conformance" / "traces").glob("*.json"))
SPEC: Doc = json.loads(TRACES[0].read_text())["spec"]
KINDS = ("Pod", "PersistentVolumeClaim", "ControllerRevision")


def deeds(done: list[Any]) -> list[tuple[Any, ...]]:
    """What controllers did, as tuples: verb, kind, name or revision, and a revision or a number."""
    parts = ("verb", "kind", "name", "revision", "number")
    return [tuple(d[p] for p in parts if p in d) for d in done]


def differs(one: Doc, other: Doc, *, ordered: bool, kinds: tuple[str, ...] = KINDS) -> str:
    """The first thing in which two observed steps differ; empty where none does."""
    for part in ("pods", "claims"):
        if one[part] != other[part]:
            return f"{part}: {one[part]} and {other[part]}"
    left, right = (
        {k: v for k, v in (s["status"] or {}).items() if v and k != "availableReplicas"}
        for s in (one, other)
    )
    if left != right:
        return f"status: {left} and {right}"
    for kind in kinds:
        did = [[d for d in s["controller"] if d[1] == kind] for s in (one, other)]
        if not ordered:
            did = [sorted(d, key=str) for d in did]
        if did[0] != did[1]:
            return f"{kind}: {did[0]} and {did[1]}"
    return ""


@pytest.mark.parametrize("path", TRACES, ids=lambda p: p.stem)
def test_the_second_reading_plays_the_recorded_traces(path: Path) -> None:
    trace = json.loads(path.read_text())
    reading, foreground = Reading(trace["spec"]), False
    for step in trace["steps"]:
        foreground |= step["action"].get("propagationPolicy") == "Foreground"
        removal = step["action"]["do"] == "delete-set"
        ordered = trace["spec"]["spec"]["podManagementPolicy"] == "OrderedReady" and not removal
        found = reading.act(step["action"])
        recorded = step | {"controller": deeds(step["controller"])}
        kinds = KINDS[:2] if foreground or removal else KINDS
        assert not differs(recorded, found, ordered=ordered, kinds=kinds), step["action"]


def a_set(draw: Random) -> Doc:
    doc = deepcopy(SPEC)
    spec = doc["spec"]
    spec["replicas"] = draw.choice([1, 2, 3, 3, 4, 5])
    spec["podManagementPolicy"] = draw.choice(["OrderedReady", "OrderedReady", "Parallel"])
    spec["revisionHistoryLimit"] = draw.choice([0, 1, 10, 10])
    strategies: list[Doc] = [
        {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        {"type": "RollingUpdate", "rollingUpdate": {"partition": draw.randrange(5)}},
        {"type": "OnDelete"},
    ]
    if (
        spec["podManagementPolicy"] == "OrderedReady"
    ):  # within a Parallel set's sync it changed later
        strategies.append({"type": "RollingUpdate"})
    spec["updateStrategy"] = draw.choice(strategies)
    return doc


def possible(draw: Random, seen: Reading, *, harsh: bool) -> Iterator[tuple[int, Doc]]:
    """Actions that can be done now, with how often each is to come."""
    pods, sts = list(seen.pods.values()), seen.set
    for pod in pods:
        name = pod.name
        if pod.terminating:
            yield 6, {"do": "kubelet", "terminated": name}
        elif pod.phase == "Pending" and "broken" not in pod.revision:
            yield 6, {"do": "kubelet", "ready": name}
        elif pod.phase == "Running":
            yield 1, {"do": "make-unready" if pod.ready else "make-ready", "pod": name}
        if not pod.terminating:
            some = draw.sample(pods, draw.randint(1, len(pods)))
            yield 1, {"do": "kill", "pods": [p.name for p in some if not p.terminating]}
        if harsh and pod.phase == "Running" and not pod.terminating:
            yield 1, {"do": "fail", "pod": name}
        if harsh and not (sts and sts.deleting):
            yield 1, {"do": "label-pod", "pod": name, "labels": {"app": draw.choice(["web", "x"])}}
    if sts is None:
        doc = deepcopy(seen.spec)
        doc["spec"]["template"]["spec"]["containers"][0]["image"] = draw.choice(["a:1", "a:2"])
        yield 20, {"do": "create-set", "spec": doc}
    elif not sts.deleting:
        yield 2, {"do": "scale", "replicas": draw.randrange(6)}
        yield 2, {"do": "set-image", "image": draw.choice(["a:1", "a:2", "a:broken"])}
        if sts.strategy == "RollingUpdate" and sts.partition is not None:
            yield 1, {"do": "set-partition", "partition": draw.randrange(5)}
        policy = draw.choice(["Orphan", "Background", "Foreground"])
        yield int(harsh), {"do": "delete-set", "propagationPolicy": policy}


def assert_alike(spec: Doc, actions: Iterator[Doc] | list[Doc], reading: Reading) -> None:
    """Both do the actions, and are alike after each."""
    driver, done, foreground = Driver(spec), [], False
    for action in actions:
        done.append(action)
        foreground |= action.get("propagationPolicy") == "Foreground"
        wanted, got = reading.act(deepcopy(action)), driver.act(deepcopy(action))
        got |= {"controller": deeds(got["controller"])}
        removal = action["do"] == "delete-set"
        ordered = spec["spec"]["podManagementPolicy"] == "OrderedReady" and not removal
        kinds = KINDS[:1] if foreground or removal else KINDS
        assert not differs(wanted, got, ordered=ordered, kinds=kinds), done


@pytest.mark.parametrize("harsh", [False, True], ids=["usual", "harsh"])
@pytest.mark.parametrize("seed", range(30))
def test_the_model_decides_as_the_second_reading_s24_s29_s32_s33_s35_s47_s52(
    seed: int, harsh: bool
) -> None:
    draw = Random(seed * 2 + harsh)
    spec = a_set(draw)
    reading = Reading(spec)

    def actions() -> Iterator[Doc]:
        yield {"do": "create"}
        for _ in range(20):
            weights, choices = zip(*possible(draw, reading, harsh=harsh), strict=True)
            yield draw.choices(choices, weights)[0]

    assert_alike(spec, actions(), reading)


def ready(*numbers: int) -> list[Doc]:
    return [{"do": "kubelet", "ready": f"web-{n}"} for n in numbers]


def gone(number: int) -> Doc:
    return {"do": "kubelet", "terminated": f"web-{number}"}


NEWER: Doc = {"do": "set-image", "image": "a:2"}
STRAY: Doc = {"do": "label-pod", "pod": "web-1", "labels": {"app": "x"}}
CORNERS: dict[str, tuple[Doc, list[Doc]]] = {
    "s24: a terminating Pod is released, too": (
        {},
        [*ready(0, 1), {"do": "scale", "replicas": 0}, STRAY],
    ),
    "s49: history is cut where a later step fails": (
        {"revisionHistoryLimit": 0, "updateStrategy": {"type": "OnDelete"}},
        [*ready(0, 1, 2), NEWER, STRAY, {"do": "set-image", "image": "a:3"}],
    ),
    "s53: an update is not over while a seat is filled": (
        {"updateStrategy": {"type": "RollingUpdate"}},
        [NEWER, *ready(0), {"do": "fail", "pod": "web-0"}, *ready(0, 1, 2),
         {"do": "scale", "replicas": 2}, gone(0)],
    ),
    "s26: a former set's Pods are in the way": (
        {},
        [*ready(0), {"do": "delete-set", "propagationPolicy": "Background"},
         {"do": "create-set", "spec": SPEC}, gone(0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CORNERS)
def test_a_corner_s24_s26_s49_s53(name: str) -> None:
    spec = deepcopy(SPEC)
    changes, actions = CORNERS[name]
    spec["spec"] |= {"replicas": 3, "podManagementPolicy": "OrderedReady"} | changes
    assert_alike(spec, [{"do": "create"}, *actions], Reading(spec))
