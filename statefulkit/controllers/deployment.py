"""The Deployment controller: roll from one ReplicaSet to the next (D3 to D5, D8, D9).

The picture from life: two crews on one ship. The new crew comes aboard as far as there are cabins
(maxSurge), the old one leaves as far as enough hands stay on deck (maxUnavailable). Each plan takes
one step; what the step changes wakes the controller for the next.
"""

from __future__ import annotations

from collections.abc import Iterable

from lightkube.models.apps_v1 import ReplicaSetSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import ReplicaSet
from msgspec.structs import replace

from statefulkit.api.labels import LAST_APPLIED
from statefulkit.conditions import is_finished
from statefulkit.controllers import adoption, deploysizes, deploystatus
from statefulkit.controllers.pods import controllers_of, owner_reference
from statefulkit.controllers.revisions import hashed
from statefulkit.decisions import (
    Again,
    Create,
    Decision,
    Delete,
    Event,
    Update,
    Wait,
    itself,
)
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "deployment-controller"

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
OWN_NOTES = (REVISION, HISTORY, deploysizes.DESIRED, deploysizes.MOST, LAST_APPLIED)  # never copied


def plan(view: View, key: Key) -> list[Decision]:
    """The next step of the Deployment at `key`."""
    deployment = view.find(*key)
    if deployment is None:
        return []
    if taken := _adopt_and_release(view, deployment):
        return [*taken, Again(view.time)]
    sets = sorted(
        view.owned(deployment.metadata.uid, "ReplicaSet"),
        key=lambda rs: (rs.metadata.creationTimestamp, rs.metadata.name),
    )
    new = next((rs for rs in sets if template(rs) == deployment.spec.template), None)
    old = [rs for rs in sets if rs is not new]
    if new is not None and (brought := _bring_up_to_date(deployment, new, old)):
        return brought
    leaving = deployment.metadata.deletionTimestamp is not None
    scaling = deployment.spec.paused or _is_resized(deployment, sets)
    step = []
    if not leaving:
        step = (_resize if scaling else _roll)(view, deployment, new, old)
        step = step or _clean_up(deployment, new, old)
    status = deploystatus.write(
        view,
        deployment,
        new,
        old,
        deploysizes.limits(deployment)[1],
        created=next((d.obj.metadata.name for d in step if isinstance(d, Create)), ""),
        rolling=not (leaving or scaling),
    )
    return [*step, *status]


def _adopt_and_release(view: View, deployment: Object) -> list[Decision]:
    if deployment.metadata.deletionTimestamp is not None:
        return []
    total = view.count_owned(deployment.metadata.uid, "ReplicaSet")
    return [
        *adoption.release(view, deployment, lambda _: True, total, "ReplicaSet"),
        *adoption.adopt(view, deployment, "ReplicaSet", lambda _: True, "D1"),
    ]


def _roll(view: View, deployment: Object, new: Object | None, old: list[Object]) -> list[Decision]:
    """The first of these that has something to do."""
    if deployment.spec.strategy.type == "Recreate":
        return _recreate(view, deployment, new, old)
    if new is None:
        return _create(view, deployment, old)
    return _grow(deployment, new, old) or _shrink(deployment, new, old)


# -- revisions ------------------------------------------------------------------------------------


def _note(obj: Object, name: str) -> str | None:
    return (obj.metadata.annotations or {}).get(name)


def number_of(rs: Object) -> int | None:
    """The revision that a ReplicaSet says it is: 0 where it says nothing, None where no number."""
    text = _note(rs, REVISION) or "0"
    return int(text) if text.isdecimal() else None


def template(rs: Object) -> Object:
    """The template of a ReplicaSet without the hash that tells it from others."""
    meta = rs.spec.template.metadata
    labels = {k: v for k, v in (meta.labels or {}).items() if k != HASH_LABEL}
    return replace(rs.spec.template, metadata=replace(meta, labels=labels or None))


def _next_number(old: list[Object]) -> int:
    return max((number_of(rs) or 0 for rs in old), default=0) + 1


def _bring_up_to_date(deployment: Object, new: Object, old: list[Object]) -> list[Decision]:
    """What the ReplicaSet there is takes over from its Deployment, and the number that it gives it.

    It gets the Deployment's annotations, minReadySeconds and, where it comes back, the next number
    (D8); the Deployment carries the number of its newest ReplicaSet.
    """
    has, following = number_of(new), _next_number(old)
    notes = (new.metadata.annotations or {}) | _copied(deployment)
    text = f"takes annotations and minReadySeconds over to {new.metadata.name}"
    if has is not None and has < following:
        if REVISION in notes:
            past = filter(None, (notes.get(HISTORY), notes[REVISION]))
            notes[HISTORY] = ",".join(past)
        notes[REVISION] = str(following)
        text = f"uses ReplicaSet {new.metadata.name} again, as revision {following}"
    seconds = deployment.spec.minReadySeconds
    if notes != new.metadata.annotations or (new.spec.minReadySeconds or 0) != (seconds or 0):
        meta = replace(new.metadata, annotations=notes)
        spec = replace(new.spec, minReadySeconds=seconds)
        return [Update(replace(new, metadata=meta, spec=spec), text, "D8")]
    number = notes[REVISION]
    if _note(deployment, REVISION) == number:
        return []
    meta = replace(
        deployment.metadata,
        annotations=(deployment.metadata.annotations or {}) | {REVISION: number},
    )
    return [Update(replace(deployment, metadata=meta), f"is at revision {number}", "D8")]


def _create(view: View, deployment: Object, old: list[Object]) -> list[Decision]:
    """The ReplicaSet of the template, with the next number (D1)."""
    number = _next_number(old)
    wanted, meta = deployment.spec.template, deployment.metadata
    data = {"template": wanted.to_dict()}
    collisions = 0
    while view.find("ReplicaSet", meta.namespace, f"{meta.name}-{hashed(data, collisions)}"):
        collisions += 1
    suffix = hashed(data, collisions)
    labels = (wanted.metadata.labels or {}) | {HASH_LABEL: suffix}
    size = _room(deployment, None, old)
    name = f"{meta.name}-{suffix}"
    rs = ReplicaSet(
        apiVersion="apps/v1",
        kind="ReplicaSet",
        metadata=ObjectMeta(
            name=name,
            namespace=meta.namespace,
            labels=labels,
            annotations=_copied(deployment)
            | deploysizes.notes(deployment)
            | {REVISION: str(number)},
            ownerReferences=[owner_reference(deployment)],
        ),
        spec=ReplicaSetSpec(
            replicas=size,
            minReadySeconds=deployment.spec.minReadySeconds,
            selector=_selector(deployment, suffix),
            template=replace(wanted, metadata=replace(wanted.metadata, labels=labels)),
        ),
    )
    text = f"creates ReplicaSet {name} for revision {number}, with {size} replicas"
    return [Create(rs, text, "D1", _scaled(deployment, rs, 0, size) if size else None)]


def _selector(deployment: Object, suffix: str) -> LabelSelector:
    selector: LabelSelector = deployment.spec.selector
    return replace(selector, matchLabels=(selector.matchLabels or {}) | {HASH_LABEL: suffix})


def _copied(deployment: Object) -> dict[str, str]:
    notes = deployment.metadata.annotations or {}
    return {k: v for k, v in notes.items() if k not in OWN_NOTES}


def annotations_of(deployment: Object, rs: Object) -> dict[str, str]:
    """The annotations that going back to `rs` leaves a Deployment with: those of then (K24)."""
    own = {k: v for k, v in (deployment.metadata.annotations or {}).items() if k in OWN_NOTES}
    then = (rs.metadata.annotations or {}).items()
    return own | {k: v for k, v in then if k not in OWN_NOTES}


# -- rolling update -------------------------------------------------------------------------------


def _room(deployment: Object, new: Object | None, old: list[Object]) -> int:
    """How large the new ReplicaSet may be now (D4)."""
    wanted, has = deployment.spec.replicas, new.spec.replicas if new else 0
    if deployment.spec.strategy.type == "Recreate":
        return int(wanted)
    room = wanted + deploysizes.limits(deployment)[0] - has - sum(rs.spec.replicas for rs in old)
    return int(has + max(0, min(room, wanted - has)))


def _grow(deployment: Object, new: Object, old: list[Object]) -> list[Decision]:
    wanted = deployment.spec.replicas
    size = wanted if new.spec.replicas > wanted else _room(deployment, new, old)
    if size == new.spec.replicas:
        return []
    return [_scale(deployment, new, size, "D4", "the new one, as far as maxSurge allows")]


def _shrink(deployment: Object, new: Object, old: list[Object]) -> list[Decision]:
    """Old Pods go: first the unhealthy ones, then as many as availability allows (D4)."""
    left = [rs for rs in old if rs.spec.replicas]
    total = new.spec.replicas + sum(rs.spec.replicas for rs in left)
    least = deployment.spec.replicas - deploysizes.limits(deployment)[1]
    starting = new.spec.replicas - (new.status.availableReplicas or 0)
    budget = total - least - starting
    sizes = {rs.metadata.name: rs.spec.replicas for rs in left}
    for rs in left:
        sick = rs.spec.replicas - (rs.status.availableReplicas or 0)
        cut = max(0, min(budget, sick))
        sizes[rs.metadata.name] -= cut
        budget -= cut
    spare = sum((rs.status.availableReplicas or 0) for rs in [*left, new]) - least
    for rs in left:
        cut = max(0, min(budget, spare, sizes[rs.metadata.name]))
        sizes[rs.metadata.name] -= cut
        budget, spare = budget - cut, spare - cut
    steps: list[Decision] = [
        _scale(deployment, rs, sizes[rs.metadata.name], "D4", "an old one, as availability allows")
        for rs in left
        if sizes[rs.metadata.name] != rs.spec.replicas
    ]
    if left and not steps:
        text = f"waits for new Pods to be available: at least {least} must be"
        return [Wait(text, "D4")]
    return steps


# -- recreate -------------------------------------------------------------------------------------


def _recreate(
    view: View, deployment: Object, new: Object | None, old: list[Object]
) -> list[Decision]:
    """All old Pods go before the first new one comes (D5)."""
    left = [rs for rs in old if rs.spec.replicas]
    if left:
        return [_scale(deployment, rs, 0, "D5", "Recreate: the old ones go first") for rs in left]
    for rs in old:
        running = [p for p in view.owned(rs.metadata.uid, "Pod") if not is_finished(p)]
        if running:
            names = ", ".join(p.metadata.name for p in running)
            return [Wait(f"waits until the old Pods are gone: {names}", "D5")]
    if new is None:
        return _create(view, deployment, old)
    return _grow(deployment, new, old)


# -- scaling while several ReplicaSets have Pods --------------------------------------------------


def _is_resized(deployment: Object, sets: list[Object]) -> bool:
    wanted = str(deployment.spec.replicas)
    return any(
        rs.spec.replicas and _note(rs, deploysizes.DESIRED) not in (None, wanted) for rs in sets
    )


def _resize(_: View, deployment: Object, new: Object | None, old: list[Object]) -> list[Decision]:
    """Share the new number of replicas among the ReplicaSets by their size (D4)."""
    wanted = deployment.spec.replicas
    active = [rs for rs in [*old, *([new] if new else [])] if rs.spec.replicas]
    if len(active) < 2:
        active = active or ([new] if new else old[-1:])
        return _sized(deployment, {rs.metadata.name: wanted for rs in active}, active)
    if new and new.spec.replicas == wanted == (new.status.availableReplicas or 0):
        return _sized(deployment, dict.fromkeys((rs.metadata.name for rs in old), 0), old)
    if deployment.spec.strategy.type == "Recreate":
        return []
    return _sized(deployment, deploysizes.shares(deployment, active), active)


def _sized(deployment: Object, sizes: dict[str, int], sets: list[Object]) -> list[Decision]:
    notes = deploysizes.notes(deployment)
    return [
        _scale(deployment, rs, sizes[rs.metadata.name], "D4", "its share of the replicas")
        for rs in sets
        if sizes[rs.metadata.name] != rs.spec.replicas
        or _note(rs, deploysizes.DESIRED) != notes[deploysizes.DESIRED]
    ]


def _scale(deployment: Object, rs: Object, size: int, rule: str, why: str) -> Update:
    name, before = rs.metadata.name, rs.spec.replicas
    meta = replace(
        rs.metadata, annotations=(rs.metadata.annotations or {}) | deploysizes.notes(deployment)
    )
    new = replace(rs, metadata=meta, spec=replace(rs.spec, replicas=size))
    text = f"scales {name} from {before} to {size}: {why}"
    return Update(
        new, text, rule, _scaled(deployment, rs, before, size) if size != before else None
    )


def _scaled(deployment: Object, rs: Object, before: int, after: int) -> Event:
    way = "up" if after > before else "down"  # E23
    text = f"Scaled {way} replica set {rs.metadata.name} from {before} to {after}"
    return Event(deployment, "Normal", "ScalingReplicaSet", text)


# -- history --------------------------------------------------------------------------------------


def _clean_up(deployment: Object, new: Object | None, old: list[Object]) -> list[Decision]:
    """When the roll-out is over or held, old ReplicaSets go beyond the history limit (D8)."""
    over = new is not None and deploystatus.is_complete(deployment, deployment.status)
    if not (over or deployment.spec.paused):
        return []
    limit = deployment.spec.revisionHistoryLimit
    staying = [rs for rs in old if rs.metadata.deletionTimestamp is None]
    staying.sort(key=lambda rs: number_of(rs) or 0)
    return [
        Delete(key_of(rs), f"drops ReplicaSet {rs.metadata.name}: history limit {limit}", "D8")
        for rs in staying[: max(0, len(staying) - limit)]
        if not rs.spec.replicas and not rs.status.replicas
    ]


# -- what wakes it up -----------------------------------------------------------------------------


def _of_set(view: View, record: Record) -> Iterable[Key]:
    owners = controllers_of(record, "Deployment")
    if owners:
        return owners
    return [key_of(d) for d in view.all("Deployment", record.key.namespace)]


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    """Recreate waits for the last old Pod to go (D5)."""
    if record.after is not None:
        return []
    sets = (view.find(*key) for key in controllers_of(record, "ReplicaSet"))
    refs = [r for rs in sets if rs is not None for r in rs.metadata.ownerReferences or ()]
    return [Key("Deployment", record.key.namespace, r.name) for r in refs if r.controller]


WATCHES = {"Deployment": itself, "ReplicaSet": _of_set, "Pod": _of_pod}
