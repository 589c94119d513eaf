"""How long Events are kept."""

from __future__ import annotations

from statefulkit import Cluster
from tests.conftest import MANIFEST


def names(cluster: Cluster) -> set[str]:
    return {e.metadata.name for e in cluster.list("event")}


def test_an_event_is_kept_for_an_hour_and_in_history_for_ever() -> None:
    cluster = Cluster()
    cluster.apply(MANIFEST)
    cluster.settle()
    first = names(cluster)
    cluster.run(3_500 - cluster.time)
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert first <= names(cluster)
    cluster.run(700)
    cluster.delete("pod", "web-1")
    cluster.settle()
    replaced = {e.metadata.name for e in cluster.list("event") if e.involvedObject.name == "web-1"}
    assert replaced
    old = {e for e in first if not e.startswith("web.")}  # those of the set were seen again
    assert not old & names(cluster)
    assert first <= {e.metadata.name for e in cluster.at(time=3_400).list("event")}


def test_a_long_life_keeps_no_more_events_and_facts_than_a_short_one(manifest: str) -> None:
    cluster = Cluster(history_limit=100)
    cluster.apply(manifest)
    sizes = []
    for _ in range(8):
        for _ in range(6):
            cluster.scale("sts", "web", 1)
            cluster.run(60)
            cluster.run(1)
            cluster.delete("pvc", labels="app=nginx")
            cluster.scale("sts", "web", 2)
            cluster.run(540)
        state = cluster.view.state
        sizes.append((len(state.objects), len(state.runtime)))
    assert max(sizes[2:4]) == max(sizes[4:])


def test_a_fork_while_old_events_go_goes_on_with_them(cluster: Cluster) -> None:
    cluster.run(3 * 3600)
    cluster.delete("pod", "web-1")
    before = cluster.version
    cluster.settle()
    gone = [r.version for r in cluster.view.records(before) if r.actor == "kube-apiserver"]
    assert len(gone) > 10
    for version in (before, gone[0], gone[5], gone[-1], gone[-1] + 1):
        fork = cluster.fork(version=version)
        fork.settle()
        assert fork.version == cluster.version
        assert fork.view.state.objects == cluster.view.state.objects
        assert fork.view.state.runtime == cluster.view.state.runtime


def test_an_event_says_who_speaks_e1_e12_e14_e16_e21(cluster: Cluster) -> None:
    cluster.fail_node("node-2")
    cluster.run(400)
    found = {e.reason: e.source.component for e in cluster.list("event")}
    assert (
        found.items()
        >= {
            "SuccessfulCreate": "statefulset-controller",
            "Scheduled": "default-scheduler",
            "SuccessfulAttachVolume": "attachdetach-controller",
            "Started": "kubelet",
            "NodeNotReady": "node-controller",
            "TaintManagerEviction": "taint-eviction-controller",
        }.items()
    )
