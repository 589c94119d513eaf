"""Well-known labels: those that controllers write and look for (S20, D2, N2)."""

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"
REVISION_LABEL = "controller-revision-hash"
SERVICE_LABEL = "kubernetes.io/service-name"
