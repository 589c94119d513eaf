"""What runs in containers: small applications, chosen by the image's name."""

from __future__ import annotations

from collections.abc import Callable

from statefulkit.apps import nginx
from statefulkit.store import Object, View

Application = Callable[[View, Object, Object, str], tuple[int, str]]

_BY_IMAGE: dict[str, Application] = {"nginx": nginx.get, "nginx-slim": nginx.get}


def application(container: Object) -> Application | None:
    """The application in a container, or None where the model has none for its image."""
    name = container.image.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0]
    return _BY_IMAGE.get(name)


def port_of(container: Object) -> int:
    """The port that the model's applications listen on: the first declared, or 80."""
    return int(container.ports[0].containerPort) if container.ports else 80
