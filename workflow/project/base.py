"""A publication, and what every verb works on: its articles cut, its catalogs loaded and saved."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from workflow import catalog as catalogs
from workflow import config as settings
from workflow import files, languages, readers, segments
from workflow.config import Accept, Config
from workflow.errors import ConflictError, FormatError, UsageError
from workflow.model import Article, Catalog, Entry, Grain, State, Syntax

if TYPE_CHECKING:  # these rooms load numpy, jinja2 and more; the verbs that need them import them
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


def timestamp() -> dt.datetime:
    """The time that goes into headers: now, or SOURCE_DATE_EPOCH where a reproducible run sets it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch and epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
    return dt.datetime.now(dt.UTC).astimezone()


def articles(project: Project, names: Sequence[str] = ()) -> tuple[Article, ...]:
    """The named articles, read and cut; all where none is named.

    Raises UsageError for one that is missing (with the nearest name), FormatError for one that cannot be read.
    """
    return tuple(read_article(project, name) for name in chosen_names(project, names))


def chosen_names(project: Project, names: Sequence[str]) -> list[str]:
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
    return article_of(project, name, files.read_text(path, project.shown(path)))


def article_of(project: Project, name: str, text: str) -> Article:
    """The article of that name with this text; FormatError with file and line if it cannot be one."""
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
    return save_text(
        project, loaded.path, loaded.before, text, lambda theirs: catalogs.combine(loaded.catalog, catalog, theirs)
    )


def save_text(
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


@dataclass(frozen=True)
class Change:
    """What a verb did to one file."""

    file: str
    written: bool
    said: str

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.file}: {self.said}"


def merged_catalog(loaded: Loaded, entries: Sequence[Entry], now: dt.datetime, memory: Callable[[], Memory]) -> Catalog:
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


def summary_of(entries: Iterable[Entry]) -> str:
    """How many segments there are in which state."""
    from workflow import status as counting

    counts = counting.count(entries)
    states = [f"{getattr(counts, state)} {state}" for state in State if getattr(counts, state)]
    return ", ".join(states) or "nothing to translate"


def memory_of(project: Project, locale: str) -> Memory:
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
