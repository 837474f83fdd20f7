"""Numbers by value: what is counted, measured, dated or paid in the source is so in the translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workflow.checks.amounts import Amount, amounts, fold, spoken, strong
from workflow.checks.pair import Note, Pair

_DIGIT = re.compile(r"\d")
_SCALE_WORD = re.compile(r"(?:million|billion|trillion|thousand)s?\b", re.IGNORECASE)
_CLOCKS = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b|o['’]clock|\d[ap]\.m|\d\.\d\d ?[ap]\.?m|noon|midnight")
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
    return _Side(folded, hard, strong(folded, locale))


def _same(one: float, other: float) -> bool:
    """Whether two values are one number, written with different precision of floats."""
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def _meets(one: Amount, other: Amount) -> bool:
    """Whether one reading of each agrees."""
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
    """What is left of both lists when amounts that agree have answered for each other; a repeated number may stand once."""
    if primary:
        lefts, rights = [a.values[0] for a in left], [a.values[0] for a in right]
        return (
            [a for a in left if not any(_same(a.values[0], value) for value in rights)],
            [a for a in right if not any(_same(a.values[0], value) for value in lefts)],
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


def converted(amount: Amount, other: Amount) -> bool | None:
    """Whether `other` is `amount` in another unit, rounded as it is; None where they do not measure the same."""
    if amount.unit is None or other.unit is None or amount.unit.kind != other.unit.kind:
        return None
    if amount.unit.name == other.unit.name:
        return None
    ours, theirs = amount.unit, other.unit
    if not theirs.factor or not ours.factor:
        return None
    value = (amount.values[0] * ours.factor + ours.zero - theirs.zero) / theirs.factor
    loose = min(amount.step / 2, amount.values[0] * 0.03) * ours.factor / theirs.factor
    loose += min(other.step / 2, max(other.values[0] * 0.06, 0.5 if other.step >= 1 else other.step / 2))
    return abs(value - other.values[0]) <= loose * 1.01 + 1e-9


def numbers(pair: Pair) -> Iterator[Note]:
    """Every number of the source is in the translation with its value, and no other number is there."""
    if not _DIGIT.search(pair.source_text) and not _DIGIT.search(pair.target_text):
        if not _SCALE_WORD.search(pair.source_text):
            return
    source = _source(pair.source_text, pair.source_locale)
    target = _side(pair.target_text, pair.locale, clock=_CLOCKS.search(source.folded) is not None)
    missing, extra = _pair_off(list(source.hard), list(target.hard), primary=True)
    missing, extra = _pair_off(missing, extra, primary=False)
    if missing or extra:
        missing, extra = _by_context(pair, source, target, missing, extra)
    missing, extra = _converted(missing, extra, source, target)
    strong_missing = [a for a in source.strong if not any(_meets(a, b) for b in (*target.hard, *target.strong))]
    strong_extra = [a for a in target.strong if not any(_meets(a, b) for b in (*source.hard, *source.strong))]
    for amount in target.hard:
        if amount.malformed and amount.text not in source.folded:
            yield Note("error", f"{amount.text} is no well-formed number", amount.text)
            extra = [a for a in extra if a is not amount]
    yield from _report(missing, extra, strong_missing, strong_extra)


def _by_context(
    pair: Pair, source: _Side, target: _Side, missing: list[Amount], extra: list[Amount]
) -> tuple[list[Amount], list[Amount]]:
    """What is left when words, and repetitions in other readings, have answered."""
    if missing:
        said = spoken(target.folded, pair.target_text, pair.locale)
        missing = [a for a in missing if not any(_same(v, w) for v in a.values for w in said)]
        missing = [a for a in missing if not any(_meets(a, b) for b in target.strong)]
    if extra:
        said = _source_words(pair.source_text, pair.source_locale)
        extra = [a for a in extra if not any(_same(v, w) for v in a.values for w in said)]
        extra = [a for a in extra if not any(_meets(a, b) for b in source.strong)]
    return missing, extra


@lru_cache(maxsize=8192)
def _source_words(text: str, locale: str) -> frozenset[float]:
    """What the words of the source may count, kept for the other locales."""
    return spoken(fold(text), text, locale)


def _converted(
    missing: list[Amount], extra: list[Amount], source: _Side, target: _Side
) -> tuple[list[Amount], list[Amount]]:
    """What is left when right conversions have answered, and doubles of "45 miles (72 kilometers)" are forgiven."""
    rest = list(extra)
    left = []
    for amount in missing:
        met = next((index for index, other in enumerate(rest) if converted(amount, other)), None)
        if met is not None:
            del rest[met]
        elif not any(
            converted(amount, other) or converted(other, amount) for other in source.hard if other not in missing
        ):
            left.append(amount)
    rest = [
        a for a in rest if not any(converted(other, a) for other in (*source.hard, *target.hard) if other not in rest)
    ]
    return left, rest


def _report(
    missing: list[Amount], extra: list[Amount], strong_missing: list[Amount], strong_extra: list[Amount]
) -> Iterator[Note]:
    """Each number that is missing with one that was found instead, then what is left of either."""
    spare = list(extra)
    for amount in (*missing, *(strong_missing if strong_extra or extra else ())):
        if spare:
            other = spare.pop(0)
            yield Note("error", f"{_told(amount)} is missing; found {_told(other)}", other.text)
        elif amount.strong or strong_extra:
            other = strong_extra[0] if strong_extra else amount
            yield Note("error", f"{_told(amount)} is missing; found {_told(other)}", other.text)
        else:
            yield Note("error", f"{_told(amount)} is missing")
    for other in spare:
        yield Note("error", f"{_told(other)} is not in the source", other.text)
