"""Letters: of the right script, none that only looks right, none that does not show."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from workflow.checks.pair import Note, Pair
from workflow.languages import direction, language
from workflow.languages import script as script_of
from workflow.model import Severity

_SCRIPTS = {
    "Latin": "A-Za-zªºÀ-ÖØ-öø-ɏḀ-ỿⱠ-ⱿꜢ-ꟿ",
    "Greek": "Ͱ-ͳͶͷͻ-ͽΆΈ-Ͽἀ-῿",
    "Cyrillic": "Ѐ-ԯᲀ-ᲈⷠ-ⷿꙀ-ꚟ",
    "Armenian": "Ա-Ֆա-և",
    "Hebrew": "א-ת",
    "Arabic": "ء-ؿف-يٮ-ۓەۮۯۺ-ۼݐ-ݿ",
    "Devanagari": "ऄ-हक़-ॡ",
    "Bengali": "অ-হ",
    "Gurmukhi": "ਅ-ਹ",
    "Gujarati": "અ-હ",
    "Tamil": "அ-ஹ",
    "Telugu": "అ-హ",
    "Kannada": "ಅ-ಹ",
    "Malayalam": "അ-ഹ",
    "Sinhala": "අ-ෆ",
    "Thai": "ก-ฮ",
    "Lao": "ກ-ຮ",
    "Myanmar": "က-အ",
    "Georgian": "Ⴀ-ჿᲐ-Ჿ",
    "Ethiopic": "ሀ-ፚ",
    "Khmer": "ក-ឳ",
    "Kana": "ぁ-ゖァ-ヺㇰ-ㇿｦ-ﾝ",
    "Han": "㐀-䶿一-鿿豈-\ufaff\U00020000-\U0002fa1f",
    "Hangul": "ᄀ-ᇿㄱ-ㆎ가-힣",
}
_ISO = {
    "Latn": ("Latin",),
    "Cyrl": ("Cyrillic",),
    "Grek": ("Greek",),
    "Armn": ("Armenian",),
    "Hebr": ("Hebrew",),
    "Arab": ("Arabic",),
    "Deva": ("Devanagari",),
    "Beng": ("Bengali",),
    "Guru": ("Gurmukhi",),
    "Gujr": ("Gujarati",),
    "Taml": ("Tamil",),
    "Telu": ("Telugu",),
    "Knda": ("Kannada",),
    "Mlym": ("Malayalam",),
    "Sinh": ("Sinhala",),
    "Thai": ("Thai",),
    "Laoo": ("Lao",),
    "Mymr": ("Myanmar",),
    "Geor": ("Georgian",),
    "Ethi": ("Ethiopic",),
    "Khmr": ("Khmer",),
    "Jpan": ("Han", "Kana"),
    "Kore": ("Hangul", "Han"),
    "Hans": ("Han",),
    "Hant": ("Han",),
}
_OF_LETTER = {name: re.compile(f"[{chars}]") for name, chars in _SCRIPTS.items()}
_BOTH = re.compile(
    f"[{_SCRIPTS['Latin']}][{_SCRIPTS['Greek']}{_SCRIPTS['Cyrillic']}]"
    f"|[{_SCRIPTS['Greek']}{_SCRIPTS['Cyrillic']}][{_SCRIPTS['Latin']}]"
)
_ALPHABETIC_WORD = re.compile(f"[{_SCRIPTS['Latin']}{_SCRIPTS['Greek']}{_SCRIPTS['Cyrillic']}]+")
# Letters that a reader cannot tell from one of another alphabet, each with the one it looks like.
_ALIKE = dict(
    zip(
        "аесорхуіјѕԁһкмтвнАВЕКМНОРСТХУІЈЅ" + "οαικνρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aecopxyijsdhkmtbhABEKMHOPCTXYIJS" + "oaiknptuxABEZHIKMNOPTYX",
        strict=True,
    )
)
_LOOKS = frozenset(_ALIKE) | frozenset(_ALIKE.values())


_TWO_ALPHABETS = frozenset({"sr", "uz", "az", "bs"})


@lru_cache(maxsize=64)
def _foreign(locale: str) -> re.Pattern[str]:
    """Letters that do not belong in a text of the locale; Latin ones always may, for names."""
    own = {"Latin", *_ISO.get(script_of(locale), ("Latin",))}
    if language(locale) in _TWO_ALPHABETS:
        own |= {"Cyrillic"}
    chars = "".join(chars for name, chars in _SCRIPTS.items() if name not in own)
    return re.compile(f"[{chars}]+(?: [{chars}]+)*")


def _name(letter: str) -> str:
    """The script of a letter, as people call it."""
    return next((name for name, pattern in _OF_LETTER.items() if pattern.match(letter)), "unknown")


def script(pair: Pair) -> Iterator[Note]:
    """The translation is written in the letters of its language, and no letter only looks like one of them."""
    text = pair.target_text
    if script_of(pair.locale) == "Latn" and (
        text.isascii() or (language(pair.locale) not in _TWO_ALPHABETS and not _foreign(pair.locale).search(text))
    ):
        return
    if _BOTH.search(text):
        yield from _look_alikes(pair)
    for found in _foreign(pair.locale).finditer(text):
        run = found[0]
        if run in pair.source_text or (len(run) == 1 and _name(run) == "Greek"):
            continue
        if _BOTH.search(text[max(0, found.start() - 1) : found.end() + 1]) and _name(run[0]) in {"Greek", "Cyrillic"}:
            continue
        yield Note("error", f"{_name(run[0])} letters where {_wanted(pair.locale)} ones belong: {run}", run)
    yield from _han(pair)
    yield from _latin(pair)


def _wanted(locale: str) -> str:
    return _ISO.get(script_of(locale), ("Latin",))[0]


def _look_alikes(pair: Pair) -> Iterator[Note]:
    """Words with letters of two alphabets of which some look alike."""
    for found in _ALPHABETIC_WORD.finditer(pair.target_text):
        word = found[0]
        if not _BOTH.search(word) or word in pair.source_text:
            continue
        names = Counter(_name(letter) for letter in word)
        most = names.most_common(1)[0][0]
        odd = [letter for letter in word if _name(letter) != most]
        if len(set(names.values())) == 1:
            odd = [letter for letter in word if letter in _ALIKE] or odd
        if any(letter in _LOOKS for letter in odd):
            letter = next(letter for letter in odd if letter in _LOOKS)
            yield Note("error", f"{letter} (U+{ord(letter):04X}, {_name(letter)}) among {most} letters in {word}", word)


_FIRST_LEVEL = {"Hans": ("gb2312", "big5", 0xA440, 0xC67E), "Hant": ("big5", "gb2312", 0xB0A1, 0xD7F9)}


_GENERAL = frozenset("潟祇喆堃犇")
"""In the Table of General Standard Chinese Characters (2013), but not in GB 2312 (1980)."""


@lru_cache(maxsize=16384)
def _other_form(char: str, form: str) -> bool:
    """Whether the ideograph is a common one of the other Chinese script and is not used in this."""
    own, other, first, last = _FIRST_LEVEL[form]
    if form == "Hans" and char in _GENERAL:
        return False
    try:
        char.encode(own)
    except UnicodeEncodeError:
        try:
            code = int.from_bytes(char.encode(other), "big")
        except UnicodeEncodeError:
            return False
        return first <= code <= last
    return False


_HAN = re.compile(f"[{_SCRIPTS['Han']}]")


@lru_cache(maxsize=16384)
def _outside_japanese(char: str) -> bool:
    """Whether the ideograph is common simplified Chinese and no Japanese character."""
    try:
        char.encode("euc_jp")
    except UnicodeEncodeError:
        return _other_form(char, "Hant")
    return False


def _han(pair: Pair) -> Iterator[Note]:
    """Traditional characters in simplified Chinese, and the reverse; simplified ones in Japanese."""
    form = script_of(pair.locale)
    if form == "Jpan":
        odd = sorted({char for char in set(_HAN.findall(pair.target_text)) if _outside_japanese(char)})
        if odd:
            yield Note("warning", f"Chinese, not Japanese, characters: {''.join(odd)}", odd[0])
    elif form in _FIRST_LEVEL:
        odd = sorted(
            {char for char in set(pair.target_text) if char > "㐀" and _other_form(char, form)} - set(pair.source_text)
        )
        if odd:
            kind = "traditional" if form == "Hans" else "simplified"
            yield Note("warning", f"{kind} characters: {''.join(odd)}", odd[0])


_LATIN_RUN = re.compile(
    r"(?<![A-Za-zÀ-ɏḀ-ỿ])"
    r"[A-Za-zÀ-ɏḀ-ỿ]+(?:['’-][A-Za-zÀ-ɏḀ-ỿ]+)*(?:[ ,]+[A-Za-zÀ-ɏḀ-ỿ]+(?:['’-][A-Za-zÀ-ɏḀ-ỿ]+)*){2,}"
)


def _latin(pair: Pair) -> Iterator[Note]:
    """A stretch of small-letter words in Latin letters, in a language of another script, that the source has not."""
    if script_of(pair.locale) == "Latn":
        return
    for found in _LATIN_RUN.finditer(pair.target_text):
        words = found[0].replace(",", " ").split()
        small = [word for word in words if word.islower() and len(word) > 1]
        if len(small) >= 3 and len(small) * 2 >= len(words) and found[0] not in pair.source_text:
            fresh = [word for word in small if word not in pair.source_text]
            if len(fresh) * 2 >= len(small):
                yield Note("error", f"Latin letters where {_wanted(pair.locale)} ones belong: {found[0]}", found[0])


_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffd-\uffff\ue000-\uf8ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_JOINING = {"Arab", "Deva", "Beng", "Guru", "Gujr", "Taml", "Telu", "Knda", "Mlym", "Sinh", "Khmr", "Mymr", "Orya"}
_BREAKING = {"Thai", "Laoo", "Khmr", "Mymr", "Tibt"}
_TITLES = {
    "\xad": "soft hyphen",
    "\u200b": "zero width space",
    "\u200c": "zero width non-joiner",
    "\u200d": "zero width joiner",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u2060": "word joiner",
    "\ufeff": "byte order mark",
    "\ufffd": "replacement character",
}


def invisible(pair: Pair) -> Iterator[Note]:
    """No character that does not show and that the source has not: controls, marks of direction, stray joiners."""
    target = pair.target
    if target.isascii() and target.isprintable():
        return
    found = _INVISIBLE.findall(target)
    if not found:
        return
    before = Counter(pair.source)
    for char, count in sorted(Counter(found).items()):
        if count <= before[char]:
            continue
        places = [place for place in range(len(target)) if target[place] == char]
        odd = [place for place in places if not _in_place(target, place, pair.locale)]
        if odd:
            title = _TITLES.get(char) or unicodedata.name(char, "control").lower()
            around = target[max(0, odd[0] - 6) : odd[0] + 7]
            severity: Severity = "info" if char == "\xad" else "error"
            yield Note(severity, f"{title} (U+{ord(char):04X}) does not show", around)


def _in_place(text: str, place: int, locale: str) -> bool:
    """Whether the character has work to do there."""
    char, kind = text[place], script_of(locale)
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if char in "\u200c\u200d" and kind in _JOINING:
        return _OF_LETTER_OR_SIGN.match(before) is not None and (char == "\u200d" or bool(after.strip()))
    if char == "\u200b" and kind in _BREAKING:
        return True
    if char in "\ufe0e\ufe0f\u200d" and before and not before.isascii() and not before.isalpha():
        return True
    if "\ufe00" <= char <= "\ufe0f" and _HAN.match(before):
        return True
    if char in "\u200e\u200f\u061c" and direction(locale) == "rtl":
        return not (before.isalpha() and after.isalpha())
    return False


_OF_LETTER_OR_SIGN = re.compile(r"[^\x00-\x7f]")
