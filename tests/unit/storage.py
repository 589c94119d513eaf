"""Manifests of claims, volumes and Pods that tests change, and short questions about them."""

from __future__ import annotations

from typing import Any

from statefulkit import Cluster
from statefulkit.api.kinds import kind_of
from tests.conformance.stories import messages as told

Doc = dict[str, Any]

DATA = "/data/file"
HELP = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."


def doc(kind: str, name: str, **fields: Any) -> Doc:
    meta = {"name": name, **fields.pop("metadata", {})}
    return {"apiVersion": kind_of(kind).api_version, "kind": kind, "metadata": meta, **fields}


def claim(name: str, size: str = "1Gi", **spec: Any) -> Doc:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return doc("PersistentVolumeClaim", name, spec=wanted | spec)


def volume(name: str, size: str = "1Gi", *, node: str = "", **spec: Any) -> Doc:
    """A volume without a class; `node` makes it a local one of that node."""
    made: Doc = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": size}}
    if node:
        term = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
        made["local"] = {"path": f"/mnt/{name}"}
        made["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [term]}]}}
    else:
        made["csi"] = {"driver": "disk.csi.example.com", "volumeHandle": name}
    return doc("PersistentVolume", name, spec=made | spec)


def pod(name: str, source: Any, **spec: Any) -> Doc:
    """A Pod that mounts a claim (its name) or another source of a volume at /data."""
    if isinstance(source, str):
        source = {"persistentVolumeClaim": {"claimName": source}}
    mounts = [{"name": "v", "mountPath": "/data"}]
    made = {
        "containers": [{"name": "c", "image": "nginx:1.27", "volumeMounts": mounts}],
        "volumes": [{"name": "v", **source}],
    }
    return doc("Pod", name, spec=made | spec)


def storage_class(name: str, **fields: Any) -> Doc:
    return doc("StorageClass", name, **({"provisioner": "other.csi.example.com"} | fields))


def settled(*docs: Doc) -> Cluster:
    """A cluster with three nodes in which these have come to rest."""
    cluster = Cluster()
    for each in docs:
        cluster.apply(each)
        cluster.settle()
    return cluster


def phase(cluster: Cluster, kind: str, name: str) -> str:
    return str(cluster.get(kind, name).status.phase)


def volume_of(cluster: Cluster, claim_name: str) -> str | None:
    found: str | None = cluster.get("pvc", claim_name).spec.volumeName
    return found


def unbind(cluster: Cluster, volume_name: str) -> None:
    """What an admin does to offer a Released volume again."""
    cluster.patch("pv", volume_name, {"spec": {"claimRef": None}}, type="merge")
    cluster.settle()


def on(node: str) -> Doc:
    """The part of a Pod's spec that puts it on a node."""
    return {"nodeSelector": {"kubernetes.io/hostname": node}}


def why(cluster: Cluster) -> str:
    """The last reason why a Pod could not be scheduled."""
    return told(cluster, "FailedScheduling")[-1]
