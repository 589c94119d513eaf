"""How a Pod ends on its node: SIGTERM, the grace period, and the object goes (P11, P2, P16)."""

from __future__ import annotations

from statefulkit.conditions import is_finished
from statefulkit.decisions import Again, Decision, Delete, Wait
from statefulkit.nodes import leftbehind, podstatus
from statefulkit.nodes.exec import is_running
from statefulkit.nodes.stage import STOP_SECONDS, Stage, enter, killing, show
from statefulkit.store import Object, View, key_of


def plan(view: View, pod: Object, stage: Stage) -> list[Decision]:
    """The next step of a Pod that is being deleted."""
    name, spec = pod.metadata.name, pod.spec
    grace = min(STOP_SECONDS, float(pod.metadata.deletionGracePeriodSeconds or 0))
    until = view.time + grace
    if stage.name not in ("stop", "stopped"):
        kills = [_stopping(pod, c) for c in spec.containers if is_running(pod, c)]
        wait = Wait(f"sends SIGTERM to {name} and waits for it to stop", "P11")
        return [enter(pod, Stage("stop", until)), *kills, wait, Again(until)]
    if until < stage.until:  # a second delete with a shorter grace period (P15)
        return [enter(pod, stage._replace(until=until)), Again(until)]
    if view.time < stage.until:
        return [Again(stage.until)]
    if stage.name == "stop" and not is_finished(pod):
        inits = pod.status.initContainerStatuses or ()
        sidecars = [s for s in inits if s.state and s.state.running]
        return [
            enter(pod, Stage("stopped", view.time)),
            *(_stopping(pod, s) for s in reversed(sidecars)),  # P16
            show(pod, podstatus.stopped(view, pod), f"{name} has stopped", "P2"),
            Again(view.time),
        ]
    text = f"removes {name}: its containers have stopped"
    return [*leftbehind.forget(view, pod), Delete(key_of(pod), text, "P11", grace=0)]


def _stopping(pod: Object, container: Object) -> Decision:
    return killing(pod, f"Stopping container {container.name}")
