"""The store: every version of every object, and the log of who wrote what and why.

Like etcd behind a real API server, but nothing is ever overwritten. A `State` is a handful of
persistent maps; a write makes a new State that shares all but the changed path with the old one.
So a past moment is a reference, and a fork is a copy of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import Any
from uuid import UUID

from immutables import Map
from msgspec import Struct, field
from msgspec.structs import replace

from statefulkit.addresses import Address
from statefulkit.agenda import Agenda
from statefulkit.api import selectors
from statefulkit.api.errors import NotFound
from statefulkit.api.kinds import kind_of
from statefulkit.history import PICTURE, Decided, Fact, Facts, History, Record
from statefulkit.index import Index, Key, Object, Term, key_of, reindexed
from statefulkit.keys import Keys
from statefulkit.ordinals import Ordinals

__all__ = [
    "EPOCH",
    "Decided",
    "History",
    "Key",
    "Object",
    "Record",
    "State",
    "View",
    "copy",
    "key_of",
    "seconds",
    "timestamp",
]

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # D2: no vowels, nothing that looks like another
_NOBODY, _NO_KEYS = Ordinals(), Keys()

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # virtual second 0
_LAST_SECOND = (datetime.max.replace(tzinfo=UTC) - EPOCH) // timedelta(seconds=1)


@lru_cache(maxsize=1024)
def timestamp(seconds: float) -> datetime:
    """The API's timestamp of a virtual second: whole seconds, as `metav1.Time` has them.

    Later than the year 9999, where grace periods may lead, is the end of that year.
    """
    return EPOCH + timedelta(seconds=min(int(seconds), _LAST_SECOND))


def seconds(when: datetime) -> float:
    """The virtual second of an API timestamp."""
    return (when - EPOCH).total_seconds()


class State(Struct, frozen=True, eq=False, gc=False):
    """Everything that is so at one moment, and everything that led to it.

    `objects` is the API's content; `index` finds keys by kind, owner, node and more; `runtime` is
    what lies outside the API: disks, images on nodes, IP counters, resolver caches, injected faults;
    `agenda` is what the actors are going to do. `fresh` are the facts set since the last record.
    """

    seed: int = 0
    time: float = 0.0
    version: int = 0
    objects: Map[Key, Object] = Map()
    index: Index = Map()
    runtime: Facts = Map()
    agenda: Agenda = Agenda()
    history: History = field(default_factory=History)
    fresh: tuple[tuple[Fact, Any], ...] = ()

    def put(self, key: Key, obj: Object | None) -> State:
        """This state with `obj` stored at `key`; None removes it."""
        index = reindexed(self.index, [(self.objects.get(key), obj)])
        objects = self.objects.delete(key) if obj is None else self.objects.set(key, obj)
        return replace(self, objects=objects, index=index)

    def remember(self, key: Fact, value: Any) -> State:
        """This state with a run-time fact set; None forgets it."""
        runtime = self.runtime
        if value is None and key not in runtime:
            return self
        runtime = runtime.delete(key) if value is None else runtime.set(key, value)
        return replace(self, runtime=runtime, fresh=(*self.fresh, (key, value)))

    def log(
        self,
        actor: str,
        verb: str,
        key: Key,
        reason: str,
        rule: str,
        *,
        subject: Key | None = None,
        before: Object | None = None,
        after: Object | None = None,
    ) -> State:
        """This state, one version on, with a record of what has just been done."""
        version, subject, runtime = self.version + 1, subject or key, self.runtime
        decided = None
        if verb not in ("event", "status"):  # the actor's last decision on it
            about = self.objects.get(subject)
            decided = Decided(
                version, self.time, actor, verb, key, subject, reason, rule,
                about.metadata.uid if about is not None else None,
            )  # fmt: skip
            runtime = runtime.set(decided.fact, decided)
        record = Record(
            version, self.time, actor, verb, key, subject, reason, rule, before, after,
            self.fresh, decided, self.agenda,
            None if version % PICTURE else (self.objects, self.index, runtime),
        )  # fmt: skip
        history = self.history.adding(record)
        return State(
            self.seed, self.time, version, self.objects, self.index, runtime, self.agenda, history
        )

    def written(
        self,
        actor: str,
        verb: str,
        key: Key,
        reason: str,
        rule: str,
        subject: Key | None,
        after: Object | None,
    ) -> State:
        """This state, one version on, with `after` stored at `key` (None removes it), and a record."""
        before, state = self.objects.get(key), self.put(key, after)
        return state.log(
            actor, verb, key, reason, rule, subject=subject, before=before, after=after
        )

    def back_to(self, version: int) -> State:
        """The state as it was right after record `version` (0: before the first)."""
        if version == 0:
            gates = self.runtime.get(("feature gates",))
            first = State(seed=self.seed, history=History(limit=self.history.limit))
            return first.remember(("feature gates",), gates)
        past, history = self.history[version], self.history.until(version)
        objects, index, runtime = history.store_at(version)
        return State(self.seed, past.time, version, objects, index, runtime, past.agenda, history)

    def then(self, record: Record) -> State:
        """The state right after the next record: what `back_to` gives, from the one before it."""
        written = self if record.after is record.before else self.put(record.key, record.after)
        told = self.runtime.mutate()
        record.tell(told)
        return State(
            self.seed, record.time, record.version, written.objects, written.index, told.finish(),
            record.agenda, self.history.until(record.version),
        )  # fmt: skip


class View(Struct, frozen=True, gc=False):
    """A read-only look at one moment: now, a past one, or a fork's.

    `find`, `all`, `owned`, … hand out the store's own objects and are for the model's parts, which
    never change them; `get` and `list` hand out copies and are for everybody.
    """

    state: State

    @property
    def view(self) -> View:
        """Itself, so that whatever takes a Cluster takes a View too."""
        return self

    @property
    def time(self) -> float:
        """Virtual seconds since the cluster began."""
        return self.state.time

    @property
    def version(self) -> int:
        """The number of the last record; also the newest resourceVersion."""
        return self.state.version

    @property
    def gates(self) -> frozenset[str]:
        """The feature gates that are on beyond v1.36's defaults."""
        gates: frozenset[str] = self.fact("feature gates") or frozenset()
        return gates

    # -- for the model's parts ---------------------------------------------------------------

    def find(self, kind: str, namespace: str, name: str) -> Object:
        """The object, or None."""
        key: Any = (kind, namespace, name)  # equal to its Key, and quicker to make
        return self.state.objects.get(key)

    def all(self, kind: str, namespace: str | None = None) -> list[Object]:
        """Every object of a kind, by name (in all namespaces where none is given)."""
        if kind == "Event":
            found = sorted(k for k in self.state.objects if k.kind == kind)
            return [self.state.objects[k] for k in found if namespace in (None, k.namespace)]
        term = ("kind", kind) if namespace is None else ("kind", kind, namespace)
        return self._having(term)

    def owned(self, uid: str, kind: str) -> list[Object]:
        """The objects of a kind that have an owner reference to `uid`, by name."""
        return self._having(("owner", uid, kind))

    def count_owned(self, uid: str, kind: str, *label: str) -> int:
        """How many objects of a kind have an owner reference to `uid` and carry a label.

        `label` is its name and its value, one that Pods may share; without it all count.
        """
        return len(self.state.index.get(("owner", uid, kind, *label), ()))

    def any_owned(self, kind: str, namespace: str) -> bool:
        """Whether any object of a kind has an owner reference."""
        return ("owned", kind, namespace) in self.state.index

    def named(self, uid: str) -> Ordinals:
        """The ordinals of the Pods that `uid` owns and whose label says their name (S20)."""
        return self.state.index.get(("named", uid), _NOBODY)

    def seats(self, uid: str, name: str) -> Ordinals:
        """The ordinals of the Pods that `uid` owns and that are called `name`-ordinal (S18)."""
        return self.state.index.get(("seats", uid, name), _NOBODY)

    def made(self, uid: str, name: str, revision: str) -> Ordinals:
        """Those of the `seats` whose Pod is labelled with that revision (S20)."""
        return self.state.index.get(("made", uid, name, revision), _NOBODY)

    def mounted(self, uid: str, volume: str) -> Ordinals:
        """The ordinals of the Pods that `uid` owns and whose `volume` is their own claim (S22)."""
        return self.state.index.get(("mounted", uid, volume), _NOBODY)

    def unhealthy(self, uid: str) -> list[Object]:
        """The Pods with an owner reference to `uid` that are not Running and Ready, or terminating."""
        return self._having(("unhealthy", uid))

    def orphans(self, kind: str, namespace: str) -> list[Object]:
        """The objects of a kind that no controller owns, by name."""
        return self._having(("orphan", kind, namespace))

    def on_node(self, node: str) -> list[Object]:
        """The Pods bound to a node, by name."""
        return self._having(("node", node))

    def count_on_node(self, node: str, *owner: str) -> int:
        """How many Pods are bound to a node (and have an owner reference to the uid `owner`)."""
        return len(self.state.index.get(("node", node, *owner), ()))

    def unscheduled(self) -> list[Object]:
        """The Pods without a node, by name."""
        return self._having(("unscheduled",))

    def with_address(self, address: str) -> list[Object]:
        """The Pods that have an IP, by name."""
        return self._having(("address", address))

    def addresses(self, namespace: str) -> tuple[tuple[Address, ...], ...]:
        """What endpoints show of the Pods that have an IP, by name, in chunks that mostly stay."""
        found: Keys = self.state.index.get(("addresses", namespace), _NO_KEYS)
        return found.chunks

    def using_claim(self, namespace: str, claim: str) -> list[Object]:
        """The Pods that mount a claim, by name."""
        return self._having(("claim", namespace, claim))

    def claims_for(self, volume: str) -> list[Object]:
        """The PersistentVolumeClaims whose `volumeName` is that, or, for "", that have none."""
        return self._having(("wants", volume))

    def volumes_for(self, namespace: str, claim: str) -> list[Object]:
        """The PersistentVolumes whose `claimRef` names a claim, then those that have none."""
        return [*self._having(("claimed", namespace, claim)), *self._having(("unclaimed",))]

    def attachments(self, volume: str) -> list[Object]:
        """The VolumeAttachments of a PersistentVolume, by name."""
        return self._having(("volume", volume))

    def attached_to(self, node: str) -> list[Object]:
        """The VolumeAttachments of a node, by name."""
        return self._having(("attached", node))

    def about(self, key: Key) -> list[Object]:
        """The Events about an object, in order of arrival."""
        found = self._having(("about", *key))
        return sorted(found, key=lambda e: int(e.metadata.resourceVersion))

    def slices(self, namespace: str, service: str) -> list[Object]:
        """The EndpointSlices of a Service, by name: those whose label says so (N2)."""
        return self._having(("service", namespace, service))

    def selected(self, kind: str, namespace: str, selector: Any) -> list[Object]:
        """The objects that a LabelSelector matches, by name."""
        return [
            o
            for o in self.all(kind, namespace)
            if selectors.matches(selector, o.metadata.labels or {})
        ]

    def fact(self, *key: Any) -> Any:
        """A run-time fact, or None."""
        return self.state.runtime.get(key)

    def random(self, *purpose: Any) -> Random:
        """Random numbers that depend on seed, version and purpose alone: the same in each replay."""
        return Random(f"{self.state.seed}/{self.state.version}/{purpose}")

    def uid(self) -> str:
        """The UID of what is created next: a random UUID (version 4), the same in each replay."""
        drawn = blake2b(f"{self.state.seed}/{self.state.version}".encode(), digest_size=16).digest()
        return str(UUID(bytes=drawn, version=4))

    def suffix(self, *purpose: Any) -> str:
        """The five letters at the end of a name that the server makes (D2)."""
        return "".join(self.random("suffix", *purpose).choices(_LETTERS, k=5))

    def at_oldest(self) -> View:
        """The oldest moment that history still has: the empty store, unless records are dropped."""
        return View(self.state.back_to(self.state.history.oldest))

    def records(self, after: int = 0) -> Iterator[Record]:
        """The history up to this moment, oldest first, from the record after `after`."""
        return self.state.history.since(after)

    def _having(self, term: Term) -> list[Object]:
        found, objects = self.state.index.get(term), self.state.objects
        return [objects[key] for key in found] if found is not None else []

    # -- for everybody -----------------------------------------------------------------------

    def get(self, kind: Any, name: str, namespace: str = "default") -> Object:
        """A copy of one object; `kind` as kubectl takes it (`Pod`, `pods`, `po`) or a type.

        Raises:
            NotFound: in kubectl's words.
        """
        k = kind_of(kind)
        found = self.find(k.name, namespace if k.namespaced else "", name)
        if found is None:
            raise NotFound.of(k, name)
        return copy(found)

    def list(
        self,
        kind: Any,
        namespace: str | None = "default",
        *,
        labels: str | dict[str, str] | None = None,
        fields: str | dict[str, str] | None = None,
    ) -> list[Object]:
        """Copies of the objects of a kind that the label and field selectors let through, by name.

        `namespace=None` means all namespaces. Selectors as kubectl takes them (`"app=nginx"`,
        `"status.phase=Running"`) or as a dict.
        """
        k = kind_of(kind)
        want = selectors.parse_labels(labels)
        where = selectors.parse_fields(k.name, fields)
        found = (copy(o) for o in self.all(k.name, namespace if k.namespaced else None))
        return [o for o in found if want(o.metadata.labels or {}) and where(o.to_dict())]


def copy(obj: Object) -> Object:
    """A copy that shares nothing with the store, so that changing it hurts nobody."""
    return type(obj).from_dict(obj.to_dict())
