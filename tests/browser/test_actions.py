"""Every action of the lab, by mouse and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.hands import Keyboard, Mouse, button, field, picture, tab, thing

Panel = Callable[[str], Locator]
HANDS = {"mouse": Mouse, "keyboard": Keyboard}


@pytest.fixture(params=HANDS)
def hand(request: pytest.FixtureRequest, panel: Panel) -> Mouse:
    return HANDS[request.param](panel(request.param))


def test_actions_on_a_pod(hand: Mouse) -> None:
    panel = hand.panel
    hand.pick("Pod", "web-1")
    hand.press("Kill")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("Terminating")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("STALE in DNS")
    expect(panel).to_contain_text("kubectl delete pod web-1")
    hand.press("Settle")
    hand.press("Make unready")
    hand.press("Settle")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("not ready")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("not in DNS")
    hand.press("Make ready")
    hand.press("Settle")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("in DNS")
    hand.fill("Text", "it's <b>here</b>")
    hand.press("Write file")
    expect(panel).to_contain_text("kubectl exec web-1 -c nginx -- sh -c")
    hand.press("Read file")
    expect(panel.locator("pre").first).to_have_text("it's <b>here</b>")
    hand.press("Crash")
    hand.press("Settle")
    hand.open("Pods")
    expect(panel.locator("table").first).to_contain_text("1 (")
    hand.press("Force kill")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("no Pod")
    expect(panel).to_contain_text("kubectl delete pod web-1 --grace-period=0 --force")
    hand.press("Settle")
    expect(picture(panel)).to_contain_text("3/3 ready")


def test_the_set_is_deleted_in_three_ways(hand: Mouse) -> None:
    panel = hand.panel
    for cascade in ("background", "foreground", "orphan"):
        hand.press("Fork here")
        fork = panel.locator(".statefulkit-lab").first
        expect(fork).to_contain_text("Fork from")
        there = type(hand)(fork)
        there.choose("Cascade", cascade)
        there.press("Delete set")
        expect(fork).to_contain_text(f"kubectl delete sts web --cascade={cascade}")
        if cascade == "foreground":  # it stays until its Pods are gone
            expect(thing(fork, "StatefulSet", "web")).to_contain_text("being deleted")
        there.press("Settle")
        expect(thing(fork, "StatefulSet", "web")).to_have_count(0)
        left = 1 if cascade == "orphan" else 0
        expect(thing(fork, "Pod", "web-0")).to_have_count(left)
        there.press("Close this fork")
        expect(panel.locator(".statefulkit-lab")).to_have_count(0)
    expect(thing(panel, "StatefulSet", "web")).to_be_visible()


def test_actions_on_a_node(hand: Mouse) -> None:
    panel = hand.panel
    hand.pick("Node", "node-1")
    hand.press("Drain node")
    expect(thing(panel, "Node", "node-1")).to_contain_text("cordoned")
    expect(panel).to_contain_text("kubectl drain node-1")
    hand.press("Uncordon node")
    expect(thing(panel, "Node", "node-1")).to_contain_text("Ready")
    hand.press("Fail node")
    expect(thing(panel, "Node", "node-1")).to_contain_text("cut off")
    hand.press("Recover node")
    expect(thing(panel, "Node", "node-1")).not_to_contain_text("cut off")
    hand.press("Settle")
    expect(picture(panel)).to_contain_text("3/3 ready")


def test_actions_on_the_set(hand: Mouse) -> None:
    panel = hand.panel
    hand.pick("StatefulSet", "web")
    hand.press("+")
    expect(picture(panel)).to_contain_text("3/4 ready")
    expect(panel).to_contain_text("kubectl scale sts web --replicas=4")
    expect(thing(panel, "Pod", "web-3")).to_have_attribute("aria-label", re.compile("no Pod"))
    hand.press("−")
    expect(panel).to_contain_text("kubectl scale sts web --replicas=3")
    hand.fill("Replicas", "2")
    hand.press("Set replicas")
    hand.press("Settle")
    expect(picture(panel)).to_contain_text("2/2 ready")
    expect(thing(panel, "Pod", "web-2")).to_contain_text("no Pod")  # its claim waits for it
    hand.fill("Replicas", "3")
    hand.press("Set replicas")
    hand.press("Settle")
    expect(picture(panel)).to_contain_text("3/3 ready")
    hand.fill("Image", "nginx:1.28")
    hand.press("Set image")
    expect(panel).to_contain_text("kubectl set image sts/web nginx=nginx:1.28")
    hand.press("Settle")
    hand.fill("Partition", "2")
    hand.press("Set partition")
    expect(panel).to_contain_text('"partition":2')
    hand.press("Bad image")
    hand.press("Settle")
    expect(thing(panel, "Pod", "web-2")).to_contain_text("ImagePullBackOff")
    expect(thing(panel, "Pod", "web-1")).to_contain_text("old")
    expect(panel).to_contain_text("What would help")
    hand.choose("Strategy", "OnDelete")
    hand.press("Set strategy")
    expect(panel).to_contain_text('"type":"OnDelete"')
    hand.choose("when scaled", "Delete")
    hand.press("Set retention")
    expect(panel).to_contain_text('"whenScaled":"Delete"')


def test_edited_yaml_is_refused_in_place_or_applied(hand: Mouse) -> None:
    panel = hand.panel
    hand.pick("StatefulSet", "web")
    hand.open("Edit YAML")
    text = field(panel, "YAML to apply").input_value()
    hand.fill("YAML to apply", text.replace("serviceName: nginx", "serviceName: other"))
    hand.press("Apply")
    expect(panel.get_by_role("alert")).to_contain_text("updates to statefulset spec for fields")
    hand.press("Load again")
    expect(panel.get_by_role("alert")).to_have_count(0)
    hand.fill("YAML to apply", text.replace("replicas: 3", "replicas: 1"))
    hand.press("Apply")
    expect(panel).to_contain_text("Applied: statefulset/web.")
    expect(thing(panel, "StatefulSet", "web")).to_contain_text("/1 ready")


def test_each_command_can_be_copied(panel: Panel) -> None:
    found = panel("mouse")
    button(found, "Copy the command").click()
    expect(button(found, "Copy the command")).to_have_text("Copied")


def test_tab_reaches_all_that_can_be_used(panel: Panel) -> None:
    found = panel("looks")
    button(found, "Step").focus()
    names = []
    for _ in range(60):
        names.append(str(found.page.evaluate(FOCUSED)))
        if names[-1] == "tab Timeline":
            break
        found.page.keyboard.press("Tab")
    wanted = {"Step", "Play", "Settle", "Fork here", "−", "+", "Set replicas", "Delete set"}
    assert wanted <= set(names)
    assert "Moment in history" in names
    assert "thing StatefulSet web" in " ".join(names)
    assert names[-1] == "tab Timeline"
    assert tab(found, "Timeline").is_visible()


FOCUSED = """() => {
    const e = document.activeElement, role = e.getAttribute('role');
    const name = e.getAttribute('aria-label') ?? e.innerText ?? '';
    return (e.dataset.key && role === 'button' ? 'thing ' : role === 'tab' ? 'tab ' : '') + name;
}"""
