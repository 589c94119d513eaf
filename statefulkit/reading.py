"""The read verbs, the same for a Cluster now and for a moment of its past."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from statefulkit.api.kinds import kind_of
from statefulkit.arguments import checked_class, misused
from statefulkit.network import resolvconf, resolver
from statefulkit.nodes import files
from statefulkit.nodes.exec import running_pod
from statefulkit.store import Key, Object, Record, View, copy

if TYPE_CHECKING:
    import pandas as pd

    from statefulkit.network.libc import Libc
    from statefulkit.network.resolver import Resolution
    from statefulkit.network.server import NameServer


@checked_class
class Reading:
    """What can be asked of a moment; whoever inherits gives its `view`."""

    @property
    def view(self) -> View:
        """The moment itself."""
        raise AttributeError("view")

    @property
    def time(self) -> float:
        """Virtual seconds since the cluster began."""
        return self.view.time

    @property
    def version(self) -> int:
        """The number of the last record in history; also the newest resourceVersion."""
        return self.view.version

    @property
    def history(self) -> pd.DataFrame:
        """Everything that happened: version, time (s), actor, verb, object, reason, rule."""
        from statefulkit.views import tables

        return tables.history(self.view)

    @property
    def dns(self) -> NameServer:
        """The cluster's name server: see `network.server.NameServer`."""
        from statefulkit.network.server import NameServer

        return NameServer(lambda: self.view)

    def get(self, kind: Any, name: str, namespace: str = "default") -> Object:
        """A copy of one object; see `View.get`."""
        return self.view.get(kind, name, namespace)

    def list(
        self,
        kind: Any,
        namespace: str | None = "default",
        *,
        labels: str | dict[str, str] | None = None,
        fields: str | dict[str, str] | None = None,
    ) -> list[Object]:
        """Copies of the objects of a kind; see `View.list`.

        Raises:
            ValueError: for a namespace that is a selector.
        """
        if "=" in (namespace or ""):
            raise misused("list", f"{namespace!r} is no namespace", ValueError)
        return self.view.list(kind, namespace, labels=labels, fields=fields)

    def watch(
        self, kind: Any, namespace: str | None = "default", *, since: int = 0
    ) -> Iterator[tuple[str, Object]]:
        """The changes to objects of a kind after version `since`, oldest first.

        Yields (type, object) as the API does: ADDED, MODIFIED or DELETED with a copy of the object.

        Raises:
            ValueError: where `since` is not in history.
        """
        check_version(self.view, since)
        k = kind_of(kind)
        for record in self.view.records(after=since):
            seen = record.key.kind == k.name and record.before is not record.after
            if seen and (
                namespace is None or not k.namespaced or record.key.namespace == namespace
            ):
                yield _type_of(record), copy(record.after or record.before)

    def read_file(
        self, pod: str, path: str, namespace: str = "default", *, container: str | None = None
    ) -> str | None:
        """The text of a file in a running container, as `kubectl exec … cat` would show it.

        None where there is no such file.

        Raises:
            NotFound, BadRequest: in kubectl exec's words, where the container does not run.
        """
        found = running_pod(self.view, Key("Pod", namespace, pod), container)
        text = files.read(self.view, found, path, container)
        return resolvconf.written(found, path) if text is None else text

    def resolve(
        self,
        name: str,
        type: str = "A",
        from_pod: str | None = None,
        *,
        cached: bool = False,
        libc: Libc = "glibc",
    ) -> Resolution:
        """Resolve a name as a Pod would at this moment: see `network.resolver.resolve`."""
        return resolver.resolve(self.view, name, type, from_pod, cached, libc)

    def nslookup(self, name: str, from_pod: str | None = None, *, tool: str = "busybox") -> str:
        """What `nslookup name` prints in a Pod; `tool` is busybox (of 1.28) or bind (N41).

        Raises:
            ValueError: for another tool, or a name that DNS can't be asked for.
            NotFound, BadRequest: where the Pod does not exist or does not run.
        """
        from statefulkit.network import nslookup

        tools = {"busybox": nslookup.busybox, "bind": nslookup.bind}
        if tool not in tools:
            raise ValueError(f"tool must be busybox or bind, not {tool!r}")
        return tools[tool](self.view, name, from_pod)

    def at(self, time: float | None = None, *, version: int | None = None) -> Moment:
        """A past moment: as it was at virtual second `time` (now, at most), or after record `version`.

        Raises:
            ValueError: where neither or both are given, or the moment is not in history.
        """
        if (time is None) == (version is None):
            raise ValueError("give either a time or a version")
        if version is None:
            version = last_at(self.view, float(time or 0.0))
        check_version(self.view, version)
        past = self.view.state.back_to(version)
        if time is not None:  # nothing may have happened for a while before it
            past = replace(past, time=max(past.time, min(float(time), self.time)))
        return Moment(View(past))


class Moment(Reading):
    """A moment of a cluster's past; nothing in it can be changed."""

    def __init__(self, view: View) -> None:
        """The moment that `view` shows."""
        self._view = view

    @property
    def view(self) -> View:
        """The moment itself."""
        return self._view


def check_version(view: View, version: int) -> None:
    """Refuse a version that is not in the history of a moment.

    Raises:
        ValueError: with the versions that are.
    """
    oldest = view.state.history.oldest
    if not oldest <= version <= view.version:
        raise ValueError(
            f"version {version} is not in history, which goes from {oldest} to {view.version}"
        )


def _type_of(record: Record) -> str:
    if record.before is None:
        return "ADDED"
    return "DELETED" if record.after is None else "MODIFIED"


def last_at(view: View, time: float) -> int:
    """The version of the last record that is not later than `time`; records are in order of time."""
    history = view.state.history
    low, high = history.first - 1, view.version
    while low < high:
        middle = (low + high + 1) // 2
        if history[middle].time <= time:
            low = middle
        else:
            high = middle - 1
    return low
