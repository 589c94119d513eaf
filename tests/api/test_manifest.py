"""What is read of a manifest, and what is refused before anything is built of it."""

import time
from pathlib import Path

import pytest
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod

from statefulkit.api.errors import BadRequest
from statefulkit.api.manifest import load

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n"


def values(text):
    return load(POD + text)[0]


def test_several_documents_lists_and_empty_ones():
    text = (
        f"---\n{POD}---\n---\nkind: List\napiVersion: v1\nitems:\n- {{apiVersion: v1, kind: Pod}}\n"
    )
    assert [d["kind"] for d in load(text)] == ["Pod", "Pod"]


def test_text_path_dict_object_and_list_are_the_same(tmp_path: Path):
    file = tmp_path / "pod.yaml"
    file.write_text(POD)
    doc = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}
    obj = Pod(metadata=ObjectMeta(name="p"))
    assert load([POD, file, str(file), doc, obj]) == [doc] * 5


def test_a_document_shares_nothing_with_its_source():
    source = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}}}
    load(source)[0]["metadata"]["labels"]["a"] = "changed"
    assert source["metadata"]["labels"] == {"a": "b"}


@pytest.mark.parametrize(
    ("yaml", "value"),
    [
        ("2020-01-01", "2020-01-01"),
        ("22:22", "22:22"),
        ("010", 8),
        ("1e3", 1000),
        ("3.0", 3),
        ("1.5", 1.5),
        (".5", 0.5),
        ("-.5e1", -5),
        ("089", 89),
        ("0x1F", 31),
        ("1_000", 1000),
        ("yes", True),
        ("y", True),
        ("off", False),
        ("~", None),
        ('"yes"', "yes"),
        ("1.27", 1.27),
        ("nginx:1.27", "nginx:1.27"),
        ("5f8b9c4d76", "5f8b9c4d76"),
    ],
)
def test_plain_words_are_read_as_kubernetes_reads_them(yaml, value):
    found = values(f"x: {yaml}\n")["x"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text_and_merges_are_taken_in():
    doc = values("x: &a {1: b, true: c}\nz:\n  <<: *a\n  d: e\n")
    assert doc["x"] == {"1": "b", "true": "c"}
    assert doc["z"] == {"1": "b", "true": "c", "d": "e"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (POD + "kind: Pod\n", 'line 5: key "kind" already set in map'),
        ("a: b: c", "line 1: mapping values are not allowed"),
        ("a:\n\t- b", "line 2: found character"),
        (POD + 'x: "a\x00b"', "control characters are not allowed"),
        (POD + 'x: "a\\0b"', "control characters are not allowed"),
        (POD + "x: !!python/name:os.system", "cannot decode !!python/name:os.system"),
        (POD + "x: !!set {a}", "cannot decode !!set"),
        (POD + "x: .inf", "unsupported value: inf"),
        (POD + "? [a]\n: b", "a key must be a string"),
        ("hello", "a manifest is a map of fields, not a string"),
        ("apiVersion: v1\n", "kind not set"),
        ("kind: Pod\n", "apiVersion not set"),
        ("kind: Foo\napiVersion: v1", 'no matches for kind "Foo" in version "v1"'),
        ("kind: StatefulSet\napiVersion: apps/v1beta1", 'in version "apps/v1beta1"'),
    ],
)
def test_refused_in_kubectls_words(text, says):
    with pytest.raises(BadRequest) as caught:
        load(text)
    assert says in str(caught.value)
    assert str(caught.value).startswith("error: ")


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i}\n  <<: [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [
        POD + BOMB,
        POD + "x: " + "[" * 100_000 + "]" * 100_000,
        POD + "x: " + "{a: " * 5_000 + "1" + "}" * 5_000,
        POD + "x: &x [*x]",
        "x" * (11 << 20),
    ],
    ids=["aliases", "lists", "maps", "itself", "size"],
)
def test_a_hostile_manifest_is_refused_quickly(text):
    begun = time.perf_counter()
    with pytest.raises(BadRequest):
        load(text)
    assert time.perf_counter() - begun < 5


def test_merges_of_merges_stay_small():
    assert values(MERGES)["a9"] == {"x": 1}


def test_a_dict_inside_itself_is_refused():
    doc = {"apiVersion": "v1", "kind": "Pod"}
    doc["x"] = doc
    with pytest.raises(BadRequest, match="max depth"):
        load(doc)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path):
    file = tmp_path / "x.yaml"
    file.write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(BadRequest, match="not UTF-8"):
        load(file)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.yaml")
