"""The small marks as a printer sets them: blanks that hold a mark to its word, dashes, and an author's typed quotes."""

from __future__ import annotations

import re
from functools import lru_cache

from workflow import languages

_NARROW = re.compile(r"(?<=\S)[ \u00a0](?=[;!?»])|(?<=«)[ \u00a0]")
_WIDE = re.compile(r"(?<=\S) (?=:(?:\s|$))")
# A dash between blanks, or with a mark after it, ends a line and never begins one.
_HANGING = re.compile(r"[ \n](?=[-–—](?:[\s,.;:!?)]))")
# A dash that is written to a word stays with it.
_TO_NEXT = re.compile(r"(?<=[\s(])—(?=\w)")
_TO_LAST = re.compile(r"(?<=[\w»”)])—(?=[\s,.;:!?)]|\Z)")
# A word of one letter, a preposition mostly, does not end a line in the Slavic languages.
_LONELY = re.compile(r"(?<![\w'’-])([^\W\d_])[ \n](?=\w)")
_SLAVIC = frozenset({"ru", "uk", "be", "pl", "cs", "sk"})
_QUOTE = re.compile(r"[\"']")
_SPACED = re.compile(r"(?<=\S)[ \n](?:-|--)(?=\s)")
_DOUBLED = re.compile(r"(?<=\w)--(?=\w)")
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_CUT = re.compile(r"\d\ds?\b|(?:tis|twas|em|til|cause|n)\b", re.IGNORECASE)
_MARKS = re.compile("[-–—\"';:!?«»]|\\.\\.\\.")
_ALPHABETS = frozenset({"Latn", "Cyrl", "Grek", "Armn", "Geor"})


def typeset(text: str, locale: str, *, before: str = "", joined: bool = False) -> str:
    r"""`text`, which follows the character `before`, as the locale's printers set it; no word changes.

    English has the quotation marks and dashes that its author typed as `"` and `-`; a translation has its own already.
    With `joined`, a dash written to a word is joined to it by a mark that has no width.

    >>> typeset("It's a \"test\" - isn't it?", "en")
    'It’s a “test”\xa0– isn’t it?'
    >>> typeset("Quoi ?", "fr") == "Quoi\u202f?", typeset("слово — дело", "ru")
    (True, 'слово\xa0— дело')
    """
    own, alphabet = _of(locale)
    if own in _SLAVIC:
        text = _LONELY.sub("\\1\u00a0", text)
    if not _MARKS.search(text):
        return text
    if own == "en":
        text = _english(text, before)
    elif own == "fr":
        text = _WIDE.sub("\u00a0", _NARROW.sub("\u202f", text))
    if alphabet:
        text = _HANGING.sub("\u00a0", text)
        if joined:
            text = _TO_LAST.sub("\u2060—", _TO_NEXT.sub("—\u2060", text))
    return text


@lru_cache(maxsize=256)
def _of(locale: str) -> tuple[str, bool]:
    """The language, and whether it is written in an alphabet with blanks and dashes."""
    return languages.language(locale), languages.script(locale) in _ALPHABETS


def _english(text: str, before: str) -> str:
    text = _DOTS.sub("…", _DOUBLED.sub("–", _SPACED.sub("\u00a0–", text)))

    def curled(found: re.Match[str]) -> str:
        at = found.start()
        last, rest = text[at - 1] if at else before, text[at + 1 :]
        opens = (not last or last.isspace() or last in "([{—–-/\"'“‘") and not rest[:1].isspace()
        if found[0] == '"':
            return "“" if opens else "”"
        return "‘" if opens and not _CUT.match(rest) else "’"

    return _QUOTE.sub(curled, text)
