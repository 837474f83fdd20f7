"""The text edition: nothing that a reader needs is dropped without trace, and nothing is glued."""

from __future__ import annotations

import pytest
from edition_samples import article, english, translated

from workflow import publish
from workflow.model import Edition

SETTINGS = publish.Settings(title="The Test", locales=("zh_CN",))


def said(one: Edition) -> str:
    return publish.render([one], ["text"], SETTINGS)[f"{one.locale}/walk.txt"].decode()


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("See ![A picture](img/us.png) here.", "See [A picture] here."),
        ('![A\n"big" dog](img/us.png)\nand a cat.', '[A "big" dog]\nand a cat.'),
        ("![](img/us.png)\n\nText.", "Text."),
        ("Footnote[^1].\n\n[^1]: The note.\n\n    More.", "Footnote[1].\n\n[1] The note.\n\nMore."),
        ("It is *so*\nand **more**\nof it.", "It is so\nand more\nof it."),
        ("```python\na = 1\nb = 2\n```", "a = 1\nb = 2"),
        ("- [ ] one\n- [x] two", "- ☐ one\n- ☑ two"),
        ("- one\n-\n- two", "- one\n- two"),
        ("1. one\n2.\n3. two", "1. one\n2. two"),
    ],
)
def test_text_of_markdown(markdown: str, text: str) -> None:
    assert said(english(article(f"# T\n\n{markdown}\n"))) == f"T\n\n{text}\n"


def test_an_item_that_is_deliberately_empty_is_not_there() -> None:
    one = article("# T\n\n- first\n- second\n- third\n")
    assert said(translated(one, {"T": "题", "first": "∅", "second": "二", "third": "三"})) == "题\n\n- 二\n- 三\n"
