"""The kinds of object the model knows: their names, their types, what kubectl calls them.

The types are lightkube's, so an object here is the object that `lightkube.Client` hands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lightkube.resources import apps_v1, core_v1, discovery_v1, policy_v1, storage_v1

from statefulkit.api.errors import StatusError


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: `name` StatefulSet, `plural` statefulsets, `short` (sts,), `type` its struct."""

    name: str
    plural: str
    group: str
    version: str
    namespaced: bool
    type: Any
    short: tuple[str, ...]

    @property
    def api_version(self) -> str:
        """The manifest's apiVersion, as in `apps/v1` or `v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """What kubectl prints in errors: `statefulsets.apps`, `pods`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def prefix(self) -> str:
        """What kubectl prints before a name: `statefulset.apps`, `pod`."""
        return f"{self.name.lower()}.{self.group}" if self.group else self.name.lower()


_TYPES: dict[Any, tuple[str, ...]] = {  # with their short names (K29)
    core_v1.Pod: ("po",),
    core_v1.Service: ("svc",),
    core_v1.PersistentVolumeClaim: ("pvc",),
    core_v1.PersistentVolume: ("pv",),
    core_v1.Node: ("no",),
    core_v1.Namespace: ("ns",),
    core_v1.Event: ("ev",),
    core_v1.ConfigMap: ("cm",),
    core_v1.Secret: (),
    apps_v1.StatefulSet: ("sts",),
    apps_v1.Deployment: ("deploy",),
    apps_v1.ReplicaSet: ("rs",),
    apps_v1.ControllerRevision: (),
    discovery_v1.EndpointSlice: (),
    storage_v1.StorageClass: ("sc",),
    storage_v1.VolumeAttachment: (),
    policy_v1.PodDisruptionBudget: ("pdb",),
}


def _kind(type_: Any, short: tuple[str, ...]) -> Kind:
    info = type_._api_info
    ref = info.resource
    namespaced = "global_list" in info.verbs
    return Kind(ref.kind, info.plural, ref.group, ref.version, namespaced, type_, short)


KINDS: dict[str, Kind] = {k.name: k for k in (_kind(t, s) for t, s in _TYPES.items())}

_WORDS: dict[str, Kind] = {
    word: kind
    for kind in KINDS.values()
    for word in (kind.name.lower(), kind.plural, kind.resource, kind.prefix, *kind.short)
}


def kind_of(word: Any) -> Kind:
    """The kind that `word` names: `"Pod"`, `"pods"`, `"po"`, `"statefulsets.apps"`, a type or an object.

    Raises:
        StatusError: NotFound, in kubectl's words, where no kind has that name.
    """
    name = word if isinstance(word, str) else _struct_name(word)
    try:
        return _WORDS[name.lower()]
    except KeyError:
        raise StatusError.no_resource_type(name) from None


def _struct_name(thing: Any) -> str:
    return (thing if isinstance(thing, type) else type(thing)).__name__
