"""Marks as a printer sets them; no word changes, and code stays as it was typed."""

from __future__ import annotations

import pytest
from edition_samples import article, english
from hypothesis import given
from hypothesis import strategies as st

from workflow import publish
from workflow.publish.typography import typeset

SETTINGS = publish.Settings(title="The Test")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('"Dual Engine" strategy', "“Dual Engine” strategy"),
        ("Tower's and the towers' shadows", "Tower’s and the towers’ shadows"),
        ("He said: \"I read 'Dubliners'.\"", "He said: “I read ‘Dubliners’.”"),
        ("the '90s, and 'tis so", "the ’90s, and ’tis so"),
        ("a powerhouse - home to all - and more", "a powerhouse\u00a0– home to all\u00a0– and more"),
        ("pages 3--5, so ... and so", "pages 3–5, so … and so"),
        ("well-known, 2022-2023, --partial, a/b", "well-known, 2022-2023, --partial, a/b"),
        ('("in brackets")', "(“in brackets”)"),
    ],
)
def test_what_an_english_author_types_is_set(typed: str, shown: str) -> None:
    assert typeset(typed, "en") == shown


@pytest.mark.parametrize(
    ("locale", "typed", "shown"),
    [
        ("ru", "слово — дело", "слово\u00a0— дело"),
        ("ru", "встречаются с новым, а в 5 и о нем", "встречаются с\u00a0новым, а\u00a0в\u00a05 и\u00a0о\u00a0нем"),
        ("de", "zu Hause –, erlebt", "zu Hause\u00a0–, erlebt"),
        ("fr", "Quoi ? Oui : « non »", "Quoi\u202f? Oui\u00a0: «\u202fnon\u202f»"),
        ("es", "potencia —la ciudad— y más", "potencia —\u2060la ciudad\u2060— y más"),
        ("zh_CN", '他说："好"——真的。', '他说："好"——真的。'),
        ("de", '"so" it\'s - no', '"so" it\'s\u00a0- no'),
    ],
)
def test_a_translation_keeps_its_marks_and_its_dashes_hold(locale: str, typed: str, shown: str) -> None:
    assert typeset(typed, locale, joined=True) == shown


@given(st.text("ab 1\"'-–—.:?«»(\n", max_size=40), st.sampled_from(["en", "fr", "es", "ru", "zh_CN", "ar"]))
def test_only_marks_and_blanks_change_and_setting_twice_is_setting_once(text: str, locale: str) -> None:
    once = typeset(text, locale)
    assert [char for char in once if char.isalnum()] == [char for char in text if char.isalnum()]
    assert typeset(once, locale) == once


def test_quotes_pair_across_markup_and_code_stays_as_typed() -> None:
    one = english(
        article('# A\n\n"*So*," he said, "run `echo "x" - y`"; *"then"* it\'s done.\n\n"New."\n', "source/a.md")
    )
    page = publish.render([one], ["html"], SETTINGS)["en/a.html"].decode()
    assert '“<em>So</em>,” he said, “run <code>echo "x" - y</code>”; <em>“then”</em> it’s done.' in page
    assert "<p>“New.”</p>" in page


def test_a_heading_that_says_the_title_is_still_the_title() -> None:
    one = english(article('---\ntitle: The "Dual" city\n---\n\n# The "Dual" city\n\nIt\'s here.\n', "source/a.md"))
    page = publish.render([one], ["html"], SETTINGS)["en/a.html"].decode()
    assert page.count("The “Dual” city</h") == 1
    assert "<title>The “Dual” city · The Test</title>" in page


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (
            "Shanghai: where it began",
            '<span class="clause">Shanghai:</span> <span class="clause">where it began</span>',
        ),
        (
            "上海的双重转型：古老传统",
            '<span class="clause">上海的双重转型：</span><span class="clause">古老传统</span>',
        ),
        ("A <b> & cutting-edge", 'A &lt;b&gt; &amp; <span class="word">cutting-edge</span>'),
        ("At 5:30", "At 5:30"),
    ],
)
def test_a_title_breaks_after_its_colon_and_not_at_a_hyphen(title: str, shown: str) -> None:
    one = english(article(f'---\ntitle: "{title}"\n---\n\nWords.\n', "source/a.md"))
    assert f"<h1>{shown}</h1>" in publish.render([one], ["html"], SETTINGS)["en/a.html"].decode()


def test_an_item_to_tick_has_one_mark() -> None:
    one = english(article("# A\n\n- [x] Done\n- [ ] Open\n- Plain\n", "source/a.md"))
    page = publish.render([one], ["html"], SETTINGS)["en/a.html"].decode()
    assert page.count('<li class="task">') == 2
    assert page.count("<li>Plain") == 1
