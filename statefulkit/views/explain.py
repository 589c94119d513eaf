"""Why: in sentences, what the controllers do about an object now and what they wait for."""

from __future__ import annotations

from collections.abc import Iterator

from statefulkit.api.errors import BadRequest, NotFound
from statefulkit.api.kinds import kind_of
from statefulkit.controllers.pods import (
    controller_of,
    is_ready,
    is_running_and_ready,
    is_terminating,
)
from statefulkit.network.zone import DOMAIN, SERVICE_LABEL
from statefulkit.store import Key, Object, Record, View, key_of
from statefulkit.views import sentences_en as say
from statefulkit.views.columns import pod_status
from statefulkit.views.tables import HasView


class Explanation(tuple[str, ...]):
    """Sentences, each with the number of its rule; a notebook shows them as a list."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(self)

    def _repr_markdown_(self) -> str:
        return "\n".join(f"- {_plain(sentence)}" for sentence in self)


def _plain(text: str) -> str:
    return "".join(f"\\{ch}" if ch in "\\`*_{}[]<>#|!" else ch for ch in text)


def explain(source: HasView, what: str, namespace: str = "default") -> Explanation:
    """Explain one object, named as kubectl takes it: `sts/web`, `pod/web-1`, `svc/nginx`.

    Raises:
        BadRequest: where `what` is not of the form kind/name.
        NotFound: where there is no such kind or object.
    """
    word, slash, name = what.partition("/")
    if not slash:
        text = f"{what!r} is not of the form kind/name, as in sts/web"
        raise BadRequest(text, text=f"error: {text}")
    kind, view = kind_of(word), source.view
    obj = view.find(kind.name, namespace if kind.namespaced else "", name)
    if obj is None:
        raise NotFound.of(kind, name)
    about = {
        "StatefulSet": _stateful_set,
        "Pod": _pod,
        "PersistentVolumeClaim": _claim,
        "Service": _service,
    }.get(kind.name)
    sentences = list(about(view, obj)) if about else []
    return Explanation([*sentences, *_last_decisions(view, obj)])


def _cited(text: str, rule: str) -> str:
    return f"{text} ({rule})" if rule else text


def _last_decisions(view: View, obj: Object) -> Iterator[str]:
    records = sorted(_decided(view, key_of(obj)), key=lambda r: r.version)
    if not records and obj.kind == "StatefulSet" and not obj.status.observedGeneration:
        yield say.NOTHING.format(name=obj.metadata.name)
    for record in records:
        reason = record.reason.rstrip(".")
        yield _cited(say.LAST.format(who=say.WHO[record.actor], reason=reason), record.rule)


def _decided(view: View, key: Key) -> Iterator[Record]:
    """The last decision of each actor for an object."""
    for actor in say.WHO:
        version = view.fact("decided", actor, key)
        if version is not None:
            yield view.state.history[version]


def _stateful_set(view: View, sts: Object) -> Iterator[str]:
    status, name, wanted = sts.status, sts.metadata.name, sts.spec.replicas
    ready, updated = status.readyReplicas or 0, status.updatedReplicas or 0
    changing = status.currentRevision != status.updateRevision
    pods = view.owned(sts.metadata.uid, "Pod")
    settled = all(is_running_and_ready(p) and not is_terminating(p) for p in pods)
    if ready == wanted == len(pods) and settled and not changing:
        yield _cited(say.SET_DONE.format(n=wanted, name=name), "S32")
    else:
        counts = say.SET_COUNTS.format(
            name=name, wanted=wanted, created=status.replicas or 0, ready=ready, updated=updated
        )
        yield _cited(counts, "S52")
    if changing:
        old, new = status.currentRevision, status.updateRevision
        yield _cited(say.SET_UPDATE.format(old=old, new=new), "S51")
    parallel = sts.spec.podManagementPolicy == "Parallel"
    yield _cited(say.SET_PARALLEL if parallel else say.SET_ORDER, "S32")
    sick = (p for p in pods if not is_running_and_ready(p) and not is_terminating(p))
    first = next(sick, None)
    if first is not None and not parallel:
        yield _cited(say.SET_UNBLOCK.format(pod=first.metadata.name), "S32")


def _pod(view: View, pod: Object) -> Iterator[str]:
    name, status = pod.metadata.name, pod_status(pod)
    if pod.spec.nodeName:
        ip = pod.status.podIP or "none yet"
        yield _cited(
            say.POD_STATE.format(name=name, status=status, node=pod.spec.nodeName, ip=ip), "P1"
        )
    else:
        yield _cited(say.POD_NOWHERE.format(name=name, status=status), "P17")
    owner = controller_of(pod)
    if owner is not None and owner.kind == "StatefulSet":
        yield _cited(say.POD_OWNER.format(owner=f"StatefulSet {owner.name}", name=name), "S59")
        yield _pod_dns(view, pod)
    for volume in pod.spec.volumes or ():
        if volume.persistentVolumeClaim:
            claim_name = volume.persistentVolumeClaim.claimName
            claim = view.find("PersistentVolumeClaim", pod.metadata.namespace, claim_name)
            disk = (claim and claim.spec.volumeName) or "none yet"
            yield _cited(say.POD_CLAIM.format(claim=claim_name, volume=disk), "S18")


def _pod_dns(view: View, pod: Object) -> str:
    service, namespace = pod.spec.subdomain or "", pod.metadata.namespace
    name = f"{pod.metadata.name}.{service}.{namespace}.svc.{DOMAIN}".rstrip(".")
    found = view.find("Service", namespace, service)
    if found is not None and is_ready(pod) and pod.metadata.deletionTimestamp is None:
        return _cited(say.POD_DNS.format(dns=name, service=service), "N11")
    if not service:
        why, rule = say.NO_SUBDOMAIN, "N11"
    elif found is None:
        why, rule = say.SERVICE_ABSENT.format(service=service), "N36"
    elif is_terminating(pod):
        why, rule = say.TERMINATING.format(name=pod.metadata.name), "N8"
    else:
        why, rule = say.NOT_READY.format(name=pod.metadata.name), "N22"
    return _cited(say.POD_NO_DNS.format(dns=name, why=why), rule)


def _claim(view: View, claim: Object) -> Iterator[str]:
    name = claim.metadata.name
    if claim.metadata.deletionTimestamp is not None:
        yield _cited(say.CLAIM_LEAVING.format(name=name), "V10")
    elif claim.status.phase == "Bound":
        size = (claim.status.capacity or {}).get("storage", "")
        yield _cited(
            say.CLAIM_BOUND.format(name=name, volume=claim.spec.volumeName, size=size), "V3"
        )
    else:
        yield _cited(say.CLAIM_PENDING.format(name=name), "V1")
    users = view.using_claim(claim.metadata.namespace, name)
    pods = ", ".join(p.metadata.name for p in users)
    yield _cited(say.CLAIM_USED.format(pods=pods) if pods else say.CLAIM_UNUSED, "V13")
    owners = [f"{r.kind} {r.name}" for r in claim.metadata.ownerReferences or ()]
    goes = say.CLAIM_GOES.format(owner=" and ".join(owners))
    yield _cited(goes if owners else say.CLAIM_STAYS, "S40" if owners else "S43")


def _service(view: View, service: Object) -> Iterator[str]:
    name = service.metadata.name
    if service.spec.clusterIP == "None":
        yield _cited(say.SERVICE_HEADLESS.format(name=name), "N10")
    else:
        yield _cited(say.SERVICE_ADDRESS.format(name=name, ip=service.spec.clusterIP), "N9")
    slices = view.labelled("EndpointSlice", service.metadata.namespace, {SERVICE_LABEL: name})
    found = [e for s in slices for e in s.endpoints or ()]
    ready = [e.targetRef.name for e in found if e.targetRef and e.conditions.ready]
    if not found:
        yield _cited(say.SERVICE_EMPTY, "N3")
    else:
        pods = ", ".join(ready) or "none"
        yield _cited(say.SERVICE_READY.format(ready=len(ready), n=len(found), pods=pods), "N4")
