"""What belongs in an article and what does not: scraped or pasted text as Markdown, the rest in a report.

Nothing is lost: every line of the input that is not blank stands in the article, in its front matter, or among the
quarantined with the reasons. The means are general (judge.py); the words that pages print are in words/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from workflow.errors import FormatError
from workflow.intake import byline as bylines
from workflow.intake import judge, page, units
from workflow.intake.units import Unit

Format = Literal["text", "html", "markdown"]

_FRONT = re.compile(
    r"(?s)\ufeff?(?:---[ \t]*\r?\n(?:.*?\n)??(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n(?:.*?\n)??\+\+\+)[ \t]*(?:\r?\n|\Z)"
)
_PLAIN = re.compile(r"[^\W\d_](?:[\w.,'’()/ -]*[\w.)])?")
_BLANK = " \t\r\n\v\f\ufeff\u200b\u00a0\u3000"
_TYPED = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A line that was set aside: its 1-based number and text in the input, and why."""

    line: int
    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Text as it was taken in: an article in Markdown with its front matter, and what was set aside."""

    markdown: str
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What is known of the article as a whole."""

    title: str = ""
    author: str = ""
    date: str = ""


def take(text: str, *, format: Format = "text", keep_all: bool = False) -> Taken:  # noqa: A002 - the word of the trade
    """The article in `text`, with the title, author and date it recognises as front matter, and what does not belong.

    Every line with words is in `markdown` or among `quarantined` (all in `markdown` with `keep_all`). Markdown of which
    nothing is set aside or recognised comes back as it was.

    Raises FormatError where there is no text, or none that could be an article, or a NUL character.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FormatError(f"line {line} has a NUL character, which no catalog can hold; take it out")
    if format == "markdown":
        return _markdown(text, keep_all=keep_all)
    if format == "html":
        read = page.read(text)
        known = _Head(title=read.title, author=read.author, date=read.date)
        cut: Sequence[Unit] = read.units
    else:
        known, cut = _Head(), units.text(text)
    _some(cut)
    around = judge.survey(cut)
    head, reasons = _recognise(cut, around, known)
    kept = _kept(cut, reasons, keep_all=keep_all)
    body = _assembled(kept)
    if not body and not head.title:
        raise FormatError("nothing in it looks like an article; --keep-all takes everything")
    quarantined = () if keep_all else _quarantined(cut, reasons)
    if body.startswith(("---", "+++")) and not _front(head):
        body = f"\\{body}"  # else it would be front matter
    return Taken(f"{_front(head)}{body}\n" if body else _front(head), quarantined)


def report(taken: Taken, *, name: str) -> str:
    """What was set aside of the file `name`, line by line with the reasons, for the eyes of an editor."""
    lines = [
        f"Set aside when {name} was taken in: {len(taken.quarantined)} of its lines, none of which is in the article.",
        "Each stands here as it was, under its line number, with the reasons below it. To take one back, copy it into",
        "the article; `workflow add --keep-all --force` takes everything.",
    ]
    for item in taken.quarantined:
        lines += ["", f"line {item.line}: {item.text.strip()}", *(f"    - {reason}" for reason in item.reasons)]
    return "\n".join(lines) + "\n"


def _some(cut: Sequence[Unit]) -> None:
    if not any(unit.words.strip(_BLANK) or unit.markdown.strip(_BLANK) for unit in cut):
        raise FormatError("there is no text in it; nothing was taken in")


# --- title, author, date ---------------------------------------------------------------------------------------------


def _recognise(cut: Sequence[Unit], around: judge.Around, known: _Head) -> tuple[_Head, list[tuple[str, ...]]]:
    """What the article's head says, and for each unit why it does not stand in the article's body.

    The title's own unit has the reason `_TITLE`, which is none to report.
    """
    reasons: list[tuple[str, ...]] = []
    title, said = known.title, list[bylines.Byline]()
    top = around.first if around.first >= 0 else min(len(cut) - 1, 6)
    kept: Unit | None = None
    for at, unit in enumerate(cut):
        why = judge.reasons(at, around, kept)
        line = None if unit.place else bylines.byline(unit, around.script)
        if line is not None and _stands_in(at, unit, around, why):
            said.append(line)
            why = (*_told(line), *why)
        elif title and at <= max(top, 0) and _spelled(unit.words) == _spelled(title) and _TITLE not in reasons:
            why = () if unit.place else _TITLE
        elif not why and at < top and _same(unit.words, title):
            same = _spelled(unit.words) == _spelled(title)
            first = same and _TITLE not in reasons
            why = _TITLE if first else ("repeats the title" if same else "repeats the title, with the site's name",)
        elif not why and not title and at < top and bylines.could_be_title(unit, around.script) and not unit.marked:
            title, why = " ".join(unit.words.split()), _TITLE
        reasons.append(why)
        kept = kept if why else unit
    reasons = judge.regions(cut, around, reasons)
    dated = next((one for one in said if one.iso and not one.changed), None) or next((o for o in said if o.iso), None)
    author = known.author or next((one.author for one in said if one.author), "")
    return _Head(title=title, author=author, date=known.date or (dated.iso if dated else "")), reasons


_TITLE = ("",)


def _stands_in(at: int, unit: Unit, around: judge.Around, why: tuple[str, ...]) -> bool:
    """Whether a date or name is the page's and no part of the text, such as the heading of a diary's day."""
    if unit.kind == "heading" and not why:
        return False
    early = at < around.first if around.first >= 0 else at < 4
    return early or bool(why) or (around.edge(at) and unit.kind != "item") or judge.stamped(unit.words)


def _told(line: bylines.Byline) -> tuple[str, ...]:
    said = []
    if line.author:
        said.append(f"author, {line.author},")
    if line.iso:
        said.append(f"date, {line.iso},")
    if said:
        verb = "is" if len(said) == 1 else "are"
        told = (f"byline: its {' and '.join(said)} {verb} in the front matter",)
        return told if line.author or not line.said else (*told[:0], told[0])
    return (f"byline: its date, {line.said}, can be read two ways; write `date: YYYY-MM-DD` into the front matter",)


def _spelled(words: str) -> str:
    return " ".join(words.split()).casefold()


def _same(words: str, title: str) -> bool:
    """Whether the words are the title, or the title with a site's name beside it."""
    if not title:
        return False
    mine, whole = _spelled(words), _spelled(title)
    return mine == whole or bool(re.fullmatch(rf"{re.escape(whole)}\s*[|–—·:»-]\s*.{{1,40}}", mine))


# --- what is kept ----------------------------------------------------------------------------------------------------


def _kept(cut: Sequence[Unit], reasons: Sequence[tuple[str, ...]], *, keep_all: bool) -> list[Unit]:
    kept = []
    for at, (unit, why) in enumerate(zip(cut, reasons, strict=True)):
        if why == _TITLE or (why and not keep_all):
            continue
        kept.append(units.promoted(unit, cut, at) if not unit.place else unit)
    while kept and kept[0].kind == "break":
        kept.pop(0)
    while kept and kept[-1].kind == "break":
        kept.pop()
    return kept


def _quarantined(cut: Sequence[Unit], reasons: Sequence[tuple[str, ...]]) -> tuple[Quarantined, ...]:
    return tuple(
        Quarantined(number, line, why)
        for unit, why in zip(cut, reasons, strict=True)
        if why and why != _TITLE
        for number, line in unit.lines
        if line.strip()
    )


def _assembled(kept: Sequence[Unit]) -> str:
    """The units' Markdown, list items and quotes close together where they were."""
    said = ""
    for at, unit in enumerate(kept):
        if at:
            before = kept[at - 1]
            said += "\n" if unit.close and unit.kind == before.kind else "\n\n"
        said += unit.markdown
    return said


def _front(head: _Head) -> str:
    """The front matter; nothing where nothing is known."""
    pairs = [("title", head.title), ("author", head.author), ("date", head.date)]
    lines = [f"{key}: {value if key == 'date' else scalar(value)}" for key, value in pairs if value]
    return "---\n{}\n---\n\n".format("\n".join(lines)) if lines else ""


def scalar(value: str) -> str:
    r"""The value as YAML reads it back: bare where that is safe, else between quotes.

    >>> print(scalar("A walk"), scalar("Now: a walk"), scalar("no"))
    A walk "Now: a walk" "no"
    """
    if _PLAIN.fullmatch(value) and value.casefold() not in _TYPED:
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


# --- Markdown --------------------------------------------------------------------------------------------------------


def _markdown(text: str, *, keep_all: bool) -> Taken:
    found = _FRONT.match(text)
    front = found[0] if found else ""
    cut, tail = units.markdown(text[len(front) :], 1 + front.count("\n"))
    _some(cut)
    around = judge.survey(cut)
    given = re.search(r"(?m)^title\s*[:=]\s*(.+?)\s*$", front)
    heading = next((unit.words for unit in cut if unit.kind == "heading"), "")
    title = given[1].strip("\"'") if given else heading
    head, reasons = _recognise(cut, around, _Head(title=title or "\0"))
    reasons = [() if why == _TITLE else why for why in reasons]
    if keep_all or not any(reasons):
        return Taken(text)
    said, gap, before = "", "", False
    for unit, why in zip(cut, reasons, strict=True):
        gap = max(gap, unit.gap, key=lambda one: one.count("\n"))
        if why:
            before = bool(said)
            continue
        if before and gap.count("\n") < 2 and unit.kind != "item":
            gap = "\r\n\r\n" if "\r" in gap else "\n\n"
        said += (gap if said else gap.lstrip("\r\n") if not front else gap) + unit.markdown
        gap, before = "", False
    if not said:
        raise FormatError("nothing in it looks like an article; --keep-all takes everything")
    return Taken(_with(front, head) + said + (tail or "\n"), _quarantined(cut, reasons))


def _with(front: str, head: _Head) -> str:
    """The front matter with author and date added where it says nothing of them."""
    if not front:
        return _front(_Head(author=head.author, date=head.date))
    toml, newline = front.lstrip("\ufeff").startswith("+++"), "\r\n" if "\r\n" in front else "\n"
    added = ""
    for key, value in (("author", head.author), ("date", head.date)):
        if value and not re.search(rf"(?m)^{key}s?\s*[:=]", front):
            said = value if key == "date" else json.dumps(value, ensure_ascii=False) if toml else scalar(value)
            added += f"{key} = {said}{newline}" if toml else f"{key}: {said}{newline}"
    end = re.search(r"(?:---|\.\.\.|\+\+\+)[ \t]*(?:\r?\n)?\Z", front)
    assert end is not None
    return front[: end.start()] + added + front[end.start() :]
