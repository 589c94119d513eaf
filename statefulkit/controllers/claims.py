"""The claims of a StatefulSet's Pods: their names, their making, who owns them (S39 to S41)."""

from __future__ import annotations

from collections.abc import Iterator

from lightkube.models.core_v1 import PersistentVolumeClaimVolumeSource, Volume
from lightkube.models.meta_v1 import ObjectMeta, OwnerReference
from lightkube.resources.core_v1 import PersistentVolumeClaim
from msgspec.structs import replace

from statefulkit.controllers.pods import controller_of
from statefulkit.decisions import Create, Decision, Event, Update
from statefulkit.store import Object, View


def claim_name(template: Object, pod_name: str) -> str:
    """`www-web-0`: the template's name, then the Pod's (S18)."""
    return f"{template.metadata.name}-{pod_name}"


def volumes(sts: Object, pod_name: str) -> list[Volume]:
    """The template's volumes, with one for each claim template in place of its namesakes (S22)."""
    mine = {t.metadata.name: claim_name(t, pod_name) for t in _templates(sts)}
    others = [v for v in sts.spec.template.spec.volumes or () if v.name not in mine]
    claims = [
        Volume(name=name, persistentVolumeClaim=PersistentVolumeClaimVolumeSource(claimName=claim))
        for name, claim in mine.items()
    ]
    return claims + others


def _by_template(view: View, sts: Object, pod: Object) -> Iterator[tuple[Object, Object | None]]:
    """Each claim template of the set with the Pod's claim, or None where there is none."""
    for template in _templates(sts):
        name = claim_name(template, pod.metadata.name)
        yield template, view.find("PersistentVolumeClaim", sts.metadata.namespace, name)


def create_missing(view: View, sts: Object, pod: Object) -> Iterator[Create]:
    """Create the claims that the Pod lacks; those that exist are used as they are (S39)."""
    for template, claim in _by_template(view, sts, pod):
        if claim is None:
            yield _create(sts, pod, template)


def being_deleted(view: View, sts: Object, pod: Object) -> Object | None:
    """A claim that stands in the way because it is on its way out (S39, V11)."""
    found = (c for _, c in _by_template(view, sts, pod) if c and c.metadata.deletionTimestamp)
    return next(found, None)


def stale(view: View, sts: Object, pod: Object) -> Object | None:
    """A claim that still belongs to an earlier Pod of this name and will go with it (S32, S41)."""
    if policy(sts)[0] != "Delete":
        return None
    for _, claim in _by_template(view, sts, pod):
        for ref in (claim and claim.metadata.ownerReferences) or ():
            if ref.kind == "Pod" and ref.name == pod.metadata.name and ref.uid != pod.metadata.uid:
                return claim
    return None


def all_mounted(view: View, sts: Object, pods: int) -> bool:
    """Whether each of that many Pods of the set mounts its own claims (S22)."""
    uid = sts.metadata.uid
    return all(len(view.mounted(uid, t.metadata.name)) == pods for t in _templates(sts))


def is_mounted(sts: Object, pod: Object) -> bool:
    """Whether a Pod's volumes are its own claims, one for each claim template (S22, S23)."""
    mounted = {v.name: v.persistentVolumeClaim for v in pod.spec.volumes or ()}
    names = {t.metadata.name: claim_name(t, pod.metadata.name) for t in _templates(sts)}
    return all(mounted.get(v) and mounted[v].claimName == claim for v, claim in names.items())


def _templates(sts: Object) -> list[Object]:
    return list(sts.spec.volumeClaimTemplates or ())


def owners_matter(view: View, sts: Object) -> bool:
    """Whether claims may need owner references, or have some that they should not have (S40)."""
    retained = policy(sts) == ("Retain", "Retain")
    return not retained or view.any_owned("PersistentVolumeClaim", sts.metadata.namespace)


def align_owners(view: View, sts: Object, pod: Object, *, condemned: bool) -> Iterator[Decision]:
    """Bring the owner references of a Pod's claims in line with the retention policy (S40)."""
    for _, claim in _by_template(view, sts, pod):
        if claim is None:
            continue
        if controller_of(claim) is not None:
            text = (
                f"PersistentVolumeClaim {claim.metadata.name} has a conflicting OwnerReference "
                "that acts as a managing controller, the retention policy is ignored for this claim"
            )
            yield Event(sts, "Warning", "ConflictingController", text)
            continue
        refs = list(claim.metadata.ownerReferences or ())
        kept = [r for r in refs if not _ours(r, sts, pod)]
        wanted = kept + _owners(sts, pod, condemned=condemned)
        if wanted != refs:
            meta = replace(claim.metadata, ownerReferences=wanted or None)
            yield Update(replace(claim, metadata=meta), _why(claim, wanted), "S40")


def policy(sts: Object) -> tuple[str, str]:
    """(whenScaled, whenDeleted), each Retain or Delete (S14)."""
    found = sts.spec.persistentVolumeClaimRetentionPolicy
    return (found.whenScaled, found.whenDeleted) if found else ("Retain", "Retain")


def _ours(ref: OwnerReference, sts: Object, pod: Object) -> bool:
    return ref.uid == sts.metadata.uid or (ref.kind == "Pod" and ref.name == pod.metadata.name)


def _owners(sts: Object, pod: Object, *, condemned: bool) -> list[OwnerReference]:
    scaled, deleted = policy(sts)
    if condemned and scaled == "Delete":
        return [_reference(pod)]
    return [_reference(sts)] if deleted == "Delete" else []


def _reference(owner: Object) -> OwnerReference:
    meta = owner.metadata
    return OwnerReference(
        apiVersion=owner.apiVersion, kind=owner.kind, name=meta.name, uid=meta.uid
    )


def _why(claim: Object, owners: list[OwnerReference]) -> str:
    goes_with = " and ".join(f"{r.kind} {r.name}" for r in owners)
    name = claim.metadata.name
    return f"ties claim {name} to {goes_with}" if owners else f"lets claim {name} stay on its own"


def _create(sts: Object, pod: Object, template: Object) -> Create:
    name, namespace = claim_name(template, pod.metadata.name), sts.metadata.namespace
    labels = dict(template.metadata.labels or {}) | dict(sts.spec.selector.matchLabels or {})
    meta = ObjectMeta(
        name=name,
        namespace=namespace,
        labels=labels or None,
        annotations=template.metadata.annotations,
        finalizers=template.metadata.finalizers,
        ownerReferences=_owners(sts, pod, condemned=False) or None,
    )
    claim = PersistentVolumeClaim(
        apiVersion="v1", kind="PersistentVolumeClaim", metadata=meta, spec=template.spec
    )
    where = f"Pod {pod.metadata.name} in StatefulSet {sts.metadata.name}"
    return Create(
        claim,
        f"creates claim {name} for {pod.metadata.name}",
        "S39",
        Event(sts, "Normal", "SuccessfulCreate", f"create Claim {name} {where} success"),
        Event(
            sts,
            "Warning",
            "FailedCreate",
            f"create Claim {name} for {where} failed error: {{error}}",
        ),
    )
