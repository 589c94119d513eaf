"""What a Pod knows before it asks: its host name, /etc/hosts and /etc/resolv.conf (N35, N37)."""

from __future__ import annotations

import re
from posixpath import normpath
from typing import NamedTuple

from statefulkit.api.unmodelled import MADE
from statefulkit.network.zone import DNS_ADDRESS, DOMAIN
from statefulkit.nodes.exec import running_pod
from statefulkit.store import Key, Object, View

NDOTS = 5  # N37
MOST_SERVERS, MOST_SEARCHES, MOST_NDOTS = 3, 32, 15
NODE_SERVER = "the node's DNS server"
LOOPBACK = "127.0.0.1"
_HOSTS = """\
# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""


class ResolvConf(NamedTuple):
    """A Pod's /etc/resolv.conf and /etc/hosts; `client` is whose they are, `server` who is asked."""

    client: str
    search: tuple[str, ...]
    ndots: int
    server: str
    hosts: dict[str, str]


def client_pod(view: View, from_pod: str) -> Object:
    """The Pod `name` or `namespace/name`, if something can be executed in it.

    Raises:
        NotFound, BadRequest: in kubectl exec's words.
    """
    namespace, _, name = from_pod.rpartition("/")
    return running_pod(view, Key("Pod", namespace or "default", name))


def of_client(view: View, from_pod: str | None) -> ResolvConf:
    """The files of a client: `name`, `namespace/name`, or None for a Pod in namespace default.

    Raises:
        NotFound, BadRequest: where the Pod does not exist or does not run.
    """
    if from_pod is None:
        return ResolvConf("a client", _search("default"), NDOTS, DNS_ADDRESS, {})
    return _of_pod(client_pod(view, from_pod))


def _search(namespace: str) -> tuple[str, ...]:
    return (f"{namespace}.svc.{DOMAIN}", f"svc.{DOMAIN}", DOMAIN)


def _of_pod(pod: Object) -> ResolvConf:
    servers, search, options = _settings(pod)
    digits = re.match(r"[0-9]*", options.get("ndots", "1") or "")
    ndots = min(int((digits and digits[0]) or 0), MOST_NDOTS)
    client = f"{pod.metadata.namespace}/{pod.metadata.uid}"
    return ResolvConf(client, tuple(search), ndots, servers[0], _hosts(pod))


def _settings(pod: Object) -> tuple[list[str], list[str], dict[str, str | None]]:
    """Name servers, search list and options: what `dnsPolicy` and `dnsConfig` lead to (N37)."""
    spec = pod.spec
    servers, search = [NODE_SERVER], []
    options: dict[str, str | None] = {}
    if spec.dnsPolicy in ("ClusterFirst", "ClusterFirstWithHostNet", None):
        servers, search = [DNS_ADDRESS], [*_search(pod.metadata.namespace)]
        options = {"ndots": str(NDOTS)}
    elif spec.dnsPolicy == "None":
        servers = []
    if spec.dnsConfig is not None:
        servers += spec.dnsConfig.nameservers or []
        search += [s.rstrip(".") + "." for s in spec.dnsConfig.searches or ()]
        options |= {option.name: option.value for option in spec.dnsConfig.options or ()}
    return servers, list(dict.fromkeys(search))[:MOST_SEARCHES], options


def _hosts(pod: Object) -> dict[str, str]:
    """The names that a Pod finds in its /etc/hosts: localhost and its own (N35)."""
    return {"localhost": LOOPBACK} | dict.fromkeys(_own_names(pod), pod.status.podIP)


def _own_names(pod: Object) -> list[str]:
    """The full name of a Pod with a subdomain, and its host name (N35)."""
    host, subdomain = pod.spec.hostname or pod.metadata.name, pod.spec.subdomain
    full = f"{host}.{subdomain}.{pod.metadata.namespace}.svc.{DOMAIN}".rstrip(".")
    return [full, host] if subdomain else [host]


def written(pod: Object, path: str) -> str | None:
    """The text of a file that the kubelet makes in each container: its names, its resolver's (N35, N37)."""
    *_, host = names = _own_names(pod)
    own = "\t".join([pod.status.podIP, *names])
    texts = (f"{host}\n", f"{_HOSTS}{own}\n", _resolv_conf(*_settings(pod)))
    return dict(zip(MADE, texts, strict=True)).get(normpath(path))


def _resolv_conf(
    servers: list[str], search: list[str], options: dict[str, str | None]
) -> str | None:
    if NODE_SERVER in servers:
        return None  # a copy of the node's own file, which is not modelled
    lines = [f"nameserver {server}" for server in servers[:MOST_SERVERS]]
    lines += ["search " + " ".join(s.rstrip(".") for s in search)] if search else []
    told = [f"{name}:{value}" if value else name for name, value in options.items()]
    lines += ["options " + " ".join(told)] if told else []
    return "\n".join(lines) + "\n"
