"""What CLDR writes in any locale is read with its value, and not with another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import babel
import pytest
from babel import dates, numbers, units

from workflow import checks
from workflow.model import Entry

# Languages with more than a few million speakers, of every script and numbering that CLDR writes figures in.
LOCALES = [
    *("am", "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi", "fr", "gu", "he", "hi", "hr"),
    *(
        "hu",
        "hy",
        "id",
        "is",
        "it",
        "ja",
        "ka",
        "km",
        "ko",
        "lt",
        "ml",
        "mr",
        "ms",
        "nb",
        "nl",
        "pa",
        "pl",
        "pt",
        "pt_PT",
    ),
    *("ro", "ru", "si", "sk", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh", "zh_Hant"),
]
MONEY = {"USD": "EUR", "EUR": "GBP", "GBP": "JPY", "JPY": "USD"}
Case = tuple[str, str, str]  # the English, the right translation, a wrong one


def amounts(locale: babel.Locale) -> Iterator[Case]:
    for value, wrong in ((1234567, 1234568), (12345.67, 12345.76), (0.75, 0.57), (98765, 987650), (3.5, 3.6)):
        english = numbers.format_decimal(value, locale="en")
        for system in ("latn", "default"):
            right, other = (
                numbers.format_decimal(one, locale=locale, numbering_system=system) for one in (value, wrong)
            )
            yield f"There are {english} of them.", f"{right} xx.", f"{other} xx."
    for share, other_share in ((0.25, 0.52), (0.035, 0.35)):
        english = numbers.format_percent(share, format="#,##0.#%", locale="en")
        texts = [numbers.format_percent(one, locale=locale, decimal_quantization=False) for one in (share, other_share)]
        yield f"It rose {english} in all.", f"xx {texts[0]} xx.", f"xx {texts[1]} xx."
    below, above = (numbers.format_decimal(one, locale=locale) for one in (-12.5, 12.5))
    yield "It was -12.5 in May.", f"xx {below} xx.", f"xx {above} xx."


def scales(locale: babel.Locale) -> Iterator[Case]:
    for value, wrong in ((350e6, 350e9), (40e3, 40e6), (7e9, 7e6), (20e6, 120e6)):
        english = numbers.format_compact_decimal(value, format_type="long", locale="en")
        try:
            right, other = (
                numbers.format_compact_decimal(one, format_type="long", locale=locale) for one in (value, wrong)
            )
        except KeyError:  # CLDR has no long form of its own
            continue
        yield f"They spent {english} on it.", f"xx {right} xx.", f"xx {other} xx."


def money(locale: babel.Locale) -> Iterator[Case]:
    for code, instead in MONEY.items():
        english = numbers.format_currency(250, code, locale="en", format_type="name")
        right, other = (numbers.format_currency(250, one, locale=locale, format_type="name") for one in (code, instead))
        yield f"It cost {english} then.", f"xx {right} xx.", f"xx {other} xx."


def days(locale: babel.Locale) -> Iterator[Case]:
    day = dt.date(2024, 3, 17)
    for style in ("long", "medium", "short"):
        right = dates.format_date(day, style, locale=locale)
        for wrong in (dt.date(2021, 3, 17), dt.date(2024, 3, 18)):
            yield (
                "It began on March 17, 2024.",
                f"xx {right} xx.",
                f"xx {dates.format_date(wrong, style, locale=locale)} xx.",
            )
    right, other = (dates.format_time(dt.time(15, one), "short", locale=locale) for one in (45, 54))
    yield "It began at 3:45 p.m.", f"xx {right} xx.", f"xx {other} xx."


def measures(locale: babel.Locale) -> Iterator[Case]:
    for english, unit, value, wrong in (
        ("385 miles", "length-kilometer", 620, 520),
        ("550 pounds", "mass-kilogram", 250, 520),
        ("30 yards", "length-meter", 27, 72),
        ("45 minutes", "duration-minute", 45, 54),
        ("45 weeks", "duration-week", 45, 54),
    ):
        right, other = (units.format_unit(one, unit, length="long", locale=locale) for one in (value, wrong))
        if unit not in right:  # Babel writes the identifier where a form is missing
            yield f"It is {english} in all.", f"xx {right} xx.", f"xx {other} xx."


def said(source: str, target: str, locale: str) -> list[str]:
    found = checks.run([Entry(msgid=source, msgstr=target)], locale=locale, article="a", file="a.po", only=["numbers"])
    return [one.message for one in found if one.severity != "info"]


# CLDR's own long forms of these are at odds with the number that they stand for, or with Babel's way to fill them.
ODD = {("sw", scales)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [amounts, scales, money, days, measures], ids=lambda kind: kind.__name__)
def test_figures_of_every_locale_are_read_by_value(kind: object) -> None:
    assert callable(kind)
    false, missed = [], []
    for name in LOCALES:
        if (name, kind) in ODD:
            continue
        for source, right, wrong in kind(babel.Locale.parse(name)):
            if found := said(source, right, name):
                false.append(f"{name}: {source} | {right} | {found}")
            if right != wrong and not said(source, wrong, name):
                missed.append(f"{name}: {source} | {wrong}")
    assert false == []
    assert missed == []


@pytest.mark.slow
def test_a_month_that_is_another_is_seen_in_nearly_every_locale() -> None:
    seen = 0
    for name in LOCALES:
        right, wrong = (dates.format_date(dt.date(2024, one, 17), "long", locale=name) for one in (3, 8))
        assert said("It began on March 17, 2024.", f"xx {right} xx.", name) == []
        seen += bool(said("It began on March 17, 2024.", f"xx {wrong} xx.", name))
    assert seen >= 0.93 * len(LOCALES)
