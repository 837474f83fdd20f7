"""How a locale writes amounts, ready for reading: what `amounts` and `words` share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from workflow.languages.figures import ERA_YEARS, Figures, Unit, figures

_Fact = TypeVar("_Fact", float, Unit, str)
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "₹": "rupee", "₩": "won", "₽": "rouble",
          "₺": "lira", "₪": "shekel", "₴": "hryvnia", "฿": "baht", "₫": "dong", "₦": "naira", "৳": "taka",
          "₱": "peso"}  # fmt: skip
MARKS = ".,'’·"
BEFORE_CJK_SCALE = "多余餘几幾數数來来여"
CJK_DIGITS = {char: value for value, chars in enumerate(("〇零", "一壹", "二贰兩两貳", "三叁參", "四肆", "五伍",
                "六陆陸", "七柒", "八捌", "九玖")) for char in chars}  # fmt: skip
CJK_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
CJK_BIG = {"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "兆": 1e12, "京": 1e16}
HANGUL_DIGITS = {char: value for value, char in enumerate("영일이삼사오육칠팔구")}
HANGUL_SMALL = {"십": 10, "백": 100, "천": 1000}
HANGUL_BIG = {"만": 1e4, "억": 1e8, "조": 1e12}
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
_OTHER_DIGITS = re.compile(r"(?![0-9])\d")
_MARK = "\u0300-\u036f\u0900-\u0963\u0970-\u0dff"
"""Marks on letters and, in Indic scripts, vowels: a name does not end before one."""
_LETTER = re.compile(rf"[^\W\d_]|[{_MARK}]")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text with all it can mean; the first of `values` is what a reader of the locale reads.

    `step` is one unit of its last significant digit, `scale` what its scale words multiply by. `glued` numbers are
    part of a name (A380, COVID-19); a `negative` one has a sign that can be nothing else. `parts` are what it is made
    of where it may also be read as several: 6 feet 6 inches, or a telephone number that looks grouped. `unit_name` is
    the unit as written, if it stands at the number. `currency` is the family: every dollar is "dollar".
    """

    text: str
    start: int
    end: int
    values: tuple[float, ...]
    step: float = 1.0
    scale: float = 1.0
    unit: Unit | None = None
    unit_name: str = ""
    currency: str = ""
    malformed: bool = False
    negative: bool = False
    glued: bool = False
    strong: bool = False
    parts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class Grammar:
    """The figures of a locale, ready for reading."""

    figures: Figures
    number: re.Pattern[str]
    scale: re.Pattern[str]
    scales: dict[str, float]
    unit: re.Pattern[str]
    units: dict[str, Unit]
    unit_word: re.Pattern[str]
    currency: re.Pattern[str]
    currencies: dict[str, str]
    words: dict[str, tuple[float, ...]]
    stems: dict[str, tuple[float, ...]]
    prefixes: dict[str, tuple[float, ...]]
    months: dict[str, int]
    strong: re.Pattern[str] | None
    cjk: bool
    hangul: bool
    known: dict[str, tuple[float, ...]]
    told: dict[str, tuple[tuple[float, ...], float | None]]
    both_marks: bool
    english: bool
    scales_before: dict[str, float]
    units_before: dict[str, Unit]
    era_years: tuple[int, int, int] | None
    month: re.Pattern[str] | None
    plain: dict[str, float]
    minus: re.Pattern[str] | None
    percent: re.Pattern[str]
    percent_before: re.Pattern[str]


def fold(text: str) -> str:
    r"""The text in lower case, with ASCII digits and plain blanks, without what readers do not tell apart.

    >>> fold("１２٣ Mrd.\u00a0€")
    '123 mrd. €'
    """
    if text.isascii():
        return text.lower().translate({9: " ", 10: " "})
    text = unicodedata.normalize("NFC", text).translate(_FOLDS).lower()
    return _OTHER_DIGITS.sub(lambda found: str(unicodedata.decimal(found[0])), text)


def _alternatives(names: list[str], *, boundary: bool) -> re.Pattern[str]:
    """A pattern for any of the names, the longest first; `*` at a name's end stands for up to five letters."""
    choices: list[tuple[str, list[str]]] = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        stem, ending = re.escape(name.removesuffix("*")).replace(r"\ ", r"[ -]"), ""
        if boundary and _LETTER.match(name[-1:]) and not _dense(name):
            ending = rf"(?![^\W\d_]|[{_MARK}])"
        elif name.endswith("*"):
            ending = r"[^\W\d_]{0,5}(?![^\W\d_])"
        # Neighbours share their ending, which is dear to compile.
        if choices and choices[-1][0] == ending:
            choices[-1][1].append(stem)
        else:
            choices.append((ending, [stem]))
    return re.compile("|".join(f"(?:{'|'.join(stems)}){ending}" for ending, stems in choices) or r"(?!)")


def _dense(name: str) -> bool:
    """Whether the name is in a script that writes words without blanks, so that no boundary follows it."""
    return any(
        "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or "\u0e00" <= char <= "\u0eff" for char in name
    )


_UNSPACED = frozenset({"en", "zh", "ja", "ko", "hi", "ar"})  # languages that put no blank between thousands
_PREFIXING = frozenset({"ru", "uk", "be", "bg"})  # languages in which a number may begin any word
_LATIN_SCALES = {"million": 1e6, "billion": 1e9, "k": 1e3, "m": 1e6, "bn": 1e9}
_DOTTED = frozenset({"ar", "ur"})  # where a full stop groups in some countries and divides in others


@lru_cache(maxsize=64)
def grammar_of(locale: str) -> Grammar:
    """The figures of the locale as patterns and folded tables."""
    facts = figures(locale)
    language = locale.split("_", maxsplit=1)[0]
    cjk, hangul = language in {"zh", "ja", "yue"}, language == "ko"
    scales = _folded(facts.scales)
    if cjk or hangul:
        scales = {name: value for name, value in scales.items() if not _dense(name)} | _LATIN_SCALES
    units, currencies = _folded(facts.units), _folded(facts.currencies)
    words, stems, prefixes = _counting_words(facts, prefixing=language in _PREFIXING)
    spaced = "" if language in _UNSPACED else r"\d{1,3}(?: \d{3}){1,8}(?!\d)(?:[.,]\d{1,30})?|"
    long_scales = [name for name in scales if len(name.rstrip("*.")) > 2 and not _dense(name)]
    long_units = [name for name in units if len(name) > 3 or _dense(name)]
    begin = r"(?<![^\W\d_])"
    return Grammar(
        figures=facts,
        number=re.compile(spaced + rf"\d{{1,30}}(?:[{MARKS}]\d{{1,30}}){{0,12}}"),
        scale=_alternatives(list(scales), boundary=True),
        scales=scales,
        unit=_alternatives(list(units), boundary=True),
        units=units,
        unit_word=re.compile(f"{begin}(?:{_alternatives(long_units, boundary=True).pattern})"),
        currency=_alternatives([*currencies, *_SIGNS], boundary=True),
        currencies={**currencies, **_SIGNS},
        words=words,
        stems=stems,
        prefixes=prefixes,
        months=_month_beginnings(facts),
        strong=re.compile(f"{begin}(?:{_alternatives(long_scales, boundary=True).pattern})") if long_scales else None,
        cjk=cjk,
        hangul=hangul,
        known={},
        told={},
        both_marks=language in _DOTTED,
        english=language == "en",
        scales_before=_folded(facts.scales_before),
        units_before=_folded(facts.units_before),
        era_years=ERA_YEARS.get(language),
        plain={fold(name): facts.words[name][0] for name in facts.cardinals},
        month=_numbered_month(facts, dense=cjk or hangul),
        minus=_any_of(facts.minus) if facts.minus else None,
        percent=_any_of(facts.percent | {"%", "‰"}),
        percent_before=re.compile(f"(?:{_any_of(facts.percent_before | {'%'}).pattern})[ -]?$"),
    )


def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    """A pattern for the beginning of any of the names."""
    folded = sorted({fold(name) for name in names}, key=lambda name: (-len(name), name))
    return re.compile(
        "|".join(
            (r"(?<![^\W\d_])" if name[0].isalpha() and not _dense(name) and name[0] < "\u0600" else "")
            + re.escape(name)
            for name in folded
        )
    )


def _numbered_month(facts: Figures, *, dense: bool) -> re.Pattern[str] | None:
    """A pattern for a month that is named by its number, if the locale names them so."""
    names = {fold(name) for name in facts.month_patterns if not dense}
    shapes = [re.escape(name).replace(r"\{0\}", r"(1[0-2]|0?[1-9])(?!\d)") for name in sorted(names)]
    if dense:
        shapes = [r"(?<![\d.,])(1[0-2]|0?[1-9]) ?[月월](?![間间])"]
    return re.compile("|".join(shapes[:1])) if shapes else None


def _folded(table: Mapping[str, _Fact]) -> dict[str, _Fact]:
    """The table with its names as texts are folded, hyphens as blanks."""
    return {fold(name).replace("-", " "): value for name, value in table.items()}


_Counts = dict[str, tuple[float, ...]]


def _counting_words(facts: Figures, *, prefixing: bool) -> tuple[_Counts, _Counts, _Counts]:
    """Number words that stand alone, that take endings, and that begin compounds."""
    words: _Counts = {}
    stems: _Counts = {}
    prefixes: _Counts = {}
    for name, values in facts.words.items():
        table = prefixes if name.endswith("**") else stems if name.endswith("*") else words
        key = fold(name.rstrip("*"))
        table[key] = table.get(key, ()) + values
        if prefixing and len(key) > 5 and values[0] >= 10:
            prefixes.setdefault(key, values)
    return words, stems, prefixes


def _month_beginnings(facts: Figures) -> dict[str, int]:
    """The months by name, and by name without its last letter, which cases change."""
    found = {fold(name): number for name, number in facts.months.items()}
    shorter = {name[:-1]: number for name, number in found.items() if len(name) > 4}
    return {**shorter, **found}


def named(table: Mapping[str, _Fact], name: str) -> _Fact:
    """What the table says of the matched name, whatever its ending."""
    plain = name.replace("-", " ")
    if plain in table:
        return table[plain]
    return next(table[f"{plain[:length]}*"] for length in range(len(plain), 0, -1) if f"{plain[:length]}*" in table)


def cjk_value(text: str, digits: dict[str, int], small: dict[str, int], big: dict[str, float]) -> float | None:
    """The value of a mixed numeral: `3亿5000万`, `1.2万亿`, `二千五百`, `二〇二五`; None where it has none."""
    if len(text) >= LONGEST:
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
        elif piece not in BEFORE_CJK_SCALE:
            return None
    return total + section + (number or 0)


def tail_scale(text: str, at: int, grammar: Grammar) -> tuple[float, int, bool]:
    """The product of the scale words that follow at `at`, where they end, and whether they may be something else."""
    factor, end, doubtful = 1.0, at, False
    while True:
        position = end
        if text[position : position + 1] in {" ", "-"}:
            position += 1
        found = grammar.scale.match(text, position)
        if found is None and end != at:  # decenas de miles de millones
            found = grammar.scale.match(text, _after_of(text, position))
        if found is None:
            return factor, end, doubtful
        name = found[0]
        if len(name) <= 1 and position != at and name.islower():
            return factor, end, doubtful
        factor *= named(grammar.scales, name)
        doubtful = doubtful or len(name) == 1 or name in grammar.units
        end = found.end()


def _after_of(text: str, position: int) -> int:
    """Where the word after "de" begins, as in millones de dólares, 250 de euro."""
    return next((position + len(of) for of in ("de ", "d'", "d’", "di ") if text.startswith(of, position)), position)


_MORE = frozenset("多余餘来來")
_WORDS_BEFORE = re.compile(r"[^\s\d(]+$")


def before(table: Mapping[str, _Fact], text: str, at: int) -> _Fact | None:
    """What the table says of the one to three words that end right before `at`."""
    end = at - 1 if text[at - 1 : at] == " " else at
    start = end
    for _ in range(3):
        found = _WORDS_BEFORE.search(text, max(0, start - 24), start)
        if found is None:
            return None
        fact = table.get(text[found.start() : end])
        if fact is not None:
            return fact
        start = found.start() - 1
    return None


def with_unit(amount: Amount, text: str, grammar: Grammar) -> Amount:
    """The amount with the unit that follows it and the currency that stands beside it, if they do."""
    position = amount.end
    if text[position : position + 1] in {" ", "-"} or (grammar.cjk and text[position : position + 1] in _MORE):
        position += 1
    found = grammar.unit.match(text, position)
    if found is not None:
        amount = replace(amount, unit=named(grammar.units, found[0]), unit_name=found[0])
    elif grammar.units_before and (named_before := before(grammar.units_before, text, amount.start)):
        amount = replace(amount, unit=named_before)
    money = grammar.currency.match(text, position) or grammar.currency.match(text, _after_of(text, position))
    if money is not None:
        return replace(amount, currency=named(grammar.currencies, money[0]))
    sign = _SIGNS.get(text[: amount.start].rstrip(" ")[-1:])
    return replace(amount, currency=sign or before(grammar.currencies, text, amount.start) or "")
