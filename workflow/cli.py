"""The click commands: parse, call one verb of project.py, print. The only door to click.

Rooms are imported inside the commands, because `workflow --help` and shell completion must answer at once.
"""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from workflow import __version__
from workflow.errors import WorkflowError

if TYPE_CHECKING:
    from workflow.project import Project

GATE_NOT_MET = 3


class Commands(click.Group):
    """A command group that shows our errors, and Ctrl-C, as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order in which one uses them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """As click does; what the user can mend is one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except WorkflowError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            raise click.ClickException(
                "interrupted; what was finished is kept, run the command again to go on"
            ) from None


def _as_it_is(said: str | None) -> str:
    return said or ""


class Shell:
    """Where the command stands: the publication, asked for once, and how much it talks."""

    def __init__(self, folder: Path | None, loudness: int) -> None:
        self.folder = folder
        self.loudness = loudness
        self._project: Project | None = None

    @property
    def project(self) -> Project:
        """The publication around the working folder or under --project."""
        from workflow import project

        if self._project is None:
            self._project = project.find(self.folder or Path(), above=self.folder is None)
        return self._project

    def say(self, text: str, *, loud: int = 0) -> None:
        """Talk goes to stderr, unless -q; what has `loud=1` needs -v."""
        if self.loudness >= loud:
            click.echo(text, err=True)

    def say_each(self, texts: Iterable[str]) -> None:
        """`say` line by line, as they come; hundreds that come at once are written at once."""
        waiting: list[str] = []
        told = time.monotonic()
        try:
            for text in texts:
                waiting.append(text)
                if time.monotonic() - told > 0.1:
                    self.say("\n".join(waiting))
                    waiting, told = [], time.monotonic()
        finally:
            if waiting:
                self.say("\n".join(waiting))

    @contextmanager
    def bar(self, label: str) -> Iterator[Callable[[int, int, int], None]]:
        """A progress bar on a terminal, nothing elsewhere; call it with (done, total, words so far)."""
        if self.loudness < 0 or not sys.stderr.isatty():
            yield lambda done, total, words: None  # noqa: ARG005 - the shape of the real one
            return
        begun = time.monotonic()
        shown: list[Any] = []

        def step(done: int, total: int, words: int) -> None:
            if not shown:
                shown.append(
                    click.progressbar(
                        length=total, label=label, file=sys.stderr, show_pos=True, item_show_func=_as_it_is
                    )
                )
                shown[0].__enter__()
            minutes = max(time.monotonic() - begun, 1e-6) / 60
            shown[0].update(done - shown[0].pos, f"{words / minutes:,.0f} words/min" if words else "")
            if done >= total:
                finish()

        def finish() -> None:
            while shown:
                shown.pop().__exit__(None, None, None)

        try:
            yield step
        finally:
            finish()


SHELL = click.make_pass_decorator(Shell)


def gate(shell: Shell, text: str) -> NoReturn:
    """Say why, and end with the exit code of a gate that is not met."""
    shell.say(text)
    sys.exit(GATE_NOT_MET)


def article_arguments(command: Callable[..., None]) -> Callable[..., None]:
    """[ARTICLE…] and -l LOCALE…, both defaulting to all."""
    locales = click.option(
        "-l", "--locale", "locales", multiple=True, metavar="LOCALE", help="Only this locale; may be given again."
    )
    return click.argument("articles", nargs=-1, metavar="[ARTICLE]...")(locales(command))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--project",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The publication's folder [default: the one around].",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and errors.")
@click.version_option(__version__, prog_name="workflow")
@click.pass_context
def main(context: click.Context, folder: Path | None, *, verbose: bool, quiet: bool) -> None:
    """Translate articles and publish every edition.

    \b
    A new publication, from nothing to pages:
      workflow init my-paper && cd my-paper
      workflow sync          cut source/*.md into segments, one .po per article and locale
      workflow draft         fill what is new by machine, marked fuzzy
      (review the .po files in any PO editor: correct, then clear the fuzzy mark)
      workflow check         what is wrong, and what is missing
      workflow publish       editions/LOCALE/ARTICLE.html
    """
    context.obj = Shell(folder, -1 if quiet else int(verbose))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), metavar="[DIR]")
@click.option(
    "-l",
    "--locale",
    "locales",
    multiple=True,
    metavar="LOCALE",
    help="Translate into this; may be given again [default: zh_CN].",
)
@SHELL
def init(shell: Shell, folder: Path, locales: tuple[str, ...]) -> None:
    """Make a new publication that runs at once.

    Writes workflow.toml, a sample article, .gitignore and a CI file; changes nothing that is there already.

    \b
    Example:
      workflow init my-paper -l zh_CN -l es
    """
    from workflow import project

    for path in project.init(folder, locales or ("zh_CN",)):
        shell.say(f"wrote {path}")
    shell.say(
        f"Next: cd {shlex.quote(str(folder))} && workflow sync && workflow draft && workflow publish --accept draft"
    )


@main.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--as", "slug", metavar="SLUG", help="The article's name [default: from the file's].")
@click.option("--keep-all", is_flag=True, help="Quarantine nothing.")
@click.option("--force", is_flag=True, help="Replace an article of that name.")
@SHELL
def add(shell: Shell, file: Path, slug: str | None, *, keep_all: bool, force: bool) -> None:
    """Take scraped or pasted text into source/.

    Lines that do not belong (advertising, bylines of portals, share buttons, view counters) go into
    source/ARTICLE.quarantine.txt with their line numbers and the reasons; nothing is dropped silently.

    \b
    Example:
      workflow add ~/Downloads/page.html --as city-report
    """
    from workflow import project

    added = project.add(shell.project, file, slug=slug, keep_all=keep_all, force=force)
    shell.say(f"wrote {added.article}")
    if added.report is not None:
        shell.say(f"set {added.quarantined} line{'s' * (added.quarantined != 1)} aside: {added.report}")
        for line in added.lines:
            shell.say(f"  {line}")


@main.command()
@article_arguments
@SHELL
def sync(shell: Shell, articles: tuple[str, ...], locales: tuple[str, ...]) -> None:
    """Bring the catalogs up to date with source/.

    Extracts the segments of every article, writes locales/ARTICLE.pot and merges each catalog as msgmerge does:
    translations are kept, changed sentences become stale with their previous English, removed ones obsolete.

    \b
    Example:
      workflow sync city-report -l zh_CN
    """
    from workflow import project

    changes = project.sync(shell.project, articles, locales)
    shell.say_each(str(change) for change in changes if change.written or shell.loudness > 0)


@main.command()
@article_arguments
@click.option("--redo", is_flag=True, help="Draft machine drafts again; what a person touched stays.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Use N processor cores [default: all].")
@click.option("--dry-run", is_flag=True, help="Only say what would be drafted, and from where.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="With --dry-run.")
@SHELL
def draft(
    shell: Shell,
    articles: tuple[str, ...],
    locales: tuple[str, ...],
    *,
    redo: bool,
    jobs: int | None,
    dry_run: bool,
    form: str,
) -> None:
    """Fill new entries by machine: memory first, then an Argos package.

    Drafts are marked fuzzy and carry their provenance; reviewed and stale entries, and what a person edited, are
    never touched. Works offline. May be interrupted and run again.

    \b
    Example:
      workflow draft -l zh_CN --dry-run
      workflow draft -l zh_CN
    """
    from workflow import project

    if dry_run:
        plans = project.draft_plan(shell.project, articles, locales, redo=redo)
        if form == "json":
            click.echo(json.dumps([plan.as_json() for plan in plans], ensure_ascii=False, indent=2))
        else:
            for plan in plans:
                click.echo(str(plan))
        return
    with shell.bar("drafting") as step:
        for change in project.draft(shell.project, articles, locales, redo=redo, jobs=jobs, progress=step):
            shell.say(str(change), loud=0 if change.written else 1)


@main.command()
@article_arguments
@click.option("--only", multiple=True, metavar="CHECK", help="Only this check; may be given again.")
@click.option("--skip", multiple=True, metavar="CHECK", help="Leave this check out; may be given again.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="N",
    help="Ask for N % of the segments reviewed, in each locale.",
)
@click.option("--strict", is_flag=True, help="Warnings fail, too.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Findings that FILE lists are known; only new ones count.",
)
@click.option(
    "--write-baseline", type=click.Path(path_type=Path), metavar="FILE", help="Write today's findings to FILE."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "junit", "sarif", "github"]),
    default="text",
    show_default=True,
)
@SHELL
def check(
    shell: Shell,
    articles: tuple[str, ...],
    locales: tuple[str, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
    fail_under: float | None,
    baseline: Path | None,
    write_baseline: Path | None,
    form: str,
    *,
    strict: bool,
) -> None:
    """Tell what is wrong with the translations, and what is missing.

    Exit code 3 if an error stands (with --strict, any warning), or if less than --fail-under is reviewed.

    \b
    Example:
      workflow check -l zh_CN --fail-under 100
      workflow check --format sarif > report.sarif
    """
    from workflow import project

    checked = project.check(
        shell.project, articles, locales, only=only, skip=skip, fail_under=fail_under, strict=strict, baseline=baseline
    )
    if write_baseline is not None:
        project.write_baseline(write_baseline, checked)
        shell.say(f"wrote {write_baseline}: {len(checked.findings)} findings")
    click.echo(checked.report(form, colour=sys.stdout.isatty()), nl=False)
    if not checked.ok:
        gate(shell, "; ".join(checked.failed))


@main.command()
@article_arguments
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown", "html", "svg", "badge"]),
    default="table",
    show_default=True,
)
@SHELL
def status(shell: Shell, articles: tuple[str, ...], locales: tuple[str, ...], form: str) -> None:
    """Show how far each edition is.

    \b
    Example:
      workflow status
      workflow status --format svg > status.svg
    """
    from workflow import project

    click.echo(project.status(shell.project, articles, locales, form), nl=False)


@main.command()
@click.argument("locales", nargs=-1, metavar="[LOCALE]...")
@click.option("--all", "everything", is_flag=True, help="Every locale of the publication; an incomplete one fails.")
@click.option(
    "--to",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help="html, epub, pdf, markdown, text, source; may be given again.",
)
@click.option(
    "--accept", type=click.Choice(["reviewed", "draft"]), help="Also publish machine drafts, with a notice on the page."
)
@click.option("--partial", is_flag=True, help="Show the source, marked, where a translation is missing.")
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Where to [default: editions].")
@SHELL
def publish(
    shell: Shell,
    locales: tuple[str, ...],
    formats: tuple[str, ...],
    accept: str | None,
    output: Path | None,
    *,
    everything: bool,
    partial: bool,
) -> None:
    """Assemble and render the editions.

    Without LOCALE: every edition that is complete, and a word on each that is not. A LOCALE that is named, or
    --all, must be complete: exit code 3 if it is not, unless --partial or --accept draft.

    \b
    Example:
      workflow publish zh_CN
      workflow publish --all --accept draft --to html --to markdown
    """
    from workflow import project

    published = project.publish(
        shell.project,
        locales,
        everything=everything,
        formats=formats,
        accept=accept,
        partial=partial,
        output=output,
    )
    for line in (*published.warnings, *published.left_out):
        shell.say(line)
    editions = f"{published.editions} edition{'s' * (published.editions != 1)}"
    shell.say(f"{editions} in {published.output} ({published.written} files written)")
    if published.refused:
        gate(shell, "not published: an edition that was asked for is incomplete; see --partial and --accept draft")


@main.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="P", help="0 takes a free one."
)
@click.option("--accept", type=click.Choice(["reviewed", "draft"]), default="draft", show_default=True)
@SHELL
def preview(shell: Shell, port: int, accept: str) -> None:
    """Serve editions/ on this machine, rebuilding what changes.

    Incomplete editions are shown with the source where a translation is missing. Stop with Ctrl-C.

    \b
    Example:
      workflow preview --port 8080
    """
    from workflow import project

    project.preview(shell.project, port=port, accept=accept, say=shell.say)


@main.group()
def models() -> None:
    """List, install and remove Argos packages (machine translation, offline).

    \b
    Example:
      workflow models install zh_CN                     from the official index, over the network
      workflow models install translate-en_es-1_0.argosmodel
    """


def _publication(shell: Shell) -> Project | None:
    """The publication around, if there is one: packages can be managed outside of any."""
    from workflow import project

    try:
        return shell.project
    except project.NoPublicationError:
        return None


@models.command("list")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@SHELL
def list_models(shell: Shell, form: str) -> None:
    """List the packages that are here: those of the publication, then those that Argos has installed.

    \b
    Example:
      workflow models list --format json
    """
    from workflow import project

    here = project.packages(_publication(shell))
    if form == "json":
        rows = [
            {
                "package": package.name,
                "from": package.from_code,
                "to": package.to_code,
                "version": package.version,
                "path": str(package.path),
            }
            for package in here
            if not package.broken
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for package in here:
        if package.broken:
            shell.say(f"broken: {package.broken}")
        else:
            click.echo(f"{package.name}  {package.from_code} → {package.to_code}  {package.version}  {package.path}")
    if not here:
        shell.say("no package is here; one comes with: workflow models install LOCALE")


@models.command()
@click.argument("what", nargs=-1, required=True, metavar="LOCALE|FILE...")
@SHELL
def install(shell: Shell, what: tuple[str, ...]) -> None:
    """Install packages: for a LOCALE from Argos's index (over the network), or from a FILE.

    Nothing else in this program opens a connection.

    \b
    Example:
      workflow models install zh_CN es
      workflow models install translate-en_es-1_0.argosmodel
    """
    from workflow import project

    for one in what:
        if one.endswith(".argosmodel") or "/" in one or Path(one).exists():
            package = project.install_file(Path(one))
            shell.say(f"installed {package.name} in {package.path}")
            continue
        with shell.bar(f"fetching {one}") as step:
            brought = project.install_from_index(_publication(shell), one, say=shell.say, progress=step)
        if not brought:
            shell.say(f"{one}: the newest package is here already")


@models.command()
@click.argument("names", nargs=-1, required=True, metavar="PACKAGE...")
@SHELL
def remove(shell: Shell, names: tuple[str, ...]) -> None:
    """Remove packages.

    \b
    Example:
      workflow models remove translate-en_es-1_0
    """
    from workflow import project
    from workflow.engine import store

    for package in [project.named_package(_publication(shell), name) for name in names]:
        store.remove(package)
        shell.say(f"removed {package.path}")


@models.command()
@click.argument("name", metavar="PACKAGE")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@SHELL
def info(shell: Shell, name: str, form: str) -> None:
    """Show what a package says of itself: languages, size, hash, licence, its README.

    \b
    Example:
      workflow models info translate-en_zh-0_3
    """
    from workflow import project
    from workflow.engine import packages

    package = project.named_package(_publication(shell), name)
    facts = packages.info(package)
    rows = {
        "package": package.name,
        "from": package.from_code,
        "to": package.to_code,
        "version": package.version,
        "path": str(package.path),
        "size": facts.size,
        "sha256": facts.sha256,
        "licence": facts.licence,
    }
    if form == "json":
        click.echo(json.dumps({**rows, "readme": facts.readme}, ensure_ascii=False, indent=2))
        return
    for key, value in rows.items():
        click.echo(f"{key:8} {value}")
    click.echo(f"\n{facts.readme.strip()}")
