"""Makes docs/benchmarks.md from what was measured: `python -m benchmarks.report FOLDER PAGE`.

Sections of the page that were not measured anew stay as they are.
"""

from __future__ import annotations

import json
import sys
from math import log
from pathlib import Path
from statistics import linear_regression
from typing import Any

Row = dict[str, Any]
UNITS = ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms"), (120.0, 1.0, "s"))
TITLES = {
    "a Python that starts and imports": "Starting",
    "after 100,000 records": "The past and forks, after 100,000 records",
    "a look-up": "A DNS look-up, beside dnspython's own zone",
    "a picture": "A picture, beside Graphviz",
    "10,000 events": "The engine, beside a plain heap and SimPy (10,000 events, each logged)",
    "a lesson": "The lessons, their kernels' start included",
    "the test suite": "The test suite",
}
LIFE, PLANE = "life of a StatefulSet", "the control plane alone"
TEXTS = ("latency.md", "grading.md", "longlived.md", "soak.md")


def shown(seconds: float) -> str:
    """A time with a unit that fits, three digits of it."""
    for bound, factor, unit in UNITS:
        if seconds < bound:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds / 60:.1f} min"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def timed(rows: list[Row]) -> str:
    """One group: the median of each, and its ratio to the first."""
    first = rows[0]["stats"]["median"]
    return table(
        ["what", "median", "least", "ratio"],
        [
            [
                row["name"].removeprefix("bench_").replace("_", " ").replace("[", " [", 1),
                shown(row["stats"]["median"]),
                shown(row["stats"]["min"]),
                f"{row['stats']['median'] / first:.3g}",
            ]
            for row in rows
        ],
    )


def lives(rows: list[Row]) -> str:
    """The life of a set by its size, and how creation grows."""
    found = sorted((row["extra_info"] for row in rows), key=lambda life: life["pods"])

    def speed(life: Row, part: str, pods: float) -> str:
        return f"{pods / life[part]:,.0f}"

    parts = table(
        ["Pods", "ready", "create", "Pods/s", "update, Pods/s", "halve, Pods/s", "delete, Pods/s",
         "records", "bytes a record", "process, MB in the end"],
        [
            [
                f"{life['pods']:,}",
                shown(life["ready"]),
                shown(life["create"]),
                speed(life, "create", life["pods"]),
                speed(life, "update", life["pods"]),
                speed(life, "scale", life["pods"] - life["pods"] // 2),
                speed(life, "delete", life["pods"] // 2),
                f"{life['all records']:,}",
                f"{life['bytes']:,.0f}",
                f"{life['megabytes']:,.0f}",
            ]
            for life in found
        ],
    )  # fmt: skip
    of_growth = [life for life in found if 100 <= life["pods"] <= 2_000]
    slope = linear_regression(
        [log(life["pods"]) for life in of_growth], [log(life["create"]) for life in of_growth]
    ).slope
    return (
        f"{parts}\n\nFrom 100 to 2,000 Pods the time of creation grows with the power {slope:.2f}."
    )


def planes(rows: list[Row]) -> str:
    """Pods created in order where nothing but the control plane has work to do."""
    return table(
        ["Pods", "median", "least", "Pods/s"],
        [
            [
                f"{row['extra_info']['pods']:,}",
                shown(row["stats"]["median"]),
                shown(row["stats"]["min"]),
                f"{row['extra_info']['pods'] / row['stats']['median']:,.0f}",
            ]
            for row in rows
        ],
    )


def measured(runs: list[Row]) -> str:
    """All that pytest-benchmark measured, as Markdown."""
    found, about = runs[0], runs[0]["machine_info"]
    machine = (
        f"{about['cpu'].get('brand_raw', about['machine'])}, {about['cpu'].get('count')} cores, "
        f"{about['system']}, Python {about['python_version']}, {found['datetime'][:10]}"
    )
    groups: dict[str, list[Row]] = {}
    for row in (row for run in runs for row in run["benchmarks"]):
        groups.setdefault(row["group"], []).append(row)
    parts = [
        "# Benchmarks\n\n"
        f"Made by `make bench` on: {machine}. Times differ between machines and moments: look at the\n"
        "ratios. Each table's ratio is to its first row.",
        f"## The life of a StatefulSet\n\nOrderedReady, one claim a Pod (`notebooks/manifests/nginx.yaml`), "
        f"each size in a process of its own.\n\n{lives(groups.pop(LIFE))}",
    ]
    if PLANE in groups:
        parts.append(
            "## The control plane alone\n\nThe set of the traces that were recorded from a real control "
            "plane, created in order, each Pod made\nReady as soon as it is there: no scheduler, no "
            f"node, no disk (`benchmarks/controlplane.py`).\n\n{planes(groups.pop(PLANE))}"
        )
    parts += [f"## {TITLES[name]}\n\n{timed(rows)}" for name, rows in groups.items()]
    return "\n\n".join(parts)


def sections(text: str) -> dict[str, str]:
    """The sections of a page by title; what is above the first goes by the page's own."""
    parts = text.strip().removeprefix("# ").split("\n\n## ")
    return {part.partition("\n")[0]: part for part in parts}


def page(folder: Path, old: str) -> str:
    """The page: what lies in the folder, and from the old page what does not."""
    runs = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    texts = [(folder / name).read_text() for name in TEXTS if (folder / name).exists()]
    found = sections(measured(runs)) if runs else {}
    for title, part in sections(old).items():
        found.setdefault(title, part)
    for text in texts:
        found |= sections(text)
    return "# " + "\n\n## ".join(found.values()) + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.write_text(page(Path(sys.argv[1]), target.read_text()))
