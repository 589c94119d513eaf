"""Pods: their spec and their volumes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from statefulkit.api.errors import (
    Cause,
    duplicate,
    forbidden,
    invalid,
    required,
)
from statefulkit.api.validation.containers import choice, container_spec
from statefulkit.api.validation.meta import (
    ip_text,
    keys,
    label,
    label_value_text,
    labels,
    subdomain,
)
from statefulkit.api.validation.scheduling import EFFECTS, scheduling
from statefulkit.api.validation.volumes import named

Doc = dict[str, Any]

_POD_MUTABLE = ("activeDeadlineSeconds", "tolerations")
POD_IMMUTABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,"
    "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions "
    "to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it "
    "was previously negative)"
)
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")


def pod(doc: Doc, old: Doc | None) -> list[Cause]:
    """A Pod's spec; of a stored one only images and a few more fields may change (X11)."""
    spec = doc["spec"]
    causes = template_spec(spec, "spec") + list(_images(spec))
    return causes if old is None else causes + list(_changes(spec, old["spec"]))


def _images(spec: Doc) -> Iterator[Cause]:
    """What a template may say and a Pod may not."""
    for kind in ("initContainers", "containers"):
        for i, container in enumerate(spec.get(kind) or []):
            image = container.get("image") or ""
            if image != image.strip():
                why = "must not have leading or trailing whitespace"
                yield invalid(f"spec.{kind}[{i}].image", image, why)


def _changes(spec: Doc, was: Doc) -> Iterator[Cause]:
    """Each of these refusals but the last two ends the look at a Pod's update."""
    for kind in ("containers", "initContainers"):
        if len(spec.get(kind) or []) != len(was.get(kind) or []):
            what = "containers" if kind == "containers" else "init containers"
            yield forbidden(f"spec.{kind}", f"pod updates may not add or remove {what}")
            return
    deadline, before = (s.get("activeDeadlineSeconds") for s in (spec, was))
    path = "spec.activeDeadlineSeconds"
    if deadline is None and before is not None:
        yield invalid(path, None, "must not update from a positive integer to nil value")
    elif before is not None and deadline > before:
        yield invalid(path, deadline, "must be less than or equal to previous value")
        return
    if _fixed(spec) != _fixed(was):
        yield forbidden("spec", POD_IMMUTABLE)
    now = [_timeless(t) for t in spec.get("tolerations") or []]
    if any(_timeless(t) not in now for t in was.get("tolerations") or []):
        why = "existing toleration can not be modified except its tolerationSeconds"
        yield forbidden("spec.tolerations", why)


def _timeless(toleration: Doc) -> Doc:
    return {k: v for k, v in toleration.items() if v and k != "tolerationSeconds"}


def _fixed(spec: Doc) -> Doc:
    kept = {k: v for k, v in spec.items() if k not in _POD_MUTABLE}
    if (kept.get("terminationGracePeriodSeconds") or 0) < 0:
        kept["terminationGracePeriodSeconds"] = 1  # as which it counts, and may be set to
    for name in ("containers", "initContainers"):
        kept[name] = [{k: v for k, v in c.items() if k != "image"} for c in kept.get(name) or []]
    return kept


def node(doc: Doc, _: Doc | None) -> list[Cause]:
    """A node's taints: an effect that exists, and none twice."""
    causes: list[Cause] = []
    seen: set[tuple[str, str]] = set()
    for i, taint in enumerate((doc.get("spec") or {}).get("taints") or []):
        path = f"spec.taints[{i}]"
        causes += keys(f"{path}.key", {taint.get("key") or "": ""})
        if why := label_value_text(taint.get("value") or ""):
            causes.append(invalid(f"{path}.value", taint["value"], why))
        if not taint.get("effect"):
            causes.append(required(f"{path}.effect"))
        causes += choice(taint, path, "effect", EFFECTS)
        both = (taint.get("key", ""), taint.get("effect", ""))
        if both in seen:
            causes.append(duplicate(f"{path}", taint))
        seen.add(both)
    return causes


def template_spec(spec: Doc, path: str) -> list[Cause]:
    """A Pod's spec, at `path`."""
    causes, names = named(spec.get("volumes") or [], f"{path}.volumes")
    if not spec.get("containers"):
        causes.append(required(f"{path}.containers"))
    seen: set[str] = set()
    for kind in ("containers", "initContainers"):
        for i, container in enumerate(spec.get(kind) or []):
            where = f"{path}.{kind}[{i}]"
            name = container.get("name")
            if name in seen:
                causes.append(duplicate(f"{where}.name", name))
            seen.add(name)
            causes += container_spec(container, where, names)
    causes += _host_ports(spec, f"{path}.containers")
    causes += choice(spec, path, "restartPolicy", ("Always", "OnFailure", "Never"))
    causes += choice(spec, path, "dnsPolicy", _DNS_POLICIES)
    for field in ("hostname", "subdomain"):
        if spec.get(field):
            causes += label(f"{path}.{field}", spec[field])
    if spec.get("serviceAccountName"):
        causes += subdomain(f"{path}.serviceAccountName", spec["serviceAccountName"])
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline < 2**31:
        why = "must be between 1 and 2147483647, inclusive"
        causes.append(invalid(f"{path}.activeDeadlineSeconds", deadline, why))
    causes += _dns(spec, f"{path}.dnsConfig")
    for i, alias in enumerate(spec.get("hostAliases") or []):
        causes += ip_text(f"{path}.hostAliases[{i}].ip", alias.get("ip") or "")
    causes += scheduling(spec, path)
    return causes + labels(f"{path}.nodeSelector", spec.get("nodeSelector"))


def _host_ports(spec: Doc, path: str) -> Iterator[Cause]:
    seen = set()
    for i, container in enumerate(spec.get("containers") or []):
        for n, port in enumerate(container.get("ports") or []):
            taken = (port.get("hostIP"), port.get("protocol"), port.get("hostPort"))
            if port.get("hostPort") and taken in seen:
                yield duplicate(f"{path}[{i}].ports[{n}].hostPort", port["hostPort"])
            seen.add(taken)


def _dns(spec: Doc, path: str) -> Iterator[Cause]:
    config = spec.get("dnsConfig")
    servers = (config or {}).get("nameservers") or []
    if spec.get("dnsPolicy") == "None" and config is None:
        yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
    elif spec.get("dnsPolicy") == "None" and not servers:
        why = "must provide at least one DNS nameserver when `dnsPolicy` is None"
        yield required(f"{path}.nameservers", why)
    if config is None:
        return
    if len(servers) > 3:
        yield invalid(f"{path}.nameservers", servers, "must not have more than 3 nameservers")
    for i, server in enumerate(servers):
        yield from ip_text(f"{path}.nameservers[{i}]", server)
    searches = config.get("searches") or []
    if len(searches) > 32:
        yield invalid(f"{path}.searches", searches, "must not have more than 32 search paths")
    for i, search in enumerate(searches):
        if search != ".":
            yield from subdomain(f"{path}.searches[{i}]", search.removesuffix("."))
    for i, option in enumerate(config.get("options") or []):
        if not option.get("name"):
            yield required(f"{path}.options[{i}]", "must not be empty")
