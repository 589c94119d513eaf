"""YAML as Kubernetes reads it: which plain words are numbers, booleans or text, and no duplicates.

PyYAML reads YAML 1.1 to the letter. Kubernetes' reader (sigs.k8s.io/yaml) differs where it matters
in manifests: a date stays text, `22:22` is no number in base 60, `1e3` is a number, `y` is true.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BOOL = re.compile(
    "y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF"
)
_INT = re.compile("[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_NULL = re.compile("~|null|Null|NULL|")
_MERGE = re.compile("<<")


class Loader(_BASE):  # type: ignore[misc]
    """Reads maps, lists, text, numbers, booleans and null; refuses every other tag."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A map, unless a key comes twice or is no scalar."""
        if not isinstance(node, yaml.MappingNode):
            raise _marked(node, "expected a mapping")
        seen = set()
        for key_node, _ in node.value:
            key = getattr(key_node, "value", None)
            if not isinstance(key, str):
                raise _marked(key_node, "a key must be a string")
            if key in seen:
                raise _marked(key_node, f'key "{key}" already set in map')
            seen.add(key)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found

    def flatten_mapping(self, node: Any) -> None:
        """`<<` taken in, keys as text, each once: merges of merges cannot grow without end."""
        super().flatten_mapping(node)
        pairs = [(self._text_key(key), value) for key, value in node.value]
        node.value = list({key.value: (key, value) for key, value in pairs}.values())

    def _text_key(self, key: Any) -> Any:
        """A key as JSON has it, `1` and `true` as text: in Python those two are one key."""
        if key.tag == _TAG + "str":
            return key
        value = self.construct_object(key)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return yaml.ScalarNode(_TAG + "str", text, key.start_mark, key.end_mark)

    def integer(self, node: Any) -> int:
        """A number as Go reads one: a leading zero means base 8."""
        text = node.value.replace("_", "")
        digits = text.lstrip("+-")
        if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
            return int(text, 8)
        return int(text, 0)

    def boolean(self, node: Any) -> bool:
        """True for true, yes, on and y."""
        return node.value.lower() in ("true", "yes", "on", "y")

    def number(self, node: Any) -> float:
        """A number with a fraction or an exponent."""
        return float(re.sub(r"\.(?=[ina])", "", node.value.lower()))

    def unknown(self, node: Any) -> Any:
        """No other tag is known."""
        raise _marked(node, f"cannot decode {str(node.tag).replace(_TAG, '!!')}")


def _marked(node: Any, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


_SAFE = yaml.SafeLoader.yaml_constructors
Loader.yaml_implicit_resolvers = {}
Loader.yaml_constructors = {
    _TAG + "map": _SAFE[_TAG + "map"],
    _TAG + "seq": _SAFE[_TAG + "seq"],
    _TAG + "str": _SAFE[_TAG + "str"],
    _TAG + "null": _SAFE[_TAG + "null"],
    _TAG + "bool": Loader.boolean,
    _TAG + "int": Loader.integer,
    _TAG + "float": Loader.number,
    None: Loader.unknown,
}
for _tag, _form, _first in (
    ("bool", _BOOL, "yYnNtTfFoO"),
    ("int", _INT, "-+0123456789"),
    ("float", _FLOAT, "-+0123456789."),
    ("null", _NULL, ["~", "n", "N", ""]),
    ("merge", _MERGE, "<"),
):
    Loader.add_implicit_resolver(_TAG + _tag, re.compile(f"(?:{_form.pattern})$"), list(_first))
