"""Engines: what turns texts into drafts. The seam between them and the rest is one function, `Translate`.

packages.py says which models are here, store.py brings and removes them, argos.py runs them through CTranslate2,
echo.py is the fake that ships:

    packages.found(folders) -> packages.route(packages, "en", "zh_CN") -> argos.translator(route, jobs=2) -> Translate
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to say a text in the other language, and how the model came to it.

    `score` is the mean log-probability of a token (0 is certain). `source` and `target` are the character ranges of the
    tokens in the text and in the translation; `attention` has a row for each target token and in it a weight for
    each source token, about 1 in sum. All three are empty where the engine cannot tell.
    """

    text: str
    score: float = 0.0
    source: tuple[Span, ...] = ()
    target: tuple[Span, ...] = ()
    attention: tuple[tuple[float, ...], ...] = ()


Translate = Callable[[Sequence[str]], Sequence[Sequence[Hypothesis]]]
"""Texts in, for each of them (same length, same order) its hypotheses, the best first, at least one."""
