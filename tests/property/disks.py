"""What was written to which disk, and what must still be there: a plain model beside the model (V9 to V18).

Each path lies on another kind of disk. A file is known by what it lives and dies with, worked out
from the Pod alone: its volume, its Pod, its node, or one run of its container.
"""

from __future__ import annotations

from typing import Any

from statefulkit import Cluster
from statefulkit.api.errors import StatusError
from statefulkit.nodes import leftbehind
from statefulkit.store import View

VOLUME, SCRATCH, HOST, ROOT = "/data/x", "/scratch/x", "/host/x", "/x"
PATHS = [VOLUME, SCRATCH, HOST, ROOT]
Place = tuple[Any, ...]


def place(view: View, pod: Any, path: str) -> Place:
    """What a file of a Pod of the set `web` lives as long as."""
    uid = pod.metadata.uid
    mounted = {f"{m.mountPath}/x" for m in pod.spec.containers[0].volumeMounts}
    if path == VOLUME:
        claim = view.find("PersistentVolumeClaim", "default", f"www-{pod.metadata.name}")
        return "volume", claim.spec.volumeName  # wherever its Pod runs (V13)
    if path == SCRATCH and path in mounted:
        return "pod", uid  # however often its container is restarted (V18)
    if path == HOST and path in mounted:
        return "node", pod.spec.nodeName  # whoever mounts it there (V17)
    return "container", uid, path, pod.status.containerStatuses[0].restartCount


class Disks:
    """What was written, by place."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.written: dict[Place, str] = {}

    def remember(self, cluster: Cluster, text: str, since: int) -> None:
        """Keep in mind what an action that writes `text` has written after version `since`."""
        for record in cluster.view.records(since):
            if record.verb == "exec":
                path = record.reason.split()[1]
                self.written[place(cluster.view, record.after, path)] = text

    def check(self, cluster: Cluster) -> None:
        """Every running Pod finds what was written, and nothing else."""
        view = cluster.view
        for pod in view.list("pods", labels="app=web"):
            for path in PATHS:
                try:
                    text = cluster.read_file(pod.metadata.name, path)
                except StatusError:
                    break  # it does not run
                assert text == self.written.get(place(view, pod, path)), path


def check_none_left(view: View) -> None:
    """A disk goes with its volume or with its Pod (V9, V18)."""
    uids = {p.metadata.uid for p in [*view.all("Pod"), *leftbehind.all_of(view)]}
    volumes = {v.metadata.name for v in view.all("PersistentVolume")}
    for kind, *rest in view.state.runtime:
        if kind == "disk":
            of, _, where = str(rest[0]).partition("/")
            if of in ("root", "emptyDir"):
                assert where.partition("/")[0] in uids
            elif of == "hostPath":
                assert where.endswith("/shared") or any(name in where for name in volumes)
            else:
                assert of in volumes
