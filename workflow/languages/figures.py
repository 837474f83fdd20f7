"""How a locale writes figures: marks, scale words, number words, months, units, currencies.

Marks, scale words, months, units and currencies are CLDR's, through Babel; number words are CLDR's spell-out rules
(`numerals/LANG.txt`, all forms in one word); what CLDR does not list stands in `terms/LANG.txt`, one
fact a line, for a translator to add to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import takewhile
from typing import Any

import babel
import babel.core
import babel.numbers

KINDS = {
    "length-kilometer": ("length", 1000.0),
    "length-meter": ("length", 1.0),
    "length-decimeter": ("length", 0.1),
    "length-centimeter": ("length", 0.01),
    "length-millimeter": ("length", 0.001),
    "length-mile": ("length", 1609.344),
    "length-nautical-mile": ("length", 1852.0),
    "length-yard": ("length", 0.9144),
    "length-foot": ("length", 0.3048),
    "length-inch": ("length", 0.0254),
    "area-square-kilometer": ("area", 1e6),
    "area-hectare": ("area", 1e4),
    "area-square-meter": ("area", 1.0),
    "area-square-centimeter": ("area", 1e-4),
    "area-square-mile": ("area", 2589988.11),
    "area-acre": ("area", 4046.8564),
    "area-square-yard": ("area", 0.83612736),
    "area-square-foot": ("area", 0.09290304),
    "area-square-inch": ("area", 0.00064516),
    "mass-tonne": ("mass", 1000.0),
    "mass-ton": ("mass", 907.18474),
    "mass-kilogram": ("mass", 1.0),
    "mass-gram": ("mass", 0.001),
    "mass-milligram": ("mass", 1e-6),
    "mass-stone": ("mass", 6.35029318),
    "mass-pound": ("mass", 0.45359237),
    "mass-ounce": ("mass", 0.028349523),
    "volume-cubic-meter": ("volume", 1.0),
    "volume-cubic-foot": ("volume", 0.028316847),
    "volume-liter": ("volume", 0.001),
    "volume-milliliter": ("volume", 1e-6),
    "volume-gallon": ("volume", 0.003785412),
    "volume-pint": ("volume", 0.000473176),
    "volume-barrel": ("volume", 0.158987295),
    "volume-fluid-ounce": ("volume", 2.95735e-5),
    "speed-kilometer-per-hour": ("speed", 1.0),
    "speed-mile-per-hour": ("speed", 1.609344),
    "speed-meter-per-second": ("speed", 3.6),
    "speed-knot": ("speed", 1.852),
    "temperature-celsius": ("temperature", 1.0),
    "temperature-fahrenheit": ("temperature", 5 / 9),
    "temperature-kelvin": ("temperature", 1.0),
    "temperature-generic": ("temperature", 0.0),
    "duration-century": ("duration", 36524.25),
    "duration-decade": ("duration", 3652.425),
    "duration-year": ("duration", 365.2425),
    "duration-month": ("duration", 30.436875),
    "duration-week": ("duration", 7.0),
    "duration-day": ("duration", 1.0),
    "duration-hour": ("duration", 1 / 24),
    "duration-minute": ("duration", 1 / 1440),
    "duration-second": ("duration", 1 / 86400),
    "power-horsepower": ("power", 0.7457),
    "power-watt": ("power", 0.001),
    "power-kilowatt": ("power", 1.0),
    "power-megawatt": ("power", 1e3),
    "power-gigawatt": ("power", 1e6),
    "energy-kilocalorie": ("energy", 4.184),
    "energy-kilojoule": ("energy", 1.0),
    "energy-kilowatt-hour": ("energy", 3600.0),
    "energy-megawatt-hour": ("energy", 3.6e6),
    "energy-gigawatt-hour": ("energy", 3.6e9),
    "energy-terawatt-hour": ("energy", 3.6e12),
    "pressure-pound-force-per-square-inch": ("pressure", 6.894757),
    "pressure-bar": ("pressure", 100.0),
    "pressure-kilopascal": ("pressure", 1.0),
}
"""The units that take part in conversions, by CLDR's identifiers (and three more of energy).

Each has what it measures, and how much of the base unit of that one of it is.
"""

FAMILIES = {
    "dollar": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD"),
    "euro": ("EUR",),
    "pound": ("GBP", "EGP", "LBP"),
    "yen": ("JPY",),
    "yuan": ("CNY",),
    "rupee": ("INR", "PKR", "LKR", "NPR"),
    "won": ("KRW", "KPW"),
    "rouble": ("RUB", "BYN"),
    "franc": ("CHF", "XOF", "XAF"),
    "real": ("BRL",),
    "peso": ("MXN", "ARS", "COP", "CLP", "PHP"),
    "lira": ("TRY",),
    "krona": ("SEK", "NOK", "DKK", "ISK"),
    "zloty": ("PLN",),
    "forint": ("HUF",),
    "koruna": ("CZK",),
    "hryvnia": ("UAH",),
    "shekel": ("ILS",),
    "rand": ("ZAR",),
    "baht": ("THB",),
    "rupiah": ("IDR",),
    "ringgit": ("MYR",),
    "dong": ("VND",),
    "riyal": ("SAR", "QAR"),
    "dirham": ("AED", "MAD"),
    "naira": ("NGN",),
    "shilling": ("KES", "TZS", "UGX"),
    "taka": ("BDT",),
}
"""The currencies that are told apart, and the codes of each: every dollar is a dollar."""

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民国": 1911, "民國": 1911,
        "레이와": 2018, "헤이세이": 1988, "쇼와": 1925}  # fmt: skip
"""What is added to a year of the era for the year that the world counts."""

ERA_YEARS = {"th": (-543, 2400, 2600), "lo": (-543, 2400, 2600), "km": (-543, 2400, 2600), "fa": (621, 1250, 1450),
             "ps": (621, 1250, 1450), "ckb": (621, 1250, 1450), "ne": (-57, 1950, 2150),
             "am": (7, 1900, 2100)}  # fmt: skip
"""Languages whose calendar has years of its own, by CLDR's default calendars: what is added, and from when to when.

Such a year may begin in one of ours and end in the next.
"""

ZERO = {"temperature-fahrenheit": -32 * 5 / 9, "temperature-kelvin": -273.15}
"""What is added to the base unit's value where the scale does not begin at the base's zero."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement: a value `v` of it is `v * factor + zero` of the base unit of `kind`."""

    name: str
    kind: str
    factor: float
    zero: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """How one locale writes figures. Names are lower case; a name ending in `*` stands for all its endings.

    `words` say what a word may count, its first value being the plain one; `cardinals` are those that count and do
    not order; `articles` may stand for 1. A name ending in `**` begins compounds of any length. `scales_before` and
    `units_before` are those that the locale writes before the number; `minus` are words that say it is below zero,
    `percent` those for percent, `percent_before` those of them that stand before the number; in `month_patterns` a
    month's number stands as {0}; `wide_months` are names in full.
    """

    locale: str
    decimal: str
    group: str
    scales: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    cardinals: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    months: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    scales_before: Mapping[str, float] = field(default_factory=dict)
    units_before: Mapping[str, Unit] = field(default_factory=dict)
    minus: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    percent_before: frozenset[str] = frozenset()
    month_patterns: tuple[str, ...] = ()
    wide_months: frozenset[str] = frozenset()


def unit(identifier: str) -> Unit:
    """The unit that CLDR calls so.

    >>> unit("length-mile").factor
    1609.344
    """
    kind, factor = KINDS[identifier]
    return Unit(identifier, kind, factor, ZERO.get(identifier, 0.0))


def _plain(text: str) -> str:
    """CLDR's text in lower case with plain blanks and without marks that do not show."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"[\u200e\u200f\u061c']", "", text)).strip().lower()


def _leaves(tree: Any) -> Iterator[tuple[str, str]]:
    """Every pattern under a unit's forms with the name of its form."""
    for key, value in tree.items():
        if isinstance(value, str):
            yield str(key), value
        else:
            yield from _leaves(value)


def _scales(locale: babel.Locale) -> tuple[dict[str, float], dict[str, float]]:
    """CLDR's compact forms, long and short: word -> what it multiplies by; those after the number, and those before.

    Where two amounts give a name two values, most of the amounts decide.
    """
    votes: dict[str, Counter[float]] = {}
    leading: set[str] = set()
    for forms in locale._data["compact_decimal_formats"].values():  # noqa: SLF001 - Babel has no other way to them
        for amounts in forms.values():
            for amount, pattern in amounts.items():
                text = str(pattern.pattern).partition(";")[0]
                zeros = text.count("0")
                name = _plain(text.replace("0", "").replace("'", ""))
                if zeros and name:
                    votes.setdefault(name, Counter())[int(amount) / 10 ** (zeros - 1)] += 1
                    if not _plain(text).startswith("0") and _plain(text).endswith("0"):
                        leading.add(name)
    found = {name: counts.most_common(1)[0][0] for name, counts in votes.items()}
    return (
        {name: value for name, value in found.items() if name not in leading},
        {name: value for name, value in found.items() if name in leading},
    )


def _units(locale: babel.Locale) -> tuple[dict[str, Unit], dict[str, Unit]]:
    """CLDR's unit patterns, long, short and narrow: name -> unit; names after the number, and names before it."""
    after: dict[str, Unit] = {}
    before: dict[str, Unit] = {}
    patterns = locale._data["unit_patterns"]  # noqa: SLF001 - likewise
    for identifier in KINDS:
        for form, pattern in _leaves(patterns.get(identifier, {})):
            name = _plain(pattern.replace("{0}", ""))
            if form == "per" or not name or "{0}" not in pattern:
                continue
            if pattern.strip().startswith("{0}"):
                after.setdefault(name, unit(identifier))
            elif pattern.strip().endswith("{0}"):
                before.setdefault(name, unit(identifier))
            else:
                before.setdefault(_plain(pattern.partition("{0}")[0]), unit(identifier))
    return after, {name: one for name, one in before.items() if name}


def _currencies(locale: babel.Locale) -> dict[str, str]:
    """CLDR's names, plural names, codes and symbols of money: name -> its family.

    Where two currencies of a family share a word ("US dollar", "Canadian dollar"), the word alone is a name, too, and
    the word at its place is one in other names of two words.
    """
    found: dict[str, str] = {}
    lone: dict[str, set[str]] = {}
    plurals = locale._data.get("currency_names_plural", {})  # noqa: SLF001 - likewise
    told = {
        code: [_plain(name) for name in (locale.currencies.get(code, ""), *plurals.get(code, {}).values()) if name]
        for codes in FAMILIES.values()
        for code in codes
    }
    dollars = [name.split() for name in (*told["USD"][:1], *told["CAD"][:1])]
    last = len(dollars) == 2 and dollars[0][-1] == dollars[1][-1]
    first = len(dollars) == 2 and dollars[0][0] == dollars[1][0]
    for family, codes in FAMILIES.items():
        for code in codes:
            found.setdefault(code.lower(), family)
            symbol = _plain(locale.currency_symbols.get(code, ""))
            if len(symbol) > 1:
                found.setdefault(symbol, family)
            for name in told[code]:
                found.setdefault(name, family)
                words = name.split()
                if len(words) == 2 and last != first and len(words[last]) > 2:
                    lone.setdefault(words[last], set()).add(family)
    found = {**{name: min(families) for name, families in lone.items() if len(families) == 1}, **found}
    return {name: family for name, family in found.items() if any(char.isalpha() for char in name)}


def _months(locale: babel.Locale) -> dict[str, int]:
    """The names of the months, wide and abbreviated, as in a date and alone."""
    found: dict[str, int] = {}
    for context in locale.months.values():
        for width in ("wide", "abbreviated"):
            for number, name in context.get(width, {}).items():
                text = _plain(str(name)).rstrip(".")
                if not any(letter.isdigit() for letter in text):
                    found.setdefault(text, int(number))
    return found


def _lines(folder: str, language: str) -> Iterator[list[str]]:
    """The facts of a language's file in `folder`, each as its fields; nothing where there is no file."""
    file = resources.files("workflow.languages") / folder / f"{language}.txt"
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                yield line.split("\t")


def _month_patterns(locale: babel.Locale) -> tuple[str, ...]:
    """The names of months that are made of their number: tháng {0}, {0}月."""
    names = (names.get(3, "") for widths in locale.months.values() for names in (widths.get("wide", {}),))
    return tuple(sorted({_plain(str(name)).replace("3", "{0}") for name in names if "3" in str(name)}))


def _percent(locale: babel.Locale) -> dict[str, float]:
    """CLDR's words for percent, what the long ones have in common where that is enough; -1: before the number."""
    patterns = locale._data["unit_patterns"].get("concentr-percent", {})  # noqa: SLF001 - likewise
    texts = [pattern for form, pattern in _leaves(patterns) if form != "per"]
    names = {_plain(text.replace("{0}", "")): -1.0 if text.strip().endswith("{0}") else 1.0 for text in texts}
    names = {name: side for name, side in names.items() if any(char.isalpha() for char in name)}
    letters = takewhile(lambda column: len(set(column)) == 1, zip(*names, strict=False))
    common = "".join(column[0] for column in letters)
    return {common: max(names.values())} if len(common) > 4 else names


def _numerals(language: str) -> tuple[dict[str, tuple[float, ...]], frozenset[str]]:
    """CLDR's number words with what each may count, and those among them that count and do not order."""
    words: dict[str, tuple[float, ...]] = {}
    cardinals: set[str] = set()
    for value, *names in _lines("numerals", language):
        for name in names:
            words[name] = (*words.get(name, ()), float(value))
        if not value.endswith("."):
            cardinals.update(names)
    return words, frozenset(cardinals)


_FACTS: Mapping[str, Callable[[str], Any]] = {
    "scale": float,
    "word": lambda values: tuple(float(one) for one in values.split()),
    "article": float,
    "month": int,
    "unit": unit,
    "currency": str,
    "minus": float,
    "percent": float,
}


@lru_cache(maxsize=64)
def figures(locale: str) -> Figures:
    """How `locale` writes figures; a locale that CLDR does not know is read as English.

    >>> figures("de").scales["milliarden"], figures("zh_CN").scales["万亿"], figures("es").decimal
    (1000000000.0, 1000000000000.0, ',')
    """
    try:
        parsed = babel.Locale.parse(locale, resolve_likely_subtags=True)
    except (ValueError, babel.UnknownLocaleError):
        parsed = babel.Locale("en")
    scales, scales_before = _scales(parsed)
    units, units_before = _units(parsed)
    words, cardinals = _numerals(parsed.language)
    tables: dict[str, dict[str, Any]] = {
        "scale": scales,
        "word": words,
        "article": {},
        "month": _months(parsed),
        "unit": units,
        "currency": _currencies(parsed),
        "minus": {},
        "percent": _percent(parsed),
    }
    for language in (parsed.language, f"{parsed.language}_{parsed.territory}"):
        for kind, value, *names in _lines("terms", language):
            fact = _FACTS[kind](value)
            for name in names:
                tables[kind][name] = (*words.get(name, ()), *fact) if kind == "word" else fact
    return Figures(
        locale=locale,
        decimal=babel.numbers.get_decimal_symbol(parsed, numbering_system="latn"),
        group=babel.numbers.get_group_symbol(parsed, numbering_system="latn")
        .replace("\u202f", " ")
        .replace("\xa0", " "),
        scales=scales,
        words=words,
        cardinals=cardinals,
        articles=frozenset(tables["article"]),
        months=tables["month"],
        units=units,
        currencies=tables["currency"],
        scales_before=scales_before,
        units_before=units_before,
        minus=frozenset(tables["minus"]),
        percent=frozenset(tables["percent"]),
        percent_before=frozenset(name for name, side in tables["percent"].items() if side < 0),
        month_patterns=_month_patterns(parsed),
        wide_months=frozenset(
            _plain(str(name)) for widths in parsed.months.values() for name in widths.get("wide", {}).values()
        ),
    )
