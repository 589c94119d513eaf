"""What runs in containers: small applications, chosen by the image's name.

They keep their data in files and talk through the cluster's DNS and network, nothing else; so they
fail when real ones would.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from statefulkit.apps import mysql, nginx, quorum, wordpress
from statefulkit.apps.world import Reply, Request, World
from statefulkit.store import Object


class Application(NamedTuple):
    """A program.

    Attributes:
        scheme, port: what it speaks and where it listens. The port is the program's own:
            `containerPort` in a manifest says it, and does not change it.
        serve: its answer to a request.
        is_ready: whether it can serve yet.
    """

    scheme: str
    port: int
    serve: Callable[[World, Request], Reply]
    is_ready: Callable[[World], bool] = lambda _: True


_NGINX = Application("http", nginx.PORT, nginx.serve)
_BY_IMAGE = {
    "nginx": _NGINX,
    "nginx-slim": _NGINX,
    "mysql": Application("mysql", mysql.PORT, mysql.serve, mysql.is_ready),
    "quorum": Application("http", quorum.PORT, quorum.serve),
    "wordpress": Application("http", wordpress.PORT, wordpress.serve),
}

SPOKEN = {a.port: a.scheme for a in _BY_IMAGE.values()}  # what is spoken at a port


def application(container: Object) -> Application | None:
    """The application in a container, or None where the model has none for its image."""
    name = container.image.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0]
    return _BY_IMAGE.get(name)
