"""The lab as a learner has it: real JupyterLab, real Chromium, mouse and keyboard, both themes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.jupyter import open_lesson

LESSON = "00-start-here.ipynb"
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture
def lesson(browser: Browser, lab: str) -> Iterator[Page]:
    page = open_lesson(browser, lab, LESSON, 1024)
    yield page
    page.close()


@pytest.fixture
def panel(lesson: Page) -> Locator:
    found = lesson.locator(".statefulkit-lab").first
    found.evaluate("e => e.scrollIntoView()")
    expect(picture(found)).to_contain_text("3/3 ready")
    return found


def picture(panel: Locator) -> Locator:
    return panel.locator(".statefulkit-picture").first


def thing(panel: Locator, kind: str, name: str) -> Locator:
    space = "" if kind in ("Node", "PersistentVolume") else "default"
    return panel.locator(f'.statefulkit-picture [data-key="{kind}/{space}/{name}"]').first


def button(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("button", name=name, exact=True).first


def press(panel: Locator, name: str) -> None:
    """Reach a button without the mouse and press it."""
    found = button(panel, name)
    found.focus()
    expect(found).to_be_focused()
    found.press("Enter")


def choose(panel: Locator, kind: str, name: str) -> None:
    panel.get_by_label("Act on", exact=True).first.select_option(label=f"{kind} {name}")


def focused(panel: Locator) -> str:
    return str(panel.page.evaluate("document.activeElement.dataset.key"))


def open_tab(panel: Locator, name: str) -> None:
    panel.get_by_role("tab", name=name, exact=True).first.click()


def test_actions_by_keyboard(panel: Locator) -> None:
    press(panel, "+")
    expect(picture(panel)).to_contain_text("3/4 ready")
    expect(panel).to_contain_text("kubectl scale sts web --replicas=4")
    expect(thing(panel, "Pod", "web-3")).to_have_attribute("aria-label", re.compile("no Pod"))
    press(panel, "Settle")
    expect(picture(panel)).to_contain_text("4/4 ready")

    web = thing(panel, "StatefulSet", "web")  # now through the picture, without the mouse
    web.focus()
    web.press("End")
    web.press("Home")
    assert focused(panel) == "StatefulSet/default/web"
    panel.page.keyboard.press("ArrowRight")
    assert focused(panel) == "Service/default/nginx"
    thing(panel, "Pod", "web-0").focus()
    for _ in range(3):
        panel.page.keyboard.press("ArrowRight")
    panel.page.keyboard.press("ArrowDown")
    assert focused(panel).startswith("PersistentVolume")
    thing(panel, "Pod", "web-3").focus()
    panel.page.keyboard.press("Enter")
    expect(thing(panel, "Pod", "web-3")).to_have_attribute("aria-pressed", "true")
    expect(thing(panel, "Pod", "web-3")).to_be_focused()
    press(panel, "Kill")
    expect(thing(panel, "Pod", "web-3")).to_contain_text("Terminating")
    press(panel, "Step")
    choose(panel, "StatefulSet", "web")
    expect(panel).to_contain_text("until web-3 has terminated")
    press(panel, "Settle")
    expect(picture(panel)).to_contain_text("4/4 ready")


def test_actions_by_mouse(panel: Locator) -> None:
    thing(panel, "Pod", "web-1").click()
    button(panel, "Make unready").click()
    button(panel, "Settle").click()
    expect(thing(panel, "Pod", "web-1")).to_contain_text("not ready")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("not in DNS")
    button(panel, "Make ready").click()
    button(panel, "Settle").click()
    expect(thing(panel, "Pod", "web-1")).to_contain_text("in DNS")
    panel.get_by_label("Text", exact=True).first.fill("it's <b>here</b>")
    button(panel, "Write file").click()
    expect(panel).to_contain_text("kubectl exec web-1 -c nginx -- sh -c")
    button(panel, "Read file").click()
    expect(panel.locator("pre").first).to_have_text("it's <b>here</b>")
    button(panel, "Crash").click()
    button(panel, "Settle").click()
    open_tab(panel, "Pods")
    expect(panel.locator("table").first).to_contain_text("1 (")
    button(panel, "Force kill").click()
    expect(thing(panel, "Pod", "web-1")).to_contain_text("no Pod")
    button(panel, "Settle").click()

    thing(panel, "Node", "node-1").click()
    button(panel, "Drain node").click()
    expect(thing(panel, "Node", "node-1")).to_contain_text("cordoned")
    expect(panel).to_contain_text("kubectl drain node-1")
    button(panel, "Uncordon node").click()
    button(panel, "Fail node").click()
    expect(thing(panel, "Node", "node-1")).to_contain_text("cut off")
    button(panel, "Recover node").click()
    button(panel, "Settle").click()
    expect(picture(panel)).to_contain_text("3/3 ready")

    thing(panel, "StatefulSet", "web").click()
    panel.get_by_label("Partition", exact=True).first.fill("2")
    panel.get_by_label("Partition", exact=True).first.press("Enter")
    button(panel, "Set partition").click()
    expect(panel).to_contain_text('"partition":2')
    button(panel, "Bad image").click()
    button(panel, "Settle").click()
    expect(picture(panel)).to_contain_text("ImagePullBackOff")
    expect(panel).to_contain_text("What would help")
    panel.get_by_label("Strategy", exact=True).first.select_option("OnDelete")
    button(panel, "Set strategy").click()
    expect(panel).to_contain_text('"type":"OnDelete"')
    panel.get_by_label("Claims when scaled", exact=True).first.select_option("Delete")
    button(panel, "Set retention").click()
    expect(panel).to_contain_text('"whenScaled":"Delete"')
    panel.get_by_label("Cascade", exact=True).first.select_option("orphan")
    button(panel, "Delete set").click()
    expect(panel).to_contain_text("kubectl delete sts web --cascade=orphan")
    button(panel, "Settle").click()
    expect(thing(panel, "StatefulSet", "web")).to_have_count(0)
    expect(thing(panel, "Pod", "web-0")).to_contain_text("Running")


def settled(slider: Locator) -> None:
    """Wait until the words tell the moment at which the slider stands."""
    at = re.compile(rf"moment {slider.input_value()} of")
    expect(slider).to_have_attribute("aria-valuetext", at)


def test_back_and_forth_and_fork(panel: Locator) -> None:
    thing(panel, "Pod", "web-1").click()
    press(panel, "Kill")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("Terminating")
    press(panel, "Settle")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("in DNS")
    slider = panel.get_by_role("slider", name="Moment in history").first
    slider.focus()
    for _ in range(60):
        slider.press("ArrowLeft")
        settled(slider)
        if "Terminating" in (thing(panel, "Pod", "web-1").text_content() or ""):
            break
    expect(thing(panel, "Pod", "web-1")).to_contain_text("Terminating")
    expect(panel).to_contain_text("This is the past")
    expect(button(panel, "Kill")).to_be_disabled()
    here = slider.input_value()
    for _ in range(20):  # as fast as it goes, there and back
        slider.press("ArrowLeft")
    settled(slider)
    for _ in range(20):
        slider.press("ArrowRight")
    settled(slider)
    assert slider.input_value() == here
    press(panel, "Fork here")
    fork = panel.locator(".statefulkit-lab").first
    expect(fork).to_contain_text("Fork from")
    press(fork, "Settle")
    expect(picture(fork)).to_contain_text("3/3 ready")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("Terminating")  # the first one stays
    press(fork, "Close this fork")
    expect(panel.locator(".statefulkit-lab")).to_have_count(0)
    press(panel, "Live")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("Running")

    chart = panel.locator("[data-anywhere] svg").first
    chart.click(position={"x": 150, "y": 60})
    expect(panel).to_contain_text("This is the past")
    press(panel, "Live")
    expect(panel).not_to_contain_text("This is the past")


def test_play_lets_time_pass_until_pause(panel: Locator) -> None:
    press(panel, "+")
    panel.get_by_label("Speed", exact=True).first.select_option("×10")
    press(panel, "Play")
    expect(picture(panel)).to_contain_text("4/4 ready", timeout=30_000)
    press(panel, "Pause")
    expect(button(panel, "Play")).to_be_visible()


def test_dns_requests_and_yaml(panel: Locator) -> None:
    open_tab(panel, "DNS tracer")
    panel.get_by_label("Asking Pod", exact=True).select_option("web-0")
    panel.get_by_label("Name", exact=True).fill("web-2.nginx")
    panel.get_by_label("Name", exact=True).press("Tab")
    press(panel, "Ask DNS")
    expect(panel.get_by_role("region", name="Queries")).to_contain_text(
        "web-2.nginx.default.svc.cluster.local."
    )
    expect(panel.get_by_role("img", name=re.compile("claim www-web-2"))).to_be_visible()
    open_tab(panel, "Requests")
    press(panel, "Send")
    expect(panel.get_by_role("img", name=re.compile("20 requests"))).to_be_visible()
    open_tab(panel, "Edit YAML")
    field = panel.get_by_label("YAML to apply", exact=True)
    text = field.input_value()
    field.fill(text.replace("serviceName: nginx", "serviceName: other"))
    field.press("Tab")
    press(panel, "Apply")
    expect(panel.get_by_role("alert")).to_contain_text("updates to statefulset spec for fields")


def test_the_prediction_is_checked_on_a_fork(lesson: Page) -> None:
    check = lesson.locator("button", has_text=re.compile("^Check$"))
    check.evaluate("e => e.scrollIntoView()")  # cells out of sight are hidden from Playwright
    lesson.get_by_label("Is there a Pod called web-1 again?").select_option("yes")
    check.click()
    right = lesson.get_by_text("Right: Is there a Pod called web-1 again? Yes.").last
    expect(right).to_be_visible()
    expect(lesson.get_by_text("Does web-0 get a new address too? No.")).to_be_visible()


def test_no_serious_accessibility_fault(panel: Locator) -> None:
    axe, found = Axe(), []
    tabs = panel.get_by_role("tablist", name="More panels").get_by_role("tab").all_inner_texts()
    for kind, name, tab in [
        ("StatefulSet", "web", tabs[0]),
        ("Pod", "web-1", tabs[1]),
        ("Node", "node-1", tabs[2]),
        *(("Service", "nginx", tab) for tab in tabs[3:]),
    ]:
        choose(panel, kind, name)
        open_tab(panel, tab)
        expect(panel.get_by_role("tab", name=tab, exact=True).first).to_have_attribute(
            "aria-selected", "true"
        )
        answer = axe.run(panel.page, context=".statefulkit-lab").response
        found += [
            (tab, v["id"], [n["html"][:160] for n in v["nodes"]][:3])
            for v in answer["violations"]
            if v["impact"] in ("serious", "critical")
        ]
    assert found == []


@pytest.mark.parametrize("width", [1024, 1600])
def test_nothing_overlaps_or_scrolls_sideways(browser: Browser, lab: str, width: int) -> None:
    lesson = open_lesson(browser, lab, LESSON, width)
    panel = lesson.locator(".statefulkit-lab").first
    panel.evaluate("e => e.scrollIntoView()")
    cell = lesson.locator(".jp-Notebook").first.bounding_box()
    assert cell is not None
    for tab in panel.get_by_role("tablist", name="More panels").get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        box = panel.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= cell["x"] + cell["width"]
        assert panel.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        overlaps = panel.evaluate(OVERLAPS)
        assert overlaps == [], (tab.inner_text(), overlaps)
    lesson.close()


OVERLAPS = """panel => {
    const shown = [...panel.querySelectorAll('button, input, select, textarea, .widget-label')]
        .filter(e => e.offsetParent !== null && e.getBoundingClientRect().width > 0);
    const found = [];
    for (const [i, a] of shown.entries()) for (const b of shown.slice(i + 1)) {
        if (a.contains(b) || b.contains(a)) continue;
        const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
        const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
        const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (wide > 2 && high > 2) found.push([a.textContent || a.type, b.textContent || b.type]);
    }
    return found;
}"""
