"""Volumes made for claims that none fits, and unmade again (V5, V8, V9, V12).

Two provisioners are known: that of local volumes makes a directory on the node that the scheduler
chose, which only Pods on that node can use (V17); any other makes network disks of a CSI driver.
"""

from __future__ import annotations

from lightkube.models.core_v1 import (
    CSIPersistentVolumeSource,
    LocalVolumeSource,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    PersistentVolumeSpec,
    VolumeNodeAffinity,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import PersistentVolume
from msgspec.structs import replace

from statefulkit.api.labels import HOSTNAME_LABEL
from statefulkit.controllers import volumes
from statefulkit.controllers.volumes import NO_PROVISIONER, PROVISIONED_BY, SELECTED_NODE
from statefulkit.decisions import Again, Create, Decision, Event, Remember, Update, Wait
from statefulkit.store import Object, View, key_of

PROVISIONING_SECONDS = 0.5
FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer"
LOCAL_PROVISIONER = "rancher.io/local-path"
_LOCAL_NODE = "local.path.provisioner/selected-node"


def provision(view: View, claim: Object) -> list[Decision]:
    """Make a volume for a claim that none fits (V5, V8), or say why not (E22)."""
    name, class_name = claim.metadata.name, claim.spec.storageClassName
    if not class_name:
        text = "no persistent volumes available for this claim and no storage class is set"
        return pending(view, claim, "Normal", "FailedBinding", text, "V6")
    found = volumes.storage_class(view, claim)
    if found is None:
        text = f'storageclass.storage.k8s.io "{class_name}" not found'
        return pending(view, claim, "Warning", "ProvisioningFailed", text, "V6")
    node = volumes.selected_node(claim)
    if found.volumeBindingMode == "WaitForFirstConsumer" and not node:
        text = "waiting for first consumer to be created before binding"
        return pending(view, claim, "Normal", "WaitForFirstConsumer", text, "V8")
    if found.provisioner == NO_PROVISIONER:
        return [Wait(f"waits for a volume that fits claim {name}: its class makes none", "V4")]
    if node and view.find("Node", "", node) is None:
        return [_deselect(claim, node)]
    if error := _refusal(claim, found, node):
        text = f'failed to provision volume with StorageClass "{class_name}": {error}'
        return pending(view, claim, "Warning", "ProvisioningFailed", text, "V5")
    return _make(view, claim, found, node)


def _make(view: View, claim: Object, class_: Object, node: str | None) -> list[Decision]:
    uid, name = claim.metadata.uid, claim.metadata.name
    started = view.fact("provisioning", uid)
    if started is None:
        waiting = (
            "Waiting for a volume to be created either by the external provisioner "
            f"'{class_.provisioner}' or manually by the system administrator. If volume "
            "creation is delayed, please verify that the provisioner is running and correctly "
            "registered."
        )
        where = f'"{claim.metadata.namespace}/{name}"'
        doing = f"External provisioner is provisioning volume for claim {where}"
        return [
            Remember(("provisioning", uid), view.time),
            Event(claim, "Normal", "ExternalProvisioning", waiting),
            Event(claim, "Normal", "Provisioning", doing),
            Again(view.time + PROVISIONING_SECONDS),
        ]
    if view.time < started + PROVISIONING_SECONDS:
        return [Again(started + PROVISIONING_SECONDS)]
    pv = f"pvc-{uid}"
    volume = _volume(view, claim, class_, node, pv)
    done = Event(claim, "Normal", "ProvisioningSucceeded", f"Successfully provisioned volume {pv}")
    return [
        Remember(("provisioning", uid), None),
        Create(volume, f"provisions volume {pv} for claim {name}", "V5", done),
        Again(view.time),
    ]


def _refusal(claim: Object, class_: Object, node: str | None) -> str:
    """What a provisioner answers to a claim that it can't serve; empty where it can."""
    if claim.spec.selector is not None:
        return "claim.Spec.Selector is not supported"
    if class_.provisioner == LOCAL_PROVISIONER and not node:
        return "configuration error, no node was specified"
    return ""


def _deselect(claim: Object, node: str) -> Update:
    """Hand the claim back to the scheduler: its node is gone."""
    notes = {k: v for k, v in claim.metadata.annotations.items() if k != SELECTED_NODE}
    meta = replace(claim.metadata, annotations=notes or None)
    text = f"asks for another node for claim {claim.metadata.name}: {node} is gone"
    return Update(replace(claim, metadata=meta), text, "V8")


def pending(
    view: View, claim: Object, type_: str, reason: str, message: str, rule: str
) -> list[Decision]:
    """Leave a claim Pending, and say why in an Event, once."""
    said = any((e.reason, e.message) == (reason, message) for e in view.about(key_of(claim)))
    wait = Wait(f"leaves claim {claim.metadata.name} Pending: {message}", rule)
    return [wait] if said else [Event(claim, type_, reason, message), wait]


def _volume(
    view: View, claim: Object, class_: Object, node: str | None, name: str
) -> PersistentVolume:
    """As large as asked for, with the class's reclaim policy (V5)."""
    notes = {PROVISIONED_BY: class_.provisioner}
    spec = PersistentVolumeSpec(
        accessModes=claim.spec.accessModes,
        capacity={"storage": claim.spec.resources.requests["storage"]},
        storageClassName=class_.metadata.name,
        persistentVolumeReclaimPolicy=class_.reclaimPolicy,
        volumeMode=claim.spec.volumeMode,
        claimRef=volumes.reference(claim),
    )
    if class_.provisioner == LOCAL_PROVISIONER and node:
        directory = f"{name}_{claim.metadata.namespace}_{claim.metadata.name}"
        local = LocalVolumeSource(path=f"/opt/local-path-provisioner/{directory}")
        spec = replace(spec, local=local, nodeAffinity=_only_on(view, node))
        notes[_LOCAL_NODE] = node
    else:
        csi = CSIPersistentVolumeSource(driver=class_.provisioner, volumeHandle=name)
        spec = replace(spec, csi=csi)
    meta = ObjectMeta(name=name, annotations=notes, finalizers=[FINALIZER])
    return PersistentVolume(apiVersion="v1", kind="PersistentVolume", metadata=meta, spec=spec)


def _only_on(view: View, node: str) -> VolumeNodeAffinity:
    labels = view.find("Node", "", node).metadata.labels or {}
    here = NodeSelectorRequirement(
        key=HOSTNAME_LABEL, operator="In", values=[labels.get(HOSTNAME_LABEL, node)]
    )
    return VolumeNodeAffinity(
        required=NodeSelector(nodeSelectorTerms=[NodeSelectorTerm(matchExpressions=[here])])
    )


def cannot_delete(volume: Object) -> str:
    """Why nobody can delete what lies behind a volume; empty where somebody can (V1, V9)."""
    spec = volume.spec
    if PROVISIONED_BY in (volume.metadata.annotations or {}):
        return ""
    if spec.hostPath:
        path = spec.hostPath.path
        only = "host_path deleter only supports /tmp/.+ but received provided"
        return "" if path.startswith("/tmp/") and path != "/tmp/" else f"{only} {path}"
    error = f'error getting deleter volume plugin for volume "{volume.metadata.name}"'
    return f"{error}: no deletable volume plugin matched"


def wipe(volume: Object) -> Remember:
    """Delete the disk behind a volume."""
    node = (volume.metadata.annotations or {}).get(_LOCAL_NODE, "")
    return Remember(("disk", volumes.disk_of(volume, node)), None)
