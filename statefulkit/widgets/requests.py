"""Requests: send some to one name and another, and see who answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import ipywidgets as w

from statefulkit.api.errors import StatusError
from statefulkit.apps import SPOKEN
from statefulkit.arguments import checked
from statefulkit.cluster import Cluster
from statefulkit.network.proxy import PORTS
from statefulkit.store import Object
from statefulkit.views.bars import bars
from statefulkit.widgets import html
from statefulkit.widgets.dnstracer import from_default
from statefulkit.widgets.markup import Markup
from statefulkit.widgets.panel import Panel, button, labelled, row

MOST = 200
NOBODY = "no answer"


class Requests(Panel):
    """Sends requests to two URLs and draws who answered each as bars.

    Without URLs the first Service that has an address of its own and the first headless one.
    Attributes are the fields: `first`, `second`, `number`, and the button `submit`.
    """

    @checked
    def __init__(
        self,
        cluster: Cluster,
        first: str = "",
        second: str = "",
        namespace: str = "default",
        *,
        asked: Callable[[], None] = lambda: None,
    ) -> None:
        """A panel that sends when told to; `asked` hears of it."""
        self.cluster, self.namespace, self._asked = cluster, namespace, asked
        self.counts: dict[str, dict[str, int]] = {}
        self.first = labelled(w.Text(first, description="URL"), "250px")
        self.second = labelled(w.Text(second, description="and URL"), "270px")
        self.number = labelled(
            w.BoundedIntText(20, min=1, max=MOST, description="Requests"), "150px"
        )
        self.submit = button("Send", "Send the requests, one connection each", self._ask, "primary")
        self._open = [] if first or second else [self.first, self.second]  # offered nothing yet
        self._answer = Markup()
        super().__init__(
            cluster, [row(self.first, self.second, self.number, self.submit), self._answer]
        )
        self.show(cluster.view)

    def show(self, view: object) -> None:
        """Offer Services where no URL was given; the last bars stay until it sends again."""
        self.submit.disabled = not self.present
        services = [s for s in self.cluster.view.all("Service", self.namespace) if s.spec.selector]
        headless = [s for s in services if s.spec.clusterIP == "None"]
        normal = [s for s in services if s not in headless]
        for field, found in ((self.first, normal), (self.second, headless)):
            if found and field in self._open:
                self._open.remove(field)
                field.value = field.value or _url(found[0])

    def _ask(self) -> None:
        self.counts, parts = {}, []
        for field in (self.first, self.second):
            url = field.value.strip()
            if url:
                parts.append(self._one(url))
        self._answer.markup = "".join(parts) or html.line("Give a URL such as http://nginx/.")
        self.keep()
        self._asked()

    def _one(self, url: str) -> str:
        answered: Counter[str] = Counter()
        errors: dict[str, None] = {}
        try:
            for _ in range(self.number.value):
                found = self.cluster.request(url)
                answered[found.pod or NOBODY] += 1
                errors |= {found.error: None} if found.error else {}
        except (StatusError, ValueError) as refusal:
            return html.error(str(refusal))
        self.counts[url] = dict(sorted(answered.items()))
        text = f"{self.number.value} requests to {url}"
        drawn = html.line(text, "hint") + bars(self.counts[url], text)
        return drawn + "".join(map(html.error, errors))

    def static(self) -> str:
        """The last bars."""
        return str(self._answer.markup)


def _url(service: Object) -> str:
    """Where a client reaches what listens at a Service's first port, and in what it speaks."""
    name = from_default(service.metadata.name, service.metadata.namespace)
    port = next(iter(service.spec.ports or ()), None)
    if port is None:
        return f"http://{name}/"
    inside = port.targetPort if isinstance(port.targetPort, int) else port.port
    scheme = SPOKEN.get(inside, "http")
    dialled = inside if service.spec.clusterIP == "None" else port.port
    return f"{scheme}://{name}/" if dialled == PORTS[scheme] else f"{scheme}://{name}:{dialled}/"
