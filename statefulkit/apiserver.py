"""The API server's part: default, validate, admit, store. Every write in the model ends here.

Functions from a State to a State; a refusal raises a StatusError and leaves no trace.
"""

from __future__ import annotations

from typing import Any

from immutables import Map
from lightkube.models.core_v1 import PodCondition
from msgspec import Struct
from msgspec.structs import replace

from statefulkit import admission
from statefulkit.api import shapes
from statefulkit.api.defaults import default
from statefulkit.api.errors import (
    AlreadyExists,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    StatusError,
    Unexpected,
)
from statefulkit.api.kinds import kind_of
from statefulkit.api.qos import qos_class
from statefulkit.api.validation import validate
from statefulkit.conditions import is_finished, with_condition
from statefulkit.store import Key, Object, State, View, key_of, timestamp

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
_IMMORTAL = ("default", "kube-public", "kube-system")
LONGEST_PREFIX = 58  # of a name that the server makes: 63 with its five letters

_WITHOUT_GENERATION = {"Event", "ConfigMap", "Secret", "Namespace", "Node", "Service",
                       "PersistentVolume", "PersistentVolumeClaim", "EndpointSlice",
                       "ControllerRevision", "StorageClass", "VolumeAttachment"}  # fmt: skip

_FIRST_STATUS: dict[str, dict[str, Any]] = {
    "Pod": {"phase": "Pending"},
    "Service": {"loadBalancer": {}},
    "PersistentVolumeClaim": {"phase": "Pending"},
    "PersistentVolume": {"phase": "Pending"},
    "StatefulSet": {"replicas": 0},
    "Deployment": {},
    "ReplicaSet": {"replicas": 0},
    "Namespace": {"phase": "Active"},
    "PodDisruptionBudget": {
        "currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0,
    },
    "VolumeAttachment": {"attached": False},
}  # fmt: skip


class Who(Struct, frozen=True, eq=False, gc=False):
    """Who writes, on whose behalf, why and by which rule: what the log keeps of each write."""

    actor: str
    reason: str
    rule: str = ""
    subject: Key | None = None


def create(state: State, doc: dict[str, Any], who: Who) -> State:
    """Store a new object, given in its JSON form.

    Raises:
        Invalid: with the causes' field paths (X rules).
        AlreadyExists: where the name is taken.
        Unexpected: where it says which version it is.
        NotFound: where the namespace does not exist.
        Forbidden: where the namespace is being deleted, and for more replicas than the model holds.
    """
    return _created(state, _accepted(state, doc), who)


def create_made(state: State, obj: Object, who: Who) -> State:
    """`create` for what a controller has made: one of many that differ in names alone (`shapes`).

    Raises:
        As `create`.
    """
    shape = shapes.shape_of(obj)
    new = shapes.known(shape, obj)
    if new is None:
        new = _accepted(state, obj.to_dict())
        shapes.learn(shape, new)
    return _created(state, new, who)


def _accepted(state: State, doc: dict[str, Any]) -> Object:
    """The object of a document, defaulted and found to be valid."""
    kind = kind_of(doc["kind"])
    doc = default(doc, View(state).gates)
    meta = doc.setdefault("metadata", {})
    if meta.get("resourceVersion"):
        raise Unexpected("resourceVersion should not be set on objects to be created")
    if kind.namespaced:
        meta.setdefault("namespace", "default")
    else:
        meta.pop("namespace", None)
    name = meta["name"] = meta.get("name") or _generated(state, meta)
    if causes := validate(doc):
        raise Invalid.of(kind, name, causes)
    admission.refuse_crowd(kind, doc)
    if kind.name in _FIRST_STATUS:
        doc["status"] = dict(_FIRST_STATUS[kind.name])
    if kind.name == "Pod":
        doc["status"]["qosClass"] = qos_class(doc["spec"])
    return kind.type.from_dict(doc)


def _created(state: State, new: Object, who: Who) -> State:
    key = key_of(new)
    if key.namespace:
        _admit_to(state, key)
    if key in state.objects:
        raise AlreadyExists.of(kind_of(key.kind), key.name)
    view = View(state)
    served = replace(
        new.metadata,
        uid=view.uid(),
        resourceVersion=str(state.version + 1),
        creationTimestamp=timestamp(state.time),
        generation=None if key.kind in _WITHOUT_GENERATION else 1,
        deletionTimestamp=None,
        deletionGracePeriodSeconds=None,
    )
    new = admission.admit(view, replace(new, metadata=served))
    return _stored(state, key, new, "create", who)


def _admit_to(state: State, key: Key) -> None:
    namespace = state.objects.get(Key("Namespace", "", key.namespace))
    if namespace is None:
        raise NotFound.of(kind_of("Namespace"), key.namespace)
    if namespace.metadata.deletionTimestamp is not None:
        raise Forbidden(
            f'{kind_of(key.kind).resource} "{key.name}" is forbidden: unable to create new content in '
            f"namespace {key.namespace} because it is being terminated"
        )


def submit(state: State, doc: dict[str, Any], who: Who, *, verb: str = "update") -> State:
    """An update from outside: defaulted and validated against the stored object, then stored.

    Raises:
        Invalid: with the causes' field paths, immutable fields among them (X1, X10, X11).
        Forbidden: where a claim's class does not let it grow (X10), and for more replicas than the
            model holds.
        BadRequest: for a document without a name.
        NotFound, Conflict: as `update`.
    """
    kind, meta = kind_of(doc["kind"]), doc["metadata"]
    if not meta.get("name"):
        raise StatusError.no_name()
    key = Key(kind.name, meta.get("namespace", "default") if kind.namespaced else "", meta["name"])
    old = _existing(state, key, meta.get("resourceVersion"))
    doc = admission.completed(default(doc, View(state).gates))
    if causes := validate(doc, old.to_dict()):
        raise Invalid.of(kind, key.name, causes)
    admission.refuse_crowd(kind, doc)
    new = admission.admit_update(View(state), old, kind.type.from_dict(doc))
    return update(state, new, who, verb=verb)


def update(state: State, obj: Object, who: Who, *, verb: str = "update") -> State:
    """Replace metadata and spec; the status stays. Nothing is written where nothing changes.

    Raises:
        NotFound: where it does not exist.
        Conflict: where `obj` is based on an older resourceVersion.
    """
    key = key_of(obj)
    old = _existing(state, key, obj.metadata.resourceVersion)
    was = old.metadata
    meta = replace(
        obj.metadata,
        uid=was.uid,
        creationTimestamp=was.creationTimestamp,
        deletionTimestamp=was.deletionTimestamp,
        deletionGracePeriodSeconds=was.deletionGracePeriodSeconds,
        resourceVersion=was.resourceVersion,
        generation=was.generation,
    )
    new = replace(obj, metadata=meta)
    if hasattr(new, "status"):
        new = replace(new, status=old.status)
    if key.kind == "Pod" and new.spec.nodeName and not old.spec.nodeName:
        new = _scheduled(state, new)
    if new == old:
        return state
    grown = was.generation and getattr(new, "spec", None) != getattr(old, "spec", None)
    meta = replace(
        meta,
        generation=was.generation + 1 if grown else was.generation,  # S17
        resourceVersion=str(state.version + 1),
    )
    released = meta.deletionTimestamp is not None and not _is_held(new)
    if released and not meta.deletionGracePeriodSeconds:
        return _stored(state, key, None, "delete", who)
    return _stored(state, key, replace(new, metadata=meta), verb, who)


def _is_held(obj: Object) -> bool:
    """Whether a finalizer keeps an object; a namespace has one in its spec."""
    spec = obj.spec if obj.kind == "Namespace" else None
    return bool(obj.metadata.finalizers or (spec and spec.finalizers))


def _scheduled(state: State, pod: Object) -> Object:
    """A Pod that is being bound: binding sets PodScheduled with the node, in one write (P3)."""
    told = PodCondition(
        type="PodScheduled", status="True", lastTransitionTime=timestamp(state.time)
    )
    return with_condition(pod, told)


def update_status(state: State, obj: Object, who: Who) -> State:
    """Replace the status alone (the status subresource)."""
    key = key_of(obj)
    old = _existing(state, key, obj.metadata.resourceVersion)
    if obj.status == old.status:
        return state
    meta = replace(old.metadata, resourceVersion=str(state.version + 1))
    return _stored(state, key, replace(old, metadata=meta, status=obj.status), "status", who)


def delete(
    state: State,
    key: Key,
    who: Who,
    *,
    grace: int | None = None,
    cascade: str = "background",
    uid: str | None = None,
) -> State:
    """Delete an object as the API does: at once, gracefully, or when its finalizers are done.

    A Pod on a node gets its grace period (P11, P15); one without a node or already finished goes
    at once (P13). `cascade` is background, foreground or orphan (S42).

    Raises:
        NotFound: where it does not exist.
        Conflict: where `uid` is not the object's.
        Forbidden: for a namespace that every cluster has.
    """
    old = state.objects.get(key)
    if old is None:
        raise NotFound.of(kind_of(key.kind), key.name)
    if key.kind == "Namespace" and key.name in _IMMORTAL:
        raise Forbidden(f'namespaces "{key.name}" is forbidden: this namespace may not be deleted')
    if uid is not None and old.metadata.uid != uid:
        raise Conflict.of(kind_of(key.kind), key.name, "the UID in the precondition does not match")
    meta = old.metadata
    finalizers = list(meta.finalizers or ())
    wanted = {"foreground": FOREGROUND, "orphan": ORPHAN}.get(cascade)
    if wanted and wanted not in finalizers:
        finalizers.append(wanted)
    seconds = _grace_of(old, grace) if key.kind == "Pod" else 0
    if not finalizers and not _is_held(old) and seconds == 0:
        return _stored(_leave_behind(state, old), key, None, "delete", who)
    left = meta.deletionGracePeriodSeconds
    again = meta.deletionTimestamp is not None and finalizers == (meta.finalizers or [])
    if again and (left is None or seconds >= left):
        return state
    new = replace(
        meta,
        finalizers=finalizers or None,
        deletionTimestamp=timestamp(state.time + seconds),
        deletionGracePeriodSeconds=seconds,
        generation=meta.generation + 1 if meta.generation else None,
        resourceVersion=str(state.version + 1),
    )
    return _stored(state, key, replace(old, metadata=new), "delete", who)


def _leave_behind(state: State, pod: Object) -> State:
    """The processes of a Pod whose object goes before its kubelet has stopped them (P14).

    `("left behind",)` → Map of uid to the Pod's last version: the kubelet will find them.
    """
    uid = pod.metadata.uid
    if ("kubelet", uid) not in state.runtime:
        return state
    others: Map[str, Object] = state.runtime.get(("left behind",), Map())
    return state.remember(("left behind",), others.set(uid, pod))


def _stored(state: State, key: Key, new: Object | None, verb: str, who: Who) -> State:
    return state.written(who.actor, verb, key, who.reason, who.rule, who.subject, new)


def _existing(state: State, key: Key, version: str | None) -> Object:
    kind = kind_of(key.kind)
    old = state.objects.get(key)
    if old is None:
        raise NotFound.of(kind, key.name)
    if version and version != old.metadata.resourceVersion:
        raise Conflict.of(kind, key.name)
    return old


def _grace_of(pod: Object, grace: int | None) -> int:
    if grace is not None and grace < 0:
        grace = None  # kubectl ignores it
    if not pod.spec.nodeName or is_finished(pod):
        return 0
    seconds = int(pod.spec.terminationGracePeriodSeconds if grace is None else grace)
    return seconds if seconds >= 0 else 1  # a negative one counts as 1


def _generated(state: State, meta: dict[str, Any]) -> str:
    prefix = meta.get("generateName")
    return f"{prefix[:LONGEST_PREFIX]}{View(state).suffix('name', prefix)}" if prefix else ""
