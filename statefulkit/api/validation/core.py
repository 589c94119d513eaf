"""Pods and Services."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address, ip_network
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
from statefulkit.api.validation.meta import label, labels

Doc = dict[str, Any]

SERVICE_RANGE = ip_network("10.96.0.0/12")  # N1
_POD_MUTABLE = ("activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations")
_POD_IMMUTABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "
    "to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
    "was previously negative)"
)
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")


def pod(doc: Doc, old: Doc | None) -> list[Cause]:
    """A Pod's spec; of a stored one only images and a few more fields may change (X11)."""
    causes = template_spec(doc["spec"], "spec")
    if old is not None and _fixed(doc["spec"]) != _fixed(old["spec"]):
        causes.append(forbidden("spec", _POD_IMMUTABLE))
    return causes


def _fixed(spec: Doc) -> Doc:
    kept = {k: v for k, v in spec.items() if k not in _POD_MUTABLE}
    for name in ("containers", "initContainers"):
        kept[name] = [{k: v for k, v in c.items() if k != "image"} for c in kept.get(name) or []]
    return kept


def template_spec(spec: Doc, path: str) -> list[Cause]:
    """A Pod's spec, at `path`."""
    volumes = spec.get("volumes") or []
    names = {v.get("name") for v in volumes}
    causes = list(_volumes(volumes, f"{path}.volumes"))
    if not spec.get("containers"):
        causes.append(required(f"{path}.containers"))
    seen: set[str] = set()
    for kind in ("initContainers", "containers"):
        for i, container in enumerate(spec.get(kind) or []):
            where = f"{path}.{kind}[{i}]"
            name = container.get("name")
            if name in seen:
                causes.append(duplicate(f"{where}.name", name))
            seen.add(name)
            causes += _container(container, where, names)
    causes += _choice(spec, path, "restartPolicy", ("Always", "OnFailure", "Never"))
    causes += _choice(spec, path, "dnsPolicy", _DNS_POLICIES)
    for field in ("hostname", "subdomain"):
        if spec.get(field):
            causes += label(f"{path}.{field}", spec[field])
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        value = spec["terminationGracePeriodSeconds"]
        why = "must be greater than or equal to 0"
        causes.append(invalid(f"{path}.terminationGracePeriodSeconds", value, why))
    for i, toleration in enumerate(spec.get("tolerations") or []):
        causes += _choice(toleration, f"{path}.tolerations[{i}]", "operator", ("Equal", "Exists"))
    return causes + labels(f"{path}.nodeSelector", spec.get("nodeSelector"))


def _choice(node: Doc, path: str, field: str, allowed: Iterable[str]) -> list[Cause]:
    value = node.get(field)
    if value in (None, "") or value in allowed:
        return []
    return [unsupported(f"{path}.{field}", value, allowed)]


def _volumes(volumes: list[Doc], path: str) -> Iterator[Cause]:
    seen: set[str] = set()
    for i, volume in enumerate(volumes):
        name = volume.get("name")
        if not name:
            yield required(f"{path}[{i}].name")
        else:
            yield from label(f"{path}[{i}].name", name)
            if name in seen:
                yield duplicate(f"{path}[{i}].name", name)
            seen.add(name)
        sources = sorted(volume.keys() - {"name"})
        for extra in sources[1:]:
            yield forbidden(f"{path}[{i}].{extra}", "may not specify more than 1 volume type")
        claim = volume.get("persistentVolumeClaim")
        if claim is not None and not claim.get("claimName"):
            yield required(f"{path}[{i}].persistentVolumeClaim.claimName")


def _container(container: Doc, path: str, volumes: set[Any]) -> Iterator[Cause]:
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
    yield from _choice(container, path, "imagePullPolicy", ("Always", "IfNotPresent", "Never"))
    port_names: set[str] = set()
    for i, port in enumerate(container.get("ports") or []):
        where = f"{path}.ports[{i}]"
        yield from _port_number(port, where, "containerPort")
        yield from _choice(port, where, "protocol", ("SCTP", "TCP", "UDP"))
        name = port.get("name")
        if name:
            yield from _port_name(f"{where}.name", name)
            if name in port_names:
                yield duplicate(f"{where}.name", name)
            port_names.add(name)
    mount_paths: set[str] = set()
    for i, mount in enumerate(container.get("volumeMounts") or []):
        where = f"{path}.volumeMounts[{i}]"
        if not mount.get("name"):
            yield required(f"{where}.name")
        elif mount["name"] not in volumes:
            yield not_found(f"{where}.name", mount["name"])  # X13
        if not mount.get("mountPath"):
            yield required(f"{where}.mountPath")
        elif mount["mountPath"] in mount_paths:
            yield invalid(f"{where}.mountPath", mount["mountPath"], "must be unique")
        mount_paths.add(mount.get("mountPath"))


def _port_number(port: Doc, path: str, field: str) -> Iterator[Cause]:
    number = port.get(field)
    if not number:
        yield required(f"{path}.{field}")
    elif not 1 <= number <= 65535:
        yield invalid(f"{path}.{field}", number, "must be between 1 and 65535, inclusive")


def _port_name(path: str, name: str) -> Iterator[Cause]:
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


def service(doc: Doc, old: Doc | None) -> list[Cause]:
    """A Service's spec; an address once given stays (X11)."""
    spec = doc["spec"]
    external = spec["type"] == "ExternalName"
    causes = _choice(
        spec, "spec", "type", ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
    )
    causes += _choice(spec, "spec", "sessionAffinity", ("ClientIP", "None"))
    causes += labels("spec.selector", spec.get("selector"))
    headless = spec.get("clusterIP") == "None"
    if external and not spec.get("externalName"):
        causes.append(required("spec.externalName"))
    ports = spec.get("ports") or []
    if not ports and not headless and not external:
        causes.append(required("spec.ports"))
    causes += _service_ports(ports)
    return causes + _cluster_ip(spec, old)


def _service_ports(ports: list[Doc]) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    for i, port in enumerate(ports):
        where = f"spec.ports[{i}]"
        name = port.get("name")
        if not name and len(ports) > 1:
            causes.append(required(f"{where}.name"))
        elif name:
            causes += label(f"{where}.name", name)
            if name in seen:
                causes.append(duplicate(f"{where}.name", name))
            seen.add(name)
        causes += _port_number(port, where, "port")
        causes += _choice(port, where, "protocol", ("SCTP", "TCP", "UDP"))
        target = port.get("targetPort")
        if isinstance(target, str):
            causes += _port_name(f"{where}.targetPort", target)
        elif target is not None and not 1 <= target <= 65535:
            why = "must be between 1 and 65535, inclusive"
            causes.append(invalid(f"{where}.targetPort", target, why))
    return causes


def _cluster_ip(spec: Doc, old: Doc | None) -> list[Cause]:
    value = spec.get("clusterIP")
    before = ((old or {}).get("spec") or {}).get("clusterIP")
    if before and value and value != before and spec["type"] != "ExternalName":
        return [invalid("spec.clusterIPs[0]", [value], "may not change once set")]
    if value in (None, "", "None"):
        return []
    try:
        address = ip_address(value)
    except ValueError:
        why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        return [invalid("spec.clusterIPs[0]", value, why)]
    if address not in SERVICE_RANGE:
        why = (
            f"failed to allocate IP {value}: the provided IP ({value}) is not in the valid range. "
            f"The range of valid IPs is {SERVICE_RANGE}"
        )
        return [invalid("spec.clusterIPs", [value], why)]
    return []
