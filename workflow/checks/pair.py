"""What a check is given and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.glossary import Term
from workflow.markup import Token
from workflow.model import Entry, Severity, Syntax


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence of a check; `mark` is the stretch of the translation (or of the source) that it is about."""

    severity: Severity
    message: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An entry and its translation, as the checks see it.

    `source_text` and `target_text` are what a reader sees: the marks of `syntax` are gone, and code, addresses and
    placeholders are one U+FFFC each. For a plural entry there is a Pair for each form. `elsewhere` is how other
    entries of the locale translate a source.
    """

    entry: Entry
    source: str
    target: str
    source_text: str
    target_text: str
    locale: str
    source_locale: str = "en"
    syntax: Syntax = "markdown"
    source_tokens: tuple[Token, ...] = ()
    target_tokens: tuple[Token, ...] = ()
    terms: tuple[Term, ...] = ()
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)
