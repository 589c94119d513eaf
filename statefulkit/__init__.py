"""statefulkit: stateful services in Kubernetes, in a notebook, without a cluster.

from statefulkit import Cluster

cluster = Cluster()
cluster.apply("manifests/nginx.yaml")
cluster.settle()
"""

from statefulkit.api.errors import StatusError
from statefulkit.cluster import Cluster
from statefulkit.store import View
from statefulkit.views import explain, graph, oneline, tables

__all__ = ["Cluster", "StatusError", "View", "explain", "graph", "tables"]

oneline.register()
