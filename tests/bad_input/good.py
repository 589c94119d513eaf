"""The good manifests that each case breaks in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

TEXT = (Path(__file__).parent / "good.yaml").read_text()
GOOD: dict[str, dict[str, Any]] = {doc["kind"]: doc for doc in yaml.safe_load_all(TEXT)}
SERVICE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "nginx"},
    "spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]},
}
