"""The store's index: which objects share a kind, an owner, a node, a Service.

Kept up to date as objects are written, so that a controller asks and never scans. A term is a
tuple of words; the index maps it to the keys of the objects that it holds for, by namespace and
name; the terms of a set's seats to ordinals; that of a namespace's addresses to those. Events are
found by what they are about only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

from immutables import Map

from statefulkit.addresses import address_of
from statefulkit.api.labels import POD_INDEX_LABEL, POD_NAME_LABEL, REVISION_LABEL, SERVICE_LABEL
from statefulkit.conditions import is_running_and_ready, is_terminating
from statefulkit.keys import Keys
from statefulkit.memo import by_identity
from statefulkit.ordinals import Ordinals

Object = Any  # a lightkube struct: Pod, StatefulSet, …; or None, where that is said
Term = tuple[str, ...]
Entry = tuple[Term, Any]  # a term and the key, the ordinal or the address that it gets
Index = Map[Term, Any]  # to Keys, or Ordinals

_SELECTED = {"Pod", "ReplicaSet"}  # whose owners look whether they have the selector's labels
_ADOPTED = {"Pod", "ReplicaSet", "ControllerRevision"}  # looked for where nobody owns them
_OF_ONE_POD = {POD_NAME_LABEL, POD_INDEX_LABEL}
_NO_KEYS, _NO_ORDINALS = Keys(), Ordinals()
_SEAT = re.compile(r"(.*)-(0|[1-9][0-9]*)")


class Key(NamedTuple):
    """What identifies an object: kind, namespace (empty where the kind has none) and name."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind.lower()}/{self.name}"


def key_of(obj: Object) -> Key:
    """The key of an object; mostly the same one as before, so that records share it."""
    meta = obj.metadata
    return _key(obj.kind, meta.namespace or "", meta.name)


_key = lru_cache(maxsize=8192)(Key)


def reindexed(index: Index, changes: Iterable[tuple[Object | None, Object | None]]) -> Index:
    """The index after objects have changed, each from one version to another (None: absent)."""
    edit: Any = None
    for old, new in changes:
        gone, come = _difference(old, new)
        if gone or come:
            edit = index.mutate() if edit is None else edit
            _enter(edit, gone, come)
    return index if edit is None else edit.finish()


def _difference(old: Object | None, new: Object | None) -> tuple[list[Entry], list[Entry]]:
    """The entries that go and those that come."""
    if old is None or new is None or not _lasts(old, new):
        gone = [] if old is None else [*_lasting(old), *_passing(old)]
        come = [] if new is None else [*_lasting(new), *_passing(new)]
    else:
        gone, come = _passing(old), _passing(new)
    if gone == come:
        return [], []
    if gone and come:
        gone, come = [e for e in gone if e not in come], [e for e in come if e not in gone]
    return gone, come


def _enter(edit: Any, gone: list[Entry], come: list[Entry]) -> None:
    for term, member in gone:
        left = edit[term].without(member)
        if left:
            edit[term] = left
        else:
            del edit[term]
    for term, member in come:
        nobody = _NO_ORDINALS if isinstance(member, int) else _NO_KEYS
        edit[term] = edit.get(term, nobody).adding(member)


def _lasts(old: Object, new: Object) -> bool:
    """Whether two versions share, as they mostly do, what the lasting entries come from."""
    was, meta = old.metadata, new.metadata
    return (
        was.labels is meta.labels
        and was.ownerReferences is meta.ownerReferences
        and (new.kind != "Pod" or old.spec.volumes is new.spec.volumes)
    )


def _lasting(obj: Object) -> Iterator[Entry]:
    """What follows from an object's kind, name, labels and owners, and from a Pod's volumes."""
    key, meta = key_of(obj), obj.metadata
    kind, namespace, _ = key
    if kind == "Event":
        about = obj.involvedObject
        yield ("about", about.kind, about.namespace or "", about.name), key
        return
    yield ("kind", kind), key
    yield ("kind", kind, namespace), key
    owners = meta.ownerReferences or ()
    labels = meta.labels.items() if kind in _SELECTED and meta.labels else ()
    for ref in owners:
        yield ("owner", ref.uid, kind), key
        for name, value in labels:
            if name not in _OF_ONE_POD:
                yield ("owner", ref.uid, kind, name, value), key
    if owners and kind == "PersistentVolumeClaim":
        yield ("owned", kind, namespace), key
    if kind in _ADOPTED and not any(ref.controller for ref in owners):
        yield ("orphan", kind, namespace), key
    if kind == "Pod":
        for volume in obj.spec.volumes or ():
            if volume.persistentVolumeClaim:
                yield ("claim", namespace, volume.persistentVolumeClaim.claimName), key
        yield from _seats(obj)
    if kind == "EndpointSlice":
        yield ("service", namespace, (meta.labels or {}).get(SERVICE_LABEL, "")), key


def _seats(pod: Object) -> Iterator[Entry]:
    """The ordinal of a Pod in each set that owns it: `web-2` has seat 2 of `web` (S18).

    It is under `named`, too, where the label says the same name, under `made` for the revision that
    the Pod was made from, and under `mounted` for each volume that is the claim of that name.
    """
    meta = pod.metadata
    found = _SEAT.fullmatch(meta.name)
    if found is None:
        return
    number, labels = int(found[2]), meta.labels or {}
    for ref in meta.ownerReferences or ():
        yield ("seats", ref.uid, found[1]), number
        yield ("made", ref.uid, found[1], labels.get(REVISION_LABEL, "")), number
        if labels.get(POD_NAME_LABEL) == meta.name:
            yield ("named", ref.uid), number
        for volume in pod.spec.volumes or ():
            claim = volume.persistentVolumeClaim
            if claim and claim.claimName == f"{volume.name}-{meta.name}":
                yield ("mounted", ref.uid, volume.name), number


@partial(by_identity, most=64)  # asked for when a version comes and when the next one replaces it
def _passing(obj: Object) -> list[Entry]:
    """What may change with each write: where a Pod runs and how it is, whose a volume is."""
    kind, key = obj.kind, key_of(obj)
    if kind == "Pod":
        return list(_of_pod(obj))
    if kind == "PersistentVolume":
        ref = obj.spec.claimRef
        return [(("claimed", ref.namespace, ref.name) if ref else ("unclaimed",), key)]
    if kind == "PersistentVolumeClaim":
        return [(("wants", obj.spec.volumeName or ""), key)]
    if kind == "VolumeAttachment":
        volume = obj.spec.source.persistentVolumeName
        return [(("volume", volume), key), (("attached", obj.spec.nodeName), key)]
    return []


def _of_pod(pod: Object) -> Iterator[Entry]:
    key, node, owners = key_of(pod), pod.spec.nodeName, pod.metadata.ownerReferences or ()
    if node:
        yield ("node", node), key
        for ref in owners:
            yield ("node", node, ref.uid), key
    else:
        yield ("unscheduled",), key
    if pod.status is not None and pod.status.podIP:
        yield ("address", pod.status.podIP), key
    if address := address_of(pod):
        yield ("addresses", key.namespace), address
    if is_terminating(pod) or not is_running_and_ready(pod):
        for ref in owners:
            yield ("unhealthy", ref.uid), key
