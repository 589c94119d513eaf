"""The StatefulSet controller: one sync from A to J, as a pure function.

The picture from life: a row of numbered seats. Seats are filled from the left, one person at a
time, and only when everybody to the left sits comfortably; they are emptied from the right. A seat
keeps its number and its locker (the claim) whoever sits in it. The steps and their order are those
of kube-controller-manager's stateful_set_control.go (S27 to S38).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from lightkube.models.apps_v1 import StatefulSetStatus
from msgspec.structs import replace

from statefulkit.api import selectors
from statefulkit.api.defaults import MAX_UNAVAILABLE
from statefulkit.controllers import claims, revisions
from statefulkit.controllers.identity import planned, start_of
from statefulkit.controllers.pods import (
    POD_INDEX_LABEL,
    POD_NAME_LABEL,
    available_at,
    controller_of,
    controllers_of,
    is_created,
    is_finished,
    is_running_and_available,
    is_running_and_ready,
    is_terminating,
    ordinal,
    owner_reference,
    parent_and_ordinal,
    phase,
    revision,
)
from statefulkit.decisions import (
    Again,
    Create,
    Decision,
    Delete,
    Event,
    Fail,
    Update,
    UpdateStatus,
    Wait,
    itself,
)
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "statefulset-controller"

Step = Generator[Decision, None, bool]  # the decisions of a step; True ends the sync


@dataclass(slots=True)
class Sync:
    """What one sync knows: the set, its revisions, and its Pods by index."""

    view: View
    sts: Object
    revisions: revisions.Revisions
    replicas: list[Object]
    condemned: list[Object]
    first_unavailable: Object | None
    current_replicas: int

    @property
    def monotonic(self) -> bool:
        """OrderedReady: one thing at a time, in order."""
        return bool(self.sts.spec.podManagementPolicy != "Parallel")

    def is_available(self, pod: Object) -> bool:
        """Running and Ready for minReadySeconds."""
        least = self.sts.spec.minReadySeconds or 0
        return is_running_and_available(pod, least, self.view.time)


def plan(view: View, key: Key) -> list[Decision]:
    """What the controller does now for the StatefulSet at `key`."""
    sts = view.find(*key)
    if sts is None:
        return []
    if taken := _adopt_and_release(view, sts):
        return [*taken, Again(view.time)]
    chosen = revisions.choose(view, sts)  # A
    pods = [p for p in view.owned(sts.metadata.uid, "Pod") if _is_member(sts, p)]
    sync = _split(view, sts, chosen, pods)  # B, C, D
    status = _count(sync, pods)
    sync.current_replicas = status.currentReplicas or 0
    decisions: list[Decision] = []
    if sts.metadata.deletionTimestamp is None:  # E
        decisions += [*chosen.decisions, *_steps(sync)]
    else:
        decisions.append(
            Wait("leaves all Pods to the garbage collector: it is being deleted", "S31")
        )
    status = replace(status, currentReplicas=sync.current_replicas)
    decisions += _write_status(sts, _complete(sts, status))
    decisions += revisions.truncate(view, sts, chosen, pods)
    decisions += _look_again(sync)
    return decisions


def _steps(sync: Sync) -> Generator[Decision, None, None]:
    if (yield from _fill(sync)):  # F
        return
    if (yield from _scale_down(sync)):  # G, H
        return
    if sync.sts.spec.updateStrategy.type == "OnDelete":  # I
        if outdated := [
            p for p in sync.replicas if revision(p) != sync.revisions.update.metadata.name
        ]:
            yield Wait(f"waits until {_names(outdated)} is deleted by hand: OnDelete", "S34")
        return
    yield from _update(sync)  # J


# -- A: whose Pods are they -----------------------------------------------------------------------


def _is_member(sts: Object, pod: Object) -> bool:
    return parent_and_ordinal(pod.metadata.name)[0] == str(sts.metadata.name)


def _adopt_and_release(view: View, sts: Object) -> list[Decision]:
    """Take in orphans that belong here, let go of Pods that no longer match (S24, S25)."""
    namespace, selector = sts.metadata.namespace, sts.spec.selector
    found: list[Decision] = []
    for pod in view.owned(sts.metadata.uid, "Pod"):
        matches = selectors.matches(selector, pod.metadata.labels or {})
        if not (matches and _is_member(sts, pod)) and not is_terminating(pod):
            refs = [r for r in pod.metadata.ownerReferences if r.uid != sts.metadata.uid]
            meta = replace(pod.metadata, ownerReferences=refs or None)
            text = f"releases {pod.metadata.name}: its labels no longer match"
            found.append(Update(replace(pod, metadata=meta), text, "S24"))
    if sts.metadata.deletionTimestamp is not None:
        return found
    labels = dict(selector.matchLabels or {})
    for kind in ("ControllerRevision", "Pod"):
        candidates = view.labelled(kind, namespace, labels) if labels else view.all(kind, namespace)
        for orphan in candidates:
            if not controller_of(orphan) and _is_adoptable(sts, orphan):
                refs = [*(orphan.metadata.ownerReferences or ()), owner_reference(sts)]
                meta = replace(orphan.metadata, ownerReferences=refs)
                text = f"adopts {orphan.metadata.name}, which nobody owns"
                rule = "S24" if kind == "Pod" else "S25"
                found.append(Update(replace(orphan, metadata=meta), text, rule))
    return found


def _is_adoptable(sts: Object, orphan: Object) -> bool:
    if orphan.metadata.deletionTimestamp is not None:
        return False
    if not selectors.matches(sts.spec.selector, orphan.metadata.labels or {}):
        return False
    return orphan.kind != "Pod" or _is_member(sts, orphan)


# -- B, C, D: which Pod is where ------------------------------------------------------------------


def _split(view: View, sts: Object, chosen: revisions.Revisions, pods: list[Object]) -> Sync:
    """Pods in range by index, gaps filled with planned Pods; the others condemned (S28 to S30)."""
    start, wanted = start_of(sts), sts.spec.replicas
    by_ordinal = {ordinal(p): p for p in pods}
    replicas = [by_ordinal.get(o) or planned(sts, chosen, o) for o in range(start, start + wanted)]
    condemned = [p for o, p in sorted(by_ordinal.items()) if not start <= o < start + wanted]
    sync = Sync(view, sts, chosen, replicas, condemned[::-1], None, 0)
    unavailable = (
        p for p in [*replicas, *condemned] if not sync.is_available(p) or is_terminating(p)
    )
    sync.first_unavailable = next(unavailable, None)
    return sync


# -- F: replicas, lowest ordinal first ------------------------------------------------------------


def _fill(sync: Sync) -> Step:
    for index, pod in enumerate(sync.replicas):
        stop = yield from _replica(sync, pod, sync.replicas[index + 1 :])
        if stop and sync.monotonic:
            return True
    return False


def _replica(sync: Sync, pod: Object, later: list[Object]) -> Step:
    """One seat: fill it, or wait for whoever sits there (S32)."""
    name = pod.metadata.name
    if is_finished(pod):
        if not is_terminating(pod):
            yield _delete(
                sync, pod, f"deletes {name} to replace it: it has {phase(pod).lower()}", "S32"
            )
        return True
    if not is_created(pod):
        if claim := claims.stale(sync.view, sync.sts, pod):
            old = claim.metadata.name
            yield Wait(f"waits until claim {old} of the former {name} is gone", "S41")
            return True
        yield from _create(sync, pod)
        return True
    if phase(pod) == "Pending":
        yield from claims.create_missing(sync.view, sync.sts, pod)
    if obstacle := _obstacle(sync, pod):
        if sync.monotonic:
            yield Wait(f"waits {obstacle}{_before(later)}", "S32")
        return True
    yield from _repair(sync, pod)
    return False


def _obstacle(sync: Sync, pod: Object) -> str:
    """What about this Pod keeps an ordered set from going on; empty if nothing."""
    name = pod.metadata.name
    if is_terminating(pod):
        return f"until {name} has terminated"
    if not is_running_and_ready(pod):
        return f"for {name} to be Running and Ready"
    if not sync.is_available(pod):
        return f"for {name} to be Ready for {sync.sts.spec.minReadySeconds} s"
    return ""


def _before(later: list[Object]) -> str:
    missing = next((p for p in later if not is_created(p)), None)
    return f" before it creates {missing.metadata.name}" if missing else " before it goes on"


def _create(sync: Sync, pod: Object) -> Generator[Decision, None, None]:
    name, sts = pod.metadata.name, sync.sts
    where = f"create Pod {name} in StatefulSet {sts.metadata.name}"
    failed = Event(sts, "Warning", "FailedCreate", f"{where} failed error: {{error}}")
    yield from claims.create_missing(sync.view, sts, pod)
    if claim := claims.being_deleted(sync.view, sts, pod):
        yield Fail(f"pvc {claim.metadata.name} is being deleted", "S39", failed)
        return
    yield from claims.align_owners(sync.view, sts, pod, condemned=False)
    done = Event(sts, "Normal", "SuccessfulCreate", f"{where} successful")
    yield Create(pod, f"creates {name}{_because(sync, pod)}", "S32", done, failed)


def _because(sync: Sync, pod: Object) -> str:
    index = ordinal(pod) - start_of(sync.sts)
    if not sync.monotonic:
        return " at once: Parallel"
    if index == 0:
        return ", the first ordinal"
    ready = _names(sync.replicas[:index])
    return f": {ready} {'is' if index == 1 else 'are'} Running and Ready"


def _repair(sync: Sync, pod: Object) -> Generator[Decision, None, None]:
    """Restore the labels that make the identity and the claims' owners (S23, S40)."""
    sts, name = sync.sts, pod.metadata.name
    labels = pod.metadata.labels or {}
    if labels.get(POD_NAME_LABEL) != name:
        mended = labels | {POD_NAME_LABEL: name, POD_INDEX_LABEL: str(ordinal(pod))}
        where = f"update Pod {name} in StatefulSet {sts.metadata.name}"
        yield Update(
            replace(pod, metadata=replace(pod.metadata, labels=mended)),
            f"restores the identity labels of {name}",
            "S23",
            Event(sts, "Normal", "SuccessfulUpdate", f"{where} successful"),
            Event(sts, "Warning", "FailedUpdate", f"{where} failed error: {{error}}"),
        )
    yield from claims.align_owners(sync.view, sts, pod, condemned=False)


# -- G, H: condemned Pods, highest ordinal first --------------------------------------------------


def _scale_down(sync: Sync) -> Step:
    for pod in sync.condemned:
        yield from claims.align_owners(sync.view, sync.sts, pod, condemned=True)
    for pod in sync.condemned:
        name = pod.metadata.name
        if is_terminating(pod):
            if sync.monotonic:
                yield Wait(f"waits until {name} has terminated before it goes on", "S33")
                return True
            continue
        if sync.monotonic and not sync.is_available(pod) and pod is not sync.first_unavailable:
            first = sync.first_unavailable.metadata.name if sync.first_unavailable else name
            yield Wait(
                f"waits for {name} to be Ready before it deletes it: {first} is sick too", "S33"
            )
            return True
        yield _delete(sync, pod, f"deletes {name}, the highest ordinal beyond replicas", "S33")
        if sync.monotonic:
            return True
    return False


# -- J: rolling update, highest index first -------------------------------------------------------


def _update(sync: Sync) -> Generator[Decision, None, None]:
    """Delete the highest outdated Pod; its seat is filled from the new revision (S35, S36)."""
    rolling = sync.sts.spec.updateStrategy.rollingUpdate
    partition = (rolling and rolling.partition) or 0
    target = sync.revisions.update.metadata.name
    if MAX_UNAVAILABLE in sync.view.gates:
        yield from _update_several(sync, partition)
        return
    for pod in sync.replicas[partition:][::-1]:
        name = pod.metadata.name
        if revision(pod) != target and not is_terminating(pod):
            text = f"deletes {name} to replace it: its revision is not {target}"
            yield _delete(sync, pod, text, "S35")
            sync.current_replicas -= 1
            return
        if is_terminating(pod) or not sync.is_available(pod):
            if any(revision(p) != target for p in sync.replicas[partition:]):
                yield Wait(
                    f"waits for {name} to be Running and Ready before it updates more", "S35"
                )
            return
    held = [p for p in sync.replicas[:partition] if revision(p) != target]
    if held:
        yield Wait(f"leaves {_names(held)} at the old revision: partition {partition}", "S36")


def _update_several(sync: Sync, partition: int) -> Generator[Decision, None, None]:
    """Delete as many outdated Pods as maxUnavailable leaves room for (S37: the gate is on)."""
    rolling, target = (
        sync.sts.spec.updateStrategy.rollingUpdate,
        sync.revisions.update.metadata.name,
    )
    most = _scaled((rolling and rolling.maxUnavailable) or 1, len(sync.replicas))
    down = [p for p in sync.replicas if is_terminating(p) or not sync.is_available(p)]
    outdated = [
        p for p in sync.replicas[partition:] if revision(p) != target and not is_terminating(p)
    ]
    if outdated and len(down) >= most:
        yield Wait(f"waits for {_names(down)} before it updates more: maxUnavailable {most}", "S37")
    for pod in outdated[::-1][: max(0, most - len(down))]:
        text = f"deletes {pod.metadata.name} to replace it: its revision is not {target}"
        yield _delete(sync, pod, text, "S37")
        sync.current_replicas -= 1


def _scaled(value: int | str, total: int) -> int:
    """maxUnavailable as a number: a percentage is rounded down, and it is never 0 (S37)."""
    if isinstance(value, str):
        return max(1, int(value.removesuffix("%")) * total // 100)
    return value


def _delete(sync: Sync, pod: Object, reason: str, rule: str) -> Delete:
    sts = sync.sts
    where = f"delete Pod {pod.metadata.name} in StatefulSet {sts.metadata.name}"
    return Delete(
        key_of(pod),
        reason,
        rule,
        event=Event(sts, "Normal", "SuccessfulDelete", f"{where} successful"),
        failed=Event(sts, "Warning", "FailedDelete", f"{where} failed error: {{error}}"),
    )


def _names(pods: Iterable[Object]) -> str:
    return ", ".join(p.metadata.name for p in pods)


# -- status ---------------------------------------------------------------------------------------


def _count(sync: Sync, pods: list[Object]) -> StatefulSetStatus:
    """The counters over the Pods seen (S52)."""
    current, update = sync.revisions.current.metadata.name, sync.revisions.update.metadata.name
    members = [p for p in pods if ordinal(p) >= 0 and is_created(p)]
    staying = [p for p in members if not is_terminating(p)]
    return StatefulSetStatus(
        observedGeneration=sync.sts.metadata.generation,
        replicas=len(members),
        readyReplicas=sum(map(is_running_and_ready, members)),
        availableReplicas=sum(map(sync.is_available, members)),
        currentReplicas=sum(revision(p) == current for p in staying),
        updatedReplicas=sum(revision(p) == update for p in staying),
        currentRevision=current,
        updateRevision=update,
        collisionCount=sync.revisions.collisions,
    )


def _complete(sts: Object, status: StatefulSetStatus) -> StatefulSetStatus:
    """An update is over when all replicas are updated and ready (S53)."""
    counters = {status.updatedReplicas, status.readyReplicas, status.replicas, sts.spec.replicas}
    if sts.spec.updateStrategy.type != "RollingUpdate" or len(counters) > 1:
        return status
    return replace(
        status,
        currentRevision=status.updateRevision,
        currentReplicas=status.updatedReplicas,
    )


def _write_status(sts: Object, status: StatefulSetStatus) -> list[Decision]:
    if status == sts.status:
        return []
    text = (
        f"counts {status.replicas} Pods: {status.readyReplicas} ready, "
        f"{status.currentReplicas} current, {status.updatedReplicas} updated"
    )
    return [UpdateStatus(replace(sts, status=status), text, "S52")]


def _look_again(sync: Sync) -> list[Decision]:
    """With minReadySeconds a Pod becomes available without any event (S55)."""
    least = sync.sts.spec.minReadySeconds or 0
    times = (available_at(p, least) for p in sync.replicas if is_created(p))
    due = [t for t in times if t is not None and t > sync.view.time]
    return [Again(min(due))] if least and due else []


# -- what wakes it up -----------------------------------------------------------------------------


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    owners = controllers_of(record, "StatefulSet")
    if owners:
        return owners
    namespace, parent = record.key.namespace, parent_and_ordinal(record.key.name)[0]
    return [Key("StatefulSet", namespace, parent)] if parent else []


WATCHES = {"StatefulSet": itself, "Pod": _of_pod}
