"""Take the pictures of the README and the docs: `python -m tests.browser.pictures DIR`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser import jupyter
from tests.browser.conftest import THEMES


def take(where: Path, widths: tuple[int, ...] = (1024, 1600)) -> None:
    """The lab of the first lesson in a browser, in both themes and widths, in the middle of a kill."""
    where.mkdir(parents=True, exist_ok=True)
    with jupyter.chromium() as browser:
        for theme, title in THEMES.items():
            with TemporaryDirectory() as home, jupyter.jupyterlab(Path(home), title) as address:
                for width in widths:
                    page = jupyter.open_lesson(browser, address, "00-start-here.ipynb", width)
                    panel = page.locator(".statefulkit-lab").first
                    panel.get_by_label("Pod", exact=True).select_option("web-1")
                    panel.get_by_role("button", name="Kill", exact=True).click()
                    panel.get_by_role("button", name="Step", exact=True).click()
                    panel.get_by_text("until web-1 has terminated").first.wait_for()
                    panel.scroll_into_view_if_needed()
                    panel.screenshot(path=where / f"lab-{theme}-{width}.png")
                    page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
