"""Random actions on a cluster, as plain data: a name and arguments that a run can be replayed from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from statefulkit import Cluster
from statefulkit.api.errors import StatusError
from statefulkit.conditions import is_ready
from statefulkit.store import View
from tests.property.disks import PATHS

Action = tuple[str, dict[str, Any]]

NODES = ["node-1", "node-2", "node-3"]
PODS = [f"web-{n}" for n in range(5)]
IMAGES = ["nginx:1.27", "nginx:1.28", "nginx:broken"]


FRONT_IMAGES = ["nginx:1.27", "nginx:broken"]


def service(name: str = "nginx", **spec: Any) -> dict[str, Any]:
    """The headless Service of the set `web`, with other fields of its spec where they are given."""
    fixed = {
        "clusterIP": "None",
        "selector": {"app": "web"},
        "ports": [{"name": "web", "port": 80}],
    }
    meta = {"name": name}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": fixed | spec}


def deployment(replicas: int, image: str, **strategy: Any) -> dict[str, Any]:
    """The Deployment `front`."""
    labels = {"app": "front"}
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "strategy": strategy,
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "c", "image": image}]},
        },
    }
    meta = {"name": "front"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}


def budget(**spec: Any) -> dict[str, Any]:
    """A PodDisruptionBudget of the set `web`."""
    selector = {"matchLabels": {"app": "web"}}
    meta = {"name": "budget"}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": meta,
        "spec": {"selector": selector} | spec,
    }


KEPT = {  # a class whose volumes outlive their claims
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "kept"},
    "provisioner": "disk.csi.example.com",
    "reclaimPolicy": "Retain",
}


def stateful_set(
    storage: str | None = None, delay: int = 0, local: bool = False, **spec: Any
) -> dict[str, Any]:
    """The set `web` with the given fields of its spec.

    `storage` is its claims' class, `delay` the initial delay of its readiness probe; `local` gives
    its Pods an emptyDir and a directory of their node.
    """
    mounts = [{"name": "www", "mountPath": "/data"}]
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    if storage:
        claim["storageClassName"] = storage
    container: dict[str, Any] = {"name": "c", "image": "nginx:1.27", "volumeMounts": mounts}
    if delay:
        probe = {"httpGet": {"port": 80}, "initialDelaySeconds": delay}
        container["readinessProbe"] = probe
    pod: dict[str, Any] = {"containers": [container]}
    if local:
        mounts += [{"name": n, "mountPath": f"/{n}"} for n in ("scratch", "host")]
        shared = {"name": "host", "hostPath": {"path": "/srv/shared"}}
        pod["volumes"] = [{"name": "scratch", "emptyDir": {}}, shared]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod}
    fixed = {
        "serviceName": "nginx",
        "selector": {"matchLabels": {"app": "web"}},
        "template": template,
        "volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": claim}],
    }
    meta = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": fixed | spec}


def _one_of(*strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One of these, each as often as it stands there: hypothesis' own leaves out what comes twice."""
    return st.sampled_from(strategies).flatmap(lambda chosen: chosen)


strategies = st.one_of(
    st.just({"type": "OnDelete"}),
    st.just({"type": "RollingUpdate"}),
    st.builds(
        lambda p: {"type": "RollingUpdate", "rollingUpdate": {"partition": p}}, st.integers(0, 4)
    ),
)
policies = st.fixed_dictionaries(
    {
        "whenScaled": st.sampled_from(["Retain", "Delete"]),
        "whenDeleted": st.sampled_from(["Retain", "Delete"]),
    }
)
specs = st.fixed_dictionaries(
    {"replicas": st.integers(0, 4)},
    optional={
        "podManagementPolicy": st.sampled_from(["OrderedReady", "Parallel"]),
        "updateStrategy": strategies,
        "persistentVolumeClaimRetentionPolicy": policies,
        "minReadySeconds": st.sampled_from([0, 10]),
        "ordinals": st.builds(lambda n: {"start": n}, st.integers(0, 2)),
        "revisionHistoryLimit": st.integers(0, 3),
        "storage": st.sampled_from(["kept", "local-path", "standard"]),
        "local": st.booleans(),
        "delay": st.sampled_from([2, 15]),
    },
)
counts = st.sampled_from([0, 1, 2, "50%", "100%"])
budgets = st.one_of(
    st.builds(lambda n: budget(minAvailable=n), counts),
    st.builds(lambda n: budget(maxUnavailable=n, unhealthyPodEvictionPolicy="AlwaysAllow"), counts),
)
recreated = st.builds(
    lambda n, image: deployment(n, image, type="Recreate"),
    st.integers(0, 3),
    st.sampled_from(["nginx:1.26", "nginx:1.27"]),
)
others = _one_of(  # what stands beside the set
    st.builds(
        lambda publish, affinity: service(
            clusterIP="None", publishNotReadyAddresses=publish, sessionAffinity=affinity
        ),
        st.booleans(),
        st.sampled_from(["None", "ClientIP"]),
    ),
    st.builds(lambda: service("www", clusterIP="")),
    st.builds(deployment, st.integers(0, 3), st.sampled_from(FRONT_IMAGES)),
    st.builds(
        lambda n, surge: deployment(
            n, "nginx:1.28", rollingUpdate={"maxSurge": surge, "maxUnavailable": 1}
        ),
        st.integers(0, 3),
        st.sampled_from([0, 1, "50%"]),
    ),
    *[recreated, budgets] * 2,
)


def all_ready(view: View) -> bool:
    """Whether every Pod is Ready."""
    return all(is_ready(p) for p in view.all("Pod"))


def _patch(spec: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "sts", "name": "web", "patch": {"spec": spec}, "type": "merge"}


def _strategy(value: dict[str, Any]) -> dict[str, Any]:
    full = {"rollingUpdate": None} | value  # a merge patch takes away what the other type had
    return _patch({"updateStrategy": full})


def _on(verb: str, /, **fields: Any) -> st.SearchStrategy[Action]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(fields))


actions: st.SearchStrategy[Action] = _one_of(
    st.tuples(st.just("apply"), st.builds(lambda s: {"source": [KEPT, service(), stateful_set(**s)]}, specs)),
    _on("scale", kind=st.just("sts"), name=st.just("web"), replicas=st.integers(0, 4)),
    _on("set_image", kind=st.just("sts"), name=st.just("web"), image=st.sampled_from(IMAGES)),
    st.tuples(st.just("patch"), strategies.map(_strategy)),
    st.tuples(
        st.just("patch"),
        policies.map(lambda p: _patch({"persistentVolumeClaimRetentionPolicy": p})),
    ),
    st.tuples(st.just("patch"), st.integers(0, 2).map(lambda n: _patch({"ordinals": {"start": n}}))),
    _on("delete", kind=st.just("pod"), name=st.sampled_from(PODS), force=st.booleans()),
    _on("delete", kind=st.just("pod"), name=st.sampled_from(PODS), force=st.just(True)),
    _on("delete", kind=st.just("pod"), labels=st.just("app=web")),
    _on("delete", kind=st.just("pvc"), name=st.sampled_from([f"www-{p}" for p in PODS])),
    _on(
        "delete",
        kind=st.just("sts"),
        name=st.just("web"),
        cascade=st.sampled_from(["background", "foreground", "orphan"]),
    ),
    st.tuples(st.just("apply"), others.map(lambda doc: {"source": doc})),
    st.tuples(st.just("create"), others.map(lambda doc: {"source": doc})),
    st.tuples(st.just("update"), others.map(lambda doc: {"source": doc})),
    _on("scale", kind=st.just("deploy"), name=st.just("front"), replicas=st.integers(0, 3)),
    *[_on("set_image", kind=st.just("deploy"), name=st.just("front"),
          image=st.sampled_from(FRONT_IMAGES))] * 3,
    st.tuples(st.just("patch"), st.sampled_from([0, 5]).map(lambda n: _patch({"minReadySeconds": n}))),
    *[st.tuples(st.just("patch"), st.integers(0, 2).map(
        lambda n: _patch({"revisionHistoryLimit": n})))] * 2,
    _on("patch", kind=st.just("sts"), name=st.just("web"), type=st.just("json"),
        patch=st.builds(lambda n: [{"op": "replace", "path": "/spec/replicas", "value": n}],
                        st.integers(0, 4))),
    _on("patch", kind=st.just("pod"), name=st.sampled_from(PODS), patch=st.sampled_from(
        [{"metadata": {"labels": {"app": "away"}}}, {"metadata": {"labels": {"app": "web"}}}])),
    _on("delete", kind=st.just("pod"), name=st.sampled_from(PODS),
        grace_period=st.sampled_from([0, 1, 60])),
    _on("delete", kind=st.sampled_from(["svc", "pdb", "deploy", "rs"]),
        name=st.sampled_from(["nginx", "www", "budget", "front"])),
    _on("delete", kind=st.just("deploy"), name=st.just("front"),
        cascade=st.sampled_from(["foreground", "orphan"])),
    *(_on(f"rollout.{verb}", kind=st.sampled_from(["sts", "deploy"]),
          name=st.sampled_from(["web", "front"])) for verb in ("undo", "restart", "status", "history")),
    _on("rollout.pause", name=st.just("front")),
    _on("rollout.resume", name=st.just("front")),
    _on("taint", name=st.sampled_from(NODES), text=st.sampled_from(
        ["a=b:NoSchedule", "a=b:NoExecute", "a-", "a:NoExecute-"])),
    _on("drain", name=st.sampled_from(NODES), timeout=st.sampled_from([0.0, 20.0]), force=st.booleans(),
        delete_emptydir_data=st.booleans()),
    _on("resolve", name=st.sampled_from(["nginx", "www", "web-0.nginx", "web-1.nginx.default", "none"]),
        cached=st.booleans(), libc=st.sampled_from(["glibc", "musl"])),
    _on("resolve", name=st.just("web-0.nginx"), from_pod=st.sampled_from(PODS), type=st.just("SRV")),
    _on("request", url=st.sampled_from(["http://nginx", "http://www/x", "http://web-0.nginx"])),
    _on("request", url=st.just("http://www"), from_pod=st.sampled_from(PODS)),
    _on("read_file", pod=st.sampled_from(PODS), path=st.sampled_from(PATHS)),
    _on("nslookup", name=st.just("nginx"), from_pod=st.sampled_from(PODS)),
    _on("run_until", condition=st.just(all_ready), timeout=st.sampled_from([1.0, 100.0])),
    _on("make_unready", pod=st.sampled_from(PODS)),
    _on("make_ready", pod=st.sampled_from(PODS)),
    _on("crash", pod=st.sampled_from(PODS)),
    _on("fail_pod", pod=st.sampled_from(PODS)),
    _on(
        "write_file",
        pod=st.sampled_from(PODS),
        path=st.sampled_from(PATHS),
        text=st.text(max_size=5),
    ),
    *[_on("fill", text=st.text(max_size=5))] * 4,
    *[_on("drive_out", number=st.integers(0, 2))] * 2,
    _on("fail_node", name=st.sampled_from(NODES)),
    _on("recover_node", name=st.sampled_from(NODES)),
    _on("cordon", name=st.sampled_from(NODES)),
    _on("uncordon", name=st.sampled_from(NODES)),
    _on("drain", name=st.sampled_from(NODES), timeout=st.just(20.0)),
    _on("step"),
    _on("run", seconds=st.sampled_from([0.3, 5.0, 60.0, 400.0])),
    _on("settle", timeout=st.just(900.0)),
    *[_on("crash", pod=st.sampled_from(PODS))] * 2,
    *[_on("delete", kind=st.just("pvc"), name=st.sampled_from([f"www-{p}" for p in PODS]))] * 2,
    *[st.tuples(st.just("apply"), budgets.map(lambda doc: {"source": doc}))] * 2,
    *[_on("drain", name=st.sampled_from(NODES), timeout=st.just(20.0),
          delete_emptydir_data=st.just(True))] * 2,
    # what most runs turn on comes more often: the set's size and its updates, and time
    *[_on("set_image", kind=st.just("sts"), name=st.just("web"), image=st.sampled_from(IMAGES))] * 2,
    *[st.tuples(st.just("patch"), strategies.map(_strategy))] * 2,
    *[_on("scale", kind=st.just("sts"), name=st.just("web"), replicas=st.integers(0, 4))] * 5,
    *[_on("run", seconds=st.sampled_from([0.3, 5.0, 60.0]))] * 6,
    *[_on("settle", timeout=st.just(900.0))] * 9,
)  # fmt: skip


def _fill(cluster: Cluster, text: str) -> None:
    """Write a file to each kind of disk of each Pod of the set, where it runs."""
    for pod in cluster.list("pod", labels="app=web"):
        for path in PATHS:
            write = {"pod": pod.metadata.name, "path": path, "text": text}
            act(cluster, ("write_file", write))


def _drive_out(cluster: Cluster, number: int) -> None:
    """Close the node of one of the set's Pods and delete it by force: its disk is still attached."""
    placed = [p for p in cluster.list("pod", labels="app=web") if p.spec.nodeName]
    for pod in placed[number : number + 1]:
        act(cluster, ("cordon", {"name": pod.spec.nodeName}))
        act(cluster, ("delete", {"kind": "pod", "name": pod.metadata.name, "force": True}))


_SEVERAL = {"fill": _fill, "drive_out": _drive_out}


def act(cluster: Cluster, action: Action) -> None:
    """Do it; what Kubernetes refuses, is refused and changes nothing."""
    name, arguments = action
    if name in _SEVERAL:
        _SEVERAL[name](cluster, **arguments)
        return
    before = cluster.view.state
    try:
        of, _, verb = name.rpartition(".")
        getattr(cluster.rollout if of else cluster, verb)(**arguments)
        if name == "step":
            cluster.run(0)  # a sync that has begun goes on whatever is changed meanwhile
    except StatusError:
        if name not in ("drain",):
            assert cluster.view.state is before
