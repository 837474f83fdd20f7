"""Numbers by value: what is counted, measured, dated or paid in the source is so in the translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from workflow.checks.beside import beside
from workflow.checks.dates import months
from workflow.checks.grammar import Amount, fold, grammar_of
from workflow.checks.pair import Note, Pair
from workflow.checks.sides import Side, as_written, converted, meets, read, same, told, units_differ
from workflow.checks.words import cardinals, counts, romans, spoken, units, worded
from workflow.languages.figures import Unit

_DIGIT = re.compile(r"\d")
_SCALE_WORD = re.compile(r"(?:million|billion|trillion|thousand)s?\b", re.IGNORECASE)
_CLOCKS = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b|o['’]clock|\d[ap]\.m|\d\.\d\d ?[ap]\.?m")
_PADDED = re.compile(r"00+$|0\d\d+$")
_MOST = 50


@lru_cache(maxsize=8192)
def _source(text: str, locale: str) -> Side:
    """The source's side, kept, since every locale asks for it."""
    return read(text, locale, clock=False)


def _key(value: float) -> str:
    """The value to ten significant digits, so that equal numbers are equal."""
    return f"{value:.10g}"


def _pair_off(left: list[Amount], right: list[Amount], *, primary: bool) -> tuple[list[Amount], list[Amount]]:
    """What is left of both when amounts that agree have answered for each other; a repeated one may stand once."""
    if primary:
        left_alone = [one for one in left if one.unit and any(converted(one, other) for other in right)]
        right_alone = [one for one in right if one.unit and any(converted(other, one) for other in left_alone)]
        lefts = {_key(one.values[0]) for one in left if one not in left_alone}
        rights = {_key(one.values[0]) for one in right if one not in right_alone}
        return (
            [amount for amount in left if amount in left_alone or _key(amount.values[0]) not in rights][:_MOST],
            [amount for amount in right if amount in right_alone or _key(amount.values[0]) not in lefts][:_MOST],
        )
    rest = list(right)
    missing = []
    for amount in left:
        met = next(
            (index for index, other in enumerate(rest) if meets(amount, other) and not units_differ(amount, other)),
            None,
        )
        if met is None:
            missing.append(amount)
        else:
            del rest[met]
    return missing, rest


@lru_cache(maxsize=8192)
def _counted(text: str) -> bool:
    """Whether the source has digits or a scale word; kept, since every locale asks."""
    return bool(_DIGIT.search(text) or _SCALE_WORD.search(text))


@lru_cache(maxsize=8192)
def _in_letters(text: str, locale: str) -> tuple[tuple[Amount, ...], dict[int, str]]:
    """The number words and the months of the source; kept, since every locale asks."""
    folded = fold(text)
    words = (*as_written(cardinals(folded, locale), folded, text), *romans(text))
    return words, months(folded, text, locale)


_NO_MONTH = re.compile(r"(?<![\d.,])(?:1[3-9]|[2-9]\d|0+) ?[月월](?![間间])")


def numbers(pair: Pair) -> Iterator[Note]:
    """Every number of the source is in the translation with its value, and no other number is there."""
    if not _counted(pair.source_text) and not _DIGIT.search(pair.target_text):
        yield from _in_words_alone(pair)
        return
    source = _source(pair.source_text, pair.source_locale)
    target, missing, extra = _compared(pair, source)
    padded = any(amount.text.startswith("0") for amount in source.hard)
    for amount in target.hard:
        odd = amount.malformed or (_PADDED.match(amount.text) and not padded)
        if odd and fold(amount.text) not in source.folded:
            yield Note("error", f"{amount.text} is no well-formed number", amount.text)
    for found in _NO_MONTH.finditer(target.folded):
        if found[0] not in source.folded:
            yield Note("error", f"{found[0]} is no month", found[0])
    yield from beside(pair, source, target)
    extra = [amount for amount in extra if not amount.malformed]
    for note, month in _months(pair, source, target):
        yield note
        extra = [amount for amount in extra if amount.values[0] != month]
    strong_missing = [a for a in source.strong if not any(meets(a, b) for b in (*target.hard, *target.strong))]
    strong_extra = [a for a in target.strong if not any(meets(a, b) for b in (*source.hard, *source.strong))]
    if len(extra) > len(missing):
        missing = [*missing, *_unanswered(pair, source, target, extra)] or _short(pair, source, target)
    elif not extra:
        for amount in _not_converted(pair, list(_unanswered(pair, source, target, extra)), target):
            if not _OF_A_FRACTION.match(source.folded, amount.end) and counts(
                replace(amount, text=amount.text.lower()), pair.source_locale
            ):
                yield Note("warning", f"{amount.text} is missing")
    if not (missing or extra):
        yield from _romans_changed(pair)
    yield from _report(source, target, missing, extra, strong_missing=strong_missing, strong_extra=strong_extra)


def _in_words_alone(pair: Pair) -> Iterator[Note]:
    """What is to say of a pair without any digit: another month, another number word."""
    words, named_months = _in_letters(pair.source_text, pair.source_locale)
    if not words and not named_months:
        return
    folded = fold(pair.target_text)
    source, target = Side(fold(pair.source_text), (), ()), Side(folded, (), ())
    for note, _ in _months(pair, source, target):
        yield note
    if words:
        yield from _number_words_changed(pair, words, folded)


def _number_words_changed(pair: Pair, words: tuple[Amount, ...], folded: str) -> Iterator[Note]:
    """A number word of the source that is not in the translation, which has another one instead."""
    said = spoken(folded, pair.target_text, pair.locale)
    missing = [word for word in words if not any(same(word.values[0], other) for other in said)]
    if not missing:
        return
    ours = _source_words(pair.source_text, pair.source_locale)
    words_here = (*as_written(cardinals(folded, pair.locale), folded, pair.target_text), *romans(pair.target_text))
    found = [one for one in words_here if not any(same(one.values[0], other) for other in ours)]
    for amount, other in zip(missing, found, strict=False):
        yield Note("error", f"{amount.text} is missing; found {told(other)}", other.text)


def _romans_changed(pair: Pair) -> Iterator[Note]:
    """A Roman numeral of the source that is not in the translation in any writing, beside one that is not its own."""
    ours = romans(pair.source_text)
    if ours:
        yield from _number_words_changed(pair, ours, fold(pair.target_text))


_MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December")  # fmt: skip


def _months(pair: Pair, source: Side, target: Side) -> Iterator[tuple[Note, float]]:
    """A month that the source names and the translation does not, while it names another."""
    ours = _in_letters(pair.source_text, pair.source_locale)[1]
    if not ours:
        return
    theirs = months(target.folded, pair.target_text, pair.locale)
    if not theirs or theirs.keys() <= ours.keys():
        return
    figures = {amount.values[0] for amount in target.hard}
    may_be = months(source.folded, pair.source_text, pair.source_locale, sure=False).keys()
    said = {value for amount in source.hard for value in amount.values}
    possible = months(target.folded, pair.target_text, pair.locale, sure=False).keys()
    missing = [month for month in ours if month not in theirs and month not in possible and month not in figures]
    extra = [month for month in theirs if month not in may_be and month not in said]
    for month, other in zip(missing, extra, strict=False):
        name = _MONTH_NAMES[other - 1]
        shown = theirs[other] if theirs[other] == name else f"{theirs[other]} ({name})"
        yield Note("error", f"{ours[month]} is missing; found {shown}", theirs[other]), float(other)


def _short(pair: Pair, source: Side, target: Side) -> list[Amount]:
    """Amounts that the source says more often than the translation."""
    said = spoken(target.folded, pair.target_text, pair.locale)
    ours = [*source.hard, *worded(source.folded, pair.source_text, pair.source_locale)]
    short = []
    for index, amount in enumerate(ours[: 2 * _MOST]):
        value = amount.values[0]
        before = sum(same(value, other.values[0]) for other in ours[:index])
        here = sum(meets(amount, other) for other in target.hard) + any(same(value, word) for word in said)
        if before and before + 1 > here:
            short.append(amount)
    return short


def _not_converted(pair: Pair, amounts_left: list[Amount], target: Side) -> list[Amount]:
    """Those of which no figure or word of the translation is a conversion: "six months" for half a year."""
    left = [one for one in amounts_left if not any(converted(one, other) for other in target.hard)]
    if not any(one.unit for one in left):
        return left
    return _spoken_units(left, spoken(target.folded, pair.target_text, pair.locale), units(target.folded, pair.locale))


_OF_A_FRACTION = re.compile(
    r"[ -](?:halves|quarters?|thirds?|(?:four|fif|six|seven|eigh|nin|ten|hundred|thousand)ths?|and a half)\b"
)
_IN_TEN = re.compile(r"(?:in|out of) ten$")
_EVENING = re.compile(r"\b(?:evening|night|afternoon|p\.?m)\b")


def _unanswered(pair: Pair, source: Side, target: Side, extra: list[Amount]) -> Iterator[Amount]:
    """Number words and months of the source for which the translation has neither figure nor word."""
    words = worded(source.folded, pair.source_text, pair.source_locale)
    asked = list(as_written(words, source.folded, pair.source_text))
    if not asked:
        return
    said = spoken(target.folded, pair.target_text, pair.locale)
    shares = grammar_of(pair.locale).percent.search(target.folded) is not None
    later = 12 if _EVENING.search(source.folded) else 0
    for amount in asked:
        if (
            amount.unit
            and amount.values == (1.0,)
            and not any(other.unit and other.unit.name == amount.unit.name for other in extra)
        ):
            continue
        if (
            source.folded.startswith("-way", amount.end)
            or source.folded.endswith("world war ", 0, amount.start)
            or (shares and _IN_TEN.search(source.folded, 0, amount.end))
        ):
            continue
        if amount.start and amount.text[0].isupper() and re.search(rf"\b{re.escape(amount.text)}\b", pair.target_text):
            continue  # a name that stands as it is: Channel Nine, Seven-Eleven
        if later and any(same(amount.values[0] + later, other.values[0]) for other in target.hard):
            continue
        if (
            amount.values[0] == int(amount.values[0])
            and not any(meets(amount, other) for other in target.hard)
            and not any(same(value, word) for value in amount.values for word in said)
            and not any(big.start <= amount.start < big.end for big in source.strong)
        ):
            yield amount


def _compared(pair: Pair, source: Side) -> tuple[Side, list[Amount], list[Amount]]:
    """The translation's side and what is left of both; 19.30 is a time there if that leaves less."""
    best: tuple[Side, list[Amount], list[Amount]] | None = None
    for clock in (False, True):
        target = read(pair.target_text, pair.locale, clock=clock)
        missing, extra = _pair_off(list(source.hard), list(target.hard), primary=True)
        missing, extra = _pair_off(missing, extra, primary=False)
        if missing or extra:
            missing, extra = _in_parts(missing, extra, source, target)
            missing, extra = _by_words(pair, source, target, missing, extra)
        if (missing or extra) and _CLOCKS.search(source.folded):
            missing, extra = _not_an_hour_of(missing, target), _not_an_hour_of(extra, source)
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


def _not_an_hour_of(left: list[Amount], side: Side) -> list[Amount]:
    """Those that no hour of the other side says: in 15:15 for 3:15 p.m. the hour has answered for the minutes."""
    hours = [amount for amount in side.hard if len(amount.values) > 1]
    return [one for one in left if len(one.values) == 1 or not any(meets(one, hour) for hour in hours)]


def _digits(row: list[Amount]) -> str:
    """The digits of a row of numbers: a telephone number, however it is grouped."""
    if any(amount.scale != 1 or amount.unit is not None for amount in row):
        return str(len(row))
    return "".join(char for amount in row for char in amount.text if char.isdigit())


def _in_parts(
    missing: list[Amount], extra: list[Amount], source: Side, target: Side
) -> tuple[list[Amount], list[Amount]]:
    """What is left when amounts made of parts (6 feet 6) have been met part by part."""
    for _ in range(2):
        theirs = [part for amount in (*target.hard, *extra) for part in (amount.parts or (amount,))]
        for amount in [one for one in missing if one.parts]:
            if all(any(meets(part, other) for other in theirs) for part in amount.parts):
                missing = [one for one in missing if one is not amount]
                extra = [one for one in extra if not any(meets(part, one) for part in amount.parts)]
        missing, extra, source, target = extra, missing, target, source
    return missing, extra


def _by_words(
    pair: Pair, source: Side, target: Side, missing: list[Amount], extra: list[Amount]
) -> tuple[list[Amount], list[Amount]]:
    """What is left when number words have answered."""
    both = bool(missing and extra)
    if missing:
        said = spoken(target.folded, pair.target_text, pair.locale)
        if both:
            said -= {value for value in _source_words(pair.source_text, pair.source_locale) if value < 1000}
        missing = [
            amount
            for amount in missing
            if not any(same(value, word) for value in amount.values for word in said)
            and not any(meets(amount, other) for other in target.strong)
        ]
    if extra:
        said = _source_words(pair.source_text, pair.source_locale)
        if _EVENING.search(source.folded):
            said |= {value + 12 for value in said if value < 12}
        extra = [
            amount
            for amount in extra
            if not any(same(value, word) for value in amount.values for word in said)
            and not any(meets(amount, other) for other in source.strong)
        ]
    return missing, extra


@lru_cache(maxsize=8192)
def _source_words(text: str, locale: str) -> frozenset[float]:
    """What the words of the source may count, kept for the other locales."""
    return spoken(fold(text), text, locale)


def _converted(
    pair: Pair, missing: list[Amount], extra: list[Amount], source: Side, target: Side
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
            or (
                value >= 1
                and unit.kind != "duration"
                and abs(amount.values[0] * amount.unit.factor / unit.factor - value) <= 0.1 * value
            )
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


def _aside(amount: Amount, side: Side) -> bool:
    """Whether the amount stands in brackets after another that it explains: $3.6bn in €3.1bn ($3.6bn)."""
    for found in _ASIDE.finditer(side.folded):
        if found.start() < amount.start < found.end():
            return any(other.end <= found.start() and found.start() - other.end < 24 for other in side.hard) or bool(
                amount.unit or amount.scale > 1
            )
    return False


def _unsure(amount: Amount, source: Side, target: Side) -> bool:
    """Whether an amount that only the translation has may well be said otherwise in the source."""
    value = amount.values[0]
    if target.folded[amount.start - 1 : amount.start] == ":":
        return False
    if value in {1, 2, 10} or (amount.glued and value < 100):
        return True
    if value <= 31 and _DAY.search(source.folded) and value == int(value):
        return True
    if value == 100 and _WHOLLY.search(source.folded):
        return True
    return _aside(amount, target)


def _report(
    source: Side,
    target: Side,
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
            yield Note("error", f"{told(amount)} is missing; found {told(other)}", other.text)
        elif strong_extra:
            other = strong_extra[0]
            yield Note("error", f"{told(amount)} is missing; found {told(other)}", other.text)
        elif _aside(amount, source) or (
            amount.values[0] == 100 and re.match(r" ?(?:%|per ?cent)", source.folded[amount.end :])
        ):
            yield Note("info", f"{told(amount)} is missing")
        else:
            yield Note("error", f"{told(amount)} is missing")
    for other in spare:
        unsure = _unsure(other, source, target)
        yield Note("info" if unsure else "warning", f"{told(other)} is not in the source", other.text)
