"""Markdown, by the events and byte ranges of pulldown-cmark: CommonMark with tables, footnotes and the like."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

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
_LEAVES = {"Paragraph", "Heading", "TableCell", "DefinitionListTitle"}
_INLINE = {"Emphasis", "Strong", "Strikethrough", "Link", "Image", "Superscript", "Subscript"}
_WORDS_ASIDE = re.compile(r"https?://\S+|\{\{.*?\}\}|\{%.*?%\}")


def options(metadata: front.Metadata, body: str) -> pyromark.Options:
    """How the article is parsed: with `$math$` if its front matter says `math: true` or it has a `$$` formula.

    Otherwise dollars are money: `$5-$7` would be a formula.
    """
    math = metadata.get("math")
    if math == "true" or (math is None and "$$" in body):
        return _OPTIONS | _O.ENABLE_MATH
    return _OPTIONS


def render(metadata: front.Metadata, body: str) -> str:
    """The Markdown as HTML, raw HTML in it as it stands."""
    return str(pyromark.html(body, options=options(metadata, body)))


@dataclass(slots=True)
class _Leaf:
    """Inline content as the parser tells it: its range, its breaks, its links, what is said in it."""

    kind: str
    form: str
    depth: int
    start: int = -1
    end: int = -1
    said: bool = False
    top: int = 0
    breaks: list[tuple[int, int, bool]] = field(default_factory=list)
    pending: tuple[int, bool] | None = None
    labels: list[tuple[int, int, str]] = field(default_factory=list)
    images: list[tuple[int, int, str, int, int]] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    others: int = 0


def read(file: str, text: str, fields: Sequence[str]) -> Article:
    """The prose of a Markdown article: headings, paragraphs, items, cells, and the HTML between them."""
    parts, metadata, start = front.read(file, text, fields)
    body = text[start:]
    data = body.encode()
    newlines = [found.start() for found in re.finditer(rb"\n", data)]
    first = text.count("\n", 0, start) + 1
    at = 0
    pieces = sorted(_pieces(data, options(metadata, body)), key=lambda item: item[0])
    for begin, end, block in pieces:
        if begin < at or not block.prose:
            continue
        if begin > at:
            parts.append(data[at:begin].decode())
        line = first + bisect_right(newlines, begin - 1)
        parts.append(
            Block(
                text=data[begin:end].decode(),
                prose=block.prose,
                kind=block.kind,
                line=line,
                syntax="markdown"
                if block.form.startswith("markdown") and "title" not in block.form
                else _syntax(block),
                form=block.form,
                prefix=block.prefix,
                note=block.note,
                context=block.context,
            )
        )
        at = end
    if at < len(data):
        parts.append(data[at:].decode())
    return Article(file=file, format="markdown", parts=tuple(parts), metadata=metadata)


def _syntax(piece: html.Piece) -> Any:
    return "html" if piece.form == "html" else "plain"


def _pieces(data: bytes, chosen: pyromark.Options) -> Iterator[tuple[int, int, html.Piece]]:
    """Every stretch of prose with its range in bytes."""
    state = html.State()
    for item in _leaves(data, chosen):
        if isinstance(item, _Leaf):
            yield from _prose(data, item, state)
        else:
            yield from _html(data, item, state)
    if b"]:" in data:
        for definition in pyromark.reference_definitions(data.decode(), options=chosen).values():
            yield from _definition(data, definition, state)


def _definition(data: bytes, definition: Any, state: html.State) -> Iterator[tuple[int, int, html.Piece]]:
    title = definition["title"]
    if title and any(char.isalnum() for char in title) and not state.skip:
        end = definition["span"]["end"]
        raw = data[definition["span"]["start"] : end].decode().rstrip()
        end = definition["span"]["start"] + len(raw.encode())
        if place := _title(raw):
            size = len(raw[place[0] : place[1]].encode())
            yield end - 1 - size, end - 1, _titled(title, raw[-1])


def _titled(title: str, quote: str) -> html.Piece:
    return html.Piece(0, 0, " ".join(title.split()), "link title", f"markdown title {quote}")


def _title(raw: str) -> tuple[int, int] | None:
    """The range of a title that ends `raw`, without its quotes."""
    quote = raw[-1:]
    if quote not in ('"', "'", ")"):
        return None
    opening = "(" if quote == ")" else quote
    at = len(raw) - 2
    while at > 0:
        if raw[at] == opening and raw[at - 1] != "\\":
            return at + 1, len(raw) - 1
        at -= 1
    return None


def _leaves(data: bytes, chosen: pyromark.Options) -> Iterator[_Leaf | list[tuple[int, int]]]:
    """The inline content of the article in order; HTML blocks as the ranges of their lines."""
    containers: list[str] = []
    quotes = 0
    leaf: _Leaf | None = None
    code = False
    lines: list[tuple[int, int]] | None = None
    images: list[list[Any]] = []
    inline = 0
    for event, span in pyromark.events_with_range(data.decode(), options=chosen):
        start, end = span["start"], span["end"]
        if isinstance(event, str):
            tag, value = event, None
        else:
            ((tag, value),) = event.items()
        name = value if isinstance(value, str) else next(iter(value)) if isinstance(value, dict) else ""
        if tag == "Start":
            if name in _INLINE:
                leaf = leaf or _Leaf(containers[-1] if containers else "paragraph", "inline", quotes)
                inline += 1
                _grow(data, leaf, start, end)
                if name in ("Link", "Image"):
                    told = value[name]
                    if told["link_type"] in ("Shortcut", "Collapsed"):
                        leaf.labels.append((start, end, told["link_type"]))
                    if name == "Image":
                        images.append([start, end, told["title"], "", -1, -1])
                    if told["link_type"] in ("Autolink", "Email"):
                        leaf.others += 1
                continue
            if leaf is not None:
                yield leaf
                leaf = None
            if name in _CONTAINERS:
                containers.append(_CONTAINERS[name])
                quotes += name == "BlockQuote"
            elif name == "CodeBlock" or name == "MetadataBlock":
                code = True
            elif name == "HtmlBlock":
                lines = []
            elif name in _LEAVES:
                leaf = _begin(name, value, start, end, data, containers, quotes)
        elif tag == "End":
            if name in _INLINE:
                inline -= 1
                if name == "Image" and images and leaf is not None:
                    image = images.pop()
                    if not images:
                        leaf.images.append((image[0], image[1], image[2], image[4], image[5]))
                continue
            if leaf is not None:
                yield leaf
                leaf = None
            if name in _CONTAINERS:
                if containers:
                    containers.pop()
                quotes -= name == "BlockQuote"
            elif name == "CodeBlock" or name == "MetadataBlock":
                code = False
            elif name == "HtmlBlock" and lines is not None:
                yield lines
                lines = None
        elif code or tag in ("Rule", "TaskListMarker"):
            continue
        elif lines is not None:
            lines.append((start, end))
        else:
            leaf = leaf or _Leaf(containers[-1] if containers else "paragraph", "inline", quotes)
            if tag == "SoftBreak" or tag == "HardBreak":
                leaf.pending = (start, tag == "HardBreak")
                continue
            _grow(data, leaf, start, end)
            if images:
                if images[-1][4] < 0:
                    images[-1][4] = start
                images[-1][5] = end
            if tag == "InlineHtml" and value.startswith("<!--"):
                leaf.comments.append((start, end))
            elif tag == "Text" and not images:
                leaf.said = leaf.said or any(char.isalnum() for char in value)
    if leaf is not None:
        yield leaf


def _begin(name: str, value: Any, start: int, end: int, data: bytes, containers: list[str], quotes: int) -> _Leaf:
    if name == "Heading":
        level = value["Heading"]["level"][1:]
        form = "heading" if data[start : start + 1] == b"#" else "setext"
        return _Leaf(f"heading {level}", form, quotes)
    if name == "TableCell":
        return _Leaf("table cell", "cell", quotes)
    if name == "DefinitionListTitle":
        return _Leaf("term", "inline", quotes)
    return _Leaf(containers[-1] if containers else "paragraph", "inline", quotes)


def _grow(data: bytes, leaf: _Leaf, start: int, end: int) -> None:
    """The leaf with one more event in it. A backslash that escapes is in no event."""
    floor = leaf.end if leaf.pending is None else leaf.pending[0] + 1
    if start and start > floor and data[start - 1] == 0x5C:
        start -= 1
    if leaf.pending is not None:
        if leaf.start >= 0:
            leaf.breaks.append((leaf.end, start, leaf.pending[1]))
        leaf.pending = None
    if leaf.start < 0:
        leaf.start = start
    leaf.end = max(leaf.end, end)


def _prose(data: bytes, leaf: _Leaf, state: html.State) -> Iterator[tuple[int, int, html.Piece]]:
    """The leaf as one stretch of prose; an image alone as its texts."""
    start, end = leaf.start, leaf.end
    for comment in leaf.comments:
        state.direct(data[comment[0] : comment[1]].decode())
    if start < 0 or state.silent:
        return
    raw = data[start:end].decode()
    seen = leaf.said and (not leaf.others and not _WORDS_ASIDE.search(raw) or _speaks(raw))
    if not seen:
        for image in leaf.images:
            yield from _image(data, image, state)
        return
    for comment in leaf.comments:
        if comment[0] == start:
            start = comment[1]
        if comment[1] == end:
            end = comment[0]
    while data[start : start + 1] in (b" ", b"\n", b"\t", b"\r") and start < end:
        start += 1
    while data[end - 1 : end] in (b" ", b"\n", b"\t", b"\r") and start < end:
        end -= 1
    prose, prefix, hard = _unwrapped(data, leaf, start, end)
    note, context = state.direction()
    form = f"markdown {leaf.form}{hard}"
    yield start, end, html.Piece(0, 0, prose, leaf.kind, form, prefix, note, context)


def _speaks(raw: str) -> bool:
    rest = _WORDS_ASIDE.sub("", re.sub(r"<[^<>\s]+[:@][^<>\s]*>|`[^`]*`|\]\([^()]*\)", "", raw))
    return any(char.isalnum() for char in rest)


def _image(
    data: bytes, image: tuple[int, int, str, int, int], state: html.State
) -> Iterator[tuple[int, int, html.Piece]]:
    start, end, title, first, last = image
    if 0 <= first < last:
        alt = data[first:last].decode()
        if any(char.isalnum() for char in alt):
            note, context = state.direction()
            yield first, last, html.Piece(0, 0, " ".join(alt.split()), "image alt", "markdown alt", "", note, context)
    raw = data[start:end].decode().rstrip(")").rstrip()
    if title and any(char.isalnum() for char in title) and (place := _title(raw)):
        begin = start + len(raw[: place[0]].encode())
        finish = start + len(raw[: place[1]].encode())
        piece = html.Piece(0, 0, " ".join(title.split()), "image title", f"markdown title {raw[-1]}")
        yield begin, finish, piece


def _unwrapped(data: bytes, leaf: _Leaf, start: int, end: int) -> tuple[str, str, str]:
    """The prose on one line but for hard breaks, the prefix of its further lines, and how it writes a hard break."""
    edits: list[tuple[int, int, str]] = []
    prefix, hard = "", ""
    for left, right, is_hard in leaf.breaks:
        if left < start or right > end:
            continue
        edits.append((left, right, "\n" if is_hard else " "))
        if is_hard and not hard:
            gap = data[left:right].decode()
            head, _, tail = gap.partition("\n")
            hard = " \\" if "\\" in head else " blank"
            hard += " crlf" if "\r" in head else ""
            prefix = tail
    for left, right, kind in leaf.labels:
        if left >= start and right <= end:
            shown = data[left:right].decode()
            cut = left + 1 if not shown.startswith("!") else left + 2
            if kind == "Shortcut":
                edits.append((right, right, data[cut - 1 : right].decode()))
            else:
                edits.append((right - 2, right, data[cut - 1 : right - 2].decode()))
    edits.sort()
    pieces, at = [], start
    for left, right, instead in edits:
        if left < at:
            continue
        pieces += [data[at:left].decode(), instead]
        at = right
    prose = "".join([*pieces, data[at:end].decode()])
    if prose.count("\n") != sum(edit[2] == "\n" for edit in edits):
        # A break within code, a tag or a link's target: no event tells it.
        quote = r"(?:>[ \t]?[ \t]*){0,%d}" % leaf.depth
        kept = re.split(r"\n", prose) if hard else []
        prose = re.sub(rf"[ \t]*\r?\n[ \t]*{quote}", " ", prose) if not kept else prose
    if leaf.form == "cell":
        prose = prose.replace("\\|", "|")
    return prose, prefix, hard


def _html(data: bytes, lines: list[tuple[int, int]], state: html.State) -> Iterator[tuple[int, int, html.Piece]]:
    """The prose of an HTML block; the marks of quotes and items around it are blanks to it."""
    if not lines:
        return
    first, last = lines[0][0], lines[-1][1]
    masked = bytearray(data[first:last])
    for (_, left), (right, _) in zip(lines, lines[1:], strict=False):
        masked[left - first : right - first] = b" " * (right - left)
    text = masked.decode()
    offsets = None if text.isascii() else text
    for piece in html.pieces(text, state):
        if offsets is None:
            yield first + piece.start, first + piece.end, piece
        else:
            begin = first + len(text[: piece.start].encode())
            yield begin, begin + len(text[piece.start : piece.end].encode()), piece


_HAZARD = re.compile(
    r"#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|`{3,}|~{3,}|=+\s*$|-+\s*$|(?:[-*_][ \t]*){3,}$|\d{1,9}[.)](?:\s|$)|:\s|:$|\||\+{3}"
    r"|\[(?:[ xX]\]|\^|!)|\[[^\]]*\]:|</?[A-Za-z!?]"
)


def write(block: Block, translation: str) -> str:
    """The translation in the block's place: no character of it begins a block, ends a cell or a title."""
    if block.form == "html" or block.form.startswith("html "):
        return html.write(block, translation)
    words = block.form.split(" ")
    form = words[1]
    said = translation.strip()
    if form == "title":
        said = re.sub(r"\\(?=[!-/:-@\[-`{-~])|&(?=#?\w+;)", r"\\\g<0>", " ".join(said.split()))
        close = words[2]
        return re.sub(r"[()]" if close == ")" else close, r"\\\g<0>", said)
    said = show_emphasis(said)
    if "\n" in said:
        said = _broken(block, said, words)
    if form == "alt":
        return said if _even(said) else re.sub(r"(?<!\\)[\[\]]", r"\\\g<0>", said)
    if form == "cell":
        return re.sub(r"(?<!\\)\|", r"\\|", said)
    lines = [_escaped(line) for line in said.split("\n")]
    said = "\n".join([lines[0], *(block.prefix + line for line in lines[1:])])
    if form == "heading":
        said = re.sub(r"(^|[ \t])(#+)$", r"\1\\\2", said)
        if said.endswith("}") and not said.endswith("\\}"):
            said = said[:-1] + "\\}"
    return said


def _even(said: str) -> bool:
    depth = 0
    for found in re.finditer(r"\\.|[\[\]]", said):
        depth += (found[0] == "[") - (found[0] == "]")
        if depth < 0:
            return False
    return not depth


def _broken(block: Block, said: str, words: list[str]) -> str:
    """Line breaks as hard breaks where the source has them, as blanks (or nothing between CJK) where not."""
    if "\n" in block.prose and words[1] == "inline":
        end = "\\" if "\\" in words else "  "
        newline = "\r\n" if "crlf" in words else "\n"
        lines = [re.sub(r"[ \t]*\\?$", "", line.strip()) for line in said.split("\n")]
        return f"{end}{newline}".join(line for line in lines if line)
    return re.sub(
        r"(.?)[ \t]*\\?\n\s*(.?)", lambda m: m[1] + ("" if cjk(m[1]) and cjk(m[2]) else " ") + m[2], said
    ).strip()


def _escaped(line: str) -> str:
    """The line, which no longer begins a block."""
    found = _HAZARD.match(line)
    if found is None or (found[0][0] in "<[|" and not _breaks(line)):
        return line
    if line[0].isdigit():
        return re.sub(r"^(\d+)", r"\1\\", line)
    return "\\" + line


def _breaks(line: str) -> bool:
    """Whether the line alone is anything but one paragraph."""
    if re.match(r"\[[ xX]\](\s|$)|\[!", line):
        return True
    events = list(pyromark.events(line, options=_OPTIONS))
    return not events or events[0] != {"Start": "Paragraph"}
