"""Rules of the model, and the hands that break each of them, for `tests.property.seeded`."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name
from random import Random
from typing import Any, NamedTuple

from msgspec.structs import replace

from statefulkit.conditions import is_finished

Break = Callable[[], None]


class Seeded(NamedTuple):
    """A rule, what is broken of it, and the hand that breaks it."""

    rule: str
    what: str
    breaks: Break


def _set(where: str, name: str, value: Any) -> Break:
    def breaks() -> None:
        _replaced(where, name, value)

    return breaks


def _wrap(where: str, name: str, around: Callable[..., Any]) -> Break:
    def breaks() -> None:
        was = getattr(resolve_name(f"statefulkit.{where}"), name)
        _replaced(where, name, lambda *args, **more: around(was, *args, **more))

    return breaks


def _replaced(where: str, name: str, value: Any) -> None:
    """Put a value in place of one in a module or a class, which must be there."""
    found = resolve_name(f"statefulkit.{where}")
    getattr(found, name)  # a rename must not leave a break that breaks nothing
    setattr(found, name, value)


def _obstacle(_: Any, sync: Any, pod: Any) -> str:
    return ""


def _upside_down(was: Any, *args: Any) -> Any:
    sync = was(*args)
    sync.condemned = list(reversed(sync.condemned))
    return sync


def _one_too_many(was: Any, *args: Any) -> Any:
    sync = was(*args)
    sync.wanted = range(sync.wanted.start, sync.wanted.stop + 1)
    return sync


def _partition_ignored(was: Any, sync: Any) -> Any:
    return 0, was(sync)[1]


def _counts_ready_twice(was: Any, *args: Any) -> Any:
    status = was(*args)
    return replace(status, readyReplicas=(status.readyReplicas or 0) + 1)


def _grown_back(was: Any, state: Any, *args: Any) -> Any:
    def older(obj: Any) -> Any:
        known = getattr(obj, "metadata", None)
        if known is None or (known.generation or 0) < 2:
            return obj
        return replace(obj, metadata=replace(known, generation=1))

    return was(state, *map(older, args))


def _wipes(was: Any, view: Any, pod: Any) -> Any:
    from statefulkit.controllers.volumes import claims_of, disk_of
    from statefulkit.decisions import Remember

    volumes = [view.find("PersistentVolume", "", c.spec.volumeName or "")
               for _, c in claims_of(view, pod) if c is not None]  # fmt: skip
    gone = [Remember(("disk", disk_of(v, pod.spec.nodeName)), None) for v in volumes if v]
    return [*was(view, pod), *gone]


def _stays_behind(was: Any, volume: Any, node: str) -> Any:
    return f"{was(volume, node)}/{node}"


def _twice(was: Any, view: Any, key: Any) -> Any:
    from statefulkit.decisions import Create

    def again(decision: Any) -> Any:
        meta = decision.obj.metadata
        twin = replace(decision.obj, metadata=replace(meta, name=f"{meta.name}2"))
        return replace(decision, obj=twin)

    found = was(view, key)
    return [
        d for each in found for d in ([each, again(each)] if isinstance(each, Create) else [each])
    ]


def _forgets_disks_on_start(was: Any, view: Any, pod: Any, stage: Any) -> Any:
    return [*_wipes(lambda *_: [], view, pod), *was(view, pod, stage)]


def _remembers_disks(was: Any, *args: Any) -> Any:
    """Whatever was decided, but no disk is forgotten."""
    from statefulkit.decisions import Remember

    return [d for d in was(*args) if not (isinstance(d, Remember) and d.key[0] == "disk")]


def _reclaims_all(was: Any, volume: Any) -> Any:
    spec = replace(volume.spec, persistentVolumeReclaimPolicy="Delete")
    return was(replace(volume, spec=spec))


def _all_ready(was: Any, service: Any, pod: Any) -> Any:
    found = was(service, pod)
    if found is None:
        return None
    ports, endpoint = found
    return ports, replace(endpoint, conditions=replace(endpoint.conditions, ready=True))


def _surges(was: Any, deployment: Any) -> Any:
    up, down = was(deployment)
    return up + 1, down


def _one_short(was: Any, self: Any, version: int) -> Any:
    return was(self, version - 1 if version % 7 == 0 else version)


SEEDED = [
    Seeded("S32", "an ordered set does not wait for the Pod before",
           _wrap("controllers.statefulset", "_obstacle", _obstacle)),
    Seeded("S33", "the lowest condemned Pod goes first",
           _wrap("controllers.statefulset", "_split", _upside_down)),
    Seeded("S28", "one ordinal more than `replicas` is wanted",
           _wrap("controllers.statefulset", "_split", _one_too_many)),
    Seeded("S36", "the partition of a rolling update is not kept",
           _wrap("controllers.statefulset", "_rolling", _partition_ignored)),
    Seeded("S7", "a Pod is available as soon as it is Ready",
           _wrap("controllers.statefulset", "is_running_and_available",
                 lambda was, pod, least, now: was(pod, 0, now))),
    Seeded("S52", "the status counts one ready Pod too many",
           _wrap("controllers.setstatus", "count", _counts_ready_twice)),
    Seeded("S49", "no revision is ever dropped",
           _wrap("controllers.revisions", "truncate", lambda was, *args: [])),
    Seeded("S17", "the generation goes back to 1 with each write",
           _wrap("apiserver", "_stored", _grown_back)),
    Seeded("N4", "endpoints do not look at readiness",
           _wrap("controllers.endpointslice", "_endpoint", _all_ready)),
    Seeded("P34", "a budget counts Pods that are not Ready as healthy",
           _wrap("controllers.disruption", "is_ready", lambda was, pod: True)),
    Seeded("V13", "the disk is wiped when its Pod goes",
           _wrap("nodes.leftbehind", "forget", _wipes)),
    Seeded("V13", "a network disk stays behind when its Pod moves",
           _wrap("nodes.files", "disk_of", _stays_behind)),
    Seeded("D6", "a ReplicaSet makes each Pod twice",
           _wrap("controllers.replicaset", "plan", _twice)),
    Seeded("D7", "a ReplicaSet waits for Pods that terminate",
           _wrap("controllers.replicaset", "is_active", lambda was, pod: not is_finished(pod))),
    Seeded("V13", "the disk is wiped when its Pod's containers start",
           _wrap("nodes.kubelet", "_start", _forgets_disks_on_start)),
    Seeded("V18", "a container's own files are there after a crash",
           _wrap("nodes.restarts", "crashed", _remembers_disks)),
    Seeded("V18", "nobody throws an emptyDir away",
           _wrap("nodes.leftbehind", "forget", _remembers_disks)),
    Seeded("V17", "a directory is another one in each Pod",
           _wrap("nodes.files", "normpath", lambda was, path: was(path).replace("/srv/shared", "/"))),
    Seeded("V9", "a volume goes with its claim, whatever its policy",
           _wrap("controllers.persistentvolume", "_reclaim", _reclaims_all)),
    Seeded("V15", "a disk is attached to two nodes at one time",
           _set("nodes.attachdetach", "_SHARED", {"ReadWriteOnce"})),
    Seeded("P20", "the scheduler does not look at taints and cordons",
           _wrap("nodes.scheduler", "tolerations_of", lambda was, pod, taint: [True])),
    Seeded("V17", "a local disk can be reached from each node",
           _wrap("controllers.volumes", "reaches", lambda was, volume, labels: True)),
    Seeded("P24", "the kubelet of a node that is cut off goes on",
           _wrap("nodes.leftbehind", "is_alive", lambda was, view, pod: bool(pod.spec.nodeName))),
    Seeded("P26", "a Pod tolerates a silent node for a tenth of the time",
           _wrap("controllers.tainteviction", "_patience",
                 lambda was, *args: was(*args) and was(*args) / 10)),
    Seeded("P33", "a drain does not ask the budgets",
           _wrap("verbs", "allows", lambda was, *args: True)),
    Seeded("D3", "one Pod more than maxSurge",
           _wrap("controllers.deploysizes", "limits", _surges)),
    Seeded("D5", "Recreate does not wait for the old Pods",
           _wrap("controllers.deployment", "is_finished", lambda was, pod: True)),
    Seeded("S40", "claims are not tied to their owners",
           _wrap("controllers.claims", "_owners", lambda was, *args, **more: [])),
    Seeded("S42", "the garbage collector leaves Pods that are not Ready",
           _wrap("controllers.garbagecollector", "_dependents",
                 lambda was, *args: [d for d in was(*args) if d.kind != "Pod"])),
    Seeded("N7", "kube-proxy sends to Pods that are not Ready",
           _wrap("network.proxy", "_choices", lambda was, view, service, port: [
               (p.status.podIP, 80) for p in view.list("pods", labels="app=web")
               if p.status.podIP])),
    Seeded("N12", "a headless name has one address of many",
           _wrap("network.zone", "endpoints", lambda was, *args: was(*args)[:1])),
    Seeded("P4", "each Pod of a node gets the same address",
           _wrap("nodes.podstatus", "next_ip", lambda was, view, node: (7, "10.244.0.7"))),
    Seeded("index", "what an object leaves stays in the index",
           _wrap("index", "_enter", lambda was, edit, gone, come: was(edit, [], come))),
    Seeded("history", "each seventh moment is the one before it",
           _wrap("history.History", "store_at", _one_short)),
    Seeded("replay", "random numbers are truly random",
           _wrap("store.View", "random", lambda was, self, *purpose: Random())),
]  # fmt: skip
