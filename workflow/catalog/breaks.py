"""Where a line may end, and how many columns a text takes: UAX #14 and East Asian Width as gettext applies them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

NEVER, WITH_BLANKS, ALWAYS = "^%_"


@dataclass(frozen=True, slots=True)
class _Table:
    """What linebreak.txt says: `pairs[class][class]`, and the first and last character of each stretch of a class."""

    pairs: Mapping[str, Mapping[str, str]]
    starts: Sequence[int]
    ends: Sequence[int]
    classes: Sequence[str]


@cache
def _table() -> _Table:
    pairs: dict[str, dict[str, str]] = {}
    columns_of: list[str] = []
    stretches: list[tuple[int, int, str]] = []
    for line in Path(__file__).with_name("linebreak.txt").read_text("utf-8").splitlines():
        name, *words = line.split()
        if name == "#":
            continue
        if name != "pair":
            for word in words:
                first, _, last = word.partition("-")
                stretches.append((int(first, 16), int(last or first, 16), name))
        elif not columns_of:
            columns_of = words
        else:
            pairs[words[0]] = dict(zip(columns_of, words[1:], strict=True))
    stretches.sort()
    return _Table(pairs, *(tuple(column) for column in zip(*stretches, strict=True)))


@lru_cache(maxsize=20000)
def _class(letter: str) -> str:
    code = ord(letter)
    if 0xAC00 <= code <= 0xD7A3:
        return "H3" if (code - 0xAC00) % 28 else "H2"
    table = _table()
    place = bisect_right(table.starts, code) - 1
    return table.classes[place] if place >= 0 and code <= table.ends[place] else "AL"


@lru_cache(maxsize=20000)
def width(letter: str) -> int:
    """The columns of one character: 2 if it is wide, 0 if it stands on another or is not seen, else 1."""
    kind = unicodedata.category(letter)
    if kind in {"Mn", "Me", "Cf", "Cc"} or "\u1160" <= letter <= "\u11ff" or "\ud7b0" <= letter <= "\ud7ff":
        return 0
    wide = unicodedata.east_asian_width(letter)
    return 2 if wide == "W" or (wide == "F" and kind != "Cn") else 1


def columns(text: str) -> int:
    """The columns that `text` takes in a terminal."""
    return len(text) if text.isascii() and text.isprintable() else sum(map(width, text))


class _Pairs(dict[str, bool]):
    """Whether a line may end between two printable ASCII characters; what was asked once is known.

    A pair is `ab` for a place directly between them, `a b` for one behind the blanks between them.
    """

    def __missing__(self, pair: str) -> bool:
        rule = _table().pairs[_class(pair[0])].get(_class(pair[-1]), NEVER)
        self[pair] = found = rule == ALWAYS or (rule == WITH_BLANKS and len(pair) > 2)
        return found


_plain = _Pairs()


def _plain_place(text: str, place: int) -> bool:
    """Whether `place`, within printable ASCII, is one of `possible`."""
    last = text[place]
    if last == " ":
        return False
    at = place - 1
    while at >= 0 and text[at] == " ":
        at -= 1
    if at < 0:
        return False
    return _plain[text[at] + last if at == place - 1 else f"{text[at]} {last}"]


def _plain_rows(text: str, room: int, taken: int, apart: frozenset[int]) -> list[str]:
    """`rows` of printable ASCII: looks for a place only where a row is full, not everywhere."""
    made = []
    start, free = 0, room - taken
    while len(text) - start > free:
        place = start + free
        while place > start:
            # As `_plain_place`, but mostly without a call.
            if text[place] == " ":
                found = False
            elif text[place - 1] != " ":
                found = _plain[text[place - 1 : place + 1]]
            else:
                found = _plain_place(text, place)
            if found and place not in apart:
                break
            place -= 1
        if place <= start:
            place = start + max(free, 0) + 1
            while place < len(text) and (place in apart or not _plain_place(text, place)):
                place += 1
            if place >= len(text):
                break
        made.append(text[start:place])
        start, free = place, room
    return [*made, text[start:]]


# Within a run of such letters or figures there is no place, within one of such ideographs each is one.
_ALIKE = re.compile(r"[A-Za-z0-9]+|[\u4e00-\u9fff]+|.", re.DOTALL)


def possible(text: str) -> list[int]:
    """The places in `text`, which has no line end, where a new line may begin, in order."""
    pairs = _table().pairs
    found = []
    before = ""  # the class of what stands before, blanks and combining characters apart
    blanks = False
    joined = False  # a zero width joiner is just before
    hebrew = False  # what stands before that is a Hebrew letter
    flags = 0  # the regional indicators just before
    for run in _ALIKE.finditer(text):
        place, end = run.span()
        letter = text[place]
        kind = _class(letter)
        if kind == "SP":
            blanks = True
            continue
        if kind == "BK":  # the end of a line by itself; what follows begins anew
            before, blanks, joined, hebrew, flags = "", False, False, False, 0
            continue
        if kind in {"CM", "ZWJ"} and before and not blanks and before != "ZW":
            joined = kind == "ZWJ"
            continue
        if before:
            row = "ZWJ" if joined and not blanks else before
            rule = ALWAYS if kind in {"CM", "ZWJ"} and blanks else pairs[row].get(kind, NEVER)
            if before == kind == "RI" and not blanks and not flags % 2:
                rule = ALWAYS
            if hebrew and before in {"HY", "BA"} and not blanks:
                rule = NEVER
            if rule == ALWAYS or (rule == WITH_BLANKS and blanks):
                found.append(place)
        flags = flags + 1 if kind == "RI" and before == "RI" and not blanks else int(kind == "RI")
        hebrew = before == "HL" and not blanks
        before = "AL" if kind in {"CM", "ZWJ"} else kind
        blanks, joined = False, kind == "ZWJ"
        if end > place + 1:
            if letter > "z":
                found.extend(range(place + 1, end))
            before, hebrew = _class(text[end - 1]), False
    return found


def rows(text: str, room: int, taken: int = 0, apart: frozenset[int] = frozenset()) -> list[str]:
    """`text` in rows of at most `room` columns, of the first of which `taken` are not free; joined they are `text`.

    A row is longer only where it cannot be broken: nowhere in its text, or at places that `apart` names.
    """
    if text.isascii() and text.isprintable():
        return _plain_rows(text, room, taken, apart)
    return _any_rows(text, room, taken, apart)


def _any_rows(text: str, room: int, taken: int, apart: frozenset[int]) -> list[str]:
    made = []
    start, last, column = 0, 0, taken
    for place in [*(place for place in possible(text) if place not in apart), len(text)]:
        piece = columns(text[last:place])
        if last > start and column + piece > room:
            made.append(text[start:last])
            start, column = last, 0
        column += piece
        last = place
    return [*made, text[start:]]
