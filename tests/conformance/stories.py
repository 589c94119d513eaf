"""What a story needs: the lesson's manifest with changes, and what a learner could see of a run."""

from __future__ import annotations

from typing import Any

from statefulkit import Cluster, tables
from statefulkit.api.manifest import load
from statefulkit.conditions import is_ready, is_terminating
from statefulkit.reading import Reading
from tests.conftest import MANIFEST

PAGE = "/usr/share/nginx/html/index.html"
HOSTNAME = "kubernetes.io/hostname"


def nginx(**spec: Any) -> list[dict[str, Any]]:
    """The documents of the lesson's manifest; `spec` changes fields of the StatefulSet's spec."""
    service, sts = load(MANIFEST)
    return [service, sts | {"spec": sts["spec"] | spec}]


def apart() -> dict[str, Any]:
    """The lesson's Pod template with anti-affinity: one Pod a node (P18)."""
    template = nginx()[1]["spec"]["template"]
    term = {
        "topologyKey": HOSTNAME,
        "labelSelector": {"matchLabels": template["metadata"]["labels"]},
    }
    affinity = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    return template | {"spec": template["spec"] | {"affinity": affinity}}


def started(nodes: int = 3, **spec: Any) -> Cluster:
    """A cluster in which the lesson's StatefulSet, changed by `spec`, has settled."""
    cluster = Cluster(nodes=nodes, seed=1)
    cluster.apply(nginx(**spec))
    cluster.settle()
    return cluster


def pod(name: str = "p", image: str = "nginx:1.27", **spec: Any) -> dict[str, Any]:
    """A Pod without a controller; `spec` changes fields of its spec."""
    spec = {"containers": [{"name": "c", "image": image}]} | spec
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def running(*docs: dict[str, Any], nodes: int = 1) -> Cluster:
    """A cluster in which these objects have settled."""
    cluster = Cluster(nodes=nodes, seed=1)
    cluster.apply(list(docs))
    cluster.settle()
    return cluster


def trace(cluster: Cluster, since: int = 0) -> list[str]:
    """What happened to the Pods of namespace default: `create`, `ready`, `unready`, `delete`, `gone`.

    As a watch shows it, oldest first; `delete` is the deletionTimestamp, `gone` the end.
    """
    last = {p.metadata.name: p for p in _pods_at(cluster, since)}
    lines = []
    for type_, pod in cluster.watch("pod", since=since):
        name = pod.metadata.name
        before = last.get(name)
        if type_ == "ADDED":
            lines.append(f"create {name}")
        elif type_ == "DELETED":
            lines.append(f"gone {name}")
        elif is_terminating(pod):
            if not is_terminating(before):
                lines.append(f"delete {name}")
        elif is_ready(pod) != is_ready(before):
            lines.append(f"{'ready' if is_ready(pod) else 'unready'} {name}")
        last[name] = pod
    return lines


def _pods_at(cluster: Cluster, version: int) -> list[Any]:
    return cluster.at(version=version).list("pods") if version else []


def moments(cluster: Cluster, since: int = 0) -> list[str]:
    """The StatefulSet's status as it changed: `3/3/2/0 A→B`.

    Replicas, ready, current, updated; then currentRevision and updateRevision, lettered in the order
    in which the revisions were made. A status without revisions is not yet one.
    """
    letters = {r.metadata.name: _letter(r) for _, r in cluster.watch("controllerrevision")}
    lines: list[str] = []
    for _, sts in cluster.watch("sts", since=since):
        s = sts.status
        if not s.currentRevision:
            continue
        counts = (s.replicas, s.readyReplicas, s.currentReplicas, s.updatedReplicas)
        line = "/".join(str(n or 0) for n in counts)
        line += f" {letters[s.currentRevision]}→{letters[s.updateRevision]}"
        if lines[-1:] != [line]:
            lines.append(line)
    return lines


def _letter(revision: Any) -> str:
    """A for image nginx:1.27, B for nginx:1.28 or a broken one, C for nginx:1.29."""
    image = revision.data["spec"]["template"]["spec"]["containers"][0]["image"]
    return {"1.27": "A", "1.28": "B", "broken": "B", "1.29": "C"}[image.partition(":")[2]]


def images(cluster: Cluster) -> dict[str, str]:
    """The tag of each Pod's image, by the Pod's name."""
    return {
        p.metadata.name: p.spec.containers[0].image.partition(":")[2] for p in cluster.list("pods")
    }


def watched(cluster: Cluster, since: int = 0) -> list[str]:
    """`kubectl get pods --watch` without lines that look like the one before: `web-0 0/1 Pending`."""
    rows = cluster.history.query("version > @since and object.str.startswith('pod/')")
    shown = statuses(cluster.at(version=since)) if since else {}
    lines = []
    for version in rows.version:
        now = statuses(cluster.at(version=version))
        lines += [f"{name} {text}" for name, text in now.items() if shown.get(name) != text]
        shown = now
    return lines


def statuses(cluster: Reading) -> dict[str, str]:
    """READY and STATUS of each Pod, by its name: `1/1 Running`."""
    shown = tables.pods(cluster)
    return dict(zip(shown.NAME, shown.READY + " " + shown.STATUS, strict=True))


def claims(cluster: Cluster) -> dict[str, str]:
    """STATUS of each claim, by its name."""
    return dict(tables.claims(cluster)[["NAME", "STATUS"]].values)


def messages(cluster: Cluster, reason: str) -> list[str]:
    """The messages of the Events with that reason, oldest first."""
    return tables.events(cluster).query("REASON == @reason").MESSAGE.tolist()


def uids(cluster: Cluster) -> dict[str, str]:
    """The UID of each Pod, by its name."""
    return {p.metadata.name: p.metadata.uid for p in cluster.list("pods")}


def conditions(found: Any) -> dict[str, str]:
    """The status of each of a Pod's conditions, by its type."""
    return {c.type: c.status for c in found.status.conditions or ()}
