"""What the word files say, looked up by tokens: a word, a Han or Kana letter, or `#` for a number each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FURNITURE = (
    "share", "network", "follow", "subscribe", "cookies", "more", "related", "comments", "counter", "advert", "account",
    "copyright", "reading", "navigation",
)  # fmt: skip
"""Kinds of page furniture, as the word files name them."""

OTHERS = ("by", "published", "updated", "cue", "action", "promotion")

_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(
    rf"(?P<number>\d+(?:[.,:]\d+)*(?:[km](?![^\W_])|[万千億亿萬])?)|[{_HAN}]|[^\W\d_{_HAN}]+(?:'[^\W\d_{_HAN}]+)*|[©#%]"
)

_COPYRIGHT = re.compile(r"\(c\)(?=\s*(?:19|20)\d\d)")

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]
"""First token -> (phrase, its kinds), longest first."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The word files together; `function` is by language, `common` is all of it, `months` gives 1 to 12."""

    function: Mapping[str, frozenset[str]]
    common: frozenset[str]
    months: Mapping[str, int]
    furniture: Phrases
    phrases: Mapping[str, Phrases]


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase at tokens[start:end]."""

    start: int
    end: int
    kinds: frozenset[str]


@lru_cache(maxsize=2048)
def tokens(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case, each Han or Kana letter by itself, numbers as `#`; the rest is left out.

    >>> tokens("12 Comments · 分享 – don’t")
    ('#', 'comments', '分', '享', "don't")
    """
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    plain = _COPYRIGHT.sub("©", plain)
    return tuple("#" if found["number"] else found[0] for found in _TOKEN.finditer(plain))


def found(phrases: Phrases, said: tuple[str, ...]) -> Iterator[Match]:
    """The phrases in `said` that do not overlap, from left to right, the longest at each place."""
    at = 0
    while at < len(said):
        for phrase, kinds in phrases.get(said[at], ()):
            if said[at + len(phrase) - 1 : at + len(phrase)] == phrase[-1:] and said[at : at + len(phrase)] == phrase:
                yield Match(at, at + len(phrase), kinds)
                at += len(phrase)
                break
        else:
            at += 1


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The word files, read once."""
    function: dict[str, frozenset[str]] = {}
    months: dict[str, int] = {}
    kinds: dict[str, dict[tuple[str, ...], set[str]]] = {kind: {} for kind in (*FURNITURE, *OTHERS)}
    for file in sorted((Path(__file__).parent / "words").glob("*.txt")):
        for section, lines in _sections(file.read_text("utf-8")):
            if section == "function":
                function[file.stem] = frozenset(word for line in lines for word in line.split())
            elif section == "months":
                for number, names in enumerate(" ".join(lines).split(), 1):
                    for name in names.split("|"):
                        months.setdefault(name, number)
            else:
                for line in lines:
                    kinds[section].setdefault(tokens(line), set()).add(section)
    together: dict[tuple[str, ...], set[str]] = {}
    for kind in FURNITURE:
        for phrase, named in kinds[kind].items():
            together.setdefault(phrase, set()).update(named)
    common = frozenset().union(*function.values())
    return Vocabulary(function, common, months, _index(together), {kind: _index(kinds[kind]) for kind in OTHERS})


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    name, lines = "", list[str]()
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            if name:
                yield name, lines
            name, lines = line[1:-1], []
        elif line and not line.startswith(";"):
            lines.append(line)
    if name:
        yield name, lines


def _index(phrases: Mapping[tuple[str, ...], set[str]]) -> Phrases:
    table: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for phrase, kinds in phrases.items():
        if phrase:
            table.setdefault(phrase[0], []).append((phrase, frozenset(kinds)))
    return {first: tuple(sorted(rest, key=lambda item: (-len(item[0]), item[0]))) for first, rest in table.items()}
