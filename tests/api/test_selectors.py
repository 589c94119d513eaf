"""Label and field selectors."""

import pytest
from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement

from statefulkit.api.errors import BadRequest
from statefulkit.api.selectors import matches, parse_fields, parse_labels

LABELS = {"app": "nginx", "tier": "a", "n": "5"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("app=nginx", True),
        ("app==nginx,tier=b", False),
        ("app!=nginx", False),
        ("missing!=x", True),
        ("tier in (a,b)", True),
        ("tier notin (a, b)", False),
        ("missing notin (a)", True),
        ("app,!missing", True),
        ("!app", False),
        ("app=", False),
        ("n>4", True),
        ("n<4", False),
        ("app>4", False),
        ("app=nginx,tier in (a,b),!x", True),
    ],
)
def test_k29_label_selectors(text, holds):
    assert parse_labels(text)(LABELS) is holds


@pytest.mark.parametrize(
    "text",
    [
        "=b",
        "a b",
        "a in (b",
        "-a=b",
        "a=b,,c",
        "!a=b",
        "a in b",
        ",",
        "a in ()",
        "a=-b",
        "a=b=c",
        "a in (b c)",
        "a/b/c",
        f"a={'b' * 64}",
    ],
)
def test_what_is_no_label_selector(text):
    with pytest.raises(BadRequest, match="unable to parse requirement"):
        parse_labels(text)


def test_s2_no_selector_matches_nothing_and_an_empty_one_all():
    assert not matches(None, LABELS)
    assert matches(LabelSelector(), LABELS)
    assert matches({}, LABELS)


@pytest.mark.parametrize(
    ("operator", "values", "present", "absent"),
    [
        ("In", ["nginx"], True, False),
        ("NotIn", ["nginx"], False, True),
        ("Exists", None, True, False),
        ("DoesNotExist", None, False, True),
    ],
)
def test_s24_expressions(operator, values, present, absent):
    expression = LabelSelectorRequirement(key="app", operator=operator, values=values)
    assert matches(LabelSelector(matchExpressions=[expression]), LABELS) is present
    assert matches(LabelSelector(matchExpressions=[expression]), {}) is absent


def test_s24_struct_and_json_form_mean_the_same():
    assert matches({"matchLabels": {"app": "nginx"}}, LABELS)
    assert not matches({"matchLabels": {"app": "nginx"}}, {"app": "other"})


def test_field_selectors():
    found = {"metadata": {"name": "web-0"}, "status": {"phase": "Running"}}
    assert parse_fields("Pod", "status.phase=Running,spec.nodeName!=node-1")(found)
    assert not parse_fields("Pod", "metadata.name=web-1")(found)
    assert parse_fields("Pod", None)(found)
    with pytest.raises(BadRequest, match="invalid field selector"):
        parse_fields("Pod", "metadata.name")
    event = {"source": {"component": "kubelet"}, "involvedObject": {"kind": "Pod"}}
    assert parse_fields("Event", "source=kubelet,involvedObject.kind=Pod")(event)
    assert parse_fields("Node", "spec.unschedulable=true")({"spec": {"unschedulable": True}})


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("StatefulSet", "spec.replicas"),
        ("Pod", "metadata.uid"),
        ("PersistentVolumeClaim", "status.phase"),
    ],
)
def test_fields_that_cannot_be_selected_by(kind, field):
    """Kubernetes' page on field selectors: each kind has a few, all others are refused."""
    with pytest.raises(
        BadRequest, match=f'"{field}" is not a known field selector: only "metadata.name", '
    ):
        parse_fields(kind, f"{field}=x")
