"""Markup wherever Kubernetes lets free text through, and a look for what came of it in a page."""

from __future__ import annotations

from playwright.sync_api import Page

EVIL = '"\'><img src=x onerror="window.pwned=1"><script>window.pwned=1</script></text></svg>'
MATH = r"$\href{javascript:window.pwned=1}{formula}$"  # JupyterLab typesets what stands between dollars
CELL = f"""
import pandas
from statefulkit import Cluster, explain, graph, tables
from statefulkit.views import timeline
from statefulkit.widgets import StatefulLab, predict
from statefulkit.widgets.questions import ask
from IPython.display import display
pandas.set_option("display.max_colwidth", None)
EVIL, MATH = {EVIL!r}, {MATH!r}
hostile = Cluster(seed=1)
hostile.apply("manifests/nginx.yaml")
hostile.patch("sts", "web", {{
    "metadata": {{"annotations": {{"kubernetes.io/change-cause": EVIL + MATH, "note": EVIL}}}},
    "spec": {{"template": {{
        "metadata": {{"annotations": {{"note": EVIL}}}},
        "spec": {{"containers": [{{"name": "nginx", "env": [{{"name": "NOTE", "value": EVIL}}]}}]}},
    }}}},
}})
hostile.settle()
lab = StatefulLab(hostile)
questions = [
    ask(f"Chosen {{EVIL}}", lambda before, after: EVIL, lambda now: [EVIL, MATH]),
    ask(f"Ticked {{EVIL}}", lambda before, after: frozenset([EVIL]), lambda now: [EVIL, MATH]),
    ask(f"Typed {{EVIL}}", lambda before, after: MATH),
]
display(lab, predict(hostile, lambda c: c.delete("pod", "web-0"), questions, doing=EVIL))
display(hostile.rollout.history("sts", "web"), tables.events(hostile), hostile.history.tail(30))
display(graph(hostile), timeline(hostile), explain(hostile, "sts/web"))
"""
_FOREIGN = """() => {
    const found = [...document.querySelectorAll('.jp-Cell-outputArea *')].filter(e =>
        e.matches('img[src="x"], a[href^="javascript"], iframe, object')
        || e.tagName.toLowerCase() === 'script' && e.textContent.includes('pwned')
        || [...e.attributes].some(a => a.name.startsWith('on')));
    return [window.pwned ?? null, ...found.map(e => e.outerHTML.slice(0, 200))];
}"""


def assert_only_text(page: Page) -> None:
    """Nothing of it has run, and nothing of it has become an element."""
    assert page.evaluate(_FOREIGN) == [None]
