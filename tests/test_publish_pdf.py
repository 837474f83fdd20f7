"""Editions as PDF: what a reading program, a screen reader and a printer find in them."""

from __future__ import annotations

import builtins
import io
import os
import socket
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from edition_samples import WALK, WALK_ZH, article, english, translated

from workflow import publish
from workflow.errors import UsageError
from workflow.model import Edition
from workflow.publish import pdf

pypdf = pytest.importorskip("pypdf")

SETTINGS = publish.Settings(title="The Test", locales=("zh_CN", "ar"), url="https://example.org/")
WALK_AR = WALK_ZH | {
    "A short walk": "نزهة قصيرة",
    "We left early.": "غادرنا باكرًا.",
    "What it cost": "كم كلّفت",
    "Tea": "شاي",
}


@pytest.fixture(autouse=True)
def weasyprint() -> Any:
    try:
        return pytest.importorskip("weasyprint")
    except OSError as problem:
        pytest.skip(f"WeasyPrint lacks a library of the system: {problem}")


def walk(locale: str, text: str = WALK) -> Edition:
    one = article(text)
    return english(one) if locale == "en" else translated(one, WALK_AR if locale == "ar" else WALK_ZH, locale)


def paper(one: Edition, **settings: object) -> bytes:
    made = publish.render([one], ["pdf"], replace(SETTINGS, **settings))  # type: ignore[arg-type]
    assert list(made) == [f"{one.locale}/walk.pdf"]
    return made[f"{one.locale}/walk.pdf"]


def read(data: bytes) -> Any:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def tags(node: Any) -> list[str]:
    """The names in the structure tree, from the top."""
    node = node.get_object()
    if isinstance(node, list):
        return [name for kid in node for name in tags(kid)]
    if not isinstance(node, dict):
        return []
    return ([str(node["/S"])] if "/S" in node else []) + (tags(node["/K"]) if "/K" in node else [])


def links(data: bytes) -> list[str]:
    """Where the marks of a PDF lead outside it."""
    marks = [mark.get_object() for page in read(data).pages for mark in page.get("/Annots", [])]
    return [str(mark["/A"]["/URI"]) for mark in marks if "/A" in mark]


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x80\x20\x20" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("locale", "tag", "title", "heading", "said", "turned"),
    [
        ("en", "en", "A short walk", "What it cost", "We left early.", "/L2R"),
        ("zh_CN", "zh-Hans", "短途散步", "花了多少钱", "我们很早出发。", "/L2R"),
        ("ar", "ar", "نزهة قصيرة", "كم كلّفت", "باكر", "/R2L"),
    ],
)
def test_a_pdf_says_what_it_is_and_can_be_read_aloud(
    locale: str, tag: str, title: str, heading: str, said: str, turned: str
) -> None:
    made = read(paper(walk(locale)))
    catalog = made.root_object
    assert made.metadata.title == title
    assert made.metadata.author == "Wei Lan"
    assert made.metadata.creation_date_raw.startswith("D:20250626")
    assert catalog["/Lang"] == tag
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert catalog["/ViewerPreferences"]["/Direction"] == turned
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data() or b'part="1"' in catalog["/Metadata"].get_data()
    top, below = made.outline
    assert (top.title, [mark.title for mark in below]) == (title, [heading])
    names = tags(catalog["/StructTreeRoot"]["/K"])
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Link"} <= set(names)
    assert names.index("/H1") < names.index("/H2")
    text = "".join(page.extract_text() for page in made.pages)
    assert said in text
    assert "1" in text.split()  # the number of the page


def test_all_letters_are_in_the_file() -> None:
    """Each font is embedded with a way back to its letters."""
    for locale in ("zh_CN", "ar"):
        for page in read(paper(walk(locale))).pages:
            for font in page["/Resources"]["/Font"].values():
                inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
                assert {"/FontFile2", "/FontFile3"} & set(inner)
                assert "/ToUnicode" in font.get_object()


def test_only_the_publications_own_pictures_are_shown_and_nothing_is_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(3, 3))
    far = "https://pictures.example/y.png"
    images = "".join(f'<image href="{place}" width="9" height="9"/>' for place in (secret.as_uri(), far))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{images}</svg>'
    asked: list[str] = []
    opened = builtins.open

    def refuse(*args: object, **_: object) -> None:
        asked.append(str(args))
        raise OSError("the network is not for us")

    def watch(file: Any, *args: Any, **options: Any) -> Any:
        if str(file).endswith("secret.png"):
            asked.append(str(file))
        return opened(file, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(builtins, "open", watch)
    monkeypatch.setattr(io, "open", watch)
    shown = f"{WALK}\n![us](us.png)\n\n![drawn](drawn.svg)\n\n![far](https://pictures.example/x.png)\n\n![near]({secret.as_uri()})\n\n![other]({secret})\n"
    data = paper(walk("en", shown), pictures={"us.png": png(8, 6), "drawn.svg": drawing.encode()})
    assert asked == []
    found = [image.image.size for page in read(data).pages for image in page.images]
    assert found == [(8, 6)]


def test_links_lead_to_the_net_or_to_a_place_in_the_file() -> None:
    assert links(paper(walk("en"))) == ["https://example.org/plan", "https://example.org/en/walk.html"]


def test_a_link_to_another_article_leads_to_its_page_in_the_language_or_in_the_original() -> None:
    journey = english(article("# The journey\n\n## By boat\n\nSlow.\n", "source/journey.md"))
    made = publish.render([walk("zh_CN"), journey], ["pdf"], SETTINGS)["zh_CN/walk.pdf"]
    assert "https://example.org/en/journey.html#by-boat" in links(made)
    assert links(paper(walk("zh_CN"), url=None)) == ["https://example.org/plan"]


def test_weasyprint_understands_all_that_the_stylesheet_says(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING", "weasyprint"):
        paper(walk("ar"))
    assert [record.getMessage() for record in caplog.records] == []


def test_what_is_not_reviewed_is_said_on_paper() -> None:
    said = "".join(
        page.extract_text() for page in read(paper(translated(article(), {"We left early.": "我们走了。"}))).pages
    )
    assert "英语" in said
    assert "What it cost" in said


def test_the_same_edition_gives_the_same_bytes() -> None:
    first = paper(walk("zh_CN"), pictures={"us.png": png(8, 6)})
    assert paper(walk("zh_CN"), pictures={"us.png": png(8, 6)}) == first
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import test_publish_pdf as t\n"
        "sys.stdout.buffer.write(t.paper(t.walk('zh_CN'), pictures={'us.png': t.png(8, 6)}))"
    )
    seeded = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    run = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, check=True, env=seeded
    )
    assert run.stdout == first


def test_the_clock_stays_out_where_fonttools_cuts_the_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weasyprint.pdf.fonts.harfbuzz_subset", None)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "77")
    first = paper(walk("en", "# Tea\n"))
    assert os.environ["SOURCE_DATE_EPOCH"] == "77"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    assert paper(walk("en", "# Tea\n")) == first
    assert "SOURCE_DATE_EPOCH" not in os.environ


@pytest.mark.parametrize("problem", [ModuleNotFoundError("weasyprint"), OSError("cannot load library 'libpango'")])
def test_a_missing_weasyprint_is_one_line_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **options: Any) -> Any:
        if name == "weasyprint":
            raise problem
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError) as told:
        paper(walk("en"))
    assert str(told.value).startswith("pdf needs WeasyPrint: pip install 'edition-workflow[pdf]'")
    assert "\n" not in str(told.value)


def test_words_in_katakana_and_hangul_are_not_torn_in_a_heading() -> None:
    assert pdf._unbroken("첨단 곳") == '<span class="word">첨단</span> 곳'
    assert pdf._unbroken("<b>大イノベ</b>") == '&lt;b&gt;大<span class="word">イノベ</span>&lt;/b&gt;'


def test_korean_words_and_dots_of_emphasis_are_on_paper_and_in_no_text() -> None:
    made = translated(
        article("# A\n\nIt is *very* good.\n"), {"A": "甲", "It is *very* good.": "它*非常*好。"}, "zh_CN"
    )
    text = read(paper(made)).pages[0].extract_text()
    assert "它非常好。" in text.replace("\n", "")
    assert pdf._printed("<p>a <em>非常</em>好</p>", "zh").count('class="dot"') == 2
    assert pdf._printed("<p>“도시”는 좋다.</p>", "ko") == (
        '<p><span class="word">“도시”는</span> <span class="word">좋다.</span></p>'
    )
