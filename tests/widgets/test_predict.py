"""Predictions: the truth comes from a fork, and the answers from the learner."""

from __future__ import annotations

import ipywidgets as w
import pytest

from statefulkit import Cluster
from statefulkit.widgets import predict
from statefulkit.widgets import questions as q
from statefulkit.widgets.predict import LONGEST_WHY


def verdict(panel: object) -> str:
    return str(panel._verdict.markup)  # type: ignore[attr-defined]


def test_a_question_of_ones_own_takes_one_line(cluster: Cluster) -> None:
    version = cluster.version
    panel = predict(
        cluster,
        lambda c: c.scale("sts", "web", 1),
        q.ask("How many Pods?", lambda before, after: len(after.list("pod"))),
    )
    assert panel.truths() == {"How many Pods?": 1}
    panel.answers[0].value = "3"
    panel.check.click()
    assert "Look again: How many Pods? 1. You said: 3." in verdict(panel)
    assert "deletes web-2" in verdict(panel)  # and why
    panel.answers[0].value = "1"
    panel.check.click()
    assert "Right: How many Pods? 1." in verdict(panel)
    assert cluster.version == version


@pytest.mark.parametrize("said", ["five", "many", "-"])
def test_what_has_no_digits_is_asked_for_again_and_the_answer_kept(
    cluster: Cluster, said: str
) -> None:
    pods = q.ask("How many Pods?", lambda before, after: len(after.list("pod")))
    panel = predict(cluster, lambda c: c.scale("sts", "web", 5), pods)
    panel.answers[0].value = said
    panel.check.click()
    assert f"In digits, please: How many Pods? You said: {said}." in verdict(panel)
    assert "5" not in verdict(panel)
    assert "Why" not in verdict(panel)


def test_the_decisions_of_the_actor_asked_for_explain_the_answer(cluster: Cluster) -> None:
    def addresses(before: object, after: Cluster) -> int:
        return len(after.resolve("nginx").answers)

    asked = q.ask("How many addresses?", addresses, by="endpointslice-controller")
    panel = predict(cluster, lambda c: c.make_unready("web-1"), asked)
    panel.answers[0].value = "2 addresses"
    panel.check.click()
    assert "publishes 2 ready of 3 endpoints" in verdict(panel)
    assert "kube-dns" not in verdict(panel)
    panel = predict(
        cluster, lambda c: c.make_unready("web-1"), q.ask("Addresses?", addresses, by="nobody")
    )
    panel.answers[0].value = "3"
    panel.check.click()
    assert "Addresses? 2." in verdict(panel)
    assert "Why" not in verdict(panel)


def test_a_wait_is_told_while_it_lasts(cluster: Cluster) -> None:
    again = q.ask("Is there a web-1 again?", lambda before, after: len(after.list("pod")) == 3)
    panel = predict(cluster, lambda c: c.delete("pod", "web-1"), again)
    panel.answers[0].value = "yes"
    panel.check.click()
    assert "creates web-1: web-0 is Running and Ready" in verdict(panel)
    assert "waits" not in verdict(panel)  # for its end, and for web-1 to be Ready: both are over
    panel = predict(cluster, lambda c: c.set_image("sts", "web", "nginx:broken"), again)
    panel.answers[0].value = "yes"
    panel.check.click()
    assert "waits for web-2 to be Running and Ready before it goes on" in verdict(panel)


def test_many_reasons_are_folded(cluster: Cluster) -> None:
    asked = [q.next_pod("create"), q.claims_left()]
    panel = predict(cluster, lambda c: c.scale("sts", "web", 6), asked)
    for field in panel.answers:
        field.value = field.options[1] if isinstance(field, w.Dropdown) else "6"
    panel.check.click()
    shown, _, folded = verdict(panel).partition("<details>")
    assert shown.count("<li>") == LONGEST_WHY
    assert f"<summary>{folded.count('<li>')} more</summary>" in folded


def test_the_catalogue_s29_s33(cluster: Cluster) -> None:
    asked = [q.next_pod(), q.changed_ips(), q.resolves("nginx"), q.claims_left(), q.ready_pods()]
    panel = predict(cluster, lambda c: c.scale("sts", "web", 2), asked)
    assert list(panel.truths().values()) == [
        "web-2", frozenset(), frozenset({"web-0", "web-1"}), 3, 2,
    ]  # fmt: skip
    panel = predict(cluster, lambda c: c.delete("pod", "web-1"), [q.changed_ips()])
    assert list(panel.truths().values()) == [frozenset({"web-1"})]


def test_what_an_update_changes_s35_s61(cluster: Cluster) -> None:
    asked = [q.fewest_ready(), q.replaced(), q.runs("nginx:1.28")]
    change = {"spec": {"updateStrategy": {"rollingUpdate": {"partition": 1}}}}
    cluster.patch("sts", "web", change)
    panel = predict(cluster, lambda c: c.set_image("sts", "web", "nginx:1.28"), asked)
    new = frozenset({"web-1", "web-2"})
    assert list(panel.truths().values()) == [2, new, new]
    panel = predict(cluster, lambda c: c.scale("sts", "web", 1), asked)
    assert list(panel.truths().values()) == [1, frozenset(), frozenset()]
    panel = predict(cluster, lambda c: c.settle(), asked)
    assert list(panel.truths().values()) == [3, frozenset(), frozenset()]


def test_a_status_some_time_later_k5_p26(cluster: Cluster) -> None:
    asked = [q.status_after("web-1", 60), q.status_after("web-1", 360), q.status_after("web-7", 9)]
    panel = predict(cluster, lambda c: c.fail_node("node-2"), asked)
    assert list(panel.truths().values()) == ["Running", "Terminating", "no Pod"]
    panel.answers[0].value = "Running"
    panel.check.click()
    assert "Why" not in verdict(panel)  # what comes later would answer the next question
    panel.answers[1].value = "Running"
    panel.check.click()
    assert "deletes web-1: its node has had the taint" in verdict(panel)
    cluster.run(100)  # nothing happens; the seconds count from the end of it
    panel = predict(cluster, lambda c: c.delete("pod", "web-1"), q.status_after("web-1", 1))
    assert list(panel.truths().values()) == ["Terminating"]
    assert panel.answers[0].options[1:] == q.STATUSES


@pytest.mark.parametrize(("seconds", "told"), [(60, True), (400, False)])
def test_a_status_is_explained_by_who_waits_then_v16(
    cluster: Cluster, seconds: float, told: bool
) -> None:
    cluster.fail_node("node-2")
    cluster.run(400)
    asked = q.status_after("web-1", seconds)
    panel = predict(cluster, lambda c: c.delete("pod", "web-1", force=True), asked)
    panel.answers[0].value = "Pending"
    panel.check.click()
    assert ("waits until www-web-1 is attached" in verdict(panel)) is told


def test_the_reasons_of_several_questions_are_in_the_order_of_time_s35(cluster: Cluster) -> None:
    asked = [q.next_pod(), q.fewest_ready()]
    panel = predict(cluster, lambda c: c.set_image("sts", "web", "nginx:1.28"), asked)
    for field in panel.answers:
        field.value = field.options[1] if isinstance(field, w.Dropdown) else "1"
    panel.check.click()
    steps = ["deletes web-2", "creates web-2", "deletes web-1", "creates web-1", "deletes web-0"]
    found = [verdict(panel).index(step) for step in steps]
    assert found == sorted(found)


def test_the_reasons_are_about_what_was_asked_s62(cluster: Cluster) -> None:
    raised = {"spec": {"ordinals": {"start": 5}}}
    panel = predict(cluster, lambda c: c.patch("sts", "web", raised), q.next_pod())
    panel.answers[0].value = "web-0"
    panel.check.click()
    assert "deletes web-2, the highest ordinal beyond replicas" in verdict(panel)
    assert "creates" not in verdict(panel)
    panel = predict(cluster, lambda c: c.delete("pod", "web-1"), q.changed_ips())
    panel.answers[0].children[1].children[0].value = True
    panel.check.click()
    assert "gives web-1 the IP" in verdict(panel)


def test_the_truth_is_that_of_the_moment_of_the_question(cluster: Cluster) -> None:
    panel = predict(cluster, lambda c: c.delete("pod", "web-2"), q.ready_pods())
    cluster.scale("sts", "web", 2)
    cluster.settle()  # as when all cells are run before any is read
    assert list(panel.truths().values()) == [3]


def test_names_are_chosen_by_check_boxes(cluster: Cluster) -> None:
    panel = predict(cluster, lambda c: c.delete("pod", "web-1"), q.changed_ips())
    boxes = panel.answers[0].children[1].children
    assert [b.description for b in boxes] == ["web-0", "web-1", "web-2", "none"]
    boxes[3].value = True
    panel.check.click()
    assert "in the end? web-1. You said: none." in verdict(panel)
    boxes[3].value, boxes[1].value = False, True
    panel.check.click()
    assert "Right: Which of these Pods have another IP address in the end? web-1." in verdict(panel)


@pytest.mark.parametrize("said", ["1", " 1 ", "1 Pod", "just 1."])
def test_a_number_is_taken_however_it_is_written_and_enter_checks(
    cluster: Cluster, said: str
) -> None:
    asked = q.ask("How many Pods?", lambda before, after: len(after.list("pod")))
    panel = predict(cluster, lambda c: c.scale("sts", "web", 1), asked)
    panel.answers[0].value = said
    panel.answers[0]._handle_msg(  # what the browser sends for Enter
        {"buffers": [], "content": {"data": {"method": "custom", "content": {"event": "submit"}}}}
    )
    assert "Right: How many Pods? 1." in verdict(panel)


@pytest.mark.parametrize("said", ["2", "1 or 2", "10"])
def test_a_wrong_answer_is_wrong_however_it_is_written(cluster: Cluster, said: str) -> None:
    asked = q.ask("How many Pods?", lambda before, after: len(after.list("pod")))
    panel = predict(cluster, lambda c: c.scale("sts", "web", 1), asked)
    panel.answers[0].value = said
    panel.check.click()
    assert f"Look again: How many Pods? 1. You said: {said}." in verdict(panel)


def test_random_ones_on_any_cluster_name_its_own_containers() -> None:
    cluster = Cluster()
    cluster.apply("notebooks/manifests/mysql.yaml")
    cluster.settle()
    asked = [predict.random(seed, cluster).children[0].markup for seed in range(12)]
    assert any("mysql=mysql:1.28" in text for text in asked)
    assert not any("nginx" in text for text in asked)
    with pytest.raises(ValueError, match="no StatefulSet"):
        predict.random(0, Cluster())


def test_yes_or_no(cluster: Cluster) -> None:
    same = q.differs("pod", "web-1", lambda p: p.status.podIP)
    panel = predict(cluster, lambda c: c.delete("pod", "web-1"), q.ask("Another IP?", same))
    assert panel.answers[0].options == ("…", "yes", "no")
    panel.check.click()
    assert "Not answered: Another IP?" in verdict(panel)


def test_one_question_does_not_change_the_next(cluster: Cluster) -> None:
    def write(before: object, after: Cluster) -> int:
        after.write_file("web-0", "/usr/share/nginx/html/index.html", "written by a question")
        return after.request("http://web-0.nginx/").status or 0

    page = q.ask(
        "Page?", lambda before, after: after.request("http://web-0.nginx/").body, by="user"
    )
    panel = predict(cluster, lambda c: c.request("http://nginx/"), [q.ask("Status?", write), page])
    assert panel.truths() == {"Status?": 200, "Page?": "403 Forbidden"}
    panel.answers[1].value = " 403  forbidden "
    panel.check.click()
    assert "Right: Page? 403 Forbidden." in verdict(panel)
    assert "What was seen: a client Pod requests http://nginx/: 403 from" in verdict(panel)
    assert "requests http://web-0.nginx/" not in verdict(panel)


def test_a_refused_action_says_so(cluster: Cluster) -> None:
    panel = predict(cluster, lambda c: c.scale("sts", "nope", 1), q.ready_pods())
    panel.check.click()
    assert "Kubernetes refuses this action" in verdict(panel)


@pytest.mark.parametrize("seed", range(50))
def test_random_ones_are_endless_and_the_same_for_a_seed(seed: int) -> None:
    first, again = predict.random(seed), predict.random(seed)
    assert first.truths() == again.truths()
    first.check.click()
    assert "Not answered" in verdict(first)


def test_random_ones_differ() -> None:
    asked = {tuple(predict.random(seed).truths().items()) for seed in range(12)}
    assert len(asked) > 5
