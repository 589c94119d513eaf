"""Where a Pod is in its life on its node, and what the kubelet does at every stage of it."""

from __future__ import annotations

from typing import NamedTuple

from immutables import Map
from lightkube.models.core_v1 import PodStatus
from msgspec.structs import replace

from statefulkit.decisions import Event, Remember, UpdateStatus
from statefulkit.store import Object

SANDBOX_SECONDS, PULL_SECONDS, START_SECONDS, STOP_SECONDS = 0.5, 1.2, 0.3, 2.0
INIT_SECONDS = 0.5  # each init container ends well after that
ERROR_SECONDS = 1.0  # how long Error and ErrImagePull show before the back-off does
BACK_OFF, LONGEST_BACK_OFF, HEALTHY_SECONDS = 10.0, 300.0, 600.0  # P8, P9


class Stage(NamedTuple):
    """What a kubelet knows of a Pod beside its status.

    Attributes:
        name, until: what goes on, and the virtual second at which it ends.
        init: how many init containers are done.
        since: when each of the containers that run has started.
        failures: how often in a row the first container has ended soon.
        image: what is being pulled.
        pulled: what was pulled for containers that have not started yet.
        refused: the images that could not be pulled this time, the last of them at `failed`.
        tries: how often in a row it was like that before.
        backs_off: whether ImagePullBackOff is shown by now.
    """

    name: str
    until: float = 0.0
    init: int = 0
    since: Map[str, float] = Map()
    failures: int = 0
    image: str = ""
    pulled: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    failed: float = 0.0
    tries: int = 0
    backs_off: bool = False


def enter(pod: Object, stage: Stage) -> Remember:
    """The Pod is at that stage now."""
    return Remember(("kubelet", pod.metadata.uid), stage)


def show(pod: Object, status: PodStatus, reason: str, rule: str) -> UpdateStatus:
    """Tell the API how the Pod is."""
    return UpdateStatus(replace(pod, status=status), reason, rule)


def killing(pod: Object, message: str) -> Event:
    """A container is being stopped (E17)."""
    return Event(pod, "Normal", "Killing", message)
