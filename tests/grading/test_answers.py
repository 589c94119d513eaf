"""What right, wrong, partial, copied and hostile answers earn; the checks run here, without nbgrader."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

import pytest

from statefulkit.grading import course, worker
from statefulkit.grading.sheet import open_sheet
from statefulkit.grading.variant import ASSIGNMENTS, variant
from tests.grading.conftest import SECRET, graded_cells, key, marks

FULL = {"identity-and-dns": 12, "storage": 14, "rolling-update": 12, "quorum-store": 16}
STUDENTS = [f"student-{n}" for n in range(46)] + ["Zoë", "o'neil", "12345", "a b"]


def total(student: str, assignment: str, answers: dict[str, str]) -> int:
    return sum(marks(student, assignment, answers).values())


def totals_of_reference(student: str) -> dict[str, int]:
    return {a: total(student, a, key(student, a)) for a in ASSIGNMENTS}


def test_reference_answers_earn_full_marks_for_fifty_students() -> None:
    assert len(set(STUDENTS)) == 50
    with ProcessPoolExecutor(2) as pool:
        found = dict(
            zip(STUDENTS, pool.map(totals_of_reference, STUDENTS, chunksize=5), strict=True)
        )
    assert {s: t for s, t in found.items() if t != FULL} == {}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.parametrize("text", [None, "", "# your answer here", "null"])
def test_blank_earns_nothing(assignment: str, text: str | None) -> None:
    names = key("ada", assignment)
    blank = {} if text is None else dict.fromkeys(names, text)
    assert total("ada", assignment, blank) == 0


# What is left when somebody else's answers are handed in: only what is the same for everybody.
COPIED = {
    "identity-and-dns": 0,
    "storage": 2,  # what happens to a deleted claim
    "rolling-update": 2,  # the number of Pods that serve: both have four
    "quorum-store": 2,  # how many may be away: both have five members
}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_another_students_answers_lose_what_is_personal(assignment: str) -> None:
    assert total("student-0", assignment, key("student-1", assignment)) <= COPIED[assignment]


def without(text: str, first: str, last: str) -> str:
    """The text without the lines from the one with `first` to the one before that with `last`."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if first in line)
    end = next(i for i, line in enumerate(lines) if last in line and i > start)
    return "\n".join(lines[:start] + lines[end:])


# assignment, answer, what is done to the reference answer, the test cells that it loses
PARTIAL = [
    ("identity-and-dns", "pods", lambda t: str(t[1:-1].split(", ")[::-1]), {"pods-test"}),
    ("identity-and-dns", "tried", lambda t: t.splitlines()[1], {"tried-test"}),
    (
        "identity-and-dns",
        "service",
        lambda t: t.replace("  publishNotReadyAddresses: true\n", ""),
        {"service-unready-test"},
    ),
    (
        "identity-and-dns",
        "service",
        lambda t: t.replace("  clusterIP: None\n", "  ports: [{port: 80}]\n").replace("name: ", "name: x"),
        {"service-test", "service-unready-test"},
    ),
    (
        "storage",
        "manifest",
        lambda t: t.replace("whenScaled: Delete", "whenScaled: X").replace(
            "whenScaled: Retain", "whenScaled: Delete"
        ).replace("whenScaled: X", "whenScaled: Retain"),
        {"manifest-scaled-test"},
    ),
    (
        "storage",
        "manifest",
        lambda t: t.replace("whenDeleted: Delete", "whenDeleted: X").replace(
            "whenDeleted: Retain", "whenDeleted: Delete"
        ).replace("whenDeleted: X", "whenDeleted: Retain"),
        {"manifest-deleted-test"},
    ),
    ("storage", "deleted", lambda _: "[Bound, old]", {"deleted-test"}),
    (
        "rolling-update",
        "forward",
        lambda t: f"{t}\n- kubectl rollout restart sts/{t.split('sts/')[1].split()[0]}",
        {"forward-few-test"},
    ),
    ("rolling-update", "back", lambda t: t.splitlines()[0], {"back-test", "back-few-test"}),
    ("quorum-store", "manifest", lambda t: without(t, "affinity:", "containers:"), {"node-test"}),
    (
        "quorum-store",
        "manifest",
        lambda t: without(t, "volumeMounts:", "volumeClaimTemplates:") .partition("  volumeClaim")[0],
        {"update-test", "data-test"},
    ),
    (
        "quorum-store",
        "manifest",
        lambda t: t.replace("  replicas:", "  updateStrategy: {type: OnDelete}\n  replicas:"),
        {"update-test"},
    ),
    (
        "quorum-store",
        "manifest",
        lambda t: t.partition("---")[2],
        {"writes-test", "kill-test", "scale-test", "update-test", "node-test", "data-test"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("assignment", "name", "change", "lost"), PARTIAL)
def test_a_partial_answer_earns_what_its_design_says(assignment, name, change, lost) -> None:
    right = key("ada", assignment)
    wrong = right | {name: change(right[name])}
    assert wrong != right
    found = marks("ada", assignment, wrong)
    assert {test for test, points in found.items() if not points} == lost


def test_variants_are_stable_and_follow_from_student_and_assignment() -> None:
    assert variant("ada", "storage") == variant("ada", "storage")
    assert variant("ada", "storage")["set"] == "ledger81"
    shown = {str(variant(s, "quorum-store")) for s in STUDENTS}
    assert len(shown) > 45


def test_hidden_faults_follow_from_the_secret_and_nothing_shown_does() -> None:
    one, two = (variant("ada", "quorum-store", secret) for secret in ("1", "2"))
    assert one["KILL"] != two["KILL"]
    assert {k: v for k, v in one.items() if k.islower()} == {
        k: v for k, v in two.items() if k.islower()
    }


def test_an_instructor_can_print_a_variant_and_its_key(capsys, monkeypatch) -> None:
    course.main(["variant", "ada", "storage"])
    printed = capsys.readouterr().out
    assert key("ada", "storage")["manifest"] in printed
    assert f"size: {variant('ada', 'storage')['size']}" in printed


# -- what data can do -----------------------------------------------------------------------------

BOMB = "a: &a [x]\n" + "".join(
    f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcde", "bcdef", strict=True)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("while True: pass", "Expected:"),
        ("[a, b", "an answer in YAML"),
        ("!!python/object/apply:os.system [ls]", "an answer in YAML"),
        (BOMB, "without aliases"),
        ("x" * 60_000, "a short answer"),
        ("[" * 5_000, "an answer in YAML"),
        ("{}", "Expected:"),
        ("\0", "an answer in YAML"),
    ],
)
@pytest.mark.parametrize("name", ["pods", "service"])
def test_odd_data_earn_nothing_and_get_a_reason(name: str, text: str, reason: str) -> None:
    source = graded_cells("identity-and-dns")[f"{name}-test"][0]
    open_sheet("identity-and-dns", "ada", SECRET, {name: text})
    passed, said = worker.outcome(source)
    assert not passed
    assert reason in said or "a list such as [a, b]" in said
    assert "<unicode string>" not in said
    assert "Traceback" not in said


FORMS = [
    ("identity-and-dns", "pods", "web-0, web-1", "a list such as [a, b]"),
    ("identity-and-dns", "fullname", "[web-0]", "one name"),
    ("rolling-update", "ready", "four", "a number"),
    ("rolling-update", "ready", "yes", "a number"),
    ("rolling-update", "back", "[]", "that all Pods of the set are Ready, with the wanted image"),
    ("storage", "manifest-runs", "kind: Pod", "a manifest that the API accepts"),
]


@pytest.mark.parametrize(("assignment", "test", "text", "expected"), FORMS)
def test_an_open_check_says_what_it_expects_what_happened_and_where_to_read(
    assignment: str, test: str, text: str, expected: str
) -> None:
    open_sheet(assignment, "ada", SECRET, {test.removesuffix("-runs"): text})
    passed, said = worker.outcome(graded_cells(assignment)[f"{test}-test"][0])
    assert not passed
    assert said.startswith(f"Expected: {expected}\nHappened: ")
    assert "\nExplained in: " in said


def test_no_open_check_gives_another_answer_away() -> None:
    shown = graded_cells("storage")["manifest-runs-test"][0]
    assert "{v['claim']}-{v['set']}" not in shown  # how claims are called is asked above


def test_a_slow_or_deadly_check_costs_itself_alone() -> None:
    tests = {
        "one": "pass",
        "slow": "while True: pass",
        "dead": "import os; os._exit(3)",
        "two": "assert answer('x') == 1",
    }
    found = worker.check("ada", "storage", "", {"x": "1"}, tests, seconds=1)
    assert {name: outcome.passed for name, outcome in found.items()} == {
        "one": True,
        "slow": False,
        "dead": False,
        "two": True,
    }
    assert "longer than 1 s" in found["slow"].text
    assert "too much time or memory" in found["dead"].text


def test_more_replicas_than_the_assignment_needs_are_refused() -> None:
    right = key("ada", "storage")
    many = right | {"manifest": right["manifest"].replace("  replicas: ", "  replicas: 9999")}
    assert marks("ada", "storage", many)["manifest-runs-test"] == 0
