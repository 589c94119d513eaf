"""A call that does not fit says how to call, and a notebook shows no code of ours with a refusal."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from statefulkit import Cluster, explain, graph, tables, widgets
from statefulkit.arguments import EXAMPLES
from tests.conftest import MANIFEST

WRONG = [  # what is typed, and what it is told
    ('cluster.scale("web", 5)', "scale: name must be text, not 5\nCall it as in cluster.scale("),
    ('cluster.scale("sts", "web")', "scale: missing a required argument: 'replicas'"),
    ('cluster.get("pods")', "get: missing a required argument: 'name'\nCall it as in cluster.get("),
    ('cluster.get("pods")', 'cluster.list("pod") for all'),
    ('cluster.get("pod", nam="web-1")', "get: missing a required argument: 'name'"),
    ('cluster.delete("web-1")', "delete: give either a name or labels\nCall it as in"),
    ('cluster.delete("pod", "web-1", "web-2")', "delete: too many positional arguments"),
    ('cluster.list("pod", "app=nginx")', "list: 'app=nginx' is no namespace\nCall it as in"),
    ('cluster.rollout.undo("web")', 'cluster.rollout.undo("sts", "web")'),
    ("Cluster(node=3)", "Cluster: got an unexpected keyword argument 'node'"),
    ('Cluster(nodes="3")', "Cluster: nodes must be a whole number, not '3'"),
    ('tables.pods("web")', "pods: source must be a cluster, or a moment of one, not 'web'"),
    ('tables.watch(cluster, "web")', "watch: since must be a whole number, not 'web'"),
    ('graph("web")', "graph: source must be a cluster"),
    ('explain("sts/web")', "explain: source must be a cluster"),
    ("explain(cluster)", "explain: missing a required argument: 'what'"),
    ('StatefulLab("web")', "StatefulLab: cluster must be a cluster, not 'web'\nCall it as in Stat"),
    ("StatefulLab(cluster, 3)", "StatefulLab: name must be text, not 3"),
    ('Timeline("web")', "Timeline: source must be a cluster, or a moment of one, not 'web'"),
    ("PodGraph()", "PodGraph: missing a required argument: 'source'"),
    ('EventTable("web")', "source must be a cluster"),
    ("cluster.step(5)", "step: too many positional arguments"),
]


def names(cluster: Cluster) -> dict[str, Any]:
    return {
        "Cluster": Cluster, "cluster": cluster, "explain": explain, "graph": graph, "tables": tables,
        **{name: getattr(widgets, name) for name in widgets.__all__},
    }  # fmt: skip


@pytest.mark.parametrize(("typed", "says"), WRONG)
def test_a_call_that_does_not_fit_says_how_to_call(cluster: Cluster, typed: str, says: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        eval(typed, names(cluster))
    assert says in str(caught.value)


@pytest.mark.parametrize("example", EXAMPLES.values())
def test_the_examples_run(cluster: Cluster, example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(MANIFEST.parents[1])
    cluster.set_image("sts", "web", "nginx:1.28")  # something to take back
    cluster.settle()
    for call in example.removesuffix(" for all").split(", or "):
        eval(call, names(cluster.fork()))


def test_an_error_of_a_function_that_was_handed_over_stays_what_it_is(cluster: Cluster) -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        cluster.run_until(lambda view: view.time + "s")  # type: ignore[operator]


@pytest.fixture
def shell(cluster: Cluster) -> InteractiveShell:
    found = InteractiveShell()
    found.user_ns |= names(cluster)
    return found


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (
            'pod = "web-9"\ncluster.get("pod", pod)',
            [
                '----> 2 cluster.get("pod", pod)',
                'NotFound: Error from server (NotFound): pods "web-9" not found',
            ],
        ),
        (
            'def bigger(n):\n    return cluster.scale("web", n)\n\nbigger(5)',
            [
                "----> 4 bigger(5)",
                '----> 2 return cluster.scale("web", n)',
                "TypeError: scale: name must be text, not 5",
                'Call it as in cluster.scale("sts", "web", 5)',
            ],
        ),
        (
            'cluster.apply("nginx.yaml")',
            [
                '----> 1 cluster.apply("nginx.yaml")',
                "FileNotFoundError: [Errno 2] No such file or directory: 'nginx.yaml'",
            ],
        ),
    ],
)
def test_a_notebook_shows_the_own_lines_and_the_message(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str, shown: list[str]
) -> None:
    shell.run_cell(cell)
    assert capsys.readouterr().out.splitlines() == shown


def test_a_pod_beyond_the_set_has_claims_only_where_it_has_been(cluster: Cluster) -> None:
    assert "claims" not in str(explain(cluster, "pod/web-9"))
    cluster.scale("sts", "web", 2)
    cluster.settle()
    assert "Its claims stay for its return. (S43)" in str(explain(cluster, "pod/web-2"))
