"""Markdown, by the events and byte ranges of pulldown-cmark: CommonMark with tables, footnotes and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

import pyromark

from workflow.markup import cjk, show_emphasis
from workflow.model import Article, Block
from workflow.readers import front, html

_O = pyromark.Options
_OPTIONS = (
    _O.ENABLE_TABLES
    | _O.ENABLE_STRIKETHROUGH
    | _O.ENABLE_FOOTNOTES
    | _O.ENABLE_TASKLISTS
    | _O.ENABLE_HEADING_ATTRIBUTES
    | _O.ENABLE_DEFINITION_LIST
    | _O.ENABLE_GFM
)
_CONTAINERS = {
    "Item": "list item",
    "BlockQuote": "quote",
    "FootnoteDefinition": "footnote",
    "DefinitionListDefinition": "definition",
}
_LEAVES = frozenset({"Heading", "TableCell", "DefinitionListTitle"})
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image", "Superscript", "Subscript"})
_WORD = re.compile(r"[^\W_]")
# What a reader sees but nobody translates.
_ASIDE = re.compile(r"(?:https?://|www\.)\S+|\{\{[^{}]*+\}\}|\{%[^{}]*+\}")
_BREAK = re.compile(r"\r\n|\n|\r")

Place = tuple[int, int]


def options(metadata: Mapping[str, str | tuple[str, ...]], body: str) -> pyromark.Options:
    """How the article is parsed: with `$math$` if its front matter says `math: true` or it has a `$$` formula.

    Otherwise dollars are money: `$5-$7` would begin a formula.
    """
    said = metadata.get("math")
    if said == "true" or (said is None and "$$" in body):
        return _OPTIONS | _O.ENABLE_MATH
    return _OPTIONS


def render(metadata: Mapping[str, str | tuple[str, ...]], body: str) -> str:
    """The Markdown as HTML; raw HTML in it is as it stands."""
    return str(pyromark.html(body, options=options(metadata, body)))


def addresses(metadata: Mapping[str, str | tuple[str, ...]], body: str) -> Iterator[tuple[int, int, str, str]]:
    """Where addresses stand: a range in bytes, what it is, and the address.

    It is a `link`, a `picture`, a `defined link`, a `defined picture` or `html`.

    The range of a link or a picture begins after what is shown of it; what is by reference is told by its definition.
    What is `html` may hold any number of addresses.
    """
    chosen = options(metadata, body)
    waiting: list[tuple[int, str, str]] = []
    pictured: set[str] = set()
    for event, span in cast("Iterator[_Event]", pyromark.events_with_range(body, options=chosen)):
        ((tag, value),) = event.items() if isinstance(event, dict) else ((event, None),)
        if waiting and tag not in {"Start", "End"}:
            waiting[-1] = (max(waiting[-1][0], span["end"]), *waiting[-1][1:])
        if tag == "InlineHtml" or (tag == "Start" and value == "HtmlBlock"):
            yield span["start"], span["end"], "html", ""
        elif tag == "Start" and isinstance(value, dict) and (name := next(iter(value))) in {"Link", "Image"}:
            inline = value[name]["link_type"] == "Inline"
            kind = ("link" if name == "Link" else "picture") if inline else ""
            if name == "Image":
                pictured.add(value[name]["dest_url"])
            waiting.append((span["start"], kind, value[name]["dest_url"]))
        elif tag == "End" and value in ("Link", "Image"):
            begin, kind, address = waiting.pop()
            if waiting:
                waiting[-1] = (span["end"], *waiting[-1][1:])
            if kind:
                yield begin, span["end"], kind, address
    for told in pyromark.reference_definitions(body, options=chosen).values():
        kind = "defined picture" if told["dest"] in pictured else "defined link"
        yield told["span"]["start"], told["span"]["end"], kind, told["dest"]


@dataclass(slots=True)
class _Picture:
    """An image in a leaf: its range, that of its alternative text, what that says, and its title."""

    start: int
    end: int
    title: str
    link: str
    first: int = -1
    last: int = -1
    alt: str = ""


@dataclass(slots=True)
class _Leaf:
    """Inline content as the parser tells it. `pending` is 1 after a soft break, 2 after a hard one, at `broken`."""

    kind: str
    form: str
    depth: int
    start: int = -1
    end: int = -1
    pending: int = 0
    broken: int = 0
    words: list[str] = field(default_factory=list)
    breaks: list[tuple[int, int, bool]] = field(default_factory=list)
    labels: list[tuple[int, int, str]] = field(default_factory=list)
    titles: list[tuple[int, int, str]] = field(default_factory=list)
    pictures: list[_Picture] = field(default_factory=list)
    tags: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Html:
    """An HTML block: the ranges of its lines, without the marks of quotes and items around it."""

    start: int
    lines: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Definition:
    """A link reference definition with a title."""

    start: int
    end: int
    title: str


# What pyromark tells: a name, or a name with what it is of; its own types know more than is needed here.
_Event = tuple[str | dict[str, Any], dict[str, int]]
_Item = _Leaf | _Html | _Definition


@dataclass(slots=True)
class _Walk:
    """One pass over the parser's events; `done` is what it found, in order."""

    data: bytes
    done: list[_Item] = field(default_factory=list)
    containers: list[str] = field(default_factory=list)
    quotes: int = 0
    leaf: _Leaf | None = None
    code: bool = False
    head: bool = False
    lines: list[Place] | None = None
    pictures: list[_Picture] = field(default_factory=list)
    aside: int = 0

    def run(self, text: str, chosen: pyromark.Options) -> list[_Item]:
        """What stands in the article, in order."""
        for event, span in cast("Iterator[_Event]", pyromark.events_with_range(text, options=chosen)):
            if isinstance(event, str):
                self._other(event, span["start"], span["end"])
                continue
            [tag] = event
            if tag in {"Text", "Code"}:
                leaf = self.leaf
                if leaf is not None and leaf.start >= 0 and not (leaf.pending or self.pictures or self.aside):
                    # What nine of ten are.
                    if (end := span["end"]) > leaf.end:
                        leaf.end = end
                    if tag == "Text":
                        leaf.words.append(event["Text"])
                elif not self.code:
                    leaf = self._grow(span["start"], span["end"])
                    if self.pictures:
                        self.pictures[-1].alt += event[tag]
                    elif tag == "Text" and not self.aside:
                        leaf.words.append(event["Text"])
            elif tag == "Start":
                self._start(event["Start"], span["start"], span["end"])
            elif tag == "End":
                self._end(event["End"])
            else:
                self._other(tag, span["start"], span["end"])
        self._finish()
        return self.done

    def _grow(self, start: int, end: int) -> _Leaf:
        """The leaf has one thing more in it. A backslash that escapes its first character is in no event."""
        leaf = self.leaf
        if leaf is None:
            leaf = self.leaf = self._inside()
        if leaf.start < 0:
            leaf.start = start = start - (start > 0 and self.data[start - 1] == 0x5C)
        elif leaf.pending:
            start -= self.data[start - 1] == 0x5C
            leaf.breaks.append((leaf.broken, start, leaf.pending == 2))
            leaf.pending = 0
        leaf.end = max(leaf.end, end)
        if self.pictures:
            picture = self.pictures[-1]
            if picture.first < 0:
                picture.first = start
            picture.last = max(picture.last, end)
        return leaf

    def _resume(self, leaf: _Leaf) -> None:
        """A mark that ends first on a line does not belong to the break before it."""
        gap = _gap(leaf.depth).match(self.data, leaf.broken)
        if gap is not None:
            leaf.breaks.append((leaf.broken, gap.end(), leaf.pending == 2))
            leaf.pending = 0

    def _inside(self) -> _Leaf:
        return _Leaf(self.containers[-1] if self.containers else "paragraph", "inline", self.quotes)

    def _finish(self) -> None:
        if self.leaf is not None:
            if self.leaf.start >= 0:
                self.done.append(self.leaf)
            self.leaf = None

    def _start(self, value: Any, start: int, end: int) -> None:
        told: Any = None
        if isinstance(value, str):
            name = value
        else:
            [name] = value
            told = value[name]
        if name in _INLINE:
            if told and told["link_type"] == "Collapsed" and self.data.startswith(b"[]", end):
                end += 2  # the parser leaves the brackets out
            self._grow(start, end)
            if name == "Link":
                self._link(told, start, end)
            elif name == "Image":
                self._picture(told, start, end)
            return
        if self.leaf is not None:
            self._finish()
        if name == "Paragraph":
            self.leaf = self._inside()
        elif name in _CONTAINERS:
            self.containers.append(_CONTAINERS[name])
            self.quotes += name == "BlockQuote"
        elif name == "HtmlBlock":
            self.lines = []
        elif name == "CodeBlock":
            self.code = True
        elif name == "TableHead":
            self.head = True
        elif name in _LEAVES:
            self.leaf = self._leaf(name, told, start)

    def _leaf(self, name: str, told: Any, start: int) -> _Leaf:
        if name == "Heading":
            form = "heading" if self.data[start : start + 1] == b"#" else "setext"
            return _Leaf(f"heading {told['level'][1:]}", form, self.quotes)
        if name == "TableCell":
            return _Leaf("table header" if self.head else "table cell", "cell", self.quotes)
        return _Leaf("term", "inline", self.quotes)

    def _link(self, told: Mapping[str, str], start: int, end: int) -> None:
        leaf, kind = self.leaf, told["link_type"]
        assert leaf is not None
        if kind in ("Shortcut", "Collapsed"):
            leaf.labels.append((start, end, kind))
        elif kind in ("Autolink", "Email"):
            self.aside += 1
        elif told["title"] and kind == "Inline" and not self.pictures:
            leaf.titles.append((start, end, told["title"]))

    def _picture(self, told: Mapping[str, str], start: int, end: int) -> None:
        leaf, kind = self.leaf, told["link_type"]
        assert leaf is not None
        if kind in ("Shortcut", "Collapsed"):
            leaf.labels.append((start, end, kind))
        self.pictures.append(_Picture(start, end, told["title"] if kind == "Inline" else "", kind))

    def _end(self, value: Any) -> None:
        name = value if isinstance(value, str) else next(iter(value))
        if name in _INLINE:
            if self.leaf is not None and self.leaf.pending:
                self._resume(self.leaf)
            if name == "Image" and self.pictures and self.leaf is not None:
                picture = self.pictures.pop()
                if self.pictures:
                    self.pictures[-1].alt += picture.alt
                else:
                    self.leaf.pictures.append(picture)
            elif name == "Link" and self.aside:
                self.aside -= 1
            return
        if self.leaf is not None:
            self._finish()
        if name in _CONTAINERS:
            self.containers.pop()
            self.quotes -= name == "BlockQuote"
        elif name == "HtmlBlock":
            if self.lines:
                self.done.append(_Html(self.lines[0][0], tuple(self.lines)))
            self.lines = None
        elif name == "CodeBlock":
            self.code = False
        elif name == "TableHead":
            self.head = False

    def _other(self, tag: str, start: int, end: int) -> None:
        leaf = self.leaf
        if tag == "Html":
            if self.lines is not None:
                self.lines.append((start, end))
        elif tag in ("SoftBreak", "HardBreak"):
            if leaf is not None:
                while self.data[start - 1] in b" \t\r":
                    start -= 1
                leaf.pending, leaf.broken = 1 + (tag == "HardBreak"), start
                if self.pictures:
                    self.pictures[-1].alt += " "
                else:
                    leaf.words.append(" ")
        elif tag == "Rule":
            self._finish()  # in an item without blank lines nothing else parts the text before it from that after it
        elif tag != "TaskListMarker":
            leaf = self._grow(start, end)
            if tag == "InlineHtml":
                leaf.tags.append((start, end))


def read(file: str, text: str, fields: Sequence[str]) -> Article:
    """The prose of a Markdown article: headings, paragraphs, items, cells, and the HTML between them."""
    parts, metadata, start = front.read(file, text, fields)
    body = text[start:] if start else text
    data = body.encode()
    chosen = options(metadata, body)
    items = _Walk(data).run(body, chosen)
    if "]:" in body:
        items = sorted([*items, *_definitions(body, chosen)], key=lambda item: item.start)
    line, at = text.count("\n", 0, start) + 1, 0
    for begin, end, piece in _pieces(data, items):
        if begin < at or begin >= end:
            continue
        if begin > at:
            parts.append(data[at:begin].decode())
        line += data.count(b"\n", at, begin)
        raw = data[begin:end].decode()
        parts.append(html.block(piece, raw, line))
        line += raw.count("\n")
        at = end
    if at < len(data):
        parts.append(data[at:].decode())
    return Article(file=file, format="markdown", parts=tuple(parts), metadata=metadata)


Found = tuple[int, int, html.Piece]


def _pieces(data: bytes, items: Iterable[_Item]) -> Iterator[Found]:
    """Every stretch of prose with its range in bytes."""
    state = html.State()
    for item in items:
        if isinstance(item, _Leaf):
            yield from _prose(data, item, state)
        elif isinstance(item, _Html):
            yield from _in_html(data, item.lines, state)
        elif not state.silent:
            yield from _entitled(data, (item.start, item.end), item.title, "link title", state)


def _definitions(body: str, chosen: pyromark.Options) -> Iterator[_Definition]:
    for told in pyromark.reference_definitions(body, options=chosen).values():
        if told["title"]:
            yield _Definition(told["span"]["start"], told["span"]["end"], told["title"])


def _entitled(data: bytes, place: Place, title: str, kind: str, state: html.State) -> Iterator[Found]:
    """The title that ends the place, without its quotes."""
    start, end = place
    raw = data[start:end].rstrip(b" \t\r\n")
    opening = {b'"': b'"', b"'": b"'", b")": b"("}.get(raw[-1:])
    if opening is None or not _WORD.search(title):
        return
    at = raw.rfind(opening, 0, len(raw) - 1)
    while at > 0 and raw[at - 1 : at] == b"\\":
        at = raw.rfind(opening, 0, at)
    if at > 0:
        note, context = state.direction()
        form = f"markdown title {raw[-1:].decode()}"
        piece = html.Piece(0, 0, " ".join(title.split()), kind, form, "", note, context, "plain")
        yield start + at + 1, start + len(raw) - 1, piece


def _prose(data: bytes, leaf: _Leaf, state: html.State) -> Iterator[Found]:
    """The leaf as one stretch of prose; where nothing is said, the texts of its images, links and tags."""
    start, end = leaf.start, leaf.end
    comments = [place for place in leaf.tags if data.startswith(b"<!--", place[0])] if leaf.tags else []
    if comments:
        start, end, comments = _uncommented(data, start, end, comments, state)
    said = "".join(leaf.words)
    if not _says(said):
        if not state.silent:
            yield from _texts(data, leaf, state)
    elif not state.silent:
        prose, prefix, hard = _unwrapped(data, leaf, start, end)
        note, context = state.direction()
        form = f"markdown {leaf.form}{hard}"
        yield start, end, html.Piece(0, 0, prose, leaf.kind, form, prefix, note, context, "markdown")
    for place in comments:
        state.direct(data[place[0] : place[1]].decode())


def _says(text: str) -> bool:
    """Whether there is a word that one would translate."""
    if not _WORD.search(text):
        return False
    return bool(_WORD.search(_ASIDE.sub("", text))) if "://" in text or "{" in text or "www." in text else True


def _uncommented(
    data: bytes, start: int, end: int, comments: list[Place], state: html.State
) -> tuple[int, int, list[Place]]:
    """The range without comments at its ends; those at its start are obeyed, the others are left to be."""
    left = list(comments)
    while left and left[0][0] == start:
        state.direct(data[left[0][0] : left[0][1]].decode())
        start = left.pop(0)[1]
        while start < end and data[start] in b" \t\r\n":
            start += 1
    ends = list(left)
    while ends and ends[-1][1] == end and ends[-1][0] > start:
        end = ends.pop()[0]
        while end > start and data[end - 1] in b" \t\r\n":
            end -= 1
    return start, end, left


def _texts(data: bytes, leaf: _Leaf, state: html.State) -> Iterator[Found]:
    """What is read or heard of a leaf that has no words of its own, in order."""
    found: list[Found] = []
    for picture in leaf.pictures:
        if 0 <= picture.first < picture.last and _WORD.search(picture.alt):
            note, context = state.direction()
            alt, last, prefix = " ".join(picture.alt.split()), picture.last, ""
            if picture.link in ("Shortcut", "Collapsed"):
                # The words are the label, too, so a translation needs the label beside it.
                prefix = " ".join(data[picture.first : last].decode().split())
                last = picture.end - 1
            piece = html.Piece(0, 0, alt, "image alt", "markdown alt", prefix, note, context, "plain")
            found.append((picture.first, last, piece))
        if picture.title:
            found += _entitled(data, (picture.start, picture.end - 1), picture.title, "image title", state)
    for start, end, title in leaf.titles:
        found += _entitled(data, (start, end - 1), title, "link title", state)
    for start, end in leaf.tags:
        found += _in_html(data, _lines(data, start, end, leaf.depth), state)
    yield from sorted(found, key=lambda item: item[0])


def _lines(data: bytes, start: int, end: int, depth: int) -> tuple[Place, ...]:
    """The stretches of an inline tag that are no marks of the `depth` quotes around it."""
    if not depth or b"\n" not in data[start:end]:
        return ((start, end),)
    ends = [start]
    for found in _marks(depth).finditer(data, start, end):
        ends += found.span(1)
    ends.append(end)
    return tuple(zip(ends[::2], ends[1::2], strict=True))


@lru_cache(maxsize=64)
def _gap(depth: int) -> re.Pattern[bytes]:
    return re.compile(rb"[ \t]*+\\?(?:\r\n|\n|\r)[ \t]*+(?:>[ \t]*+){0,%d}" % min(depth, 1000))


@lru_cache(maxsize=64)
def _marks(depth: int) -> re.Pattern[bytes]:
    return re.compile(rb"\n([ \t]*+(?:>[ \t]*+){0,%d})" % min(depth, 1000))


def _unwrapped(data: bytes, leaf: _Leaf, start: int, end: int) -> tuple[str, str, str]:
    """The prose on one line but for hard breaks, the prefix of its further lines, and how it writes a hard break."""
    if not leaf.breaks and not leaf.labels and not leaf.tags:
        return _one_line(data[start:end].decode(), leaf), "", ""
    edits: list[tuple[int, int, str]] = []
    prefix, hard = "", ""
    for left, right, is_hard in leaf.breaks:
        if start <= left and right <= end:
            edits.append((left, right, "\n" if is_hard else " "))
            if is_hard and not hard:
                gap = data[left:right].decode()
                newline = _BREAK.search(gap)
                prefix = gap[newline.end() :] if newline else ""
                hard = (" \\" if "\\" in gap else " blank") + (" crlf" if "\r\n" in gap else "")
    for left, right, kind in leaf.labels:
        opening = left + data[left : left + 1].count(b"!")
        label = data[opening : right if kind == "Shortcut" else right - 2].decode()
        edits.append((right if kind == "Shortcut" else right - 2, right, " ".join(_one_line(label, leaf).split())))
    for left, right in leaf.tags:
        # On one line a tag could be taken for a link's target.
        if data[left - 2 : left] == b"](" and _BREAK.search(data[left:right].decode()):
            edits.append((left - 1, left, "\\("))
    edits.sort()
    pieces, at = [], start
    for left, right, instead in edits:
        if at <= left and right <= end:
            pieces += [_one_line(data[at:left].decode(), leaf), instead]
            at = right
    return "".join([*pieces, _one_line(data[at:end].decode(), leaf)]), prefix, hard


def _one_line(text: str, leaf: _Leaf) -> str:
    """A stretch in which a line break can be only within code, a tag or a link's target: a blank there."""
    if "\n" in text or "\r" in text:
        text = _wrapped(leaf.depth).sub(" ", text)
    return text.replace("\\|", "|") if leaf.form == "cell" else text


@lru_cache(maxsize=64)
def _wrapped(depth: int) -> re.Pattern[str]:
    return re.compile(rf"(?:\r\n|\n|\r)[ \t]*+(?:>[ \t]*+){{0,{min(depth, 1000)}}}")


def _in_html(data: bytes, lines: Sequence[Place], state: html.State) -> Iterator[Found]:
    """The prose of a stretch of HTML; the marks of quotes and items around its lines are blanks to it."""
    first, last = lines[0][0], lines[-1][1]
    if len(lines) == 1:
        text = data[first:last].decode()
    else:
        masked = bytearray(data[first:last])
        for (_, left), (right, _) in pairwise(lines):
            masked[left - first : right - first] = b" " * (right - left)
        text = masked.decode()
    simple, at, offset = text.isascii(), 0, first
    for piece in html.pieces(text, state):
        if simple:
            yield first + piece.start, first + piece.end, piece
        else:
            begin = offset + len(text[at : piece.start].encode())
            offset, at = begin + len(text[piece.start : piece.end].encode()), piece.end
            yield begin, offset, piece


_HAZARD = re.compile(
    r"#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|`{3,}|~{3,}|=+\s*$|-+\s*$|(?:[-*_][ \t]*){3,}$|\d{1,9}[.)](?:\s|$)|:\s|:$|\||\+{3}"
    r"|\[(?:[ xX]\]|\^|!)|\[[^\]]*\]:|</?[A-Za-z!?]"
)
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def write(block: Block, translation: str) -> str:
    """The translation in the block's place: no character of it begins a block, ends a cell, a title or an image."""
    if block.form.startswith("html"):
        return html.write(block, translation)
    words = block.form.split(" ")
    form, said = words[1], translation.strip()
    if form == "title":
        said = re.sub(r"\\(?=[!-/:-@\[-`{-~])|&(?=#?\w+;)", r"\\\g<0>", " ".join(said.split()))
        return _whole(re.sub(r"[()]" if words[2] == ")" else words[2], r"\\\g<0>", said))
    if form == "alt":
        said = _PUNCTUATION.sub(lambda m: m[0] if m[0] in ",.;:?/'\"%=()-+@" else "\\" + m[0], " ".join(said.split()))
        return f"{said}][{block.prefix}" if block.prefix else said
    said = show_emphasis(said, block.prose)
    if "\n" in said or "\r" in said:
        said = _broken(block, said, words)
    if odd := _ODD_BLANK.match(block.text):
        said = odd[0] + said  # it is no blank to the parser, and what follows it begins no block
    if form == "cell":
        return _whole(re.sub(r"(?<!\\)\|", r"\\|", said))
    lines = said.split("\n")
    # What stands behind a number sign or a check box begins no block, whatever it looks like.
    behind = block.text[:1] == lines[0][:1] == "<" and _breaks(block.text.split("\n", 1)[0])
    lines = [line if behind and not place else _escaped(line) for place, line in enumerate(lines)]
    said = "\n".join([lines[0], *(block.prefix + line for line in lines[1:])])
    if len(lines) > 1 and "|" in said and _breaks("\n".join(lines)):
        said = re.sub(r"(?<!\\)\|", r"\\|", said)
    if form == "heading":
        said = re.sub(r"(^|[ \t])(#+)$", r"\1\\\2", said)
        if said.endswith("}") and (brace := said.rfind("{")) >= 0:
            said = f"{said[:brace]}\\{said[brace:]}"
    return _whole(said)


_ODD_BLANK = re.compile(r"[^\S \t\r\n\f\v]+")


def _whole(said: str) -> str:
    """The text without a backslash at its end that would take what follows it for escaped."""
    return said + "\\" if (len(said) - len(said.rstrip("\\"))) % 2 else said


def _broken(block: Block, said: str, words: list[str]) -> str:
    """Line breaks as hard breaks where the source has them, as blanks (or nothing between CJK) where not."""
    lines = [re.sub(r"(?<!\\)\\$", "", line.strip()).strip() for line in said.splitlines()]
    lines = [line for line in lines if line]
    if "\n" in block.prose and words[1] == "inline":
        end = "\\" if "\\" in words else "  "
        newline = "\r\n" if "crlf" in words else "\n"
        return f"{end}{newline}".join(lines)
    text = lines[0] if lines else ""
    for line in lines[1:]:
        text += ("" if cjk(text[-1]) and cjk(line[0]) else " ") + line
    return text


def _escaped(line: str) -> str:
    """The line, which no longer begins a block."""
    found = _HAZARD.match(line)
    if found is None or (line[0] in "<[`~" and not _breaks(line)) or line[0] == "|":
        return line
    if line[0].isdigit():
        return re.sub(r"^(\d+)", r"\1\\", line)
    return "\\" + line


def _breaks(text: str) -> bool:
    """Whether the text is anything but one paragraph, or begins with what a list item takes for a check box."""
    if re.match(r"(?i)\[[ x]\](?:\s|$)|\[!(?:note|tip|important|warning|caution)\]", text):
        return True
    events = list(pyromark.events(text, options=_OPTIONS))
    return events[:1] != [{"Start": "Paragraph"}] or events[-1:] != [{"End": "Paragraph"}]
