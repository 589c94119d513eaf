"""Strict decoding: unknown fields, wrong types, and Go's zero values."""

import pytest

from statefulkit.api import schema
from statefulkit.api.defaults import default
from statefulkit.api.errors import BadRequest
from statefulkit.api.kinds import KINDS, kind_of
from tests.api.docs import doc, pod


def refused(found):
    with pytest.raises(BadRequest) as caught:
        schema.check(kind_of(found["kind"]), found)
    assert caught.value.status.code == 400
    return caught.value.status.message


def test_every_unknown_field_is_named():
    found = doc("StatefulSet", replcas=3, foo=1)
    assert refused(found) == (
        'StatefulSet in version "v1" cannot be handled as a StatefulSet: strict decoding error: '
        'unknown field "spec.replcas", unknown field "spec.foo"'
    )


def test_an_unknown_field_has_its_index():
    assert 'unknown field "spec.containers[0].imgae"' in refused(pod(imgae="x"))


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (
            {"replicas": "3"},
            "cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas",
        ),
        ({"replicas": 1.5}, "number 1.5"),
        ({"replicas": 2**31}, "of type int32"),
        ({"replicas": True}, "cannot unmarshal bool"),
        ({"template": []}, "cannot unmarshal array"),
        ({"serviceName": 5}, "of type string"),
    ],
)
def test_wrong_types_name_the_field(spec, says):
    assert says in refused(doc("StatefulSet", **spec))


@pytest.mark.parametrize("amount", ["lots", "1 GB", "1e999999999", "", True])
def test_what_is_no_quantity_is_refused_at_once(amount):
    assert "quantities must match" in refused(pod(resources={"requests": {"cpu": amount}}))


@pytest.mark.parametrize("amount", ["500m", "1Gi", 2, 0.5, "1e3"])
def test_quantities(amount):
    schema.check(kind_of("Pod"), pod(resources={"requests": {"cpu": amount}}))


def test_a_label_is_text_and_a_time_is_a_time():
    assert "of type string" in refused(doc("Pod", {"labels": {"a": 1}}))
    for text in ("yesterday", "2026-11-28", "2026-11-28T00:00:00"):  # the last one names no zone
        assert "parsing time" in refused(doc("Pod", {"creationTimestamp": text}))


def test_null_is_absent():
    schema.check(kind_of("StatefulSet"), doc("StatefulSet", replicas=None, updateStrategy=None))


@pytest.mark.parametrize("body", [None, 5, [], "x"])
def test_an_object_is_a_map(body):
    with pytest.raises(BadRequest):
        schema.check(kind_of("Pod"), body)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_s4_a_missing_field_never_breaks_decoding(kind):
    """What a manifest leaves out is Go's zero value: decoding succeeds, validation may refuse."""
    bare = {"apiVersion": KINDS[kind].api_version, "kind": kind, "metadata": {"name": "x"}}
    full = default(bare)
    if kind in ("StatefulSet", "Deployment", "ReplicaSet"):
        assert "selector" not in full["spec"]  # X3 tells absent from empty
        full["spec"]["selector"] = {}
    KINDS[kind].type.from_dict(full)


def test_s4_a_template_with_holes_decodes():
    holes = {"containers": [{"volumeMounts": [{"name": "www"}], "env": [{}], "ports": [{}]}, None]}
    KINDS["StatefulSet"].type.from_dict(default(doc("StatefulSet", template={"spec": holes})))
