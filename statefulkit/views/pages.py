"""Where Kubernetes' own documentation explains a rule."""

from __future__ import annotations

import re

_SITE = "https://kubernetes.io/docs/"
_SET = "concepts/workloads/controllers/statefulset/"
_PAGES: dict[str, tuple[tuple[int, str], ...]] = {  # from this number on, this page
    "S": (
        (1, _SET),
        (18, f"{_SET}#pod-identity"),
        (27, f"{_SET}#deployment-and-scaling-guarantees"),
        (34, f"{_SET}#update-strategies"),
        (36, f"{_SET}#partitions"),
        (37, f"{_SET}#maximum-unavailable-pods"),
        (39, f"{_SET}#persistentvolumeclaim-retention"),
        (42, "tasks/run-application/delete-stateful-set/"),
        (43, f"{_SET}#persistentvolumeclaim-retention"),
        (44, f"{_SET}#update-strategies"),
        (52, f"{_SET}#minimum-ready-seconds"),
        (56, f"{_SET}#forced-rollback"),
        (58, "tasks/run-application/force-delete-stateful-set-pod/"),
        (59, f"{_SET}#pod-identity"),
        (60, f"{_SET}#deployment-and-scaling-guarantees"),
    ),
    "N": (
        (1, "concepts/services-networking/service/"),
        (3, "concepts/services-networking/endpoint-slices/"),
        (7, "reference/networking/virtual-ips/"),
        (8, "concepts/services-networking/endpoint-slices/"),
        (9, "concepts/services-networking/dns-pod-service/"),
    ),
    "V": (
        (1, "concepts/storage/persistent-volumes/"),
        (7, "concepts/storage/storage-classes/"),
        (9, "concepts/storage/persistent-volumes/"),
        (18, "concepts/storage/volumes/#emptydir"),
        (19, "concepts/storage/persistent-volumes/"),
    ),
    "D": ((1, "concepts/workloads/controllers/deployment/"),),
    "P": (
        (1, "concepts/workloads/pods/pod-lifecycle/"),
        (17, "concepts/scheduling-eviction/kube-scheduler/"),
        (24, "concepts/architecture/nodes/"),
        (32, "tasks/administer-cluster/safely-drain-node/"),
        (34, "concepts/workloads/pods/disruptions/"),
        (36, "concepts/scheduling-eviction/node-pressure-eviction/"),
    ),
    "K": ((1, "reference/kubectl/"),),
    "T": (
        (1, "tutorials/stateful-application/basic-stateful-set/"),
        (40, "tasks/run-application/run-replicated-stateful-application/"),
        (50, "tutorials/stateful-application/zookeeper/"),
    ),
}


def page(rule: str) -> str:
    """The address of the public page on a rule such as `S32`; empty where there is none."""
    found = re.fullmatch(r"([A-Z])([0-9]+)", rule)
    if found is None or found[1] not in _PAGES:
        return ""
    pages = [path for first, path in _PAGES[found[1]] if int(found[2]) >= first]
    return _SITE + pages[-1] if pages else ""
