"""Grading: what the cells of an assignment call, and what grades a class.

An answer is data (YAML in a cell that starts with `%%answer name`), never code. Checks look at what a
cluster does, not at how an answer is worded.
"""

from statefulkit.grading.checks import (
    NotYet,
    behaves,
    equals,
    names_lead_to_pods,
    quorum_survives,
    reached,
    shaped,
    survives,
    traced,
)
from statefulkit.grading.scripts import (
    all_run,
    broken_rollout,
    cluster_with,
    data_after,
    named_cluster,
    writes_go_on,
)
from statefulkit.grading.sheet import answer, personal, start

__all__ = [
    "NotYet",
    "all_run",
    "answer",
    "behaves",
    "broken_rollout",
    "cluster_with",
    "data_after",
    "equals",
    "named_cluster",
    "names_lead_to_pods",
    "personal",
    "quorum_survives",
    "reached",
    "shaped",
    "start",
    "survives",
    "traced",
    "writes_go_on",
]
