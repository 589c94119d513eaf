"""Tables, pictures and sentences."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape

import pytest

from statefulkit import Cluster, explain, graph, tables
from statefulkit.views import columns, render

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


def test_empty_tables_keep_their_columns() -> None:
    cluster = Cluster(nodes=0)
    for table in (tables.pods, tables.claims, tables.events, tables.endpoints, tables.revisions):
        assert table(cluster).empty
        assert len(table(cluster).columns) > 3


def test_a_terminating_pod_is_told_so_k5(cluster: Cluster) -> None:
    cluster.delete("pod", "web-1")
    assert tables.pods(cluster).STATUS.tolist() == ["Running", "Terminating", "Running"]


def places(source: object) -> dict[str, tuple[str, str]]:
    """Where each Pod stands in the SVG."""
    pattern = r'<g id="pod-(web-\d)" class="node">.*?<text[^>]* x="([-\d.]+)" y="([-\d.]+)"'
    found = re.findall(pattern, unescape(graph(source).svg()), re.S)
    return {name: (x, y) for name, x, y in found}


def test_nothing_moves_when_a_pod_goes_and_comes(cluster: Cluster) -> None:
    before = places(cluster)
    assert set(before) == {"web-0", "web-1", "web-2"}
    cluster.delete("pod", "web-1")
    columns_of = {name: x for name, (x, _) in before.items()}
    while not cluster.step().empty:
        assert {name: x for name, (x, _) in places(cluster).items()} == columns_of
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
    assert "(old revision)" in source
    assert "(new)" in source


def test_names_are_text_never_markup(cluster: Cluster) -> None:
    cluster.patch("sts", "web", {"metadata": {"annotations": {"note": HOSTILE}}})
    cluster.write_file("web-0", "/usr/share/nginx/html/index.html", HOSTILE)
    cluster.set_image("sts", "web", HOSTILE)
    cluster.run(20)
    assert "<script" not in graph(cluster).svg()


def test_without_a_renderer_a_sentence_and_the_dot_text(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "renderer", lambda: None)
    render.svg.cache_clear()
    picture = graph(cluster)
    bundle = picture._repr_mimebundle_()
    assert bundle["text/html"].startswith("<p>No Graphviz program was found")
    assert "digraph cluster" in bundle["text/html"]
    assert cluster.settle().empty  # everything else goes on


def test_the_renderer_that_pip_installed_is_enough(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    render.svg.cache_clear()
    assert graph(cluster).svg().startswith("<svg")


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


def test_explain_pods_claims_and_services(cluster: Cluster) -> None:
    assert "web-1.nginx.default.svc.cluster.local leads to it" in str(explain(cluster, "pod/web-1"))
    assert "It stays when its Pod or its set is deleted" in str(explain(cluster, "pvc/www-web-1"))
    assert "3 of 3 endpoints are ready" in str(explain(cluster, "svc/nginx"))
    cluster.delete("pod", "web-1")
    cluster.step()
    assert "web-1 is being deleted, so it has left DNS" in str(explain(cluster, "pod/web-1"))


def test_every_sentence_about_a_running_set_cites_its_rule(cluster: Cluster) -> None:
    for what in ("sts/web", "pod/web-1", "pvc/www-web-1", "svc/nginx"):
        for sentence in explain(cluster, what):
            assert re.search(r"\([A-Z]\d+\)$", sentence), sentence


def test_importing_the_model_imports_no_widgets() -> None:
    code = "import sys, statefulkit; print(*{'ipywidgets', 'IPython', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
