"""Editions on paper: a tagged PDF per article and locale, the same bytes for the same edition and the same fonts.

The only door to WeasyPrint, an optional extra; it is loaded when a PDF is asked for.
"""

from __future__ import annotations

import io
import mimetypes
import os
import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from workflow import languages
from workflow.errors import UsageError
from workflow.model import Edition
from workflow.publish import body, html
from workflow.publish.settings import Settings
from workflow.publish.site import Made, Site, day_of
from workflow.publish.words import locale_of, words

_PICTURE = "picture:"
_MARK = re.compile(r"(<[^>]*>)")
_WORD = re.compile(r"[ァ-ヺー]{2,12}|[가-힣]{2,12}")
_KOREAN = re.compile(r"[^\s<>&;]*[가-힣][^\s<>&;]*")
_EMPHASIS = re.compile(r"(<em(?:\s[^>]*)?>)(.*?)(</em>)", re.DOTALL)
_LETTER = re.compile(r"[\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_MISSING = (
    "pdf needs WeasyPrint: pip install 'edition-workflow[pdf]' "
    "(and Debian's libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0, fonts-noto-core, fonts-noto-cjk)"
)


def render(one: Edition, site: Site) -> Made:
    """The edition as a PDF/UA document, at `LOCALE/ARTICLE.pdf`.

    Raises UsageError where WeasyPrint, or a library of the system that it needs, is missing.
    """
    return Made({f"{one.locale}/{one.article.name}.pdf": _paper(_weasyprint(), one, site)})


def _weasyprint() -> ModuleType:
    try:
        import weasyprint
    except (ImportError, OSError) as problem:  # OSError: Pango is not there
        raise UsageError(_MISSING) from problem
    return weasyprint  # type: ignore[no-any-return]  # it publishes no types


def _paper(weasyprint: ModuleType, one: Edition, site: Site) -> bytes:
    def page(name: str) -> str | None:
        way = html.shelf(site, one.locale).page(name)
        return way and site.absolute(posixpath.normpath(f"{one.locale}/{way}"))

    shown = body.of(one, site, body.Shelf(picture=lambda name: _PICTURE + quote(name), page=page, closed=True))
    made = html.environment(site.settings)
    said = html.about(one, shown)
    told = said | {
        "heading": _heading(said["heading"], languages.language(one.locale)),
        "lang": languages.tag(one.locale),
        "dir": languages.direction(one.locale),
        "words": words(one.locale),
        "words_lang": languages.tag(locale_of(one.locale)),
        "body": Markup(_printed(shown.html, languages.language(one.locale))),  # noqa: S704 - nh3 made it safe
        "created": day_of(one),
        "modified": max(day_of(one), one.revised or ""),
        "address": site.absolute(f"{one.locale}/{one.article.name}.html"),
        "site": site,
    }
    fetcher = _only_given(weasyprint, site.settings)
    style = weasyprint.CSS(string=html.filled(made, "paper.css"), url_fetcher=fetcher)
    text = html.filled(made, "paper.html", told)
    out = io.BytesIO()
    with _stopped_clock():
        weasyprint.HTML(string=text, url_fetcher=fetcher).write_pdf(
            out, stylesheets=[style], pdf_variant="pdf/ua-1", pdf_tags=True, finisher=_finisher(one.locale)
        )
    return out.getvalue()


@contextmanager
def _stopped_clock() -> Iterator[None]:
    """While it lasts fontTools, which cuts fonts where HarfBuzz cannot, writes no time of today into them."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _heading(heading: Markup | str, language: str) -> Markup:
    shown = html.in_clauses(heading)
    return _unbroken(shown) if language in {"ja", "ko"} else shown


def _unbroken(heading: str) -> Markup:
    """A heading whose words in katakana and in hangul stay on one line.

    >>> _unbroken("A & イノベーション")
    Markup('A &amp; <span class="word">イノベーション</span>')
    """
    pieces = _MARK.split(str(escape(heading)))
    pieces[::2] = [_WORD.sub(r'<span class="word">\g<0></span>', piece) for piece in pieces[::2]]
    return Markup("".join(pieces))  # noqa: S704 - escaped, or from the safe body


def _printed(text: str, language: str) -> str:
    """Safe HTML in which Korean words stay on one line, and each letter of a Chinese or Japanese emphasis has its span.

    The stylesheet draws a dot to it: WeasyPrint knows neither `word-break: keep-all` nor `text-emphasis`.

    >>> _printed("<p>도시는 <em>A</em></p>", "ko")
    '<p><span class="word">도시는</span> <em>A</em></p>'
    >>> _printed("<em>好，A</em>", "zh")
    '<em><span class="dot">好</span>，A</em>'
    """
    if language == "ko":
        pieces = _MARK.split(text)
        pieces[::2] = [_KOREAN.sub(r'<span class="word">\g<0></span>', piece) for piece in pieces[::2]]
        return "".join(pieces)
    if language in {"zh", "ja"}:
        return _EMPHASIS.sub(lambda em: em[1] + _dotted(em[2]) + em[3], text)
    return text


def _dotted(text: str) -> str:
    pieces = _MARK.split(text)
    pieces[::2] = [_LETTER.sub(r'<span class="dot">\g<0></span>', piece) for piece in pieces[::2]]
    return "".join(pieces)


def _finisher(locale: str) -> Any:
    """What a reading program is told besides: from which side the pages are turned."""
    turned = "/R2L" if languages.direction(locale) == "rtl" else "/L2R"

    def finish(document: Any, pdf: Any) -> None:  # noqa: ARG001 - as WeasyPrint calls it
        pdf.catalog["ViewerPreferences"]["Direction"] = turned

    return finish


def _only_given(weasyprint: ModuleType, settings: Settings) -> Any:
    """What gives WeasyPrint the pictures of the settings, and nothing else: no file is opened, nothing is fetched."""

    class Given(weasyprint.urls.URLFetcher):  # type: ignore[name-defined,misc]  # it publishes no types
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002 - as WeasyPrint calls it
            name = unquote(url).removeprefix(_PICTURE)
            if not url.startswith(_PICTURE) or name not in settings.pictures:
                raise ValueError(f"{url} is not one of the publication's pictures")
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return weasyprint.urls.URLFetcherResponse(url, settings.pictures[name], {"Content-Type": kind})

    return Given()
