"""What is taken over from an object of the same shape is what the server would have said anew."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from statefulkit import Cluster, apiserver
from statefulkit.api import shapes
from statefulkit.api.errors import Invalid
from statefulkit.apiserver import Who
from statefulkit.controllers import revisions
from statefulkit.controllers.identity import planned

WHO = Who("statefulset-controller", "creates it")


@pytest.fixture
def made(cluster: Cluster) -> list[Any]:
    """Pods as the controller plans them, of one template."""
    view, sts = cluster.view, cluster.get("sts", "web")
    chosen = revisions.choose(view, sts)
    return [planned(sts, chosen, n) for n in range(7, 12)]


def test_the_second_of_a_shape_is_as_if_it_were_the_first(
    cluster: Cluster, made: list[Any]
) -> None:
    state = cluster.view.state
    for pod in made:
        anew = apiserver.create(state, pod.to_dict(), WHO)
        again = apiserver.create_made(state, pod, WHO)
        assert again.objects == anew.objects
        assert shapes.known(shapes.shape_of(pod), pod) is not None


def test_each_thing_that_differs_but_for_names_makes_another_shape(made: list[Any]) -> None:
    one, other = made[:2]
    assert shapes.shape_of(one) == shapes.shape_of(other)
    container = replace(one.spec.containers[0], image="nginx:1.28")
    specs = [
        replace(one.spec, containers=[container]),
        replace(one.spec, subdomain="other"),
        replace(one.spec, volumes=one.spec.volumes * 2),
        replace(one.spec, nodeName="node-1"),
    ]
    metas = [
        replace(one.metadata, labels=one.metadata.labels | {"more": "x"}),
        replace(one.metadata, annotations={"note": "x"}),
        replace(one.metadata, namespace="other"),
    ]
    others = [replace(one, spec=s) for s in specs] + [replace(one, metadata=m) for m in metas]
    assert len({shapes.shape_of(p) for p in (one, *others)}) == 1 + len(others)


@pytest.mark.parametrize("name", ["Web-7", "web_7", "w" * 64, ""])
def test_a_name_that_is_no_label_is_looked_at(cluster: Cluster, made: list[Any], name: str) -> None:
    pod = made[0]
    meta = replace(pod.metadata, name=name)
    labels = replace(pod.metadata, labels=pod.metadata.labels | {"app": f"{name}!"})
    state = apiserver.create_made(cluster.view.state, made[1], WHO)  # the shape is known
    for bad in (replace(pod, metadata=meta), replace(pod, metadata=labels)):
        assert shapes.shape_of(bad) is None
    hostname = replace(pod, spec=replace(pod.spec, hostname=name or "-"))
    with pytest.raises(Invalid, match=r"spec\.hostname"):
        apiserver.create_made(state, hostname, WHO)


def test_what_was_refused_is_refused_again(cluster: Cluster, made: list[Any]) -> None:
    wrong = replace(made[0], spec=replace(made[0].spec, restartPolicy="Perhaps"))
    for _ in range(2):
        with pytest.raises(Invalid, match=r"spec\.restartPolicy"):
            apiserver.create_made(cluster.view.state, wrong, WHO)
