"""YAML text that is broken as text: (what, text, what the error says). All are BadRequests."""

from __future__ import annotations

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n"
MIB = 2**20

_TENS = ",".join(["x"] * 10)
BOMB = f"a0: &a0 [{_TENS}]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)
QUADRATIC = "x: &x " + "y" * 1000 + "\nz: [" + ",".join(["*x"] * 250_000) + "]\n"
WIDE = "metadata: {" + ", ".join(f"a{i}: 1" for i in range(150_000)) + "}\n"

ALIASES = [
    ("a billion laughs", POD + BOMB, "excessive aliasing"),
    ("one long text a quarter of a million times", POD + QUADRATIC, "nodes"),
    ("a list inside itself", POD + "x: &x [*x]", ""),
    ("a map inside itself", POD + "x: &x {y: *x}", ""),
    ("an alias to nothing", POD + "x: *nothing", "undefined alias"),
    ("an alias from another document", POD + "x: &x 1\n---\n" + POD + "y: *x", "undefined alias"),
    ("an alias as a key", "&k kind: Pod\n*k : Pod\napiVersion: v1", "already set"),
    ("a merge of a list", POD + "x: &x [1]\ny: {<<: *x}", "mapping"),
    ("a merge of a text", POD + "x: {<<: text}", "mapping"),
]
DEEP = [
    ("a hundred thousand lists", POD + "x: " + "[" * 100_000 + "]" * 100_000, "nesting"),
    ("a hundred thousand open lists", POD + "x: " + "[" * 100_000, "nesting"),
    ("five thousand maps", POD + "x: " + "{a: " * 5_000 + "1" + "}" * 5_000, "max depth"),
    (
        "a thousand indents",
        POD + "x:\n" + "".join(" " * i + "- \n" for i in range(1, 1000)),
        "depth",
    ),
    ("a thousand dashes", POD + "x: \n" + "- " * 1000, "max depth"),
    ("lists that hold lists", "[" * 101 + "]" * 101, "max depth"),
]
HUGE = [
    ("10 MB of one word", "x" * (10 * MIB), "may have"),
    ("10 MB of documents", ("---\n" + POD) * (10 * MIB // 50), "may have"),
    ("10 MB of comments", "# nothing\n" * MIB, "may have"),
    ("10 MB in one annotation", POD + "  annotations: {a: " + "x" * (10 * MIB) + "}", "may have"),
    ("3 MB of comments around nothing", "#" * (3 * MIB - 1), "no objects passed"),
    ("a map of 150,000 fields", "apiVersion: v1\nkind: Pod\n" + WIDE, ""),
    ("300,000 items", POD + "x: [" + "1," * 300_000 + "]", ""),
    ("a number of a million digits", POD + "x: " + "9" * MIB, ""),
    ("a hexadecimal number of a million digits", POD + "x: 0x" + "f" * MIB, ""),
    ("a fraction of a million digits", POD + "x: 0." + "9" * MIB + "e5", ""),
    ("an exponent beyond all", POD + "x: 1e999999999", "unsupported value"),
]
KEYS = [
    ("a field twice", POD + "kind: Pod\n", 'key "kind" already set'),
    ("a field twice, deep", POD + "  labels: {a: b, a: c}", 'key "a" already set'),
    ("a field twice, quoted", POD + "  labels: {a: b, 'a': c}", 'key "a" already set'),
    ("a list as a key", POD + "? [a]\n: b", "a key must be a string"),
    ("a map as a key", POD + "? {a: b}\n: c", "a key must be a string"),
    ("a key without a value in a flow", POD + "x: {a: b, c", "line"),
]
CONTROL = [
    ("NUL", POD + 'x: "a\x00b"', "control characters"),
    ("an escaped NUL", POD + 'x: "a\\0b"', "control characters"),
    ("an escaped NUL in a key", POD + '"a\\0b": x', ""),
    ("escape", POD + "x: \x1b[2J", "control characters"),
    ("bell", POD + "x: \x07", "control characters"),
    ("delete", POD + "x: a\x7fb", "control characters"),
    ("half a surrogate pair", POD + 'x: "\\ud800"', ""),
    ("half a surrogate pair, raw", POD + "x: \ud800", "UTF-8"),
    ("a tab for an indent", "a:\n\t- b", "found character"),
    ("a byte order mark in the middle", POD + "\ufeffx: 1", ""),
]
SYNTAX = [
    ("nothing", "", "no objects passed"),
    ("a space", " ", "no objects passed"),
    ("empty documents", "---\n---\n...\n", "no objects passed"),
    ("only comments", "# web\n", "no objects passed"),
    ("null", "~", "no objects passed"),
    ("a word", "hello", "a manifest is a map"),
    ("a number", "42", "a manifest is a map"),
    ("true", "true", "a manifest is a map"),
    ("a list of words", "[a, b]", "a manifest is a map"),
    ("a list of objects", f"- {{{', '.join(POD.split(chr(10))[:2])}}}", "a manifest is a map"),
    ("HTML", "<!DOCTYPE html>\n<html><body>404</body></html>", ""),
    ("JSON cut short", '{"apiVersion": "v1", "kind": "Po', "line"),
    ("JSON with a comment", '{"apiVersion": "v1", // x\n "kind": "Pod"}', ""),
    ("two colons", "a: b: c", "mapping values are not allowed"),
    ("an open quote", POD + 'x: "abc', "line"),
    ("an open list", POD + "x: [a, b", "line"),
    ("a stray bracket", POD + "x: ]", "line"),
    ("a bad indent", "apiVersion: v1\n  kind: Pod", "mapping values are not allowed"),
    ("an at sign", POD + "x: @a", "cannot start any token"),
    ("a back quote", POD + "x: `a`", "cannot start any token"),
    ("a percent sign", "%\n---\n" + POD, ""),
    ("another YAML", "%YAML 9.9\n---\n" + POD, "incompatible YAML"),
    ("Windows' path in quotes", POD + 'x: "C:\\data"', "unknown escape character"),
    ("a good document before a bad one", POD + "spec: {}\n---\n- x", "a manifest is a map"),
    ("a merge conflict", "<<<<<<< HEAD\n" + POD, ""),
    ("a template that was not filled in", POD + "spec: {{ .Values.spec }}", ""),
    ("no YAML in a List", "apiVersion: v1\nkind: List\nitems: [5]", "a manifest is a map"),
    (
        "a List that is no list",
        "apiVersion: v1\nkind: List\nitems: {a: b}",
        'no matches for kind "List"',
    ),
]
TAGS = [
    (tag, POD + f"x: {tag} [a]", "cannot decode")
    for tag in (
        "!!python/object/apply:os.system", "!!python/name:os.system", "!!python/object/new:type",
        "!!python/module:os", "!!python/tuple", "!!set", "!!omap", "!!pairs", "!custom", "!!seqq",
    )
] + [
    ("!!binary", POD + "x: !!binary aGk=", "cannot decode"),
    ("!!timestamp", POD + "x: !!timestamp 2026-01-01", "cannot decode"),
    ("!!int on a word", POD + "x: !!int word", ""),
    ("!!float on a word", POD + "x: !!float word", ""),
    ("!!bool on a word", POD + "x: !!bool word", ""),
    ("!!map on a list", POD + "x: !!map [a]", ""),
    ("a tag never declared", POD + "x: !e!x 1", ""),
]  # fmt: skip

GROUPS = {
    "aliases": ALIASES,
    "deep": DEEP,
    "huge": HUGE,
    "keys": KEYS,
    "control": CONTROL,
    "syntax": SYNTAX,
    "tags": TAGS,
}
