from __future__ import annotations

import pytest

from workflow.engine import chinese
from workflow.errors import UsageError


def test_taiwan_has_its_own_words_and_marks() -> None:
    convert = chinese.converter("s2twp")
    assert convert(["“网络里的‘软件’”，1.2万亿元", "O’Neil"]) == ["「網路裡的『軟體』」，1.2萬億元", "O’Neil"]


def test_an_unknown_conversion_is_one_line_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="s2twp"):
        chinese.converter("s2klingon")
