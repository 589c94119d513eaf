"""Tables, pictures and sentences."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from statefulkit import Cluster, explain, graph, tables
from statefulkit.store import Key
from statefulkit.views import columns
from statefulkit.views.bars import bars
from tests.conftest import MANIFESTS

HOSTILE = '<script>alert("x")</script>\\N{w}|&'


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<invalid>"),
        (-0.5, "0s"),
        (119, "119s"),
        (120, "2m"),
        (125, "2m5s"),
        (601, "10m"),
        (3 * 3600, "3h"),
        (47 * 3600, "47h"),
        (49 * 3600, "2d1h"),
        (8 * 86400, "8d"),
        (800 * 86400, "2y70d"),
    ],
)
def test_ages_k7(seconds: float, text: str) -> None:
    assert columns.duration(seconds) == text


def test_tables_have_kubectls_columns_k2(cluster: Cluster) -> None:
    assert list(tables.pods(cluster).columns)[:5] == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert tables.statefulsets(cluster).READY.tolist() == ["3/3"]
    assert tables.services(cluster).set_index("NAME").loc["nginx", "CLUSTER-IP"] == "None"
    assert tables.services(cluster).set_index("NAME").loc["nginx", "PORT(S)"] == "80/TCP"
    claims = tables.claims(cluster)
    assert claims[["STATUS", "CAPACITY", "ACCESS MODES"]].drop_duplicates().values.tolist() == [
        ["Bound", "1Gi", "RWO"]
    ]
    assert tables.volumes(cluster).CLAIM.str.startswith("default/www-web-").all()
    assert tables.revisions(cluster).CONTROLLER.tolist() == ["statefulset.apps/web"]
    assert tables.endpoints(cluster).HOSTNAME.tolist() == ["web-0", "web-1", "web-2"]
    assert tables.dns(cluster).TYPE.isin(["A", "SRV", "PTR"]).all()


def test_storage_classes_k2(cluster: Cluster) -> None:
    found = tables.storage_classes(cluster).set_index("NAME")
    assert list(found.index) == ["local-path", "local-storage", "standard (default)"]
    assert found.loc["standard (default)"].tolist()[1:4] == ["Delete", "Immediate", "true"]
    assert found.ALLOWVOLUMEEXPANSION["local-path"] == "false"


def test_a_watch_has_a_line_for_each_change_that_shows_k8(cluster: Cluster) -> None:
    version, start = cluster.version, cluster.time
    cluster.delete("pod", "web-1")
    cluster.settle()
    seen = tables.watch(cluster, since=version)
    assert [" ".join(line) for line in seen[["NAME", "READY", "STATUS"]].values] == [
        "web-1 1/1 Terminating",
        "web-1 0/1 Completed",
        "web-1 0/1 Pending",
        "web-1 0/1 ContainerCreating",
        "web-1 1/1 Running",
    ]
    assert seen.index[0] == start
    assert seen.AGE.tolist()[2:] == ["0s", "0s", "1s"]
    cluster.make_unready("web-0")
    cluster.run(60)
    assert tables.watch(cluster, version).values.tolist()[5:] == [
        ["web-0", "0/1", "Running", "0", "12s"]
    ]
    assert tables.watch(cluster, namespace="kube-system").empty


def test_what_each_pod_runs_s20(cluster: Cluster) -> None:
    old = cluster.get("sts", "web").status.currentRevision
    cluster.set_image("sts", "web", "nginx:1.28")
    cluster.run(6)  # web-2 is back, web-1 is going
    assert tables.images(cluster).values.tolist() == [
        ["web-0", "1/1", "Running", "nginx:1.27", old],
        ["web-1", "1/1", "Terminating", "nginx:1.27", old],
        ["web-2", "1/1", "Running", "nginx:1.28", cluster.get("sts", "web").status.updateRevision],
    ]


def test_a_set_that_is_being_deleted_has_something_to_do_s31(cluster: Cluster) -> None:
    cluster.delete("sts", "web", cascade="foreground")
    assert explain(cluster, "sts/web")[:2] == (
        "Replicas of web: 3 wanted, 3 there, 3 ready, 3 up to date. (S52)",
        "It is being deleted: its controller makes, deletes and updates no Pod any more. (S31)",
    )


def test_empty_tables_keep_their_columns() -> None:
    cluster = Cluster(nodes=0)
    for table in (
        tables.pods,
        tables.watch,
        tables.claims,
        tables.events,
        tables.endpoints,
        tables.revisions,
    ):
        assert table(cluster).empty
        assert len(table(cluster).columns) > 3


def test_a_terminating_pod_is_told_so_k5(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1")
    assert tables.pods(cluster).STATUS.tolist() == ["Running", "Terminating", "Running"]


def places(source: object) -> dict[str, float]:
    """The column in which each Pod stands: its distance from the left edge, in pixels."""
    return {b.key.name: b.x for b in graph(source).diagram.boxes if b.key.kind == "Pod"}


def test_nothing_moves_when_a_pod_goes_and_comes(cluster: Cluster) -> None:
    before = places(cluster)
    assert set(before) == {"web-0", "web-1", "web-2"}
    cluster.delete("pod", "web-1")
    while not cluster.step().empty:
        assert places(cluster) == before
    assert places(cluster) == before


def test_the_picture_tells_states_in_words(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 4)
    assert "no Pod" in graph(cluster).source  # a ghost of what is wanted
    cluster.settle()
    cluster.scale("sts", "web", 3)
    cluster.settle()
    assert "web-3" in graph(cluster).source  # its claim is still there
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(60)
    source = graph(cluster).source
    assert "ImagePullBackOff" in source
    assert "1/1 ready, old" in source
    assert "0/1 not ready, new" in source


def test_long_names_of_pods_keep_the_end_that_tells_them_apart_d2() -> None:
    cluster = Cluster()
    cluster.apply(str(MANIFESTS / "wordpress.yaml"))
    cluster.run(1)
    names = [p.metadata.name for p in cluster.list("pod")]
    drawn = [b.lines[0] for b in graph(cluster).diagram.boxes if b.key.kind == "Pod"]
    counted = bars(dict.fromkeys(names, 1), "requests")
    assert graph(cluster).svg().count('bold" textLength="100"') == 3  # squeezed into their boxes
    assert {d[-6:] for d in drawn} == {n[-6:] for n in names}
    assert all(
        len(d) == 17 and f"{n[:17]}…{n[-6:]}<" in counted for d, n in zip(drawn, names, strict=True)
    )


def test_a_set_with_more_pods_than_it_wants_says_so_s52(cluster: Cluster) -> None:
    """Also when as many as it wants are ready: web-2 is stopped, but still there, and counted."""
    cluster.scale("sts", "web", 2)
    key, said = Key("StatefulSet", "default", "web"), {}
    while len(cluster.list("pod")) > 2:
        box = graph(cluster).diagram.box(key)
        assert box is not None
        said[box.lines[2]] = box.words
        cluster.step()
    cluster.settle()
    box = graph(cluster).diagram.box(key)
    assert box is not None
    assert list(said) == ["3/2 ready, 1 too many", "2/2 ready, 1 too many"]
    assert said["2/2 ready, 1 too many"] == "StatefulSet web, 2/2 ready, 1 too many"
    assert box.lines[2] == "2/2 ready"


def test_names_are_text_never_markup(cluster: Cluster) -> None:
    cluster.patch("sts", "web", {"metadata": {"annotations": {"note": HOSTILE}}})
    cluster.write_file("web-0", "/usr/share/nginx/html/index.html", HOSTILE)
    cluster.set_image("sts", "web", HOSTILE)
    cluster.run(20)
    assert "<script" not in graph(cluster).svg()


def test_explain_a_settled_set(cluster: Cluster) -> None:
    text = str(explain(cluster, "sts/web"))
    assert "there is nothing to do" in text
    assert "waits" not in text


def test_explain_a_waiting_set_s32(cluster: Cluster) -> None:
    cluster.make_unready("web-0")
    cluster.settle()
    cluster.scale("sts", "web", 1)
    cluster.settle()
    last = explain(cluster, "sts/web")[-1]
    assert last == (
        "The StatefulSet controller waits for web-0 to be Running and Ready before it goes on. (S32)"
    )


def test_explain_names_each_sick_condemned_pod_s33_g4(cluster: Cluster) -> None:
    """Two of them block each other; with one mended the other goes at once, and help is for it."""
    for pod in ("web-1", "web-2"):
        cluster.make_unready(pod)
    cluster.settle()
    cluster.scale("sts", "web", 1)
    cluster.settle()
    said = str(explain(cluster, "sts/web"))
    assert "web-2, web-1 are beyond its replicas and sick" in said
    assert said.index("What would help: web-2 runs but") < said.index("What would help: web-1 runs")
    cluster.make_ready("web-1")
    cluster.run(1)
    said = str(explain(cluster, "sts/web"))
    assert "sick" not in said
    assert "What would help: web-2 is shutting down" in said


def test_explain_helps_the_highest_condemned_pod_first_s33(cluster: Cluster) -> None:
    cluster.make_unready("web-1")
    cluster.settle()
    cluster.scale("sts", "web", 1)
    cluster.run(1)
    said = str(explain(cluster, "sts/web"))
    assert "What would help: web-2 is shutting down" in said
    assert "web-1" not in said


def test_explain_pods_claims_and_services(cluster: Cluster) -> None:
    assert "web-1.nginx.default.svc.cluster.local leads to it" in str(explain(cluster, "pod/web-1"))
    assert "It stays when its Pod or its set is deleted" in str(explain(cluster, "pvc/www-web-1"))
    assert "3 of 3 endpoints are ready" in str(explain(cluster, "svc/nginx"))
    cluster.delete("pvc", "www-web-1")  # V10: it goes with its Pod now
    assert "It stays when" not in str(explain(cluster, "pvc/www-web-1"))


def test_explain_follows_the_endpoint_slices_n8(cluster: Cluster) -> None:
    """A deleted Pod is in DNS until the EndpointSlice controller has seen it, and then no more."""
    cluster.delete("pod", "web-1")
    said = []
    while "it has left DNS" not in str(explain(cluster, "pod/web-1")):
        assert cluster.resolve("web-1.nginx").answers
        assert "still leads to web-1, which is being deleted" in str(explain(cluster, "pod/web-1"))
        said.append(str(graph(cluster)))
        cluster.step()
    assert not cluster.resolve("web-1.nginx").answers
    assert said
    assert all("STALE in DNS" in text for text in said)
    assert "STALE" not in str(graph(cluster))


def test_every_sentence_about_a_running_set_cites_its_rule(cluster: Cluster) -> None:
    for what in ("sts/web", "pod/web-1", "pvc/www-web-1", "svc/nginx"):
        for sentence in explain(cluster, what):
            assert re.search(r"\([A-Z]\d+\)$", sentence), sentence


def test_importing_the_model_imports_no_widgets() -> None:
    code = "import sys, statefulkit; print(*{'ipywidgets', 'IPython', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_an_answer_in_a_cache_is_stale_once_dns_says_otherwise_n32(cluster: Cluster) -> None:
    cluster.resolve("web-1.nginx", cached=True)
    assert "STALE" not in str(graph(cluster))
    cluster.delete("pod", "web-1")
    cluster.run(1)
    assert "STALE in a cache" in str(graph(cluster))
    assert "a client keeps an old answer for web-1.nginx" in str(explain(cluster, "svc/nginx"))
    cluster.run(30)
    assert "STALE" not in str(graph(cluster))


def test_nodes_are_lanes_that_can_be_hidden(cluster: Cluster) -> None:
    cluster.fail_node("node-2")
    with_nodes, without = graph(cluster), graph(cluster, nodes=False)
    assert "Node node-2, cut off" in str(with_nodes)
    assert len(with_nodes.diagram.frames) == 4
    assert "Node" not in str(without)
    assert "10.244.2.2, node-2" in str(without)


def test_what_changed_is_marked_in_the_picture_and_in_words(cluster: Cluster) -> None:
    version = cluster.version
    cluster.delete("pod", "web-1")
    picture = graph(cluster, changed_since=version)
    assert "just changed" in str(picture)
    assert picture.svg().count("★") == 1


def test_claims_and_volumes_stay_in_the_picture_after_their_set_s43(cluster: Cluster) -> None:
    cluster.delete("sts", "web")
    cluster.settle()
    words = str(graph(cluster))
    assert words.count("PersistentVolumeClaim www-web-") == 3
    assert words.count("PersistentVolume pvc-") == 3


def test_sets_and_services_stand_in_one_row_while_there_is_room(cluster: Cluster) -> None:
    cluster.apply(str(MANIFESTS / "front.yaml"))
    for nodes in (True, False):
        boxes = graph(cluster, nodes=nodes).diagram.boxes
        top = [b for b in boxes if b.key.kind in ("StatefulSet", "Service")]
        assert (len(top), len({b.y for b in top})) == (3, 1)


def test_a_lane_says_its_node_in_each_bank(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 6)
    cluster.settle()
    drawn = graph(cluster, nodes=True).svg()
    for number in (1, 2, 3):
        assert drawn.count(f"<title>Node node-{number}, Ready</title>") == 2


def test_many_pods_go_on_in_further_banks(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 12)
    picture = graph(cluster).diagram
    assert picture.width < 700
    pods = [b for b in picture.boxes if b.key.kind == "Pod"]
    assert [b.key.name for b in sorted(pods, key=lambda b: (b.y, b.x))] == [
        f"web-{n}" for n in range(12)
    ]


def test_boxes_do_not_overlap(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 7)
    cluster.settle()
    for nodes in (True, False):
        boxes = graph(cluster, nodes=nodes).diagram.boxes
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                apart = a.x + a.width <= b.x or b.x + b.width <= a.x
                assert apart or a.y + a.height <= b.y or b.y + b.height <= a.y, (a.key, b.key)


def test_the_dot_text_has_every_box_and_line(cluster: Cluster) -> None:
    picture = graph(cluster)
    source = picture.source
    assert source.count("shape=") == len(picture.diagram.boxes)
    assert source.count("->") == len(picture.diagram.lines)


def test_every_kind_is_explained(cluster: Cluster) -> None:
    cluster.scale("sts", "web", 4)
    volume = cluster.list("pv")[0].metadata.name
    revision = cluster.list("controllerrevision")[0].metadata.name
    found = {
        f"pv/{volume}": "is the disk behind claim www-web-",
        "node/node-1": "node-1 is Ready; Pods on it: web-0",
        f"controllerrevision/{revision}": "is revision 1 of the Pod template",
        "pod/web-3": "There is no Pod web-3 now. StatefulSet web wants one.",
        "sc/standard": "StorageClass standard has been here",
    }
    for what, text in found.items():
        assert text in str(explain(cluster, what)), what


def test_explain_says_what_would_help(cluster: Cluster) -> None:
    cluster.set_image("sts", "web", "nginx:broken")
    cluster.run(60)
    assert "then delete web-2 by hand. (S56)" in str(explain(cluster, "sts/web"))
    cluster.fail_node("node-1")
    assert "Bring node-1 back" in str(explain(cluster, "pod/web-0"))


def test_a_lookup_in_three_columns_n38(cluster: Cluster) -> None:
    frame = tables.lookup(cluster.resolve("nginx.default", cached=True))
    assert list(frame.columns) == ["QUERY", "ANSWER", "WHY"]
    assert frame.index.tolist() == [1, 2]
    assert frame.ANSWER[1] == "NXDOMAIN"
    assert cluster.get("pod", "web-1").status.podIP in frame.ANSWER[2]
    cluster.run(10)
    kept = tables.lookup(cluster.resolve("nginx.default", cached=True))
    assert kept.ANSWER[1] == "NXDOMAIN (cache, 20 s left)"
    own = tables.lookup(cluster.resolve("web-1", from_pod="web-1"))
    assert own.ANSWER[1].endswith("(/etc/hosts)")


def test_what_a_pod_is_known_by_s59_n11(cluster: Cluster) -> None:
    found = tables.identities(cluster).loc["web-1"]
    address = cluster.get("pod", "web-1").status.podIP
    assert (found.IP, found["HOST NAME"]) == (address, "web-1")
    assert found["DNS NAMES"] == "web-1.nginx.default.svc.cluster.local"
    ports = [{"port": 80, "name": "a"}, {"port": 81, "name": "b"}]
    other = {"selector": {"app": "nginx"}, "ports": ports}
    meta = {"name": "other"}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": other})
    cluster.make_unready("web-0")
    cluster.settle()
    found = tables.identities(cluster)["DNS NAMES"]
    second = f"{address.replace('.', '-')}.other.default.svc.cluster.local"
    assert found["web-1"] == f"web-1.nginx.default.svc.cluster.local, {second}"
    assert found["web-0"] == "<none>"
