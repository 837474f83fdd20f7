from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.errors import FormatError
from workflow.glossary import Term, dumps, found, loads


def seen(terms: list[str], text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in found([Term(term, "x") for term in terms], text)]


def test_rows_with_and_without_header_note_and_byte_order_mark() -> None:
    assert loads(
        "\ufeffsource,target,note\r\nFudan University,复旦大学,school\r\n\r\n# a remark\r\nTmall,天猫\r\n"
    ) == (
        Term("Fudan University", "复旦大学", "school", 2),
        Term("Tmall", "天猫", "", 5),
    )
    assert loads("source,target\n") == ()
    assert loads("") == ()
    assert loads('"a, b",c\n')[0].source == "a, b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\nc\n", "g.csv:2: the target is empty"),
        ("a,b\n,c\n", "g.csv:2: the source is empty"),
        ("a,b,c,d\n", "g.csv:1: 4 cells"),
        ("a,b\nc,d\na,b\n", "g.csv:3: 'a' is the same as on line 1"),
        ('a,b\n"c,d\n', "g.csv:2: unexpected end of data"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(FormatError, match=f"^{said}"):
        loads(text, "g.csv")


cell = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12).filter(
    lambda text: not text.startswith(("#", "\ufeff"))
)


@given(st.lists(st.tuples(cell, cell, cell), unique_by=lambda row: row[:2], max_size=6))
def test_what_is_written_is_read_again(rows: list[tuple[str, str, str]]) -> None:
    terms = tuple(Term(*row, line=number + 2) for number, row in enumerate(rows))
    assert loads(dumps(terms)) == terms


@pytest.mark.parametrize(
    ("term", "text", "hits"),
    [
        ("edition", "Editions of an EDITION, no expedition", ["Editions", "EDITION"]),
        ("Tmall", "Tmall, TMALL, tmall, Tmalls", ["Tmall", "TMALL"]),
        ("gross domestic product", "The gross  domestic\nproduct", ["gross  domestic\nproduct"]),
        ("city", "Cities and a city", ["Cities", "city"]),
        ("bus", "Two buses, a bus, busy", ["buses", "bus"]),
        ("C++", "In C++ and C", ["C++"]),
        (".NET", "Use .NET here", [".NET"]),
        ("上海", "我在上海住", ["上海"]),
        ("café", "Cafés and a café", ["café"]),
    ],
)
def test_where_a_term_is_found(term: str, text: str, hits: list[str]) -> None:
    assert seen([term], text) == hits


def test_the_longest_wins_and_none_is_inside_another() -> None:
    assert seen(["Shanghai", "Shanghai Tower", "tower"], "Shanghai Tower in Shanghai is a tower") == [
        "Shanghai Tower",
        "Shanghai",
        "tower",
    ]


def test_two_rows_of_one_source_are_two_ways_to_say_it() -> None:
    (hit,) = found([Term("state", "国家"), Term("state", "状态")], "The state")
    assert hit.targets == ("国家", "状态")


@given(
    st.lists(st.text("ab .", min_size=1, max_size=4).filter(str.strip), max_size=4), st.text("abAB .\n", max_size=30)
)
def test_hits_are_inside_in_order_and_apart(terms: list[str], text: str) -> None:
    hits = found([Term(term.strip(), "x") for term in terms], text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(left.end <= right.start for left, right in itertools.pairwise(hits))
    assert all(hit.term.source.split()[0].lower() in text[hit.start : hit.end].lower() for hit in hits)
