"""Merge patch (RFC 7386), JSON patch (RFC 6902), strategic merge patch, apply (K9, K11)."""

from copy import deepcopy

import pytest

from statefulkit.api.errors import BadRequest, Invalid, Unexpected
from statefulkit.api.kinds import kind_of
from statefulkit.api.patch import json_patch, merge_patch, strategic_merge_patch
from statefulkit.api.threeway import apply_patch
from tests.api.docs import doc, pod

POD, SVC, DEPLOY = kind_of("Pod"), kind_of("Service"), kind_of("Deployment")

RFC_7386 = [  # appendix A
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a"], ["c"], ["c"]),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("before", "patch", "after"), RFC_7386)
def test_k11_merge_patch(before, patch, after):
    kept = deepcopy(before)
    assert merge_patch(before, patch) == after
    assert before == kept


@pytest.mark.parametrize(
    ("op", "after"),
    [
        ({"op": "add", "path": "/l/1", "value": 9}, {"l": [1, 9, 2]}),
        ({"op": "add", "path": "/l/-", "value": 9}, {"l": [1, 2, 9]}),
        ({"op": "add", "path": "/a~1b", "value": 9}, {"l": [1, 2], "a/b": 9}),
        ({"op": "remove", "path": "/l/0"}, {"l": [2]}),
        ({"op": "replace", "path": "/l/1", "value": 9}, {"l": [1, 9]}),
        ({"op": "move", "from": "/l/0", "path": "/m"}, {"l": [2], "m": 1}),
        ({"op": "copy", "from": "/l", "path": "/m"}, {"l": [1, 2], "m": [1, 2]}),
        ({"op": "test", "path": "/l/0", "value": 1}, {"l": [1, 2]}),
    ],
)
def test_k11_json_patch(op, after):
    before = {"l": [1, 2]}
    assert json_patch(before, [op]) == after
    assert before == {"l": [1, 2]}


@pytest.mark.parametrize(
    "op",
    [
        {"op": "replace", "path": "/l/7", "value": 1},
        {"op": "replace", "path": "/none", "value": 1},
        {"op": "remove", "path": "/none"},
        {"op": "test", "path": "/l/0", "value": 5},
        {"op": "add", "path": "/l/01", "value": 1},
        {"op": "add", "path": "/l/²", "value": 1},
        {"op": "add", "path": "l/0", "value": 1},
        {"op": "copy", "path": "/x"},
        {"op": "add"},
        {"path": "/l/0"},
        {"op": "jump", "path": "/l/0"},
    ],
)
def test_k11_a_json_patch_that_cannot_be_done(op):
    with pytest.raises(Invalid) as caught:
        json_patch({"l": [1, 2]}, [op])
    assert caught.value.status.message.startswith("the server rejected our request")


@pytest.mark.parametrize("patch", [5, [5]])
def test_k11_what_is_no_json_patch(patch):
    with pytest.raises(BadRequest):
        json_patch({}, patch)


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        (5, BadRequest),
        ({"metadata": {"name": "other"}}, BadRequest),
        ({"metadata": None}, BadRequest),
        ({"kind": None}, Invalid),
        ({"kind": "Service"}, Invalid),
    ],
)
def test_k11_a_patch_keeps_the_object_it_was_sent_to(patch, error):
    with pytest.raises(error):
        merge_patch(pod(), patch)
    with pytest.raises(error):
        strategic_merge_patch(POD, pod(), patch)


def strategic(before, patch, kind=POD):
    kept = deepcopy(before)
    after = strategic_merge_patch(kind, before, patch)
    assert before == kept
    return after


def test_k11_containers_merge_by_name():
    patch = {"spec": {"containers": [{"name": "c", "image": "x"}, {"name": "d", "image": "y"}]}}
    found = strategic(pod(command=["z"]), patch)["spec"]["containers"]
    assert found == [{"name": "c", "image": "x", "command": ["z"]}, {"name": "d", "image": "y"}]


def test_k11_ports_merge_by_container_port_or_by_port():
    before = doc("Service", ports=[{"port": 80, "name": "web"}])
    after = strategic(before, {"spec": {"ports": [{"port": 80, "targetPort": 8080}]}}, SVC)
    assert after["spec"]["ports"] == [{"port": 80, "name": "web", "targetPort": 8080}]
    patch = {"spec": {"containers": [{"name": "c", "ports": [{"containerPort": 81}]}]}}
    after = strategic(pod(ports=[{"containerPort": 80}]), patch)
    assert after["spec"]["containers"][0]["ports"] == [{"containerPort": 81}, {"containerPort": 80}]


def test_k11_tolerations_are_replaced_and_finalizers_united():
    before = doc("Pod", {"finalizers": ["a/b"]}, tolerations=[{"key": "a"}])
    patch = {"metadata": {"finalizers": ["c/d"]}, "spec": {"tolerations": [{"key": "b"}]}}
    after = strategic(before, patch)
    assert after["spec"]["tolerations"] == [{"key": "b"}]
    assert after["metadata"]["finalizers"] == ["c/d", "a/b"]


def names(found):
    return [c["name"] for c in found["spec"]["containers"]]


def of(*found):
    return doc("Pod", containers=[{"name": n} for n in found])


@pytest.mark.parametrize(
    ("live", "patch", "order", "after"),
    [
        (
            "c",
            "d",
            None,
            "dc",
        ),  # Kubernetes' page on `kubectl patch`: the new container is the first
        ("ab", "ba", None, "ba"),
        ("abc", "b", None, "abc"),
        ("abc", "cxa", None, "bcxa"),  # b was in front of c
        ("ab", "", "ba", "ba"),
        ("ab", "x", "axb", "axb"),
        ("abc", "x", "cx", "abcx"),
    ],
)
def test_k11_the_order_of_merged_lists(live, patch, order, after):
    """$setElementOrder comes before the order of the patch, that before the order of what is there."""
    spec = {"containers": [{"name": n} for n in patch]} if patch else {}
    if order:
        spec["$setElementOrder/containers"] = [{"name": n} for n in order]
    assert names(strategic(of(*live), {"spec": spec})) == [*after]


@pytest.mark.parametrize(
    ("spec", "error", "says"),
    [
        (
            {"$setElementOrder/containers": [{"name": "a"}], "containers": [{"name": "b"}]},
            Unexpected,
            "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n"
            "[map[name:a]]\n",
        ),
        (
            {"$setElementOrder/containers": "a"},
            BadRequest,
            "invalid patch format of setElementOrder list",
        ),
        (
            {"$retainKeys": ["volumes"], "hostname": "x"},
            BadRequest,
            "invalid patch format of retainKeys",
        ),
        ({"$patch": "merge"}, Unexpected, "unknown patch type: merge in map: map[$patch:merge]"),
    ],
)
def test_k11_wrong_directives(spec, error, says):
    with pytest.raises(error) as caught:
        strategic(of("a"), {"spec": spec})
    assert caught.value.status.message == says


def test_k11_retain_keys_keeps_what_it_names():
    before = doc("Deployment", strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}})
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}
    assert strategic(before, patch, DEPLOY)["spec"]["strategy"] == {"type": "Recreate"}


def test_k11_directives():
    gone = {"spec": {"containers": [{"name": "c", "$patch": "delete"}]}}
    assert strategic(pod(), gone)["spec"]["containers"] == []
    anew = {
        "spec": {"containers": [{"name": "c", "image": "y"}, {"name": "c", "$patch": "delete"}]}
    }
    assert strategic(pod(args=["a"]), anew)["spec"]["containers"] == [{"name": "c", "image": "y"}]
    replace = {"spec": {"containers": [{"name": "n"}, {"$patch": "replace"}]}}
    assert strategic(pod(), replace)["spec"]["containers"] == [{"name": "n"}]
    before = doc("Pod", securityContext={"runAsUser": 1})
    empty = {"spec": {"securityContext": {"$patch": "delete"}}}  # its fields go, the map stays
    assert strategic(before, empty)["spec"]["securityContext"] == {}
    ports = {"ports": [{"port": 80}]}  # of an EndpointSlice: they have no merge key
    assert strategic({"ports": [{"port": 90}]}, ports, kind_of("EndpointSlice")) == ports
    cut = {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a/a"]}}
    after = strategic(doc("Pod", {"finalizers": ["a/a", "b/b"]}), cut)
    assert after["metadata"]["finalizers"] == ["b/b"]
    with pytest.raises(Unexpected) as caught:
        strategic(pod(), {"spec": {"containers": [{"image": "x", "args": ["a", "b"]}]}})
    text = "map: map[args:[a b] image:x] does not contain declared merge key: name"
    assert str(caught.value) == f"Error from server: {text}"
    assert (caught.value.status.code, caught.value.status.reason) == (500, "")


def test_k9_apply_removes_what_only_the_last_manifest_had():
    last = doc("Pod", {"labels": {"a": "1", "b": "2"}}, hostname="x")
    live = doc("Pod", {"labels": {"a": "1", "b": "2", "added": "y"}}, hostname="x", nodeName="n")
    found = apply_patch(POD, last, live, doc("Pod", {"labels": {"a": "3"}}))
    assert found["metadata"]["labels"] == {"a": "3", "added": "y"}
    assert "hostname" not in found["spec"]
    assert found["spec"]["nodeName"] == "n"  # what the manifest never spoke of stays


def test_k9_apply_removes_items_of_merged_lists():
    last = doc("Service", ports=[{"port": 80, "name": "a"}, {"port": 81, "name": "b"}])
    found = apply_patch(SVC, last, last, doc("Service", ports=[{"port": 81, "name": "b"}]))
    assert found["spec"]["ports"] == [{"port": 81, "name": "b"}]
    last = pod(env=[{"name": "A", "value": "1"}, {"name": "B", "value": "2"}])
    found = apply_patch(POD, last, last, pod(env=[{"name": "B", "value": "3"}]))
    assert found["spec"]["containers"][0]["env"] == [{"name": "B", "value": "3"}]


def test_k9_apply_puts_merged_lists_in_the_order_of_the_manifest():
    assert names(apply_patch(POD, of("a"), of("a"), of("b", "a"))) == ["b", "a"]
    assert names(apply_patch(POD, of("a", "b"), of("a", "b"), of("b", "a"))) == ["b", "a"]
    assert names(apply_patch(POD, of("a", "b"), of("a", "x", "b"), of("b", "c"))) == ["x", "b", "c"]


def test_k9_apply_leaves_one_port_of_two_protocols_alone():
    ports = [{"port": 53, "name": "dns", "protocol": p} for p in ("UDP", "TCP")]
    found = doc("Service", ports=ports)
    assert apply_patch(SVC, found, found, found) == found


def test_k9_apply_takes_a_volume_back_to_what_the_manifest_says():
    wanted, live = (
        doc("Pod", volumes=[{"name": "v", what: {}}]) for what in ("emptyDir", "secret")
    )
    assert apply_patch(POD, wanted, live, wanted)["spec"]["volumes"] == [
        {"name": "v", "emptyDir": {}}
    ]


def test_k9_apply_wants_the_merge_key_of_each_item():
    with pytest.raises(Unexpected, match="does not contain declared merge key: name"):
        apply_patch(POD, of("a"), of("a"), doc("Pod", containers=[{"image": "x"}]))


def test_k9_apply_removes_finalizers_that_only_the_last_manifest_had():
    last, live = ({"finalizers": names} for names in (["a/a", "b/b"], ["a/a", "b/b", "c/c"]))
    found = apply_patch(
        POD, doc("Pod", last), doc("Pod", live), doc("Pod", {"finalizers": ["a/a"]})
    )
    assert found["metadata"]["finalizers"] == ["a/a", "c/c"]  # c/c is somebody else's


def test_d5_apply_switches_to_recreate_in_spite_of_the_defaults():
    last = doc("Deployment", strategy={"type": "RollingUpdate"})
    live = doc("Deployment", strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}})
    found = apply_patch(DEPLOY, last, live, doc("Deployment", strategy={"type": "Recreate"}))
    assert found["spec"]["strategy"] == {"type": "Recreate"}
