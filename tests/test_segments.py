from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow import markup, segments
from workflow.model import Syntax

CASES = Path(__file__).parent / "cases" / "segments"


def cases() -> list[tuple[str, str, list[str]]]:
    """(language, text, its sentences) of every case file."""
    found = []
    for file in sorted(CASES.glob("*.txt")):
        for case in file.read_text("utf-8").strip("\n").split("\n===\n"):
            text, expected = case.split("\n---\n")
            found.append((file.stem, text, expected.split("\n")))
    return found


@pytest.mark.parametrize(("language", "text", "expected"), cases())
def test_sentences_end_where_a_reader_ends_them(language: str, text: str, expected: list[str]) -> None:
    pieces = segments.split(text, language, syntax="markdown")
    assert [piece.strip() for piece in pieces] == expected
    assert "".join(pieces) == text


def test_every_language_of_the_promise_has_cases() -> None:
    assert {"en", "zh", "es", "de", "fr", "ja", "ru", "ar"} <= {language for language, _, _ in cases()}


NASTY = st.lists(
    st.sampled_from(
        [
            "Dr. ",
            "He ran. ",
            "a",
            "B",
            ". ",
            "! ",
            "?",
            "…",
            "。",
            "”",
            "“",
            '"',
            "「",
            "」",
            "**",
            "*",
            "`",
            "[",
            "](u. V)",
            "<b>",
            "</b>",
            "[^1]",
            "\n",
            "\u00a0",
            "\u2003",
            "\u3000",
            "\x85",
            "\u2028",
            "3.5 ",
            "(",
            ") ",
            "龚正",
            "說",
            "é",
            "مرحبا",
            "؟ ",
            "😀",
            ".",
        ]
    )
).map("".join)


@settings(max_examples=300, deadline=None)
@given(
    NASTY | st.text(),
    st.sampled_from(["en", "zh", "de", "ja", "ar", "xx"]),
    st.sampled_from(["plain", "markdown", "html"]),
)
def test_pieces_join_back_and_cut_no_mark(text: str, language: str, syntax: Syntax) -> None:
    pieces = segments.split(text, language, syntax=syntax)
    assert "".join(pieces) == text
    assert all(pieces)
    ends, at = set(), 0
    for piece in pieces[:-1]:
        at += len(piece)
        ends.add(at)
    for mark in markup.tokens(text, syntax):
        assert not any(mark.start < end < mark.end for end in ends), mark


@given(st.text())
def test_a_block_is_one_piece_where_the_grain_says_so(text: str) -> None:
    assert segments.split(text, "en", grain="block") == ([text] if text else [])


@given(NASTY)
def test_what_is_said_again_joins_back(text: str) -> None:
    pieces = segments.split(text, "en", syntax="markdown")
    said = [(piece.strip(), piece[len(piece.rstrip()) :]) for piece in pieces if piece.strip()]
    assert "".join(segments.join(said, "es").split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("pieces", "locale", "expected"),
    [
        ([("你好。", " "), ("再见。", "")], "zh_CN", "你好。再见。"),
        ([("**你好。**", " "), ("“再见。”", "")], "zh_TW", "**你好。**“再见。”"),
        ([("こんにちは。", " "), ("∅", " "), ("さよなら。", "")], "ja", "こんにちは。さよなら。"),
        ([("안녕.", " "), ("잘 가.", "")], "ko", "안녕. 잘 가."),
        ([("Hello.", " "), ("Bye.", "")], "zh_CN", "Hello. Bye."),
        ([("你好。", " "), ("Bye.", "")], "zh_CN", "你好。Bye."),
        ([("Uno.", "\n"), ("Dos.", "")], "es", "Uno.\nDos."),
        ([("一。", "\n"), ("二。", "")], "zh_CN", "一。\n二。"),
        ([("Uno.", "\n"), ("∅", " "), ("Tres.", "")], "es", "Uno.\nTres."),
        ([("∅", " "), ("∅", "")], "es", ""),
        ([("一。", ""), ("二。", "")], "es", "一。 二。"),
        ([("[点]", " "), ("(//evil)", "")], "zh_CN", "[点] (//evil)"),
        ([("好<", ""), ("script>", "")], "zh_CN", "好< script>"),
        ([("Hej.", "  "), ("Du.", "")], "sv", "Hej.  Du."),
    ],
)
def test_sentences_join_as_the_language_joins_them(pieces: list[tuple[str, str]], locale: str, expected: str) -> None:
    assert segments.join(pieces, locale) == expected


def test_the_article_has_its_twenty_four_sentences() -> None:
    seed = Path(__file__).parents[2] / "shared" / "seed" / "shanghai.txt"
    if not seed.exists():
        pytest.skip("the seed is not here")
    paragraphs = [line for line in seed.read_text("utf-8").split("\n") if len(line) > 120]
    sentences = [segments.split(paragraph, "en", syntax="markdown") for paragraph in paragraphs]
    assert [len(each) for each in sentences] == [2, 3, 2, 4, 2, 3, 3, 2, 3]


@pytest.mark.parametrize(
    "text", ["He ran. " * 15000, "*a. B* " * 15000, "好。" * 40000, '"A." ' * 15000, "[a](b. C" * 15000]
)
def test_a_long_line_is_cut_in_linear_time(text: str) -> None:
    begin = time.process_time()
    assert "".join(segments.split(text, "en", syntax="markdown")) == text
    assert time.process_time() - begin < 6
