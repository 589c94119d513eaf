"""nginx: serves the files below /usr/share/nginx/html, and nothing else."""

from __future__ import annotations

from posixpath import normpath

from statefulkit.apps.world import Reply, Request, World
from statefulkit.nodes import files

PORT = 80
ROOT = "/usr/share/nginx/html"
WELCOME = "Welcome to nginx!"


def serve(world: World, request: Request) -> Reply:
    """The answer to `GET path`; of an error page its heading only.

    A path that ends in a slash means the index.html below it; where there is none, 403 (so for a
    mounted volume that is empty, T12). Without a mount the root is the image's welcome page.
    """
    if request.data is not None:
        return Reply(405, "405 Not Allowed")
    path = request.path
    page = normpath("/" + path.lstrip("/"))
    if path in ("", "/") or path.endswith("/"):
        page = f"{page.rstrip('/')}/index.html"
    text = world.read(ROOT + page)
    if text is not None:
        return Reply(200, text)
    folder = ROOT + page.removesuffix("/index.html")
    disk, inside = files.locate(world.view, world.pod, folder, world.container.name)
    if page == "/index.html":
        return Reply(200, WELCOME) if disk.startswith("root/") else Reply(403, "403 Forbidden")
    below = inside.rstrip("/") + "/"
    if not any(name.startswith(below) for name in world.view.fact("disk", disk) or ()):
        return Reply(404, "404 Not Found")
    if path.endswith("/"):
        return Reply(403, "403 Forbidden")
    return Reply(301, "301 Moved Permanently")
