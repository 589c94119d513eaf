"""The lab without a browser: what its buttons do and what it shows."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest
from ipywidgets.widgets import widget as registry

from statefulkit import Cluster, tables
from statefulkit.store import Key
from statefulkit.widgets import DnsTracer, StatefulLab
from tests.conftest import MANIFESTS
from tests.widgets.hands import pod, press, texts

HOSTILE = '<script>alert("x")</script>'
WEB = Key("StatefulSet", "default", "web")


def test_scale_kill_image_and_their_commands(lab: StatefulLab) -> None:
    press(lab, "+")
    assert lab.cluster.get("sts", "web").spec.replicas == 4
    assert "kubectl scale sts web --replicas=4" in texts(lab)
    assert lab.actions.fields["replicas"].value == 4
    lab.clock.settle.click()
    lab.select(pod("web-2"))
    press(lab, "Kill")
    assert lab.cluster.get("pod", "web-2").metadata.deletionTimestamp is not None
    assert "kubectl delete pod web-2" in texts(lab)
    lab.select(WEB)
    lab.actions.fields["image"].value = "nginx:1.28"
    press(lab, "Set image")
    assert "kubectl set image sts/web nginx=nginx:1.28" in texts(lab)


def test_the_fields_follow_what_other_cells_do(lab: StatefulLab) -> None:
    lab.cluster.scale("sts", "web", 5)
    change = {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 150}}}
    lab.cluster.patch("sts", "web", {"spec": change})
    lab.refresh()
    assert lab.actions.fields["replicas"].value == 5
    assert lab.actions.fields["partition"].value == 150


def test_a_refusal_is_shown_in_place_and_goes_again(lab: StatefulLab) -> None:
    lab.cluster.scale("sts", "web", 0)
    press(lab, "−")
    assert "must be greater than or equal to 0" in texts(lab.actions)
    press(lab, "+")
    assert "must be greater" not in texts(lab.actions)


def test_a_press_that_comes_too_late_does_nothing(lab: StatefulLab) -> None:
    """The browser shows the buttons of what was chosen before until the kernel has answered."""
    lab.select(pod("web-1"))
    before = lab.cluster.version
    for name in ("Delete set", "+", "Bad image", "Drain node", "Delete"):
        press(lab, name)
    lab.clock.go(1)
    press(lab, "Kill")
    assert lab.cluster.version == before
    lab.clock.live.click()
    press(lab, "Kill")
    assert "Pod web-1, Terminating" in texts(lab.picture)


def test_step_is_one_decision(lab: StatefulLab) -> None:
    press(lab, "+")
    before = lab.cluster.version
    lab.clock.step.click()
    assert len(tables.decisions(lab.cluster, since=before)) == 1


def test_the_picture_comes_right_under_step(lab: StatefulLab) -> None:
    time, picture, actions, _ = lab._bench.children
    assert lab.clock in time.children
    assert lab.picture in picture.children
    assert lab.actions in actions.children


def test_the_clock_says_when_nothing_is_left_to_do(lab: StatefulLab) -> None:
    assert "nothing left to do" in lab.clock.scrubber.words
    press(lab, "+")
    assert "nothing left to do" not in lab.clock.scrubber.words
    lab.clock.settle.click()
    assert "nothing left to do" in lab.clock.scrubber.words
    lab.clock.go(1)
    assert "nothing left to do" not in lab.clock.scrubber.words


def test_panels_are_filled_when_their_tab_is_chosen(lab: StatefulLab) -> None:
    lab.open_tab("Events")
    before = texts(lab.tabs["Pods"])
    lab.select(pod("web-1"))
    press(lab, "Kill")
    assert texts(lab.tabs["Pods"]) == before
    lab.open_tab("Pods")
    assert "Terminating" in texts(lab.tabs["Pods"])


def test_the_past_is_shown_everywhere_and_cannot_be_changed(lab: StatefulLab) -> None:
    lab.open_tab("Pods")
    lab.select(pod("web-1"))
    press(lab, "Kill")
    lab.clock.settle.click()
    killed = next(r.version for r in lab.cluster.view.records() if r.reason == "deletes pod/web-1")
    lab.clock.go(killed)
    assert "Pod web-1, Terminating" in texts(lab.picture)
    assert "Terminating" in texts(lab.tabs["Pods"])
    assert lab.actions.buttons["Kill"].disabled
    assert "This is the past" in texts(lab.actions)
    before = lab.cluster.version
    for time_passes in (lab.clock.step, lab.clock.play, lab.clock.settle):
        assert time_passes.disabled
        time_passes.click()
    assert (lab.cluster.version, lab.clock.version) == (before, killed)
    lab.clock.live.click()
    assert not lab.clock.step.disabled
    assert "Pod web-1, Running" in texts(lab.picture)
    assert not lab.actions.buttons["Kill"].disabled


def test_the_scrubber_reaches_every_moment(lab: StatefulLab) -> None:
    press(lab, "+")
    lab.clock.settle.click()
    seen = []
    for moment in range(lab.clock.scrubber.last + 1):
        lab.clock.scrubber.value = moment
        seen.append(lab.clock.view.version)
    assert seen == sorted(set(seen))
    assert seen[-1] == lab.clock.view.version
    assert lab.clock.scrubber.value == lab.clock.scrubber.last


def test_the_end_of_the_slider_is_the_present_whatever_came_last(manifest: str) -> None:
    cluster = Cluster(seed=1)
    cluster.apply(manifest)
    lab = StatefulLab(cluster)
    while not lab.cluster.at_rest:
        lab.clock.step.click()
        lab.clock.scrubber.value = 0
        assert lab.clock.version is not None
        lab.clock.scrubber.value = lab.clock.scrubber.last
        assert lab.clock.version is None  # an Event is no moment of the slider's


def test_in_the_past_only_the_one_change_is_marked(lab: StatefulLab) -> None:
    lab.select(pod("web-1"))
    press(lab, "Kill")
    killed = lab.cluster.version
    lab.clock.settle.click()
    lab.clock.go(killed)
    assert texts(lab.picture).count("★</text>") == 1


def test_a_fork_of_the_past_has_the_same_past_and_its_own_future(lab: StatefulLab) -> None:
    press(lab, "+")
    lab.clock.settle.click()
    press(lab, "−")
    lab.clock.settle.click()
    moments = [r for r in lab.cluster.view.records() if r.reason.startswith("creates web-3")]
    lab.clock.go(moments[0].version)
    lab.fork.click()
    fork = lab.forks[0]
    assert fork.cluster.get("pod", "web-3").spec.nodeName is None
    assert fork in lab.children
    fork.clock.settle.click()
    assert fork.cluster.get("sts", "web").status.readyReplicas == 4
    assert lab.cluster.get("sts", "web").status.readyReplicas == 3


def test_every_moment_since_the_cluster_began_can_be_forked(lab: StatefulLab) -> None:
    lab.clock.scrubber.value = 0
    lab.fork.click()
    fork = lab.forks[0].cluster
    assert fork.version < 20
    assert fork.version == lab.clock.version
    fork.settle()
    assert fork.list("sts") == []
    assert len(fork.list("svc")) == 2


def test_a_fork_that_is_closed_is_gone(lab: StatefulLab) -> None:
    lab.fork.click()
    fork = lab.forks[0]
    fork.close()
    assert lab.forks == []
    assert fork not in lab.children


def test_closing_frees_every_widget(cluster: Cluster) -> None:
    before = set(registry._instances)
    lab = StatefulLab(cluster)
    for tab in lab.tabs:
        lab.open_tab(tab)
    lab.fork.click()
    lab.close()
    left = {type(registry._instances[i]).__name__ for i in set(registry._instances) - before}
    assert left == set()


def test_a_closed_lab_is_forgotten(cluster: Cluster) -> None:
    lab = StatefulLab(cluster)
    lab.open_tab("DNS tracer")
    known = weakref.ref(lab)
    lab.close()
    del lab
    gc.collect()
    assert known() is None


def test_a_repaint_sends_only_what_has_changed(lab: StatefulLab) -> None:
    sent: list[Any] = []
    lab.picture._picture.send = lambda content, **_: sent.append(content)
    lab.select(pod("web-1"))
    sent.clear()
    press(lab, "Kill")
    (told,) = sent
    assert told["order"] is None
    assert set(told["changed"]) == {
        "Pod/default/web-1",
        "line Service/default/nginx Pod/default/web-1",
    }
    assert "Terminating" in lab.picture._picture.pieces["Pod/default/web-1"]


def test_a_panel_stays_usable_when_another_is_closed(cluster: Cluster) -> None:
    first, second = StatefulLab(cluster), StatefulLab(cluster)
    first.close()
    press(second, "+")
    assert "3/4 ready" in texts(second.picture)


def test_hostile_text_stays_text(lab: StatefulLab) -> None:
    lab.actions.fields["image"].value = HOSTILE
    press(lab, "Set image")
    lab.cluster.patch("sts", "web", {"metadata": {"annotations": {"note": HOSTILE}}})
    lab.cluster.run(20)
    lab.cluster.write_file("web-0", "/x", HOSTILE)
    lab.refresh()
    lab.select(pod("web-0"))
    lab.actions.fields["path"].value = "/x"
    press(lab, "Read file")
    assert "&lt;script&gt;" in texts(lab.actions)
    lab.tabs["DNS tracer"].name.value = "web-0.nginx" + HOSTILE
    lab.tabs["DNS tracer"].ask.click()
    lab.tabs["Requests"].first.value = f"http://{HOSTILE}/"
    lab.tabs["Requests"].submit.click()
    lab.tabs["Edit YAML"].text.value = f"kind: {HOSTILE}"
    lab.tabs["Edit YAML"].apply.click()
    for tab in ("YAML", "Events", "Why"):
        lab.why._chosen(tab, None)
        for key in (WEB, pod("web-0"), pod("web-2")):
            lab.select(key)
            assert "<script" not in texts(lab)
    for tab in lab.tabs:
        lab.open_tab(tab)
        assert "<script" not in texts(lab)
    assert "<script" not in lab.static()


def test_the_tracer_asks_for_a_name_where_there_is_none(cluster: Cluster) -> None:
    tracer = DnsTracer(cluster, "")
    tracer.ask.click()
    assert "Write a name to ask for" in texts(tracer)


def test_a_set_that_is_gone_or_not_there_yet() -> None:
    lab = StatefulLab(Cluster())
    assert "There is no StatefulSet web at this moment." in texts(lab.why)
    press(lab, "+")
    assert "not found" in texts(lab.actions)


def test_without_a_set_the_lab_begins_with_a_pod() -> None:
    cluster = Cluster()
    cluster.apply(MANIFESTS / "blog.yaml")
    cluster.settle()
    lab = StatefulLab(cluster)
    assert lab.why.key.kind == "Pod"
    assert lab.tabs["DNS tracer"].name.value == "mysql"
    press(lab, "Kill")
    assert cluster.get("pod", lab.why.key.name).metadata.deletionTimestamp is not None


@pytest.fixture
def blog() -> StatefulLab:
    cluster = Cluster(seed=1)
    cluster.apply(MANIFESTS / "blog.yaml")
    cluster.settle()
    return StatefulLab(cluster, "none")


def test_a_deployment_and_its_replicaset_have_a_box_and_say_why_d1_d4(blog: StatefulLab) -> None:
    deployment = Key("Deployment", "default", "wordpress")
    boxes = {b.key for b in blog.picture.drawn.boxes}
    made = next(k for k in boxes if k.kind == "ReplicaSet" and k.name.startswith("wordpress"))
    assert deployment in boxes
    lines = {(line.start, line.end) for line in blog.picture.drawn.lines}
    assert (deployment, made) in lines
    assert sum(start == made for start, _ in lines) == 3
    blog.select(deployment)
    press(blog, "+")
    assert blog.cluster.get("deploy", "wordpress").spec.replicas == 4
    assert "kubectl scale deployment wordpress --replicas=4" in texts(blog.actions)
    assert f"{made.name} 3" in texts(blog.why)
    blog.clock.settle.click()
    assert f"{made.name} 4" in texts(blog.why)
    blog.select(made)
    assert "each new one has a new name" in texts(blog.why)


def test_a_replicaset_that_wants_nothing_more_leaves_the_picture_d8(blog: StatefulLab) -> None:
    before = {b.key for b in blog.picture.drawn.boxes if b.key.kind == "ReplicaSet"}
    blog.select(Key("Deployment", "default", "wordpress"))
    blog.actions.fields["image"].value = "wordpress:6.9"
    press(blog, "Set image")
    blog.clock.settle.click()
    after = {b.key for b in blog.picture.drawn.boxes if b.key.kind == "ReplicaSet"}
    assert len(before) == len(after) == 2
    assert len(before | after) == 3


def test_a_file_is_offered_on_the_pods_own_volume(lab: StatefulLab) -> None:
    lab.select(pod("web-0"))
    assert lab.actions.fields["path"].value == "/usr/share/nginx/html/index.html"
    cluster = Cluster()
    cluster.apply(MANIFESTS / "mysql.yaml")
    cluster.settle()
    mysql = StatefulLab(cluster, "mysql")
    mysql.select(pod("mysql-0"))
    assert mysql.actions.fields["path"].value == "/var/lib/mysql/hello.txt"


def test_two_labs_do_not_disturb_each_other(cluster: Cluster) -> None:
    first, second = StatefulLab(cluster), StatefulLab(cluster.fork())
    press(first, "+")
    assert second.cluster.get("sts", "web").spec.replicas == 3


def test_play_lets_time_pass_at_its_speed(lab: StatefulLab) -> None:
    async def two_ticks() -> None:
        lab.clock.speed.value = 50
        lab.clock.play.click()
        assert lab.clock.play.description == "Pause"
        while lab.cluster.time < start + 25:
            await asyncio.sleep(0)
        lab.clock.play.click()

    start = lab.cluster.time
    asyncio.run(two_ticks())
    assert lab.clock.play.description == "Play"
    assert (lab.cluster.time - start) % 12.5 == 0


def test_time_that_nobody_sees_stands(lab: StatefulLab) -> None:
    async def play_on() -> None:
        lab.clock.play.click()
        lab.clock.scrubber._handle_custom_msg({"unseen": True}, [])  # as the browser tells it

    asyncio.run(play_on())
    assert not lab.clock.player.playing
    assert lab.clock.play.description == "Play"


def test_the_static_form_has_picture_reasons_and_table(lab: StatefulLab) -> None:
    text = lab.static()
    assert text.startswith("<div>")
    for part in ("<svg", "there is nothing to do", "<table>", "web-2"):
        assert part in text
    assert "<button" not in text


def test_what_other_cells_do_does_not_turn_the_present_into_the_past(lab: StatefulLab) -> None:
    lab.cluster.resolve("nginx")
    lab.select(pod("web-0"))
    assert not lab.actions.buttons["Kill"].disabled
