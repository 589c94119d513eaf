"""How long Events are kept."""

from __future__ import annotations

from pathlib import Path

from statefulkit import Cluster

NGINX = Path(__file__).parents[2] / "notebooks" / "manifests" / "nginx.yaml"


def names(cluster: Cluster) -> set[str]:
    return {e.metadata.name for e in cluster.list("event")}


def test_an_event_is_kept_for_an_hour_and_in_history_for_ever() -> None:
    cluster = Cluster()
    cluster.apply(NGINX)
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
