"""The store's index: which objects share a kind, an owner, a label, a node.

Kept up to date as objects are written, so that a controller asks and never scans. A term is a
tuple of words; the index maps it to its members: the keys of the objects that it holds for, or, for
the term `seats`, ordinals.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from immutables import Map

from statefulkit.memo import by_identity

Object = Any
Term = tuple[str, ...]
Index = Map[Term, Map[Any, None]]

_SEAT = re.compile(r"(.*)-(0|[1-9][0-9]*)")


class Key(NamedTuple):
    """What identifies an object: kind, namespace (empty where the kind has none) and name."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.lower()}/{self.name}"


def key_of(obj: Object) -> Key:
    """The key of an object."""
    return Key(obj.kind, obj.metadata.namespace or "", obj.metadata.name)


def reindexed(index: Index, old: Object | None, new: Object | None) -> Index:
    """The index after an object has changed from `old` to `new` (None: absent)."""
    before = _entries(old) if old is not None else frozenset()
    after = _entries(new) if new is not None else frozenset()
    if before == after:
        return index
    edit = index.mutate()
    for term, member in before - after:
        left = edit[term].delete(member)
        if left:
            edit[term] = left
        else:
            del edit[term]
    for term, member in after - before:
        edit[term] = edit.get(term, Map()).set(member, None)
    return edit.finish()


@by_identity
def _entries(obj: Object) -> frozenset[tuple[Term, Hashable]]:
    """What the index keeps of an object: pairs of a term and the member that it gets."""
    key = key_of(obj)
    kind, namespace, _ = key
    meta = obj.metadata
    labels = (meta.labels or {}).items()
    terms: list[Term] = [("kind", kind), ("kind", kind, namespace)]
    terms += [("label", kind, namespace, k, v) for k, v in labels]
    controlled = False
    for ref in meta.ownerReferences or ():
        controlled = controlled or bool(ref.controller)
        terms.append(("owner", ref.uid, kind))
        terms += [("owner", ref.uid, kind, k, v) for k, v in labels]
    if meta.ownerReferences:
        terms.append(("owned", kind, namespace))
    if not controlled:
        terms.append(("orphan", kind, namespace))
    if kind == "Pod":
        terms += _of_pod(obj)
    elif kind == "PersistentVolume":
        ref = obj.spec.claimRef
        terms.append(("claimed", ref.namespace, ref.name) if ref else ("unclaimed",))
    elif kind == "VolumeAttachment":
        terms.append(("volume", obj.spec.source.persistentVolumeName))
        terms.append(("attached", obj.spec.nodeName))
    elif kind == "Event":
        about = obj.involvedObject
        terms.append(("about", about.kind, about.namespace or "", about.name))
    return frozenset([*((term, key) for term in terms), *_seats(obj)])


def _of_pod(pod: Object) -> Iterator[Term]:
    node, owners = pod.spec.nodeName, pod.metadata.ownerReferences or ()
    if node:
        yield "node", node
        for ref in owners:
            yield "node", node, ref.uid
    if pod.status is not None and pod.status.podIP:
        yield "address", pod.status.podIP
    for volume in pod.spec.volumes or ():
        if volume.persistentVolumeClaim:
            yield "claim", pod.metadata.namespace, volume.persistentVolumeClaim.claimName
    if not _is_healthy(pod):
        for ref in owners:
            yield "unhealthy", ref.uid


def _is_healthy(pod: Object) -> bool:
    status = pod.status
    if status is None or status.phase != "Running" or pod.metadata.deletionTimestamp is not None:
        return False
    return any(c.type == "Ready" and c.status == "True" for c in status.conditions or ())


def _seats(obj: Object) -> Iterator[tuple[Term, int]]:
    """The ordinal of a Pod in each set that owns it: `web-2` has seat 2 of `web` (S18).

    It is under `named`, too, where the label says the same name, and under `mounted` for each volume
    that is the claim of that name.
    """
    meta = obj.metadata
    found = _SEAT.fullmatch(meta.name) if obj.kind == "Pod" else None
    if found is None:
        return
    for ref in meta.ownerReferences or ():
        yield ("seats", ref.uid, found[1]), int(found[2])
        if (meta.labels or {}).get("statefulset.kubernetes.io/pod-name") == meta.name:
            yield ("named", ref.uid), int(found[2])
        for volume in obj.spec.volumes or ():
            claim = volume.persistentVolumeClaim
            if claim and claim.claimName == f"{volume.name}-{meta.name}":
                yield ("mounted", ref.uid, volume.name), int(found[2])
