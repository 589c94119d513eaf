"""Replay recorded traces of the real controllers against the model.

The recording's rules: after each action the controllers run until no object changes any more; the
kubelet acts only where a step says so; there is no scheduler.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from statefulkit import apiserver, verbs
from statefulkit.apiserver import Who
from statefulkit.bootstrap import cluster
from statefulkit.cluster import CONTROLLERS
from statefulkit.conditions import is_ready, is_terminating
from statefulkit.controllers import persistentvolume
from statefulkit.controllers.pods import revision
from statefulkit.engine import Engine
from statefulkit.nodes import podstatus
from statefulkit.store import Key, Record

STEP_SECONDS = 60.0  # long enough for every retry that could still change something
KUBELET = Who("kubelet", "plays its part in the recording")


class Driver:
    """Plays one trace."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.engine = Engine(cluster(nodes=1, seed=0), (*CONTROLLERS, persistentvolume))
        self.spec = spec
        self.names: dict[str, str] = {}  # a revision's name → rev1, rev2 …

    def act(self, action: dict[str, Any]) -> dict[str, Any]:
        """Do what a step says; returns the step as the model plays it."""
        before = self.engine.state.version
        getattr(self, "do_" + action["do"].replace("-", "_"))(
            **{k: v for k, v in action.items() if k != "do"}
        )
        self.engine.run(self.engine.state.time + STEP_SECONDS)
        return self.observed(before)

    # -- actions -----------------------------------------------------------------------------

    def do_create(self) -> None:
        self.do_create_set(self.spec)

    def do_create_set(self, spec: dict[str, Any]) -> None:
        doc = verbs.checked(spec, "default")
        self.engine.write(apiserver.create(self.engine.state, doc, verbs.you("creates web")))

    def do_kubelet(self, ready: str = "", terminated: str = "") -> None:
        if terminated:
            self.delete("Pod", terminated, grace=0)
            return
        self.start(ready, is_ready=True)

    def do_make_ready(self, pod: str) -> None:
        self.start(pod, is_ready=True)

    def do_make_unready(self, pod: str) -> None:
        self.start(pod, is_ready=False)

    def start(self, name: str, *, is_ready: bool) -> None:
        pod = self.pod(name)
        if not pod.spec.nodeName:
            bound = replace(pod, spec=replace(pod.spec, nodeName="node-1"))
            self.engine.write(apiserver.update(self.engine.state, bound, KUBELET))
            self.status(name, lambda p: podstatus.creating(self.engine.view, p))
        self.status(name, lambda p: self.running(p, is_ready=is_ready))

    def running(self, pod: Any, *, is_ready: bool) -> Any:
        names = [c.name for c in pod.spec.containers]
        return podstatus.running(self.engine.view, pod, names, names if is_ready else ())

    def do_fail(self, pod: str) -> None:
        self.status(pod, lambda p: podstatus.stopped(self.engine.view, p, failed=True))

    def do_scale(self, replicas: int) -> None:
        self.patch({"spec": {"replicas": replicas}})

    def do_set_image(self, image: str) -> None:
        self.patch(
            {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}}
        )

    def do_set_partition(self, partition: int) -> None:
        rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
        self.patch({"spec": {"updateStrategy": rolling}})

    def do_kill(self, pods: list[str]) -> None:
        for name in pods:
            self.delete("Pod", name)

    def do_delete_set(self, propagationPolicy: str) -> None:
        self.delete("StatefulSet", "web", cascade=propagationPolicy.lower())

    def do_delete_claim(self, claim: str) -> None:
        self.delete("PersistentVolumeClaim", claim)

    def do_label_pod(self, pod: str, labels: dict[str, str]) -> None:
        key = Key("Pod", "default", pod)
        change = {"metadata": {"labels": labels}}
        self.patch_object(key, change, "merge")

    def patch(self, change: dict[str, Any]) -> None:
        key = Key("StatefulSet", "default", "web")
        self.patch_object(key, change, "strategic")

    def patch_object(self, key: Key, change: dict[str, Any], type_: str) -> None:
        state = self.engine.state
        doc = verbs.patched(state, key, change, type_)
        self.engine.write(apiserver.submit(state, doc, verbs.you("patches it"), verb="patch"))

    def delete(self, kind: str, name: str, **how: Any) -> None:
        key = Key(kind, "default", name)
        self.engine.write(apiserver.delete(self.engine.state, key, verbs.you("deletes it"), **how))

    def pod(self, name: str) -> Any:
        return self.engine.view.find("Pod", "default", name)

    def status(self, name: str, change: Any) -> None:
        pod = self.pod(name)
        self.engine.write(
            apiserver.update_status(self.engine.state, replace(pod, status=change(pod)), KUBELET)
        )

    # -- what is compared --------------------------------------------------------------------

    def observed(self, since: int) -> dict[str, Any]:
        view = self.engine.view
        done = [d for r in view.records(since) if (d := self.deed(r))]
        sts = view.find("StatefulSet", "default", "web")
        status = sts.status.to_dict() if sts is not None else None
        if status is not None:
            for field in {"currentRevision", "updateRevision"} & status.keys():
                status[field] = self.alias(status[field])
        return {
            "controller": done,
            "pods": [self.shown(p) for p in view.all("Pod", "default")],
            "claims": [c.metadata.name for c in view.all("PersistentVolumeClaim", "default")],
            "status": status,
        }

    def deed(self, record: Record) -> dict[str, Any] | None:
        """A record as the recording's watches saw it."""
        kind, old, new = record.key.kind, record.before, record.after
        obj = new if new is not None else old
        if record.actor in ("user", "kubelet") or obj is None:
            return None
        if kind == "ControllerRevision":
            named = {"kind": kind, "revision": self.alias(obj.metadata.name)}
            if old is None:
                return {"verb": "create", **named, "number": new.revision}
            if new is None:
                return {"verb": "delete", **named}
            changed = old.revision != new.revision
            return {"verb": "update", **named, "number": new.revision} if changed else None
        if kind == "PersistentVolumeClaim" and (old is None or new is None):
            return {
                "verb": "create" if old is None else "delete",
                "kind": kind,
                "name": record.key.name,
            }
        if kind == "Pod" and record.verb in ("create", "delete"):
            rev = self.alias(revision(obj) or "")
            return {"verb": record.verb, "kind": kind, "name": record.key.name, "revision": rev}
        return None

    def alias(self, name: str) -> str:
        return self.names.setdefault(name, f"rev{len(self.names) + 1}")

    def shown(self, pod: Any) -> dict[str, Any]:
        return {
            "name": pod.metadata.name,
            "phase": pod.status.phase,
            "ready": is_ready(pod),
            "terminating": is_terminating(pod),
            "revision": self.alias(revision(pod) or ""),
            "image": pod.spec.containers[0].image,
        }


def differences(trace: dict[str, Any]) -> list[str]:
    """For each step of a trace what differs, empty where the step is equal."""
    driver = Driver(trace["spec"])
    parallel = trace["spec"]["spec"].get("podManagementPolicy") == "Parallel"
    found = []
    foreground = False
    for step in trace["steps"]:
        foreground |= step["action"].get("propagationPolicy") == "Foreground"
        got = driver.act(step["action"])
        if foreground:
            # The real controller makes the revision once more while the set waits for its Pods.
            for deeds in (step, got):
                deeds["controller"] = [d for d in deeds["controller"] if d["kind"] == "Pod"]
        found.append(_compare(step, got, unordered=parallel))
    return found


def _compare(step: dict[str, Any], got: dict[str, Any], *, unordered: bool) -> str:
    for part in ("pods", "claims"):
        if step[part] != got[part]:
            return f"{part}: recorded {step[part]}, model {got[part]}"
    if _counters(step["status"]) != _counters(got["status"]):
        return f"status: recorded {step['status']}, model {got['status']}"
    removal = step["action"]["do"] == "delete-set"
    wanted, done = step["controller"], got["controller"]
    if unordered or removal:
        same = Counter(map(json.dumps, map(_sorted, wanted))) == Counter(
            map(json.dumps, map(_sorted, done))
        )
    else:
        same = all(_of(k, wanted) == _of(k, done) for k in {d["kind"] for d in [*wanted, *done]})
    return "" if same else f"controller: recorded {wanted}, model {done}"


def _counters(status: dict[str, Any] | None) -> dict[str, Any] | None:
    """A status without zeros, and without the counter that the recorded version lacks."""
    if status is None:
        return None
    return {k: v for k, v in status.items() if v and k != "availableReplicas"}


def _sorted(deed: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(deed.items()))


def _of(kind: str, deeds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [d for d in deeds if d["kind"] == kind]


def main(files: list[str]) -> int:
    """Replay files; returns the exit code."""
    worst = 0
    for file in files:
        trace = json.loads(Path(file).read_text())
        found = differences(trace)
        equal = sum(not d for d in found)
        print(f"{trace['name']}: {equal} of {len(found)} steps equal")
        if equal < len(found):
            index = next(i for i, d in enumerate(found) if d)
            print(f"  step {index + 1}, {trace['steps'][index]['action']}: {found[index]}")
            worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
