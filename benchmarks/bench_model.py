"""The model itself: import, a cluster, the life of a set, the past and forks of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from benchmarks import controlplane
from benchmarks.life import with_pods
from statefulkit import Cluster

Benchmark = Any  # pytest-benchmark has no types


def python(*words: str) -> str:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("what", ["pass", "import statefulkit", "import pandas"])
def bench_import(benchmark: Benchmark, what: str) -> None:
    benchmark.group = "a Python that starts and imports"
    benchmark.pedantic(python, ("-c", what), rounds=7, warmup_rounds=1)


@pytest.mark.parametrize("pods", [10, 60, 100, 1_000, 2_000, 10_000])
def bench_life(benchmark: Benchmark, pods: int) -> None:
    benchmark.group = "life of a StatefulSet"
    rounds = 3 if pods < 1_000 else 1
    lives: list[dict[str, float]] = []

    def live() -> None:
        lives.append(json.loads(python("-m", "benchmarks.life", f"{pods}")))

    benchmark.pedantic(live, rounds=rounds)
    benchmark.extra_info |= min(lives, key=lambda life: life["create"])


@pytest.mark.parametrize("pods", [10, 60, 1_000])
def bench_control_plane(benchmark: Benchmark, pods: int) -> None:
    benchmark.group = "the control plane alone"
    benchmark.extra_info["pods"] = pods
    rounds = 30 if pods < 1_000 else 3
    benchmark.pedantic(
        controlplane.fill, setup=lambda: ((controlplane.set_of(pods), pods), {}), rounds=rounds
    )


def bench_fork(benchmark: Benchmark, long_lived: Cluster) -> None:
    benchmark.group = "after 100,000 records"
    benchmark(long_lived.fork)


def bench_fork_of_the_past(benchmark: Benchmark, long_lived: Cluster) -> None:
    benchmark.group = "after 100,000 records"
    benchmark(long_lived.fork, version=50_000)


def bench_at(benchmark: Benchmark, long_lived: Cluster) -> None:
    benchmark.group = "after 100,000 records"
    benchmark(long_lived.at, time=long_lived.time / 2)


@pytest.mark.parametrize("pods", [3, 100, 1_000])
def bench_resolve(benchmark: Benchmark, pods: int) -> None:
    benchmark.group = "a look-up"
    cluster = with_pods(pods)
    moment = cluster.at(version=cluster.version)
    benchmark(moment.resolve, "web-1.nginx")
