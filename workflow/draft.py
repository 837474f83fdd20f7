"""Drafts: the list of what wants one, the stream that makes them, and the catalog entries with them in.

    jobs = draft.plan(entries, catalog=path, article=name, locale="zh_CN", syntax="markdown", memory=…, terms=…)
    for drafts in draft.stream(jobs, translate, locale="zh_CN", engine="argos translate-en_zh-1_9"):
        …                     # a tuple of drafts: what one round gave; group them by draft.job.catalog and write
        changed = draft.apply(entries, drafts)          # {key: Entry}, for catalog.with_entries

`plan` of many catalogs may be chained into one stream. `plan` and `apply` are pure; nothing here opens a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from workflow.engine import Translate
from workflow.glossary import Occurrence, Term, found
from workflow.memory import Match, Memory
from workflow.model import Entry, State, Syntax

WINDOW = 512
"""Segments in a round: what an interruption may lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A segment that wants a draft. `catalog` is whatever the caller knows its catalog by."""

    catalog: str
    key: tuple[str | None, str]
    syntax: Syntax
    locale: str
    match: Match | None = None
    terms: tuple[Occurrence, ...] = ()

    @property
    def source(self) -> str:
        """The text to translate."""
        return self.key[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A translation to be reviewed. `origin` says where from: `argos translate-en_zh-1_9`, `memory 92% article`.

    `confidence` is 0 to 1, None where nobody can say. `lost` names what the source has and the draft has not,
    `faults` what is wrong with it besides.
    """

    job: Job
    text: str
    origin: str
    confidence: float | None = None
    lost: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def plan(
    entries: Iterable[Entry],
    *,
    catalog: str,
    article: str,
    locale: str,
    syntax: Syntax | Callable[[Entry], Syntax] = "plain",
    memory: Memory | None = None,
    terms: Iterable[Term] = (),
    redo: bool = False,
) -> tuple[Job, ...]:
    """The entries that want a draft, in order: new ones, with `redo` also machine drafts that no person has touched."""
    memory = memory or Memory()
    terms = tuple(terms)
    alive = [entry for entry in entries if not entry.obsolete and entry.msgid_plural is None]
    jobs = []
    for place, entry in enumerate(alive):
        if not wanted(entry, redo=redo):
            continue
        match = memory.exact(
            entry.msgid,
            article=article,
            context=entry.msgctxt,
            before=alive[place - 1].msgid if place else "",
            after=alive[place + 1].msgid if place + 1 < len(alive) else "",
        ) or memory.closest(entry.msgid, article=article)
        jobs.append(
            Job(
                catalog=catalog,
                key=entry.key,
                syntax=syntax if isinstance(syntax, str) else syntax(entry),
                locale=locale,
                match=match,
                terms=found(terms, entry.msgid),
            )
        )
    return tuple(jobs)


def wanted(entry: Entry, *, redo: bool = False) -> bool:
    """Whether an entry wants a draft: it is new, or with `redo` a machine's draft that no person has touched."""
    if entry.obsolete or entry.msgid_plural is not None:
        return False
    return entry.state is State.NEW or (redo and entry.state is State.DRAFT and not touched_by_person(entry))


def stream(
    jobs: Iterable[Job],
    translate: Translate,
    *,
    locale: str,
    engine: str,
    window: int = WINDOW,
    progress: Callable[[int, int], None] = lambda _segments, _words: None,
) -> Iterator[tuple[Draft, ...]]:
    """Drafts of all jobs, in their order, a round of at most `window` at a time; only one round is in memory.

    `progress` hears after each round how many segments and source words it was.
    """
    del locale
    queue = iter(jobs)
    while batch := tuple(islice(queue, window)):
        asked = [job for job in batch if job.match is None]
        texts = iter(translate([job.source for job in asked])) if asked else iter(())
        drafts = tuple(
            _remembered(job)
            if job.match
            else Draft(job=job, text=(best := next(texts)[0]).text, origin=engine, confidence=round(2**best.score, 2))
            for job in batch
        )
        yield drafts
        progress(len(batch), sum(len(job.source.split()) for job in batch))


def _remembered(job: Job) -> Draft:
    assert job.match is not None
    origin = f"memory {job.match.percent}% {job.match.unit.article}".rstrip()
    return Draft(job=job, text=job.match.target, origin=origin)


def apply(entries: Iterable[Entry], drafts: Iterable[Draft]) -> dict[tuple[str | None, str], Entry]:
    """The entries that drafts change, with draft, fuzzy flag and provenance, by key.

    A draft whose entry is gone, reviewed, stale or touched by a person meanwhile changes nothing, and an empty draft
    neither.
    """
    by_key = {entry.key: entry for entry in entries}
    changed = {}
    for draft in drafts:
        entry = by_key.get(draft.job.key)
        if entry is not None and draft.text and wanted(entry, redo=True):
            bare = without_provenance(entry)
            comment = _provenance_comment(draft)
            flags = bare.flags if bare.fuzzy else (*bare.flags, "fuzzy")
            changed[entry.key] = replace(bare, msgstr=draft.text, comments=(*bare.comments, comment), flags=flags)
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a machine's draft is from, as its comment says."""

    origin: str
    sha: str
    confidence: float | None = None
    lost: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


_COMMENT = re.compile(
    r"mt: (?P<origin>\S.*?)(?: confidence=(?P<confidence>[01](?:\.\d+)?))?(?: faults=(?P<faults>[\w,-]+))?"
    r"(?: lost=(?P<lost>\S+))? sha=(?P<sha>[0-9a-f]{12})$"
)


def _provenance_comment(draft: Draft) -> str:
    parts = [f"mt: {draft.origin}"]
    if draft.confidence is not None:
        parts.append(f"confidence={draft.confidence:.2f}")
    if draft.faults:
        parts.append(f"faults={','.join(draft.faults)}")
    if draft.lost:
        parts.append(f"lost={','.join(draft.lost)}")
    return " ".join([*parts, f"sha={sha(draft.text)}"])


def sha(msgstr: str) -> str:
    """The first twelve hex digits of the SHA-256 of a msgstr: where it no longer fits, a person has edited."""
    return hashlib.sha256(msgstr.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def provenance(entry: Entry) -> Provenance | None:
    """Where the entry's draft is from, if a comment says so.

    >>> provenance(Entry(msgid="a", comments=("mt: memory 92% other sha=0123456789ab",))).origin
    'memory 92% other'
    """
    for comment in reversed(entry.comments):
        if match := _COMMENT.match(comment.strip()):
            return Provenance(
                origin=match["origin"],
                sha=match["sha"],
                confidence=float(match["confidence"]) if match["confidence"] else None,
                lost=tuple(match["lost"].split(",")) if match["lost"] else (),
                faults=tuple(match["faults"].split(",")) if match["faults"] else (),
            )
    return None


def touched_by_person(entry: Entry) -> bool:
    """Whether the entry has a translation that is not, letter for letter, what a machine put there."""
    if not entry.msgstr:
        return False
    known = provenance(entry)
    return known is None or known.sha != sha(entry.msgstr)


def without_provenance(entry: Entry) -> Entry:
    """The entry without comments on a machine's draft, for when it is reviewed."""
    kept = tuple(comment for comment in entry.comments if not comment.strip().startswith("mt: "))
    return entry if kept == entry.comments else replace(entry, comments=kept)
