"""The glossary: each term once, in English and Chinese, with a sentence and the lesson that shows it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.notebooks.course import NOTEBOOKS
from tests.notebooks.test_lessons import HEADING, LINK, text

PROSE = text(NOTEBOOKS / "glossary.ipynb")
ENTRIES = dict(re.findall(r"^### (.+)\n\n(.+)$", PROSE, re.MULTILINE))
CHINESE = "[\u4e00-\u9fff]"


@pytest.mark.parametrize("term", ENTRIES)
def test_a_term_has_all_its_parts(term: str) -> None:
    parts = re.match(r"\*\*(.+?)\*\* · ([A-Z].+[^.]\.) → \[(\d+)\. .+\]\((\d\d)-", ENTRIES[term])
    assert parts, ENTRIES[term]
    chinese, sentence, number, lesson = parts.groups()
    assert re.search(CHINESE, chinese)
    assert not re.search(CHINESE, sentence)
    assert int(number) == int(lesson)


@pytest.mark.parametrize("term", ENTRIES)
def test_the_lesson_of_a_term_links_to_it(term: str) -> None:
    lesson = LINK.findall(ENTRIES[term])[-1]
    assert f"(glossary.ipynb#{term.replace(' ', '-')})" in text(NOTEBOOKS / lesson)


def test_no_heading_comes_twice() -> None:
    headings = Counter(HEADING.findall(PROSE))
    assert [heading for heading, times in headings.items() if times > 1] == []
    assert set(re.findall(r"^### (.+)$", PROSE, re.MULTILINE)) == set(ENTRIES)


def test_the_list_from_a_to_z_has_them_all() -> None:
    listed = [link.removeprefix("#") for link in LINK.findall(PROSE) if link.startswith("#")]
    assert listed == sorted((term.replace(" ", "-") for term in ENTRIES), key=str.lower)
