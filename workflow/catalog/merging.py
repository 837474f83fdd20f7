"""Catalogs changed: entries replaced, an article's new segments merged in, two writers' changes put together."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from workflow import languages
from workflow.catalog.headers import charset_as_written, complete, date, header, with_header
from workflow.errors import ConflictError, UsageError
from workflow.model import EMPTY, Catalog, Entry, State

if TYPE_CHECKING:  # it loads numpy; a merge that finds nothing changed does without
    from workflow.memory import Memory

Key = tuple[str | None, str]
Near = tuple[Entry, ...]
"""The old entries that a new one comes from: one, or several that were joined."""

LIKE = 60
"""The likeness, in percent, from which on a sentence is the old one edited; msgmerge takes the same."""
LIKE_TOGETHER = 75
"""The same for sentences split or joined, whose texts are longer, so that chance makes them less unlike."""
LIKE_LIVE = 85
"""The same where the old sentence is still in the article: then it was copied, or nothing."""
LARGEST_GAP = 40_000
"""Old times new sentences between two that stayed, up to which they are aligned; beyond they are only looked up."""
MOST_PARTS = 3
"""Into so many a sentence may be split, of so many joined."""


def with_entries(
    catalog: Catalog, changed: Mapping[Key, Entry], *, now: dt.datetime, translator: str | None = None
) -> Catalog:
    """The catalog with these entries instead of those of the same keys; keys that it lacks come after the live ones.

    PO-Revision-Date becomes `now` if a translation changed, Last-Translator the `translator`, `Name <mail>`, if there
    is one: a machine is none. Every other entry keeps its lines.
    """
    known = {entry.key: entry for entry in catalog.entries}
    entries = [_in_lines_of(entry, changed.get(entry.key, entry)) for entry in catalog.entries]
    more = [entry for key, entry in changed.items() if key not in known]
    if more:
        gone = [entry for entry in entries if entry.obsolete]
        entries = [*(entry for entry in entries if not entry.obsolete), *more, *gone]
    made = replace(catalog, entries=tuple(entries))
    if all(_translation(known.get(key)) == _translation(entry) for key, entry in changed.items()):
        return made
    made = with_header(charset_as_written(made), "PO-Revision-Date", date(now))
    return with_header(made, "Last-Translator", translator) if translator else made


def _in_lines_of(old: Entry, new: Entry) -> Entry:
    """`new` where `old` stood; `old` itself if they say the same."""
    if new is old or new == old:
        return old
    return replace(new, raw=old.raw, line=old.line)


def _translation(entry: Entry | None) -> tuple[str, ...]:
    return () if entry is None or entry.state is State.NEW else (entry.msgstr, *entry.msgstr_plural)


def merge(catalog: Catalog, entries: Sequence[Entry], *, now: dt.datetime, memory: Memory | None = None) -> Catalog:
    """The catalog brought up to date with an article's entries; no reviewed translation is lost by it.

    What msgmerge does, and this besides:
    - A sentence that was edited, split or joined is stale: it has the old translation (of several the sum), fuzzy,
      with the previous msgid. The reviewed entry it comes from stays, obsolete, and is reviewed again when its
      sentence comes back.
    - A near match is looked for where the sentence stood, then among what else left the article, then among what is
      still in it, last in the `memory` of other articles (only if this one has translations: the first draft of an
      article is `draft`'s to make).
    - A machine's draft that no person touched is no near match; its sentence is new, and drafted again.
    - Where nothing changed, no byte does: obsolete entries stay where they are.

    POT-Creation-Date becomes `now` if the msgids changed.
    """
    known = {entry.key: entry for entry in catalog.entries}
    wanted = {entry.key: entry for entry in entries}
    exact = {key: _taken_over(known[key], entry) for key, entry in wanted.items() if key in known}
    missing = [entry for key, entry in wanted.items() if key not in known]
    gone = [entry for entry in catalog.entries if entry.key not in wanted]
    near: dict[Key, Near] = {}
    if missing:
        near = _near(catalog, list(wanted.values()), memory)
    gap = _gap(catalog)
    live = [exact[key] if key in exact else _stale(entry, near.get(key, ()), gap) for key, entry in wanted.items()]
    kept = _obsolete(gone, near, live)
    order = [entry for entry in catalog.entries if entry.key in exact or entry.key in kept]
    if [entry.key for entry in order if entry.key in exact] == [entry.key for entry in live]:
        merged = [exact[entry.key] if entry.key in exact else kept[entry.key] for entry in order]
    else:
        merged = live + list(kept.values())
    made = complete(replace(catalog, entries=tuple(merged)))
    before = {entry.key for entry in catalog.entries if not entry.obsolete}
    return made if before == set(wanted) else with_header(made, "POT-Creation-Date", date(now))


def _gap(catalog: Catalog) -> str:
    """What stands between two sentences in the catalog's language."""
    try:
        return languages.sentence_gap(languages.canonical(header(catalog, "Language")))
    except UsageError:
        return " "


def _taken_over(old: Entry, entry: Entry) -> Entry:
    """The old entry, alive, where the article has it now."""
    if (
        old.references == entry.references
        and old.extracted == entry.extracted
        and not (old.obsolete or entry.flags)
        and old.previous_msgid is None
        and old.previous_msgctxt is None
        and old.msgid_plural == entry.msgid_plural
    ):
        return old
    flags = (*old.flags, *(flag for flag in entry.flags if flag not in old.flags))
    made = replace(old, extracted=entry.extracted, references=entry.references, flags=flags, obsolete=False)
    if old.msgid_plural != entry.msgid_plural:
        return _stale(entry, (old,), " ")
    if (old.previous_msgctxt, old.previous_msgid) == old.key:
        # The sentence is again what the translation was made for, but a person may have begun to change it.
        made = replace(made, previous_msgctxt=None, previous_msgid=None, previous_msgid_plural=None)
    return _in_lines_of(old, made)


def _stale(entry: Entry, near: Near, gap: str) -> Entry:
    """The article's entry with the translations of what it comes from, to be reviewed; new if there is none."""
    told = [old for old in near if old.state is not State.NEW and not _machine_made(old)]
    if not told:
        if entry.raw is None and not (entry.msgstr or entry.obsolete or entry.line):
            return entry
        return replace(entry, msgstr="", obsolete=False, raw=None, line=0)
    first = told[0]
    flags = dict.fromkeys(("fuzzy", *entry.flags, *(flag for old in told for flag in old.flags)))
    parts = [old.msgstr or next(iter(old.msgstr_plural), "") for old in told]
    said = [part for part in parts if part != EMPTY] or parts[:1]
    stale = replace(
        entry,
        msgstr=gap.join(said),
        comments=tuple(dict.fromkeys(comment for old in told for comment in old.comments)),
        flags=tuple(flags),
        previous_msgctxt=first.msgctxt if first.previous_msgid is None else first.previous_msgctxt,
        previous_msgid=" ".join(_previous(old) for old in near),
        obsolete=False,
    )
    if entry.msgid_plural is not None:
        stale = replace(stale, msgstr="", msgstr_plural=first.msgstr_plural or (first.msgstr, first.msgstr))
    return replace(stale, raw=first.raw, line=first.line) if len(near) == 1 and first.msgid_plural is None else stale


def _previous(old: Entry) -> str:
    """The msgid that the old entry's translation was made for."""
    return old.msgid if old.previous_msgid is None else old.previous_msgid


_PROVENANCE = re.compile(r"mt: .* sha=([0-9a-f]{12})\s*\Z")


def _machine_made(entry: Entry) -> bool:
    """Whether the translation is a machine's draft, letter for letter; its comment has the text's hash."""
    found = next((match for said in reversed(entry.comments) if (match := _PROVENANCE.match(said.strip()))), None)
    if found is None or entry.state is not State.DRAFT:
        return False
    import hashlib

    return hashlib.sha256(entry.msgstr.encode("utf-8", "surrogatepass")).hexdigest().startswith(found[1])


def _obsolete(gone: Iterable[Entry], near: Mapping[Key, Near], live: Iterable[Entry]) -> dict[Key, Entry]:
    """What stays of the entries that are no longer in the article.

    All that was reviewed; of the rest what has a translation or a person's comment and does not live on as another
    entry's near match.
    """
    used = {entry.key for found in near.values() for entry in found}
    said = {(entry.previous_msgid, entry.msgstr) for entry in live} | {(entry.msgid, entry.msgstr) for entry in live}
    kept = {}
    for entry in gone:
        state = entry.state
        noted = any(not comment.startswith("mt: ") and comment.strip() for comment in entry.comments)
        lives_on = entry.key in used or (state is not State.NEW and (entry.previous_msgid, entry.msgstr) in said)
        if entry.obsolete or state is State.REVIEWED or (not lives_on and (noted or state is not State.NEW)):
            kept[entry.key] = entry if entry.obsolete else replace(entry, obsolete=True, extracted=(), references=())
    return kept


def _near(catalog: Catalog, wanted: Sequence[Entry], memory: Memory | None) -> dict[Key, Near]:
    """The old entries that those of `wanted` which the catalog lacks come from, by key."""
    known = {entry.key for entry in catalog.entries}
    keys = {entry.key for entry in wanted}
    found: dict[Key, Near] = {}
    for olds, news in _gaps([entry for entry in catalog.entries if not entry.obsolete], wanted):
        lost = [entry for entry in olds if entry.key not in keys]
        come = [entry for entry in news if entry.key not in known]
        if lost and come:
            found |= _aligned(lost, come)
    translated = [entry for entry in catalog.entries if entry.state is not State.NEW]
    left = [entry for entry in wanted if entry.key not in known and entry.key not in found]
    if translated and left:
        lost = [entry for entry in translated if entry.key not in keys]
        here = [entry for entry in translated if entry.key in keys]
        for place in (_search(lost, LIKE), _search(here, LIKE_LIVE), _elsewhere(catalog, memory)):
            found |= {entry.key: near for entry in left if entry.key not in found and (near := place(entry.msgid))}
    return found


def _gaps(olds: Sequence[Entry], news: Sequence[Entry]) -> list[tuple[Sequence[Entry], Sequence[Entry]]]:
    """What stands, on both sides, between the entries that both have in the same order."""
    place = {entry.key: at for at, entry in enumerate(olds)}
    both = [(place[entry.key], at) for at, entry in enumerate(news) if entry.key in place]
    # The longest rising run of old places: everything not in it was moved.
    tops: list[int] = []
    chains: list[tuple[tuple[int, int], int]] = []
    last: list[int] = []
    for pair in both:
        at = bisect_left(tops, pair[0])
        chains.append((pair, last[at - 1] if at else -1))
        tops[at : at + 1] = [pair[0]]
        last[at : at + 1] = [len(chains) - 1]
    fixed = []
    link = last[-1] if last else -1
    while link >= 0:
        pair, link = chains[link]
        fixed.append(pair)
    bounds = [(-1, -1), *reversed(fixed), (len(olds), len(news))]
    return [
        (olds[old + 1 : next_old], news[new + 1 : next_new])
        for (old, new), (next_old, next_new) in pairwise(bounds)
        if next_old > old + 1 and next_new > new + 1
    ]


def _aligned(olds: Sequence[Entry], news: Sequence[Entry]) -> dict[Key, Near]:
    """Which old sentences each new one comes from, both being in their order: edited, split or joined.

    The pairing that keeps the most text; what is like nothing is left out.
    """
    if len(olds) * len(news) > LARGEST_GAP:
        return {}
    from workflow.memory import likeness

    steps = [(1, 1), *((1, n) for n in range(2, MOST_PARTS + 1)), *((n, 1) for n in range(2, MOST_PARTS + 1))]
    old_texts, new_texts = _runs(olds), _runs(news)
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    way: dict[tuple[int, int], tuple[int, int]] = {}
    for old in range(len(olds) + 1):
        for new in range(len(news) + 1):
            reached = [(best[old - 1][new], (1, 0))] if old else []
            if new:
                reached.append((best[old][new - 1], (0, 1)))
            for of, to in steps:
                if of > old or to > new:
                    continue
                one, other = old_texts[of][old - of], new_texts[to][new - to]
                at_least = LIKE if of == to else LIKE_TOGETHER
                shorter, both = min(len(one), len(other)), len(one) + len(other)
                if 200 * shorter >= at_least * both and (like := likeness(one, other, at_least=at_least)):
                    reached.append((best[old - of][new - to] + (like - LIKE + 1) * both, (of, to)))
            if reached:
                best[old][new], way[old, new] = max(reached)
    found: dict[Key, Near] = {}
    old, new = len(olds), len(news)
    while (old, new) in way:
        of, to = way[old, new]
        if of and to:
            found |= {entry.key: tuple(olds[old - of : old]) for entry in news[new - to : new]}
        old, new = old - of, new - to
    return found


def _runs(entries: Sequence[Entry]) -> dict[int, list[str]]:
    """For each number of sentences, the texts of all runs of so many, by where they begin."""
    return {
        count: [" ".join(entry.msgid for entry in entries[at : at + count]) for at in range(len(entries) - count + 1)]
        for count in range(1, MOST_PARTS + 1)
    }


Search = Callable[[str], Near]


def _nothing(_msgid: str) -> Near:
    return ()


def _search(olds: Sequence[Entry], at_least: int) -> Search:
    """The function that gives the one of `olds` whose msgid is most like another."""
    if not olds:
        return _nothing
    from workflow import memory

    by_key = {(old.msgctxt, old.msgid): old for old in olds}
    units = (Entry(msgid=old.msgid, msgctxt=old.msgctxt, msgstr="x") for old in olds)
    index = memory.index({"": units})

    def closest(msgid: str) -> Near:
        match = index.closest(msgid, at_least=at_least)
        return (by_key[match.unit.context, match.unit.source],) if match else ()

    return closest


def _elsewhere(catalog: Catalog, memory: Memory | None) -> Search:
    """The function that gives the sentence of another article most like one; what is the same there is no edit."""
    if memory is None:
        return _nothing
    own = catalog.file.rpartition("/")[2].removesuffix(".po")

    def closest(msgid: str) -> Near:
        match = memory.closest(msgid, article=own)
        if match is None or match.unit.article == own or match.unit.source == msgid:
            return ()
        return (Entry(msgid=match.unit.source, msgctxt=match.unit.context, msgstr=match.unit.target),)

    return closest


def combine(base: Catalog, ours: Catalog, theirs: Catalog) -> Catalog:
    """What `ours` and `theirs` made of `base`: each change of either, entry by entry, in the header field by field.

    `theirs` is the file as it is now; where it says the same, its lines stay. A machine's draft that no person touched
    yields to what somebody wrote. Raises ConflictError, with the line in `theirs`, if both changed an entry's
    translation, and not alike.
    """
    before = {entry.key: entry for entry in base.entries}
    mine = {entry.key: entry for entry in ours.entries}
    other = {entry.key: entry for entry in theirs.entries}
    made: dict[Key, Entry] = {}
    for key in (mine if _moved(base, ours) else other) | mine | other:
        entry = _both(before.get(key), mine.get(key), other.get(key), theirs.file)
        if entry is not None:
            made[key] = entry
    alive = [entry for entry in made.values() if not entry.obsolete]
    gone = [entry for entry in made.values() if entry.obsolete]
    apart = any(entry.obsolete for entry in theirs.entries) and not _moved(base, ours)
    return _headers_of_both(base, ours, replace(theirs, entries=tuple(made.values()) if apart else (*alive, *gone)))


def _moved(base: Catalog, ours: Catalog) -> bool:
    return [entry.key for entry in base.entries] != [entry.key for entry in ours.entries]


def _both(base: Entry | None, ours: Entry | None, theirs: Entry | None, file: str) -> Entry | None:
    """The entry with the changes of both; None if it is gone. Raises ConflictError if they touch."""
    if theirs is None or ours == base:
        # Who took an entry out took out what they saw; what we have made of it since is kept.
        return theirs if ours == base else ours
    if ours is None:
        return None if theirs == base else theirs
    if theirs in {base, ours}:
        return _in_lines_of(theirs, ours)
    if base is not None and _said(ours) == _said(base):
        # Ours is the article's side (its place, its kind, whether it is there); theirs what a person says.
        said = {name: getattr(theirs, name) for name in ("msgstr", "msgstr_plural", "flags", "comments")}
        return _in_lines_of(theirs, replace(ours, **said))
    if base is not None and _said(theirs) == _said(base):
        said = {name: getattr(ours, name) for name in ("msgstr", "msgstr_plural", "flags", "comments")}
        return _in_lines_of(theirs, replace(theirs, **said))
    if ours.state is State.NEW or _machine_made(ours):
        return theirs
    if theirs.state is State.NEW and base is None:
        return _in_lines_of(theirs, ours)
    raise ConflictError(
        f"{file}:{theirs.line}: {_short(theirs.msgid)} was changed by somebody else at the same time; nothing was "
        f"written, look at it and run the command again"
    )


def _said(entry: Entry) -> tuple[object, ...]:
    return (entry.msgstr, entry.msgstr_plural, entry.flags, entry.comments)


def _short(msgid: str) -> str:
    return f'"{msgid if len(msgid) <= 40 else msgid[:39] + "…"}"'.replace("\n", " ")


def _headers_of_both(base: Catalog, ours: Catalog, theirs: Catalog) -> Catalog:
    """`theirs` with the header fields that ours changed; the later of two dates."""
    old, made = dict(base.headers), theirs
    for name, value in ours.headers:
        now = header(made, name)
        if name and value != old.get(name) and value != now and (now == old.get(name, "") or name.endswith("-Date")):
            made = with_header(made, name, max(value, now) if name.endswith("-Date") else value)
    return made
