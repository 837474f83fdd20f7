"""Entries as a PO file's text: what nobody changed as it was read, what changed as msgcat lays it out."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workflow.catalog import breaks
from workflow.catalog.reading import Piece, entry_in, flags_in, pieces, string_in
from workflow.errors import FormatError
from workflow.model import Catalog, Entry

COLUMNS = 79
"""The columns of a line that msgcat fills."""


ENOUGH = 500
"""So many lines tell how a file is wrapped."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file writes its lines: what ends them, and whether strings are wrapped."""

    newline: str = "\n"
    wrapped: bool = True


def dumps(catalog: Catalog) -> str:
    """The catalog's text: `dumps(loads(text)) == text`.

    An entry that was read and is unchanged is written as it stood; of one that changed the part that did; a new one
    as msgcat would write it, unwrapped where the file visibly is.
    """
    entries = list(catalog.entries)
    if catalog.header is not None:
        entries.insert(catalog.header_place, catalog.header)
    places = {id(entry.raw): place for place, entry in enumerate(catalog.read)}
    layout: Layout | None = None
    parts = [catalog.mark]
    before = -1
    for entry in entries:
        place = places.get(id(entry.raw), -2) if entry.raw is not None else -2
        if place >= 0 and catalog.read[place] is entry:
            part = entry.raw or ""
        else:
            layout = layout or layout_of(catalog)
            part = text_of(entry, layout, read=catalog.read[place] if place >= 0 else None)
        if place != before + 1:
            layout = layout or layout_of(catalog)
            part = _apart(parts, part, layout.newline)
        parts.append(part)
        before = place
    if catalog.tail and before != len(catalog.read) - 1 and len(parts) > 1 and not parts[-1].endswith("\n"):
        parts.append((layout or layout_of(catalog)).newline)
    parts.append(catalog.tail)
    return "".join(parts)


def _apart(parts: list[str], part: str, newline: str) -> str:
    """`part` with a blank line before it, unless it is the first; the text before it is made to end its line."""
    if len(parts) == 1:
        return part.lstrip("\r\n")
    if not parts[-1].endswith("\n"):
        parts.append(newline)
    return part if part.startswith(("\n", "\r\n")) else newline + part


def layout_of(catalog: Catalog) -> Layout:
    """How the file was written: its line ends by its first line, its wrapping by the majority of its long strings."""
    first = next((entry.raw for entry in catalog.read if entry.raw), "")
    newline = "\r\n" if re.search(r"\r?\n", first + catalog.tail + "\n")[0] == "\r\n" else "\n"  # type: ignore[index]
    long, wrapped = 0, 0
    for entry in catalog.read[1:]:
        for line in (entry.raw or "").split("\n"):
            if len(line) > COLUMNS + 1 and line.startswith(("msg", '"', "#~ msg", '#~ "')) and " " in line[60:]:
                long += 1
            elif line.startswith(('"', '#~ "')) and not line.endswith(('\\n"', '\\n"\r')):
                wrapped += 1
        if long + wrapped > ENOUGH:
            break
    return Layout(newline, wrapped=long <= wrapped)


def text_of(entry: Entry, layout: Layout, read: Entry | None = None) -> str:
    """The entry's text. `read` is the entry that its `raw` says, if that is known already."""
    if entry.raw is None:
        return formatted(entry, layout)
    old = read or entry_in(entry.raw)
    return entry.raw if old == entry else _rewritten(entry.raw, old, entry, layout)


def formatted(entry: Entry, layout: Layout) -> str:
    """The entry as msgcat lays it out, after a blank line."""
    head = _head(entry.comments, entry.extracted, entry.references, entry.flags, layout.newline)
    return head + layout.newline.join(_strings(entry, layout)) + layout.newline


@lru_cache(maxsize=4096)  # within an article most entries have the same
def _head(
    comments: tuple[str, ...], extracted: tuple[str, ...], references: tuple[str, ...], flags: tuple[str, ...], end: str
) -> str:
    """What stands before an entry's strings, from the blank line on."""
    lines = [
        *(line for said in comments for line in _comment("#", said)),
        *(line for said in extracted for line in _comment("#.", said)),
        *_references(references),
        *_flag_lines(flags),
    ]
    return "".join(f"{line}{end}" for line in ["", *lines])


def _comment(mark: str, said: str) -> list[str]:
    """The lines of a comment, more than one if it has line ends."""
    return [f"{mark} {line}" if line else mark for line in _LINE_END.split(said)]


_LINE_END = re.compile(r"\r\n|\n|\r|\0")  # a NUL is nothing that gettext reads on after


def _references(references: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for reference in (one if "\u2068" in one or " " not in one else f"\u2068{one}\u2069" for one in references):
        if lines and breaks.columns(lines[-1]) + 1 + breaks.columns(reference) <= COLUMNS:
            lines[-1] += f" {reference}"
        else:
            lines.append(f"#: {reference}")
    return lines


def _flag_lines(flags: Sequence[str]) -> list[str]:
    """One line; `fuzzy` is first, as gettext writes it."""
    ordered = sorted(flags, key=lambda flag: flag != "fuzzy")
    return [f"#, {', '.join(ordered)}"] if ordered else []


_PREVIOUS = (
    ("msgctxt", "previous_msgctxt"),
    ("msgid", "previous_msgid"),
    ("msgid_plural", "previous_msgid_plural"),
)


def _previous(entry: Entry, layout: Layout) -> list[str]:
    if entry.previous_msgid is None and entry.previous_msgctxt is None and entry.previous_msgid_plural is None:
        return []
    mark = "#~| " if entry.obsolete else "#| "
    return [
        line
        for keyword, name in _PREVIOUS
        if (said := getattr(entry, name)) is not None
        for line in string_lines(keyword, said, layout, mark)
    ]


def _strings(entry: Entry, layout: Layout) -> list[str]:
    lines = _previous(entry, layout)
    if entry.msgid and entry.msgctxt is None and entry.msgid_plural is None:
        mark = _mark(entry)
        lines += string_lines("msgid", entry.msgid, layout, mark)
        lines += string_lines("msgstr", entry.msgstr, layout, mark) if entry.msgstr else [f'{mark}msgstr ""']
        return lines
    for keyword, said in _keywords(entry):
        lines += _keyword_lines(entry, keyword, said, layout)
    return lines


def _keywords(entry: Entry) -> list[tuple[str, str]]:
    """The entry's keywords with what they say, in the order of the file."""
    found = [] if entry.msgctxt is None else [("msgctxt", entry.msgctxt)]
    found.append(("msgid", entry.msgid))
    if entry.msgid_plural is None:
        return [*found, ("msgstr", entry.msgstr)]
    found.append(("msgid_plural", entry.msgid_plural))
    return found + [(f"msgstr[{number}]", said) for number, said in enumerate(entry.msgstr_plural or ("", ""))]


def _keyword_lines(entry: Entry, keyword: str, said: str, layout: Layout) -> list[str]:
    if not entry.msgid and layout.wrapped and keyword == "msgstr" and entry.msgctxt is None:
        layout = replace(layout, wrapped=False)
    return string_lines(keyword, said, layout, _mark(entry))


def _mark(entry: Entry) -> str:
    return "#~ " if entry.obsolete else ""


_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v", '"': '\\"', "\\": "\\\\"}  # fmt: skip # noqa: E501
_ESCAPING = str.maketrans(_ESCAPES)


def string_lines(keyword: str, said: str, layout: Layout, mark: str = "") -> list[str]:
    """The lines, without their ends, in which msgcat writes a keyword and its string; `mark` begins each of them.

    Raises FormatError for a NUL, after which gettext would read nothing.
    """
    room = COLUMNS - 2 - len(mark) if layout.wrapped else sys.maxsize
    if not said:
        return [f'{mark}{keyword} ""']
    if said.isascii() and said.isprintable() and '"' not in said and "\\" not in said:
        # What most of an English text is: nothing to escape, each character a column.
        if len(keyword) + 1 + len(said) <= room:
            return [f'{mark}{keyword} "{said}"']
        rows = breaks.rows(said, room) if len(said) > room else breaks.rows(said, room, len(keyword) + 1)
        if len(rows) == 1 and len(keyword) < room:
            return [f'{mark}{keyword} "{said}"']
        return [f'{mark}{keyword} ""', *(f'{mark}"{row}"' for row in (rows if len(said) > room else [said]))]
    if "\0" in said:
        raise FormatError(f"{said[:40]!r}: a NUL character cannot stand in a catalog; take it out of the text")
    portions = _PORTION.findall(said)
    if len(portions) < 2:
        whole = said.translate(_ESCAPING)
        taken = len(keyword) + 1
        if taken + 2 * len(whole) <= room or (len(_rows(said, whole, room, taken)) == 1 and taken <= room):
            return [f'{mark}{keyword} "{whole}"']
    lines = [f'{mark}{keyword} ""']
    for portion in portions:
        lines += [f'{mark}"{row}"' for row in _rows(portion, portion.translate(_ESCAPING), room)]
    return lines


_PORTION = re.compile(r"[^\n]*\n|[^\n]+")


def _rows(portion: str, escaped: str, room: int, taken: int = 0) -> list[str]:
    """A portion of a string, `escaped`, in rows that end in no escape and not before the line end at the end."""
    if taken + 2 * len(escaped) <= room:
        return [escaped]
    inside = {found.start() + 1 for found in re.finditer(r"\\.", escaped)} if "\\" in escaped else set()
    if portion.endswith("\n"):
        inside.add(len(escaped) - 2)
    return breaks.rows(escaped, room, taken, frozenset(inside))


def _rewritten(raw: str, old: Entry, new: Entry, layout: Layout) -> str:
    """`raw` with the parts in which `new` differs from `old` written anew, the others as they stand."""
    lines = pieces(raw)
    newline = layout.newline
    gap = re.match(r"(?:[ \t\r\f\v]*\n)*", raw)[0] if raw else ""  # type: ignore[index]
    if (
        lines is None
        or old.obsolete != new.obsolete
        or [k for k, _ in _keywords(old)] != [k for k, _ in _keywords(new)]
    ):
        body = formatted(new, layout).removeprefix(newline)
        return (gap or newline if raw else newline) + body if gap or not raw else body
    for kind, mine, theirs, mark in (
        ("extracted", old.extracted, new.extracted, "#."),
        ("comment", old.comments, new.comments, "#"),
    ):
        if mine != theirs:
            listed = [(said, "".join(f"{line}{newline}" for line in _comment(mark, said))) for said in theirs]
            lines = _listed(lines, kind, mine, listed)
    if old.references != new.references:
        lines = _placed(lines, "reference", [f"{line}{newline}" for line in _references(new.references)])
    if old.flags != new.flags:
        lines = _flagged(lines, new.flags, newline)
    if any(getattr(old, name) != getattr(new, name) for _, name in _PREVIOUS):
        lines = _placed(lines, "previous", [f"{line}{newline}" for line in _previous(new, layout)])
    for (keyword, was), (_, said) in zip(_keywords(old), _keywords(new), strict=True):
        if was != said:
            written = [f"{line}{newline}" for line in _keyword_lines(new, keyword, said, layout)]
            if new.key == (None, ""):
                written = _header_lines(lines, written)
            lines = _placed(lines, keyword, written)
    return "".join(text for _, text in lines)


_ORDER = (
    "blank",
    "comment",
    "extracted",
    "reference",
    "flag",
    "previous",
    "msgctxt",
    "msgid",
    "msgid_plural",
    "msgstr",
)


def _rank(kind: str) -> int:
    return _ORDER.index(kind.partition("[")[0])


def _placed(lines: list[Piece], kind: str, written: list[str]) -> list[Piece]:
    """`lines` with those of a kind replaced by `written`, where the first of them stood or where gettext puts them."""
    at = next((place for place, (of, _) in enumerate(lines) if of == kind), None)
    if at is None:
        at = next((place for place, (of, _) in enumerate(lines) if _rank(of) > _rank(kind)), len(lines))
    before = [line for line in lines[:at] if line[0] != kind]
    after = [line for line in lines[at:] if line[0] != kind]
    return [*before, *((kind, text) for text in written), *after]


def _listed(lines: list[Piece], kind: str, old: Sequence[str], new: list[tuple[str, str]]) -> list[Piece]:
    """`lines` with those of a kind made to say `new`, each with its text; a line that both have stays as it is."""
    places = [place for place, (of, _) in enumerate(lines) if of == kind]
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head][0]:
        head += 1
    foot = 0
    while foot < min(len(old), len(new)) - head and old[-1 - foot] == new[-1 - foot][0]:
        foot += 1
    middle = [(kind, text) for _, text in new[head : len(new) - foot]]
    gone = set(places[head : len(old) - foot])
    if places and head:
        at = places[head - 1] + 1
    elif places:
        at = places[0]
    else:
        at = next((place for place, (of, _) in enumerate(lines) if _rank(of) > _rank(kind)), len(lines))
    return [
        *(line for place, line in enumerate(lines[:at]) if place not in gone),
        *middle,
        *(line for place, line in enumerate(lines[at:], at) if place not in gone),
    ]


def _flagged(lines: list[Piece], flags: Sequence[str], newline: str) -> list[Piece]:
    """`lines` with these flags: each that is there stays in its line, others come into the first such line."""
    said = [flag for kind, text in lines if kind == "flag" for flag in flags_in(text)]
    added = [flag for flag in flags if flag not in said]
    result: list[Piece] = []
    for kind, text in lines:
        if kind != "flag":
            result.append((kind, text))
            continue
        mine = flags_in(text)
        kept = [flag for flag in mine if flag in flags]
        mark = text.lstrip()[:2]
        if mark == "#,":
            kept, added = kept + added, []
        if kept == mine:
            result.append((kind, text))
        elif kept:
            result.append((kind, mark + _flag_lines(kept)[0][2:] + newline))
    return _placed_at(result, "flag", [line + newline for line in _flag_lines(added)])


def _placed_at(lines: list[Piece], kind: str, written: Iterable[str]) -> list[Piece]:
    """`lines` and `written` among them, where gettext puts such."""
    at = next((place for place, (of, _) in enumerate(lines) if _rank(of) > _rank(kind)), len(lines))
    return [*lines[:at], *((kind, text) for text in written), *lines[at:]]


def _header_lines(lines: list[Piece], written: list[str]) -> list[str]:
    """`written`, the header's msgstr, with each field that the file has already in the very lines it has it in."""
    fields: dict[str, str] = {}
    text, said = "", ""
    for kind, line in lines:
        if kind == "msgstr":
            text += line
            said += string_in(line) or ""
            if not said:
                text = ""  # the line of the keyword alone
            elif said.endswith("\n"):
                if not text.startswith("msgstr"):
                    fields.setdefault(said, text)
                text, said = "", ""
    return [fields.get(string_in(line) or "", line) if line.startswith('"') else line for line in written]
