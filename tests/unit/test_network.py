"""DNS as CoreDNS answers it and as a Pod asks for it, and where requests end up."""

from __future__ import annotations

import dns.message
import dns.rcode
import pytest

from statefulkit import Cluster, StatusError
from statefulkit.network import dns as coredns

ZONE = "svc.cluster.local"


def ask(cluster: Cluster, name: str, type_: str = "A") -> dns.message.Message:
    return coredns.answer(cluster.view, dns.message.make_query(name, type_))


def data(message: dns.message.Message) -> list[str]:
    return sorted(rdata.to_text() for rrset in message.answer for rdata in rrset)


@pytest.mark.parametrize(
    ("name", "queries", "found"),
    [
        ("nginx", 1, True),
        ("web-0.nginx", 1, True),
        ("nginx.default", 2, True),
        ("web-0.nginx.default.svc", 3, True),
        (f"nginx.default.{ZONE}", 4, True),
        (f"web-0.nginx.default.{ZONE}", 1, True),
        (f"web-0.nginx.default.{ZONE}.", 1, True),
        ("web-0", 4, False),
        ("example.com", 4, True),
    ],
)
def test_the_worked_table_n40(cluster: Cluster, name: str, queries: int, found: bool) -> None:
    resolution = cluster.resolve(name)
    assert len(resolution.steps) == queries
    assert bool(resolution.answers) is found
    assert [s.rcode for s in resolution.steps[:-1]] == ["NXDOMAIN"] * (queries - 1)


@pytest.mark.parametrize(
    ("name", "type_", "rcode", "answers"),
    [
        (f"nginx.default.{ZONE}.", "AAAA", "NOERROR", 0),  # N19
        (f"nope.default.{ZONE}.", "A", "NXDOMAIN", 0),  # N20
        (f"web-9.nginx.default.{ZONE}.", "A", "NXDOMAIN", 0),  # N20
        (f"default.{ZONE}.", "A", "NOERROR", 0),  # N23
        ("cluster.local.", "A", "NOERROR", 0),  # N23
        (f"nope.{ZONE}.", "A", "NXDOMAIN", 0),  # N24
        (f"a.b.nginx.default.{ZONE}.", "A", "NXDOMAIN", 0),  # N25
        ("foo.cluster.local.", "A", "NXDOMAIN", 0),  # N26
        ("10-244-9-9.default.pod.cluster.local.", "A", "NOERROR", 1),  # N14
        ("10-244-9-9.nope.pod.cluster.local.", "A", "NXDOMAIN", 0),  # N14
        ("dns-version.cluster.local.", "TXT", "NOERROR", 1),  # N15
        (f"NGINX.Default.{ZONE}.", "A", "NOERROR", 3),  # N15
        (f"kube-dns.kube-system.{ZONE}.", "A", "NOERROR", 1),  # N27
        (f"_web._tcp.nginx.default.{ZONE}.", "SRV", "NOERROR", 3),  # N10
        ("10.0.96.10.in-addr.arpa.", "PTR", "NOERROR", 1),  # N9
        ("9.9.244.10.in-addr.arpa.", "PTR", "NXDOMAIN", 0),
    ],
)
def test_rcodes(cluster: Cluster, name: str, type_: str, rcode: str, answers: int) -> None:
    message = ask(cluster, name, type_)
    assert dns.rcode.to_text(message.rcode()) == rcode
    assert len(data(message)) == answers
    if not answers:
        soa = message.authority[0]
        assert soa.ttl == 30  # N30


def test_srv_has_targets_weights_and_their_addresses_n12(cluster: Cluster) -> None:
    message = ask(cluster, f"_web._tcp.nginx.default.{ZONE}.", "SRV")
    assert data(message) == [f"0 33 80 web-{i}.nginx.default.{ZONE}." for i in range(3)]
    assert len(message.additional) == 3


def test_reverse_names_n10(cluster: Cluster) -> None:
    ip = cluster.get("pod", "web-1").status.podIP
    reverse = ".".join(reversed(ip.split("."))) + ".in-addr.arpa."
    assert data(ask(cluster, reverse, "PTR")) == [f"web-1.nginx.default.{ZONE}."]


def test_a_headless_service_without_ready_pods_is_nxdomain_n21(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 0)
    cluster.settle()
    assert cluster.resolve("nginx").rcode == "NXDOMAIN"


def test_not_ready_addresses_can_be_published_n4(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(
        manifest.replace("  clusterIP: None", "  clusterIP: None\n  publishNotReadyAddresses: true")
    )
    cluster.settle()
    cluster.make_unready("web-1")
    cluster.settle()
    assert cluster.resolve("web-1.nginx").answers


def test_a_service_of_another_name_gives_no_pod_names_n36(cluster: Cluster, manifest: str) -> None:
    cluster.apply(manifest.split("---")[0].replace("name: nginx", "name: other", 1))
    cluster.settle()
    assert len(cluster.resolve("other").answers) == 3
    assert cluster.resolve("web-0.other").rcode == "NXDOMAIN"
    ip = cluster.get("pod", "web-0").status.podIP
    assert cluster.resolve(f"{ip.replace('.', '-')}.other").answers == (ip,)  # N11


def test_external_names_n13(cluster: Cluster) -> None:
    cluster.apply(
        "apiVersion: v1\nkind: Service\nmetadata: {name: out}\n"
        "spec: {type: ExternalName, externalName: example.com}"
    )
    assert data(ask(cluster, f"out.default.{ZONE}.")) == ["93.184.215.14", "example.com."]


def test_a_pod_knows_its_own_name_n35(cluster: Cluster) -> None:
    cluster.make_unready("web-1")
    cluster.settle()
    step = cluster.resolve(f"web-1.nginx.default.{ZONE}", from_pod="web-1").steps[0]
    assert step.answered_by == "/etc/hosts"
    assert cluster.resolve("web-1.nginx", from_pod="web-0").rcode == "NXDOMAIN"


def test_a_client_that_caches_sees_the_past_n32_g14(cluster: Cluster) -> None:
    old = cluster.resolve("web-1.nginx", cached=True).answers
    cluster.delete("pod", "web-1")
    cluster.run(1)
    assert cluster.resolve("web-1.nginx").rcode == "NXDOMAIN"
    stale = cluster.resolve("web-1.nginx", cached=True)
    assert (stale.answers, stale.steps[0].answered_by) == (old, "cache")
    cluster.run(30)
    fresh = cluster.resolve("web-1.nginx", cached=True)
    assert fresh.steps[0].answered_by == "CoreDNS"
    assert fresh.answers == (cluster.get("pod", "web-1").status.podIP,)


def test_the_trace_is_a_table(cluster: Cluster) -> None:
    trace = cluster.resolve("nginx.default").trace
    assert list(trace.columns) == [
        "step", "query", "type", "answered by", "rcode", "answers", "ttl", "why",
    ]  # fmt: skip
    assert trace.why.iloc[0].endswith("no such name, so the next is tried")
    assert trace.why.iloc[1].endswith("it has data, so the resolver stops")


@pytest.mark.parametrize(("name", "type_"), [("a" * 64, "A"), ("a..b", "A"), ("nginx", "NOPE")])
def test_what_cannot_be_asked_is_refused(cluster: Cluster, name: str, type_: str) -> None:
    with pytest.raises(ValueError, match=r"not a (name|record)"):
        cluster.resolve(name, type_)


def test_a_virtual_ip_spreads_requests_over_ready_pods_n7(cluster: Cluster, manifest: str) -> None:
    service = manifest.split("---")[0].replace("name: nginx", "name: front", 1)
    cluster.apply(service.replace("  clusterIP: None\n", ""))
    cluster.settle()
    assert {cluster.request("http://front/").pod for _ in range(40)} == {"web-0", "web-1", "web-2"}
    cluster.make_unready("web-1")
    cluster.settle()
    assert {cluster.request("http://front/").pod for _ in range(40)} == {"web-0", "web-2"}
    cluster.scale("sts", "web", 0)
    cluster.settle()
    assert "Connection refused" in (cluster.request("http://front/").error or "")


def test_client_affinity_pins_n2(cluster: Cluster, manifest: str) -> None:
    service = manifest.split("---")[0].replace("name: nginx", "name: front", 1)
    cluster.apply(service.replace("  clusterIP: None", "  sessionAffinity: ClientIP"))
    cluster.settle()
    assert len({cluster.request("http://front/", "web-0").pod for _ in range(20)}) == 1


def test_requests_fail_as_curl_says(cluster: Cluster) -> None:
    assert cluster.request("http://nope/").error == "curl: (6) Could not resolve host: nope"
    assert "Connection refused" in (cluster.request("http://web-0.nginx:81/").error or "")
    assert "timed out" in (cluster.request("http://10.244.9.9/").error or "")
    assert cluster.request("http://web-0.nginx/").status == 403  # T12: the volume is empty
    with pytest.raises(StatusError):
        cluster.request("http://nginx/", from_pod="nope")


def test_x11_a_service_that_is_replaced_keeps_its_address():
    cluster = Cluster(nodes=1)
    doc = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "www"},
        "spec": {"ports": [{"port": 80}]},
    }
    cluster.create(doc)
    address = cluster.get("svc", "www").spec.clusterIP
    cluster.update(doc)
    assert address
    assert cluster.get("svc", "www").spec.clusterIP == address
    assert cluster.get("svc", "www").spec.clusterIPs == [address]
