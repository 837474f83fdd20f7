# ruff: noqa: ARG001 - every kind of error has the same parameters
"""Measures the checks: how quiet on good translations, how sharp on ones with an error put in, how fast.

Usage: python benchmarks/checks.py [DATA] [--fast] [--peers PYTHON] [--markdown]

DATA is the folder that holds `data/ntrex` and `training/pairs` (by default `../shared`). Quiet: segments with an
error- or warning-level finding in professional translations (NTREX-128) and in composed ones. Sharp: the share of
errors put into those translations, one at a time, that brings a finding which the clean translation has not. The
errors are drawn with fixed seeds. `--peers` names a Python that has translate-toolkit and Weblate.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import babel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from workflow import checks  # noqa: E402 - run as a script from anywhere
from workflow.checks.amounts import amounts  # noqa: E402
from workflow.checks.grammar import fold  # noqa: E402
from workflow.checks.words import strong  # noqa: E402
from workflow.glossary import Term  # noqa: E402
from workflow.languages.figures import figures  # noqa: E402
from workflow.model import Entry  # noqa: E402

NTREX = {
    "ar": "arb", "de": "deu", "es": "spa", "fr": "fra", "hi": "hin",
    "ja": "jpn", "ko": "kor", "ru": "rus", "zh_CN": "zho-CN", "zh_TW": "zho-TW",
}  # fmt: skip
COMPOSED = {
    "ar": "ar", "de": "de", "es": "es", "fr": "fr", "ja": "ja", "ko": "ko", "pt_BR": "pt", "ru": "ru", "zh_CN": "zh",
}  # fmt: skip
SCALES = {
    "zh_CN": ["万亿", "亿", "万"],
    "zh_TW": ["兆", "億", "萬"],
    "ja": ["兆", "億", "万"],
    "ko": ["조", "억", "만"],
    "de": ["Millionen", "Milliarden", "Billionen"],
    "es": ["mil millones", "millones", "billones"],
    "fr": ["millions", "milliards", "billions"],
    "ru": ["тысяч", "миллионов", "миллиардов", "млн", "млрд", "трлн"],
    "hi": ["लाख", "करोड़", "हजार", "अरब"],
    "ar": ["مليون", "مليار", "ألف", "ملايين", "مليارات"],
    "pt_BR": ["milhões", "bilhões", "trilhões"],
}
DECIMAL = dict.fromkeys(("de", "es", "fr", "ru", "pt_BR"), ",")
DENSE = {"zh_CN", "zh_TW", "ja"}
Draw = random.Random
Mutation = Callable[[str, str, str, Draw], "tuple[str, str] | None"]


def ntrex(data: Path, locale: str) -> list[tuple[str, str]]:
    """The news segments with their professional translations."""
    folder = data / "data" / "ntrex"
    source = (folder / "newstest2019-src.eng.txt").read_text(encoding="utf-8").split("\n")
    target = (folder / f"newstest2019-ref.{NTREX[locale]}.txt").read_text(encoding="utf-8").split("\n")
    return [(one.strip(), other.strip()) for one, other in zip(source, target, strict=True) if one.strip()]


def composed(data: Path, locale: str) -> list[tuple[str, str]]:
    """The composed sentences with their translations."""
    text = (data / "training" / "pairs" / f"composed.{COMPOSED[locale]}.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    return [(row[0], row[1]) for row in rows if len(row) > 1]


# Errors. Each gives (source, target with the error), or None where the segment offers no place for it.


def _digit(char: str, value: int) -> str:
    return chr(ord(char) - unicodedata.decimal(char) + value)


def changed(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A digit changed."""
    places = [match.start() for match in re.finditer(r"\d", target)]
    if not places:
        return None
    place = draw.choice(places)
    value = draw.choice([one for one in range(10) if one != unicodedata.decimal(target[place])])
    return source, target[:place] + _digit(target[place], value) + target[place + 1 :]


def swapped(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """Two neighbouring digits swapped."""
    places = [match.start() for match in re.finditer(r"\d(?=\d)", target)]
    places = [place for place in places if target[place] != target[place + 1]]
    if not places:
        return None
    place = draw.choice(places)
    return source, target[:place] + target[place + 1] + target[place] + target[place + 2 :]


def added(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A digit added to a number."""
    places = [match.start() for match in re.finditer(r"\d", target)]
    if not places:
        return None
    place = draw.choice(places)
    return source, target[: place + 1] + _digit(target[place], draw.randint(1, 9)) + target[place + 1 :]


def dropped(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A digit dropped from a number of two or more."""
    places = [match.start() for match in re.finditer(r"(?<=\d)\d|\d(?=\d)", target)]
    if not places:
        return None
    place = draw.choice(places)
    return source, target[:place] + target[place + 1 :]


def removed(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A whole number of two or more digits dropped."""
    places = list(re.finditer(r"\d[\d.,]*\d", target))
    if not places:
        return None
    match = draw.choice(places)
    return source, target[: match.start()] + target[match.end() :]


def _values(text: str, locale: str) -> list[float]:
    folded = fold(text)
    return sorted(one.values[0] for one in (*amounts(folded, locale), *strong(folded, locale)))


def scaled(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A scale word replaced by another, so that the value is another."""
    names = sorted(SCALES[locale], key=len, reverse=True)
    places = [
        match
        for match in re.finditer("|".join(names), target)
        if re.search(r"[\d一二三四五六七八九十百千两][ \u00a0多余]?$", target[: match.start()])
    ]
    if not places:
        return None
    match = draw.choice(places)
    other = draw.choice([name for name in SCALES[locale] if name != match[0]])
    result = target[: match.start()] + other + target[match.end() :]
    return (source, result) if _values(result, locale) != _values(target, locale) else None


def misread(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A decimal mark lost, or the mark between thousands made a decimal one."""
    decimal = DECIMAL.get(locale, ".")
    group = "." if decimal == "," else ","
    places = []
    for match in re.finditer(r"(?<![\d.,:])\d+([.,])(\d+)(?![\d:]|[.,]\d)", target):
        if match[1] == decimal:
            places.append((match, match[0].replace(decimal, "")))
        elif len(match[2]) == 3 and match[1] == group:
            places.append((match, match[0].replace(group, decimal)))
    if not places:
        return None
    match, instead = draw.choice(places)
    return source, target[: match.start()] + instead + target[match.end() :]


def year(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A year off by one."""
    places = [match for match in re.finditer(r"(?<!\d)(?:19|20)\d\d(?!\d)", target) if match[0].isascii()]
    if not places:
        return None
    match = draw.choice(places)
    return source, target[: match.start()] + str(int(match[0]) + draw.choice([-1, 1])) + target[match.end() :]


def _replaced(target: str, names: dict[str, str], locale: str, draw: Draw) -> str | None:
    """The text with one of the names, a whole word of it, made another that means something else."""
    dense = locale in DENSE or locale == "ko"
    edge = ("", "") if dense else (r"(?<![^\W\d_])", r"(?![^\W\d_])")
    longest = sorted(names, key=len, reverse=True)
    places = list(re.finditer(f"{edge[0]}(?:{'|'.join(map(re.escape, longest))}){edge[1]}", target))
    if not places:
        return None
    match = draw.choice(places)
    other = draw.choice(sorted(name for name, value in names.items() if value != names[match[0]]))
    return target[: match.start()] + other + target[match.end() :]


def month(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A month that is another, where the source names one in full."""
    if not re.search(r"\b(?:January|February|April|June|July|August|September|October|November|December)\b", source):
        return None
    wide = babel.Locale.parse(locale).months["format"]["wide"]
    names = {str(name): str(number) for number, name in wide.items()}
    if locale in DENSE or locale == "ko":
        found = re.search(r"(?<![\d.])(1[0-2]|[1-9]) ?[月월]", target)
        if not found:
            return None
        other = draw.choice([number for number in range(1, 13) if str(number) != found[1]])
        return source, target[: found.start(1)] + str(other) + target[found.end(1) :]
    result = _replaced(target, names, locale, draw)
    return (source, result) if result else None


COUNTED = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 11: "eleven", 12: "twelve"}


def spelled(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A number word, three to twelve, that is another; both texts say it once, and the source has no other number."""
    here = [value for value, name in COUNTED.items() if re.search(rf"\b{name}\b", source, re.IGNORECASE)]
    words = figures(locale).words
    if len(here) != 1 or re.search(r"\d", source + target) or locale in DENSE or locale == "ko":
        return None
    plain = {name: str(int(values[0])) for name, values in words.items() if values[0] in COUNTED and len(name) > 2}
    mine = {name: value for name, value in plain.items() if value == str(here[0]) and name in figures(locale).cardinals}
    found = [name for name in mine if re.search(rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])", target)]
    if len(found) != 1:
        return None
    other = draw.choice(sorted(
        name for name, value in plain.items() if value != str(here[0]) and name in figures(locale).cardinals
    ))  # fmt: skip
    return source, re.sub(rf"(?<![^\W\d_]){re.escape(found[0])}(?![^\W\d_])", other, target, count=1)


def percent(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """The only percent of both texts gone."""
    if len(re.findall(r"%|per ?cent\b", source)) != 1:
        return None
    signs = [name for name in ("%", "٪", *sorted(figures(locale).percent, key=len, reverse=True)) if name in target]
    if not signs or target.count(signs[0]) != 1:
        return None
    return source, re.sub(rf"[ \u00a0\u202f]?{re.escape(signs[0])}\w*", "", target, count=1)


MONEY = {
    "ar": ["دولار", "يورو"], "de": ["Dollar", "Euro"], "es": ["dólares", "euros"], "fr": ["dollars", "euros"],
    "hi": ["डॉलर", "यूरो"], "ja": ["ドル", "ユーロ"], "ko": ["달러", "유로"], "pt_BR": ["dólares", "euros"],
    "ru": ["долларов", "евро"], "zh_CN": ["美元", "欧元"], "zh_TW": ["美元", "歐元"],
}  # fmt: skip


def currency(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """Dollars that became euros, or the reverse."""
    if len(re.findall(r"[$€]\d|\d \S+ (?:dollars|euros)|\d (?:dollars|euros)", source)) != 1:
        return None
    names = {name: name for name in (*MONEY[locale], "$", "€") if name in target}
    beside = [name for name in names if re.search(rf"\d\S* ?\S* ?{re.escape(name)}|{re.escape(name)} ?\d", target)]
    if len(names) != 1 or len(beside) != 1:
        return None
    other = {"$": "€", "€": "$", MONEY[locale][0]: MONEY[locale][1], MONEY[locale][1]: MONEY[locale][0]}[beside[0]]
    return source, target.replace(beside[0], other, 1)


def clock(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """The minutes of a time of day swapped or changed."""
    found = re.search(r"(?<![\d:])\d\d?(?::| ?h ?|\.|时|時|시 ?)([0-5]\d)(?![\d:%])", target)
    if not found or not re.search(r"\d:\d\d", source):
        return None
    other = draw.choice([value for value in range(1, 60) if f"{value:02d}" != found[1]])
    return source, target[: found.start(1)] + f"{other:02d}" + target[found.end(1) :]


def roman(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A Roman numeral, in both texts, one more."""
    ours = re.search(r"(?<=[a-z] )(?:II|III|IV|VI{0,3}|IX|XI{0,3}|XI?V)\b", source)
    if not ours or ours[0] not in re.findall(r"[IVX]{2,}", target):
        return None
    return source, re.sub(
        rf"\b{ours[0]}\b", {"II": "III", "III": "IV", "IV": "VI"}.get(ours[0], "XVI"), target, count=1
    )


def _word(text: str, locale: str, draw: Draw) -> tuple[int, int] | None:
    """The place of a word (of two characters where there are no blanks)."""
    if locale in DENSE:
        places = [match.span() for match in re.finditer(r"[\u3040-\u30ff\u3400-\u9fff]{2}", text)]
    else:
        places = [match.span() for match in re.finditer(r"[^\W\d_]{3,}", text)]
    return draw.choice(places) if places else None


def _wrapped(source: str, target: str, locale: str, draw: Draw, before: str, after: str) -> tuple[str, str] | None:
    """Both texts with marks around a word of each."""
    if re.search(r"[*_`\[\]<>{}]", source + target):
        return None
    ours, theirs = _word(source, "en", draw), _word(target, locale, draw)
    if ours is None or theirs is None:
        return None
    return tuple(  # type: ignore[return-value]
        text[:start] + before + text[start:end] + after + text[end:]
        for text, (start, end) in ((source, ours), (target, theirs))
    )


def link_changed(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A link that leads elsewhere."""
    both = _wrapped(source, target, locale, draw, "[", "](https://example.org/news/2024/report)")
    return both and (both[0], both[1].replace("/report", draw.choice(["/reports", "/rapport", ""])))


def link_dropped(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A link whose text stays and whose place is gone."""
    both = _wrapped(source, target, locale, draw, "[", "](https://example.org/news)")
    return both and (both[0], target)


def address(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str]:
    """A bare address with a letter changed."""
    return f"{source} https://example.org/a/page", f"{target} https://example.org/{draw.choice('bcde')}/page"


def host(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A letter of the host of a link changed."""
    both = _wrapped(source, target, locale, draw, "[", "](https://example.org/news)")
    return both and (
        both[0],
        both[1].replace("example.org", draw.choice(["examp1e.org", "exemple.org", "example.com"])),
    )


def emphasis_lost(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """Bold or italics gone."""
    mark = draw.choice(["**", "*"])
    both = _wrapped(source, target, locale, draw, mark, mark)
    return both and (both[0], target)


def emphasis_open(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """One of two marks of bold gone."""
    both = _wrapped(source, target, locale, draw, "**", "**")
    return both and (both[0], both[1].replace("**", "", 1))


def placeholder(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A placeholder renamed."""
    both = _wrapped(source, target, locale, draw, "{count} ", "")
    return both and (both[0], both[1].replace("{count}", draw.choice(["{Count}", "{counts}", "{anzahl}"])))


def whole_english(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """The whole segment left in English."""
    return (source, source) if len(re.findall(r"[a-z]{3,}", source)) >= 4 else None


def half_english(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """Half of the segment left in English."""
    words = source.split()
    if len(words) < 12:
        return None
    half = " ".join(words[len(words) // 2 :])
    if locale in DENSE:
        return source, target[: len(target) // 2] + half
    return source, " ".join(target.split()[: len(target.split()) // 2]) + " " + half


def joined(data: Path, locale: str) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Neighbouring sentences of one news article, two and two: (sources, translations)."""
    documents = (data / "data" / "ntrex" / "DOCUMENT_IDS.tsv").read_text(encoding="utf-8").split("\n")
    folder = data / "data" / "ntrex"
    source = (folder / "newstest2019-src.eng.txt").read_text(encoding="utf-8").split("\n")
    target = (folder / f"newstest2019-ref.{NTREX[locale]}.txt").read_text(encoding="utf-8").split("\n")
    rows, place = [], 0
    while place + 1 < len(source):
        two = (source[place].strip(), source[place + 1].strip())
        if documents[place] == documents[place + 1] and all(one.endswith((".", "?", "!", '"')) for one in two):
            rows.append((two, (target[place].strip(), target[place + 1].strip())))
            place += 1
        place += 1
    return rows


def of_two(data: Path, locale: str) -> dict[str, tuple[int, int]]:
    """Segments of two sentences: one of them dropped, or the second left in English; found by any check."""
    tally = {
        name: [0, 0]
        for name in (
            "sentence dropped",
            "a quarter or more dropped",
            "second sentence in English",
            "two sentences, clean",
        )
    }
    gap = "" if locale in DENSE else " "
    for (first, second), (one, other) in joined(data, locale):
        source = f"{first} {second}"
        clean = findings(source, f"{one}{gap}{other}", locale)
        tally["two sentences, clean"][0] += 1
        tally["two sentences, clean"][1] += any(check == "length" for check, _ in clean)
        for kept, gone in ((one, second), (other, first)):
            found = bool(findings(source, kept, locale) - clean)
            tally["sentence dropped"][0] += 1
            tally["sentence dropped"][1] += found
            if len(gone) * 4 >= len(source):
                tally["a quarter or more dropped"][0] += 1
                tally["a quarter or more dropped"][1] += found
        if len(re.findall(r"[a-z]{3,}", second)) >= 4:
            tally["second sentence in English"][0] += 1
            english = findings(source, f"{one}{gap}{second}", locale, only=("untranslated",))
            tally["second sentence in English"][1] += bool(english)
    return {name: (put, got) for name, (put, got) in tally.items()}


def doubled(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A part of the text, or all of it, stands twice."""
    if len(target) < 24:
        return None
    if draw.random() < 0.4:
        return source, target + ("" if locale in DENSE else " ") + target
    if locale in DENSE:
        start = draw.randrange(0, len(target) - 12)
        return source, target[: start + 12] + target[start : start + 12] + target[start + 12 :]
    words = target.split()
    if len(words) < 6:
        return None
    start = draw.randrange(0, len(words) - 4)
    return source, " ".join(words[: start + 4] + words[start : start + 4] + words[start + 4 :])


def clause(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A clause between two marks stands twice."""
    places = [
        match.span()
        for match in re.finditer(r"[,，、؛،] ?[^,，、。.;:!?؟،]{14,}(?=[,，、。.،])", target)
        if len(match[0]) < 120
    ]
    if not places:
        return None
    start, end = draw.choice(places)
    return source, target[:end] + target[start:end] + target[end:]


_OTHER = {
    "zh_CN": "漢語發展國際關係",
    "zh_TW": "汉语发展国际关系",
    "ru": "γλώσσα",
    "hi": "язык",
    "ar": "язык",
    "ja": "한국어",
    "ko": "ひらがな",
}


def other_script(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A word in another script."""
    place = _word(target, locale, draw)
    if place is None:
        return None
    return source, target[: place[0]] + _OTHER.get(locale, "слово") + target[place[1] :]


_ALIKE = {"a": "аα", "e": "е", "o": "оο", "c": "с", "p": "рρ", "x": "х", "y": "у", "i": "іι", "v": "ν", "u": "υ"}


def look_alike(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """A Cyrillic or Greek letter in a Latin word, or a Latin one in a Cyrillic word."""
    table = {other: one for one, others in _ALIKE.items() for other in others} if locale == "ru" else _ALIKE
    places = [
        match.start() + offset
        for match in re.finditer(r"[^\W\d_]{3,}", target)
        for offset, char in enumerate(match[0])
        if char in table
    ]
    if not places:
        return None
    place = draw.choice(places)
    return source, target[:place] + draw.choice(table[target[place]]) + target[place + 1 :]


def control(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str]:
    """An invisible character or a control of direction, anywhere."""
    chars = "\u200b\u2060\ufeff\u202e\u202a\u2066\u200e\u00ad\u0007"
    if locale == "ar":
        chars = "\u200b\u2060\ufeff\u202e\u202a\u0007"
    chars = chars.replace("\u00ad", "")
    place = draw.randrange(0, len(target) + 1)
    return source, target[:place] + draw.choice(chars) + target[place:]


def unbalanced(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """One bracket or quotation mark of a pair gone."""
    if len(re.findall(r"[\"“”]", source)) % 2 or source.count("(") != source.count(")"):
        return None
    marks = re.findall(r"[\"“”„«»「」『』()（）]", target)
    if not marks or len(marks) % 2:
        return None
    places = [match.start() for match in re.finditer(r"[\"“”„«»「」『』()（）]", target)]
    place = draw.choice(places)
    return source, target[:place] + target[place + 1 :]


def end_mark(source: str, target: str, locale: str, draw: Draw) -> tuple[str, str] | None:
    """Another kind of mark at the end."""
    match = re.search(r"[.。।?？؟!！]$", target)
    if match is None or not re.search(r"[.?!]$", source):
        return None
    question = "؟" if locale == "ar" else "？" if locale in DENSE else "?"
    comma = "،" if locale == "ar" else "，" if locale in DENSE else ","
    others = {"?": [comma], "!": [question, comma]}.get(unicodedata.normalize("NFKC", match[0]), [question, comma, ":"])
    return source, target[:-1] + draw.choice(others)


NUMBERS: dict[str, Mutation] = {
    "digit changed": changed,
    "digits swapped": swapped,
    "digit added": added,
    "digit dropped": dropped,
    "scale word": scaled,
    "mark misread": misread,
    "year off": year,
}
BESIDE: dict[str, tuple[str, Mutation]] = {
    "month changed": ("numbers", month),
    "number word changed": ("numbers", spelled),
    "percent dropped": ("numbers", percent),
    "currency changed": ("numbers", currency),
    "minutes changed": ("numbers", clock),
    "Roman numeral changed": ("numbers", roman),
    "number removed": ("numbers", removed),
    "unbalanced": ("brackets", unbalanced),
}
"""Errors beside those of `NUMBERS`, put into every segment that offers a place."""
OTHERS: dict[str, tuple[str, Mutation]] = {
    "link changed": ("links", link_changed),
    "link dropped": ("links", link_dropped),
    "host changed": ("links", host),
    "address changed": ("links", address),
    "emphasis lost": ("markup", emphasis_lost),
    "emphasis unbalanced": ("markup", emphasis_open),
    "placeholder renamed": ("placeholders", placeholder),
    "left in English": ("untranslated", whole_english),
    "half in English": ("untranslated", half_english),
    "text doubled": ("repetition", doubled),
    "clause doubled": ("repetition", clause),
    "wrong script": ("script", other_script),
    "look-alike letter": ("script", look_alike),
    "invisible character": ("invisible", control),
    "end punctuation": ("punctuation", end_mark),
}


def findings(source: str, target: str, locale: str, *, only: tuple[str, ...] = ()) -> Counter[tuple[str, str]]:
    """The error- and warning-level findings about a translation."""
    entry = Entry(msgid=source, msgstr=target)
    found = checks.run([entry], locale=locale, article="a", file="a.po", only=only)
    return Counter((one.check, one.message) for one in found if one.severity != "info")


def quiet(pairs: list[tuple[str, str]], locale: str) -> dict[str, float]:
    """Shares of segments flagged, in percent: by any check, by `numbers` of those with digits; seconds taken."""
    start = time.perf_counter()
    flagged, by_check = set[int](), defaultdict[str, set[int]](set)
    for index, (source, target) in enumerate(pairs):
        for check, _ in findings(source, target, locale):
            flagged.add(index)
            by_check[check].add(index)
    seconds = time.perf_counter() - start
    digits = [index for index, pair in enumerate(pairs) if re.search(r"\d", pair[0] + pair[1])]
    shares = {check: 100 * len(places) / len(pairs) for check, places in sorted(by_check.items())}
    numbers = 100 * len(by_check["numbers"] & set(digits)) / len(digits)
    return {"any": 100 * len(flagged) / len(pairs), "of digits": numbers, "seconds": seconds, **shares}


def sharp(pairs: list[tuple[str, str]], locale: str, *, every: int) -> dict[str, tuple[int, int]]:
    """For each kind of error: how many put in, how many found by its check."""
    tally: dict[str, list[int]] = {name: [0, 0] for name in (*NUMBERS, *BESIDE, *OTHERS, "term not used")}
    for index, (source, target) in enumerate(pairs):
        before = findings(source, target, locale, only=("numbers",))
        for name, mutation in NUMBERS.items():
            draw = random.Random(f"{index} {name}")
            result = mutation(source, target, locale, draw)
            if result is not None and result[1] != target:
                tally[name][0] += 1
                tally[name][1] += bool(findings(*result, locale, only=("numbers",)) - before) or _worse(
                    before, result, locale
                )
        kinds = BESIDE if index % every else BESIDE | OTHERS
        for name, (check, other) in kinds.items():
            draw = random.Random(f"{index} {name}")
            result = other(source, target, locale, draw)
            if result is not None and result != (source, target):
                clean = findings(source, target, locale, only=(check,))
                tally[name][0] += 1
                tally[name][1] += bool(findings(*result, locale, only=(check,)) - clean)
        if index % every:
            continue
        _term(source, target, locale, index, tally["term not used"])
    return {name: (one[0], one[1]) for name, one in tally.items()}


def _worse(before: Counter[tuple[str, str]], result: tuple[str, str], locale: str) -> bool:
    """Whether the clean translation was flagged already, and is still."""
    return bool(before) and bool(findings(*result, locale, only=("numbers",)))


def _term(source: str, target: str, locale: str, index: int, tally: list[int]) -> None:
    """A settled term put into both, then replaced in the translation."""
    found = checks.run(
        [Entry(msgid=f"{source} The quarterly ledger", msgstr=f"{target} Hauptbuch" if index % 2 else target)],
        locale=locale, article="a", file="a.po", only=("terms",), terms=(Term("ledger", "Kontenblatt"),),
    )  # fmt: skip
    tally[0] += 1
    tally[1] += any(True for _ in found)


def _work(job: tuple[str, str, Path, int]) -> tuple[str, str, dict[str, float], dict[str, tuple[int, int]]]:
    corpus, locale, data, every = job
    pairs = (ntrex if corpus == "NTREX-128" else composed)(data, locale)
    found = sharp(pairs, locale, every=every)
    return corpus, locale, quiet(pairs, locale), found | (of_two(data, locale) if corpus == "NTREX-128" else {})


def speed(data: Path) -> tuple[float, float]:
    """Seconds of both processors and of the clock for all checks over 21 locales of 4,000 news segments each.

    There are ten languages, so their catalogs come twice or three times, the second time with another word in each.
    """
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_catalog, [(data, number) for number in range(21)]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return taken, time.perf_counter() - start


def _catalog(job: tuple[Path, int]) -> int:
    data, number = job
    locale = sorted(NTREX)[number % len(NTREX)]
    pairs = ntrex(data, locale)
    entries = [
        Entry(msgid=f"{source} {word}", msgstr=f"{target} {word}", line=index)
        for word in ("Alpha", "Omega")
        for index, (source, target) in enumerate(pairs)
    ]
    return sum(1 for _ in checks.run(entries[:4000], locale=locale, article="a", file="a.po"))


def peers(python: str, data: Path) -> Iterator[str]:
    """What pofilter's and Weblate's checks flag of the same translations."""
    script = Path(__file__).with_name("checks_peers.py")
    run = subprocess.run([python, str(script), str(data)], capture_output=True, text=True, check=False)
    yield from run.stdout.splitlines()
    if run.returncode:
        yield f"peers: not measured ({run.stderr.strip().splitlines()[-1] if run.stderr.strip() else run.returncode})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--fast", action="store_true", help="a tenth of the other errors")
    parser.add_argument("--peers", help="a Python with translate-toolkit and weblate")
    options = parser.parse_args()
    if not (options.data / "data" / "ntrex").is_dir():
        print(f"{options.data}: no data/ntrex here; name the folder that holds it")
        return
    every = 10 if options.fast else 2
    jobs = [("NTREX-128", locale, options.data, every) for locale in NTREX]
    jobs += [("composed", locale, options.data, every) for locale in COMPOSED]
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(_work, jobs))
    print("Quiet: percent of segments with an error or warning\n")
    print("| corpus | locale | any check | numbers, of those with digits | by check |\n|---|---|--:|--:|---|")
    for corpus, locale, shares, _ in results:
        rest = ", ".join(
            f"{name} {share:.2f}" for name, share in shares.items() if name not in {"any", "of digits", "seconds"}
        )
        print(f"| {corpus} | {locale} | {shares['any']:.2f} | {shares['of digits']:.2f} | {rest} |")
    print("\nSharp: percent of the errors put in that are found\n")
    locales = sorted({*NTREX, *COMPOSED})
    print("| error | " + " | ".join(locales) + " | all |\n|---|" + "--:|" * (len(locales) + 1))
    two = ("sentence dropped", "a quarter or more dropped", "second sentence in English", "two sentences, clean")
    for name in (*NUMBERS, "numbers, all", *BESIDE, *OTHERS, "term not used", *two):
        names = list(NUMBERS) if name == "numbers, all" else [name]
        cells, whole = [], [0, 0]
        for locale in locales:
            put = sum(tally.get(one, (0, 0))[0] for _, where, _, tally in results if where == locale for one in names)
            got = sum(tally.get(one, (0, 0))[1] for _, where, _, tally in results if where == locale for one in names)
            whole = [whole[0] + put, whole[1] + got]
            cells.append(f"{100 * got / put:.1f}" if put else "–")
        print(f"| {name} | " + " | ".join(cells) + f" | {100 * whole[1] / max(1, whole[0]):.1f} of {whole[0]} |")
    taken, clock_time = speed(options.data)
    speeds = f"{taken:.1f} s of processors, two at once; {clock_time:.1f} s by the clock"
    print(f"\nSpeed: 21 locales of 4,000 entries: {speeds}")
    if options.peers:
        print()
        for line in peers(options.peers, options.data):
            print(line)


if __name__ == "__main__":
    main()
