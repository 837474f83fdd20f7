from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_markup import pairs
from test_readers_coverage import BOOK, book, edition, page, shout, wrong

from workflow import catalog, readers, segments
from workflow import edition as edition_module
from workflow.errors import FormatError
from workflow.markup import contain
from workflow.model import Article, Block, Entry
from workflow.readers import front

DATA = BOOK.parent

MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# ",
            "## H",
            "\n",
            "\n\n",
            "\r\n",
            "> ",
            ">> ",
            "- ",
            "* ",
            "1. ",
            "2) ",
            "  ",
            "    ",
            "\t",
            "a",
            "Word",
            "é",
            "龚正",
            "😀",
            "*",
            "**",
            "_",
            "~~",
            "`",
            "```\n",
            "~~~\n",
            "[",
            "]",
            "(u)",
            '](u "t x")',
            "![",
            '[x]: /u "ti"\n',
            "[x]",
            "[^1]",
            "[^1]: ",
            "<b>",
            "</b>",
            "<div>\n",
            "</div>\n",
            "<!-- c -->",
            '<img alt="p q">',
            "| ",
            "|\n|--|--|\n",
            "\\",
            "\\|",
            "&amp;",
            "&",
            "<",
            "---\n",
            "===\n",
            "- [ ] ",
            ": ",
            "$x$",
            "$$",
            "{#i}",
            "{{< s >}}",
            "http://a.b/c",
            "\u00a0",
            "\x00",
            "<!-- workflow: skip -->\n",
            "<!-- workflow: translate -->\n",
            "<!-- workflow: note n -->\n",
            "<pre>",
            "<p translate=no>",
        ]
    ),
    max_size=30,
).map("".join)

HTML = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<i class=x>",
            "</i>",
            "<a href='u' title='t v'>",
            "</a>",
            "<br>",
            "<br/>",
            '<img src=x alt="p q">',
            "<img alt=w>",
            "<pre>",
            "</pre>",
            "<code>",
            "</code>",
            "<script>",
            "</script>",
            "<style>a{}</style>",
            "<title>",
            "</title>",
            "<!-- c -->",
            "<!--",
            "-->",
            "<!DOCTYPE html>",
            "<?pi?>",
            "<",
            ">",
            "&amp;",
            "&eacute;",
            "&lt;b",
            "&",
            "Word",
            "two words",
            "é",
            "龚正",
            " ",
            "\n",
            "\r\n",
            "\t",
            '"',
            "'",
            "=",
            "/",
            "<li>",
            "<td>",
            "<th",
            "<p translate=no>",
            "<span translate='no'>",
            "</span>",
            "<!-- workflow: skip -->",
            "<!-- workflow: translate -->",
            "<meta name=description content='m n'>",
            "<textarea>",
            "</textarea>",
            "<svg><text>",
            "</svg>",
            "<input placeholder='e f'>",
            "</",
            "<x-y>",
            "</x-y>",
            "\x00",
            "😀",
        ]
    ),
    max_size=30,
).map("".join)


def joined(article: Article) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in article.parts)


def whole(file: str, text: str) -> Article | None:
    """The article, which has lost nothing; None for front matter that is broken, which is said in one line."""
    try:
        article = readers.read(file, text)
    except FormatError as raised:
        error = raised
    else:
        return kept(article, text)
    assert re.match(rf"{re.escape(file)}:\d+: front matter .*; mend it\Z", str(error))
    assert text.lstrip("\ufeff").startswith(("---", "+++"))
    return None


def kept(article: Article, text: str) -> Article:
    """The article, of which each block puts itself back."""
    assert joined(article) == text
    assert all(part if isinstance(part, str) else part.text for part in article.parts)
    for block in article.blocks:
        assert readers.write(block, block.prose) == block.text
        assert any(char.isalnum() for char in block.prose)
        assert block.line <= text.count("\n") + 1
    return article


@settings(max_examples=400, deadline=None)
@given(MARKDOWN | st.text())
@example("a\\\n> b")
@example("> a\n> `b\n> c` *d\n> e*\n")
@example("- a  \n  b\r\n\r\n> c\\\r\n> d")
def test_markdown_joins_back(text: str) -> None:
    whole("source/a.md", text)


@settings(max_examples=400, deadline=None)
@given(HTML | st.text())
def test_html_joins_back(text: str) -> None:
    whole("source/a.html", text)


@given(st.text() | MARKDOWN)
def test_plain_text_joins_back(text: str) -> None:
    whole("source/a.txt", text)


@given(
    st.sampled_from(["---\n", "+++\n", "\ufeff---\r\n"]),
    MARKDOWN | st.text(),
    st.sampled_from(["---\n", "+++\n", "...", ""]),
)
def test_front_matter_joins_back(opening: str, inner: str, closing: str) -> None:
    whole("source/a.md", opening + inner + "\n" + closing + "Body.")


@settings(max_examples=150, deadline=None)
@given(
    MARKDOWN,
    st.sampled_from(
        [
            "# a",
            "- b",
            "1. c",
            "> d",
            "```",
            "~~~",
            "a\nb",
            "a\n\nb",
            "===",
            "---",
            "| x |",
            "<div>",
            "<!--",
            "\\",
            "[x]: /u",
            "[ ] t",
            ": d",
            "a | b",
            "龚正**「b」**是",
            "`",
            "x {#id}",
            "y #",
            "$$",
            "\t\tz",
            "&",
            "![",
            "*",
            "\n",
            " ",
            "(",
            '"',
            "'",
            "[^1]: f",
            "+++",
            "1986. x",
        ]
    ),
)
def test_no_translation_breaks_the_structure_around_it(text: str, said: str) -> None:
    article = whole("source/a.md", text)
    if article is None or "html" in {block.syntax for block in article.blocks} or re.search("[<$`]", text):
        return
    translated = "".join(
        part if isinstance(part, str) else readers.write(part, said if said.strip() else "x") for part in article.parts
    )
    kept = (
        "p",
        "h1",
        "h2",
        "blockquote",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "pre",
        "hr",
        "dl",
        "dt",
        "dd",
        "div",
        "thead",
    )

    def tree(page_text: str) -> list[tuple[str, str]]:
        return [item for item in page(page_text) if item[0] in ("tag", "end") and item[1] in kept]

    assert tree(readers.render(article, translated)) == tree(readers.render(article, text)), translated


def cases() -> list[tuple[str, str, str, str]]:
    """(name, suffix, source, what is expected of its blocks) of the case files."""
    from test_readers_coverage import CASES

    found = []
    for file in sorted(CASES.glob("*.*.txt")):
        for case in file.read_text("utf-8").split("\n=======\n"):
            source, expected = case.split("\n-------\n")
            found.append((file.name, file.name.split(".")[1], source, expected.strip("\n")))
    return found


@pytest.mark.parametrize(("name", "suffix", "source", "expected"), cases())
def test_blocks_are_what_a_reader_sees(name: str, suffix: str, source: str, expected: str) -> None:
    article = whole(f"source/a.{suffix}", source)
    assert article is not None
    lines = []
    for block in article.blocks:
        extra = "".join([f" ({block.context})" if block.context else "", f" #{block.note}" if block.note else ""])
        lines.append(f"{block.line} {block.kind}{extra}: {block.prose}".replace("\n", "⏎"))
    assert "\n".join(lines) == expected


@pytest.mark.parametrize(("name", "suffix", "source", "expected"), cases())
def test_an_edition_in_capitals_shows_that_nothing_is_missed(
    name: str, suffix: str, source: str, expected: str
) -> None:
    assert wrong(f"source/a.{suffix}", source) == []


@settings(max_examples=150, deadline=None)
@given(HTML)
def test_an_edition_of_any_page_in_capitals_shows_that_nothing_is_missed(text: str) -> None:
    if not re.search("[<&]!|<[?/]?[^a-z/!]|textarea|title>|translate=|workflow|svg|\x00|pre>|code>|<th", text):
        assert wrong("source/a.html", f"<!DOCTYPE html><body>{text}") == [], text


@pytest.mark.slow
def test_a_real_book_joins_back_and_is_translated_everywhere() -> None:
    if not book():
        pytest.skip("the book is not here")
    for file, text in book().items():
        assert wrong(file, text) == [], file


@pytest.mark.slow
def test_a_real_book_with_windows_line_ends_and_a_bom_joins_back() -> None:
    if not book():
        pytest.skip("the book is not here")
    for file, text in list(book().items())[::7]:
        assert wrong(file, "\ufeff" + text.replace("\n", "\r\n")) == [], file


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Plain words", "Otro: con # signos"),
        ("Plain words", "- guion"),
        ("Plain words", "true"),
        ("Plain words", "12"),
        ("'quoted'", "it's"),
        ('"quoted"', 'a "b" \\ c'),
        (">\n  folded\n  text", "uno dos"),
        ("|\n  one\n  two", "uno\ndos"),
        ("Plain words", "[x]"),
        ("Plain words", "a: b"),
        ("Plain words", "two\nlines"),
        ("Plain words", "龚正：市长"),
    ],
)
def test_front_matter_says_what_the_translator_said(value: str, said: str) -> None:
    text = f"---\ntitle: {value}\ndate: 2025-06-26 # kept\n---\nBody.\n"
    article = readers.read("source/a.md", text)
    written = edition_of(article, {article.blocks[0].prose: said})
    told = yaml.safe_load(written.split("---\n")[1])
    wanted = said if value.startswith("|") else " ".join(said.split("\n"))
    assert told["title"].rstrip("\n") == wanted
    assert "date: 2025-06-26 # kept" in written
    assert readers.read("source/a.md", written).metadata["title"] is not None


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "turn"), [("zh-CN", 0), ("ja", 1), ("ar", 2), ("ko", 3)])
def test_editions_of_a_real_book_have_its_structure(locale: str, turn: int) -> None:
    translations = DATA / "catalogs" / f"comprehensive-rust.{locale}.po"
    if not book() or not translations.exists():
        pytest.skip("the book or its catalog is not here")
    said = {plainly(msgid): msgstr for msgid, msgstr in pairs(translations)}
    put = 0
    for file, text in list(book().items())[turn::4]:
        article = readers.read(file, text)
        parts = []
        for part in article.parts:
            told = None if isinstance(part, str) else said.get(plainly(part.prose))
            if isinstance(part, str) or told is None:
                parts.append(part if isinstance(part, str) else part.text)
            else:
                parts.append(readers.write(part, contain(part.prose, told, part.syntax)))
                put += 1
        one, other = (structure(readers.render(article, each)) for each in (text, "".join(parts)))
        assert one == other, file
    assert put > 100


@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 1])
def test_an_edition_that_says_nothing_or_the_same_is_the_source(turn: int) -> None:
    if not book():
        pytest.skip("the book is not here")
    for file, text in list(book().items())[turn::12]:
        article = readers.read(file, text)
        same = {
            (block.context, piece.strip()): Entry(msgid=piece.strip(), msgstr=piece.strip(), msgctxt=block.context)
            for block in article.blocks
            for piece in segments.split(block.prose, "en", syntax=block.syntax)
            if turn and piece.strip()
        }
        told = replace(catalog.new("zh_CN", article="a", source="en"), entries=tuple(same.values()))
        assert edition_module.edition(article, told, locale="zh_CN", source_locale="en").text == text, file


def plainly(text: str) -> str:
    """The text without what a normaliser of Markdown changes."""
    return " ".join(re.sub(r"\\(.)", r"\1", text.replace("*", "_")).split())


def structure(text: str) -> list[tuple[str, str]]:
    inline = ("a", "em", "strong", "code", "del", "br", "img", "kbd", "sub", "sup", "span", "b", "i", "input")
    return [item for item in page(text) if item[0] in ("tag", "end") and item[1] not in inline]


def edition_of(article: Article, said: dict[str, str]) -> str:
    return "".join(
        part if isinstance(part, str) else readers.write(part, said.get(part.prose, part.prose))
        for part in article.parts
    )


FIELD = st.tuples(
    st.sampled_from(["title: ", "date:  ", "null: ", "a-b: ", "summary: "]),
    st.lists(st.sampled_from("a Yes no null 0 07 12 2026-01-02 e é 中 ' ( ) / - . , _ ª ² : #".split() + [" "] * 6)),  # noqa: SIM905
    st.sampled_from(["\n", "\r\n", " \n"]),
).map(lambda field: field[0] + "".join(field[1]) + field[2])


@settings(max_examples=300, deadline=None)
@given(st.lists(FIELD, min_size=1, max_size=3).map("".join))
def test_what_is_read_without_yaml_is_what_yaml_reads(inner: str) -> None:
    told = front._simple(inner, front.FIELDS)
    if told is not None:
        assert told == front._yaml("a.md", inner, front.FIELDS)


def test_most_front_matter_is_read_without_yaml() -> None:
    assert front._simple("title: A short walk\ndate: 2026-01-02\nminutes: 5\n", front.FIELDS) is not None


@given(st.text(min_size=1), st.sampled_from(["plain", "'a b'", '"a b"', '["x", y z]']))
def test_any_title_survives_yaml(said: str, value: str) -> None:
    article = readers.read("source/a.md", f"---\ntitle: {value}\n---\n")
    written = edition_of(article, {article.blocks[0].prose: said})
    told = yaml.safe_load(written.split("---\n", 1)[1].rsplit("---", 1)[0])["title"]
    first = told[0] if isinstance(told, list) else told
    assert " ".join(str(first).split()) == " ".join(said.split()) or not said.strip()


@pytest.mark.parametrize("value", ['"a b"', "'a b'", '"""a b"""', "'''a b'''"])
@pytest.mark.parametrize("said", ["it's", 'say "x"', "back\\slash", "línea\ndos", "'''", '"""'])
def test_front_matter_in_toml(value: str, said: str) -> None:
    article = readers.read("source/a.md", f"+++\ntitle = {value} # kept\n[extra]\ntitle = 'no'\n+++\nBody\n")
    assert [block.prose for block in article.blocks] == ["a b", "Body"]
    written = edition_of(article, {"a b": said})
    assert " ".join(str(readers.read("source/a.md", written).metadata["title"]).split()) == " ".join(said.split())
    assert "# kept\n[extra]" in written


def test_metadata_are_the_plain_values() -> None:
    text = "---\ntitle: A\ndate: 2025-06-26\ntags: [x, y]\ndraft: false\nnone:\nnested: {a: b}\n---\n"
    assert readers.read("a.md", text).metadata == {
        "title": "A",
        "date": "2025-06-26",
        "tags": ("x", "y"),
        "draft": "false",
        "none": "",
    }


def test_fields_say_which_values_are_prose() -> None:
    text = "---\ntitle: A\ntags: [x, y]\n---\n"
    assert [block.prose for block in readers.read("a.md", text).blocks] == ["A"]
    assert [block.prose for block in readers.read("a.md", text, fields=("tags",)).blocks] == ["x", "y"]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("a.doc", "x", "a.doc: cannot read this format; known are .md, .markdown, .html, .htm, .txt"),
        ("a.md", "---\ntitle: [\n---\n", "a.md:3: front matter is not YAML"),
        ("a.md", "+++\ntitle = \n+++\n", "a.md:2: front matter is not TOML (Invalid value); mend it"),
        ("a.md", '---\na: 1\nb: "x\n---\n', "a.md:4: front matter is not YAML"),
        ("a.md", "---\ntitle: A\ndate: 2025-01-02\n\nText.\n", "a.md:1: front matter is never closed by a line `---`"),
        ("a.html", "\ufeff---\r\nTitle: A\r\n<p>b</p>\r\n", "a.html:1: front matter is never closed by a line `---`"),
        ("a.md", "+++\ntitle = 'A'\n\nText.\n", "a.md:1: front matter is never closed by a line `+++`"),
        ("a.md", "---\n- a\n- b\n---\nText.\n", "a.md:2: front matter is a list"),
        (
            "a.md",
            "---\ntitle: A\ntags:\n  - x\ntitle: B\n---\nText.\n",
            "a.md:5: front matter has 'title' twice; mend it",
        ),
        ("a.md", "+++\na = 1\na = 2\n+++\n", "a.md:3: front matter is not TOML"),
    ],
)
def test_bad_input_is_one_line(file: str, text: str, message: str) -> None:
    with pytest.raises(FormatError) as error:
        readers.read(file, text)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["---\n", "---\nfoo\n---\n", "---\n---\n", "***\na: b\n***\n", "---\n\n- a\n- b\n\n---\n",
             "---\nNote: this came later.\n", "---\n\na: b\n", "---\nHe said: go on\nand: on\n", "+++\nmore\n"],
)  # fmt: skip
def test_a_thematic_break_is_no_front_matter(text: str) -> None:
    assert readers.read("a.md", text).metadata == {}


SLOW = {
    "quotes": ("a.md", ">" * 10_000 + " a\n"),
    "nested items": ("a.md", "- " * 5_000 + "a\n"),
    "one long line": ("a.md", "word *a* [b](c) `d` " * 12_000),
    "soft breaks": ("a.md", "> a b\n" * 30_000),
    "hard breaks": ("a.md", "a  \n" * 30_000),
    "references": ("a.md", "[a] " * 12_000 + "\n\n[a]: /u 'T'\n"),
    "brackets": ("a.md", "[" * 30_000),
    "cells": ("a.md", "|a" * 8_000 + "|\n" + "|-" * 8_000 + "|\n"),
    "html in markdown": ("a.md", "<p>é text</p>\n" * 12_000),
    "comments": ("a.md", "<!-- c -->" * 12_000 + "text"),
    "images": ("a.md", "![a](b 'c')\n\n" * 8_000),
    "title": ("a.md", '![a](b "' + '\\" ' * 12_000 + 'c")\n'),
    "tags": ("a.html", "<div><b>" * 12_000 + "text"),
    "closed": ("a.html", "<b>a</b> " * 12_000),
    "wrong ends": ("a.html", "<p>" * 8_000 + "</x>" * 8_000 + "text"),
    "no end": ("a.html", "<a b='" * 12_000),
    "wraps": ("a.html", "<b>" * 5_000 + "a" + "</b>" * 5_000),
    "attributes": ("a.html", "<img alt='a b'>" * 12_000),
    "comment": ("a.html", "<!--" * 12_000),
    "blank lines": ("a.txt", "\n" * 50_000),
    "lines": ("a.txt", "a b\n" * 50_000),
    "spaces": ("a.txt", " " * 50_000 + "\n" + "a " * 30_000),
    "yaml": ("a.md", "---\n" + "a b: c\n" * 1 + "---\n" * 12_000),
}


@pytest.mark.parametrize("name", SLOW)
def test_time_is_linear(name: str) -> None:
    file, text = SLOW[name]
    begin = time.process_time()
    article = whole_quick(file, text)
    for block in article.blocks[:50]:
        readers.write(block, shout(block.prose, block.syntax))
    assert time.process_time() - begin < 5


def whole_quick(file: str, text: str) -> Article:
    article = readers.read(file, text)
    assert joined(article) == text
    return article


def test_an_untranslated_edition_is_the_source() -> None:
    text = "# A\r\n\r\n> b\\\r\n> c [d]\r\n\r\n[d]: /u 'T'\r\n"
    article = readers.read("a.md", text)
    assert edition_of(article, {}) == text
    assert edition(article) == "# A\r\n\r\n> B\\\r\n> C [D][d]\r\n\r\n[d]: /u 'T'\r\n".replace("'T'", "'T'")


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("# Head {#id}\n", "# 头 #", "# \\# 头 \\# {#id}\n"),
        ("- item\n", "1. 项", "- 1\\. 项\n"),
        ("| a |\n|---|\n", "x | y", "| x \\| y |\n|---|\n"),
        ("a\n", "一\n二", "一二\n"),
        ("a\n", "one\ntwo", "one two\n"),
        ("> a\\\n> b\n", "一\n- 二", "> 一\\\n> \\- 二\n"),
        ("a  \nb\n", "一\n二", "一  \n二\n"),
        ("price\n", "价格**$1.2万亿**美元", "价格<strong>$1.2万亿</strong>美元\n"),
        ('![alt](u "t")\n', 'a] "b"', '![a\\] "b"](u "t")\n'),
        ("[x]: /u 'tip'\n", "l'eau", "[x]: /u 'l\\'eau'\n"),
        ("a\n", "[x]: /u", "\\[x]: /u\n"),
        ("a\n", "<div>", "\\<div>\n"),
        ("a\n", "<b>x</b> y", "<b>x</b> y\n"),
        ("a\n", "```", "\\```\n"),
        ("a\n", ": b", "\\: b\n"),
        ("a\n", "b\\", "b\\\\\n"),
    ],
)
def test_a_translation_is_escaped_where_it_would_break_something(text: str, said: str, expected: str) -> None:
    article = readers.read("a.md", text)
    block = next(part for part in article.parts if isinstance(part, Block))
    assert edition_of(article, {block.prose: said}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "- Foo\n  ***\n  bar\n",  # a rule parts the words of an item
        "[foo\n](/u) bar\n",  # a link that ends first on a line
        "> ![foo\n> ](/u) bar\n",
        "[link](<foo\nbar>)\n",  # on one line it would be a link
        "> <a/><b2\n> title='foo' >\n",  # the mark of a quote is not in the tag
        "- [ ] <div>x\n",  # no HTML block behind a check box or a number sign
        "# <div>x\n",
        "\u00a0<div>x\n",
        "\u00a0# a||\n-|-\n",
        "<img src=a>\nq\n",  # a tag alone on its line begins an HTML block
        "> <img alt='q'>\n> q\n",
        "<img src=a>\n> q\n",
        "<img src=a>\rq\n",
        "[!x](<v>)\n",  # no alert
    ],
)
def test_an_edition_in_capitals_has_the_structure_of_its_source(text: str) -> None:
    article = readers.read("a.md", text)
    assert article.text == text
    shouted = edition(article)
    assert shouted != text or not article.blocks
    everything = [
        [item for item in page(readers.render(article, told)) if item[0] in ("tag", "end")] for told in (text, shouted)
    ]
    assert everything[0] == everything[1]


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("<p>a &amp; b</p>", "c & d < e", "<p>c &amp; d &lt; e</p>"),
        ("<p>a <b>b</b> c</p>", "x <b>y", "<p>x <b>y</b></p>"),
        ("<p>a <b>b</b> c</p>", "x</b> y", "<p>x&lt;/b> y</p>"),
        ("<img alt='a b'>", "l'eau <x>", "<img alt='l&#39;eau &lt;x&gt;'>"),
        ("<img alt=ab>", "c d", '<img alt="c d">'),
        ("<p>caf&eacute; &nbsp;x</p>", "té\nx", "<p>té x</p>"),
    ],
)
def test_html_is_escaped_where_it_would_break_something(text: str, said: str, expected: str) -> None:
    article = readers.read("a.html", text)
    assert edition_of(article, {article.blocks[0].prose: said}) == expected
