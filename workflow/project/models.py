"""The Argos packages at hand, and how another is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workflow import languages
from workflow.errors import UsageError
from workflow.project.base import Project

if TYPE_CHECKING:  # these rooms load numpy, jinja2 and more; the verbs that need them import them
    from workflow.engine.packages import Package


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
