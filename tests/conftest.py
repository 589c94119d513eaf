"""A cluster with the lesson's Service and StatefulSet, as most tests want it."""

from __future__ import annotations

from pathlib import Path

import pytest

from statefulkit import Cluster

MANIFESTS = Path(__file__).parents[1] / "notebooks" / "manifests"
MANIFEST = MANIFESTS / "nginx.yaml"


@pytest.fixture
def manifest() -> str:
    return MANIFEST.read_text()


@pytest.fixture
def cluster(manifest: str) -> Cluster:
    """web-0, web-1 and web-2 are Running and Ready."""
    found = Cluster(seed=1)
    found.apply(manifest)
    found.settle()
    return found
