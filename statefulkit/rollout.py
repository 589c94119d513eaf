"""`kubectl rollout`: how an update goes, what there was before, and back to it (K15, K16, K21 to K24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from statefulkit.api.errors import BadRequest
from statefulkit.api.kinds import kind_of
from statefulkit.arguments import checked_class
from statefulkit.controllers import deployment as deployments
from statefulkit.controllers import deploystatus
from statefulkit.controllers.revisions import owned_revisions, template_of
from statefulkit.store import Object, View, timestamp

if TYPE_CHECKING:
    import pandas as pd

CHANGE_CAUSE = "kubernetes.io/change-cause"
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
_KINDS = ("StatefulSet", "Deployment")


def _error(text: str) -> BadRequest:
    """What kubectl itself refuses, before it asks the server."""
    return BadRequest(text, text=f"error: {text}")


def _named(obj: Object) -> str:
    return f"{kind_of(obj.kind).prefix}/{obj.metadata.name}"


def checked(obj: Object, verb: str) -> Object:
    """The object, if its kind can be rolled out.

    Raises:
        BadRequest: in kubectl's words, for another kind.
    """
    if obj.kind in _KINDS:
        return obj
    raise _error(f"no {verb} has been implemented for {kind_of(obj.kind).api_version} {obj.kind}")


# -- status ---------------------------------------------------------------------------------------


def status(obj: Object) -> str:
    """The line that `kubectl rollout status` would print now (K21, K22).

    Raises:
        BadRequest: where the strategy is not RollingUpdate, or the progress deadline is over.
    """
    obj = checked(obj, "status viewer")
    return _of_deployment(obj) if obj.kind == "Deployment" else _of_set(obj)


def _of_set(sts: Object) -> str:
    spec, found = sts.spec, sts.status
    if spec.updateStrategy.type != "RollingUpdate":
        text = "rollout status is only available for RollingUpdate strategy type"
        raise _error(text)
    if (found.observedGeneration or 0) < sts.metadata.generation:
        return "Waiting for statefulset spec update to be observed..."
    ready, updated = found.readyReplicas or 0, found.updatedReplicas or 0
    if ready < spec.replicas:
        return f"Waiting for {spec.replicas - ready} pods to be ready..."
    rolling = spec.updateStrategy.rollingUpdate
    if rolling is not None:
        wanted = spec.replicas - (rolling.partition or 0)
        if updated < wanted:
            return (
                f"Waiting for partitioned roll out to finish: {updated} out of {wanted} "
                "new pods have been updated..."
            )
        return f"partitioned roll out complete: {updated} new pods have been updated..."
    if found.updateRevision != found.currentRevision:
        return (
            f"waiting for statefulset rolling update to complete {updated} pods at revision "
            f"{found.updateRevision}..."
        )
    current, name = found.currentReplicas or 0, found.currentRevision
    return f"statefulset rolling update complete {current} pods at revision {name}..."


def _of_deployment(deployment: Object) -> str:
    name, wanted, found = deployment.metadata.name, deployment.spec.replicas, deployment.status
    waiting = f'Waiting for deployment "{name}" rollout to finish:'
    if (found.observedGeneration or 0) < deployment.metadata.generation:
        return "Waiting for deployment spec update to be observed..."
    if any(c.reason == deploystatus.TIMED_OUT for c in found.conditions or ()):
        raise _error(f'deployment "{name}" exceeded its progress deadline')
    updated, total, available = (
        found.updatedReplicas or 0,
        found.replicas or 0,
        found.availableReplicas or 0,
    )
    if updated < wanted:
        return f"{waiting} {updated} out of {wanted} new replicas have been updated..."
    if total > updated:
        return f"{waiting} {total - updated} old replicas are pending termination..."
    if available < updated:
        return f"{waiting} {available} of {updated} updated replicas are available..."
    return f'deployment "{name}" successfully rolled out'


# -- history --------------------------------------------------------------------------------------


def revisions(view: View, obj: Object) -> dict[int, Object]:
    """The ControllerRevisions or ReplicaSets that keep the history, by number, ascending (K23)."""
    obj = checked(obj, "history viewer")
    if obj.kind == "StatefulSet":
        return {r.revision: r for r in owned_revisions(view, obj)}
    sets = view.owned(obj.metadata.uid, "ReplicaSet")
    found = {deployments.number_of(rs): rs for rs in sets}
    return dict(sorted((n, rs) for n, rs in found.items() if n is not None))


def template(revision: Object) -> Any:
    """The Pod template that a ControllerRevision or ReplicaSet keeps (S44)."""
    if revision.kind == "ControllerRevision":
        return template_of(revision)
    return deployments.template(revision)


def history(view: View, obj: Object) -> pd.DataFrame:
    """The table of `kubectl rollout history`: REVISION CHANGE-CAUSE, oldest first (K23, S48)."""
    from statefulkit.table import table

    rows = [
        (number, (r.metadata.annotations or {}).get(CHANGE_CAUSE, "<none>"))
        for number, r in revisions(view, obj).items()
    ]
    return table("REVISION|CHANGE-CAUSE", rows)


# -- and back -------------------------------------------------------------------------------------


def _refuse_paused(obj: Object, why: str) -> None:
    if obj.kind == "Deployment" and obj.spec.paused:
        raise _error(why)


class _Cluster(Protocol):
    @property
    def view(self) -> View: ...

    def get(self, kind: Any, name: str, namespace: str = ...) -> Object: ...

    def patch(
        self, kind: Any, name: str, patch: Any, namespace: str = ..., *, type: str = ...
    ) -> Object: ...


@checked_class
class Rollout:
    """The `kubectl rollout` of a cluster, for StatefulSets and Deployments.

    What kubectl prints is returned. Every method raises NotFound where the object does not exist,
    and BadRequest, in kubectl's words, where its kind has no roll-outs.
    """

    def __init__(self, cluster: _Cluster) -> None:
        """The roll-outs of `cluster`."""
        self._cluster = cluster

    def status(self, kind: Any, name: str, namespace: str = "default") -> str:
        """The line that `rollout status` would print now (K21, K22).

        Raises:
            BadRequest: where the strategy is not RollingUpdate, or the progress deadline is over.
        """
        return status(self._cluster.get(kind, name, namespace))

    def history(
        self, kind: Any, name: str, namespace: str = "default", *, revision: int | None = None
    ) -> Any:
        """The revisions as a DataFrame, REVISION CHANGE-CAUSE; or one's Pod template (K23).

        Raises:
            BadRequest: where there is no revision of that number.
        """
        view, obj = self._cluster.view, self._cluster.get(kind, name, namespace)
        if revision is None:
            return history(view, obj)
        found = revisions(view, obj).get(revision)
        if found is None:
            raise _error("unable to find the specified revision")
        return template(found)

    def undo(
        self, kind: Any, name: str, namespace: str = "default", *, to_revision: int = 0
    ) -> str:
        """Go back to a revision's template, by default that of the second highest number (K16, K24).

        Raises:
            BadRequest: where there is no such revision.
        """
        view, obj = self._cluster.view, self._cluster.get(kind, name, namespace)
        found = revisions(view, obj)
        if not to_revision and len(found) < 2:
            of_deployment = f'no rollout history found for deployment "{name}"'
            sets_words = "no last revision to roll back to"
            raise _error(of_deployment if obj.kind == "Deployment" else sets_words)
        number = to_revision or list(found)[-2]
        if number not in found:
            raise _error(f"unable to find specified revision {number} in history")
        _refuse_paused(
            obj,
            "you cannot rollback a paused deployment; resume it first with "
            f"'kubectl rollout resume deployment/{name}' and try again",
        )
        back = template(found[number])
        if back == obj.spec.template:
            why = f"current template already matches revision {to_revision}"
            return f"{_named(obj)} skipped rollback ({why})"
        change = [{"op": "replace", "path": "/spec/template", "value": back.to_dict()}]
        if obj.kind == "Deployment":
            notes = deployments.annotations_of(obj, found[number])
            change.append({"op": "add", "path": "/metadata/annotations", "value": notes})
        self._cluster.patch(kind, name, change, namespace, type="json")
        return f"{_named(obj)} rolled back"

    def restart(self, kind: Any, name: str, namespace: str = "default") -> str:
        """Replace all Pods by a roll-out of a template that only has a new annotation (S50, K15).

        Raises:
            BadRequest: for a Deployment that is paused, and within a second after a restart.
        """
        obj = checked(self._cluster.get(kind, name, namespace), "restarter")
        paused = "can't restart paused deployment (run rollout resume first)"
        _refuse_paused(obj, f'{kind_of(obj.kind).resource} "{name}" {paused}')
        note = {RESTARTED_AT: timestamp(self._cluster.view.time).strftime("%Y-%m-%dT%H:%M:%SZ")}
        if note.items() <= (obj.spec.template.metadata.annotations or {}).items():
            raise _error(
                f"failed to create patch for {name}: if restart has already been triggered within "
                "the past second, please wait before attempting to trigger another"
            )
        change = {"spec": {"template": {"metadata": {"annotations": note}}}}
        self._cluster.patch(kind, name, change, namespace)
        return f"{_named(obj)} restarted"

    def pause(self, name: str, namespace: str = "default") -> str:
        """Hold the roll-out of a Deployment."""
        return self._hold(name, namespace, True, "paused")

    def resume(self, name: str, namespace: str = "default") -> str:
        """Let the roll-out of a Deployment go on."""
        return self._hold(name, namespace, None, "resumed")

    def _hold(self, name: str, namespace: str, value: bool | None, word: str) -> str:
        obj = self._cluster.get("Deployment", name, namespace)
        if bool(obj.spec.paused) is bool(value):
            why = "is already paused" if value else "is not paused"
            raise _error(f'{kind_of("Deployment").resource} "{name}" {why}')
        self._cluster.patch("Deployment", name, {"spec": {"paused": value}}, namespace)
        return f"{_named(obj)} {word}"
