"""Catalogs changed: entries replaced, an article's new segments merged in, two writers' changes put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from workflow.catalog.headers import complete, date, with_header
from workflow.errors import ConflictError
from workflow.memory import Memory
from workflow.model import Catalog, Entry, State

Key = tuple[str | None, str]


def with_entries(
    catalog: Catalog, changed: Mapping[Key, Entry], *, now: dt.datetime, translator: str | None = None
) -> Catalog:
    """The catalog with these entries instead of those of the same keys; keys that it lacks come last.

    PO-Revision-Date becomes `now` if a translation changed, Last-Translator the `translator`, `Name <mail>`, if there
    is one: a machine is none. Every other entry keeps its lines.
    """
    known = {entry.key: entry for entry in catalog.entries}
    entries = [_in_lines_of(entry, changed.get(entry.key, entry)) for entry in catalog.entries]
    alive = [entry for entry in entries if not entry.obsolete]
    more = [entry for key, entry in changed.items() if key not in known]
    if more:
        entries = [*alive, *more, *(entry for entry in entries if entry.obsolete)]
    made = replace(catalog, entries=tuple(entries))
    if all(entry.key in known and _translation(known[entry.key]) == _translation(entry) for entry in changed.values()):
        return made
    made = with_header(complete(made), "PO-Revision-Date", date(now))
    return with_header(made, "Last-Translator", translator) if translator else made


def _in_lines_of(old: Entry, new: Entry) -> Entry:
    """`new` where `old` stood; `old` itself if they say the same."""
    if new is old or new == old:
        return old
    return replace(new, raw=old.raw, line=old.line)


def _translation(entry: Entry) -> tuple[str, tuple[str, ...]]:
    return (entry.msgstr, entry.msgstr_plural)


def merge(catalog: Catalog, entries: Sequence[Entry], *, now: dt.datetime, memory: Memory | None = None) -> Catalog:
    """The catalog brought up to date with an article's entries."""
    del memory
    known = {entry.key: entry for entry in catalog.entries}
    live = tuple(_merged(known[entry.key], entry) if entry.key in known else entry for entry in entries)
    wanted = {entry.key for entry in entries}
    gone = tuple(
        replace(entry, obsolete=True, extracted=(), references=()) if not entry.obsolete else entry
        for entry in catalog.entries
        if entry.key not in wanted and entry.state is not State.NEW
    )
    before = {entry.key for entry in catalog.entries if not entry.obsolete}
    made = complete(replace(catalog, entries=live + gone))
    return made if before == wanted else with_header(made, "POT-Creation-Date", date(now))


def _merged(old: Entry, entry: Entry) -> Entry:
    return _in_lines_of(old, replace(old, extracted=entry.extracted, references=entry.references, obsolete=False))


def combine(base: Catalog, ours: Catalog, theirs: Catalog) -> Catalog:
    """What `ours` and `theirs` both made of `base`: entry by entry, each change of either.

    Raises ConflictError, with the line in theirs, if both changed the same entry, and not alike.
    """
    before = {entry.key: entry for entry in base.entries}
    mine = {entry.key: entry for entry in ours.entries}
    other = {entry.key: entry for entry in theirs.entries}
    changed: dict[Key, Entry] = {}
    for key, entry in mine.items():
        if entry == before.get(key) or entry == other.get(key):
            continue
        if key in other and other[key] != before.get(key):
            line = other[key].line
            raise ConflictError(
                f"{theirs.file}:{line}: {key[1][:40]!r} was changed by somebody else meanwhile; nothing was written, "
                f"run the command again"
            )
        changed[key] = entry
    return replace(
        theirs,
        entries=tuple(_in_lines_of(entry, changed.pop(entry.key, entry)) for entry in theirs.entries)
        + tuple(changed.values()),
    )
