"""What is left of a widget where no kernel runs: a saved notebook, a web page, PDF."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from statefulkit import Cluster
from statefulkit.widgets import DnsTracer, PodGraph, Requests, StatefulLab, Timeline
from statefulkit.widgets.html import still
from statefulkit.widgets.panel import Panel

WIDGETS: tuple[Callable[[Cluster], Panel], ...] = (
    StatefulLab,
    PodGraph,
    Timeline,
    DnsTracer,
    Requests,
)


@pytest.mark.parametrize("widget", WIDGETS)
def test_its_pictures_are_whole(cluster: Cluster, widget: Callable[[Cluster], Panel]) -> None:
    cluster.delete("pod", "web-1")
    cluster.settle()
    saved = still(widget(cluster).static())
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]*)"', saved)
    for picture in pictures:
        assert ElementTree.fromstring(b64decode(picture)).tag == "{http://www.w3.org/2000/svg}svg"
    assert "<svg" not in saved
    assert "</svg" not in saved
    assert pictures or widget in (DnsTracer, Requests)
