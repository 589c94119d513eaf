"""The tutorial StatefulSet Basics (T1 to T34), played as a learner does.

One story in chapters. A chapter goes on from a fork of the one before, so that each can be run alone.
What `kubectl rollout status` prints (T19) is tested with that verb.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from statefulkit import Cluster, tables
from statefulkit.api.errors import Invalid
from tests.conformance.stories import (
    PAGE,
    claims,
    images,
    nginx,
    started,
    statuses,
    trace,
    uids,
    watched,
)

WEB = nginx(replicas=2)  # the page's web.yaml
RESTART = ("delete", "gone", "create", "ready")


def image(value: str) -> list[dict[str, Any]]:
    """The page's JSON patch."""
    path = "/spec/template/spec/containers/0/image"
    return [{"op": "replace", "path": path, "value": value}]


def strategy(partition: int) -> dict[str, Any]:
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    return {"spec": {"updateStrategy": rolling}}


def curl(cluster: Cluster, *ordinals: int) -> list[str]:
    """T12: each Pod asks itself."""
    return [cluster.request("http://localhost/", from_pod=f"web-{n}").body for n in ordinals]


def hostnames(cluster: Cluster) -> list[str]:
    """T7: what `hostname` prints in each Pod."""
    return [p.spec.hostname for p in cluster.list("pods", labels="app=nginx")]


def nslookup(cluster: Cluster, *names: str) -> list[tuple[str, ...]]:
    """T8: look-ups from a Pod that is made for it and goes afterwards."""
    spec = {"containers": [{"name": "dns-test", "image": "busybox:1.28"}]}
    cluster.create(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "dns-test"}, "spec": spec}
    )
    cluster.settle()
    found = [cluster.resolve(name, from_pod="dns-test").answers for name in names]
    cluster.delete("pod", "dns-test")
    cluster.settle()
    return found


@cache
def creating() -> Cluster:
    cluster = Cluster(seed=1)
    assert not list(cluster.watch("pod"))  # T1
    assert [o.kind for o in cluster.apply(WEB)] == ["Service", "StatefulSet"]  # T2
    cluster.settle()
    service = tables.services(cluster).query("NAME == 'nginx'")  # T3
    assert service.drop(columns=["AGE", "SELECTOR"]).values.tolist() == [
        ["nginx", "ClusterIP", "None", "<none>", "80/TCP"]
    ]
    assert tables.statefulsets(cluster)[["NAME", "READY"]].values.tolist() == [["web", "2/2"]]  # T4
    shown = (tables.statefulsets(cluster.at(version=v)).READY for v in range(cluster.version))
    assert list(dict.fromkeys(r for ready in shown for r in ready)) == ["0/2", "1/2", "2/2"]
    assert watched(cluster) == [  # T5
        f"web-{n} {text}"
        for n in range(2)
        for text in ("0/1 Pending", "0/1 ContainerCreating", "1/1 Running")
    ]
    assert statuses(cluster) == {"web-0": "1/1 Running", "web-1": "1/1 Running"}  # T6
    return cluster


def addresses(cluster: Cluster) -> list[str]:
    """T7 and T8: each Pod's IP, by its own word, its name's and, as busybox prints it, the reverse."""
    assert hostnames(cluster) == ["web-0", "web-1"]
    found = [p.status.podIP for p in cluster.list("pods", labels="app=nginx")]
    assert nslookup(cluster, "web-0.nginx", "web-1.nginx") == [(ip,) for ip in found]
    for n, ip in enumerate(found):  # N41
        reverse = ".".join(reversed(ip.split("."))) + ".in-addr.arpa."
        name = f"web-{n}.nginx.default.svc.cluster.local."
        assert cluster.resolve(reverse, "PTR").answers == (name,)
    return found


@cache
def identity() -> Cluster:
    cluster = creating().fork()
    before, start = addresses(cluster), cluster.version
    cluster.delete("pod", labels="app=nginx")  # T9
    assert trace(cluster, start) == ["delete web-0", "delete web-1"]
    assert set(statuses(cluster).values()) == {"1/1 Terminating"}
    cluster.settle()
    assert [line for line in trace(cluster, start)[2:] if "gone" not in line] == [
        "create web-0", "ready web-0", "create web-1", "ready web-1",
    ]  # fmt: skip
    assert not set(addresses(cluster)) & set(before)  # T10
    return cluster


@cache
def storage() -> Cluster:
    cluster = identity().fork()
    found = tables.claims(cluster)  # T11
    columns = ["NAME", "STATUS", "CAPACITY", "ACCESS MODES"]
    assert found[columns].values.tolist() == [
        ["www-web-0", "Bound", "1Gi", "RWO"],
        ["www-web-1", "Bound", "1Gi", "RWO"],
    ]
    mine = cluster.list("pvc", labels="app=nginx")
    assert found.VOLUME.tolist() == [f"pvc-{c.metadata.uid}" for c in mine]
    assert cluster.request("http://localhost/", from_pod="web-0").status == 403  # T12
    for name in hostnames(cluster):
        cluster.write_file(name, PAGE, name)
    assert curl(cluster, 0, 1) == ["web-0", "web-1"]
    before = uids(cluster)
    cluster.delete("pod", labels="app=nginx")  # T13
    cluster.settle()
    assert not set(uids(cluster).values()) & set(before.values())
    assert curl(cluster, 0, 1) == ["web-0", "web-1"]
    return cluster


@cache
def scaling() -> Cluster:
    cluster = storage().fork()
    start = cluster.version
    cluster.scale("sts", "web", 5)  # T14
    cluster.settle()
    assert trace(cluster, start) == [
        f"{what} web-{n}" for n in (2, 3, 4) for what in ("create", "ready")
    ]
    start = cluster.version
    cluster.patch("sts", "web", {"spec": {"replicas": 3}})  # T15
    cluster.settle()
    assert trace(cluster, start) == [f"{what} web-{n}" for n in (4, 3) for what in RESTART[:2]]
    assert claims(cluster) == {f"www-web-{n}": "Bound" for n in range(5)}  # T16
    return cluster


@cache
def updating() -> Cluster:
    cluster = scaling().fork()
    start = cluster.version
    cluster.patch("sts", "web", image("nginx:1.28"), type="json")  # T17
    cluster.settle()
    assert trace(cluster, start) == [f"{what} web-{n}" for n in (2, 1, 0) for what in RESTART]
    assert [line for line in watched(cluster, start) if line.startswith("web-2")] == [
        "web-2 1/1 Terminating",
        "web-2 0/1 Completed",  # K8: the terminal phase, just before the object goes
        "web-2 0/1 Pending",
        "web-2 0/1 ContainerCreating",
        "web-2 1/1 Running",
    ]
    assert images(cluster) == {f"web-{n}": "1.28" for n in range(3)}  # T18
    start = cluster.version
    cluster.patch("sts", "web", strategy(3))  # T20: staged
    cluster.patch("sts", "web", image("nginx:1.29"), type="json")
    cluster.settle()
    assert trace(cluster, start) == []
    status = cluster.get("sts", "web").status
    assert status.updateRevision != status.currentRevision
    cluster.delete("pod", "web-2")  # T21
    cluster.settle()
    assert images(cluster)["web-2"] == "1.28"
    start = cluster.version
    cluster.patch("sts", "web", strategy(2))  # T22: a canary
    cluster.settle()
    assert trace(cluster, start) == [f"{what} web-2" for what in RESTART]
    assert images(cluster)["web-2"] == "1.29"
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert images(cluster) == {"web-0": "1.28", "web-1": "1.28", "web-2": "1.29"}
    start = cluster.version
    cluster.patch("sts", "web", strategy(0))  # T23: the rest
    cluster.settle()
    assert trace(cluster, start) == [f"{what} web-{n}" for n in (1, 0) for what in RESTART]
    assert set(images(cluster).values()) == {"1.29"}
    status = cluster.get("sts", "web").status
    assert status.updateRevision == status.currentRevision
    return cluster


@cache
def on_delete() -> Cluster:
    cluster = updating().fork()
    change: dict[str, Any] = {"type": "OnDelete"}
    with pytest.raises(Invalid) as refused:  # T24: without the null (X5)
        cluster.patch("sts", "web", {"spec": {"updateStrategy": change}})
    assert "only allowed for updateStrategy 'RollingUpdate'" in str(refused.value)
    cluster.patch("sts", "web", {"spec": {"updateStrategy": change | {"rollingUpdate": None}}})
    start = cluster.version
    cluster.patch("sts", "web", image("nginx:1.30"), type="json")
    cluster.run(3600)
    assert trace(cluster, start) == []
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert images(cluster) == {"web-0": "1.29", "web-1": "1.30", "web-2": "1.29"}
    return cluster


@cache
def orphaned() -> Cluster:
    cluster = on_delete().fork()
    cluster.delete("sts", "web", cascade="orphan")  # T25
    cluster.settle()
    assert tables.statefulsets(cluster).empty
    assert statuses(cluster) == {f"web-{n}": "1/1 Running" for n in range(3)}
    assert all(not p.metadata.ownerReferences for p in cluster.list("pods"))
    cluster.delete("pod", "web-0")  # T26
    cluster.run(3600)
    assert statuses(cluster) == {"web-1": "1/1 Running", "web-2": "1/1 Running"}
    return cluster


@cache
def adopted() -> Cluster:
    """web.yaml as it was at first: web-1 has another template, so it is rolled."""
    cluster = orphaned().fork()
    start, service = cluster.version, cluster.get("svc", "nginx").metadata.resourceVersion
    cluster.apply(WEB)  # T27
    cluster.settle()
    assert cluster.get("svc", "nginx").metadata.resourceVersion == service  # unchanged
    assert trace(cluster, start) == [
        "create web-0", "ready web-0", "delete web-2", "gone web-2",
        *(f"{what} web-1" for what in RESTART),
    ]  # fmt: skip
    assert curl(cluster, 0, 1) == ["web-0", "web-1"]  # T28
    return cluster


@cache
def deleted() -> Cluster:
    cluster = adopted().fork()
    start = cluster.version
    cluster.delete("sts", "web")  # T29
    cluster.settle()
    assert trace(cluster, start)[:2] == [
        "delete web-0",
        "delete web-1",
    ]  # both before either is gone
    assert sorted(trace(cluster, start)[2:]) == ["gone web-0", "gone web-1"]
    assert "nginx" in tables.services(cluster).NAME.tolist()
    cluster.delete("svc", "nginx")  # T30
    assert "nginx" not in tables.services(cluster).NAME.tolist()
    cluster.apply(WEB)
    cluster.settle()
    assert curl(cluster, 0, 1) == ["web-0", "web-1"]
    return cluster


@cache
def parallel() -> Cluster:
    cluster = deleted().fork()
    web_parallel = nginx(replicas=2, podManagementPolicy="Parallel")
    with pytest.raises(Invalid, match="updates to statefulset spec for fields other than"):
        cluster.apply(web_parallel)  # one version of the page says `updated`: refused (X1)
    cluster.delete("sts", "web")  # T31
    cluster.delete("svc", "nginx")
    cluster.settle()
    start = cluster.version
    cluster.apply(web_parallel)
    cluster.settle()
    assert trace(cluster, start) == ["create web-0", "create web-1", "ready web-0", "ready web-1"]
    assert watched(cluster, start) == [
        f"web-{n} {text}"
        for text in ("0/1 Pending", "0/1 ContainerCreating", "1/1 Running")
        for n in range(2)
    ]
    start = cluster.version
    cluster.scale("sts", "web", 5)  # T32
    cluster.settle()
    assert trace(cluster, start)[:3] == ["create web-2", "create web-3", "create web-4"]
    start = cluster.version
    cluster.delete("sts", "web")  # T33
    cluster.delete("svc", "nginx")
    cluster.settle()
    assert trace(cluster, start)[:5] == [f"delete web-{n}" for n in range(5)]
    assert tables.pods(cluster).empty
    assert claims(cluster) == {f"www-web-{n}": "Bound" for n in range(5)}  # T34
    assert set(tables.volumes(cluster).CLAIM) == {f"default/www-web-{n}" for n in range(5)}
    assert set(tables.volumes(cluster)["RECLAIM POLICY"]) == {"Delete"}
    for n in range(5):
        cluster.delete("pvc", f"www-web-{n}")
    cluster.settle()
    assert tables.claims(cluster).empty
    assert tables.volumes(cluster).empty
    return cluster


CHAPTERS = (
    creating, identity, storage, scaling, updating, on_delete, orphaned, adopted, deleted, parallel,
)  # fmt: skip


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: str(chapter.__name__))
def test_statefulset_basics(chapter: Any) -> None:
    cluster = chapter()
    assert cluster.settle().empty  # nothing is left to do at a chapter's end


def test_t27_an_orphan_of_the_same_template_is_adopted_untouched() -> None:
    cluster = started()
    before = uids(cluster)
    cluster.delete("sts", "web", cascade="orphan")
    cluster.settle()
    cluster.delete("pod", "web-0")
    cluster.settle()
    start = cluster.version
    cluster.apply(WEB)
    cluster.settle()
    assert trace(cluster, start) == ["create web-0", "ready web-0", "delete web-2", "gone web-2"]
    assert uids(cluster)["web-1"] == before["web-1"]
