"""The checks of a translation: each a generator of sentences that knows one thing."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from workflow.checks.length import length
from workflow.checks.markup import links, markup, placeholders
from workflow.checks.numbers import numbers
from workflow.checks.pair import Note, Pair
from workflow.checks.script import invisible, script
from workflow.checks.terms import changed, consistency, terms
from workflow.checks.text import brackets, punctuation, repetition, untranslated, whitespace
from workflow.errors import UsageError
from workflow.glossary import Term
from workflow.markup import Token, tokens
from workflow.model import EMPTY, Entry, Finding, Severity, State, Syntax

Check = Callable[[Pair], Iterator[Note]]

CHECKS: Mapping[str, Check] = {
    "numbers": numbers,
    "markup": markup,
    "links": links,
    "placeholders": placeholders,
    "terms": terms,
    "untranslated": untranslated,
    "script": script,
    "invisible": invisible,
    "punctuation": punctuation,
    "brackets": brackets,
    "whitespace": whitespace,
    "repetition": repetition,
    "length": length,
    "consistency": consistency,
    "changed": changed,
}
"""Every check by its name, in the order of its findings."""

_OF_TOKENS = frozenset({"links", "placeholders"})
_SILENCED = re.compile(r"^check:\s*((?:-[a-z]+[\s,]*)+)")
_MARKED = {
    "plain": re.compile(r"https?://|www\.|@|[{%$]"),
    "markdown": re.compile(r"[*_`\[\]<>!~@{}%$\\&|:^]|https?://|www\."),
    "html": re.compile(r"[<>&@{}%$]|https?://|www\."),
}
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HOLES = {"code", "url", "email", "placeholder", "math", "footnote", "shortcode"}


def known(names: Iterable[str]) -> frozenset[str]:
    """The names, each of a check that there is; UsageError says which is not and what was meant.

    >>> sorted(known(["numbers", "links"]))
    ['links', 'numbers']
    """
    for name in names:
        if name not in CHECKS:
            near = difflib.get_close_matches(name, CHECKS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(CHECKS)}"
            raise UsageError(f"unknown check {name!r}; {hint}")
    return frozenset(names)


@lru_cache(maxsize=8192)
def _source(text: str, syntax: Syntax) -> tuple[tuple[Token, ...], str]:
    """The source as `_read` reads it; kept, since every locale has the same sources."""
    return _read(text, syntax)


def _read(text: str, syntax: Syntax) -> tuple[tuple[Token, ...], str]:
    """The tokens of a text and what a reader sees between them."""
    if not _MARKED[syntax].search(text):
        return (), text
    found = tokens(text, syntax)
    pieces, position = [], 0
    for token in found:
        if token.start >= position:
            pieces.append(text[position : token.start])
        if token.kind in _HOLES:
            pieces.append("\ufffc")
        elif token.kind == "break":
            pieces.append(" ")
        position = max(position, token.end)
    seen = "".join([*pieces, text[position:]])
    if syntax == "markdown":
        seen = _ESCAPE.sub(r"\1", seen)
    return found, html.unescape(seen) if "&" in seen and syntax != "plain" else seen


def silenced(entry: Entry) -> frozenset[str]:
    """The checks that a translator comment turns off for the entry.

    >>> sorted(silenced(Entry(msgid="a", comments=("check: -numbers -links the author counts otherwise",))))
    ['links', 'numbers']
    """
    names: set[str] = set()
    for comment in entry.comments:
        if found := _SILENCED.match(comment):
            names.update(re.findall(r"-([a-z]+)", found[1]))
    return frozenset(names)


def _pairs(
    entry: Entry,
    *,
    locale: str,
    source_locale: str,
    syntax: Syntax,
    terms: tuple[Term, ...],
    elsewhere: Mapping[str, frozenset[str]],
) -> Iterator[Pair]:
    """The entry's source with its translation, or with each plural form of it."""
    if entry.msgid_plural is None:
        texts = [(entry.msgid, entry.msgstr)]
    else:
        texts = [(entry.msgid if len(entry.msgstr_plural) > 1 and not index else entry.msgid_plural, form)
                 for index, form in enumerate(entry.msgstr_plural)]  # fmt: skip
    for source, target in texts:
        if target and target != EMPTY:
            source_tokens, source_text = _source(source, syntax)
            target_tokens, target_text = _read(target, syntax)
            yield Pair(
                entry=entry,
                source=source,
                target=target,
                source_text=source_text,
                target_text=target_text,
                locale=locale,
                source_locale=source_locale,
                syntax=syntax,
                source_tokens=source_tokens,
                target_tokens=target_tokens,
                terms=terms,
                elsewhere=elsewhere,
            )


def _said_here(entries: Sequence[Entry], elsewhere: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    """How reviewed entries translate each source: those given, and others of the locale."""
    said: dict[str, set[str]] = {}
    for entry in entries:
        if entry.state is State.REVIEWED and not entry.obsolete and entry.msgstr != EMPTY:
            said.setdefault(entry.msgid, set()).add(entry.msgstr)
    both = {source: frozenset(targets) for source, targets in said.items() if len(targets) > 1}
    return {**elsewhere, **{source: targets | elsewhere.get(source, frozenset()) for source, targets in both.items()}}


def run(
    entries: Iterable[Entry],
    *,
    locale: str,
    article: str,
    file: str,
    source_locale: str = "en",
    terms: Sequence[Term] = (),
    syntax: Syntax = "markdown",
    skip: Collection[str] = (),
    only: Collection[str] = (),
    elsewhere: Mapping[str, frozenset[str]] | None = None,
) -> Iterator[Finding]:
    """What the checks have to say about the translated entries of a catalog, in its order.

    New and obsolete entries are passed over. In a draft or a stale entry nothing is graver than a warning, since
    nobody has accepted it yet. UsageError for a name in `skip` or `only` that no check has.
    """
    wanted = known(only) or frozenset(CHECKS)
    wanted -= known(skip)
    chosen = [(name, check) for name, check in CHECKS.items() if name in wanted]
    if not terms:
        chosen = [(name, check) for name, check in chosen if name != "terms"]
    entries, settled = list(entries), tuple(terms)
    known_here = _said_here(entries, elsewhere or {}) if "consistency" in wanted else {}
    for entry in entries:
        state = entry.state
        if entry.obsolete or state is State.NEW:
            continue
        quiet = silenced(entry) if entry.comments else frozenset()
        said: set[tuple[str, str]] = set()
        for pair in _pairs(
            entry, locale=locale, source_locale=source_locale, syntax=syntax, terms=settled, elsewhere=known_here
        ):
            for name, check in chosen:
                if name in quiet or (name in _OF_TOKENS and not pair.source_tokens and not pair.target_tokens):
                    continue
                for note in check(pair):
                    if (name, note.message) in said:
                        continue
                    said.add((name, note.message))
                    severity: Severity = note.severity
                    if severity == "error" and state is not State.REVIEWED:
                        severity = "warning"
                    yield Finding(
                        locale=locale,
                        article=article,
                        file=file,
                        line=entry.line,
                        source=pair.source,
                        target=pair.target,
                        check=name,
                        severity=severity,
                        message=note.message,
                        mark=note.mark,
                    )
