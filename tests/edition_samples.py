"""Small articles and catalogs for the tests of editions and pages."""

from __future__ import annotations

from collections.abc import Mapping

from workflow import edition, readers, segments
from workflow.model import Article, Catalog, Edition, Entry

WALK = """\
---
title: A short walk
author: Wei Lan
date: 2025-06-26
description: An hour by the river.
---

# A short walk

We left early. The city was *quiet*, and [the river](https://example.org/plan) was high.

## What it cost

- Bread costs 3.5 yuan.
- Run `make` twice.

| Thing | Price |
|---|---:|
| Tea | 4 |

```python
print("tea")
```

See [how we got there](journey.md#by-boat).
"""
WALK_ZH = {
    "A short walk": "短途散步",
    "An hour by the river.": "在河边走一个小时。",
    "We left early.": "我们很早出发。",
    "The city was *quiet*, and [the river](https://example.org/plan) was high.": (
        "城里*很静*，[河水](https://example.org/plan)涨得很高。"
    ),
    "What it cost": "花了多少钱",
    "Bread costs 3.5 yuan.": "面包3.5元。",
    "Run `make` twice.": "运行`make`两次。",
    "Thing": "东西",
    "Price": "价钱",
    "Tea": "茶",
    "4": "4",
    "See [how we got there](journey.md#by-boat).": "请看[我们怎么去的](journey.md#by-boat)。",
}


def article(text: str = WALK, file: str = "source/walk.md") -> Article:
    return readers.read(file, text)


def entries(one: Article, said: Mapping[str, str], *, flags: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """The article's entries; what `said` does not have is new."""
    found: dict[tuple[str | None, str], Entry] = {}
    for block in one.blocks:
        for piece in segments.split(block.prose, "en", syntax=block.syntax):
            if msgid := piece.strip():
                text = said.get(msgid, "")
                entry = Entry(msgid=msgid, msgctxt=block.context, msgstr=text, flags=flags if text else ())
                found.setdefault(entry.key, entry)
    return tuple(found.values())


def catalog(one: Article, said: Mapping[str, str], *, flags: tuple[str, ...] = ()) -> Catalog:
    header = Entry(msgid="", msgstr="Language: zh_CN\nPO-Revision-Date: 2026-02-03 04:05+0000\n")
    return Catalog(header=header, entries=entries(one, said, flags=flags))


def english(one: Article) -> Edition:
    return edition.edition(one, None, locale="en", source_locale="en")


def translated(one: Article, said: Mapping[str, str], locale: str = "zh_CN", accept: edition.Accept = "reviewed",
               flags: tuple[str, ...] = ()) -> Edition:  # fmt: skip
    return edition.edition(one, catalog(one, said, flags=flags), locale=locale, source_locale="en", accept=accept)
