"""The picture in docs/architecture.md is what the imports say, and no import goes in a circle."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "statefulkit"
PAGE = (ROOT / "docs" / "architecture.md").read_text()
PICTURE = PAGE.partition("```mermaid\n")[2].partition("```")[0]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
FACE = "statefulkit"  # its __init__ hands out what is below


def imported(path: Path) -> set[str]:
    """The package's modules that one of them imports, wherever in its text."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FACE):
            names = {f"{node.module}.{each.name}" for each in node.names}
            found |= (names & MODULES.keys()) or {node.module or ""}
    return found


def boxes() -> dict[str, str]:
    """The box of each module: that in whose first line its file or its folder is named."""
    found = {}
    for box, first in re.findall(r"(\w+)\[([^\]<]+)", PICTURE):
        for name in re.findall(r"(\w+)(?:/|\.py)", first):
            found |= {m: box for m in MODULES if m.split(".")[1:2] == [name]}
    return found


def below() -> dict[str, set[str]]:
    """The boxes that can be reached from each box along the arrows."""
    arrows: dict[str, set[str]] = {}
    for line in re.sub(r"\[[^\]]*\]|\|[^|]*\|", "", PICTURE).splitlines()[1:]:
        start, arrow, end = line.split()
        arrows.setdefault(start, set()).add(end)
        if arrow == "<-->":
            arrows.setdefault(end, set()).add(start)
    reached = {box: {box} for box in {*arrows, *(e for ends in arrows.values() for e in ends)}}
    for _ in reached:
        for ends in reached.values():
            ends |= {end for box in set(ends) for end in arrows.get(box, ())}
    return reached


def test_each_module_has_a_box() -> None:
    assert MODULES.keys() - boxes().keys() == {FACE}


def test_imports_go_along_the_arrows() -> None:
    box_of, reached = boxes() | {FACE: "C"}, below()
    against = {
        f"{module} imports {other}"
        for module in MODULES.keys() - {FACE}
        for other in imported(MODULES[module])
        if box_of[other] not in reached[box_of[module]]
    }
    assert against == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {module: imported(path) for module, path in MODULES.items() if module != FACE}
    TopologicalSorter(graph).prepare()  # it refuses circles
