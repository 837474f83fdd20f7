"""The body of an edition as safe HTML: what prose may hold and no more, with anchors, sizes, colours and isolates."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import nh3
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from workflow import languages, markup
from workflow.model import Edition
from workflow.publish import pictures
from workflow.publish.links import LOCAL, own_picture
from workflow.publish.site import Site
from workflow.publish.typography import typeset
from workflow.publish.words import words
from workflow.readers import front, markdown

_TAGS = frozenset(
    """
    a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn
    div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img input ins kbd li main mark nav ol p pre q
    rp rt ruby s samp section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var
    video wbr
    """.split()  # noqa: SIM905 - eighty names read better so
)
"""What prose is made of; nothing that runs, frames, styles or sends."""
_GONE = frozenset(
    "script style title template iframe object embed noscript noembed noframes textarea select button svg math".split()  # noqa: SIM905 - see above
)
"""What is dropped together with what stands in it."""
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "class", "lang", "dir", "title", "translate", "role", "aria-label", "aria-hidden"},
    "a": {"href", "hreflang"},
    "audio": {"src", "controls"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "del": {"datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "checked", "disabled"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "style", "align"},
    "th": {"colspan", "rowspan", "style", "align", "scope"},
    "time": {"datetime"},
    "video": {"src", "controls", "poster", "width", "height"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_PLACES = frozenset({"href", "src", "poster"})
_VOID = frozenset({"br", "col", "hr", "img", "input", "source", "wbr"})
_VERBATIM = frozenset({"code", "pre", "kbd", "samp", "bdi", "bdo", "var"})
_TYPED = frozenset({"code", "kbd", "samp"})
FOREIGN = ("\ufdd0", "\ufdd1")
"""What stands around a segment in the source language where the format has no markup (edition.FOREIGN)."""
_INLINE = frozenset(
    """
    a abbr b bdi bdo cite code data del dfn em i img ins kbd mark q s samp small span strong sub sup time u var
    """.split()  # noqa: SIM905 - see above
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# nh3 writes attributes in double quotes and escapes quotes in them, so its output can be read by its marks.
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^\s=<>\"]+(?:=\"[^\"]*\")?)*)\s*/?>|([^<]+)")
_ATTRIBUTE = re.compile(r"\s([^\s=<>\"]+)(?:=\"([^\"]*)\")?")
_H1 = re.compile(r"\s*<h1(?:\s[^>]*)?>(.*?)</h1>", re.DOTALL)
_FIRST_LEVEL = re.compile(r"(</?)h1(?=[\s>])")
_TASK = re.compile(r"<li>(?=\s*(?:<p>)?[☐☑])")
_HEADING = re.compile(r"<h[1-6](?:\s[^>]*)?>(.*?)</h[1-6]>", re.DOTALL)
_MARKS = re.compile(r"<[^>]*>")
_GAP = re.compile(r"(?:[ \t]*\r?\n){2,}")
_LATIN = re.compile(r"(?:[0-9]+-?)?[A-Za-zÀ-ɏ][A-Za-z0-9À-ɏ]*(?:[-.'’&@+#:/_ \u00a0][A-Za-z0-9À-ɏ]+)*[+#]*")
_FAR = re.compile(r"#|(?:https?|mailto|tel):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where a page finds what it shows: a picture, and the page of another article (None where there is none).

    A picture is asked for by its path in the folder of the articles. A `closed` one, a book, holds all that it shows:
    it leads to nothing beside it and fetches nothing.
    """

    picture: Callable[[str], str | None]
    page: Callable[[str], str | None]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """`html` is safe; `heading` is the inner HTML of a first heading of level 1 that stood over it.

    `hosts` are the origins from which pictures and recordings come, `shown` the publication's own pictures in it.
    """

    html: str
    heading: str
    hosts: tuple[str, ...]
    shown: tuple[str, ...]


def of(one: Edition, site: Site, shelf: Shelf) -> Body:
    """The body of an edition.

    What a translation holds can lead only where its original leads, or where the settings allow.
    """
    original = _original(one.article.file, one.article.format, one.article.text)
    walk = _Walk(
        one, site, shelf, None if one.original else original.links, original.slugs,
        leftward=languages.direction(one.locale) == "rtl",
    )  # fmt: skip
    if one.original:
        text = walk.run(original.html)
    else:
        text = walk.run(_clean(_marked(one, _rendered(one.article.file, one.article.format, one.marked))))
    heading = ""
    found = _H1.match(text)
    title = typeset(one.title, one.locale, joined=not shelf.closed)
    if found and ("title" not in one.metadata or plain(found[1]) == " ".join(title.split())):
        heading, text = found[1], text[found.end() :]
    # The page has one heading of the first level: its title.
    text = _TASK.sub('<li class="task">', _FIRST_LEVEL.sub(r"\1h2", text))
    return Body(text.strip() + "\n", heading, tuple(sorted(walk.hosts)), tuple(sorted(set(walk.shown.values()))))


def plain(inner: str) -> str:
    """The text of a piece of safe HTML, on one line.

    >>> plain("<em>Tom</em> &amp; Li")
    'Tom & Li'
    """
    return " ".join(html.unescape(_MARKS.sub("", inner)).split())


def _rendered(file: str, form: str, text: str) -> str:
    """The article's text, or an edition of it, as HTML that nobody has looked at."""
    _, metadata, start = front.read(file, text, ())
    said = text[start:]
    if form == "markdown":
        return markdown.render(metadata, said)
    if form == "html":
        return said
    paragraphs = [part for part in _GAP.split(said.strip()) if part.strip()]
    first = "h1" if paragraphs and "title" not in metadata else "p"
    tags = [first, *["p"] * (len(paragraphs) - 1)] if paragraphs else []
    written = (html.escape(part.strip(), quote=False) for part in paragraphs)
    return "\n".join(f"<{tag}>{part}</{tag}>" for tag, part in zip(tags, written, strict=True))


def _marked(one: Edition, rendered: str) -> str:
    """What plain text marked as foreign is a `<span>` in HTML."""
    opening, closing = FOREIGN
    if opening not in rendered:
        return rendered
    tag = html.escape(languages.tag(one.source))
    span = f'<span lang="{tag}" dir="{languages.direction(one.source)}" class="untranslated">'
    return rendered.replace(opening, span).replace(closing, "</span>")


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
        filter_style_properties={"text-align"},
    )


def _clean(text: str) -> str:
    return _cleaner().clean(text)


@dataclass(frozen=True, slots=True)
class _Original:
    """An article as it was written, as safe HTML; where it leads, and the anchors of its headings, one each."""

    html: str
    links: frozenset[str]
    slugs: tuple[str, ...]


@lru_cache(maxsize=4)
def _original(file: str, form: str, written: str) -> _Original:
    """The article that all its editions ask for, one soon after the other."""
    text = _clean(_rendered(file, form, written))
    links = set()
    for mark in _TOKEN.finditer(text):
        if mark[3]:
            links |= {html.unescape(value) for name, value in _ATTRIBUTE.findall(mark[3]) if name in _PLACES}
    slugs: list[str] = []
    taken: set[str] = set()
    for heading in _HEADING.findall(text):
        slug = re.sub(r"[^a-z0-9]+", "-", plain(heading).lower()).strip("-") or "part"
        name, count = slug, 1
        while name in taken:
            count += 1
            name = f"{slug}-{count}"
        taken.add(name)
        slugs.append(name)
    return _Original(text, frozenset(links), tuple(slugs))


@dataclass(slots=True)
class _Walk:
    """One pass over clean HTML. `allowed` is where it may lead; None for the original, which may lead anywhere.

    `leftward` is a page that is read from right to left; `before` is the last letter of the block so far.
    """

    one: Edition
    site: Site
    shelf: Shelf
    allowed: frozenset[str] | None
    slugs: tuple[str, ...]
    leftward: bool
    before: str = ""
    hosts: set[str] = field(default_factory=set)
    shown: dict[str, str] = field(default_factory=dict)
    out: list[str] = field(default_factory=list)
    verbatim: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    headings: int = 0
    head: bool = False

    def run(self, text: str) -> str:
        """The HTML as a page shows it."""
        at = 0
        for mark in _TOKEN.finditer(text):
            if mark.start() < at:
                continue
            at = mark.end()
            if mark[4] is not None:
                self.out.append(self._text(mark[4]))
            elif mark[1]:
                self._end(mark[2])
            elif mark[2] == "pre" and (end := text.find("</pre>", at)) >= 0:
                self.out.append(self._code(text[at:end], mark[3]))
                at = end + len("</pre>")
            else:
                self._start(mark[2], mark[3])
        return "".join(self.out)

    def _text(self, text: str) -> str:
        before, self.before = self.before, text[-1:]
        if self.verbatim:
            return text
        said = html.unescape(text)
        if self.leftward:
            return _isolated(said)
        shown = typeset(said, self.one.locale, before=before, joined=not self.shelf.closed)
        return text if shown == said else html.escape(shown, quote=False)

    def _end(self, name: str) -> None:
        if self.verbatim and self.verbatim[-1].split()[0] == name:
            self.verbatim.pop()
        if name in {"audio", "video"} | _HEADINGS or name not in _VOID:
            self.out.append(f"</{name}>")
        if name == "thead":
            self.head = False
        if name == "table":
            self.out.append("</section>")

    def _start(self, name: str, raw: str) -> None:
        if name == "input":
            self.out.append("☑" if " checked" in raw else "☐")
            return
        attributes = self._attributes(name, raw)
        if name in _HEADINGS:
            slug = self.slugs[self.headings] if self.headings < len(self.slugs) else f"part-{self.headings + 1}"
            if "id" not in attributes and slug not in self.taken:
                attributes["id"] = slug
                self.taken.add(slug)
            self.headings += 1
        elif name == "table":
            label = html.escape(words(self.one.locale)["table"])
            self.out.append(f'<section class="table" tabindex="0" aria-label="{label}">')
        elif name == "th" and self.head:
            attributes.setdefault("scope", "col")
        elif self.leftward and name in _TYPED:
            attributes.setdefault("dir", "ltr")
        elif name == "img" and not self._picture(attributes):
            self.out.append(attributes.get("alt", ""))
            return
        if name not in _INLINE:
            self.before = ""
        self.head = self.head or name == "thead"
        foreign = name == "span" and "lang" in attributes
        if name not in _VOID and (self.verbatim or name in _VERBATIM or foreign):
            # Within verbatim text every tag that can nest is followed, so that its end ends the right one.
            self.verbatim.append(name)
        written = "".join(f' {key}="{value}"' if value else f" {key}" for key, value in attributes.items())
        if name == "img" and "alt" not in attributes:
            written += ' alt=""'
        self.out.append(f"<{name}{written}>")

    def _attributes(self, name: str, raw: str) -> dict[str, str]:
        """The attributes that stay, their values still escaped."""
        kept: dict[str, str] = {}
        for key, value in _ATTRIBUTE.findall(raw):
            if key in {"style", "align"}:
                side = re.search(r"left|right|center", value)
                kept["class"] = f"{kept.get('class', '')} {side[0]}".strip() if side else kept.get("class", "")
            elif key in _PLACES:
                place = self._place(name, html.unescape(value))
                if place is not None:
                    kept[key] = html.escape(place)
            elif key != "id" or value not in self.taken:
                kept[key] = value
        if "id" in kept:
            self.taken.add(kept["id"])
        return kept

    def _place(self, name: str, place: str) -> str | None:
        """Where the mark leads on the page; None if it may not lead there."""
        if self.allowed is not None and place not in self.allowed and not self._leave(place):
            return None
        if name == "a":
            found = LOCAL.fullmatch(place)
            page = self.shelf.page(found[1]) if found else None
            if found and page is not None:
                return page + (found[2] or "")
            if not self.shelf.closed and own_picture(place) in self.site.settings.pictures:
                return self._shown(own_picture(place))
            return None if self.shelf.closed and not _FAR.match(place) else place
        if re.match(r"(?:https?:)?//", place):
            if self.shelf.closed:
                return None
            self.hosts.add("https:" if place.startswith("//") else "/".join(place.split("/")[:3]))
            return place
        if own_picture(place) in self.site.settings.pictures:
            return self._shown(own_picture(place))
        return None if self.shelf.closed else place

    def _shown(self, own: str) -> str | None:
        """Where one of the publication's pictures stands."""
        place = self.shelf.picture(own)
        if place is not None:
            self.shown[place] = own
        return place

    def _leave(self, place: str) -> bool:
        return any(markup.beneath(place, start) for start in self.site.settings.allow_links)

    def _picture(self, attributes: dict[str, str]) -> bool:
        """Whether the picture can be shown; its size is known then, if it is ours."""
        source = html.unescape(attributes.get("src", ""))
        if not source:
            return False
        data = self.site.settings.pictures.get(self.shown.get(source, ""))
        size = pictures.size(data) if data else None
        if size is not None:
            attributes["width"], attributes["height"] = map(str, size)
        attributes["loading"] = "lazy"
        return True

    def _code(self, inner: str, raw: str) -> str:
        """A block of code, coloured if its language is known."""
        found = re.match(r'<code(?: class="([^"]*)")?>(.*)</code>\s*\Z', inner, re.DOTALL)
        label = html.escape(words(self.one.locale)["code"])
        frame = f'<pre{raw} tabindex="0" role="region" aria-label="{label}" dir="ltr" translate="no">'
        if found is None:
            return f"{frame}{inner}</pre>"
        name = re.search(r"language-([\w+#-]+)", found[1] or "")
        shown = _coloured(html.unescape(_MARKS.sub("", found[2])), name[1]) if name else found[2]
        return f"{frame}<code>{shown.rstrip()}\n</code></pre>"


def _isolated(text: str) -> str:
    """Text to be read from right to left, in which Latin names stand by themselves.

    >>> _isolated("قال Tom & Li.")
    'قال <bdi>Tom</bdi> &amp; <bdi>Li</bdi>.'
    """
    pieces, at = [], 0
    for found in _LATIN.finditer(text):
        pieces += [
            html.escape(text[at : found.start()], quote=False), f"<bdi>{html.escape(found[0], quote=False)}</bdi>"
        ]  # fmt: skip
        at = found.end()
    return "".join([*pieces, html.escape(text[at:], quote=False)])


@lru_cache(maxsize=4096)
def _coloured(code: str, name: str) -> str:
    """Code with a `<span>` around each of its words, or plain where the language is unknown."""
    lexer, formatter = _lexer(name.lower())
    if lexer is None:
        return html.escape(code, quote=False)
    return str(highlight(code, lexer, formatter))


@lru_cache(maxsize=256)
def _lexer(name: str) -> tuple[Lexer | None, HtmlFormatter[str]]:
    """What reads code in a language, None for one that nobody knows, and what writes it."""
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
    try:
        return get_lexer_by_name(name, stripnl=False), formatter
    except ClassNotFound:
        return None, formatter
