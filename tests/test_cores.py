"""Work spread over the cores gives what it gives one after the other; so do the editions."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from conftest import Run

from workflow import cores
from workflow.errors import FormatError

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.mark.parametrize("available", [1, 2, 3, 50])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8])
def test_results_stand_in_the_order_of_the_items(available: int, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: available)
    assert cores.spread(lambda number: number * number, range(count)) == [number * number for number in range(count)]


@needs_fork
def test_all_cores_are_at_work_from_the_least_on_and_this_process_alone_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: 3)
    assert set(cores.spread(lambda _: os.getpid(), range(9), least=10)) == {os.getpid()}
    assert len(set(cores.spread(lambda _: os.getpid(), range(10), least=10))) == 3


@needs_fork
def test_what_is_not_heavy_is_done_here_and_stands_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: 2)
    here = os.getpid()
    made = cores.spread(lambda number: (number, os.getpid() == here), range(40), heavy=lambda number: number % 4 == 0)
    assert [number for number, _ in made] == list(range(40))
    assert all(ours for number, ours in made if number % 4)
    assert len([number for number, ours in made if not ours]) >= 4


@pytest.mark.parametrize("available", [1, 2, 3])
def test_the_error_is_the_first_items_that_has_one(available: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: available)

    def work(number: int) -> int:
        if number >= 4:
            raise FormatError(f"source/{number}.md: broken")
        return number

    with pytest.raises(FormatError, match=r"source/4\.md"):
        cores.spread(work, range(9))


@needs_fork
def test_what_a_killed_process_had_to_do_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: 2)
    here = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert cores.spread(work, range(9)) == list(range(9))


@needs_fork
def test_what_was_heard_in_part_of_a_killed_process_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: 2)
    told = cores._told
    monkeypatch.setattr(cores, "_told", lambda *made: told(*made)[:-9])
    assert cores.spread(lambda number: number, range(9)) == list(range(9))


@needs_fork
def test_what_cannot_be_sent_back_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: 2)
    with pytest.raises(RuntimeError, match="pickle"):
        cores.spread(lambda _: lambda: 0, range(9))


def test_on_several_cores_the_editions_and_the_errors_are_the_same(
    publication: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        (publication / "source" / f"a{number}.md").write_text(
            f"# Part {number}\n\nTo [the next](a{number + 1}.md), [the walk](walk.md).\n", "utf-8"
        )
    run("sync")

    def published(name: str) -> tuple[str, dict[str, bytes]]:
        said = run("publish", "--partial", "--to", "html", "--to", "epub", "--output", name)
        assert said.exit_code == 0
        made = sorted(path for path in (publication / name).rglob("*") if path.is_file())
        return said.stderr.replace(name, "there"), {
            str(path.relative_to(publication / name)): path.read_bytes() for path in made
        }

    alone = published("one")
    monkeypatch.setattr("workflow.project.editions.MANY_TO_PUBLISH", 0)
    monkeypatch.setattr(cores, "available", lambda: 3)
    assert published("two") == alone
    assert len(alone[1]) > 7 * 2 * 3
    assert "source/a6.md:3: link to a7.md leads to no article" in alone[0]
    (publication / "source" / "a3.md").write_text("---\ntitle: [\n---\n\nWords.\n", "utf-8")
    (publication / "source" / "a5.md").write_text("---\ntitle: [\n---\n\nWords.\n", "utf-8")
    broken = run("publish", "--partial", "--output", "two")
    assert broken.exit_code == 1
    assert broken.stderr.startswith("Error: source/a3.md:")
    assert len(broken.stderr.splitlines()) == 1
