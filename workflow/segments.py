"""Sentences of a block, and sentences joined as a language joins them. The only door to sentencex."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

import sentencex

from workflow.markup import Token, cjk, tokens
from workflow.model import EMPTY, Grain, Syntax

# sentencex panics on a few Unicode spaces and takes two newlines for a paragraph's end, so it sees a copy with plain blanks.
_SPACE = re.compile(r"\s")
# Where no sentence can end within the text there is nothing to ask.
_END = re.compile(r"[.!?…:;。！？｡．؟۔।॥]\S*\s+\S|[。！？｡．؟۔।॥…]\S")
# Languages written without a blank between sentences.
_SPACELESS = frozenset({"zh", "ja", "yue", "wuu", "lzh"})
# What may stand between the last letter of a sentence and its end without being part of either script.
_CLOSING = "*_~`)]}>\"'”’»"
_OPENING = "*_~`([{<\"'“‘«"


def split(prose: str, language: str, *, grain: Grain = "sentence", syntax: Syntax = "plain") -> list[str]:
    """Cut `prose` at sentence ends; the pieces join back to it, and each but the last carries the blank after it.

    No cut is within emphasis, a link, code, or an HTML element. With the grain "block" there is one piece.

    >>> split("Dr. Ng left. Why?", "en")
    ['Dr. Ng left. ', 'Why?']
    """
    if grain == "block" or not _END.search(prose):
        return [prose] if prose else []
    ends, end = [], 0
    for sentence in sentencex.segment(language, _SPACE.sub(" ", prose)):
        end += len(sentence)
        ends.append(end)
    if ends[-1:] != [len(prose)]:
        ends = [at for at in ends if at < len(prose)] + [len(prose)]
    if len(ends) > 1:
        ends = [at for at in ends if not _inside(at, _closed(tokens(prose, syntax)))]
    pieces, start = [], 0
    for end in ends:
        pieces.append(prose[start:end])
        start = end
    return [piece for piece in pieces if piece]


def _closed(marks: tuple[Token, ...]) -> list[tuple[int, int]]:
    """The stretches that one mark or one pair of marks holds together; they ascend and do not overlap."""
    held: list[tuple[int, int]] = []
    stack: list[Token] = []
    for mark in marks:
        start = mark.start
        if mark.kind.startswith("open "):
            stack.append(mark)
        elif mark.kind.startswith("close "):
            opening = mark.kind.replace("close", "open")
            if any(waiting.kind == opening for waiting in stack):
                while (waiting := stack.pop()).kind != opening:
                    pass
                start = waiting.start
        while held and held[-1][0] >= start:
            held.pop()
        held.append((start, mark.end))
    return held


def _inside(at: int, held: Sequence[tuple[int, int]]) -> bool:
    place = bisect_right(held, (at,)) - 1
    return place >= 0 and held[place][0] < at < held[place][1]


def join(pieces: Sequence[tuple[str, str]], locale: str) -> str:
    """The translations as one text of the locale; each comes with the gap that stood after its source.

    A line break in a gap stays. Otherwise there is nothing between sentences where Chinese or Japanese meets itself,
    and a blank elsewhere. `∅` is left out together with its gap.

    >>> join([("你好。", " "), ("∅", " "), ("再见。", "")], "zh_CN"), join([("¡Hola!", " "), ("Adiós.", "")], "es")
    ('你好。再见。', '¡Hola! Adiós.')
    """
    spaceless = locale.replace("-", "_").split("_")[0] in _SPACELESS
    text, gap = "", ""
    for said, after in pieces:
        if said == EMPTY or not said:
            gap = gap if "\n" in gap or "\n" not in after else after
            continue
        if text:
            text += _gap(text, gap, said, spaceless=spaceless)
        text += said
        gap = after
    return text


def _gap(before: str, gap: str, after: str, *, spaceless: bool) -> str:
    if "\n" in gap:
        return gap
    last, first = before.rstrip(_CLOSING)[-1:], after.lstrip(_OPENING)[:1]
    if spaceless and (cjk(last) or cjk(first) or last in "…—"):
        return ""
    return gap or " "
