"""Look-ups, requests and records read word for word as before (N7 to N40)."""

from __future__ import annotations

from tests.network.account import FILE, lines


def test_the_account_is_the_one_on_file() -> None:
    assert "\n".join(lines()) + "\n" == FILE.read_text()
