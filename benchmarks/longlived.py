"""A lab used at random for virtual days, in a Jupyter kernel: `python -m benchmarks.longlived [FILE]`.

Each half virtual minute somebody does something, and the lab shows it. The memory is that of the
kernel's process, at the end of each hour.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[1]
LIMIT, HOURS = 5_000, (1, 2, 4, 8, 16, 24, 48, 72, 96)
START = f"""
import random
from pathlib import Path
from statefulkit import Cluster, StatusError
from statefulkit.widgets import StatefulLab

cluster = Cluster(nodes=4, history_limit={LIMIT})
cluster.apply("notebooks/manifests/nginx.yaml")
cluster.settle()
lab = StatefulLab(cluster, "web")
display(lab)
chance = random.Random(1)

def act():
    pod, node = f"web-{{chance.randrange(6)}}", f"node-{{chance.randrange(1, 5)}}"
    chance.choice([
        lambda: cluster.delete("pod", pod), lambda: cluster.delete("pod", pod, force=True),
        lambda: cluster.scale("sts", "web", chance.randrange(7)),
        lambda: cluster.set_image("sts", "web", f"nginx:1.{{chance.randrange(20, 30)}}"),
        lambda: cluster.crash(pod), lambda: cluster.make_unready(pod),
        lambda: cluster.make_ready(pod), lambda: cluster.fail_pod(pod),
        lambda: cluster.fail_node(node), lambda: cluster.recover_node(node),
        lambda: cluster.write_file(pod, "/usr/share/nginx/html/index.html", "hello"),
        lambda: cluster.resolve(f"{{pod}}.nginx"), lambda: cluster.request("http://nginx/"),
    ])()
"""
HOUR = """
for _ in range(120):
    try:
        act()
    except StatusError:
        pass  # some things can't be done at some moments
    cluster.run(30)
    lab.refresh()
pages = int(Path("/proc/self/statm").read_text().split()[1])
print(cluster.version, pages * 4096)
"""


def printed(client: Any, code: str) -> str:
    """What a cell prints.

    Raises:
        RuntimeError: where it fails.
    """
    said: list[str] = []

    def hear(message: dict[str, Any]) -> None:
        if message["msg_type"] == "error":
            raise RuntimeError("\n".join(message["content"]["traceback"]))
        if message["msg_type"] == "stream":
            said.append(message["content"]["text"])

    client.execute_interactive(code, timeout=1800, output_hook=hear)
    return "".join(said)


def main() -> str:
    """Use the lab for four virtual days; records and memory by the hour, as Markdown."""
    manager, client = start_new_kernel(cwd=str(ROOT))
    lines = ["| hour | records made | kernel, MB |", "| --- | --- | --- |"]
    try:
        printed(client, START)
        for hour in range(1, HOURS[-1] + 1):
            records, resident = map(int, printed(client, HOUR).split()[-2:])
            if hour in HOURS:
                lines.append(f"| {hour} | {records:,} | {resident / 1e6:.0f} |")
                print(lines[-1], flush=True)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return (
        "# A long-lived lab\n\n"
        f"Virtual days of random use, `Cluster(history_limit={LIMIT})`: an action each half minute, the lab "
        "redrawn after each.\nThe memory is that of the whole Jupyter kernel. Alone: "
        "`python -m benchmarks.longlived`.\n\n" + "\n".join(lines) + "\n"
    )


if __name__ == "__main__":
    text = main()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text)
