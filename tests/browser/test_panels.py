"""The panels below the picture, panels alone in a cell, and questions."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import Keyboard, Mouse, button, picture, thing

Panel = Callable[[str], Locator]


def test_the_dns_tracer_shows_queries_and_the_way_to_the_pod(panel: Panel) -> None:
    found = panel("looks")
    hand = Keyboard(found)
    hand.open("DNS tracer")
    hand.choose("Asking Pod", "web-0")
    hand.fill("Name", "web-2.nginx")
    hand.press("Ask DNS")
    queries = found.get_by_role("region", name="Queries")
    expect(queries).to_contain_text("web-2.nginx.default.svc.cluster.local.")
    expect(found.get_by_role("img", name=re.compile("claim www-web-2"))).to_be_visible()


def test_requests_are_drawn_as_bars(panel: Panel) -> None:
    found = panel("looks")
    Mouse(found).open("Requests")
    button(found, "Send").click()
    expect(found.get_by_role("img", name=re.compile("20 requests"))).to_be_visible()


def test_panels_alone_take_a_cluster_a_view_and_a_moment(cell: Callable[[str], Locator]) -> None:
    found = cell("panels")
    expect(picture(found)).to_contain_text("0/3 ready")  # at 2 s
    thing(found, "Pod", "web-0").click()
    expect(thing(found, "Pod", "web-0")).to_have_attribute("aria-pressed", "true")
    expect(found.locator("[data-anywhere] svg").first).to_contain_text("web-2")
    expect(found.get_by_role("region", name="Events")).to_contain_text("SuccessfulCreate")
    expect(found.get_by_role("region", name="Pods")).to_contain_text("web-2")


def test_enter_checks_an_answer(cell: Callable[[str], Locator]) -> None:
    found = cell("panels")
    answer = found.get_by_label("How many Pods?")
    answer.fill("1 Pod")
    answer.press("Enter")
    expect(found.get_by_role("status")).to_contain_text("Right: How many Pods? 1.")


def test_the_prediction_of_the_first_lesson_is_checked_on_a_fork(lesson: Page) -> None:
    check = lesson.locator("button", has_text=re.compile("^Check$"))
    check.evaluate("e => e.scrollIntoView()")  # cells out of sight are hidden from Playwright
    lesson.get_by_label("Is there a Pod called web-1 again?").select_option("yes")
    lesson.get_by_label("Does web-0 get a new address too?").select_option("yes")
    check.click()
    said = lesson.get_by_role("status").filter(has_text="web-1 again").first
    expect(said).to_contain_text("Right: Is there a Pod called web-1 again? Yes.")
    expect(said).to_contain_text("Look again: Does web-0 get a new address too? No. You said: yes.")
    expect(said).to_contain_text("Not answered: Does web-1 have another IP address?")


def test_after_a_restart_a_lab_says_what_to_do(lesson: Page) -> None:
    lesson.get_by_role("menuitem", name="Kernel", exact=True).click()
    lesson.get_by_text("Restart Kernel…", exact=True).click()
    lesson.locator(".jp-Dialog").get_by_role("button", name="Restart", exact=False).last.click()
    found = lesson.locator(".statefulkit-lab.jupyter-widgets-disconnected").first
    found.wait_for()
    assert "Run the cell again." in found.evaluate(BEFORE)
    assert {e.evaluate(BEFORE) for e in found.locator(LOST).all()} == {"none"}


BEFORE = "e => getComputedStyle(e, '::before').content"
LOST = ".jupyter-widgets-disconnected"


def test_restart_and_run_all_gives_a_working_lab_again(lesson: Page) -> None:
    lesson.get_by_role("menuitem", name="Kernel", exact=True).click()
    lesson.get_by_text("Restart Kernel and Run All Cells…", exact=True).click()
    before = lesson.locator(".statefulkit-lab").first.element_handle()
    assert before is not None
    lesson.locator(".jp-Dialog").get_by_role("button", name="Restart", exact=False).last.click()
    before.wait_for_element_state("hidden")
    found = lesson.locator(".statefulkit-lab").first
    found.evaluate("e => e.scrollIntoView()")
    expect(picture(found)).to_contain_text("3/3 ready", timeout=60_000)
    Mouse(found).press("+")
    expect(picture(found)).to_contain_text("3/4 ready")
