"""One function over many items, on all cores: the processes work out, only the first of them goes on."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def over(what: Callable[[_Item], _Made], items: Sequence[_Item], *, share: int) -> list[_Made]:
    """`what` of each item, in their order; on more cores than one where there are `share` items for each of them.

    `what` changes nothing that another call of it, or the caller, would miss. The exception is that of the first item
    that raises one, as in a loop: where a process comes to grief, all is done again in this one.
    """
    cores = min(_cores(), len(items) // share)
    made = _forked(what, items, cores) if cores > 1 else None
    return [what(item) for item in items] if made is None else made


def _cores() -> int:
    """The cores that this process may use; 1 where it cannot safely become two."""
    threads = sys.modules.get("threading")
    if sys.platform != "linux" or (threads is not None and threads.active_count() > 1):
        return 1
    return len(os.sched_getaffinity(0))


def _forked(what: Callable[[_Item], _Made], items: Sequence[_Item], cores: int) -> list[_Made] | None:
    """`what` of each item, every process having taken one item in `cores`; None where one of them failed."""
    children: list[tuple[int, int]] = []
    made: dict[int, list[_Made]] = {}
    try:
        for number in range(1, cores):
            out, into = os.pipe()
            child = os.fork()
            if not child:
                _child(what, items[number::cores], into)
            os.close(into)
            children.append((child, out))
        with suppress(Exception):
            made[0] = [what(item) for item in items[::cores]]
            for number, (_, out) in enumerate(children, 1):
                with open(out, "rb", closefd=False) as stream:
                    made[number] = pickle.load(stream)  # noqa: S301 - from our own process
    finally:
        for child, out in children:
            os.close(out)
            if len(made) < cores:
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if len(made) < cores:
        return None
    return [made[place % cores][place // cores] for place in range(len(items))]


def _child(what: Callable[[_Item], _Made], items: Sequence[_Item], into: int) -> None:
    """Ends the process after it has told what it made; nothing is told where it failed."""
    try:
        with open(into, "wb") as stream:
            pickle.dump([what(item) for item in items], stream, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)
