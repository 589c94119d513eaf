"""Corners of names and connections that only a broken line shows (N7, N13, N14, N37, N38)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster
from statefulkit.apps import replication
from statefulkit.network import libc, zone
from statefulkit.network.proxy import request_of
from statefulkit.network.resolvconf import of_client
from tests.network import account


def pod(name: str, **spec: Any) -> dict[str, Any]:
    run = {"containers": [{"name": "nginx", "image": "nginx:1.27"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": run | spec}


def external(name: str, target: str) -> dict[str, Any]:
    spec = {"type": "ExternalName", "externalName": target}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def test_every_policy_gives_its_own_files_n37() -> None:
    cluster = Cluster()
    config = {"nameservers": ["192.0.2.1"], "searches": ["example.org.", "example.net"]}
    options = [{"name": "ndots", "value": "2x"}, {"name": "timeout", "value": "3"}]
    cluster.apply(
        [
            pod("host-net", dnsPolicy="ClusterFirstWithHostNet"),
            pod("default", dnsPolicy="Default"),
            pod("none", dnsPolicy="None", dnsConfig=config | {"options": options}),
            pod("plain", dnsConfig={"options": [{"name": "ndots"}]}),
            pod("more", dnsConfig={"options": [options[1], {"name": "edns0"}]}),
        ]
    )
    cluster.settle()
    found = {n: of_client(cluster.view, n) for n in ("host-net", "default", "none", "plain")}
    assert found["host-net"].search[0] == "default.svc.cluster.local."
    assert found["host-net"].server == "10.96.0.10"
    assert (found["default"].search, found["default"].ndots) == ((), 1)
    assert found["none"].search == ("example.org.", "example.net.")
    assert (found["none"].server, found["none"].ndots) == ("192.0.2.1", 2)
    assert found["plain"].ndots == 0
    uid = cluster.get("pod", "plain").metadata.uid
    assert found["plain"].client == f"default/{uid}"
    assert of_client(cluster.view, None).client == "a client"
    assert cluster.read_file("default", "/etc/resolv.conf") is None  # the node's own
    assert (cluster.read_file("none", "/etc/resolv.conf") or "").splitlines() == [
        "nameserver 192.0.2.1", "search example.org example.net", "options ndots:2x timeout:3",
    ]  # fmt: skip
    assert of_client(cluster.view, "more").ndots == 5  # what it adds leaves the rest
    more = cluster.read_file("more", "/etc/resolv.conf") or ""
    assert more.splitlines()[-1] == "options ndots:5 timeout:3 edns0"


@pytest.mark.parametrize(
    ("rcodes", "first", "kind", "result"),
    [
        (["NODATA", "NOERROR"], False, "glibc", "NOERROR"),
        (["NODATA", "NXDOMAIN"], False, "glibc", "NODATA"),
        (["NXDOMAIN", "NODATA"], True, "glibc", "NXDOMAIN"),
        (["NODATA", "NXDOMAIN", "NXDOMAIN"], True, "glibc", "NODATA"),
        (["NODATA", "NXDOMAIN"], False, "musl", "NXDOMAIN"),
    ],
)
def test_what_a_look_up_reports_n38_n39(
    rcodes: list[str], first: bool, kind: libc.Libc, result: str
) -> None:
    assert libc.outcome(rcodes, first, kind) == result


def test_an_external_name_that_is_an_address_leads_nowhere_n13() -> None:
    cluster = Cluster()
    cluster.apply([external("number", "192.0.2.7"), external("dotted", "example.com.")])
    assert cluster.resolve("number").rcode == "NXDOMAIN"
    assert cluster.resolve("dotted").answers == ("93.184.215.14",)


def test_pods_ask_in_their_own_namespace_n38() -> None:
    cluster = Cluster()
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    spec = {"selector": {"app": "x"}, "ports": [{"port": 80}]}
    meta = {"name": "web", "namespace": "other"}
    labelled = pod("p")
    labelled["metadata"] |= {"namespace": "other", "labels": {"app": "x"}}
    cluster.apply(
        [{"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}, labelled]
    )
    cluster.settle()
    here = cluster.get("pod", "p", namespace="other")
    assert request_of(cluster.view, "http://web/", here).status == 200
    assert cluster.request("http://web/").error == "curl: (6) Could not resolve host: web"
    gone = type(here).from_dict(
        here.to_dict() | {"metadata": here.metadata.to_dict() | {"uid": "x"}}
    )
    assert request_of(cluster.view, "http://web.other/", gone).status == 200
    assert request_of(cluster.view, "http://web/", gone).status is None


def test_what_a_slice_publishes_is_worked_out_once_for_each_version() -> None:
    found = account.cluster()
    once, again = (zone.published(found.view, found.get("svc", "nginx")) for _ in range(2))
    assert [id(p) for p in once] == [id(p) for p in again]
    found.make_unready("web-0")
    found.settle()
    after = zone.published(found.view, found.get("svc", "nginx"))
    assert "web-0.nginx.default.svc.cluster.local." in once[0].named
    assert "web-0.nginx.default.svc.cluster.local." not in after[0].named


def test_a_look_up_wakes_no_replica_and_a_request_does_t43() -> None:
    found = account.cluster()
    for ask, wakes in ((found.resolve, False), (found.request, True)):
        ask("http://nginx/" if wakes else "nginx")
        record = found.view.state.history[found.version]
        assert bool(list(replication.WATCHES["Service"](found.view, record))) is wakes
