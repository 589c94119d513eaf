"""A replicated MySQL: ordinals as roles, names as configuration (T42 to T48)."""

from __future__ import annotations

import pytest

from statefulkit import Cluster
from tests.apps.conftest import running
from tests.conftest import MANIFESTS


def ask(cluster: Cluster, statement: str, host: str = "mysql-0.mysql") -> str:
    """What the server says, or why it says nothing."""
    answer = cluster.request(f"mysql://{host}/", data=statement)
    return answer.error or answer.body


def rows(cluster: Cluster, host: str) -> list[str]:
    return ask(cluster, "SELECT x FROM t", host).split("\n")[1:]


def insert(cluster: Cluster, text: str) -> str:
    return ask(cluster, f"INSERT INTO t VALUES ('{text}')")


def test_pods_come_in_order_each_cloned_from_the_one_before_t40_t41_t42() -> None:
    cluster = running("mysql")
    copied = cluster.history.query("actor == 'mysql' and verb == 'act'").reason.tolist()
    assert copied == [
        "mysql-1 clones the data, 0 changes, from mysql-0.mysql",
        "mysql-2 clones the data, 0 changes, from mysql-1.mysql",
    ]


def test_what_the_primary_writes_the_replicas_read_t43_t44(databases: Cluster) -> None:
    for host in ("mysql-0.mysql", "mysql-1.mysql", "mysql-2.mysql"):
        assert rows(databases, host) == ["one"]
    reasons = databases.history.query("actor == 'mysql'").reason.tolist()
    assert "mysql-2 copies 2 changes from mysql-0.mysql" in reasons


@pytest.mark.parametrize("text", ["SELECT x, @@hostname FROM t", "select x, @@HOSTNAME\nfrom t"])
def test_a_server_names_itself_beside_its_rows_t44(databases: Cluster, text: str) -> None:
    assert ask(databases, text, "mysql-1.mysql") == "x\t@@hostname\none\tmysql-1"


def test_a_replica_takes_no_writes_t42(databases: Cluster) -> None:
    answer = databases.request("mysql://mysql-1.mysql/", data="INSERT INTO t VALUES ('no')")
    assert answer.status == 400
    assert answer.body.startswith("ERROR 1290 (HY000)")
    assert "--super-read-only" in answer.body


def test_reads_go_to_any_server_t44_m16(databases: Cluster) -> None:
    ids = {ask(databases, "SELECT @@server_id", "mysql-read") for _ in range(40)}
    assert ids == {f"@@server_id\n{100 + n}" for n in range(3)}


def test_an_unready_server_gets_no_reads_t45(databases: Cluster) -> None:
    databases.make_unready("mysql-2")
    databases.settle()
    ids = {ask(databases, "SELECT @@server_id", "mysql-read") for _ in range(40)}
    assert ids == {f"@@server_id\n{100 + n}" for n in range(2)}


def test_a_replica_that_was_away_catches_up_t46(databases: Cluster) -> None:
    databases.delete("pod", "mysql-2")
    assert insert(databases, "two") == ""
    databases.settle()
    assert rows(databases, "mysql-2.mysql") == ["one", "two"]


def test_without_its_primary_the_set_still_reads_and_loses_nothing_t43(databases: Cluster) -> None:
    databases.delete("pod", "mysql-0")
    databases.run(1)
    assert insert(databases, "two") == (
        "ERROR 2005 (HY000): Unknown MySQL server host 'mysql-0.mysql' (-2)"
    )
    assert rows(databases, "mysql-1.mysql") == ["one"]
    databases.settle()
    assert insert(databases, "two") == ""
    databases.settle()
    assert rows(databases, "mysql-2.mysql") == ["one", "two"]


def test_a_replica_follows_the_primary_whatever_becomes_of_its_neighbour_t43(
    databases: Cluster,
) -> None:
    databases.make_unready("mysql-1")
    databases.settle()
    assert insert(databases, "two") == ""
    databases.settle()
    assert rows(databases, "mysql-2.mysql") == ["one", "two"]


def test_a_new_replica_waits_for_its_neighbour_t42(databases: Cluster) -> None:
    databases.scale("sts", "mysql", 4)
    databases.run_until(lambda view: view.find("Pod", "default", "mysql-3"))
    databases.make_unready("mysql-2")
    databases.settle()
    reasons = databases.history.query("actor == 'mysql' and verb == 'wait'").reason.tolist()
    unknown = "ERROR 2005 (HY000): Unknown MySQL server host 'mysql-2.mysql' (-2)"
    assert reasons[-1] == f"mysql-3 cannot clone from mysql-2.mysql: {unknown}"
    databases.make_ready("mysql-2")
    databases.settle()
    assert rows(databases, "mysql-3.mysql") == ["one"]


def test_a_replica_without_its_source_waits_and_says_so(databases: Cluster) -> None:
    databases.make_unready("mysql-0")
    databases.settle()
    reasons = databases.history.query("actor == 'mysql' and verb == 'wait'").reason.tolist()
    unknown = "ERROR 2005 (HY000): Unknown MySQL server host 'mysql-0.mysql' (-2)"
    assert set(reasons[-2:]) == {
        f"mysql-{n} cannot copy from mysql-0.mysql: {unknown}" for n in (1, 2)
    }


def test_the_drained_server_moves_with_its_data_t47(databases: Cluster) -> None:
    node = databases.get("pod", "mysql-2").spec.nodeName
    databases.drain(node)
    databases.settle()
    assert databases.get("pod", "mysql-2").spec.nodeName != node
    assert rows(databases, "mysql-2.mysql") == ["one"]


def test_new_replicas_clone_old_data_and_leave_their_claims_t48(databases: Cluster) -> None:
    databases.scale("sts", "mysql", 5)
    databases.settle()
    assert rows(databases, "mysql-4.mysql") == ["one"]
    databases.scale("sts", "mysql", 3)
    databases.settle()
    claims = [c.metadata.name for c in databases.list("pvc")]
    assert claims == [f"data-mysql-{n}" for n in range(5)]


def test_each_server_has_a_disk_of_its_own_m13(databases: Cluster) -> None:
    volumes = {c.spec.volumeName for c in databases.list("pvc")}
    assert len(volumes) == 3


def test_without_a_volume_the_data_go_with_the_pod_v18() -> None:
    cluster = Cluster()
    cluster.apply(
        "{apiVersion: v1, kind: Pod, metadata: {name: db, labels: {app: db}}, "
        "spec: {containers: [{name: mysql, image: 'mysql:8.4'}]}}"
    )
    cluster.apply(
        "{apiVersion: v1, kind: Service, metadata: {name: db}, "
        "spec: {selector: {app: db}, ports: [{port: 3306}]}}"
    )
    cluster.settle()
    assert ask(cluster, "CREATE TABLE t (x TEXT)", "db") == ""
    assert ask(cluster, "SELECT x FROM t", "db") == "x"
    cluster.crash("db")
    cluster.settle()
    missing = "ERROR 1146 (42S02): Table 'mysql.t' doesn't exist"
    assert ask(cluster, "SELECT x FROM t", "db") == missing


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "it''s", 'a "quote"', "x" * 10_000, "العربية 🙂", "--", "\\"],
)
def test_what_is_written_is_read_back_as_text(databases: Cluster, text: str) -> None:
    assert insert(databases, text) == ""
    databases.settle()
    expected = text.replace("''", "'").replace("\\", "\\\\")
    assert rows(databases, "mysql-2.mysql")[-1] == expected


def test_lines_stay_lines(databases: Cluster) -> None:
    assert insert(databases, "two\nlines") == ""
    databases.settle()
    assert rows(databases, "mysql-2.mysql")[-1] == "two\\nlines"


@pytest.mark.parametrize(
    "statement",
    ["", "nonsense", "ATTACH DATABASE 'x' AS y", "PRAGMA user_version", "SELECT", "INSERT INTO",
     "INSERT INTO t VALUES (1); DROP TABLE t", "SELECT * FROM pragma_table_info('t') WHERE",
     "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT * FROM c",
     "SELECT * FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c)"],
)  # fmt: skip
def test_what_is_no_sql_here_is_refused(databases: Cluster, statement: str) -> None:
    answer = databases.request("mysql://mysql-0.mysql/", data=statement)
    assert answer.status == 400
    assert answer.body.startswith("ERROR 1064 (42000)")
    assert rows(databases, "mysql-0.mysql") == ["one"]


def test_a_client_of_the_wrong_protocol(databases: Cluster) -> None:
    assert databases.request("http://mysql-0.mysql:3306/").error == (
        "curl: (1) Received HTTP/0.9 when not allowed"
    )
    assert databases.request("mysql://mysql-0.mysql:80/", data="SELECT 1").error == (
        "ERROR 2003 (HY000): Can't connect to MySQL server on 'mysql-0.mysql:80' (111)"
    )


def test_the_manifest_has_all_that_the_lesson_needs() -> None:
    text = (MANIFESTS / "mysql.yaml").read_text()
    assert "clusterIP: None" in text
    assert "mysql-read" in text


def test_cleaning_up_leaves_the_claims_for_last_t49(databases: Cluster) -> None:
    databases.delete("sts", "mysql")
    for name in ("mysql", "mysql-read"):
        databases.delete("svc", name)
    databases.settle()
    assert databases.list("pods") == []
    assert len(databases.list("pvc")) == 3
    for claim in databases.list("pvc"):
        databases.delete("pvc", claim.metadata.name)
    databases.settle()
    assert databases.list("pv") == []
