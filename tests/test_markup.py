from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pyromark
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflow import markup
from workflow.model import Syntax

CASES = Path(__file__).parent / "cases" / "markup"
DATA = Path(__file__).parents[2] / "shared" / "data" / "catalogs"

NASTY = st.lists(
    st.sampled_from(
        [
            "*",
            "**",
            "***",
            "_",
            "__",
            "~~",
            "~",
            "`",
            "``",
            "[",
            "]",
            "![",
            "](u)",
            '](<u v> "t")',
            "][r]",
            "[]",
            "<b>",
            "</b>",
            "<a href='x'>",
            "<http://a.b>",
            "<c@d.e>",
            "<!-- c -->",
            "<",
            ">",
            "\\",
            "&amp;",
            "a",
            "Word",
            " ",
            "  \n",
            "\\\n",
            "\n",
            "。",
            "“",
            "）",
            "龚",
            "正",
            "$x$",
            "$5",
            "{name}",
            "{{ v }}",
            "{{< s >}}",
            "{% t %}",
            "%s",
            "100% ",
            "[^1]",
            "http://a.b/c_d",
            "www.e.f",
            "g@h.ij",
            "(",
            ")",
            "!",
            ".",
            "é",
            "\u00a0",
        ]
    ),
    max_size=24,
).map("".join)
SYNTAXES: list[Syntax] = ["plain", "markdown", "html"]


@settings(max_examples=400)
@given(NASTY | st.text(), st.sampled_from(SYNTAXES))
def test_tokens_are_pieces_of_the_text_in_order(text: str, syntax: Syntax) -> None:
    at = 0
    for token in markup.tokens(text, syntax):
        assert at <= token.start < token.end
        assert text[token.start : token.end] == token.raw
        at = token.end


INLINE = st.lists(
    st.sampled_from(
        [
            "*",
            "**",
            "***",
            "_",
            "__",
            "a",
            "Bc",
            " ",
            ".",
            "(",
            ")",
            "龚",
            "。",
            "“",
            "`x`",
            "é",
            "$",
            "[",
            "](u)",
            "\\",
            "!",
        ]
    ),
    max_size=16,
).map("".join)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def tags(text: str) -> list[str]:
    parser = _Tags()
    options = pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_TABLES
    parser.feed(pyromark.html(text, options=options))
    return parser.found


@settings(max_examples=600)
@given(INLINE)
@example("***a** b*")
@example("a*“b”*c")
@example("*a **b* c**")
def test_marks_are_those_that_a_renderer_sees(text: str) -> None:
    seen = sorted(tag for tag in tags("x" + text + "x") if tag in ("em", "strong", "code", "a", "img"))
    words = {"open emphasis": "em", "open strong": "strong", "code": "code", "open link": "a", "image": "img"}
    found = markup.tokens("x" + text + "x", "markdown")
    if any(token.kind in ("math", "image") for token in found):
        return
    assert sorted(words[token.kind] for token in found if token.kind in words) == seen


def cases() -> list[list[str]]:
    return [case.split("\n") for case in (CASES / "emphasis.txt").read_text("utf-8").strip("\n").split("\n===\n")]


@pytest.mark.parametrize(("given_text", "expected"), cases())
def test_emphasis_shows(given_text: str, expected: str) -> None:
    shown = markup.show_emphasis(given_text)
    assert shown == expected
    assert markup.show_emphasis(shown) == shown


@given(NASTY)
def test_showing_emphasis_changes_marks_only(text: str) -> None:
    shown = re.sub(r"</?(?:strong|em|del)>", "", markup.show_emphasis(text))
    assert re.sub(r"[*_~\\]", "", shown) == re.sub(r"[*_~\\]", "", text)


@pytest.mark.parametrize("locale", ["zh-CN", "ja", "ko"])
def test_emphasis_of_real_translations_shows(locale: str) -> None:
    file = DATA / f"comprehensive-rust.{locale}.po"
    if not file.exists():
        pytest.skip("the catalogs are not here")
    shown = 0
    for msgid, msgstr in pairs(file):
        bare = re.sub(r"`[^`]*`", "", msgstr)
        wanted = sum(tag in ("em", "strong") for tag in tags(msgid))
        if (
            not wanted
            or msgid.startswith(("#", "/", "```"))
            or len(re.findall(r"\*+|(?<!\w)_|_(?!\w)", bare)) < 2 * wanted
        ):
            continue
        said = markup.show_emphasis(msgstr, msgid)
        assert sum(tag in ("em", "strong") for tag in tags(said)) >= wanted, said
        shown += 1
    assert shown > 50


def pairs(file: Path) -> list[tuple[str, str]]:
    """(msgid, msgstr) of a catalog's reviewed entries, read as plainly as can be."""
    found = []
    for entry in file.read_text("utf-8").split("\n\n"):
        if "#, fuzzy" in entry or "\n#~" in entry:
            continue
        strings = {}
        for key, body in re.findall(r'^(msgid|msgstr) ((?:".*"\n?)+)', entry + "\n", re.MULTILINE):
            text = "".join(re.findall(r'^"(.*)"$', body, re.MULTILINE))
            strings[key] = re.sub(r'\\(["\\nt])', lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text)
        if strings.get("msgid") and strings.get("msgstr"):
            found.append((strings["msgid"], strings["msgstr"]))
    return found


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("costs $5-$7, or $6 and $8", []),
        ("US$1.2 trillion ($170 billion)", []),
        ("$x_1$ and $$y$$", ["math", "math"]),
        ("100% sure, 5% discount", []),
        ("%s of %(total)d in {place} for ${USER}", ["placeholder"] * 4),
        ("{{ name }} {{< figure >}} {% raw %}", ["placeholder", "shortcode", "shortcode"]),
        ("see https://a.b/c_(d). Or www.e.fg, or h.i@j.kl!", ["url", "url", "email"]),
        ("note[^1] \\*no\\*", ["footnote"]),
        ("a  \nb\\\nc\nd<br>e", ["break", "break", "break", "break"]),
        ("[x][y] [z][] [plain]", ["open link", "close link", "open link", "close link"]),
        ("<kbd>a</kbd> <http://x.yz> 1 < 2", ["open tag", "close tag", "url"]),
        ("![a [b](c)](d) ", ["image"]),
        ("`` a`b `` `c", ["code"]),
        ("~~a~~ snake_case_word 2*3*4", ["open strike", "close strike", "open emphasis", "close emphasis"]),
    ],
)
def test_kinds_of_tokens(text: str, kinds: list[str]) -> None:
    assert [token.kind for token in markup.tokens(text, "markdown")] == kinds


def test_targets_tell_where_things_lead() -> None:
    text = '[a](/u "t") ![b](<v w>) [c][L] <https://d.e> f@g.hi'
    assert [token.target for token in markup.tokens(text, "markdown") if token.target] == [
        "/u",
        "v w",
        "[L]",
        "https://d.e",
        "f@g.hi",
    ]
    page = "<a class=x href='/u'>a</a><img src=\"v\">"
    assert [token.target for token in markup.tokens(page, "html") if token.target] == ["/u", "v"]


@pytest.mark.parametrize(
    ("text", "syntax", "expected"),
    [
        ("**a** [b](c) `d` \\*e\\* &lt;f&gt;", "markdown", "a b d *e* <f>"),
        ("<b>a</b> &eacute; <img alt='c d'>", "html", "a é c d"),
        ("![a ![b](c) d](e)", "markdown", "a b d"),
        ("*as it is*", "plain", "*as it is*"),
    ],
)
def test_plain_is_what_a_reader_sees(text: str, syntax: Syntax, expected: str) -> None:
    assert markup.plain(text, syntax) == expected


EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://evil)",
    "<a href=//evil>x</a>",
    "<https://evil.example>",
    "{{< evil >}}",
    "<!-- x -->",
    "<svg onload=a",
    "<b",
    "![[x](//evil)](y)",
    '[a](b "<script>")',
    "<div><p>",
    "`<script>`",
    "<style>*{}</style>",
    "<ScRiPt/x>",
    "</p>",
    "<?php ?>",
]


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(EVIL) | NASTY, max_size=4).map("".join),
    st.sampled_from(["markdown", "html"]),
    st.sampled_from(["a", "see <b>it</b> [here](/u)", "**x**"]),
)
@example("`<b>  \n<!-- c -->`", "markdown", "a")
def test_what_the_source_lacks_cannot_run(target: str, syntax: Syntax, source: str) -> None:
    contained = markup.contain(source, target, syntax)
    assert markup.contain(source, contained, syntax) == contained
    allowed = {
        "b",
        "a",
        "p",
        "strong",
        "em",
        "del",
        "code",
        "br",
        "hr",
        "blockquote",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "pre",
    }
    if source == "a":
        allowed -= {"b", "a", "strong", "em", "del"} if syntax == "html" else {"b", "a"}
    if syntax == "markdown":
        assert set(tags("x " + contained)) <= allowed, contained
    else:
        parser = _Tags()
        parser.feed(contained)
        assert set(parser.found) <= allowed, contained


@given(NASTY, st.sampled_from(SYNTAXES))
def test_what_the_source_says_may_be_said(text: str, syntax: Syntax) -> None:
    assert markup.contain(text, text, syntax) == text


@pytest.mark.parametrize(
    "text",
    [
        "*a " * 15000,
        "[" * 30000,
        "*" * 30000,
        "``` " * 10000,
        '](a "' * 10000,
        "<a " * 10000,
        "<!--" * 10000,
        "{{" * 15000,
        "$a" * 15000,
        "a@" * 15000,
        "[a](" * 10000,
        "http://" * 10000,
        ")" * 50000 + "http://" + ")" * 50000,
        "[a](b)" * 10000,
        '<a b="' * 10000,
        "中**「a」**文 " * 5000,
        "_*" * 10000,
        " " * 100000,
        "<a" + " " * 100000,
        "![" * 5000 + "a" + "](b)" * 5000,
    ],
)
def test_time_is_linear(text: str) -> None:
    begin = time.process_time()
    for syntax in SYNTAXES:
        markup.tokens(text, syntax)
        markup.plain(text, syntax)
        markup.contain("a", text, syntax)
    markup.show_emphasis(text)
    assert time.process_time() - begin < 8
