"""Argos packages at work: texts through the package's tokenizer and CTranslate2, many at a time.

argostranslate makes one call for a paragraph and puts 32 tokens in a batch; here a call takes as many texts as there
are, sorted by length, 1,024 tokens in a batch, a batch for each core at a time. A translation that loops is cut short,
and followed by one that may not repeat itself.
"""

from __future__ import annotations

import html
import importlib
import os
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import ctranslate2
import numpy as np

from workflow.engine import Hypothesis, Span, Translate
from workflow.engine.faults import loops
from workflow.engine.packages import Package, open_package
from workflow.errors import PackageError

BEAM = 4
"""Argos's own beam."""
HYPOTHESES = 4
"""How many ways to say it are kept: they come with the beam."""
LENGTH_PENALTY = 0.2
BATCH_TOKENS = 1024
PADDING, LOOSE = 1, 12
"""Tokens of padding in a batch: for Argos's own words, and where nobody asks for these."""
STRETCH, SPARE = 1.5, 12
"""A translation of more tokens than this many times its source's and so many more may be a loop: it is looked at."""
FRESH = {"repetition_penalty": 1.2, "no_repeat_ngram_size": 3}
"""How a text is said again whose translation loops. Of 63 loops in 400 news sentences 5 were left by the penalty."""
MOST_DECODED = 256
"""CTranslate2's own bound for the tokens of a translation."""

LEAST_ROUND, MOST_ROUND, SMALL_MODEL = 64, 256, 24 << 20
"""Segments in a round, and the bytes up to which a model is quick enough for the most of them."""

_IMPORT = threading.Lock()
_BLANK = "\u2581"
_BYTE = re.compile(r"<0x[0-9A-Fa-f]{2}>")


@dataclass(frozen=True, slots=True)
class _Model:
    """An opened package: its tokenizer and its CTranslate2 model."""

    package: Package
    encode: Callable[[str], list[str]]
    decode: Callable[[list[str]], str]
    translator: Any  # ctranslate2.Translator; the library publishes no types


def translator(
    route: Sequence[Package], *, jobs: int = 0, cache: Path | None = None, mend_loops: bool = False
) -> Translate:
    """A function that translates texts through the packages of `route`, one after the other, on `jobs` cores.

    0 jobs are all cores that this process may use. What it says first is Argos's own translation; with `mend_loops` one
    that goes round in circles is cut short, and followed by those of a decoding that may not repeat itself.
    PackageError where a package does not open.
    """
    cores = min(jobs, available_cores()) if jobs else available_cores()
    models = [_open(package, cores, cache) for package in route]

    def translate(texts: Sequence[str]) -> list[Sequence[Hypothesis]]:
        drafts = _through(models[0], texts, mend_loops=mend_loops)
        for model in models[1:]:
            firsts = [hypotheses[0] for hypotheses in drafts]
            nexts = _through(model, [first.text for first in firsts], mend_loops=mend_loops)
            drafts = [
                tuple(_chained(first, last) for last in lasts) for first, lasts in zip(firsts, nexts, strict=True)
            ]
        return drafts

    return translate


def round_size(route: Sequence[Package], *, cache: Path | None = None) -> int:
    """The segments that the packages of `route` draft in some seconds: fewer with large models, never few."""
    size = 0
    for package in route:
        file = open_package(package, cache=cache) / "model" / "model.bin"
        size += file.stat().st_size if file.is_file() else 0
    return min(max(MOST_ROUND * SMALL_MODEL // max(size, 1), LEAST_ROUND), MOST_ROUND)


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open(package: Package, cores: int, cache: Path | None) -> _Model:
    folder = open_package(package, cache=cache)
    try:
        tokenizer = _library("package").Package(folder).tokenizer
        encode, decode = _doors(tokenizer)
        encode("Is this a tokenizer?")
    except Exception as error:
        # The tokenizers raise their libraries' own errors: OSError, RuntimeError, ValueError, UnicodeDecodeError …
        raise PackageError(f"{package.path}: its tokenizer does not load ({_line(error)}); install it again") from None
    try:
        model = ctranslate2.Translator(
            str(folder / "model"),
            device="cpu",
            compute_type="auto",
            inter_threads=cores,
            intra_threads=1,
            max_queued_batches=-1,  # so that what is done is looked at while the rest is under way
        )
    except (RuntimeError, ValueError, OSError, MemoryError) as error:
        raise PackageError(f"{package.path}: its model does not load ({_line(error)}); install it again") from None
    return _Model(package, encode, decode, model)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _doors(tokenizer: Any) -> tuple[Callable[[str], list[str]], Callable[[list[str]], str]]:
    if not hasattr(tokenizer, "lazy_processor"):
        return tokenizer.encode, tokenizer.decode
    # Argos's SentencePiece tokenizer makes a blank of every "_"; ours only of the mark that stands for one.
    processor = tokenizer.lazy_processor()
    return tokenizer.encode, lambda tokens: str(processor.decode_pieces(tokens)).replace(_BLANK, " ")


def _library(module: str) -> Any:
    """A module of argostranslate, imported without the folders that it makes in the user's home."""
    with _IMPORT, _no_folders():
        return importlib.import_module(f"argostranslate.{module}")


def settings() -> Any:
    """The settings of argostranslate, as the environment says them."""
    return _library("settings")


@contextmanager
def _no_folders() -> Iterator[None]:
    # argostranslate.settings makes its folders at import, where these say. It also sets KMP_DUPLICATE_LIB_OK.
    names = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR", "KMP_DUPLICATE_LIB_OK")
    before = {name: os.environ.get(name) for name in names}
    away = tempfile.mkdtemp(prefix="workflow-")
    os.environ.update(dict.fromkeys(names[:4], away))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(away, ignore_errors=True)


def _through(model: _Model, texts: Sequence[str], *, mend_loops: bool) -> list[Sequence[Hypothesis]]:
    """The hypotheses of one package; a text that comes twice is translated once."""
    distinct = list(dict.fromkeys(texts))
    tokens = [model.encode(text) for text in distinct]
    ways: dict[int, _Ways] = {}

    def said(places: Sequence[int], *, bounded: bool) -> list[int]:
        """Those that came to no end within bounds and go in no circles."""
        unended = []
        for number, bound, result in _asked(model, [tokens[place] for place in places], bounded=bounded):
            place = places[number]
            ways[place] = _Ways(model, distinct[place], tokens[place], result.result())
            if bounded and ways[place].tokens >= bound and not ways[place].loops:
                unended.append(place)
        return unended

    try:
        unended = said(range(len(distinct)), bounded=mend_loops)
        said(unended, bounded=False)  # who has so much to say may end as they would have
        circling = [place for place in range(len(distinct)) if ways[place].loops] if mend_loops else []
        for number, _, result in _asked(model, [tokens[place] for place in circling], bounded=True, **FRESH):
            ways[circling[number]].add(result.result())
    except (RuntimeError, ValueError) as error:
        raise PackageError(f"{model.package.path}: its model does not run ({_line(error)}); install it again") from None
    by_text = {text: ways[place] for place, text in enumerate(distinct)}
    return [by_text[text] for text in texts]


def _asked(
    model: _Model, tokens: Sequence[list[str]], *, bounded: bool = False, **more: float
) -> Iterator[tuple[int, int, Any]]:
    """The place of each text, how many tokens its translation may have, and the result to come, first what is first."""
    prefix = model.package.target_prefix
    waiting = []
    padding = LOOSE if more else PADDING
    for batch in batches([len(pieces) for pieces in tokens], padding):
        bound = min(int(STRETCH * len(tokens[batch[0]])) + SPARE, MOST_DECODED) if bounded else MOST_DECODED
        results = model.translator.translate_batch(
            [tokens[place] for place in batch],
            target_prefix=[[prefix]] * len(batch) if prefix else None,
            replace_unknowns=True,
            beam_size=BEAM,
            num_hypotheses=HYPOTHESES,
            length_penalty=LENGTH_PENALTY,
            max_decoding_length=bound,
            return_scores=True,
            return_attention=True,
            asynchronous=True,
            **more,
        )
        waiting += [(place, bound, result) for place, result in zip(batch, results, strict=True)]
    waiting.reverse()
    while waiting:  # what was looked at is not kept here
        yield waiting.pop()


def batches(lengths: Sequence[int], padding: int = PADDING) -> list[list[int]]:
    """The places of these lengths in batches, the longest first, all of a batch within `padding` tokens of each other.

    Padding changes what a beam finds: with batches of any lengths 10 of 400 news sentences came out in other words
    than alone, with these 1.

    >>> batches([3, 9, 4, 3])
    [[1], [2, 0, 3]]
    """
    made: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda place: (-lengths[place], place)):
        longest = lengths[made[-1][0]] if made else 0
        if made and longest - lengths[place] <= padding and (len(made[-1]) + 1) * longest <= BATCH_TOKENS:
            made[-1].append(place)
        else:
            made.append([place])
    return made


class _Ways(Sequence[Hypothesis]):
    """The hypotheses of a text, the best first, each aligned when it is looked at: mostly the first is all it takes."""

    def __init__(self, model: _Model, text: str, pieces: list[str], result: Any) -> None:
        self._model, self._text, self._pieces = model, text, pieces
        self._found: dict[str, tuple[Any, int]] = {}
        self._made: dict[int, Hypothesis] = {}
        self._source: tuple[Span, ...] | None = None
        self.tokens = len(result.hypotheses[0])
        self._take(result)
        self._order = list(self._found)
        self.loops = loops(text, self._order[0])

    def _take(self, result: Any) -> None:
        for rank, tokens in enumerate(result.hypotheses):
            self._found.setdefault(self._said(tokens), (result, rank))

    def _said(self, tokens: list[str]) -> str:
        prefix = self._model.package.target_prefix
        said = self._model.decode(tokens[1:] if prefix and tokens[:1] == [prefix] else tokens)
        return said.removeprefix(prefix).removeprefix(" ")

    def add(self, result: Any) -> None:
        """The hypotheses of another decoding stand after the first of the one that failed, before its others."""
        first, others = self._order[:1], self._order[1:]
        self._take(result)
        fresh = [said for said in self._found if said not in self._order]
        self._order = [*first, *fresh, *others]
        self._made.clear()

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, rank: int) -> Hypothesis: ...
    @overload
    def __getitem__(self, rank: slice) -> Sequence[Hypothesis]: ...
    def __getitem__(self, rank: int | slice) -> Hypothesis | Sequence[Hypothesis]:
        if isinstance(rank, slice):
            return [self[place] for place in range(*rank.indices(len(self)))]
        rank = rank + len(self) if rank < 0 else rank
        if rank not in self._made:
            self._made[rank] = self._hypothesis(self._order[rank])
        return self._made[rank]

    def _hypothesis(self, said: str) -> Hypothesis:
        result, rank = self._found[said]
        if self._source is None:
            self._source = spans(self._pieces, self._text)
        tokens, prefix = result.hypotheses[rank], self._model.package.target_prefix
        skip = 1 if prefix and tokens[:1] == [prefix] else 0
        rows = tuple(tuple(row[: len(self._source)]) for row in result.attention[rank][skip : len(tokens)])
        # CTranslate2 divides by length ** penalty; the mean of a token is what can be compared between segments.
        mean = result.scores[rank] * len(tokens) ** LENGTH_PENALTY / max(len(tokens), 1)
        return Hypothesis(said, mean, self._source, spans(tokens[skip:], said), rows)


def spans(tokens: Sequence[str], text: str) -> tuple[Span, ...]:
    """The range of characters of each token in `text`, whatever tokenizer made them; ranges ascend and do not overlap.

    Marks of the tokenizers (`▁`, `@@`) count for nothing; what a tokenizer has normalised is found by its NFKC form,
    and what it has changed otherwise belongs to the token at whose place it stands.

    >>> spans(["▁Hello", ",", "▁wor", "ld"], "Hello, world")
    ((0, 5), (5, 6), (7, 10), (10, 12))
    """
    normal = text.casefold()
    places: Sequence[int] = range(len(text))
    if len(normal) != len(text) or not unicodedata.is_normalized("NFKC", text):
        forms = [unicodedata.normalize("NFKC", letter).casefold() for letter in text]
        normal = "".join(forms)
        places = [place for place, form in enumerate(forms) for _ in form]
    found, at = [], 0
    for token in tokens:
        surface = _surface(token)
        near = normal.find(surface, at, at + 4 + 5 * len(surface)) if surface else -1
        if near < 0:
            here = places[at] if at < len(places) else len(text)
            found.append((here, here))
            continue
        at = near + len(surface)
        found.append((places[near], places[at - 1] + 1))
    return _filled(found, text)


@lru_cache(maxsize=1 << 16)
def _surface(token: str) -> str:
    if _BYTE.fullmatch(token):
        return ""
    return unicodedata.normalize("NFKC", html.unescape(token.removesuffix("@@")).replace(_BLANK, "")).casefold()


def _filled(found: list[Span], text: str) -> tuple[Span, ...]:
    # What no token found (a normalised letter, bytes of an emoji) goes to the first empty token there, else nowhere.
    whole: list[Span] = []
    for place, (start, end) in enumerate(found):
        if start == end:
            floor = whole[-1][1] if whole else 0
            ceiling = next((left for left, right in found[place + 1 :] if left < right), len(text))
            gap = text[floor:ceiling]
            if gap.strip() and floor < ceiling:
                begin = floor + len(gap) - len(gap.lstrip())
                whole.append((begin, begin + len(gap.strip())))
                continue
            whole.append((floor, floor))
        else:
            whole.append((start, end))
    return tuple(whole)


def _chained(first: Hypothesis, last: Hypothesis) -> Hypothesis:
    """The second hop's hypothesis, aligned with the text that the first hop was given."""
    score = first.score + last.score
    if not (first.attention and last.attention and first.source):
        return Hypothesis(last.text, score, first.source, last.target, ())
    overlap = np.array(
        [
            [max(0, min(right, end) - max(left, begin)) / max(right - left, 1) for begin, end in first.target]
            for left, right in last.source
        ]
    )
    product = np.array(last.attention) @ overlap @ np.array(first.attention)
    attention = tuple(tuple(row) for row in product.tolist())
    return Hypothesis(last.text, score, first.source, last.target, attention)
