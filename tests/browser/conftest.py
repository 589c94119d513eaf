"""One Chromium and one JupyterLab a theme for all browser tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import jupyter

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@pytest.fixture(scope="package")  # Playwright's event loop ends before other tests begin
def browser() -> Iterator[Browser]:
    with jupyter.chromium() as found:
        yield found


@pytest.fixture(scope="package", params=THEMES)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp(request.param)
    with jupyter.jupyterlab(home, THEMES[request.param]) as address:
        yield address
