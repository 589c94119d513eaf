"""A lab on the lesson's set."""

from __future__ import annotations

import pytest

from statefulkit import Cluster
from statefulkit.widgets import StatefulLab


@pytest.fixture
def lab(cluster: Cluster) -> StatefulLab:
    return StatefulLab(cluster)
