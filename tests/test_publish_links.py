"""Ways between articles in every format, and those that lead nowhere."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Run
from edition_samples import article, english, translated

from workflow import edition, project, publish, readers
from workflow.model import Edition
from workflow.readers.places import places

SETTINGS = publish.Settings(title="The Test", locales=("zh_CN",), pictures={"img/us.png": b""})
TEXT = """\
# A

See [b](b.md#part), [c](./c.html "title"), [*d*][d] and <a href='b.md'>it</a>; `[b](b.md)`.

![us](img/us.png)

```
[b](b.md)
```

[d]: <c.html>
"""


def editions() -> list[Edition]:
    one = article(TEXT, "source/a.md")
    here = translated(one, {"A": "甲"})
    two, three = article("# B\n\n## Part\n", "source/b.md"), article("<h1>C</h1>", "source/c.html")
    return [english(one), english(two), english(three), here, translated(two, {"B": "乙", "Part": "部分"})]


def test_a_page_leads_to_pages_of_its_language_else_of_the_original() -> None:
    made = publish.render(editions(), ["html"], SETTINGS)["zh_CN/a.html"].decode()
    for way in ("b.html#part", "../en/c.html", "b.html"):
        assert f'<a href="{way}"' in made
    assert ".md" not in made.replace("[b](b.md)", "")


def test_markdown_leads_to_markdown_and_shows_its_pictures() -> None:
    files = publish.render(editions(), ["markdown"], SETTINGS)
    made = files["zh_CN/a.md"].decode()
    for way in (
        "](b.md#part)",
        '](../en/c.md "title")',
        "[d]: <../en/c.md>",
        "href='b.md'",
        "](../pictures/img/us.png)",
    ):
        assert way in made
    assert made.count("[b](b.md)") == 2
    assert {"en/c.md", "zh_CN/b.md", "pictures/img/us.png"} <= set(files)


def test_a_book_leads_to_the_pages_where_they_have_an_address() -> None:
    for url, ways in (("https://example.org/p/", ("zh_CN/b.html#part", "en/c.html")), (None, ())):
        made = publish.render(editions(), ["epub"], replace(SETTINGS, url=url))["zh_CN/a.epub"]
        with zipfile.ZipFile(io.BytesIO(made)) as book:
            text = book.read("EPUB/chapter.xhtml").decode()
        assert all(f'href="{url}{way}"' in text for way in ways)
        assert 'href="b.md' not in text
        assert "c.html" not in text or url


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[x](gone.md)", ["3: link to gone.md leads to no article"]),
        ("a\n[x](sub/b.md#q) ![](img/gone.png)", ["4: link to sub/b.md leads to no article",
                                                  "4: picture img/gone.png is missing"]),
        ("![x][p]\n\n[p]: gone.png", ["5: picture gone.png is missing"]),
        ("<p>\n<img alt='x'\nsrc=gone.png></p>", ["5: picture gone.png is missing"]),
        ("[x](notes.pdf)", ["3: link to notes.pdf leads to no article"]),
        ("[x](b.md) [y](#z) [z](/b) <mailto:a@b.c> [w](https://x.org/gone.md) ![](img/us.png) [us](img/us.png)", []),
        ("`[x](gone.md)`\n\n    [x](gone.md)\n\n<!-- <img src='gone.png'> -->", []),
        ("[x]({{ site.url }}) [y](//x.org/a.md) ![](data:image/png;base64,xx)", []),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_told_with_its_line(text: str, told: list[str]) -> None:
    one = english(article(f"# A\n\n{text}\n", "source/a.md"))
    assert list(publish.dead_ends(one, {"a", "b"}, {"img/us.png"})) == [f"source/a.md:{line}" for line in told]


def test_places_are_where_the_address_stands() -> None:
    text = "---\ntitle: é\n---\né [![A](i.png)](o(b).md 't') ![](<q r.png>) [*e*](f.md#x)\n"
    found = places(article(text), text)
    assert [text[place.start : place.end] for place in found] == ["i.png", "o(b).md", "q r.png", "f.md#x"]
    assert [place.address for place in found] == ["i.png", "o(b).md", "q r.png", "f.md#x"]


def test_html_says_what_leads_nowhere_too() -> None:
    text = "<h1>A</h1>\n<p><a class=x href=\"gone.html\">b</a> <img src='gone.png'></p>\n"
    one = english(article(text, "source/a.html"))
    assert publish.dead_ends(one, {"a"}, ()) == (
        "source/a.html:2: link to gone.html leads to no article",
        "source/a.html:2: picture gone.png is missing",
    )


def test_publish_tells_each_time_what_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "workflow.toml").write_text('[publication]\ntitle = "T"\nlocales = ["zh_CN"]\n', "utf-8")
    (tmp_path / "source" / "a.md").write_text("# A\n\nSee [b](b.md).\n\n![x](img/gone.png)\n", "utf-8")
    (tmp_path / "source" / "c.md").write_text("# C\n", "utf-8")
    link, picture = "source/a.md:3: link to b.md leads to no article", "source/a.md:5: picture img/gone.png is missing"
    made = project.find(tmp_path, above=False)
    assert project.publish(made, ()).warnings == (link, picture)
    assert project.publish(made, ()).warnings == (link, picture)
    (tmp_path / "source" / "c.md").write_text("# C\n\nMore.\n", "utf-8")
    assert project.publish(project.find(tmp_path, above=False), ()).warnings == (link, picture)
    (tmp_path / "source" / "b.md").write_text("# B\n", "utf-8")
    assert project.publish(project.find(tmp_path, above=False), ()).warnings == (picture,)


@pytest.mark.parametrize(
    "written", ["img/ship%20at%20dawn.png", "<img/ship at dawn.png>", "./img/ship%20at%20dawn.png"]
)
def test_a_picture_whose_name_has_a_blank_is_shown_everywhere(written: str) -> None:
    drawn = readers.read("source/a.md", f"# A\n\n![A ship]({written})\n")
    one = edition.edition(drawn, None, locale="en", source_locale="en")
    settings = publish.Settings(title="The Test", pictures={"img/ship at dawn.png": b"GIF89a\x02\0\x03\0"})
    files = publish.render([one], ["html", "markdown", "epub"], settings)
    assert files["pictures/img/ship at dawn.png"] == b"GIF89a\x02\0\x03\0"
    page = files["en/a.html"].decode()
    assert 'src="../pictures/img/ship%20at%20dawn.png" alt="A ship" width="2" height="3"' in page
    assert "](../pictures/img/ship%20at%20dawn.png)" in files["en/a.md"].decode().replace("<", "").replace(">", "")
    with zipfile.ZipFile(io.BytesIO(files["en/a.epub"])) as book:
        assert "EPUB/pictures/img/ship_20at_20dawn.png" in book.namelist()
        assert 'src="pictures/img/ship_20at_20dawn.png"' in book.read("EPUB/chapter.xhtml").decode()
        assert 'href="pictures/img/ship_20at_20dawn.png"' in book.read("EPUB/package.opf").decode()
    assert publish.dead_ends(one, {"a"}, settings.pictures) == ()


def test_a_book_says_what_is_on_a_picture_of_a_kind_that_it_cannot_hold() -> None:
    drawn = readers.read("source/a.md", "# A\n\n![A ship](ship.avif)\n")
    one = edition.edition(drawn, None, locale="en", source_locale="en")
    data = publish.render([one], ["epub"], publish.Settings(pictures={"ship.avif": b"x"}))["en/a.epub"]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert "A ship" in book.read("EPUB/chapter.xhtml").decode()
        assert not [name for name in book.namelist() if "ship" in name]


def test_a_picture_with_a_blank_in_its_name_is_copied_from_the_folder(publication: Path, run: Run) -> None:
    (publication / "source" / "ship at dawn.gif").write_bytes(b"GIF89a\x02\0\x03\0")
    (publication / "source" / "walk.md").write_text("Words ![A ship](ship%20at%20dawn.gif) here.\n", "utf-8")
    first = run("publish", "en")
    assert "is missing" not in first.stderr
    shown = publication / "editions" / "pictures" / "ship at dawn.gif"
    assert shown.exists()
    # Another article changes: this one and its picture stand, and are remembered.
    (publication / "source" / "new.md").write_text("Words.\n", "utf-8")
    assert run("publish", "en").exit_code == 0
    shown.unlink()
    run("publish", "en")
    assert shown.exists()
