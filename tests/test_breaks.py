from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflow.catalog import breaks

PLAIN = st.text(st.sampled_from("ab,.-/ \\\"'()%$12!?" + " " * 5 + "|<>&@#+="), max_size=120)


@given(PLAIN, st.integers(1, 40), st.integers(0, 50), st.frozensets(st.integers(0, 120), max_size=12))
def test_the_quick_way_for_plain_text_breaks_where_the_full_one_does(
    text: str, room: int, taken: int, apart: frozenset[int]
) -> None:
    made = breaks.rows(text, room, taken, apart)
    assert made == breaks._any_rows(text, room, taken, apart)
    assert "".join(made) == text
