"""An account of look-ups and requests, word for word: `python -m tests.network.account` writes it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from statefulkit import Cluster
from statefulkit.network import zone
from tests.conftest import MANIFESTS

FILE = Path(__file__).with_name("account.txt")


def service(name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def cluster() -> Cluster:
    found = Cluster(seed=3)
    for name in ("nginx", "mysql", "quorum"):
        found.apply(MANIFESTS / f"{name}.yaml")
    port = {"name": "web", "port": 80}
    both = [
        port,
        {"name": "metrics", "port": 9100},
        {"name": "named", "port": 81, "targetPort": "web"},
    ]
    nginx = {"app": "nginx"}
    found.apply(
        [
            service("front", selector=nginx, ports=both),
            service("pinned", selector=nginx, ports=[port], sessionAffinity="ClientIP"),
            service("plain", selector=nginx, clusterIP="None", ports=[{"port": 80}]),
            service("portless", selector=nginx, clusterIP="None"),
            service("nobody", selector={"app": "none"}, ports=[port]),
            service("outside", type="ExternalName", externalName="example.com"),
            service("alias", type="ExternalName", externalName="nginx.default.svc.cluster.local"),
        ]
    )
    found.settle()
    found.make_unready("web-2")
    found.settle()
    return found


LOOK_UPS = [
    ("nginx", "A"), ("web-0.nginx", "A"), ("nginx.default", "A"), ("web-2.nginx", "A"), ("front", "A"),
    ("nginx", "AAAA"), ("nginx", "SRV"), ("_web._tcp.nginx", "SRV"), ("_metrics._tcp.front", "SRV"),
    ("plain", "SRV"), ("portless", "SRV"), ("portless", "A"), ("outside", "A"), ("outside", "CNAME"),
    ("outside", "SRV"), ("alias", "A"), ("alias", "TXT"), ("example.com", "A"), ("example.com", "AAAA"),
    ("example.org", "A"), ("svc.cluster.local", "A"), ("default.svc.cluster.local.", "A"),
    ("nope.svc.cluster.local.", "A"), ("10-244-1-2.default.pod", "A"), ("dns-version.cluster.local.", "TXT"),
    ("a.b.c.d.e.f", "A"), ("cluster.local.", "SOA"), ("web-0", "A"), ("x.y.z.nginx", "A"), ("nobody", "A"),
    ("1-1-1-300.default.pod", "A"), ("NGINX.Default.SVC.cluster.local.", "A"),
]  # fmt: skip
REQUESTS = [
    ("http://nginx/", None), ("http://web-0.nginx/", None), ("http://front/", None),
    ("http://front:81/", None), ("http://front:9100/", None), ("http://front:1/", None),
    ("http://nobody/", None), ("http://nope/", None), ("http://web-0.nginx:8080/", None),
    ("http://10.244.9.9/", None), ("http://localhost/", "web-0"), ("http://web-1.nginx/x%20y", "web-0"),
    ("mysql://mysql-0.mysql/", None), ("http://mysql-0.mysql:3306/", None), ("mysql://nope/", None),
    ("mysql://front/", None), ("mysql://nobody:80/", None), ("mysql://10.244.9.9/", None),
    ("mysql://front:80/", None), ("http://quorum-1.quorum:2379/members", "web-1"), ("pinned", "web-0"),
]  # fmt: skip


def lines() -> Iterator[str]:
    """The account: each look-up with both libraries, each request with its way, all records."""
    found = cluster()
    for libc in ("glibc", "musl"):
        for name, type_ in LOOK_UPS:
            past = found.at(version=found.version)
            answer = past.resolve(name, type_, libc=libc)  # type: ignore[arg-type]
            yield f"{libc} {answer}: {answer.rcode}"
            for s in answer.steps:
                yield f"    {s.number} {s.query} {s.answered_by} {s.rcode} {s.answers} {s.ttl} {s.why}"
    web = found.get("pod", "web-0").status.podIP
    for address in (web, found.get("svc", "front").spec.clusterIP, "10.99.9.9"):
        yield f"{found.resolve(zone.reverse(address), 'PTR')}"
    for url, pod in REQUESTS:
        response = found.request(url, pod)
        yield f"{url} from {pod}: {response}"
        yield from (f"    {step}" for step in response.steps)
    yield f"{found.request('pinned', 'web-0').pod} is kept: {found.request('pinned', 'web-0').facts}"
    node = found.get("pod", "web-1").spec.nodeName
    found.fail_node(node)
    response = found.request("http://web-1.nginx/")
    yield from (f"{response}", *(f"    {step}" for step in response.steps))
    for record in zone.records(found.view):
        yield f"{record}"


def main() -> None:
    FILE.write_text("\n".join(lines()) + "\n")


if __name__ == "__main__":
    main()
