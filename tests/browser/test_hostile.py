"""Markup in names, files, questions and manifests stays text, wherever a learner clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.hands import Mouse, button, field, picture, thing
from tests.browser.hostile import EVIL, MATH, assert_only_text

Panel = Callable[[str], Locator]


@pytest.fixture
def hostile(panel: Panel) -> Iterator[Locator]:
    """The lab on the hostile cluster; afterwards nothing in the page has come of its markup."""
    found = panel("hostile")
    yield found
    assert_only_text(found.page)


def test_outputs_of_a_cell(hostile: Locator, cell: Callable[[str], Locator]) -> None:
    tables = cell("hostile").locator(".dataframe")
    expect(tables.nth(0)).to_contain_text("CHANGE-CAUSE")
    expect(tables.nth(0)).to_contain_text(EVIL)
    expect(tables.nth(2)).to_contain_text("reason")
    for each in ("th", "td"):  # sentences begin at the left, against JupyterLab's own style
        expect(tables.nth(2).locator(each).last).to_have_css("text-align", "left")


def test_files_and_names_in_the_panels(hostile: Locator) -> None:
    hand = Mouse(hostile)
    hand.pick("Pod", "web-0")
    path = f"/usr/share/nginx/html/{EVIL}"
    hand.fill("File", path)
    hand.fill("Text", EVIL)
    hand.press("Write file")
    expect(hostile.locator("code").first).to_contain_text("<img src=x")
    hand.press("Read file")
    expect(hostile.locator("pre").first).to_have_text(EVIL)
    expect(hostile.locator("pre").first).to_have_attribute("aria-label", f"Contents of {path}")
    assert_only_text(hostile.page)
    hand.open("DNS tracer")
    for name in (EVIL, "<img/src=x/onerror=window.pwned=1>"):
        hand.fill("Name", name)
        hand.press("Ask DNS")
        expect(hostile.get_by_role("region", name="Queries")).to_contain_text(name)
        assert_only_text(hostile.page)
    hand.open("Requests")
    hand.fill("URL", f"http://nginx/{EVIL}")
    hand.fill("and URL", f"http://{EVIL}/")
    hand.press("Send")
    expect(hostile.get_by_role("img", name="20 requests to http://nginx/")).to_be_visible()
    expect(hostile.get_by_text("20 requests to http://nginx/")).to_contain_text("<img")
    expect(hostile.get_by_role("alert").last).to_contain_text("<img")


def test_a_refusal_that_quotes_markup(hostile: Locator) -> None:
    hand = Mouse(hostile)
    hand.pick("StatefulSet", "web")
    hand.open("Edit YAML")
    text = field(hostile, "YAML to apply").input_value()
    assert "onerror" in text
    quoted = EVIL.replace("'", "''")
    for old, new in (("name: web\n", f"name: '{quoted}'\n"), ("app: nginx", f"app: '{quoted}'")):
        hand.fill("YAML to apply", text.replace(old, new))
        hand.press("Apply")
        expect(hostile.get_by_role("alert")).to_contain_text("<img src=x")
        assert_only_text(hostile.page)
    hand.press("Load again")
    hand.press("Apply")
    expect(hostile.locator("code").first).to_contain_text("<img src=x")


def test_events_decisions_the_timeline_and_titles(hostile: Locator) -> None:
    hand = Mouse(hostile)
    hand.pick("StatefulSet", "web")
    hand.fill("Image", f"{EVIL}/nginx:broken")
    hand.press("Set image")
    hand.press("Settle")
    expect(thing(hostile, "Pod", "web-2")).to_contain_text("ImagePullBackOff")
    hand.pick("Pod", "web-2")
    thing(hostile, "Pod", "web-2").hover()
    for name in ("Events", "Decisions"):
        hand.open(name)
        expect(hostile.get_by_role("region", name=name)).to_contain_text("<img src=x")
        assert_only_text(hostile.page)
    hand.open("Timeline")
    bar = hostile.get_by_role("button", name="web-2").last
    bar.hover()
    bar.click()
    expect(hostile).to_contain_text("This is the past")
    button(hostile, "Live").click()
    expect(picture(hostile)).to_contain_text("2/3 ready")


def test_questions_and_answers(hostile: Locator, cell: Callable[[str], Locator]) -> None:
    output = cell("hostile")
    output.get_by_label(f"Chosen {EVIL}").select_option(MATH)
    output.get_by_label(EVIL, exact=True).check()
    output.get_by_label(f"Typed {EVIL}").fill(EVIL)
    button(output, "Check").click()
    said = output.get_by_role("status")
    expect(said).to_contain_text(f"Look again: Chosen {EVIL} {EVIL}. You said: {MATH}.")
    expect(said).to_contain_text(f"Right: Ticked {EVIL}")
    expect(said).to_contain_text(f"Look again: Typed {EVIL} {MATH}. You said: {EVIL}.")
