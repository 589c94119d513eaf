"""A second reading of the StatefulSet controller, to hold the model against.

It follows Kubernetes v1.20, whose decisions the recorded traces show, step by step and without any
of the model's means: no store, no indexes, no decisions, every sync looks at everything. What it
leaves out came later (start ordinals, minReadySeconds, retention policies, maxUnavailable).
It speaks the words of the traces: actions in, what happened and what is there out.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

Doc = dict[str, Any]
Deed = tuple[Any, ...]


@dataclass
class Pod:
    """A Pod; `phase` is empty while it is only planned, `owner` a set's number."""

    name: str
    revision: str
    owner: int | None
    claims: tuple[str, ...]
    phase: str = ""
    ready: bool = False
    terminating: bool = False
    bound: bool = False
    matches: bool = True

    @property
    def ordinal(self) -> int:
        return int(self.name.rpartition("-")[2])

    @property
    def runs(self) -> bool:
        return self.phase == "Running" and self.ready

    @property
    def healthy(self) -> bool:
        return self.runs and not self.terminating


@dataclass
class Revision:
    """A ControllerRevision, named by the image, all that its template differs in."""

    name: str
    number: int
    owner: int | None


@dataclass
class Set:
    """The StatefulSet; `partition` is None where rollingUpdate is absent."""

    number: int
    replicas: int
    image: str
    strategy: str
    partition: int | None
    parallel: bool
    limit: int
    templates: tuple[str, ...]
    generation: int = 1
    deleting: bool = False
    status: Doc = field(default_factory=dict)


class FailedError(Exception):
    """A sync that gives up; its status is not written."""


class Reading:
    """The controller and as much of the API as it needs."""

    def __init__(self, spec: Doc) -> None:
        self.spec = spec
        self.set: Set | None = None
        self.pods: dict[str, Pod] = {}
        self.claims: dict[str, bool] = {}  # whether it is terminating
        self.revisions: list[Revision] = []
        self.deeds: list[Deed] = []
        self.aliases: dict[str, str] = {}
        self.sets = 0

    def act(self, action: Doc) -> Doc:
        """Do what a step says, and let the controllers come to rest."""
        self.deeds = []
        rest = {k: v for k, v in action.items() if k != "do"}
        getattr(self, "do_" + action["do"].replace("-", "_"))(**rest)
        before: Any = None
        while before != (now := deepcopy((self.pods, self.claims, self.revisions, self.set))):
            before = now
            self.collect()
            if self.set is not None:
                self.sync(self.set)
        return self.observed()

    def alias(self, revision: str) -> str:
        return self.aliases.setdefault(revision, f"rev{len(self.aliases) + 1}")

    # -- actions -------------------------------------------------------------------------------

    def do_create(self) -> None:
        self.do_create_set(self.spec)

    def do_create_set(self, spec: Doc) -> None:
        self.sets += 1
        spec = spec["spec"]
        strategy = spec.get("updateStrategy") or {"rollingUpdate": {}}
        rolling = strategy.get("rollingUpdate")
        self.set = Set(
            self.sets,
            spec["replicas"],
            spec["template"]["spec"]["containers"][0]["image"],
            strategy.get("type", "RollingUpdate"),
            None if rolling is None else rolling.get("partition", 0),
            spec.get("podManagementPolicy") == "Parallel",
            spec.get("revisionHistoryLimit", 10),
            tuple(c["metadata"]["name"] for c in spec.get("volumeClaimTemplates", [])),
        )

    def do_kubelet(self, ready: str = "", terminated: str = "") -> None:
        if terminated:
            del self.pods[terminated]
        else:
            self.do_make_ready(ready)

    def do_make_ready(self, pod: str) -> None:
        self.pods[pod] = replace(self.pods[pod], phase="Running", bound=True, ready=True)

    def do_make_unready(self, pod: str) -> None:
        self.pods[pod].ready = False

    def do_fail(self, pod: str) -> None:
        self.pods[pod] = replace(self.pods[pod], phase="Failed", ready=False)

    def do_label_pod(self, pod: str, labels: dict[str, str]) -> None:
        self.pods[pod].matches = labels["app"] == "web"

    def do_kill(self, pods: list[str]) -> None:
        for name in pods:
            self.delete(name)

    def do_delete_claim(self, claim: str) -> None:
        self.claims[claim] = True

    def do_scale(self, replicas: int) -> None:
        self.change(replicas=replicas)

    def do_set_image(self, image: str) -> None:
        self.change(image=image)

    def do_set_partition(self, partition: int) -> None:
        self.change(strategy="RollingUpdate", partition=partition)

    def change(self, **spec: Any) -> None:
        assert self.set is not None
        changed = replace(self.set, **spec)
        if changed != self.set:
            self.set = replace(changed, generation=changed.generation + 1)

    def do_delete_set(self, propagationPolicy: str) -> None:
        assert self.set is not None
        mine = [p for p in self.pods.values() if p.owner == self.set.number]
        if propagationPolicy == "Orphan":
            for orphan in [*mine, *self.revisions]:
                orphan.owner = None
        else:
            self.revisions = []
            for pod in mine:
                self.remove(pod)
        if propagationPolicy == "Foreground":
            self.change(deleting=True)
        else:
            self.set = None

    # -- the API -------------------------------------------------------------------------------

    def delete(self, name: str) -> None:
        """Gracefully, but at once where no kubelet has the Pod or it has ended."""
        pod = self.pods.get(name)
        if pod is not None and pod.bound and pod.phase != "Failed":
            pod.terminating = True
        else:
            self.pods.pop(name, None)

    def remove(self, pod: Pod) -> None:
        if not pod.terminating:
            self.deeds.append(("delete", "Pod", pod.name, self.alias(pod.revision)))
        self.delete(pod.name)

    def collect(self) -> None:
        """Claims that nobody protects, and a set whose Pods are gone."""
        used = {c for p in self.pods.values() if p.bound for c in p.claims}
        for name in [c for c, terminating in self.claims.items() if terminating and c not in used]:
            del self.claims[name]
            self.deeds.append(("delete", "PersistentVolumeClaim", name))
        owned = self.set and any(p.owner == self.set.number for p in self.pods.values())
        if self.set is not None and self.set.deleting and not owned:
            self.set = None

    def create(self, pod: Pod) -> None:
        for claim in pod.claims:
            if claim not in self.claims:
                self.claims[claim] = False
                self.deeds.append(("create", "PersistentVolumeClaim", claim))
        if pod.name in self.pods or any(self.claims[c] for c in pod.claims):
            raise FailedError
        self.pods[pod.name] = replace(pod, phase="Pending")
        self.deeds.append(("create", "Pod", pod.name, self.alias(pod.revision)))

    # -- the controller ------------------------------------------------------------------------

    def sync(self, sts: Set) -> None:
        mine = []
        for revision in self.revisions:
            if revision.owner is None and not sts.deleting:
                revision.owner = sts.number
        for _, pod in sorted(self.pods.items()):
            if pod.owner is None and pod.matches and not pod.terminating and not sts.deleting:
                pod.owner = sts.number
            elif pod.owner == sts.number and not pod.matches and not sts.deleting:
                pod.owner = None
            if pod.owner == sts.number and pod.matches:
                mine.append(pod)
        history = sorted(
            (r for r in self.revisions if r.owner == sts.number), key=lambda r: r.number
        )
        update = self.wanted(sts, history)
        name = sts.status.get("currentRevision")
        current = next((r for r in history if r.name == name), update)
        status = self.counted(sts, mine, current.name, update.name)
        try:
            if not sts.deleting:
                self.steps(sts, mine, status)
        except FailedError:
            pass
        else:
            counters = {status[c] for c in ("replicas", "readyReplicas", "updatedReplicas")}
            if sts.strategy == "RollingUpdate" and counters == {sts.replicas}:
                status["currentRevision"] = update.name
                status["currentReplicas"] = status["updatedReplicas"]
            sts.status = status
        self.truncate(sts, history, {current.name, update.name} | {p.revision for p in mine})

    def wanted(self, sts: Set, history: list[Revision]) -> Revision:
        following = history[-1].number + 1 if history else 1
        found = next((r for r in history if r.name == sts.image), None)
        if found is None:
            found = Revision(sts.image, following, sts.number)
            if not sts.deleting:
                self.revisions.append(found)
                self.revision_deed("create", found)
        elif found is not history[-1]:
            found.number = following
            self.revision_deed("update", found)
        return found

    def revision_deed(self, verb: str, revision: Revision) -> None:
        self.deeds.append((verb, "ControllerRevision", self.alias(revision.name), revision.number))

    def truncate(self, sts: Set, history: list[Revision], live: set[str]) -> None:
        idle = [r for r in history if r.name not in live]
        for revision in idle[: max(0, len(idle) - sts.limit)]:
            self.revisions.remove(revision)
            self.deeds.append(("delete", "ControllerRevision", self.alias(revision.name)))

    def counted(self, sts: Set, mine: list[Pod], current: str, update: str) -> Doc:
        staying = [p.revision for p in mine if not p.terminating]
        return {
            "observedGeneration": sts.generation,
            "replicas": len(mine),
            "readyReplicas": sum(p.runs for p in mine),
            "currentReplicas": staying.count(current),
            "updatedReplicas": staying.count(update),
            "currentRevision": current,
            "updateRevision": update,
        }

    def planned(self, sts: Set, number: int, status: Doc) -> Pod:
        if sts.partition is None:
            kept = sts.status.get("currentReplicas", 0) if sts.strategy == "RollingUpdate" else 0
        else:
            kept = sts.partition
        revision = status["currentRevision" if number < kept else "updateRevision"]
        name = f"web-{number}"
        return Pod(name, revision, sts.number, tuple(f"{t}-{name}" for t in sts.templates))

    def steps(self, sts: Set, mine: list[Pod], status: Doc) -> None:
        ordered, numbers = not sts.parallel, range(sts.replicas)
        seats = {p.ordinal: p for p in mine}
        replicas = [seats.get(n) or self.planned(sts, n, status) for n in numbers]
        condemned = sorted((p for p in mine if p.ordinal >= sts.replicas), key=lambda p: p.ordinal)
        first = next((p for p in [*replicas, *condemned] if not p.healthy), None)
        for n in numbers:
            if replicas[n].phase == "Failed":
                self.remove(replicas[n])
                self.tally(status, replicas[n], -1)
                status["replicas"] -= 1
                replicas[n] = self.planned(sts, n, status)
            if not replicas[n].phase:
                self.create(replicas[n])
                self.tally(status, replicas[n], 1)
                status["replicas"] += 1
                if ordered:
                    return
            elif ordered and not replicas[n].healthy:
                return
        for pod in reversed(condemned):
            if pod.terminating and ordered:
                return
            if pod.terminating:
                continue
            if ordered and not pod.runs and pod is not first:
                return
            self.remove(pod)
            self.tally(status, pod, -1)
            if ordered:
                return
        if sts.strategy == "OnDelete":
            return
        for pod in replicas[sts.partition or 0 :][::-1]:
            if pod.revision != status["updateRevision"] and not pod.terminating:
                self.remove(pod)
                status["currentReplicas"] -= 1
                return
            if not pod.healthy:
                return

    def tally(self, status: Doc, pod: Pod, change: int) -> None:
        for which in ("current", "update"):
            if pod.revision == status[f"{which}Revision"]:
                counter = "currentReplicas" if which == "current" else "updatedReplicas"
                status[counter] += change

    # -- what is compared ----------------------------------------------------------------------

    def observed(self) -> Doc:
        status = None
        if self.set is not None:
            status = {k: v for k, v in self.set.status.items() if v}
            for name in {"currentRevision", "updateRevision"} & status.keys():
                status[name] = self.alias(status[name])
        pods = [
            {
                "name": name,
                "phase": pod.phase,
                "ready": pod.ready,
                "terminating": pod.terminating,
                "revision": self.alias(pod.revision),
                "image": pod.revision,
            }
            for name, pod in sorted(self.pods.items())
        ]
        return {
            "pods": pods,
            "claims": sorted(self.claims),
            "status": status,
            "controller": self.deeds,
        }
