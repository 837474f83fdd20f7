"""`check` and `status`: what is wrong with translations, and how much of them there is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workflow import files
from workflow.model import Article, Catalog, Completeness, Counts, Finding, State
from workflow.project.base import Project, Segment, accept_of, articles, chosen_locales, cut, load, terms, view, wanted


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
