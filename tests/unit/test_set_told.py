"""What is told of a StatefulSet, and what is refused: Events, errors, kubectl (E5 to E17, X6 to X14)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from statefulkit import Cluster, tables
from statefulkit.api.errors import Invalid
from statefulkit.api.manifest import load
from statefulkit.apiserver import update
from statefulkit.verbs import you
from tests.conftest import MANIFEST
from tests.unit.sets import names, said, start


def mutable() -> list[tuple[dict[str, Any], bool]]:
    """Changes of a spec, and whether they are allowed (S1 to S14)."""
    template = {
        "metadata": {"labels": {"app": "nginx"}},
        "spec": {"containers": [{"name": "a", "image": "b"}]},
    }
    return [
        ({"replicas": 1}, True),
        ({"selector": {"matchLabels": {"app": "x"}}}, False),
        ({"serviceName": "other"}, False),
        ({"template": template}, True),
        ({"volumeClaimTemplates": []}, False),
        ({"podManagementPolicy": "Parallel"}, False),
        ({"updateStrategy": {"type": "OnDelete", "rollingUpdate": None}}, True),  # S7
        ({"updateStrategy": {"rollingUpdate": {"partition": 1}}}, True),  # S8, S9
        ({"revisionHistoryLimit": 1}, True),
        ({"minReadySeconds": 1}, True),  # S12
        ({"ordinals": {"start": 1}}, True),
        ({"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}, True),
    ]


@pytest.mark.parametrize(("change", "allowed"), mutable())
def test_what_may_change_and_what_may_not_s16_m15(change: dict[str, Any], allowed: bool) -> None:
    cluster = start(1)
    before = cluster.get("sts", "web")
    patch = {"spec": change | {"minReadySeconds": 3}}
    if allowed:
        cluster.patch("sts", "web", patch, type="merge")
        assert cluster.get("sts", "web").metadata.generation == 2
        return
    refusal = "updates to statefulset spec for fields other than|does not match template"
    with pytest.raises(Invalid, match=refusal):
        cluster.patch("sts", "web", patch, type="merge")
    assert cluster.get("sts", "web") == before  # nothing is applied in part


@pytest.mark.parametrize(("length", "works"), [(52, True), (56, False)])
def test_a_name_may_be_too_long_for_its_pods_s19_x12_m20_e5(length: int, works: bool) -> None:
    name = "w" * length
    cluster = Cluster(seed=5)
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["metadata"]["name"] = name
            doc["spec"] |= {"replicas": 1}
        cluster.apply(doc)
    cluster.run(10)
    if works:
        assert names(cluster) == [f"{name}-0"]
        return
    assert names(cluster) == []
    revision = cluster.list("controllerrevisions")[0].metadata.name
    assert said(cluster, "FailedCreate")[0] == (
        f'create Pod {name}-0 in StatefulSet {name} failed error: Pod "{name}-0" is invalid: '
        f'metadata.labels: Invalid value: "{revision}": must be no more than 63 characters'
    )


def test_a_claim_that_cannot_be_made_e6() -> None:
    cluster = Cluster()
    for doc in load(MANIFEST.read_text()):
        if doc["kind"] == "StatefulSet":
            doc["spec"]["volumeClaimTemplates"][0]["metadata"]["labels"] = {"a": "b c"}
        cluster.apply(doc)
    cluster.run(5)
    found = said(cluster, "FailedCreate")[0]
    start_ = "create Claim www-web-0 for Pod web-0 in StatefulSet web failed error: "
    assert found.startswith(start_ + 'PersistentVolumeClaim "www-web-0" is invalid: ')
    assert names(cluster) == []


def test_a_claim_with_another_controller_is_left_alone_e8() -> None:
    cluster = start(
        1, persistentVolumeClaimRetentionPolicy={"whenScaled": "Retain", "whenDeleted": "Delete"}
    )
    claim = cluster.view.find("PersistentVolumeClaim", "default", "www-web-0")
    ours = claim.metadata.ownerReferences[0]
    node = cluster.get("node", "node-1")
    other = replace(
        ours, kind="Node", apiVersion="v1", name="node-1", uid=node.metadata.uid, controller=True
    )
    meta = replace(claim.metadata, ownerReferences=[other])
    cluster._engine.write(
        update(cluster.view.state, replace(claim, metadata=meta), you("ties the claim"))
    )
    cluster.patch("sts", "web", {"metadata": {"labels": {"touched": "yes"}}})
    cluster.settle()
    (text,) = said(cluster, "ConflictingController")
    assert "has a conflicting OwnerReference that acts as a managing controller" in text
    refs = cluster.get("pvc", "www-web-0").metadata.ownerReferences
    assert [r.kind for r in refs] == ["Node"]


def test_replaced_pods_are_told_as_deletes_and_creates_e9() -> None:
    """Older releases had RecreatingFailedPod; today only E3 and E2 appear."""
    cluster = start(1)
    cluster.fail_pod("web-0")
    cluster.settle()
    reasons = {e.reason for e in cluster.list("events") if e.involvedObject.kind == "StatefulSet"}
    assert reasons == {"SuccessfulCreate", "SuccessfulDelete"}
    assert said(cluster, "SuccessfulDelete") == ["delete Pod web-0 in StatefulSet web successful"]


def test_events_of_a_pods_life_e12_e13_e15_e16_e17() -> None:
    cluster = start(1)
    node = cluster.get("pod", "web-0").spec.nodeName
    assert said(cluster, "Scheduled", "Pod") == [f"Successfully assigned default/web-0 to {node}"]
    assert said(cluster, "Pulling", "Pod") == ['Pulling image "nginx:1.27"']
    assert said(cluster, "Pulled", "Pod")[0].startswith(
        'Successfully pulled image "nginx:1.27" in '
    )
    assert said(cluster, "Created", "Pod") == ["Created container: nginx"]
    assert said(cluster, "Started", "Pod") == ["Started container nginx"]
    for number in (1, 2, 3):
        cluster.cordon(f"node-{number}")
    cluster.delete("pod", "web-0")
    cluster.settle()
    assert said(cluster, "Killing", "Pod") == ["Stopping container nginx"]
    why = said(cluster, "FailedScheduling", "Pod")
    assert why[-1].startswith("0/3 nodes are available: 3 node(s) were unschedulable.")


@pytest.mark.parametrize("replicas", [-1, 1.5, "two"])
def test_a_number_of_replicas_that_makes_no_sense_x14_x6(replicas: Any) -> None:
    cluster = start(1)
    version = cluster.version
    with pytest.raises(Exception, match="replicas"):
        cluster.scale("sts", "web", replicas)
    assert cluster.version == version


def test_scaling_to_what_is_there_changes_nothing_k10() -> None:
    cluster = start(2)
    version = cluster.version
    assert cluster.scale("sts", "web", 2).spec.replicas == 2
    assert cluster.version == version


def test_three_ways_to_cascade_k20() -> None:
    for cascade, left in (("background", 0), ("foreground", 0), ("orphan", 2)):
        cluster = start(2)
        cluster.delete("sts", "web", cascade=cascade)
        cluster.settle()
        assert len(names(cluster)) == left
    with pytest.raises(ValueError, match="cascade"):
        cluster.delete("pod", "web-0", cascade="false")


def test_restarts_are_shown_with_their_age_k4() -> None:
    cluster = start(1)
    cluster.crash("web-0")
    cluster.settle()
    cluster.run(25)
    assert tables.pods(cluster).RESTARTS.tolist() == ["1 (25s ago)"]


def test_cordoning_twice_changes_nothing_k18() -> None:
    cluster = start(1)
    cluster.cordon("node-1")
    version = cluster.version
    cluster.cordon("node-1")
    assert cluster.version == version
    assert cluster.get("node", "node-1").spec.unschedulable
    cluster.uncordon("node-1")
    assert not cluster.get("node", "node-1").spec.unschedulable


def test_the_table_of_differences_d11() -> None:
    """One Deployment beside one StatefulSet: names, storage, order, victims, updates, history."""
    cluster = start(3)
    template = {
        "metadata": {"labels": {"app": "front"}},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
    }
    spec = {"replicas": 3, "selector": {"matchLabels": {"app": "front"}}, "template": template}
    cluster.apply(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "front"}, "spec": spec}
    )
    cluster.settle()
    front = {p.metadata.name for p in cluster.list("pods", labels="app=front")}
    cluster.delete("pod", min(front))
    cluster.delete("pod", "web-1")
    cluster.settle()
    assert {p.metadata.name for p in cluster.list("pods", labels="app=front")} != front
    assert [n for n in names(cluster) if n.startswith("web")] == ["web-0", "web-1", "web-2"]
    assert len(cluster.list("pvc")) == 3
    for kind, name in (("sts", "web"), ("deploy", "front")):
        cluster.set_image(kind, name, "nginx:1.28")
    most = {"web": 0, "front": 0}
    while len(cluster.step()):
        for name in most:
            pods = [p for p in names(cluster) if p.startswith(name)]
            alive = [p for p in pods if not cluster.get("pod", p).metadata.deletionTimestamp]
            most[name] = max(most[name], len(alive))
    assert most == {"web": 3, "front": 4}  # no surge, surge
    assert len(cluster.list("controllerrevisions")) == 2
    assert len(cluster.list("rs")) == 2
