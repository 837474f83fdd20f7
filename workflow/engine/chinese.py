"""One Chinese from another, by OpenCC: 软件 for a reader in Taiwan is 軟體."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import opencc

from workflow.errors import UsageError

# Taiwan's quotation marks. An inner mark is a pair: ’ alone is an apostrophe.
_OUTER = str.maketrans("“”", "「」")
_INNER = re.compile("‘([^‘’]*)’")


def converter(name: str) -> Callable[[Sequence[str]], list[str]]:
    """A function that converts texts by one of OpenCC's configurations, such as `s2twp`; same length, same order.

    UsageError for a name that OpenCC does not have.

    >>> converter("s2twp")(["软件和“人工智能”"])
    ['軟體和「人工智慧」']
    """
    if name not in known():
        raise UsageError(f"OpenCC has no conversion {name!r}; there are {', '.join(known())}")
    convert = opencc.OpenCC(name).convert
    if not name.startswith("s2t"):
        return lambda texts: [convert(text) for text in texts]
    return lambda texts: [_INNER.sub(r"『\1』", convert(text)).translate(_OUTER) for text in texts]


def known() -> tuple[str, ...]:
    """The names of OpenCC's configurations."""
    return tuple(sorted(name.removesuffix(".json") for name in opencc.CONFIGS))
