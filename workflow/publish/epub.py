"""Editions as EPUB 3: one book per article and locale, the same bytes for the same edition."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping

from markupsafe import Markup

from workflow import languages
from workflow.model import Edition
from workflow.publish import body, html
from workflow.publish.site import Made, Site, day_of
from workflow.publish.words import locale_of, words

_CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_MEDIA = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_TAG = re.compile(r"<([a-z][a-z0-9]*)((?:\s[^\s=<>\"]+(?:=\"[^\"]*\")?)*)>")
_ATTRIBUTE = re.compile(r"\s([^\s=<>\"]+)(?:=\"([^\"]*)\")?")
_VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})
_NOT_IN_BOOKS = frozenset({"loading", "tabindex"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HEADING = re.compile(r"<h([23]) [^>]*?\bid=\"([^\"]+)\"[^>]*>(.*?)</h\1>", re.DOTALL)


def render(one: Edition, site: Site) -> Made:
    """The edition as a book, at `LOCALE/ARTICLE.epub`."""
    return Made({f"{one.locale}/{one.article.name}.epub": _book(one, site)})


def _book(one: Edition, site: Site) -> bytes:
    def page(name: str) -> str | None:
        way = html.shelf(site, one.locale).page(name)
        return way and site.absolute(posixpath.normpath(f"{one.locale}/{way}"))

    shown = body.of(one, site, body.Shelf(picture=_place, page=page, closed=True))
    text = _xhtml(shown.html)
    made = html.environment(site.settings)
    said = html.about(one, shown)
    heading = said["heading"]
    if isinstance(heading, Markup):
        heading = Markup(_xhtml(heading))  # noqa: S704 - from the safe body
    told = said | {
        "lang": languages.tag(one.locale),
        "dir": languages.direction(one.locale),
        "words": words(one.locale),
        "words_lang": languages.tag(locale_of(one.locale)),
        "heading": heading,
        "body": Markup(text),  # noqa: S704 - nh3 made it safe
        "identity": html.identity(site, f"{one.locale}/{one.article.name}.epub"),
        "modified": max(day_of(one), one.revised or "") or "2000-01-01",
        "headings": [(level, place, body.plain(inner)) for level, place, inner in _HEADING.findall(text)],
        "pictures": [(_place(name), _MEDIA[_suffix(name)]) for name in shown.shown],
        "site": site,
    }
    parts = {
        "META-INF/container.xml": _CONTAINER.encode(),
        "EPUB/package.opf": html.filled(made, "package.opf", told).encode(),
        "EPUB/nav.xhtml": html.filled(made, "nav.xhtml", told).encode(),
        "EPUB/chapter.xhtml": html.filled(made, "chapter.xhtml", told).encode(),
        "EPUB/book.css": html.filled(made, "book.css").encode(),
        **{f"EPUB/{_place(name)}": site.settings.pictures[name] for name in shown.shown},
    }
    return _zipped(parts)


def _suffix(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower()


def _place(name: str) -> str | None:
    """Where a picture stands in a book; None for one of a kind that a book cannot hold.

    Blanks and letters that some reading systems do not find in a container are written by their numbers.

    >>> _place("img/ship at dawn.png"), _place("new.avif")
    ('pictures/img/ship_20at_20dawn.png', None)
    """
    if _suffix(name) not in _MEDIA:
        return None
    return "pictures/" + re.sub(r"[^A-Za-z0-9./_-]", lambda found: f"_{ord(found[0]):X}", name)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    """The container: the media type first and uncompressed, nothing in it that a clock or a machine would change."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in {"mimetype": b"application/epub+zip", **parts}.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=9)
    return out.getvalue()


def _xhtml(text: str) -> str:
    """The safe HTML of a body as XML says the same."""
    places = set(re.findall(r"\sid=\"([^\"]+)\"", text))

    def tag(found: re.Match[str]) -> str:
        written = ""
        for name, value in _ATTRIBUTE.findall(found[2]):
            lost = name == "href" and value.startswith("#") and value[1:] not in places
            if name not in _NOT_IN_BOOKS and not lost:
                shown = value or (name if name in {"controls", "open", "reversed"} else "")
                written += f' {name}="{shown}"'
        return f"<{found[1]}{written}{'/' if found[1] in _VOID else ''}>"

    return _NOT_XML.sub("", _TAG.sub(tag, text).replace("&nbsp;", "\u00a0"))
