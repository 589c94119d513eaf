"""The StatefulSet controller: one sync from A to J, as a pure function.

The picture from life: a row of numbered seats. Seats are filled from the left, one person at a
time, and only when everybody to the left sits comfortably; they are emptied from the right. A seat
keeps its number and its locker (the claim) whoever sits in it. The steps and their order are those
of kube-controller-manager's stateful_set_control.go (S27 to S38).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from lightkube.models.apps_v1 import StatefulSetStatus
from msgspec.structs import replace

from statefulkit.api.defaults import MAX_UNAVAILABLE
from statefulkit.api.errors import forbidden
from statefulkit.api.labels import POD_INDEX_LABEL, POD_NAME_LABEL
from statefulkit.api.validation.core import POD_IMMUTABLE
from statefulkit.conditions import is_created, is_finished, is_running_and_ready, is_terminating
from statefulkit.controllers import adoption, claims, revisions, setstatus
from statefulkit.controllers.identity import planned, wanted_by
from statefulkit.controllers.pods import (
    controllers_of,
    is_running_and_available,
    ordinal,
    parent_and_ordinal,
    revision,
)
from statefulkit.decisions import Again, Create, Decision, Delete, Event, Fail, Update, Wait, itself
from statefulkit.ordinals import Ordinals
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "statefulset-controller"

Step = Generator[Decision, None, bool]  # the decisions of a step; True ends the sync


@dataclass(slots=True)
class Sync:
    """What one sync knows.

    Attributes:
        wanted: the ordinals that the spec asks for.
        seats: the ordinals that have a Pod.
        unhealthy: the Pods that are not Running and Ready, or terminating, by ordinal.
        condemned: the ordinals beyond `wanted` that have one.
    """

    view: View
    sts: Object
    revisions: revisions.Revisions
    wanted: range
    seats: Ordinals
    unhealthy: dict[int, Object]
    condemned: Ordinals
    current_replicas: int

    @property
    def monotonic(self) -> bool:
        """OrderedReady: one thing at a time, in order."""
        return bool(self.sts.spec.podManagementPolicy != "Parallel")

    @property
    def target(self) -> str:
        """The name of the revision that every Pod is to have."""
        return str(self.revisions.update.metadata.name)

    def pod(self, number: int) -> Object:
        """The Pod on a seat, planned where the seat is empty (S29)."""
        if number not in self.seats:
            return planned(self.sts, self.revisions, number)
        meta = self.sts.metadata
        return self.view.find("Pod", meta.namespace, f"{meta.name}-{number}")

    def is_available(self, pod: Object) -> bool:
        """Running and Ready for minReadySeconds."""
        least = self.sts.spec.minReadySeconds or 0
        return is_running_and_available(pod, least, self.view.time)

    def names(self, numbers: list[int] | range | Ordinals) -> str:
        """`web-0`, `web-0, web-1` or, where there are many, `web-0 to web-7`."""
        if len(numbers) > 3:
            return f"{self.names([next(iter(numbers))])} to {self.names([next(reversed(numbers))])}"
        return ", ".join(f"{self.sts.metadata.name}-{n}" for n in numbers)

    def those(self, numbers: range | Ordinals) -> str:
        """`web-0 is` or `web-0, web-1 are`."""
        return f"{self.names(numbers)} {'is' if len(numbers) == 1 else 'are'}"


def plan(view: View, key: Key) -> list[Decision]:
    """What the controller does now for the StatefulSet at `key`."""
    sts = view.find(*key)
    if sts is None:
        return []
    if taken := _adopt_and_release(view, sts):
        return [*taken, Again(view.time)]
    chosen = revisions.choose(view, sts)  # A
    status = setstatus.count(view, sts, chosen)
    sync = _split(view, sts, chosen, status)  # B, C, D
    decisions = [*chosen.decisions] if sts.metadata.deletionTimestamp is None else []
    decisions += revisions.truncate(view, sts, chosen)  # also where a later step fails
    if sts.metadata.deletionTimestamp is None:  # E
        decisions += _steps(sync)
    else:
        decisions.append(
            Wait("leaves all Pods to the garbage collector: it is being deleted", "S31")
        )
    status = replace(status, currentReplicas=sync.current_replicas)
    fills = any(isinstance(d, Create) and d.obj.kind == "Pod" for d in decisions)
    decisions += setstatus.write(sts, setstatus.completed(sts, status, fills))
    decisions += setstatus.look_again(view, sts)
    return decisions


def _steps(sync: Sync) -> Generator[Decision, None, None]:
    if (yield from _fill(sync)):  # F
        return
    if (yield from _scale_down(sync)):  # G, H
        return
    if sync.sts.spec.updateStrategy.type == "OnDelete":  # I
        if outdated := _outdated(sync, sync.wanted):
            yield Wait(f"waits until {sync.those(outdated)} deleted by hand: OnDelete", "S34")
    elif MAX_UNAVAILABLE in sync.view.gates:
        yield from _update_several(sync)
    else:
        yield from _update(sync)  # J


# -- A, B, C, D: whose Pods are they, and which is where ------------------------------------------


def _adopt_and_release(view: View, sts: Object) -> list[Decision]:
    def is_member(pod: Object) -> bool:
        return parent_and_ordinal(pod.metadata.name)[0] == str(sts.metadata.name)

    seats = view.seats(sts.metadata.uid, sts.metadata.name)
    return [
        *adoption.release(view, sts, is_member, len(seats)),
        *adoption.adopt(view, sts, "ControllerRevision", lambda _: True, "S25"),
        *adoption.adopt(view, sts, "Pod", is_member, "S24"),
    ]


def _split(view: View, sts: Object, chosen: revisions.Revisions, status: StatefulSetStatus) -> Sync:
    """Seats in range and the condemned beyond them (S28, S30)."""
    uid, wanted = sts.metadata.uid, wanted_by(sts)
    seats = view.seats(uid, sts.metadata.name)
    unhealthy = {ordinal(p): p for p in view.unhealthy(uid)}
    current = status.currentReplicas or 0
    condemned = seats.but(Ordinals((wanted,)))
    return Sync(view, sts, chosen, wanted, seats, unhealthy, condemned, current)


# -- F: replicas, lowest ordinal first ------------------------------------------------------------


def _fill(sync: Sync) -> Step:
    for number in _needy(sync):
        if (yield from _replica(sync, sync.pod(number))) and sync.monotonic:
            return True
    return False


def _needy(sync: Sync) -> Iterator[int]:
    """The seats to look at: empty ones and unhealthy Pods, or all where health does not tell."""
    sts, uid = sync.sts, sync.sts.metadata.uid
    everyone = (
        bool(sts.spec.minReadySeconds)
        or len(sync.view.named(uid)) < len(sync.seats)
        or not claims.all_mounted(sync.view, sts, len(sync.seats))
        or claims.owners_matter(sync.view, sts)
    )
    if everyone:
        return iter(sync.wanted)
    return merge(
        sync.seats.missing(sync.wanted),
        sorted(n for n in sync.unhealthy if n in sync.wanted and n in sync.seats),
    )


def _replica(sync: Sync, pod: Object) -> Step:
    """One seat: fill it, or wait for whoever sits there (S32)."""
    name = pod.metadata.name
    if is_finished(pod):
        if not is_terminating(pod):
            yield _delete(
                sync, pod, f"deletes {name} to replace it: it has {pod.status.phase.lower()}", "S32"
            )
        return True
    if not is_created(pod):
        if claim := claims.stale(sync.view, sync.sts, pod):
            old = claim.metadata.name
            yield Wait(f"waits until claim {old} of the former {name} is gone", "S41")
            return True
        yield from _create(sync, pod)
        return True
    if pod.status.phase == "Pending":
        yield from claims.create_missing(sync.view, sync.sts, pod)
    if obstacle := _obstacle(sync, pod):
        if sync.monotonic:
            yield Wait(f"waits {obstacle}{_before(sync, ordinal(pod))}", "S32")
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


def _before(sync: Sync, number: int) -> str:
    empty = next((n for n in sync.seats.missing(sync.wanted) if n > number), None)
    return " before it goes on" if empty is None else f" before it creates {sync.names([empty])}"


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
    lower = range(sync.wanted.start, ordinal(pod))
    if not sync.monotonic:
        return " at once: Parallel"
    if not lower:
        return ", the first ordinal"
    return f": {sync.those(lower)} Running and Ready"


def _repair(sync: Sync, pod: Object) -> Generator[Decision, None, None]:
    """Restore the labels that make the identity and the claims' owners (S23, S40)."""
    sts, name = sync.sts, pod.metadata.name
    labels = pod.metadata.labels or {}
    where = f"update Pod {name} in StatefulSet {sts.metadata.name}"
    failed = Event(sts, "Warning", "FailedUpdate", f"{where} failed error: {{error}}")
    if not claims.is_mounted(sts, pod):  # volumes of a Pod can't be changed: the API refuses
        yield Fail(f'Pod "{name}" is invalid: {forbidden("spec", POD_IMMUTABLE)}', "S23", failed)
        return
    if labels.get(POD_NAME_LABEL) != name:
        mended = labels | {POD_NAME_LABEL: name, POD_INDEX_LABEL: str(ordinal(pod))}
        yield Update(
            replace(pod, metadata=replace(pod.metadata, labels=mended)),
            f"restores the identity labels of {name}",
            "S23",
            Event(sts, "Normal", "SuccessfulUpdate", f"{where} successful"),
            failed,
        )
    yield from claims.align_owners(sync.view, sts, pod, condemned=False)


# -- G, H: condemned Pods, highest ordinal first --------------------------------------------------


def _scale_down(sync: Sync) -> Step:
    if claims.owners_matter(sync.view, sync.sts):
        for number in reversed(sync.condemned):
            pod = sync.pod(number)
            yield from claims.align_owners(sync.view, sync.sts, pod, condemned=True)
    sick = _sick(sync, sync.condemned)
    for number in reversed(sync.condemned):
        pod = sync.pod(number)
        name = pod.metadata.name
        if is_terminating(pod):
            if sync.monotonic:
                yield Wait(f"waits until {name} has terminated before it goes on", "S33")
                return True
            continue
        if sync.monotonic and number in sick[1:]:
            first = sync.names(sick[:1])
            yield Wait(
                f"waits for {name} to be Ready before it deletes it: {first} is sick too", "S33"
            )
            return True
        yield _delete(sync, pod, f"deletes {name}, the highest ordinal beyond replicas", "S33")
        if sync.monotonic:
            return True
    return False


def _sick(sync: Sync, seats: Ordinals) -> list[int]:
    """Those of the seats, all taken, whose Pod is terminating or not available; lowest first."""
    if not sync.sts.spec.minReadySeconds:  # then it is the unhealthy ones
        return sorted(n for n in sync.unhealthy if n in seats)
    return [n for n in seats if n in sync.unhealthy or not sync.is_available(sync.pod(n))]


# -- J: rolling update, highest index first -------------------------------------------------------


def _update(sync: Sync) -> Generator[Decision, None, None]:
    """Delete the highest outdated Pod; its seat is filled from the new revision (S35, S36)."""
    outdated = _outdated(sync, sync.wanted)
    if not outdated:
        return
    partition = _rolling(sync)[0]
    free = sync.wanted[partition:]
    due = outdated.within(free)
    number = max([*_down(sync, free)[-1:], *islice(reversed(due), 1)], default=None)
    if number is None:
        text = f"leaves {sync.names(outdated)} at the old revision: partition {partition}"
        yield Wait(text, "S36")
        return
    pod = sync.pod(number)
    if revision(pod) != sync.target and not is_terminating(pod):
        yield _replace(sync, pod, "S35")
    elif due:
        name = pod.metadata.name
        yield Wait(f"waits for {name} to be Running and Ready before it updates more", "S35")


def _update_several(sync: Sync) -> Generator[Decision, None, None]:
    """Delete as many outdated Pods as maxUnavailable leaves room for (S37: the gate is on)."""
    partition, most = _rolling(sync)
    outdated, down = _outdated(sync, sync.wanted[partition:]), _down(sync, sync.wanted)
    due = [n for n in reversed(outdated) if not is_terminating(sync.pod(n))]
    if due and len(down) >= most:
        text = f"waits for {sync.names(down)} before it updates more: maxUnavailable {most}"
        yield Wait(text, "S37")
    for number in due[: max(0, most - len(down))]:
        yield _replace(sync, sync.pod(number), "S37")


def _down(sync: Sync, numbers: range) -> list[int]:
    """The seats that are empty or whose Pod is terminating or not available; lowest first."""
    return sorted([*sync.seats.missing(numbers), *_sick(sync, sync.seats.within(numbers))])


def _rolling(sync: Sync) -> tuple[int, int]:
    """(partition, maxUnavailable); a percentage is rounded down, and is never 0 (S9, S37)."""
    rolling = sync.sts.spec.updateStrategy.rollingUpdate
    if rolling is None:
        return 0, 1
    most = rolling.maxUnavailable or 1
    if isinstance(most, str):
        most = max(1, int(most.removesuffix("%")) * len(sync.wanted) // 100)
    return rolling.partition or 0, most


def _outdated(sync: Sync, numbers: range) -> Ordinals:
    """The seats among these whose Pod is not of the update revision."""
    meta = sync.sts.metadata
    return sync.seats.but(sync.view.made(meta.uid, meta.name, sync.target)).within(numbers)


def _replace(sync: Sync, pod: Object, rule: str) -> Delete:
    sync.current_replicas -= 1
    text = f"deletes {pod.metadata.name} to replace it: its revision is not {sync.target}"
    return _delete(sync, pod, text, rule)


def _delete(sync: Sync, pod: Object, reason: str, rule: str) -> Delete:
    sts = sync.sts
    where = f"delete Pod {pod.metadata.name} in StatefulSet {sts.metadata.name}"
    return Delete(
        key_of(pod),
        reason,
        rule,
        event=Event(sts, "Normal", "SuccessfulDelete", f"{where} successful"),
    )


# -- what wakes it up -----------------------------------------------------------------------------


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    owners = controllers_of(record, "StatefulSet")
    if owners:
        return owners
    namespace, parent = record.key.namespace, parent_and_ordinal(record.key.name)[0]
    return [Key("StatefulSet", namespace, parent)] if parent else []


WATCHES = {"StatefulSet": itself, "Pod": _of_pod}
