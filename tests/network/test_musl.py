"""Alpine's resolver, beside glibc's (N39)."""

from __future__ import annotations

import pytest

from statefulkit import Cluster

FULL = "web-0.nginx.default.svc.cluster.local"


def queries(cluster: Cluster, name: str, type: str = "A", libc: str = "musl") -> list[str]:
    found = cluster.resolve(name, type, libc=libc)  # type: ignore[arg-type]
    return [s.query.removesuffix(".") for s in found.steps]


def test_few_dots_search_then_absolute_n39(cluster: Cluster) -> None:
    assert queries(cluster, "web-0.nginx") == [FULL]
    assert queries(cluster, "example.com") == queries(cluster, "example.com", libc="glibc")
    assert queries(cluster, "example.com")[-1] == "example.com"


def test_many_dots_switch_the_search_list_off_n39(cluster: Cluster) -> None:
    assert queries(cluster, "a.b.c.d.e.f") == ["a.b.c.d.e.f"]
    assert len(queries(cluster, "a.b.c.d.e.f", libc="glibc")) == 4
    assert queries(cluster, f"{FULL}.") == [FULL]


def test_a_name_without_data_ends_the_search_n39(cluster: Cluster) -> None:
    found = cluster.resolve("nginx", "AAAA", libc="musl")
    assert (found.rcode, len(found.steps)) == ("NODATA", 1)
    assert found.steps[0].why.endswith("which ends musl's search")
    assert len(cluster.resolve("nginx", "AAAA").steps) == 4  # glibc goes on


def test_busybox_nslookup_n41(cluster: Cluster) -> None:
    ip = cluster.get("pod", "web-0").status.podIP
    assert cluster.nslookup("web-0.nginx") == (
        "Server:    10.96.0.10\n"
        "Address 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\n"
        f"Name:      web-0.nginx\nAddress 1: {ip} {FULL}\n"
    )
    assert cluster.nslookup("web-9.nginx").endswith("\n\nnslookup: can't resolve 'web-9.nginx'\n")


def test_bind_nslookup_names_the_aliases_n13_n41(cluster: Cluster) -> None:
    spec = {"type": "ExternalName", "externalName": FULL}
    meta = {"name": "ext"}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})
    ip = cluster.get("pod", "web-0").status.podIP
    alias = f"ext.default.svc.cluster.local\tcanonical name = {FULL}.\n"
    told = cluster.nslookup("ext", tool="bind").split("\n\n", 1)[1]
    assert told == f"{alias}Name:\t{FULL}\nAddress: {ip}\n\n"


def test_bind_nslookup_n41(cluster: Cluster) -> None:
    ip = cluster.get("pod", "web-0").status.podIP
    head = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n"
    found = f"Name:\t{FULL}\nAddress: {ip}\n\n"
    assert cluster.nslookup("web-0.nginx", tool="bind") == head + found
    failed = "** server can't find web-9.nginx: NXDOMAIN\n\n"
    assert cluster.nslookup("web-9.nginx", tool="bind") == head + failed
    assert cluster.nslookup("nginx", tool="bind").count("Name:") == 3
    with pytest.raises(ValueError, match="busybox or bind"):
        cluster.nslookup("nginx", tool="dig")
