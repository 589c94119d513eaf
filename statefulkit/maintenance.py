"""Maintenance of nodes: cordon, taint, drain (P32 to P35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statefulkit import verbs
from statefulkit.api.errors import Forbidden, TooManyRequests
from statefulkit.arguments import checked_class
from statefulkit.running import Running
from statefulkit.store import Key, Object

if TYPE_CHECKING:
    import pandas as pd

EVICTION_RETRY_SECONDS = 5.0  # P33


@checked_class
class Maintenance(Running):
    """kubectl's verbs for nodes."""

    def cordon(self, name: str) -> None:
        """Keep new Pods off a node (P32)."""
        self._engine.write(verbs.cordon(self._engine.state, name))

    def uncordon(self, name: str) -> None:
        """Let new Pods onto a node again."""
        self._engine.write(verbs.uncordon(self._engine.state, name))

    def taint(self, name: str, text: str) -> None:
        """Taint a node, as `kubectl taint nodes name text` does: `key=value:Effect`, or `key-`.

        Raises:
            ValueError: where `text` is no taint.
            NotFound, Invalid: in kubectl's words.
        """
        self._engine.write(verbs.taint(self._engine.state, name, text))

    def drain(
        self,
        name: str,
        timeout: float = 300.0,
        *,
        force: bool = False,
        delete_emptydir_data: bool = False,
    ) -> pd.DataFrame:
        """Cordon a node and evict its Pods, as `kubectl drain` does; waits until they are gone.

        Evictions that a PodDisruptionBudget refuses are tried again every 5 s (P33). Returns what
        happened; where Pods are left after `timeout` virtual seconds, its last rows say why.

        Raises:
            NotFound: where there is no such node.
            Forbidden: in kubectl's words, for Pods without a controller unless `force`, and for Pods
                with an emptyDir unless `delete_emptydir_data` (P32); the node is cordoned even so.
        """
        end, left = self.time + timeout, self._on_node

        def act() -> None:
            self.cordon(name)
            refusal = verbs.undrainable(
                left(name), force=force, delete_emptydir_data=delete_emptydir_data
            )
            if refusal:
                text = f'error: unable to drain node "{name}" due to error: {refusal}'
                raise Forbidden(refusal, text=text)
            while left(name) and self.time < end:
                self._evict_all(name)
                retry = min(self.time + EVICTION_RETRY_SECONDS, end)
                self._engine.run(retry, lambda _: not left(name))

        return self._happened(act, lambda: not left(name))

    def _on_node(self, name: str) -> list[Object]:
        return self.view.on_node(name)

    def _evict_all(self, name: str) -> None:
        for pod in self._on_node(name):
            if pod.metadata.deletionTimestamp is not None:
                continue
            try:
                self._engine.write(verbs.evict(self._engine.state, pod))
                self._engine.settle(self.time)  # the budgets count again before the next
            except TooManyRequests as refusal:
                key = Key("Pod", pod.metadata.namespace, pod.metadata.name)
                text = f"cannot evict {pod.metadata.name}: {refusal.status.message}"
                self._engine.write(self._engine.state.log(verbs.USER, "wait", key, text, "P33"))
