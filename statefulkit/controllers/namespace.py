"""The namespace controller: what is in a namespace that is being deleted goes first, and then it.

Workloads go before their Pods, so that nobody fills a seat again. Claims go as well, and with them
the data, where the reclaim policy says so (V9).
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from statefulkit.api.kinds import KINDS
from statefulkit.decisions import Decision, Delete, Update, UpdateStatus, Wait, itself
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "namespace-controller"

_WORKLOADS = ("Deployment", "StatefulSet", "ReplicaSet")
_KINDS = (
    *_WORKLOADS,
    *(k.name for k in KINDS.values() if k.namespaced and k.name not in (*_WORKLOADS, "Event")),
)


def plan(view: View, key: Key) -> list[Decision]:
    """Empty the namespace at `key`, if it is being deleted, and let it go."""
    namespace = view.find(*key)
    if namespace is None or namespace.metadata.deletionTimestamp is None:
        return []
    left = [obj for kind in _KINDS for obj in view.all(kind, key.name)]
    if not left:  # but Events, which tell of what has gone
        freed = replace(namespace, spec=replace(namespace.spec, finalizers=None))
        told = [_delete(event, key) for event in view.all("Event", key.name)]
        return [*told, Update(freed, f"lets namespace {key.name} go: nothing is left in it", "")]
    decisions: list[Decision] = [
        _delete(obj, key) for obj in left if obj.metadata.deletionTimestamp is None
    ]
    if namespace.status.phase != "Terminating":
        status = replace(namespace.status, phase="Terminating")
        text = f"marks namespace {key.name} as Terminating"
        decisions.insert(0, UpdateStatus(replace(namespace, status=status), text, ""))
    return decisions or [Wait(f"waits until {_named(left)} gone from namespace {key.name}", "")]


def _delete(obj: Object, namespace: Key) -> Delete:
    text = f"deletes {obj.metadata.name}: its namespace {namespace.name} goes"
    return Delete(key_of(obj), text, "")


def _named(left: list[Object]) -> str:
    """`web-0 is`, or `web-0, web-1, web-2 and 5 more are`."""
    names = ", ".join(obj.metadata.name for obj in left[:3])
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""
    return f"{names}{more} {'is' if len(left) == 1 else 'are'}"


def _of_content(view: View, record: Record) -> Iterable[Key]:
    """The namespace of something that is gone, if it is being deleted."""
    if record.after is None:
        key = Key("Namespace", "", record.key.namespace)
        namespace = view.find(*key)
        if namespace is not None and namespace.metadata.deletionTimestamp is not None:
            yield key


WATCHES = {"Namespace": itself, **dict.fromkeys(_KINDS, _of_content)}
