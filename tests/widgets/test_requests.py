"""The panel of requests: which URLs it offers, and what it says of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from statefulkit import Cluster
from statefulkit.widgets import Requests, StatefulLab
from tests.conftest import MANIFESTS


def test_requests_go_where_they_are_told_to(cluster: Cluster) -> None:
    panel = Requests(cluster, "http://web-1.nginx/")
    panel.submit.click()
    assert panel.counts == {"http://web-1.nginx/": {"web-1": 20}}
    assert panel.second.value == ""


def test_requests_that_nobody_answers_say_why(cluster: Cluster) -> None:
    panel = Requests(cluster, "http://web-9.nginx/")
    panel.submit.click()
    assert panel.counts == {"http://web-9.nginx/": {"no answer": 20}}
    assert panel.static().count("Could not resolve host: web-9.nginx") == 1


def test_requests_are_offered_in_what_the_port_speaks() -> None:
    cluster = Cluster()
    cluster.apply(MANIFESTS / "mysql.yaml")
    cluster.settle()
    panel = Requests(cluster)
    assert (panel.first.value, panel.second.value) == ("mysql://mysql-read/", "mysql://mysql/")
    panel.submit.click()
    assert set(panel.counts["mysql://mysql-read/"]) == {"mysql-0", "mysql-1", "mysql-2"}


@pytest.mark.parametrize(
    ("spec", "url"),
    [
        ({"ports": [{"port": 3306}]}, "mysql://db/"),
        ({"ports": [{"port": 80}]}, "http://db/"),
        ({"ports": [{"port": 8080, "targetPort": 80}]}, "http://db:8080/"),
        ({"ports": [{"port": 8080, "targetPort": 80}], "clusterIP": "None"}, "http://db/"),
        ({"ports": [{"port": 33, "targetPort": 3306}]}, "mysql://db:33/"),
        ({"clusterIP": "None"}, "http://db/"),
    ],
)
def test_an_offered_url_has_the_port_that_a_client_dials(spec: dict[str, Any], url: str) -> None:
    """A headless Service's name leads to the Pods, and so to the port of the program."""
    cluster = Cluster()
    made = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}}
    cluster.apply(made | {"spec": {"selector": {"app": "db"}} | spec})
    panel = Requests(cluster)
    assert {panel.first.value, panel.second.value} == {"", url}


def test_a_url_that_was_taken_away_does_not_come_back(cluster: Cluster) -> None:
    panel = Requests(cluster)
    assert panel.second.value == "http://nginx/"
    panel.second.value = ""
    panel.refresh()  # as each tick of Play does
    assert panel.second.value == ""
    panel.first.value = "http://web-0.nginx/"
    panel.submit.click()
    assert list(panel.counts) == ["http://web-0.nginx/"]


def test_in_another_namespace_its_own_services_are_asked(cluster: Cluster, manifest: str) -> None:
    cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    cluster.apply(manifest, "other")
    cluster.scale("sts", "web", 1, "other")
    cluster.settle()
    lab = StatefulLab(cluster, namespace="other")
    requests, tracer = lab.tabs["Requests"], lab.tabs["DNS tracer"]
    requests.submit.click()
    assert requests.counts == {"http://nginx.other/": {"web-0": 20}}
    tracer.ask.click()
    assert tracer.found.answers == (cluster.get("pod", "web-0", "other").status.podIP,)
