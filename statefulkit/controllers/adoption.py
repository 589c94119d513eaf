"""Whose Pods are they: adopt orphans that belong here, release what no longer does (S24, S25)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from statefulkit.api import selectors
from statefulkit.controllers.pods import owner_reference
from statefulkit.decisions import Decision, Update
from statefulkit.store import Object, View

Test = Callable[[Object], bool]


def release(
    view: View,
    owner: Object,
    is_member: Test,
    members: int,
    kind: str = "Pod",
    among: Test = lambda _: True,
) -> list[Decision]:
    """Let go of what the owner's selector no longer matches or what is none of its members.

    `members` is how many of its Pods pass `is_member`: where all do and all have the selector's
    labels, there is nothing to look for. Only those `among` which it looks can go; an owner that
    is being deleted keeps what it has.
    """
    if owner.metadata.deletionTimestamp is not None:
        return []
    uid, selector = owner.metadata.uid, owner.spec.selector
    labels = (selector.matchLabels or {}).items()
    total = view.count_owned(uid, kind)
    alike = members == total and all(view.count_owned(uid, kind, *kv) == total for kv in labels)
    if alike and not selector.matchExpressions:
        return []
    found: list[Decision] = []
    for pod in view.owned(uid, kind):
        matches = selectors.matches(selector, pod.metadata.labels or {})
        if not (matches and is_member(pod)) and among(pod):
            refs = [r for r in pod.metadata.ownerReferences if r.uid != uid]
            meta = replace(pod.metadata, ownerReferences=refs or None)
            text = f"releases {pod.metadata.name}: its labels no longer match"
            found.append(Update(replace(pod, metadata=meta), text, "S24"))
    return found


def adopt(view: View, owner: Object, kind: str, is_member: Test, rule: str) -> list[Decision]:
    """Take in the objects of a kind that nobody controls and that match the owner's selector."""
    if owner.metadata.deletionTimestamp is not None:
        return []
    found: list[Decision] = []
    for orphan in view.orphans(kind, owner.metadata.namespace):
        meta = orphan.metadata
        if (
            meta.deletionTimestamp is None
            and selectors.matches(owner.spec.selector, meta.labels or {})
            and is_member(orphan)
        ):
            refs = [*(meta.ownerReferences or ()), owner_reference(owner)]
            text = f"adopts {meta.name}, which nobody owns"
            adopted = replace(orphan, metadata=replace(meta, ownerReferences=refs))
            found.append(Update(adopted, text, rule))
    return found
