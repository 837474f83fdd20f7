"""What stands in a msgstr is text and the markup of its source, nothing more: nothing runs, nothing leads elsewhere."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import pytest
from edition_samples import article, catalog, translated

from workflow import edition, publish
from workflow.model import Edition

PAYLOADS = (Path(__file__).parent / "cases" / "publish" / "xss.txt").read_text("utf-8").splitlines()
SETTINGS = publish.Settings(title="The Test", locales=("zh_CN",))
SPACE = "{http://www.w3.org/1999/xhtml}"
HARMLESS = {
    "http-equiv", "charset", "content", "name", "property", "rel", "href", "hreflang", "lang", "dir", "class", "id",
    "type", "title", "aria-label", "aria-current", "tabindex", "scope", "role", "translate", "datetime", "alt", "src",
    "width", "height", "loading", "download", "start", "value", "checked", "disabled", "colspan", "rowspan",
}  # fmt: skip

MARKDOWN = """\
---
title: A short walk
description: An hour by the river.
---

# A short walk

We went [by boat](https://example.org/plan) and <b class="loud">saw</b> much.

> A quoted word.

- An item of a list.

| A cell | Another |
|---|---|
| Third | Fourth |

![A picture of us](us.png)

<div title="A tip">Words in a box.</div>

A note.[^1]

[^1]: What the note says.
"""
PAGE = """\
<h1>A short walk</h1>
<p title="A tip">We went <a href="https://example.org/plan">by boat</a> and saw much.</p>
<img src="us.png" alt="A picture of us">
"""
TEXT = "A short walk\n\nWe went by boat and saw much.\n"


def editions(payload: str) -> Iterator[Edition]:
    """Every article, each segment of it said with the payload alone, before its own text, and amid it."""
    for text, file in ((MARKDOWN, "source/m.md"), (PAGE, "source/h.html"), (TEXT, "source/t.txt")):
        one = article(text, file)
        for number, shape in enumerate(("{0}", "{0} {1}", "{1}{0}{1}")):
            said = {entry.msgid: shape.format(payload, entry.msgid) for entry in catalog(one, {}).entries}
            yield translated(article(text, file.replace(".", f"{number}.")), said)


def wrongs(page: str) -> list[str]:
    """What on a page could run or lead where the original does not."""
    found = []
    tree = html5lib.parse(page, namespaceHTMLElements=True)
    for element in tree.iter():
        name = str(element.tag).removeprefix(SPACE)
        if name in {
            "iframe",
            "object",
            "embed",
            "form",
            "base",
            "svg",
            "math",
            "style",
            "frame",
            "button",
            "textarea",
        } or (name == "script" and element.get("type") != "application/ld+json"):
            found.append(f"<{name}>")
        if name == "meta" and element.get("http-equiv") not in (None, "Content-Security-Policy"):
            found.append("meta http-equiv")
        for key, value in element.attrib.items():
            if key not in HARMLESS:
                found.append(f"{name} {key}={value!r}")
            if key in {"href", "src"} and name != "link":
                good = re.fullmatch(
                    r"https://example\.org/plan|(?:\.\./)?[\w/-]+\.(?:html|xml|png|md|txt|epub)|(?:\.\./pictures/)?us\.png"
                    r"|#(?:page-text|1|fr-1-1|[\w-]*)",
                    value,
                )
                if not good:
                    found.append(f"{name} {key}={value!r}")
    return found


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload[:40])
def test_nothing_that_a_translator_types_runs_or_leads_elsewhere(payload: str) -> None:
    for path, data in publish.render(list(editions(payload)), ["html"], SETTINGS).items():
        if path.endswith(".html"):
            assert wrongs(data.decode()) == [], path


def test_the_test_sees_what_it_looks_for() -> None:
    page = '<p onclick="x()"><a href="javascript:x()">a</a><a href="https://evil.example/">b</a><script>x()</script>'
    assert len(wrongs(page)) == 4


def test_there_are_cases_enough() -> None:
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize("file", ["source/a.md", "source/a.html"])
def test_honest_markup_is_intact(file: str) -> None:
    text = 'We <kbd class="k">went</kbd> by <a href="https://example.org/plan">boat</a>.'
    one = article(text if file.endswith("md") else f"<p>{text}</p>", file)
    said = {text: 'Fuimos en <a href="https://example.org/plan">barco</a>, <kbd class="k">así</kbd>.'}
    made = translated(one, said, "es")
    page = publish.render([made], ["html"], SETTINGS)["es/a.html"].decode()
    assert '<a href="https://example.org/plan">barco</a>, <kbd class="k">así</kbd>.' in page


@pytest.mark.parametrize(
    ("link", "allow", "leads"),
    [
        ("[esto](https://example.com/es/plan)", (), False),
        ("[esto](https://example.com/es/plan)", ("https://example.com/",), True),
        ("[esto](https://example.com/es/plan)", ("https://example.com",), True),
        ("[esto](https://example.com.evil.example/es/plan)", ("https://example.com",), False),
        ('<a href="https://example.com/es/plan">esto</a>', ("https://example.com/es",), True),
        ('<a href="https://example.com/es/plan" onclick="x()">esto</a>', ("https://example.com/es",), False),
        ("[esto](javascript:alert(1))", ("javascript:",), False),
    ],
)
def test_a_link_may_lead_where_the_settings_allow(link: str, allow: tuple[str, ...], *, leads: bool) -> None:
    one = article("See [it](https://example.org/plan).\n", "source/a.md")
    known = catalog(one, {"See [it](https://example.org/plan).": f"Ver {link}."})
    made = edition.edition(one, known, locale="es", source_locale="en", allow_links=allow)
    settings = publish.Settings(title="The Test", locales=("es",), allow_links=allow)
    page = publish.render([made], ["html"], settings)["es/a.html"].decode()
    assert ("esto</a>" in page) == leads
    assert "onclick" not in re.findall(r"<a [^>]*", page)


def test_every_page_has_a_strict_policy() -> None:
    one = article("![us](https://pictures.example/us.png) and ![them](them.png)\n", "source/a.md")
    made = publish.render([edition.edition(one, None, locale="en", source_locale="en")], ["html"], SETTINGS)
    for path, data in made.items():
        if path.endswith(".html"):
            policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]*)"', data.decode())[0])
            assert policy.startswith("default-src 'none'; style-src 'self' file:; ")
            assert "script-src" not in policy
            assert "unsafe" not in policy
    assert "img-src &#39;self&#39; file: https://pictures.example;" in made["en/a.html"].decode()


def test_names_and_settings_are_text_too() -> None:
    evil = '"><script>alert(1)</script>'
    one = article(f"---\nauthor: '{evil}'\ndate: '{evil}'\ntags: ['{evil}']\n---\n\nText.\n", "source/a.md")
    settings = publish.Settings(title=evil, description=evil, locales=("zh_CN",), contact="a@b.c", url="https://e.org/")
    files = publish.render([edition.edition(one, None, locale="en", source_locale="en")], ["html", "epub"], settings)
    for path, data in files.items():
        if path.endswith(".html"):
            assert "<script>alert" not in data.decode()
        if path.endswith(".xml"):
            ET.fromstring(data)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium here")
def test_nothing_runs_in_chromium(tmp_path: Path) -> None:
    """All payloads on one page each way, without the policy, so that only the walls before it are tried."""
    bodies = []
    for payload in PAYLOADS:
        for path, data in publish.render(list(editions(payload)), ["html"], SETTINGS).items():
            if re.fullmatch(r"zh_CN/[mht]1\.html", path):
                found = re.search(r"<main.*?</main>", data.decode(), re.DOTALL)
                assert found is not None
                bodies.append(found[0])
    trap = "<script>window.alert = () => document.documentElement.setAttribute('data-hit', 'yes')</script>"
    poke = (
        "<script>for (const one of document.querySelectorAll('main *')) {"
        "for (const kind of ['click', 'mouseover', 'focus', 'toggle', 'error', 'load'])"
        "if (!one.href || one.href.startsWith('javascript:')) one.dispatchEvent(new Event(kind));"
        "if (one.href && /^(javascript|data|vbscript):/i.test(one.href)) alert(1);"
        "} document.documentElement.setAttribute('data-done', 'yes');</script>"
    )
    page = tmp_path / "page.html"

    def dumped(text: str) -> str:
        page.write_text(f"<!DOCTYPE html><html><head>{trap}</head><body>{text}{poke}</body></html>", "utf-8")
        run = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--no-first-run", f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=4000", "--dump-dom",
             page.as_uri()],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert 'data-done="yes"' in run.stdout, run.stderr[-500:]
        return run.stdout

    assert 'data-hit="yes"' in dumped("<main><img src=x onerror=alert(1)></main>"), "the trap works"
    assert 'data-hit="yes"' not in dumped("\n".join(bodies))
