"""Whether the translation is about as long as its source, sentence by sentence, or lost one on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from workflow.checks.pair import Note, Pair
from workflow.languages import language
from workflow.languages import script as script_of

# The full stop of "am 12. Bezirk" ends no sentence.
_SENTENCE_END = re.compile(
    r"(?:(?<![\s(]\d)(?<![\s(]\d\d)\.|[!?…])[.!?…]*[\"”“’'»)]*(?=\s+[\"“„«'‘(¿¡—–-]*\s?(?:[^\W\da-z]|\d)|\s*$)"
    r"|[。！？｡।۔؟።։]+[」』”’）\"]*|(?<=[\u0600-\u06ff])[.!]"
)
_OPENERS = (
    r"(?:The|An?|This|That|These|Those|There|He|She|It|We|You|They|I|His|Her|Its|Their|Our|My|In|On|At|As|For|From"
    r"|With|After|Before|But|And|So|Yet|If|When|While|What|Who|Why|How|Where)\b(?!\.)"
)
# What is short for a word ends a sentence where the text ends, and mostly before a word that begins one.
_SHORTENED = re.compile(
    r"(?<![^\W_])(?:[A-Z]|US|M[rs]|Mrs|Drs?|St|Rev|Prof|Sens?|Reps?|Govs?|Gen|Col|Lt|Sgt|Capt|Hon|Jr|Sr|No|Inc|Co|Corp"
    r"|Ltd|vs?|etc|ca|e\.g|i\.e|[ap]\.m)$"
)
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)$")
_OPENS = re.compile(rf"\s+{_OPENERS}|\W*$")
_CAPITAL = re.compile(r"\s+[A-Z]|\W*$")
_ENGLISH_NUMBER = re.compile(r"(?<=[a-z] \d)\.(?=\s+\W?[A-Z])|(?<=[a-z] \d\d)\.(?=\s+\W?[A-Z])")
_CLAUSE_END = re.compile(r"[,.;:!?…](?!\d)[.!?\"”’]*|[。，、；：！？۔؟،؛।]+|\s[–—-]\s|——")
_UNMARKED = frozenset({"th", "lo", "km", "bo", "my", "dz"})
"""Languages that end a sentence with a blank, or with a mark that ends other things, too."""


_WORDS = 12
"""Size of what is a sentence without an end mark; less is a word that trails."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text, and how long it would be in an alphabet."""

    text: str
    size: float


@lru_cache(maxsize=8192)
def sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """The sentences of the text, which joined are the text; kept, since every locale asks for those of a source.

    >>> [one.text for one in sentences("Mr. Ng came at 5 p.m. He left in Oct. Nobody knows.", "en")]
    ['Mr. Ng came at 5 p.m.', ' He left in Oct.', ' Nobody knows.']
    """
    plain = text
    if language == "en":
        plain = _ENGLISH_NUMBER.sub("!", plain)
    elif language == "el":
        plain = plain.replace(";", "?")
    ends = [
        found.end()
        for found in _SENTENCE_END.finditer(plain)
        if plain[found.start()] != "." or not _stops_a_word(plain, found.start())
    ]
    if not ends or _size(text[ends[-1] :].strip()) >= _WORDS:
        ends.append(len(text))
    ends[-1] = len(text)
    spans = zip([0, *ends], ends, strict=False)
    return tuple(Sentence(text[start:end], _size(text[start:end])) for start, end in spans)


def _stops_a_word(text: str, place: int) -> bool:
    """Whether the full stop at the place is that of an abbreviation and ends no sentence."""
    before = text[max(0, place - 6) : place]
    if _SHORTENED.search(before):
        return not _OPENS.match(text, place + 1)
    return _MONTH.search(before) is not None and not _CAPITAL.match(text, place + 1)


def _clauses(text: str) -> int:
    """How many stretches between marks the text has."""
    return sum(
        text[found.start()] != "." or not _stops_a_word(text, found.start()) for found in _CLAUSE_END.finditer(text)
    )


_WIDE = re.compile("[ぁ-ヿ㐀-鿿가-힣]")
_WEIGHTS = ((re.compile("[㐀-鿿]"), 2.6), (re.compile("[ぁ-ヿ]"), 1.0), (re.compile("[가-힣]"), 1.4))
_EXPECTED = {"Latn": 1.13, "Cyrl": 1.08, "Grek": 1.15, "Arab": 0.93, "Hebr": 0.85}
"""How long a translation is for its English, as `_size` tells it, by script; where nothing is said, 1.05."""


def _size(text: str) -> float:
    """How long the text would be in an alphabet; an ideograph says as much as a short word."""
    size = float(len(text))
    if not text.isascii() and _WIDE.search(text):
        for pattern, weight in _WEIGHTS:
            size += len(pattern.findall(text)) * weight
    return size


# Sentences are aligned by their lengths as Gale and Church (1993) do, whose variance this is; the translator's manner
# adds to it in proportion. What follows is in natural logarithms: 1 is 2.7 times less likely.
_VARIANCE = 6.8
_MANNER = 0.15
_SPLIT = 1.0
"""One sentence made two."""
_MERGED = 2.0
"""Two sentences made one."""
_MERGED_AT_COMMA = 1.0
"""The same, with as many clauses as both had."""
_MERGED_AT_QUOTE = 0.5
"""The same, where a quotation begins or ends, which may do without a full stop."""
_SECOND_LOSS = 1.0
"""A second sentence lost, once one is."""
_SEEN = 1.0
"""What only one sentence has is in the translation, against its loss."""
_UNSEEN = 0.5
"""None of it is."""
_MOVES = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (2, 2), (1, 4), (4, 1), (2, 3), (3, 2))
_MOST = 1000
"""Pairs of a sentence and another that are looked at, at most."""
_QUOTES = re.compile(r"[\"“”„‟«»＂〝〞〟「」『』]")
_INNER_QUOTE = re.compile(rf".{_QUOTES.pattern}.*\w", re.DOTALL)


def _misfit(ours: float, theirs: float) -> float:
    """How unlikely it is that one is the translation of the other, by their sizes."""
    mean = (ours + theirs) / 2
    return (ours - theirs) ** 2 / (_VARIANCE * mean + (_MANNER * mean) ** 2) / 2


_INNER_NAME = re.compile(
    r"(?<=[a-z,;] )(?!(?:January|February|March|April|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b)[A-Z][^\W\d_]{3,}"
)
_FIGURE = re.compile(r"\d{2,}")
_KINDS = {"a question": re.compile(r"[?？؟⸮՞፧]"), "a quotation": _QUOTES}


def _losses(ours: Sequence[Sentence], theirs: Sequence[Sentence], *, latin: bool) -> list[float]:
    """How unlikely each sentence is to be the lost one, by what only it has: figures, names, a question, quotations."""
    target = "".join(one.text for one in theirs).lower()
    there = {kind for kind, pattern in _KINDS.items() if pattern.search(target)}
    marks = []
    for one in ours:
        names = {name[:4].lower() for name in _INNER_NAME.findall(one.text)}
        kinds = {kind for kind, pattern in _KINDS.items() if pattern.search(one.text)}
        marks.append({*_FIGURE.findall(one.text), *kinds, *(name for name in names if latin or name in target)})
    losses = []
    for place, mine in enumerate(marks):
        own = mine.difference(*marks[:place], *marks[place + 1 :])
        here = sum(mark in there or mark in target for mark in own)
        losses.append(_SEEN if here * 2 > len(own) else -_UNSEEN if own and not here else 0.0)
    return losses


class _Alignment:
    """How sentences and their translations may go together."""

    def __init__(self, ours: Sequence[Sentence], theirs: Sequence[Sentence], *, expected: float, locale: str) -> None:
        self.marked = language(locale) not in _UNMARKED
        self.losses = _losses(ours, theirs, latin=script_of(locale) == "Latn")
        self.sizes = [0.0, *accumulate(one.size * expected for one in ours)]
        self.their_sizes = [0.0, *accumulate(one.size for one in theirs)]
        self.clauses = [0, *accumulate(_clauses(one.text) for one in ours)]
        self.their_clauses = [0, *accumulate(max(1, _clauses(one.text)) for one in theirs)]
        texts = [one.text.strip() for one in ours]
        self.quote_between = [
            bool(_QUOTES.match(texts[place][-1:]) or _QUOTES.match(texts[place + 1][:1]))
            for place in range(len(texts) - 1)
        ]
        self.quotes_inside = [bool(_INNER_QUOTE.search(one.text)) for one in theirs]

    def step(self, start: int, end: int, other: int, other_end: int) -> float:
        """How unlikely it is that these stretches of sentences are each other's translation."""
        cost = _misfit(self.sizes[end] - self.sizes[start], self.their_sizes[other_end] - self.their_sizes[other])
        ours, theirs = end - start, other_end - other
        if ours == theirs == 1:
            return cost
        if theirs >= ours:
            return cost + _SPLIT * (theirs - 1) + 0.5 * (ours - 1)
        each = _MERGED if self.marked else 0.0
        if self.their_clauses[other_end] - self.their_clauses[other] >= self.clauses[end] - self.clauses[start]:
            each = min(each, _MERGED_AT_COMMA)
        if any(self.quote_between[start : end - 1]) and any(self.quotes_inside[other:other_end]):
            each = min(each, _MERGED_AT_QUOTE)
        return cost + each * (ours - theirs) + 0.5 * (theirs - 1)

    def lost(self) -> tuple[float, int]:
        """How much likelier it is that sentences were lost than that none was, and the first of those lost."""
        ours, theirs = len(self.sizes) - 1, len(self.their_sizes) - 1
        whole = {(0, 0): 0.0}
        short: dict[tuple[int, int], tuple[float, int]] = {}
        for place in range(ours + 1):
            for other in range(theirs + 1):
                here = place, other
                if here not in whole and here not in short:
                    continue
                for more, more_there in _MOVES:
                    there = place + more, other + more_there
                    if there[0] > ours or there[1] > theirs:
                        continue
                    cost = self.step(place, there[0], other, there[1])
                    if here in whole:
                        whole[there] = min(whole.get(there, _NEVER), whole[here] + cost)
                    if here in short:
                        short[there] = min(short.get(there, (_NEVER, 0)), (short[here][0] + cost, short[here][1]))
                after = place + 1, other
                if place < ours and here in whole:
                    short[after] = min(short.get(after, (_NEVER, 0)), (whole[here] + self.losses[place], place))
                if place < ours and here in short:
                    again = short[here][0] + self.losses[place] + _SECOND_LOSS, short[here][1]
                    short[after] = min(short.get(after, (_NEVER, 0)), again)
        end = ours, theirs
        if end not in whole or end not in short:
            return 0.0, 0
        return whole[end] - short[end][0], short[end][1]


_NEVER = float("inf")
_ENOUGH = 0.4
"""How much likelier a loss is than none before it is said."""
_ONE_BY_ONE = _ENOUGH + _SPLIT - _UNSEEN
"""Below this, as many sentences as in the source fit theirs: one lost would need another that was made two."""
_EVIDENCE = 1.0
"""Quotations or names gone."""
_FULL_LENGTH = 1.0
"""Nearly as long as is expected for all, against a loss."""
_SPEECH = 0.5
"""Speech that goes on after its speaker, which many languages write as one sentence, against a loss."""


def length(pair: Pair) -> Iterator[Note]:
    """The translation is about as long as the source, and has not lost a sentence on the way."""
    source, target = pair.source_text, pair.target_text
    if len(source) < 25:
        return
    expected = _EXPECTED.get(script_of(pair.locale), 1.05)
    ratio = _size(target) / len(source) / expected
    if ratio < 0.4:
        yield Note(
            "warning", f"very short for its source ({len(target)} against {len(source)} characters); is a part missing?"
        )
        return
    if ratio > 3:
        yield Note("warning", f"very long for its source ({len(target)} against {len(source)} characters)")
        return
    ours = sentences(source, language(pair.source_locale))
    if len(ours) < 2:
        return
    theirs = sentences(target, language(pair.locale))
    if len(ours) * len(theirs) > _MOST:
        if ratio < 0.7:
            yield Note("warning", f"short for the {len(ours)} sentences of its source; is one missing?")
        return
    if len(ours) == len(theirs) and (
        sum(_misfit(one.size * expected, other.size) for one, other in zip(ours, theirs, strict=True)) < _ONE_BY_ONE
    ):
        return
    likelier, place = _Alignment(ours, theirs, expected=expected, locale=pair.locale).lost()
    resumed = _RESUMED.search(source) is not None
    likelier += _EVIDENCE * _lost_words(pair, resumed=resumed) - _SPEECH * resumed - _FULL_LENGTH * (ratio >= 0.95)
    if likelier > _ENOUGH:
        gone = ours[place].text.strip()
        many = f"{len(ours)} sentences in the source, {len(theirs)} here"
        said = many if len(theirs) < len(ours) else f"short for the {len(ours)} sentences of its source"
        yield Note("warning", f"{said}; is one missing? Perhaps: {gone if len(gone) < 60 else gone[:57] + '…'}")


_RESUMED = re.compile(r"[,!?][\"”][^\"“”]{3,}[.]\s*[\"“]|:\s*[\"“][^\"“”]+[.!?]\s[^\"“”]+[\"”]")
_ANY_QUOTE = re.compile(r"[\"“”„«»「」『』‘’']")


def _lost_words(pair: Pair, *, resumed: bool) -> bool:
    """Whether the translation lacks quotations of the source or, in Latin letters, a good part of its names.

    Speech that is `resumed` after its speaker may be one quotation.
    """
    source, target = pair.source_text, pair.target_text
    quotes, found = len(_QUOTES.findall(source)), len(_ANY_QUOTE.findall(target))
    if quotes > 1 and (not found or (found + 1 < quotes and not resumed)):
        return True
    if script_of(pair.locale) != "Latn":
        return False
    names, small = set(_INNER_NAME.findall(source)), target.lower()
    lost = sum(name[:3].lower() not in small for name in names)
    return lost > 1 and lost * 3 >= len(names)
