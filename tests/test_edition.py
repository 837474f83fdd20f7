"""Editions: an article and a catalog give the article in another language, and nothing is lost or silent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from edition_samples import WALK, WALK_ZH, article, catalog, english, entries, translated
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow import edition, readers, segments
from workflow.model import EMPTY, Catalog, Entry

PROSE = st.text(
    st.one_of(st.sampled_from("aB1 .!?\n\n#*_`[]()<>|-~:\\&;\t\r\"'，。中ع\u00a0\u202f"), st.characters(codec="utf-8")),
    max_size=200,
)


@given(PROSE, st.sampled_from(["source/a.md", "source/a.txt", "source/a.html"]))
@settings(max_examples=150)
def test_the_original_is_published_byte_for_byte(text: str, file: str) -> None:
    one = article(text, file)
    for made in (english(one), edition.edition(one, Catalog(), locale="en", source_locale="en")):
        assert made.text == made.marked == text
        assert made.complete


@given(PROSE, st.sampled_from(["source/a.md", "source/a.txt", "source/a.html"]))
@settings(max_examples=150)
def test_an_article_of_which_nothing_is_translated_stays_as_it_was_written(text: str, file: str) -> None:
    one = article(text, file)
    made = edition.edition(one, Catalog(), locale="es", source_locale="en")
    assert made.text == text
    assert made.complete == (not one.blocks)


def test_a_reviewed_article_reads_as_its_language_joins_sentences() -> None:
    made = translated(article(), WALK_ZH)
    assert made.complete
    assert "我们很早出发。城里*很静*，[河水](https://example.org/plan)涨得很高。" in made.text
    assert made.text.startswith("---\ntitle: 短途散步\nauthor: Wei Lan\n")
    assert made.text.count("\n") == WALK.count("\n"), "the article's own lines and blocks stay"
    assert made.text == made.marked
    assert made.title == "短途散步"
    assert made.metadata["description"] == "在河边走一个小时。"
    assert made.metadata["date"] == "2025-06-26"
    assert made.foreign == frozenset()
    assert made.marked[made.body :].lstrip().startswith("# 短途散步")


def test_spanish_sentences_keep_their_blank_and_what_is_deliberately_empty_takes_its_own_away() -> None:
    one = article("One came. Two left. Three stayed.\n")
    said = {"One came.": "Uno vino y otro se fue.", "Two left.": EMPTY, "Three stayed.": "Tres se quedaron."}
    assert translated(one, said, "es").text == "Uno vino y otro se fue. Tres se quedaron.\n"
    nothing = dict.fromkeys(said, EMPTY)
    assert translated(one, nothing, "es").text.strip() == ""


@pytest.mark.parametrize(
    ("text", "file", "expected"),
    [
        ("- gone\n- b\n", "a.md", "- B\n"),
        ("- b\n  - gone\n- c\n", "a.md", "- B\n- C\n"),
        ("b\n\n1. c\n2. gone\n\nd", "a.md", "B\n\n1. C\n\nD"),
        ("* b\r\n* [ ] gone", "a.md", "* B\r\n"),
        ("1. gone\n2. b\n3. c\n", "a.md", "1. B\n3. C\n"),
        ("5) gone\n\n6) gone\n\n7) b\n", "a.md", "\n\n5) B\n"),
        ("1. b\n2. gone\n\n7. c\n", "a.md", "1. B\n\n2. C\n"),
        ("1. gone\n\n- b\n", "a.md", "\n- B\n"),
        ("- gone\n  - b\n- c\n", "a.md", "- \n  - B\n- C\n"),
        ("- gone\n\n  b\n", "a.md", "- \n\n  B\n"),
        ("<ul>\n<li class='x'>gone</li>\n<li>b</li>\n</ul>", "a.html", "<ul>\n<li>B</li>\n</ul>"),
        ("<li><b>gone</b></li>", "a.html", "<li><b></b></li>"),
    ],
)
def test_an_item_of_which_nothing_is_said_takes_its_mark_along(text: str, file: str, expected: str) -> None:
    said = {"gone": EMPTY, "b": "B", "c": "C", "d": "D"}
    assert translated(article(text, file), said).text == expected


def test_what_is_missing_shows_in_english_with_its_own_language_and_a_mark() -> None:
    one = article("One came. Two left.\n\nThree stayed.\n")
    made = translated(one, {"Two left.": "Dos se fueron."}, "es")
    assert made.text == "One came. Dos se fueron.\n\nThree stayed.\n"
    mark = '<span lang="en" dir="ltr" class="untranslated">'
    assert made.marked == f"{mark}One came.</span> Dos se fueron.\n\n{mark}Three stayed.</span>\n"
    assert [entry.msgid for entry in made.missing] == ["One came.", "Three stayed."]
    assert (made.counts.segments, made.counts.reviewed, made.counts.new) == (3, 1, 2)


def test_a_draft_is_published_only_where_drafts_are_accepted() -> None:
    one = article()
    strict, open_ = (translated(one, WALK_ZH, accept=accept, flags=("fuzzy",)) for accept in ("reviewed", "draft"))
    assert strict.text == WALK
    assert len(strict.missing) == strict.counts.segments == strict.counts.draft
    assert "短途散步" in open_.text
    assert open_.complete
    assert open_.drafted == open_.counts.draft > 0


@pytest.mark.parametrize("accept", ["reviewed", "draft"])
def test_a_stale_sentence_is_never_shown_and_the_page_knows_the_day_it_renders(accept: edition.Accept) -> None:
    one = article("Exports rose. We left.\n")
    old = Entry(msgid="Exports rose.", msgstr="出口下降。", flags=("fuzzy",), previous_msgid="Exports fell.")
    rest = [entry for entry in entries(one, {"We left.": "我们走了。"}) if entry.msgid != old.msgid]
    known = replace(catalog(one, {}), entries=(old, *rest))
    made = edition.edition(one, known, locale="zh_CN", source_locale="en", accept=accept)
    assert "出口" not in made.text
    assert "Exports rose." in made.marked
    assert made.renders == "2026-02-03"
    assert [entry.msgid for entry in made.missing] == ["Exports rose."]


def test_obsolete_entries_and_other_contexts_say_nothing() -> None:
    one = article("We left.\n")
    gone = Entry(msgid="We left.", msgstr="我们走了。", obsolete=True)
    other = Entry(msgid="We left.", msgctxt="elsewhere", msgstr="走了。")
    made = edition.edition(one, Catalog(entries=(gone, other)), locale="zh_CN", source_locale="en")
    assert made.text == "We left.\n"


def test_front_matter_in_english_is_named_as_foreign() -> None:
    said = {key: value for key, value in WALK_ZH.items() if key not in {"A short walk", "An hour by the river."}}
    made = translated(article(), said)
    assert {"title", "description"} <= made.foreign
    assert made.metadata["title"] == "A short walk"
    assert "<span" not in made.marked[: made.body], "front matter is no place for marks"


def test_the_title_of_an_article_without_front_matter_is_its_first_heading_or_line() -> None:
    assert english(article("# *Big* `news`\n\nText.\n")).title == "Big news"
    assert english(article("Big news\n\nText comes here.\n", "source/a.txt")).title == "Big news"
    assert english(article("Text only.\n", "source/some-name.md")).title == "some-name"


def test_markup_that_the_source_lacks_is_text() -> None:
    one = article("See [it](https://example.org/plan).\n")
    said = {"See [it](https://example.org/plan).": "看<script>alert(1)</script>[它](https://evil.example/)"}
    html = readers.markdown.render({}, translated(one, said).marked)
    assert "<script" not in html
    assert "href" not in html


@pytest.mark.parametrize(
    ("given", "source", "expected"),
    [
        ("\u202eevil\u202c", "live", "evil"),
        ("a\u2066b", "ab", "ab"),
        ("a\u2066b\u2069", "ab", "a\u2066b\u2069"),
        ("a\u2069b", "ab", "ab"),
        ("\u202bنص\u202c", "text", "\u202bنص\u202c"),
        ("a\x00b\x1bc", "abc", "abc"),
        ("می\u200cخواهم", "I want", "می\u200cخواهم"),
        ("\u200fنص", "text", "\u200fنص"),
        ("a\ufdd0b", "ab", "ab"),
        ("\u202ereal\u202c", "\u202ereal\u202c", "\u202ereal\u202c"),
    ],
)
def test_nothing_runs_backwards_or_hides_unless_the_source_does(given: str, source: str, expected: str) -> None:
    assert edition.tame(given, source) == expected
    assert edition.tame(expected, source) == expected


@given(st.text(st.sampled_from("ab \u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"), max_size=20))
def test_taming_twice_is_taming_once(text: str) -> None:
    once = edition.tame(text, "")
    assert edition.tame(once, "") == once
    assert once.count("\u202a") + once.count("\u202b") == once.count("\u202c")


@pytest.mark.parametrize(
    "text", ["Odd; &hi?;\n", "He left.She came. So!\n", "\u00a0<!-- c -->A word.<!-- c\nd --> And\nmore.\n"]
)
@pytest.mark.parametrize("locale", ["zh_CN", "es"])
def test_an_edition_that_says_the_same_is_the_source_byte_for_byte(text: str, locale: str) -> None:
    given = readers.read("source/a.md", text)
    pieces = [
        piece.strip() for block in given.blocks for piece in segments.split(block.prose, "en", syntax=block.syntax)
    ]
    same = Catalog(entries=tuple(Entry(msgid=piece, msgstr=piece) for piece in pieces))
    assert edition.edition(given, same, locale=locale, source_locale="en").text == text
