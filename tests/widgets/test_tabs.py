"""The panels below the lab's picture: YAML, timeline, DNS tracer, requests."""

from __future__ import annotations

from statefulkit import Cluster
from statefulkit.widgets import StatefulLab
from tests.conftest import MANIFESTS
from tests.widgets.hands import pod, press, texts


def test_the_tracer_asks_for_a_name_that_the_set_has(cluster: Cluster) -> None:
    cluster.apply(MANIFESTS / "mysql.yaml")
    cluster.settle()
    assert StatefulLab(cluster, "mysql").tabs["DNS tracer"].name.value == "mysql-0.mysql"


def test_edited_yaml_is_applied_or_refused_in_place(lab: StatefulLab) -> None:
    lab.open_tab("Edit YAML")
    editor = lab.tabs["Edit YAML"]
    editor.text.value = editor.text.value.replace("replicas: 3", "replicas: 5")
    editor.apply.click()
    assert lab.cluster.get("sts", "web").spec.replicas == 5
    assert "kubectl apply -f -" in texts(lab.actions)
    assert lab.actions.fields["replicas"].value == 5
    editor.text.value = editor.text.value.replace("serviceName: nginx", "serviceName: other")
    editor.apply.click()
    assert "updates to statefulset spec for fields other than" in texts(editor)


def test_yaml_without_edits_follows_its_object_and_edits_stay(lab: StatefulLab) -> None:
    lab.open_tab("Edit YAML")
    text = lab.tabs["Edit YAML"].text
    press(lab, "+")
    assert "replicas: 4" in text.value
    text.value = edited = text.value.replace("nginx:1.27", "nginx:1.28")
    press(lab, "+")
    assert text.value == edited
    lab.tabs["Edit YAML"].load.click()
    assert "replicas: 5" in text.value
    press(lab, "Delete set")
    assert "replicas: 5" in text.value  # to make it again


def test_the_timeline_leads_to_a_moment(lab: StatefulLab) -> None:
    chart = lab.tabs["Timeline"]
    chart._chosen("", 0.5)
    assert lab.clock.version is not None
    assert abs(lab.clock.view.time - chart._data.time_at(0.5)) < 2.6
    chart._chosen("13", None)
    assert lab.clock.version == 13


def test_where_history_is_limited_the_timeline_begins_at_its_oldest_moment(manifest: str) -> None:
    cluster = Cluster(history_limit=50)
    cluster.apply(manifest)
    cluster.settle()
    lab = StatefulLab(cluster)
    oldest = cluster.view.state.history.oldest
    lab.tabs["Timeline"]._chosen("", 0.0)
    assert 0 < oldest == lab.clock.view.version


def test_a_moment_that_history_drops_gives_way_to_the_oldest(manifest: str) -> None:
    cluster = Cluster(history_limit=50)
    cluster.apply(manifest)
    lab = StatefulLab(cluster)
    lab.clock.scrubber.value = 0
    cluster.settle()  # in another cell
    lab.select(pod("web-0"))
    oldest = cluster.view.state.history.oldest
    assert lab.clock.view.version == oldest
    assert "was, now is" in lab.clock.scrubber.words
    lab.fork.click()
    assert [fork.cluster.version for fork in lab.forks] == [oldest]


def test_a_slider_that_was_dragged_beyond_the_moments_goes_to_the_last(lab: StatefulLab) -> None:
    lab.clock.scrubber.value = lab.clock.scrubber.last + 5
    assert lab.clock.version is None
    assert lab.clock.scrubber.value == lab.clock.scrubber.last


def test_a_client_that_keeps_answers_shows_in_the_picture_n32(lab: StatefulLab) -> None:
    lab.open_tab("DNS tracer")
    tracer = lab.tabs["DNS tracer"]
    tracer.name.value, tracer.keeps.value = "web-1.nginx", True
    tracer.ask.click()
    lab.select(pod("web-1"))
    press(lab, "Kill")
    lab.clock.settle.click()
    assert "Pod web-1, Running" in texts(lab.picture)
    assert "STALE in a cache" in texts(lab.picture)
    old = tracer.found.answers
    tracer.ask.click()
    assert tracer.found.answers == old
    assert "cache" in texts(tracer)
    assert "nobody has it" in texts(tracer)


def test_asking_in_the_past_leaves_no_trace(lab: StatefulLab) -> None:
    lab.open_tab("DNS tracer")
    tracer = lab.tabs["DNS tracer"]
    version = lab.cluster.version
    lab.clock.go(20)
    tracer.name.value = "web-0.nginx"
    tracer.ask.click()
    assert tracer.found.rcode == "NXDOMAIN"
    assert lab.cluster.version == version
    lab.open_tab("Requests")
    assert lab.tabs["Requests"].submit.disabled


def test_requests_are_spread_by_a_service_and_not_by_a_headless_name_n7(lab: StatefulLab) -> None:
    ports = [{"name": "web", "port": 80}]
    spec = {"selector": {"app": "nginx"}, "ports": ports}
    meta = {"name": "front"}
    lab.cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})
    lab.cluster.settle()
    for name in ("web-0", "web-1", "web-2"):
        lab.cluster.write_file(name, "/usr/share/nginx/html/index.html", name)
    lab.open_tab("Requests")
    requests = lab.tabs["Requests"]
    assert (requests.first.value, requests.second.value) == ("http://front/", "http://nginx/")
    requests.submit.click()
    assert set(requests.counts["http://front/"]) == {"web-0", "web-1", "web-2"}
    assert sum(requests.counts["http://nginx/"].values()) == 20
