"""Time in the lab: there and back, forks, play, the timeline."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.conftest import BOOK
from tests.browser.hands import Keyboard, Mouse, button, field, picture, shown, slider, thing

Panel = Callable[[str], Locator]


def test_back_and_forth(panel: Panel) -> None:
    found = panel("time")
    hand, web_1 = Keyboard(found), thing(found, "Pod", "web-1")
    hand.pick("Pod", "web-1")
    hand.press("Kill")
    expect(web_1).to_contain_text("Terminating")
    hand.press("Step")
    hand.press("Settle")
    expect(web_1).not_to_contain_text("Terminating")
    expect(web_1).to_contain_text("in DNS")
    moment = slider(found)
    moment.focus()
    for _ in range(60):
        moment.press("ArrowLeft")
        shown(moment)
        if "Terminating" in (web_1.text_content() or ""):
            break
    expect(web_1).to_contain_text("Terminating")
    expect(found).to_contain_text("This is the past")
    expect(button(found, "Kill")).to_be_disabled()
    here = moment.input_value()
    for _ in range(20):  # as fast as it goes, there and back
        moment.press("ArrowLeft")
    shown(moment)
    for _ in range(20):
        moment.press("ArrowRight")
    shown(moment)
    assert moment.input_value() == here
    expect(web_1).to_contain_text("Terminating")
    hand.press("Live")
    expect(web_1).to_contain_text("Running")


def test_the_slider_is_dragged(panel: Panel) -> None:
    found = panel("time")
    moment, mouse = slider(found), found.page.mouse
    box = moment.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] - 8, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.3, middle, steps=12)
    mouse.up()
    shown(moment)
    assert int(moment.input_value()) < int(moment.get_attribute("max") or 0) / 2
    expect(picture(found)).not_to_contain_text("3/3 ready")
    button(found, "Live").click()
    expect(thing(found, "Pod", "web-1")).to_contain_text("Running")


def test_a_fork_is_beside_its_lab_or_below_it_and_has_its_own_future(panel: Panel) -> None:
    found = panel("time")
    hand = Mouse(found)
    moment = slider(found)
    for _ in range(2):
        moment.press("Home")  # long before the lab began
    for _ in range(12):
        moment.press("ArrowRight")
    shown(moment)
    found.page.set_viewport_size(
        {"width": 1024, "height": 800}
    )  # a laptop's: below is out of sight
    hand.press("Fork here")
    fork = found.locator(".statefulkit-lab").first
    expect(fork).to_contain_text("Fork from 0.")
    expect(button(fork, "Step")).to_be_in_viewport()
    there = Mouse(fork)
    there.press("Settle")
    expect(picture(fork)).to_contain_text("3/3 ready")
    expect(picture(found)).to_contain_text("0/3 ready")  # the first one stays
    first, second = found.locator(".statefulkit-bench").first.bounding_box(), fork.bounding_box()
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]
    found.page.set_viewport_size({"width": 1600, "height": 1400})
    first, second = found.locator(".statefulkit-bench").first.bounding_box(), fork.bounding_box()
    assert first is not None
    assert second is not None
    assert second["x"] >= first["x"] + first["width"]
    assert abs(second["y"] - first["y"]) < 8
    found.page.set_viewport_size({"width": 1024, "height": 1400})
    there.press("Close this fork")
    expect(found.locator(".statefulkit-lab")).to_have_count(0)
    hand.press("Live")


def test_play_lets_time_pass_until_pause(panel: Panel) -> None:
    found = panel("time")
    hand = Keyboard(found)
    hand.pick("StatefulSet", "web")
    hand.press("+")
    field(found, "Speed").select_option("×10")
    hand.press("Play")
    expect(picture(found)).to_contain_text("4/4 ready", timeout=30_000)
    hand.press("Pause")
    expect(button(found, "Play")).to_be_visible()


def test_time_stands_where_the_cell_of_its_lab_is_run_again(
    panel: Panel, cell: Callable[[str], Locator]
) -> None:
    found, said = panel("again"), cell("again").locator(".widget-label").first
    button(found, "Play").click()
    expect(said).to_have_text("Pause")  # what the button of the first lab says
    number = list(BOOK).index("again")
    found.page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
    found.page.keyboard.press("Control+Enter")
    expect(said).to_have_text("Play")


def test_a_click_on_the_timeline_goes_to_that_moment(panel: Panel) -> None:
    found = panel("time")
    Mouse(found).open("Timeline")
    chart = found.locator("[data-anywhere] svg").first
    chart.click(position={"x": 150, "y": 60})
    expect(found).to_contain_text("This is the past")
    button(found, "Live").click()
    expect(found).not_to_contain_text("This is the past")
    bar = chart.get_by_role("button", name="web-1 pending").first
    bar.focus()
    bar.press("Enter")
    expect(found).to_contain_text("This is the past")
    expect(thing(found, "Pod", "web-1")).to_contain_text("Pending")
    button(found, "Live").click()
