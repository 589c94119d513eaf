"""The few kubectl commands that an answer may consist of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from statefulkit import Cluster

_NAME = r"([a-z0-9.-]+)"
_SET = rf"(?:sts|statefulset|statefulsets)[ /]{_NAME}"


def _delete_pod(cluster: Cluster, name: str) -> None:
    cluster.delete("pod", name)


def _scale(cluster: Cluster, name: str, replicas: str) -> None:
    cluster.scale("sts", name, int(replicas))


def _image(cluster: Cluster, name: str, container: str, image: str) -> None:
    cluster.set_image("sts", name, image, container=container)


_COMMANDS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (rf"delete pods?[ /]{_NAME}", _delete_pod),
    (rf"delete {_SET}", lambda c, name: c.delete("sts", name)),
    (rf"scale {_SET} --replicas=(\d{{1,2}})", _scale),
    (rf"set image {_SET} {_NAME}=(\S+)", _image),
    (rf"rollout undo {_SET}", lambda c, name: c.rollout.undo("sts", name)),
    (rf"rollout restart {_SET}", lambda c, name: c.rollout.restart("sts", name)),
)


def run(cluster: Cluster, line: str) -> None:
    """Carry out one command, written as in a terminal.

    Raises:
        ValueError: for a command that is none of these.
        StatusError: in kubectl's words.
    """
    words = " ".join(line.split()).removeprefix("kubectl ")
    for pattern, act in _COMMANDS:
        if found := re.fullmatch(pattern, words):
            act(cluster, *found.groups())
            return
    raise ValueError(
        "not one of: delete pod, delete sts, scale, set image, rollout undo, rollout restart"
    )
