"""Cluster: the one face of the model, with Kubernetes' verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statefulkit import apiserver, bootstrap, verbs
from statefulkit.api import manifest
from statefulkit.api.errors import BadRequest
from statefulkit.api.unmodelled import unmodelled
from statefulkit.apiserver import Who
from statefulkit.applied import Applied, said
from statefulkit.apps import replication
from statefulkit.arguments import checked_class, misused
from statefulkit.controllers import (
    deployment,
    disruption,
    endpointslice,
    garbagecollector,
    namespace,
    nodelifecycle,
    persistentvolume,
    podgc,
    replicaset,
    resizer,
    statefulset,
    tainteviction,
)
from statefulkit.engine import Engine
from statefulkit.faults import Faults
from statefulkit.maintenance import Maintenance
from statefulkit.network import proxy, resolver
from statefulkit.nodes import attachdetach, kubelet, scheduler
from statefulkit.reading import check_version
from statefulkit.rollout import Rollout
from statefulkit.store import Key, Object, State, copy

if TYPE_CHECKING:
    import pandas as pd

    from statefulkit.network.libc import Libc
    from statefulkit.network.proxy import Response
    from statefulkit.network.resolver import Resolution

CONTROLLERS = (
    statefulset, deployment, replicaset, garbagecollector, endpointslice, disruption,
)  # fmt: skip
_NODES = (scheduler, attachdetach, kubelet, nodelifecycle, tainteviction, podgc)
ACTORS = (*CONTROLLERS, persistentvolume, resizer, *_NODES, namespace, replication)

Heard = tuple[int, Key, tuple[tuple[str, str], ...]]  # version, object, its fields and messages
Source = str | Path | dict[str, Any] | list[Any] | Any


@checked_class
class Cluster(Faults, Maintenance):
    """A model of a Kubernetes cluster, ready at once; its time is virtual and passes when asked.

    What changes the cluster hands back Kubernetes' objects or raises a
    `statefulkit.api.errors.StatusError` that reads as kubectl's message and leaves the cluster
    as it was (but for `drain`, which cordons first). What reads it is shared with its past moments:
    see `Reading`.
    """

    def __init__(
        self,
        nodes: int = 3,
        seed: int = 0,
        feature_gates: Iterable[str] = (),
        history_limit: int | None = None,
    ) -> None:
        """A cluster with `nodes` nodes (node-1, node-2, …); `seed` fixes all that is random.

        `feature_gates` are those to turn on; the model knows `MaxUnavailableStatefulSet` (S37).
        `history_limit` keeps that many of the newest records and the moments that they hold, so that
        a long-lived cluster needs no more and more memory; by default all of history is kept. What
        happens is the same.

        Raises:
            ValueError: for too many nodes, a feature gate that the model does not know, or a limit
                below 1.
        """
        state = bootstrap.cluster(nodes, seed, tuple(feature_gates), history_limit)
        self._engine = Engine(state, ACTORS)
        self._heard: tuple[Heard, ...] = ()

    @property
    def warnings(self) -> pd.DataFrame:
        """What manifests ask for and the model does not simulate: object, field, message."""
        from statefulkit.table import table

        last = {key: warnings for _, key, warnings in self._heard}
        rows = [(f"{key}", *warning) for key, found in last.items() for warning in found]
        return table("object|field|message", rows)

    @property
    def rollout(self) -> Rollout:
        """`kubectl rollout`: status, history, undo, restart, pause, resume."""
        return Rollout(self)

    def fork(self, *, version: int | None = None) -> Cluster:
        """An independent cluster that goes on from here: same seed, same future, own life.

        With `version` it goes on from right after that record, as this one would have done if from
        then on nobody had done anything to it.

        Raises:
            ValueError: where history has no such record.
        """
        if version is not None:
            check_version(self.view, version)
        twin = Cluster.__new__(Cluster)
        twin._engine = self._engine.copy(version)
        twin._heard = tuple(h for h in self._heard if h[0] <= twin.version)
        return twin

    # -- manifests ---------------------------------------------------------------------------

    def apply(self, source: Source, namespace: str | None = None) -> Applied:
        """Create or update every object of a manifest, as `kubectl apply -f` does (K9).

        `source` is YAML text, a path, a dict, an object, or a list of these. `namespace` is that of
        the request, as kubectl's `-n`; by default it is each object's own, or `default`. Returns the
        objects as stored; a notebook shows `service/nginx created`, `unchanged`, `configured`.

        Raises:
            StatusError: in kubectl's words; then none of the objects is applied.
        """
        return self._each("apply", source, namespace, verbs.apply)

    def create(self, source: Source, namespace: str | None = None) -> Applied:
        """Create every object of a manifest, as `kubectl create -f` does.

        Raises:
            AlreadyExists, Invalid, BadRequest: in kubectl's words; then none is created.
        """
        return self._each(
            "create",
            source,
            namespace,
            lambda state, doc: apiserver.create(
                state, doc, verbs.you(f"creates {verbs.named(doc)}")
            ),
        )

    def update(self, source: Source, namespace: str | None = None) -> Applied:
        """Replace every object of a manifest, as `kubectl replace -f` does.

        Raises:
            Conflict: where an object is based on an older resourceVersion than the stored one.
            NotFound, Invalid, BadRequest: in kubectl's words; then none is replaced.
        """
        return self._each(
            "replace",
            source,
            namespace,
            lambda state, doc: apiserver.submit(
                state, doc, verbs.you(f"replaces {verbs.named(doc)}")
            ),
        )

    def _each(
        self,
        verb: str,
        source: Source,
        namespace: str | None,
        write: Callable[[State, verbs.Doc], State],
    ) -> Applied:
        asked = manifest.load(source)
        if not asked:
            text = f"no objects passed to {verb}"
            raise BadRequest(text, text=f"error: {text}")
        state, keys, heard = self._engine.state, [], self._heard
        done: list[str] = []
        for doc in asked:
            checked = verbs.checked(doc, namespace)
            before = state.version
            state = write(state, checked)
            record = state.history[state.version] if state.version > before else None
            keys.append(record.key if record else verbs.key_in(checked))
            done.append(said(verb, record))
            heard = self._hear(heard, state.version, keys[-1], doc)
        self._engine.write(state)
        self._heard = heard
        return Applied(zip(map(self._written, keys), done, strict=True))

    def _hear(
        self, heard: tuple[Heard, ...], version: int, key: Key, doc: verbs.Doc
    ) -> tuple[Heard, ...]:
        """What has been heard, and the warnings of one object from `version` on."""
        found = tuple(unmodelled(doc, self.view.gates))
        last = next((w for _, k, w in reversed(heard) if k == key), ())
        return heard if found == last else (*heard, (version, key, found))

    def _patch(self, key: Key, change: Any, type_: str, reason: str) -> Object:
        doc = verbs.patched(self._engine.state, key, change, type_)
        who = verbs.you(reason)
        self._engine.write(apiserver.submit(self._engine.state, doc, who, verb="patch"))
        self._heard = self._hear(self._heard, self.version, key, doc)
        return self._written(key)

    def _written(self, key: Key) -> Object:
        """The object as stored, or as it last was: without its last finalizer it may be gone (P13)."""
        history = self.view.state.history
        found = self.view.find(*key)
        if found is None:
            records = reversed(list(history.since(0)))
            found = next(r.before for r in records if r.key == key)
        return copy(found)

    # -- changing what is there --------------------------------------------------------------

    def patch(
        self,
        kind: Any,
        name: str,
        patch: Any,
        namespace: str = "default",
        *,
        type: str = "strategic",
    ) -> Object:
        """Patch an object as `kubectl patch --type` does; `type` is strategic, merge or json.

        Raises:
            NotFound, BadRequest, Invalid: in kubectl's words.
        """
        key = self._key(kind, name, namespace)
        return self._patch(key, patch, type, f"patches {key}")

    def scale(self, kind: Any, name: str, replicas: int, namespace: str = "default") -> Object:
        """Set `spec.replicas`, as `kubectl scale` does (K10).

        Raises:
            BadRequest, NotFound, Invalid: in kubectl's words.
        """
        key = self._key(kind, name, namespace)
        change = verbs.scaling(self._engine.state, key, replicas)
        return self._patch(key, change, "merge", f"scales {key} to {replicas}")

    def set_image(
        self,
        kind: Any,
        name: str,
        image: str,
        namespace: str = "default",
        *,
        container: str | None = None,
    ) -> Object:
        """Set a container's image in the Pod template (the first by default), as `kubectl set image`.

        Raises:
            NotFound: where there is no such object or container.
            BadRequest, Invalid: in kubectl's words, for a kind without containers, or an image that
                is none.
        """
        key = self._key(kind, name, namespace)
        change = verbs.image_change(verbs.existing(self._engine.state, key), container, image)
        return self._patch(key, change, "strategic", f"sets the image of {key} to {image}")

    def delete(
        self,
        kind: Any,
        name: str | None = None,
        *,
        namespace: str = "default",
        labels: str | dict[str, str] | None = None,
        grace_period: int | None = None,
        force: bool = False,
        cascade: str = "background",
    ) -> None:
        """Delete one object, or all that `labels` select; time does not pass.

        `grace_period` in seconds, ignored if negative, and 1 instead of 0 without `force`, which removes
        a Pod without its kubelet's word (P14); `cascade` is background, foreground or orphan (K20).

        Raises:
            NotFound: in kubectl's words.
            BadRequest: in kubectl's words, for `force` with a grace period above 0.
            ValueError: for another cascade, or for neither a name nor labels.
        """
        if cascade not in ("background", "foreground", "orphan"):
            raise ValueError(f"cascade must be background, foreground or orphan, not {cascade!r}")
        selects = labels.strip() if isinstance(labels, str) else labels
        if (name is None) == (not selects):
            raise misused("delete", "give either a name or labels", ValueError)
        names = (
            [name]
            if name is not None
            else [o.metadata.name for o in self.list(kind, namespace, labels=labels)]
        )
        grace = verbs.grace_of(grace_period, force=force)
        state = self._engine.state
        for each in names:
            key = self._key(kind, each, namespace)
            who = Who(verbs.USER, f"deletes {key}")
            state = apiserver.delete(state, key, who, grace=grace, cascade=cascade)
        self._engine.write(state)

    # -- Pods from inside --------------------------------------------------------------------

    def write_file(
        self,
        pod: str,
        path: str,
        text: str,
        namespace: str = "default",
        *,
        container: str | None = None,
    ) -> None:
        """Write a file in a running container, as `kubectl exec` would.

        Raises:
            NotFound, BadRequest: in kubectl exec's words, where the container does not run.
            BadRequest: for /etc/hosts, /etc/hostname and /etc/resolv.conf, which the kubelet makes.
        """
        key = self._key("Pod", pod, namespace)
        self._engine.write(verbs.write_file(self._engine.state, key, path, text, container))

    def resolve(
        self,
        name: str,
        type: str = "A",
        from_pod: str | None = None,
        *,
        cached: bool = False,
        libc: Libc = "glibc",
    ) -> Resolution:
        """Resolve a name as a Pod would, and take down the look-up in history.

        `cached` asks as a client that keeps answers for their TTL; `libc` is glibc, or musl as in
        Alpine images. See `network.resolver.resolve`.
        """
        found = resolver.resolve(self.view, name, type, from_pod, cached, libc)
        asker = from_pod or "a client Pod"
        self._remember(found.facts, f"{asker} resolves {name} {type}: {found.rcode}", "N38")
        return found

    def request(self, url: str, from_pod: str | None = None, data: str | None = None) -> Response:
        """Send a request as a Pod would, and take it down in history.

        `data` is what is sent along: to WordPress a post, to MySQL (`mysql://mysql-0.mysql/`) an SQL
        statement. See `network.proxy.request`.
        """
        answer = proxy.request(self.view, url, from_pod, data)
        asker = from_pod or "a client Pod"
        outcome = answer.error or f"{answer.status} from {answer.pod}"
        self._remember(answer.facts, f"{asker} requests {url}: {outcome}", "N7")
        return answer

    def _remember(self, facts: dict[tuple[Any, ...], Any], reason: str, rule: str) -> None:
        state = self._engine.state
        for key, value in facts.items():
            state = state.remember(key, value)
        about = Key("Service", "kube-system", "kube-dns")
        asked = state.objects.get(about)  # programs look up, too, after whatever was written
        state = state.log(verbs.USER, "ask", about, reason, rule, before=asked, after=asked)
        self._engine.write(state)
