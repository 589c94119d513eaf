"""The same kind of work done by programs that many know, in the same run."""

from __future__ import annotations

import heapq
from itertools import count
from typing import Any

import dns.name
import dns.zone
import pytest
import simpy

from benchmarks.life import with_pods
from statefulkit.decisions import Act, Again, Decision, Remember
from statefulkit.engine import Engine
from statefulkit.store import Key, State, View
from statefulkit.views import graph

Benchmark = Any  # pytest-benchmark has no types
EVENTS = 10_000

# -- DNS: dnspython's own zone with the same names ------------------------------------------------


@pytest.mark.parametrize("pods", [3, 100, 1_000])
def bench_dnspython_zone(benchmark: Benchmark, pods: int) -> None:
    benchmark.group = "a look-up"
    lines = [
        f"web-{n}.nginx.default.svc A 10.244.{n // 250 + 1}.{n % 250 + 2}" for n in range(pods)
    ]
    head = "@ SOA ns.dns hostmaster 1 7200 1800 86400 30\n@ NS ns.dns\n"
    zone = dns.zone.from_text(head + "\n".join(lines), "cluster.local.", relativize=False)
    name = dns.name.from_text("web-1.nginx.default.svc.cluster.local.")
    benchmark(zone.get_rdataset, name, "A")


# -- pictures: Debian's dot -----------------------------------------------------------------------


@pytest.mark.parametrize("pods", [10, 50, 200])
def bench_picture(benchmark: Benchmark, pods: int) -> None:
    benchmark.group = "a picture"
    cluster = with_pods(pods)
    benchmark(lambda: graph(cluster).svg())


@pytest.mark.parametrize("pods", [10, 50, 200])
def bench_dot(benchmark: Benchmark, pods: int) -> None:
    benchmark.group = "a picture"
    drawn = graph(with_pods(pods)).dot()
    drawn.engine = "dot"
    benchmark.pedantic(drawn.pipe, ("svg",), rounds=3)


# -- the engine: a plain heap, and SimPy ----------------------------------------------------------


class _Ticker:
    """An actor that does one thing each virtual second."""

    NAME = "ticker"
    WATCHES: dict[str, Any] = {}  # noqa: RUF012

    @staticmethod
    def plan(view: View, key: Key) -> list[Decision]:
        return [
            Act(view.find(*key), (Remember(("tick",), view.time),), "ticks", ""),
            Again(view.time + 1),
        ]


def bench_engine(benchmark: Benchmark) -> None:
    benchmark.group = f"{EVENTS:,} events"
    base = with_pods(1)._engine.state
    node = Key("Node", "", "node-1")

    def run() -> State:
        engine = Engine(base, [_Ticker])  # type: ignore[list-item]
        engine.wake(("ticker", node), base.time)
        engine.run(base.time + EVENTS)
        return engine.state

    benchmark.pedantic(run, rounds=5, warmup_rounds=1)


def bench_heap(benchmark: Benchmark) -> None:
    benchmark.group = f"{EVENTS:,} events"

    def run() -> list[float]:
        order, log = count(), []
        queue = [(0.0, next(order), "tick")]
        while len(log) < EVENTS:
            now, _, _ = heapq.heappop(queue)
            log.append(now)
            heapq.heappush(queue, (now + 1, next(order), "tick"))
        return log

    benchmark.pedantic(run, rounds=5, warmup_rounds=1)


def bench_simpy(benchmark: Benchmark) -> None:
    benchmark.group = f"{EVENTS:,} events"

    def run() -> list[float]:
        env, log = simpy.Environment(), []

        def tick() -> Any:
            while True:
                log.append(env.now)
                yield env.timeout(1)

        env.process(tick())
        env.run(until=EVENTS)
        return log

    benchmark.pedantic(run, rounds=5, warmup_rounds=1)
