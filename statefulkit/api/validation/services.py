"""Services: ports, types, addresses."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from statefulkit.api.errors import Cause, duplicate, forbidden, invalid, required, unsupported
from statefulkit.api.validation.containers import choice, port_name
from statefulkit.api.validation.meta import ip_text, label, labels, subdomain

Doc = dict[str, Any]

SERVICE_RANGE = ip_network("10.96.0.0/12")  # N1
NODE_PORTS = range(30000, 32768)
_PORT_TEXT = "must be between 1 and 65535, inclusive"


def service(doc: Doc, old: Doc | None) -> list[Cause]:
    """A Service's spec; an address once given stays (X11)."""
    spec = doc["spec"]
    external = spec["type"] == "ExternalName"
    causes = choice(spec, "spec", "type", ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort"))
    causes += choice(spec, "spec", "sessionAffinity", ("ClientIP", "None"))
    causes += labels("spec.selector", spec.get("selector"))
    headless = spec.get("clusterIP") == "None"
    if external and not spec.get("externalName"):
        causes.append(required("spec.externalName"))
    elif external:
        causes += subdomain("spec.externalName", spec["externalName"].removesuffix("."))
    if external and spec.get("clusterIP"):
        why = "may not be set when `type` is 'ExternalName'"
        causes.append(forbidden("spec.clusterIPs", why))
    if headless and spec["type"] in ("NodePort", "LoadBalancer"):
        why = f"may not be set to 'None' for {spec['type']} services"
        causes.append(invalid("spec.clusterIPs[0]", "None", why))
    causes += _affinity(spec)
    ports = spec.get("ports") or []
    if not ports and not headless and not external:
        causes.append(required("spec.ports"))
    causes += _service_ports(ports)
    causes += _node_ports(spec)
    causes += _traffic(spec)
    return causes + _cluster_ip(spec, old)


def _affinity(spec: Doc) -> list[Cause]:
    if spec.get("sessionAffinity") == "None" and spec.get("sessionAffinityConfig") is not None:
        why = "must not be set when session affinity is None"
        return [forbidden("spec.sessionAffinityConfig", why)]
    config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    seconds = config.get("timeoutSeconds")
    if spec.get("sessionAffinity") != "ClientIP" or seconds is None or 0 < seconds <= 86400:
        return []
    path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
    return [invalid(path, seconds, "must be greater than 0 and less than 86400")]


def _service_ports(ports: list[Doc]) -> list[Cause]:
    causes: list[Cause] = []
    seen: set[str] = set()
    pairs: set[tuple[Any, int]] = set()
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
        if not 1 <= port["port"] <= 65535:
            causes.append(invalid(f"{where}.port", port["port"], _PORT_TEXT))
        pair = (port.get("protocol"), port["port"])
        if pair in pairs:
            causes.append(duplicate(where, port))
        pairs.add(pair)
        causes += choice(port, where, "protocol", ("SCTP", "TCP", "UDP"))
        target = port.get("targetPort")
        if isinstance(target, str):
            causes += port_name(f"{where}.targetPort", target)
        elif target is not None and not 1 <= target <= 65535:
            causes.append(invalid(f"{where}.targetPort", target, _PORT_TEXT))
    return causes


def _node_ports(spec: Doc) -> list[Cause]:
    """A port on every node: for types that have one, from the range that is kept for them."""
    causes = []
    for i, port in enumerate(spec.get("ports") or []):
        number, where = port.get("nodePort"), f"spec.ports[{i}].nodePort"
        if not number:
            continue
        if spec["type"] in ("ClusterIP", "ExternalName"):
            causes.append(forbidden(where, f"may not be used when `type` is '{spec['type']}'"))
        elif number not in NODE_PORTS:
            low, high = NODE_PORTS.start, NODE_PORTS.stop - 1
            why = (
                f"provided port is not in the valid range. The range of valid ports is {low}-{high}"
            )
            causes.append(invalid(where, number, why))
    return causes


def _traffic(spec: Doc) -> list[Cause]:
    causes = choice(spec, "spec", "internalTrafficPolicy", ("Cluster", "Local"))
    policy = spec.get("externalTrafficPolicy")
    if spec["type"] in ("NodePort", "LoadBalancer") or spec.get("externalIPs"):
        causes += choice(spec, "spec", "externalTrafficPolicy", ("Cluster", "Local"))
    elif policy:
        why = "may only be set for externally-accessible services"
        causes.append(invalid("spec.externalTrafficPolicy", policy, why))
    for i, ip in enumerate(spec.get("externalIPs") or []):
        causes += ip_text(f"spec.externalIPs[{i}]", ip)
    for i, family in enumerate(spec.get("ipFamilies") or []):
        if family not in ("IPv4", "IPv6"):
            causes.append(unsupported(f"spec.ipFamilies[{i}]", family, ("IPv4", "IPv6")))
    policies = ("PreferDualStack", "RequireDualStack", "SingleStack")
    return causes + choice(spec, "spec", "ipFamilyPolicy", policies)


def _cluster_ip(spec: Doc, old: Doc | None) -> list[Cause]:
    value = spec.get("clusterIP")
    if spec.get("clusterIPs") and value and spec["clusterIPs"][0] != value and old is None:
        return [
            invalid("spec.clusterIPs", spec["clusterIPs"], "first value must match `clusterIP`")
        ]
    before = ((old or {}).get("spec") or {}).get("clusterIP")
    if before and value and value != before and spec["type"] != "ExternalName":
        return [invalid("spec.clusterIPs[0]", [value], "may not change once set")]
    if value in (None, "", "None") or spec["type"] == "ExternalName":
        return []
    if causes := ip_text("spec.clusterIPs[0]", value):
        return causes
    if ip_address(value) not in SERVICE_RANGE:
        why = (
            f"failed to allocate IP {value}: the provided IP ({value}) is not in the valid range. "
            f"The range of valid IPs is {SERVICE_RANGE}"
        )
        return [invalid("spec.clusterIPs", [value], why)]
    return []
