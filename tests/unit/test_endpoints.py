"""Which Pods stand behind a Service, and when (N3 to N8, N16, N31, N33, N36, M6 to M8)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster
from statefulkit.api.errors import Invalid
from statefulkit.api.manifest import load


def service(name: str, **spec: Any) -> dict[str, Any]:
    fixed = {"selector": {"app": "nginx"}, "ports": [{"name": "web", "port": 80}]}
    meta = {"name": name}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": fixed | spec}


def endpoints(cluster: Cluster, name: str = "nginx") -> dict[str, Any]:
    """The endpoints of a Service by Pod."""
    slices = cluster.list("endpointslices", labels=f"kubernetes.io/service-name={name}")
    return {e.targetRef.name: e for s in slices for e in s.endpoints or ()}


def starting(manifest: str, **spec: Any) -> Cluster:
    cluster = Cluster()
    for doc in load(manifest):
        if doc["kind"] == "Service":
            doc["spec"] |= spec
        cluster.apply(doc)
    return cluster


def test_a_pod_without_an_address_is_no_endpoint_not_even_when_unready_ones_are_n3(
    manifest: str,
) -> None:
    cluster = starting(manifest, publishNotReadyAddresses=True)
    while not cluster.view.find("Pod", "default", "web-0"):
        cluster.step()
    seen = set()
    while cluster.get("pod", "web-0").status.phase != "Running":
        has = bool(cluster.get("pod", "web-0").status.podIP)
        cluster.run(0)
        seen.add((has, "web-0" in endpoints(cluster)))
        cluster.step()
    assert (False, False) in seen
    assert (True, True) in seen  # published before it is ready (N4)
    assert (False, True) not in seen


def test_a_finished_pod_is_no_endpoint_n3(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 1)
    cluster.settle()
    cluster.cordon("node-1")
    cluster.fail_pod("web-0")
    cluster.run(0)
    assert endpoints(cluster) == {}


def test_conditions_of_a_leaving_pod_n4_n8(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1")
    cluster.run(0)
    found = endpoints(cluster)["web-1"].conditions
    assert (found.ready, found.serving, found.terminating) == (False, True, True)
    assert len(cluster.resolve("nginx").answers) == 2


def test_only_the_governing_service_gives_host_names_n5_n16(cluster: Cluster) -> None:
    cluster.apply([service("front"), service("other", clusterIP="None")])
    cluster.settle()
    assert {e.hostname for e in endpoints(cluster).values()} == {"web-0", "web-1", "web-2"}
    assert {e.hostname for e in endpoints(cluster, "other").values()} == {None}
    ip = cluster.get("pod", "web-0").status.podIP
    assert cluster.resolve("web-0.other").rcode == "NXDOMAIN"
    assert cluster.resolve(f"{ip.replace('.', '-')}.other").answers == (ip,)


def test_a_cluster_ip_belongs_to_one_service_n1(cluster: Cluster) -> None:
    address = cluster.get("svc", "kube-dns", "kube-system").spec.clusterIP
    with pytest.raises(Invalid) as refused:
        cluster.apply(service("front", clusterIP=address))
    assert str(refused.value) == (
        f'The Service "front" is invalid: spec.clusterIPs: Invalid value: ["{address}"]: failed to '
        f"allocate IP {address}: provided IP is already allocated"
    )
    cluster.apply(service("front", clusterIP="10.96.5.5"))
    cluster.apply(service("front", clusterIP="10.96.5.5", sessionAffinity="ClientIP"))
    for name in ("one", "other"):  # of these none has an address
        cluster.apply(service(name, type="ExternalName", externalName="example.com"))


def test_host_names_below_a_service_that_is_not_headless_n16_m8(manifest: str) -> None:
    cluster = Cluster()
    for doc in load(manifest):
        if doc["kind"] == "Service":
            doc["spec"].pop("clusterIP")
        cluster.apply(doc)
    cluster.settle()
    ip = cluster.get("pod", "web-0").status.podIP
    assert cluster.resolve("web-0.nginx").answers == (ip,)
    assert cluster.resolve("nginx").answers == (cluster.get("svc", "nginx").spec.clusterIP,)


def test_slices_hold_a_hundred_and_one_is_always_there_n6(manifest: str) -> None:
    cluster = Cluster(nodes=4)
    for doc in load(manifest):
        if doc["kind"] == "StatefulSet":
            doc["spec"] |= {"replicas": 130, "podManagementPolicy": "Parallel"}
        cluster.apply(doc)
    cluster.run(0)
    assert [len(s.endpoints or ()) for s in cluster.list("endpointslices")] == [0]
    cluster.settle()
    slices = cluster.list("endpointslices")
    assert sorted(len(s.endpoints) for s in slices) == [30, 100]
    for found in slices:
        prefix, _, suffix = found.metadata.name.rpartition("-")
        assert (prefix, len(suffix)) == ("nginx", 5)
        assert found.metadata.labels == {"kubernetes.io/service-name": "nginx"}
        assert all(len(e.addresses) == 1 for e in found.endpoints)
    assert len(cluster.resolve("nginx").answers) == 130
    before = cluster.version
    cluster.delete("pod", "web-10")  # by name it is the third
    cluster.settle()
    names = {s.metadata.name for s in slices}
    changed = {r.key.name for r in cluster.view.records(before)} & names
    assert len(changed) <= 2
    before = cluster.version
    cluster.scale("sts", "web", 131)
    cluster.settle()
    changed = {r.key.name for r in cluster.view.records(before)} & names
    assert len(changed) == 1  # the others' endpoints stay where they are
    assert len(cluster.resolve("nginx").answers) == 131
    cluster.scale("sts", "web", 215)
    cluster.settle()
    sizes = [len(s.endpoints) for s in cluster.list("endpointslices")]
    assert (len(sizes), sum(sizes)) == (3, 215)
    assert max(sizes) <= 100
    cluster.scale("sts", "web", 90)
    cluster.settle()
    assert [len(s.endpoints) for s in cluster.list("endpointslices")] == [90]
    assert len(cluster.resolve("nginx").answers) == 90


def test_the_server_keeps_no_answers_n31_n33_m7(cluster: Cluster) -> None:
    """kubeadm's Corefile leaves cluster.local out of the cache: a change is seen at once."""
    before = cluster.resolve("web-1.nginx").answers
    cluster.crash("web-1")
    cluster.run(0)
    assert cluster.resolve("web-1.nginx").rcode == "NXDOMAIN"
    cluster.settle()
    assert cluster.resolve("web-1.nginx").answers == before  # a restart keeps the address
    cluster.delete("pod", "web-1")
    cluster.run(0)
    assert cluster.resolve("web-1.nginx").rcode == "NXDOMAIN"
    cluster.settle()
    assert cluster.resolve("web-1.nginx").answers != before


def test_a_pod_that_starts_has_no_name_unless_unready_ones_are_published_m6_n34(
    manifest: str,
) -> None:
    late = manifest.replace(
        "          ports:",
        "          readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 20}\n          ports:",
    )
    for published, rcode in ((False, "NXDOMAIN"), (True, "NOERROR")):
        cluster = starting(late, publishNotReadyAddresses=published)
        cluster.run(10)
        assert cluster.get("pod", "web-0").status.phase == "Running"
        assert cluster.resolve("web-0.nginx").rcode == rcode
        assert cluster.view.find("Pod", "default", "web-1") is None  # its peer does not exist yet


def test_the_service_may_come_later_and_is_never_made_n36_m8_s3(manifest: str) -> None:
    cluster = Cluster()
    docs = load(manifest)
    cluster.apply([d for d in docs if d["kind"] == "StatefulSet"])
    cluster.settle()
    assert cluster.get("sts", "web").status.readyReplicas == 3
    assert cluster.resolve("web-0.nginx").rcode == "NXDOMAIN"
    uids = {p.metadata.uid for p in cluster.list("pods")}
    cluster.apply([d for d in docs if d["kind"] == "Service"])
    cluster.settle()
    assert cluster.resolve("web-0.nginx").answers
    assert {p.metadata.uid for p in cluster.list("pods")} == uids


def test_a_target_port_is_found_by_name_and_protocol_n2() -> None:
    cluster = Cluster()
    ports = [
        {"name": "dns", "containerPort": 53, "protocol": "UDP"},
        {"name": "web", "containerPort": 80},
    ]
    container = {"name": "c", "image": "nginx:1.27", "ports": ports}
    meta = {"name": "p", "labels": {"app": "nginx"}}
    cluster.apply(
        {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container]}}
    )
    wanted = [
        {"name": "over-udp", "port": 53, "protocol": "UDP", "targetPort": "dns"},
        {"name": "over-tcp", "port": 53, "protocol": "TCP", "targetPort": "dns"},
        {"name": "web", "port": 80, "targetPort": "web"},
    ]
    cluster.apply(service("nginx", ports=wanted))
    cluster.settle()
    (slice_,) = cluster.list("endpointslices", labels="kubernetes.io/service-name=nginx")
    assert [(p.name, p.port) for p in slice_.ports] == [("over-udp", 53), ("web", 80)]


def test_asking_wakes_no_controller_n2() -> None:
    """Not even the first look-up and request in a new cluster, which has a DNS Service, too."""
    cluster = Cluster()
    cluster.resolve("kubernetes")
    cluster.request("http://kubernetes/")
    assert cluster.settle().empty
    assert not cluster.list("endpointslices", namespace=None)


def test_one_endpoint_is_told_as_one_n4(cluster: Cluster) -> None:
    told = [r.reason for r in cluster.view.records() if r.actor == "endpointslice-controller"]
    assert "publishes 1 ready of 1 endpoint of Service nginx" in told
    assert "publishes 3 ready of 3 endpoints of Service nginx" in told
    assert not [reason for reason in told if "of 1 endpoints" in reason]
