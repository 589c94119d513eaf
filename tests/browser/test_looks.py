"""How the lab looks: nothing overlaps or scrolls sideways, and nobody is shut out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.hands import Mouse, field, tab

Panel = Callable[[str], Locator]


def titles(panel: Locator) -> list[str]:
    found: list[str] = (
        panel.get_by_role("tablist", name="More panels").get_by_role("tab").all_inner_texts()
    )
    return found


def test_no_serious_accessibility_fault(panel: Panel) -> None:
    found = panel("looks")
    axe, faults = Axe(), []
    things = ["StatefulSet web", "Pod web-1", "Node node-1", "Service nginx"]
    for i, title in enumerate(titles(found)):
        field(found, "Act on").select_option(label=things[min(i, 3)])
        Mouse(found).open(title)
        answer = axe.run(found.page, context=".statefulkit-lab").response
        faults += [
            (title, v["id"], [n["html"][:160] for n in v["nodes"]][:3])
            for v in answer["violations"]
            if v["impact"] in ("serious", "critical")
        ]
    assert faults == []


@pytest.mark.parametrize("width", [1024, 1600])
def test_nothing_overlaps_or_scrolls_sideways(panel: Panel, width: int) -> None:
    found = panel("looks")
    page = found.page
    page.set_viewport_size({"width": width, "height": 1400})
    cell = page.locator(".jp-Notebook").first.bounding_box()
    assert cell is not None
    for thing in ("StatefulSet web", "Pod web-1", "Node node-1"):
        field(found, "Act on").select_option(label=thing)
        assert found.evaluate(OVERLAPS) == [], thing
    for title in titles(found):
        tab(found, title).click()
        expect(tab(found, title)).to_have_attribute("aria-selected", "true")
        box = found.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= cell["x"] + cell["width"]
        assert found.evaluate("e => e.scrollWidth - e.clientWidth") <= 0, title
        assert found.evaluate(OVERLAPS) == [], title
        assert found.evaluate(CUT) == [], title
    page.set_viewport_size({"width": 1024, "height": 1400})


@pytest.mark.parametrize("width", [700, 1024])
def test_no_text_is_cut(panel: Panel, width: int) -> None:
    found = panel("looks")
    hand = Mouse(found)
    found.page.set_viewport_size({"width": width, "height": 1400})
    for title in titles(found):
        hand.open(title)
        if title == "Requests":
            hand.fill("and URL", f"http://nginx/{'long' * 30}")
            hand.press("Send")
            expect(found).to_contain_text("longlong")
        assert found.evaluate(STICKS_OUT) == [], title
    found.page.set_viewport_size({"width": 1024, "height": 1400})


@pytest.mark.parametrize("width", [1024, 1600])
def test_the_timeline_takes_the_width_it_has(panel: Panel, width: int) -> None:
    found = panel("looks")
    found.page.set_viewport_size({"width": width, "height": 1400})
    Mouse(found).open("Timeline")
    assert found.locator("[data-anywhere]").first.evaluate(TIMELINE) == []
    found.page.set_viewport_size({"width": 1024, "height": 1400})


def test_the_arrow_of_a_list_stands_out_from_its_ground(panel: Panel) -> None:
    assert field(panel("looks"), "Act on").evaluate(ARROW) >= 3


ARROW = """async list => {
    const style = getComputedStyle(list), image = new Image();
    image.src = style.backgroundImage.slice(5, -2);
    await image.decode();
    const canvas = new OffscreenCanvas(18, 18), brush = canvas.getContext('2d');
    brush.fillStyle = style.backgroundColor;
    brush.fillRect(0, 0, 18, 18);
    brush.drawImage(image, 0, 0, 18, 18);
    const dots = brush.getImageData(0, 0, 18, 18).data;
    const part = v => v <= 10 ? v / 3294 : ((v / 255 + 0.055) / 1.055) ** 2.4;
    const light = i => [0.2126, 0.7152, 0.0722]
        .reduce((sum, weight, n) => sum + weight * part(dots[i + n]), 0.05);
    const found = Array.from({length: 324}, (_, n) => light(4 * n));
    return Math.max(...found) / Math.min(...found);  // WCAG's contrast
}"""
STICKS_OUT = """panel => {
    const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT), found = [];
    const range = document.createRange();
    while (texts.nextNode()) {
        const near = texts.currentNode.parentElement;
        if (near.closest('title, option') || !near.checkVisibility()) continue;
        range.selectNodeContents(texts.currentNode);
        const text = range.getBoundingClientRect();
        const room = near.closest('svg, td, th, pre, .statefulkit-bench').getBoundingClientRect();
        if (text.left < room.left - 1 || text.right > room.right + 1) found.push(near.textContent);
    }
    return found;
}"""
TIMELINE = """room => {
    const has = e => e.getBoundingClientRect(), whole = has(room), found = [];
    const axis = has(room.querySelector('[data-axis]')), chart = has(room.querySelector('svg'));
    if (Math.abs(chart.width - whole.width) > 1) found.push(['chart', chart.width, whole.width]);
    if (whole.right - axis.right > 20) found.push(['axis', axis.right, whole.right]);
    for (const text of room.querySelectorAll('text')) {
        const box = has(text);
        if (box.left < chart.left || box.right > chart.right || box.bottom > chart.bottom)
            found.push(['cut', text.textContent]);
        if (text.getScreenCTM().a !== 1) found.push(['scaled', text.textContent]);
    }
    return found;
}"""
SHOWN = """
    const shown = [...panel.querySelectorAll('button, input, select, textarea, .widget-label')]
        .filter(e => e.offsetParent !== null && e.getBoundingClientRect().width > 0);
"""
OVERLAPS = f"""panel => {{
    {SHOWN}
    const found = [];
    for (const [i, a] of shown.entries()) for (const b of shown.slice(i + 1)) {{
        if (a.contains(b) || b.contains(a)) continue;
        const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (wide > 2 && high > 2) found.push([a.textContent || a.type, b.textContent || b.type]);
    }}
    return found;
}}"""
CUT = f"""panel => {{
    {SHOWN}
    return shown.filter(e => e.matches('button, .widget-label') && e.scrollWidth > e.clientWidth + 1)
        .map(e => e.textContent);
}}"""
