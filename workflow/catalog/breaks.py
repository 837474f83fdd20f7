"""Where a line may end, and how many columns a text takes."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """The columns that `text` takes in a terminal: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def possible(text: str) -> list[int]:
    """The places in `text` where a new line may begin, in order."""
    return [
        place
        for place in range(1, len(text))
        if (text[place - 1] == " " and text[place] != " ")
        or (_width(text[place - 1]) == 2 and _width(text[place]) == 2)
    ]
