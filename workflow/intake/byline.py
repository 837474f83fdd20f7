"""What a page says of its article: title, author, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workflow.intake import letters
from workflow.intake.units import Unit
from workflow.intake.vocabulary import found, tokens, vocabulary

_NAME = r"[^\W\d_][\w.'’-]*"
_NAMES = re.compile(rf"{_NAME}(?: {_NAME}){{0,4}}(?:(?:, | and | & |, and ){_NAME}(?: {_NAME}){{0,4}}){{0,4}}$")
_SEPARATOR = re.compile(r"\s*(?:[|•·/–—⋅]|\s-\s|\t|\s{3,})\s*")
_PARTICLES = frozenset(
    [
        "and",
        "&",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "van",
        "von",
        "der",
        "den",
        "ten",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "y",
        "und",
        "et",
        "e",
        "zu",
    ]
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What a line says of the article; `iso` is empty where it has no date that can be told, `said` is that date."""

    author: str = ""
    iso: str = ""
    said: str = ""
    changed: bool = False


def byline(unit: Unit, script: str) -> Byline | None:
    """What the unit says of author and date if it says little else; None if it is no byline."""
    words = " ".join(unit.words.split())
    if len(words) > 160 or unit.kind not in ("paragraph", "verse", "quote", "heading", "item"):
        return None
    whens = letters.dates(words)
    author = _author(words, whens, script)
    if not whens and not author:
        return None
    rest = list(words)
    for when in whens:
        rest[when.start : when.end] = " " * (when.end - when.start)
    left = "".join(rest)
    if author:
        left = left.replace(author, " ")
    said = tokens(left)
    known = {at for kind in ("by", "published", "updated") for m in _in(kind, said) for at in range(m[0], m[1])}
    known |= {at for m in found(vocabulary().furniture, said) for at in range(m.start, m.end)}
    strange = [word for at, word in enumerate(said) if at not in known and word not in "#©%"]
    foreign = sum(len(word) == 1 and not word.isascii() for word in strange)
    if len(strange) - foreign * 2 / 3 > 6 or (words.rstrip().endswith((".", "!", "?")) and len(strange) > 2):
        return None
    first = next((when for when in whens if when.iso), whens[0] if whens else None)
    changed = bool(first and any(_in("updated", tokens(words[: first.start]))) and not _published(words[: first.start]))
    shown = words[first.start : first.end].strip(" ,") if first else ""
    return Byline(author, first.iso if first else "", shown, changed)


def _published(before: str) -> bool:
    return any(end - start for start, end in _in("published", tokens(before)))


def _in(kind: str, said: tuple[str, ...]) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match in found(vocabulary().phrases[kind], said)]


def _author(words: str, whens: Sequence[letters.When], script: str) -> str:
    """The names after "By", where nothing but names follows."""
    if letters.emoji(words) or letters.contacts(words):
        return ""
    cut = words
    for when in sorted(whens, key=lambda one: -one.start):
        cut = f"{cut[: when.start]} | {cut[when.end :]}"
    for part in (part.strip(" ,:;") for part in _SEPARATOR.split(cut)):
        for size in range(1, 5):
            pieces = re.split(r"[\s:：]+", part, maxsplit=size)
            if len(pieces) <= size:
                break
            head = tokens(" ".join(pieces[:size]))
            if (0, len(head)) in _in("by", head):
                names = _tidy(pieces[size])
                if names and _names(names, script):
                    return names
    return ""


def _tidy(said: str) -> str:
    """The names without what is glued to their end: "in Shanghai", "for the Times", ", Staff Writer"."""
    said = re.split(r",? (?:in|for|at|from|on|with) ", said, maxsplit=1)[0]
    said = re.split(r", (?=[^,]*\b(?:Writer|Editor|Correspondent|Reporter|Staff)\b)", said, maxsplit=1)[0]
    said = re.sub(r"(?i)\s+(?:published|posted|updated|last)(?:\s+(?:on|at|updated))?:?$", "", said)
    return said.strip(" ,;:.|") if not re.search(r"\b[A-Z]\.$", said) else said.strip(" ,;:|")


def _names(said: str, script: str) -> bool:
    if any(char.isdigit() for char in said) or len(said) > 80:
        return False
    if script in ("HAN", "KANA", "HANGUL"):
        return len(said) <= 12
    words = re.split(r"[\s,&]+", said)
    fits = all(word.casefold() in _PARTICLES or word[:1].isupper() or not word[:1].isascii() for word in words if word)
    counted = letters.scripts(said)
    return fits and bool(_NAMES.match(said)) and counted[script] * 2 > counted.total()


def could_be_title(unit: Unit, script: str) -> bool:
    """Whether the unit has a title's form: one short line in the article's script that is no sentence."""
    words = unit.words.strip()
    counted = letters.scripts(words)
    if unit.kind not in ("paragraph", "heading") or len(unit.lines) > 1 or not 1 < len(words) <= 180 or not counted:
        return False
    if counted[script] * 2 < counted.total() or len(tokens(words)) > (60 if script in ("HAN", "KANA") else 28):
        return False
    return not words.endswith((".", "。", ";", ":", ",")) or words.endswith("...")
