"""The sentences that `explain` speaks, in English; another language is another such module."""

WHO = {
    "statefulset-controller": "The StatefulSet controller",
    "default-scheduler": "The scheduler",
    "kubelet": "The kubelet",
    "persistentvolume-controller": "The volume controller",
    "external-resizer": "The volume resizer",
    "endpointslice-controller": "The EndpointSlice controller",
    "garbage-collector": "The garbage collector",
    "namespace-controller": "The namespace controller",
    "node-controller": "The node controller",
    "disruption-controller": "The disruption controller",
    "deployment-controller": "The Deployment controller",
    "replicaset-controller": "The ReplicaSet controller",
    "attachdetach-controller": "The attach/detach controller",
    "taint-eviction-controller": "The taint eviction controller",
    "pod-garbage-collector": "The Pod garbage collector",
    "mysql": "MySQL's replication:",
}
SEEN = "What was seen:"  # of what no part of Kubernetes did
LAST = "{who} {reason}."
NOTHING = "No controller has looked at {name} yet: let time pass."
SET_DONE = (
    "Replicas of {name}: all {n} Running and Ready at one revision, so there is nothing to do."
)
SET_NONE = "Replicas of {name}: none is wanted and none is there, so there is nothing to do."
SET_COUNTS = (
    "Replicas of {name}: {wanted} wanted, {created} there, {ready} ready, {updated} up to date."
)
SET_UPDATE = "An update from {old} to {new} is under way."
SET_HELD = (
    "Its partition {partition} holds ordinals below {first} at the old revision; lower it to go on."
)
SET_ON_DELETE = (
    "Its strategy is OnDelete: a Pod gets the new revision only when somebody deletes it."
)
SET_GOES = "It is being deleted: its controller makes, deletes and updates no Pod any more."
SET_ORDER = "Order matters (OrderedReady): lowest ordinal first on the way up, highest first on the way down."
SET_BLOCKED = (
    "It waits: {pods} are beyond its replicas and sick, and it deletes a sick one only when that is "
    "the only one. Mend or delete all but one."
)
SET_PARALLEL = (
    "This set is Parallel: it does not wait for its Pods when it creates or deletes them."
)
SET_KEEPS = "Claims: {scaled} when scaled down, {deleted} when the set is deleted."
DEPLOYMENT_SETS = "Its ReplicaSets, each with the replicas that it wants: {sizes}."
DEPLOYMENT_ROLLS = "An update moves Pods from the old ReplicaSet to the new one, step by step."
DEPLOYMENT_RECREATE = "An update (Recreate) ends all old Pods before the first new one starts."
REPLICASET_NAMES = "Its Pods have no order, and each new one has a new name."
POD_STATE = "{name} is {status} on {node}, with {address}."
ADDRESS, NO_ADDRESS = "the address {ip}", "no address yet"
POD_NOWHERE = "{name} is {status} and on no node."
POD_OWNER = (
    "{owner} made it; if it goes, a new {name} comes with the same name and the same claims."
)
POD_REPLACED = "{owner} made it; if it goes, another Pod comes, under a new name."
POD_ALONE = "No controller owns it: once gone it stays away."
POD_GHOST = "There is no Pod {name} now. StatefulSet {owner} wants one."
POD_SPARE = "There is no Pod {name} now, and no set wants one."
POD_SPARE_CLAIMS = " Its claims stay for its return."
POD_DNS = "{dns} leads to it: Service {service} publishes it."
POD_STALE = "{dns} still leads to {name}, which {why}: its EndpointSlice has not been brought up to date yet."
POD_NO_DNS = "{dns} does not resolve: {why}."
POD_CLAIM = "It keeps its data on claim {claim}, volume {volume}."
POD_CLAIM_WAITS = "It will keep its data on claim {claim}, which has no volume yet."
CLAIM_BOUND = "{name} is bound to volume {volume}, {size}."
CLAIM_PENDING = "{name} is Pending: no volume is bound to it."
CLAIM_LEAVING = "{name} is being deleted; it stays until no Pod uses it."
CLAIM_LOST = "{name} is Lost: its volume {volume} is gone, and the data with it."
CLAIM_USED = "Used by {pods}."
CLAIM_UNUSED = "No Pod uses it now; the data stays."
CLAIM_STAYS = "It stays when its Pod or its set is deleted: no owner is set."
CLAIM_SCALED = (
    "It stays when its Pod is killed, and goes when {owner} is scaled down below that Pod "
    "(whenScaled: Delete)."
)
CLAIM_GOES = "It is deleted together with {owner}."
VOLUME_BOUND = "{name} is the disk behind claim {claim}, {size}."
VOLUME_RELEASED = "{name} is Released: its claim is gone, its data are not; no new claim gets it."
VOLUME_FREE = "{name} is {phase}: no claim has it."
VOLUME_DELETE = "When its claim is deleted, it is deleted too, with the data (Delete)."
VOLUME_RETAIN = "When its claim is deleted, it stays with the data (Retain)."
SERVICE_HEADLESS = "{name} is headless: it has no address; its name leads to the Pods themselves."
SERVICE_ADDRESS = (
    "{name} has the virtual address {ip}; kube-proxy picks one ready Pod for each connection."
)
SERVICE_EXTERNAL = "{name} is another name for {target}."
SERVICE_READY = "{ready} of {n} endpoints are ready: {pods}."
SERVICE_EMPTY = "No Pod with an address matches its selector."
SERVICE_NO_SELECTOR = "It has no selector, so no controller looks for Pods."
SERVICE_EARLY = "It publishes Pods before they are ready (publishNotReadyAddresses)."
SERVICE_CACHED = "{client} keeps an old answer for {name} until {until:.0f} s: {kept}, now {now}."
SERVICE_ABSENT = "no Service {service} exists"
NOT_READY = "only ready Pods are published, and {name} is not ready"
TERMINATING = "{name} is being deleted, so it has left DNS, although its process may still run"
NOT_YET = "its EndpointSlice does not list {name} as ready yet"
NO_SUBDOMAIN = "the Pod has no subdomain"
IS_TERMINATING, IS_NOT_READY, IS_ELSEWHERE = (
    "is being deleted",
    "is not ready",
    "has another address",
)
NODE_STATE = "{name} is {status}; Pods on it: {pods}."
NODE_SILENT = (
    "Its kubelet fell silent at {since:.0f} s. After 50 s the node counts as NotReady; 300 s later its "
    "Pods are marked for deletion."
)
NODE_LOST = (
    "Its kubelet is silent, so no Pod on it can be confirmed as gone: they stay Terminating."
)
NODE_CORDONED = "It is cordoned: no new Pod comes here until it is uncordoned."
NODE_UNBLOCK = "Bring it back, or delete its Pods by force if it is surely off."
REVISION = "{name} is revision {number} of the Pod template of {owner}; {n} Pods have it."
BUDGET = "Evictions that {name} allows now: {allowed}. Healthy Pods: {healthy}, needed: {desired}."
BUDGET_ONLY = (
    "It guards against eviction alone (drain): not against deletion, updates or lost nodes."
)
OTHER = "{kind} {name} has been here for {age}."

UNBLOCK = "What would help: {what}"
FIX_NODE = (
    "{pod} sits on {node}, which does not answer. Bring {node} back, or delete {pod} by force if the "
    "node is surely off."
)
FIX_TERMINATING = "{pod} is shutting down; it is gone after at most {grace} s. Let time pass."
FIX_IMAGE = (
    "the image of {pod} can't be pulled. Correct the image in the set; then delete {pod} by hand."
)
FIX_IMAGE_ALONE = "the image of {pod} can't be pulled. Correct the image."
FIX_CRASH = (
    "{pod} crashes; its kubelet restarts it after a back-off. Let time pass, or look at its logs."
)
FIX_UNREADY = "{pod} runs but fails its readiness check. Make it ready again, or delete it."
FIX_CLAIM = "a volume for claim {claim} of {pod}. Look at the claim: it says what it waits for."
FIX_DISK = (
    "the volume of {pod} can be reached from one node only: bring that node back or uncordon it, "
    "or delete the claim and the Pod, which loses the data."
)
FIX_SCHEDULE = "{pod} is on no node: {why}"
FIX_START = "{pod} is starting. Let time pass."
FIX_FAILED = "{pod} has failed for good; {owner} replaces it."
FIX_FAILED_ALONE = "{pod} has failed for good, and nobody replaces it. Delete it."
