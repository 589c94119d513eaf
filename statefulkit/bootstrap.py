"""The cluster as kubeadm leaves it: namespaces, nodes, StorageClasses, the DNS Service."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from lightkube.models.core_v1 import NodeAddress, NodeCondition, NodeStatus, NodeSystemInfo
from msgspec.structs import replace

from statefulkit import apiserver
from statefulkit.admission import DEFAULT_CLASS
from statefulkit.agenda import Agenda
from statefulkit.api.defaults import MAX_UNAVAILABLE
from statefulkit.api.labels import HOSTNAME_LABEL
from statefulkit.apiserver import Who
from statefulkit.controllers.provisioning import LOCAL_PROVISIONER
from statefulkit.controllers.volumes import NO_PROVISIONER
from statefulkit.network.zone import DNS_ADDRESS
from statefulkit.store import History, Key, State, timestamp

KUBERNETES_VERSION = "v1.36.0"
MAX_PODS = "110"  # the kubelet's default
FEATURE_GATES = {MAX_UNAVAILABLE}


def cluster(
    nodes: int, seed: int, gates: Iterable[str] = (), history_limit: int | None = None
) -> State:
    """The first state of a cluster with that many nodes and these feature gates on.

    Raises:
        ValueError: where there are more nodes than the Pod network has ranges for, or a feature gate
            that the model does not know, or a history of less than one record.
    """
    if history_limit is not None and history_limit < 1:
        raise ValueError(f"history_limit must be at least 1, not {history_limit}")
    if not 0 <= nodes <= 254:
        raise ValueError(f"nodes must be from 0 to 254, not {nodes}")
    if unknown := set(gates) - FEATURE_GATES:
        known = ", ".join(sorted(FEATURE_GATES))
        raise ValueError(f"unknown feature gate {min(unknown)}: the model knows {known}")
    unheard = Agenda(told=sys.maxsize)  # while the cluster is set up nobody watches yet
    state = State(seed=seed, agenda=unheard, history=History(limit=history_limit)).remember(
        ("feature gates",), frozenset(gates) or None
    )
    nodes_ = map(_node, range(1, nodes + 1))
    for doc in [*_namespaces(), *_services(), *_storage_classes(), *nodes_]:
        who = Who("kubeadm", f"sets up {doc['kind']} {doc['metadata']['name']}")
        state = apiserver.create(state, doc, who)
    for number in range(1, nodes + 1):
        key = Key("Node", "", f"node-{number}")
        ready = replace(state.objects[key], status=_node_status(number))
        state = apiserver.update_status(state, ready, Who("kubeadm", f"starts {key.name}", "P24"))
    return state


def _doc(api_version: str, kind: str, name: str, **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, **fields.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def _namespaces() -> list[dict[str, Any]]:
    return [
        _doc("v1", "Namespace", name, metadata={"labels": {"kubernetes.io/metadata.name": name}})
        for name in ("default", "kube-system")
    ]


def _services() -> list[dict[str, Any]]:
    ports = [
        {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
        {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
    ]
    api = [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}]
    return [
        _doc("v1", "Service", "kubernetes", spec={"clusterIP": "10.96.0.1", "ports": api}),
        _doc(
            "v1",
            "Service",
            "kube-dns",
            metadata={"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
            spec={
                "clusterIP": DNS_ADDRESS,
                "selector": {"k8s-app": "kube-dns"},
                "ports": ports,
            },
        ),
    ]


def _storage_classes() -> list[dict[str, Any]]:
    """Network disks by default, directories of the nodes made on demand, volumes made by hand."""
    return [
        _doc(
            "storage.k8s.io/v1",
            "StorageClass",
            "standard",
            metadata={"annotations": {DEFAULT_CLASS: "true"}},
            provisioner="disk.csi.example.com",
            reclaimPolicy="Delete",
            volumeBindingMode="Immediate",
            allowVolumeExpansion=True,
        ),
        _doc(
            "storage.k8s.io/v1",
            "StorageClass",
            "local-path",
            metadata={"annotations": {"defaultVolumeType": "local"}},
            provisioner=LOCAL_PROVISIONER,
            reclaimPolicy="Delete",
            volumeBindingMode="WaitForFirstConsumer",
        ),
        _doc(
            "storage.k8s.io/v1",
            "StorageClass",
            "local-storage",
            provisioner=NO_PROVISIONER,
            volumeBindingMode="WaitForFirstConsumer",
        ),
    ]


def _node(number: int) -> dict[str, Any]:
    name = f"node-{number}"
    return _doc(
        "v1",
        "Node",
        name,
        metadata={"labels": {HOSTNAME_LABEL: name, "kubernetes.io/os": "linux"}},
        spec={"podCIDR": f"10.244.{number}.0/24", "podCIDRs": [f"10.244.{number}.0/24"]},
    )


def _node_status(number: int) -> NodeStatus:
    return NodeStatus(
        addresses=[
            NodeAddress(address=f"192.168.1.{10 + number}", type="InternalIP"),
            NodeAddress(address=f"node-{number}", type="Hostname"),
        ],
        conditions=[
            NodeCondition(
                type="Ready",
                status="True",
                reason="KubeletReady",
                message="kubelet is posting ready status",
                lastTransitionTime=timestamp(0),
            )
        ],
        capacity={"pods": MAX_PODS},
        allocatable={"pods": MAX_PODS},
        nodeInfo=NodeSystemInfo(
            architecture="amd64",
            bootID="",
            containerRuntimeVersion="containerd://2.1.0",
            kernelVersion="6.12.0",
            kubeProxyVersion=KUBERNETES_VERSION,
            kubeletVersion=KUBERNETES_VERSION,
            machineID="",
            operatingSystem="linux",
            osImage="statefulkit",
            systemUUID="",
        ),
    )
