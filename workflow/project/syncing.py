"""`sync`: templates and catalogs brought in step with the articles."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from workflow import catalog as catalogs
from workflow import cores, files, record
from workflow.errors import UsageError
from workflow.model import Article, Catalog, Entry
from workflow.project.base import (
    OTHER_SUFFIXES,
    SUFFIXES,
    Change,
    Project,
    article_of,
    chosen_locales,
    chosen_names,
    cut,
    load,
    memory_of,
    merged_catalog,
    save_text,
    summary_of,
    timestamp,
    view,
    wanted,
)

if TYPE_CHECKING:  # these rooms load numpy, jinja2 and more; the verbs that need them import them
    from workflow.memory import Memory

MANY_TO_SYNC = 100
"""Articles from which on a second process is worth its start, and a record of what is as it should be its file."""

HINTS = ".workflow"
"""The folder of what may be deleted at any time; it tells version control to leave it alone."""


def sync(project: Project, names: Sequence[str], spellings: Sequence[str]) -> Iterator[Change]:
    """Templates and catalogs brought up to date with source/, a Change for each file."""
    locales = chosen_locales(project, spellings) if spellings or project.config.locales else ()
    chosen = chosen_names(project, names)
    with files.lock(project.root):
        many = len(project.article_files) >= MANY_TO_SYNC
        inputs = _sync_inputs(project) if many else ""
        known = record.synced(project.root / HINTS, inputs) if many else {}
        # All is read before anything is written: what is broken stops the run before it has begun.
        made = cores.spread(_Syncing(project, locales, timestamp(), known), chosen, least=2 * MANY_TO_SYNC)
        yield from _bystanders(project)
        yield from _synced(project, locales, dict(zip(chosen, made, strict=True)))
        told = {name: one.told for name, one in zip(chosen, made, strict=True)}
        if many and any(known.get(name) != mine for name, mine in told.items()):
            kept = {name: mine for name, mine in known.items() if name in project.article_files}
            with contextlib.suppress(UsageError):  # a hint is not worth an error
                files.write(project.root / HINTS / ".gitignore", b"*\n", lasting=False)
                data = record.synced_as_data(inputs, {**kept, **told})
                files.write(project.root / HINTS / record.SYNCED, data, lasting=False)


def _sync_inputs(project: Project) -> str:
    """The hash of all that decides what `sync` makes of an article and of what it has made: settings and program."""
    here = Path(__file__).parent
    # The rooms have loaded them; an installer makes their folders anew.
    libraries = [Path(sys.modules[name].__file__ or "").parent for name in ("babel", "pyromark", "sentencex")]
    config = project.config
    options = (config.source, config.grain, config.locales, [folder.stat().st_mtime_ns for folder in libraries])
    program = [
        path for folder in ("", "readers", "catalog", "languages") for path in sorted((here / folder).glob("*.*"))
    ]
    return record.fingerprint(options, (), program)


def _synced(project: Project, locales: Sequence[str], made: Mapping[str, _Made]) -> Iterator[Change]:
    """What was made is written, templates first."""
    for name, one in made.items():
        path, data = project.template(name), one.template.after
        written = data is not None and files.write(path, data, lasting=False)
        yield Change(project.shown(path), written, one.template.said)
    for locale in locales:
        for name, one in made.items():
            if mine := one.catalogs.get(locale):
                path = project.catalog(locale, name)
                written = mine.after is not None and _save_synced(project, path, locale, mine)
                yield Change(project.shown(path), written, mine.said)


@dataclass(frozen=True, slots=True)
class _Out:
    """A file as it was and as it should be, None where nothing has to be written; what there is to say of it."""

    before: bytes | None
    after: bytes | None
    said: str


@dataclass(frozen=True, slots=True)
class _Made:
    """What `sync` makes of one article; `told` is what the record will say of it."""

    template: _Out
    catalogs: Mapping[str, _Out]
    told: record.Synced


@dataclass(frozen=True)
class _Syncing:
    """Called with an article's name, it has the template, and the catalogs by their locale; nothing is written.

    `known` is what the last run left behind.
    """

    project: Project
    locales: Sequence[str]
    now: dt.datetime
    known: Mapping[str, record.Synced]
    memories: dict[str, Memory] = field(default_factory=dict)

    def __call__(self, name: str) -> _Made:
        path = self.project.article_files[name]
        text = files.read_text(path, self.project.shown(path))
        source = record.digest(text.encode())
        known = self.known.get(name)
        if known is not None and known.source != source:
            known = None
        if known is not None and (made := self.standing(name, known)):
            return made
        article = article_of(self.project, name, text)
        entries = tuple(segment.entry for segment in cut(self.project, article).values())
        wanted_in = wanted(self.project, article) if self.project.config.locales else ()
        template = self.template(name, entries)
        made_in = {locale: self.catalog(article, entries, locale) for locale in self.locales if locale in wanted_in}
        hashes = {locale: (digest, one.said) for locale, (one, digest) in made_in.items()}
        told = record.Synced(
            source, wanted_in, (template[1], template[0].said), {**(known.catalogs if known else {}), **hashes}
        )
        return _Made(template[0], {locale: one for locale, (one, _) in made_in.items()}, told)

    def standing(self, name: str, known: record.Synced) -> _Made | None:
        """What the last run made of the article, if every file of it that is asked for is as that run left it."""
        asked = [locale for locale in self.locales if locale in known.wanted]
        if not known.catalogs.keys() >= set(asked):
            return None
        files_of = [(self.project.template(name), known.template[0])]
        files_of += [(self.project.catalog(locale, name), known.catalogs[locale][0]) for locale in asked]
        if not all(record.intact(path.parent, path.name, digest) for path, digest in files_of):
            return None
        catalogs_of = {locale: _Out(None, None, known.catalogs[locale][1]) for locale in asked}
        return _Made(_Out(None, None, known.template[1]), catalogs_of, known)

    def template(self, name: str, entries: Sequence[Entry]) -> tuple[_Out, str]:
        """The template, and the hash of its file."""
        path, shown = self.project.template(name), f"{self.project.locales.name}/{name}.pot"
        said = f"{len(entries)} segment{'s' * (len(entries) != 1)}"
        if not path.exists():
            data = catalogs.dumps(catalogs.template(entries, now=self.now)).encode()
            return _Out(None, data, said), record.digest(data)
        text = files.read_text(path, shown)
        dated = re.search(r'^"POT-Creation-Date: ([^\\"]*)\\n"$', text, re.MULTILINE)
        if dated and catalogs.dumps(catalogs.template(entries, dated=dated[1], now=self.now)) == text:
            return _Out(None, None, said), record.digest(text.encode())
        made = catalogs.template(entries, before=catalogs.loads(text, shown), now=self.now)
        data = catalogs.dumps(made).encode()
        return _Out(None, data, said), record.digest(data)

    def catalog(self, article: Article, entries: Sequence[Entry], locale: str) -> tuple[_Out, str]:
        """The catalog, and the hash of its file."""
        loaded = load(self.project, article, locale)
        merged = merged_catalog(loaded, entries, self.now, lambda: self.memory(locale))
        data, said = catalogs.dumps(merged).encode(), summary_of(view(entries, merged))
        out = _Out(None, None, said) if data == loaded.before else _Out(loaded.before, data, said)
        return out, record.digest(data)

    def memory(self, locale: str) -> Memory:
        """The memory of the locale, made once."""
        if locale not in self.memories:
            self.memories[locale] = memory_of(self.project, locale)
        return self.memories[locale]


def _save_synced(project: Project, path: Path, locale: str, one: _Out) -> bool:
    assert one.after is not None
    before, after = one.before, one.after

    def combined(theirs: Catalog) -> Catalog:
        base = (
            catalogs.new(locale, article=path.stem, source=project.config.source)
            if before is None
            else catalogs.loads(before.decode(), str(path))
        )
        return catalogs.combine(base, catalogs.loads(after.decode(), str(path)), theirs)

    return save_text(project, path, before, after, combined)


def _bystanders(project: Project) -> Iterator[Change]:
    """A word on files that look like articles and are none, and on catalogs whose article is gone."""
    for path in sorted(project.source.rglob("*")):
        below = path.parent != project.source
        if path.suffix.lower() in OTHER_SUFFIXES or (below and path.suffix in SUFFIXES):
            why = "articles stand in source/ itself" if below else "articles are .md, .txt or .html"
            yield Change(project.shown(path), written=True, said=f"left alone; {why}")
    for locale in project.config.locales:
        for path in sorted((project.locales / locale / "LC_MESSAGES").glob("*.po")):
            if path.stem not in project.article_files:
                said = "its article is gone; the memory still knows its translations, delete it to forget them"
                yield Change(project.shown(path), written=True, said=said)
