"""A quorum store: what a majority knows is never forgotten (T52, T53, N34)."""

from __future__ import annotations

import pytest

from statefulkit import Cluster
from statefulkit.conditions import is_ready, is_terminating
from tests.apps.conftest import running


def get(cluster: Cluster, path: str = "k", member: int = 0) -> tuple[int | None, str]:
    answer = cluster.request(f"http://quorum-{member}.quorum:2379/{path}")
    return answer.status, answer.error or answer.body


def put(cluster: Cluster, text: str, member: int = 0, path: str = "k") -> tuple[int | None, str]:
    answer = cluster.request(f"http://quorum-{member}.quorum:2379/{path}", data=text)
    return answer.status, answer.error or answer.body


def test_members_are_found_by_name_with_id_ordinal_plus_one_t52(store: Cluster) -> None:
    assert get(store, "members", member=1)[1].split("\n") == [
        "1\tquorum-0.quorum\treached",
        "2\tquorum-1.quorum\tthis one",
        "3\tquorum-2.quorum\treached",
    ]


def test_what_one_member_takes_every_member_gives_t53(store: Cluster) -> None:
    assert put(store, "two", member=2) == (200, "version 2 on 3 of 3 members")
    assert [get(store, member=n) for n in range(3)] == [(200, "two")] * 3


def test_data_outlive_the_set_t53(store: Cluster) -> None:
    store.delete("sts", "quorum")
    store.settle()
    assert get(store)[0] is None
    again = running("quorum").get("sts", "quorum")
    again.metadata.resourceVersion = again.metadata.uid = None
    again.status = None
    store.apply(again)
    store.settle()
    assert get(store) == (200, "one")


def test_one_member_may_be_missing(store: Cluster) -> None:
    store.make_unready("quorum-2")
    store.settle()
    assert put(store, "two") == (200, "version 2 on 2 of 3 members")
    assert get(store, member=1) == (200, "two")
    assert "3\tquorum-2.quorum\tnot reached" in get(store, "members")[1]


def test_two_may_not_and_nothing_is_written(store: Cluster) -> None:
    for member in (1, 2):
        store.make_unready(f"quorum-{member}")
    store.settle()
    refusal = (503, "no quorum: reached 1 of 3 members, need 2")
    assert put(store, "two") == refusal
    assert get(store) == refusal
    assert get(store, "local/k") == (200, "one")
    for member in (1, 2):
        store.make_ready(f"quorum-{member}")
    store.settle()
    assert get(store) == (200, "one")


def test_who_was_away_has_an_old_copy_until_somebody_reads(store: Cluster) -> None:
    store.make_unready("quorum-2")
    store.settle()
    put(store, "two")
    store.make_ready("quorum-2")
    store.settle()
    assert get(store, "local/k", member=2) == (200, "one")
    assert get(store, member=2) == (200, "two")
    assert get(store, "local/k", member=2) == (200, "two")  # a read repairs what it finds old


def test_a_lost_node_leaves_the_store_writable(store: Cluster) -> None:
    node = store.get("pod", "quorum-1").spec.nodeName
    store.fail_node(node)
    assert put(store, "two") == (200, "version 2 on 2 of 3 members")  # not yet noticed
    store.run(400)
    assert put(store, "three") == (200, "version 3 on 2 of 3 members")
    store.recover_node(node)
    store.settle()
    assert get(store, member=1) == (200, "three")


def test_a_set_smaller_than_its_configuration_has_no_majority() -> None:
    cluster = running("quorum")
    cluster.scale("sts", "quorum", 1)
    cluster.settle()
    assert put(cluster, "x") == (503, "no quorum: reached 1 of 3 members, need 2")


def test_a_rolling_update_keeps_the_store_writable(store: Cluster) -> None:
    store.set_image("sts", "quorum", "quorum:1.1")
    written = 0
    while len(store.step()):
        up = [p.metadata.name for p in store.list("pods") if _ready(p)]
        assert len(up) >= 2
        status, text = put(store, f"w{written}", member=int(up[0][-1]))
        assert status in (200, None), text  # None: its name is not published again yet
        written += status == 200
    assert written > 20
    assert get(store)[1] == f"w{written - 1}"


def _ready(pod) -> bool:
    return is_ready(pod) and not is_terminating(pod)


def test_without_a_headless_service_members_do_not_find_each_other_n36() -> None:
    cluster = running("quorum")
    cluster.delete("svc", "quorum")
    cluster.settle()
    address = cluster.get("pod", "quorum-0").status.podIP
    answer = cluster.request(f"http://{address}:2379/k", data="x")
    assert (answer.status, answer.body) == (503, "no quorum: reached 1 of 3 members, need 2")


@pytest.mark.parametrize("path", ["", "a/b", "../k", "local/", "peer", "k k", "<script>"])
def test_other_paths_are_refused(store: Cluster, path: str) -> None:
    status, text = get(store, path)
    assert (status, text.startswith("no such ")) == (404, True)


@pytest.mark.parametrize("text", ["", "<script>", '"', "\n", "\0", "é🙂", "x" * 10_000])
def test_values_are_kept_as_they_are(store: Cluster, text: str) -> None:
    assert put(store, text)[0] == 200
    assert get(store, member=2) == (200, text)
