"""Editions in plain formats: Markdown for other programs, text for any, and the article's own with nothing added."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from workflow.model import Edition
from workflow.publish import body
from workflow.publish.html import notices, shelf
from workflow.publish.site import Site

_BLOCK_END = re.compile(r"</(?:p|h[1-6]|blockquote|pre|table|ul|ol|dl|figure|div|section|article|details)>")
_LINE_END = re.compile(r"</(?:li|tr|dt|dd|figcaption|summary)>|<br>")
_CELL_END = re.compile(r"</t[dh]>(?!\s*</tr>)")
_MARKS = re.compile(r"<[^>]*>")


def render_source(site: Site) -> Mapping[str, bytes]:
    """Every edition in its article's own format, at `LOCALE/source/ARTICLE.ext`."""
    return {f"{one.locale}/source/{one.article.file.rsplit('/', 1)[-1]}": one.text.encode() for one in site.editions()}


def render(site: Site) -> Mapping[str, bytes]:
    """Every edition as Markdown, at `LOCALE/ARTICLE.md`; its notices follow the front matter."""
    return {f"{one.locale}/{one.article.name}.md": _markdown(one).encode() for one in site.editions()}


def _markdown(one: Edition) -> str:
    start, rest = one.marked[: one.body], one.marked[one.body :]
    if one.article.format == "text":
        paragraphs = [part.strip() for part in re.split(r"(?:[ \t]*\r?\n){2,}", rest.strip())]
        if "title" not in one.article.metadata:
            paragraphs[0] = f"# {paragraphs[0]}"
        rest = "\n\n".join(paragraphs) + "\n"
        rest = rest.replace(body.FOREIGN[0], "").replace(body.FOREIGN[1], "")
    told = "".join(f"> {notice}\n" for notice in notices(one))
    return f"{start}{told}\n{rest.lstrip()}" if told else start + rest


def render_text(site: Site) -> Mapping[str, bytes]:
    """Every edition as plain text, at `LOCALE/ARTICLE.txt`: title, notices, paragraphs, a blank line between them."""
    return {f"{one.locale}/{one.article.name}.txt": _text(one, site).encode() for one in site.editions()}


def _text(one: Edition, site: Site) -> str:
    page = body.of(one, site, shelf(site, one.locale))
    said = _BLOCK_END.sub("\n\n", page.html)
    said = _LINE_END.sub("\n", said)
    said = _CELL_END.sub("\t", said)
    said = re.sub(r"<li(?:\s[^>]*)?>\s*", "- ", said)
    said = html.unescape(_MARKS.sub("", said))
    lines = [line.rstrip() for line in said.split("\n")]
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    head = [one.title, *notices(one)]
    return "\n\n".join([*head, said]) + "\n"
