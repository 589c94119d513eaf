"""How a Pod asks: search list, ndots, dnsPolicy, /etc/hosts, and a client that keeps answers."""

from __future__ import annotations

from typing import Any

import dns.message
import pytest
from msgspec.structs import replace

from statefulkit import Cluster
from statefulkit.api.errors import BadRequest, NotFound
from statefulkit.network.resolver import Step, resolve
from statefulkit.store import View, key_of
from tests.network.objects import ZONE, endpoint, pod, service, slice_, state, view

FULL = f"web-0.nginx.default.{ZONE}"
SEARCH = [f"default.{ZONE}", ZONE, "cluster.local"]
NETWORK = (service(), slice_("nginx", endpoint("10.244.1.6", "web-0")))


def asked(source: View, name: str, pod_: str | None = None, **options: Any) -> list[str]:
    return [s.query for s in resolve(source, name, from_pod=pod_, **options).steps]


@pytest.mark.parametrize(
    ("name", "queries", "found"),
    [
        ("nginx", [f"nginx.default.{ZONE}"], True),
        ("web-0.nginx", [FULL], True),
        ("nginx.default", [f"nginx.default.default.{ZONE}", f"nginx.default.{ZONE}"], True),
        ("web-0.nginx.default.svc", [f"web-0.nginx.default.svc.{s}" for s in SEARCH], True),
        (
            f"nginx.default.{ZONE}",
            [*(f"nginx.default.{ZONE}.{s}" for s in SEARCH), f"nginx.default.{ZONE}"],
            True,
        ),
        (FULL, [FULL], True),
        (f"{FULL}.", [FULL], True),
        ("web-0", [*(f"web-0.{s}" for s in SEARCH), "web-0"], False),
        ("example.com", [*(f"example.com.{s}" for s in SEARCH), "example.com"], True),
    ],
)
def test_the_worked_table_n40(name: str, queries: list[str], found: bool) -> None:
    resolution = resolve(view(*NETWORK), name)
    assert [s.query for s in resolution.steps] == [f"{q}." for q in queries]
    assert [s.rcode for s in resolution.steps[:-1]] == ["NXDOMAIN"] * (len(queries) - 1)
    assert resolution.rcode == ("NOERROR" if found else "NXDOMAIN")
    assert bool(resolution.answers) is found


def test_a_pod_searches_its_own_namespace_n40() -> None:
    elsewhere = pod("client", "10.244.2.9", subdomain=None)
    elsewhere = type(elsewhere).from_dict(
        elsewhere.to_dict() | {"metadata": {"name": "client", "namespace": "other", "uid": "u"}}
    )
    source = view(*NETWORK, elsewhere)
    assert resolve(source, "web-0.nginx", from_pod="other/client").rcode == "NXDOMAIN"
    found = resolve(source, "web-0.nginx.default", from_pod="other/client")
    assert (len(found.steps), found.answers) == (2, ("10.244.1.6",))


def test_full_name_first_where_it_has_ndots_dots_n38() -> None:
    name = f"web-9.nginx.default.{ZONE}"
    assert asked(view(*NETWORK), name) == [f"{name}.", *(f"{name}.{s}." for s in SEARCH)]
    assert resolve(view(*NETWORK), name).rcode == "NXDOMAIN"


def test_no_data_goes_on_and_is_reported_n38() -> None:
    resolution = resolve(view(*NETWORK), "nginx", "AAAA")
    assert [s.rcode for s in resolution.steps] == ["NODATA"] + ["NXDOMAIN"] * 3
    assert resolution.rcode == "NODATA"
    assert "the next is tried" in resolution.steps[0].why


def test_where_the_full_name_came_first_its_failure_is_reported_n38() -> None:
    source = dns_pod("ClusterFirst", options=[{"name": "ndots", "value": "1"}])
    resolution = resolve(source, "nginx.default", "AAAA", from_pod="client")
    assert [s.rcode for s in resolution.steps] == ["NXDOMAIN", "NXDOMAIN", "NODATA", "NXDOMAIN"]
    assert resolution.rcode == "NXDOMAIN"


def test_each_step_says_why_n38() -> None:
    steps = resolve(view(*NETWORK), "nginx.default").steps
    assert steps[0].why == (
        "1 dot, fewer than ndots 5: the search list first. "
        "With default.svc.cluster.local; no such name, so the next is tried"
    )
    assert steps[1].why == (
        "with the search domain svc.cluster.local; it has data, so the resolver stops"
    )
    assert "final dot" in resolve(view(*NETWORK), "nginx.").steps[0].why


def dns_pod(policy: str, **config: Any) -> View:
    return view(*NETWORK, pod("client", "10.244.2.9", dnsPolicy=policy, dnsConfig=config or None))


def test_default_asks_the_nodes_server_n37() -> None:
    steps = resolve(dns_pod("Default"), FULL, from_pod="client").steps
    assert [(s.query, s.answered_by, s.rcode) for s in steps] == [
        (f"{FULL}.", "the node's DNS server", "NXDOMAIN")
    ]


def test_default_asks_further_servers_only_if_the_first_is_silent_n37() -> None:
    source = dns_pod("Default", nameservers=["10.96.0.10"])
    assert resolve(source, FULL, from_pod="client").rcode == "NXDOMAIN"


def test_none_takes_dns_config_alone_n37() -> None:
    source = dns_pod("None", nameservers=["10.96.0.10"], searches=[f"nginx.default.{ZONE}"])
    found = resolve(source, "web-0", from_pod="client")
    assert [(s.query, s.answered_by) for s in found.steps] == [(f"{FULL}.", "CoreDNS")]
    assert asked(source, "a.b", "client")[0] == "a.b."  # ndots is 1
    other = dns_pod("None", nameservers=["192.0.2.53", "10.96.0.10"])
    assert resolve(other, FULL, from_pod="client").steps[0].answered_by == "192.0.2.53"


def test_dns_config_adds_to_cluster_first_n37() -> None:
    options = [{"name": "ndots", "value": "2"}]
    source = dns_pod("ClusterFirst", searches=["example.org", "cluster.local"], options=options)
    assert asked(source, "web-0.nginx.default", "client")[0] == "web-0.nginx.default."
    assert asked(source, "x", "client") == [*(f"x.{s}." for s in SEARCH), "x.example.org.", "x."]


@pytest.mark.parametrize(("value", "first"), [("99", "search"), ("0", "as is"), ("x", "as is")])
def test_ndots_as_glibc_reads_it_n37(value: str, first: str) -> None:
    name = ".".join("abcdefghijklmno")  # 14 dots; glibc's ndots is at most 15
    source = dns_pod("ClusterFirst", options=[{"name": "ndots", "value": value}])
    assert (asked(source, name, "client")[0] == f"{name}.") is (first == "as is")
    many = f"{name}.p"
    assert asked(source, many, "client")[0] == f"{many}."


def test_at_most_32_search_domains_n37() -> None:
    source = dns_pod("ClusterFirst", searches=[f"d{i}.example" for i in range(40)])
    assert len(asked(source, "x", "client")) == 33


@pytest.mark.parametrize("name", ["web-0", FULL, "WEB-0"])
def test_a_pod_knows_its_own_names_n35(name: str) -> None:
    source = view(service(), slice_("nginx"), pod())
    found = resolve(source, name, from_pod="web-0")
    why = "the kubelet wrote this name into the Pod's /etc/hosts (N35)"
    told = Step(1, name, "A", "/etc/hosts", "NOERROR", ("10.244.1.6",), None, why)
    assert (found.steps, found.rcode, found.message) == ((told,), "NOERROR", None)
    assert resolve(source, "web-0.nginx", from_pod="web-0").rcode == "NXDOMAIN"


def test_own_name_without_subdomain_n35() -> None:
    source = view(service(), pod(subdomain=None))
    assert resolve(source, FULL, from_pod="web-0").steps[0].answered_by == "CoreDNS"
    assert resolve(source, "localhost", from_pod="web-0").answers == ("127.0.0.1",)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (pod(ip=None, phase="Pending", nodeName=None), "pod web-0 does not have a host assigned"),
        (pod(phase="Pending"), 'container not found ("nginx")'),
        (pod(phase="Failed"), "in a completed pod; current phase is Failed"),
    ],
)
def test_a_pod_that_does_not_run_cannot_ask(made: Any, text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        resolve(view(made), "nginx", from_pod="web-0")
    assert text in str(refused.value)


def test_a_pod_out_of_reach_or_missing_cannot_ask() -> None:
    source = view(pod(), facts={("down", "node-1"): 0.0})
    with pytest.raises(BadRequest, match="node node-1 does not answer"):
        resolve(source, "nginx", from_pod="web-0")
    with pytest.raises(NotFound, match='pods "nope" not found'):
        resolve(source, "nginx", from_pod="default/nope")


# -- a client that keeps answers ------------------------------------------------------------------


def kept(name: str, **network: Any) -> tuple[Any, Any]:
    before = state(*network.get("objects", NETWORK))
    return before, resolve(View(before), name, cached=True)


def test_what_a_client_keeps_n32() -> None:
    _, found = kept("web-0.nginx")
    ((key, (until, wire)),) = found.facts.items()
    assert key == ("dns", "a client", f"{FULL}.", "A")
    assert until == 30.0
    assert dns.message.from_wire(wire).answer[0][0].to_text() == "10.244.1.6"
    assert resolve(view(*NETWORK), "web-0.nginx").facts == {}


def test_what_is_kept_can_be_replayed_n32() -> None:
    many = [endpoint(f"10.244.1.{i}", f"web-{i}") for i in range(2, 10)]
    runs = [kept("nginx", objects=(service(), slice_("nginx", *many)))[1] for _ in range(5)]
    assert all(run.facts == runs[0].facts for run in runs)
    ((_, wire),) = runs[0].facts.values()
    addresses = tuple(rdata.to_text() for rdata in dns.message.from_wire(wire).answer[0])
    assert addresses == runs[0].answers


@pytest.mark.parametrize(("time", "source"), [(29.5, "cache"), (30.0, "CoreDNS")])
def test_a_kept_answer_is_stale_until_its_ttl_g14(time: float, source: str) -> None:
    before, first = kept("web-0.nginx")
    changed = slice_("nginx", endpoint("10.244.1.9", "web-0"))
    after = replace(before.put(key_of(changed), changed), time=time)
    for key, value in first.facts.items():
        after = after.remember(key, value)
    second = resolve(View(after), "web-0.nginx", cached=True)
    assert second.steps[0].answered_by == source
    assert second.answers == (("10.244.1.6",) if source == "cache" else ("10.244.1.9",))
    assert resolve(View(after), "web-0.nginx").answers == ("10.244.1.9",)


def test_a_kept_nxdomain_hides_a_new_pod_n32_g14() -> None:
    before, first = kept("web-0.nginx", objects=(service(), slice_("nginx")))
    assert len(first.facts) == 3  # the search list; upstream's NXDOMAIN has no TTL
    after = before.put(key_of(NETWORK[1]), NETWORK[1])
    for key, value in first.facts.items():
        after = after.remember(key, value)
    assert resolve(View(after), "web-0.nginx", cached=True).rcode == "NXDOMAIN"
    assert resolve(View(replace(after, time=30.0)), "web-0.nginx", cached=True).answers


def test_a_kept_answer_gets_older() -> None:
    before, first = kept("nginx")
    after = replace(before, time=12.0)
    for key, value in first.facts.items():
        after = after.remember(key, value)
    assert resolve(View(after), "nginx", cached=True).steps[0].ttl == 18


def test_clients_do_not_share_what_they_keep() -> None:
    _, first = kept("nginx")
    source = view(*NETWORK, pod("client", "10.244.2.9"), facts=first.facts)
    found = resolve(source, "nginx", from_pod="client", cached=True)
    assert found.steps[0].answered_by == "CoreDNS"


def test_the_type_is_read_in_any_case() -> None:
    found = resolve(view(*NETWORK), "_web._tcp.nginx", "srv")
    assert (found.type, found.answers) == ("SRV", (f"0 100 80 {FULL}.",))


def test_the_files_that_the_kubelet_writes_n35(cluster: Cluster) -> None:
    assert cluster.read_file("web-1", "/etc/hostname") == "web-1\n"
    hosts = cluster.read_file("web-1", "/etc/hosts") or ""
    address = cluster.get("pod", "web-1").status.podIP
    assert hosts.splitlines()[-1] == f"{address}\tweb-1.nginx.default.{ZONE}\tweb-1"
    assert "127.0.0.1\tlocalhost" in hosts
    assert cluster.read_file("web-1", "/etc/resolv.conf") == (  # N37
        "nameserver 10.96.0.10\n"
        "search default.svc.cluster.local svc.cluster.local cluster.local\n"
        "options ndots:5\n"
    )
    assert cluster.read_file("web-1", "/etc/passwd") is None


@pytest.mark.parametrize("path", ["/etc/hosts", "/etc//hosts", "/etc/hostname", "/etc/resolv.conf"])
def test_the_files_that_the_kubelet_writes_cannot_be_changed_n35(
    cluster: Cluster, path: str
) -> None:
    """No look-up reads what stands in them, so a change that had no effect would be a lie."""
    before, version = cluster.read_file("web-1", path), cluster.version
    with pytest.raises(BadRequest, match="made by the kubelet"):
        cluster.write_file("web-1", path, "10.0.0.1\tweb-9\n")
    assert before is not None
    assert (cluster.read_file("web-1", path), cluster.version) == (before, version)
