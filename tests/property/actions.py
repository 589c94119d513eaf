"""Random actions on a cluster, as plain data: a name and arguments that a run can be replayed from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from statefulkit import Cluster
from statefulkit.api.errors import StatusError

Action = tuple[str, dict[str, Any]]

NODES = ["node-1", "node-2", "node-3"]
PODS = [f"web-{n}" for n in range(5)]
IMAGES = ["nginx:1.27", "nginx:1.28", "nginx:broken"]


def service() -> dict[str, Any]:
    spec = {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"name": "web", "port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "nginx"}, "spec": spec}


def stateful_set(**spec: Any) -> dict[str, Any]:
    """The set `web` with the given fields of its spec."""
    mount = {"name": "www", "mountPath": "/data"}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27", "volumeMounts": [mount]}]},
    }
    fixed = {
        "serviceName": "nginx",
        "selector": {"matchLabels": {"app": "web"}},
        "template": template,
        "volumeClaimTemplates": [{"metadata": {"name": "www"}, "spec": claim}],
    }
    meta = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": fixed | spec}


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
    },
)


def _patch(spec: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "sts", "name": "web", "patch": {"spec": spec}, "type": "merge"}


def _strategy(value: dict[str, Any]) -> dict[str, Any]:
    full = {"rollingUpdate": None} | value  # a merge patch takes away what the other type had
    return _patch({"updateStrategy": full})


def _on(verb: str, /, **fields: Any) -> st.SearchStrategy[Action]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(fields))


actions: st.SearchStrategy[Action] = st.one_of(
    st.tuples(st.just("apply"), st.builds(lambda s: {"source": [service(), stateful_set(**s)]}, specs)),
    _on("scale", kind=st.just("sts"), name=st.just("web"), replicas=st.integers(0, 4)),
    _on("set_image", kind=st.just("sts"), name=st.just("web"), image=st.sampled_from(IMAGES)),
    st.tuples(st.just("patch"), strategies.map(_strategy)),
    st.tuples(
        st.just("patch"),
        policies.map(lambda p: _patch({"persistentVolumeClaimRetentionPolicy": p})),
    ),
    st.tuples(st.just("patch"), st.integers(0, 2).map(lambda n: _patch({"ordinals": {"start": n}}))),
    _on("delete", kind=st.just("pod"), name=st.sampled_from(PODS), force=st.booleans()),
    _on("delete", kind=st.just("pod"), labels=st.just("app=web")),
    _on("delete", kind=st.just("pvc"), name=st.sampled_from([f"www-{p}" for p in PODS])),
    _on(
        "delete",
        kind=st.just("sts"),
        name=st.just("web"),
        cascade=st.sampled_from(["background", "foreground", "orphan"]),
    ),
    _on("make_unready", pod=st.sampled_from(PODS)),
    _on("make_ready", pod=st.sampled_from(PODS)),
    _on("crash", pod=st.sampled_from(PODS)),
    _on("fail_pod", pod=st.sampled_from(PODS)),
    _on(
        "write_file",
        pod=st.sampled_from(PODS),
        path=st.just("/data/x"),
        text=st.text(max_size=5),
    ),
    _on("fail_node", name=st.sampled_from(NODES)),
    _on("recover_node", name=st.sampled_from(NODES)),
    _on("cordon", name=st.sampled_from(NODES)),
    _on("uncordon", name=st.sampled_from(NODES)),
    _on("drain", name=st.sampled_from(NODES), timeout=st.just(20.0)),
    _on("step"),
    _on("run", seconds=st.sampled_from([0.3, 5.0, 60.0, 400.0])),
    _on("settle", timeout=st.just(900.0)),
)  # fmt: skip


def act(cluster: Cluster, action: Action) -> None:
    """Do it; what Kubernetes refuses, is refused and changes nothing."""
    name, arguments = action
    before = cluster.view.state
    try:
        getattr(cluster, name)(**arguments)
        if name == "step":
            cluster.run(0)  # a sync that has begun goes on whatever is changed meanwhile
    except StatusError:
        if name not in ("drain",):
            assert cluster.view.state is before
