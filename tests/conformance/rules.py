"""Which test pins which rule: `python -m tests.conformance.rules` writes docs/conformance.md.

A test cites a rule in its name (`…_s32_s55`), its docstring, its parameters or a comment (`S32`). What
the model leaves out is in rules.toml, with the reason.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "conformance.md"
SECTIONS = {
    "S": ("StatefulSets", [*range(1, 63)]),
    "N": ("Services, endpoints, names and DNS", [*range(1, 42)]),
    "V": ("Volumes", [*range(1, 21)]),
    "D": ("Deployments and ReplicaSets", [*range(1, 12)]),
    "P": ("Pods, scheduling, nodes", [*range(1, 37)]),
    "E": ("Events", [*range(1, 27)]),
    "K": ("kubectl's output", [*range(1, 30)]),
    "X": ("Errors", [*range(1, 15)]),
    "T": ("The official tutorials", [*range(1, 35), *range(40, 50), *range(50, 59)]),
    "M": ("Misconceptions", [*range(1, 21)]),
    "G": ("Golden scenarios", [*range(1, 17)]),
}
SHOWN = 3  # tests of a rule that are named

_UPPER = re.compile(
    r"\b([SNVDPEKXTMG])([0-9]+)(?:\.[0-9])?(?:(?: to |-)([SNVDPEKXTMG])?([0-9]+))?\b"
)
_LOWER = re.compile(r"(?<=_)([snvdpekxtmg])([0-9]+)(?=_|$)")


def left_out() -> dict[str, str]:
    """The rules that the model leaves out, each with the reason."""
    found: dict[str, str] = tomllib.loads(Path(__file__).with_name("rules.toml").read_text())
    return found


def cited(text: str) -> set[str]:
    """The rules that a text names: `S32`, `K21.5`, `S27 to S31`."""
    found = set()
    for letter, first, other, last in _UPPER.findall(text):
        end = int(last) if last and other in ("", letter) else int(first)
        found |= {f"{letter}{n}" for n in range(int(first), end + 1)}
    return found


def pinned() -> dict[str, list[str]]:
    """The tests of each rule, as file::name, those that cite fewer rules first."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.name == "test_rules.py":
            continue
        source = path.read_text()
        lines = source.splitlines()
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef):
                continue
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            rules = cited("\n".join(lines[first - 1 : node.end_lineno]))
            rules |= {f"{a}{n}".upper() for a, n in _LOWER.findall(node.name)}
            name = f"{path.relative_to(TESTS)}::{node.name}"
            for rule in rules:
                found[rule].append((len(rules), name))
    return {rule: [name for _, name in sorted(tests)] for rule, tests in found.items()}


def page() -> str:
    """The page: a table for each section."""
    tests, without = pinned(), left_out()
    known = [f"{letter}{n}" for letter, (_, numbers) in SECTIONS.items() for n in numbers]
    held = [r for r in known if r in tests]
    parts = [
        "# Rules and their tests",
        "Kubernetes' behaviour is written down in numbered rules; decisions, explanations and tests cite "
        "them. This page says which tests pin which rule. It is made by "
        "`python -m tests.conformance.rules`.",
        f"Of {len(known)} rules {len(held)} are tested and {len(without)} left out.",
        "Beyond these, 63 recorded traces of a real control plane are replayed step by step "
        "(`python -m tests.conformance.replay tests/conformance/traces/*.json`), and 77 recorded requests "
        "are answered as a real API server did (`python -m tests.conformance.errors "
        "tests/conformance/errors.json`).",
    ]
    if MUTANTS.exists():
        parts.append(MUTANTS.read_text().strip())
    for letter, (title, numbers) in SECTIONS.items():
        rows = ["| Rule | Tests |", "| --- | --- |"]
        for rule in (f"{letter}{n}" for n in numbers):
            names = [f"`{name}`" for name in tests.get(rule, ())[:SHOWN]]
            more = len(tests.get(rule, ())) - SHOWN
            text = "<br>".join([*names, *([f"and {more} more"] if more > 0 else [])])
            if rule in without:
                text = f"*left out: {without[rule]}*" + (f"<br>{text}" if text else "")
            rows.append(f"| {rule} | {text} |")
        parts.append(f"## {title}\n\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


MUTANTS = Path(__file__).with_name("mutants.md")


def main() -> int:
    """Write the page; with --check, only say whether it is up to date."""
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text() != page())
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
