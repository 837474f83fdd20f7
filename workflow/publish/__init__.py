"""Editions as files: pages, books, plain copies. The only door to jinja2, markupsafe, nh3, pygments and weasyprint.

Everything here is pure: editions and settings go in, relative paths and bytes come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workflow.model import Edition
from workflow.publish import epub, html, markdown, pdf
from workflow.publish.links import dead_ends
from workflow.publish.settings import Settings
from workflow.publish.site import Site

FORMATS: dict[str, Callable[[Site], Mapping[str, bytes]]] = {
    "html": html.render,
    "epub": epub.render,
    "pdf": pdf.render,
    "markdown": markdown.render,
    "text": markdown.render_text,
    "source": markdown.render_source,
}
"""What can be made of editions, by name."""


def render(
    editions: Sequence[Edition],
    formats: Sequence[str],
    settings: Settings,
    *,
    only: Sequence[str] | None = None,
    settled: frozenset[tuple[str, str]] = frozenset(),
) -> dict[str, bytes]:
    """The files of the editions, by their path from the output folder; the same input gives the same bytes.

    Pages link to every one of `editions`; with `only`, no more than the files of those locales (and those that all
    share) are made. Of the `settled`, (locale, article), no files are made: those of an earlier run stand.
    """
    site = Site.of(editions, formats, settings, only, settled)
    files: dict[str, bytes] = {}
    for name in formats:
        files |= FORMATS[name](site)
    return files


__all__ = ["FORMATS", "Settings", "dead_ends", "render"]
