"""An object in one line: what a notebook shows where a cell ends in one, or in a list of them.

The objects are lightkube's structs, whose own text is thousands of characters of fields; `print`
still gives that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from statefulkit.api.kinds import KINDS, kind_of
from statefulkit.store import Object
from statefulkit.views import columns as c


def line(obj: Object) -> str:
    """`statefulset.apps/web: 2/3 ready`: kubectl's name and words for an object as stored."""
    name = f"{kind_of(obj).prefix}/{obj.metadata.name}"
    words = _WORDS.get(kind_of(obj).name)
    return f"{name}: {words(obj)}" if words else name


def _ready(obj: Object) -> str:
    text = f"{obj.status.readyReplicas or 0}/{obj.spec.replicas} ready"
    return text if obj.metadata.deletionTimestamp is None else f"{text}, being deleted"


def _service(obj: Object) -> str:
    return f"{obj.spec.externalName or obj.spec.clusterIP} {c.ports(obj)}"


def _claim(obj: Object) -> str:
    volume = obj.spec.volumeName
    return f"{c.storage_status(obj)} {volume}" if volume else c.storage_status(obj)


_WORDS: dict[str, Callable[[Object], str]] = {
    "Pod": lambda o: f"{c.pod_ready(o)} {c.pod_status(o)}",
    "StatefulSet": _ready,
    "Deployment": _ready,
    "ReplicaSet": _ready,
    "Service": _service,
    "EndpointSlice": lambda o: ", ".join(e.addresses[0] for e in o.endpoints or ()) or "<unset>",
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": c.storage_status,
    "StorageClass": lambda o: str(o.provisioner),
    "Node": c.node_status,
    "Event": lambda o: f"{o.reason} {o.message}",
    "ControllerRevision": lambda o: f"revision {o.revision}",
}


def register() -> None:
    """Have the notebook that runs this, if one does, show objects as lines, also inside lists."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        plain = shell.display_formatter.formatters["text/plain"]
        for kind in KINDS.values():
            plain.for_type(kind.type, _show)


def _show(obj: Object, printer: Any, cycle: bool) -> None:
    is_stored = obj.metadata is not None and obj.metadata.resourceVersion  # others may lack parts
    printer.text(line(obj) if is_stored else repr(obj))
