"""The amounts that a text writes in digits, read as its locale writes them: values, not strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from workflow.checks.grammar import (
    BEFORE_CJK_SCALE,
    CJK_BIG,
    CJK_DIGITS,
    CJK_SMALL,
    HANGUL_BIG,
    HANGUL_DIGITS,
    HANGUL_SMALL,
    LONGEST,
    MARKS,
    Amount,
    Grammar,
    before,
    cjk_value,
    grammar_of,
    tail_scale,
    with_unit,
)
from workflow.languages.figures import ERAS

_FRACTIONS = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
_CENTURY_DECADE = re.compile(
    r"(\d\d?|[一二十]+) ?(?:世纪|世紀) ?"
    r"(?:(\d\d|[一二三四五六七八九]十) ?年代|(?:头|頭|最初の) ?(?:十|10) ?年(?:间|間)?)"
)
_DECADE = re.compile(r"['’]?s\b|er\b|ers\b| ?年代|년대|-?(?:е|х|ых|ые)\b|-luvu|-talet|-tallet| के दशक")
_CLOCK = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])(:| ?h ?)([0-5]\d)(?![\d:])")
_DOT_CLOCK = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])\.([0-5]\d)(?![\d:]|[.,]\d|%| ?%)")
_DOT_MERIDIEM = re.compile(r"(?<![\d:.,])([01]?\d)\.([0-5]\d)(?= ?[ap]\.? ?m\b)")
_MERIDIEM = re.compile(r" ?(?:[ap]\.? ?m\b|[ap]\.m\.|o['’]clock)")
_QUARTER = re.compile(r"(?<!\d)(1|4|7|10)[月월]? ?[~〜～–—-] ?(1[0-2]|[2-9])(?:月|월)(?=期|분기|[^\d日일]|$)")
_POINTS = re.compile(r" ?(?:basis points?|bps?\b|个基点|個基點|基点|bp)|베이시스포인트")
_AND_HALF = re.compile(
    r" ?(?:个|個|つ)?(?:年|か月|カ月|ヶ月|月|时间|時間|小时|小時|年間|시간|년|개월)? ?[半반](?![前後径球数分额導])"
)
_CJK_UNIT = r"(?:[十百万萬亿億兆京]|千(?![瓦米克卡赫帕伏焦字安比]))"
_CJK_MIXED = re.compile(
    rf"\d[\d.,]*+(?:[{BEFORE_CJK_SCALE}]? ?{_CJK_UNIT}++(?: ?零?[\d一二三四五六七八九两][\d.,]*+(?= ?{_CJK_UNIT}))?)++"
    r"(?: ?\d{1,3},\d{3}(?![\d,])|\d++(?=[^\d年月日.,%]|$))?"
)
_HANGUL_MIXED = re.compile(
    r"\d[\d.,]*+(?: ?여)? ?(?:[십백천만억조]++(?: ?\d[\d.,]*+(?= ?[십백천만억조]) ?)?)++"
    r"(?: ?\d{1,3},\d{3}(?![\d,])| ?\d{1,4}+(?=[^\d.,년월일%]|$))?"
)
_SECONDS = re.compile(r"(\d+)(?:[秒초](?=\d\d?(?!\d))|[米m](?=\d\d(?!\d)))(\d\d?)(?!분)")
_RANGE = re.compile(r" ?(?:[-–—~〜～/]|[^\W\d_]{1,5}|至|到|或|, ?(?:or|and)?)? ?[$€£¥₹]?")
_JOINT = re.compile(r"[- ]?(?:(?:and|et|und|y|e|и) )?")


def _marked(digits: str, grammar: Grammar) -> tuple[tuple[float, ...], bool] | None:
    """What digits with marks between them can mean, and whether no style writes them so; None for a row of numbers."""
    decimal = "." if grammar.figures.decimal not in ".," else grammar.figures.decimal
    marks = [char for char in digits if not char.isdigit()]
    if " " in marks:
        whole = digits.replace(" ", "")
        return (_marked(whole, grammar) or ((0.0,), True)) if len(set(marks)) > 1 else ((float(whole),), False)
    parts = re.split(rf"[{MARKS}]", digits)
    grouped = all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3
    indian = (
        len(parts) > 2 and len(parts[-1]) == 3 and all(len(part) == 2 for part in parts[1:-1]) and len(parts[0]) <= 2
    )
    whole = "".join(parts)
    if len(set(marks)) == 1:
        mark = marks[0]
        if len(marks) > 1:
            return ((float(whole),), False) if grouped or (indian and mark == ",") else None
        fraction = float(f"{parts[0]}.{parts[1]}")
        zeros = len(parts[1]) >= 3 and not parts[1].strip("0")
        if mark in "'’":
            return ((float(whole),), False) if grouped else None
        if mark == "·":
            return None
        if mark == decimal:
            other = grouped and parts[0] != "0"
            if other and zeros and grammar.both_marks:
                return ((float(whole), fraction), False)
            return ((fraction,), zeros)
        if grouped and parts[0] != "0":
            return ((float(whole),), False)
        return ((fraction,), len(parts[1]) > 3)
    last = marks[-1]
    if marks.count(last) == 1 and len(set(marks[:-1])) == 1 and last in ".,":
        head = re.split(rf"[{MARKS}]", digits)[:-1]
        if all(len(part) == 3 for part in head[1:]) or (
            all(len(part) == 2 for part in head[1:-1]) and len(head[-1]) == 3
        ):
            return ((float("".join(head) + "." + parts[-1]),), False)
    return None


def _step(digits: str) -> float:
    """One unit of the last digit that is not a padding zero."""
    whole, _, part = digits.partition(".")
    if part:
        return float(10 ** -len(part))
    stripped = whole.rstrip("0")
    return float(10 ** (len(whole) - len(stripped))) if stripped else 1.0


def amounts(text: str, locale: str, *, clock: bool = False) -> tuple[Amount, ...]:
    """The amounts written in digits in `text`, which is folded; with `clock`, 19.30 is read as a time, too.

    >>> [amount.values[0] for amount in amounts("3亿5000万和1.2万亿", "zh_CN")]
    [350000000.0, 1200000000000.0]
    """
    grammar = grammar_of(locale)
    found = []
    taken = 0
    for amount in _raw(text, grammar, clock=clock):
        if amount.start >= taken:
            found.append(amount)
            taken = amount.end
    return tuple(_ranges(found, text, grammar))


def _ranges(found: list[Amount], text: str, grammar: Grammar) -> Iterator[Amount]:
    """Amounts where the first of "2-3 million" may be 2 million, and that of "1 to 4 inches" has its unit."""
    later: Amount | None = None
    done: list[Amount] = []
    for amount in reversed(found):
        one = amount
        if later is not None and _RANGE.fullmatch(text, amount.end, later.start):
            if amount.scale == 1 and later.scale > 1:
                one = replace(one, values=(*one.values, *(value * later.scale for value in one.values)))
            # The "a" of "2 a 5 cm" is no year, though CLDR abbreviates one so.
            if later.unit is not None and not amount.glued and len(amount.unit_name) < 2:
                one = replace(one, unit=later.unit, unit_name="")
        done.append(one)
        later = one
    yield from _composed(done[::-1], text, grammar)


def _composed(found: list[Amount], text: str, grammar: Grammar) -> Iterator[Amount]:
    """Amounts with 6 feet 6 (inches) made one."""
    index = 0
    while index < len(found):
        amount, later = found[index], found[index + 1] if index + 1 < len(found) else None
        if (
            later is not None
            and amount.unit is not None
            and amount.unit.name == "length-foot"
            and (later.unit is None or later.unit.name == "length-inch")
            and later.values[0] < 12
            and later.start - amount.end <= 12
            and (unit := grammar.unit.match(text, amount.end + (text[amount.end] in " -")))
            and _JOINT.fullmatch(text, unit.end(), later.start)
        ):
            value = amount.values[0] + later.values[0] / 12
            yield replace(amount, text=text[amount.start : later.end], end=later.end, values=(value,), step=1 / 12,
                          parts=(amount, later))  # fmt: skip
            index += 2
        else:
            yield amount
            index += 1


def _raw(text: str, grammar: Grammar, *, clock: bool) -> Iterator[Amount]:
    """Amounts from left to right; a later one may lie within an earlier one."""
    position = 0
    while (found := grammar.number.search(text, position)) is not None:
        start = found.start()
        here = list(_east_asian(text, start, grammar)) if grammar.cjk or grammar.hangul else []
        times = _CLOCK.match(text, start) or (_DOT_CLOCK if clock else _DOT_MERIDIEM).match(text, start)
        if here:
            end = here[-1].end
        elif times is not None:
            here, end = list(_time(times)), times.end()
        else:
            here = list(_number(found, text, grammar))
            end = max(found.end(), here[-1].end if here else 0)
        yield from here
        position = end


_MEGA = re.compile("兆(?:瓦|字节|字節|位元|比特|赫|帕|焦|像素|欧)")  # a prefix of units there, no 10¹²


def _east_asian(text: str, start: int, grammar: Grammar) -> Iterator[Amount]:
    """The amount that begins at `start` if it is one that only Chinese, Japanese and Korean write: 3亿5000万, 1~3月."""
    if quarter := _QUARTER.match(text, start):
        begin, last = int(quarter[1]), int(quarter[2])
        counted = (float(last // 3),) if last == begin + 2 else ()
        counted = (*counted, float(last)) if begin == 1 else counted
        parts = tuple(Amount(part, start, quarter.end(), (float(part),)) for part in quarter.groups())
        yield Amount(quarter[0], start, quarter.end(), counted or (float(begin),), parts=parts)
        return
    if seconds := _SECONDS.match(text, start):
        digits = f"{seconds[1]}.{seconds[2]}"
        yield Amount(seconds[0], start, seconds.end(), (float(digits),), _step(digits))
        return
    mixed = (_CJK_MIXED if grammar.cjk else _HANGUL_MIXED).match(text, start)
    if mixed is not None and len(mixed[0]) < LONGEST and not _MEGA.match(text, mixed.end() - 1):
        tables = (CJK_DIGITS, CJK_SMALL, CJK_BIG) if grammar.cjk else (HANGUL_DIGITS, HANGUL_SMALL, HANGUL_BIG)
        value = cjk_value(mixed[0].replace(" ", ""), *tables)
        if value is not None:
            head = re.match(r"[\d.,]+", mixed[0])
            plain = head[0].replace(",", "").rstrip(".") if head else "1"
            factor = value / ((float(plain) if plain.count(".") < 2 and plain else 0.0) or 1.0)
            yield with_unit(
                Amount(mixed[0], start, mixed.end(), (value,), _step(plain) * factor, factor), text, grammar
            )
    elif grammar.cjk and (era := _CENTURY_DECADE.match(text, start)):
        century = cjk_value(era[1], CJK_DIGITS, CJK_SMALL, CJK_BIG) or 0
        decade = cjk_value(era[2], CJK_DIGITS, CJK_SMALL, CJK_BIG) or 0 if era[2] else 0
        first = (century - 1) * 100 + decade
        yield Amount(era[0], start, era.end(), (first, decade) if decade else (first,))


def _time(found: re.Match[str]) -> Iterator[Amount]:
    """A time of day: its hour, which may be said by the other clock, and its minutes unless they are 00."""
    last = found.lastindex or 2
    hour, minutes = int(found[1]), int(found[last])
    yield Amount(found[1], found.start(1), found.end(1), _hours(hour))
    if minutes:
        yield Amount(found[last], found.start(last), found.end(), (float(minutes),))


def _hours(hour: int) -> tuple[float, ...]:
    """An hour on both clocks."""
    other = hour + 12 if hour < 12 else hour - 12
    return tuple(float(value) for value in dict.fromkeys((hour, other, 24 if hour in {0, 12} else hour)))


def _number(found: re.Match[str], text: str, grammar: Grammar) -> Iterator[Amount]:
    """The amount that begins with these digits, or each number of a row like 30.9.2018."""
    start, end, digits = found.start(), found.end(), found[0]
    glued = _is_glued(text, start)
    read = ((float(digits),), False) if digits.isdigit() else _marked(digits, grammar)
    if read is None:
        if _MISGROUPED.fullmatch(digits) and len(set(digits) & set(MARKS)) == 1:
            value = float(re.sub(rf"[{MARKS}]", "", digits))
            yield Amount(digits, start, end, (value,), malformed=True, glued=glued)
            return
        position = start
        for part in re.split(rf"[{MARKS}]", digits):
            short = len(part) == 2 and _is_short_year(text, position, position + 2)
            years = (2000 + float(part), 1900 + float(part)) if short else ()
            yield Amount(part, position, position + len(part), (float(part), *years), glued=glued)
            position += len(part) + 1
        return
    values, malformed = read
    plain_end = end
    step = _precision(digits, values[0])
    if (fraction := _FRACTIONS.get(text[end : end + 1])) is not None:
        values, end = (values[0] + fraction, *values), end + 1
    factor, end, doubtful = tail_scale(text, end, grammar)
    if factor == 1 and grammar.scales_before:
        factor = before(grammar.scales_before, text, start) or 1.0
    if factor != 1:
        values = tuple(value * factor for value in values) + (values if doubtful else ())
    else:
        values = (
            *_readings(values, digits, text, start, end),
            *_abbreviated(values[0], text, end, grammar),
            *_of_other_years(values[0], digits, grammar),
        )
    negative = _is_negative(text, start)
    amount = Amount(
        text[start:end], start, end, values, step * factor, factor, malformed=malformed, negative=negative, glued=glued
    )
    if doubtful and (measured := with_unit(replace(amount, end=plain_end), text, grammar)).unit is not None:
        amount = replace(measured, end=end, values=amount.values[::-1], step=step, scale=1.0)
    if " " in digits and factor == 1:
        amount = replace(amount, parts=tuple(_groups(digits, start)))
    yield amount if amount.unit_name else with_unit(amount, text, grammar)


# Thousands in groups, and a last group that is none: 1.234.5, 12,345,6789.
_MISGROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+\D(?:\d{1,2}|\d{4,})")
_LONE = re.compile(r" ([^\W\d_])(?![^\W\d_])")


def _abbreviated(value: float, text: str, end: int, grammar: Grammar) -> tuple[float, ...]:
    """What the number is if the letter that stands after a blank is a scale word: 350 M."""
    found = None if grammar.english else _LONE.match(text, end)
    return (value * grammar.scales[found[1]],) if found and found[1] in grammar.scales else ()


_SIGN = re.compile(r"(?:^|[\s(\[«„“\"])[-–][$€£¥₹]?$")
_NUMBER_BEFORE = re.compile(r"\d[%°\w]{0,3} [-–]$")


def _is_negative(text: str, start: int) -> bool:
    """Whether a sign stands right before the digits that is no hyphen, no dash of a range and no bullet."""
    head = text[max(0, start - 12) : start]
    return _SIGN.search(head) is not None and _NUMBER_BEFORE.search(head) is None


def _is_glued(text: str, start: int) -> bool:
    """Whether a letter stands right before the digits, or a word and a hyphen."""
    before = text[start - 1 : start]
    if before == "-":
        return text[start - 2 : start - 1].isalpha()
    return before.isalpha() and before.isascii()


def _groups(digits: str, start: int) -> Iterator[Amount]:
    """Each number of a row that looks grouped: of a telephone number."""
    for part in re.finditer(r"\d+", digits):
        yield Amount(part[0], start + part.start(), start + part.end(), (float(part[0]),))


def _precision(digits: str, value: float) -> float:
    """One unit of the last significant digit of `digits`, which mean `value`."""
    tail = re.search(r"[.,](\d+)$", digits)
    if tail is not None and value < 10 ** (len(digits) - len(tail[0]) + 1) and (len(tail[1]) != 3 or value % 1):
        return float(10.0 ** -len(tail[1]))
    return _step(str(int(value)))


_ZONE = re.compile(r" ?(?:gmt|utc|bst|est|edt|cet|hours\b)")
_YEAR_BEFORE = re.compile(r"\d{4}[-–/]$")
_TENTHS = re.compile(r" ?[成割]")


def _of_an_era(value: float, text: str, start: int, end: int) -> tuple[float, ...]:
    """The year that 令和7年 or 民國114年 is, and the year of the era; nothing where no era stands before."""
    if text[end : end + 1] not in {"年", "년"} and text[end + 1 : end + 2] != "년":
        return ()
    head = text[max(0, start - 5) : start].rstrip(" ")
    return next(((value + add, value) for era, add in ERAS.items() if head.endswith(era)), ())


_DAY_AND_MONTH_BEFORE = re.compile(r"(?<!\d)\d\d?([-/.])(?: ?)\d\d?\1(?: ?)$")
_MONTH_AND_DAY_AFTER = re.compile(r"([-/.]) ?\d\d?\1 ?\d\d?(?!\d)")


def _is_short_year(text: str, start: int, end: int) -> bool:
    """Whether the two digits end or begin a date: 17.3.24, 24/03/17."""
    return (
        _DAY_AND_MONTH_BEFORE.search(text, max(0, start - 9), start) is not None
        or _MONTH_AND_DAY_AFTER.match(text, end) is not None
    )


def _of_other_years(value: float, digits: str, grammar: Grammar) -> tuple[float, ...]:
    """The years of ours in which a year of the locale's own calendar may lie."""
    if grammar.era_years is None or len(digits) != 4:
        return ()
    add, first, last = grammar.era_years
    return (value + add, value + add + 1) if first <= value <= last else ()


def _shortened(digits: str, text: str, start: int, end: int) -> tuple[float, ...]:
    """What .318 and 1800 GMT are in full; nothing for another number."""
    if text[start - 1 : start] == "." and digits.isdigit() and text[max(0, start - 2) : start - 1] in {"", " ", "("}:
        return (float(f"0.{digits}"),)
    full = len(digits) == 4 and digits < "2400" and digits.endswith("00") and _ZONE.match(text, end)
    return _hours(int(digits[:2])) if full else ()


def _readings(values: tuple[float, ...], digits: str, text: str, start: int, end: int) -> tuple[float, ...]:
    """The values of a number without scale word, with all that its surroundings let it mean."""
    value, prior, after = values[0], text[start - 1 : start], text[end : end + 1]
    two = len(digits) == 2
    if short := _shortened(digits, text, start, end):
        return (*short, value)
    if after == "‰":
        return tuple(one / 10 for one in values)
    if value.is_integer() and (years := _of_an_era(value, text, start, end)):
        return years
    if two and _is_short_year(text, start, end):
        return (*values, 2000 + value, 1900 + value)
    if len(digits) <= 2 and value <= 24 and (prior == ":" or _MERIDIEM.match(text, end)):
        return (*values, *_hours(int(value))[1:])
    if two and _is_glued(text, start):
        return (*values, 2000 + value)
    if two and (prior in {"'", "’"} or _DECADE.match(text, end)):
        return (*values, 1900 + value, 2000 + value)
    if len(digits) == 4 and value % 10 == 0 and _DECADE.match(text, end):
        return (*values, value % 100)
    if two and _YEAR_BEFORE.search(text, max(0, start - 5), start):
        return (*values, float(text[start - 5 : start - 3]) * 100 + value)
    if _POINTS.match(text, end):
        return (*values, value / 100)
    if _AND_HALF.match(text, end):
        return (*values, value + 0.5)
    if after == "折":
        return (*values, 100 - (value * 10 if value < 10 else value))
    if _TENTHS.match(text, end):
        return (value * 10, *values)
    return values
