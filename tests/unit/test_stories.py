"""The StatefulSet controller tells what it does and why in the same words as before."""

from __future__ import annotations

import pytest

from tests.unit.stories import FOLDER, STORIES, account


@pytest.mark.parametrize("name", STORIES)
def test_the_account_of_a_story_is_the_one_on_file(name: str) -> None:
    assert account(STORIES[name]()) == (FOLDER / f"{name}.txt").read_text()
