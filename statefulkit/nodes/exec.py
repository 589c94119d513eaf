"""What `kubectl exec` needs: a Pod in which something can be executed."""

from __future__ import annotations

from statefulkit.api.errors import BadRequest, NotFound
from statefulkit.api.kinds import kind_of
from statefulkit.conditions import is_finished, phase
from statefulkit.store import Key, Object, View


def running_pod(view: View, key: Key, container: str | None = None) -> Object:
    """The Pod, if something can be executed in its container (the first by default).

    Raises:
        NotFound, BadRequest: in kubectl exec's words.
    """
    pod = view.find(*key)
    if pod is None:
        raise NotFound.of(kind_of("Pod"), key.name)
    if not pod.spec.nodeName:
        raise BadRequest(f"pod {key.name} does not have a host assigned")
    if view.fact("down", pod.spec.nodeName) is not None:
        raise BadRequest(f"error dialing backend: node {pod.spec.nodeName} does not answer")
    named = [c for c in pod.spec.containers if c.name == container]
    chosen = next(iter([*named, *pod.spec.containers]))
    if is_finished(pod):
        text = f"cannot exec into a container in a completed pod; current phase is {phase(pod)}"
        raise BadRequest(text, text=f"error: {text}")
    if not is_running(pod, chosen) or not pod.status.podIP:
        raise BadRequest(f'unable to upgrade connection: container not found ("{chosen.name}")')
    return pod


def is_running(pod: Object, container: Object) -> bool:
    """Whether a container of the Pod runs, as its kubelet last said."""
    statuses = (pod.status and pod.status.containerStatuses) or ()
    states = (s.state for s in statuses if s.name == container.name)
    return any(state and state.running for state in states)
