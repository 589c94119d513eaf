"""A Pod's identity in its StatefulSet: ordinal, name, labels, revision, claims (S18 to S22, S29)."""

from __future__ import annotations

from lightkube.models.core_v1 import PodSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod
from msgspec.structs import replace

from statefulkit.api.labels import POD_INDEX_LABEL, POD_NAME_LABEL, REVISION_LABEL
from statefulkit.controllers import claims, revisions
from statefulkit.controllers.pods import owner_reference
from statefulkit.store import Object


def start_of(sts: Object) -> int:
    """The lowest ordinal of the set (S13)."""
    return (sts.spec.ordinals and sts.spec.ordinals.start) or 0


def wanted_by(sts: Object) -> range:
    """The ordinals that the set asks for; its Pods beyond them are condemned (S28)."""
    start = start_of(sts)
    return range(start, start + sts.spec.replicas)


def planned(sts: Object, chosen: revisions.Revisions, number: int) -> Pod:
    """The Pod that an empty seat will get: which revision, which name, which claims (S20 to S22, S29)."""
    rev = chosen.current if _wants_current(sts, number) else chosen.update
    template = revisions.template_of(rev)
    name = f"{sts.metadata.name}-{number}"
    identity = {
        POD_NAME_LABEL: name,
        POD_INDEX_LABEL: str(number),
        REVISION_LABEL: rev.metadata.name,
    }
    of_template = template.metadata or ObjectMeta()
    meta = ObjectMeta(
        name=name,
        namespace=sts.metadata.namespace,
        labels=dict(of_template.labels or {}) | identity,
        annotations=of_template.annotations,
        finalizers=of_template.finalizers,
        ownerReferences=[owner_reference(sts)],
    )
    with_template = replace(sts, spec=replace(sts.spec, template=template))
    spec = replace(
        template.spec or PodSpec(containers=[]),
        hostname=name,
        subdomain=sts.spec.serviceName,
        volumes=claims.volumes(with_template, name) or None,
    )
    return Pod(apiVersion="v1", kind="Pod", metadata=meta, spec=spec)


def _wants_current(sts: Object, number: int) -> bool:
    strategy = sts.spec.updateStrategy
    if strategy.rollingUpdate is not None:
        return bool(number < start_of(sts) + (strategy.rollingUpdate.partition or 0))
    current = (sts.status and sts.status.currentReplicas) or 0
    return bool(strategy.type == "RollingUpdate" and number < start_of(sts) + current)
