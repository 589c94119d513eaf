"""Tables with kubectl's columns and words (K2), and the history: each a function of a View.

Every function takes a View, or whatever has a `view` (a Cluster), and returns a new DataFrame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from statefulkit.api.labels import SERVICE_LABEL
from statefulkit.arguments import checked
from statefulkit.controllers.pods import controller_of, revision
from statefulkit.controllers.volumes import claims_of
from statefulkit.events import last_seen
from statefulkit.network import zone
from statefulkit.store import Decided, Key, Object, Record, View
from statefulkit.views import columns as c

if TYPE_CHECKING:
    import pandas as pd

    from statefulkit.network.resolver import Resolution, Step

HISTORY = ("version", "time", "actor", "verb", "object", "reason", "rule")


class HasView(Protocol):
    """A View, a Cluster, or a moment of its past."""

    @property
    def view(self) -> View:
        """What to look at."""


def table(columns: str | Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """A table of your own rows that looks like the others: `tables.table("POD|ANSWER", rows)`."""
    from statefulkit import table as made

    return made.table(columns, rows)


@checked
def pods(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get pods -o wide`: NAME READY STATUS RESTARTS AGE IP NODE."""
    v = source.view

    def row(p: Object) -> tuple[Any, ...]:
        return *_pod(v, p), c.or_none(p.status.podIP), c.or_none(p.spec.nodeName)

    return table(f"{PODS}|IP|NODE", map(row, v.all("Pod", namespace)))


PODS = "NAME|READY|STATUS|RESTARTS|AGE"


def _pod(v: View, p: Object) -> tuple[Any, ...]:
    return p.metadata.name, c.pod_ready(p), c.pod_status(p), c.pod_restarts(v, p), c.age(v, p)


@checked
def watch(source: HasView, since: int = 0, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get pods --watch` from version `since` on: NAME READY STATUS RESTARTS AGE (K8).

    Its index is the time (s). A change that none of these columns shows has no line here; kubectl
    repeats the last one.
    """
    v, lines = source.view, []
    for record in v.records(since):
        old, new = record.before, record.after
        if record.key.kind != "Pod" or namespace not in (None, record.key.namespace) or not new:
            continue
        then = View(v.state.back_to(record.version))
        line = _pod(then, new)
        if old is None or line != _pod(then, old):
            lines.append((record.time, *line))
    return table(f"time|{PODS}", lines).set_index("time")


@checked
def images(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """What each Pod runs, as `kubectl get pods -L controller-revision-hash` shows its revision.

    NAME READY STATUS IMAGES CONTROLLER-REVISION-HASH (S20); the images with commas between.
    """
    return table(
        "NAME|READY|STATUS|IMAGES|CONTROLLER-REVISION-HASH",
        (
            (
                p.metadata.name,
                c.pod_ready(p),
                c.pod_status(p),
                c.containers(p.spec)[1],
                revision(p) or "",
            )
            for p in source.view.all("Pod", namespace)
        ),
    )


IDENTITY = "NAME|UID|IP|NODE|HOST NAME|DNS NAMES|CLAIM|VOLUME"


@checked
def identities(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """What a Pod is known by, indexed by name: UID IP NODE HOST NAME DNS NAMES CLAIM VOLUME (S59).

    DNS NAMES are those that lead to this Pod alone now (N11). A Pod with several claims has a row
    for each.
    """
    v = source.view
    names: dict[str, dict[str, None]] = {}
    for target in (t for s in v.all("Service", namespace) for t in zone.endpoints(v, s)):
        names.setdefault(target.host, {})[target.name.rstrip(".")] = None
    rows = []
    for p in v.all("Pod", namespace):
        for claim_name, claim in [*claims_of(v, p)] or [("", None)]:
            volume = (claim and claim.spec.volumeName) or "<none>"
            meta, ip = p.metadata, c.or_none(p.status.podIP)
            host, dns_names = p.spec.hostname or meta.name, ", ".join(names.get(ip, ()))
            place = (ip, c.or_none(p.spec.nodeName), host, c.or_none(dns_names))
            rows.append((meta.name, meta.uid, *place, c.or_none(claim_name), volume))
    return table(IDENTITY, rows).set_index("NAME")


@checked
def statefulsets(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get sts -o wide`: NAME READY AGE CONTAINERS IMAGES."""
    v = source.view

    def row(s: Object) -> tuple[Any, ...]:
        ready = f"{s.status.readyReplicas or 0}/{s.spec.replicas}"
        return s.metadata.name, ready, c.age(v, s), *c.containers(s.spec.template.spec)

    return table("NAME|READY|AGE|CONTAINERS|IMAGES", map(row, v.all("StatefulSet", namespace)))


@checked
def deployments(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get deploy -o wide`: NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR."""
    v = source.view

    def row(d: Object) -> tuple[Any, ...]:
        ready = f"{d.status.readyReplicas or 0}/{d.spec.replicas}"
        counts = (ready, d.status.updatedReplicas or 0, d.status.availableReplicas or 0)
        return d.metadata.name, *counts, *_of_template(v, d)

    names = "NAME|READY|UP-TO-DATE|AVAILABLE|AGE|CONTAINERS|IMAGES|SELECTOR"
    return table(names, map(row, v.all("Deployment", namespace)))


@checked
def replicasets(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get rs -o wide`: NAME DESIRED CURRENT READY AGE CONTAINERS IMAGES SELECTOR."""
    v = source.view

    def row(r: Object) -> tuple[Any, ...]:
        counts = (r.spec.replicas, r.status.replicas, r.status.readyReplicas or 0)
        return r.metadata.name, *counts, *_of_template(v, r)

    names = "NAME|DESIRED|CURRENT|READY|AGE|CONTAINERS|IMAGES|SELECTOR"
    return table(names, map(row, v.all("ReplicaSet", namespace)))


def _of_template(v: View, obj: Object) -> tuple[str, ...]:
    return c.age(v, obj), *c.containers(obj.spec.template.spec), c.selector(obj.spec.selector)


@checked
def revisions(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get controllerrevisions`: NAME CONTROLLER REVISION AGE."""
    v = source.view
    return table(
        "NAME|CONTROLLER|REVISION|AGE",
        (
            (r.metadata.name, _controller(r), r.revision, c.age(v, r))
            for r in v.all("ControllerRevision", namespace)
        ),
    )


def _controller(obj: Object) -> str:
    ref = controller_of(obj)
    group = ref.apiVersion.partition("/")[0] if ref and "/" in ref.apiVersion else ""
    return f"{ref.kind.lower()}{group and '.' + group}/{ref.name}" if ref else "<none>"


@checked
def claims(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get pvc`: NAME STATUS VOLUME CAPACITY ACCESS MODES STORAGECLASS AGE."""
    v = source.view

    def row(p: Object) -> tuple[Any, ...]:
        bound = bool(p.spec.volumeName)
        return (
            p.metadata.name,
            c.storage_status(p),
            p.spec.volumeName or "",
            (p.status.capacity or {}).get("storage", "") if bound else "",
            c.modes(p) if bound else "",
            p.spec.storageClassName or "",
            c.age(v, p),
        )

    names = "NAME|STATUS|VOLUME|CAPACITY|ACCESS MODES|STORAGECLASS|AGE"
    return table(names, map(row, v.all("PersistentVolumeClaim", namespace)))


@checked
def volumes(source: HasView) -> pd.DataFrame:
    """`kubectl get pv`: NAME CAPACITY ACCESS MODES RECLAIM POLICY STATUS CLAIM STORAGECLASS AGE."""
    v = source.view

    def row(p: Object) -> tuple[Any, ...]:
        ref = p.spec.claimRef
        return (
            p.metadata.name,
            p.spec.capacity["storage"],
            c.modes(p),
            p.spec.persistentVolumeReclaimPolicy,
            c.storage_status(p),
            f"{ref.namespace}/{ref.name}" if ref else "",
            p.spec.storageClassName or "",
            c.age(v, p),
        )

    names = "NAME|CAPACITY|ACCESS MODES|RECLAIM POLICY|STATUS|CLAIM|STORAGECLASS|AGE"
    return table(names, map(row, v.all("PersistentVolume")))


@checked
def storage_classes(source: HasView) -> pd.DataFrame:
    """`kubectl get sc`: NAME PROVISIONER RECLAIMPOLICY VOLUMEBINDINGMODE ALLOWVOLUMEEXPANSION AGE."""
    v = source.view

    def row(s: Object) -> tuple[Any, ...]:
        grows = "true" if s.allowVolumeExpansion else "false"
        name = c.class_name(s)
        return (name, s.provisioner, s.reclaimPolicy, s.volumeBindingMode, grows, c.age(v, s))

    names = "NAME|PROVISIONER|RECLAIMPOLICY|VOLUMEBINDINGMODE|ALLOWVOLUMEEXPANSION|AGE"
    return table(names, map(row, v.all("StorageClass")))


@checked
def services(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get svc -o wide`: NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE SELECTOR."""
    v = source.view

    def row(s: Object) -> tuple[Any, ...]:
        selector = ",".join(f"{k}={x}" for k, x in (s.spec.selector or {}).items())
        return (
            s.metadata.name,
            s.spec.type,
            c.or_none(s.spec.clusterIP),
            c.external_ip(s),
            c.ports(s),
            c.age(v, s),
            c.or_none(selector),
        )

    names = "NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE|SELECTOR"
    return table(names, map(row, v.all("Service", namespace)))


@checked
def endpoints(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """One row an endpoint: SERVICE ADDRESS POD HOSTNAME READY SERVING TERMINATING (N4, N5)."""
    rows = []
    for slice_ in source.view.all("EndpointSlice", namespace):
        service = (slice_.metadata.labels or {}).get(SERVICE_LABEL, "")
        for e in slice_.endpoints or ():
            pod = e.targetRef.name if e.targetRef else "<none>"
            state = e.conditions
            flags = (state.ready, state.serving, state.terminating) if state else (None,) * 3
            rows.append((service, ",".join(e.addresses), pod, c.or_none(e.hostname), *flags))
    names = "SERVICE|ADDRESS|POD|HOSTNAME|READY|SERVING|TERMINATING"
    return table(names, sorted(rows, key=lambda r: (r[0], r[2])))


@checked
def nodes(source: HasView) -> pd.DataFrame:
    """`kubectl get nodes -o wide`: NAME STATUS ROLES AGE VERSION INTERNAL-IP."""
    v = source.view

    def row(n: Object) -> tuple[Any, ...]:
        addresses = [a.address for a in n.status.addresses or () if a.type == "InternalIP"]
        version = n.status.nodeInfo.kubeletVersion if n.status.nodeInfo else ""
        ip = addresses[0] if addresses else "<none>"
        return (n.metadata.name, c.node_status(n), "<none>", c.age(v, n), version, ip)

    return table("NAME|STATUS|ROLES|AGE|VERSION|INTERNAL-IP", map(row, v.all("Node")))


@checked
def budgets(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get pdb`: NAME MIN AVAILABLE MAX UNAVAILABLE ALLOWED DISRUPTIONS AGE (P34)."""
    v = source.view

    def row(b: Object) -> tuple[Any, ...]:
        least, most = (
            "N/A" if x is None else x for x in (b.spec.minAvailable, b.spec.maxUnavailable)
        )
        allowed = b.status.disruptionsAllowed if b.status else 0
        return (b.metadata.name, least, most, allowed, c.age(v, b))

    names = "NAME|MIN AVAILABLE|MAX UNAVAILABLE|ALLOWED DISRUPTIONS|AGE"
    return table(names, map(row, v.all("PodDisruptionBudget", namespace)))


EVENTS = "LAST SEEN|TYPE|REASON|OBJECT|MESSAGE|COUNT"


@checked
def events(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """`kubectl get events`, oldest first: LAST SEEN TYPE REASON OBJECT MESSAGE COUNT."""
    v = source.view
    found = sorted(v.all("Event", namespace), key=lambda e: int(e.metadata.resourceVersion))
    return table(EVENTS, (_event(v, e) for e in found))


@checked
def events_about(source: HasView, key: Key) -> pd.DataFrame:
    """The Events about one object, oldest first, with the columns of `events`."""
    v = source.view
    return table(EVENTS, (_event(v, e) for e in v.about(key)))


def _event(view: View, event: Object) -> tuple[Any, ...]:
    about, at = event.involvedObject, last_seen(event)
    return (
        "<unknown>" if at is None else c.duration(view.time - at),
        event.type,
        event.reason,
        f"{about.kind.lower()}/{about.name}",
        event.message,
        event.count,
    )


@checked
def dns(source: HasView, namespace: str | None = "default") -> pd.DataFrame:
    """The records that CoreDNS serves for the Services of a namespace: NAME TYPE TTL DATA."""
    below = f".{namespace}.svc.{zone.DOMAIN}" if namespace else ""
    found = [r for r in zone.records(source.view) if below in r.name or below in r.data]
    return table("NAME|TYPE|TTL|DATA", sorted((r.name, r.type, r.ttl, r.data) for r in found))


def lookup(found: Resolution) -> pd.DataFrame:
    """The queries of a look-up, indexed by number: QUERY ANSWER WHY; `found.trace` tells more (N38)."""
    rows = [(step.query, _answer(step), step.why) for step in found.steps]
    frame = table("QUERY|ANSWER|WHY", rows)
    return frame.set_axis([step.number for step in found.steps])


def _answer(step: Step) -> str:
    text = ", ".join(step.answers) or step.rcode
    source = f"cache, {step.ttl} s left" if step.answered_by == "cache" else step.answered_by
    return text if source == "CoreDNS" else f"{text} ({source})"


@checked
def decisions(source: HasView, since: int = 0, *, waiting: bool = False) -> pd.DataFrame:
    """What was decided after version `since`: time (s), actor, verb, object, reason, rule.

    Events are left out: they repeat what the decisions say. With `waiting` the last rows, of verb
    `waiting`, say who still waits for what, and who does not say, but looks again by itself later.
    """
    v = source.view
    rows = [_row(r)[1:] for r in v.records(since) if r.verb != "event"]
    if waiting:
        said = waits(v)
        rows += [(v.time, r.actor, "waiting", str(r.key), r.reason, r.rule) for r in said]
        told = {(r.actor, r.subject) for r in said}
        later = sorted((t, work) for work, t in v.state.agenda.due.items() if t[0] > v.time)
        for (time, _), (actor, key) in later:
            if (actor, key) not in told:
                rows.append(
                    (v.time, actor, "waiting", str(key), f"looks again at {time:.1f} s", "")
                )
    return table(HISTORY[1:], rows)


def waits(view: View) -> list[Decided]:
    """Who waits now: the last decision of an actor for an object was to wait."""
    latest = (last for key, last in view.state.runtime.items() if key[0] == "decided")
    found = [d for d in latest if d.verb == "wait" and view.find(*d.subject) is not None]
    return sorted(found, key=lambda d: d.version)


@checked
def history(source: HasView) -> pd.DataFrame:
    """Every record up to the moment: version, time (s), actor, verb, object, reason, rule."""
    return table(HISTORY, map(_row, source.view.records()))


def _row(r: Record) -> tuple[Any, ...]:
    return (r.version, r.time, r.actor, r.verb, str(r.key), r.reason, r.rule)
