"""Work on all cores: one process a core where the system can fork, else this one alone; the results are the same."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def available() -> int:
    """The cores that this process may use; 1 where it cannot fork, or where other threads would not survive that.

    macOS forks, but its own libraries do not bear it.
    """
    if not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    least: int = 2,
    heavy: Callable[[Item], bool] | None = None,
) -> list[Result]:
    """The result of `work` for each item, in their order; where at least `least` are heavy, made on all cores.

    All items are heavy, unless `heavy` says which; the others are done here. What the other processes make can be
    pickled. An error is that of the first heavy item that has one, as if they had been done one after the other; later
    ones may have been done all the same.
    """
    if heavy is not None:
        apart = [place for place, item in enumerate(items) if heavy(item)]
        made = dict(zip(apart, spread(work, [items[place] for place in apart], least=least), strict=True))
        return [made[place] if place in made else work(item) for place, item in enumerate(items)]
    # What the first one loads (patterns, templates, lists of words), every process has when it begins.
    first = [work(item) for item in items[:1]]
    rest = items[1:]
    count = max(min(available(), len(rest)), 1) if len(items) >= least else 1
    others: list[tuple[int, int]] = []
    try:
        for turn in range(1, count):
            others.append(_begun(work, rest[turn::count], others))
        shares = [_done(work, rest[::count])]
        for turn, (_, pipe) in enumerate(others, 1):
            # Where the system took a process away, most often for its memory, what it had is done here.
            shares.append(_received(pipe) or _done(work, rest[turn::count]))
    finally:
        for process, pipe in others:
            os.close(pipe)
            os.waitpid(process, 0)
    failed = {len(made) * count + turn: error for turn, (made, error) in enumerate(shares) if error is not None}
    if failed:
        raise failed[min(failed)]
    return [*first, *(shares[place % count][0][place // count] for place in range(len(rest)))]


def _done(work: Callable[[Item], Result], items: Sequence[Item]) -> tuple[list[Result], Exception | None]:
    """The results up to the first error, and that."""
    results: list[Result] = []
    # What is made here stays, and is much: to look through it for garbage again and again takes a tenth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        for item in items:
            results.append(work(item))  # noqa: PERF401 - what was made before an error is told, too
    except Exception as error:
        return results, error
    finally:
        if collecting:
            gc.enable()
    return results, None


def _begun(work: Callable[[Item], Result], items: Sequence[Item], others: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Another process at work, and the pipe from which it can be heard."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    # From here on this is the other process: it says what it has made and is gone, whatever happens.
    code = 1
    try:
        os.close(reading)
        for _, pipe in others:
            os.close(pipe)
        with os.fdopen(writing, "wb") as stream:
            stream.write(_told(*_done(work, items)))
        code = 0
    finally:
        os._exit(code)


def _told(results: list[Result], error: Exception | None) -> bytes:
    try:
        return pickle.dumps((results, error), pickle.HIGHEST_PROTOCOL)
    except Exception as problem:  # what cannot be pickled is told in words
        return pickle.dumps(([], RuntimeError("".join(traceback.format_exception(error or problem)))))


def _received(pipe: int) -> tuple[list[Any], Exception | None] | None:
    """What the process at the other end has made; None if it was killed."""
    with os.fdopen(pipe, "rb", closefd=False) as stream:
        told = stream.read()
    try:
        results, error = pickle.loads(told)  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError):
        return None
    return results, error
