"""Where an article leads: the addresses of its links and pictures, with where each is written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflow.model import Article
from workflow.readers import front, markdown


@dataclass(frozen=True, slots=True)
class Place:
    """An address, as a browser would take it; written from `start` to `end` of the text. A link, or a picture."""

    start: int
    end: int
    address: str
    picture: bool


# In the text of a link's end, `](address "title")`, and of a definition, `[label]: address "title"`.
_INLINE = re.compile(r"\]\(\s*(?:<((?:\\.|[^<>\n\\])*)>|((?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))+))")
_DEFINED = re.compile(r"\[(?:\\.|[^\[\]\\])*\]:\s*(?:<((?:\\.|[^<>\n\\])*)>|(\S+))")
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<name>[A-Za-z][\w-]*)(?P<attributes>(?:\s[^<>\"']*|\"[^\"]*\"|'[^']*')*)>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"(?i)\s(href|src)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


def places(article: Article, text: str) -> tuple[Place, ...]:
    """The addresses in `text`, the article's own or that of its translation, in the order in which they stand.

    Code is not looked into.
    """
    if article.format == "text":
        return ()
    _, metadata, start = front.read(article.file, text, ())
    body = text[start:]
    found = _in_html(body, start) if article.format == "html" else _in_markdown(metadata, body, start)
    return tuple(sorted(found, key=lambda place: place.start))


def _in_html(text: str, start: int) -> Iterator[Place]:
    for tag in _TAG.finditer(text):
        name = (tag["name"] or "").lower()
        if name not in {"a", "img"}:
            continue
        for found in _ATTRIBUTE.finditer(tag["attributes"]):
            if found[1].lower() == ("href" if name == "a" else "src"):
                group = next(number for number in (2, 3, 4) if found[number] is not None)
                first = start + tag.start("attributes")
                said = html.unescape(found[group]).strip()
                yield Place(first + found.start(group), first + found.end(group), said, name == "img")


def _in_markdown(metadata: front.Metadata, body: str, start: int) -> Iterator[Place]:
    data, last, seen = body.encode(), 0, start
    for begin, end, kind, address in sorted(markdown.addresses(metadata, body)):
        seen, last = seen + len(data[last:begin].decode()), begin
        said = data[begin:end].decode()
        if kind == "html":
            yield from _in_html(said, seen)
        elif found := (_DEFINED if kind.startswith("defined") else _INLINE).search(said):
            group = 1 if found[1] is not None else 2
            yield Place(seen + found.start(group), seen + found.end(group), address, kind.endswith("picture"))
