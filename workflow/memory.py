"""The memory: every reviewed translation there is, asked by its source. An index over catalogs, no store of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from workflow.model import EMPTY, Entry

if TYPE_CHECKING:  # numpy takes longer to load than most commands to run; it is loaded where something is looked up
    import numpy as np
    import numpy.typing as npt

AT_LEAST = 75


class Unit(NamedTuple):
    """A reviewed translation and where it stands: its article, its msgctxt, the msgids before and after it."""

    source: str
    target: str
    article: str = ""
    context: str | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """What the memory has for a source: 100 percent is the same text, less is like it by so much.

    `target` is the unit's, with its numbers replaced where they are all that differs. `neighbourhood` says that the
    text stands between the same two sentences in the same context as it did there.
    """

    unit: Unit
    percent: int
    target: str
    neighbourhood: bool = False


@dataclass(frozen=True)
class Memory:
    """Units by their source; `index` makes one."""

    units: tuple[Unit, ...] = ()
    _by_source: Mapping[str, Sequence[Unit]] = field(default_factory=dict, repr=False, compare=False)

    def exact(
        self, source: str, *, article: str = "", context: str | None = None, before: str = "", after: str = ""
    ) -> Match | None:
        """The reviewed translation of the same text, from where it stands most as it does here.

        Of the same context first, then between the same neighbours, then in the same article; of equals the first.
        """
        units = self._by_source.get(source)
        if not units:
            return None

        def nearness(unit: Unit) -> tuple[bool, bool, bool, bool]:
            beside = (unit.before == before) + (unit.after == after)
            one = bool(before and unit.before == before) or bool(after and unit.after == after)
            return (unit.context == context, beside == 2, unit.article == article, one)

        best = max(units, key=nearness)
        same = best.context == context and best.before == before and best.after == after and bool(before or after)
        return Match(best, 100, best.target, same)

    def closest(self, source: str, *, at_least: int = AT_LEAST, article: str = "") -> Match | None:
        """The reviewed translation of the text most like `source`, if one is like enough.

        Looked for among the texts that share the rarest words with it, as good as always the right ones
        (benchmarks/draft_memory.py); of equals the first.
        """
        from rapidfuzz import fuzz, process

        keys = self._words.sharing(source)
        hit = process.extractOne(source, keys, scorer=fuzz.ratio, score_cutoff=at_least)
        if hit is None:
            return None
        units = self._by_source[hit[0]]
        unit = max(units, key=lambda unit: unit.article == article)
        return Match(unit, min(int(hit[1]), 99), with_numbers(unit, source) or unit.target)

    @cached_property
    def _words(self) -> _Words:
        return _Words(list(self._by_source))


FEW = 256
"""So many texts are simply all compared."""
MOST_PLACES = 1_500
MOST_LIKE = 48


class _Words:
    """Which texts have which word, as two arrays: the hashes of all words of all texts in order, and their texts."""

    def __init__(self, sources: list[str]) -> None:
        self.sources = sources
        if len(sources) > FEW:
            import numpy as np

            hashes, rows = _hashed(sources)
            order = np.argsort(hashes)
            self.hashes, self.rows = hashes[order], rows[order]

    def sharing(self, source: str) -> list[str]:
        """The texts most worth comparing with `source`, in their order."""
        if len(self.sources) <= FEW:
            return self.sources
        import numpy as np

        words = np.unique(_hashed([source])[0])
        lefts, rights = np.searchsorted(self.hashes, words, "left"), np.searchsorted(self.hashes, words, "right")
        sizes = rights - lefts
        chosen: list[tuple[int, int]] = []
        total = 0
        for place in np.argsort(sizes, kind="stable"):
            if total and total + sizes[place] > MOST_PLACES:
                break
            total += int(sizes[place])
            chosen.append((int(lefts[place]), int(rights[place])))
        if not total:
            return []
        rows = np.concatenate([self.rows[left:right] for left, right in chosen])
        weights = np.concatenate([np.full(right - left, 1.0 / (1 + right - left)) for left, right in chosen])
        found, where = np.unique(rows, return_inverse=True)
        scores = np.bincount(where, weights=weights)
        # Weighed by rarity and by number, so that two common words in common are worth one rare one.
        scores = scores + 0.02 * np.bincount(where)
        top = np.sort(np.argsort(-scores, kind="stable")[:MOST_LIKE])
        return [self.sources[row] for row in found[top]]


def _hashed(texts: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """A hash for each word of each text, and the number of its text; a Chinese or Japanese letter is a word."""
    import numpy as np

    joined = " \0 ".join(texts).lower()
    if _SPACELESS.search(joined):
        joined = _SPACELESS.sub(r" \g<0> ", joined)
    words = joined.split()
    hashes = np.fromiter(map(hash, words), np.int64, len(words))
    ends = hashes == hash("\0")
    return hashes[~ends], np.cumsum(ends)[~ends]


_SPACELESS = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def index(articles: Mapping[str, Iterable[Entry]]) -> Memory:
    """The memory of the reviewed entries of these articles (of one locale), in their order."""
    units = []
    by_source: dict[str, list[Unit]] = {}
    for article, entries in articles.items():
        alive = [entry for entry in entries if not entry.obsolete]
        texts = ["", *(entry.msgid for entry in alive), ""]
        for place, entry in enumerate(alive):
            target = entry.msgstr
            if target and "fuzzy" not in entry.flags and entry.msgid_plural is None and target != EMPTY:
                unit = Unit(entry.msgid, target, article, entry.msgctxt, texts[place], texts[place + 2])
                units.append(unit)
                by_source.setdefault(entry.msgid, []).append(unit)
    return Memory(tuple(units), by_source)


_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")


def with_numbers(unit: Unit, source: str) -> str | None:
    """The unit's translation with the numbers of `source` instead of its own.

    None unless numbers are all that differs, and each that does stands once, written the same, in the translation.

    >>> with_numbers(Unit("Day 1 of 3", "第1天，共3天"), "Day 2 of 3")
    '第2天，共3天'
    """
    if _NUMBER.sub("0", unit.source) != _NUMBER.sub("0", source):
        return None
    target = unit.target
    changes: dict[str, str] = {}
    for old, new in zip(_NUMBER.findall(unit.source), _NUMBER.findall(source), strict=True):
        if changes.setdefault(old, new) != new:
            return None
    for old, new in changes.items():
        if old != new and len([number for number in _NUMBER.findall(target) if number == old]) != 1:
            return None
    return _NUMBER.sub(lambda match: changes.get(match.group(), match.group()), target)


def likeness(one: str, other: str, *, at_least: float = 0) -> float:
    """How much of two texts is the same, 0 to 100, by the letters that need not change; 0 if it is under `at_least`."""
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other, score_cutoff=at_least)
