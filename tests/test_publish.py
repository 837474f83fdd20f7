"""Editions as pages, books and plain copies: what a reader, a browser, a crawler and a bookshelf find in them."""

from __future__ import annotations

import io
import json
import posixpath
import re
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import html5lib
import pytest
from edition_samples import WALK, WALK_ZH, article, catalog, english, translated
from html5lib.constants import E as SAYS

from workflow import edition, languages, publish
from workflow.errors import FormatError
from workflow.model import Catalog, Edition
from workflow.publish import body, pictures
from workflow.publish.site import Site
from workflow.publish.words import words

CASES = Path(__file__).parent / "cases" / "publish"
LOCALES = ("zh_CN", "zh_TW", "ja", "ko", "es", "fr", "de", "pt_BR", "ru", "ar")
SETTINGS = publish.Settings(title="The Test", description="A paper.", locales=LOCALES, contact="desk@example.org")
PLAIN = [name for name in publish.FORMATS if name != "pdf"]  # an extra, with tests of its own
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"


def walk(*locales: str) -> list[Edition]:
    one = article()
    return [english(one), *(translated(one, WALK_ZH, locale) for locale in locales)]


def page(editions: list[Edition], path: str, **settings: object) -> str:
    made = publish.render(editions, ["html"], replace(SETTINGS, **settings))  # type: ignore[arg-type]
    return made[path].decode()


def tree(text: str) -> ET.Element:
    parsed = html5lib.parse(text, namespaceHTMLElements=False)
    assert isinstance(parsed, ET.Element)
    return parsed


# --- golden pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en", "zh_CN", "ar"])
def test_pages_are_as_they_were_approved(locale: str) -> None:
    """Approve a change by hand: write what the failure shows into tests/cases/publish/."""
    made = page(walk("zh_CN", "ar"), f"{locale}/walk.html")
    assert made == (CASES / f"walk.{locale}.html").read_text("utf-8")


# --- what every page has ---------------------------------------------------------------------------------------------


def test_pages_parse_without_an_error_and_stay_small() -> None:
    for path, data in publish.render(walk(*LOCALES), ["html"], SETTINGS).items():
        if path.endswith(".html"):
            parser = html5lib.HTMLParser(strict=False)
            parser.parse(data.decode())
            errors = [SAYS[name] % details for _, name, details in parser.errors]
            assert errors == [], path
            assert len(data) <= 30_000, path


def test_a_page_says_its_language_direction_and_alternates() -> None:
    made = tree(page(walk("zh_CN", "ar"), "ar/walk.html", url="https://example.org/paper/"))
    assert (made.get("lang"), made.get("dir")) == ("ar", "rtl")
    links = {
        link.get("hreflang"): link.get("href") for link in made.iter("link") if link.get("hreflang")
    }  # fmt: skip
    assert links == {
        "en": "https://example.org/paper/en/walk.html",
        "zh-Hans": "https://example.org/paper/zh_CN/walk.html",
        "ar": "https://example.org/paper/ar/walk.html",
        "x-default": "https://example.org/paper/en/walk.html",
    }
    canonical = [link.get("href") for link in made.iter("link") if link.get("rel") == "canonical"]
    assert canonical == ["https://example.org/paper/ar/walk.html"]


def test_the_switcher_leads_to_the_same_article_by_each_languages_own_name() -> None:
    made = tree(page(walk("zh_CN", "ar"), "zh_CN/walk.html"))
    switch = made.find(".//details")
    assert switch is not None
    ways = [(link.text, link.get("href"), link.get("lang"), link.get("aria-current")) for link in switch.iter("a")]
    assert ways == [
        ("English", "../en/walk.html", "en", None),
        ("简体中文", "../zh_CN/walk.html", "zh-Hans", "page"),
        ("العربية", "../ar/walk.html", "ar", None),
    ]


def test_every_link_between_the_pages_leads_to_a_page() -> None:
    files = publish.render(walk(*LOCALES), PLAIN, replace(SETTINGS, pictures={"us.png": PNG}))
    seen = 0
    for path, data in files.items():
        if not path.endswith(".html") or "/source/" in path:
            continue
        made = tree(data.decode())
        ids = [element.get("id") for element in made.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), path
        for element in made.iter():
            place = element.get("href") or element.get("src") or ""
            parts = urlsplit(place)
            if not place or parts.scheme or "journey" in place:
                continue
            seen += 1
            if parts.path:
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
                assert target in files, (path, place)
            else:
                assert parts.fragment in ids, (path, place)
    assert seen > 400


def test_the_date_and_the_words_are_the_locales() -> None:
    for locale, day in (("zh_CN", "2025年6月26日"), ("es", "26 de junio de 2025"), ("de", "26. Juni 2025")):
        made = page(walk(locale), f"{locale}/walk.html")
        assert f'<time datetime="2025-06-26">{day}</time>' in made
        assert words(locale)["report"] in made


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_of_the_publication_has_all_the_words(locale: str) -> None:
    assert set(words(locale)) == set(words("en"))
    assert words(locale)["raw"] != words("en")["raw"]
    for name, said in words(locale).items():
        assert re.findall(r"\{\w+\}", said) == re.findall(r"\{\w+\}", words("en")[name]) or name == "stale", name
        assert set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", words("en")[name])), name


def test_linked_data_and_open_graph_say_what_the_page_is() -> None:
    made = tree(page(walk("es"), "es/walk.html", url="https://example.org/"))
    script = next(element for element in made.iter("script"))
    data = json.loads(script.text or "")
    assert data["@type"] == "Article"
    assert data["inLanguage"] == "es"
    assert data["datePublished"] == "2025-06-26"
    assert data["translationOfWork"] == {
        "@type": "Article", "inLanguage": "en", "headline": "A short walk", "url": "https://example.org/en/walk.html"
    }  # fmt: skip
    told = {meta.get("property"): meta.get("content") for meta in made.iter("meta") if meta.get("property")}
    assert told["og:title"] == data["headline"] == "短途散步"
    assert told["og:url"] == "https://example.org/es/walk.html"


def test_the_article_keeps_its_one_heading_its_anchors_and_its_columns() -> None:
    made = tree(page(walk("zh_CN"), "zh_CN/walk.html"))
    assert [element.text for element in made.iter("h1")] == ["短途散步"]
    assert [(element.get("id"), element.text) for element in made.iter("h2")] == [("what-it-cost", "花了多少钱")]
    assert [element.get("class") for element in made.iter("td")] == [None, "right"]
    assert {element.get("scope") for element in made.iter("th")} == {"col"}


def test_a_first_heading_that_is_not_the_title_stays_one_level_down() -> None:
    made = tree(page([english(article("---\ntitle: Other\n---\n\n# First\n\nText.\n"))], "en/walk.html"))
    assert [element.text for element in made.iter("h1")] == ["Other"]
    assert [element.text for element in made.iter("h2")] == ["First"]


def test_a_link_to_an_article_leads_to_its_page_in_this_language_or_in_the_original() -> None:
    journey = article("# Journey\n\n## By boat\n\nText.\n", "source/journey.md")
    both = [*walk("zh_CN"), english(journey)]
    assert 'href="../en/journey.html#by-boat"' in page(both, "zh_CN/walk.html")
    said = {"Journey": "旅程", "By boat": "坐船", "Text.": "文字。"}
    assert 'href="journey.html#by-boat"' in page([*both, translated(journey, said)], "zh_CN/walk.html")
    assert '<h2 id="by-boat">坐船</h2>' in page([*both, translated(journey, said)], "zh_CN/journey.html")


def test_latin_names_in_arabic_stand_by_themselves() -> None:
    one = article("Ng & Li met Tom-Lee at `x < y` in 3D.\n")
    made = edition.edition(one, catalog(one, {"Ng & Li met Tom-Lee at `x < y` in 3D.": "التقى Ng & Li مع `x < y` 3D."}),
                           locale="ar", source_locale="en")  # fmt: skip
    shown = page([made], "ar/walk.html")
    assert 'التقى <bdi>Ng</bdi> &amp; <bdi>Li</bdi> مع <code dir="ltr">x &lt; y</code> <bdi>3D</bdi>.' in shown


def test_french_marks_keep_to_their_word() -> None:
    one = article('Why? He said `a : b !` - "so".\n')
    msgid = 'Why? He said `a : b !` - "so".'
    said = {"Why?": "Pourquoi ?", 'He said `a : b !` - "so".': "Il dit : `a : b !` « ainsi » ; oui !"}
    shown = page([translated(one, said, "fr")], "fr/walk.html")
    assert msgid
    assert "Pourquoi\u202f? Il dit\u00a0: <code>a : b !</code> «\u202fainsi\u202f»\u202f; oui\u202f!" in shown


def test_code_is_coloured_and_read_from_left_to_right() -> None:
    shown = page(walk("ar"), "ar/walk.html")
    assert re.search(r'<pre[^>]* dir="ltr"[^>]*><code><span class="nb">print</span>', shown)


# --- honest fallback -------------------------------------------------------------------------------------------------


def test_a_reviewed_page_has_no_notice_and_says_that_it_is_a_translation() -> None:
    shown = page(walk("zh_CN"), "zh_CN/walk.html")
    assert "<aside" not in shown
    assert "译自英语" in shown


def test_what_is_missing_is_marked_and_said_in_the_readers_language() -> None:
    said = {key: value for key, value in WALK_ZH.items() if key != "We left early."}
    shown = page([english(article()), translated(article(), said)], "zh_CN/walk.html")
    assert '<span lang="en" dir="ltr" class="untranslated">We left early.</span>' in shown
    assert "部分段落尚未翻译，暂以英语原文显示，并加标记。" in shown
    text = article("We left. We came back.\n", "source/note.txt")
    shown = page([translated(text, {"We came back.": "我们回来了。"})], "zh_CN/note.html")
    assert '<span lang="en" dir="ltr" class="untranslated">We left.</span>我们回来了。' in shown


def test_an_untranslated_title_has_its_own_language() -> None:
    shown = page([translated(article(), {})], "zh_CN/walk.html")
    assert re.search(r'<h1 lang="en"[^>]*class="untranslated"', shown)


def test_a_draft_says_so_at_the_top_and_how_much_is_reviewed() -> None:
    one = article("One. Two. Three.\n", "source/note.txt")
    drafts = catalog(one, {"One.": "一。", "Two.": "二。", "Three.": "三。"}, flags=("fuzzy",))
    raw = edition.edition(one, drafts, locale="zh_CN", source_locale="en", accept="draft")
    assert words("zh_CN")["raw"] in page([raw], "zh_CN/note.html")
    part = Catalog(entries=(replace(drafts.entries[0], flags=()), *drafts.entries[1:]))
    shown = page([edition.edition(one, part, locale="zh_CN", source_locale="en", accept="draft")], "zh_CN/note.html")
    assert "全文已有33%经人工审校" in shown
    assert "一。" not in shown[shown.index("<aside") : shown.index("33%")]
    assert shown.index("33%") < shown.index('<div class="text')


def test_a_stale_edition_says_which_day_of_the_original_it_renders() -> None:
    one = article("One. Two.\n", "source/note.md")
    known = catalog(one, {"One.": "一。", "Two.": "二。"})
    stale = replace(known.entries[0], flags=("fuzzy",), previous_msgid="Won.")
    made = edition.edition(one, replace(known, entries=(stale, known.entries[1])), locale="zh_CN", source_locale="en")
    assert "本译文依据2026年2月3日的原文" in page([made], "zh_CN/note.html")


def test_notices_are_in_every_format() -> None:
    made = [translated(article(), {"We left early.": "我们很早出发。"})]
    files = publish.render(made, ["markdown", "text", "epub", "source"], SETTINGS)
    notice = words("zh_CN")["partial"].format(language="英语")
    assert f"> {notice}" in files["zh_CN/walk.md"].decode()
    assert notice in files["zh_CN/walk.txt"].decode()
    with zipfile.ZipFile(io.BytesIO(files["zh_CN/walk.epub"])) as book:
        assert notice in book.read("EPUB/chapter.xhtml").decode()
    assert notice not in files["zh_CN/source/walk.md"].decode()


# --- index, front page, feed, map ------------------------------------------------------------------------------------


def test_the_front_page_offers_every_language_and_the_index_its_articles_newest_first() -> None:
    older = article("---\ntitle: Older\ndate: 2024-01-01\n---\n\nText.\n", "source/older.md")
    files = publish.render([*walk("zh_CN", "ar"), english(older)], ["html"], SETTINGS)
    front = tree(files["index.html"].decode())
    assert [link.text for link in front.findall(".//h2/a")] == ["English", "简体中文", "العربية"]
    index = tree(files["en/index.html"].decode())
    assert [link.get("href") for link in index.findall(".//h2/a")] == ["walk.html", "older.html"]


def test_feeds_and_the_map_are_well_formed_and_absolute() -> None:
    files = publish.render(walk("zh_CN"), ["html"], replace(SETTINGS, url="https://example.org/"))
    feed = ET.fromstring(files["zh_CN/feed.xml"])
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{atom}entry/{atom}title") == "短途散步"
    assert feed.findtext(f"{atom}updated") == "2026-02-03T00:00:00Z"
    assert (feed.findtext(f"{atom}id") or "").startswith("urn:uuid:")
    link = feed.find(f"{atom}entry/{atom}link")
    assert link is not None
    assert link.get("href") == "https://example.org/zh_CN/walk.html"
    site = ET.fromstring(files["sitemap.xml"])
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = [element.text for element in site.iter(f"{space}loc")]
    assert "https://example.org/zh_CN/walk.html" in places
    assert len(places) == len(set(places)) == 5
    assert "sitemap.xml" not in publish.render(walk("zh_CN"), ["html"], SETTINGS)


# --- books and plain copies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("locale", "direction"), [("zh_CN", "ltr"), ("ar", "rtl"), ("en", "ltr")])
def test_a_book_is_whole(locale: str, direction: str) -> None:
    one = article(WALK + "\n![us](us.png) ![far](https://pictures.example/x.png)\n\nA note.[^1]\n\n[^1]: Said.\n")
    settings = replace(SETTINGS, pictures={"us.png": PNG})
    made = english(one) if locale == "en" else translated(one, WALK_ZH, locale)
    data = publish.render([made], ["epub"], settings)[f"{locale}/walk.epub"]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert book.read("mimetype") == b"application/epub+zip"
        package = ET.fromstring(book.read("EPUB/package.opf"))
        opf, dc = "{http://www.idpf.org/2007/opf}", "{http://purl.org/dc/elements/1.1/}"
        assert package.findtext(f".//{dc}language") == languages.tag(locale)
        spine = package.find(f"{opf}spine")
        assert spine is not None
        assert spine.get("page-progression-direction") == direction
        named = {f"EPUB/{item.get('href')}" for item in package.iter(f"{opf}item")}
        assert named == {name for name in book.namelist() if name.startswith("EPUB/")} - {"EPUB/package.opf"}
        nav = ET.fromstring(book.read("EPUB/nav.xhtml"))
        chapter = ET.fromstring(book.read("EPUB/chapter.xhtml"))
        ids = {element.get("id") for element in chapter.iter() if element.get("id")}
        for element in [*nav.iter(), *chapter.iter()]:
            place = element.get("href", "")
            if "#" in place:
                assert place.partition("#")[2] in ids
            for source in filter(None, [element.get("src")]):
                assert f"EPUB/{source}" in book.namelist()


def test_markdown_of_a_text_article_has_a_heading_and_text_of_markdown_has_no_marks() -> None:
    note = article("Big news\n\nText comes here.\n", "source/note.txt")
    files = publish.render([english(note), *walk()], ["markdown", "text", "source"], SETTINGS)
    assert files["en/note.md"] == b"# Big news\n\nText comes here.\n"
    assert files["en/source/note.txt"] == b"Big news\n\nText comes here.\n"
    assert files["en/source/walk.md"] == WALK.encode()
    text = files["en/walk.txt"].decode()
    assert text.startswith("A short walk\n\nWe left early. The city was quiet, and the river was high.\n")
    assert "- Bread costs 3.5 yuan.\n- Run make twice.\n" in text
    assert "Thing\tPrice\nTea\t4\n" in text
    assert "<" not in text


# --- looks -----------------------------------------------------------------------------------------------------------


def test_a_publisher_overrides_one_template_and_keeps_the_others() -> None:
    own = {"index.html": '{% extends "page.html" %}{% block main %}<p>Mine: {{ rows|length }}</p>{% endblock %}'}
    files = publish.render(walk(), ["html"], replace(SETTINGS, templates=own))
    assert "<p>Mine: 1</p>" in files["en/index.html"].decode()
    assert "We left early." in files["en/walk.html"].decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "{% extends 'page.html' %}\n{% block main %}{{ nothing.here }}{% endblock %}",
            "article.html:2: 'nothing' is undefined",
        ),
        ("\n\n{% if %}", "article.html:3: Expected an expression"),
        ("{% extends 'pages.html' %}", "article.html:1: there is no template pages.html"),
        ("{{ 1 / 0 }}", "article.html:1: division by zero"),
    ],
)
def test_a_template_that_is_wrong_is_one_line_with_its_place(text: str, says: str) -> None:
    with pytest.raises(FormatError, match=re.escape(f"templates/{says}")):
        publish.render(walk(), ["html"], replace(SETTINGS, templates={"article.html": text}))


def test_pictures_are_copied_once_and_sized() -> None:
    one = article("![us](./us.png)\n\n![gone](gone.png)\n")
    files = publish.render([english(one)], ["html"], replace(SETTINGS, pictures={"us.png": PNG, "unused.png": PNG}))
    assert files["pictures/us.png"] == PNG
    assert "pictures/unused.png" not in files
    assert (
        '<img src="../pictures/us.png" alt="us" width="640" height="480" loading="lazy">'
        in files["en/walk.html"].decode()
    )


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, (640, 480)),
        (b"GIF89a" + struct.pack("<HH", 3, 2), (3, 2)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 7, 9) + b"\x01\x01\x11\x00", (9, 7)),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x1f\0\0\x0f\0\0", (32, 16)),
        (b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 5 + struct.pack("<I", 31 | 15 << 14) + b"\0" * 9, (32, 16)),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 32, 16), (32, 16)),
        (b'<svg xmlns="x" width="10" height="20px">', (10, 20)),
        (b'<svg viewBox="0 0 30 40.5">', (30, 40)),
        (b"<svg>", None),
        (b"", None),
        (b"\xff\xd8", None),
        (PNG[:20], None),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_bytes(data: bytes, size: tuple[int, int] | None) -> None:
    assert pictures.size(data) == size


# --- the whole -------------------------------------------------------------------------------------------------------


def test_two_runs_give_the_same_bytes() -> None:
    first = publish.render(walk(*LOCALES), PLAIN, SETTINGS)
    body._original.cache_clear()
    assert publish.render(list(reversed(walk(*LOCALES))), PLAIN, SETTINGS) == first


def test_only_the_locales_asked_for_are_made_and_all_are_linked() -> None:
    files = publish.render(walk("zh_CN", "es"), ["html"], SETTINGS, only=["es"])
    assert {path.split("/")[0] for path in files} == {"es", "index.html", "style.css"}
    assert "../zh_CN/walk.html" in files["es/walk.html"].decode()


def test_a_site_orders_locales_as_the_settings_do() -> None:
    site = Site.of(list(reversed(walk("ar", "zh_CN"))), ["html"], SETTINGS)
    assert list(site.by_locale) == ["en", "zh_CN", "ar"]
