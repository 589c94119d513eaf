"""Widgets for notebooks: the lab, its panels, and questions to answer before pressing the button."""

from statefulkit.widgets.clock import Clock
from statefulkit.widgets.controls import Actions
from statefulkit.widgets.dnstracer import DnsTracer
from statefulkit.widgets.lab import StatefulLab
from statefulkit.widgets.manifest import ManifestEditor
from statefulkit.widgets.podgraph import PodGraph
from statefulkit.widgets.predict import Prediction, predict
from statefulkit.widgets.requests import Requests
from statefulkit.widgets.tables import (
    ClaimTable,
    DecisionTable,
    DnsTable,
    EventTable,
    PodTable,
    VolumeTable,
)
from statefulkit.widgets.timeline import Timeline
from statefulkit.widgets.why import Why

__all__ = [
    "Actions",
    "ClaimTable",
    "Clock",
    "DecisionTable",
    "DnsTable",
    "DnsTracer",
    "EventTable",
    "ManifestEditor",
    "PodGraph",
    "PodTable",
    "Prediction",
    "Requests",
    "StatefulLab",
    "Timeline",
    "VolumeTable",
    "Why",
    "predict",
]
