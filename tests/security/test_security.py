"""What a hostile manifest, name or file can never do: run as code, listen, or escape into a page."""

from __future__ import annotations

import ast
import re
import shutil
import socket
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ipywidgets import Widget

import statefulkit
from statefulkit import Cluster, graph, tables
from statefulkit.views import timeline
from statefulkit.widgets import StatefulLab
from tests.property.actions import service, stateful_set

PACKAGE = Path(statefulkit.__file__).parent
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
ALLOWED = {"grading/worker.py": {"exec"}}  # a student's own cells, in a process of their own
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "ctypes"}


def modules():
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_code_is_made_of_data(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            allowed = ALLOWED.get(str(path.relative_to(PACKAGE)), set())
            assert node.func.id not in FORBIDDEN_CALLS - allowed, node.lineno
        names = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not {n.partition(".")[0] for n in names} & FORBIDDEN_MODULES, node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            assert (of, node.func.attr) not in {("os", "system"), ("os", "popen")}, node.lineno
            if of == "yaml" and node.func.attr.startswith(("load", "unsafe_load", "full_load")):
                assert [a.id for a in node.args[1:] if isinstance(a, ast.Name)] == ["Loader"]


def test_the_loader_is_a_safe_one():
    from statefulkit.api.yamlreader import Loader

    assert {c.__name__ for c in Loader.__mro__} & {"SafeLoader", "CSafeLoader", "SafeConstructor"}
    assert not any("python" in str(tag) for tag in Loader.yaml_constructors)
    assert Loader.yaml_multi_constructors == {}


def listening() -> set[str]:
    """The local addresses at which this machine's sockets of our own process listen."""
    own = {p.readlink().name for p in Path("/proc/self/fd").iterdir() if p.is_symlink()}
    inodes = {m[1] for name in own if (m := re.fullmatch(r"socket:\[(\d+)\]", name))}
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (fields[3] == "0A" or table.startswith("udp")):
                found.add(fields[1].partition(":")[0])
    return found


def test_nothing_listens_unless_asked_and_then_on_loopback():
    before = listening()
    cluster = Cluster(nodes=1)
    cluster.apply([service(), stateful_set(replicas=1)])
    cluster.settle()
    cluster.resolve("web-0.nginx")
    cluster.request("http://web-0.nginx")
    assert listening() == before
    with cluster.dns.serve() as server:
        assert server.port
        loopback = socket.inet_aton("127.0.0.1")[::-1].hex().upper()
        assert listening() - before == {loopback}
    assert listening() == before


EVIL = [
    "<script>window.hacked=1</script>",
    "\"><img src=x onerror='window.hacked=1'>",
    "'><svg onload=window.hacked=1>",
    "</text></svg><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "]]><script>window.hacked=1</script>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "javascript:window.hacked=1",
    "{{window.hacked=1}}",
    "\u202e<b>tpircs</b>",
]


@pytest.fixture(scope="module")
def hostile() -> Cluster:
    """A cluster in which everything that takes free text has markup in it."""
    cluster = Cluster(nodes=2)
    notes = {f"note-{i}": text for i, text in enumerate(EVIL)}
    sts = stateful_set(replicas=2)
    sts["metadata"]["annotations"] = notes
    sts["spec"]["template"]["metadata"]["annotations"] = notes
    cluster.apply([service(), sts])
    cluster.settle()
    for i, text in enumerate(EVIL):
        cluster.write_file("web-0", f"/data/{i}{text}", text)
        cluster.resolve("web-0.nginx", from_pod="web-0")
        cluster.request(f"http://web-0.nginx/{text}", data=text)
    for text in EVIL:
        cluster.set_image("sts", "web", f"nginx:broken{text}")
        cluster.run(5)
    cluster.patch(
        "sts", "web", {"metadata": {"annotations": {"kubernetes.io/change-cause": EVIL[0]}}}
    )
    cluster.run(20)
    return cluster


def pages(cluster: Cluster) -> dict[str, str]:
    """Every kind of markup that the package makes."""
    found = {
        "picture": graph(cluster).svg(),
        "timeline": timeline(cluster).svg(),
        "graph in a page": graph(cluster)._repr_mimebundle_()["text/html"],
    }
    for name in ("pods", "statefulsets", "claims", "volumes", "services", "events", "history"):
        found[f"table {name}"] = getattr(tables, name)(cluster)._repr_html_()
    for i, widget in enumerate(_inside(StatefulLab(cluster), {})):
        texts = [t for v in widget.trait_values().values() for t in _texts(v) if t.startswith("<")]
        if texts and type(widget).__name__ in ("Markup", "Pieces"):
            found[f"lab {i}"] = "".join(texts)
    return found


def _inside(widget: Any, seen: dict[str, Any]) -> list[Any]:
    """All widgets of a widget."""
    if isinstance(widget, Widget) and widget.model_id not in seen:
        seen[widget.model_id] = widget
        for name, value in widget.trait_values().items():
            for each in value if isinstance(value, list | tuple) and name[0] != "_" else [value]:
                _inside(each, seen)
    return list(seen.values())


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [t for each in value for t in _texts(each)] if isinstance(value, list | tuple) else []


def test_svg_is_well_formed_and_holds_no_foreign_element(hostile):
    for name in ("picture", "timeline"):
        root = ElementTree.fromstring(pages(hostile)[name])
        tags = {e.tag.rpartition("}")[2] for e in root.iter()}
        assert not tags & {"script", "iframe", "img", "foreignObject", "b"}, name
        attributes = {a for e in root.iter() for a in e.attrib}
        assert not {a for a in attributes if a.startswith("on")}, name


def test_no_script_runs_in_a_browser(hostile):
    from tests.browser import jupyter

    assert shutil.which("chromium"), jupyter.MISSING
    with jupyter.chromium() as browser:
        page = browser.new_page()
        for name, markup in pages(hostile).items():
            page.set_content(f"<!doctype html><main>{markup}</main>")
            assert page.evaluate("window.hacked") is None, name
            foreign = "main script, main iframe, main img[onerror], main b, main svg[onload]"
            assert page.locator(foreign).count() == 0, name
            assert page.locator("main *").count() > 0, name
        page.close()
