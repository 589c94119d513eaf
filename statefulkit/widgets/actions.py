"""What a learner can do, as data: what it is called, what it does, and the command that does it.

Each action is two functions of (cluster, key of the object, value): `act` changes the cluster,
`command` is the text for a real one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from shlex import quote
from typing import Any

from statefulkit.cluster import Cluster
from statefulkit.store import Key

BROKEN_TAG = "broken"  # the model's registry has no image with this tag


@dataclass(frozen=True, slots=True)
class Action:
    """One action: its name, a tooltip, what it does, and its command on a real cluster."""

    label: str
    hint: str
    act: Callable[[Cluster, Key, Any], Any]
    command: Callable[[Cluster, Key, Any], str]


def _kubectl(key: Key, *words: str) -> str:
    """A kubectl command line, quoted for a shell, with the namespace where it is not `default`."""
    space = ["-n", key.namespace] if key.namespace not in ("", "default") else []
    return " ".join(quote(word) for word in ("kubectl", *words, *space))


def _exec(cluster: Cluster, key: Key, *program: str) -> str:
    pod = cluster.view.find(*key)
    container = pod.spec.containers[0].name if pod is not None else ""
    words = ("exec", key.name, *(["-c", container] if container else []), "--", *program)
    space = ["-n", key.namespace] if key.namespace != "default" else []
    return " ".join(quote(w) for w in ("kubectl", *space, *words))


def _named(key: Key) -> str:
    """A set or a Deployment as kubectl takes it, `sts/web`."""
    return f"{'sts' if key.kind == 'StatefulSet' else key.kind.lower()}/{key.name}"


def _patch(key: Key, spec: dict[str, Any]) -> str:
    text = json.dumps({"spec": spec}, separators=(",", ":"))
    return _kubectl(key, "patch", "sts", key.name, "-p", text)


def _edit(cluster: Cluster, key: Key, spec: dict[str, Any]) -> None:
    cluster.patch("sts", key.name, {"spec": spec}, key.namespace)


def _strategy(value: str) -> dict[str, Any]:
    on_delete = value == "OnDelete"
    rolling = None if on_delete else {"partition": 0}
    return {"updateStrategy": {"type": value, "rollingUpdate": rolling}}


def _partition(value: int) -> dict[str, Any]:
    return {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": value}}}


def _retention(value: tuple[str, str]) -> dict[str, Any]:
    scaled, deleted = value
    return {"persistentVolumeClaimRetentionPolicy": {"whenScaled": scaled, "whenDeleted": deleted}}


def _container(cluster: Cluster, key: Key) -> Any:
    return cluster.get(key.kind, key.name, key.namespace).spec.template.spec.containers[0]


def tagged(image: str, tag: str) -> str:
    """The image with another tag, in place of its tag and digest."""
    path, slash, last = image.partition("@")[0].rpartition("/")
    return f"{path}{slash}{last.partition(':')[0]}:{tag}"


def _broken(cluster: Cluster, key: Key) -> str:
    return tagged(str(_container(cluster, key).image), BROKEN_TAG)


def _image(cluster: Cluster, key: Key, image: str) -> str:
    change = f"{_container(cluster, key).name}={image}"
    return _kubectl(key, "set", "image", _named(key), change)


SCALE = Action(
    "Set replicas",
    "How many Pods the set shall have",
    lambda c, k, n: c.scale(k.kind, k.name, n, k.namespace),
    lambda _, k, n: _kubectl(k, "scale", *_named(k).split("/"), f"--replicas={n}"),
)
IMAGE = Action(
    "Set image",
    "Change the image in the Pod template: a rolling update",
    lambda c, k, image: c.set_image(k.kind, k.name, image, k.namespace),
    _image,
)
BAD_IMAGE = Action(
    "Bad image",
    "Update to an image that no registry has",
    lambda c, k, _: c.set_image(k.kind, k.name, _broken(c, k), k.namespace),
    lambda c, k, _: _image(c, k, _broken(c, k)),
)
PARTITION = Action(
    "Set partition",
    "Update only ordinals from this one up",
    lambda c, k, n: _edit(c, k, _partition(n)),
    lambda _, k, n: _patch(k, _partition(n)),
)
STRATEGY = Action(
    "Set strategy",
    "RollingUpdate replaces Pods by itself, OnDelete waits until you delete them",
    lambda c, k, v: _edit(c, k, _strategy(v)),
    lambda _, k, v: _patch(k, _strategy(v)),
)
RETENTION = Action(
    "Set retention",
    "What becomes of claims when the set is scaled down, and when it is deleted",
    lambda c, k, v: _edit(c, k, _retention(v)),
    lambda _, k, v: _patch(k, _retention(v)),
)
DELETE_SET = Action(
    "Delete set",
    "Delete the set: background, foreground, or leave its Pods as orphans",
    lambda c, k, v: c.delete(k.kind, k.name, namespace=k.namespace, cascade=v),
    lambda _, k, v: _kubectl(k, "delete", *_named(k).split("/"), f"--cascade={v}"),
)
KILL = Action(
    "Kill",
    "Delete the Pod and let it shut down",
    lambda c, k, _: c.delete("pod", k.name, namespace=k.namespace),
    lambda _, k, __: _kubectl(k, "delete", "pod", k.name),
)
FORCE = Action(
    "Force kill",
    "Remove the Pod object at once, whether or not its containers have stopped",
    lambda c, k, _: c.delete("pod", k.name, namespace=k.namespace, force=True),
    lambda _, k, __: _kubectl(k, "delete", "pod", k.name, "--grace-period=0", "--force"),
)
UNREADY = Action(
    "Make unready",
    "Let its readiness check fail",
    lambda c, k, _: c.make_unready(k.name, k.namespace),
    lambda c, k, _: (
        _exec(c, k, "rm", "/run/ready") + "   # where its readiness probe is: cat /run/ready"
    ),
)
READY = Action(
    "Make ready",
    "Let its readiness check succeed again",
    lambda c, k, _: c.make_ready(k.name, k.namespace),
    lambda c, k, _: (
        _exec(c, k, "touch", "/run/ready") + "   # where its readiness probe is: cat /run/ready"
    ),
)
CRASH = Action(
    "Crash",
    "End its first container with an error; the kubelet restarts it",
    lambda c, k, _: c.crash(k.name, k.namespace),
    lambda c, k, _: _exec(c, k, "sh", "-c", "kill 1"),
)
WRITE = Action(
    "Write file",
    "Write the text into the file, inside the container",
    lambda c, k, v: c.write_file(k.name, v[0], v[1], k.namespace),
    lambda c, k, v: _exec(c, k, "sh", "-c", f"printf %s {quote(v[1])} > {quote(v[0])}"),
)
READ = Action(
    "Read file",
    "Show the file, from inside the container",
    lambda c, k, path: c.read_file(k.name, path, k.namespace),
    lambda c, k, path: _exec(c, k, "cat", path),
)
FAIL_NODE = Action(
    "Fail node",
    "Cut the node off, as a power failure does",
    lambda c, k, _: c.fail_node(k.name),
    lambda _, k, __: f"ssh {quote(k.name)} sudo poweroff -f   # kubectl has no word for it",
)
RECOVER_NODE = Action(
    "Recover node",
    "Bring the node back",
    lambda c, k, _: c.recover_node(k.name),
    lambda _, k, __: f"# switch {quote(k.name)} on again; then: kubectl get nodes --watch",
)
DRAIN = Action(
    "Drain node",
    "Cordon the node and evict its Pods; time passes until they are gone",
    lambda c, k, _: c.drain(k.name, timeout=60.0),
    lambda _, k, __: _kubectl(k, "drain", k.name, "--ignore-daemonsets", "--timeout=60s"),
)
UNCORDON = Action(
    "Uncordon node",
    "Let new Pods onto the node again",
    lambda c, k, _: c.uncordon(k.name),
    lambda _, k, __: _kubectl(k, "uncordon", k.name),
)
DELETE = Action(
    "Delete",
    "Delete this object",
    lambda c, k, _: c.delete(k.kind, k.name, namespace=k.namespace or "default"),
    lambda _, k, __: _kubectl(k, "delete", k.kind.lower(), k.name),
)


def apply_command(text: str) -> str:
    """The command that applies a manifest."""
    return f"kubectl apply -f - <<'EOF'\n{text.rstrip()}\nEOF"
