"""`publish` and `preview`: the editions assembled, rendered and written, all that did not change left alone."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from workflow import cores, files, languages, record
from workflow.config import FORMATS, Accept
from workflow.errors import UsageError
from workflow.model import Article, Edition
from workflow.project.base import (
    PICTURES,
    RESERVED,
    SETTINGS,
    Project,
    accept_of,
    articles,
    chosen_locales,
    find,
    grain_of,
    load,
    read_article,
    summary_of,
    wanted,
)

if TYPE_CHECKING:  # these rooms load numpy, jinja2 and more; the verbs that need them import them
    from workflow import publish as publishing

MANY_TO_PUBLISH = 24
"""Articles from which on a second process is worth its start."""


@dataclass(frozen=True)
class Published:
    """What `publish` made. `left_out` says of each edition that is not there what it lacks.

    `warnings` say of each link and picture of an article that leads nowhere in which line it stands.
    """

    output: str
    editions: int
    written: int
    left_out: tuple[str, ...]
    refused: bool
    warnings: tuple[str, ...] = ()


def publish(
    project: Project,
    spellings: Sequence[str],
    *,
    everything: bool = False,
    formats: Sequence[str] = (),
    accept: str | None = None,
    partial: bool = False,
    output: Path | None = None,
) -> Published:
    """The editions assembled, rendered and written; what has not changed is not written again.

    An incomplete edition is left out, unless `partial`. Raises UsageError for an unknown format or locale, or an
    output folder that cannot be written; then nothing, or only whole files, have been written.
    """
    chosen = formats or project.config.formats
    for name in chosen:
        if name not in FORMATS:
            near = difflib.get_close_matches(name, FORMATS, n=1)
            known = ", ".join(FORMATS)
            raise UsageError(f"unknown format {name!r}; {f'did you mean {near[0]}?' if near else f'there are {known}'}")
    source = project.config.source
    named = [locale for locale in map(languages.canonical, spellings) if locale != source]
    locales = chosen_locales(project, named) if named or not spellings else ()
    folder = output or project.root / "editions"
    for own in (project.source, project.root / "locales"):
        if folder.resolve() == project.root.resolve() or folder.resolve().is_relative_to(own.resolve()):
            raise UsageError(
                f"{folder}: pages in there would be taken for the publication's own; choose another --output"
            )
    accepted = cast("Accept | None", accept)
    hashed = lru_cache(maxsize=None)(record.hash_of)
    common = record.fingerprint(
        (chosen, accepted, partial),
        [project.root / "templates", Path(__file__).parents[1]],
        [project.root / SETTINGS, project.root / "pyproject.toml"],
        hashed=hashed,
    )
    base = record.fingerprint(
        (common, locales, bool(spellings), everything), [project.source, project.locales], hashed=hashed
    )
    last = record.standing(folder, f"{base} {_pages(folder)}")
    if last is not None:
        return Published(project.shown(folder), written=0, **_reported(last))
    if not project.article_files:
        articles(project)  # says that there is none
    drawn = _picture_files(project)
    run = record.Run(
        folder=folder,
        formats=tuple(chosen),
        last=record.last(folder),
        common=record.fingerprint(common, (), drawn, hashed=hashed),
    )
    pictures = tuple(path.relative_to(project.source).as_posix() for path in drawn)
    assembling = _Assembling(project, run, accepted, partial, hashed, pictures)
    assembled = cores.spread(assembling, tuple(project.article_files), least=MANY_TO_PUBLISH, heavy=assembling.changed)
    printing = _printing(project, assembling, assembled, (source, *locales))
    printed = cores.spread(printing, assembled, least=MANY_TO_PUBLISH, heavy=printing.changed)
    around = {path: data for one in printed for path, data in printing.pictures(one.pictures).items()}
    around |= printing.around()
    written = sum(one.written for one in printed)
    written += sum(files.write(folder / path, data, lasting=False) for path, data in sorted(around.items()))
    gone = run.gone((source, *project.config.locales), (*project.article_files, *RESERVED, "feed"))
    for path in gone:
        (folder / path).unlink(missing_ok=True)
    said = [f"{path}: deleted, its article is gone" for path in gone]
    ours = [
        f"{line}; its page of an earlier run stays" if run.has_page(locale, one.name) else line
        for one in assembled
        for locale, line in one.left_out
        if locale in locales
    ]
    told = {
        "editions": sum(1 for one in assembled for locale in one.there if locale in (source, *locales)),
        "left_out": [*said, *ours],
        "refused": bool(ours) and (everything or bool(spellings)),
        "warnings": [line for one in printed for line in one.warnings],
    }
    standing = {path: known for one in printed for path, known in one.outputs.items()}
    notes = {f"{locale}/{one.name}": note for one in assembled for locale, note in one.notes.items()}
    kept = record.of(f"{base} {_pages(folder)}", around, told, standing=standing, editions=notes)
    files.write(folder / record.NAME, record.dumps(kept), lasting=False)
    return Published(project.shown(folder), written=written, **_reported(kept))


def _pages(folder: Path) -> str:
    """Which pages there are: an earlier run's are linked, too."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/*.html"))
    return record.digest("\n".join(names).encode())


def _reported(kept: record.Record) -> dict[str, Any]:
    """What a run reported."""
    said = dict(kept.said)
    return {**said, **{name: tuple(cast("list[str]", said[name])) for name in ("left_out", "warnings")}}


@dataclass(frozen=True, slots=True)
class _Assembled:
    """The editions of an article: of each that the last run did not make from the same, the edition itself.

    `notes` has what `record.note` says of each, by its locale; `there` are the locales in which it may be published.
    """

    name: str
    notes: dict[str, dict[str, Any]]
    editions: Mapping[str, Edition]

    @property
    def there(self) -> tuple[str, ...]:
        return tuple(locale for locale, note in self.notes.items() if not note["lacking"])

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """The other locales, with what they lack."""
        return tuple(
            (locale, f"{locale}: {self.name} is left out: {note['lacking']} of {note['counts'][0]}")
            for locale, note in self.notes.items()
            if note["lacking"]
        )


@dataclass(frozen=True, slots=True)
class _Assembling:
    """Assembles an article in every locale."""

    project: Project
    run: record.Run
    accept: Accept | None
    partial: bool
    hashed: Callable[[str], str]
    pictures: tuple[str, ...]

    def key(self, name: str, locale: str) -> str:
        """The hash of what an edition is made from."""
        path = self.project.article_files[name]
        said = f"{self.run.common} {path.name} {self.hashed(str(path))}"
        if locale == self.project.config.source:
            return said
        return f"{said} {self.hashed(str(self.project.catalog(locale, name)))}"

    def changed(self, name: str) -> bool:
        """Whether an edition of the article has to be assembled."""
        locales = [locale for locale in self.project.config.locales if f"{locale}/{name}" in self.run.last.editions]
        here = [self.project.config.source, *locales]
        return any(self.run.known(locale, name, self.key(name, locale)) is None for locale in here)

    def __call__(self, name: str) -> _Assembled:
        project, source = self.project, self.project.config.source
        article: Article | None = None
        notes: dict[str, dict[str, Any]] = {}
        editions: dict[str, Edition] = {}
        locales = [source]
        for locale in locales:
            key = self.key(name, locale)
            known = self.run.known(locale, name, key)
            if known is not None:
                notes[locale] = dict(known)
            else:
                article = article or read_article(project, name)
                one = editions[locale] = self.edition(article, locale)
                lacking = summary_of(one.missing) if one.missing and not self.partial else ""
                notes[locale] = record.note(one, key, lacking=lacking, pictures=self.pictures)
            if locale == source:
                told = editions.get(source) or record.recalled(notes[source], source, source)
                locales += wanted(project, told.article)
        return _Assembled(name, notes, editions)

    def edition(self, article: Article, locale: str) -> Edition:
        """The article in one locale; if no word was said on the command line, the article says what may be in it."""
        from workflow import edition as assembling

        source, grain = self.project.config.source, grain_of(self.project, article)
        if locale == source:
            return assembling.edition(article, None, locale=source, source_locale=source, grain=grain)
        return assembling.edition(
            article, load(self.project, article, locale).catalog, locale=locale, source_locale=source,
            accept=self.accept or accept_of(self.project, article), grain=grain,
            allow_links=self.project.config.allow_links,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Printed:
    """The files of an article's editions by their path, with their hashes; what is said of where it leads."""

    outputs: Mapping[str, str]
    written: int
    pictures: frozenset[str]
    warnings: tuple[str, ...]


def _printing(
    project: Project, assembling: _Assembling, assembled: Sequence[_Assembled], locales: Sequence[str]
) -> _Printing:
    """What renders the editions in `locales`; they are told of those that are made now and that stand there already."""
    source, run = project.config.source, assembling.run
    there = {
        one.name: tuple(locale for locale in one.there if locale in locales or run.has_page(locale, one.name))
        for one in assembled
    }
    linked = []
    for one in assembled:
        for locale in there[one.name]:
            told = one.notes[locale]
            linked.append(one.editions.get(locale) or record.recalled(told, locale, source))
            ways = [(where, other) for other in told["mentions"] for where in (locale, source)]
            beside = [(where, other) for where, other in ways if where in there.get(other, ())]
            told["beside"] = record.surroundings(there[one.name], beside)
    from workflow import publish as publishing

    shown = {name for one in assembled for locale in there[one.name] for name in one.notes[locale]["pictures"]}
    site = publishing.Site.of(linked, run.formats, _publishing(project, sorted(shown)), locales)
    return _Printing(assembling, site, there)


@dataclass(frozen=True, slots=True)
class _Printing:
    """Renders and writes what has changed of an article's editions; `there` are the locales of each that are shown."""

    assembling: _Assembling
    site: publishing.Site
    there: Mapping[str, tuple[str, ...]]

    def changed(self, assembled: _Assembled) -> bool:
        """Whether an edition of the article has to be rendered, by what is noted of it."""
        last, name = self.assembling.run.last.editions, assembled.name
        return any(
            last.get(f"{locale}/{name}") != assembled.notes[locale]
            for locale in self.there[name]
            if locale in self.site.made
        )

    def __call__(self, assembled: _Assembled) -> _Printed:
        from workflow import publish as publishing

        run, project, name = self.assembling.run, self.assembling.project, assembled.name
        outputs: dict[str, str] = {}
        pictures: set[str] = set()
        warnings: list[str] = []
        written = 0
        article: Article | None = None
        for locale in self.there[name]:
            original = locale == project.config.source
            one = assembled.editions.get(locale)
            standing = run.standing(locale, name, assembled.notes[locale]) if locale in self.site.made else None
            if locale in self.site.made and standing is None:
                if one is None:
                    article = article or read_article(project, name)
                    one = self.assembling.edition(article, locale)
                made = publishing.of_edition(one, self.site)
                pictures |= made.pictures
                for path, data in made.files.items():
                    written += files.write(run.folder / path, data, lasting=False)
                    outputs[path] = record.digest(data)
            outputs |= standing or {}
            if original and one is not None:
                warnings += publishing.dead_ends(one, project.article_files, self.site.settings.pictures)
            elif original:  # it and what it leads to are as in the last run, and so is what was said of it
                warnings += run.warned(f"source/{project.article_files[name].name}")
        return _Printed(outputs, written, frozenset(pictures), tuple(warnings))

    def pictures(self, names: frozenset[str]) -> dict[str, bytes]:
        """The pictures, by the path at which pages show them."""
        from workflow import publish as publishing

        return publishing.placed(names, self.site.settings)

    def around(self) -> dict[str, bytes]:
        """The files around those of the editions."""
        from workflow import publish as publishing

        return publishing.around(self.site)


def _publishing(project: Project, pictures: Sequence[str]) -> publishing.Settings:
    """What the pages are told: the settings, the publisher's own templates, the pictures that articles show."""
    from workflow import publish as publishing

    config = project.config
    own = project.root / "templates"
    templates = {
        path.relative_to(own).as_posix(): files.read_text(path, project.shown(path))
        for path in (sorted(own.rglob("*")) if own.is_dir() else ())
        if path.is_file() and not path.name.startswith(".")
    }
    return publishing.Settings(
        title=config.title,
        description=config.description,
        source=config.source,
        locales=config.locales,
        url=config.url,
        contact=config.contact,
        allow_links=config.allow_links,
        templates=templates,
        pictures={name: (project.source / name).read_bytes() for name in pictures},
    )


def _picture_files(project: Project) -> list[Path]:
    """The files under source/ that are pictures, in order."""
    return [
        path for path in sorted(project.source.rglob("*")) if path.suffix.lower() in PICTURES and path.is_file()
    ]  # fmt: skip


def preview(project: Project, *, port: int, accept: str, say: Callable[[str], None]) -> None:
    """Serve the editions on this machine until Ctrl-C, made anew when an article, a catalog or a template changes.

    What is not translated shows in the source language. Raises UsageError where the port is taken.
    """
    from workflow.publish import preview as serving

    def make() -> None:
        publish(find(project.root, above=False), (), accept=accept, partial=True)

    def state() -> tuple[tuple[str, int, int], ...]:
        watched = [project.root / SETTINGS]
        for folder in (project.source, project.locales, project.root / "templates"):
            watched += sorted(path for path in folder.rglob("*") if not path.name.startswith("."))
        return tuple((str(path), *_stamp(path)) for path in watched)

    serving.serve(project.root / "editions", port=port, state=state, make=make, say=say)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
