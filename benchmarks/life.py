"""The life of one StatefulSet, from creation to deletion: `python -m benchmarks.life PODS`.

Prints a line of JSON: the seconds of each part, records, and the memory of the process.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from statefulkit import Cluster

MANIFEST = Path(__file__).parents[1] / "notebooks" / "manifests" / "nginx.yaml"
LONG = 1e9  # virtual seconds; it settles long before


def with_pods(pods: int) -> Cluster:
    """A settled cluster with a StatefulSet of so many Pods, each with its claim."""
    cluster = Cluster(nodes=nodes_for(pods))
    cluster.apply(MANIFEST)
    cluster.scale("sts", "web", pods)
    cluster._engine.settle(LONG)
    return cluster


def nodes_for(pods: int) -> int:
    """Enough nodes for them at 100 Pods a node, and never less than 3."""
    return max(3, -(-pods // 100))


def _resident() -> int:
    """The bytes of memory that this process has now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def life(pods: int) -> dict[str, float]:
    """Seconds of each part of the life of a set, the records made, bytes of memory a record."""
    begin = time.perf_counter()
    cluster = Cluster(nodes=nodes_for(pods))
    found = {"pods": pods, "ready": time.perf_counter() - begin}
    cluster.apply(MANIFEST)
    empty, records = _resident(), cluster.version
    for part, act in {
        "create": lambda: cluster.scale("sts", "web", pods),
        "update": lambda: cluster.set_image("sts", "web", "nginx:1.28"),
        "scale": lambda: cluster.scale("sts", "web", pods // 2),
        "delete": lambda: cluster.delete("sts", "web"),
    }.items():
        act()
        begin = time.perf_counter()
        cluster._engine.settle(LONG)
        found[part] = time.perf_counter() - begin
        if part == "create":
            made = cluster.version - records
            found["records"] = made
            found["bytes"] = (_resident() - empty) / made
    found["megabytes"] = _resident() / 1e6
    found["all records"] = cluster.version
    return found


if __name__ == "__main__":
    print(json.dumps(life(int(sys.argv[1]))))
