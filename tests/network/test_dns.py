"""CoreDNS's answers from Services and EndpointSlices alone."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import pytest
from msgspec.structs import replace

from statefulkit.network.dns import answer
from statefulkit.network.zone import records
from statefulkit.store import View
from tests.network.objects import PORT, ZONE, endpoint, service, slice_, state, view

NGINX = f"nginx.default.{ZONE}."
READY = (endpoint("10.244.1.6", "web-0"), endpoint("10.244.2.6", "web-1"))
EXTRA = endpoint("10.244.3.6", "web-2", ready=False)


def ask(source: View, name: str, type_: str = "A") -> dns.message.Message:
    return answer(source, dns.message.make_query(name, type_))


def data(message: dns.message.Message) -> list[str]:
    return sorted(rdata.to_text() for rrset in message.answer for rdata in rrset)


def rcode(message: dns.message.Message) -> str:
    return dns.rcode.to_text(message.rcode())


@pytest.fixture
def cluster() -> View:
    """Headless nginx with two ready endpoints of three, front with an address, two ExternalNames."""
    return view(
        service(),
        slice_("nginx", *READY, EXTRA),
        service("front", clusterIP="10.96.0.7", ports=[PORT, {"port": 9, "protocol": "UDP"}]),
        slice_("front", endpoint("10.244.1.6"), endpoint("10.244.2.6")),
        service("out", type="ExternalName", clusterIP=None, externalName="example.com"),
        service("in", type="ExternalName", clusterIP=None, externalName=NGINX),
        service("gone", type="ExternalName", clusterIP=None, externalName=f"x.default.{ZONE}"),
        service("loop", type="ExternalName", clusterIP=None, externalName=f"loop.default.{ZONE}"),
    )


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        (f"front.default.{ZONE}.", "A", ["10.96.0.7"]),  # N9
        (f"_web._tcp.front.default.{ZONE}.", "SRV", [f"0 100 80 front.default.{ZONE}."]),  # N9
        ("7.0.96.10.in-addr.arpa.", "PTR", [f"front.default.{ZONE}."]),  # N9
        (NGINX, "A", ["10.244.1.6", "10.244.2.6"]),  # N10
        (f"web-1.{NGINX}", "A", ["10.244.2.6"]),  # N11
        (f"_web._tcp.{NGINX}", "A", ["10.244.1.6", "10.244.2.6"]),  # N25: port and protocol match
        (f"web.tcp.{NGINX}", "SRV", [f"0 50 80 web-{i}.{NGINX}" for i in (0, 1)]),  # N25
        (f"web-0.{NGINX}", "SRV", [f"0 100 80 web-0.{NGINX}"]),  # N12
        (
            f"front.default.{ZONE}.",
            "SRV",
            [f"0 50 {p} front.default.{ZONE}." for p in (80, 9)],
        ),  # N12: the bare name has unnamed ports too
        (f"out.default.{ZONE}.", "A", ["93.184.215.14", "example.com."]),  # N13
        (f"out.default.{ZONE}.", "CNAME", ["example.com."]),  # N13
        (f"in.default.{ZONE}.", "A", ["10.244.1.6", "10.244.2.6", NGINX]),  # N13
        ("10-1-2-3.default.pod.cluster.local.", "A", ["10.1.2.3"]),  # N14
        ("fd00--1.default.pod.cluster.local.", "AAAA", ["fd00::1"]),  # N14
        ("DNS-Version.cluster.local.", "TXT", ['"1.1.0"']),  # N15
        (f"10-244-1-6.front.default.{ZONE}.", "A", ["10.244.1.6"]),  # N16
        (
            "6.1.244.10.in-addr.arpa.",
            "PTR",
            [f"10-244-1-6.front.default.{ZONE}.", f"web-0.{NGINX}"],
        ),  # N18
        ("example.com.", "A", ["93.184.215.14"]),  # N29
    ],
)
def test_found(cluster: View, name: str, type_: str, expected: list[str]) -> None:
    message = ask(cluster, name, type_)
    assert (rcode(message), data(message)) == ("NOERROR", sorted(expected))
    assert not message.authority
    assert all(rrset.ttl == 30 for rrset in message.answer)  # N30
    assert bool(message.flags & dns.flags.AA) is (name != "example.com.")


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        (NGINX, "AAAA", "NOERROR"),  # N19
        (f"_web._tcp.{NGINX}", "TXT", "NOERROR"),  # N19
        (f"out.default.{ZONE}.", "SRV", "NOERROR"),  # N13
        (f"gone.default.{ZONE}.", "A", "NOERROR"),  # N13: its target is in the cluster and missing
        (f"loop.default.{ZONE}.", "A", "NOERROR"),  # N13
        (f"x.default.{ZONE}.", "A", "NXDOMAIN"),  # N20
        (f"web-9.{NGINX}", "A", "NXDOMAIN"),  # N20
        (f"web-2.{NGINX}", "A", "NXDOMAIN"),  # N22
        (f"a.out.default.{ZONE}.", "A", "NXDOMAIN"),  # N13: no endpoints
        ("cluster.local.", "A", "NOERROR"),  # N23
        (f"{ZONE}.", "A", "NOERROR"),  # N23
        (f"other.{ZONE}.", "A", "NOERROR"),  # N23
        ("default.pod.cluster.local.", "A", "NOERROR"),  # N14, N23
        (f"nope.{ZONE}.", "A", "NXDOMAIN"),  # N24
        (f"nginx.nope.{ZONE}.", "A", "NXDOMAIN"),  # N24
        (f"nginx.other.{ZONE}.", "A", "NXDOMAIN"),  # N20
        (f"_web._udp.{NGINX}", "SRV", "NXDOMAIN"),  # N25
        (f"a._web._tcp.{NGINX}", "SRV", "NXDOMAIN"),  # N26
        ("foo.cluster.local.", "A", "NXDOMAIN"),  # N26
        ("web-0.default.pod.cluster.local.", "A", "NXDOMAIN"),  # N14: no Pod names
        ("10-1-2-3.nope.pod.cluster.local.", "A", "NXDOMAIN"),  # N14
    ],
)
def test_not_found(cluster: View, name: str, type_: str, expected: str) -> None:
    message = ask(cluster, name, type_)
    assert (rcode(message), data(message)) == (expected, [])
    soa = message.authority[0]
    assert (soa.name.to_text(), soa.ttl) == ("cluster.local.", 30)  # N30
    assert soa[0].to_text() == (
        "ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30"
    )


def test_headless_without_ready_endpoints_n21() -> None:
    source = view(service(), slice_("nginx", EXTRA))
    assert rcode(ask(source, NGINX)) == "NXDOMAIN"
    assert rcode(ask(source, f"web-2.{NGINX}")) == "NXDOMAIN"


def test_a_virtual_address_needs_no_endpoints_n27() -> None:
    assert data(ask(view(service("front", clusterIP="10.96.0.7")), f"front.default.{ZONE}.")) == [
        "10.96.0.7"
    ]


def test_headless_without_ports_n17() -> None:
    source = view(service(ports=None), slice_("nginx", *READY, ports=None))
    assert len(data(ask(source, NGINX))) == 2
    srv = ask(source, NGINX, "SRV")
    assert (rcode(srv), data(srv)) == ("NOERROR", [])


def test_a_condition_that_is_not_set_counts_as_ready_n4() -> None:
    source = view(service(), slice_("nginx", {"addresses": ["10.244.1.6"], "hostname": "web-0"}))
    assert data(ask(source, NGINX)) == ["10.244.1.6"]


def test_srv_brings_the_addresses_of_its_targets_n12() -> None:
    many = [endpoint(f"10.244.1.{i}", f"web-{i}") for i in range(1, 4)]
    message = ask(view(service(), slice_("nginx", *many)), f"_web._tcp.{NGINX}", "SRV")
    assert data(message) == [f"0 33 80 web-{i}.{NGINX}" for i in range(1, 4)]
    extra = {rrset.name.to_text(): rrset[0].to_text() for rrset in message.additional}
    assert extra == {f"web-{i}.{NGINX}": f"10.244.1.{i}" for i in range(1, 4)}


def test_srv_weight_is_at_least_one_n12() -> None:
    many = [endpoint(f"10.244.1.{i}", f"web-{i}") for i in range(101)]
    message = ask(view(service(), slice_("nginx", *many)), NGINX, "SRV")
    assert {text.split()[1] for text in data(message)} == {"1"}


def test_addresses_of_ipv6_are_aaaa_n10() -> None:
    source = view(service(), slice_("nginx", endpoint("fd00::6", "web-0"), addressType="IPv6"))
    assert data(ask(source, NGINX, "AAAA")) == ["fd00::6"]
    assert data(ask(source, NGINX, "A")) == []
    assert all(r.type != "A" for r in records(source))


def test_endpoints_that_are_names_have_no_records() -> None:
    source = view(service(), slice_("nginx", endpoint("db.example.com"), addressType="FQDN"))
    assert rcode(ask(source, NGINX)) == "NXDOMAIN"


def test_the_order_of_addresses_is_shuffled_n10() -> None:
    many = [endpoint(f"10.244.1.{i}", f"web-{i}") for i in range(2, 6)]
    first = state(service(), slice_("nginx", *many))
    orders = set()
    for version in range(20):
        message = ask(View(replace(first, version=version)), NGINX)
        orders.add(tuple(rdata.to_text() for rdata in message.answer[0]))
    assert len(orders) > 5
    assert {tuple(sorted(o)) for o in orders} == {tuple(f"10.244.1.{i}" for i in range(2, 6))}
    again = [ask(View(first), NGINX).answer for _ in range(2)]
    assert [r.to_text() for r in again[0][0]] == [r.to_text() for r in again[1][0]]


def test_the_question_keeps_its_case_n15(cluster: View) -> None:
    message = ask(cluster, f"WEB-0.Nginx.default.{ZONE}.")
    assert message.answer[0].name.to_text() == f"WEB-0.Nginx.default.{ZONE}."
    assert data(message) == ["10.244.1.6"]


def test_every_record_is_served(cluster: View) -> None:
    listed = records(cluster)
    assert {r.type for r in listed} == {"A", "CNAME", "PTR", "SRV", "TXT"}
    for record in listed:
        if not record.name.startswith("loop."):  # CoreDNS answers a CNAME query for it all the same
            assert record.data in data(ask(cluster, record.name, record.type)), record


def test_a_cluster_ip_hides_endpoints_of_the_same_address_n18() -> None:
    front = service("front", clusterIP="10.96.0.7")
    source = view(front, service(), slice_("nginx", endpoint("10.96.0.7", "web-0")))
    assert data(ask(source, "7.0.96.10.in-addr.arpa.", "PTR")) == [f"front.default.{ZONE}."]


def test_reverse_names_of_others_are_unknown(cluster: View) -> None:
    message = ask(cluster, "9.9.244.10.in-addr.arpa.", "PTR")
    assert rcode(message) == "NXDOMAIN"
    assert message.authority[0].name.to_text() == "in-addr.arpa."


def test_the_zone_has_a_soa_n30(cluster: View) -> None:
    assert data(ask(cluster, "cluster.local.", "SOA"))[0].endswith(" 7200 1800 86400 30")


def test_answers_survive_the_wire(cluster: View) -> None:
    for name, type_ in ((NGINX, "A"), (NGINX, "SRV"), ("cluster.local.", "A")):
        message = ask(cluster, name, type_)
        assert dns.message.from_wire(message.to_wire()) == message


def test_what_is_no_query_is_refused(cluster: View) -> None:
    query = dns.message.make_query(NGINX, "A")
    query.question.clear()
    assert rcode(answer(cluster, query)) == "FORMERR"
    notify = dns.message.make_query(NGINX, "A")
    notify.set_opcode(dns.opcode.NOTIFY)
    assert rcode(answer(cluster, notify)) == "NOTIMP"
