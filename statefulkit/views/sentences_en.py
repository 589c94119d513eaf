"""The sentences that `explain` speaks, in English; another language is another such module."""

WHO = {
    "statefulset-controller": "The StatefulSet controller",
    "kube-scheduler": "The scheduler",
    "kubelet": "The kubelet",
    "persistentvolume-controller": "The volume controller",
    "external-resizer": "The volume resizer",
    "endpointslice-controller": "The EndpointSlice controller",
    "garbage-collector": "The garbage collector",
    "node-lifecycle-controller": "The node controller",
    "disruption-controller": "The disruption controller",
}
LAST = "{who} {reason}."
NOTHING = "No controller has looked at {name} yet: let time pass."
SET_DONE = (
    "All {n} replicas of {name} are Running and Ready at one revision: there is nothing to do."
)
SET_COUNTS = "{name} wants {wanted} replicas: {created} exist, {ready} ready, {updated} up to date."
SET_UPDATE = "An update from {old} to {new} is under way."
SET_UNBLOCK = (
    "It goes on as soon as {pod} is Running and Ready; deleting {pod} by hand makes a new one."
)
SET_ORDER = "Order matters (OrderedReady): lowest ordinal first on the way up, highest first on the way down."
SET_PARALLEL = (
    "This set is Parallel: it does not wait for its Pods when it creates or deletes them."
)
POD_STATE = "{name} is {status} on {node}, with the address {ip}."
POD_NOWHERE = "{name} is {status} and on no node."
POD_OWNER = (
    "{owner} made it; if it goes, a new {name} comes with the same name and the same claims."
)
POD_DNS = "{dns} leads to it: it is ready and Service {service} is headless."
POD_NO_DNS = "{dns} does not resolve: {why}."
POD_CLAIM = "It keeps its data on claim {claim}, volume {volume}."
CLAIM_BOUND = "{name} is bound to volume {volume}, {size}."
CLAIM_PENDING = "{name} is Pending: no volume is bound to it."
CLAIM_LEAVING = "{name} is being deleted; it stays until no Pod uses it."
CLAIM_USED = "{pods} uses it."
CLAIM_UNUSED = "No Pod uses it now; the data stays."
CLAIM_STAYS = "It stays when its Pod or its set is deleted: no owner is set."
CLAIM_GOES = "It is deleted together with {owner}."
SERVICE_HEADLESS = "{name} is headless: it has no address; its name leads to the Pods themselves."
SERVICE_ADDRESS = (
    "{name} has the virtual address {ip}; kube-proxy picks one ready Pod for each connection."
)
SERVICE_READY = "{ready} of {n} endpoints are ready: {pods}."
SERVICE_EMPTY = "No Pod with an address matches its selector."
SERVICE_ABSENT = "no Service {service} exists"
NOT_READY = "only ready Pods are published, and {name} is not ready"
TERMINATING = "{name} is being deleted, so it has left DNS, although its process may still run"
NO_SUBDOMAIN = "the Pod has no subdomain"
