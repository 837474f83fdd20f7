"""Counting what is done, and its pictures."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow import status
from workflow.errors import UsageError
from workflow.model import Counts, Entry

ENTRIES = [
    Entry(msgid="One two three.", msgstr="Eins zwei drei."),
    Entry(msgid="Four five.", msgstr="Vier fünf.", flags=("fuzzy",)),
    Entry(msgid="Six.", msgstr="Sechs.", flags=("fuzzy",), previous_msgid="Sex."),
    Entry(msgid="Seven eight nine ten."),
    Entry(msgid="Gone for good.", msgstr="Weg.", obsolete=True),
]
TWO = {
    "zh_CN": {"a": status.count(ENTRIES), "b": Counts(segments=2, reviewed=2, words=9, reviewed_words=9)},
    "de": {"a": Counts()},
}


def test_states_and_words_are_counted_and_obsolete_entries_are_not() -> None:
    counts = status.count(ENTRIES)
    assert counts == Counts(segments=4, reviewed=1, draft=1, stale=1, new=1, words=10, reviewed_words=3)
    assert counts.percent == 25.0


def test_a_catalog_without_entries_is_complete() -> None:
    assert status.count([]).percent == 100.0


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_100_percent_means_all(reviewed: int, others: int) -> None:
    percent = Counts(segments=reviewed + others, reviewed=reviewed, new=others).percent
    assert 0 <= percent <= 100
    assert (percent == 100) == (others == 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The well-known sights of Shanghai", 5),
        ("It's 1,234.5 metres", 3),
        ("See [the map](https://example.org/a/b)", 3),
        ("<b>Bold</b> words", 2),
        ("上海很大", 4),
        ("", 0),
    ],
)
def test_words_are_what_a_reader_counts(text: str, words: int) -> None:
    assert status.words(text) == words


def test_below_names_each_locale_that_is_not_there_yet() -> None:
    assert status.below(TWO, 60) == ["zh_CN: 50 % reviewed, 60 % wanted"]
    assert status.below(TWO, 0, least_of={"zh_CN": 51}) == ["zh_CN: 50 % reviewed, 51 % wanted"]
    assert status.below(TWO, 50) == []


def test_the_table_lists_locales_articles_and_their_sum() -> None:
    assert status.render(TWO, "table").splitlines() == [
        "locale  article  reviewed  segments  draft  stale  new  words",
        "de      a         100.0 %       0/0      0      0    0    0/0",
        "zh_CN   a          25.0 %       1/4      1      1    1   3/10",
        "zh_CN   b         100.0 %       2/2      0      0    0    9/9",
        "zh_CN   all        50.0 %       3/6      1      1    1  12/19",
    ]


def test_the_table_of_nothing_says_what_to_do() -> None:
    assert "workflow sync" in status.render({}, "table")


def test_json_is_what_the_contract_says() -> None:
    data = json.loads(status.render(TWO, "json"))
    assert data["completeness"]["zh_CN"]["a"] == {
        "segments": 4, "reviewed": 1, "draft": 1, "stale": 1, "new": 1,
        "words": 10, "reviewed_words": 3, "percent": 25.0,
    }  # fmt: skip


def test_markdown_is_a_table() -> None:
    lines = status.render(TWO, "markdown").splitlines()
    assert {line.count("|") for line in lines} == {10}
    assert "| zh_CN | **all** | 50.0 % | █████░░░░░ | 3/6 | 1 | 1 | 1 | 12/19 |" in lines


@pytest.mark.parametrize("form", ["svg", "badge"])
def test_pictures_are_well_formed_and_named(form: str) -> None:
    root = ET.fromstring(status.render(TWO, form))
    assert root.tag.endswith("svg")
    assert root.find("{http://www.w3.org/2000/svg}title") is not None


def test_the_bars_of_a_locale_are_as_wide_together_as_all_its_segments() -> None:
    root = ET.fromstring(status.render({"de": {"a": status.count(ENTRIES)}}, "svg"))
    bars = [rect for rect in root.iter("{http://www.w3.org/2000/svg}rect") if rect.get("height") == "18"]
    assert len(bars) == 4
    assert sum(float(rect.get("width", "0")) for rect in bars) == pytest.approx(460)


def test_the_badge_shows_the_share_of_all() -> None:
    assert "translated: 50 %" in status.render(TWO, "badge")


def test_the_page_escapes_names() -> None:
    page = status.render({"de": {"<b>": Counts(segments=1, new=1)}}, "html")
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_an_unknown_format_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown format 'pdf'; there are table, json"):
        status.render({}, "pdf")
