"""Take the pictures of the README and the docs: `python -m tests.browser.pictures DIR`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import jupyter
from tests.browser.conftest import LESSON, THEMES
from tests.browser.hands import picture


def take(where: Path, widths: tuple[int, ...] = (1024, 1600)) -> None:
    """The lab of the first lesson in a browser, in both themes and widths; its parts in light."""
    where.mkdir(parents=True, exist_ok=True)
    with jupyter.chromium() as browser:
        for theme, title in THEMES.items():
            with TemporaryDirectory() as home, jupyter.jupyterlab(Path(home), title) as address:
                for width in widths:
                    _kill(browser, address, width, where / f"lab-{theme}-{width}.png")
                if theme == "light":
                    _parts(browser, address, where)


def _open(browser: Browser, address: str, width: int) -> tuple[Page, Locator]:
    page = jupyter.open_lesson(browser, address, LESSON, width)
    page.set_viewport_size({"width": width, "height": 2600})
    panel = page.locator(".statefulkit-lab").first
    panel.evaluate("e => e.scrollIntoView()")
    return page, panel


def _press(panel: Locator, name: str) -> None:
    panel.get_by_role("button", name=name, exact=True).first.click()


def _pick(panel: Locator, key: str) -> None:
    panel.locator(f'.statefulkit-picture [data-key="{key}"]').first.click()


def _kill(browser: Browser, address: str, width: int, path: Path) -> None:
    """In the middle of a kill: the set waits, and says for what."""
    page, panel = _open(browser, address, width)
    _pick(panel, "Pod/default/web-1")
    _press(panel, "Kill")
    _press(panel, "Step")
    _press(panel, "Step")
    _pick(panel, "StatefulSet/default/web")
    panel.get_by_text("until web-1 has terminated").first.wait_for()
    panel.screenshot(path=path)
    page.close()


def _parts(browser: Browser, address: str, where: Path) -> None:
    """A fork beside its lab; the DNS tracer; a prediction that was checked."""
    page, panel = _open(browser, address, 1600)
    _pick(panel, "Pod/default/web-2")
    _press(panel, "Kill")
    _press(panel, "Fork here")
    fork = panel.locator(".statefulkit-lab").first
    fork.wait_for()
    _press(fork, "Settle")
    expect(picture(fork)).to_contain_text("3/3 ready")
    page.wait_for_timeout(1000)  # all panels follow the picture
    panel.screenshot(path=where / "fork.png")
    _press(fork, "Close this fork")
    _press(panel, "Settle")
    panel.get_by_role("tab", name="DNS tracer").first.click()
    _press(panel, "Ask DNS")
    panel.get_by_role("region", name="Queries").wait_for()
    page.wait_for_timeout(300)  # the tracer's own picture follows its table
    panel.locator(".statefulkit-part").last.screenshot(path=where / "dns-tracer.png")
    check = page.get_by_role("button", name="Check", exact=True)
    check.evaluate("e => e.scrollIntoView()")
    page.get_by_label("Is there a Pod called web-1 again?").select_option("yes")
    page.get_by_label("Does web-1 have another IP address?").select_option("no")
    check.click()
    page.get_by_text("Look again").first.wait_for()
    check.locator("xpath=ancestor::*[contains(@class,'statefulkit-panel')][1]").screenshot(
        path=where / "predict.png"
    )
    page.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
