"""Pairs of sentences of the kind that news has and manuals, which the other pairs mostly are, lack.

    python compose.py LANG KIND [COUNT] > KIND.LANG.tsv

KIND is one of
numbers   COUNT sentences of composed/numbers.tsv about amounts, dates and counts, filled by value in each language's
          own way: 1.2 trillion yuan ($170 billion) is 1.2万亿元（1700亿美元） and 1,2 billones de yuanes
          (170.000 millones de dólares). Months come from CLDR;
frames    COUNT sentences of composed/frames.tsv, filled with the names of composed/names.tsv;
names     the names and terms of composed/names.tsv, each alone, but for those that are the same in both languages;
news      composed/news.tsv, sentences in the manner of news agencies, written for this project in all its languages;
held      composed/held.tsv, 499 more of them to measure with, never trained on;
features  composed/features.LANG.tsv, the sentences of PAIRS/composed.zh.tsv in one more language, where there are such.

A column of each table is a language. The same COUNT gives the same pairs. The sentences are examples of language; none
of them is a fact.
"""

import random
import re
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from babel.dates import format_date, get_day_names

HERE = Path(__file__).parent / "composed"
SLOT = re.compile(r"\{(\w+)\}")
# English before, English after, Chinese after, Spanish after ("de" where a scale word stands before it)
CURRENCIES = {
    "usd": ("$", "", "美元", "dólares"),
    "eur": ("€", "", "欧元", "euros"),
    "gbp": ("£", "", "英镑", "libras"),
    "cny": ("", " yuan", "元", "yuanes"),
    "jpy": ("", " yen", "日元", "yenes"),
    "inr": ("", " rupees", "卢比", "rupias"),
    "rub": ("", " roubles", "卢布", "rublos"),
}
SCALES = {"trillion": Decimal(10) ** 12, "billion": Decimal(10) ** 9, "million": Decimal(10) ** 6}
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def plain(value: Decimal) -> str:
    """`value` without an exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def spanish(value: Decimal) -> str:
    """`value` with a decimal comma, and points between thousands from five digits on."""
    whole, _, fraction = plain(value).partition(".")
    grouped = f"{int(whole):,}".replace(",", ".") if len(whole) > 4 else whole
    return f"{grouped},{fraction}" if fraction else grouped


def scaled(value: Decimal, language: str) -> tuple[str, bool]:
    """`value` with the language's scale words, and whether one is there."""
    if language == "zh":
        for word, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
            if value >= size:
                return f"{plain(value / size)}{word}", True
        return plain(value), False
    if language == "es":
        if value >= 10**12:
            number = value / 10**12
            return ("un billón" if number == 1 else f"{spanish(number)} billones"), True
        if value >= 10**6:
            number = value / 10**6
            return ("un millón" if number == 1 else f"{spanish(number)} millones"), True
        return spanish(value), False
    for word, size in SCALES.items():
        if value >= size:
            return f"{plain(value / size)} {word}", True
    return f"{int(value):,}" if value == int(value) else f"{value:,.2f}", False


def money(value: Decimal, currency: str, language: str) -> str:
    """An amount as a newspaper in the language prints it."""
    before, after, chinese, spaniards = CURRENCIES[currency]
    number, has_scale = scaled(value, language)
    if language == "zh":
        return number + chinese
    if language == "es":
        return f"{number}{' de' if has_scale else ''} {spaniards}"
    return before + number + after


def drawn(rng: random.Random, *, least: int, most: int) -> Decimal:
    """A round figure of two or three digits at a size drawn evenly."""
    exponent = rng.randint(least, most)
    digits = Decimal(rng.choice([rng.randint(1, 9) * 10, rng.randint(11, 99), rng.randint(101, 999)]))
    return digits.scaleb(exponent - len(str(digits)) + 1)


class Filling:
    """What one sentence is about: each slot's text in each language, drawn once."""

    def __init__(self, rng: random.Random, names: dict[str, list[dict[str, str]]]) -> None:
        self.rng, self.names = rng, names
        self.drawn: dict[str, dict[str, str]] = {}

    def filled(self, sentence: str, language: str) -> str:
        """`sentence` with the texts of its slots."""
        return SLOT.sub(lambda match: self.text(match[1], language), sentence)

    def text(self, slot: str, language: str) -> str:
        """The text of `slot`; a capital letter in its name makes one in the text."""
        key = slot.lower()
        if key not in self.drawn:
            self.drawn[key] = self.draw(key.rstrip("2"))
        text = self.drawn[key][language]
        return text[0].upper() + text[1:] if slot[0].isupper() else text

    def draw(self, kind: str) -> dict[str, str]:
        """The texts of a slot of this kind."""
        rng = self.rng
        languages = ("en", "zh", "es")
        if kind in {"people", "things"}:
            name, value = rng.choice(self.names[kind]), drawn(rng, least=2, most=8)
            numbers = {language: scaled(value, language) for language in languages}
            return {
                "en": f"{numbers['en'][0]} {name['en']}",
                "zh": f"{numbers['zh'][0]}{name['zh']}",
                "es": f"{numbers['es'][0]}{' de' if numbers['es'][1] else ''} {name['es']}",
            }
        if kind in self.names:
            return rng.choice(self.names[kind])
        makers: dict[str, Callable[[], dict[str, str]]] = {
            "money": self.amount,
            "dollars": lambda: self.price("usd"),
            "percent": self.percent,
            "year": lambda: self.year(rng.randint(1950, 2060)),
            "decade": lambda: self.decade(rng.randint(192, 202) * 10),
            "month": lambda: self.days("MMMM"),
            "date": lambda: self.days("full"),
            "day": self.weekday,
            "number": lambda: self.number(drawn(rng, least=1, most=4)),
            "small": lambda: dict.fromkeys(languages, str(rng.randint(2, 40))),
            "time": self.time,
            "degrees": self.degrees,
        }
        return makers[kind]()

    def amount(self) -> dict[str, str]:
        """An amount, now and then with what it is in another currency."""
        rng = self.rng
        value, currency = drawn(rng, least=5, most=13), rng.choice(list(CURRENCIES))
        texts = {language: money(value, currency, language) for language in ("en", "zh", "es")}
        if rng.random() < 0.25 and currency != "usd":
            dollars = drawn(rng, least=5, most=12)
            other = {language: money(dollars, "usd", language) for language in texts}
            return {
                "en": f"{texts['en']} ({other['en']})",
                "zh": f"{texts['zh']}（{other['zh']}）",
                "es": f"{texts['es']} ({other['es']})",
            }
        return texts

    def number(self, value: Decimal) -> dict[str, str]:
        """A count of which the sentence says the thing."""
        return {language: scaled(value, language)[0] for language in ("en", "zh", "es")}

    def price(self, currency: str) -> dict[str, str]:
        """A price that one pays at a counter."""
        value = Decimal(self.rng.randint(2, 400))
        if self.rng.random() < 0.3:
            value += Decimal(self.rng.randint(1, 99)) / 100
        return {language: money(value, currency, language) for language in ("en", "zh", "es")}

    def percent(self) -> dict[str, str]:
        """A share in percent, with a sign or a word in English."""
        value = Decimal(self.rng.choice([self.rng.randint(1, 99), self.rng.randint(1, 300) / Decimal(10)]))
        english = self.rng.choice([" percent", " percent", "%", " per cent"])
        return {"en": plain(value) + english, "zh": f"{plain(value)}%", "es": f"{spanish(value)}%"}

    def year(self, year: int) -> dict[str, str]:
        """A year."""
        return {"en": str(year), "zh": f"{year}年", "es": str(year)}

    def decade(self, year: int) -> dict[str, str]:
        """A decade."""
        chinese = f"{year // 100 + 1}世纪{year % 100}年代" if year % 100 else f"{year // 100 + 1}世纪头十年"
        return {"en": f"{year}s", "zh": chinese, "es": f"años {year}"}

    def days(self, form: str) -> dict[str, str]:
        """A month, or a date with its year, as CLDR writes it."""
        rng = self.rng
        on = date(rng.randint(1950, 2030), rng.randint(1, 12), rng.randint(1, 28))
        if form == "MMMM":
            return {"en": f"{on:%B}", "zh": f"{on.month}月", "es": format_date(on, "MMMM", locale="es")}
        english = rng.choice([f"{on:%B} {on.day}, {on.year}", f"{on.day} {on:%B} {on.year}"])
        return {"en": english, "zh": format_date(on, "long", locale="zh"), "es": format_date(on, "long", locale="es")}

    def weekday(self) -> dict[str, str]:
        """A day of the week."""
        day = self.rng.randrange(7)
        return {
            "en": DAYS[day].capitalize(),
            "zh": get_day_names("abbreviated", locale="zh")[day],
            "es": get_day_names("wide", locale="es")[day],
        }

    def time(self) -> dict[str, str]:
        """An hour of the day, in twelve hours in English."""
        hour, minute = self.rng.randint(7, 22), self.rng.choice([0, 15, 30, 45])
        half = "a.m." if hour < 12 else "p.m."
        english = f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''} {half}"
        chinese = "上午" if hour < 12 else "下午" if hour < 18 else "晚上"
        spoken = f"{(hour - 1) % 12 + 1}点" + ("半" if minute == 30 else f"{minute}分" if minute else "")
        return {"en": english, "zh": chinese + spoken, "es": f"{hour}:{minute:02}"}

    def degrees(self) -> dict[str, str]:
        """A temperature."""
        value = self.rng.randint(-30, 48)
        english = self.rng.choice([f"{value} degrees Celsius", f"{value}°C"])
        return {"en": english, "zh": f"零下{-value}摄氏度" if value < 0 else f"{value}摄氏度", "es": f"{value} °C"}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table in composed/, by the names in its first line."""
    head, *lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]


def kinds(name: str) -> dict[str, list[dict[str, str]]]:
    """The rows of a table by their column `kind`."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows(name):
        found.setdefault(row["kind"], []).append(row)
    return found


def composed(language: str, count: int, kind: str = "numbers") -> list[tuple[str, str]]:
    """`count` pairs of "numbers" or "frames", no source twice, the same each time."""
    names = kinds("things.tsv" if kind == "numbers" else "names.tsv")
    sentences, rng, pairs = rows(f"{kind}.tsv"), random.Random(11), {}
    while len(pairs) < count:
        sentence, filling = rng.choice(sentences), Filling(rng, names)
        texts = [filling.filled(sentence[code], code) for code in ("en", language)]
        source, target = (text[0].upper() + text[1:] for text in texts)
        if language == "es":
            target = re.sub(r"\b(a|de) el\b", lambda match: match[1] + "l", target)
        pairs[source] = target
    return list(pairs.items())


def said(language: str, kind: str) -> list[tuple[str, str]]:
    """The pairs of "names", "news", "held" or "features" that there are in `language`."""
    name = f"features.{language}.tsv" if kind == "features" else f"{kind}.tsv"
    if not (HERE / name).exists():
        return []
    pairs = {row["en"]: row[language] for row in rows(name)}
    return [(source, target) for source, target in pairs.items() if source != target]


def main() -> None:
    """Print what the command line says."""
    language, kind, count = *sys.argv[1:3], int((sys.argv[3:] or ["0"])[0])
    for source, target in composed(language, count, kind) if count else said(language, kind):
        sys.stdout.write(f"{source}\t{target}\t{kind}\n")


if __name__ == "__main__":
    main()
