"""What fuzzing found, and a short run of it with each test run."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings

from statefulkit import Cluster, tables
from statefulkit.api.errors import StatusError
from tests.bad_input.good import GOOD
from tests.fuzz.target import attempt, calls

NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-9"}}
SLICE = {
    "apiVersion": "discovery.k8s.io/v1",
    "kind": "EndpointSlice",
    "metadata": {"name": "s", "labels": {"kubernetes.io/service-name": "mysql"}},
    "addressType": "IPv4",
    "endpoints": [{"addresses": ["10.244.1.77"]}],
}
ATTACHMENT = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "VolumeAttachment",
    "metadata": {"name": "a"},
    "spec": {"attacher": "x", "nodeName": "node-1", "source": {"persistentVolumeName": "none"}},
}
BUDGET = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}}
NAMELESS = GOOD["StatefulSet"] | {
    "spec": GOOD["StatefulSet"]["spec"] | {"volumeClaimTemplates": [{"spec": {}}]}
}
FOUND = {  # each broke the model once
    "an attachment without a status": [ATTACHMENT],
    "an endpoint that is no Pod": [SLICE],
    "a budget without a spec": [BUDGET, GOOD["StatefulSet"]],
    "a node without a machine": [NODE, GOOD["Deployment"]],
    "a claim template without a name": [NAMELESS],
    "a grace period beyond the calendar": [
        GOOD["Pod"] | {"spec": GOOD["Pod"]["spec"] | {"terminationGracePeriodSeconds": 2**62}}
    ],
}
REFUSED = {
    "half a surrogate pair": {"metadata": {"annotations": {"a": "\ud800"}}},
    "a null among finalizers": {"metadata": {"finalizers": [None]}},
    "a map among finalizers": {"metadata": {"finalizers": [{}]}},
    "a number as a label": {"metadata": {"labels": {"a": 1}}},
    "a key that is no text": {"metadata": {5: 1}},
}


@pytest.mark.parametrize("what", FOUND)
def test_what_was_found_is_taken(what):
    cluster = Cluster(nodes=2)
    cluster.apply(FOUND[what])
    cluster.settle(timeout=100)
    cluster.delete("node", "node-1")
    cluster.settle(timeout=400)


@pytest.mark.parametrize("what", REFUSED)
def test_what_was_found_is_refused(what):
    cluster = Cluster(nodes=1)
    cluster.apply(GOOD["StatefulSet"])
    before = cluster.view.state
    with pytest.raises(StatusError):
        cluster.patch("sts", "db", REFUSED[what])
    assert cluster.view.state is before


def test_no_pod_goes_where_no_kubelet_is():
    cluster = Cluster(nodes=0)
    cluster.apply([NODE, GOOD["Deployment"]])
    cluster.settle(timeout=10)
    (pod,) = cluster.list("pod")
    assert "untolerated taint {node.kubernetes.io/not-ready: }" in pod.status.conditions[0].message


def test_a_pod_made_for_no_node_again_and_again_takes_time():
    cluster = Cluster(nodes=1)
    doc = deepcopy(GOOD["Deployment"])
    doc["spec"]["template"]["spec"]["nodeName"] = "none"
    cluster.apply(doc)
    cluster.settle(timeout=200)
    assert cluster.time <= 200
    assert cluster.version < 200


@pytest.mark.parametrize("value", ["v1", {"spec": {"a": 1}}])
def test_a_field_without_a_name_is_an_unknown_one(value):
    cluster = Cluster()
    with pytest.raises(StatusError, match='unknown field ""'):
        cluster.patch("node", "node-1", {"": value})


def test_an_event_that_does_not_say_when_is_shown_and_goes_after_its_hour():
    cluster = Cluster()
    about = {"kind": "Pod", "namespace": "default", "name": "web-0"}
    meta = {"name": "mine", "namespace": "default"}
    event = {"apiVersion": "v1", "kind": "Event", "metadata": meta, "involvedObject": about}
    cluster.create(event)
    assert tables.events(cluster).iloc[0, 0] == "<unknown>"
    cluster.run(4000)
    cluster.apply(GOOD["StatefulSet"])  # somebody has to write Events for old ones to go
    cluster.settle()
    assert "mine" not in [e.metadata.name for e in cluster.list("event")]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(calls())
def test_hostile_writes(case):
    attempt(*case)
