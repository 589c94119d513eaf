"""History: replay, past moments, forks; and how a run ends."""

from __future__ import annotations

import pandas as pd
import pytest

from statefulkit import Cluster, tables
from tests.conftest import MANIFEST


def story(manifest: str, seed: int) -> Cluster:
    cluster = Cluster(seed=seed)
    cluster.apply(manifest)
    cluster.settle()
    cluster.write_file("web-1", "/usr/share/nginx/html/index.html", "hello")
    cluster.delete("pod", "web-1")
    cluster.run(1)
    cluster.resolve("nginx")
    cluster.request("http://nginx/")
    cluster.scale("sts", "web", 4)
    cluster.settle()
    return cluster


def dump(cluster: Cluster) -> bytes:
    """History and every object, byte for byte."""
    objects = [repr(o.to_dict()) for o in cluster.view.state.objects.values()]
    return (cluster.history.to_csv() + "\n".join(sorted(objects))).encode()


def test_same_seed_and_actions_same_history(manifest: str) -> None:
    assert dump(story(manifest, 7)) == dump(story(manifest, 7))
    assert dump(story(manifest, 7)) != dump(story(manifest, 8))


def test_a_fork_given_the_same_actions_has_the_same_history(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1")
    cluster.step()
    fork = cluster.fork()
    before = dump(cluster)
    fork.scale("sts", "web", 5)
    fork.settle()
    assert dump(cluster) == before  # nothing on a fork changes its origin
    cluster.scale("sts", "web", 5)
    cluster.settle()
    assert dump(cluster) == dump(fork)


def test_each_past_moment_can_be_forked_and_goes_on_as_the_cluster_did(manifest: str) -> None:
    cluster = Cluster()
    ready = cluster.version
    cluster.apply(manifest)
    applied = cluster.version
    cluster.settle()
    for version in range(applied, cluster.version + 1):
        fork = cluster.fork(version=version)
        assert fork.version == version
        fork.settle()
        assert dump(fork) == dump(cluster)
    fork = cluster.fork(version=ready)  # nothing had been asked for yet
    assert fork.settle().empty


def test_a_fork_in_the_middle_of_an_apply_has_what_was_applied_by_then(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)  # a Service, then a StatefulSet
    fork = cluster.fork(version=cluster.version - 1)
    fork.settle()
    assert [s.metadata.name for s in fork.list("svc")] == ["kubernetes", "nginx"]
    assert len(fork.list("endpointslices")) == 1
    assert fork.list("sts") == []


def test_a_fork_of_the_past_keeps_a_failure_and_its_back_off(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    cluster.settle()
    cluster.delete("pvc", "www-web-1")  # stays Terminating, for web-1 mounts it
    cluster.delete("pod", "web-1")
    cluster.run(60)
    events = [r for r in cluster.view.records() if r.verb == "event"]
    failed = [r.version for r in events if r.after.reason == "FailedCreate"]
    assert failed
    for version in range(failed[0], min(failed[0] + 6, cluster.version + 1)):
        fork = cluster.fork(version=version)
        fork.run(cluster.time - fork.time)
        assert dump(fork) == dump(cluster)


def test_a_fork_of_the_past_has_the_warnings_of_then(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    before = cluster.version
    cluster.patch("sts", "web", {"spec": {"template": {"spec": {"hostNetwork": True}}}})
    assert list(cluster.warnings.field) == ["spec.template.spec.hostNetwork"]
    assert cluster.fork(version=before).warnings.empty
    assert len(cluster.fork(version=cluster.version).warnings) == 1


@pytest.mark.parametrize("version", [-1, 10**9])
def test_a_fork_of_a_moment_that_never_was_is_refused(cluster: Cluster, version: int) -> None:
    with pytest.raises(ValueError, match=f"version {version} is not in history, which goes from 0"):
        cluster.fork(version=version)


def test_any_past_moment_can_be_looked_at(cluster: Cluster) -> None:
    shown = {}
    for version in range(0, cluster.version + 1, 7):
        shown[version] = len(cluster.at(version=version).list("pods"))
    assert shown[0] == 0
    assert sorted(shown.values()) == list(shown.values())
    early = cluster.at(time=3.0)
    assert [p.metadata.name for p in early.list("pods")] == ["web-0", "web-1"]
    assert early.resolve("web-1.nginx").rcode == "NXDOMAIN"
    assert len(early.history) == early.version


def test_a_moment_in_a_quiet_time_is_that_second_k7(cluster: Cluster) -> None:
    last = cluster.time
    cluster.run(100)
    quiet = cluster.at(last + 60)
    assert (quiet.time, quiet.version) == (last + 60, cluster.version)
    assert tables.statefulsets(quiet).AGE.tolist() == ["69s"]
    assert cluster.at(10**6).time == cluster.time == last + 100
    assert cluster.at(version=cluster.version).time == last


@pytest.mark.parametrize("moment", [{}, {"time": 1.0, "version": 3}, {"version": 10**6}])
def test_a_moment_that_is_none_is_refused(cluster: Cluster, moment: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"time or a version|not in history"):
        cluster.at(**moment)


def test_run_stops_at_its_second(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    happened = cluster.run(3)
    assert cluster.time == 3
    assert happened.time.max() <= 3


def test_step_carries_out_one_decision(manifest: str) -> None:
    cluster = Cluster()
    cluster.apply(manifest)
    for _ in range(20):
        assert len(cluster.step()) == 1


def test_run_until(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 5)
    cluster.run_until(lambda view: view.find("Pod", "default", "web-3") is not None)
    assert [p.metadata.name for p in cluster.list("pods")][-1] == "web-3"


def test_a_run_that_cannot_settle_says_what_it_waits_for(cluster: Cluster) -> None:
    cluster.set_image("sts", "web", "nginx:broken")
    last = cluster.settle(timeout=100).query("verb == 'waiting'")
    assert "waits for web-2 to be Running and Ready before it goes on" in set(last.reason)


def test_a_run_that_stops_before_a_late_look_says_when_it_is() -> None:
    """The progress deadline is over a second after all that settle waits for (K22)."""
    cluster = Cluster(nodes=0)
    cluster.apply(MANIFEST.with_name("wordpress.yaml"))
    for _ in range(2):
        last = cluster.settle().iloc[-1]
        assert (last.verb, last.object) == ("waiting", "deployment/wordpress")
        assert last.reason == "looks again at 601.0 s"
    cluster.run(601)
    assert cluster.get("deploy", "wordpress").status.conditions[-1].reason == (
        "ProgressDeadlineExceeded"
    )
    assert cluster.settle().empty


def test_a_settled_cluster_waits_for_nothing(cluster: Cluster) -> None:
    assert cluster.settle().empty
    assert tables.waits(cluster.view) == []


def test_no_reader_can_change_the_store(cluster: Cluster) -> None:
    pod = cluster.get("pod", "web-0")
    pod.metadata.labels["app"] = "other"
    assert cluster.get("pod", "web-0").metadata.labels["app"] == "nginx"


def test_history_is_a_dataframe(cluster: Cluster) -> None:
    history = cluster.history
    assert isinstance(history, pd.DataFrame)
    assert list(history.columns) == list(tables.HISTORY)
    assert history.time.is_monotonic_increasing
