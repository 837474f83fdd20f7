"""A text of the pair, read for its numbers; when two of them are one, and how a number is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from workflow.checks.amounts import amounts
from workflow.checks.grammar import Amount, fold
from workflow.checks.words import strong

_IN_WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


@dataclass(frozen=True, slots=True)
class Side:
    """One text of the pair, read."""

    folded: str
    hard: tuple[Amount, ...]
    strong: tuple[Amount, ...]


def read(text: str, locale: str, *, clock: bool) -> Side:
    """The text with the amounts that it writes in digits, and those that it spells out with a scale word."""
    folded = fold(text)
    hard = amounts(folded, locale, clock=clock)
    big = strong(folded, locale)
    return Side(folded, tuple(as_written(hard, folded, text)), tuple(as_written(big, folded, text)))


def as_written(found: Iterable[Amount], folded: str, text: str) -> Iterator[Amount]:
    """The amounts with their own letters and digits, where folding moved no place."""
    for amount in found:
        if len(folded) == len(text) and text[amount.start : amount.end] != amount.text:
            yield replace(amount, text=text[amount.start : amount.end])
        else:
            yield amount


def same(one: float, other: float) -> bool:
    """Whether two values are one number, written with different precision of floats."""
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def meets(one: Amount, other: Amount) -> bool:
    """Whether one reading of each agrees; of two years in full, the full ones."""
    if min(one.values[0], other.values[0]) >= 1000:
        return any(same(value, wanted) for value in one.values for wanted in other.values if value >= 100)
    return any(same(value, wanted) for value in one.values for wanted in other.values)


def in_words(value: float) -> str:
    """The value as an English reader grasps it.

    >>> in_words(1.2e8), in_words(42), in_words(1234567)
    ('120 million', '42', '1.234567 million')
    """
    for size, name in _IN_WORDS:
        if value >= size and (size > 1e3 or value >= 1e5):
            return f"{round(value / size, 6):.12g} {name}"
    return f"{value:.12g}"


def told(amount: Amount) -> str:
    """The amount as written, with its value in words where the writing does not show it."""
    words = in_words(amount.values[0])
    text = amount.text.strip()
    if text.isdigit() and text.startswith("0"):
        return text
    return text if words == text.replace(",", "") or words == text else f"{text} ({words})"


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
    if amount.unit.kind == "duration":
        return abs(value - found) <= 0.04 * value
    loose = max(
        _rounding(other), min(amount.step / 2 * ratio, value * 0.01), value * 0.02 if value < 10 else value * 0.004
    )
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


def units_differ(amount: Amount, other: Amount) -> bool:
    """Whether the units measure the same and are far from each other, as tons and tonnes are not."""
    if amount.unit is None or other.unit is None or amount.unit.kind != other.unit.kind:
        return False
    if amount.unit.kind == "temperature" or any(one.unit_name and not has_a_unit(one) for one in (amount, other)):
        return False
    return not 0.8 < other.unit.factor / amount.unit.factor < 1.25


def has_a_unit(amount: Amount) -> bool:
    """Whether a unit stands at the amount in a word that can be nothing else: not the s of "the 1980s"."""
    name = amount.unit_name
    return (
        amount.unit is not None
        and amount.unit.kind != "temperature"
        and not amount.glued
        and (len(name) > 1 or name > "\u2fff")
        and name != "in"
    )
