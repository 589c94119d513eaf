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
from statefulkit.api.validation.meta import label
from statefulkit.quantity import number as amount

Doc = dict[str, Any]

_STANDARD = re.compile("cpu|memory|ephemeral-storage|hugepages-.+")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")


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
    elif container["image"] != container["image"].strip():
        yield invalid(
            f"{path}.image", container["image"], "must not have leading or trailing whitespace"
        )
    yield from choice(container, path, "imagePullPolicy", ("Always", "IfNotPresent", "Never"))
    for i, env in enumerate(container.get("env") or []):
        if not env.get("name"):
            yield required(f"{path}.env[{i}].name")
        if env.get("value") and env.get("valueFrom"):
            why = "may not be specified when `value` is not empty"
            yield invalid(f"{path}.env[{i}].valueFrom", "", why)
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
        if not mount.get("name"):
            yield required(f"{where}.name")
        elif mount["name"] not in volumes:
            yield not_found(f"{where}.name", mount["name"])  # X13
        if not mount.get("mountPath"):
            yield required(f"{where}.mountPath")
        elif mount["mountPath"] in mount_paths:
            yield invalid(f"{where}.mountPath", mount["mountPath"], "must be unique")
        mount_paths.add(mount.get("mountPath"))


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
        if name in limits and amount(value) > amount(limits[name]):
            why = f"must be less than or equal to {name} limit of {limits[name]}"
            yield invalid(f"{path}.requests", value, why)


def _probe(probe: Doc, path: str, once: bool) -> Iterator[Cause]:
    """A probe has one handler; `once`: one success must be enough for it."""
    handlers = [h for h in _HANDLERS if h in probe]
    if not handlers:
        yield required(path, "must specify a handler type")
    for extra in handlers[1:]:
        yield forbidden(f"{path}.{extra}", "may not specify more than 1 handler type")
    if "exec" in probe and not probe["exec"].get("command"):
        yield required(f"{path}.exec.command")
    for handler in ("httpGet", "tcpSocket"):
        port = (probe.get(handler) or {}).get("port", 1)
        if isinstance(port, int) and not 1 <= port <= 65535:
            why = "must be between 1 and 65535, inclusive"
            yield invalid(f"{path}.{handler}.port", port, why)
        elif isinstance(port, str):
            yield from port_name(f"{path}.{handler}.port", port)
    for field in ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold"):
        if probe.get(field, 0) < 0:
            why = "must be greater than or equal to 0"
            yield invalid(f"{path}.{field}", probe[field], why)
    if once and probe.get("successThreshold", 1) != 1:
        yield invalid(f"{path}.successThreshold", probe["successThreshold"], "must be 1")
