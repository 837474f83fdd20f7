"""`draft`: what has no translation yet, by a machine."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from workflow import catalog as catalogs
from workflow import files
from workflow.errors import PackageError
from workflow.model import Article, State
from workflow.project.base import (
    Change,
    Loaded,
    Project,
    articles,
    chosen_locales,
    cut,
    load,
    memory_of,
    merged_catalog,
    save,
    terms,
    timestamp,
    wanted,
)
from workflow.project.models import packages

if TYPE_CHECKING:  # these rooms load numpy, jinja2 and more; the verbs that need them import them
    from workflow.draft import Draft, Job
    from workflow.engine import Translate


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


def _jobs(
    project: Project, chosen: Sequence[Article], locale: str, *, redo: bool
) -> tuple[dict[str, Loaded], list[Job]]:
    """The catalogs of a locale, and what wants a draft in them; a catalog that is missing is made."""
    from workflow import draft as drafting

    remembered = memory_of(project, locale)
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
            one = replace(one, catalog=merged_catalog(one, entries, timestamp(), lambda: remembered))
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
                save(project, loaded[name], catalogs.with_entries(loaded[name].catalog, changed, now=timestamp()))
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
