"""One function over many items, on all cores."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from workflow import cores

two = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2 or threading.active_count() > 1, reason="two cores"
)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 100])
@pytest.mark.parametrize("share", [1, 2, 1000])
def test_what_is_made_stands_in_the_order_of_the_items(count: int, share: int) -> None:
    assert cores.over(str, range(count), share=share) == [str(number) for number in range(count)]


@two
def test_more_than_one_process_works() -> None:
    assert len(set(cores.over(lambda _: os.getpid(), range(8), share=1))) > 1
    assert len(set(cores.over(lambda _: os.getpid(), range(8), share=8))) == 1


@pytest.mark.parametrize("bad", [[1], [2], [5, 2], [3, 4]])
def test_the_exception_is_that_of_the_first_item_that_raises(bad: list[int]) -> None:
    with pytest.raises(ValueError, match=f"^{min(bad)}$"):
        cores.over(lambda number: _unless(number, bad), range(8), share=1)


def _unless(number: int, bad: list[int]) -> int:
    if number in bad:
        raise ValueError(number)
    return number


@two
def test_where_a_process_dies_the_work_is_done_nevertheless() -> None:
    here = os.getpid()

    def fragile(number: int) -> int:
        if os.getpid() != here:
            os._exit(3)
        return number

    assert cores.over(fragile, range(8), share=1) == list(range(8))
    assert cores.over(lambda number: lambda: number, range(8), share=1)[3]() == 3  # what no pipe can carry
