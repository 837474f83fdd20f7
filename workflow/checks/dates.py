"""The months that a text names: by name, by number (3月, tháng 3), in whatever case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from workflow.checks.grammar import CJK_BIG, CJK_DIGITS, CJK_SMALL, Grammar, cjk_value, fold, grammar_of
from workflow.checks.words import DATED, WORD, month_of

_CJK_MONTH = re.compile(r"(?<![十个個每ヶヵケカか\d])(十[一二]|[一二三四五六七八九十])月(?![間间])")
_UNSPACED_SCRIPT = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_BOUND = re.compile(r"\d\W{0,3}$|\d(?:st|nd|rd|th)? (?:of )?$")


def _months_sought(text: str, raw: str, grammar: Grammar, *, sure: bool) -> Iterator[tuple[int, str]]:
    """The months that `text` names, each with its name; those that may be another word only where not `sure`."""
    if grammar.month is not None:
        for numbered in grammar.month.finditer(text):
            yield int(numbered[1]), numbered[0]
    if grammar.cjk:
        for spelled in _CJK_MONTH.finditer(text):
            value = cjk_value(spelled[1], CJK_DIGITS, CJK_SMALL, CJK_BIG)
            if value:
                yield int(value), spelled[0]
    if grammar.cjk or grammar.hangul:
        return
    if _UNSPACED_SCRIPT.search(text):
        for name, month in grammar.figures.months.items():
            if len(name) > 3 and name in text:
                yield month, name
        return
    for word in WORD.finditer(text):
        name, start, end = word[0], word.start(), word.end()
        known: float | None = grammar.months.get(name)
        if known is None and not grammar.english:
            known = month_of(name, grammar) or _prefixed(name, grammar)
        if known and (not sure or _is_sure(text, raw, start, end, grammar)):
            yield int(known), raw[start:end] if len(raw) == len(text) else name


def _is_sure(text: str, raw: str, start: int, end: int, grammar: Grammar) -> bool:
    """Whether the month's name at this place is meant so: in full, or beside a number; in English with a capital."""
    dated = bool(_BOUND.search(text, max(0, start - 8), start)) or text[end : end + 3].strip(" .,")[:1].isdigit()
    name = text[start:end]
    if not grammar.english:
        return (dated and name in grammar.months) or name.startswith(_beginnings(grammar.figures.locale))
    if not raw[start : start + 1].isupper() or not (dated or name in grammar.figures.wide_months):
        return False
    return dated or bool(DATED.search(text, max(0, start - 12), start)) or name not in {"may", "march"}


@lru_cache(maxsize=64)
def _beginnings(locale: str) -> tuple[str, ...]:
    """The names of the months in full, without the endings that cases change."""
    names = {fold(name) for name in grammar_of(locale).figures.wide_months}
    return tuple(name[: max(3, len(name) - (1 if len(name) < 6 else 2 if len(name) < 8 else 3))] for name in names)


def _prefixed(word: str, grammar: Grammar) -> float | None:
    """The month in a Hebrew or Arabic word that begins with a preposition."""
    return month_of(word[1:], grammar) if "\u0590" <= word[0] <= "\u06ff" and len(word) > 3 else None


@lru_cache(maxsize=1024)
def months(text: str, raw: str, locale: str, *, sure: bool = True) -> dict[int, str]:
    """The months that `text` (folded from `raw`) names, by number, as they stand there.

    >>> months("am 3. mai und im juni", "am 3. Mai und im Juni", "de")
    {5: 'Mai', 6: 'Juni'}
    """
    found: dict[int, str] = {}
    for month, name in _months_sought(text, raw, grammar_of(locale), sure=sure):
        found.setdefault(month, name)
    return found
