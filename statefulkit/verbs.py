"""kubectl's verbs as functions from a State to a State.

What comes from outside is checked here in the order of a real API server: kind, strict decoding,
defaults, validation. A refusal raises a StatusError and leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from posixpath import normpath
from typing import Any

from immutables import Map

from statefulkit import apiserver
from statefulkit.api import manifest, schema
from statefulkit.api import patch as patches
from statefulkit.api.addressing import addressed
from statefulkit.api.errors import (
    BadRequest,
    Invalid,
    NotFound,
    StatusError,
    TooManyRequests,
    Unexpected,
)
from statefulkit.api.kinds import kind_of
from statefulkit.api.labels import LAST_APPLIED, UNSCHEDULABLE
from statefulkit.api.simulated import WITH_TEMPLATE
from statefulkit.api.threeway import apply_patch
from statefulkit.api.unmodelled import MADE
from statefulkit.apiserver import Who
from statefulkit.conditions import is_finished
from statefulkit.controllers.disruption import allows, budgets_of, counts
from statefulkit.controllers.pods import controller_of, with_disruption
from statefulkit.nodes import files
from statefulkit.nodes.exec import running_pod
from statefulkit.store import Key, Object, State, View

USER = "user"

Doc = dict[str, Any]


def you(reason: str) -> Who:
    """The learner as the author of a write."""
    return Who(USER, reason)


def named(doc: Doc) -> str:
    """How the log names a document: `StatefulSet web`."""
    return f"{doc['kind']} {doc['metadata'].get('name') or doc['metadata'].get('generateName')}"


def checked(doc: Doc, namespace: str | None) -> Doc:
    """The document, strictly decoded and with its namespace filled in.

    `namespace` is that of the request; None leaves it to the document, or to `default`.

    Raises:
        BadRequest: for unknown fields and wrong types, with their paths, and for a document of
            another namespace than the request's.
        NotFound: for a kind that the model does not know.
    """
    kind = kind_of(doc["kind"])
    schema.check(kind, doc)
    doc = doc | {"metadata": dict(doc.get("metadata") or {})}
    if namespace is not None:
        doc = addressed(kind, doc, namespace)
    elif kind.namespaced:
        doc["metadata"]["namespace"] = doc["metadata"].get("namespace") or "default"
    if not kind.namespaced:
        doc["metadata"].pop("namespace", None)  # the server clears it
    return doc


def key_in(doc: Doc) -> Key:
    """The key of a checked document."""
    meta = doc["metadata"]
    return Key(doc["kind"], meta.get("namespace", ""), meta.get("name", ""))


def apply(state: State, doc: Doc) -> State:
    """`kubectl apply`: create, or merge with what is there and what was last applied (K9).

    Raises:
        BadRequest: for a document without a name; one that the server makes cannot be applied again.
    """
    if not doc["metadata"].get("name"):
        if prefix := doc["metadata"].get("generateName"):
            text = f"from {prefix}: cannot use generate name with apply"
            raise BadRequest(text, text=f"error: {text}")
        raise StatusError.no_name()
    note = json.dumps(doc, sort_keys=True, separators=(",", ":"))
    notes = dict(doc["metadata"].get("annotations") or {}) | {LAST_APPLIED: note}
    wanted = doc | {"metadata": doc["metadata"] | {"annotations": notes}}
    old = state.objects.get(key_in(doc))
    if old is None:
        return apiserver.create(state, wanted, you(f"applies {named(doc)}: created"))
    merged = apply_patch(kind_of(doc["kind"]), _last_applied(old), old.to_dict(), wanted)
    return apiserver.submit(state, merged, you(f"applies {named(doc)}: configured"), verb="update")


def _last_applied(obj: Object) -> Any:
    """The manifest that was applied last; empty where none was.

    Raises:
        BadRequest: where somebody has put something else there.
    """
    try:
        return json.loads((obj.metadata.annotations or {}).get(LAST_APPLIED, "{}"))
    except (ValueError, RecursionError):
        text = "creating patch: invalid JSON document"
        raise BadRequest(text, text=f"error: {text}") from None


def patched(state: State, key: Key, change: Any, type_: str) -> Doc:
    """What `kubectl patch` would store: `type_` is strategic, merge or json (K11).

    Raises:
        NotFound: where the object does not exist.
        BadRequest, Invalid: where the patch or what it leads to is refused.
        ValueError: for another type of patch.
    """
    kind, live = kind_of(key.kind), existing(state, key).to_dict()
    change = manifest.plain(change, "patch")
    doc: Doc
    match type_:
        case "strategic":
            doc = patches.strategic_merge_patch(kind, live, change)
        case "merge":
            doc = patches.merge_patch(live, change)
        case "json":
            doc = patches.json_patch(live, change)
        case _:
            raise ValueError(f"type must be strategic, merge or json, not {type_!r}")
    if why := schema.problem(kind, doc):
        raise Invalid.patched(doc, why)
    return doc


def grace_of(grace_period: int | None, *, force: bool) -> int | None:
    """The grace period that `kubectl delete` asks for: 0 only by force (P14).

    Raises:
        BadRequest: for a forced deletion that is to be graceful.
    """
    if not force:
        return 1 if grace_period == 0 else grace_period
    if (grace_period or 0) > 0:
        text = "--force and --grace-period greater than 0 cannot be specified together"
        raise BadRequest(text, text=f"error: {text}")
    return 0


def existing(state: State, key: Key) -> Object:
    """The stored object.

    Raises:
        NotFound: in kubectl's words.
    """
    found = state.objects.get(key)
    if found is None:
        raise NotFound.of(kind_of(key.kind), key.name)
    return found


def scaling(state: State, key: Key, replicas: int) -> Doc:
    """The patch that sets the number of an object's Pods.

    Raises:
        BadRequest: for a negative number (X14).
        NotFound: where there is no such object, and for a kind that has no replicas.
    """
    if replicas < 0:
        text = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0"
        raise BadRequest(text, text=f"error: {text}")
    if existing(state, key).kind not in WITH_TEMPLATE:
        raise NotFound("the server could not find the requested resource")
    return {"spec": {"replicas": replicas}}


def image_change(obj: Object, container: str | None, image: str) -> Doc:
    """The patch that sets the image of one of an object's containers, the first by default.

    Raises:
        BadRequest: for a kind without containers.
        NotFound: where no container has that name.
    """
    kind, spec = kind_of(obj), getattr(obj, "spec", None)
    template = getattr(spec, "template", None)
    containers = getattr(template.spec if template else spec, "containers", None)
    shown = f"{kind.plural}/{obj.metadata.name}"
    if not containers:
        text = f"{shown} the object is not a pod or does not have a pod template"
        raise BadRequest(text, text=f"error: {text}")
    name = container or containers[0].name
    if name not in [c.name for c in containers]:
        text = f'unable to find container named "{name}"'
        raise NotFound(text, text=f"error: {text}")
    change = {"spec": {"containers": [{"name": name, "image": image}]}}
    return {"spec": {"template": change}} if template else change


def write_file(state: State, key: Key, path: str, text: str, container: str | None) -> State:
    """Write a file as `kubectl exec` would.

    Raises:
        BadRequest: where the container does not run, and for a file that look-ups would have to read.
    """
    pod = running_pod(View(state), key, container)
    if normpath(path) in MADE:
        raise BadRequest(
            f"{path} is made by the kubelet, and this model's Pods go by what it makes: a change would "
            "have no effect"
        )
    disk, inside = files.locate(View(state), pod, path, container)
    content: Map[str, str] = state.runtime.get(("disk", disk)) or Map()
    state = state.remember(("disk", disk), content.set(inside, text))
    return state.log(USER, "exec", key, f"writes {path} in {key.name}", "", after=pod, before=pod)


def edit_node(state: State, name: str, change: Callable[[Doc], Doc], reason: str) -> State:
    """Change a node's spec."""
    key = Key("Node", "", name)
    doc = existing(state, key).to_dict()
    doc["spec"] = change(doc.get("spec") or {})
    return apiserver.submit(state, doc, you(reason), verb="patch")


def cordon(state: State, name: str) -> State:
    """`kubectl cordon`: no new Pods here (P32)."""
    mark = {"key": UNSCHEDULABLE, "effect": "NoSchedule"}

    def change(spec: Doc) -> Doc:
        others = [t for t in spec.get("taints") or [] if t["key"] != UNSCHEDULABLE]
        return spec | {"unschedulable": True, "taints": [*others, mark]}

    return edit_node(state, name, change, f"cordons {name}")


def uncordon(state: State, name: str) -> State:
    """`kubectl uncordon`: new Pods may come again."""

    def change(spec: Doc) -> Doc:
        taints = spec.get("taints") or []
        left = [t for t in taints if t["key"] != UNSCHEDULABLE]
        kept = {k: v for k, v in spec.items() if k not in ("unschedulable", "taints")}
        return kept | ({"taints": left} if left else {})

    return edit_node(state, name, change, f"uncordons {name}")


def taint(state: State, name: str, text: str) -> State:
    """`kubectl taint`: `key=value:Effect` adds or replaces, `key:Effect-` or `key-` removes.

    Raises:
        ValueError: where `text` has none of these forms.
        Invalid: for an effect that does not exist.
        NotFound: where the taint that is to be removed is not there.
    """
    what, remove = text.removesuffix("-"), text.endswith("-")
    pair, _, effect = what.partition(":")
    key, _, value = pair.partition("=")
    if not key or not (effect or remove):
        raise ValueError(f"{text!r} is not a taint such as key=value:NoSchedule or key:NoSchedule-")

    def change(spec: Doc) -> Doc:
        others = [
            t
            for t in spec.get("taints") or []
            if t["key"] != key or (effect and t["effect"] != effect)
        ]
        if remove and others == (spec.get("taints") or []):
            text = f'taint "{what}" not found'
            raise NotFound(text, text=f"error: {text}")
        new = [] if remove else [{"key": key, "value": value, "effect": effect}]
        return spec | {"taints": [*others, *new]}

    return edit_node(state, name, change, f"taints {name}: {text}")


def undrainable(pods: list[Object], *, force: bool, delete_emptydir_data: bool) -> str:
    """Why `kubectl drain` will not evict these Pods without being told to; empty if it will (P32)."""
    reasons = (
        (
            "Pods with local storage (use --delete-emptydir-data to override)",
            [p for p in pods if any(v.emptyDir for v in p.spec.volumes or ())],
            delete_emptydir_data,
        ),
        (
            "Pods that declare no controller (use --force to override)",
            [p for p in pods if controller_of(p) is None],
            force,
        ),
    )
    told: list[str] = []
    blamed: list[Object] = []
    for reason, found, allowed in reasons:
        left = [p for p in found if not is_finished(p) and p not in blamed]
        if left and not allowed:
            blamed += left
            names = (f"{p.metadata.namespace}/{p.metadata.name}" for p in left)
            told.append(f"cannot delete {reason}: {', '.join(names)}")
    return together(told)


def together(texts: list[str]) -> str:
    """Several errors as one, as Go's programs write them."""
    return f"[{', '.join(texts)}]" if len(texts) > 1 else "".join(texts)


def evict(state: State, pod: Object) -> State:
    """The Eviction API: a graceful delete, if every budget allows it (P33).

    Raises:
        TooManyRequests: where a PodDisruptionBudget does not.
        Unexpected: where there are several.
    """
    name = pod.metadata.name
    budgets = budgets_of(View(state), pod) if counts(pod) else []
    if len(budgets) > 1:
        raise Unexpected(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
            "support."
        )
    if not all(allows(budget, pod) for budget in budgets):
        raise TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.")
    key = Key("Pod", pod.metadata.namespace, name)
    who = Who(USER, f"evicts {name}", "P33")
    marked = with_disruption(View(state), pod, "EvictionByEvictionAPI", "Eviction API: evicting")
    return apiserver.delete(apiserver.update_status(state, marked, who), key, who)
