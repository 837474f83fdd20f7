"""The memory: every reviewed translation there is, asked by its source. An index over catalogs, no store of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from workflow.model import EMPTY, Entry, State

AT_LEAST = 75


@dataclass(frozen=True, slots=True)
class Unit:
    """A reviewed translation and where it stands: its article, its msgctxt, the msgids before and after it."""

    source: str
    target: str
    article: str = ""
    context: str | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What the memory has for a source: 100 percent is the same text, less is like it by so much.

    `target` is the unit's, with its numbers replaced where they are all that differs. `neighbourhood` says that the
    text stands between the same two sentences in the same context as it did there.
    """

    unit: Unit
    percent: int
    target: str
    neighbourhood: bool = False


@dataclass(frozen=True)
class Memory:
    """Units by their source; `index` makes one."""

    units: tuple[Unit, ...] = ()
    _by_source: Mapping[str, tuple[Unit, ...]] = field(default_factory=dict, repr=False, compare=False)

    def exact(
        self, source: str, *, article: str = "", context: str | None = None, before: str = "", after: str = ""
    ) -> Match | None:
        """The reviewed translation of the same text, from where it stands most as it does here.

        Of the same context first, then between the same neighbours, then in the same article; of equals the first.
        """
        units = self._by_source.get(source)
        if not units:
            return None

        def nearness(unit: Unit) -> tuple[bool, bool, bool, int]:
            beside = (unit.before == before) + (unit.after == after)
            return (unit.context == context, beside == 2, unit.article == article, beside)

        best = max(units, key=nearness)
        same = best.context == context and best.before == before and best.after == after and bool(before or after)
        return Match(best, 100, best.target, same)

    def closest(self, source: str, *, at_least: int = AT_LEAST, article: str = "") -> Match | None:
        """The reviewed translation of the text most like `source`, if one is like enough."""
        hit = process.extractOne(source, self._by_source.keys(), scorer=fuzz.ratio, score_cutoff=at_least)
        if hit is None:
            return None
        units = self._by_source[hit[0]]
        unit = max(units, key=lambda unit: unit.article == article)
        return Match(unit, min(int(hit[1]), 99), with_numbers(unit, source) or unit.target)


def index(articles: Mapping[str, Iterable[Entry]]) -> Memory:
    """The memory of the reviewed entries of these articles (of one locale), in their order."""
    units = []
    for article, entries in articles.items():
        alive = [entry for entry in entries if not entry.obsolete]
        for place, entry in enumerate(alive):
            if entry.state is State.REVIEWED and entry.msgid_plural is None and entry.msgstr != EMPTY:
                before = alive[place - 1].msgid if place else ""
                after = alive[place + 1].msgid if place + 1 < len(alive) else ""
                units.append(Unit(entry.msgid, entry.msgstr, article, entry.msgctxt, before, after))
    by_source: dict[str, list[Unit]] = {}
    for unit in units:
        by_source.setdefault(unit.source, []).append(unit)
    return Memory(tuple(units), {source: tuple(same) for source, same in by_source.items()})


_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


def with_numbers(unit: Unit, source: str) -> str | None:
    """The unit's translation with the numbers of `source` instead of its own.

    None unless numbers are all that differs, and each that does stands once, written the same, in the translation.

    >>> with_numbers(Unit("Day 1 of 3", "第1天，共3天"), "Day 2 of 3")
    '第2天，共3天'
    """
    if _NUMBER.sub("0", unit.source) != _NUMBER.sub("0", source):
        return None
    target = unit.target
    changes: dict[str, str] = {}
    for old, new in zip(_NUMBER.findall(unit.source), _NUMBER.findall(source), strict=True):
        if changes.setdefault(old, new) != new:
            return None
    for old, new in changes.items():
        if old != new and len([number for number in _NUMBER.findall(target) if number == old]) != 1:
            return None
    return _NUMBER.sub(lambda match: changes.get(match.group(), match.group()), target)
