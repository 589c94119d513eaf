"""Personal variants: an assignment's names, numbers and faults follow from the student's id."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from statefulkit.grading.scripts import Fault

Variant = dict[str, Any]
REFERENCE = "instructor"  # the id whose answers are templates: `$set` stands for its value
ASSIGNMENTS = ("identity-and-dns", "storage", "rolling-update", "quorum-store")
_SETS = ("ledger", "basket", "orders", "stock", "badges", "scores", "trips", "parcels", "notes")
_SERVICES = ("peers", "ring", "crew", "inner", "members", "circle", "nodes", "herd", "flock")
_CLAIMS = ("disk", "files", "pages", "log", "vault", "shelf", "journal")
_NAMESPACES = ("shop", "bank", "school", "library", "clinic", "harbour")


def variant(student: str, assignment: str, secret: str = "") -> Variant:
    """The values for one student, the same each time; those in capitals follow from `secret` too.

    Raises:
        ValueError: for another assignment.
    """
    if assignment not in ASSIGNMENTS:
        raise ValueError(f"no assignment {assignment!r}; there are {', '.join(ASSIGNMENTS)}")
    shown, hidden = _dice(student, assignment), _dice(student, assignment, secret)
    name = f"{shown.choice(_SETS)}{shown.randint(10, 99)}"
    found: Variant = {"set": name, "service": shown.choice(_SERVICES)}
    return found | _MAKERS[assignment](name, found["service"], shown, hidden)


def _dice(*words: str) -> random.Random:
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()
    return random.Random(digest)


def _identity(name: str, service: str, shown: random.Random, hidden: random.Random) -> Variant:
    replicas = shown.randint(3, 5)
    return {
        "namespace": shown.choice(_NAMESPACES),
        "replicas": replicas,
        "pod": f"{name}-{shown.randrange(1, replicas)}",
        "UNREADY": f"{name}-{hidden.randrange(replicas)}",
    }


def _storage(name: str, service: str, shown: random.Random, hidden: random.Random) -> Variant:
    replicas = shown.randint(3, 5)
    policies = [("Delete", "Retain"), ("Retain", "Delete"), ("Delete", "Delete")]
    scaled, deleted = shown.choice(policies)
    return {
        "claim": shown.choice(_CLAIMS),
        "replicas": replicas,
        "fewer": shown.randrange(1, replicas),
        "size": f"{shown.randint(2, 9)}Gi",
        "when_scaled": scaled,
        "when_deleted": deleted,
        "FEWER": hidden.randrange(1, replicas),
    }


def _rolling(name: str, service: str, shown: random.Random, hidden: random.Random) -> Variant:
    old, new = shown.randint(10, 40), shown.randint(41, 90)
    return {
        "replicas": shown.randint(3, 5),
        "old": f"1.{old}",
        "broken": f"1.{new}-broken",
        "wanted": f"1.{new}.1",
    }


def _quorum(name: str, service: str, shown: random.Random, hidden: random.Random) -> Variant:
    members = shown.choice((3, 5))

    def any_pod() -> str:
        return f"{name}-{hidden.randrange(members)}"

    return {
        "members": members,
        "KILL": [Fault("kill", name, any_pod()), Fault("kill", name, any_pod())],
        "NODE": [Fault("node", name, any_pod())],
        "SCALE": [
            Fault("scale", name, str(members + hidden.randint(1, 2))),
            Fault("scale", name, str(members)),
        ],
        "UPDATE": [Fault("image", name, f"quorum:1.{hidden.randint(1, 9)}")],
        "ALL": [Fault("all", name)],
    }


_MAKERS = {
    "identity-and-dns": _identity,
    "storage": _storage,
    "rolling-update": _rolling,
    "quorum-store": _quorum,
}
