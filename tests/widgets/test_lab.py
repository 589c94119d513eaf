"""The lab without a browser: what its buttons do and what it shows."""

from __future__ import annotations

import pytest

from statefulkit import Cluster, tables
from statefulkit.widgets import Prediction, StatefulLab
from statefulkit.widgets.predict import differs

HOSTILE = '<script>alert("x")</script>'


def texts(lab: StatefulLab) -> str:
    return "".join(
        c.value for c in [lab._picture, lab._news, lab._command, lab._error, *lab._tables]
    )


@pytest.fixture
def lab(cluster: Cluster) -> StatefulLab:
    return StatefulLab(cluster)


def test_scale_kill_image_and_their_commands(lab: StatefulLab) -> None:
    lab.more.click()
    assert lab.cluster.get("sts", "web").spec.replicas == 4
    assert "kubectl scale sts web --replicas=4" in texts(lab)
    lab.settle.click()
    assert list(lab.pod.options) == ["web-0", "web-1", "web-2", "web-3"]
    lab.pod.value = "web-2"
    lab.kill.click()
    assert lab.cluster.get("pod", "web-2").metadata.deletionTimestamp is not None
    assert lab.pod.value == "web-2"
    lab.image.value = "nginx:1.28"
    lab.update.click()
    assert "kubectl set image sts/web nginx=nginx:1.28" in texts(lab)


def test_a_refusal_is_shown_in_place_and_goes_again(lab: StatefulLab) -> None:
    lab.cluster.scale("sts", "web", 0)
    lab.fewer.click()
    assert "must be greater than or equal to 0" in lab._error.value
    lab.step.click()
    assert lab._error.value == ""


def test_step_is_one_decision(lab: StatefulLab) -> None:
    lab.more.click()
    before = lab.cluster.version
    lab.step.click()
    assert len(tables.decisions(lab.cluster, since=before)) == 1


def test_tables_are_filled_when_their_tab_is_chosen(lab: StatefulLab) -> None:
    for index, text in enumerate(
        ["web-0", "www-web-0", "nginx.default", "Started", "creates web-0"]
    ):
        lab._tabs.selected_index = index
        assert text in lab._tables[index].value


def test_hostile_text_stays_text(lab: StatefulLab) -> None:
    lab.image.value = HOSTILE
    lab.update.click()
    lab.cluster.run(20)
    lab.refresh()
    for index in range(len(lab._tables)):
        lab._tabs.selected_index = index
    assert "<script" not in texts(lab)


def test_a_set_that_is_gone_or_not_there_yet() -> None:
    lab = StatefulLab(Cluster())
    assert 'statefulsets.apps "web" not found' in lab._news.value.replace("&quot;", '"')
    lab.more.click()
    assert "not found" in lab._error.value


def test_two_labs_do_not_disturb_each_other(cluster: Cluster) -> None:
    first, second = StatefulLab(cluster), StatefulLab(cluster.fork())
    first.more.click()
    assert second.cluster.get("sts", "web").spec.replicas == 3


def test_a_prediction_knows_the_truth_from_a_fork(cluster: Cluster) -> None:
    question = Prediction(
        cluster,
        lambda fork: fork.delete("pod", "web-1"),
        {
            "same IP?": lambda before, after: (
                not differs("pod", "web-1", lambda p: p.status.podIP)(before, after)
            ),
            "same claim?": lambda before, after: after.get("pvc", "www-web-1") is not None,
        },
    )
    version = cluster.version
    assert question.truths() == {"same IP?": False, "same claim?": True}
    question.answers["same IP?"].value = "yes"
    question.check.click()
    assert "Look again: same IP? No." in question._verdict.value
    assert "Not answered: same claim? Yes." in question._verdict.value
    assert cluster.version == version
