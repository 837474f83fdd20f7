"""The verbs: init, add, sync, draft, check, status, publish. Files are read and written here, nowhere else."""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import itertools
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from workflow import catalog as catalogs
from workflow import config as settings
from workflow import cores, files, languages, readers, record, segments
from workflow.config import FORMATS, Accept, Config
from workflow.errors import ConflictError, FormatError, PackageError, UsageError
from workflow.model import Article, Catalog, Completeness, Counts, Edition, Entry, Finding, Grain, State, Syntax

if TYPE_CHECKING:  # these rooms load numpy, jinja2 and more; the verbs that need them import them
    from workflow import publish as publishing
    from workflow.draft import Draft, Job
    from workflow.engine import Translate
    from workflow.engine.packages import Package
    from workflow.glossary import Term
    from workflow.memory import Memory

SETTINGS = "workflow.toml"
SUFFIXES = (".md", ".txt", ".html")
QUARANTINE = ".quarantine.txt"
OTHER_SUFFIXES = (".markdown", ".rst", ".adoc", ".htm", ".docx", ".odt", ".mdx", ".text")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif")
RESERVED = ("index",)
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class NoPublicationError(UsageError):
    """No publication here or above."""


@dataclass(frozen=True)
class Project:
    """A publication: its folder and its settings."""

    root: Path
    config: Config

    @cached_property
    def source(self) -> Path:
        """Where the articles are."""
        return self.root / "source"

    @cached_property
    def locales(self) -> Path:
        """Where the catalogs are."""
        return self.root / "locales"

    def catalog(self, locale: str, name: str) -> Path:
        """The file of one article's catalog in one locale."""
        return self.locales / locale / "LC_MESSAGES" / f"{name}.po"

    def template(self, name: str) -> Path:
        """The file of one article's template."""
        return self.locales / f"{name}.pot"

    def glossary(self, locale: str) -> Path:
        """The file of one locale's terms."""
        return self.locales / locale / "glossary.csv"

    def shown(self, path: Path) -> str:
        """The path as messages and reports show it: from the publication's folder, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)

    @cached_property
    def article_files(self) -> Mapping[str, Path]:
        """Every article's file by its name, in the order of the names.

        Raises UsageError where a name is no slug, or two files have the same one.
        """
        found: dict[str, Path] = {}
        if not self.source.is_dir():
            raise UsageError(f"{self.shown(self.source)}/ is missing; put an article there, or see workflow add --help")
        for path in sorted(self.source.iterdir(), key=lambda path: path.name):
            suffix, stem = path.suffix, path.stem
            if suffix not in SUFFIXES or path.name.startswith(".") or path.name.endswith(QUARANTINE):
                continue
            if not SLUG.fullmatch(stem):
                raise UsageError(
                    f"{self.shown(path)}: {stem!r} is no slug; name the file with small letters, digits and "
                    f"hyphens, such as {slugify(stem)}{suffix}"
                )
            if stem in RESERVED:
                raise UsageError(f"{self.shown(path)}: {stem}.html is the list of articles; choose another name")
            if stem in found:
                raise UsageError(f"{self.shown(path)}: {found[stem].name} has the same name; rename one of them")
            found[stem] = path
        return found


def find(start: Path, *, above: bool = True) -> Project:
    """The publication in `start`, or (`above`) the nearest one up the tree.

    Raises UsageError if there is none, FormatError if its settings are wrong.
    """
    if not start.is_dir():
        raise UsageError(f"{start}: {'a file; name its folder' if start.exists() else 'no such folder'}")
    try:
        here = start.resolve()
    except OSError:
        raise UsageError("the working folder is gone; change to another") from None
    for folder in (here, *here.parents) if above else (here,):
        for name in (SETTINGS, "pyproject.toml"):
            path = folder / name
            if not path.is_file():
                continue
            text = files.read_text(path, name)
            if name != SETTINGS and not re.search(r"^\s*\[\s*tool\.workflow\b", text, re.MULTILINE):
                continue
            return Project(folder, settings.load(text, file=name, known_checks=_check_names))
    where = f"{start}{' or any folder above' if above else ''}"
    raise NoPublicationError(f"no {SETTINGS} in {where}; make a publication with: workflow init")


def slugify(name: str) -> str:
    """A slug as near to `name` as can be; "article" where nothing of it can stay.

    >>> slugify("My Report (final)")
    'my-report-final'
    >>> slugify("Über Größe")
    'uber-grosse'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "article"


def _check_names() -> tuple[str, ...]:
    from workflow import checks

    return tuple(checks.CHECKS)


def _now() -> dt.datetime:
    """The time that goes into headers: now, or SOURCE_DATE_EPOCH where a reproducible run sets it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    return dt.datetime.now(dt.UTC).astimezone()


# --- what the verbs work on ------------------------------------------------------------------------------------------


def articles(project: Project, names: Sequence[str] = ()) -> tuple[Article, ...]:
    """The named articles, read and cut; all where none is named.

    Raises UsageError for one that is missing (with the nearest name), FormatError for one that cannot be read.
    """
    return tuple(read_article(project, name) for name in _chosen(project, names))


def _chosen(project: Project, names: Sequence[str]) -> list[str]:
    """The named articles, each once; all where none is named. UsageError for one that there is not."""
    known = project.article_files
    for name in names:
        if name not in known:
            raise UsageError(_no_article(name, known))
    chosen = list(dict.fromkeys(names or known))
    if not chosen:
        raise UsageError(f"{project.shown(project.source)}/ has no article (.md, .txt or .html)")
    return chosen


def _no_article(name: str, known: Iterable[str]) -> str:
    if not SLUG.fullmatch(name):
        stem = Path(name).stem
        hint = f"; say {stem}" if stem in known else ""
        return f"{name!r} is no article's name (a slug: small letters, digits and hyphens){hint}"
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"no article {name!r} in source/{f'; did you mean {near[0]}?' if near else ''}"


def read_article(project: Project, name: str) -> Article:
    """One article; FormatError if it is empty, not UTF-8, or its front matter cannot be read."""
    path = project.article_files[name]
    return _article(project, name, files.read_text(path, project.shown(path)))


def _article(project: Project, name: str, text: str) -> Article:
    shown = project.shown(project.article_files[name])
    article = readers.read(shown, text)
    if not article.blocks:
        raise FormatError(f"{shown}:1: nothing to translate; write something, or take the file out of source/")
    date = article.metadata.get("date", "")
    if isinstance(date, str) and re.match(r"\d{4}-\d\d-\d\d", date) and not _is_day(date[:10]):
        raise FormatError(f"{shown}:{_front_line(article, 'date')}: {date} is no day of the calendar")
    return article


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def chosen_locales(project: Project, spellings: Sequence[str]) -> tuple[str, ...]:
    """The named locales as gettext codes; all of the publication where none is named."""
    if not project.config.locales:
        raise UsageError(f'{SETTINGS}: [publication] locales is empty; name at least one, such as ["zh_CN"]')
    chosen = tuple(dict.fromkeys(languages.canonical(spelling) for spelling in spellings))
    for locale in chosen:
        if locale not in project.config.locales:
            near = [one for one in project.config.locales if languages.language(one) == languages.language(locale)]
            mend = f"did you mean {near[0]}?" if near else f"add it to [publication] locales in {SETTINGS}"
            raise UsageError(
                f"{locale} is not among this publication's locales ({', '.join(project.config.locales)}); {mend}"
            )
    return chosen or project.config.locales


def _front_line(article: Article, key: str) -> int:
    """The 1-based line of a key of the front matter."""
    found = re.search(rf"^{re.escape(key)}\s*[:=]", article.text, re.MULTILINE)
    return article.text.count("\n", 0, found.start()) + 1 if found else 1


def wanted(project: Project, article: Article) -> tuple[str, ...]:
    """The locales into which an article goes: the publication's, or those of them that its front matter names."""
    named = article.metadata.get("locales")
    if named is None:
        return project.config.locales
    spellings = (named,) if isinstance(named, str) else named
    try:
        chosen = {languages.canonical(spelling) for spelling in spellings}
    except UsageError as error:
        raise FormatError(f"{article.file}:{_front_line(article, 'locales')}: {error}") from None
    others = sorted(chosen - set(project.config.locales))
    if others:
        line = _front_line(article, "locales")
        raise FormatError(f"{article.file}:{line}: {others[0]} is not among the locales of {SETTINGS}")
    return tuple(locale for locale in project.config.locales if locale in chosen)


def accept_of(project: Project, article: Article) -> Accept:
    """What may be published of the article: as its front matter says, else the settings.

    An article that accepts drafts is left to the machine: gates on completeness do not count it. FormatError for a
    word there is not.
    """
    accept = article.metadata.get("accept", project.config.accept)
    if accept not in ("reviewed", "draft"):
        line = _front_line(article, "accept")
        raise FormatError(f'{article.file}:{line}: accept wants "reviewed" or "draft", not {accept!r}')
    return cast("Accept", accept)


def grain_of(project: Project, article: Article) -> Grain:
    """How the article is cut: as its front matter says, else the settings; FormatError for a grain there is not."""
    grain = article.metadata.get("grain", project.config.grain)
    if grain not in ("sentence", "block"):
        line = _front_line(article, "grain")
        raise FormatError(f'{article.file}:{line}: grain wants "sentence" or "block", not {grain!r}')
    return cast("Grain", grain)


@dataclass(frozen=True, slots=True)
class Segment:
    """An entry as the article wants it, without a translation, and the syntax of its inline markup."""

    entry: Entry
    syntax: Syntax


def cut(project: Project, article: Article) -> dict[tuple[str | None, str], Segment]:
    """The article's segments by their key, in order; what stands twice in the article is there once.

    Raises FormatError where the front matter asks for a grain that there is not.
    """
    grain = grain_of(project, article)
    language = languages.language(project.config.source)
    references = (article.file,)
    found: dict[tuple[str | None, str], Segment] = {}
    for block in article.blocks:
        extracted = (block.kind, *block.note.splitlines()) if block.note else (block.kind,)
        for piece in segments.split(block.prose, language, grain=grain, syntax=block.syntax):
            msgid = piece.strip()
            if not msgid:
                continue
            if "\0" in msgid:
                raise FormatError(
                    f"{article.file}:{block.line}: a NUL character, which no catalog can hold; take it out"
                )
            key = (block.context, msgid)
            first = found.get(key)
            if first is None:
                entry = Entry(msgid=msgid, msgctxt=block.context, extracted=extracted, references=references)
                found[key] = Segment(entry, block.syntax)
                continue
            said = first.entry.extracted
            if more := tuple(line for line in extracted if line not in said):
                found[key] = Segment(replace(first.entry, extracted=(*said, *more)), block.syntax)
    return found


@dataclass(frozen=True)
class Loaded:
    """A catalog and the bytes it was read from, by which a second writer is seen; a fresh one has None."""

    path: Path
    before: bytes | None
    catalog: Catalog


def load(project: Project, article: Article, locale: str) -> Loaded:
    """One article's catalog in one locale.

    Raises FormatError with file and line for one that cannot be read.
    """
    path = project.catalog(locale, article.name)
    shown = project.shown(path)
    if not path.exists():
        return Loaded(path, None, catalogs.new(locale, article=article.name, source=project.config.source))
    text = files.read_text(path, shown)
    catalog = catalogs.loads(text, shown)
    told = catalogs.header(catalog, "Language")
    if told and languages.known(told) and languages.language(languages.canonical(told)) != languages.language(locale):
        line = text.count("\n", 0, text.find("Language:")) + 1
        raise FormatError(f"{shown}:{line}: its Language is {told}, its folder is {locale}'s; put it where it belongs")
    return Loaded(path, text.encode(), catalog)


def save(project: Project, loaded: Loaded, catalog: Catalog) -> bool:
    """Write the catalog, whole and only if it changed; whether it did.

    Where somebody saved the file since it was read, both changes are kept if they are apart, entry by entry;
    ConflictError if they are not.
    """
    text = catalogs.dumps(catalog).encode()
    if text == loaded.before:
        return False
    return _save(
        project, loaded.path, loaded.before, text, lambda theirs: catalogs.combine(loaded.catalog, catalog, theirs)
    )


def _save(
    project: Project, path: Path, before: bytes | None, after: bytes, combined: Callable[[Catalog], Catalog]
) -> bool:
    """`save`, of a catalog as its text; `combined` has our change in what somebody else made of it."""
    try:
        return files.write_if_unchanged(path, before, after)
    except ConflictError:
        shown = project.shown(path)
        theirs = files.read_text(path, shown)
        both = combined(catalogs.loads(theirs, shown))
        return files.write_if_unchanged(path, theirs.encode(), catalogs.dumps(both).encode())


def view(entries: Iterable[Entry], catalog: Catalog) -> tuple[Entry, ...]:
    """The article's entries as the catalog has them, in the article's order; one that it lacks is new."""
    known = {entry.key: entry for entry in catalog.entries if not entry.obsolete}
    return tuple(known.get(entry.key, entry) for entry in entries)


# --- init and add ----------------------------------------------------------------------------------------------------


def init(folder: Path, spellings: Sequence[str]) -> tuple[Path, ...]:
    """The files of a new publication, as written; what is there already is left alone.

    Raises UsageError if there is a publication already, or for a locale that CLDR does not know.
    """
    from importlib import resources

    if (folder / SETTINGS).exists():
        raise UsageError(f"{folder / SETTINGS} is there already; nothing changed")
    locales = tuple(dict.fromkeys(languages.canonical(spelling) for spelling in spellings))
    if "en" in locales:
        raise UsageError("en is the source language of a new publication; name the locales to translate into")
    title = (folder.resolve().name.replace("-", " ").replace("_", " ") or "publication").capitalize()
    sample = resources.files("workflow") / "sample"
    placed = {
        SETTINGS: "workflow.toml",
        "source/welcome.md": "welcome.md",
        ".gitignore": "gitignore",
        ".github/workflows/translations.yml": "translations.yml",
    }
    written = []
    for target, name in placed.items():
        path = folder / target
        if path.exists():
            continue
        text = (sample / name).read_text("utf-8")
        text = text.replace("@TITLE@", title.replace("\\", "\\\\").replace('"', '\\"'))
        text = text.replace("@LOCALES@", ", ".join(f'"{locale}"' for locale in locales))
        files.write(path, text.encode())
        written.append(path)
    return tuple(written)


@dataclass(frozen=True)
class Added:
    """What `add` wrote: the article, and the report of what does not belong, if there is any."""

    article: str
    report: str | None
    quarantined: int
    lines: tuple[str, ...]


def add(project: Project, file: Path, *, slug: str | None, keep_all: bool, force: bool) -> Added:
    """The text of `file` as an article under source/, what does not belong in a report beside it.

    Raises UsageError for a missing file, a name that is no slug or taken; FormatError for text that is not UTF-8.
    """
    from workflow import intake

    formats: dict[str, intake.Format] = {
        ".txt": "text",
        ".text": "text",
        ".html": "html",
        ".htm": "html",
        ".md": "markdown",
        ".markdown": "markdown",
    }
    form = formats.get(file.suffix.lower())
    if form is None:
        raise UsageError(f"{file}: cannot take this format; known are .txt, .html and .md")
    if file.is_dir():
        raise UsageError(f"{file}: a folder; name one file")
    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    name = slug or slugify(file.stem)
    if not SLUG.fullmatch(name):
        raise UsageError(f"--as {name!r} is no slug; say {slugify(name)}")
    path = project.source / f"{name}.md"
    taken = project.article_files.get(name) if project.source.is_dir() else None
    if taken is not None and not (force and taken == path):
        raise UsageError(
            f"{project.shown(taken)} is there already; choose another name with --as, or replace it with --force"
        )
    try:
        took = intake.take(files.read_text(file, str(file)), format=form, keep_all=keep_all)
    except FormatError as error:
        raise FormatError(str(error) if str(error).startswith(str(file)) else f"{file}: {error}") from None
    if form == "markdown":
        readers.read(str(file), took.markdown)  # broken front matter is told before it stops every later command
    report = project.source / f"{name}{QUARANTINE}"
    with files.lock(project.root):
        files.write(path, took.markdown.encode())
        if took.quarantined:
            files.write(report, intake.report(took, name=file.name).encode())
        elif report.exists():
            report.unlink()
    lines = tuple(
        f"line {item.line}: {item.text.strip()[:60]} ({'; '.join(item.reasons[:2])})" for item in took.quarantined
    )
    return Added(project.shown(path), project.shown(report) if took.quarantined else None, len(took.quarantined), lines)


# --- sync ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What a verb did to one file."""

    file: str
    written: bool
    said: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.file}: {self.said}"


MANY_TO_SYNC = 100
"""Articles from which on a second process is worth its start, and a record of what is as it should be its file."""
HINTS = ".workflow"
"""The folder of what may be deleted at any time; it tells version control to leave it alone."""


def sync(project: Project, names: Sequence[str], spellings: Sequence[str]) -> Iterator[Change]:
    """Templates and catalogs brought up to date with source/, a Change for each file."""
    locales = chosen_locales(project, spellings) if spellings or project.config.locales else ()
    chosen = _chosen(project, names)
    with files.lock(project.root):
        many = len(project.article_files) >= MANY_TO_SYNC
        inputs = _sync_inputs(project) if many else ""
        known = record.synced(project.root / HINTS, inputs) if many else {}
        # All is read before anything is written: what is broken stops the run before it has begun.
        made = cores.spread(_Syncing(project, locales, _now(), known), chosen, least=2 * MANY_TO_SYNC)
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
        article = _article(self.project, name, text)
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
        merged = _merged(loaded, entries, self.now, lambda: self.memory(locale))
        data, said = catalogs.dumps(merged).encode(), _summary(view(entries, merged))
        out = _Out(None, None, said) if data == loaded.before else _Out(loaded.before, data, said)
        return out, record.digest(data)

    def memory(self, locale: str) -> Memory:
        """The memory of the locale, made once."""
        if locale not in self.memories:
            self.memories[locale] = _memory(self.project, locale)
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

    return _save(project, path, before, after, combined)


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


def _merged(loaded: Loaded, entries: Sequence[Entry], now: dt.datetime, memory: Callable[[], Memory]) -> Catalog:
    """The catalog brought up to date; other articles are asked only where this one has a sentence that is new."""
    known = {entry.key for entry in loaded.catalog.entries}
    new = bool(known) and any(entry.key not in known for entry in entries)
    merged = catalogs.merge(loaded.catalog, entries, now=now, memory=memory() if new else None)
    # Who clears the fuzzy mark in an editor leaves our comment on where the draft was from; it has served.
    noted = [entry for entry in merged.entries if entry.comments and entry.state is State.REVIEWED]
    if not noted:
        return merged
    from workflow.draft import without_provenance

    reviewed = {entry.key: bare for entry in noted if (bare := without_provenance(entry)) is not entry}
    return catalogs.with_entries(merged, reviewed, now=now) if reviewed else merged


def _summary(entries: Iterable[Entry]) -> str:
    """How many segments there are in which state."""
    from workflow import status as counting

    counts = counting.count(entries)
    states = [f"{getattr(counts, state)} {state}" for state in State if getattr(counts, state)]
    return ", ".join(states) or "nothing to translate"


def _memory(project: Project, locale: str) -> Memory:
    """The reviewed translations of every article of a locale; a catalog without an article counts, too."""
    from workflow import memory

    folder = project.locales / locale / "LC_MESSAGES"
    entries = {}
    for path in sorted(folder.glob("*.po")) if folder.is_dir() else ():
        shown = project.shown(path)
        entries[path.stem] = catalogs.loads(files.read_text(path, shown), shown).entries
    return memory.index(entries)


def terms(project: Project, locale: str) -> tuple[Term, ...]:
    """The settled terms of a locale; FormatError with file and line for a glossary that cannot be read."""
    path = project.glossary(locale)
    if not path.exists():
        return ()
    shown = project.shown(path)
    from workflow import glossary

    return glossary.loads(files.read_text(path, shown), shown)


# --- draft -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """What `draft` would do for one catalog: matches of the memory, what is derived, what the engine would get."""

    file: str
    locale: str
    exact: int
    near: int
    derived: int
    machine: int
    engine: str

    def __str__(self) -> str:
        """As people read it."""
        derived = f"{self.derived} from the locale it derives from, " if self.derived else ""
        return (
            f"{self.file}: {self.exact} from memory, {derived}{self.near} from near matches, "
            f"{self.machine} by {self.engine or 'machine: no package'}"
        )

    def as_json(self) -> dict[str, object]:
        """As scripts read it."""
        return asdict(self)


def packages(project: Project | None) -> list[Package]:
    """The Argos packages of the folders that the settings name, of Argos itself, and of installed starter wheels.

    A wheel offers its folder by the entry point `edition_workflow.packages`, a function that returns a Path. Of two
    packages for one pair, `engine.packages.route` takes the newer one, wherever it is from.
    """
    from importlib.metadata import entry_points

    from workflow.engine import packages as engine

    folders = [project.root / folder for folder in project.config.packages] if project else []
    starters = [point.load()() for point in sorted(entry_points(group="edition_workflow.packages"))]
    return engine.found([*folders, engine.own_folder(), *starters])


def _jobs(
    project: Project, chosen: Sequence[Article], locale: str, *, redo: bool
) -> tuple[dict[str, Loaded], list[Job]]:
    """The catalogs of a locale, and what wants a draft in them; a catalog that is missing is made."""
    from workflow import draft as drafting

    remembered = _memory(project, locale)
    known = terms(project, locale)
    loaded: dict[str, Loaded] = {}
    jobs: list[Job] = []
    for article in chosen:
        if locale not in wanted(project, article):
            continue
        found = cut(project, article)
        one = load(project, article, locale)
        if one.before is None:
            entries = [segment.entry for segment in found.values()]
            one = replace(one, catalog=_merged(one, entries, _now(), lambda: remembered))
        loaded[article.name] = one
        syntaxes = {key: segment.syntax for key, segment in found.items()}
        jobs.extend(
            drafting.plan(
                [entry for entry in one.catalog.entries if entry.key in found],
                catalog=article.name,
                article=article.name,
                locale=locale,
                syntax=lambda entry, syntaxes=syntaxes: syntaxes[entry.key],  # type: ignore[misc]
                memory=remembered,
                terms=known,
                redo=redo,
            )
        )
    return loaded, jobs


def draft_plan(project: Project, names: Sequence[str], spellings: Sequence[str], *, redo: bool) -> tuple[Plan, ...]:
    """What `draft` would do; nothing is written."""
    from workflow.engine import packages as engine

    chosen = articles(project, names)
    plans = []
    for locale in chosen_locales(project, spellings):
        loaded, jobs = _jobs(project, chosen, locale, redo=redo)
        work, converted = _converted(project, locale, loaded, jobs)
        try:
            route = engine.route(packages(project), project.config.source, locale)
        except PackageError:
            route = ()
        for name, one in loaded.items():
            own = [job for job in work if job.catalog == name]
            derived = sum(1 for one_draft in converted if one_draft.job.catalog == name)
            exact = sum(1 for job in own if job.match is not None and job.match.percent == 100)
            near = sum(1 for job in own if job.match is not None) - exact
            said = " + ".join(package.name for package in route)
            plans.append(Plan(project.shown(one.path), locale, exact, near, derived, len(own) - exact - near, said))
    return tuple(plans)


def draft(
    project: Project,
    names: Sequence[str],
    spellings: Sequence[str],
    *,
    redo: bool,
    jobs: int | None,
    progress: Callable[[int, int, int], None],
) -> Iterator[Change]:
    """New entries filled, a Change for each catalog; what a round has made is written before the next begins.

    Raises PackageError for a locale without a package, after the other locales are done.
    """
    chosen = articles(project, names)
    missing: list[PackageError] = []
    with files.lock(project.root):
        planned = [
            (locale, *_jobs(project, chosen, locale, redo=redo)) for locale in chosen_locales(project, spellings)
        ]
        count = _Count(sum(len(work) for _, _, work in planned), progress)
        for locale, loaded, work in planned:
            try:
                yield from _draft_locale(project, locale, loaded, work, cores=jobs or 0, count=count)
            except PackageError as error:
                missing.append(error)
    if missing:
        done = "" if len(missing) == len(planned) else "; the other locales are done"
        raise PackageError(f"{missing[0]}{done}")


class _Count:
    """Turns what each round did into what is done altogether."""

    def __init__(self, total: int, progress: Callable[[int, int, int], None]) -> None:
        self.total, self.progress = total, progress
        self.done = self.words = 0

    def __call__(self, segments: int, words: int) -> None:
        self.done += segments
        self.words += words
        self.progress(self.done, self.total, self.words)


def _draft_locale(
    project: Project, locale: str, loaded: dict[str, Loaded], work: Sequence[Job], *, cores: int, count: _Count
) -> Iterator[Change]:
    """One locale's drafts, written round by round."""
    from workflow import draft as drafting
    from workflow.engine import packages as engine

    work, converted = _converted(project, locale, loaded, work)
    translate: Translate | None = None
    origin, window = "", drafting.WINDOW
    if any(job.match is None for job in work):
        from workflow.engine import argos

        here = packages(project)
        for package in here:
            if package.broken and package.path.is_relative_to(project.root):
                raise PackageError(package.broken)
        route = engine.route(here, project.config.source, locale)
        translate = argos.translator(route, jobs=cores, mend_loops=True)
        window = argos.round_size(route)
        origin = f"argos {'+'.join(package.name for package in route)}"
    drafted = dict.fromkeys(loaded, 0)
    made = drafting.stream(
        work,
        translate or _no_engine,
        locale=locale,
        engine=origin,
        source=project.config.source,
        spaced=project.config.spaced,
        window=window,
        progress=count,
    )
    for drafts in itertools.chain([converted], made):
        by_catalog: dict[str, list[Draft]] = {}
        for one in drafts:
            by_catalog.setdefault(one.job.catalog, []).append(one)
        for name, ours in by_catalog.items():
            changed = drafting.apply(loaded[name].catalog.entries, ours, trusting=project.config.accept_context)
            if changed:
                save(project, loaded[name], catalogs.with_entries(loaded[name].catalog, changed, now=_now()))
                loaded[name] = _again(project, loaded[name].path)
                drafted[name] += len(changed)
    for name, catalog in loaded.items():
        yield Change(project.shown(catalog.path), bool(drafted[name]), f"{drafted[name]} drafted")


def _converted(
    project: Project, locale: str, loaded: Mapping[str, Loaded], work: Sequence[Job]
) -> tuple[Sequence[Job], tuple[Draft, ...]]:
    """What is left of the work, and the drafts made from the reviewed entries of the locale this one derives from."""
    says = project.config.of(locale)
    if not says.derive or not says.convert:
        return work, ()
    from workflow import draft as drafting
    from workflow.engine import chinese

    name = says.convert.partition(":")[2]
    convert = chinese.converter(name)
    reviewed: dict[tuple[str, tuple[str | None, str]], str] = {}
    for article in loaded:
        path = project.catalog(says.derive, article)
        if path.exists():
            entries = _again(project, path).catalog.entries
            reviewed |= {(article, entry.key): entry.msgstr for entry in entries if entry.state is State.REVIEWED}
    ours = [job for job in work if (job.catalog, job.key) in reviewed and not (job.match and job.match.percent == 100)]
    texts = convert([reviewed[job.catalog, job.key] for job in ours])
    origin = f"opencc {name} {says.derive}"
    drafts = tuple(drafting.Draft(job=job, text=text, origin=origin) for job, text in zip(ours, texts, strict=True))
    taken = {(job.catalog, job.key) for job in ours}
    return [job for job in work if (job.catalog, job.key) not in taken], drafts


def _no_engine(texts: Sequence[str]) -> NoReturn:
    raise AssertionError(f"{len(texts)} texts for an engine that the plan did not ask for")


def _again(project: Project, path: Path) -> Loaded:
    """The catalog as it stands on disk now."""
    shown = project.shown(path)
    text = files.read_text(path, shown)
    return Loaded(path, text.encode(), catalogs.loads(text, shown))


# --- check and status ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """What `check` found. `failed` says in one sentence each which gate is not met."""

    findings: tuple[Finding, ...]
    completeness: Completeness
    failed: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether every gate is met."""
        return not self.failed

    def report(self, form: str, *, colour: bool = False) -> str:
        """The findings and the completeness in one of reports.FORMATS."""
        from workflow import reports

        return reports.render(self.findings, self.completeness, self.ok, form, colour=colour)


def check(
    project: Project,
    names: Sequence[str],
    spellings: Sequence[str],
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    fail_under: float | None = None,
    strict: bool = False,
    baseline: Path | None = None,
) -> Checked:
    """Findings and completeness of the chosen articles and locales, and whether the gates are met."""
    from workflow import checks, reports
    from workflow import status as counting

    wanted_only, wanted_skip = checks.known(only), checks.known(skip)
    chosen = articles(project, names)
    locales = chosen_locales(project, spellings)
    cuts = {article.name: (article, cut(project, article)) for article in chosen}
    findings: list[Finding] = []
    completeness: dict[str, dict[str, Counts]] = {}
    for locale, (found, counts) in zip(
        locales, _over(_Checking(project, cuts, wanted_only, wanted_skip), locales), strict=True
    ):
        findings += found
        if counts:
            completeness[locale] = counts
    findings.sort(key=lambda finding: (finding.file, finding.line))
    if baseline is not None:
        findings = list(reports.beyond(findings, files.read_text(baseline, str(baseline)), str(baseline)))
    failed = []
    for severity in ("error", "warning") if strict else ("error",):
        count = sum(1 for finding in findings if finding.severity == severity)
        if count:
            failed.append(f"{count} {severity}{'s' * (count != 1)}")
    least_of = {locale: least for locale in locales if (least := project.config.of(locale).minimum) is not None}
    counted = {article.name for article in chosen if accept_of(project, article) == "reviewed"} or set(cuts)
    gated = {
        locale: mine
        for locale, all_of in completeness.items()
        if (mine := {name: one for name, one in all_of.items() if name in counted})
    }
    if fail_under is not None:
        failed += counting.below(gated, fail_under)
    else:
        failed += counting.below(gated, 0, least_of=least_of)
    return Checked(tuple(findings), completeness, tuple(failed))


_Told = tuple[list[Finding], dict[str, Counts]]


@dataclass(frozen=True)
class _Checking:
    """What is asked of every locale; called with one, it has its findings and its counts by article."""

    project: Project
    cuts: Mapping[str, tuple[Article, Mapping[tuple[str | None, str], Segment]]]
    only: frozenset[str]
    skip: frozenset[str]

    def __call__(self, locale: str) -> _Told:
        from workflow import checks
        from workflow import status as counting

        config = self.project.config
        known = terms(self.project, locale)
        unless = (*config.skip, *config.of(locale).skip)
        left_out = {*self.skip, *(name for name in unless if name not in self.only)}
        into = {name: (one, found) for name, (one, found) in self.cuts.items() if locale in wanted(self.project, one)}
        loaded = {name: load(self.project, one, locale) for name, (one, _) in into.items()}
        said = _said(one.catalog for one in loaded.values())
        findings: list[Finding] = []
        counts: dict[str, Counts] = {}
        for name, (_, found) in into.items():
            entries = view((segment.entry for segment in found.values()), loaded[name].catalog)
            counts[name] = counting.count(entries)
            for syntax in dict.fromkeys(segment.syntax for segment in found.values()):
                findings += checks.run(
                    [entry for entry in entries if found[entry.key].syntax == syntax],
                    locale=locale,
                    article=name,
                    file=self.project.shown(loaded[name].path),
                    source_locale=config.source,
                    terms=known,
                    syntax=syntax,
                    skip=left_out,
                    only=self.only,
                    elsewhere=said,
                )
        return findings, counts


MANY = 20_000
"""Entries from which on a second process is worth its start."""


def _over(checking: _Checking, locales: Sequence[str]) -> Iterator[_Told]:
    """What each locale has, in their order; where there is much to do, on as many cores as there are."""
    many = sum(len(found) for _, found in checking.cuts.values()) * len(locales) >= MANY
    cores = min(len(locales), os.cpu_count() or 1)
    if not many or cores < 2:
        yield from map(checking, locales)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(cores) as pool:
        yield from pool.map(checking, locales)


def _said(loaded: Iterable[Catalog]) -> dict[str, frozenset[str]]:
    """How each source is translated in these catalogs, where that is reviewed."""
    said: dict[str, set[str]] = {}
    for catalog in loaded:
        for entry in catalog.entries:
            if not entry.obsolete and entry.state is State.REVIEWED:
                said.setdefault(entry.msgid, set()).add(entry.msgstr)
    return {source: frozenset(targets) for source, targets in said.items()}


def write_baseline(path: Path, checked: Checked) -> None:
    """Today's findings as the file that `check --baseline` reads."""
    from workflow import reports

    files.write(path, reports.baseline(checked.findings).encode())


def status(project: Project, names: Sequence[str], spellings: Sequence[str], form: str) -> str:
    """How far each article is in each locale, in one of status.FORMATS."""
    from workflow import status as counting

    chosen = articles(project, names)
    cuts = {article.name: cut(project, article) for article in chosen}
    completeness: dict[str, dict[str, Counts]] = {}
    for locale in chosen_locales(project, spellings):
        for article in chosen:
            if locale in wanted(project, article):
                entries = (segment.entry for segment in cuts[article.name].values())
                counted = counting.count(view(entries, load(project, article, locale).catalog))
                completeness.setdefault(locale, {})[article.name] = counted
    return counting.render(completeness, form)


# --- models ----------------------------------------------------------------------------------------------------------


def install_file(file: Path) -> Package:
    """The package of an `.argosmodel` file, installed where Argos keeps its own; PackageError for a broken one."""
    from workflow.engine import packages as engine
    from workflow.engine import store

    if not file.is_file():
        raise UsageError(f"{file}: {'a folder; name a file' if file.is_dir() else 'no such file'}")
    return store.install(file, engine.own_folder())


def install_from_index(
    project: Project | None,
    locale: str,
    *,
    say: Callable[[str], None],
    progress: Callable[[int, int, int], None],
) -> tuple[Package, ...]:
    """The packages that lead from the source language to `locale`, brought from Argos's index; none if all are here.

    The only verb that opens a connection. PackageError where the index, or one of them, cannot be had.
    """
    from workflow.engine import packages as engine
    from workflow.engine import store

    source, target = project.config.source if project else "en", languages.canonical(locale)
    here = packages(project)
    folder = engine.own_folder()
    brought = []
    for offer in store.choose(store.available(), here, source, target):
        size = store.size(offer)
        say(f"{offer.package.name}: {f'{size / 1e6:.0f} MB' if size else 'of unknown size'}, from {offer.links[0]}")
        file = store.download(offer, folder / ".downloads", progress=lambda done, whole: progress(done, whole, 0))
        package = store.install(file, folder, wanted=offer.package)
        file.unlink(missing_ok=True)
        licence = engine.info(package).licence
        say(f"installed {package.name}; licence: {licence or 'not named in its README'}")
        brought.append(package)
    return tuple(brought)


def named_package(project: Project | None, name: str) -> Package:
    """The package of that name; UsageError with the names there are."""
    here = packages(project)
    for package in here:
        if package.name == name:
            return package
    known = ", ".join(package.name for package in here) or "none is installed"
    raise UsageError(f"no package {name!r}; there are: {known}")


# --- publish ---------------------------------------------------------------------------------------------------------


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
        [project.root / "templates", Path(__file__).parent],
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
                lacking = _summary(one.missing) if one.missing and not self.partial else ""
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
