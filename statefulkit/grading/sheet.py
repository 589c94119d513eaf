"""A student's answers: YAML in cells that start with `%%answer name`."""

from __future__ import annotations

from string import Template
from typing import Any

import yaml

from statefulkit.grading.checks import HOW, NotYet
from statefulkit.grading.variant import REFERENCE, Variant, variant

LONGEST = 50_000
_sheet: dict[str, Any] = {"assignment": "", "student": "", "secret": "", "texts": {}}


def open_sheet(assignment: str, student: str, secret: str, texts: dict[str, str]) -> None:
    """Lay out the answers to be checked: the source of each answer's cell, by its name."""
    _sheet.update(assignment=assignment, student=student, secret=secret)
    _sheet["texts"] = {name: body(text) for name, text in texts.items()}


def start(assignment: str) -> None:
    """Begin an assignment in a notebook: makes the cell magic `%%answer`."""
    from IPython.core.getipython import get_ipython

    open_sheet(assignment, "", "", {})
    shell: Any = get_ipython()
    if shell is not None:
        shell.register_magic_function(_hear, "cell", "answer")


def _hear(line: str, cell: str) -> None:
    _sheet["texts"][line.strip()] = cell
    if line.strip() == "student":
        _sheet["student"] = str(answer("student")).strip()
        print("Your variant:")
        shown = {name: value for name, value in personal().items() if name.islower()}
        print("\n".join(f"  {name}: {value}" for name, value in shown.items()))
        return
    answer(line.strip())
    print(f"Noted: {line.strip()}")


def body(source: str) -> str:
    """What stands in an answer's cell below its first line."""
    first, _, rest = source.partition("\n")
    return rest if first.startswith("%%") else source


def filled(text: str, v: Variant) -> str:
    """A reference solution with the values of a variant, and what the model says, in its places."""
    ordinals = range(v["members"] if "members" in v else v["replicas"])
    pods = [f"{v['set']}-{n}" for n in ordinals]
    lists = {"PODS": pods, "CLAIMS": [f"{v.get('claim')}-{pod}" for pod in pods]}
    values = {k: str(x) for k, x in v.items()} | {k: f"[{', '.join(x)}]" for k, x in lists.items()}
    counts = {"LAST": pods[-1], "READY": f"{len(pods) - 1}", "AWAY": f"{len(pods) // 2}"}
    return Template(text).safe_substitute(values | counts)


def personal() -> Variant:
    """The values of this student's variant.

    Raises:
        NotYet: where the student has not said who they are.
    """
    if not _sheet["student"]:
        raise NotYet("your id in the first answer cell", "it is not there, or not run", HOW)
    return variant(_sheet["student"], _sheet["assignment"], _sheet["secret"])


def answer(name: str) -> Any:
    """An answer as data: text, number, list or mapping; a manifest of several documents as a list.

    Raises:
        NotYet: where there is none, or it is not YAML.
    """
    text = _sheet["texts"].get(name, "")
    if _sheet["student"] == REFERENCE:
        text = filled(text, personal())
    if len(text) > LONGEST:
        raise NotYet("a short answer", f"it has {len(text)} characters", HOW)
    try:
        if any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(text)):
            raise NotYet("an answer without aliases (*name)", f"{name} has one", HOW)
        found = [d for d in yaml.safe_load_all(text) if d is not None]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = f"{error}".replace('"<unicode string>"', "your answer")
        raise NotYet("an answer in YAML", f"{name} is not YAML: {why}", HOW) from None
    if not found:
        raise NotYet("an answer", f"there is none yet to {name}", HOW)
    return found[0] if len(found) == 1 else found
