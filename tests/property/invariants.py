"""What must hold whatever was done: checked on every record of history, and at rest."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from immutables import Map
from lightkube.models.meta_v1 import LabelSelector
from msgspec.structs import replace

from statefulkit import Cluster
from statefulkit.api import selectors
from statefulkit.conditions import (
    is_created,
    is_finished,
    is_ready,
    is_running_and_ready,
    is_terminating,
)
from statefulkit.controllers.pods import controller_of, is_running_and_available, ordinal, revision
from statefulkit.index import reindexed
from statefulkit.store import Record, State, View
from tests.property import disks, placing

CONTROLLER, COLLECTOR, USER = "statefulset-controller", "garbage-collector", "user"


def check_records(past: State, now: State) -> None:
    """Everything that was written since the moment `past` was rightly written."""
    for before, record in _steps(past, now):
        assert record.time >= before.time
        _grows(record)
        placing.check_record(View(before), record)
        if record.actor == "replicaset-controller":
            _replica_count(View(before), record)
        if record.key.kind == "ControllerRevision" and record.after is None:
            _revision_unused(View(before), record)
        if record.key.kind == "ReplicaSet" and record.actor == "deployment-controller":
            _surge_kept(View(before), record)
        if record.key.kind == "Pod" and record.actor == CONTROLLER:
            sts = before.objects.get(record.subject)
            if record.verb == "create":
                _created_in_order(View(before), sts, record)
            elif record.verb == "delete":
                _deleted_in_order(View(before), sts, record)
        asked = record.before is not None and record.before.metadata.deletionTimestamp is None
        if record.key.kind == "PersistentVolumeClaim" and record.verb == "delete" and asked:
            _claim_deleted_for_a_reason(before, record)
        if record.before is not None and record.key.kind == "PersistentVolume":
            _disk_kept(before, record)


def _steps(past: State, now: State) -> Iterator[tuple[State, Record]]:
    """Each record with the state before it, which grows along: history itself is checked elsewhere."""
    for record in now.history.since(past.version):
        yield past, record
        if record.after is not record.before:
            past = past.put(record.key, record.after)
        facts = past.runtime.mutate()
        record.tell(facts)
        past = replace(past, version=record.version, time=record.time, runtime=facts.finish())


def check_history(moments: list[State], now: State) -> None:
    """Going back to a moment finds the store as it was, and an index as if it were made anew."""
    for moment in moments:
        past = now.back_to(moment.version)
        assert past.objects == moment.objects
        assert past.index == moment.index
        assert past.time <= moment.time
    anew = reindexed(Map(), ((None, obj) for obj in now.objects.values()))
    assert anew == now.index


def _grows(record: Record) -> None:
    """Generation and resourceVersion only grow; the UID of a version's successor is its own."""
    if record.before is None or record.after is None or record.before is record.after:
        return
    old, new = record.before.metadata, record.after.metadata
    assert int(new.resourceVersion) > int(old.resourceVersion)
    assert (new.generation or 0) >= (old.generation or 0)
    assert new.uid == old.uid
    if old.generation and record.before.spec != record.after.spec:
        assert new.generation > old.generation  # S17


def _replica_count(view: View, record: Record) -> None:
    """A ReplicaSet makes Pods only while it has too few, and deletes them only while too many (D2)."""
    if record.key.kind == "Event":
        assert record.after.reason != "FailedCreate"  # its Pods' names are new (D2)
    if record.key.kind != "Pod":
        return
    owner = view.find(*record.subject)
    pods = [p for p in view.owned(owner.metadata.uid, "Pod")
            if not is_finished(p) and not is_terminating(p)]  # fmt: skip
    if record.verb == "create":
        assert len(pods) < owner.spec.replicas
    elif record.verb == "delete" and record.before in pods:
        assert len(pods) > owner.spec.replicas


def _surge_kept(view: View, record: Record) -> None:
    """A ReplicaSet grows only as far as `replicas` and the surge allow, or alone (D3, D5)."""
    was = record.before.spec.replicas if record.before is not None else 0
    owner = view.find(*record.subject)
    if record.after is None or owner is None or record.after.spec.replicas <= was:
        return
    others = [rs for rs in view.owned(owner.metadata.uid, "ReplicaSet")
              if rs.metadata.name != record.key.name]  # fmt: skip
    if owner.spec.strategy.type == "Recreate" and was == 0:
        for rs in others:
            assert all(is_finished(p) for p in view.owned(rs.metadata.uid, "Pod"))
    rolling, wanted = owner.spec.strategy.rollingUpdate, owner.spec.replicas
    most: Any = rolling.maxSurge if rolling else 0
    if isinstance(most, str):
        most = ceil(int(most.removesuffix("%")) * wanted / 100)
    assert sum(rs.spec.replicas for rs in [*others, record.after]) <= wanted + most


def _revision_unused(view: View, record: Record) -> None:
    """The set never drops the revision of its own template or of a Pod (S49)."""
    sts = view.find(*record.subject)
    if record.actor == CONTROLLER:
        kept = record.before.data["spec"]["template"]
        assert sts.spec.template.to_dict() | {"$patch": "replace"} != kept
        pods = view.owned(sts.metadata.uid, "Pod")
        assert record.key.name not in map(revision, pods)


def _wanted(sts: Any) -> range:
    start = (sts.spec.ordinals and sts.spec.ordinals.start) or 0
    return range(start, start + sts.spec.replicas)


def _created_in_order(view: View, sts: Any, record: Record) -> None:
    """Only wanted ordinals, and, OrderedReady, none before all lower ones are available (S32)."""
    number = ordinal(record.after)
    assert number in _wanted(sts)
    assert view.find(*record.key) is None
    if sts.spec.podManagementPolicy == "Parallel":
        return
    for lower in range(_wanted(sts).start, number):
        pod = view.find("Pod", "default", f"web-{lower}")
        least = sts.spec.minReadySeconds or 0
        assert pod is not None
        assert is_running_and_available(pod, least, record.time)
        assert not is_terminating(pod)


def _deleted_in_order(view: View, sts: Any, record: Record) -> None:
    """Finished Pods, condemned ones from the top, outdated ones from the top (S32, S33, S35)."""
    pod, number = record.before, ordinal(record.before)
    assert not is_terminating(pod)
    if is_finished(pod):
        return
    owned = [p for p in view.owned(sts.metadata.uid, "Pod") if p is not pod]
    condemned = [p for p in owned if ordinal(p) not in _wanted(sts)]
    ordered = sts.spec.podManagementPolicy != "Parallel"
    if number not in _wanted(sts):
        if ordered:
            assert all(ordinal(p) < number or is_terminating(p) is False for p in condemned)
            assert all(ordinal(p) < number for p in condemned)
        return
    assert sts.spec.updateStrategy.type == "RollingUpdate"
    rolling = sts.spec.updateStrategy.rollingUpdate
    assert number >= _wanted(sts).start + ((rolling and rolling.partition) or 0)
    if ordered:
        assert not condemned
        assert {ordinal(p) for p in owned} | {number} >= set(_wanted(sts))
        assert all(is_running_and_ready(p) and not is_terminating(p) for p in owned)
    newer = [p for p in owned if ordinal(p) > number and ordinal(p) in _wanted(sts)]
    assert all(revision(p) != revision(pod) or ordered is False for p in newer)


def _claim_deleted_for_a_reason(before: State, record: Record) -> None:
    """A claim goes because a person says so or because its owner has gone (S40, S43)."""
    if record.actor == COLLECTOR:
        refs = record.before.metadata.ownerReferences or ()
        assert refs
        for ref in refs:
            owner = View(before).find(ref.kind, "default", ref.name)
            assert (
                owner is None
                or owner.metadata.uid != ref.uid
                or (
                    owner.metadata.deletionTimestamp is not None  # foreground
                )
            )
    else:
        assert record.actor == USER


def _disk_kept(before: State, record: Record) -> None:
    """A volume's data are as they were, unless its claim has gone and the policy is Delete (V9)."""
    disk = ("disk", record.key.name)
    if record.after is not None:
        facts = before.runtime.mutate()
        record.tell(facts)
        assert facts.get(disk) == before.runtime.get(disk) or (
            record.after.metadata.deletionTimestamp is not None
        )
        return
    ref = record.before.spec.claimRef
    claim = View(before).find("PersistentVolumeClaim", ref.namespace, ref.name)
    assert claim is None or claim.metadata.uid != ref.uid
    assert record.before.spec.persistentVolumeReclaimPolicy == "Delete"


def check_at_rest(cluster: Cluster) -> None:
    """When nothing is left to do at this moment: status, DNS and endpoints equal what counting gives."""
    view = cluster.view
    sts = view.find("StatefulSet", "default", "web")
    if sts is not None and sts.metadata.deletionTimestamp is None:
        pods = [p for p in view.owned(sts.metadata.uid, "Pod") if is_created(p)]
        status = sts.status
        assert status.observedGeneration == sts.metadata.generation
        assert status.replicas == len(pods)
        assert status.readyReplicas == sum(map(is_running_and_ready, pods))
        staying = [p for p in pods if not is_terminating(p)]
        assert status.updatedReplicas == sum(revision(p) == status.updateRevision for p in staying)
        assert status.currentReplicas == sum(revision(p) == status.currentRevision for p in staying)
        least = sts.spec.minReadySeconds or 0
        available = [p for p in pods if is_running_and_available(p, least, view.time)]
        assert (status.availableReplicas or 0) == len(available)
        if len(available) == len(pods) == sts.spec.replicas:  # else it may wait before it ties them
            _check_claims(view, sts, pods)
        _check_revisions(view, sts, pods)
    _check_replica_sets(view)
    _check_budgets(view)
    _check_owners(view)
    placing.check_at_rest(view)
    disks.check_none_left(view)
    check_dns(cluster)


def _check_claims(view: View, sts: Any, pods: list[Any]) -> None:
    """Claims are owned by what they shall go with (S40)."""
    policy = sts.spec.persistentVolumeClaimRetentionPolicy
    wanted = [sts.metadata.uid] if policy and policy.whenDeleted == "Delete" else []
    for pod in pods:
        claim = view.find("PersistentVolumeClaim", "default", f"www-{pod.metadata.name}")
        if claim is not None:
            assert [ref.uid for ref in claim.metadata.ownerReferences or ()] == wanted


def _check_revisions(view: View, sts: Any, pods: list[Any]) -> None:
    """What is in use is kept, and of the rest as many as the limit says (S49)."""
    owned = view.owned(sts.metadata.uid, "ControllerRevision")
    names = {r.metadata.name for r in owned}
    used = {sts.status.currentRevision, sts.status.updateRevision, *map(revision, pods)}
    assert used <= names
    assert len(names - used) <= sts.spec.revisionHistoryLimit


def _check_replica_sets(view: View) -> None:
    for rs in view.all("ReplicaSet", "default"):
        if rs.metadata.deletionTimestamp is None:
            pods = [p for p in view.owned(rs.metadata.uid, "Pod") if not is_finished(p)]
            staying = [p for p in pods if not is_terminating(p)]
            assert len(staying) == rs.spec.replicas
            assert rs.status.replicas == len(staying)
            assert (rs.status.readyReplicas or 0) == sum(map(is_ready, staying))


def _check_owners(view: View) -> None:
    """What all of its owners have left is collected (S42)."""
    uids = {o.metadata.uid for o in view.state.objects.values()}
    for obj in view.state.objects.values():
        refs = obj.metadata.ownerReferences
        assert not refs or obj.metadata.deletionTimestamp or {r.uid for r in refs} & uids


def _has_left(record: Record) -> bool:
    pod = record.after
    return record.key.kind == "Pod" and pod and (pod.metadata.labels or {}).get("app") == "away"


def _check_budgets(view: View) -> None:
    if any(_has_left(record) for record in view.records()):
        return  # a budget is not told of a Pod that has left its selector, as in life
    for budget in view.all("PodDisruptionBudget", "default"):
        pods = [
            p
            for p in view.all("Pod", "default")
            if not is_finished(p)
            and selectors.matches(budget.spec.selector, p.metadata.labels or {})
        ]
        healthy = [p for p in pods if is_ready(p) and not is_terminating(p)]
        assert budget.status.currentHealthy == len(healthy)
        spare = len(healthy) - budget.status.desiredHealthy
        assert budget.status.disruptionsAllowed in (0, max(0, spare))


def check_dns(cluster: Cluster) -> None:
    """DNS answers what the endpoints say, and the endpoints what the Pods are (N4, N12 to N15)."""
    view = cluster.view
    for service in view.all("Service", "default"):
        name = service.metadata.name
        if name not in ("nginx", "www"):
            continue
        found = set(cluster.at(version=cluster.version).resolve(name).answers)
        if service.spec.clusterIP != "None":
            assert found == {service.spec.clusterIP}
            _check_requests(cluster, service)
            continue
        slices = view.slices("default", name)
        endpoints = [e for s in slices for e in s.endpoints or ()]
        early = service.spec.publishNotReadyAddresses
        shown = {e.addresses[0] for e in endpoints if early or e.conditions.ready}
        assert found == shown
        pods = view.selected("Pod", "default", LabelSelector(matchLabels=service.spec.selector))
        placed = [p for p in pods if p.status.podIP and not is_finished(p)]
        wanted = [p for p in placed if early or (is_ready(p) and not is_terminating(p))]
        assert shown == {p.status.podIP for p in wanted}


def _check_requests(cluster: Cluster, service: Any) -> None:
    """Through a Service's own address only Ready Pods answer, or nobody (N7)."""
    pods = cluster.view.selected("Pod", "default", LabelSelector(matchLabels=service.spec.selector))
    ready = {p.metadata.name for p in pods if is_ready(p) and not is_terminating(p)}
    asked = cluster.fork()
    for _ in range(3):
        by = asked.request(f"http://{service.metadata.name}").pod
        assert by in ready or not ready


def check_identity(cluster: Cluster) -> None:
    """At most one Pod object a name, and no Pod of a set without its ordinal's claim when it runs."""
    for pod in cluster.view.all("Pod", "default"):
        owner = controller_of(pod)
        if owner is None or owner.kind != "StatefulSet":
            continue
        if pod.status.phase == "Running" and not is_terminating(pod):
            claim = f"www-{pod.metadata.name}"
            assert cluster.view.find("PersistentVolumeClaim", "default", claim) is not None


def same(one: State, other: State) -> bool:
    """Whether two states are equal in all that can be seen."""
    return (
        one.version == other.version
        and one.objects == other.objects
        and one.runtime == other.runtime
        and one.time == other.time
    )
