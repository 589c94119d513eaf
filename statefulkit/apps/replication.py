"""MySQL's replication: a replica clones the ordinal before it, then follows the primary (T42, T43).

A real replica holds a connection open. Here it copies whenever something has changed that may
matter: a Pod has come, gone or become ready, a name is published, somebody has written.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from statefulkit import apps
from statefulkit.apps import mysql
from statefulkit.apps.world import World
from statefulkit.conditions import is_terminating
from statefulkit.controllers.pods import parent_and_ordinal
from statefulkit.decisions import Act, Decision, Remember, Wait
from statefulkit.memo import by_identity
from statefulkit.network import proxy
from statefulkit.nodes.exec import is_running
from statefulkit.store import Key, Object, Record, View, key_of

NAME = "mysql"


def plan(view: View, key: Key) -> list[Decision]:
    """Bring the replica in the Pod at `key` up to date with its source."""
    pod = view.find(*key)
    world = _world(view, pod) if pod is not None else None
    if world is None or is_terminating(pod) or mysql.ordinal(world) == 0:
        return []
    have, source = mysql.binlog(world), mysql.source(world)
    verb, rule = ("copy", "T43") if mysql.has_data(world) else ("clone", "T42")
    response = world.call(f"mysql://{source}/", f"SHOW BINLOG EVENTS FROM {len(have)}")
    if response.status != 200:
        why = response.error or response.body
        return [Wait(f"{key.name} cannot {verb} from {source}: {why}", rule)]
    new = response.body.splitlines()
    if not new and verb == "copy":
        return []
    world.write(mysql.BINLOG, "\n".join([*have, *new]))
    facts = tuple(Remember(k, v) for k, v in world.facts.items())
    changes = "1 change" if len(new) == 1 else f"{len(new)} changes"
    what = f"copies {changes}" if verb == "copy" else f"clones the data, {changes},"
    return [Act(pod, facts, f"{key.name} {what} from {source}", rule)]


def _world(view: View, pod: Object) -> World | None:
    """The world of the Pod's MySQL server; None where none runs."""
    for container in pod.spec.containers:
        found = apps.application(container)
        runs = is_running(pod, container) and view.fact("down", pod.spec.nodeName) is None
        if found is not None and found.scheme == "mysql" and runs:
            return World(view, pod, container, proxy.request_of)
    return None


def _runs_mysql(pod: Object) -> bool:
    return _serves_mysql(pod.spec)


@by_identity
def _serves_mysql(spec: Object) -> bool:
    found = (apps.application(c) for c in spec.containers)
    return any(a is not None and a.scheme == "mysql" for a in found)


def _of_pod(view: View, record: Record) -> Iterable[Key]:
    """The Pod, and who copies from it."""
    return _and_copiers(view, record.key) if _runs_mysql(record.after or record.before) else []


def _of_request(view: View, record: Record) -> Iterable[Key]:
    """Everybody, after a request (N7) that may have written something; a look-up never does."""
    if record.verb != "ask" or record.rule != "N7":
        return []
    return [key_of(p) for p in view.all("Pod") if _runs_mysql(p)]


def _and_copiers(view: View, key: Key) -> list[Key]:
    """A server and who may copy from it: from the primary all, from another its next neighbour."""
    name, number = parent_and_ordinal(key.name)
    if number > 0:
        return [key, Key("Pod", key.namespace, f"{name}-{number + 1}")]
    return [key_of(p) for p in view.all("Pod", key.namespace) if _runs_mysql(p)]


def _of_slice(view: View, record: Record) -> Iterable[Key]:
    """Who copies from a Pod whose name has come or gone."""
    versions = (s.endpoints or () if s is not None else () for s in (record.before, record.after))
    shown: tuple[set[tuple[str, bool]], ...] = set(), set()
    for was, now in zip_longest(*versions):
        if was is not now:  # most are as they were
            for endpoint, side in zip((was, now), shown, strict=True):
                if endpoint and endpoint.targetRef:
                    ready = bool(endpoint.conditions and endpoint.conditions.ready)
                    side.add((endpoint.targetRef.name, ready))
    for name in {name for name, _ in shown[0] ^ shown[1]}:
        pod = view.find("Pod", record.key.namespace, name)
        if pod is not None and _runs_mysql(pod):
            yield from _and_copiers(view, key_of(pod))


def _of_node(view: View, record: Record) -> Iterable[Key]:
    for pod in view.on_node(record.key.name):
        if _runs_mysql(pod):
            yield from _and_copiers(view, key_of(pod))


WATCHES = {"Pod": _of_pod, "Service": _of_request, "EndpointSlice": _of_slice, "Node": _of_node}
