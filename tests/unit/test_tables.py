"""Tables of Deployments, ReplicaSets and Services, with kubectl's columns (K2)."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster, tables
from tests.unit.test_deployment import deployment


def test_deployments_and_replicasets_k2() -> None:
    cluster = Cluster(seed=3)
    expressions = [
        {"key": "app", "operator": "In", "values": ["web", "app"]},
        {"key": "old", "operator": "DoesNotExist"},
    ]
    selector = {"matchLabels": {"app": "web"}, "matchExpressions": expressions}
    cluster.apply(deployment(selector=selector))
    cluster.settle()
    cluster.set_image("deploy", "web", "nginx:broken")
    cluster.run(20)
    shown = "app=web,app in (app,web),!old"
    assert tables.deployments(cluster).values.tolist() == [
        ["web", "3/3", 1, 3, "22s", "nginx", "nginx:broken", shown]
    ]
    sets = tables.replicasets(cluster).set_index("IMAGES")
    assert sets[["DESIRED", "CURRENT", "READY"]].to_dict("index") == {
        "nginx:1.27": {"DESIRED": 3, "CURRENT": 3, "READY": 3},
        "nginx:broken": {"DESIRED": 1, "CURRENT": 1, "READY": 0},
    }
    for name, labels in zip(sets.NAME, sets.SELECTOR, strict=True):
        assert (
            labels == f"app=web,pod-template-hash={name.removeprefix('web-')},app in (app,web),!old"
        )


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ({}, "<none>"),
        ({"externalIPs": ["192.0.2.1", "192.0.2.2"]}, "192.0.2.1,192.0.2.2"),
        ({"type": "LoadBalancer"}, "<pending>"),
        ({"type": "LoadBalancer", "externalIPs": ["192.0.2.1"]}, "192.0.2.1"),
        ({"type": "ExternalName", "externalName": "example.org"}, "example.org"),
    ],
)
def test_where_a_service_is_reached_from_outside_k2(spec: dict[str, Any], shown: str) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    cluster = Cluster()
    cluster.apply(service | {"spec": {"ports": [{"port": 80}]} | spec})
    assert tables.services(cluster).set_index("NAME")["EXTERNAL-IP"]["web"] == shown
