"""The scheduler's look at a Pod's claims: which nodes reach its volumes, and binding for the one chosen.

A claim that waits for its first consumer gets its volume here: a free one that the node reaches is
reserved for it, or else the node is written on the claim for its provisioner to read (V8).
"""

from __future__ import annotations

from msgspec.structs import replace

from statefulkit.conditions import is_finished
from statefulkit.controllers import volumes
from statefulkit.controllers.volumes import NO_PROVISIONER, SELECTED_NODE
from statefulkit.decisions import Decision, Update, Wait
from statefulkit.quantity import number
from statefulkit.store import Object, View

NOT_REACHED = "node(s) didn't match PersistentVolume's node affinity"
NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind"
TAKEN_BY_A_POD = (
    "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
)


def problem(view: View, pod: Object) -> str:
    """What is wrong with the Pod's claims whatever the node; empty where nothing is (P22, P23)."""
    for name, claim in volumes.claims_of(view, pod):
        if claim is None:
            return f'persistentvolumeclaim "{name}" not found'
        if claim.metadata.deletionTimestamp is not None:
            return f'persistentvolumeclaim "{name}" is being deleted'
        if claim.status.phase == "Lost":
            lost = f'non-existent persistentvolume "{claim.spec.volumeName}"'
            return f'persistentvolumeclaim "{name}" bound to {lost}'
        delayed = volumes.waits_for_consumer(view, claim) and not claim.spec.volumeName
        if not volumes.is_bound(claim) and not delayed:
            return "pod has unbound immediate PersistentVolumeClaims"
    return ""


def unbound(view: View, pod: Object) -> list[Object]:
    """The Pod's claims that wait for a node, the smallest request first."""
    found = [c for _, c in volumes.claims_of(view, pod) if c and not c.spec.volumeName]
    return sorted(found, key=lambda c: number(c.spec.resources.requests["storage"]))


def is_taken(view: View, pod: Object) -> bool:
    """Whether another Pod on a node has a claim of this one's that is for one Pod alone (V2)."""
    return any(
        "ReadWriteOncePod" in claim.spec.accessModes
        and any(
            p.spec.nodeName and not is_finished(p) and p.metadata.uid != pod.metadata.uid
            for p in view.using_claim(claim.metadata.namespace, name)
        )
        for name, claim in volumes.claims_of(view, pod)
        if claim is not None
    )


def unfit(view: View, pod: Object, node: Object) -> str:
    """Why the node can't have the Pod's volumes; empty where it can (P21)."""
    labels = node.metadata.labels or {}
    for _, claim in volumes.claims_of(view, pod):
        bound = claim and view.find("PersistentVolume", "", claim.spec.volumeName or "")
        if bound is not None and not volumes.reaches(bound, labels):
            return NOT_REACHED
    _, complete = _found(view, unbound(view, pod), node)
    return "" if complete else NOTHING_TO_BIND


def _found(
    view: View, claims: list[Object], node: Object
) -> tuple[list[tuple[Object, Object | None]], bool]:
    """Each claim with a free volume, or None where one is to be made; and whether all are served."""
    found: list[tuple[Object, Object | None]] = []
    taken: set[str] = set()
    for claim in claims:
        chosen = volumes.selected_node(claim)
        if chosen is not None and chosen != node.metadata.name:
            return found, False
        labels = node.metadata.labels or {}
        volume = None
        if chosen is None:
            volume = volumes.match(view, claim, labels=labels, taken=taken)
        if volume is not None:
            taken.add(volume.metadata.name)
        else:
            class_ = volumes.storage_class(view, claim)
            if class_ is None or class_.provisioner == NO_PROVISIONER:
                return found, False
        found.append((claim, volume))
    return found, True


def bind(view: View, claims: list[Object], node: Object) -> list[Decision]:
    """Reserve or order a volume on that node for each claim, and wait (V8)."""
    name = node.metadata.name
    decisions: list[Decision] = []
    for claim, volume in _found(view, claims, node)[0]:
        if volume is None:
            decisions += _select(claim, name)
        elif not (volume.spec.claimRef and volume.spec.claimRef.uid):
            spec = replace(volume.spec, claimRef=volumes.reference(claim))
            text = (
                f"reserves volume {volume.metadata.name} for claim {claim.metadata.name} on {name}"
            )
            decisions.append(Update(replace(volume, spec=spec), text, "V8"))
    return [*decisions, Wait("waits until the claims are bound on the selected node", "V8")]


def _select(claim: Object, node: str) -> list[Decision]:
    notes = dict(claim.metadata.annotations or {})
    if notes.get(SELECTED_NODE) == node:
        return []
    meta = replace(claim.metadata, annotations=notes | {SELECTED_NODE: node})
    text = f"selects {node} for claim {claim.metadata.name}"
    return [Update(replace(claim, metadata=meta), text, "V8")]
