"""The nouns: articles, blocks, entries, catalogs, findings. All frozen; verbs live elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from enum import StrEnum
from typing import Literal

Syntax = Literal["plain", "markdown", "html"]
Severity = Literal["error", "warning", "info"]
Grain = Literal["sentence", "block"]

EMPTY = "∅"
"""The msgstr that means: deliberately empty, said in the neighbouring segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of prose in an article.

    `text` is the block exactly as it stands in the file; `prose` is what a translator sees of it: soft line
    breaks and their prefixes are blanks, escapes of the surrounding format (table cell, YAML string) are undone,
    inline markup in `syntax` stays. `kind` is the field's word for it ("heading 2", "paragraph", "list item",
    "table cell", "title", "image alt", …) and becomes the `#.` comment. `line` is the 1-based line where it
    starts. `form` and `prefix` are the reader's own notes on how to write a translation back (readers.write).
    `note` is for the translator, `context` is the msgctxt.
    """

    text: str
    prose: str
    kind: str
    line: int
    syntax: Syntax = "plain"
    form: str = ""
    prefix: str = ""
    note: str = ""
    context: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A source file cut into parts: a `str` is skeleton, a `Block` is prose; joined, they are the file's text.

    `file` is the path from the publication folder with forward slashes (`source/a.md`); `metadata` holds the
    front matter's plain values (title, author, date, description, tags, grain, …), strings or lists of strings.
    """

    file: str
    format: Literal["markdown", "html", "text"]
    parts: tuple[str | Block, ...]
    metadata: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The slug that names the article everywhere: the stem of its file."""
        return self.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The prose parts, in order."""
        return tuple(part for part in self.parts if isinstance(part, Block))

    @property
    def text(self) -> str:
        """The source text, byte for byte."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


class State(StrEnum):
    """Where an entry stands; read from the entry, never stored."""

    NEW = "new"
    DRAFT = "draft"
    STALE = "stale"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One segment and its translation in a catalog.

    `comments` are translator comments (`# `), `extracted` the `#.` lines, each without its marker. `line` is the
    1-based line of the `msgid` keyword in the file it was read from, 0 for an entry that is new. `raw` is the
    text it was read from, with the blank lines before it; neither takes part in comparison. `raw` stays with an entry
    that is replaced: where the two no longer say the same, `catalog.dumps` rewrites what differs.
    """

    msgid: str
    msgstr: str = ""
    msgctxt: str | None = None
    msgid_plural: str | None = None
    msgstr_plural: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    extracted: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    previous_msgctxt: str | None = None
    previous_msgid: str | None = None
    previous_msgid_plural: str | None = None
    obsolete: bool = False
    line: int = field(default=0, compare=False)
    raw: str | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> tuple[str | None, str]:
        """What the catalog finds it by."""
        return (self.msgctxt, self.msgid)

    @property
    def fuzzy(self) -> bool:
        """Whether gettext would leave this translation out."""
        return "fuzzy" in self.flags

    @property
    def state(self) -> State:
        """`new`, `draft`, `stale` or `reviewed`."""
        translated = all(self.msgstr_plural) if self.msgid_plural is not None else bool(self.msgstr)
        if not translated or (self.msgid_plural is not None and not self.msgstr_plural):
            return State.NEW
        if not self.fuzzy:
            return State.REVIEWED
        return State.DRAFT if self.previous_msgid is None else State.STALE


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The entries of one article in one locale, in the file's order, obsolete ones among them.

    `header` is the entry with the empty msgid, None where the file has none; `header_place` is the number of entries
    before it (0 in every file that a tool wrote). `tail` is the text after the last entry, `mark` a byte order mark.
    `file` is what messages call it. `read` are the entries as `loads` found them, by which `dumps` knows those that
    nobody changed. Only `header` and `entries` take part in comparison.
    """

    header: Entry | None = None
    entries: tuple[Entry, ...] = ()
    header_place: int = field(default=0, compare=False)
    tail: str = field(default="", compare=False, repr=False)
    mark: str = field(default="", compare=False, repr=False)
    file: str = field(default="<string>", compare=False)
    read: tuple[Entry, ...] = field(default=(), compare=False, repr=False)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The header's fields, name and value, in order; a line that is no field has the empty name."""
        if self.header is None:
            return ()
        fields = []
        for line in self.header.msgstr.split("\n"):
            name, colon, value = line.partition(":")
            if line:
                fields.append((name, value.removeprefix(" ")) if colon else ("", line))
        return tuple(fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check has to say about an entry. `file` and `line` are of the catalog.

    `mark` is the stretch of the target (or of the source) that the message is about; empty where it is about all.
    """

    locale: str
    article: str
    file: str
    line: int
    source: str
    target: str
    check: str
    severity: Severity
    message: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Segments of a catalog by state, and words of its source."""

    segments: int = 0
    reviewed: int = 0
    draft: int = 0
    stale: int = 0
    new: int = 0
    words: int = 0
    reviewed_words: int = 0

    @property
    def percent(self) -> float:
        """The share of segments that is reviewed, rounded down to one place, so that 100.0 is said of all only."""
        return self.reviewed * 1000 // self.segments / 10 if self.segments else 100.0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def as_data(self) -> dict[str, float]:
        """The counts by name, as the JSON reports promise them."""
        return {**asdict(self), "percent": self.percent}


Completeness = Mapping[str, Mapping[str, Counts]]
"""Locale -> article -> counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An article in one locale, assembled; the original is an edition, too.

    `text` is the article's own format and nothing added. `marked` is the same with a `<span lang>` around each segment
    that stands in the source language, for HTML; its body, what follows the front matter, begins at `body`.
    `metadata` holds the front matter with its prose translated; `foreign` names its fields that are not. `missing` are
    the entries that have no text fit to publish, `drafted` counts the segments that a machine said. `renders` is the
    day of the original that a stale edition follows, `revised` the day of its last translation.
    """

    article: Article
    locale: str
    source: str
    text: str
    marked: str
    body: int
    title: str
    metadata: Mapping[str, str | tuple[str, ...]]
    foreign: frozenset[str]
    counts: Counts
    missing: tuple[Entry, ...] = ()
    drafted: int = 0
    renders: str | None = None
    revised: str | None = None

    @property
    def original(self) -> bool:
        """Whether this is the article as it was written."""
        return self.locale == self.source

    @property
    def complete(self) -> bool:
        """Whether every segment says what it should in the edition's language."""
        return not self.missing
