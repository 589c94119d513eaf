"""Where a connection ends up: the name, kube-proxy's choice, the Pod, its application (N7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote, urlsplit

from statefulkit import apps
from statefulkit.apps.world import Reply, Request, World
from statefulkit.network.resolvconf import LOOPBACK, client_pod
from statefulkit.network.resolver import resolve
from statefulkit.nodes import leftbehind
from statefulkit.nodes.exec import is_running
from statefulkit.store import Object, View

_NOT_IN_HOSTS = re.compile(r"[\x00-\x20\x7f]")  # curl calls such a URL malformed
AFFINITY_SECONDS = 10800  # N2
PORTS = {"http": 80, "mysql": 3306}  # what a URL means that names none
_ERRORS = {  # the client's own words, by scheme
    "http": {
        "unknown": "curl: (6) Could not resolve host: {host}",
        "refused": "curl: (7) Failed to connect to {address} port {port}: Connection refused",
        "timed out": "curl: (28) Failed to connect to {address} port {port}: timed out",
        "garbled": "curl: (1) Received HTTP/0.9 when not allowed",
    },
    "mysql": {
        "unknown": "ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)",
        "refused": "ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' (111)",
        "timed out": "ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' (110)",
        "garbled": "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial "
        "communication packet', system error: 0",
    },
}


@dataclass(frozen=True, slots=True)
class Response:
    """What came of a request.

    Attributes:
        status, body: the answer; None and empty where there was none. A MySQL server's status is
            200 or, with an error, 400.
        pod: the name of the Pod that answered.
        error: why there was no answer, in the words of curl or of the mysql client.
        steps: the way of the connection, a sentence each.
        facts: what is remembered of it: kube-proxy's choice (ClientIP affinity), files written.
    """

    status: int | None
    body: str
    pod: str | None
    error: str | None
    steps: tuple[str, ...]
    facts: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.error or f"{self.status} from {self.pod}: {self.body}"


class _NoAnswerError(Exception):
    """The connection ends here, and why."""


def request(view: View, url: str, from_pod: str | None = None, data: str | None = None) -> Response:
    """`curl url` in a Pod (None: in a Pod of namespace default that is not in the model).

    `data` is what curl's `-d` sends. `mysql://host/` with an SQL statement as data is what
    `mysql -h host -e` does.

    Raises:
        ValueError: where `url` is no URL of http or mysql.
        NotFound, BadRequest: where `from_pod` does not exist or does not run.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in PORTS or not parts.hostname or _NOT_IN_HOSTS.search(parts.hostname):
        raise ValueError(f"{url!r} is not a URL such as http://nginx/ or mysql://mysql/")
    scheme, port = parts.scheme, parts.port or PORTS[parts.scheme]
    client = client_pod(view, from_pod) if from_pod else None
    steps: list[str] = []
    facts: dict[tuple[Any, ...], Any] = {}
    dialled = ""  # all that the client knows: kube-proxy's choice is hidden from it
    try:
        address = dialled = _look_up(view, parts.hostname, from_pod, steps)
        if address == LOOPBACK and client:
            address = client.status.podIP
        address, number = _through_proxy(view, address, port, from_pod, steps, facts)
        pod = _holder(view, address, steps)
        asked = Request(unquote(parts.path), data)
        status, body = _serve(view, pod, number, scheme, asked, steps, facts)
    except _NoAnswerError as end:
        text = _ERRORS[scheme][str(end)].format(host=parts.hostname, address=dialled, port=port)
        return Response(None, "", None, text, tuple(steps), facts)
    return Response(status, body, pod.metadata.name, None, tuple(steps), facts)


def request_of(view: View, url: str, pod: Object, data: str | None = None) -> Response:
    """A request that a program in a Pod sends; also where its Pod's object is gone (P14)."""
    meta = pod.metadata
    found = view.find("Pod", meta.namespace, meta.name)
    is_there = found is not None and found.metadata.uid == meta.uid
    return request(view, url, f"{meta.namespace}/{meta.name}" if is_there else None, data)


def _look_up(view: View, host: str, from_pod: str | None, steps: list[str]) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    found = resolve(view, host, "A", from_pod)
    steps.append(f"DNS: {found}")
    if not found.answers:
        raise _NoAnswerError("unknown")
    return found.answers[0]


def _through_proxy(
    view: View,
    address: str,
    port: int,
    from_pod: str | None,
    steps: list[str],
    facts: dict[tuple[Any, ...], Any],
) -> tuple[str, int]:
    """A Service's virtual address becomes that of one of its endpoints; any other stays (N7)."""
    service = next((s for s in view.all("Service") if s.spec.clusterIP == address), None)
    if service is None:
        return address, port
    name = service.metadata.name
    wanted = next(
        (p for p in service.spec.ports or () if (p.port, p.protocol or "TCP") == (port, "TCP")),
        None,
    )
    choices = _choices(view, service, wanted) if wanted else []
    if not choices:
        steps.append(f"kube-proxy: Service {name} has no endpoint for port {port}")
        raise _NoAnswerError("refused")
    key = ("affinity", service.metadata.uid, from_pod)
    chosen = view.random("kube-proxy", name).choice(choices)
    if service.spec.sessionAffinity == "ClientIP":
        kept = view.fact(*key)
        if kept and kept[1] > view.time and kept[0] in choices:
            chosen = kept[0]
        config = service.spec.sessionAffinityConfig
        timeout = config.clientIP.timeoutSeconds if config and config.clientIP else AFFINITY_SECONDS
        facts[key] = (chosen, view.time + timeout)
    of = f"one of {len(choices)}" if len(choices) > 1 else "the only one"
    steps.append(
        f"kube-proxy: {address}:{port} of Service {name} becomes {chosen[0]}:{chosen[1]}, {of}"
    )
    return chosen


def _choices(view: View, service: Object, wanted: Object) -> list[tuple[str, int]]:
    ready, fallback = [], []
    for slice_ in view.slices(service.metadata.namespace, service.metadata.name):
        port = next((p for p in slice_.ports or () if (p.name or "") == (wanted.name or "")), None)
        if port is None:
            continue
        for endpoint in slice_.endpoints or ():
            target = (endpoint.addresses[0], int(port.port))
            state = endpoint.conditions
            if state is None or state.ready is not False:
                ready.append(target)
            elif state.serving and state.terminating:
                fallback.append(target)
    return ready or fallback


def _holder(view: View, address: str, steps: list[str]) -> Object:
    """The running Pod with this address, on a node that can be reached; or what was left of one."""
    living = [p for p in view.with_address(address) if p.status.phase in ("Pending", "Running")]
    left = [p for p in leftbehind.all_of(view) if p.status.podIP == address]
    pod = next(iter([*living, *left]), None)
    if pod is None or view.fact("down", pod.spec.nodeName) is not None:
        steps.append(f"network: nobody answers at {address}")
        raise _NoAnswerError("timed out")
    return pod


def _serve(
    view: View,
    pod: Object,
    port: int,
    scheme: str,
    asked: Request,
    steps: list[str],
    facts: dict[tuple[Any, ...], Any],
) -> Reply:
    name = pod.metadata.name
    for container in pod.spec.containers:
        run = apps.application(container)
        if run is None or run.port != port or not is_running(pod, container):
            continue
        if run.scheme != scheme:
            steps.append(f"{name}: container {container.name} speaks {run.scheme}, not {scheme}")
            raise _NoAnswerError("garbled")
        world = World(view, pod, container, request_of)
        reply = run.serve(world, asked)
        facts |= world.facts
        steps.append(f"{name}: container {container.name} answers {reply.status}")
        return reply
    steps.append(f"{name}: nothing listens on port {port}")
    raise _NoAnswerError("refused")
