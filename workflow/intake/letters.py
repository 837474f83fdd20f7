"""What can be measured of a line: its scripts, its language, its digits, emoji, contacts and dates."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from workflow.intake.vocabulary import found, tokens, vocabulary

SCRIPTS = {
    "LATIN": "Latin letters",
    "HAN": "Chinese characters",
    "KANA": "Japanese characters",
    "HANGUL": "Korean letters",
    "CYRILLIC": "Cyrillic letters",
    "ARABIC": "Arabic letters",
    "HEBREW": "Hebrew letters",
    "GREEK": "Greek letters",
    "DEVANAGARI": "Devanagari letters",
    "THAI": "Thai letters",
}
LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "id": "Indonesian",
    "it": "Italian", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "tr": "Turkish",
}  # fmt: skip

ENDS = tuple(".!?…。！？؟।:;\"'”’»)）」』")
_NAMED = {
    "CJK": "HAN", "IDEOGRAPHIC": "HAN", "KANGXI": "HAN", "BOPOMOFO": "HAN", "HIRAGANA": "KANA", "KATAKANA": "KANA",
    "HALFWIDTH": "KANA", "FULLWIDTH": "LATIN", "MODIFIER": "", "FEMININE": "LATIN", "MASCULINE": "LATIN",
    "MATHEMATICAL": "", "MICRO": "", "OHM": "", "KELVIN": "", "ANGSTROM": "", "SUPERSCRIPT": "", "SUBSCRIPT": "",
}  # fmt: skip
_EMOJI = re.compile("[\u231a-\u231b\u23e9-\u23fa\u2600-\u2618\u261a-\u26ff\u2700-\u2704\u2706-\u2712\u2714\u2716"
                    "\u2728\u2744\u2747\u274c\u274e\u2753-\u2757\u2763-\u2764\u2795-\u27a1\u2b05-\u2b07\u2b1b\u2b50\u2b55"
                    "\U0001f000-\U0001faff]")  # fmt: skip
_SHOUTS = re.compile(r"!{2,}|[★☆►▶➤✔✅☎✆♥❤]|[🔥💰🎰]|>>+|→\s*$")
URL = re.compile(r"(?i)\b(?:https?://|www\.)[^\s<>\"]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|net|org|info|biz|shop|xyz|top|vip|club|online|site|store|example|ru|cn|de|es|fr|it|nl|pl|uk|io|co)\b(?!\w)(?:/[^\s<>\"]*)?")  # fmt: skip  # noqa: E501 - one alternation
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<![\w.])@[A-Za-z_]\w{2,}")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d[\d\s().-]{6,18}\d(?![\w/])")
_ACCOUNT = re.compile(r"(?i)\b(?:whatsapp|wechat|weixin|telegram|line id|qq|viber|skype|kik|vx)\b\s*(?:id|no\.?|me|us)?\s*[:：#]?\s*[@+\d]|(?:微信|电话|電話|加微|薇信)\s*[:：]?\s*[\w+]")  # fmt: skip  # noqa: E501 - likewise

_TIME = r"(?:[T ,]*(?:at |um |à |a las )?\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]\.?m\.?)?(?:\s?(?:[A-Z]{2,4}\b|Z|[+-]\d{2}:?\d{2}))?(?:\s?Uhr)?)?"  # fmt: skip  # noqa: E501 - one pattern
_NAME = r"(?P<month>[^\W\d_]{3,}?)\.?"
_DATES = tuple(
    re.compile(rf"(?i)(?<![\w./-]){pattern}{_TIME}(?![\w/-])")
    for pattern in (
        r"(?P<y>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})",
        r"(?P<y>(?:19|20)\d\d)\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일號号]?(?:\s?[（(].[)）])?",
        rf"(?:[^\W\d_]+\.?,?\s)?{_NAME}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y>(?:19|20)\d\d)",
        rf"(?:[^\W\d_]+\.?,?\s)?(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º)?\.?\s(?:de\s|of\s)?{_NAME},?\s(?:de\s|del\s)?(?P<y>(?:19|20)\d\d)",
        r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d)",
    )
)


@dataclass(frozen=True, slots=True)
class When:
    """A date in a text: where it stands, and its ISO form, empty where day and month cannot be told apart."""

    start: int
    end: int
    iso: str


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """The script of a letter by a key of SCRIPTS where it has one, otherwise Unicode's name; empty if it is none."""
    if not letter.isalpha():
        return ""
    word = unicodedata.name(letter, "").split(" ", 1)[0].split("-", 1)[0]
    return _NAMED.get(word, word)


def scripts(text: str) -> Counter[str]:
    """How many words of each script, each letter of Chinese and Japanese counting as one."""
    counted: Counter[str] = Counter()
    for word in tokens(text):
        script = script_of(word[0])
        if script:
            counted[script] += 1
    return counted


def named(script: str) -> str:
    """The script as a reader of the report knows it."""
    return SCRIPTS.get(script, f"{script.title()} letters")


def language(text: str) -> tuple[str, int, float]:
    """The language whose commonest words `text` has most of, how many different ones, and their share of the words.

    Empty where no language has two.
    """
    words = [word for word in tokens(text) if word != "#"]
    best = ("", 0, 0.0)
    for code, common in sorted(vocabulary().function.items()):
        hits = [word for word in words if word in common]
        if len(set(hits)) >= 2 and len(hits) / len(words) > best[2]:
            best = (code, len(set(hits)), len(hits) / len(words))
    return best


def share_of(language_code: str, text: str) -> float:
    """The share of words in `text` that are among the language's commonest."""
    words = [word for word in tokens(text) if word != "#"]
    common = vocabulary().function.get(language_code, frozenset())
    return sum(word in common for word in words) / len(words) if words else 0.0


def emoji(text: str) -> int:
    """How many emoji."""
    return len(_EMOJI.findall(text))


def shouts(text: str) -> bool:
    """Whether it has what advertising decorates itself with: emoji, stars, arrows, rows of exclamation marks."""
    return bool(_SHOUTS.search(text) or _EMOJI.search(text) or text.count("!") > 1)


def contacts(text: str) -> tuple[str, ...]:
    """What a reader is asked to call, write to or open: "a web address", "a telephone number" and so on."""
    text = text if len(text) < 700 else f"{text[:300]} {text[-300:]}"  # where advertising has them
    said = []
    if _MAIL.search(text):
        said.append("an e-mail address")
    if URL.search(_MAIL.sub(" ", text)):
        said.append("a web address")
    if any(sum(char.isdigit() for char in m[0]) >= 7 and not dates(m[0]) for m in _PHONE.finditer(text)):
        said.append("a telephone number")
    if _HANDLE.search(_MAIL.sub(" ", text)) or _ACCOUNT.search(text):
        said.append("an account name")
    return tuple(said)


def dates(text: str) -> tuple[When, ...]:
    """The dates in `text` with the time after each, in order."""
    whens: list[When] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if any(when.start < match.end() and match.start() < when.end for when in whens):
                continue
            iso = _iso(match.groupdict())
            if iso is not None:
                whens.append(When(match.start(), match.end(), iso))
    return tuple(sorted(whens, key=lambda when: when.start))


def _iso(parts: dict[str, str]) -> str | None:
    year = int(parts["y"])
    if "a" in parts:
        first, second = int(parts["a"]), int(parts["b"])
        pairs = {(month, day) for month, day in ((first, second), (second, first)) if _valid(year, month, day)}
        if parts["sep"] == "." and _valid(year, second, first):
            pairs = {(second, first)}  # with dots the day comes first wherever it is written so
        if not pairs:
            return None
        month, day = min(pairs)
        return f"{year:04}-{month:02}-{day:02}" if len(pairs) == 1 else ""
    named_month = parts.get("month")
    found = vocabulary().months.get(named_month.casefold()) if named_month else int(parts["m"])
    if found is None or not _valid(year, found, int(parts["d"])):
        return None
    return f"{year:04}-{found:02}-{int(parts['d']):02}"


def _valid(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def content(words: Sequence[str]) -> frozenset[str]:
    """Words that say what a text is about, cut to six letters so that their endings do not matter."""
    common = vocabulary().common
    return frozenset(word[:6] for word in words if len(word) > 3 and word not in common)


_SIGNED = re.compile(r"[^\W\d_][\w.'’-]*(?:(?: |, | and | & | und | et | y | e )[^\W\d_][\w.'’-]*){0,7}$")


def signed(line: str) -> bool:
    """Whether the line is "By" and names, in any language of the word files."""
    words = line.strip().split(" ")
    for size in range(1, min(4, len(words))):
        head, names = tokens(" ".join(words[:size])), words[size:]
        if any((m.start, m.end) == (0, len(head)) for m in found(vocabulary().phrases["by"], head)):
            fits = all(name[:1].isupper() or len(name) <= 3 for name in names) and names[0][:1].isupper()
            if fits and words[0][:1].isupper() and _SIGNED.match(" ".join(names)):
                return True
    return False


def furnished(text: str) -> float:
    """The share of the words of `text` that are page furniture or numbers, 0 where there is no furniture at all."""
    said = tokens(text)
    matches = list(found(vocabulary().furniture, said))
    if not matches:
        return 0.0
    covered = {at for match in matches for at in range(match.start, match.end)}
    covered |= {at for at, word in enumerate(said) if word in "#©%"}
    return len(covered) / len(said)
