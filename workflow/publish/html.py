"""Editions as a static site: a page per article and locale, an index per locale, a front page, a feed, a site map."""

from __future__ import annotations

import datetime as dt
import json
import re
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from workflow import languages
from workflow.errors import FormatError
from workflow.model import Edition
from workflow.publish import body
from workflow.publish.settings import Settings
from workflow.publish.site import Made, Site, day_of
from workflow.publish.typography import typeset
from workflow.publish.words import locale_of, words

TEMPLATES = (
    *("page.html", "article.html", "index.html", "front.html", "feed.xml", "sitemap.xml", "style.css"),
    *("package.opf", "nav.xhtml", "chapter.xhtml", "book.css"),
    *("paper.html", "paper.css"),
)
"""What a publisher can override, file by file."""
OWN = "templates/"
"""Where the publisher's own templates lie in the publication."""

_CSP = (
    "default-src 'none'; style-src 'self' file:; img-src {pictures}; media-src {pictures}; "
    "base-uri 'none'; form-action 'none'"
)
# A first paragraph that begins with a capital of an alphabet that has small ones, and is long enough for an initial.
_CAPITAL = re.compile(r"<p>[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ](?=[^<]{80})")

# Both parts of a title are long enough to stand on a line of their own.
_CLAUSES = re.compile(r"([^:：—―]{3,}(?:[\s\u00a0\u202f]?:(?=\s)|：|——|――))(\s*)(.{4,})")
_HYPHENED = re.compile(r"(?<![\w-])(?=[\w-]{4,24}(?![\w-]))\w+(?:-\w+)+")


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a page: where to, its words, and their language."""

    href: str
    text: str
    lang: str
    dir: str
    here: bool = False
    address: str = ""


def render(one: Edition, site: Site) -> Made:
    """The page of an edition, at `LOCALE/ARTICLE.html`."""
    page = body.of(one, site, shelf(site, one.locale))
    text = _article(environment(site.settings), site, one, page)
    return Made({f"{one.locale}/{one.article.name}.html": text.encode()}, frozenset(page.shown))


def render_around(site: Site) -> Mapping[str, bytes]:
    """The lists of articles, the feeds, the front page, the style sheet and, where pages have addresses, the map."""
    made = environment(site.settings)
    files: dict[str, str] = {}
    for locale in site.made:
        rows = [_row(site, one) for one in site.by_locale[locale].values()]
        files[f"{locale}/index.html"] = _index(made, site, locale, rows)
        files[f"{locale}/feed.xml"] = _feed(made, site, locale, rows)
    files["index.html"] = _front(made, site)
    files["style.css"] = filled(made, "style.css")
    if site.settings.url is not None:
        files["sitemap.xml"] = _sitemap(made, site)
    return {path: text.encode() for path, text in files.items()}


def shelf(site: Site, locale: str) -> body.Shelf:
    """Where a page of the locale finds pictures and other articles; in the original where they are not translated."""

    def page(name: str) -> str | None:
        if name in site.by_locale.get(locale, {}):
            return f"{name}.html"
        if name in site.by_locale.get(site.settings.source, {}):
            return f"../{site.settings.source}/{name}.html"
        return None

    return body.Shelf(picture=lambda name: f"../pictures/{quote(name)}", page=page)


def environment(settings: Settings) -> jinja2.Environment:
    """The publication's own templates over those of the house."""
    return _environment(tuple(sorted(settings.templates.items())))


@lru_cache(maxsize=4)
def _environment(overrides: tuple[tuple[str, str], ...]) -> jinja2.Environment:
    """The templates of the house under those of the publication."""
    folder = resources.files("workflow.publish") / "templates"
    house = {name: (folder / name).read_text("utf-8") for name in TEMPLATES}
    own = dict(overrides)

    def publishers(name: str) -> tuple[str, str | None, Callable[[], bool] | None] | None:
        return (own[name], f"{OWN}{name}", None) if name in own else None

    return jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.FunctionLoader(publishers), jinja2.DictLoader(house)]),
        autoescape=lambda name: name is None or not name.endswith(".css"),  # noqa: S701 - on for all but the style sheet
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )


def filled(made: jinja2.Environment, name: str, told: Mapping[str, Any] | None = None) -> str:
    """The template with what it is told in its places.

    Raises FormatError with file and line where the publisher's own template is wrong.
    """
    try:
        return made.get_template(name).render(told or {})
    except jinja2.TemplateSyntaxError as problem:
        raise FormatError(f"{OWN}{problem.name}:{problem.lineno}: {problem.message}; mend it") from None
    except Exception as problem:
        own = [
            (frame.filename, frame.lineno)
            for frame in traceback.extract_tb(problem.__traceback__)
            if frame.filename.startswith(OWN)
        ]
        if not own:
            raise
        file, line = own[-1]
        said = f"there is no template {problem}" if isinstance(problem, jinja2.TemplateNotFound) else str(problem)
        raise FormatError(f"{file}:{line}: {said}; mend it") from None


def _common(site: Site, locale: str, *, up: str, path: str) -> dict[str, Any]:
    """What every page of a locale is told."""
    said = words(locale)
    return {
        "site": site,
        "locale": locale,
        "lang": languages.tag(locale),
        "dir": languages.direction(locale),
        "words": said,
        "words_lang": languages.tag(locale_of(locale)),
        "source_lang": languages.tag(site.settings.source),
        "up": up,
        "canonical": site.absolute(path),
        "contact": _contact(site.settings.contact),
        "csp": _CSP.format(pictures="'self' file:"),
    }


def _article(made: jinja2.Environment, site: Site, one: Edition, page: body.Body) -> str:
    locale, name = one.locale, one.article.name
    path = f"{locale}/{name}.html"
    alternates = tuple(
        _link(
            site,
            other.locale,
            f"../{other.locale}/{name}.html",
            f"{other.locale}/{name}.html",
            here=other.locale == locale,
        )
        for other in site.siblings(name)
    )
    source = languages.tag(one.source)
    said = _common(site, locale, up="../", path=path) | about(one, page)
    said |= {
        "body": Markup(page.html),  # noqa: S704 - nh3 made it safe
        "heading": in_clauses(said["heading"]),
        "capital": bool(_CAPITAL.match(page.html)),
        "alternates": alternates,
        "default": _default(alternates, source),
        "original": None if one.original else next((link for link in alternates if link.lang == source), None),
        "downloads": tuple(_downloads(site, one)),
        "data": Markup(_linked_data(site, one, said["title"], said["description"], path)),  # noqa: S704 - no "<" in it
        "csp": _CSP.format(pictures=" ".join(("'self' file:", *page.hosts))),
        "og_locale": locale,
    }
    return filled(made, "article.html", said)


def in_clauses(heading: Markup | str) -> Markup:
    """The heading, which breaks after its first colon or dash rather than elsewhere, and not at a hyphen.

    >>> in_clauses("Sea: up-to-date")
    Markup('<span class="clause">Sea:</span> <span class="clause"><span class="word">up-to-date</span></span>')
    """
    written = str(escape(heading))
    if "<" in written:
        return Markup(written)  # noqa: S704 - escaped, or from the safe body
    written = _HYPHENED.sub(r'<span class="word">\g<0></span>', written)
    found = _CLAUSES.fullmatch(written)
    if found:
        written = f'<span class="clause">{found[1]}</span>{found[2]}<span class="clause">{found[3]}</span>'
    return Markup(written)  # noqa: S704 - escaped


def about(one: Edition, page: body.Body) -> dict[str, Any]:
    """What a page or a book says of its edition, besides the text."""
    heading, title = _titles(one, page)
    title = _set(title, one, "title")
    source, said = languages.tag(one.source), words(one.locale)
    language = languages.name_in(one.source, one.locale)

    def foreign(*names: str) -> str | None:
        return source if not one.original and not one.foreign.isdisjoint(names) else None

    return {
        "one": one,
        "title": title,
        "heading": heading,
        "title_lang": foreign("title"),
        "subtitle": _set(_told(one, "subtitle"), one, "subtitle"),
        "subtitle_lang": foreign("subtitle"),
        "description": _description(one),
        "description_lang": foreign("description", "summary", "excerpt"),
        "authors": _authors(one),
        "day": day_of(one),
        "date": _date(day_of(one), one.locale),
        "notices": notices(one),
        "translated": said["translated"].format(language=language),
        "read_original": said["original"].format(language=language),
    }


def _description(one: Edition) -> str:
    name = next((name for name in ("description", "summary", "excerpt") if _told(one, name)), "")
    return _set(_told(one, name), one, name)


def _set(text: str, one: Edition, name: str) -> str:
    """The text of a field as its language is set; one that is not translated is in the source's."""
    return typeset(text, one.source if name in one.foreign else one.locale)


def _titles(one: Edition, page: body.Body) -> tuple[Markup | str, str]:
    """The heading as it is shown, with the marks the article gives it, and as plain text."""
    if page.heading:
        return Markup(page.heading), body.plain(page.heading)  # noqa: S704 - from the safe body
    return _set(one.title, one, "title"), one.title


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _told(one: Edition, name: str) -> str:
    value = one.metadata.get(name, "")
    return _spaced(value) if isinstance(value, str) else ""


def _authors(one: Edition) -> str:
    value = one.metadata.get("author", one.metadata.get("authors", ""))
    return value if isinstance(value, str) else languages.listing(list(value), one.locale)


def _date(day: str, locale: str) -> str:
    return languages.date(dt.date.fromisoformat(day), locale) if day else ""


def notices(one: Edition) -> tuple[str, ...]:
    """What a reader must know of a translation that is not wholly reviewed, each in a sentence or two."""
    return tuple(_notices(one))


def _notices(one: Edition) -> Iterator[str]:
    if one.original:
        return
    said = words(one.locale)
    language = languages.name_in(one.source, one.locale)
    if one.drafted:
        share = one.counts.reviewed / one.counts.segments if one.counts.segments else 0.0
        # Rounded down, so that "100 %" is said of all only.
        percent = languages.percent(int(share * 100) / 100, one.locale)
        yield said["draft"].format(percent=percent) if one.counts.reviewed else said["raw"]
    if one.renders:
        yield said["stale"].format(date=_date(one.renders, one.locale), language=language)
    elif one.missing:
        yield said["partial"].format(language=language)


def _link(site: Site, locale: str, href: str, path: str, *, here: bool = False) -> Link:
    return Link(
        href, languages.own_name(locale), languages.tag(locale), languages.direction(locale), here,
        site.absolute(path) or href,
    )  # fmt: skip


def _default(alternates: tuple[Link, ...], source: str) -> str | None:
    """The page for readers of a language in which there is none: the original."""
    found = [link.address for link in alternates if link.lang == source]
    return found[0] if found else None


def _downloads(site: Site, one: Edition) -> Iterator[Link]:
    said, locale, name = words(one.locale), one.locale, one.article.name
    lang, direction = languages.tag(locale_of(locale)), languages.direction(locale)
    for form, href, text in (
        ("epub", f"{name}.epub", said["book"]),
        ("pdf", f"{name}.pdf", "PDF"),
        ("markdown", f"{name}.md", said["copy"]),
        ("text", f"{name}.txt", said["plain"]),
    ):
        if form in site.formats:
            yield Link(href, text, lang, direction)


def _contact(contact: str | None) -> str | None:
    """Where a report goes, as a link."""
    if contact is None or re.match(r"https?://", contact):
        return contact
    return f"mailto:{contact}"


def _linked_data(site: Site, one: Edition, title: str, description: str, path: str) -> str:
    """The schema.org Article of a page, as JSON that can stand in HTML."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": title,
        "inLanguage": languages.tag(one.locale),
    }
    if description:
        data["description"] = description
    if day_of(one):
        data["datePublished"] = day_of(one)
    if one.revised:
        data["dateModified"] = one.revised
    if author := _authors(one):
        data["author"] = {"@type": "Organization" if author.startswith("The ") else "Person", "name": author}
    if site.settings.title:
        data["publisher"] = {"@type": "Organization", "name": site.settings.title}
    if address := site.absolute(path):
        data["url"] = data["mainEntityOfPage"] = address
    name = one.article.name
    if not one.original:
        work: dict[str, Any] = {"@type": "Article", "inLanguage": languages.tag(one.source)}
        original = site.by_locale.get(one.source, {}).get(name)
        if original is not None:
            work["headline"] = _set(original.title, original, "title")
            work["url"] = site.absolute(f"{one.source}/{name}.html") or f"../{one.source}/{name}.html"
        data["translationOfWork"] = work
    else:
        data["workTranslation"] = [
            {
                "@type": "Article",
                "inLanguage": languages.tag(other.locale),
                "url": site.absolute(f"{other.locale}/{name}.html") or f"../{other.locale}/{name}.html",
            }
            for other in site.siblings(name)
            if not other.original
        ]
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _row(site: Site, one: Edition) -> dict[str, Any]:
    """An article as an index and a feed show it."""
    description = _description(one)
    source = languages.tag(one.source)
    return {
        "href": f"{one.article.name}.html",
        "path": f"{one.locale}/{one.article.name}.html",
        "title": _set(one.title, one, "title"),
        "title_lang": source if "title" in one.foreign and not one.original else None,
        "description": description,
        "description_lang": source if "description" in one.foreign and not one.original else None,
        "day": day_of(one),
        "date": _date(day_of(one), one.locale),
        "authors": _authors(one),
        "notices": notices(one),
        "changed": max(day_of(one), one.revised or ""),
        "address": site.absolute(f"{one.locale}/{one.article.name}.html"),
    }


def _index(made: jinja2.Environment, site: Site, locale: str, rows: list[dict[str, Any]]) -> str:
    said = _common(site, locale, up="../", path=f"{locale}/index.html")
    alternates = tuple(
        _link(site, other, f"../{other}/index.html", f"{other}/index.html", here=other == locale)
        for other in site.by_locale
    )
    said |= {"rows": rows, "alternates": alternates, "default": site.absolute("index.html") or "../index.html"}
    return filled(made, "index.html", said)


def _front(made: jinja2.Environment, site: Site) -> str:
    """Every language with its own name and its newest articles, and nothing else to choose."""
    source = site.settings.source
    said = _common(site, source, up="", path="index.html")
    shelves = []
    for locale, articles in site.by_locale.items():
        link = _link(site, locale, f"{locale}/index.html", f"{locale}/index.html")
        rows = [_row(site, one) for one in list(articles.values())[:3]]
        shelves.append({"link": link, "rows": rows, "words": words(locale)})
    said |= {
        "shelves": shelves,
        "alternates": tuple(shelf["link"] for shelf in shelves),
        "default": site.absolute("index.html") or "index.html",
    }
    return filled(made, "front.html", said)


def _feed(made: jinja2.Environment, site: Site, locale: str, rows: list[dict[str, Any]]) -> str:
    said = _common(site, locale, up="../", path=f"{locale}/feed.xml")
    dated = [row for row in rows if row["changed"]]
    said |= {
        "rows": dated,
        "identity": identity(site, f"{locale}/feed.xml"),
        "identities": [identity(site, row["path"]) for row in dated],
        "changed": max((row["changed"] for row in dated), default="1970-01-01"),
        "home": site.absolute(f"{locale}/index.html") or "index.html",
    }
    return filled(made, "feed.xml", said)


def identity(site: Site, path: str) -> str:
    """An address that stays the same though the pages move, and that two publications do not share."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{site.settings.url or site.title}#{path}").urn


def _sitemap(made: jinja2.Environment, site: Site) -> str:
    names = dict.fromkeys(name for articles in site.by_locale.values() for name in articles)
    places: list[tuple[str, list[tuple[str, str]]]] = [("index.html", [])]
    places += [
        (f"{locale}/index.html", [(languages.tag(other), f"{other}/index.html") for other in site.by_locale])
        for locale in site.by_locale
    ]
    for name in names:
        ways = [(languages.tag(one.locale), f"{one.locale}/{name}.html") for one in site.siblings(name)]
        places += [(path, ways) for _, path in ways]
    return filled(made, "sitemap.xml", {"places": places, "site": site})
