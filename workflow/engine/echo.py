"""The engine that ships as a fake: it says every text again, in capitals. For tests, dry runs and demonstrations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflow.engine import Hypothesis


def translate(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
    """Each text in capitals, every word aligned with itself.

    >>> translate(["Hello you"])[0][0].text
    'HELLO YOU'
    """
    return [(_shout(text),) for text in texts]


def _shout(text: str) -> Hypothesis:
    # "ß".upper() is two letters: a letter whose capital is longer stays, so that the ranges are the same.
    shouted = "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in text)
    words = tuple((word.start(), word.end()) for word in re.finditer(r"\S+", text))
    attention = tuple(tuple(float(row == column) for column in range(len(words))) for row in range(len(words)))
    return Hypothesis(shouted, 0.0, words, words, attention)
