"""Bad calls of every public method: (call as text, method, arguments, error, what the error names).

The cluster has the Service nginx and the set web with two Pods. A method with a dot is one of
`cluster.rollout`.
"""

from __future__ import annotations

from typing import Any

from tests.bad_input.good import SERVICE

Row = tuple[str, dict[str, Any], str, str]
NAN, INF = float("nan"), float("inf")
NOT_TEXT = (None, 5, True, 1.5, [], {}, ["web"], b"web", object, "\ud800")
NOT_NAMES = (*NOT_TEXT, "", "none", "Web", "a\0b", "💥", "../x", "\u202e", "x" * 300)
NOT_SECONDS = (None, "5", [], {}, True, -1, -0.001, NAN, INF, -INF, 1e300, 10**400, 1j)
NOT_WHOLE = (1.5, "1", [], {}, True, NAN, object)


def error_of(value: Any, missing: str) -> str:
    """Text that names nothing is `missing`; what is no text is a TypeError."""
    is_text = isinstance(value, str) and value != "\ud800"
    return ("BadRequest" if value == "" else missing) if is_text else "TypeError"


def names(method: str, parameter: str, missing: str, **others: Any) -> list[Row]:
    return [
        (
            method,
            others | {parameter: bad},
            error_of(bad, missing),
            parameter if error_of(bad, missing) == "TypeError" else "",
        )
        for bad in NOT_NAMES
    ]


def optional(
    method: str, parameter: str, bad: tuple[Any, ...], error: str, **others: Any
) -> list[Row]:
    return [
        (method, others | {parameter: value}, error, parameter)
        for value in bad
        if value is not None
    ]


KINDS: list[Row] = [
    (method, {"kind": kind, "name": "web"} | more, "NotFound", "the server doesn't have a resource type")
    for method, more in (
        ("get", {}), ("delete", {}), ("patch", {"patch": {}}), ("scale", {"replicas": 1}),
        ("set_image", {"image": "x"}), ("rollout.status", {}),
    )
    for kind in (None, 5, [], {}, "", "foo", "podz", "💥", "pod/web", "a\0b", object)
] + [
    (method, {"kind": kind}, "NotFound", "the server doesn't have a resource type")
    for method in ("list", "watch")
    for kind in (None, 5, "", "foo", object)
]  # fmt: skip

WRONG_KINDS: list[Row] = [
    ("scale", {"kind": "svc", "name": "nginx", "replicas": 2}, "NotFound", "the server could not"),
    ("scale", {"kind": "pod", "name": "web-0", "replicas": 2}, "NotFound", "the server could not"),
    ("set_image", {"kind": "svc", "name": "nginx", "image": "x"}, "BadRequest", "services/nginx"),
    (
        "set_image",
        {"kind": "sts", "name": "web", "image": "x", "container": "none"},
        "NotFound",
        '"none"',
    ),
    ("rollout.status", {"kind": "pod", "name": "web-0"}, "BadRequest", "status viewer"),
    ("rollout.history", {"kind": "svc", "name": "nginx"}, "BadRequest", "history viewer"),
    ("rollout.restart", {"kind": "pod", "name": "web-0"}, "BadRequest", "restarter"),
    ("rollout.undo", {"kind": "sts", "name": "web"}, "BadRequest", "no last revision"),
    (
        "rollout.undo",
        {"kind": "sts", "name": "web", "to_revision": 99},
        "BadRequest",
        "revision 99",
    ),
    (
        "rollout.undo",
        {"kind": "sts", "name": "web", "to_revision": -1},
        "BadRequest",
        "revision -1",
    ),
    ("rollout.history", {"kind": "sts", "name": "web", "revision": 99}, "BadRequest", "revision"),
    ("rollout.pause", {"name": "web"}, "NotFound", '"web"'),
    ("rollout.resume", {"name": "web"}, "NotFound", '"web"'),
]

NAMES: list[Row] = [
    *names("delete", "name", "NotFound", kind="pod")[1:],  # None: neither a name nor labels
    *names("scale", "name", "NotFound", kind="sts", replicas=1),
    *names("patch", "name", "NotFound", kind="sts", patch={}),
    *names("set_image", "name", "NotFound", kind="sts", image="x"),
    *(
        row
        for m in ("make_unready", "make_ready", "crash", "fail_pod")
        for row in names(m, "pod", "NotFound")
    ),
    *(row for m in ("fail_node", "recover_node") for row in names(m, "name", "NotFound")),
]

NODES: list[Row] = [
    (
        method,
        {"name": bad} | more,
        "NotFound" if isinstance(bad, str) and bad != "\ud800" else "TypeError",
        "",
    )
    for method, more in (
        ("cordon", {}),
        ("uncordon", {}),
        ("drain", {}),
        ("taint", {"text": "a=b:NoSchedule"}),
    )
    for bad in NOT_NAMES
]

SPACES: list[Row] = [
    *optional("get", "namespace", NOT_TEXT, "TypeError", kind="pod", name="web-0"),
    *optional("list", "namespace", NOT_TEXT, "TypeError", kind="pod"),
    *optional("delete", "namespace", NOT_TEXT, "TypeError", kind="pod", name="web-0"),
    *optional("apply", "namespace", NOT_TEXT, "TypeError", source=SERVICE),
    ("get", {"kind": "pod", "name": "web-0", "namespace": "other"}, "NotFound", "web-0"),
    ("delete", {"kind": "pod", "name": "web-0", "namespace": "other"}, "NotFound", "web-0"),
    (
        "scale",
        {"kind": "sts", "name": "web", "replicas": 1, "namespace": "other"},
        "NotFound",
        "web",
    ),
    ("make_unready", {"pod": "web-0", "namespace": "other"}, "NotFound", "web-0"),
    (
        "apply",
        {"source": SERVICE, "namespace": "other"},
        "NotFound",
        'namespaces "other" not found',
    ),
    ("apply", {"source": SERVICE, "namespace": "No_Space"}, "Invalid", "metadata.namespace"),
    ("create", {"source": SERVICE, "namespace": "💥"}, "Invalid", "metadata.namespace"),
    (
        "write_file",
        {"pod": "web-0", "path": "/x", "text": "", "namespace": "other"},
        "NotFound",
        "web-0",
    ),
]

SOURCES: list[Row] = [
    (method, {"source": source}, "TypeError", "a manifest is text")
    for method in ("apply", "create", "update")
    for source in (None, 5, 1.5, True, b"kind: Pod", object(), {5}, [None], [[5]])
] + [
    ("apply", {"source": "none.yaml"}, "FileNotFoundError", "none.yaml"),
    ("apply", {"source": {}}, "BadRequest", "apiVersion not set"),
    ("apply", {"source": []}, "BadRequest", "no objects passed to apply"),
    ("create", {"source": []}, "BadRequest", "no objects passed to create"),
    ("update", {"source": []}, "BadRequest", "no objects passed to replace"),
    ("create", {"source": SERVICE}, "AlreadyExists", 'services "nginx" already exists'),
    (
        "update",
        {"source": SERVICE | {"metadata": {"name": "other"}}},
        "NotFound",
        'services "other" not found',
    ),
    (
        "update",
        {"source": SERVICE | {"metadata": {}}},
        "BadRequest",
        "resource name may not be empty",
    ),
    (
        "update",
        {"source": SERVICE | {"metadata": {"name": "nginx", "resourceVersion": "1"}}},
        "Conflict",
        "modified",
    ),
    ("apply", {"source": [SERVICE, SERVICE | {"spec": {"ports": 5}}]}, "BadRequest", "spec.ports"),
]

REPLICAS: list[Row] = [
    *(("scale", {"kind": "sts", "name": "web", "replicas": bad}, "TypeError", "replicas")
      for bad in (None, 1.5, "3", "", True, [], {}, NAN)),
    *(("scale", {"kind": "sts", "name": "web", "replicas": bad}, error, "replicas")
      for bad, error in ((-1, "BadRequest"), (-(2**31), "BadRequest"), (2**31, "Invalid"),
                         (10**30, "Invalid"), (2**31 - 1, "Forbidden"), (10_001, "Forbidden"))),
    *(("set_image", {"kind": "sts", "name": "web", "image": bad}, "TypeError", "image") for bad in NOT_TEXT),
    ("set_image", {"kind": "sts", "name": "web", "image": "a\0b"}, "BadRequest", "control characters"),
]  # fmt: skip

DELETE: list[Row] = [
    ("delete", {"kind": "pod"}, "ValueError", "either a name or labels"),
    ("delete", {"kind": "pod", "name": "web-0", "labels": "app=web"}, "ValueError", "either a name or labels"),
    *(("delete", {"kind": "pod", "labels": bad}, "ValueError", "either a name or labels") for bad in ("", " ", {})),
    *(("delete", {"kind": "sts", "name": "web", "cascade": bad}, "ValueError", "cascade")
      for bad in ("", "Background", "all", "true", "💥")),
    *optional("delete", "cascade", (5, True, [], {}), "TypeError", kind="sts", name="web"),
    *optional("delete", "grace_period", NOT_WHOLE, "TypeError", kind="pod", name="web-0"),
    *optional("delete", "force", (1, 0, "yes", [], 0.5), "TypeError", kind="pod", name="web-0"),
]  # fmt: skip

SELECTORS: list[Row] = [
    (method, {"kind": "pod", "labels": bad}, "BadRequest", "unable to parse requirement")
    for method in ("list", "delete")
    for bad in ("=", "a==", "a in", "a in b", "a in (b", "a notin", "!", "!!a", "a=b,,c", ",", "a b", "a>b", "a<",
                "a>1.5", "💥=1", "a/b/c=d", "-a=b", "a" * 64 + "=b", "a\0=b", "a;b", "(a)", "a in ()x")
    if bad != "a=="
] + [
    *((m, {"kind": "pod", "labels": bad}, "TypeError", "labels")
      for m in ("list", "delete") for bad in (5, True, [], ["app=web"], b"app", {"a": 1}, {1: "a"}, {"a": None})),
    *(("list", {"kind": "pod", "fields": bad}, "TypeError", "fields") for bad in (5, True, [], b"a=b", {"a": 1})),
    *(("list", {"kind": "pod", "fields": bad}, "BadRequest", "field selector") for bad in ("a", "=b", "a b", "!", "a=b c")),
]  # fmt: skip

TIME: list[Row] = [
    *((method, {parameter: bad}, "ValueError" if isinstance(bad, int | float) and bad is not True else "TypeError", parameter)
      for method, parameter in (("run", "seconds"), ("settle", "timeout"), ("at", "time"))
      for bad in NOT_SECONDS if not (method == "at" and bad is None)),
    *(("run_until", {"condition": lambda _: False, "timeout": bad},
       "ValueError" if isinstance(bad, int | float) and bad is not True else "TypeError", "timeout")
      for bad in NOT_SECONDS),
    *(("drain", {"name": "node-1", "timeout": bad},
       "ValueError" if isinstance(bad, int | float) and bad is not True else "TypeError", "timeout")
      for bad in NOT_SECONDS),
    *(("run_until", {"condition": bad}, "TypeError", "condition") for bad in (None, 5, "x", [], True)),
    *((method, {"version": bad}, "ValueError", "not in history") for method in ("at", "fork") for bad in (-1, 10**9)),
    *(row for method in ("at", "fork") for row in optional(method, "version", NOT_WHOLE, "TypeError")),
    ("at", {}, "ValueError", "either a time or a version"),
    ("at", {"time": 1, "version": 1}, "ValueError", "either a time or a version"),
    *(("watch", {"kind": "pod", "since": bad}, "ValueError", "not in history") for bad in (-1, 10**9)),
    *optional("watch", "since", NOT_WHOLE, "TypeError", kind="pod"),
    ("watch", {"kind": "pod", "since": None}, "TypeError", "since"),
]  # fmt: skip

FILES: list[Row] = [
    *names("write_file", "pod", "NotFound", path="/x", text=""),
    *((m, {"pod": "web-0", "path": bad} | more, "TypeError", "path")
      for m, more in (("write_file", {"text": ""}), ("read_file", {})) for bad in NOT_TEXT),
    *((m, {"pod": "web-0", "path": bad} | more, "ValueError", "absolute")
      for m, more in (("write_file", {"text": ""}), ("read_file", {})) for bad in ("", "x", "./x", "../x", "💥", "C:\\x")),
    *(("write_file", {"pod": "web-0", "path": "/x", "text": bad}, "TypeError", "text") for bad in NOT_TEXT),
    *optional("write_file", "container", NOT_TEXT, "TypeError", pod="web-0", path="/x", text=""),
    ("write_file", {"pod": "web-0", "path": "/x", "text": "", "container": "none"}, "ValueError", "none"),
    ("read_file", {"pod": "web-0", "path": "/x", "container": "none"}, "ValueError", "none"),
    ("read_file", {"pod": "web-9", "path": "/x"}, "NotFound", "web-9"),
]  # fmt: skip

TAINTS: list[Row] = [
    *(("taint", {"name": "node-1", "text": bad}, "TypeError", "text") for bad in NOT_TEXT),
    *(("taint", {"name": "node-1", "text": bad}, "ValueError", "taint") for bad in ("", "-", "a", "a=b", "=b:NoSchedule", ":x")),
    *(("taint", {"name": "node-1", "text": bad}, "Invalid", "spec.taints[0]")
      for bad in ("a:Never", "a b:NoSchedule", "a=b c:NoSchedule", "💥:NoSchedule", "a=💥:NoSchedule", "a:NoSchedule:x",
                  "x" * 400 + ":NoExecute")),
    *optional("drain", "force", (1, "yes", []), "TypeError", name="node-1"),
    *optional("drain", "delete_emptydir_data", (1, "yes", []), "TypeError", name="node-1"),
]  # fmt: skip

DNS: list[Row] = [
    *((m, {"name": bad}, "TypeError", "name") for m in ("resolve", "nslookup") for bad in NOT_TEXT),
    *((m, {"name": bad}, "ValueError", "") for m in ("resolve", "nslookup")
      for bad in ("", "..", "a..b", ".a", "a" * 64 + ".x", "a." * 200, "\\999", "a\0b", "x" * 300)),
    *(("resolve", {"name": "nginx", "type": bad}, "TypeError", "type") for bad in NOT_TEXT),
    *(("resolve", {"name": "nginx", "type": bad}, "ValueError", "") for bad in ("", "B", "TYPE99999", "💥", "A A", "a\0")),
    *(("resolve", {"name": "nginx", "libc": bad}, "ValueError", "libc") for bad in (None, 5, "", "bionic", [], "GLIBC")),
    *optional("resolve", "cached", (1, "yes", []), "TypeError", name="nginx"),
    *(row for m in ("resolve", "nslookup") for row in optional(m, "from_pod", NOT_TEXT, "TypeError", name="nginx")),
    *((m, {"name": "nginx", "from_pod": bad}, "NotFound", "") for m in ("resolve", "nslookup")
      for bad in ("web-9", "other/web-0", "a/b/c", "💥", "a\0b")),
    *(("nslookup", {"name": "nginx", "tool": bad}, "ValueError", "tool") for bad in ("", "dig", "💥")),
    *optional("nslookup", "tool", (5, [], {}), "TypeError", name="nginx"),
]  # fmt: skip

URLS: list[Row] = [
    *(("request", {"url": bad}, "TypeError", "url") for bad in NOT_TEXT),
    *(("request", {"url": bad}, "ValueError", "") for bad in (
        "", " ", "http://", "http:///x", "ftp://nginx", "file:///etc/passwd", "javascript:alert(1)", "https://nginx",
        "http://[::1", "http://nginx:99999", "http://nginx:x", "http://nginx:-1", "//", "http://a..b/", "mysql://",
        "http://\0/", "http://a b/", "http://" + "a" * 300, "http://" + "a." * 200, "http://[nginx]/", "http://@/",
        "http://:80/", "://nginx", "http://a\x7fb/")),
    *optional("request", "from_pod", NOT_TEXT, "TypeError", url="nginx"),
    *optional("request", "data", NOT_TEXT, "TypeError", url="nginx"),
    *(("request", {"url": "nginx", "from_pod": bad}, "NotFound", "") for bad in ("web-9", "other/web-0", "💥")),
]  # fmt: skip

READING: list[Row] = [
    *(("get", {"kind": "pod", "name": bad}, "TypeError" if error_of(bad, "") == "TypeError" else "NotFound", "")
      for bad in NOT_NAMES),
    *(("rollout.status", {"kind": "sts", "name": bad}, "TypeError" if error_of(bad, "") == "TypeError" else "NotFound", "")
      for bad in NOT_NAMES),
    *optional("rollout.undo", "to_revision", NOT_WHOLE, "TypeError", kind="sts", name="web"),
    *optional("rollout.history", "revision", NOT_WHOLE, "TypeError", kind="sts", name="web"),
    *(("patch", {"kind": "sts", "name": "web", "patch": {}, "type": bad}, "ValueError", "type") for bad in ("", "yaml", "JSON", "💥")),
    *optional("patch", "type", (5, [], {}, True), "TypeError", kind="sts", name="web", patch={}),
]  # fmt: skip

GROUPS: dict[str, list[Row]] = {
    "kind": KINDS,
    "wrong kind": WRONG_KINDS,
    "name": NAMES,
    "node": NODES,
    "namespace": SPACES,
    "source": SOURCES,
    "replicas": REPLICAS,
    "delete": DELETE,
    "selector": SELECTORS,
    "time": TIME,
    "file": FILES,
    "taint": TAINTS,
    "dns": DNS,
    "url": URLS,
    "reading": READING,
}

CLUSTERS: list[tuple[dict[str, Any], str, str]] = [
    *(({"nodes": bad}, "TypeError", "nodes") for bad in (None, 1.5, "3", [], True, NAN)),
    *(({"nodes": bad}, "ValueError", "nodes") for bad in (-1, 255, 10**30)),
    *(({"seed": bad}, "TypeError", "seed") for bad in (None, 1.5, "3", [], True)),
    *(({"feature_gates": bad}, "TypeError", "feature_gates") for bad in (None, 5, "MaxUnavailableStatefulSet", [5], [[]])),
    ({"feature_gates": ["💥"]}, "ValueError", "feature gate"),
]  # fmt: skip
