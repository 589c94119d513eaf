"""What runs in containers: small applications, chosen by the image's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from statefulkit.apps import nginx
from statefulkit.store import Object, View


class Application(NamedTuple):
    """A program: the port that it listens on, and `get(view, pod, container, path)`.

    The port is the program's own: `containerPort` in a manifest says it, and does not change it.
    """

    port: int
    get: Callable[[View, Object, Object, str], tuple[int, str]]


_NGINX = Application(nginx.PORT, nginx.get)
_BY_IMAGE = {"nginx": _NGINX, "nginx-slim": _NGINX}


def application(container: Object) -> Application | None:
    """The application in a container, or None where the model has none for its image."""
    name = container.image.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0]
    return _BY_IMAGE.get(name)
