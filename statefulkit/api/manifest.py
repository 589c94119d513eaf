"""Manifests: YAML or JSON text, files, dicts and objects become a list of documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from statefulkit.api.errors import BadRequest
from statefulkit.api.kinds import KINDS

LARGEST = 3 * 2**20  # characters; a real API server takes requests of up to 3 MiB
DEEPEST = 100
MOST_NODES = 500_000


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """YAML as Kubernetes reads it: no duplicate keys, no dates."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = getattr(key_node, "value", None)
            if not isinstance(key, str):
                raise yaml.MarkedYAMLError(
                    problem="a key must be a string", problem_mark=key_node.start_mark
                )
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f'key "{key}" already set in map', problem_mark=key_node.start_mark
                )
            seen.add(key)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return {k if isinstance(k, str) else str(k): v for k, v in found.items()}


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rx) for tag, rx in found if not tag.endswith((":timestamp", ":merge"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(source: Any) -> list[dict[str, Any]]:
    """The documents of a manifest, Lists flattened, empty ones left out.

    `source` is text, a path (or a one-line string that names a file), a dict, a lightkube object,
    or a list of these.

    Raises:
        BadRequest: in kubectl's words, where the text is no YAML or a document names no kind.
        FileNotFoundError: where a path leads nowhere.
    """
    if isinstance(source, list | tuple):
        return [doc for each in source for doc in load(each)]
    if isinstance(source, dict):
        return _flat(source)
    if hasattr(source, "to_dict"):
        return _flat(_described(source))
    if isinstance(source, Path) or (isinstance(source, str) and _is_path(source)):
        return [d for doc in _parse(Path(source).read_text(), str(source)) for d in _flat(doc)]
    if isinstance(source, str):
        return [d for doc in _parse(source, "STDIN") for d in _flat(doc)]
    raise TypeError(f"a manifest is text, a path, a dict or an object, not {type(source).__name__}")


def _is_path(text: str) -> bool:
    return "\n" not in text and ":" not in text and text.endswith((".yaml", ".yml", ".json"))


def _described(obj: Any) -> dict[str, Any]:
    doc: dict[str, Any] = obj.to_dict()
    kind = KINDS.get(type(obj).__name__)
    if kind is not None:
        doc |= {"apiVersion": kind.api_version, "kind": kind.name}
    return doc


def _parse(text: str, name: str) -> list[Any]:
    if len(text) > LARGEST:
        raise _unreadable(name, f"a manifest may have {LARGEST} characters, this has {len(text)}")
    try:
        return [doc for doc in yaml.load_all(text, _Loader) if doc is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise _unreadable(name, f"yaml: {where}{error.problem}") from None
    except yaml.YAMLError as error:
        raise _unreadable(name, f"yaml: {str(error).splitlines()[0]}") from None
    except (RecursionError, ValueError) as error:
        raise _unreadable(name, f"yaml: {error}") from None


def _unreadable(name: str, why: str) -> BadRequest:
    text = f"error parsing {name}: error converting YAML to JSON: {why}"
    return BadRequest(text, text=f"error: {text}")


def _flat(doc: Any) -> list[dict[str, Any]]:
    if not isinstance(doc, dict):
        text = f"error validating data: a manifest is a map of fields, not {_json_type(doc)}"
        raise BadRequest(text, text=f"error: {text}")
    if _size(doc, {}) > MOST_NODES:
        text = "error converting YAML to JSON: yaml: document contains excessive aliasing"
        raise BadRequest(text, text=f"error: {text}")
    if _depth(doc) > DEEPEST:
        text = f"error validating data: nested deeper than {DEEPEST} levels"
        raise BadRequest(text, text=f"error: {text}")
    for field in ("apiVersion", "kind"):
        if not isinstance(doc.get(field), str) or not doc[field]:
            text = f"error validating data: {field} not set"
            raise BadRequest(text, text=f"error: {text}")
    if doc["kind"] == "List" and isinstance(doc.get("items"), list):
        return [d for item in doc["items"] for d in _flat(item)]
    kind = KINDS.get(doc["kind"])
    if kind is None or kind.api_version != doc["apiVersion"]:
        text = f'no matches for kind "{doc["kind"]}" in version "{doc["apiVersion"]}"'
        hint = "ensure CRDs are installed first"
        raise BadRequest(text, text=f"error: resource mapping not found: {text}\n{hint}")
    return [doc]


def _size(value: Any, known: dict[int, int]) -> int:
    """How many nodes the document has once its aliases are written out."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = 0  # a node inside itself has no end, and is refused by its depth
        children = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(child, known) for child in children)
    return known[id(value)]


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
        deepest += 1
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return deepest


def _json_type(value: Any) -> str:
    names: dict[type, str] = {list: "a list", str: "a string"}
    return names.get(type(value), f"a {type(value).__name__}")
