"""nslookup in a Pod: what the tool of busybox 1.28 and that of BIND print (N41)."""

from __future__ import annotations

from ipaddress import ip_address

from dns.rdatatype import CNAME

from statefulkit.network.resolver import resolve
from statefulkit.network.zone import DNS_ADDRESS, reverse
from statefulkit.store import View

SERVER = f"{DNS_ADDRESS} kube-dns.kube-system.svc.cluster.local"


def busybox(view: View, name: str, from_pod: str | None = None) -> str:
    """What `nslookup name` of busybox 1.28 prints: addresses with the names they lead back to.

    Raises:
        NotFound, BadRequest: where the Pod does not exist or does not run.
        ValueError: where the name is none that DNS could be asked for.
    """
    head = f"Server:    {DNS_ADDRESS}\nAddress 1: {SERVER}\n\n"
    found = resolve(view, name, "A", from_pod)
    if not found.answers:
        return f"{head}nslookup: can't resolve '{name}'\n"
    lines = [f"Name:      {name}"]
    for number, address in enumerate(found.answers, start=1):
        back = resolve(view, reverse(address), "PTR", from_pod).answers
        lines.append(f"Address {number}: {address} {back[0].rstrip('.') if back else ''}".rstrip())
    return head + "\n".join(lines) + "\n"


def bind(view: View, name: str, from_pod: str | None = None) -> str:
    """What `nslookup name` of BIND prints; a failure ends with exit code 1.

    Raises:
        NotFound, BadRequest: where the Pod does not exist or does not run.
        ValueError: where the name is none that DNS could be asked for.
    """
    head = f"Server:\t\t{DNS_ADDRESS}\nAddress:\t{DNS_ADDRESS}#53\n\n"
    found = resolve(view, name, "A", from_pod)
    if not found.answers:
        if found.rcode == "NODATA":
            return f"{head}*** Can't find {name}: No answer\n\n"
        return f"{head}** server can't find {name}: {found.rcode}\n\n"
    full, aliases = found.steps[-1].query, ""
    for rrset in found.message.answer if found.message else ():
        if rrset.rdtype == CNAME:
            alias, full = f"{rrset.name}".rstrip("."), rrset[0].to_text()
            aliases += f"{alias}\tcanonical name = {full}\n"
    name = full.rstrip(".")
    rows = "".join(f"Name:\t{name}\nAddress: {a}\n" for a in sorted(found.answers, key=ip_address))
    return f"{head}{aliases}{rows}\n"
