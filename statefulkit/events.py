"""Kubernetes Events: one object for each (object, source, reason, message), counting repeats."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from lightkube.models.core_v1 import EventSource, ObjectReference
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources import core_v1
from msgspec.structs import replace

from statefulkit.decisions import Event
from statefulkit.store import Object, State, View, key_of, seconds, timestamp

KEPT_SECONDS = 3600.0  # section 6 of the rules: kept one hour by default
LOOK_SECONDS = 600.0  # how often old ones are looked for
_LOOKED = ("events", "looked through")

# Many Events are about the same and from the same, and share what says so.
_source = lru_cache(maxsize=64)(EventSource)


@lru_cache(maxsize=1024)
def _reference(
    version: str, kind: str, name: str, namespace: str | None, uid: str | None
) -> ObjectReference:
    return ObjectReference(apiVersion=version, kind=kind, name=name, namespace=namespace, uid=uid)


def recorded(state: State, event: Event, component: str) -> State:
    """The state with `event` stored, or its count raised where the same was seen before (E rules)."""
    about = event.about
    namespace = about.metadata.namespace or "default"
    text = "\0".join((about.metadata.uid or "", component, event.type, event.reason, event.message))
    name = f"{about.metadata.name}.{sha256(text.encode()).hexdigest()[:16]}"
    now, version = timestamp(state.time), str(state.version + 1)
    new = core_v1.Event(
        apiVersion="v1",
        kind="Event",
        metadata=ObjectMeta(
            name=name, namespace=namespace, creationTimestamp=now, resourceVersion=version, uid=name
        ),
        involvedObject=_reference(
            about.apiVersion,
            about.kind,
            about.metadata.name,
            about.metadata.namespace,
            about.metadata.uid,
        ),
        type=event.type,
        reason=event.reason,
        message=event.message,
        count=1,
        firstTimestamp=now,
        lastTimestamp=now,
        source=_source(component),
        reportingComponent=component,
    )
    key = key_of(new)
    old = state.objects.get(key)
    if old is not None:
        meta = replace(old.metadata, resourceVersion=version)
        new = replace(old, metadata=meta, count=old.count + 1, lastTimestamp=now)
    return state.written(component, "event", key, event.message, "", key_of(about), new)


def last_seen(event: Object) -> float | None:
    """The virtual second of an Event; None where somebody wrote one that does not say."""
    when = event.lastTimestamp or event.firstTimestamp or event.eventTime
    return None if when is None else seconds(when)


def is_due(state: State) -> bool:
    """Whether it is time to look for Events, and for what was decided, that is over an hour old."""
    return bool(state.runtime.get(_LOOKED, 0.0) != state.time // LOOK_SECONDS)


def tidied(state: State) -> State:
    """The state without the Events that were last seen over an hour ago.

    The API server lets each go when its hour is over. Here they are looked through before one is
    written, now and then, so that a cluster at rest stays at rest. What was decided that long ago on
    an object that is gone, goes with them.
    """
    for event in View(state).all("Event"):
        at = last_seen(event)
        if at is None:
            at = seconds(event.metadata.creationTimestamp)
        if at + KEPT_SECONDS < state.time:
            key = key_of(event)
            state = state.written(
                "kube-apiserver", "event", key, "is over an hour old", "", key, None
            )
    for fact, value in state.runtime.items():
        old = fact[0] == "decided" and value.time + KEPT_SECONDS < state.time
        if old and fact[2] not in state.objects:
            state = state.remember(fact, None)
    return state.remember(_LOOKED, state.time // LOOK_SECONDS)
