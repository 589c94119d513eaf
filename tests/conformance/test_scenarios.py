"""The rule book's golden scenarios G1 to G16 (section 12), each as exact as it is stated."""

from __future__ import annotations

import pytest

from statefulkit import Cluster, tables
from tests.conformance.stories import (
    PAGE,
    apart,
    claims,
    images,
    messages,
    moments,
    nginx,
    started,
    statuses,
    trace,
    uids,
)

NIL = {"type": "RollingUpdate"}  # rollingUpdate stays nil (S15)


def test_g1_create() -> None:
    cluster = Cluster(seed=1)
    cluster.apply(nginx())
    cluster.settle()
    history = cluster.history
    told = history[
        ((history.verb == "event") & history.reason.str.startswith("create "))
        | history.reason.str.endswith("Running and Ready") & (history.actor == "kubelet")
    ]
    assert told.reason.tolist() == [
        line
        for n in range(3)
        for line in (
            f"create Claim www-web-{n} Pod web-{n} in StatefulSet web success",  # E1, E10
            f"create Pod web-{n} in StatefulSet web successful",  # E2
            f"starts the containers of web-{n}: Running and Ready",
        )
    ]
    assert moments(cluster) == [  # S52
        "0/0/0/0 A→A",
        "1/0/1/1 A→A",
        "1/1/1/1 A→A",
        "2/1/2/2 A→A",
        "2/2/2/2 A→A",
        "3/2/3/3 A→A",
        "3/3/3/3 A→A",
    ]
    answers = [cluster.at(version=v).resolve("nginx") for v in range(1, cluster.version + 1)]
    assert list(dict.fromkeys((a.rcode, len(a.answers)) for a in answers)) == [
        ("NXDOMAIN", 0),  # N21
        ("NOERROR", 1),
        ("NOERROR", 2),
        ("NOERROR", 3),
    ]
    assert tables.revisions(cluster).REVISION.tolist() == [1]


def test_g2_rolling_update() -> None:
    cluster = started()
    start = cluster.version
    assert moments(cluster)[-1] == "3/3/3/3 A→A"
    cluster.set_image("sts", "web", "nginx:1.28")
    asked = cluster.get("sts", "web")
    assert asked.metadata.generation > asked.status.observedGeneration  # not yet synced
    assert moments(cluster, start) == ["3/3/3/3 A→A"]
    cluster.settle()
    assert moments(cluster, start) == [
        "3/3/3/3 A→A",
        "3/3/2/0 A→B",  # web-2 deleted, still Ready
        "3/2/2/0 A→B",  # terminating and unready
        "2/2/2/0 A→B",  # gone
        "3/2/2/1 A→B",  # recreated, Pending
        "3/3/1/1 A→B",  # web-2 Ready, so web-1 deleted
        "3/2/1/1 A→B",
        "2/2/1/1 A→B",
        "3/2/1/2 A→B",
        "3/3/0/2 A→B",
        "3/2/0/2 A→B",
        "2/2/0/2 A→B",
        "3/2/0/3 A→B",
        "3/3/3/3 B→B",  # S53
    ]
    assert trace(cluster, start) == [
        f"{what} web-{n}" for n in (2, 1, 0) for what in ("delete", "gone", "create", "ready")
    ]


def test_g3_scale_3_5_2_and_up_again() -> None:
    cluster = started()
    start = cluster.version
    cluster.scale("sts", "web", 5)
    cluster.settle()
    assert trace(cluster, start) == ["create web-3", "ready web-3", "create web-4", "ready web-4"]
    cluster.write_file("web-4", PAGE, "kept")
    start, volumes = cluster.version, tables.claims(cluster).VOLUME.tolist()
    cluster.scale("sts", "web", 2)
    cluster.settle()
    assert trace(cluster, start) == [
        f"{what} web-{n}" for n in (4, 3, 2) for what in ("delete", "gone")
    ]
    assert claims(cluster) == {f"www-web-{n}": "Bound" for n in range(5)}
    cluster.scale("sts", "web", 5)
    cluster.settle()
    assert tables.claims(cluster).VOLUME.tolist() == volumes
    assert cluster.read_file("web-4", PAGE) == "kept"


@pytest.mark.parametrize(
    ("sick", "replicas", "ordered", "parallel"),
    [
        ([0], 2, [], ["delete web-2", "gone web-2"]),
        ([2], 2, ["delete web-2", "gone web-2"], ["delete web-2", "gone web-2"]),
        ([1, 2], 1, [], ["delete web-2", "delete web-1", "gone web-2", "gone web-1"]),
    ],
)
def test_g4_scale_down_with_sick_pods(
    sick: list[int], replicas: int, ordered: list[str], parallel: list[str]
) -> None:
    for policy, expected in (("OrderedReady", ordered), ("Parallel", parallel)):
        cluster = started(podManagementPolicy=policy)
        for n in sick:
            cluster.make_unready(f"web-{n}")
        cluster.settle()
        start = cluster.version
        cluster.scale("sts", "web", replicas)
        cluster.run(3600)
        assert trace(cluster, start) == expected, policy
        for n in sick if not expected else ():
            cluster.make_ready(f"web-{n}")  # then it goes on
        cluster.settle()
        assert len(cluster.list("pods")) == replicas


def test_g5_forced_rollback() -> None:
    cluster = started()
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(60)
    assert moments(cluster)[-1] == "3/2/2/1 A→B"
    start = cluster.version
    cluster.run(3600)
    assert trace(cluster, start) == []
    cluster.set_image("sts", "web", "nginx:1.27")
    cluster.run(3600)
    assert trace(cluster, start) == []  # S56
    assert moments(cluster)[-1] == "3/2/2/2 A→A"
    assert sorted(tables.revisions(cluster).REVISION) == [2, 3]  # S47
    numbers = dict(tables.revisions(cluster)[["NAME", "REVISION"]].values)
    assert numbers[cluster.get("sts", "web").status.updateRevision] == 3
    cluster.delete("pod", "web-2")
    cluster.settle()
    assert trace(cluster, start) == ["delete web-2", "gone web-2", "create web-2", "ready web-2"]
    assert moments(cluster)[-1] == "3/3/3/3 A→A"
    assert set(images(cluster).values()) == {"1.27"}


def test_g6_partition_2() -> None:
    cluster = started(
        updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 2}},
    )
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.settle()
    assert images(cluster) == {"web-0": "1.27", "web-1": "1.27", "web-2": "1.28"}
    assert moments(cluster)[-1] == "3/3/2/1 A→B"
    for name, tag in (("web-1", "1.27"), ("web-2", "1.28")):
        uid = uids(cluster)[name]
        cluster.delete("pod", name)
        cluster.settle()
        assert uids(cluster)[name] != uid
        assert images(cluster)[name] == tag  # S36
    start = cluster.version
    cluster.patch("sts", "web", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": 0}}}})
    cluster.settle()
    assert trace(cluster, start) == [
        f"{what} web-{n}" for n in (1, 0) for what in ("delete", "gone", "create", "ready")
    ]
    assert moments(cluster)[-1] == "3/3/3/3 B→B"


@pytest.mark.parametrize(("strategy", "tag"), [(None, "1.28"), (NIL, "1.27")])
def test_g7_crash_in_the_middle_of_an_update(strategy: dict[str, str] | None, tag: str) -> None:
    cluster = started(updateStrategy=strategy) if strategy else started()
    start = cluster.version
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.run_until(lambda _: trace(cluster, start)[-1:] == ["create web-2"])
    cluster.delete("pod", "web-0")
    cluster.run_until(lambda _: "create web-0" in trace(cluster, start))
    assert images(cluster)["web-0"] == tag  # S29
    cluster.settle()
    lines = trace(cluster, start)
    assert lines.index("ready web-0") < lines.index("delete web-1")
    assert set(images(cluster).values()) == {"1.28"}  # where it came back as A, it is updated later
    assert lines.count("create web-0") == (1 if tag == "1.28" else 2)


def test_g8_the_node_of_web_1_fails() -> None:
    cluster = started()
    old = cluster.get("pod", "web-1")
    node, volume = old.spec.nodeName, cluster.get("pvc", "www-web-1").spec.volumeName
    start, since = cluster.time, cluster.version
    cluster.fail_node(node)
    cluster.run(49)
    assert trace(cluster, since) == []
    cluster.run(2)  # P24, P25
    assert trace(cluster, since) == ["unready web-1"]
    assert dict(tables.nodes(cluster)[["NAME", "STATUS"]].values)[node] == "NotReady"
    assert cluster.resolve("web-1.nginx").rcode == "NXDOMAIN"  # N22
    assert tables.statefulsets(cluster).READY.tolist() == ["2/3"]
    assert statuses(cluster)["web-1"] == "1/1 Running"  # K5: as last seen
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.scale("sts", "web", 2)
    cluster.run(298)
    assert trace(cluster, since) == ["unready web-1"]  # neither update nor scale-down (P30)
    cluster.scale("sts", "web", 3)
    cluster.set_image("sts", "web", "nginx:1.27")
    cluster.run(2)
    assert trace(cluster, since) == ["unready web-1", "delete web-1"]  # P26
    assert cluster.time - start == 351
    cluster.run(86_400)
    assert trace(cluster, since) == ["unready web-1", "delete web-1"]  # P27: nothing else ever
    assert statuses(cluster)["web-1"] == "1/1 Terminating"
    back = cluster.version
    cluster.recover_node(node)  # P28
    cluster.settle()
    assert trace(cluster, back) == ["gone web-1", "create web-1", "ready web-1"]
    assert cluster.get("pvc", "www-web-1").spec.volumeName == volume


def test_g9_a_claim_deleted_in_use() -> None:
    cluster = started()
    cluster.write_file("web-1", PAGE, "old")
    uid, start = cluster.get("pvc", "www-web-1").metadata.uid, cluster.version
    cluster.delete("pvc", "www-web-1")
    cluster.run(3600)
    assert claims(cluster)["www-web-1"] == "Terminating"  # V10
    assert trace(cluster, start) == []
    assert cluster.read_file("web-1", PAGE) == "old"
    cluster.delete("pod", "web-1")
    cluster.settle()
    seen = [(type_, c.metadata.uid == uid) for type_, c in cluster.watch("pvc", since=start)]
    assert seen.index(("DELETED", True)) < seen.index(("ADDED", False))
    assert trace(cluster, start) == ["delete web-1", "gone web-1", "create web-1", "ready web-1"]
    told = "create Pod web-1 in StatefulSet web failed error: pvc www-web-1 is being deleted"
    assert set(messages(cluster, "FailedCreate")) <= {told}  # S39
    assert claims(cluster)["www-web-1"] == "Bound"
    assert cluster.read_file("web-1", PAGE) is None  # V11


def test_g10_when_scaled_delete() -> None:
    cluster = started(
        persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete", "whenDeleted": "Retain"}
    )
    pod, start = cluster.get("pod", "web-2"), cluster.version
    volume = cluster.get("pvc", "www-web-2").spec.volumeName
    cluster.scale("sts", "web", 2)
    cluster.settle()
    (tied,) = [c for type_, c in cluster.watch("pvc", since=start) if c.metadata.ownerReferences][
        :1
    ]
    (owner,) = tied.metadata.ownerReferences
    assert (owner.kind, owner.name, owner.uid) == ("Pod", "web-2", pod.metadata.uid)
    of_claim = ["persistentvolumeclaim/www-web-2", f"persistentvolume/{volume}"]
    rows = cluster.history.query(f"version > {start}")
    rows = rows[rows.object.isin(["pod/web-2", *of_claim]) & rows.verb.isin(["update", "delete"])]
    assert rows[["verb", "object"]].values.tolist() == [
        ["update", "persistentvolumeclaim/www-web-2"],  # the owner reference
        ["delete", "pod/web-2"],
        ["delete", "pod/web-2"],  # its kubelet: gone
        ["delete", "persistentvolumeclaim/www-web-2"],  # the garbage collector
        ["delete", "persistentvolumeclaim/www-web-2"],  # its protection is over: gone
        ["delete", f"persistentvolume/{volume}"],
        ["delete", f"persistentvolume/{volume}"],
    ]
    assert list(claims(cluster)) == ["www-web-0", "www-web-1"]
    assert volume not in [v.metadata.name for v in cluster.list("pv")]
    kept = cluster.get("pvc", "www-web-0").metadata.uid
    cluster.delete("pod", "web-0")
    cluster.settle()
    assert cluster.get("pvc", "www-web-0").metadata.uid == kept


def test_g11_orphan_and_adopt_again() -> None:
    cluster = started()
    before, revisions = uids(cluster), tables.revisions(cluster)[["NAME", "REVISION"]]
    cluster.delete("sts", "web", cascade="orphan")
    cluster.settle()
    cluster.delete("pod", "web-0")
    cluster.run(3600)
    assert list(uids(cluster)) == ["web-1", "web-2"]
    start = cluster.version
    cluster.apply(nginx())
    cluster.settle()
    assert trace(cluster, start) == ["create web-0", "ready web-0"]
    after = uids(cluster)
    assert {n: after[n] for n in ("web-1", "web-2")} == {n: before[n] for n in ("web-1", "web-2")}
    assert tables.revisions(cluster)[["NAME", "REVISION"]].equals(revisions)


def test_g12_revisions() -> None:
    cluster = started()
    names = {}
    for letter, tag in (("A", "1.27"), ("B", "1.28"), ("C", "1.29"), ("B", "1.28")):
        cluster.set_image("sts", "web", f"nginx:{tag}")
        cluster.settle()
        made = cluster.get("sts", "web").status.currentRevision
        assert names.setdefault(letter, made) == made
    found = dict(tables.revisions(cluster)[["NAME", "REVISION"]].values)
    assert found == {names["A"]: 1, names["C"]: 3, names["B"]: 4}  # S47


def test_g13_all_pods_deleted_at_once() -> None:
    cluster = started()
    start = cluster.version
    cluster.delete("pod", labels="app=nginx")
    assert trace(cluster, start) == ["delete web-0", "delete web-1", "delete web-2"]
    cluster.settle()
    lines = trace(cluster, start)[3:]
    assert [line for line in lines if "gone" not in line] == [
        f"{what} web-{n}" for n in range(3) for what in ("create", "ready")
    ]
    for n in range(3):  # at most one of a name (S58)
        assert lines.index(f"gone web-{n}") < lines.index(f"create web-{n}")


def test_g13_web_1_waits_although_it_is_gone_first() -> None:
    cluster = started()
    start = cluster.version
    cluster.delete("pod", "web-1")
    cluster.delete("pod", "web-2")
    cluster.run(1)
    cluster.delete("pod", "web-0")
    cluster.settle()
    lines = trace(cluster, start)
    assert lines.index("gone web-1") < lines.index("gone web-0")
    assert lines[-6:] == [f"{what} web-{n}" for n in range(3) for what in ("create", "ready")]


def test_g14_dns_around_a_restart() -> None:
    cluster = started()
    old = cluster.resolve("web-1.nginx", cached=True).answers  # one client has asked before
    start = cluster.time
    cluster.delete("pod", "web-1")
    cluster.run(0.1)
    deleted = cluster.resolve("web-1.nginx")
    assert (deleted.rcode, deleted.steps[0].answered_by) == ("NXDOMAIN", "CoreDNS")
    assert cluster.resolve("web-1.nginx", cached=True).answers == old
    other = cluster.resolve("web-1.nginx", from_pod="web-0", cached=True)  # another asks too early
    assert other.rcode == "NXDOMAIN"
    cluster.run_until(lambda _: statuses(cluster).get("web-1") == "1/1 Running")
    cluster.run(0)  # the EndpointSlice follows within the same moment
    new = (cluster.get("pod", "web-1").status.podIP,)
    assert new != old
    assert cluster.resolve("web-1.nginx").answers == new  # at once at CoreDNS
    assert cluster.resolve("web-1.nginx", cached=True).answers == old
    cluster.run(start + 29.9 - cluster.time)
    assert cluster.resolve("web-1.nginx", cached=True).answers == old
    assert cluster.resolve("web-1.nginx", from_pod="web-0", cached=True).rcode == "NXDOMAIN"
    cluster.run(0.2)
    assert cluster.resolve("web-1.nginx", cached=True).answers == new  # 30 s after it asked
    cluster.run(0.1)
    assert cluster.resolve("web-1.nginx", from_pod="web-0", cached=True).answers == new


def test_g15_anti_affinity_with_too_few_nodes() -> None:
    cluster = started(nodes=2, replicas=4, template=apart())
    assert trace(cluster) == [
        "create web-0", "ready web-0", "create web-1", "ready web-1", "create web-2",
    ]  # fmt: skip
    assert statuses(cluster) == {
        "web-0": "1/1 Running",
        "web-1": "1/1 Running",
        "web-2": "0/1 Pending",
    }
    assert messages(cluster, "FailedScheduling")[-1] == (
        "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. "
        "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
    )
    assert tables.statefulsets(cluster).READY.tolist() == ["2/4"]


def test_g16_no_default_class_and_no_volume() -> None:
    cluster = Cluster(seed=1)
    cluster.delete("sc", "standard")
    cluster.apply(nginx())
    cluster.run(3600)
    assert trace(cluster) == ["create web-0"]
    assert statuses(cluster) == {"web-0": "0/1 Pending"}
    assert claims(cluster) == {"www-web-0": "Pending"}
    assert messages(cluster, "FailedScheduling") == [
        "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. "
        "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    ]
    assert messages(cluster, "FailedBinding") == [
        "no persistent volumes available for this claim and no storage class is set"
    ]
