"""What there is to say of one object of each kind: sentences with their rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from statefulkit.conditions import is_ready, is_running_and_ready, is_terminating
from statefulkit.controllers.claims import claim_name, policy
from statefulkit.controllers.identity import wanted_by
from statefulkit.controllers.pods import controller_of, ordinal, parent_and_ordinal, revision
from statefulkit.controllers.volumes import claims_of
from statefulkit.store import Key, Object, View
from statefulkit.views import sentences_en as say
from statefulkit.views.columns import age, node_status, pod_status
from statefulkit.views.published import dns_name, is_stale, published, stale_answers
from statefulkit.views.unblock import Told, unblock

Sentences = Iterator[Told]


def about(view: View, obj: Object) -> Sentences:
    """Sentences about an object of any kind."""
    yield from _KINDS.get(obj.kind, _other)(view, obj)


def _stateful_set(view: View, sts: Object) -> Sentences:
    status, name, wanted = sts.status, sts.metadata.name, sts.spec.replicas
    ready, updated = status.readyReplicas or 0, status.updatedReplicas or 0
    changing = status.currentRevision != status.updateRevision
    pods = view.owned(sts.metadata.uid, "Pod")
    settled = all(is_running_and_ready(p) and not is_terminating(p) for p in pods)
    goes = sts.metadata.deletionTimestamp is not None
    if ready == wanted == len(pods) and settled and not changing and not goes:
        yield (say.SET_DONE if wanted else say.SET_NONE).format(n=wanted, name=name), "S32"
    else:
        counts = say.SET_COUNTS.format(
            name=name, wanted=wanted, created=status.replicas or 0, ready=ready, updated=updated
        )
        yield counts, "S52"
    if goes:
        yield say.SET_GOES, "S31"
    if changing:
        yield from _update(sts)
    parallel = sts.spec.podManagementPolicy == "Parallel"
    yield (say.SET_PARALLEL if parallel else say.SET_ORDER), "S32"
    kept = sts.spec.persistentVolumeClaimRetentionPolicy
    if kept is not None and sts.spec.volumeClaimTemplates:
        text = say.SET_KEEPS.format(scaled=kept.whenScaled, deleted=kept.whenDeleted)
        yield text, "S40"
    yield from _help_set(view, sts, pods)


def _update(sts: Object) -> Sentences:
    old, new = sts.status.currentRevision, sts.status.updateRevision
    yield say.SET_UPDATE.format(old=old, new=new), "S51"
    strategy = sts.spec.updateStrategy
    if strategy.type == "OnDelete":
        yield say.SET_ON_DELETE, "S34"
    elif strategy.rollingUpdate and strategy.rollingUpdate.partition:
        partition = strategy.rollingUpdate.partition
        first = wanted_by(sts).start + partition  # it counts from the first ordinal (S35)
        yield say.SET_HELD.format(partition=partition, first=first), "S36"


def _deployment(view: View, found: Object) -> Sentences:
    yield _counts(found, found.status.updatedReplicas or 0), "D4"
    made = [r for r in view.all("ReplicaSet", found.metadata.namespace) if _owned(r, found)]
    sizes = ", ".join(f"{r.metadata.name} {r.spec.replicas}" for r in made) or "none"
    yield say.DEPLOYMENT_SETS.format(sizes=sizes), "D1"
    recreate = found.spec.strategy.type == "Recreate"
    yield (say.DEPLOYMENT_RECREATE, "D5") if recreate else (say.DEPLOYMENT_ROLLS, "D4")
    pods = [p for r in made for p in view.owned(r.metadata.uid, "Pod")]
    yield from _help(view, _sick(pods)[:1])


def _replica_set(view: View, found: Object) -> Sentences:
    yield _counts(found, found.status.replicas or 0), "D7"
    yield say.REPLICASET_NAMES, "D2"
    yield from _help(view, _sick(view.owned(found.metadata.uid, "Pod"))[:1])


def _counts(found: Object, updated: int) -> str:
    status = found.status
    return say.SET_COUNTS.format(
        name=found.metadata.name, wanted=found.spec.replicas, created=status.replicas or 0,
        ready=status.readyReplicas or 0, updated=updated,
    )  # fmt: skip


def _owned(obj: Object, owner: Object) -> bool:
    ref = controller_of(obj)
    return ref is not None and ref.uid == owner.metadata.uid


def _help(view: View, pods: list[Object]) -> Sentences:
    """What would help these Pods."""
    for pod in pods:
        found = unblock(view, pod)
        if found is not None:
            yield say.UNBLOCK.format(what=found[0]), found[1]


def _sick(pods: list[Object]) -> list[Object]:
    """The Pods that are not as they should be, or going away, by ordinal."""
    sick = (p for p in pods if is_terminating(p) or not is_running_and_ready(p))
    return sorted(sick, key=ordinal)


def _help_set(view: View, sts: Object, pods: list[Object]) -> Sentences:
    """What would help a set to go on, in the order in which it looks at its Pods (S32, S33)."""
    sick = _sick(pods)
    if wanted := [p for p in sick if ordinal(p) in wanted_by(sts)]:
        yield from _help(view, wanted[:1])
        return
    condemned = sick[::-1]
    blocked = sts.spec.podManagementPolicy != "Parallel" and len(condemned) > 1
    if not blocked or is_terminating(condemned[0]):
        yield from _help(view, condemned[:1])
        return
    names = ", ".join(p.metadata.name for p in condemned)
    yield say.SET_BLOCKED.format(pods=names), "S33"
    yield from _help(view, condemned)


def _pod(view: View, pod: Object) -> Sentences:
    name, status = pod.metadata.name, pod_status(pod)
    if pod.spec.nodeName:
        ip, node = pod.status.podIP, pod.spec.nodeName
        address = say.ADDRESS.format(ip=ip) if ip else say.NO_ADDRESS
        yield say.POD_STATE.format(name=name, status=status, node=node, address=address), "P1"
    else:
        yield say.POD_NOWHERE.format(name=name, status=status), "P17"
    owner = controller_of(pod)
    if owner is None:
        yield say.POD_ALONE, "S24"
    elif owner.kind == "ReplicaSet":
        yield say.POD_REPLACED.format(owner=f"ReplicaSet {owner.name}"), "D2"
    elif owner.kind == "StatefulSet":
        yield say.POD_OWNER.format(owner=f"StatefulSet {owner.name}", name=name), "S59"
        yield _pod_dns(view, pod)
    for mounted, claim in claims_of(view, pod):
        disk = claim.spec.volumeName if claim is not None else None
        told = say.POD_CLAIM if disk else say.POD_CLAIM_WAITS
        yield told.format(claim=mounted, volume=disk), "S18"
    found = unblock(view, pod)
    if found is not None:
        yield say.UNBLOCK.format(what=found[0]), found[1]


def _pod_dns(view: View, pod: Object) -> Told:
    """What EndpointSlices, and so DNS, say of the Pod; they may lag behind it."""
    service, name = pod.spec.subdomain or "", pod.metadata.name
    dns = dns_name(pod).rstrip(".")
    found = view.find("Service", pod.metadata.namespace, service)
    addresses = published(view, pod.metadata.namespace).of_pod(pod)
    if addresses and is_stale(view, pod, addresses):
        why = say.IS_TERMINATING if is_terminating(pod) else say.IS_NOT_READY
        if is_ready(pod) and not is_terminating(pod):
            why = say.IS_ELSEWHERE
        return say.POD_STALE.format(dns=dns, name=name, why=why), "N8"
    if addresses:
        return say.POD_DNS.format(dns=dns, service=service), "N11"
    if not service:
        why, rule = say.NO_SUBDOMAIN, "N11"
    elif found is None:
        why, rule = say.SERVICE_ABSENT.format(service=service), "N36"
    elif is_terminating(pod):
        why, rule = say.TERMINATING.format(name=name), "N8"
    elif not is_ready(pod):
        why, rule = say.NOT_READY.format(name=name), "N22"
    else:
        why, rule = say.NOT_YET.format(name=name), "N8"
    return say.POD_NO_DNS.format(dns=dns or name, why=why), rule


def ghost(view: View, key: Key) -> Sentences:
    """Why a place in the picture is empty: a Pod that is wanted, or one whose claims wait."""
    parent, number = parent_and_ordinal(key.name)
    sts = view.find("StatefulSet", key.namespace, parent)
    if sts is not None and number in wanted_by(sts):
        yield say.POD_GHOST.format(name=key.name, owner=parent), "S32"
        yield from _help_set(view, sts, view.owned(sts.metadata.uid, "Pod"))
    else:
        templates = (sts.spec.volumeClaimTemplates or ()) if sts is not None else ()
        claims = [
            Key("PersistentVolumeClaim", key.namespace, claim_name(t, key.name)) for t in templates
        ]
        stay = say.POD_SPARE_CLAIMS if any(view.find(*claim) for claim in claims) else ""
        yield f"{say.POD_SPARE.format(name=key.name)}{stay}", "S43"


def _claim(view: View, claim: Object) -> Sentences:
    name, leaving = claim.metadata.name, claim.metadata.deletionTimestamp is not None
    if leaving:
        yield say.CLAIM_LEAVING.format(name=name), "V10"
    elif claim.status.phase == "Bound":
        size = (claim.status.capacity or {}).get("storage", "")
        yield say.CLAIM_BOUND.format(name=name, volume=claim.spec.volumeName, size=size), "V3"
    elif claim.status.phase == "Lost":
        yield say.CLAIM_LOST.format(name=name, volume=claim.spec.volumeName), "V1"
    else:
        yield say.CLAIM_PENDING.format(name=name), "V1"
    users = list(view.using_claim(claim.metadata.namespace, name))
    pods = ", ".join(p.metadata.name for p in users)
    yield (say.CLAIM_USED.format(pods=pods) if pods else say.CLAIM_UNUSED), "V13"
    if leaving:
        return
    owners = [f"{r.kind} {r.name}" for r in claim.metadata.ownerReferences or ()]
    scaler = next((s.metadata.name for p in users if (s := _scales_away(view, claim, p))), None)
    if owners:
        yield say.CLAIM_GOES.format(owner=" and ".join(owners)), "S40"
    elif scaler:
        yield say.CLAIM_SCALED.format(owner=scaler), "S40"
    else:
        yield say.CLAIM_STAYS, "S43"


def _scales_away(view: View, claim: Object, pod: Object) -> Object | None:
    """The Pod's set, where it made the claim and deletes it when the Pod is scaled away (S40)."""
    owner = controller_of(pod)
    if owner is None or owner.kind != "StatefulSet":
        return None
    sts = view.find("StatefulSet", pod.metadata.namespace, owner.name)
    if sts is None or policy(sts)[0] != "Delete":
        return None
    made = [claim_name(t, pod.metadata.name) for t in sts.spec.volumeClaimTemplates or ()]
    return sts if claim.metadata.name in made else None


def _volume(view: View, volume: Object) -> Sentences:
    name, ref, phase = volume.metadata.name, volume.spec.claimRef, volume.status.phase
    if phase == "Bound" and ref:
        size = volume.spec.capacity["storage"]
        yield say.VOLUME_BOUND.format(name=name, claim=ref.name, size=size), "V3"
    elif phase == "Released":
        yield say.VOLUME_RELEASED.format(name=name), "V9"
    else:
        yield say.VOLUME_FREE.format(name=name, phase=phase), "V1"
    kept = volume.spec.persistentVolumeReclaimPolicy == "Retain"
    yield (say.VOLUME_RETAIN if kept else say.VOLUME_DELETE), "V9"


def _service(view: View, service: Object) -> Sentences:
    name, namespace = service.metadata.name, service.metadata.namespace
    if service.spec.type == "ExternalName":
        yield say.SERVICE_EXTERNAL.format(name=name, target=service.spec.externalName), "N13"
        return
    if service.spec.clusterIP == "None":
        yield say.SERVICE_HEADLESS.format(name=name), "N10"
    else:
        yield say.SERVICE_ADDRESS.format(name=name, ip=service.spec.clusterIP), "N9"
    if service.spec.publishNotReadyAddresses:
        yield say.SERVICE_EARLY, "N4"
    found = [e for s in view.slices(namespace, name) for e in s.endpoints or ()]
    ready = [e.targetRef.name for e in found if e.targetRef and e.conditions and e.conditions.ready]
    if not service.spec.selector:
        yield say.SERVICE_NO_SELECTOR, "N2"
    elif not found:
        yield say.SERVICE_EMPTY, "N3"
    else:
        pods = ", ".join(ready) or "none"
        yield say.SERVICE_READY.format(ready=len(ready), n=len(found), pods=pods), "N4"
    for old in stale_answers(view):
        if f".{old.name}".endswith(f".{name}.{namespace}.svc.cluster.local."):
            kept, now = (", ".join(x) or "no address" for x in (old.kept, old.now))
            told = old._asdict() | {"name": old.name.rstrip("."), "kept": kept, "now": now}
            yield say.SERVICE_CACHED.format(**told), "N32"


def _node(view: View, node: Object) -> Sentences:
    name, status = node.metadata.name, node_status(node)
    pods = ", ".join(p.metadata.name for p in view.on_node(name)) or "none"
    yield say.NODE_STATE.format(name=name, status=status, pods=pods), "P24"
    since = view.fact("down", name)
    if since is not None:
        lost = status.startswith("NotReady")
        yield (say.NODE_LOST, "P27") if lost else (say.NODE_SILENT.format(since=since), "P24")
        yield say.UNBLOCK.format(what=say.NODE_UNBLOCK), "P28"
    if node.spec.unschedulable:
        yield say.NODE_CORDONED, "P32"


def _revision(view: View, found: Object) -> Sentences:
    ref = controller_of(found)
    owner = f"{ref.kind} {ref.name}" if ref else "nobody"
    pods = view.all("Pod", found.metadata.namespace)
    n = sum(revision(p) == found.metadata.name for p in pods)
    name, number = found.metadata.name, found.revision
    yield say.REVISION.format(name=name, number=number, owner=owner, n=n), "S44"


def _budget(view: View, budget: Object) -> Sentences:
    name, found = budget.metadata.name, budget.status
    if found is not None:
        yield (
            say.BUDGET.format(
                name=name,
                allowed=found.disruptionsAllowed,
                healthy=found.currentHealthy,
                desired=found.desiredHealthy,
            ),
            "P34",
        )
    yield say.BUDGET_ONLY, "P34"


def _other(view: View, obj: Object) -> Sentences:
    name = obj.metadata.name
    yield say.OTHER.format(kind=obj.kind, name=name, age=age(view, obj)), "K7"


_KINDS: dict[str, Callable[[View, Object], Sentences]] = {
    "StatefulSet": _stateful_set,
    "Deployment": _deployment,
    "ReplicaSet": _replica_set,
    "Pod": _pod,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume,
    "Service": _service,
    "Node": _node,
    "ControllerRevision": _revision,
    "PodDisruptionBudget": _budget,
}
