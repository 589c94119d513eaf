"""Maintenance of nodes: cordon, taint, drain (P32 to P35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statefulkit import verbs
from statefulkit.api.errors import Forbidden, TooManyRequests, Unexpected
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
            Unexpected: in kubectl's words, for Pods that several budgets guard, once the others are gone.
        """
        end, never = self.time + timeout, dict[str, str]()  # Pods that no retry evicts, and why

        def left() -> list[Object]:
            return [p for p in self.view.on_node(name) if p.metadata.uid not in never]

        def act() -> None:
            self.cordon(name)
            refusal = verbs.undrainable(
                left(), force=force, delete_emptydir_data=delete_emptydir_data
            )
            if refusal:
                raise Forbidden(refusal, text=_undrained(name, refusal))
            while left() and self.time < end:
                never.update(self._evict_all(left()))
                retry = min(self.time + EVICTION_RETRY_SECONDS, end)
                self._engine.run(retry, lambda _: not left())
            if never:
                why = verbs.together(list(never.values()))
                raise Unexpected(why, text=_undrained(name, why))

        return self._happened(act, lambda: not left())

    def _evict_all(self, pods: list[Object]) -> dict[str, str]:
        """Evict Pods; returns the UIDs of those that no retry will evict, with kubectl's words."""
        never = {}
        for pod in pods:
            meta = pod.metadata
            if meta.deletionTimestamp is not None:
                continue
            try:
                self._engine.write(verbs.evict(self._engine.state, pod))
                self._engine.settle(self.time)  # the budgets count again before the next
            except TooManyRequests as refusal:
                key = Key("Pod", meta.namespace, meta.name)
                text = f"cannot evict {meta.name}: {refusal.status.message}"
                self._engine.write(self._engine.state.log(verbs.USER, "wait", key, text, "P33"))
            except Unexpected as error:
                where = f'error when evicting pods/"{meta.name}" -n "{meta.namespace}"'
                never[meta.uid] = f"{where}: {error.status.message}"
        return never


def _undrained(name: str, why: str) -> str:
    return f'error: unable to drain node "{name}" due to error: {why}'
