"""nginx: serves the files below /usr/share/nginx/html, and nothing else."""

from __future__ import annotations

from posixpath import normpath

from statefulkit.nodes import files
from statefulkit.store import Object, View

PORT = 80
ROOT = "/usr/share/nginx/html"
WELCOME = "Welcome to nginx!"


def get(view: View, pod: Object, container: Object, path: str) -> tuple[int, str]:
    """The answer to `GET path`: (status, body); of an error page its heading only.

    A path that ends in a slash means the index.html below it; where there is none, 403 (so for a
    mounted volume that is empty, T12). Without a mount the root is the image's welcome page.
    """
    page = normpath("/" + path.lstrip("/"))
    if path in ("", "/") or path.endswith("/"):
        page = f"{page.rstrip('/')}/index.html"
    text = files.read(view, pod, ROOT + page, container.name)
    if text is not None:
        return 200, text
    folder = ROOT + page.removesuffix("/index.html")
    disk, inside = files.locate(view, pod, folder, container.name)
    if page == "/index.html":
        return (200, WELCOME) if disk.startswith("root/") else (403, "403 Forbidden")
    below = inside.rstrip("/") + "/"
    if not any(name.startswith(below) for name in view.fact("disk", disk) or ()):
        return 404, "404 Not Found"
    if path.endswith("/"):
        return 403, "403 Forbidden"
    return 301, "301 Moved Permanently"
