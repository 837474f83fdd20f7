"""What such models get wrong, seen from outside: a list of faults of one translation of one plain text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from workflow.engine import Hypothesis
from workflow.languages import REDUPLICATING, RIGHTLY_TWICE

_LOOP = re.compile(r"(?P<part>\S(?:.{0,38}?\S)?)(?P<rest>(?:[\s,，、;；]*(?P=part)){2,})", re.DOTALL)
_BRACKETED = re.compile(r"[(（\[【♪♫]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0' ]\d{3})*(?:[.,]\d+)?")
_SENTENCE = re.compile(r"[.!?。！？؟]+[\"'”’»」』)）]*(?:\s|$|(?<=[。！？]))")
_SCALE = re.compile(
    r"\s*-?(?:hundreds?|thousands?|millions?|billions?|trillions?|dozens?|lakh|crore|bn|mn|m\b|k\b|st\b|nd\b|rd\b|th\b|s\b"
    r"|a\.?m\b|p\.?m\b|o['’]clock|percent|per cent|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
    re.IGNORECASE,
)
_SCRIPTS = {
    "Hans": {"CJK"},
    "Hant": {"CJK"},
    "Jpan": {"CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH", "KATAKANA-HIRAGANA"},
    "Kore": {"HANGUL", "CJK"},
    "Cyrl": {"CYRILLIC"},
    "Arab": {"ARABIC"},
    "Deva": {"DEVANAGARI"},
    "Grek": {"GREEK"},
    "Hebr": {"HEBREW"},
    "Thai": {"THAI"},
    "Latn": {"LATIN"},
}
_DENSE = {"Hans", "Hant", "Jpan", "Kore"}


def faults(source: str, target: str, hypothesis: Hypothesis | None, *, script: str) -> tuple[str, ...]:
    """What is wrong with `target` as a translation of `source`, both without markup; empty if nothing seems to be.

    `empty`, `loop`, `insertion`, `copied`, `script`, `length`, `dropped`, in that order. `script` is the ISO 15924
    code of the language's; what stands for something else in both (stand-ins, numbers) counts for nothing.
    """
    if not _letters(target) and _letters(source):
        return ("empty",)
    found = []
    if loops(source, target):
        found.append("loop")
    if _BRACKETED.search(target) and not _BRACKETED.search(source):
        found.append("insertion")
    if copied(source, target, script=script):
        found.append("copied")
    elif "\ufffd" in target or foreign(source, target, script=script):
        found.append("script")
    if not _likely_length(source, target, script=script):
        found.append("length")
    if dropped(source, target, hypothesis):
        found.append("dropped")
    return tuple(found)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def loops(source: str, target: str) -> bool:
    """Whether the translation says a thing three times over that the source says less often.

    >>> loops("Go away.", "走开走开走开"), loops("Ha ha ha!", "哈哈哈！"), loops("No, no, no.", "不，不，不。")
    (True, False, False)
    """
    found = list(_LOOP.finditer(target))
    most = max(2, _most_repeats(source)) if found else 0
    return any(_circles(match, most) for match in found)


def _circles(match: re.Match[str], most: int) -> bool:
    """Whether what `_LOOP` found are words, said more often than `most`; 哈哈哈 and 看看看 are none."""
    part = match["part"]
    times = 1 + match["rest"].count(part)
    return any(map(str.isalpha, part)) and times > most and not (times <= 3 and len(part) == 1)


def _most_repeats(source: str) -> int:
    return max((1 + match["rest"].count(match["part"]) for match in _LOOP.finditer(source)), default=1)


def without_loops(source: str, target: str) -> str:
    """The translation with what it says over and over said once: of a loop the first round is often the translation.

    >>> without_loops("behind", "之后之后之后之后"), without_loops("Ha ha ha!", "哈哈哈！")
    ('之后', '哈哈哈！')
    """
    most = max(2, _most_repeats(source))
    shorter = _LOOP.sub(lambda match: match["part"] if _circles(match, most) else match.group(), target)
    return target if shorter == target else without_loops(source, shorter)


_STUTTER = re.compile(
    r"(?<![\w'’-])(?P<part>[^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*){0,5}?)(?P<gap>,? )(?P=part)(?![\w'’-])", re.IGNORECASE
)

# What may be meant: 一步一步, 很多很多, 面对面对, 哈哈哈.
_STUTTER_HAN = re.compile(
    "(?!面对面|(?P<same>.)(?P=same))"
    "(?P<part>[\u4e00-\u9fff]{3,16}|(?![一很非好多越])(?P<one>[\u4e00-\u9fff])(?!(?P=one))[\u4e00-\u9fff])[，、]?(?P=part)"
)


def without_stutter(source: str, target: str, *, language: str) -> str:
    """The translation with words that stand twice in a row said once, where the source repeats none.

    >>> without_stutter("said on Sunday", "dijo dijo el domingo el domingo", language="es")
    'dijo el domingo'
    >>> without_stutter("Most people went step by step.", "大多数人大多数人一步一步走。", language="zh")
    '大多数人一步一步走。'
    """
    if (language in REDUPLICATING and language != "zh") or _STUTTER.search(source):
        return target
    shorter = _STUTTER_HAN.sub(r"\g<part>", target) if language == "zh" else _STUTTER.sub(_once, target)
    return target if shorter == target else without_stutter(source, shorter, language=language)


def _once(match: re.Match[str]) -> str:
    """The words of `_STUTTER` once; as they are where they may well be meant: nous nous, muy, muy, al Al Hilal."""
    part, again = match["part"], match.group()[-len(match["part"]) :]
    if " " not in part and (match["gap"] != " " or len(part) < 2 or part.lower() in RIGHTLY_TWICE):
        return match.group()
    return match.group() if part.islower() and again[0].isupper() else part


def strange(source: str, *, script: str) -> bool:
    """Whether the text is mostly of another script than `script` (ISO 15924): a model for that can only garble it.

    >>> strange("市政府周一宣布新桥通车。", script="Latn"), strange("The word 政府 is Chinese.", script="Latn")
    (True, False)
    """
    ours = _SCRIPTS.get(script)
    letters = [letter for letter in source if letter.isalpha()]
    return ours is not None and sum(_script_of(letter) not in ours for letter in letters) > 0.6 * len(letters)


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ", 1)[0].split("-", 1)[0]


def copied(source: str, target: str, *, script: str) -> bool:
    """Whether the translation is the source again, or most of its words are.

    >>> copied("The cat sat on the mat.", "The cat sat on the mat.", script="Hans"), copied("OK", "OK", script="Hans")
    (True, False)
    """
    theirs = [word.casefold() for word in _WORD.findall(source) if len(word) > 2]
    if len(theirs) < 3:
        return False
    small = {word.casefold() for word in _WORD.findall(source) if word.islower() and len(word) > 2}
    kept = Counter(word.casefold() for word in _WORD.findall(target) if _script_of(word[0]) == "LATIN")
    if script == "Latn":
        same = sum((Counter(theirs) & kept).values())
        return len(theirs) >= 4 and same > 0.75 * len(theirs)
    common = sum(number for word, number in kept.items() if word in small)
    return common >= 3 and common > 0.4 * len(theirs)


def foreign(source: str, target: str, *, script: str) -> bool:
    """Whether letters of the translation are of a script that neither the language nor the source is written in."""
    ours = _SCRIPTS.get(script)
    if ours is None:
        return False
    theirs = {_script_of(letter) for letter in set(source) if letter.isalpha()}
    words = [word for word in _WORD.findall(target) if word not in source]
    strange = sum(len(word) for word in words if not {_script_of(letter) for letter in word} & (ours | theirs))
    if strange:
        return strange > max(1, 0.02 * _letters(target))
    if script == "Latn" or not {"LATIN"} & theirs:
        return False
    # Latin words that the source does not have, and no word of the language at all.
    invented = sum(len(word) for word in words if {_script_of(letter) for letter in word} == {"LATIN"})
    own = sum(_script_of(letter) in ours for letter in target if letter.isalpha())
    return (own == 0 and _small_words(source) >= 2) or (invented > 12 and invented > 0.4 * own)


def _small_words(source: str) -> int:
    return sum(word.islower() and len(word) > 2 for word in _WORD.findall(source))


def _likely_length(source: str, target: str, *, script: str) -> bool:
    there, here = len(source), len(target)
    if there < 12:
        return here <= 60
    if script in _DENSE:
        # Latin words and figures that stand in both count on both sides; from twenty letters on the ratio is steady.
        return 0.11 * there - 2 <= here <= 1.1 * there + 8
    return 0.4 * there - 5 <= here <= 2.3 * there + 12


def dropped(source: str, target: str, hypothesis: Hypothesis | None) -> bool:
    """Whether a whole sentence, or a stretch of words that nothing in the translation looks at, is missing."""
    said, wanted = len(_SENTENCE.findall(target)), len(_SENTENCE.findall(source))
    if wanted >= 3 and said <= wanted // 2 and len(target) < 0.25 * len(source):
        return True
    return hypothesis is not None and longest_gap(source, hypothesis) >= 4


def looked_at(source: str, hypothesis: Hypothesis) -> Sequence[tuple[str, float]]:
    """The words of the source, each with the attention that the translation pays it, about 1 for a word it says."""
    if not hypothesis.attention or not hypothesis.source:
        return ()
    columns = [sum(column) for column in zip(*hypothesis.attention, strict=True)]
    tokens = [(start, end, mass) for (start, end), mass in zip(hypothesis.source, columns, strict=False)]
    words: list[tuple[str, float]] = []
    first = 0
    for match in _WORD.finditer(source):
        begin, stop = match.span()
        while first < len(tokens) and tokens[first][1] <= begin:
            first += 1
        mass, place = 0.0, first
        while place < len(tokens) and tokens[place][0] < stop:
            mass += tokens[place][2] if tokens[place][1] > begin else 0.0
            place += 1
        words.append((match.group(), mass))
    return words


UNSEEN = 0.12


def longest_gap(source: str, hypothesis: Hypothesis) -> int:
    """The most words in a row, of those that say something, that the translation does not look at."""
    longest = run = 0
    for word, mass in looked_at(source, hypothesis):
        if len(word) <= 3 and word.islower():
            continue
        run = run + 1 if mass < UNSEEN else 0
        longest = max(longest, run)
    return longest


def coverage(source: str, hypothesis: Hypothesis) -> float:
    """The share of the words that say something which the translation looks at; 1 where nobody can say."""
    words = [(word, mass) for word, mass in looked_at(source, hypothesis) if len(word) > 3 or not word.islower()]
    return sum(mass >= UNSEEN for _, mass in words) / len(words) if words else 1.0


def numbers(text: str) -> Counter[str]:
    """The figures in a text by their digits: 1,200 and 1.200 and 1200 are one."""
    return Counter(_digits(match.group()) for match in _NUMBER.finditer(text))


def _digits(number: str) -> str:
    digits = "".join(str(unicodedata.digit(letter)) for letter in number if letter.isdigit())
    return digits.lstrip("0") or "0"


def lost_numbers(source: str, target: str) -> tuple[str, ...]:
    """The figures of the source that the translation lacks.

    One with a scale word, a month or an ordinal ending by it may be written otherwise (1.2 million, 120万; July 4,
    7月4日), and is asked for only where the translation has no figure and no numeral of its own to say it.
    """
    have = numbers(target)
    numeral = any(unicodedata.numeric(letter, -1) >= 0 for letter in target)
    lost = []
    for match in _NUMBER.finditer(source):
        digits = _digits(match.group())
        if have[digits]:
            have[digits] -= 1
        elif not (numeral and _SCALE.match(source, match.end())):
            lost.append(match.group())
    return tuple(lost)


def sentences(text: str) -> Iterator[str]:
    """The text in parts that end at the stops within it, joining to the text: what to draft where it fails whole."""
    at = 0
    for match in re.finditer(r"[.!?;:…](?:[\"'”’)]*)\s+|,\s+|\s[–—-]+\s", text):
        if match.end() - at >= 25 and len(text) - match.end() >= 12:
            yield text[at : match.end()]
            at = match.end()
    yield text[at:]


def calm(text: str) -> str:
    """The text without what is known to derail a model, in the same words.

    Lone quotation marks go, capitals throughout become small, an ellipsis and repeated marks are one stop.

    >>> calm('THIS IS "GREAT NEWS!!!')
    'This is great news!'
    """
    for mark in ('"', "“", "”", "«", "»", "„"):
        if text.count(mark) % 2 or mark in "“”«»„":
            text = text.replace(mark, "")
    text = re.sub(r"\s*(?:\.{3,}|…+)\s*$", ".", text)
    text = re.sub(r"\s*(?:\.{3,}|…+)\s*", ", ", text)
    text = re.sub(r"([!?])[!?]+", r"\1", text)
    words = [word for word in _WORD.findall(text) if len(word) > 1 and word not in _held_words(text)]
    if len(words) >= 3 and sum(word.isupper() for word in words) > 0.8 * len(words):
        low = re.sub(r"[^\W\d_]{2,}", lambda match: match.group().lower(), text)
        text = low[:1].upper() + low[1:]
    return re.sub(r"\s{2,}", " ", text).strip()


def _held_words(text: str) -> Sequence[str]:
    return re.findall(r"\b[A-Z]\d+B?\b", text)


def repetition(target: str) -> float:
    """The share of the pairs of letters that were there before: 0 where all differ, near 1 in a loop."""
    pairs = [target[place : place + 2] for place in range(len(target) - 1)]
    return 1 - len(set(pairs)) / len(pairs) if pairs else 0.0


def untranslated(source: str, target: str, *, script: str) -> float:
    """The share of the letters in words left as they were: Latin ones.

    Where the language itself is written in Latin letters, small words of four letters and more that the source has.
    """
    letters = _letters(target)
    if not letters:
        return 0.0
    words = _WORD.findall(target)
    if script == "Latn":
        theirs = {word for word in _WORD.findall(source) if len(word) > 3 and word.islower()}
        return sum(len(word) for word in words if word in theirs) / letters
    return sum(len(word) for word in words if _script_of(word[0]) == "LATIN") / letters
