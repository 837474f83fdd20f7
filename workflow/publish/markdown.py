"""Editions in plain formats: Markdown for other programs, text for any, and the article's own with nothing added."""

from __future__ import annotations

import html
import re

from workflow.model import Edition
from workflow.publish import body
from workflow.publish.html import notices, shelf
from workflow.publish.links import led
from workflow.publish.site import Made, Site

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^\s=<>\"]+(?:=\"[^\"]*\")?)*)>\n?")
_BLOCKS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "dl", "figure", "div", "section", "details"}
)
_LINES = frozenset({"li", "tr", "dt", "dd", "figcaption", "summary", "br"})
_STRUCTURE = _BLOCKS | _LINES | {"ul", "ol", "td", "th", "thead", "tbody", "tfoot", "hr"}
"""What a line break after is of the HTML; after any other tag it is one of the text."""
_LOOSE = re.compile(r"^( *(?:-|\d+\.) .*)\n\n(?= *(?:-|\d+\.) )", re.MULTILINE)
_NOTHING = re.compile(r"<li(?:\s[^>]*)?>\s*(?:☐\s*)?</li>\n?")
_TASK = re.compile(r"(?<=[☐☑])\s*\n")
_REFERENCE = re.compile(r'<sup class="footnote-reference">(.*?)</sup>', re.DOTALL)
_LABEL = re.compile(r'<sup class="footnote-definition-label">(.*?)</sup>\s*', re.DOTALL)
_PICTURE = re.compile(r'\salt="([^"]+)"')
_START = re.compile(r"\bstart=\"(\d+)\"")


def render_source(one: Edition, site: Site) -> Made:  # noqa: ARG001 - as every format is asked
    """The edition in its article's own format, at `LOCALE/source/ARTICLE.ext`."""
    return Made({f"{one.locale}/source/{one.article.file.rsplit('/', 1)[-1]}": one.text.encode()})


def render(one: Edition, site: Site) -> Made:
    """The edition as Markdown, at `LOCALE/ARTICLE.md`; its notices follow the front matter.

    It leads to the Markdown of other articles, and shows the pictures that stand in `pictures/`.
    """
    shown: set[str] = set()
    text = _markdown(one, site, shown)
    return Made({f"{one.locale}/{one.article.name}.md": text.encode()}, frozenset(shown))


def _markdown(one: Edition, site: Site, shown: set[str]) -> str:
    way = shelf(site, one.locale)

    def page(name: str) -> str | None:
        found = way.page(name)
        return found and found.removesuffix(".html") + ".md"

    def picture(name: str) -> str | None:
        if name not in site.settings.pictures:
            return None
        shown.add(name)
        return way.picture(name)

    text = led(one, page, picture)
    start, rest = text[: one.body], text[one.body :]
    if one.article.format == "text":
        paragraphs = [part.strip() for part in re.split(r"(?:[ \t]*\r?\n){2,}", rest.strip())]
        if "title" not in one.article.metadata:
            paragraphs[0] = f"# {paragraphs[0]}"
        rest = "\n\n".join(paragraphs) + "\n"
        rest = rest.replace(body.FOREIGN[0], "").replace(body.FOREIGN[1], "")
    told = "".join(f"> {notice}\n" for notice in notices(one))
    return f"{start}{told}\n{rest.lstrip()}" if told else start + rest


def render_text(one: Edition, site: Site) -> Made:
    """The edition as plain text, at `LOCALE/ARTICLE.txt`: title, notices, paragraphs, a blank line between them."""
    return Made({f"{one.locale}/{one.article.name}.txt": _text(one, site).encode()})


def _text(one: Edition, site: Site) -> str:
    said = _plain(body.of(one, site, shelf(site, one.locale)).html)
    return "\n\n".join([one.title, *notices(one), said]) + "\n"


def _plain(page: str) -> str:
    """Safe HTML as text: a blank line between blocks, items with their dash or number, cells with a tab between.

    A footnote and what refers to it have their number in brackets, a picture its words. An item with no words is none.
    """
    page = _TASK.sub(" ", _NOTHING.sub("", page))
    page = _LABEL.sub(r"[\1] ", _REFERENCE.sub(r"[\1]", page))
    counts: list[int | None] = []

    def mark(found: re.Match[str]) -> str:
        closing, name, attributes = found[1], found[2], found[3]
        if name == "img":
            words = _PICTURE.search(attributes)
            return (f"[{words[1]}]" if words else "") + _ended(found)
        if name in {"ul", "ol"}:
            if closing:
                counts.pop()
                return "" if counts else "\n"
            start = _START.search(attributes)
            counts.append(None if name == "ul" else int(start[1]) if start else 1)
            return "\n" if len(counts) > 1 else ""
        if name == "li" and not closing and counts:
            number, indent = counts[-1], "  " * (len(counts) - 1)
            counts[-1] = None if number is None else number + 1
            return f"{indent}- " if number is None else f"{indent}{number}. "
        if name in {"td", "th"} and closing:
            return "\t"
        if name in _BLOCKS and closing:
            return "\n" if counts else "\n\n"
        if name not in _STRUCTURE:
            return _ended(found)
        return "\n" if name in _LINES and (closing or name == "br") else ""

    lines = (line.rstrip() for line in html.unescape(_TAG.sub(mark, page)).split("\n"))
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return _LOOSE.sub(r"\1\n", said).strip()


def _ended(tag: re.Match[str]) -> str:
    """The line break that the text has after an inline tag."""
    return "\n" if tag[0].endswith("\n") else ""
