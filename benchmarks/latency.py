"""From key press to repainted picture, in a real browser: `python -m benchmarks.latency`.

For 3, 10 and 50 Pods it presses Enter on the two buttons for replicas in turn (an action), and the
arrows on the slider (another moment of history), and takes the time from the key to the frame after
the picture has changed; moments that look the same are left out. Writes p50 and p95 in milliseconds
to benchmarks/latency.md.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Page, TimeoutError

from tests.browser import jupyter

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
PODS, SAMPLES = (3, 10, 50), 40
SAME_MILLISECONDS = 1500  # after this long the picture will not change
CELL = """
from statefulkit import Cluster
from statefulkit.widgets import StatefulLab
cluster = Cluster(nodes=3)
cluster.apply("manifests/nginx.yaml")
cluster.settle()
cluster.scale("sts", "web", {pods})
cluster.settle()
lab = StatefulLab(cluster)
lab
"""
WATCH = """() => {
    window.pressed = null;
    window.took = [];
    document.addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
    const picture = document.querySelector('.statefulkit-picture').parentElement;
    new MutationObserver(() => {
        const since = window.pressed;
        window.pressed = null;
        if (since === null) return;
        requestAnimationFrame(() => setTimeout(() => window.took.push(performance.now() - since)));
    }).observe(picture, { childList: true, subtree: true });
}"""


def measure(browser: Browser, address: str, home: Path, pods: int) -> dict[str, list[float]]:
    """The milliseconds of each press, by what was pressed."""
    book = new_notebook(
        cells=[new_code_cell(CELL.format(pods=pods))], metadata={"kernelspec": KERNEL}
    )
    name = f"latency-{pods}.ipynb"
    nbformat.write(book, home / "notebooks" / name)
    page = jupyter.open_lesson(browser, address, name, 1600)
    page.evaluate(WATCH)
    found = {"action": [], "slider": []}
    for i in range(SAMPLES):
        target = page.get_by_role("button", name="+−"[i % 2], exact=True)
        found["action"].append(_press(page, target, "Enter"))
    slider = page.get_by_role("slider", name="Moment in history")
    for i in range(SAMPLES):
        found["slider"].append(_press(page, slider, "ArrowRight" if i % 4 == 3 else "ArrowLeft"))
    page.close()
    return {name: [t for t in times if t > 0] for name, times in found.items()}


def _press(page: Page, target: object, key: str) -> float:
    page.evaluate("window.took = []")
    target.focus()  # type: ignore[attr-defined]
    page.keyboard.press(key)
    try:
        page.wait_for_function("window.took.length > 0", polling="raf", timeout=SAME_MILLISECONDS)
    except TimeoutError:
        return 0.0
    return float(page.evaluate("window.took[0]"))


def main(where: Path) -> None:
    """Measure, print and write the table."""
    lines = ["| Pods | what | p50 (ms) | p95 (ms) |", "| --- | --- | --- | --- |"]
    with jupyter.chromium() as browser, TemporaryDirectory() as home:
        with jupyter.jupyterlab(Path(home)) as address:
            for pods in PODS:
                for what, times in measure(browser, address, Path(home), pods).items():
                    cuts = quantiles(times, n=20)
                    lines.append(f"| {pods} | {what} | {cuts[9]:.0f} | {cuts[18]:.0f} |")
                    print(lines[-1], flush=True)
    load, processors = os.getloadavg()[0], os.cpu_count()
    machine = (
        f"Python {platform.python_version()}, {platform.machine()}, headless Chromium, "
        f"{processors} processors with a load average of {load:.0f}"
    )
    text = "# From key press to repainted picture\n\n" + "\n".join(lines)
    text += f"\n\n{SAMPLES} presses each; {machine}. Anew: `python -m benchmarks.latency`.\n"
    where.write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("latency.md"))
