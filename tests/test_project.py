"""The project's own promises: one list of dependencies, clean files, one test command."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"python-graphviz": "graphviz"}
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("notebooks/**/*.md")])
SYSTEM = {"python", "pip", "graphviz"}  # conda's graphviz is the program, not the package


def wanted() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {r.name: r for r in map(Requirement, project["dependencies"])}


def conda() -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for entry in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]:
        lines = entry["pip"] if isinstance(entry, dict) else [entry]
        for line in lines:
            if line.startswith("--editable"):
                continue
            requirement = Requirement(line)
            if requirement.name not in SYSTEM:
                found[CONDA_NAMES.get(requirement.name, requirement.name)] = requirement
    return found


def test_environment_yml_has_every_dependency_with_the_same_bounds() -> None:
    assert {n: str(r.specifier) for n, r in conda().items()} == {
        n: str(r.specifier) for n, r in wanted().items()
    }


def test_environment_yml_installs_the_project_and_graphviz() -> None:
    text = (ROOT / "environment.yml").read_text()
    assert "- --editable ." in text
    assert re.search(r"- graphviz>=", text)


def test_the_lock_file_satisfies_pyproject() -> None:
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements.lock").read_text(), re.M)
    locked: dict[str, set[str]] = {}
    for name, version in pins:
        locked.setdefault(canonicalize_name(name), set()).add(version)
    for name, requirement in wanted().items():
        assert locked[canonicalize_name(name)]
        for version in locked[canonicalize_name(name)]:
            assert requirement.specifier.contains(Version(version)), name


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    assert "exec make test\n" in (ROOT / ".ci" / "run").read_text()
    assert "make test" in (ROOT / "README.md").read_text()


def test_no_file_names_a_machine_or_an_index() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pattern = re.compile(r"(--(extra-)?index-url|--find-links)|(?<![\w.])/(root|work|home/\w+)/")
    texts = [p for p in map(ROOT.joinpath, listed) if p.suffix not in (".png",) and p.is_file()]
    found = [str(p) for p in texts if p != Path(__file__) and pattern.search(p.read_text())]
    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target
