"""The Deployment controller: roll from one ReplicaSet to the next (D3 to D5, D8, D9).

The picture from life: two crews on one ship. The new crew comes aboard as far as there are cabins
(maxSurge), the old one leaves as far as enough hands stay on deck (maxUnavailable). Each plan takes
one step; what the step changes wakes the controller for the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from lightkube.models.apps_v1 import ReplicaSetSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta
from lightkube.resources.apps_v1 import ReplicaSet
from msgspec.structs import replace

from statefulkit.controllers import adoption, deploystatus
from statefulkit.controllers.pods import controllers_of, is_finished, owner_reference
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
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"
_OWN_NOTES = (REVISION, DESIRED, MOST, "kubectl.kubernetes.io/last-applied-configuration")


def plan(view: View, key: Key) -> list[Decision]:
    """The next step of the Deployment at `key`."""
    deployment = view.find(*key)
    if deployment is None:
        return []
    if taken := adoption.adopt(view, deployment, "ReplicaSet", lambda _: True, "D1"):
        return [*taken, Again(view.time)]
    sets = sorted(
        view.owned(deployment.metadata.uid, "ReplicaSet"),
        key=lambda rs: (rs.metadata.creationTimestamp, int(_note(rs, REVISION) or 0)),
    )
    new = next((rs for rs in sets if template(rs) == deployment.spec.template), None)
    old = [rs for rs in sets if rs is not new]
    if new is not None and (numbered := _renumber(deployment, new)):
        return numbered
    status = deploystatus.write(view, deployment, new, old, _limits(deployment)[1])
    if deployment.metadata.deletionTimestamp is not None:
        return status
    step = _step(view, deployment, new, old)
    return [*(step or _clean_up(deployment, new, old)), *status]


def _step(view: View, deployment: Object, new: Object | None, old: list[Object]) -> list[Decision]:
    """The first of these that has something to do."""
    if _is_resized(deployment, [*old, *([new] if new else [])]) or deployment.spec.paused:
        return _resize(deployment, new, old)
    if deployment.spec.strategy.type == "Recreate":
        return _recreate(view, deployment, new, old)
    if new is None or _is_outranked(new, old):
        return _next_revision(view, deployment, new, old)
    return _grow(deployment, new, old) or _shrink(deployment, new, old)


# -- revisions ------------------------------------------------------------------------------------


def _note(obj: Object, name: str) -> str | None:
    return (obj.metadata.annotations or {}).get(name)


def template(rs: Object) -> Object:
    """The template of a ReplicaSet without the hash that tells it from others."""
    meta = rs.spec.template.metadata
    labels = {k: v for k, v in (meta.labels or {}).items() if k != HASH_LABEL}
    return replace(rs.spec.template, metadata=replace(meta, labels=labels or None))


def _newest(sets: list[Object]) -> int:
    return max((int(_note(rs, REVISION) or 0) for rs in sets), default=0)


def _is_outranked(new: Object, old: list[Object]) -> bool:
    return int(_note(new, REVISION) or 0) <= _newest(old)


def _next_revision(
    view: View, deployment: Object, new: Object | None, old: list[Object]
) -> list[Decision]:
    """Create the ReplicaSet of the template, or give the one there is the next number (D1, D8)."""
    number = _newest(old) + 1
    if new is not None:
        notes = (new.metadata.annotations or {}) | {REVISION: str(number)}
        meta = replace(new.metadata, annotations=notes)
        text = f"uses ReplicaSet {new.metadata.name} again, as revision {number}"
        return [Update(replace(new, metadata=meta), text, "D8")]
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
            annotations=_notes(deployment) | {REVISION: str(number)},
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


def _notes(deployment: Object) -> dict[str, str]:
    kept = {k: v for k, v in (deployment.metadata.annotations or {}).items() if k not in _OWN_NOTES}
    replicas = deployment.spec.replicas
    return kept | {DESIRED: str(replicas), MOST: str(replicas + _limits(deployment)[0])}


def _renumber(deployment: Object, new: Object) -> list[Decision]:
    """The Deployment carries the number of its newest ReplicaSet (D8)."""
    number = _note(new, REVISION)
    if _note(deployment, REVISION) == number:
        return []
    notes = (deployment.metadata.annotations or {}) | {REVISION: number}
    meta = replace(deployment.metadata, annotations=notes)
    text = f"is at revision {number}"
    return [Update(replace(deployment, metadata=meta), text, "D8")]


# -- rolling update -------------------------------------------------------------------------------


def _limits(deployment: Object) -> tuple[int, int]:
    """(maxSurge, maxUnavailable) as numbers: one rounded up, the other down, not both 0 (D3)."""
    rolling, replicas = deployment.spec.strategy.rollingUpdate, deployment.spec.replicas
    if deployment.spec.strategy.type == "Recreate" or rolling is None:
        return 0, replicas
    surge, missing = (
        int(v.removesuffix("%")) * replicas / 100 if isinstance(v, str) else v
        for v in (rolling.maxSurge, rolling.maxUnavailable)
    )
    up, down = ceil(surge), int(missing)
    return up, down if up or down else 1


def _room(deployment: Object, new: Object | None, old: list[Object]) -> int:
    """How large the new ReplicaSet may be now (D4)."""
    wanted, has = deployment.spec.replicas, new.spec.replicas if new else 0
    if deployment.spec.strategy.type == "Recreate":
        return int(wanted)
    room = wanted + _limits(deployment)[0] - has - sum(rs.spec.replicas for rs in old)
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
    least = deployment.spec.replicas - _limits(deployment)[1]
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
    if new is None or _is_outranked(new, old):
        return _next_revision(view, deployment, new, old)
    return _grow(deployment, new, old)


# -- scaling while several ReplicaSets have Pods --------------------------------------------------


def _is_resized(deployment: Object, sets: list[Object]) -> bool:
    wanted = str(deployment.spec.replicas)
    return any(rs.spec.replicas and _note(rs, DESIRED) not in (None, wanted) for rs in sets)


def _resize(deployment: Object, new: Object | None, old: list[Object]) -> list[Decision]:
    """Share the new number of replicas among the ReplicaSets by their size (D4)."""
    wanted = deployment.spec.replicas
    active = [rs for rs in [*old, *([new] if new else [])] if rs.spec.replicas]
    if len(active) < 2:
        active = active or ([new] if new else old[-1:])
        return _sized(deployment, {rs.metadata.name: wanted for rs in active}, active)
    if new and new.spec.replicas == wanted == (new.status.availableReplicas or 0):
        return _sized(deployment, dict.fromkeys((rs.metadata.name for rs in old), 0), old)
    surge = _limits(deployment)[0]
    most = wanted + surge if wanted else 0
    to_add = most - sum(rs.spec.replicas for rs in active)
    active.sort(key=lambda rs: (-rs.spec.replicas, rs is not new if to_add > 0 else rs is new))
    sizes, added = {}, 0
    for rs in active:
        before = int(_note(rs, MOST) or deployment.status.replicas or 1)
        share = round(rs.spec.replicas * most / before) - rs.spec.replicas
        left = to_add - added
        share = min(share, left) if to_add > 0 else max(share, left)
        sizes[rs.metadata.name], added = rs.spec.replicas + share, added + share
    sizes[active[0].metadata.name] = max(0, sizes[active[0].metadata.name] + to_add - added)
    return _sized(deployment, sizes, active)


def _sized(deployment: Object, sizes: dict[str, int], sets: list[Object]) -> list[Decision]:
    notes = _notes(deployment)
    return [
        _scale(deployment, rs, sizes[rs.metadata.name], "D4", "its share of the replicas")
        for rs in sets
        if sizes[rs.metadata.name] != rs.spec.replicas or _note(rs, DESIRED) != notes[DESIRED]
    ]


def _scale(deployment: Object, rs: Object, size: int, rule: str, why: str) -> Update:
    name, before = rs.metadata.name, rs.spec.replicas
    meta = replace(rs.metadata, annotations=(rs.metadata.annotations or {}) | _notes(deployment))
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
    """When the roll-out is over, old ReplicaSets go beyond the history limit (D8)."""
    if new is None or deployment.status is None:
        return []
    if not deploystatus.is_complete(deployment, deployment.status):
        return []
    idle = [
        rs
        for rs in sorted(old, key=lambda rs: int(_note(rs, REVISION) or 0))
        if not rs.spec.replicas and not rs.status.replicas
    ]
    limit = deployment.spec.revisionHistoryLimit
    return [
        Delete(key_of(rs), f"drops ReplicaSet {rs.metadata.name}: history limit {limit}", "D8")
        for rs in idle[: max(0, len(idle) - limit)]
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
