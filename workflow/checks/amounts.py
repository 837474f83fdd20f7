"""The amounts in a text, read as its locale writes them: values, not strings.

A `hard` amount is written in digits. A `strong` one is spelled out with a scale word ("three million", 三百万). Words
for small numbers, names of months and Roman numerals are only asked for (`spoken`): they may answer for an amount on
the other side, but need no answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from workflow.languages.figures import Figures, Unit, figures

_Fact = TypeVar("_Fact", float, Unit)
_MARKS = ".,'’·"
_BEFORE_CJK_SCALE = "多余餘几幾數数來来여"
_CJK_DIGITS = {char: value for value, chars in enumerate(("〇零", "一壹", "二贰兩两貳", "三叁參", "四肆", "五伍",
                "六陆陸", "七柒", "八捌", "九玖")) for char in chars}  # fmt: skip
_CJK_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
_CJK_BIG = {"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "兆": 1e12, "京": 1e16}
_HANGUL_DIGITS = {char: value for value, char in enumerate("영일이삼사오육칠팔구")}
_HANGUL_SMALL = {"십": 10, "백": 100, "천": 1000}
_HANGUL_BIG = {"만": 1e4, "억": 1e8, "조": 1e12}
_FOLDS = str.maketrans(
    {
        **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\u2002\u2003\u3000\t\n", " "),
        **dict.fromkeys("−﹣", "-"),
        "٫": ".",
        "٬": ",",
        "،": ",",
        "٪": "%",
        "ё": "е",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ँ": "ं",
        "़": None,
        "ـ": None,
        "º": "°",
        "˚": "°",
        **dict.fromkeys(
            map(chr, (*range(0x064B, 0x0653), 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0xAD, 0x2060))
        ),
    }
)
_NOT_ASCII_DIGIT = re.compile(r"[^\W\d_a-zA-Z]|[^\x00-\x7f]")
_DUALS = ("ان", "ين", "تا", "تي")
_FRACTIONS = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
_OTHER_DIGITS = re.compile(r"(?![0-9])\d")
_LETTER = re.compile(r"[^\W\d_]")
_CHAINED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_WORD = re.compile(r"[^\W\d_]+(?:[̀-ͯऀ-ॿ]+[^\W\d_]*)*")
_CENTURY_DECADE = re.compile(r"(\d\d?|[一二十]+)(?:世纪|世紀) ?(\d\d|[一二三四五六七八九]十)年代")
_DECADE = re.compile(r"['’]?s\b|er\b|ers\b| ?年代|년대|-?(?:е|х|ых|ые)\b|-luvu|-talet|-tallet| के दशक")
_CLOCK = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])(:| ?h ?)([0-5]\d)(?![\d:])")
_DOT_CLOCK = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])\.([0-5]\d)(?![\d:]|[.,]\d|%| ?%)")
_DOT_MERIDIEM = re.compile(r"(?<![\d:.,])([01]?\d)\.([0-5]\d)(?= ?[ap]\.? ?m\b)")
_MERIDIEM = re.compile(r" ?(?:[ap]\.? ?m\b|[ap]\.m\.|o['’]clock)")
_ROMAN = re.compile(
    r"(?<![^\W\d_])(?=[IVXL])X{0,4}(?:IX|IV|V?I{0,4})(?:er?|ère|è?me|es|th)?(?![^\W\d_])|(?<![^\W\d_])[ІХ]+(?![^\W\d_])"
)
_SIGNIFICANT = re.compile(r"^[0.]*(\d*?)0*$")
_SPELLS_BIG = re.compile(
    r"[〇零一壹二贰兩两貳三叁參四肆五伍六陆陸七柒八捌九玖][〇零一二两兩三四五六七八九十百千拾佰仟]*[万萬亿億兆][〇零一二两兩三四五六七八九十百千万萬亿億兆]*"
)
_CJK_RUN = re.compile(r"[〇零一壹二贰兩两貳三叁參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟万萬亿億兆廿卅]+")
_HANGUL_RUN = re.compile(
    r"[일이삼사오육칠팔구][일이삼사오육칠팔구십백천만억조]*[십백천만억조][일이삼사오육칠팔구십백천만억조]*|[십백천만억조]{1,3}"
)
_UNIT_FRACTIONS = frozenset({"third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"})
_HANGUL_COUNT = re.compile(
    r"(?<![가-힣])([일이삼사오육칠팔구]) ?(?:년|개월|월|일|주|명|점|회|차|위|층|대|호|시간|분|초|번|권|장|세|국|배|퍼센트)"
)
_QUARTER = re.compile(r"(?<!\d)(1|4|7|10)[月월]? ?[~〜～–—-] ?(1[0-2]|[2-9])(?:月|월)(?=期|분기|[^\d日일]|$)")
_DATED = re.compile(r"(?:\b(?:in|of|last|this|next|early|late|since|until|till|from|by|mid)|\d)[ -]$")
_POINTS = re.compile(r" ?(?:basis points?|bps?\b|个基点|個基點|基点|bp)|베이시스포인트")
_AND_HALF = re.compile(
    r" ?(?:个|個|つ)?(?:年|か月|カ月|ヶ月|月|时间|時間|小时|小時|年間|시간|년|개월)? ?[半반](?![前後径球数分额導])"
)
_RATIO = re.compile(r" (?:in|out of) (?:every )?")
_REMEMBERED = 50_000
_LONGEST = 60
_TENS = frozenset(range(20, 100, 10))
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "І": 1, "Х": 10}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text with all it can mean; the first of `values` is what a reader of the locale reads.

    `step` is one unit of its last significant digit, `scale` what its scale words multiply by. `glued` numbers are part of a name (A380, COVID-19). `parts` are what it is made of where it may
    also be read as several: 6 feet 6 inches, or a telephone number that looks grouped.
    """

    text: str
    start: int
    end: int
    values: tuple[float, ...]
    step: float = 1.0
    scale: float = 1.0
    unit: Unit | None = None
    currency: str = ""
    malformed: bool = False
    glued: bool = False
    strong: bool = False
    parts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The figures of a locale, ready for reading."""

    figures: Figures
    number: re.Pattern[str]
    scale: re.Pattern[str]
    scales: dict[str, float]
    unit: re.Pattern[str]
    units: dict[str, Unit]
    unit_word: re.Pattern[str]
    words: dict[str, tuple[float, ...]]
    stems: dict[str, tuple[float, ...]]
    prefixes: dict[str, tuple[float, ...]]
    months: dict[str, int]
    strong: re.Pattern[str] | None
    cjk: bool
    hangul: bool
    known: dict[str, tuple[float, ...]]
    both_marks: bool
    english: bool


def fold(text: str) -> str:
    """The text in lower case, with ASCII digits and plain blanks, without what readers do not tell apart.

    >>> fold("１２٣ Mrd.\\u00a0€")
    '123 mrd. €'
    """
    if text.isascii():
        return text.lower().translate({9: " ", 10: " "})
    text = unicodedata.normalize("NFC", text).translate(_FOLDS).lower()
    return _OTHER_DIGITS.sub(lambda found: str(unicodedata.decimal(found[0])), text)


def _alternatives(names: list[str], *, boundary: bool) -> re.Pattern[str]:
    """A pattern for any of the names, the longest first; `*` at a name's end stands for up to five letters."""
    choices = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        stem = re.escape(name.removesuffix("*")).replace(r"\ ", r"[ -]")
        if boundary and _LETTER.match(name[-1:]) and not _dense(name):
            stem += r"(?![^\W\d_])"
        elif name.endswith("*"):
            stem += r"[^\W\d_]{0,5}(?![^\W\d_])"
        choices.append(stem)
    return re.compile("|".join(choices) or r"(?!)")


def _dense(name: str) -> bool:
    """Whether the name is in a script that writes words without blanks, so that no boundary follows it."""
    return any(
        "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or "\u0e00" <= char <= "\u0eff" for char in name
    )


@lru_cache(maxsize=64)
def _grammar(locale: str) -> _Grammar:
    facts = figures(locale)
    language = locale.split("_")[0]
    cjk, hangul = language in {"zh", "ja", "yue"}, language == "ko"
    scales = {fold(name).replace("-", " "): value for name, value in facts.scales.items()}
    if cjk or hangul:
        scales = {name: value for name, value in scales.items() if not _dense(name)} | {
            "million": 1e6, "billion": 1e9, "k": 1e3, "m": 1e6, "bn": 1e9}  # fmt: skip
    units = {fold(name).replace("-", " "): unit for name, unit in facts.units.items()}
    words: dict[str, tuple[float, ...]] = {}
    stems: dict[str, tuple[float, ...]] = {}
    prefixes: dict[str, tuple[float, ...]] = {}
    for name, values in facts.words.items():
        table = prefixes if name.endswith("**") else stems if name.endswith("*") else words
        key = fold(name.rstrip("*"))
        table[key] = table.get(key, ()) + values
        if language in {"ru", "uk", "be", "bg"} and len(key) > 5 and values[0] >= 10:
            prefixes.setdefault(key, values)
    spaced = (
        r"\d{1,3}(?: \d{3}){1,8}(?!\d)(?:[.,]\d{1,30})?|"
        if language not in {"en", "zh", "ja", "ko", "hi", "ar"}
        else ""
    )
    long_scales = [name for name in scales if len(name.rstrip("*.")) > 2 and not _dense(name)]
    strong = (
        re.compile(rf"(?<![^\W\d_])(?:{_alternatives(long_scales, boundary=True).pattern})") if long_scales else None
    )
    return _Grammar(
        figures=facts,
        number=re.compile(spaced + rf"\d{{1,30}}(?:[{_MARKS}]\d{{1,30}}){{0,12}}"),
        scale=_alternatives(list(scales), boundary=True),
        scales=scales,
        unit=_alternatives(list(units), boundary=True),
        units=units,
        unit_word=re.compile(
            rf"(?<![^\W\d_])(?:{_alternatives([name for name in units if len(name) > 3 or _dense(name)], boundary=True).pattern})"
        ),
        words=words,
        stems=stems,
        prefixes=prefixes,
        months={
            fold(name)[:cut]: number
            for name, number in facts.months.items()
            for cut in (-1, None)
            if len(name) > 4 or cut is None
        },
        strong=strong,
        cjk=cjk,
        hangul=hangul,
        known={},
        both_marks=language in {"ar", "ur"},
        english=language == "en",
    )


def _named(table: Mapping[str, _Fact], name: str) -> _Fact:
    """What the table says of the matched name, whatever its ending."""
    plain = name.replace("-", " ")
    if plain in table:
        return table[plain]
    return next(table[f"{plain[:length]}*"] for length in range(len(plain), 0, -1) if f"{plain[:length]}*" in table)


def _marked(digits: str, grammar: _Grammar) -> tuple[tuple[float, ...], bool] | None:
    """What digits with marks between them can mean, and whether no style writes them so; None for a row of numbers."""
    decimal = "." if grammar.figures.decimal not in ".," else grammar.figures.decimal
    marks = [char for char in digits if not char.isdigit()]
    if " " in marks:
        whole = digits.replace(" ", "")
        return (_marked(whole, grammar) or ((0.0,), True)) if len(set(marks)) > 1 else ((float(whole),), False)
    parts = re.split(rf"[{_MARKS}]", digits)
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
        head = re.split(rf"[{_MARKS}]", digits)[:-1]
        if (
            all(len(part) == 3 for part in head[1:])
            or all(len(part) == 2 for part in head[1:-1])
            and len(head[-1]) == 3
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


def _cjk_value(text: str, digits: dict[str, int], small: dict[str, int], big: dict[str, float]) -> float | None:
    """The value of a mixed numeral: `3亿5000万`, `1.2万亿`, `二千五百`, `二〇二五`; None where it has none."""
    if len(text) >= _LONGEST:
        return None
    total = section = 0.0
    number: float | None = None
    latest_big = False
    if not any(char in small or char in big for char in text):
        try:
            return float("".join(str(digits[char]) if char in digits else char for char in text))
        except ValueError:
            return None
    for piece in re.findall(r"\d+(?:\.\d+)?|.", text.replace(",", "")):
        if piece[0].isdigit() and piece not in digits:
            number, latest_big = float(piece), False
        elif piece in digits:
            number = (number or 0) * 10 + digits[piece] if number and number == int(number) else float(digits[piece])
            latest_big = False
        elif piece in small:
            section += (
                (1 if number is None or number == 0 else number) * small[piece]
                if small[piece] not in {20, 30}
                else small[piece]
            )
            number, latest_big = None, False
        elif piece in big:
            value = section + (number or 0)
            if latest_big and value == 0:
                total *= big[piece]
            elif value == 0 and total == 0:
                total = big[piece]
            elif total and total < big[piece]:
                total = (total + value) * big[piece]
            else:
                total += value * big[piece]
            section, number, latest_big = 0.0, None, True
        elif piece not in _BEFORE_CJK_SCALE:
            return None
    return total + section + (number or 0)


_CJK_UNIT = r"(?:[十百万萬亿億兆京]|千(?![瓦米克卡赫帕伏焦字安比]))"
_CJK_MIXED = re.compile(
    rf"\d[\d.,]*+(?:[{_BEFORE_CJK_SCALE}]? ?{_CJK_UNIT}++(?:零?[\d一二三四五六七八九两][\d.,]*+(?={_CJK_UNIT}))?)++"
    r"(?:\d++(?=[^\d年月日.,%]|$))?"
)
_HANGUL_MIXED = re.compile(
    r"\d[\d.,]*+(?: ?여)? ?(?:[십백천만억조]++(?: ?\d[\d.,]*+(?= ?[십백천만억조]))?)++(?: ?\d{1,4}+(?=[^\d.,년월일%]|$))?"
)


def _tail_scale(text: str, at: int, grammar: _Grammar) -> tuple[float, int, bool]:
    """The product of the scale words that follow at `at`, where they end, and whether they may be something else."""
    factor, end, doubtful = 1.0, at, False
    while True:
        position = end
        if text[position : position + 1] in {" ", "-"}:
            position += 1
        found = grammar.scale.match(text, position)
        if found is None:
            return factor, end, doubtful
        name = found[0]
        if len(name) <= 1 and position != at:
            return factor, end, doubtful
        factor *= _named(grammar.scales, name)
        doubtful = doubtful or len(name) == 1
        end = found.end()


def amounts(text: str, locale: str, *, clock: bool = False) -> tuple[Amount, ...]:
    """The amounts written in digits in `text`, which is folded; with `clock`, 19.30 is read as a time, too.

    >>> [amount.values[0] for amount in amounts("3亿5000万和1.2万亿", "zh_CN")]
    [350000000.0, 1200000000000.0]
    """
    grammar = _grammar(locale)
    found = []
    taken = 0
    for amount in _raw(text, grammar, clock=clock):
        if amount.start >= taken:
            found.append(amount)
            taken = amount.end
    return tuple(_ranges(found, text, grammar))


_RANGE = re.compile(r" ?(?:[-–—~〜～/]|[^\W\d_]{1,5}|至|到|或|, ?(?:or|and)?)? ?[$€£¥₹]?")
_JOINT = re.compile(r"[- ]?(?:(?:and|et|und|y|e|и) )?")


def _ranges(found: list[Amount], text: str, grammar: _Grammar) -> Iterator[Amount]:
    """Amounts where the first of "2-3 million" may also stand for 2 million, and that of "1 to 4 inches" has its unit."""
    later: Amount | None = None
    done: list[Amount] = []
    for amount in reversed(found):
        one = amount
        if later is not None and _RANGE.fullmatch(text, amount.end, later.start):
            if amount.scale == 1 and later.scale > 1:
                one = replace(one, values=(*one.values, *(value * later.scale for value in one.values)))
            if amount.unit is None and later.unit is not None and not amount.glued:
                one = replace(one, unit=later.unit)
        done.append(one)
        later = one
    yield from _composed(done[::-1], text, grammar)


def _composed(found: list[Amount], text: str, grammar: _Grammar) -> Iterator[Amount]:
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


def _raw(text: str, grammar: _Grammar, *, clock: bool) -> Iterator[Amount]:
    """Amounts from left to right; a later one may lie within an earlier one."""
    position = 0
    while True:
        first = grammar.number.search(text, position)
        if first is None:
            return
        start = first.start()
        if grammar.cjk or grammar.hangul:
            mixed = (_CJK_MIXED if grammar.cjk else _HANGUL_MIXED).match(text, start)
            if quarter := _QUARTER.match(text, start):
                first, last = int(quarter[1]), int(quarter[2])
                counted = (float(last // 3),) if last == first + 2 else ()
                counted += (float(last),) if first == 1 else ()
                parts = tuple(Amount(part, start, quarter.end(), (float(part),)) for part in quarter.groups())
                yield Amount(quarter[0], start, quarter.end(), counted or (float(first),), parts=parts)
                position = quarter.end()
                continue
            if grammar.cjk and mixed is None and (era := _CENTURY_DECADE.match(text, start)):
                century = _cjk_value(era[1], _CJK_DIGITS, _CJK_SMALL, _CJK_BIG) or 0
                decade = _cjk_value(era[2], _CJK_DIGITS, _CJK_SMALL, _CJK_BIG) or 0
                yield Amount(era[0], start, era.end(), ((century - 1) * 100 + decade, decade))
                position = era.end()
                continue
            if mixed is not None and len(mixed[0]) < _LONGEST:
                tables = (
                    (_CJK_DIGITS, _CJK_SMALL, _CJK_BIG) if grammar.cjk else (_HANGUL_DIGITS, _HANGUL_SMALL, _HANGUL_BIG)
                )
                value = _cjk_value(mixed[0].replace(" ", ""), *tables)
                if value is not None:
                    head = re.match(r"[\d.,]+", mixed[0])
                    plain = head[0].replace(",", "") if head else "1"
                    factor = value / (float(plain.rstrip(".")) or 1.0)
                    yield _with_unit(
                        Amount(mixed[0], start, mixed.end(), (value,), _step(plain) * factor, factor), text, grammar
                    )
                    position = mixed.end()
                    continue
        times = _CLOCK.match(text, start) or (_DOT_CLOCK if clock else _DOT_MERIDIEM).match(text, start)
        if times is not None:
            yield from _time(times, text)
            position = times.end()
            continue
        amounts_here = list(_number(first, text, grammar))
        yield from amounts_here
        position = max(first.end(), amounts_here[-1].end if amounts_here else 0)


def _time(found: re.Match[str], text: str) -> Iterator[Amount]:
    """A time of day: its hour, which may be said by the other clock, and its minutes unless they are 00."""
    hour, minutes = int(found[1]), int(found[found.lastindex or 2])
    yield Amount(found[1], found.start(1), found.end(1), _hours(hour))
    if minutes:
        yield Amount(found[found.lastindex or 2], found.start(found.lastindex or 2), found.end(), (float(minutes),))
    del text


def _hours(hour: int) -> tuple[float, ...]:
    """An hour on both clocks."""
    return tuple(
        float(value)
        for value in dict.fromkeys((hour, hour + 12 if hour < 12 else hour - 12, 24 if hour in {0, 12} else hour))
    )


def _number(found: re.Match[str], text: str, grammar: _Grammar) -> Iterator[Amount]:
    """The amount that begins with these digits, or each number of a row like 30.9.2018."""
    start, end, digits = found.start(), found.end(), found[0]
    before = text[start - 1 : start]
    glued = bool(before and (before.isalpha() and before.isascii())) or (
        before == "-" and text[start - 2 : start - 1].isalpha()
    )
    malformed = False
    if digits.isdigit():
        values: tuple[float, ...] = (float(digits),)
    else:
        read = _marked(digits, grammar)
        if read is None:
            position = start
            for part in re.split(rf"[{_MARKS}]", digits):
                yield Amount(part, position, position + len(part), (float(part),), glued=glued)
                position += len(part) + 1
            return
        values, malformed = read
    decimal = "." if grammar.figures.decimal not in ".," else grammar.figures.decimal
    tail = re.search(r"[.,](\d+)$", digits)
    decimals = (
        tail is not None and values[0] < 10 ** (len(digits) - len(tail[0]) + 1) and (len(tail[1]) != 3 or values[0] % 1)
    )
    step = 10.0 ** -len(tail[1]) if decimals and tail else _step(str(int(values[0])))
    if (fraction := _FRACTIONS.get(text[end : end + 1])) is not None:
        values, end = (values[0] + fraction, *values), end + 1
    factor, end, doubtful = _tail_scale(text, end, grammar)
    if factor != 1:
        values = tuple(value * factor for value in values) + (values if doubtful else ())
        step *= factor
    elif text[end : end + 1] == "‰":
        values = tuple(value / 10 for value in values)
    elif len(digits) <= 2 and (_MERIDIEM.match(text, end) or before == ":"):
        values = (*values, *_hours(int(values[0]))[1:]) if values[0] <= 24 else values
    elif len(digits) == 2 and glued:
        values = (*values, 2000 + values[0])
    elif (len(digits) == 2 and _DECADE.match(text, end)) or (len(digits) == 2 and before in {"'", "’"}):
        values = (*values, 1900 + values[0], 2000 + values[0])
    elif len(digits) == 4 and values[0] % 10 == 0 and _DECADE.match(text, end):
        values = (*values, values[0] % 100)
    elif len(digits) == 2 and re.match(r"\d{4}[-–/]", text[max(0, start - 5) : start]):
        values = (*values, float(text[start - 5 : start - 3]) * 100 + values[0])
    elif _POINTS.match(text, end):
        values = (*values, values[0] / 100)
    elif _AND_HALF.match(text, end):
        values = (*values, values[0] + 0.5)
    elif text[end : end + 1] == "折":
        values = (*values, 100 - (values[0] * 10 if values[0] < 10 else values[0]))
    elif re.match(r" ?(?:成|割)", text[end : end + 2]):
        values = (values[0] * 10, *values)
    amount = Amount(text[start:end], start, end, values, step, factor, malformed=malformed, glued=glued)
    if " " in digits and factor == 1:
        amount = replace(amount, parts=tuple(
            Amount(part[0], start + part.start(), start + part.end(), (float(part[0]),)) for part in re.finditer(r"\d+", digits)))  # fmt: skip
    yield _with_unit(amount, text, grammar)


def _with_unit(amount: Amount, text: str, grammar: _Grammar) -> Amount:
    """The amount with the unit that follows it, if one does."""
    position = amount.end
    if text[position : position + 1] in {" ", "-"}:
        position += 1
    found = grammar.unit.match(text, position)
    if found is None:
        return amount
    return replace(amount, unit=_named(grammar.units, found[0]))


def strong(text: str, locale: str) -> tuple[Amount, ...]:
    """Amounts spelled out with a scale word: "three million", 三百万."""
    grammar = _grammar(locale)
    found = []
    if grammar.cjk:
        for run in _SPELLS_BIG.finditer(text):
            value = _cjk_value(run[0], _CJK_DIGITS, _CJK_SMALL, _CJK_BIG)
            before = text[run.start() - 1 : run.start()]
            if (
                value
                and value >= 1e4
                and not before.isdigit()
                and before not in set("数几第")
                and run[0][0] not in "一" + ""
            ):
                found.append(Amount(run[0], run.start(), run.end(), (value,), strong=True))
        return tuple(found)
    if grammar.strong is None:
        return ()
    taken = 0
    for word in grammar.strong.finditer(text):
        if word.start() < taken:
            continue
        before = [part for part in _WORD.finditer(text, max(0, word.start() - 40), word.start())]
        begin, reach, values, alternatives = word.start(), word.start(), list[float](), set[float]()
        for part in reversed(before[-6:]):
            gap = text[part.end() : reach]
            counts = _word(part[0], grammar)
            if gap.strip(" -") or part.start() == 0 and not part[0]:
                break
            if counts:
                if not values:
                    alternatives.update(value for value in counts if value < 10)
                values.insert(0, counts[0])
            elif part[0] not in grammar.figures.articles and len(part[0]) > 3:
                break
            reach = part.start()
            if counts or part[0] in grammar.figures.articles:
                begin = part.start()
        if not values or max(values) >= 1000:
            continue
        factor, end, _ = _tail_scale(text, word.start(), grammar)
        value = _sum(values)
        if factor >= 1000 and value and not text[begin - 2 : begin - 1].isdigit():
            tail = [_word(one[0], grammar) for one in _WORD.finditer(text, end, min(len(text), end + 14))][:2]
            if any(0.5 in counts for counts in tail):
                alternatives.add(value + 0.5)
            every = dict.fromkeys((value, *sorted(alternatives)))
            found.append(Amount(text[begin:end].strip(), begin, end, tuple(one * factor for one in every), strong=True))
            taken = end
    return tuple(found)


def _sum(values: list[float]) -> float:
    """What number words that stand together count: 20, 5 -> 25; 3, 100 -> 300; 2, 1000, 18 -> 2018."""
    total = current = 0.0
    for value in values:
        if value >= 1000:
            total, current = total + (current or 1.0) * value, 0.0
        elif value == 100 and current:
            current *= value
        else:
            current += value
    return total + current


def _word(word: str, grammar: _Grammar) -> tuple[float, ...]:
    """What a word can count; remembered, since words come again."""
    known = grammar.known.get(word)
    if known is None:
        if len(grammar.known) > _REMEMBERED:
            grammar.known.clear()
        known = grammar.known[word] = _counting(word, grammar)
    return known


def _counting(word: str, grammar: _Grammar) -> tuple[float, ...]:
    """What a word can count, by itself, its beginning or without its prefix."""
    if (values := grammar.words.get(word)) is not None:
        return values
    if grammar.english and word.endswith("s"):
        for single in (word[:-1], word[:-3] + "y" if word.endswith("ies") else ""):
            if (values := grammar.words.get(single)) is not None:
                return values
    if grammar.stems:
        for length in range(min(len(word), 14), max(1, len(word) - 6), -1):
            if (values := grammar.stems.get(word[:length])) is not None:
                return values
    if grammar.prefixes:
        for length in range(min(len(word), 14), 2, -1):
            if (values := grammar.prefixes.get(word[:length])) is not None:
                return values
    if word[:1] in "والبكف" and len(word) > 2 and "\u0600" <= word[0] <= "\u06ff":
        for prefix in ("وال", "بال", "كال", "فال", "لل", "و", "ال", "ب", "ل", "ك", "ف"):
            if word.startswith(prefix) and (values := grammar.words.get(word[len(prefix) :])) is not None:
                return values
    if len(word) > 4 and word.endswith(_DUALS) and "\u0600" <= word[0] <= "\u06ff":
        return (2.0,)
    return ()


@lru_cache(maxsize=256)
def spoken(text: str, raw: str, locale: str) -> frozenset[float]:
    """Every value that words in `text` (folded) may stand for; `raw` is the text as written, for Roman numerals."""
    grammar = _grammar(locale)
    values: set[float] = set()
    if grammar.cjk or grammar.hangul:
        tables = (_CJK_DIGITS, _CJK_SMALL, _CJK_BIG) if grammar.cjk else (_HANGUL_DIGITS, _HANGUL_SMALL, _HANGUL_BIG)
        for run in (_CJK_RUN if grammar.cjk else _HANGUL_RUN).finditer(text):
            if (value := _cjk_value(run[0], *tables)) is not None:
                values.add(value)
                after = text[run.end() : run.end() + 1]
                if after in {"成", "割"}:
                    values.add(value * 10)
                elif after == "折":
                    values.add(100 - (value * 10 if value < 10 else value))
                elif after == "旬":
                    values.add(value * 10)
            values.update(float(tables[0][char]) for char in run[0] if char in tables[0])
        for name, counts in grammar.words.items():
            if name in text:
                values.update(counts)
        if grammar.cjk:
            return frozenset(values | _roman(raw))
    words = [word for word, _, _ in _number_words(text, grammar)]
    together: list[float] = []
    gap = 0
    for word in words:
        counts = (grammar.scales[word],) if word in grammar.scales and len(word) > 2 else _word(word, grammar)
        if not counts and len(word) > 8:
            counts = _compound(word, grammar)
        if counts:
            values.update(counts)
            if counts[0] >= 3 and word not in grammar.figures.cardinals:
                values.add(1 / counts[0])
            together.append(counts[0])
            gap = 0
            if len(together) > 1:
                values.update(_combined(together))
        elif together:
            gap += 1
            if gap > 2 or len(word) > 3:
                together, gap = [], 0
        if word in grammar.figures.articles:
            values.add(1.0)
        if word in _UNIT_FRACTIONS:
            values.add(1.0)
        for cut in range(len(word), max(2, len(word) - 7), -1):
            if (month := grammar.months.get(word[:cut])) and (cut > 3 or cut == len(word) or not word.isascii()):
                values.add(float(month))
                break
    if grammar.hangul:
        values.update(float(_HANGUL_DIGITS[found[1]]) for found in _HANGUL_COUNT.finditer(text))
        for word in words:
            for length in (3, 2, 1):
                if (counts := grammar.words.get(word[:length], ())) and len(word) <= length + 3:
                    values.update(counts)
                    break
    return frozenset(values | _roman(raw))


def _combined(run: list[float]) -> set[float]:
    """What the words of a run mean together, from each that may begin it."""
    return {_sum(run[begin:]) for begin in range(max(0, len(run) - 6), len(run) - 1)}


def _number_words(text: str, grammar: _Grammar) -> Iterator[tuple[str, int, int]]:
    """The words of `text` with their places, "thirty-two" as one where the language knows it as one."""
    if "-" not in text:
        for word in _WORD.finditer(text):
            yield word[0], word.start(), word.end()
        return
    position = 0
    for chain in _CHAINED.finditer(text):
        if chain[0] in grammar.words:
            for word in _WORD.finditer(text, position, chain.start()):
                yield word[0], word.start(), word.end()
            yield chain[0], chain.start(), chain.end()
            position = chain.end()
    for word in _WORD.finditer(text, position):
        yield word[0], word.start(), word.end()


@lru_cache(maxsize=8192)
def worded(text: str, raw: str, locale: str) -> tuple[Amount, ...]:
    """The numbers that `text` (folded from `raw`) says in words, and its months: what a figure on the other side may stand for."""
    grammar = _grammar(locale)
    found: list[Amount] = []
    run: list[Amount] = []
    for word, start, end in _number_words(text, grammar):
        if run and _RATIO.fullmatch(text, run[-1].end, start):
            found.extend(_joined(run, text))
            run = []
            continue
        counts = _word(word, grammar)
        if counts and run and text[run[-1].end : start] in {" ", "-", " and "}:
            run.append(Amount(word, start, end, counts))
            continue
        found.extend(_joined(run, text))
        run = [Amount(word, start, end, counts)] if counts else []
        if word in grammar.figures.articles and (unit := grammar.unit.match(text, end + 1)):
            of = text[max(0, start - 3) : start] in {"of ", " of "}
            if not of:
                found.append(
                    Amount(text[start : unit.end()], start, unit.end(), (1.0,), unit=_named(grammar.units, unit[0]))
                )
        if (
            word in grammar.months
            and len(word) > 2
            and raw[start : start + 1].isupper()
            and (
                word != "may" or _DATED.search(text, max(0, start - 12), start) or text[end : end + 2].strip().isdigit()
            )
        ):
            found.append(Amount(word, start, end, (float(grammar.months[word]),)))
    found.extend(_joined(run, text))
    return tuple(_with_unit(amount, text, grammar) if amount.unit is None else amount for amount in found)


def counts(amount: Amount, locale: str) -> bool:
    """Whether the amount is a plain number word, two or more, that counts and does not order."""
    return amount.text in _grammar(locale).figures.cardinals and amount.values[0] >= 2


def _joined(run: list[Amount], text: str) -> Iterator[Amount]:
    """A run of number words as one amount where it counts as one: "two hundred", not "two thirds"."""
    firsts = [amount.values[0] for amount in run]
    if len(run) > 1 and (max(firsts) >= 100 or (len(run) == 2 and firsts[0] in _TENS and firsts[1] < 10)):
        values = (_sum(firsts), *sorted(_combined(firsts)))
        yield Amount(text[run[0].start : run[-1].end], run[0].start, run[-1].end, tuple(dict.fromkeys(values)))
    else:
        yield from run


def _compound(word: str, grammar: _Grammar) -> tuple[float, ...]:
    """The value of number words written as one: zweitausendachtzehn."""
    parts: list[float] = []
    position = 0
    while position < len(word):
        for length in range(min(len(word) - position, 16), 1, -1):
            piece = word[position : position + length]
            counts = grammar.words.get(piece) or ((grammar.scales[piece],) if piece in grammar.scales else None)
            if piece in {"und", "en", "och", "og", "hundert", "honderd", "hundra", "hundre", "cento", "szaz"}:
                counts = counts or ((100.0,) if len(piece) > 4 else ())
            if counts is not None:
                parts.extend(counts[:1])
                position += length
                break
        else:
            return ()
    return tuple(_combined([0.0, *parts])) if len(parts) > 1 else ()


def units(text: str, locale: str) -> tuple[Unit, ...]:
    """Every unit that words in `text` (folded) name, wherever they stand."""
    grammar = _grammar(locale)
    return tuple(dict.fromkeys(_named(grammar.units, found[0]) for found in grammar.unit_word.finditer(text)))


def _roman(raw: str) -> set[float]:
    """The values of Roman numerals as written in capitals."""
    found = set()
    for match in _ROMAN.finditer(raw):
        values = [_ROMAN_VALUES[char] for char in match[0] if char in _ROMAN_VALUES]
        if values:
            found.add(
                float(sum(-one if later > one else one for one, later in zip(values, [*values[1:], 0], strict=True)))
            )
    return found
