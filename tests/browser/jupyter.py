"""A real JupyterLab and a real Chromium for tests and for the pictures of the docs."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

ROOT = Path(__file__).parents[2]
MISSING = "The browser tests need Chromium: install it, on Debian with `apt-get install chromium`."
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS, RUN_MILLISECONDS = 120, 60_000


_PROMPTS = """wanted => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
        .filter(p => p.textContent); // a cell whose code is folded has none
    return prompts.length > 0 && prompts.every(p => new RegExp(wanted).test(p.textContent));
}"""


@contextmanager
def jupyterlab(home: Path, theme: str = "JupyterLab Light") -> Iterator[str]:
    """A JupyterLab over a copy of the notebooks, with settings of its own; yields its address."""
    quiet = ["--LabApp.news_url=None",
             "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
             f"--LabApp.workspaces_dir={home / 'workspaces'}"]  # fmt: skip
    command = ["jupyterlab", *_over_notebooks(home, "LabApp", theme), *quiet]
    with _serving(home, command, "/api") as address:
        yield address


@contextmanager
def notebook7(home: Path) -> Iterator[str]:
    """Notebook 7 over a copy of the notebooks, with settings of its own; yields its address."""
    command = ["notebook", *_over_notebooks(home, "JupyterNotebookApp", "JupyterLab Light")]
    with _serving(home, command, "/api") as address:
        yield address


def _over_notebooks(home: Path, app: str, theme: str) -> list[str]:
    """Copy the notebooks, write settings, and give the options that lead to both."""
    notebooks = home / "notebooks"
    shutil.copytree(ROOT / "notebooks", notebooks, ignore=shutil.ignore_patterns(".ipynb_*"))
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    tracker = settings.parent / "notebook-extension"
    tracker.mkdir()
    whole = {"windowingMode": "none"}  # all cells are in the page, also those out of sight
    (tracker / "tracker.jupyterlab-settings").write_text(json.dumps(whole))
    return [
        "--no-browser", "--allow-root", "--ip=127.0.0.1", "--ServerApp.port_retries=0",
        "--IdentityProvider.token=", f"--ServerApp.root_dir={notebooks}",
        f"--{app}.user_settings_dir={home / 'settings'}",
    ]  # fmt: skip


@contextmanager
def voila(home: Path, notebook: Path) -> Iterator[str]:
    """A notebook as a page of text and widgets; yields its address."""
    with _serving(home, ["voila", str(notebook), "--no-browser"], "/voila/static/voila.js") as at:
        yield at


@contextmanager
def _serving(home: Path, command: list[str], asked: str) -> Iterator[str]:
    """A Jupyter program with a home of its own, as soon as it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    whole = [sys.executable, "-m", *command, f"--port={port}"]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(whole, env=os.environ | own, stdout=log, stderr=log)
        try:
            _await(f"http://127.0.0.1:{port}{asked}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    """Ask until the server answers or is gone."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                server.wait(0.1)
                break
    raise RuntimeError(f"Nothing answers at {url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_lesson(browser: Browser, address: str, name: str, width: int) -> Page:
    """A lesson in JupyterLab, all cells run."""
    page = browser.new_page(viewport={"width": width, "height": 1400})
    page.set_default_timeout(RUN_MILLISECONDS)
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    run_all(page)
    return page


def run_all(page: Page) -> None:
    """All cells of the notebook in a page, and wait until a picture is there."""
    for _ in range(5):  # JupyterLab drops a Run All that comes before its kernel is connected
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        with suppress(TimeoutError):
            page.wait_for_function(_PROMPTS, arg=r"\[(\*|\d+)\]", timeout=8_000)
            break
    page.wait_for_function(_PROMPTS, arg=r"\[\d+\]")
    page.wait_for_selector(".statefulkit-picture svg")
