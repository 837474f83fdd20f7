"""HTML, whole pages and the HTML in Markdown: cut by the tokenizer rules of the HTML standard, by ranges.

No tree is built: which elements break a sentence and which do not is all that prose needs to know, and a tokenizer
tells the place of every byte of any input, well-formed or not.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workflow.markup import VOID, tokens
from workflow.model import Article, Block, Syntax
from workflow.readers import front

_WHITE = " \t\n\r\f"
_BLANK = re.compile(rf"[{_WHITE}]+")
_TAG = re.compile(
    r"<(?P<slash>/?)(?P<name>[A-Za-z][^\s/>]*+)(?P<rest>(?:[\s/]++|[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?)?)*+)>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s>\"'][^\s>]*+)))?"
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
        "meter",
        "output",
        "progress",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_RAW = frozenset("script style xmp iframe noembed noframes plaintext template".split())  # noqa: SIM905 - words
_SILENT = frozenset("pre math listing".split())  # noqa: SIM905 - words
_CODE = frozenset("code kbd samp var".split())  # noqa: SIM905 - words
_KINDS = {
    **{f"h{level}": f"heading {level}" for level in range(1, 7)},
    **dict.fromkeys(("td",), "table cell"),
    **dict.fromkeys(("th",), "table header"),
    "p": "paragraph",
    "li": "list item",
    "dt": "term",
    "dd": "definition",
    "blockquote": "quote",
    "figcaption": "caption",
    "caption": "caption",
    "summary": "summary",
    "title": "title",
    "button": "button",
    "option": "option",
    "label": "label",
    "legend": "legend",
    "textarea": "text area",
    "text": "image text",
    "desc": "image text",
}
_ENDS = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "option": frozenset({"option"}),
}
_PROSE_ATTRIBUTES = {
    "alt": "image alt",
    "title": "tooltip",
    "aria-label": "label",
    "aria-description": "label",
    "aria-placeholder": "placeholder",
    "placeholder": "placeholder",
}
_META = {
    "description": "description",
    "og:title": "title",
    "og:description": "description",
    "og:site_name": "site name",
    "og:image:alt": "image alt",
    "twitter:title": "title",
    "twitter:description": "description",
    "twitter:image:alt": "image alt",
}
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
DIRECTIVE = re.compile(r"<!--\s*workflow:\s*(skip|translate|note|context)\b\s*(.*?)\s*-->", re.DOTALL)


@dataclass(slots=True)
class State:
    """What carries over from one stretch of HTML to the next: comments that direct us, and elements still open."""

    skip: bool = False
    note: str = ""
    context: str | None = None
    open: list[tuple[str, bool]] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)

    @property
    def silent(self) -> bool:
        """Whether what stands here is not for translating."""
        return self.skip or bool(self.open and self.open[-1][1])

    def direct(self, comment: str) -> None:
        """Does what a `<!-- workflow: … -->` comment says."""
        if found := DIRECTIVE.match(comment):
            said = " ".join(found[2].split())
            if found[1] in ("skip", "translate"):
                self.skip = found[1] == "skip"
            elif found[1] == "note":
                self.note = said
            else:
                self.context = said or None

    def direction(self) -> tuple[str, str | None]:
        """The note and the context for the next block; they serve once."""
        told = self.note, self.context
        self.note, self.context = "", None
        return told


class Piece(NamedTuple):
    """A stretch of prose in HTML, by its range."""

    start: int
    end: int
    prose: str
    kind: str
    form: str = "html"
    prefix: str = ""
    note: str = ""
    context: str | None = None
    syntax: Syntax = "html"


@dataclass(frozen=True, slots=True)
class _Bit:
    """Something in a line of text: words, an inline tag or a comment."""

    start: int
    end: int
    name: str = ""
    slash: bool = False
    tag: re.Match[str] | None = None


def pieces(text: str, state: State) -> Iterator[Piece]:
    """The prose of a stretch of HTML, in order."""
    run: list[_Bit] = []
    at, size = 0, len(text)
    if text.startswith("<!--") and text.find("-->", 4) + 3 == len(text.rstrip()) and text[4] not in ">-":
        state.direct(text)
        return
    while at < size:
        mark = text.find("<", at)
        if mark < 0:
            mark = size
        if mark > at:
            run.append(_Bit(at, mark))
            at = mark
            continue
        following = text[at + 1 : at + 2]
        if following in ("!", "?") or (following == "/" and not text[at + 2 : at + 3].isalpha()):
            end = _comment_end(text, at)
            if DIRECTIVE.match(text, at, end):
                yield from _flush(text, run, state)
                run = []
                state.direct(text[at:end])
            elif run or text.startswith("<!--", at):
                run.append(_Bit(at, end, "!"))
            at = end
            continue
        tag = _TAG.match(text, at) if following == "/" or (following.isalpha() and following.isascii()) else None
        if tag is None:
            if following == "/" or (following.isalpha() and following.isascii()):
                break
            run.append(_Bit(at, at + 1))
            at += 1
            continue
        name = tag["name"].lower()
        at = tag.end()
        if name in _INLINE:
            run.append(_Bit(tag.start(), tag.end(), name, bool(tag["slash"]), tag))
            continue
        yield from _flush(text, run, state)
        run = []
        at = yield from _boundary(text, tag, name, state)
    yield from _flush(text, run, state)


def _boundary(text: str, tag: re.Match[str], name: str, state: State) -> Generator[Piece, None, int]:
    """A tag at which prose ends: what its attributes and its raw text say. Returns where to go on."""
    at = tag.end()
    if tag["slash"]:
        _end(name, state)
        return at
    yield from _attributes(tag, name, state)
    if name in _RAW or name in ("title", "textarea"):
        end = _raw_end(text, at, name)
        if name in ("title", "textarea") and not state.silent and end < len(text):
            yield from _flush(text, [_Bit(at, end)], state, kind=_KINDS[name])
        return end
    if name not in VOID and not tag["rest"].endswith("/"):
        _start(name, tag, state)
    return at


def _comment_end(text: str, at: int) -> int:
    if text.startswith("<!--", at):
        if text.startswith((">", "->"), at + 4):
            return text.index(">", at) + 1
        end = text.find("-->", at + 4)
        return end + 3 if end >= 0 else len(text)
    closing = "]]>" if text.startswith("<![CDATA[", at) else ">"
    end = text.find(closing, at)
    return end + len(closing) if end >= 0 else len(text)


def _raw_end(text: str, at: int, name: str) -> int:
    if name == "plaintext":
        return len(text)
    found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(text, at)
    return found.start() if found else len(text)


def _start(name: str, tag: re.Match[str], state: State) -> None:
    while state.open and (
        state.open[-1][0] in _ENDS.get(name, ()) or (state.open[-1][0] == "p" and name not in ("option", "text"))
    ):
        state.count[state.open.pop()[0]] -= 1
    silent = state.open[-1][1] if state.open else False
    found = {item["name"].lower(): _value(item) for item in _ATTRIBUTE.finditer(tag["rest"])}
    said = found.get("translate")
    if said is not None:
        silent = said.lower() == "no"
    if name in _SILENT or "notranslate" in found.get("class", "").split():
        silent = True
    state.open.append((name, silent))
    state.count[name] += 1


def _end(name: str, state: State) -> None:
    if not state.count[name]:
        return
    while state.open:
        last = state.open.pop()[0]
        state.count[last] -= 1
        if last == name:
            return


def _value(item: re.Match[str]) -> str:
    raw = (
        item["double"] if item["double"] is not None else item["single"] if item["single"] is not None else item["bare"]
    )
    return html.unescape(raw or "")


def _attributes(tag: re.Match[str], name: str, state: State) -> Iterator[Piece]:
    """The values of a tag's attributes that a reader sees or hears."""
    if state.silent or "=" not in tag["rest"]:
        return
    items = list(_ATTRIBUTE.finditer(tag.string, tag.start("rest"), tag.end("rest")))
    found = {item["name"].lower(): _value(item) for item in items}
    if found.get("translate", "").lower() == "no":
        return
    for item in items:
        kind = _PROSE_ATTRIBUTES.get(item["name"].lower())
        if name == "meta" and item["name"].lower() == "content":
            kind = _META.get((found.get("name") or found.get("property") or "").lower())
        elif name == "input" and item["name"].lower() == "value":
            kind = "button" if found.get("type", "").lower() in ("submit", "button", "reset") else None
        elif name in ("option", "optgroup", "track") and item["name"].lower() == "label":
            kind = "label"
        group = next((group for group in ("double", "single", "bare") if item[group] is not None), None)
        if kind is None or group is None:
            continue
        start, end = item.span(group)
        said = " ".join(html.unescape(item[group]).split())
        if any(char.isalnum() for char in said):
            quote = {"double": '"', "single": "'", "bare": ""}[group]
            note, context = state.direction()
            yield Piece(start, end, said, kind, "html attribute", quote, note, context, "plain")


def _flush(text: str, run: list[_Bit], state: State, *, kind: str = "") -> Iterator[Piece]:
    """The prose of a run of words and inline tags, without what only surrounds it."""
    if state.silent or not run or (len(run) == 1 and not _shows(text, run[0]) and run[0].tag is None):
        return
    first, last = _core(text, run)
    for bit in run[:first]:
        if bit.tag is not None and not bit.slash:
            yield from _attributes(bit.tag, bit.name, state)
    if first < last:
        core = run[first:last]
        start, end = core[0].start, core[-1].end
        while start < end and text[start] in _WHITE:
            start += 1
        while end > start and text[end - 1] in _WHITE:
            end -= 1
        within = next((_KINDS[name] for name, _ in reversed(state.open[-8:]) if name in _KINDS), "text")
        note, context = state.direction()
        yield Piece(start, end, _prose(text[start:end]), kind or within, note=note, context=context)
    for bit in run[max(last, first) :]:
        if bit.tag is not None and not bit.slash:
            yield from _attributes(bit.tag, bit.name, state)


def _core(text: str, run: list[_Bit]) -> tuple[int, int]:
    """The part of the run that says something, without tags that wrap all of it or only stand beside it."""
    unspoken = _unspoken(run)
    shown = [index for index, bit in enumerate(run) if bit.name == "img" or _shows(text, bit)]
    if not any(not run[index].name and index not in unspoken and _says(text, run[index]) for index in shown):
        return 0, 0
    partner = _partners(run)
    first, last = shown[0], shown[-1] + 1
    # A tag within brings its partner in, and that one what stands between.
    waiting = list(range(first, last))
    while waiting:
        other = partner.get(waiting.pop(), first)
        if other < first:
            waiting.extend(range(other, first))
            first = other
        elif other >= last:
            waiting.extend(range(last, other + 1))
            last = other + 1
    while last - first > 2 and partner.get(first) == last - 1 and run[first].name not in _CODE:
        first, last = first + 1, last - 1
    return first, last


def _shows(text: str, bit: _Bit) -> bool:
    return not bit.name and bool(text[bit.start : bit.end].strip(_WHITE))


def _says(text: str, bit: _Bit) -> bool:
    said = text[bit.start : bit.end]
    return any(char.isalnum() for char in (_ENTITY.sub(lambda found: html.unescape(found[0]), said)))


def _unspoken(run: list[_Bit]) -> set[int]:
    """The bits within code or within an element that is not to be translated."""
    inside: set[int] = set()
    depth: list[str] = []
    for index, bit in enumerate(run):
        if bit.tag is not None and bit.name not in VOID:
            if bit.slash:
                if depth and depth[-1] == bit.name:
                    depth.pop()
            elif (
                depth or bit.name in _CODE or re.search(r"translate\s*=\s*[\"']?no\b|\bnotranslate\b", bit.tag["rest"])
            ):
                depth.append(bit.name)
        if depth:
            inside.add(index)
    return inside


def _partners(run: list[_Bit]) -> dict[int, int]:
    """For each inline tag that has one, the place of its partner."""
    found: dict[int, int] = {}
    waiting: dict[str, list[int]] = {}
    for index, bit in enumerate(run):
        if bit.tag is None or bit.name in VOID:
            continue
        if not bit.slash:
            waiting.setdefault(bit.name, []).append(index)
        elif waiting.get(bit.name):
            other = waiting[bit.name].pop()
            found[index], found[other] = other, index
    return found


def _prose(raw: str) -> str:
    """The text on one line, entities as characters where that cannot be mistaken for markup."""
    said = _BLANK.sub(" ", raw)
    return _ENTITY.sub(_character, said) if "&" in said else said


def _character(entity: re.Match[str]) -> str:
    char = html.unescape(entity[0])
    return char if len(char) == 1 and char not in "<>&\"'" and char.isprintable() else entity[0]


def read(file: str, text: str, fields: Sequence[str]) -> Article:
    """The prose of a page: its text, its title, and the attributes that are read or heard."""
    parts, metadata, start = front.read(file, text, fields)
    body = text[start:]
    at = 0
    line, counted = text.count("\n", 0, start) + 1, 0
    for piece in pieces(body, State()):
        if piece.start < at or not piece.prose:
            continue
        if piece.start > at:
            parts.append(body[at : piece.start])
        line += body.count("\n", counted, piece.start)
        counted = piece.start
        parts.append(block(piece, body[piece.start : piece.end], line))
        at = piece.end
    if at < len(body):
        parts.append(body[at:])
    for key, value in _metadata(body).items():
        metadata.setdefault(key, value)
    return Article(file=file, format="html", parts=tuple(parts), metadata=metadata)


def block(piece: Piece, raw: str, line: int) -> Block:
    """The piece as a block, which stands as `raw` in the file."""
    return Block(
        text=raw,
        prose=piece.prose,
        kind=piece.kind,
        line=line,
        syntax=piece.syntax,
        form=piece.form,
        prefix=piece.prefix,
        note=piece.note,
        context=piece.context,
    )


_HEAD_END = re.compile(r"(?i)</head|<body")
_TITLE = re.compile(r"(?is)<title[^>]*>([^<]*)</title")
_META_TAG = re.compile(r"(?i)<meta\s([^>]*)>")


def _metadata(body: str) -> dict[str, str | tuple[str, ...]]:
    """The title and what `<meta name>` says of author, date and description."""
    end = _HEAD_END.search(body)
    head = body[: end.start() if end else 16384]
    found: dict[str, str | tuple[str, ...]] = {}
    if title := _TITLE.search(head):
        found["title"] = " ".join(html.unescape(title[1]).split())
    for tag in _META_TAG.finditer(head):
        items = {item["name"].lower(): _value(item) for item in _ATTRIBUTE.finditer(tag[1])}
        if items.get("name") in ("author", "date", "description", "keywords") and items.get("content"):
            found[items["name"]] = items["content"]
    return found


def write(block: Block, translation: str) -> str:
    """The translation on one line, in which no character opens or closes an element that the source does not."""
    said = _BLANK.sub(" ", translation).strip()
    if block.form == "html attribute":
        said = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        quote = block.prefix or '"'
        said = said.replace(quote, "&quot;" if quote == '"' else "&#39;")
        return said if block.prefix else f'"{said}"'
    said = re.sub(r"&(?!(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)", "&amp;", said)
    said = _balanced(said, block.prose) if "<" in said else said
    # In Markdown a tag alone on its line begins a block, one before words a paragraph.
    alone, first = _ALONE.match(block.text), _FIRST.match(said)
    if alone is None or first is None or first[1].lower() != alone[1].lower():
        return said
    told = _FIRST.sub("", block.prose, count=1).lstrip()
    quoted = "" if told.startswith(">") else alone[3]  # the marks of quotes around it are not told
    return f"{first[0]}{alone[2]}{quoted}{said[first.end() :].lstrip()}"


_FIRST = re.compile(r"<([A-Za-z][^\s/>]*+)[^<>\r\n]*+>")
_ALONE = re.compile(_FIRST.pattern + r"([ \t]*+(?:\r\n|\n|\r)[ \t]*+)([ \t>]*+)")


def _balanced(said: str, source: str) -> str:
    """Every tag with its partner: a lone end tag shows as text, a lone start tag is closed at the end.

    What stands alone in the source, too, may stay so.
    """
    ends, starts = _alone(source)
    out, at, waiting = [], 0, list[str]()
    for token in tokens(said, "html"):
        out.append(said[at : token.start].replace("<", "&lt;"))
        at = token.end
        raw, name = token.raw, _name(token.raw)
        if token.kind == "open tag":
            waiting.append(name)
        elif token.kind == "close tag" and name in waiting:
            while (last := waiting.pop()) != name:
                raw = f"</{last}>{raw}"
        elif token.kind == "close tag":
            if ends[name]:
                ends[name] -= 1
            else:
                raw = "&lt;" + raw[1:]
        out.append(raw)
    out.append(said[at:].replace("<", "&lt;"))
    for name in reversed(waiting):
        if starts[name]:
            starts[name] -= 1
        else:
            out.append(f"</{name}>")
    return "".join(out)


def _name(raw: str) -> str:
    found = re.match(r"</?([A-Za-z][^\s/>]*)", raw)
    return found[1].lower() if found else ""


def _alone(text: str) -> tuple[Counter[str], Counter[str]]:
    """The end tags and the start tags that have no partner, by name."""
    ends: Counter[str] = Counter()
    starts: Counter[str] = Counter()
    for token in tokens(text, "html"):
        name = _name(token.raw)
        if token.kind == "open tag":
            starts[name] += 1
        elif token.kind == "close tag" and starts[name]:
            starts[name] -= 1
        elif token.kind == "close tag":
            ends[name] += 1
    return ends, starts
