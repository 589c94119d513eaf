"""ControllerRevisions: the history of a set's Pod template (S44 to S49)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from lightkube.models.core_v1 import PodTemplateSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import ControllerRevision
from msgspec.structs import replace

from statefulkit.controllers.pods import owner_reference
from statefulkit.decisions import Create, Decision, Delete, Update
from statefulkit.memo import by_identity
from statefulkit.store import Object, View, key_of

HASH_LABEL = "controller.kubernetes.io/hash"
_SAFE_DIGITS = str.maketrans("0123456789", "456789bcdf")


@dataclass(frozen=True, slots=True)
class Revisions:
    """The outcome of step A: which revision is current, which is wanted, and what that took.

    `history` are those that were there before, oldest first.
    """

    history: list[Object]
    current: Object
    update: Object
    collisions: int
    decisions: list[Decision]


def owned_revisions(view: View, sts: Object) -> list[Object]:
    """The set's revisions, oldest number first."""
    found = view.owned(sts.metadata.uid, "ControllerRevision")
    return sorted(found, key=lambda r: (r.revision, r.metadata.name))


@by_identity
def template_of(rev: Object) -> PodTemplateSpec:
    """The Pod template that a revision keeps (S44)."""
    return cast(PodTemplateSpec, PodTemplateSpec.from_dict(rev.data["spec"]["template"]))


def hashed(data: dict[str, Any], collisions: int) -> str:
    """FNV-1 (32 bit) over the data and the collision count, in the letters 456789bcdf (S45)."""
    value = 0x811C9DC5
    for byte in (json.dumps(data, sort_keys=True) + str(collisions)).encode():
        value = (value * 0x01000193 & 0xFFFFFFFF) ^ byte
    return str(value).translate(_SAFE_DIGITS)


def choose(view: View, sts: Object) -> Revisions:
    """Step A: the current revision and the one that today's template asks for (S27, S47)."""
    history = owned_revisions(view, sts)
    data = _data(sts.spec.template)
    collisions = (sts.status and sts.status.collisionCount) or 0
    number = history[-1].revision + 1 if history else 1
    equal = [r for r in history if _is_same(r.data, data)]
    decisions: list[Decision] = []
    if equal and equal[-1] is history[-1]:
        update = equal[-1]
    elif equal:
        update = replace(equal[-1], revision=number)
        decisions.append(
            Update(update, f"uses revision {update.metadata.name} again, as number {number}", "S47")
        )
    else:
        update, collisions = _new(view, sts, data, number, collisions)
        text = f"keeps the Pod template as revision {update.metadata.name}, number {number}"
        decisions.append(Create(update, text, "S46"))
    wanted = sts.status and sts.status.currentRevision
    current = next((r for r in history if r.metadata.name == wanted), update)
    if current.metadata.name == update.metadata.name:
        current = update
    return Revisions(history, current, update, collisions, decisions)


@by_identity
def _data(template: PodTemplateSpec) -> dict[str, Any]:
    """What a revision keeps of a template (S44)."""
    return {"spec": {"template": template.to_dict() | {"$patch": "replace"}}}


@by_identity
def _is_same(data: dict[str, Any], other: dict[str, Any]) -> bool:
    return data == other


def _new(
    view: View, sts: Object, data: dict[str, Any], number: int, collisions: int
) -> tuple[Object, int]:
    while True:
        suffix = hashed(data, collisions)
        name = f"{sts.metadata.name[:223]}-{suffix}"
        taken = view.find("ControllerRevision", sts.metadata.namespace, name)
        if taken is None or taken.data == data:
            break
        collisions += 1
    labels = dict((sts.spec.template.metadata and sts.spec.template.metadata.labels) or {})
    meta = ObjectMeta(
        name=name,
        namespace=sts.metadata.namespace,
        labels=labels | {HASH_LABEL: suffix},
        annotations=dict(sts.metadata.annotations or {}) or None,
        ownerReferences=[owner_reference(sts)],
    )
    rev = ControllerRevision(
        apiVersion="apps/v1", kind="ControllerRevision", metadata=meta, revision=number, data=data
    )
    return rev, collisions


def truncate(view: View, sts: Object, chosen: Revisions) -> list[Decision]:
    """Delete the oldest revisions that nothing uses, beyond the history limit (S49)."""
    uid, live = sts.metadata.uid, {chosen.current.metadata.name, chosen.update.metadata.name}
    idle = [
        r
        for r in chosen.history
        if r.metadata.name not in live and not view.made(uid, sts.metadata.name, r.metadata.name)
    ]
    limit = sts.spec.revisionHistoryLimit
    surplus = idle[: max(0, len(idle) - limit)] if limit is not None and limit >= 0 else []
    return [
        Delete(key_of(r), f"drops revision {r.metadata.name}: history limit {limit}", "S49")
        for r in surplus
    ]
