"""What belongs in an article is taken, what does not is set aside with reasons, and nothing is lost."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow import intake, readers
from workflow.errors import FormatError

CASES = Path(__file__).parent / "cases" / "intake"
SEED = Path(__file__).parents[2] / "shared" / "seed" / "shanghai.txt"


class Case:
    """A case file: `%` lines say what it shows and expects, then the text, each line with what becomes of it.

    `= ` the title, `+ ` stands in the article, `- ` set aside, two blanks: markup without words.
    """

    def __init__(self, path: Path) -> None:
        self.expected: dict[str, list[str]] = {}
        self.format: intake.Format = "text"
        self.lines: list[tuple[str, str]] = []
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("% "):
                key, colon, value = line[2:].partition(":")
                if colon and key in ("format", "title", "author", "date", "reason", "contains", "same"):
                    self.expected.setdefault(key, []).append(value.strip())
            else:
                mark, text = (line[:1], line[2:]) if line.strip() else ("", "")
                assert mark in ("", "=", "+", "-", " "), f"{path.name}: {line}"
                self.lines.append((mark, text))
        match self.expected.get("format", ["text"])[0]:
            case "html":
                self.format = "html"
            case "markdown":
                self.format = "markdown"

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.lines) + "\n"


def seen(text: str) -> str:
    """The words of a line, without what marks it up."""
    text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    text = re.sub(r"\]\([^)]*\)", " ", text)
    return " ".join(re.findall(r"\w+", text))


def front(markdown: str) -> dict[str, str]:
    found = re.match(r"---\n(.*?)\n---\n", markdown, re.DOTALL)
    return {key: str(value) for key, value in yaml.safe_load(found[1]).items()} if found else {}


NAMES = sorted(path.stem for path in CASES.glob("*.txt"))


def test_there_are_cases_enough() -> None:
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_cases(name: str) -> None:
    case = Case(CASES / f"{name}.txt")
    taken = intake.take(case.text, format=case.format)
    told = front(taken.markdown)
    if case.format == "markdown" and taken.markdown.startswith("---"):
        body = taken.markdown
    else:
        body = re.sub(r"\A---\n.*?\n---\n", "", taken.markdown, flags=re.DOTALL) if told else taken.markdown
    shown = seen(body)
    aside = {item.line: item for item in taken.quarantined}
    apart = " ".join(seen(item.text) for item in taken.quarantined)
    wrong = []
    for number, (mark, line) in enumerate(case.lines, 1):
        words = seen(line)
        here = f" {words} " in f" {shown} "
        there = number in aside if case.format != "html" else f" {words} " in f" {apart} "
        if (mark == "+" and words and (not here or there)) or (mark == "-" and (here or not there)):
            why = aside[number].reasons if number in aside else ()
            wrong.append(f"{number} {mark} {line[:90]} {'; '.join(why)}")
        if mark == "=" and (told.get("title") != line or (here and len(words) > 20)):
            wrong.append(f"{number} {mark} {line[:90]}: the title is {told.get('title')!r}")
    assert not wrong, "\n" + "\n".join(wrong)
    for key in ("title", "author", "date"):
        for value in case.expected.get(key, []):
            assert told.get(key, "") == value
    for reason in case.expected.get("reason", []):
        assert any(reason in said for item in taken.quarantined for said in item.reasons)
    for piece in case.expected.get("contains", []):
        assert piece in taken.markdown
    if "same" in case.expected:
        assert taken.markdown == case.text
    assert all(item.reasons and all(item.reasons) for item in taken.quarantined)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_taken_is_taken_again_as_it_is(name: str) -> None:
    case = Case(CASES / f"{name}.txt")
    once = intake.take(case.text, format=case.format).markdown
    again = intake.take(once, format="markdown")
    assert again.quarantined == ()
    assert again.markdown == once


@pytest.mark.parametrize("name", NAMES)
def test_with_keep_all_nothing_is_set_aside(name: str) -> None:
    case = Case(CASES / f"{name}.txt")
    taken = intake.take(case.text, format=case.format, keep_all=True)
    assert taken.quarantined == ()
    assert lost(case.text, taken, case.format) == []


@pytest.mark.skipif(not SEED.exists(), reason="the scraped article is not here")
def test_the_first_article_keeps_its_paragraphs_byte_for_byte() -> None:
    text = SEED.read_text("utf-8")
    taken = intake.take(text)
    paragraphs = [line for line in text.splitlines()[1:] if len(line) > 200]
    assert len(paragraphs) == 9
    assert taken.markdown.split("\n---\n\n", 1)[1] == "\n\n".join(paragraphs) + "\n"
    assert front(taken.markdown) == {"title": text.splitlines()[0], "date": "2025-06-26"}
    assert [item.line for item in taken.quarantined] == [3, 10, 14, 18]
    assert all(item.text == text.splitlines()[item.line - 1] for item in taken.quarantined)


def test_the_report_says_what_and_where_and_why() -> None:
    case = Case(CASES / "byline-with-advertising.txt")
    said = intake.report(intake.take(case.text), name="page.txt")
    assert said.startswith("Set aside when page.txt was taken in: 1 of its lines")
    assert "\nline 3: ⏱ 2025-01-09 23:10 🔖 港口特价团购网 📢12\n    - byline: its date, 2025-01-09, is" in said
    assert "--keep-all" in said


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff", "\r\n\r\n"])
@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_text_without_words_is_refused(text: str, form: intake.Format) -> None:
    with pytest.raises(FormatError, match="no text"):
        intake.take(text, format=form)


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_a_nul_character_is_refused_with_its_line(form: intake.Format) -> None:
    with pytest.raises(FormatError, match="line 2 has a NUL"):
        intake.take("Hello there.\nA\0B\n", format=form)


def test_text_with_nothing_but_furniture_is_refused() -> None:
    with pytest.raises(FormatError, match="keep-all"):
        intake.take("Share this article\nAccept all cookies\n")


# --- nothing is lost -------------------------------------------------------------------------------------------------

BREAK = re.compile(r"\s*(?:([-*_=~·•—–#.⁂❦✻§\\])\s*(?:\1\s*)*)?$")


def lost(text: str, taken: intake.Taken, form: intake.Format) -> list[str]:
    """The words of `text` that are neither in the article nor in the report."""
    markdown = re.sub(r"\\(?=[^\w\s])", "", taken.markdown)
    values = " ".join(front(taken.markdown).values()) if form != "markdown" else ""
    shown = html.unescape(markdown) if form == "html" else markdown
    there = Counter(words(f"{shown} {values}"))
    for item in taken.quarantined:
        there.update(words(item.text))
    if form == "html":
        text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", text)
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    return [word for word, times in Counter(words(text)).items() if there[word] < times]


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


POOL = [
    "The ferry that has crossed the harbour since 1904 will stop running in March, and nobody is sad about it at all.",
    "Captain Ruth Oyelaran has steered the boat for twenty-two years and keeps a notebook of every single delay.",
    "Share this article",
    "Read more: Ten harbours",
    "Related articles",
    "2 Comments",
    "上海特价信息",
    "— Heráclito",
    "By Jane Doe, March 4, 2025",
    "06/07/2025",
    "Comments",
    "1",
    "2",
    "***",
    "---",
    "# A heading",
    "- one",
    "2. two",
    "• three",
    "    x = {1}",
    "\tcell\tcell",
    "a\tb",
    "| a | b |",
    "|---|---|",
    "> quoted",
    "As he said:",
    "🔥🔥 5",
    "<b>tag</b>",
    "[x]: y",
    "1984. It was cold",
    "+++",
    "title: x",
    "```",
    "&amp;",
    "Compra tus zapatos en nuestra tienda online hoy",
    "Buy cheap pills now!!! www.x.example",
    "“Quoted.”",
    "\u200b",
    "\u3000上",
    "https://example.org",
    "x@y.example",
    "",
]
LINES = st.lists(st.one_of(st.sampled_from(POOL), st.text(max_size=30)), max_size=14)


def joined(lines: list[str], newline: str) -> str:
    return newline.join(lines)


@settings(max_examples=150)
@given(LINES, st.sampled_from(["\n", "\r\n", "\n\n"]), st.booleans())
def test_no_line_of_a_text_is_lost(lines: list[str], newline: str, keep_all: bool) -> None:
    text = joined(lines, newline)
    try:
        taken = intake.take(text, keep_all=keep_all)
    except FormatError:
        return
    assert lost(text, taken, "text") == []
    assert taken == intake.take(text, keep_all=keep_all)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(rows[item.line - 1] == item.text and item.reasons for item in taken.quarantined)
    article = readers.read("source/a.md", taken.markdown)
    assert article.text == taken.markdown


@settings(max_examples=150)
@given(LINES, st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_no_line_of_markdown_is_lost_or_changed(lines: list[str], newline: str) -> None:
    text = joined(lines, newline)
    try:
        taken = intake.take(text, format="markdown")
    except FormatError:
        return
    assert lost(text, taken, "markdown") == []
    if not taken.quarantined:
        assert taken.markdown == text
    rows = text.split("\n")
    for item in taken.quarantined:
        assert rows[item.line - 1].rstrip("\r") == item.text
        del item
    kept = [line.strip() for line in taken.markdown.splitlines() if line.strip()]
    whole = [line.strip() for line in text.splitlines() if line.strip()]
    added = [line for line in kept if re.match(r"(?:---$|author: |date: |(?:author|date) = )", line)]
    assert Counter(kept) - Counter(added) <= Counter(whole)


TAGS = [
    "p",
    "div",
    "h1",
    "h2",
    "li",
    "ul",
    "ol",
    "b",
    "em",
    "a href=x",
    "span",
    "blockquote",
    "pre",
    "table",
    "tr",
    "td",
    "nav",
    "aside",
    "article",
    "main",
    "code",
    "br",
    "img alt=y src=z",
    "button",
    "q",
    "sup",
    "footer",
    "body",
    "html",
    "p style=display:none",
    "div class=share",
    "dl",
    "dt",
    "dd",
    "option",
    "label",
]
SCRAPS = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag.split(' ')[0]}>" for tag in TAGS]),
    st.sampled_from([*POOL[:12], "a*b*", "&lt;", "&nbsp;", "`", "[", "](", "<!-- c -->", "<![CDATA[x]]>", "<!x", "\n"]),
    st.text(alphabet="ab1*_<>&#[]()`~|\\-+. \n上é", max_size=8),
)


@settings(max_examples=150)
@given(st.lists(SCRAPS, max_size=20))
def test_no_word_of_a_page_is_lost(scraps: list[str]) -> None:
    page = "".join(scraps)
    try:
        taken = intake.take(page, format="html")
    except FormatError:
        return
    again = intake.take(page, format="html")
    assert taken == again
    assert readers.read("source/a.md", taken.markdown).text == taken.markdown


PARTS = st.sampled_from(
    [
        ("<p>{}</p>", POOL[0]),
        ("<p>{}</p>", POOL[1]),
        ("<h2>{}</h2>", "A heading of the page"),
        ("<li>{}</li>", "one item"),
        ("<div>{}</div>", "Some words in a box"),
        ("<nav>{}</nav>", "Home"),
        ("<p><b>{}</b></p>", "bold_words * 2"),
        ("<blockquote><p>{}</p></blockquote>", "Quoted # words"),
        ("<p class=share>{}</p>", "Share this"),
        ("<table><tr><td>{}</td><td>z</td></tr></table>", "cell | cell"),
        ("<pre>{}</pre>", "code `x` y"),
        ("{}", "1. bare"),
        ("<aside><p>{}</p></aside>", "Beside it"),
        ("<p>{}<br>", "[brackets] and - dashes"),
        ("<dl><dt>{}</dl>", "term"),
        ("<button>{}</button>", "Press"),
        ("<p>x <span hidden>{}</span> y</p>", "hidden words"),
        ("<p>{}</p>", "上海特价信息"),
        ("<h1>{}</h1>", "The title of it all"),
        ("<figure><figcaption>{}</figcaption></figure>", "A caption"),
    ]
)


@settings(max_examples=120)
@given(
    st.lists(PARTS, min_size=1, max_size=10),
    st.sampled_from(["{}", "<main>{}</main>", "<article>{}</article>"]),
    st.booleans(),
)
def test_no_word_of_a_sound_page_is_lost(parts: list[tuple[str, str]], frame: str, keep_all: bool) -> None:
    page = frame.replace("{}", "\n".join(tag.replace("{}", said) for tag, said in parts))
    try:
        taken = intake.take(page, format="html", keep_all=keep_all)
    except FormatError:
        return
    assert lost(page, taken, "html") == []


# --- measured on text by professionals, where it is at hand ----------------------------------------------------------

NEWS = Path(__file__).parents[2] / "shared" / "data" / "ntrex"
needs_news = pytest.mark.skipif(not NEWS.exists(), reason="the news texts are not here")


def news(name: str) -> list[list[str]]:
    """The paragraphs of each article."""
    articles: dict[str, list[str]] = {}
    names = (NEWS / "DOCUMENT_IDS.tsv").read_text("utf-8").splitlines()
    for article, row in zip(names, (NEWS / name).read_text("utf-8").splitlines(), strict=True):
        articles.setdefault(article, []).append(row)
    return list(articles.values())


@needs_news
@pytest.mark.slow
def test_honest_news_is_left_alone() -> None:
    aside = [item for rows in news("newstest2019-src.eng.txt") for item in intake.take("\n\n".join(rows)).quarantined]
    assert len(aside) <= 1, aside


@needs_news
@pytest.mark.slow
@pytest.mark.parametrize(("language", "at_least"), [("zho-CN", 0.99), ("spa", 0.94)])
def test_foreign_lines_put_into_news_are_found(language: str, at_least: float) -> None:
    pool = [row for rows in news(f"newstest2019-ref.{language}.txt") for row in rows]
    pool = [row for row in pool if not row.startswith(tuple("\"'“‘«„「『《—–-"))]
    put = found = 0
    for rows in news("newstest2019-src.eng.txt"):
        mixed: list[str] = []
        foreign: set[int] = set()
        for at, row in enumerate(rows):
            mixed.append(row)
            if 1 < at < len(rows) - 1 and at % 4 == 0 and not row.endswith(":"):
                foreign.add(len(mixed))
                mixed.append(pool[(put + len(foreign)) * 37 % len(pool)])
        put += len(foreign)
        found += len({(item.line - 1) // 2 for item in intake.take("\n\n".join(mixed)).quarantined} & foreign)
    assert put > 300
    assert found / put >= at_least


# --- the command -----------------------------------------------------------------------------------------------------


def test_add_refuses_what_would_stop_every_later_command(publication: Path, run: Run) -> None:
    before = sorted(publication.rglob("*"))
    broken, folder = publication.parent / "a.md", publication.parent / "paper.txt"
    broken.write_text("---\ntitle: [x\n---\n\nHello there.\n", "utf-8")
    folder.mkdir()
    for path, said in [(broken, "a.md:3: front matter is not YAML"), (folder, "a folder; name one file")]:
        result = run("add", str(path))
        assert result.exit_code == 1
        assert said in result.stderr
    assert sorted(publication.rglob("*")) == before


@pytest.mark.parametrize("folder", [".", "source", "source/pages", "locales"])
def test_pages_do_not_go_among_the_articles(publication: Path, run: Run, folder: str) -> None:
    result = run("publish", "--all", "--output", folder)
    assert result.exit_code == 1
    assert "choose another --output" in result.stderr
    assert not (publication / folder / "style.css").exists()
