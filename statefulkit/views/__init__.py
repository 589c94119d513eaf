"""The read side: tables, pictures and sentences over any View, or over a Cluster as it is now."""

from statefulkit.views import tables
from statefulkit.views.explain import explain
from statefulkit.views.graph import graph
from statefulkit.views.timeline import timeline

__all__ = ["explain", "graph", "tables", "timeline"]
