"""Pasted text and Markdown cut into what is judged at once: a paragraph, a heading, a list item, a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workflow.intake import letters

Kind = Literal["paragraph", "heading", "item", "quote", "table", "code", "verse", "break"]

_BULLET = re.compile(r"[ \t]{0,3}(?P<mark>[-*+•‣▪◦●]|\d{1,3}[.)])[ \t]+(?=\S)")
_BREAK = re.compile(r"\s*(?:([-*_=~·•—–#.⁂❦✻§])\s*(?:\1\s*)*)$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_CODE = re.compile(r"[;{}=<>$|\\]|\(\)|^\s*(?:def|class|import|from|if|for|while|return|print|sudo|pip|npm|git|cd)\b")
_TAG = re.compile(r"<(?=[A-Za-z/!?])(?!https?://|[\w.+-]+@)")
_DEFINITION = re.compile(r"( {0,3})(\[[^\]\n]+\]:)")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])[ \t]+(?=\S)")
_INLINE = re.compile(r"\s*<(?:https?:|[\w.+-]+@|a\b|b\b|i\b|em\b|strong\b|span\b)")
_RAW = re.compile(r"(?i) {0,3}<(style|script|pre|textarea)\b")
_ORDINAL = re.compile(r"(\s{0,3}\d{4,9})([.)]\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A stretch that is taken or set aside as one.

    `lines` are the lines of the input, with their 1-based numbers; `words` is what a reader sees of them;
    `markdown` stands in the article, after `gap`. `links` is the share of the letters that are link text. `place` is
    why the page itself says that it is not the article, empty where it does not.
    """

    lines: tuple[tuple[int, str], ...]
    words: str
    markdown: str
    kind: Kind
    gap: str = "\n\n"
    close: bool = False
    links: float = 0.0
    place: str = ""
    marked: bool = False

    @property
    def line(self) -> int:
        """Where it starts."""
        return self.lines[0][0]


def text(said: str) -> list[Unit]:
    """The units of pasted text, their Markdown saying what the text says."""
    lines = list(enumerate(said.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1))
    units: list[Unit] = []
    group: list[tuple[int, str]] = []
    for number, line in [*lines, (0, "")]:
        if line.strip("\ufeff \t\v\f\u00a0\u200b\u3000"):
            group.append((number, line))
        elif group:
            units += _group(group)
            group = []
    if units and units[0].kind == "break":
        units[0] = _as(units[0], "break", "***")
    return units


def _group(group: Sequence[tuple[int, str]]) -> list[Unit]:
    """The units in lines without a blank one between them."""
    if len(group) > 1 and (table := _table(group)):
        return [table]
    if all(line.startswith(("    ", "\t")) for _, line in group) and sum(
        bool(_CODE.search(line)) for _, line in group
    ) * 2 >= len(group):
        raw = "\n".join(line for _, line in group)
        return [Unit(lines=tuple(group), words=raw, markdown=raw, kind="code")]
    units: list[Unit] = []
    run: list[tuple[int, str]] = []
    for at, (number, line) in enumerate(group):
        bullet = _BULLET.match(line)
        goes_on = bool(units and units[-1].kind == "item" and not run and line.startswith("  ") and not bullet)
        alone = bool(bullet or _HEADING.match(line) or line.lstrip().startswith(">") or _BREAK.fullmatch(line))
        apart = _stands_alone(line) and not (run and _flows(run[-1][1], line))
        if alone or goes_on or (run and (apart or _script(run[-1][1]) != _script(line))):
            units += _run(run)
            run = []
        if goes_on:
            last = units.pop()
            said = f"{last.markdown}\n{safe(line, indented=True)}"
            lines = (*last.lines, (number, line))
            units.append(
                Unit(lines=lines, words=f"{last.words} {line.strip()}", markdown=said, kind="item", close=True)
            )
        elif bullet:
            mark = bullet["mark"] if bullet["mark"][0] in "-*+0123456789" else "-"
            rest = line[bullet.end() :]
            units.append(
                Unit(
                    lines=((number, line),),
                    words=rest.strip(),
                    markdown=f"{mark} {safe(rest)}",
                    kind="item",
                    close=bool(units),
                )
            )
        elif alone:
            units.append(_line(number, line))
        else:
            run.append((number, line))
            if apart and not (at + 1 < len(group) and _flows(line, group[at + 1][1])):
                units += _run(run)
                run = []
    return units + _run(run)


def _line(number: int, line: str) -> Unit:
    stripped = line.strip()
    if _BREAK.fullmatch(line) and not stripped.startswith("#"):
        return Unit(lines=((number, line),), words="", markdown=stripped, kind="break")
    kind: Kind = "heading" if stripped.startswith("#") else "quote"
    words = stripped.lstrip("#> ").strip()
    return Unit(lines=((number, line),), words=words, markdown=safe(stripped), kind=kind, close=kind == "quote")


def _run(run: Sequence[tuple[int, str]]) -> list[Unit]:
    """Lines of one script: a wrapped paragraph, verse, or a paragraph each."""
    if not run:
        return []
    raw = [line.strip(" \t\v\f\ufeff\u00a0\u200b\u3000") for _, line in run]
    longest = max(map(len, raw))
    words = " ".join(raw)
    if len(run) > 1 and longest <= 120 and longest > 40 and all(len(line) >= longest * 0.6 for line in raw[:-1]):
        ended = sum(line.endswith((".", "!", "?", "”", '"')) for line in raw[:-1])
        if ended * 2 <= len(raw) - 1 or len(run) > 3:
            return [Unit(lines=tuple(run), words=words, markdown="\n".join(map(safe, raw)), kind="paragraph")]
    if len(run) > 1 and longest <= 80:
        return [Unit(lines=tuple(run), words="\n".join(raw), markdown="\\\n".join(map(safe, raw)), kind="verse")]
    return [
        Unit(lines=(pair,), words=line, markdown=safe(line), kind="paragraph")
        for pair, line in zip(run, raw, strict=True)
    ]


def _stands_alone(line: str) -> bool:
    """Whether the line is no part of running text: a paragraph by itself, a date, an address, emoji, furniture."""
    if len(line) > 160:
        return True
    if len(line) > 80:
        return False
    if letters.dates(line) or letters.emoji(line) or letters.contacts(line) or letters.signed(line):
        return True
    return letters.furnished(line) >= 0.8


def _flows(line: str, after: str) -> bool:
    """Whether a sentence goes on from one line to the next."""
    line, after = line.rstrip(), after.strip()
    if line.endswith(letters.ENDS) or _script(line) != _script(after) or letters.emoji(after) or len(after) > 160:
        return False
    return after[:1].islower() or (len(line) > 40 and after.endswith((".", ",", ";", "!", "?")))


def _script(line: str) -> str:
    """The script most of the line is in; Chinese and Japanese are one."""
    counted = letters.scripts(line)
    if not counted:
        return "LATIN"
    script = counted.most_common(1)[0][0]
    return "HAN" if script == "KANA" else script


def _table(group: Sequence[tuple[int, str]]) -> Unit | None:
    """Lines with the same columns: pipes as they stand, tabs made into pipes."""
    rows = [line.strip("\n") for _, line in group]
    words = " ".join(rows)
    if all(row.count("|") >= 2 for row in rows) and any(re.fullmatch(r"[\s|:-]+", row) for row in rows):
        return Unit(lines=tuple(group), words=words, markdown="\n".join(row.strip() for row in rows), kind="table")
    columns = {row.strip().count("\t") for row in rows}
    if len(columns) == 1 and columns != {0}:
        cells = [[cell.strip().replace("|", "\\|") for cell in row.strip().split("\t")] for row in rows]
        made = [f"| {' | '.join(map(safe, row))} |" for row in cells]
        made.insert(1, f"|{'---|' * len(cells[0])}")
        return Unit(lines=tuple(group), words=words, markdown="\n".join(made), kind="table")
    return None


def safe(line: str, *, indented: bool = False) -> str:
    """The line so that Markdown shows what it says: no tag, no link definition, no list out of a year."""
    line = line.rstrip() if indented else line.strip()
    line = _TAG.sub(r"\\<", line)
    line = _DEFINITION.sub(r"\1\\\2", line, count=1) if _DEFINITION.match(line) else line
    return _ORDINAL.sub(r"\1\\\2", line, count=1) if _ORDINAL.match(line) else line


def _as(unit: Unit, kind: Kind, markdown: str) -> Unit:
    return Unit(lines=unit.lines, words=unit.words, markdown=markdown, kind=kind, gap=unit.gap)


# --- Markdown --------------------------------------------------------------------------------------------------------


def markdown(said: str, line: int = 1) -> tuple[list[Unit], str]:
    """The units of Markdown with the gap before each, and what stands after the last; joined, they are `said`."""
    units: list[Unit] = []
    gap, at = "", 0
    rows = re.findall(r"[^\n]*\n|[^\n]+\Z", said)
    while at < len(rows):
        if not rows[at].strip():
            gap += rows[at]
            at += 1
            continue
        end, kind = _extent(rows, at, blank=not units or "\n" in gap.lstrip("\r\n") or gap.count("\n") > 1)
        raw = "".join(rows[at:end])
        for piece in _pieces(rows[at:end], line + at, kind):
            units.append(_unit(piece, gap, kind))
            gap = re.search(r"[\r\n]*\Z", "".join(row for _, row in piece))[0]  # type: ignore[index] # always matches
        assert raw
        at = end
    return units, gap


def _extent(rows: Sequence[str], at: int, *, blank: bool) -> tuple[int, Kind]:
    """Where the unit that starts at row `at` ends, and what it is."""
    row, end = rows[at].rstrip("\r\n"), at + 1
    if fence := _FENCE.match(row):
        return _fenced(rows, end, fence["fence"]), "code"
    if blank and row.startswith(("    ", "\t")):
        while end < len(rows) and rows[end].startswith(("    ", "\t")):
            end += 1
        return end, "code"
    if _HEADING.match(row):
        return end, "heading"
    if _RULE.match(row):
        return end, "break"
    if row.lstrip().startswith("<") and not _INLINE.match(row):
        return _html(rows, at), "code"
    bullet, quote = bool(_ITEM.match(row)), row.lstrip().startswith(">")
    while end < len(rows) and rows[end].strip() and _goes_on(rows[end], bullet=bullet, quote=quote):
        if _UNDERLINE.match(rows[end].rstrip("\r\n")) and not bullet and not quote:
            return end + 1, "heading"
        end += 1
    if bullet:
        return end, "item"
    if quote:
        return end, "quote"
    if end - at > 1 and re.fullmatch(r"[\s|:-]*-[\s|:-]*", rows[at + 1].rstrip()) and "|" in rows[at]:
        return end, "table"
    return end, "paragraph"


def _html(rows: Sequence[str], at: int) -> int:
    """Behind the block of HTML that starts at row `at`: its end tag where it holds no Markdown, else a blank line."""
    end = at + 1
    if raw := _RAW.match(rows[at]):
        while end < len(rows) and f"</{raw[1].lower()}" not in rows[end - 1].lower():
            end += 1
        return end
    while end < len(rows) and rows[end].strip():
        end += 1
    return end


def _fenced(rows: Sequence[str], at: int, mark: str) -> int:
    """Behind the fence that closes the one above row `at`, or the end."""
    for end in range(at, len(rows)):
        closing = rows[end].strip()
        if closing.startswith(mark) and not closing.strip(mark[0]):
            return end + 1
    return len(rows)


def _goes_on(after: str, *, bullet: bool, quote: bool) -> bool:
    """Whether a row belongs to the item, quotation or paragraph above it."""
    if _FENCE.match(after) or _HEADING.match(after):
        return False
    if bullet:
        return not _ITEM.match(after) and (quote or not after.lstrip().startswith(">"))
    return quote or not (after.lstrip().startswith(">") or _BULLET.match(after))


def _pieces(rows: Sequence[str], line: int, kind: Kind) -> list[list[tuple[int, str]]]:
    """The rows in pieces: a paragraph's lines apart where the script changes or a line stands alone."""
    pairs = list(enumerate(rows, line))
    if kind != "paragraph":
        return [pairs]
    pieces: list[list[tuple[int, str]]] = []
    for number, row in pairs:
        before, said = (pieces[-1][-1][1] if pieces else ""), _words(row)
        broken = before.rstrip("\r\n").endswith(("  ", "\\"))
        flows = bool(pieces) and _flows(_words(before), said)
        alone = _stands_alone(said) or (_stands_alone(_words(before)) and not broken)
        if not pieces or _script(before) != _script(row) or (alone and not flows):
            pieces.append([(number, row)])
        else:
            pieces[-1].append((number, row))
    return pieces


def _unit(piece: Sequence[tuple[int, str]], gap: str, kind: Kind) -> Unit:
    raw = "".join(row for _, row in piece)
    if kind == "paragraph" and all(_DEFINITION.match(row) for _, row in piece):
        kind = "code"
    lines = tuple((number, row.rstrip("\r\n")) for number, row in piece)
    said = raw.rstrip("\r\n")
    label = "".join(re.findall(r"(?<!!)\[([^\]\[]*)\]\(", raw))
    seen = "" if re.fullmatch(r"\s*(?:!\[[^\]]*\]\([^)]*\)\s*)+", said) else _words(said)
    return Unit(
        lines=lines,
        words=seen,
        markdown=said,
        kind=kind,
        gap=gap,
        links=min(1.0, len(label) / max(1, len(seen))),
        marked=bool(re.fullmatch(r"\s*([*_]{1,3})\S.*\S\1\s*", said)) or kind in ("quote", "heading"),
    )


def _words(raw: str) -> str:
    """What a reader sees of Markdown, near enough to judge it."""
    said = re.sub(r"!\[([^\]\[]*)\]\([^()]*\)", r"\1", raw)
    said = re.sub(r"\[([^\]\[]*)\](?:\([^()]*\)|\[[^\]\[]*\])", r"\1", said)
    said = re.sub(r"(?m)^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,9}[.)]\s+)", "", said)
    said = re.sub(r"<[^<>]*>|[*_`~]{1,3}|\\(?=[^\w\s])", "", said)
    return "\n".join(line.strip() for line in said.splitlines()).strip()


def promoted(unit: Unit, units: Sequence[Unit], at: int) -> Unit:
    """The unit as a heading, where a text has one without a mark: a short line that is no sentence, before a paragraph.

    Only between paragraphs: above the first one stand titles, below the last one signatures.
    """
    words = unit.words.strip()
    if unit.kind != "paragraph" or unit.marked or len(unit.lines) > 1 or not unit.markdown[:1].isalnum():
        return unit
    if not 1 < len(words) <= 70 or len(words.split()) > 10 or not (words[0].isupper() or words[0].isdigit()):
        return unit
    if words[-1] in ".,;:!…\"'”’)—–-" or ":" in words or letters.dates(words) or at + 1 >= len(units):
        return unit
    after, before = units[at + 1], units[at - 1] if at else None
    spaced = after.line - unit.lines[-1][0] > 1 and before is not None and unit.line - before.lines[-1][0] > 1
    if not spaced or after.kind != "paragraph" or len(after.words) < 80 or before is None or len(before.words) < 80:
        return unit
    return Unit(lines=unit.lines, words=unit.words, markdown=f"## {unit.markdown}", kind="heading", gap=unit.gap)
