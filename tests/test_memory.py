from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from workflow import memory
from workflow.memory import FEW, Match, Memory, Unit, index, with_numbers
from workflow.model import EMPTY, Entry


def entry(source: str, target: str = "译", **more: object) -> Entry:
    return Entry(msgid=source, msgstr=target, **more)  # type: ignore[arg-type]


def test_only_reviewed_entries_are_remembered() -> None:
    entries = [
        entry("a b c"),
        entry("draft", flags=("fuzzy",)),
        entry("stale", flags=("fuzzy",), previous_msgid="old"),
        entry("new", ""),
        entry("gone", obsolete=True),
        entry("said elsewhere", EMPTY),
        entry("one", msgid_plural="many", msgstr_plural=("甲",)),
    ]
    assert [unit.source for unit in index({"x": entries}).units] == ["a b c"]


def test_the_nearest_of_equals() -> None:
    here = index(
        {
            "one": [entry("before"), entry("Hello", "同一处"), entry("after")],
            "two": [entry("other"), entry("Hello", "别处")],
            "three": [entry("Hello", "另一义", msgctxt="title")],
        }
    )

    def said(**near: str) -> tuple[str, bool]:
        match = here.exact("Hello", **near)
        assert match is not None
        return match.target, match.neighbourhood

    assert said(article="three", before="before", after="after") == ("同一处", True)
    assert said(article="two") == ("别处", False)
    assert said(article="four") == ("同一处", False)
    assert said(context="title") == ("另一义", False)
    assert said(article="two", before="other") == ("别处", True)
    assert here.exact("hello") is None
    assert Memory().exact("Hello") is None


def test_a_near_one_comes_with_its_percent_and_never_a_hundred() -> None:
    here = index({"a": [entry("The market is open every day from nine to five.", "市场每天九点到五点开放。")]})
    match = here.closest("The market is open every day from nine to six.")
    assert match is not None
    assert 90 < match.percent < 100
    assert here.closest("The cat sleeps.") is None
    assert here.closest("The market is open every day.", at_least=95) is None


def test_numbers_that_alone_differ_are_replaced() -> None:
    here = index({"a": [entry("It grew by 25 percent in 2024.", "2024年增长了25%。")]})
    match = here.closest("It grew by 50 percent in 2025.")
    assert match == Match(here.units[0], match.percent if match else 0, "2025年增长了50%。")


def test_numbers_are_replaced_only_where_it_is_certain() -> None:
    assert with_numbers(Unit("Day 1 of 3", "第1天，共3天"), "Day 3 of 1") == "第3天，共1天"
    assert with_numbers(Unit("5 and 5", "5和5"), "5 and 6") is None
    assert with_numbers(Unit("1.2 million", "120万"), "1.3 million") is None
    assert with_numbers(Unit("3 cats", "3只猫，3只"), "4 cats") is None
    assert with_numbers(Unit("3 cats", "三只猫"), "3 dogs") is None


@given(
    st.lists(st.text("ab 1中", min_size=1, max_size=12), min_size=1, max_size=8),
    st.text("ab 1中", min_size=1, max_size=12),
)
@settings(max_examples=100)
def test_few_are_all_compared(sources: list[str], asked: str) -> None:
    match = index({"a": [entry(source) for source in sources]}).closest(asked, at_least=60)
    best = max(fuzz.ratio(asked, source) for source in sources)
    assert (match is not None) == (best >= 60)
    if match is not None:
        assert fuzz.ratio(asked, match.unit.source) == best


def test_of_many_the_closest_is_found_as_if_all_were_compared() -> None:
    chance = random.Random(7)
    words = [f"w{number}" for number in range(3000)] + ["the", "of", "and"] * 400
    sources = [" ".join(chance.choices(words, k=chance.randint(8, 20))) for _ in range(6 * FEW)]
    here = index({"a": [entry(source) for source in sources]})
    for source in sources[:60]:
        parts = source.split()
        parts[chance.randrange(len(parts))] = "changed"
        asked = " ".join(parts)
        best = max(fuzz.ratio(asked, other) for other in sources)
        match = here.closest(asked, at_least=80)
        assert (match is not None) == (best >= 80)
        if match is not None:
            assert fuzz.ratio(asked, match.unit.source) == best


def test_chinese_sources_are_found_among_many_too() -> None:
    chance = random.Random(3)
    letters = [chr(number) for number in range(0x4E00, 0x5200)]
    sources = ["".join(chance.choices(letters, k=20)) for _ in range(3 * FEW)]
    here = index({"a": [entry(source) for source in sources]})
    match = here.closest(sources[5][:-1] + "了")
    assert match is not None
    assert match.unit.source == sources[5]


def test_nothing_of_nothing() -> None:
    assert index({}).closest("a") is None
    assert memory.index({"a": [entry(f"sentence {number} here") for number in range(2 * FEW)]}).closest("") is None
