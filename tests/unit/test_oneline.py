"""An object that a cell ends in is a line, not five thousand characters."""

import subprocess
import sys

import pytest

from statefulkit import Cluster
from statefulkit.api.kinds import KINDS
from statefulkit.views.oneline import line
from tests.conftest import MANIFEST, MANIFESTS

NOTEBOOK = f"""
from statefulkit import Cluster
cluster = Cluster()
cluster.apply("{MANIFEST}"); _ = cluster.settle()
show = get_ipython().display_formatter.format
for found in (
    cluster.scale("sts", "web", 4),
    cluster.patch("sts", "web", {{"spec": {{"minReadySeconds": 1}}}}),
    cluster.set_image("sts", "web", "nginx:2"),
    cluster.get("svc", "nginx"),
    cluster.list("pod"),
    list(cluster.watch("node"))[-1],
):
    print(show(found)[0]["text/plain"])
pod = type(cluster.get("pod", "web-0"))
print(len(show(pod.from_dict({{"kind": "Pod"}}))[0]["text/plain"]) > 0)
"""
SHOWN = """\
statefulset.apps/web: 3/4 ready
statefulset.apps/web: 3/4 ready
statefulset.apps/web: 3/4 ready
service/nginx: None 80/TCP
[pod/web-0: 1/1 Running, pod/web-1: 1/1 Running, pod/web-2: 1/1 Running]
('MODIFIED', node/node-3: Ready)
True
"""


def test_a_notebook_shows_objects_as_lines() -> None:
    """In a real IPython, which finds the package's way to show them."""
    command = [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", NOTEBOOK]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == SHOWN


@pytest.fixture(scope="module")
def full() -> Cluster:
    """At least one object of each kind."""
    cluster = Cluster()
    for name in ("blog", "production"):
        cluster.apply(MANIFESTS / f"{name}.yaml")
    for kind in ("ConfigMap", "Secret"):
        cluster.apply({"apiVersion": "v1", "kind": kind, "metadata": {"name": "words"}})
    cluster.settle()
    return cluster


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_of_any_kind_has_a_line(full: Cluster, kind: str) -> None:
    """As it is stored, with what the server and the controllers have filled in."""
    found = full.list(kind, namespace=None)
    assert found
    for obj in found:
        assert line(obj).startswith(f"{KINDS[kind].prefix}/{obj.metadata.name}")
        assert len(line(obj)) < 300
