"""Well-known labels, annotations and taints: those that more than one part writes or looks for."""

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"  # S20
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"  # S20
REVISION_LABEL = "controller-revision-hash"  # S20
SERVICE_LABEL = "kubernetes.io/service-name"  # N2
HOSTNAME_LABEL = "kubernetes.io/hostname"

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"  # K9

NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"  # P24
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"  # P32
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"  # P28
