"""Kubernetes Events: one object for each (object, source, reason, message), counting repeats."""

from __future__ import annotations

from hashlib import sha256

from lightkube.models.core_v1 import EventSource, ObjectReference
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources import core_v1
from msgspec.structs import replace

from statefulkit.decisions import Event
from statefulkit.store import State, key_of, timestamp


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
        involvedObject=ObjectReference(
            apiVersion=about.apiVersion,
            kind=about.kind,
            name=about.metadata.name,
            namespace=about.metadata.namespace,
            uid=about.metadata.uid,
        ),
        type=event.type,
        reason=event.reason,
        message=event.message,
        count=1,
        firstTimestamp=now,
        lastTimestamp=now,
        source=EventSource(component=component),
        reportingComponent=component,
    )
    key = key_of(new)
    old = state.objects.get(key)
    if old is not None:
        meta = replace(old.metadata, resourceVersion=version)
        new = replace(old, metadata=meta, count=old.count + 1, lastTimestamp=now)
    return state.written(component, "event", key, event.message, "", key_of(about), new)
