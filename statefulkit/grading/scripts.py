"""What an assignment lets happen to a cluster, and what it asks of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from statefulkit import Cluster
from statefulkit.conditions import is_ready

SECONDS = {"kill": 120.0, "node": 420.0, "scale": 240.0, "image": 400.0, "all": 300.0}

_MATTERS = ("Pod", "EndpointSlice")  # what can end a write's success


class Fault(NamedTuple):
    """Something that happens.

    Attributes:
        what: kill (a Pod), node (a Pod's node is cut off), scale, image, all (each Pod is deleted).
        set, value: the StatefulSet, and the Pod, the number of replicas or the image.
    """

    what: str
    set: str
    value: str = ""

    def __str__(self) -> str:
        words = {
            "kill": "Pod {0.value} is deleted",
            "node": "the node of {0.value} is lost",
            "scale": "{0.set} is scaled to {0.value}",
            "image": "{0.set} is updated to {0.value}",
            "all": "all Pods of {0.set} are deleted at once",
        }
        return words[self.what].format(self)


def inflict(cluster: Cluster, fault: Fault) -> None:
    """Let it happen.

    Raises:
        StatusError: where there is no such object.
    """
    match fault.what:
        case "kill":
            cluster.delete("pod", fault.value)
        case "node":
            cluster.fail_node(cluster.get("pod", fault.value).spec.nodeName)
        case "scale":
            cluster.scale("sts", fault.set, int(fault.value))
        case "image":
            cluster.set_image("sts", fault.set, fault.value)
        case "all":
            for pod in members(cluster, fault.set):
                cluster.delete("pod", pod.metadata.name)


def cluster_with(manifest: Any, nodes: int = 6) -> Cluster:
    """A cluster that runs a manifest. Its first node comes a minute before the others.

    Raises:
        StatusError: where the manifest is refused.
        ValueError: where it wants more than 12 replicas.
    """
    cluster = Cluster(nodes=nodes, seed=1)
    late = [f"node-{n}" for n in range(2, nodes + 1)]
    for name in late:
        cluster.cordon(name)
    cluster.apply(manifest)
    many = [s.spec.replicas or 0 for s in cluster.list("sts")]
    if max(many, default=0) > 12:
        raise ValueError("more than 12 replicas are too many for this assignment")
    cluster.run(60)
    for name in late:
        cluster.uncordon(name)
    cluster.settle(300)
    return cluster


def goes_on(cluster: Cluster, end: float) -> bool:
    """Take a step; False where none is left before virtual second `end`."""
    due = cluster._engine.next_time()
    if due is None or due > end:
        return False
    return cluster._engine.step()


def members(cluster: Cluster, name: str) -> list[Any]:
    """The Pods of a set, by ordinal."""
    pods = cluster.list("pods", fields={"metadata.namespace": "default"})
    mine = [p for p in pods if p.metadata.name.rpartition("-")[0] == name]
    return sorted(mine, key=lambda p: int(p.metadata.name.rpartition("-")[2]))


def ready_members(cluster: Cluster, name: str) -> list[Any]:
    """The Ready Pods of a set, by ordinal."""
    return [p for p in members(cluster, name) if is_ready(p)]


def disruptions(cluster: Cluster, since: int) -> int:
    """How many Ready Pods were deleted after that version, by whomever."""
    gone = set()
    for record in cluster.view.records(after=since):
        if record.key.kind == "Pod" and record.before is not None and is_ready(record.before):
            was, now = record.before.metadata, record.after and record.after.metadata
            if was.deletionTimestamp is None and (now is None or now.deletionTimestamp):
                gone.add(was.uid)
    return len(gone)


def writes_go_on(name: str, service: str) -> Any:
    """An invariant: a client that tries each Ready member of a quorum store can write."""
    count = seen = 0

    def invariant(cluster: Cluster) -> str:
        """A write succeeds at each moment."""
        nonlocal count, seen
        new = cluster.view.records(after=seen)
        changed = any(r.key.kind in _MATTERS and r.before is not r.after for r in new)
        seen = cluster.version
        if not changed:
            return ""
        count += 1
        answers = []
        for pod in ready_members(cluster, name):
            host = f"{pod.metadata.name}.{service}"
            found = cluster.request(f"http://{host}:2379/k", data=f"w{count}")
            if found.status == 200:
                return ""
            answers.append(found.error or found.body)
        return f"no write succeeded: {answers[0] if answers else 'no Pod of the set is Ready'}"

    return invariant


def named_cluster(v: Any) -> Cluster:
    """A set in a namespace of its own, all its Pods Ready."""
    cluster = Cluster(seed=1)
    named = {"name": v["namespace"]}
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": named})
    cluster.apply(web(v["set"], v["service"], v["replicas"], "nginx:1.27"), v["namespace"])
    cluster.settle()
    return cluster


def broken_rollout(v: Any) -> Cluster:
    """A set whose update to a broken image has come to a halt (S34, S56)."""
    cluster = Cluster(nodes=4, seed=1)
    cluster.apply(web(v["set"], v["service"], v["replicas"], f"nginx:{v['old']}"))
    cluster.settle()
    cluster.set_image("sts", v["set"], f"nginx:{v['broken']}")
    cluster.settle(300)
    return cluster


def web(name: str, service: str, replicas: int, image: str, claim: str = "www") -> list[Any]:
    """A headless Service and a StatefulSet, as two documents."""
    labels = {"app": name}
    container = {"name": "web", "image": image, "ports": [{"name": "web", "containerPort": 80}]}
    mount = [{"name": claim, "mountPath": "/usr/share/nginx/html"}]
    size = {"resources": {"requests": {"storage": "1Gi"}}, "accessModes": ["ReadWriteOnce"]}
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": service},
            "spec": {"clusterIP": "None", "selector": labels, "ports": [{"port": 80, "name": "w"}]},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": name},
            "spec": {
                "serviceName": service,
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [container | {"volumeMounts": mount}]},
                },
                "volumeClaimTemplates": [{"metadata": {"name": claim}, "spec": size}],
            },
        },
    ]


def all_run(v: Any, tag: str) -> Any:
    """A goal: all Pods of the set are there and Ready, with the image nginx:`tag`."""

    def goal(cluster: Cluster) -> str:
        """All Pods of the set are Ready, with the wanted image."""
        pods = members(cluster, v["set"])
        good = [p for p in pods if is_ready(p) and p.spec.containers[0].image == f"nginx:{tag}"]
        if len(good) == len(pods) == v["replicas"]:
            return ""
        return f"{len(good)} of {v['replicas']} Pods are Ready with it; there are {len(pods)} Pods"

    return goal


def data_after(cluster: Cluster, manifest: Any, name: str, path: str, *faults: str) -> list[bool]:
    """Which Pods of a set find their file again after it was scaled, or deleted, and brought back.

    `faults` are numbers of replicas, or `delete`; the manifest is applied again at the end.
    """
    pods = [p.metadata.name for p in members(cluster, name)]
    for pod in pods:
        cluster.write_file(pod, path, f"of {pod}")
    for fault in faults:
        if fault == "delete":
            cluster.delete("sts", name)
        else:
            cluster.scale("sts", name, int(fault))
        cluster.settle(300)
    cluster.apply(manifest)
    cluster.settle(300)
    there = {p.metadata.name for p in ready_members(cluster, name)}
    return [p in there and cluster.read_file(p, path) == f"of {p}" for p in pods]
