"""What a stale translation is told of the change in its source."""

from __future__ import annotations

import pytest

from workflow import checks
from workflow.model import Entry


def said(before: str, now: str) -> list[str]:
    entry = Entry(msgid=now, msgstr="x", previous_msgid=before, flags=("fuzzy",), line=1)
    return [found.message for found in checks.run([entry], locale="zh_CN", article="a", file="f", only=("changed",))]


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("Exports rose 3.5 % in May.", "Exports fell 3.5 % in May.", ("fell", "rose")),
        ("The bank cut rates by 25 basis points.", "The bank cut rates by 50 basis points.", ("25", "50")),
        ("It will open on Thursday.", "It will open on Friday.", ("Thursday", "Friday")),
        ("The plan is final.", "The plan is not final.", ("negation",)),
        ("The committee voted for the plan.", "Brazil voted for the plan.", ("Brazil",)),
    ],
)
def test_it_says_which_word_or_number(before: str, now: str, words: tuple[str, ...]) -> None:
    messages = said(before, now)
    assert messages
    for word in words:
        assert word in " ".join(messages)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("The plan is final.", "The plan is final"),
        ("We met the mayor.", "We met the mayor of the city again."),
        ("One two three four five.", "A sentence that was written quite anew here."),
    ],
)
def test_it_is_silent_where_nothing_was_exchanged_or_all_is_new(before: str, now: str) -> None:
    assert said(before, now) == []
