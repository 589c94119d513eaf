"""Each rule has a test, or a reason why it has none; the page says which."""

from __future__ import annotations

from tests.conformance.rules import PAGE, SECTIONS, cited, left_out, page, pinned


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page()


def test_no_rule_is_without_a_test_or_a_reason() -> None:
    known = {f"{letter}{n}" for letter, (_, numbers) in SECTIONS.items() for n in numbers}
    missing = known - set(pinned()) - set(left_out())
    assert missing == set()
    assert set(left_out()) <= known


def test_how_rules_are_cited() -> None:
    assert cited("S27 to S29, K21.5; not s3 nor S") == {"S27", "S28", "S29", "K21"}
