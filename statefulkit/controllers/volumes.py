"""Questions about claims and volumes: which volume fits which claim, which node reaches it (V4, V8, V17)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from posixpath import normpath

from lightkube.models.core_v1 import ObjectReference

from statefulkit.api import selectors
from statefulkit.quantity import number
from statefulkit.store import Object, View

BOUND = "pv.kubernetes.io/bind-completed"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


def claims_of(view: View, pod: Object) -> Iterator[tuple[str, Object | None]]:
    """The name of each claim that a Pod mounts, with the claim, or None where there is none."""
    for volume in pod.spec.volumes or ():
        if volume.persistentVolumeClaim:
            name = volume.persistentVolumeClaim.claimName
            yield name, view.find("PersistentVolumeClaim", pod.metadata.namespace, name)


def storage_class(view: View, claim: Object) -> Object | None:
    """The claim's StorageClass, or None where it names none or one that is not there."""
    return view.find("StorageClass", "", claim.spec.storageClassName or "")


def selected_node(claim: Object) -> str | None:
    """The node that the scheduler chose for the claim (V8)."""
    return (claim.metadata.annotations or {}).get(SELECTED_NODE)


def is_bound(claim: Object) -> bool:
    """Whether the claim was given its volume for good (V3)."""
    return bool(claim.spec.volumeName) and BOUND in (claim.metadata.annotations or {})


def waits_for_consumer(view: View, claim: Object) -> bool:
    """Whether nothing happens to the claim until a Pod needs it (V8)."""
    found = storage_class(view, claim)
    return found is not None and found.volumeBindingMode == "WaitForFirstConsumer"


def reference(claim: Object) -> ObjectReference:
    """What a volume's `claimRef` says of the claim that it is bound to (V3)."""
    return ObjectReference(
        apiVersion="v1",
        kind="PersistentVolumeClaim",
        namespace=claim.metadata.namespace,
        name=claim.metadata.name,
        uid=claim.metadata.uid,
    )


def is_for(volume: Object, claim: Object) -> bool:
    """Whether the volume is reserved for the claim: by its name, and by its UID if one is given (V4)."""
    ref, meta = volume.spec.claimRef, claim.metadata
    return (
        ref is not None
        and (ref.namespace, ref.name) == (meta.namespace, meta.name)
        and (not ref.uid or ref.uid == meta.uid)
    )


def misfit(volume: Object, claim: Object) -> str:
    """Why the volume can't serve the claim, in the words of the Event; empty where it can (V4)."""
    wanted, spec = claim.spec, volume.spec
    if number(spec.capacity["storage"]) < number(wanted.resources.requests["storage"]):
        return "requested PV is too small"
    if (spec.storageClassName or "") != (wanted.storageClassName or ""):
        return "storageClassName does not match"
    if spec.volumeMode != wanted.volumeMode:
        return "incompatible volumeMode"
    if not set(wanted.accessModes) <= set(spec.accessModes or ()):
        return "incompatible accessMode"
    return ""


def match(
    view: View,
    claim: Object,
    *,
    labels: Mapping[str, str] | None = None,
    delayed: bool = False,
    taken: Collection[str] = (),
) -> Object | None:
    """The volume for a claim: the one reserved for it, else the smallest free one that fits (V4).

    `labels` are those of a node that must reach the volume; `delayed` leaves free ones to the
    scheduler (V8); `taken` are names of volumes to pass over.
    """
    free = []
    for volume in view.volumes_for(claim.metadata.namespace, claim.metadata.name):
        meta, why_not = volume.metadata, misfit(volume, claim)
        if meta.name in taken or meta.deletionTimestamp is not None:
            continue
        near = labels is None or reaches(volume, labels)
        if is_for(volume, claim) and why_not in ("", "storageClassName does not match"):
            return volume if near else None
        wanted = claim.spec.selector
        if (
            near
            and not delayed
            and not why_not
            and volume.spec.claimRef is None
            and volume.status.phase == "Available"
            and (wanted is None or selectors.matches(wanted, meta.labels or {}))
        ):
            free.append(volume)
    by_size = sorted(free, key=lambda v: (number(v.spec.capacity["storage"]), v.metadata.name))
    return next(iter(by_size), None)


def reaches(volume: Object, labels: Mapping[str, str]) -> bool:
    """Whether a node with these labels can mount the volume: its nodeAffinity (V17)."""
    affinity = volume.spec.nodeAffinity and volume.spec.nodeAffinity.required
    if not affinity:
        return True
    return any(
        t.matchExpressions and all(_holds(e, labels) for e in t.matchExpressions)
        for t in affinity.nodeSelectorTerms
    )


def _holds(expression: Object, labels: Mapping[str, str]) -> bool:
    value, values = labels.get(expression.key), expression.values or []
    match expression.operator:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return value is not None and int(value) > int(values[0])
        case _:
            return value is not None and int(value) < int(values[0])


def disk_of(volume: Object, node: str) -> str:
    """The id of the disk behind a volume, as a Pod on `node` sees it.

    A directory of a node is the same disk however one comes to it, so volumes of type local and
    hostPath share the ids of hostPath (V17); a network disk is known by its driver's handle.
    """
    spec = volume.spec
    directory = spec.local or spec.hostPath
    if directory:
        return f"hostPath/{node}{normpath(directory.path)}"
    return str(spec.csi.volumeHandle if spec.csi else volume.metadata.name)
