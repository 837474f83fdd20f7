"""Marks put back into a translation by word alignment: each once, well nested, around the words they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflow.engine import Hypothesis, Span
from workflow.engine.masking import CLOSING, HOLD, OPENING, POINT, Hold, Mark, Masked

Rows = Sequence[Sequence[float]]

SHARE = 0.4
"""A word belongs to a mark when this much of its attention lies on the words that the mark had in the source."""
_EDGE = re.compile(r"[\s,.;:!?…、，。；：！？·()（）\[\]【】\"'“”‘’«»「」『』؟،؛-]")
_CLOSED = {"”": "“", "’": "‘", "»": "«", "」": "「", "』": "『", "）": "（", ")": "(", "]": "[", "】": "【"}
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """The least that a mark can go around: a word, or a token of a script without blanks, with its attention."""

    start: int
    end: int
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A translation cut into units, and where the stand-ins of the source stand in it (by the number of the hold).

    `certain` says that it was aligned by attention, not merely by place.
    """

    text: str
    units: tuple[Unit, ...]
    source: tuple[Span, ...]
    holds: tuple[Span | None, ...]
    certain: bool = True


def target(masked: Masked, hypothesis: Hypothesis) -> Target:
    """The hypothesis cut into units. Without attention its words are aligned by their place."""
    holds = held(masked, hypothesis.text)
    text = hypothesis.text
    spans = hypothesis.target
    rows = hypothesis.attention
    source = hypothesis.source
    certain = bool(rows) and len(rows) == len(spans) and bool(source)
    if not certain:
        source = tuple((word.start(), word.end()) for word in re.finditer(r"\S+", masked.text)) or ((0, 0),)
        spans = tuple((word.start(), word.end()) for word in re.finditer(r"\w+|[^\w\s]", text))
        rows = tuple(
            tuple(1.0 if place * len(source) // max(len(spans), 1) == column else 0.0 for column in range(len(source)))
            for place in range(len(spans))
        )
    # The stand-ins are certain: all of their weight lies on their own place in the source.
    return Target(text, _units(text, (spans, rows, source), masked, holds), source, holds, certain)


def held(masked: Masked, text: str) -> tuple[Span | None, ...]:
    """Where each stand-in stands in `text`, those that are written alike in their order; None where one is lost."""
    found: list[Span | None] = []
    taken: set[int] = set()
    for hold in masked.holds:
        match = next((match for match in _pattern(hold).finditer(text) if match.start() not in taken), None)
        if match:
            taken.add(match.start())
        found.append((match.start(), match.end()) if match else None)
    return tuple(found)


def _pattern(hold: Hold) -> re.Pattern[str]:
    left = r"(?<![A-Za-z0-9])" if hold.shown[:1].isalnum() else ""
    right = r"(?![A-Za-z0-9])" if hold.shown[-1:].isalnum() else ""
    return re.compile(left + re.escape(hold.shown) + right)


def surplus(masked: Masked, aligned: Target) -> int:
    """How many stand-ins the translation has too many."""
    places = {place for place in aligned.holds if place is not None}
    shown = {hold.shown: hold for hold in masked.holds if hold.shown != hold.raw}
    return sum(match.span() not in places for hold in shown.values() for match in _pattern(hold).finditer(aligned.text))


def _units(
    text: str, aligned: tuple[Sequence[Span], Rows, Sequence[Span]], masked: Masked, holds: Sequence[Span | None]
) -> tuple[Unit, ...]:
    spans, rows, source = aligned
    units: list[Unit] = []
    for number, place in enumerate(holds):
        if place is not None:
            hold = masked.holds[number]
            inside = [float(start < hold.end and hold.start < end) for start, end in source]
            whole = sum(inside) or 1.0
            units.append(Unit(*place, tuple(weight / whole for weight in inside)))
    fixed = [(unit.start, unit.end) for unit in units]
    group: list[tuple[Span, Sequence[float]]] = []
    words: list[list[tuple[Span, Sequence[float]]]] = []
    for span, row in zip(spans, rows, strict=True):
        if span[0] >= span[1] or any(span[0] < end and start < span[1] for start, end in fixed):
            continue
        if group and _joined(text, group[-1][0], span):
            group.append((span, row))
        else:
            group = [(span, row)]
            words.append(group)
    for word in words:
        start, end = word[0][0][0], word[-1][0][1]
        while start < end and text[start].isspace():
            start += 1
        total = [sum(column) for column in zip(*(row for _, row in word), strict=True)]
        whole = sum(total) or 1.0
        units.append(Unit(start, end, tuple(weight / whole for weight in total)))
    return tuple(sorted(units, key=lambda unit: (unit.start, unit.end)))


def _joined(text: str, before: Span, after: Span) -> bool:
    """Whether two tokens are parts of one word, which no mark may cut."""
    if before[1] != after[0]:
        return False
    left, right = text[before[1] - 1], text[after[0]]
    if left.isspace() or right.isspace() or _EDGE.match(left) or _EDGE.match(right):
        return False
    return not (_SPACELESS.match(left) or _SPACELESS.match(right))


def shares(aligned: Target, span: Span) -> list[float]:
    """For each unit how much of its attention lies on `span` of the source."""
    inside = [start < span[1] and span[0] < end and start < end for start, end in aligned.source]
    return [
        sum(weight for weight, within in zip(unit.weights, inside, strict=False) if within) for unit in aligned.units
    ]


def best(scores: Sequence[float], free: Sequence[bool]) -> tuple[int, int] | None:
    """The run of free units with the greatest sum of scores over SHARE: its first, and the one after its last."""
    top: tuple[float, int, int] | None = None
    start, total = 0, 0.0
    for place, (score, open_) in enumerate(zip(scores, free, strict=True)):
        if not open_:
            start, total = place + 1, 0.0
            continue
        if total < 0:
            start, total = place, 0.0
        total += score - SHARE
        if top is None or total > top[0]:
            top = (total, start, place + 1)
    return None if top is None else (top[1], top[2])


def located(aligned: Target, span: Span) -> tuple[Span, float] | None:
    """The stretch of the translation that says what `span` of the source says, and how sure that is (0 to 1)."""
    scores = shares(aligned, span)
    free = [bool(_EDGE.sub("", aligned.text[unit.start : unit.end])) for unit in aligned.units]
    run = best(scores, _bridged(free, scores))
    if run is None:
        return None
    first, last = _shrunk(run, free)
    if first >= last:
        return None
    sure = sum(scores[first:last]) / (last - first)
    return (aligned.units[first].start, aligned.units[last - 1].end), sure


def _bridged(free: Sequence[bool], scores: Sequence[float]) -> list[bool]:
    # Punctuation may be inside a stretch, such as the hyphen of a compound, but not begin or end one.
    return [open_ or score > SHARE for open_, score in zip(free, scores, strict=True)]


def _shrunk(run: tuple[int, int], free: Sequence[bool]) -> tuple[int, int]:
    first, last = run
    while first < last and not free[first]:
        first += 1
    while last > first and not free[last - 1]:
        last -= 1
    return first, last


def mended(masked: Masked, aligned: Target) -> Target:
    """The same with a stand-in that the model has garbled found by alignment; copies too many count as words."""
    holds = list(aligned.holds)
    for number, place in enumerate(holds):
        if place is not None:
            continue
        hold = masked.holds[number]
        hit = located(aligned, (hold.start, hold.end))
        if hit is None or hit[1] < SHARE:
            continue
        (start, end), _ = hit
        said = aligned.text[start:end]
        if _SPACELESS.search(said) or len(said) > 2 * len(hold.shown) + 2:
            continue
        if any(other is not None and other[0] < end and start < other[1] for other in holds):
            continue
        holds[number] = (start, end)
        inside = [float(left < hold.end and hold.start < right) for left, right in aligned.source]
        whole = sum(inside) or 1.0
        unit = Unit(start, end, tuple(weight / whole for weight in inside))
        aligned = replace(aligned, units=_merged(aligned.units, unit), holds=tuple(holds))
    return replace(aligned, holds=tuple(holds))


def settled(masked: Masked, aligned: Target, source: Span, place: Span, words: str) -> tuple[Masked, Target]:
    """The same with `words` held at `place` for what the source says at `source`."""
    hold = Hold(*source, words, aligned.text[place[0] : place[1]], term=True)
    inside = [float(start < source[1] and source[0] < end) for start, end in aligned.source]
    whole = sum(inside) or 1.0
    unit = Unit(*place, tuple(weight / whole for weight in inside))
    return (
        replace(masked, holds=(*masked.holds, hold)),
        replace(aligned, units=_merged(aligned.units, unit), holds=(*aligned.holds, place)),
    )


def _merged(units: Sequence[Unit], unit: Unit) -> tuple[Unit, ...]:
    apart = [other for other in units if other.end <= unit.start or unit.end <= other.start]
    return tuple(sorted([*apart, unit], key=lambda one: (one.start, one.end)))


def template(masked: Masked, aligned: Target) -> str | None:
    """The translation with one private character for each mark, hold and point; None if one cannot be placed.

    `expanded` makes the text of it. The marks are nested as in the source.
    """
    if any(place is None for place in aligned.holds):
        return None
    ranges = _ranges(masked, aligned)
    if ranges is None:
        return None
    inserts: list[tuple[int, int, int, str]] = []  # place, order there, depth, character
    for number, (mark, span) in enumerate(zip(masked.marks, ranges, strict=True)):
        depth = sum(_around(other, mark, masked.marks) for other in masked.marks)
        inserts.append((span[0], 3, depth, chr(OPENING + number)))
        inserts.append((span[1], 0, -depth, chr(CLOSING + number)))
    for number, point in enumerate(masked.points):
        place, order, shown = _point(number, point.at, masked, aligned)
        inserts.append((place, order, number, shown))
    text = aligned.text
    for number, held_at in enumerate(aligned.holds):
        assert held_at is not None
        start, end = held_at
        text = text[:start] + chr(HOLD + number) + "\0" * (end - start - 1) + text[end:]
    out, at = [], 0
    for place, _, _, character in sorted(inserts):
        out.append(text[at:place])
        out.append(character)
        at = place
    return "".join([*out, text[at:]]).replace("\0", "")


def _around(outer: Mark, inner: Mark, marks: Sequence[Mark]) -> bool:
    if outer is inner or not (outer.start <= inner.start and inner.end <= outer.end):
        return False
    # Of two around the same words the one that closes later, which is the later in the list, is the outer one.
    return (outer.start, outer.end) != (inner.start, inner.end) or marks.index(outer) > marks.index(inner)


def _ranges(masked: Masked, aligned: Target) -> list[Span] | None:
    """For each mark the range of the translation it goes around; None where one finds no room."""
    units = aligned.units
    free = [bool(_EDGE.sub("", aligned.text[unit.start : unit.end])) for unit in units]
    runs: dict[int, tuple[int, int]] = {}
    order = sorted(
        range(len(masked.marks)), key=lambda number: (masked.marks[number].start, -masked.marks[number].end, -number)
    )
    order.sort(key=lambda number: sum(_around(other, masked.marks[number], masked.marks) for other in masked.marks))
    sure: dict[int, float] = {}
    for number in order:
        sure[number] = max(shares(aligned, (masked.marks[number].start, masked.marks[number].end)), default=0.0)
    depth = {n: sum(_around(o, masked.marks[n], masked.marks) for o in masked.marks) for n in order}
    for number in sorted(order, key=lambda number: (depth[number], -sure[number], masked.marks[number].start)):
        mark = masked.marks[number]
        room = [True] * len(units)
        need = _words(mark, masked)
        for other, (first, last) in runs.items():
            if _around(masked.marks[other], mark, masked.marks):
                room = [open_ and first <= place < last for place, open_ in enumerate(room)]
            else:
                room = [open_ and not first <= place < last for place, open_ in enumerate(room)]
        run = _run(mark, masked, aligned, free, room)
        if run is None or sum(free[run[0] : run[1]]) < min(need, 1):
            return None
        runs[number] = run
    return [(units[runs[number][0]].start, units[runs[number][1] - 1].end) for number in range(len(masked.marks))]


def _words(mark: Mark, masked: Masked) -> int:
    return len(masked.text[mark.start : mark.end].split())


def _run(
    mark: Mark, masked: Masked, aligned: Target, free: Sequence[bool], room: Sequence[bool]
) -> tuple[int, int] | None:
    outside = masked.text[: mark.start] + masked.text[mark.end :]
    if not _EDGE.sub("", outside) and all(room):  # the mark is around everything there is
        run: tuple[int, int] | None = (0, len(aligned.units))
    else:
        scores = shares(aligned, (mark.start, mark.end))
        inner = [score if open_ else min(score, SHARE) for score, open_ in zip(scores, free, strict=True)]
        run = best(inner, room)
        if run is not None and not any(free[run[0] : run[1]]):
            run = best([score if open_ else -9.0 for score, open_ in zip(scores, free, strict=True)], room)
    if run is None:
        return None
    return _balanced(_at_edges(run, mark, masked, aligned, free), aligned)


def _at_edges(
    run: tuple[int, int], mark: Mark, masked: Masked, aligned: Target, free: Sequence[bool]
) -> tuple[int, int]:
    """The run without punctuation at its ends, but for that which the mark had in the source."""
    first, last = _shrunk(run, free)
    if first >= last:
        return run
    words = masked.text[mark.start : mark.end]
    while last < run[1] and re.search(r"[.!?。！？…]$", words) and re.search(r"[.!?。！？…]", _text(aligned, last)):
        last += 1
    while first > run[0] and words[:1] in "¿¡" and words[:1]:
        first -= 1
    return first, last


def _text(aligned: Target, unit: int) -> str:
    return aligned.text[aligned.units[unit].start : aligned.units[unit].end]


def _balanced(run: tuple[int, int], aligned: Target) -> tuple[int, int]:
    """The run with the quotation marks or brackets close about it taken in where only one of the two is inside."""
    first, last = run
    inside = aligned.text[aligned.units[first].start : aligned.units[last - 1].end]
    for closing, opening in _CLOSED.items():
        surplus = inside.count(opening) - inside.count(closing)
        if surplus > 0 and last < len(aligned.units) and _text(aligned, last).startswith(closing):
            return first, last + 1
        if surplus < 0 and first > 0 and _text(aligned, first - 1).endswith(opening):
            return first - 1, last
    return run


def _point(number: int, at: int, masked: Masked, aligned: Target) -> tuple[int, int, str]:
    """Where a point goes: to the same end of the text, else after the words that say what stood before it."""
    character = chr(POINT + number)
    point = masked.points[number]
    if at == 0:
        return 0, 1, character + (" " if point.blank_after else "")
    length = len(aligned.text.rstrip())
    if at >= len(masked.text):
        return length, 2, (" " if point.blank_before else "") + character
    tail = masked.text[at:]
    if not _EDGE.sub("", tail):  # before the final punctuation
        stop = length
        while stop and _EDGE.match(aligned.text[stop - 1]):
            stop -= 1
        return stop or length, 1, character
    before = re.search(r"\S+\s*$", masked.text[:at])
    hit = located(aligned, (at - len(before.group()), at)) if before else None
    place = hit[0][1] if hit else _proportional(at, masked, aligned)
    blank = " " if point.blank_before else ""
    return place, 2, blank + character + (" " if point.blank_after and blank else "")


def _proportional(at: int, masked: Masked, aligned: Target) -> int:
    goal = at / max(len(masked.text), 1) * len(aligned.text)
    return min((unit.end for unit in aligned.units), key=lambda end: abs(end - goal), default=len(aligned.text))


def apart(text: str, masked: Masked) -> str:
    """The template with a blank between a mark that closes and one that opens, where they would run into one."""

    def parted(match: re.Match[str]) -> str:
        left, right = match.group()[0], match.group()[1]
        closing, opening = masked.marks[ord(left) - CLOSING].closing, masked.marks[ord(right) - OPENING].opening
        return f"{left} {right}" if closing[-1] == opening[0] and opening[0] in "*_~" else match.group()

    return re.sub(f"[{chr(CLOSING)}-{chr(HOLD - 1)}][{chr(OPENING)}-{chr(CLOSING - 1)}]", parted, text)


def words_of(text: str) -> str:
    """The words of a template, a V in the place of what is held."""
    return "".join(
        letter if ord(letter) < OPENING or ord(letter) >= POINT + 0x1000 else "V" if HOLD <= ord(letter) < POINT else ""
        for letter in text
    )


def expanded(text: str, masked: Masked) -> str:
    """The text of a template: every private character is again what it stands for."""
    out = []
    for character in text:
        code = ord(character)
        if code < OPENING or code >= POINT + 0x1000:
            out.append(character)
        elif code < CLOSING:
            out.append(masked.marks[code - OPENING].opening)
        elif code < HOLD:
            out.append(masked.marks[code - CLOSING].closing)
        elif code < POINT:
            out.append(masked.holds[code - HOLD].raw)
        else:
            out.append(masked.points[code - POINT].raw)
    return "".join(out)
