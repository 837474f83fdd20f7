"""Ways between articles: where they lead in an edition, and those of the original that lead nowhere."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Collection
from urllib.parse import unquote

from workflow.model import Edition
from workflow.readers.places import places

LOCAL = re.compile(r"(?:\./)?([a-z0-9][a-z0-9_-]*)\.(?:md|markdown|html?|txt)(#[^?]*)?")
"""The address of another article, by its file; its name and the anchor are the groups."""
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/#?\\]|\{|\Z")


def own_picture(address: str) -> str:
    """The path in the folder of the articles to which an address in one of them leads.

    >>> own_picture("./img/ship%20at%20dawn.png")
    'img/ship at dawn.png'
    """
    return posixpath.normpath(unquote(address))


def dead_ends(one: Edition, articles: Collection[str], pictures: Collection[str]) -> tuple[str, ...]:
    r"""A line on each relative link of the original that leads to none of `articles`, and each picture that is missing.

    `pictures` are those that are published, by their path in the folder of the articles. Where addresses on other
    sites, and such as begin with `/`, lead is not known here.

    >>> from workflow import edition, readers
    >>> article = readers.read("source/a.md", "# A\n\nSee [b](b.md) and ![c](c.png).\n")
    >>> original = edition.edition(article, None, locale="en", source_locale="en")
    >>> dead_ends(original, {"a"}, ())
    ('source/a.md:3: link to b.md leads to no article', 'source/a.md:3: picture c.png is missing')
    """
    article, said = one.article, []
    for place in places(article, article.text):
        if _ELSEWHERE.match(place.address):
            continue
        path = re.split(r"[?#]", place.address)[0]
        local = LOCAL.fullmatch(place.address)
        if own_picture(path) in pictures or (not place.picture and local and local[1] in articles):
            continue
        line = article.text.count("\n", 0, place.start) + 1
        told = f"picture {path} is missing" if place.picture else f"link to {path} leads to no article"
        said.append(f"{article.file}:{line}: {told}")
    return tuple(dict.fromkeys(said))


def led(one: Edition, page: Callable[[str], str | None], picture: Callable[[str], str | None]) -> str:
    """The edition's marked text with its ways to other articles and pictures as `page` and `picture` answer.

    Both are given a name, of an article or a path of a picture; where they answer None, the address stays.
    """
    text, pieces, at = one.marked, [], 0
    for place in places(one.article, text):
        local = LOCAL.fullmatch(place.address)
        way = picture(own_picture(place.address)) if place.picture else page(local[1]) if local else None
        # An address that is written over two lines stays.
        if way is None or html.unescape(text[place.start : place.end]).strip() != place.address:
            continue
        pieces += [text[at : place.start], way + ((local[2] or "") if local else "")]
        at = place.end
    return "".join([*pieces, text[at:]])
