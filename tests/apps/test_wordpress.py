"""A stateless front with all state in a database behind it."""

from __future__ import annotations

from tests.apps.conftest import running


def test_any_replica_gives_the_same_answer() -> None:
    cluster = running("mysql", "wordpress")
    assert cluster.request("http://wordpress/", data="It's <b>me</b>").status == 200
    answers = [cluster.request("http://wordpress/") for _ in range(40)]
    assert len({a.pod for a in answers}) == 3
    assert {a.body.rpartition("\n--")[0] for a in answers} == {"It's <b>me</b>"}
    assert all(a.body.endswith(f"-- {a.pod}") for a in answers)


def test_a_replaced_replica_knows_everything() -> None:
    cluster = running("mysql", "wordpress")
    cluster.request("http://wordpress/", data="first")
    for pod in cluster.list("pods", labels="app=wordpress"):
        cluster.delete("pod", pod.metadata.name)
    cluster.settle()
    assert cluster.request("http://wordpress/").body.startswith("first\n")


def test_without_its_database_it_can_do_nothing() -> None:
    cluster = running("mysql", "wordpress")
    cluster.request("http://wordpress/", data="first")
    cluster.scale("sts", "mysql", 0)
    cluster.settle()
    answer = cluster.request("http://wordpress/")
    assert (answer.status, answer.body) == (500, "Error establishing a database connection")
    assert cluster.request("http://wordpress/", data="second").status == 500
    cluster.scale("sts", "mysql", 1)
    cluster.settle()
    assert cluster.request("http://wordpress/").body.startswith("first\n--")


def test_before_the_first_post_there_is_none() -> None:
    cluster = running("mysql", "wordpress")
    answer = cluster.request("http://wordpress/")
    assert (answer.status, answer.body) == (200, f"-- {answer.pod}")
    assert cluster.request("http://wordpress/else").status == 404
