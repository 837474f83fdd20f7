"""Editions: an article and a catalog make the article in another language. The original is made by the same code."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workflow import languages, markup, readers, segments, status
from workflow.model import EMPTY, Article, Block, Catalog, Counts, Edition, Entry, Grain, State, Syntax
from workflow.readers import front

Accept = Literal["reviewed", "draft"]

UNTRANSLATED = "untranslated"
"""The class of the `<span>` around a segment that stands in the source language."""

FOREIGN = ("\ufdd0", "\ufdd1")
"""What stands around it in a format that has no markup; Unicode keeps these two for a program's own use."""

# Nothing in an honest translation overrides the direction of letters or hides control characters.
_NEVER = re.compile(
    "[\u202d\u202e\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufdd0-\ufdef\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_OPENING = {
    "\u202d": "\u202c",
    "\u202e": "\u202c",
    "\u202a": "\u202c",
    "\u202b": "\u202c",
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}
_PLAIN_LINK = re.compile(r"<a href=\"[^\"]*\">")
# The mark of an item whose words follow it, and how deep the next line with words stands.
_ITEM = re.compile(r"^(?P<deep>[ \t]*)(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?\Z", re.MULTILINE)
_NUMBER = re.compile(r"(?:[ \t]*\r?\n)*([ \t]*)(\d{1,9})([.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_DEEPER = re.compile(r"(?:[ \t]*\r?\n)+(?P<deep>[ \t]*)")
_ELEMENT = re.compile(r"<li(?:\s[^<>]*)?>\s*\Z", re.IGNORECASE)
_ELEMENT_END = re.compile(r"\s*</li\s*>[ \t]*(?:\r?\n)?", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_TITLES = frozenset({"title", "heading 1"})


def edition(
    article: Article,
    catalog: Catalog | None,
    *,
    locale: str,
    source_locale: str,
    accept: Accept = "reviewed",
    grain: Grain = "sentence",
    allow_links: Sequence[str] = (),
) -> Edition:
    """The article in `locale`; a segment without a text fit to publish stands in the source language.

    Fit is what is reviewed; with `accept="draft"`, drafts too. A stale entry never is: it renders an English that is
    no longer there. Without a catalog, or in the source's own locale, the text is the article's, byte for byte.
    A translation may lead where its segment does and to what is under `allow_links`.
    """
    if catalog is None or locale == source_locale:
        return _original(article, locale, source_locale)
    known = {entry.key: entry for entry in catalog.entries if not entry.obsolete}
    saying = _Saying(known, locale, source_locale, accept, tuple(allow_links), text=article.format == "text")
    language = languages.language(source_locale)
    text: list[str] = []
    marked: list[str] = []
    foreign: set[str] = set()
    title = ""
    skip, number = 0, ""
    for place, part in enumerate(article.parts):
        if isinstance(part, str):
            rest = _renumbered(part[skip:], number)
            text.append(rest)
            marked.append(rest)
            skip, number = 0, ""
            continue
        said = saying.block(part, segments.split(part.prose, language, grain=grain, syntax=part.syntax))
        if place and not said.plain.strip():
            before, after = article.parts[place - 1], (*article.parts, "")[place + 1]
            cut = _item(article.format, text[-1], after) if isinstance(before, str) and isinstance(after, str) else None
            if cut is not None:
                number = text[-1][cut[0] :]
                text[-1] = marked[-1] = text[-1][: cut[0]]
                skip = cut[1]
                continue
        text.append(readers.write(part, said.plain))
        marked.append(readers.write(part, said.marked))
        heading = part.form.startswith("front ") or part.kind == "title"
        if said.foreign and heading:
            foreign.add(part.kind)
        if not title and part.kind in _TITLES:
            title = _title(said.plain, part.syntax)
            if said.foreign:
                foreign.add("title")
    whole, shown = "".join(text), "".join(marked)
    _, translated, body = front.read(article.file, shown, front.FIELDS)
    metadata = {**article.metadata, **translated}
    told = metadata.get("title")
    counts, missing, drafted = saying.counted()
    stale = any(entry.state is State.STALE for entry in missing)
    revised = _revised(catalog)
    return Edition(
        article=article,
        locale=locale,
        source=source_locale,
        text=whole,
        marked=shown,
        body=body,
        title=told if isinstance(told, str) and told else title or article.name,
        metadata=metadata,
        foreign=frozenset(foreign),
        counts=counts,
        missing=missing,
        drafted=drafted,
        renders=revised if stale else None,
        revised=revised,
    )


def _original(article: Article, locale: str, source_locale: str) -> Edition:
    """The article as it was written."""
    text = article.text
    _, _, body = front.read(article.file, text, front.FIELDS)
    told = article.metadata.get("title")
    titles = (_title(block.prose, block.syntax) for block in article.blocks if block.kind in _TITLES)
    return Edition(
        article=article,
        locale=locale,
        source=source_locale,
        text=text,
        marked=text,
        body=body,
        title=told if isinstance(told, str) and told else next(filter(None, titles), article.name),
        metadata=article.metadata,
        foreign=frozenset(),
        counts=Counts(),
    )


def _title(said: str, syntax: Syntax) -> str:
    return _SPACE.sub(" ", markup.plain(said, syntax)).strip()


def _item(form: str, written: str, after: str) -> tuple[int, int] | None:
    """Where the mark of an item of which nothing is said begins in what is `written`, and where `after` goes on.

    None where something else stands beside the words, or what stands deeper belongs to it.
    """
    if form == "html":
        opening, closing = _ELEMENT.search(written), _ELEMENT_END.match(after)
        return (opening.start(), closing.end()) if opening and closing else None
    mark, rest = _ITEM.search(written), _DEEPER.match(after)
    if form != "markdown" or mark is None or (after and rest is None):
        return None
    if rest and len(rest["deep"].expandtabs(4)) > len(mark["deep"].expandtabs(4)):
        return None
    return mark.start(), after.find("\n") + 1


def _renumbered(between: str, gone: str) -> str:
    """What stands before an item, with the number of the one that is `gone` from right before it.

    >>> _renumbered("2. ", "1. "), _renumbered("   - ", "1. "), _renumbered("7) ", "")
    ('1. ', '   - ', '7) ')
    """
    number, next_number = _NUMBER.fullmatch(gone), _NUMBER.fullmatch(between)
    if number and next_number and (number[1], number[3]) == (next_number[1], next_number[3]):
        return f"{between[: next_number.start(2)]}{number[2]}{between[next_number.end(2) :]}"
    return between


@dataclass(frozen=True, slots=True)
class _Said:
    """A block's prose in the edition: as it is, and with what is foreign marked."""

    plain: str
    marked: str
    foreign: bool


@dataclass(slots=True)
class _Saying:
    """Says each segment in the edition's language, and keeps count of those that it could not."""

    known: Mapping[tuple[str | None, str], Entry]
    locale: str
    source_locale: str
    accept: Accept
    allow_links: tuple[str, ...]
    text: bool
    met: dict[tuple[str | None, str], Entry] = field(default_factory=dict)

    def block(self, block: Block, pieces: list[str]) -> _Said:
        """The block's prose, sentence by sentence, joined as the locale joins them."""
        plain: list[tuple[str, str]] = []
        marked: list[tuple[str, str]] = []
        foreign = 0
        for msgid, gap in _gaps(pieces):
            entry = self._entry(block, msgid)
            if self._fit(entry):
                text = entry.msgstr
                if text != EMPTY:
                    text = tame(text.strip(), msgid)
                    text = markup.contain(msgid + self._leave(text, block.syntax), text, block.syntax)
                plain.append((text, gap))
                marked.append((text, gap))
            else:
                foreign += 1
                plain.append((msgid, gap))
                marked.append((self._mark(block, msgid), gap))
        if foreign and foreign == len(plain):
            # A block of which nothing is translated stays as it was written, line breaks and all.
            shown = block.prose if not self._spans(block) else _framed(block.prose, segments.join(marked, self.locale))
            return _Said(block.prose, shown, foreign=True)
        said, shown = (segments.join(each, self.locale) for each in (plain, marked))
        if [text for text, _ in plain] == [msgid for msgid, _ in _gaps(pieces)]:
            # What says the same as the source looks the same, also where the locale would join it otherwise.
            shown = _framed(block.prose, shown) if foreign else block.prose
            return _Said(block.prose, shown, foreign=bool(foreign))
        return _Said(_framed(block.prose, said), _framed(block.prose, shown), foreign=bool(foreign))

    def _entry(self, block: Block, msgid: str) -> Entry:
        key = (block.context, msgid)
        return self.met.setdefault(key, self.known.get(key) or Entry(msgid=msgid, msgctxt=block.context))

    def _fit(self, entry: Entry) -> bool:
        return entry.state is State.REVIEWED or (entry.state is State.DRAFT and self.accept == "draft")

    def _leave(self, text: str, syntax: Syntax) -> str:
        """The links of `text` that the settings allow, as if its source had them."""
        if not self.allow_links or syntax == "plain":
            return ""
        given = []
        for token in markup.tokens(text, syntax):
            if any(markup.beneath(token.target, start) for start in self.allow_links):
                if token.kind == "open link":
                    given.append(f" [x](<{token.target}>)")
                elif _PLAIN_LINK.fullmatch(token.raw):
                    given.append(f" {token.raw}x</a>")
        return "".join(given)

    def _spans(self, block: Block) -> bool:
        return block.syntax != "plain" or (self.text and not block.form.startswith("front "))

    def _mark(self, block: Block, msgid: str) -> str:
        if not self._spans(block):
            return msgid
        if block.syntax == "plain":
            return f"{FOREIGN[0]}{msgid}{FOREIGN[1]}"
        tag, direction = html.escape(languages.tag(self.source_locale)), languages.direction(self.source_locale)
        return f'<span lang="{tag}" dir="{direction}" class="{UNTRANSLATED}">{msgid}</span>'

    def counted(self) -> tuple[Counts, tuple[Entry, ...], int]:
        """The counts, the entries that could not be said, and the number of drafts that were."""
        entries = tuple(self.met.values())
        missing = tuple(entry for entry in entries if not self._fit(entry))
        drafted = sum(1 for entry in entries if entry.state is State.DRAFT and self.accept == "draft")
        return status.count(entries), missing, drafted


def _gaps(pieces: list[str]) -> Iterator[tuple[str, str]]:
    """Each segment's text and the blank after it; a piece that is blank belongs to the gap before it."""
    waiting: tuple[str, str] | None = None
    for piece in pieces:
        msgid = piece.strip()
        if not msgid:
            waiting = (waiting[0], waiting[1] + piece) if waiting else None
            continue
        if waiting:
            yield waiting
        end = len(piece.rstrip())
        waiting = (msgid, piece[end:])
    if waiting:
        yield waiting


def _framed(prose: str, said: str) -> str:
    """`said` with the blank around it that the prose has."""
    bare = prose.strip()
    if not bare:
        return said
    start = prose.index(bare)
    return prose[:start] + said + prose[start + len(bare) :]


def tame(text: str, source: str) -> str:
    """`text` without what makes letters run backwards or hides them, unless the source has it; isolates are closed.

    >>> tame("\u202eevil\u202c", "live"), tame("\u2067نص\u2069", "text") == "\u2067نص\u2069"
    ('evil', True)
    """
    if text.isascii() and text.isprintable():
        return text
    text = _NEVER.sub(lambda found: found[0] if found[0] in source else "", text)
    if not any(char in text for char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
        return text
    kept: list[str] = []
    waiting: list[tuple[str, int]] = []
    for char in text:
        if char in _OPENING:
            waiting.append((_OPENING[char], len(kept)))
            kept.append(char)
        elif char in "\u202c\u2069":
            if waiting and waiting[-1][0] == char:
                waiting.pop()
                kept.append(char)
        else:
            kept.append(char)
    for _, at in waiting:
        kept[at] = ""
    return "".join(kept)


def _revised(catalog: Catalog) -> str | None:
    """The day of PO-Revision-Date, if the header has one."""
    for name, value in catalog.headers:
        found = re.match(r"\d{4}-\d{2}-\d{2}", value)
        if name == "PO-Revision-Date" and found:
            return found[0]
    return None
