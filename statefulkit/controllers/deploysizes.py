"""How many Pods each ReplicaSet of a Deployment may have (D3, D4)."""

from __future__ import annotations

from math import ceil

from statefulkit.store import Object

DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"


def limits(deployment: Object) -> tuple[int, int]:
    """(maxSurge, maxUnavailable) as numbers: one rounded up, the other down, not both 0 (D3)."""
    rolling, replicas = deployment.spec.strategy.rollingUpdate, deployment.spec.replicas
    if deployment.spec.strategy.type == "Recreate" or rolling is None:
        return 0, 0
    surge, missing = (
        int(v.removesuffix("%")) * replicas / 100 if isinstance(v, str) else v
        for v in (rolling.maxSurge, rolling.maxUnavailable)
    )
    up, down = ceil(surge), int(missing)
    return up, min(down if up or down else 1, replicas)


def notes(deployment: Object) -> dict[str, str]:
    """By these notes a later plan sees that the Deployment was scaled (D4)."""
    replicas = deployment.spec.replicas
    return {DESIRED: str(replicas), MOST: str(replicas + limits(deployment)[0])}


def shares(deployment: Object, active: list[Object]) -> dict[str, int]:
    """The size of each by name: largest first, of two alike the newer where there is more to give.

    What is left after rounding is the largest one's.
    """
    wanted, surge = deployment.spec.replicas, limits(deployment)[0]
    most = wanted + surge if wanted else 0
    to_add = most - sum(rs.spec.replicas for rs in active)
    by_age = sorted(
        active,
        key=lambda rs: (rs.metadata.creationTimestamp, rs.metadata.name),
        reverse=to_add > 0,
    )
    ranked = sorted(by_age, key=lambda rs: -rs.spec.replicas)
    sizes, added = {}, 0
    for rs in ranked:
        size = rs.spec.replicas
        note = (rs.metadata.annotations or {}).get(MOST, "")
        before = int(note) if note.isdecimal() else 0
        before = before or deployment.status.replicas or 0
        share = _rounded(size * most / before) - size if before and to_add != added else 0
        share = min(share, to_add - added) if to_add > 0 else max(share, to_add - added)
        sizes[rs.metadata.name], added = size + share, added + share
    largest = ranked[0].metadata.name
    sizes[largest] = max(0, sizes[largest] + to_add - added)
    return sizes


def _rounded(size: float) -> int:
    """Halves go up, as Go's controllers round; Python's own round takes them to the even number."""
    return int(size + 0.5)
