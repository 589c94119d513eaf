"""Valid manifests broken a little: in structure, types, text, and with fields that really exist."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, get_args, get_origin

import msgspec
import yaml
from hypothesis import strategies as st

from statefulkit.api.kinds import KINDS
from statefulkit.api.schema import plain

Doc = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

SCALARS = [
    None, True, False, 0, -1, 1, 2, 80, 65536, 2**31 - 1, 2**31, -(2**31), 2**63 - 1, 2**63, 10**30,
    0.5, -0.0, 1e18, 1e308, float("nan"), float("inf"), "", " ", "-", "0", "-1", "1e3", "0x10",
    "100%", "101%", "1Gi", "-1Gi", "1e99", "None", "null", "true", "default", "kube-system", "web",
    "web-0", "nginx", "node-1", "Always", "Never", "Parallel", "OnDelete", "RollingUpdate",
    "Recreate", "Delete", "Retain", "ClientIP", "ExternalName", "10.96.0.10", "::1",
    "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "a" * 64, "a" * 254,
    "a.b", "A_B", "../..", "/", "a/b", "a/b/c", "..", "%s{0}", "\0", "\x07", "\x1b[2J", "\n",
    "\u202eweb", "\u200b", "web\u0301", "\ud800", "💾", "ⅷ", "١", "<b>&\"'", "!", "app=web",
]  # fmt: skip
SHAPES: list[Any] = [[], {}, [[]], [{}], [None], {"": ""}, {"a": {}}, ["x", "x"], {"name": "c"}]
TOKENS = [
    "&a ", "*a", "!!python/object/apply:os.system ", "!!binary ", "!x ", "<<: ", "- ", "? ", ": ",
    "\t", "\0", "---\n", "...\n", "{", "}", "[", "]", ",", "'", '"', "|\n", ">-\n", "#", "%YAML 9.9\n",
    "\ufeff", "\u2028", "\x85", "\x1b", "\u202e", "1e999", ".nan", "-.inf", "0x", "0b2", "0o9", "08",
    "2020-01-01", "22:22", "~", "yes", "null", "\r", "\\", "@", "`", " ", "\n", "\n  ", "💥", "=",
]  # fmt: skip

values: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(SCALARS), st.sampled_from(SHAPES), st.integers(), st.text(max_size=8)
).map(deepcopy)


def places(node: Any, hint: Any = Any) -> list[tuple[Any, Any, Any]]:
    """(container, key or index, type hint) of everything in a document, outermost first."""
    found: list[tuple[Any, Any, Any]] = []
    if isinstance(node, dict):
        for key, child in node.items():
            inner = _inner(hint, key)
            found += [(node, key, inner), *places(child, inner)]
    elif isinstance(node, list):
        inner = _inner(hint, 0)
        for i, child in enumerate(node):
            found += [(node, i, inner), *places(child, inner)]
    return found


def _inner(hint: Any, key: Any) -> Any:
    first = plain(hint)[0]
    if isinstance(first, type) and issubclass(first, msgspec.Struct):
        return {f.encode_name: f.type for f in msgspec.structs.fields(first)}.get(key, Any)
    arguments = get_args(first)
    return arguments[-1] if get_origin(first) in (list, dict) and arguments else Any


def fitting(draw: Draw, hint: Any, depth: int = 0) -> Any:
    """A value of the type that a field has: right in form, seldom in sense."""
    first = plain(hint)[0]
    if isinstance(first, type) and issubclass(first, msgspec.Struct):
        fields = msgspec.structs.fields(first)
        wanted = [f for f in fields if f.required]
        if depth < 3 and fields:
            wanted += draw(st.lists(st.sampled_from(fields), max_size=2))
        return {f.encode_name: fitting(draw, f.type, depth + 1) for f in wanted}
    origin, arguments = get_origin(first) or first, get_args(first)
    if origin is list:
        return [fitting(draw, arguments[0], depth + 1)] if depth < 4 and arguments else []
    if origin is dict:
        return {"a": fitting(draw, arguments[1], depth + 1)} if arguments else {}
    if origin is bool:
        return draw(st.booleans())
    if origin in (int, float):
        return draw(st.sampled_from([0, 1, -1, 5, 2**31 - 1]))
    return draw(st.sampled_from([s for s in SCALARS if isinstance(s, str)]))


@st.composite
def documents(draw: Draw, docs: list[Doc], least: int = 0) -> Doc:
    """One of the documents after up to five changes."""
    doc: Doc = deepcopy(draw(st.sampled_from(docs)))
    for _ in range(draw(st.integers(least, 5))):
        _change(draw, doc)
    return doc


def _change(draw: Draw, doc: Doc) -> None:
    kind = KINDS.get(str(doc.get("kind")))
    here = places(doc, kind.type if kind else Any)
    if not here:
        return
    inside, key, hint = here[draw(st.integers(0, len(here) - 1))]
    other = here[draw(st.integers(0, len(here) - 1))]
    match draw(
        st.sampled_from(["value", "fitting", "grow", "cut", "rename", "swap", "wrap", "twice"])
    ):
        case "value":
            inside[key] = draw(values)
        case "fitting":
            inside[key] = fitting(draw, hint)
        case "grow":
            _grow(draw, inside[key], hint)
        case "cut":
            del inside[key]
        case "rename" if isinstance(inside, dict):
            name = draw(st.sampled_from(["x", "", "spec", "status", "\0", "💥", 1, None]))
            inside[name] = inside.pop(key)
        case "swap":
            inside[key] = deepcopy(other[0][other[1]])
        case "wrap":
            inside[key] = draw(
                st.sampled_from([[inside[key]], {"a": inside[key]}, str(inside[key])])
            )
        case "twice" if isinstance(inside[key], list):
            inside[key] = inside[key] * 2


def _grow(draw: Draw, node: Any, hint: Any) -> None:
    """Add a field that the type has and the manifest does not use."""
    first = plain(hint)[0]
    if isinstance(node, dict) and isinstance(first, type) and issubclass(first, msgspec.Struct):
        field = draw(st.sampled_from(msgspec.structs.fields(first)))
        node[field.encode_name] = fitting(draw, field.type)
    elif isinstance(node, dict):
        node[draw(st.sampled_from(["a", "x/y", "app"]))] = draw(values)
    elif isinstance(node, list):
        node.append(fitting(draw, get_args(first)[0]) if get_args(first) else draw(values))


@st.composite
def texts(draw: Draw, docs: list[Doc]) -> str:
    """YAML text with pieces put in, taken out and doubled."""
    some = draw(st.lists(documents(docs), min_size=1, max_size=2))
    try:
        text = yaml.safe_dump_all(some, allow_unicode=True)
    except (yaml.YAMLError, UnicodeError):
        text = yaml.safe_dump(docs[0])
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 30)))
        token = draw(st.sampled_from(TOKENS))
        match draw(st.sampled_from(["put", "cut", "twice"])):
            case "put":
                text = text[:at] + token + text[at:]
            case "cut":
                text = text[:at] + text[end:]
            case "twice":
                text = text[:end] + text[at:]
    return text


@st.composite
def operations(draw: Draw, doc: Doc) -> list[Any]:
    """A JSON patch whose paths mostly exist."""
    paths = list(_pointers(doc, ""))
    found = []
    for _ in range(draw(st.integers(1, 3))):
        op: Doc = {
            "op": draw(st.sampled_from(["add", "remove", "replace", "move", "copy", "test"])),
            "path": draw(st.sampled_from(paths))
            + draw(st.sampled_from(["", "", "", "/-", "/x", "/0", "~"])),
            "value": draw(values),
            "from": draw(st.sampled_from(paths)),
        }
        if draw(st.integers(0, 9)) == 0:
            op[draw(st.sampled_from(list(op)))] = draw(values)
        found.append(op)
    return found


def _pointers(node: Any, path: str) -> list[str]:
    steps = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [path, *(p for step, child in steps for p in _pointers(child, f"{path}/{step}"))]
