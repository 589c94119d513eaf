"""Valid documents of every kind, from which mutation starts."""

from __future__ import annotations

from typing import Any

import yaml

from tests.conftest import MANIFESTS

_MORE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: front, labels: {app: front}}
spec:
  replicas: 2
  minReadySeconds: 1
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 25%}}
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec:
      containers:
        - name: front
          image: nginx:1.27
          ports: [{name: http, containerPort: 80}]
          readinessProbe: {httpGet: {port: http}, initialDelaySeconds: 1}
          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: rs}
spec:
  replicas: 1
  selector: {matchExpressions: [{key: app, operator: In, values: [rs]}]}
  template:
    metadata: {labels: {app: rs}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: budget}
spec: {minAvailable: 50%, selector: {matchLabels: {app: nginx}}, unhealthyPodEvictionPolicy: AlwaysAllow}
---
apiVersion: v1
kind: Pod
metadata: {name: alone, labels: {app: front}, annotations: {note: text}, finalizers: [example.com/hold]}
spec:
  hostname: alone
  subdomain: nginx
  terminationGracePeriodSeconds: 2
  tolerations: [{key: a, operator: Equal, value: b, effect: NoExecute, tolerationSeconds: 5}]
  nodeSelector: {kubernetes.io/os: linux}
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: front}}}
  dnsPolicy: None
  dnsConfig: {nameservers: [10.96.0.10], searches: [a.b], options: [{name: ndots, value: "2"}]}
  initContainers: [{name: first, image: busybox, command: [sleep, "1"]}]
  containers:
    - name: c
      image: nginx:1.27
      env: [{name: A, value: b}]
      volumeMounts:
        - {name: data, mountPath: /data, subPath: x}
        - {name: tmp, mountPath: /tmp}
        - {name: host, mountPath: /host}
  volumes:
    - {name: data, persistentVolumeClaim: {claimName: data}}
    - {name: tmp, emptyDir: {}}
    - {name: host, hostPath: {path: /srv}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
  storageClassName: standard
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 2Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: local-storage
  local: {path: /mnt/disk}
  claimRef: {namespace: default, name: data}
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow, annotations: {storageclass.kubernetes.io/is-default-class: "false"}}
provisioner: disk.csi.example.com
reclaimPolicy: Retain
allowVolumeExpansion: true
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec:
  type: ClusterIP
  selector: {app: front}
  sessionAffinity: ClientIP
  publishNotReadyAddresses: true
  ports: [{name: http, port: 80, targetPort: http}, {name: alt, port: 8080, targetPort: 80, protocol: UDP}]
---
apiVersion: v1
kind: Service
metadata: {name: away}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Namespace
metadata: {name: other}
---
apiVersion: v1
kind: Node
metadata: {name: node-9, labels: {kubernetes.io/hostname: node-9}}
spec: {podCIDR: 10.244.9.0/24, taints: [{key: a, value: b, effect: NoSchedule}], unschedulable: true}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
type: Opaque
data: {a: Yg==}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: front-x, labels: {kubernetes.io/service-name: front}}
addressType: IPv4
endpoints:
  - addresses: [10.244.1.77]
    hostname: h
    conditions: {ready: true}
    targetRef: {kind: Pod, name: alone, namespace: default}
ports: [{name: http, port: 80, protocol: TCP}]
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: web-x, labels: {app: nginx}}
revision: 7
data: {spec: {template: {}}}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: va}
spec: {attacher: disk.csi.example.com, nodeName: node-1, source: {persistentVolumeName: disk}}
---
apiVersion: v1
kind: Event
metadata: {name: ev, namespace: default}
involvedObject: {kind: Pod, name: alone, namespace: default}
type: Normal
reason: Told
message: text
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: all}
spec:
  replicas: 2
  serviceName: nginx
  podManagementPolicy: Parallel
  minReadySeconds: 1
  revisionHistoryLimit: 2
  ordinals: {start: 3}
  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete, whenDeleted: Delete}
  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1, maxUnavailable: 50%}}
  selector: {matchLabels: {app: all}}
  template:
    metadata: {labels: {app: all}}
    spec: {containers: [{name: c, image: "nginx:1.27", volumeMounts: [{name: www, mountPath: /w}]}]}
  volumeClaimTemplates:
    - metadata: {name: www}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""

_TEXTS = [path.read_text() for path in sorted(MANIFESTS.glob("*.yaml"))]
DOCUMENTS: list[dict[str, Any]] = list(
    {  # one of each name: two lessons have a Service mysql
        (doc["kind"], doc["metadata"]["name"]): doc
        for text in [*_TEXTS, _MORE]
        for doc in yaml.safe_load_all(text)
    }.values()
)
