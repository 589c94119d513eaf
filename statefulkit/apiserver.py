"""The API server's part: default, validate, admit, store. Every write in the model ends here.

Functions from a State to a State; a refusal raises a StatusError and leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from immutables import Map
from lightkube.models.core_v1 import PodCondition, Toleration
from msgspec import Struct
from msgspec.structs import replace

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
from statefulkit.api.validation import validate
from statefulkit.quantity import number
from statefulkit.store import Key, Object, State, View, key_of, timestamp

PVC_PROTECTION = "kubernetes.io/pvc-protection"
PV_PROTECTION = "kubernetes.io/pv-protection"
FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
LONGEST_PREFIX = 58  # of a name that the server makes: 63 with its five letters
MOST_REPLICAS = 10_000  # of one set
EVICTION_SECONDS = 300  # P26: how long a Pod tolerates a lost node

_WITHOUT_GENERATION = {"Event", "ConfigMap", "Secret", "Namespace", "Node", "Service",
                       "PersistentVolume", "PersistentVolumeClaim", "EndpointSlice",
                       "ControllerRevision", "StorageClass", "VolumeAttachment"}  # fmt: skip

_FIRST_STATUS: dict[str, dict[str, Any]] = {
    "Pod": {"phase": "Pending", "qosClass": "BestEffort"},
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
        Forbidden: for more replicas than the model holds.
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
    _refuse_crowd(kind, doc)
    if kind.name in _FIRST_STATUS:
        doc["status"] = _FIRST_STATUS[kind.name]
    return kind.type.from_dict(doc)


def _created(state: State, new: Object, who: Who) -> State:
    key = key_of(new)
    if key.namespace and state.objects.get(Key("Namespace", "", key.namespace)) is None:
        raise NotFound.of(kind_of("Namespace"), key.namespace)
    if key in state.objects:
        raise AlreadyExists.of(kind_of(key.kind), key.name)
    view = View(state)
    served = replace(
        new.metadata,
        uid=str(UUID(int=view.random("uid").getrandbits(128), version=4)),
        resourceVersion=str(state.version + 1),
        creationTimestamp=timestamp(state.time),
        generation=None if key.kind in _WITHOUT_GENERATION else 1,
        deletionTimestamp=None,
        deletionGracePeriodSeconds=None,
    )
    new = replace(new, metadata=served)
    admit = _ADMIT.get(key.kind)
    if admit:
        new = admit(view, new)
    return _stored(state, key, new, "create", who)


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
    doc = default(doc, View(state).gates)
    if causes := validate(doc, old.to_dict()):
        raise Invalid.of(kind, key.name, causes)
    _refuse_crowd(kind, doc)
    new = kind.type.from_dict(doc)
    if key.kind == "Service":
        new = _admit_service(View(state), _with_address(old, new))
    if key.kind == "PersistentVolumeClaim" and (why_not := _resize_refused(View(state), old, new)):
        raise Forbidden(f'{kind.resource} "{key.name}" is forbidden: {why_not}')
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
        new = replace(new, status=_scheduled(state, old.status))
    if new == old:
        return state
    grown = was.generation and getattr(new, "spec", None) != getattr(old, "spec", None)
    meta = replace(
        meta,
        generation=was.generation + 1 if grown else was.generation,  # S17
        resourceVersion=str(state.version + 1),
    )
    released = meta.deletionTimestamp is not None and not meta.finalizers
    if released and not meta.deletionGracePeriodSeconds:
        return _stored(state, key, None, "delete", who)
    return _stored(state, key, replace(new, metadata=meta), verb, who)


def _scheduled(state: State, status: Any) -> Any:
    """A Pod's status once it is bound: binding sets PodScheduled with the node, in one write (P3)."""
    told = PodCondition(
        type="PodScheduled", status="True", lastTransitionTime=timestamp(state.time)
    )
    others = [c for c in status.conditions or () if c.type != told.type]
    return replace(status, conditions=[*others, told])


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
    """
    old = state.objects.get(key)
    if old is None:
        raise NotFound.of(kind_of(key.kind), key.name)
    if uid is not None and old.metadata.uid != uid:
        raise Conflict.of(kind_of(key.kind), key.name, "the UID in the precondition does not match")
    meta = old.metadata
    finalizers = list(meta.finalizers or ())
    wanted = {"foreground": FOREGROUND, "orphan": ORPHAN}.get(cascade)
    if wanted and wanted not in finalizers:
        finalizers.append(wanted)
    seconds = _grace_of(old, grace) if key.kind == "Pod" else 0
    if not finalizers and seconds == 0:
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


def _refuse_crowd(kind: Any, doc: dict[str, Any]) -> None:
    """Kubernetes takes any int32 and drowns in it; the model says where it ends."""
    wanted = (doc.get("spec") or {}).get("replicas") or 0
    if wanted > MOST_REPLICAS:
        name = doc["metadata"]["name"]
        raise Forbidden(
            f'{kind.resource} "{name}" is forbidden: spec.replicas: {wanted} is more than the '
            f"{MOST_REPLICAS} that this model holds"
        )


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
    if not pod.spec.nodeName or (pod.status and pod.status.phase in ("Failed", "Succeeded")):
        return 0
    seconds = int(pod.spec.terminationGracePeriodSeconds if grace is None else grace)
    return seconds if seconds >= 0 else 1  # a negative one counts as 1


def _generated(state: State, meta: dict[str, Any]) -> str:
    prefix = meta.get("generateName")
    return f"{prefix[:LONGEST_PREFIX]}{View(state).suffix('name', prefix)}" if prefix else ""


# -- admission: what the server and its plug-ins add to a new object ------------------------------


def _admit_pod(_: View, pod: Object) -> Object:
    tolerations = list(pod.spec.tolerations or ())
    for taint in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"):
        if not any(t.key in (taint, None) and t.effect in ("NoExecute", None) for t in tolerations):
            tolerations.append(
                Toleration(
                    key=taint,
                    effect="NoExecute",
                    operator="Exists",
                    tolerationSeconds=EVICTION_SECONDS,
                )
            )
    return replace(pod, spec=replace(pod.spec, tolerations=tolerations))


def _admit_service(view: View, service: Object) -> Object:
    spec = service.spec
    if spec.type != "ExternalName" and not spec.clusterIP:
        spec = replace(spec, clusterIP=_free_address(view), clusterIPs=None)
    if spec.clusterIP:
        spec = replace(spec, clusterIPs=[spec.clusterIP])
    return replace(service, spec=spec)


def _with_address(old: Object, new: Object) -> Object:
    """A Service that replaces one and names no address keeps that one's (X11)."""
    if new.spec.clusterIP or new.spec.type == "ExternalName":
        return new
    return replace(new, spec=replace(new.spec, clusterIP=old.spec.clusterIP))


def _free_address(view: View) -> str:
    taken = {s.spec.clusterIP for s in view.all("Service")}
    draw = view.random("clusterIP")
    while True:
        address = f"10.96.{draw.randrange(1, 256)}.{draw.randrange(1, 255)}"  # N1
        if address not in taken:
            return address


def _admit_claim(view: View, claim: Object) -> Object:
    spec = claim.spec
    if spec.storageClassName is None:
        spec = replace(spec, storageClassName=default_class(view))  # V6
    finalizers = [*(claim.metadata.finalizers or ()), PVC_PROTECTION]  # V10
    meta = replace(claim.metadata, finalizers=list(dict.fromkeys(finalizers)))
    return replace(claim, metadata=meta, spec=spec)


def default_class(view: View) -> str | None:
    """The name of the default StorageClass: the newest that is marked so (V6)."""
    marked = [
        c
        for c in view.all("StorageClass")
        if (c.metadata.annotations or {}).get(DEFAULT_CLASS) == "true"
    ]
    newest = max(marked, key=lambda c: c.metadata.creationTimestamp, default=None)
    return newest.metadata.name if newest else None


def _resize_refused(view: View, old: Object, new: Object) -> str:
    """What PersistentVolumeClaimResize says against a larger request; empty where nothing (X10)."""
    before, after = (number(c.spec.resources.requests["storage"]) for c in (old, new))
    class_ = view.find("StorageClass", "", new.spec.storageClassName or "")
    if after <= before or (class_ is not None and class_.allowVolumeExpansion):
        return ""
    return (
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the "
        "pvc must support resize"
    )


def _admit_volume(_: View, volume: Object) -> Object:
    finalizers = [*(volume.metadata.finalizers or ()), PV_PROTECTION]  # V12
    meta = replace(volume.metadata, finalizers=list(dict.fromkeys(finalizers)))
    return replace(volume, metadata=meta)


_ADMIT: dict[str, Callable[[View, Object], Object]] = {
    "Pod": _admit_pod,
    "Service": _admit_service,
    "PersistentVolumeClaim": _admit_claim,
    "PersistentVolume": _admit_volume,
}
