"""Files as containers see them: which disk a path lies on, and what is there (V10 to V18).

A disk is a run-time fact, `("disk", id)` → map of path to text. Its id says how long it lives:
the handle of a PersistentVolume's network disk, `hostPath/<node>/<path>` for a directory of a node,
`emptyDir/<pod uid>/<volume>`, or `root/<pod uid>/<container>` for a container's own file system.
"""

from __future__ import annotations

from posixpath import join, normpath, relpath

from immutables import Map

from statefulkit.controllers.volumes import disk_of
from statefulkit.store import Object, View


def locate(view: View, pod: Object, path: str, container: str | None = None) -> tuple[str, str]:
    """(disk id, path on that disk) of an absolute path in a container (the first by default).

    Raises:
        ValueError: where the path is not absolute or the Pod has no such container.
    """
    if not path.startswith("/"):
        raise ValueError(f"{path!r} is not an absolute path")
    path = normpath(path)
    names = [c.name for c in pod.spec.containers]
    name = container or names[0]
    if name not in names:
        raise ValueError(f"container {name} is not valid for pod {pod.metadata.name}")
    mounts = pod.spec.containers[names.index(name)].volumeMounts or ()
    covering = [m for m in mounts if _covers(normpath(m.mountPath), path)]
    if not covering:
        return f"root/{pod.metadata.uid}/{name}", path
    mount = max(covering, key=lambda m: len(normpath(m.mountPath)))
    inside = relpath(path, normpath(mount.mountPath))
    return _disk(view, pod, mount.name), normpath("/" + join(mount.subPath or "", inside))


def read(view: View, pod: Object, path: str, container: str | None = None) -> str | None:
    """The text at a path, or None where there is no such file."""
    disk, inside = locate(view, pod, path, container)
    content: Map[str, str] = view.fact("disk", disk) or Map()
    return content.get(inside)


def _covers(mount: str, path: str) -> bool:
    return path == mount or path.startswith(mount.rstrip("/") + "/")


def _disk(view: View, pod: Object, volume_name: str) -> str:
    volume = next(v for v in pod.spec.volumes or () if v.name == volume_name)
    if volume.persistentVolumeClaim:
        name = volume.persistentVolumeClaim.claimName
        claim = view.find("PersistentVolumeClaim", pod.metadata.namespace, name)
        bound = claim and view.find("PersistentVolume", "", claim.spec.volumeName or "")
        return disk_of(bound, pod.spec.nodeName) if bound else f"unbound/{name}"
    if volume.hostPath:
        return f"hostPath/{pod.spec.nodeName}{normpath(volume.hostPath.path)}"
    return f"emptyDir/{pod.metadata.uid}/{volume_name}"
