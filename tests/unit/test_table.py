"""A table is a DataFrame that a notebook aligns like kubectl, and so is what is taken from it."""

from __future__ import annotations

import pandas as pd

from statefulkit import Cluster, tables

LEFT = "text-align: left"


def test_what_is_taken_from_a_table_begins_at_the_left_too(cluster: Cluster) -> None:
    pods = tables.pods(cluster)
    taken = pods.query("NAME == 'web-1'")[["NAME", "STATUS"]].set_index("NAME")
    assert taken.to_dict("index") == {"web-1": {"STATUS": "Running"}}
    for each in (
        pods,
        taken,
        cluster.history,
        cluster.warnings,
        cluster.resolve("web-1.nginx").trace,
    ):
        assert LEFT in each._repr_html_()  # type: ignore[operator]


def test_a_table_of_ones_own() -> None:
    made = tables.table("POD|ANSWER", [("web-0", "<b>"), ("web-1", "yes")])
    assert made.values.tolist() == [["web-0", "<b>"], ["web-1", "yes"]]
    html = made._repr_html_()  # type: ignore[operator]
    assert LEFT in html
    assert "<b>" not in html


def test_other_tables_stay_as_they_are() -> None:
    assert LEFT not in pd.DataFrame([("web-0", 1)])._repr_html_()  # type: ignore[operator]
