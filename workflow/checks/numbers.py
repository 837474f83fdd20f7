"""Numbers by value: what is counted, measured, dated or paid in the source is so in the translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from workflow.checks.amounts import amounts
from workflow.checks.grammar import Amount, fold
from workflow.checks.pair import Note, Pair
from workflow.checks.words import counts, spoken, strong, units, worded
from workflow.languages.figures import Unit

_DIGIT = re.compile(r"\d")
_SCALE_WORD = re.compile(r"(?:million|billion|trillion|thousand)s?\b", re.IGNORECASE)
_CLOCKS = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b|o['’]clock|\d[ap]\.m|\d\.\d\d ?[ap]\.?m")
_PADDED = re.compile(r"00+$|0\d\d+$")
_MOST = 50
_IN_WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


@dataclass(frozen=True, slots=True)
class _Side:
    """One text of the pair, read."""

    folded: str
    hard: tuple[Amount, ...]
    strong: tuple[Amount, ...]


@lru_cache(maxsize=8192)
def _source(text: str, locale: str) -> _Side:
    """The source's side, kept, since every locale asks for it."""
    return _side(text, locale, clock=False)


def _side(text: str, locale: str, *, clock: bool) -> _Side:
    folded = fold(text)
    hard = amounts(folded, locale, clock=clock)
    big = strong(folded, locale)
    return _Side(folded, tuple(_as_written(hard, folded, text)), tuple(_as_written(big, folded, text)))


def _as_written(found: Iterable[Amount], folded: str, text: str) -> Iterator[Amount]:
    """The amounts with their own letters and digits, where folding moved no place."""
    for amount in found:
        if len(folded) == len(text) and text[amount.start : amount.end] != amount.text:
            yield replace(amount, text=text[amount.start : amount.end])
        else:
            yield amount


def _same(one: float, other: float) -> bool:
    """Whether two values are one number, written with different precision of floats."""
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def _key(value: float) -> str:
    """The value to ten significant digits, so that equal numbers are equal."""
    return f"{value:.10g}"


def _meets(one: Amount, other: Amount) -> bool:
    """Whether one reading of each agrees; of two years in full, the full ones."""
    if min(one.values[0], other.values[0]) >= 1000:
        return any(_same(value, wanted) for value in one.values for wanted in other.values if value >= 100)
    return any(_same(value, wanted) for value in one.values for wanted in other.values)


def in_words(value: float) -> str:
    """The value as an English reader grasps it.

    >>> in_words(1.2e8), in_words(42), in_words(1234567)
    ('120 million', '42', '1.234567 million')
    """
    for size, name in _IN_WORDS:
        if value >= size and (size > 1e3 or value >= 1e5):
            return f"{round(value / size, 6):.12g} {name}"
    return f"{value:.12g}"


def _told(amount: Amount) -> str:
    """The amount as written, with its value in words where the writing does not show it."""
    words = in_words(amount.values[0])
    text = amount.text.strip()
    return text if words == text.replace(",", "") or words == text else f"{text} ({words})"


def _pair_off(left: list[Amount], right: list[Amount], *, primary: bool) -> tuple[list[Amount], list[Amount]]:
    """What is left of both when amounts that agree have answered for each other; a repeated one may stand once."""
    if primary:
        lefts, rights = {_key(a.values[0]) for a in left}, {_key(a.values[0]) for a in right}
        return (
            [amount for amount in left if _key(amount.values[0]) not in rights][:_MOST],
            [amount for amount in right if _key(amount.values[0]) not in lefts][:_MOST],
        )
    rest = list(right)
    missing = []
    for amount in left:
        met = next((index for index, other in enumerate(rest) if _meets(amount, other)), None)
        if met is None:
            missing.append(amount)
        else:
            del rest[met]
    return missing, rest


def _rounding(amount: Amount) -> float:
    """How far the amount may lie from what was measured, by the way it is written."""
    value = amount.values[0]
    half = amount.step / 2
    if value >= 10 and value % 5 == 0:
        half = max(half, 2.5)
    return min(half, value * 0.05)


def converted(amount: Amount, other: Amount) -> bool:
    """Whether `other` is `amount` in another unit, rounded as people round."""
    if amount.unit is None or other.unit is None or amount.unit.kind != other.unit.kind:
        return False
    if amount.unit.kind == "temperature":
        return _temperatures(amount, other)
    if amount.unit.name == other.unit.name:
        return False
    ratio = amount.unit.factor / other.unit.factor
    value = amount.values[0] * ratio
    found = other.values[0]
    loose = max(_rounding(other), min(amount.step / 2 * ratio, value * 0.01), value * 0.004)
    return abs(value - found) <= loose * 1.001 or (value < 10 and other.step >= 1 and abs(value - found) < 1)


_SCALES = {
    "temperature-fahrenheit": "F",
    "temperature-celsius": "C",
    "temperature-generic": "FC",
    "temperature-kelvin": "K",
}


def _temperatures(amount: Amount, other: Amount) -> bool:
    """Whether one is the other on the other scale, as a temperature or as a difference of temperatures."""
    assert amount.unit is not None
    assert other.unit is not None
    value, found = amount.values[0], other.values[0]
    ours, theirs = _SCALES[amount.unit.name], _SCALES[other.unit.name]
    if "F" in ours and "C" in theirs and min(abs((value - 32) * 5 / 9 - found), abs(value * 5 / 9 - found)) <= 1:
        return True
    return "C" in ours and "F" in theirs and min(abs(value * 9 / 5 + 32 - found), abs(value * 9 / 5 - found)) <= 1.8


@lru_cache(maxsize=8192)
def _counted(text: str) -> bool:
    """Whether the source has digits or a scale word; kept, since every locale asks."""
    return bool(_DIGIT.search(text) or _SCALE_WORD.search(text))


def numbers(pair: Pair) -> Iterator[Note]:
    """Every number of the source is in the translation with its value, and no other number is there."""
    if not _counted(pair.source_text) and not _DIGIT.search(pair.target_text):
        return
    source = _source(pair.source_text, pair.source_locale)
    target, missing, extra = _compared(pair, source)
    for amount in target.hard:
        if (amount.malformed or _PADDED.match(amount.text)) and fold(amount.text) not in source.folded:
            yield Note("error", f"{amount.text} is no well-formed number", amount.text)
    yield from _currencies(source, target)
    extra = [amount for amount in extra if not amount.malformed]
    strong_missing = [a for a in source.strong if not any(_meets(a, b) for b in (*target.hard, *target.strong))]
    strong_extra = [a for a in target.strong if not any(_meets(a, b) for b in (*source.hard, *source.strong))]
    if len(extra) > len(missing):
        missing = [*missing, *_unanswered(pair, source, target, extra)] or _short(pair, source, target)
    elif not extra:
        for amount in _not_converted(pair, list(_unanswered(pair, source, target, extra)), target):
            if counts(replace(amount, text=amount.text.lower()), pair.source_locale):
                yield Note("warning", f"{amount.text} is missing")
    yield from _report(source, target, missing, extra, strong_missing=strong_missing, strong_extra=strong_extra)


def _short(pair: Pair, source: _Side, target: _Side) -> list[Amount]:
    """Amounts that the source says more often than the translation."""
    said = spoken(target.folded, pair.target_text, pair.locale)
    ours = [*source.hard, *worded(source.folded, pair.source_text, pair.source_locale)]
    short = []
    for index, amount in enumerate(ours[: 2 * _MOST]):
        value = amount.values[0]
        before = sum(_same(value, other.values[0]) for other in ours[:index])
        here = sum(_meets(amount, other) for other in target.hard) + any(_same(value, word) for word in said)
        if before and before + 1 > here:
            short.append(amount)
    return short


def _not_converted(pair: Pair, amounts_left: list[Amount], target: _Side) -> list[Amount]:
    """Those of which no figure or word of the translation is a conversion: "six months" for half a year."""
    left = [one for one in amounts_left if not any(converted(one, other) for other in target.hard)]
    if not any(one.unit for one in left):
        return left
    return _spoken_units(left, spoken(target.folded, pair.target_text, pair.locale), units(target.folded, pair.locale))


_EVENING = re.compile(r"\b(?:evening|night|afternoon|p\.?m)\b")


def _unanswered(pair: Pair, source: _Side, target: _Side, extra: list[Amount]) -> Iterator[Amount]:
    """Number words and months of the source for which the translation has neither figure nor word."""
    words = worded(source.folded, pair.source_text, pair.source_locale)
    asked = list(_as_written(words, source.folded, pair.source_text))
    if not asked:
        return
    said = spoken(target.folded, pair.target_text, pair.locale)
    later = 12 if _EVENING.search(source.folded) else 0
    for amount in worded(source.folded, pair.source_text, pair.source_locale):
        if (
            amount.unit
            and amount.values == (1.0,)
            and not any(other.unit and other.unit.name == amount.unit.name for other in extra)
        ):
            continue
        if later and any(_same(amount.values[0] + later, other.values[0]) for other in target.hard):
            continue
        if (
            amount.values[0] == int(amount.values[0])
            and not any(_meets(amount, other) for other in target.hard)
            and not any(_same(value, word) for value in amount.values for word in said)
            and not any(big.start <= amount.start < big.end for big in source.strong)
        ):
            yield amount


def _currencies(source: _Side, target: _Side) -> Iterator[Note]:
    """Sums of money whose figure stands in the translation with another currency only."""
    for amount in source.hard:
        if amount.currency:
            same = [other for other in target.hard if _same(amount.values[0], other.values[0])]
            if same and all(other.currency not in {"", amount.currency} for other in same):
                yield Note(
                    "error", f"{_told(amount)} is in {amount.currency}s, here in {same[0].currency}s", same[0].text
                )


def _compared(pair: Pair, source: _Side) -> tuple[_Side, list[Amount], list[Amount]]:
    """The translation's side and what is left of both; 19.30 is a time there if that leaves less."""
    best: tuple[_Side, list[Amount], list[Amount]] | None = None
    for clock in (False, True):
        target = _side(pair.target_text, pair.locale, clock=clock)
        missing, extra = _pair_off(list(source.hard), list(target.hard), primary=True)
        missing, extra = _pair_off(missing, extra, primary=False)
        if missing or extra:
            missing, extra = _in_parts(missing, extra, source, target)
            missing, extra = _by_words(pair, source, target, missing, extra)
        if missing or extra:
            missing, extra = _converted(pair, missing, extra, source, target)
        if missing and extra and len(missing) != len(extra) and _digits(missing) == _digits(extra):
            missing, extra = [], []
        if best is None or len(missing) + len(extra) < len(best[1]) + len(best[2]):
            best = (target, missing, extra)
        if not (missing or extra) or not _CLOCKS.search(source.folded):
            break
    assert best is not None
    return best


def _digits(row: list[Amount]) -> str:
    """The digits of a row of numbers: a telephone number, however it is grouped."""
    if any(amount.scale != 1 or amount.unit is not None for amount in row):
        return str(len(row))
    return "".join(char for amount in row for char in amount.text if char.isdigit())


def _in_parts(
    missing: list[Amount], extra: list[Amount], source: _Side, target: _Side
) -> tuple[list[Amount], list[Amount]]:
    """What is left when amounts made of parts (6 feet 6) have been met part by part."""
    for _ in range(2):
        theirs = [part for amount in (*target.hard, *extra) for part in (amount.parts or (amount,))]
        for amount in [one for one in missing if one.parts]:
            if all(any(_meets(part, other) for other in theirs) for part in amount.parts):
                missing = [one for one in missing if one is not amount]
                extra = [one for one in extra if not any(_meets(part, one) for part in amount.parts)]
        missing, extra, source, target = extra, missing, target, source
    return missing, extra


def _by_words(
    pair: Pair, source: _Side, target: _Side, missing: list[Amount], extra: list[Amount]
) -> tuple[list[Amount], list[Amount]]:
    """What is left when number words have answered."""
    both = bool(missing and extra)
    if missing:
        said = spoken(target.folded, pair.target_text, pair.locale)
        if both:
            said -= _source_words(pair.source_text, pair.source_locale)
        missing = [
            amount
            for amount in missing
            if not any(_same(value, word) for value in amount.values for word in said)
            and not any(_meets(amount, other) for other in target.strong)
        ]
    if extra:
        said = _source_words(pair.source_text, pair.source_locale)
        extra = [
            amount
            for amount in extra
            if not any(_same(value, word) for value in amount.values for word in said)
            and not any(_meets(amount, other) for other in source.strong)
        ]
    return missing, extra


@lru_cache(maxsize=8192)
def _source_words(text: str, locale: str) -> frozenset[float]:
    """What the words of the source may count, kept for the other locales."""
    return spoken(fold(text), text, locale)


def _converted(
    pair: Pair, missing: list[Amount], extra: list[Amount], source: _Side, target: _Side
) -> tuple[list[Amount], list[Amount]]:
    """What is left when right conversions have answered, and one of "45 miles (72 kilometers)" may be left out."""
    rest = list(extra)
    left = []
    for amount in missing:
        met = next((index for index, other in enumerate(rest) if converted(amount, other)), None)
        if met is None:
            left.append(amount)
        else:
            del rest[met]
    if left and not rest:
        left = [
            amount
            for amount in left
            if not any(
                converted(amount, other) or converted(other, amount) for other in source.hard if other is not amount
            )
        ]
    if rest and not left:
        here = [amount for amount in target.hard if not any(amount is other for other in rest)]
        rest = [amount for amount in rest if not any(converted(other, amount) for other in (*source.hard, *here))]
    if left and any(amount.unit for amount in left):
        said = spoken(target.folded, pair.target_text, pair.locale)
        left = _spoken_units(left, said, units(target.folded, pair.locale))
    if rest and any(amount.unit for amount in rest):
        said = _source_words(pair.source_text, pair.source_locale)
        rest = _spoken_units(rest, said, units(source.folded, pair.source_locale))
    return left, rest


def _spoken_units(left: list[Amount], said: frozenset[float], named: tuple[Unit, ...]) -> list[Amount]:
    """What is left when "six metres", in words, has answered for 20 feet."""
    return [
        amount
        for amount in left
        if amount.unit is None
        or not any(
            converted(amount, Amount("", 0, 0, (value,), min(value, 1.0), unit=unit))
            or (value >= 1 and abs(amount.values[0] * amount.unit.factor / unit.factor - value) <= 0.1 * value)
            for value in said
            if 0 < value <= 20
            for unit in named
            if unit.kind == amount.unit.kind and unit.name != amount.unit.name and unit.factor
        )
    ]


_ASIDE = re.compile(r"\(([^()]*)\)")
_DAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|today|yesterday|tomorrow|tonight|last|this|next|week|month|year)\b"
)
_WHOLLY = re.compile(
    r"\b(?:all|complete|completely|fully|full|totally|total|whole|wholly|entire|entirely|absolutely|perfect)\b"
)


def _aside(amount: Amount, side: _Side) -> bool:
    """Whether the amount stands in brackets after another that it explains: $3.6bn in €3.1bn ($3.6bn)."""
    for found in _ASIDE.finditer(side.folded):
        if found.start() < amount.start < found.end():
            return any(other.end <= found.start() and found.start() - other.end < 24 for other in side.hard) or bool(
                amount.unit or amount.scale > 1
            )
    return False


def _unsure(amount: Amount, source: _Side, target: _Side) -> bool:
    """Whether an amount that only the translation has may well be said otherwise in the source."""
    value = amount.values[0]
    if target.folded[amount.start - 1 : amount.start] == ":":
        return False
    if value <= 12 and value == int(value):
        return True
    if value <= 31 and _DAY.search(source.folded) and value == int(value):
        return True
    if value == 100 and _WHOLLY.search(source.folded):
        return True
    return _aside(amount, target)


def _report(
    source: _Side,
    target: _Side,
    missing: list[Amount],
    extra: list[Amount],
    *,
    strong_missing: list[Amount],
    strong_extra: list[Amount],
) -> Iterator[Note]:
    """Each number that is missing with one that was found instead, then what is left of either."""
    spare = list(extra)
    for amount in (*missing, *(strong_missing if strong_extra or extra else ())):
        if spare:
            other = spare.pop(0)
            yield Note("error", f"{_told(amount)} is missing; found {_told(other)}", other.text)
        elif strong_extra:
            other = strong_extra[0]
            yield Note("error", f"{_told(amount)} is missing; found {_told(other)}", other.text)
        elif _aside(amount, source) or (
            amount.values[0] == 100 and re.match(r" ?(?:%|per ?cent)", source.folded[amount.end :])
        ):
            yield Note("info", f"{_told(amount)} is missing")
        else:
            yield Note("error", f"{_told(amount)} is missing")
    for other in spare:
        unsure = _unsure(other, source, target)
        yield Note("info" if unsure else "warning", f"{_told(other)} is not in the source", other.text)
