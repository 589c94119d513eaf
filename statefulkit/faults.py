"""Faults: what goes wrong in Pods and nodes when somebody wants to see it."""

from __future__ import annotations

from typing import Any

from statefulkit import apiserver, verbs
from statefulkit.arguments import checked_class
from statefulkit.nodes import podstatus
from statefulkit.nodes.exec import running_pod
from statefulkit.running import Running


@checked_class
class Faults(Running):
    """The faults that can be asked for; the model takes them from there."""

    def make_unready(self, pod: str, namespace: str = "default") -> None:
        """Let a Pod's readiness check fail until `make_ready` (P5)."""
        self._afflict(pod, namespace, "unready", True, f"makes {pod} fail its readiness check")

    def make_ready(self, pod: str, namespace: str = "default") -> None:
        """Let a Pod's readiness check succeed again."""
        self._afflict(pod, namespace, "unready", None, f"makes {pod} pass its readiness check")

    def crash(self, pod: str, namespace: str = "default") -> None:
        """Let a Pod's first container end with an error; its kubelet restarts it (P8)."""
        self._afflict(pod, namespace, "crash", True, f"crashes the container of {pod}")

    def fail_pod(self, pod: str, namespace: str = "default") -> None:
        """Let a Pod fail for good, as eviction under node pressure does (P36)."""
        key = self._key("Pod", pod, namespace)
        found = verbs.existing(self._engine.state, key)
        failed = podstatus.evicted(self.view, found)
        who = verbs.you(f"lets {pod} fail: evicted by its kubelet")
        self._engine.write(apiserver.update_status(self._engine.state, failed, who))

    def _afflict(self, pod: str, namespace: str, fact: str, value: Any, reason: str) -> None:
        key = self._key("Pod", pod, namespace)
        found = running_pod(self.view, key)
        state = self._engine.state.remember((fact, found.metadata.uid), value)
        self._engine.write(
            state.log(verbs.USER, "fault", key, reason, "P4", before=found, after=found)
        )

    def fail_node(self, name: str) -> None:
        """Cut a node off: its kubelet falls silent from now on, or has been before (P24)."""
        since = self.view.fact("down", name)
        self._switch(name, self.time if since is None else since, f"cuts off {name}")

    def recover_node(self, name: str) -> None:
        """Bring a node's kubelet back (P28, P29)."""
        self._switch(name, None, f"brings {name} back")

    def _switch(self, name: str, down: float | None, reason: str) -> None:
        key = self._key("Node", name, "")
        node = verbs.existing(self._engine.state, key)
        state = self._engine.state.remember(("down", name), down)
        self._engine.write(
            state.log(verbs.USER, "fault", key, reason, "P24", before=node, after=node)
        )
