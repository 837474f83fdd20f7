from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflow.catalog import breaks


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_the_quick_way_for_plain_text_finds_what_the_full_one_finds(text: str) -> None:
    assert breaks.possible(text) == breaks._possible(text)
