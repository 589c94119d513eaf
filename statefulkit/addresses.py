"""What an endpoint shows of a Pod: the part that the EndpointSlice controller compares (N3 to N5).

The index keeps these by namespace. A Pod's other changes leave it alone, so that who asks for the
addresses again finds nearly all of them as they were.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from statefulkit.memo import by_identity

Object = Any


class Address(NamedTuple):
    """A Pod with an IP that has not finished; `ports` are those that its containers name."""

    name: str
    uid: str
    ip: str
    ready: bool
    terminating: bool
    labels: frozenset[tuple[str, str]]
    node: str
    hostname: str
    subdomain: str
    ports: tuple[tuple[str, int], ...]


@partial(by_identity, most=64)  # asked for a few times when the Pod is written, and never again
def address_of(pod: Object) -> Address | None:
    """The address of a Pod; None where it has none (N3)."""
    meta, spec, status = pod.metadata, pod.spec, pod.status
    if status is None or not status.podIP or status.phase in ("Failed", "Succeeded"):
        return None
    return Address(
        meta.name,
        meta.uid,
        status.podIP,
        is_ready(pod),
        meta.deletionTimestamp is not None,
        _items(meta.labels),
        spec.nodeName,
        spec.hostname or "",
        spec.subdomain or "",
        _named(spec.containers),
    )


def is_ready(pod: Object) -> bool:
    """Whether the Pod's condition Ready is True (P4)."""
    return any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or ())


@partial(by_identity, most=64)
def _items(labels: dict[str, str] | None) -> frozenset[tuple[str, str]]:
    return frozenset((labels or {}).items())


@by_identity
def _named(containers: list[Object]) -> tuple[tuple[str, int], ...]:
    return tuple((p.name, p.containerPort) for c in containers for p in c.ports or () if p.name)
