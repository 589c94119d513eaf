"""The name server, asked by the real dig and by hand-made bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statefulkit import Cluster
from statefulkit.network.server import NameServer, Server, respond
from statefulkit.store import View
from tests.network.dig import dig
from tests.network.objects import ZONE, endpoint, service, slice_, view

NGINX = f"nginx.default.{ZONE}."
MANY = [endpoint(f"10.244.1.{i}", f"web-{i}") for i in range(60)]
SOA = (
    "cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30"
)


def lines(message: dns.message.Message) -> list[str]:
    return sorted(line for rrset in message.answer for line in rrset.to_text().splitlines())


@pytest.fixture
def source() -> View:
    """A headless Service with 60 endpoints, and names that lead elsewhere."""
    return view(
        service(),
        slice_("nginx", *MANY),
        service("in", type="ExternalName", clusterIP=None, externalName=f"web-1.{NGINX}"),
    )


@pytest.fixture
def server(source: View) -> Iterator[Server]:
    with NameServer(lambda: source).serve() as found:
        yield found


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        (f"web-7.{NGINX}", "A"),
        (NGINX, "A"),
        (f"_web._tcp.{NGINX}", "SRV"),
        ("7.1.244.10.in-addr.arpa.", "PTR"),
        ("dns-version.cluster.local.", "TXT"),
        (f"in.default.{ZONE}.", "A"),
        ("example.com.", "A"),
    ],
)
def test_dig_gets_what_the_model_answers(
    source: View, server: Server, name: str, type_: str
) -> None:
    expected = NameServer(lambda: source).query(name, type_)
    heard = dig(server.port, name, type_)
    assert heard.status == "NOERROR"
    assert sorted(heard.answer) == lines(expected)
    assert heard.answer
    assert heard.authority == []


def test_dig_gets_the_addresses_of_an_srvs_targets_n12(server: Server) -> None:
    heard = dig(server.port, f"_web._tcp.{NGINX}", "SRV")
    assert heard.answer[7].endswith("IN SRV 0 1 80 web-7.nginx.default.svc.cluster.local.")
    assert sorted(heard.additional) == sorted(
        f"web-{i}.{NGINX} 30 IN A 10.244.1.{i}" for i in range(60)
    )


def test_dig_follows_an_alias_n13(server: Server) -> None:
    assert dig(server.port, f"in.default.{ZONE}.").answer == [
        f"in.default.{ZONE}. 30 IN CNAME web-1.{NGINX}",
        f"web-1.{NGINX} 30 IN A 10.244.1.1",
    ]


@pytest.mark.parametrize(
    ("name", "type_", "status"),
    [(NGINX, "AAAA", "NOERROR"), (f"web-99.{NGINX}", "A", "NXDOMAIN")],
)
def test_dig_gets_the_soa_of_what_is_not_there_n19_n20_n30(
    server: Server, name: str, type_: str, status: str
) -> None:
    heard = dig(server.port, name, type_)
    assert (heard.status, heard.answer, heard.authority) == (status, [], [SOA])


def test_dig_sees_who_is_speaking(server: Server) -> None:
    assert dig(server.port, NGINX).flags == ["qr", "aa", "rd"]
    assert dig(server.port, "example.com.").flags == ["qr", "rd", "ra"]  # N29
    assert dig(server.port, "CH", "TXT", "version.bind").status == "REFUSED"


def test_a_long_answer_is_cut_and_asked_for_by_tcp(server: Server) -> None:
    cut = dig(server.port, "+noedns", "+ignore", NGINX)
    assert (cut.protocol, "tc" in cut.flags) == ("UDP", True)
    assert 20 < len(cut.answer) < 30  # as many as fit into 512 bytes
    whole = dig(server.port, "+noedns", NGINX)
    assert (whole.protocol, "tc" in whole.flags, len(whole.answer)) == ("TCP", False, 60)


@pytest.mark.parametrize(("size", "protocol"), [("600", "TCP"), ("1232", "UDP"), ("100", "TCP")])
def test_a_client_says_how_much_it_takes(server: Server, size: str, protocol: str) -> None:
    heard = dig(server.port, f"+bufsize={size}", NGINX)
    assert (heard.protocol, len(heard.answer)) == (protocol, 60)


def test_where_only_additional_records_do_not_fit_the_answer_is_cut_too() -> None:
    few = view(service(), slice_("nginx", *MANY[:6]))
    with NameServer(lambda: few).serve() as server:
        cut = dig(server.port, "+noedns", "+ignore", f"_web._tcp.{NGINX}", "SRV")
        assert ("tc" in cut.flags, len(cut.answer), len(cut.additional) < 6) == (True, 6, True)
        one = dig(server.port, "+noedns", "+ignore", f"web-1.{NGINX}", "SRV")
        assert ("tc" in one.flags, len(one.additional)) == (False, 1)


def test_names_in_any_case_n15(server: Server) -> None:
    assert dig(server.port, f"WEB-7.Nginx.default.{ZONE}.").answer == [
        f"WEB-7.Nginx.default.{ZONE}. 30 IN A 10.244.1.7"
    ]


def test_a_cluster_serves_its_present(cluster: Cluster) -> None:
    name = f"web-1.nginx.default.{ZONE}."
    with cluster.dns.serve() as server:
        assert dig(server.port, name).answer == lines(cluster.dns.query(name))
        assert dig(server.port, name).answer[0].split()[-1:] == [*cluster.resolve(name).answers]
        cluster.make_unready("web-1")
        cluster.settle()
        assert dig(server.port, name).status == "NXDOMAIN"  # N22


def test_a_past_moment_can_be_served(cluster: Cluster) -> None:
    past = cluster.at(version=cluster.version)
    cluster.scale("sts", "web", 0)
    cluster.settle()
    with past.dns.serve() as server:
        assert len(dig(server.port, NGINX).answer) == 3


def test_two_servers_at_once(source: View, server: Server) -> None:
    with NameServer(lambda: view(service())).serve() as other:
        assert dig(other.port, NGINX).status == "NXDOMAIN"  # N21
        assert dig(server.port, NGINX).status == "NOERROR"


def test_closing_frees_the_port(source: View) -> None:
    names = NameServer(lambda: source)
    before = threading.active_count()
    first = names.serve()
    with pytest.raises(OSError, match="in use"):
        names.serve(first.port)
    with socket.create_connection(("127.0.0.1", first.port)) as client:
        client.settimeout(20)
        dns.query.send_tcp(client, dns.message.make_query(NGINX, "A"))
        dns.query.receive_tcp(client)
        first.close()
        assert client.recv(1) == b""
    first.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", first.port))
    assert threading.active_count() == before
    with names.serve(first.port) as second:
        assert dig(second.port, f"web-7.{NGINX}").answer


def test_closing_ends_connections_that_have_just_begun(source: View) -> None:
    for _ in range(10):
        server = NameServer(lambda: source).serve()
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
            server.close()
            with suppress(ConnectionResetError):
                assert client.recv(1) == b""


def test_only_this_machine_is_served(server: Server) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.2", server.port))  # it would be taken if all addresses were


def test_several_queries_on_one_connection(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        for i in range(3):
            query = dns.message.make_query(f"web-{i}.{NGINX}", "A")
            dns.query.send_tcp(client, query)
            response, _ = dns.query.receive_tcp(client)
            assert query.is_response(response)
            assert response.answer[0][0].to_text() == f"10.244.1.{i}"


def test_a_query_in_pieces(server: Server) -> None:
    wire = dns.message.make_query(NGINX, "A").to_wire(prepend_length=True)
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        for i in range(len(wire)):
            client.sendall(wire[i : i + 1])
        assert len(dns.query.receive_tcp(client)[0].answer[0]) == 60
        client.sendall(wire[:5])  # and then the client goes
    assert dig(server.port, "+tcp", f"web-7.{NGINX}").answer


def asked(wire: bytes, most: int = 512) -> dns.message.Message | None:
    source = view(service(), slice_("nginx", *MANY))
    found = respond(lambda: source, wire, most)
    return None if found is None else dns.message.from_wire(found)


def test_what_cannot_be_read_is_refused_or_dropped() -> None:
    wire = dns.message.make_query(NGINX, "A", id=77).to_wire()
    refused = asked(wire[:-3])
    assert refused is not None
    assert (refused.id, refused.rcode()) == (77, dns.rcode.FORMERR)
    assert refused.flags & dns.flags.QR
    assert refused.flags & dns.flags.RD
    assert asked(wire[:11]) is None
    answer = dns.message.make_response(dns.message.from_wire(wire))
    assert asked(answer.to_wire()) is None  # two servers would talk for ever


def test_the_opcode_is_given_back() -> None:
    query = dns.message.make_query(NGINX, "A")
    query.set_opcode(dns.opcode.STATUS)
    response = asked(query.to_wire())
    assert response is not None
    assert (response.opcode(), response.rcode()) == (dns.opcode.STATUS, dns.rcode.NOTIMP)


def test_a_broken_view_is_servfail() -> None:
    def broken() -> View:
        raise LookupError

    wire = respond(broken, dns.message.make_query(NGINX, "A").to_wire(), 512)
    assert wire is not None
    assert dns.message.from_wire(wire).rcode() == dns.rcode.SERVFAIL


@given(st.binary(max_size=80))
def test_no_bytes_stop_it(wire: bytes) -> None:
    response = respond(lambda: view(service()), wire, 512)
    assert response is None or response[:2] == wire[:2]


def test_bad_packets_do_not_stop_the_server(server: Server) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        for wire in (b"", b"\0" * 5, b"\xff" * 40, b"\0\1\1\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1"):
            client.sendto(wire, ("127.0.0.1", server.port))
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"\0\2\0\0")
        assert client.recv(1) == b""
    assert dig(server.port, f"web-7.{NGINX}").answer


def test_query_refuses_what_cannot_be_asked(source: View) -> None:
    with pytest.raises(ValueError, match="not a name"):
        NameServer(lambda: source).query("a..b")
    with pytest.raises(ValueError, match="not a record type"):
        NameServer(lambda: source).query(NGINX, "NOPE")
