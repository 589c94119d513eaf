"""nginx: serves the files below /usr/share/nginx/html, and nothing else."""

from __future__ import annotations

from posixpath import normpath

from statefulkit.nodes import files
from statefulkit.store import Object, View

ROOT = "/usr/share/nginx/html"
WELCOME = "Welcome to nginx!"


def get(view: View, pod: Object, container: Object, path: str) -> tuple[int, str]:
    """The answer to `GET path`: (status, body)."""
    page = "/index.html" if path in ("", "/") else normpath(path)
    text = files.read(view, pod, ROOT + page, container.name)
    if text is not None:
        return 200, text
    if page != "/index.html":
        return 404, "404 Not Found"
    disk, _ = files.locate(view, pod, ROOT, container.name)
    of_image = disk.startswith("root/")
    return (200, WELCOME) if of_image else (403, "403 Forbidden")  # T12: an empty volume
