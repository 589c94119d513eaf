"""Manifests: YAML or JSON text, files, dicts and objects become a list of documents.

A manifest comes from anywhere, so it is measured before it is built: its size, how deep it nests
(libyaml would recurse until the process dies) and what its aliases come to when written out.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import yaml

from statefulkit.api.errors import BadRequest
from statefulkit.api.kinds import KINDS
from statefulkit.api.told import told
from statefulkit.api.yamlreader import Loader

LARGEST = 3 * 2**20  # characters; a real API server takes requests of up to 3 MiB
DEEPEST = 100
MOST_NODES = 50_000
_HALF = "yaml: invalid UTF-8: half of a surrogate pair"


def load(source: Any) -> list[dict[str, Any]]:
    """The documents of a manifest, Lists flattened, empty ones left out.

    `source` is text, a path (or a one-line string that names a file), a dict, a lightkube object,
    or a list of these. The documents share nothing with the source.

    Raises:
        BadRequest: in kubectl's words, where the text is no YAML or a document names no kind.
        FileNotFoundError: where a path leads nowhere.
    """
    if isinstance(source, list | tuple):
        return [doc for each in source for doc in load(each)]
    if isinstance(source, dict):
        return _flat(plain(source, "STDIN"), "STDIN")
    if hasattr(source, "to_dict"):
        return _flat(plain(_described(source), "STDIN"), "STDIN")
    if isinstance(source, Path) or (isinstance(source, str) and _is_path(source)):
        name = str(source)
        return [d for doc in _parse(_read(Path(source)), name) for d in _flat(doc, name)]
    if isinstance(source, str):
        return [d for doc in _parse(source, "STDIN") for d in _flat(doc, "STDIN")]
    raise TypeError(f"a manifest is text, a path, a dict or an object, not {type(source).__name__}")


def is_unicode(text: str) -> bool:
    """Whether text can be written as UTF-8: half a surrogate pair can't."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _is_path(text: str) -> bool:
    return "\n" not in text and ":" not in text and text.endswith((".yaml", ".yml", ".json"))


def _read(path: Path) -> str:
    try:
        size = path.stat().st_size
    except OSError as missing:
        raise told(missing) from None
    if size > 4 * LARGEST:  # a character has at most four bytes
        raise _too_large(str(path), size)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(str(path), "yaml: the file is not UTF-8 text") from None


def _described(obj: Any) -> dict[str, Any]:
    doc: dict[str, Any] = obj.to_dict()
    kind = KINDS.get(type(obj).__name__)
    if kind is not None:
        doc |= {"apiVersion": kind.api_version, "kind": kind.name}
    return doc


def _parse(text: str, name: str) -> list[Any]:
    if len(text) > LARGEST:
        raise _too_large(name, len(text))
    if not is_unicode(text):
        raise _unreadable(name, _HALF)
    try:
        _measure(text, name)
        found = list(yaml.load_all(text, Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise _unreadable(name, f"yaml: {where}{error.problem}") from None
    except yaml.YAMLError as error:
        raise _unreadable(name, f"yaml: {str(error).splitlines()[0]}") from None
    except (RecursionError, ValueError) as error:
        raise _unreadable(name, f"yaml: {error}") from None
    return [plain(doc, name) for doc in found if doc is not None]


def _measure(text: str, name: str) -> None:
    """Refuse text that nests too deep, one event at a time, before anything is built of it."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader)):
        if count > 2 * MOST_NODES:
            raise _unreadable(name, f"a manifest may have {MOST_NODES} nodes")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(name)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def plain(source: Any, name: str) -> Any:
    """The value as JSON has it, copied, with aliases written out; errors call it `name`.

    Raises:
        BadRequest: where it is too deep or too large for that, or holds what JSON does not know.
    """
    nodes = 0

    def copied(value: Any, depth: int) -> Any:
        nonlocal nodes
        nodes += 1
        if nodes > MOST_NODES:
            raise _unreadable(name, "yaml: document contains excessive aliasing")
        if depth > DEEPEST:
            raise _too_deep(name)
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, str):
            if "\0" in value:
                raise _unreadable(name, "yaml: control characters are not allowed")
            if not is_unicode(value):
                raise _unreadable(name, _HALF)
            return value
        if isinstance(value, float) and math.isfinite(value):
            return int(value) if value.is_integer() and abs(value) < 2**53 else value
        if isinstance(value, dict):
            return {_key(k, name): copied(v, depth + 1) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [copied(v, depth + 1) for v in value]
        raise _unreadable(name, f"json: unsupported value: {value!r:.60}")

    return copied(source, 1)


def _key(key: Any, name: str) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, str | int | float) and "\0" not in str(key) and is_unicode(str(key)):
        return str(key)
    raise _unreadable(name, f"json: unsupported map key: {key!r:.60}")


def _unreadable(name: str, why: str) -> BadRequest:
    text = f"error parsing {name}: error converting YAML to JSON: {why}"
    return BadRequest(text, text=f"error: {text}")


def _too_large(name: str, size: int) -> BadRequest:
    return _unreadable(name, f"a manifest may have {LARGEST} characters, this has {size}")


def _too_deep(name: str) -> BadRequest:
    return _unreadable(name, f"yaml: exceeded max depth of {DEEPEST}")


def _flat(doc: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(doc, dict):
        text = f"error validating data: a manifest is a map of fields, not {_json_type(doc)}"
        raise BadRequest(text, text=f"error: {text}")
    for field in ("apiVersion", "kind"):
        if not isinstance(doc.get(field), str) or not doc[field]:
            text = f"error validating data: {field} not set"
            raise BadRequest(text, text=f"error: {text}")
    if doc["kind"] == "List" and isinstance(doc.get("items"), list):
        return [d for item in doc["items"] for d in _flat(item, name)]
    kind = KINDS.get(doc["kind"])
    if kind is None or kind.api_version != doc["apiVersion"]:
        raise _unknown_kind(doc, name)
    return [doc]


def _unknown_kind(doc: dict[str, Any], source: str) -> BadRequest:
    meta = doc.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    text = f'no matches for kind "{doc["kind"]}" in version "{doc["apiVersion"]}"'
    where = f'name: "{meta.get("name", "")}" namespace: "{meta.get("namespace", "")}"'
    shown = f'error: resource mapping not found for {where} from "{source}": {text}'
    return BadRequest(text, text=f"{shown}\nensure CRDs are installed first")


def _json_type(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "a string" if isinstance(value, str) else f"a {type(value).__name__}"
