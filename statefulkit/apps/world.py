"""What a program in a container has: its files, its environment, its Pod's network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from immutables import Map

from statefulkit.nodes import files
from statefulkit.store import Object, View


class Request(NamedTuple):
    """What somebody asks a program: a path, and data where something is to be changed (curl -d)."""

    path: str
    data: str | None = None


class Reply(NamedTuple):
    """What a program answers: a status as in HTTP, and a text."""

    status: int
    body: str


class World:
    """The world of a program in one container, at one moment.

    Attributes:
        view: the cluster as the program finds it, with what it has written so far.
        pod, container: where it runs.
        facts: what it has written so far, its own disks and those of programs it has called.
    """

    def __init__(
        self, view: View, pod: Object, container: Object, call: Callable[..., Any] | None = None
    ) -> None:
        """The world of the program in `container` of `pod`; `call` sends requests for it."""
        self.view, self.pod, self.container = view, pod, container
        self.facts: dict[tuple[Any, ...], Any] = {}
        self._call = call

    @property
    def host(self) -> str:
        """The container's host name."""
        return str(self.pod.spec.hostname or self.pod.metadata.name)

    def env(self, name: str, default: str) -> str:
        """An environment variable of the container that is given as a plain value."""
        found = (e.value for e in self.container.env or () if e.name == name and e.value)
        return next(found, default)

    def read(self, path: str) -> str | None:
        """The text of a file, or None."""
        return files.read(self.view, self.pod, path, self.container.name)

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        disk, inside = files.locate(self.view, self.pod, path, self.container.name)
        content: Map[str, str] = self.view.fact("disk", disk) or Map()
        self._keep({("disk", disk): content.set(inside, text)})

    def call(self, url: str, data: str | None = None) -> Any:
        """Send a request from this Pod: see `network.proxy.request`.

        Raises:
            ValueError: where nobody has given this world a network.
        """
        if self._call is None:
            raise ValueError("this world has no network")
        response = self._call(self.view, url, self.pod, data)
        self._keep(response.facts)
        return response

    def _keep(self, facts: dict[tuple[Any, ...], Any]) -> None:
        state = self.view.state
        for key, value in facts.items():
            state = state.remember(key, value)
        self.facts |= facts
        self.view = View(state)
