"""Words that are settled: glossary terms, the same translation everywhere, and what changed under a translation."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache

from workflow.checks.amounts import amounts
from workflow.checks.grammar import fold
from workflow.checks.pair import Note, Pair
from workflow.glossary import found
from workflow.model import State

_DENSE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LETTER = r"[^\W\d_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]"
"""A letter of a script that parts its words by blanks: a Latin name may follow a Chinese character at once."""


@lru_cache(maxsize=4096)
def _shape(term: str) -> re.Pattern[str]:
    """The term in any case and, for words of four letters and more, with any ending."""
    words = []
    for word in fold(term).split():
        if _DENSE.search(word) or len(word) < 4:
            words.append(re.escape(word))
        else:
            stem = word[: max(3, len(word) - 1 - len(word) // 4)]
            words.append(re.escape(stem) + r"[^\W\d_]{0,8}")
    joined = r"[^\w]{1,3}".join(words)
    return re.compile(joined if _DENSE.search(term) else rf"(?<!{_LETTER})(?:{_LETTER}{{1,3}})?{joined}")


def terms(pair: Pair) -> Iterator[Note]:
    """Every glossary term of the source has its settled translation."""
    if not pair.terms:
        return
    text = fold(pair.target_text)
    asked: set[str] = set()
    for hit in found(pair.terms, pair.source_text):
        if hit.term.source in asked:
            continue
        asked.add(hit.term.source)
        if not any(_shape(target).search(text) for target in hit.targets):
            wanted = " or ".join(hit.targets)
            yield Note("warning", f"the term {hit.term.source} should be {wanted}")


def consistency(pair: Pair) -> Iterator[Note]:
    """The same source has the same translation everywhere."""
    others = sorted(pair.elsewhere.get(pair.source, frozenset()) - {pair.target})
    if others:
        yield Note("info", f"translated otherwise elsewhere: {others[0]}")


_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|unlikely|fail(?:s|ed)?|den(?:y|ies|ied))\b|n['’]t\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[^.!?:\"“] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")


def changed(pair: Pair) -> Iterator[Note]:
    """A stale translation whose source changed in a number, a name, a negation or a few single words says which."""
    if pair.entry.state is not State.STALE or pair.entry.previous_msgid is None:
        return
    before, now = pair.entry.previous_msgid, pair.source
    old = sorted(amount.values[0] for amount in amounts(fold(before), pair.source_locale))
    new = sorted(amount.values[0] for amount in amounts(fold(now), pair.source_locale))
    if old != new:
        gone = [one.text for one in amounts(fold(before), pair.source_locale) if one.values[0] not in new]
        come = [one.text for one in amounts(fold(now), pair.source_locale) if one.values[0] not in old]
        yield Note(
            "warning", f"the source's numbers changed from {', '.join(gone) or 'none'} to {', '.join(come) or 'none'}"
        )
    negated = len(_NEGATION.findall(before)) != len(_NEGATION.findall(now))
    if negated:
        yield Note("warning", "the source gained or lost a negation")
    lost, came = (
        set(_NAME.findall(before)) - set(_NAME.findall(now)),
        set(_NAME.findall(now)) - set(_NAME.findall(before)),
    )
    if lost or came:
        yield Note(
            "warning",
            f"a name in the source changed: {', '.join(sorted(lost)) or 'none'} to {', '.join(sorted(came)) or 'none'}",
        )
    if old == new and not (negated or lost or came):
        gone_words, come_words = _exchanged(before, now)
        if 0 < len(gone_words) <= FEW and 0 < len(come_words) <= FEW:
            yield Note("warning", f"the source says {', '.join(come_words)}, no longer {', '.join(gone_words)}")


FEW = 3
"""Words that are exchanged one for one, as in "rose 3.5 %" and "fell 3.5 %"; of a sentence written anew, none."""


def _exchanged(before: str, now: str) -> tuple[list[str], list[str]]:
    """The words of `before` that others stand for in `now`, and those others; what only came or went is not among them.

    >>> _exchanged("Exports rose sharply.", "Exports fell sharply.")
    (['rose'], ['fell'])
    """
    old, new = _WORDS.findall(before), _WORDS.findall(now)
    gone: list[str] = []
    come: list[str] = []
    for what, start, end, begin, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "replace":
            gone += old[start:end]
            come += new[begin:stop]
    return gone, come


_WORDS = re.compile(r"[^\W\d_][\w’'-]*")
