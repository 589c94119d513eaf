"""Containers: names, images, ports, mounts, probes, resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from statefulkit.api.errors import (
    Cause,
    duplicate,
    forbidden,
    invalid,
    not_found,
    required,
    unsupported,
)
from statefulkit.api.validation.environment import variables
from statefulkit.api.validation.meta import label
from statefulkit.api.validation.volumes import below
from statefulkit.quantity import number as amount

Doc = dict[str, Any]

_STANDARD = re.compile("cpu|memory|ephemeral-storage|hugepages-.+")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_NOT_NEGATIVE = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)


def choice(node: Doc, path: str, field: str, allowed: Iterable[str]) -> list[Cause]:
    """A field that, where it is set, has one of the `allowed` values."""
    value = node.get(field)
    if value in (None, "") or value in allowed:
        return []
    return [unsupported(f"{path}.{field}", value, allowed)]


def container_spec(container: Doc, path: str, volumes: set[Any]) -> Iterator[Cause]:
    """A container, at `path`, in a Pod with these `volumes`."""
    if not container.get("name"):
        yield required(f"{path}.name")
    else:
        yield from label(f"{path}.name", container["name"])
    if not container.get("image"):
        yield required(f"{path}.image")
    yield from choice(container, path, "imagePullPolicy", ("Always", "IfNotPresent", "Never"))
    yield from choice(
        container, path, "terminationMessagePolicy", ("FallbackToLogsOnError", "File")
    )
    yield from variables(container, path)
    for hook in ("postStart", "preStop"):
        handler = (container.get("lifecycle") or {}).get(hook)
        if handler is not None:
            yield from _handler(handler, f"{path}.lifecycle.{hook}", (*_HANDLERS, "sleep"))
    yield from _resources(container.get("resources") or {}, f"{path}.resources")
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in container:
            yield from _probe(container[name], f"{path}.{name}", name != "readinessProbe")
    yield from _ports(container.get("ports") or [], f"{path}.ports")
    yield from _mounts(container.get("volumeMounts") or [], f"{path}.volumeMounts", volumes)


def _ports(ports: list[Doc], path: str) -> Iterator[Cause]:
    port_names: set[str] = set()
    for i, port in enumerate(ports):
        where = f"{path}[{i}]"
        yield from port_number(port, where, "containerPort")
        yield from choice(port, where, "protocol", ("SCTP", "TCP", "UDP"))
        if port.get("hostPort"):
            yield from port_number(port, where, "hostPort")
        name = port.get("name")
        if name:
            yield from port_name(f"{where}.name", name)
            if name in port_names:
                yield duplicate(f"{where}.name", name)
            port_names.add(name)


def _mounts(mounts: list[Doc], path: str, volumes: set[Any]) -> Iterator[Cause]:
    mount_paths: set[Any] = set()
    for i, mount in enumerate(mounts):
        where = f"{path}[{i}]"
        name, at = mount.get("name"), mount.get("mountPath")
        if not name:
            yield required(f"{where}.name")
        if name not in volumes:
            yield not_found(f"{where}.name", name or "")  # X13
        if not at:
            yield required(f"{where}.mountPath")
        if at in mount_paths:
            yield invalid(f"{where}.mountPath", at, "must be unique")
        mount_paths.add(at)
        if mount.get("subPath"):
            yield from below(f"{path}.subPath", mount["subPath"])  # without the index, as it is
            if mount.get("subPathExpr"):
                why = "subPathExpr and subPath are mutually exclusive"
                yield invalid(f"{where}.subPathExpr", mount["subPathExpr"], why)


def port_number(port: Doc, path: str, field: str) -> Iterator[Cause]:
    """A container's port: there, and in range."""
    number = port.get(field)
    if not number:
        yield required(f"{path}.{field}")
    elif not 1 <= number <= 65535:
        yield invalid(f"{path}.{field}", number, "must be between 1 and 65535, inclusive")


def port_name(path: str, name: str) -> Iterator[Cause]:
    """A port's name: at most 15 of a-z, 0-9 and single hyphens."""
    if len(name) > 15:
        yield invalid(path, name, "must be no more than 15 characters")
    if not re.fullmatch("[-a-z0-9]+", name):
        yield invalid(
            path, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
        )
    elif not re.search("[a-z]", name):
        yield invalid(path, name, "must contain at least one letter (a-z)")
    elif name.startswith("-") or name.endswith("-") or "--" in name:
        yield invalid(path, name, "must not contain consecutive hyphens, nor begin or end with one")


def _resources(resources: Doc, path: str) -> Iterator[Cause]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for field, found in (("limits", limits), ("requests", requests)):
        for name, value in found.items():
            where = f"{path}.{field}[{name}]"
            if "/" not in name and not _STANDARD.fullmatch(name):
                yield invalid(where, name, "must be a standard resource type or fully qualified")
            if amount(value) < 0:
                yield invalid(where, value, "must be greater than or equal to 0")
    for name, value in requests.items():
        overcommits = bool(_STANDARD.fullmatch(name)) and not name.startswith("hugepages-")
        if name not in limits:
            if not overcommits and "/" in name:
                why = "Limit must be set for non overcommitted resources"
                yield required(f"{path}.limits", why)
        elif not overcommits and amount(value) != amount(limits[name]):
            yield invalid(
                f"{path}.requests", value, f"must be equal to {name} limit of {limits[name]}"
            )
        elif amount(value) > amount(limits[name]):
            why = f"must be less than or equal to {name} limit of {limits[name]}"
            yield invalid(f"{path}.requests", value, why)


def _probe(probe: Doc, path: str, once: bool) -> Iterator[Cause]:
    """A probe has one handler; `once`: one success must be enough for it."""
    yield from _handler(probe, path, _HANDLERS)
    for field in _NOT_NEGATIVE:
        if probe.get(field, 0) < 0:
            why = "must be greater than or equal to 0"
            yield invalid(f"{path}.{field}", probe[field], why)
    if once and probe.get("successThreshold", 1) != 1:
        yield invalid(f"{path}.successThreshold", probe["successThreshold"], "must be 1")


def _handler(node: Doc, path: str, kinds: tuple[str, ...]) -> Iterator[Cause]:
    """What a probe or a hook does: one thing of these kinds."""
    found = [h for h in kinds if h in node]
    if not found:
        yield required(path, "must specify a handler type")
    for extra in found[1:]:
        yield forbidden(f"{path}.{extra}", "may not specify more than 1 handler type")
    if found == ["exec"] and not (node["exec"] or {}).get("command"):
        yield required(f"{path}.exec.command")
    for handler in ("httpGet", "tcpSocket"):
        if handler not in found[:1]:
            continue
        port = node[handler].get("port") or 0
        if isinstance(port, str):
            yield from port_name(f"{path}.{handler}.port", port)
        elif not 1 <= port <= 65535:
            why = "must be between 1 and 65535, inclusive"
            yield invalid(f"{path}.{handler}.port", port, why)
        yield from choice(node[handler], f"{path}.{handler}", "scheme", ("HTTP", "HTTPS"))
