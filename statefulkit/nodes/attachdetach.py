"""The attach/detach controller: network disks are attached to the node where a Pod needs them (V15, V16).

The picture from life: a disk with one cable. Before it is plugged in at another node it must be
pulled out of the first, and nobody pulls it out while somebody may still be writing.

What is attached where is a VolumeAttachment, as the CSI attacher keeps it. Only volumes of a CSI
driver are attached; a local volume or a hostPath is on its node anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.storage_v1 import (
    VolumeAttachmentSource,
    VolumeAttachmentSpec,
    VolumeAttachmentStatus,
)
from lightkube.resources.storage_v1 import VolumeAttachment
from msgspec.structs import replace

from statefulkit.api.labels import OUT_OF_SERVICE
from statefulkit.conditions import is_finished
from statefulkit.controllers import volumes
from statefulkit.decisions import (
    Again,
    Create,
    Decision,
    Delete,
    Event,
    Remember,
    UpdateStatus,
    Wait,
)
from statefulkit.nodes import leftbehind
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "attachdetach-controller"

ATTACH_SECONDS = 0.5
UNMOUNT_SECONDS = 360.0  # V16: ReconcilerMaxWaitForUnmountDuration
_SHARED = {"ReadWriteMany", "ReadOnlyMany"}


def plan(view: View, key: Key) -> list[Decision]:
    """Attach the volume at `key` where scheduled Pods need it, detach it where none does."""
    volume = view.find(*key)
    users = _users(view, volume) if volume is not None else []
    wanted = {p.spec.nodeName for p in users}
    decisions: list[Decision] = []
    for attachment in view.attachments(key.name):
        if attachment.spec.nodeName in wanted:
            decisions += _finish(view, attachment, users)
        else:
            decisions += _detach(view, attachment)
    if volume is not None and volume.spec.csi is not None:
        held = [a.spec.nodeName for a in view.attachments(key.name)]
        for node in sorted(wanted - set(held)):
            decisions += _attach(view, volume, node, users, held)
            held = held or [node]  # where two nodes want it at once, one gets it
    return decisions


def waits_for(view: View, pod: Object) -> list[str]:
    """The names of the Pod's claims whose volume is not attached to its node yet."""
    missing = []
    for claim, volume in _volumes(view, pod):
        if volume is not None and volume.spec.csi is not None:
            name = _name(volume.metadata.name, pod.spec.nodeName)
            found = view.find("VolumeAttachment", "", name)
            if found is None or not found.status.attached:
                missing.append(claim)
    return missing


def _name(volume: str, node: str) -> str:
    return "csi-" + sha256(f"{volume}/{node}".encode()).hexdigest()


def _volumes(view: View, pod: Object) -> Iterator[tuple[str, Object | None]]:
    """Each claim of a Pod with its volume."""
    for name, claim in volumes.claims_of(view, pod):
        bound = claim.spec.volumeName if claim is not None else None
        yield name, view.find("PersistentVolume", "", bound) if bound else None


def _users(view: View, volume: Object) -> list[Object]:
    """The Pods on nodes that need a volume; finished ones don't."""
    ref = volume.spec.claimRef
    pods = view.using_claim(ref.namespace, ref.name) if ref is not None else []
    return [p for p in pods if p.spec.nodeName and not is_finished(p)]


# -- attach ---------------------------------------------------------------------------------------


def _attach(
    view: View, volume: Object, node: str, users: list[Object], held: list[str]
) -> list[Decision]:
    """Attach a volume to a node, unless one of those that hold it must let go of it first."""
    name = volume.metadata.name
    here = [p for p in users if p.spec.nodeName == node]
    if held and not _SHARED & set(volume.spec.accessModes or ()):
        other = held[0]
        others = [p.metadata.name for p in users if p.spec.nodeName == other]
        told = (
            f"Volume is already used by pod(s) {', '.join(others)}"
            if others
            else "Volume is already exclusively attached to one node and can't be attached to another"
        )
        message = f'Multi-Attach error for volume "{name}" {told}'
        wait = Wait(f"waits until volume {name} is detached from {other}", "V15")
        return [*_once(view, here, "Warning", "FailedAttachVolume", message), wait]
    attachment = VolumeAttachment(
        apiVersion="storage.k8s.io/v1",
        kind="VolumeAttachment",
        metadata=ObjectMeta(name=_name(name, node)),
        spec=VolumeAttachmentSpec(
            attacher=volume.spec.csi.driver,
            nodeName=node,
            source=VolumeAttachmentSource(persistentVolumeName=name),
        ),
        status=VolumeAttachmentStatus(attached=False),
    )
    due = view.time + ATTACH_SECONDS
    return [
        Create(attachment, f"attaches volume {name} to {node}", "V15"),
        Remember(("attaching", key_of(attachment).name), due),
        Again(due),
    ]


def _finish(view: View, attachment: Object, users: list[Object]) -> list[Decision]:
    name, node = attachment.spec.source.persistentVolumeName, attachment.spec.nodeName
    unmount = Remember(("unmounting", attachment.metadata.name), None)
    forget: list[Decision] = [unmount] if view.fact(*unmount.key) is not None else []
    if attachment.status.attached:
        return forget
    due = view.fact("attaching", attachment.metadata.name) or 0.0
    if view.time < due:
        return [*forget, Again(due)]
    attached = replace(attachment, status=VolumeAttachmentStatus(attached=True))
    here = [p for p in users if p.spec.nodeName == node]
    message = f'AttachVolume.Attach succeeded for volume "{name}"'  # E14
    return [
        *forget,
        Remember(("attaching", attachment.metadata.name), None),
        UpdateStatus(attached, f"volume {name} is attached to {node}", "V15"),
        *(Event(p, "Normal", "SuccessfulAttachVolume", message) for p in here),
    ]


def _once(view: View, pods: list[Object], type_: str, reason: str, message: str) -> list[Decision]:
    return [
        Event(p, type_, reason, message)
        for p in pods
        if not any(
            e.message == message and e.involvedObject.uid == p.metadata.uid
            for e in view.about(key_of(p))
        )
    ]


# -- detach ---------------------------------------------------------------------------------------


def _detach(view: View, attachment: Object) -> list[Decision]:
    """Detach when nothing on the node uses the volume, or when waiting for that has gone on too long."""
    name, node = attachment.spec.source.persistentVolumeName, attachment.spec.nodeName
    found = view.find("Node", "", node)
    since = ("unmounting", attachment.metadata.name)
    forget: list[Decision] = [Remember(since, None)] if view.fact(*since) is not None else []
    done = [*forget, Delete(key_of(attachment), f"detaches volume {name} from {node}", "V15")]
    if found is None or any(t.key == OUT_OF_SERVICE for t in found.spec.taints or ()):
        return done
    user = next(_left_behind(view, name, node), None)
    if user is None:
        return done
    start = view.fact(*since)
    start = view.time if start is None else start
    if view.fact("down", node) is not None and view.time >= start + UNMOUNT_SECONDS:
        text = f"detaches volume {name} from {node} by force: not unmounted for 6 minutes"
        return [*forget, Delete(key_of(attachment), text, "V16")]
    text = f"waits until {node} has unmounted volume {name}: {user.metadata.name} may still write"
    again = [Again(start + UNMOUNT_SECONDS)] if view.fact("down", node) is not None else []
    return [Remember(since, start), Wait(text, "V16"), *again]


def _left_behind(view: View, volume: str, node: str) -> Iterator[Object]:
    """Pods without an object whose containers may still run on the node with the volume (P14)."""
    for pod in leftbehind.on_node(view, node):
        if any(v is not None and v.metadata.name == volume for _, v in _volumes(view, pod)):
            yield pod


# -- what wakes it up -----------------------------------------------------------------------------


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    """A Pod's volumes, when it comes to a node, ends or goes."""
    before, after = record.before, record.after
    pod = after or before
    if not pod.spec.nodeName:
        return
    if before is None or after is None or not before.spec.nodeName or is_finished(pod):
        for _, volume in _volumes(view, pod):
            if volume is not None:
                yield key_of(volume)


def _of_attachment(_: View, record: Record) -> Iterable[Key]:
    attachment = record.after or record.before
    if record.actor != NAME or record.after is None:
        yield Key("PersistentVolume", "", attachment.spec.source.persistentVolumeName)


def _of_node(view: View, record: Record) -> Iterable[Key]:
    for attachment in view.attached_to(record.key.name):
        yield Key("PersistentVolume", "", attachment.spec.source.persistentVolumeName)


def _of_volume(_: View, record: Record) -> Iterable[Key]:
    if record.after is None:
        yield record.key


WATCHES = {
    "Pod": _of_pod,
    "VolumeAttachment": _of_attachment,
    "Node": _of_node,
    "PersistentVolume": _of_volume,
}
