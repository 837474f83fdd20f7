"""The terms whose translation is settled: `locales/LOCALE/glossary.csv`, a row for each: source,target[,note]."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflow.errors import FormatError

HEADER = ("source", "target", "note")


@dataclass(frozen=True, slots=True)
class Term:
    """A term and its settled translation. Two terms of one source are two ways to say it, the first preferred.

    `line` is the row's line in the file it was read from; it takes no part in comparison nor does `note` in meaning.
    """

    source: str
    target: str
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term in a text: the range of characters where it stands, and what it may become."""

    term: Term
    start: int
    end: int
    others: tuple[Term, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The settled translations, the preferred first."""
        return (self.term.target, *(other.target for other in self.others))


def loads(text: str, file: str = "glossary.csv") -> tuple[Term, ...]:
    r"""The terms in a CSV text, in its order; a header row, blank rows and rows that start with `#` are no terms.

    FormatError ("file:line: …") for a row without a source or target, with more than three cells, or the same twice.

    >>> loads("source,target\nedition,版本\n")
    (Term(source='edition', target='版本', note='', line=2),)
    """
    terms: dict[tuple[str, str], Term] = {}
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            here, line = line, reader.line_num + 1
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if not terms and tuple(cell.lower() for cell in cells) == HEADER[: len(cells)] and len(cells) > 1:
                continue
            term = _term(cells, here, file)
            pair = (term.source, term.target)
            if pair in terms:
                raise FormatError(
                    f"{file}:{here}: {term.source!r} is the same as on line {terms[pair].line}; delete one"
                )
            terms[pair] = term
    except csv.Error as error:
        raise FormatError(f"{file}:{line}: {error}; a cell with a comma or quote wants quotes around it") from None
    return tuple(terms.values())


def _term(cells: Sequence[str], line: int, file: str) -> Term:
    if len(cells) > len(HEADER):
        raise FormatError(f"{file}:{line}: {len(cells)} cells; a row is source,target[,note], quotes around a comma")
    padded = [*cells, "", ""]
    for place in (0, 1):
        if not padded[place]:
            raise FormatError(f"{file}:{line}: the {HEADER[place]} is empty; a row is source,target[,note]")
    return Term(padded[0], padded[1], padded[2], line)


def dumps(terms: Iterable[Term]) -> str:
    r"""The CSV text of terms, with a header; `loads` gives them back.

    >>> dumps((Term("a", "b"),))
    'source,target,note\na,b,\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((term.source, term.target, term.note) for term in terms)
    return out.getvalue()


def found(terms: Iterable[Term], text: str) -> tuple[Occurrence, ...]:
    """Where terms stand in `text` as whole words, in order, none inside another: the longest wins.

    A term in small letters is found in any case, another only as it is written or all in capitals; a blank in it is
    any white space, and a last word in small letters may have its English plural.

    >>> [(hit.start, hit.end) for hit in found([Term("edition", "版本")], "Editions of an edition, no expedition")]
    [(0, 8), (15, 22)]
    """
    ways: dict[str, list[Term]] = {}
    for term in terms:
        ways.setdefault(term.source, []).append(term)
    hits: list[Occurrence] = []
    taken = [False] * len(text)
    low = text.casefold()
    for source in sorted(ways, key=lambda source: (-len(source), source)):
        if source.split()[0].casefold() not in low:
            continue
        for match in _pattern(source).finditer(text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                first, *others = ways[source]
                hits.append(Occurrence(first, match.start(), match.end(), tuple(others)))
    return tuple(sorted(hits, key=lambda hit: hit.start))


def _pattern(source: str) -> re.Pattern[str]:
    words = source.split()
    body = r"\s+".join(re.escape(word) for word in words)
    last = words[-1]
    if last.isascii() and last.isalpha() and last.islower():
        body = body[: -len(last)] + _with_plural(last)
    if source != source.lower():
        capitals = r"\s+".join(re.escape(word.upper()) for word in words)
        body = f"(?:{body}|{capitals})"
    # Scripts written without blanks have no word ends to look for.
    left = r"(?<!\w)" if _WORD.match(source) else ""
    right = r"(?!\w)" if _WORD.match(source[-1]) else ""
    return re.compile(left + body + right, re.IGNORECASE if source == source.lower() else 0)


_WORD = re.compile(r"[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


def _with_plural(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}(?:y|ies)"
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return f"{word}(?:es)?"
    return f"{word}s?"
