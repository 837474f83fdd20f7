"""Editions as files: pages, books, plain copies. The only door to jinja2, markupsafe, nh3, pygments and weasyprint.

Everything here is pure: editions and settings go in, relative paths and bytes come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workflow.model import Edition
from workflow.publish import epub, html, markdown, pdf
from workflow.publish.links import dead_ends
from workflow.publish.settings import Settings
from workflow.publish.site import Made, Site

FORMATS: dict[str, Callable[[Edition, Site], Made]] = {
    "html": html.render,
    "epub": epub.render,
    "pdf": pdf.render,
    "markdown": markdown.render,
    "text": markdown.render_text,
    "source": markdown.render_source,
}
"""What can be made of an edition, by name."""
AROUND: dict[str, Callable[[Site], Mapping[str, bytes]]] = {"html": html.render_around}
"""What a format has besides: the files that lists of editions are in, and those that all of them share."""


def render(
    editions: Sequence[Edition], formats: Sequence[str], settings: Settings, *, only: Sequence[str] | None = None
) -> dict[str, bytes]:
    """The files of the editions, by their path from the output folder; the same input gives the same bytes.

    Pages link to every one of `editions`; with `only`, no more than the files of those locales (and those that all
    share) are made.
    """
    site = Site.of(editions, formats, settings, only)
    files: dict[str, bytes] = {}
    for one in site.editions():
        made = of_edition(one, site)
        files |= {**made.files, **placed(made.pictures, settings)}
    return files | around(site)


def of_edition(one: Edition, site: Site) -> Made:
    """The files of one edition in the formats of the site; of the other editions no text is asked for."""
    made = [FORMATS[name](one, site) for name in site.formats]
    files = {path: data for each in made for path, data in each.files.items()}
    return Made(files, frozenset().union(*(each.pictures for each in made)))


def around(site: Site) -> dict[str, bytes]:
    """The files that stand around those of the editions."""
    files: dict[str, bytes] = {}
    for name in site.formats:
        files |= AROUND[name](site) if name in AROUND else {}
    return files


def placed(pictures: frozenset[str], settings: Settings) -> dict[str, bytes]:
    """The pictures where pages find them."""
    return {f"pictures/{name}": settings.pictures[name] for name in sorted(pictures)}


__all__ = ["FORMATS", "Made", "Settings", "Site", "around", "dead_ends", "of_edition", "placed", "render"]
