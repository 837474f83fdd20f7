"""What stands beside a number: its currency, its sign, percent, its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from workflow.checks.grammar import Amount, grammar_of
from workflow.checks.pair import Note, Pair
from workflow.checks.sides import Side, converted, has_a_unit, same, told, units_differ
from workflow.languages.figures import figures


def beside(pair: Pair, source: Side, target: Side) -> Iterator[Note]:
    """Each number that stands in both texts has its currency, sign, percent and unit in the translation, too."""
    yield from _currencies(pair, source, target)
    yield from _signs(pair, source, target)
    yield from _percents(pair, source, target)
    yield from _units(source, target)


@lru_cache(maxsize=512)
def _may_say(family: str, other: str, locale: str) -> bool:
    """Whether the locale's word for money of `other` may be said of money of `family`: rupia, in rupia indonesia."""
    names = figures(locale).currencies
    return other in {"", family} or any(
        names.get(word) == other for name, one in names.items() if one == family for word in name.split()
    )


def _currencies(pair: Pair, source: Side, target: Side) -> Iterator[Note]:
    """Sums of money whose figure stands in the translation with another currency only."""
    for amount in source.hard:
        if amount.currency:
            alike = [other for other in target.hard if same(amount.values[0], other.values[0])]
            if alike and not any(_may_say(amount.currency, other.currency, pair.locale) for other in alike):
                yield Note(
                    "error", f"{told(amount)} is in {amount.currency}s, here in {alike[0].currency}s", alike[0].text
                )


_BESIDE = re.compile(r"[-–−]")


def _signs(pair: Pair, source: Side, target: Side) -> Iterator[Note]:
    """Numbers below zero on one side and above on the other, where nothing on the other says so."""
    for one, here, locale in ((source, target, pair.locale), (target, source, pair.source_locale)):
        minus = grammar_of(locale).minus
        if not any(amount.negative for amount in one.hard) or (minus and minus.search(here.folded)):
            continue
        for amount in one.hard:
            if not amount.negative:
                continue
            alike = [other for other in here.hard if same(amount.values[0], other.values[0])]
            if alike and not any(
                other.negative or _BESIDE.search(here.folded[max(0, other.start - 3) : other.start])
                or here.folded[other.end : other.end + 1] == "-"
                for other in alike
            ):  # fmt: skip
                if one is source:
                    yield Note("warning", f"-{told(amount)} is missing; found {told(alike[0])}", alike[0].text)
                else:
                    yield Note("warning", f"{told(alike[0])} is missing; found -{told(amount)}", amount.text)


def _percent_at(amount: Amount, side: Side, locale: str) -> bool:
    """Whether a percent sign or word, not one of percentage points, stands beside the amount."""
    grammar = grammar_of(locale)
    at = amount.end + (side.folded[amount.end : amount.end + 1] in {" ", "-"})
    found = grammar.percent.match(side.folded, at)
    if found is not None:
        return not side.folded.startswith("age", found.end())
    return grammar.percent_before.search(side.folded, max(0, amount.start - 14), amount.start) is not None


_POINT = re.compile(r"percent|per ?cent|pct|%|point|\bin (?:\d|ten|five|four|three)|out of|hundred")


def _percents(pair: Pair, source: Side, target: Side) -> Iterator[Note]:
    """Shares of a hundred whose sign or word was lost or added."""
    ours = [amount for amount in source.hard if _percent_at(amount, source, pair.source_locale)]
    theirs = [amount for amount in target.hard if _percent_at(amount, target, pair.locale)]
    if len(ours) > len(theirs) and grammar_of(pair.locale).figures.percent:
        for amount in ours:
            alike = [other for other in target.hard if same(amount.values[0], other.values[0])]
            if (
                len(alike) == 1
                and alike[0] not in theirs
                and not any(0 <= other.start - alike[0].end < 40 for other in theirs)
            ):
                yield Note("error", f"{told(amount)} percent is missing; found {told(alike[0])}", alike[0].text)
    elif theirs and not ours and not _POINT.search(source.folded):
        for other in theirs:
            alike = [amount for amount in source.hard if same(amount.values[0], other.values[0])]
            if alike:
                yield Note("error", f"{told(alike[0])} is missing; found {told(other)} percent", other.text)


def _units(source: Side, target: Side) -> Iterator[Note]:
    """Measures whose figure stands in the translation with another unit of the same kind only."""
    for amount in source.hard:
        if not has_a_unit(amount):
            continue
        alike = [other for other in target.hard if same(amount.values[0], other.values[0])]
        if len(alike) == 1 and has_a_unit(other := alike[0]) and units_differ(amount, other):
            rest = (*(one for one in target.hard if one is not other), *source.hard)
            if not any(converted(amount, one) or converted(other, one) for one in rest):
                found = f"{told(other)} {_unit_name(other)}"
                yield Note("error", f"{told(amount)} {_unit_name(amount)} is missing; found {found}", other.text)


def _unit_name(amount: Amount) -> str:
    """The unit of the amount as an English reader knows it."""
    name = amount.unit.name.partition("-")[2].replace("-", " ") if amount.unit else ""
    if name.endswith((" per hour", " per second")):
        return name.replace("er per", "ers per").replace("mile per", "miles per")
    return {"foot": "feet", "inch": "inches", "century": "centuries"}.get(name, f"{name}s")
