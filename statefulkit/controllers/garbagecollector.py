"""The garbage collector: dependents follow their owners (S42)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from statefulkit.apiserver import FOREGROUND, ORPHAN
from statefulkit.decisions import Decision, Delete, Update
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "garbage-collector"

_DEPENDENTS = ("ReplicaSet", "Pod", "PersistentVolumeClaim", "ControllerRevision", "EndpointSlice")


def plan(view: View, key: Key) -> list[Decision]:
    """Delete the object at `key` if it has no owner left; let go of what its deletion holds."""
    obj = view.find(*key)
    if obj is None:
        return []
    finalizers = obj.metadata.finalizers or ()
    if obj.metadata.deletionTimestamp is not None:
        if ORPHAN in finalizers:
            return _orphan(view, obj)
        if FOREGROUND in finalizers:
            return _foreground(view, obj)
        return []
    owners = obj.metadata.ownerReferences or ()
    left = [ref for ref in owners if _stays(view, key.namespace, ref)]
    if left and len(left) < len(owners):
        text = f"drops from {key.name} the owners that go: {_named(owners, left)}"
        meta = replace(obj.metadata, ownerReferences=left)
        return [Update(replace(obj, metadata=meta), text, "S42")]
    if owners and not any(_exists(view, key.namespace, ref) for ref in owners):
        gone = _named(owners, left)
        return [Delete(key, f"deletes {key.name}: its owner {gone} is gone", "S42")]
    return []


def _named(owners: Iterable[Object], but: list[Object]) -> str:
    return ", ".join(f"{ref.kind} {ref.name}" for ref in owners if ref not in but)


def _concerns(view: View, record: Record) -> bool:
    """Whether the object may have to go: it is being deleted, or an owner is not there."""
    meta = record.after.metadata
    if meta.deletionTimestamp is not None:
        return bool(meta.finalizers)
    return any(not _stays(view, record.key.namespace, ref) for ref in meta.ownerReferences or ())


def _owner(view: View, namespace: str, ref: Object) -> Object | None:
    owner = view.find(ref.kind, namespace, ref.name) or view.find(ref.kind, "", ref.name)
    return owner if owner is not None and owner.metadata.uid == ref.uid else None


def _exists(view: View, namespace: str, ref: Object) -> bool:
    return _owner(view, namespace, ref) is not None


def _stays(view: View, namespace: str, ref: Object) -> bool:
    """Whether an owner is there and does not wait for its dependents to go."""
    owner = _owner(view, namespace, ref)
    if owner is None:
        return False
    goes = owner.metadata.deletionTimestamp is not None
    return not (goes and FOREGROUND in (owner.metadata.finalizers or ()))


def _dependents(view: View, owner: Object) -> list[Object]:
    return [d for kind in _DEPENDENTS for d in view.owned(owner.metadata.uid, kind)]


def _orphan(view: View, owner: Object) -> list[Decision]:
    name = owner.metadata.name
    decisions: list[Decision] = []
    for dependent in _dependents(view, owner):
        refs = [r for r in dependent.metadata.ownerReferences if r.uid != owner.metadata.uid]
        meta = replace(dependent.metadata, ownerReferences=refs or None)
        text = f"makes {dependent.metadata.name} an orphan: {name} is deleted without it"
        decisions.append(Update(replace(dependent, metadata=meta), text, "S42"))
    return [*decisions, _without(owner, ORPHAN, f"lets {name} go: its dependents are orphans")]


def _foreground(view: View, owner: Object) -> list[Decision]:
    blocking = _blocking(view, owner)
    if not blocking:
        name = owner.metadata.name
        return [_without(owner, FOREGROUND, f"lets {name} go: its dependents are gone")]
    decisions: list[Decision] = []
    for dependent in blocking:
        meta = dependent.metadata
        stays = any(_stays(view, meta.namespace or "", ref) for ref in meta.ownerReferences)
        if meta.deletionTimestamp is None and not stays:  # one with another owner lets go by itself
            decisions += _before(view, dependent)
    return decisions


def _blocking(view: View, owner: Object) -> list[Object]:
    """The dependents that hold up an owner's foreground deletion."""
    return [
        d
        for d in _dependents(view, owner)
        if any(
            r.uid == owner.metadata.uid and r.blockOwnerDeletion for r in d.metadata.ownerReferences
        )
    ]


def _before(view: View, obj: Object) -> list[Decision]:
    """Delete an object before its owner; in the foreground, too, where others hold it up."""
    name, decisions = obj.metadata.name, []
    if _blocking(view, obj):
        meta = replace(obj.metadata, finalizers=[*(obj.metadata.finalizers or ()), FOREGROUND])
        text = f"lets {name} wait for its own dependents: foreground"
        decisions.append(Update(replace(obj, metadata=meta), text, "S42"))
    return [*decisions, Delete(key_of(obj), f"deletes {name} before its owner: foreground", "S42")]


def _without(obj: Object, finalizer: str, reason: str) -> Update:
    left = [f for f in obj.metadata.finalizers if f != finalizer]
    meta = replace(obj.metadata, finalizers=left or None)
    return Update(replace(obj, metadata=meta), reason, "S42")


def _watch(view: View, record: Record) -> Iterable[Key]:
    if record.verb == "status" or record.before is record.after:
        return  # neither owners nor finalizers have changed
    obj = record.after or record.before
    if record.after is None or obj.metadata.deletionTimestamp is not None:
        yield from (key_of(d) for d in _dependents(view, obj))
    if record.after is not None and _concerns(view, record):
        yield record.key
    kept = (record.after and record.after.metadata.ownerReferences) or ()
    for ref in (record.before and record.before.metadata.ownerReferences) or ():
        if ref not in kept:  # an owner in foreground deletion may have waited for this one
            yield Key(ref.kind, record.key.namespace, ref.name)


WATCHES = dict.fromkeys(("StatefulSet", "Deployment", "Service", "Node", *_DEPENDENTS), _watch)
