"""The words themselves: what was left in English, and blanks where none belong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow.checks.pair import Note, Pair
from workflow.languages import language, script

_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LOWER_WORD = re.compile(r"(?<![\w/.@-])[a-z]{2,}(?![\w/.@])")
_SPACED_MARK = re.compile(r"(?<=\w) +([,.;:!?%](?!\w)|[，。；：！？、])")


def untranslated(pair: Pair) -> Iterator[Note]:
    """The translation is not the source, nor is any long stretch of it."""
    source, target = pair.source_text.strip(), pair.target_text.strip()
    if language(pair.locale) == language(pair.source_locale) or not _LATIN.search(target):
        return
    words = _WORDS.findall(source)
    if not words:
        return
    if source == target:
        plain = _LOWER_WORD.findall(source)
        if len(words) > 1 and plain and not all(word in {"of", "and", "the"} for word in plain):
            yield Note("error", "the source stands here untranslated", source)
        else:
            yield Note("info", "the same as the source; a name?", source)
        return
    least = 3 if script(pair.locale) != "Latn" else 4
    for stretch in _shared(source, target):
        plain = [word for word in stretch if word.islower() and len(word) > 1]
        if len(plain) >= least and len(stretch) >= least + 1:
            yield Note("error", f"left in English: {' '.join(stretch)}", " ".join(stretch))


def _shared(source: str, target: str) -> Iterator[list[str]]:
    """The longest stretches of words that stand in both texts in the same order, from left to right."""
    ours, theirs = _WORDS.findall(source), _WORDS.findall(target)
    following: dict[str, list[int]] = {}
    for index, word in enumerate(ours):
        following.setdefault(word, []).append(index)
    position = 0
    while position < len(theirs):
        best = 0
        for start in following.get(theirs[position], ())[:8]:
            length = 1
            while (
                start + length < len(ours)
                and position + length < len(theirs)
                and ours[start + length] == theirs[position + length]
            ):
                length += 1
            best = max(best, length)
        if best > 1:
            yield theirs[position : position + best]
        position += max(1, best)


def whitespace(pair: Pair) -> Iterator[Note]:
    """No blanks at the ends, none doubled, none before a comma or full stop."""
    source, target = pair.source, pair.target
    if target[:1].isspace() and not source[:1].isspace():
        yield Note("warning", "begins with a blank")
    if target[-1:].isspace() and not source[-1:].isspace():
        yield Note("warning", "ends with a blank")
    if "  " in target.strip() and "  " not in source.strip():
        yield Note("info", "two blanks in a row", "  ")
    if "\t" in target and "\t" not in source:
        yield Note("warning", "a tab stands among the words", "\t")
    if language(pair.locale) != "fr" and (found := _SPACED_MARK.search(target)) and not _SPACED_MARK.search(source):
        yield Note("info", f"a blank stands before {found[1]}", found[0])
