"""Ways between articles in every format, and those that lead nowhere."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from edition_samples import article, english, translated

from workflow import project, publish
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
