"""What an endpoint shows of a Pod: the part that the EndpointSlice controller compares (N3 to N5).

The index keeps these by namespace. A Pod's other changes leave it alone, so that who asks for the
addresses again finds nearly all of them as they were.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from statefulkit.conditions import is_finished, is_ready, is_terminating
from statefulkit.memo import by_identity

Object = Any


class Address(NamedTuple):
    """A Pod with an IP that has not finished; `ports` are those that have a name, by name and protocol."""

    name: str
    uid: str
    ip: str
    ready: bool
    terminating: bool
    labels: frozenset[tuple[str, str]]
    node: str
    hostname: str
    subdomain: str
    ports: tuple[tuple[tuple[str, str], int], ...]


@partial(by_identity, most=64)  # asked for a few times when the Pod is written, and never again
def address_of(pod: Object) -> Address | None:
    """The address of a Pod; None where it has none (N3)."""
    meta, spec, status = pod.metadata, pod.spec, pod.status
    if status is None or not status.podIP or is_finished(pod):
        return None
    return Address(
        meta.name,
        meta.uid,
        status.podIP,
        is_ready(pod),
        is_terminating(pod),
        _items(meta.labels),
        spec.nodeName,
        spec.hostname or "",
        spec.subdomain or "",
        _named(spec.containers),
    )


@partial(by_identity, most=64)
def _items(labels: dict[str, str] | None) -> frozenset[tuple[str, str]]:
    return frozenset((labels or {}).items())


@by_identity
def _named(containers: list[Object]) -> tuple[tuple[tuple[str, str], int], ...]:
    return tuple(
        ((p.name, p.protocol), p.containerPort) for c in containers for p in c.ports or () if p.name
    )
