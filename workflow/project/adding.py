"""`init` and `add`: a new publication, a new article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workflow import files, languages, readers
from workflow.errors import FormatError, UsageError
from workflow.project.base import QUARANTINE, SETTINGS, SLUG, Project, slugify


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
