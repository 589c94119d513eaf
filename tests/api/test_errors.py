"""Refusals read as kubectl prints them (rule book section 8, K1)."""

import pytest

from statefulkit.api.errors import (
    AlreadyExists,
    Conflict,
    Invalid,
    NotFound,
    StatusError,
    duplicate,
    forbidden,
    invalid,
    not_found,
    required,
    unsupported,
)
from statefulkit.api.kinds import kind_of

STS, POD = kind_of("sts"), kind_of("po")


def test_k1_not_found():
    error = NotFound.of(STS, "web")
    assert str(error) == 'Error from server (NotFound): statefulsets.apps "web" not found'
    assert (error.status.code, error.status.reason) == (404, "NotFound")
    assert (error.status.details.name, error.status.details.group) == ("web", "apps")


def test_x9_already_exists_and_conflict_are_both_409():
    taken, stale = AlreadyExists.of(POD, "web-0"), Conflict.of(POD, "web-0")
    assert str(taken) == 'Error from server (AlreadyExists): pods "web-0" already exists'
    assert {taken.status.code, stale.status.code} == {409}
    assert "the object has been modified" in stale.status.message


def test_section_8_one_cause_is_on_the_same_line():
    error = Invalid.of(STS, "web", [invalid("spec.replicas", -1, "must be 0 or more")])
    shown = "spec.replicas: Invalid value: -1: must be 0 or more"
    assert str(error) == f'The StatefulSet "web" is invalid: {shown}'
    assert error.status.message == f'StatefulSet.apps "web" is invalid: {shown}'


def test_section_8_several_causes_have_a_line_each():
    error = Invalid.of(STS, "web", [required("spec.a"), forbidden("spec.b", "no")])
    assert str(error).splitlines()[1:] == ["* spec.a: Required value", "* spec.b: Forbidden: no"]
    assert error.status.message.endswith("[spec.a: Required value, spec.b: Forbidden: no]")
    assert [c.reason for c in error.status.details.causes] == [
        "FieldValueRequired",
        "FieldValueForbidden",
    ]


def test_section_8_a_cause_is_said_once():
    """As kubectl's statusCausesToAggrError and the server's ToAggregate do."""
    twice = invalid("spec.replicas", -1, "must be 0 or more")
    error = Invalid.of(STS, "web", [twice, twice])
    assert str(error) == f'The StatefulSet "web" is invalid: {twice}'
    assert error.status.message == f'StatefulSet.apps "web" is invalid: {twice}'


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (required("f", "why"), "f: Required value: why"),
        (invalid("f", {"b": 1, "a": "x"}, "why"), 'f: Invalid value: {"a":"x","b":1}: why'),
        (
            unsupported("f", "x", ("a", "b")),
            'f: Unsupported value: "x": supported values: "a", "b"',
        ),
        (duplicate("f", "x"), 'f: Duplicate value: "x"'),
        (not_found("f", "x"), 'f: Not found: "x"'),
    ],
)
def test_section_8_forms(cause, text):
    assert str(cause) == text


def test_k29_unknown_resource_type():
    with pytest.raises(StatusError) as caught:
        kind_of("foo")
    assert str(caught.value) == 'error: the server doesn\'t have a resource type "foo"'
