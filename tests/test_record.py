"""A run knows by content whether anything has changed since the last one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from workflow import project, record
from workflow.model import Edition
from workflow.publish import body


def kept(folder: Path, files: dict[str, bytes], inputs: str = "abc") -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / record.NAME).write_bytes(record.dumps(record.of(inputs, files, {"editions": 2})))


def test_a_record_stands_while_inputs_and_outputs_are_the_same(tmp_path: Path) -> None:
    kept(tmp_path, {"en/a.html": b"a", "style.css": b"s"})
    found = record.standing(tmp_path, "abc")
    assert found is not None
    assert found.said == {"editions": 2}
    assert record.standing(tmp_path, "abd") is None
    (tmp_path / "style.css").write_bytes(b"other")
    assert record.standing(tmp_path, "abc") is None
    (tmp_path / "style.css").unlink()
    assert record.standing(tmp_path, "abc") is None


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "null", '{"inputs": "abc"}', '{"inputs":"abc","outputs":[],"said":{}}']
)
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, broken: str) -> None:
    (tmp_path / record.NAME).write_text(broken, "utf-8")
    assert record.standing(tmp_path, "abc") is None


@given(st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=3), max_size=3),
       st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=3), max_size=3))  # fmt: skip
def test_fingerprints_are_equal_exactly_when_names_and_contents_are(
    tmp_path_factory: pytest.TempPathFactory, one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("f")
    seen = []
    for files in (one, other):
        for path in folder.iterdir():
            path.unlink()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        seen.append(record.fingerprint("x", [folder]))
    assert (seen[0] == seen[1]) == (one == other)


def test_only_contents_count_not_times(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    first = record.fingerprint("x", [tmp_path])
    os.utime(tmp_path / "a", (1, 1))
    assert record.fingerprint("x", [tmp_path]) == first != record.fingerprint("y", [tmp_path])


def test_a_folder_may_move(tmp_path: Path) -> None:
    prints = []
    for name in ("one", "two"):
        (tmp_path / name / "b").mkdir(parents=True)
        (tmp_path / name / "b" / "c").write_bytes(b"c")
        prints.append(record.fingerprint("x", [tmp_path / name, tmp_path / "missing"], [tmp_path / name / "b" / "c"]))
    assert prints[0] == prints[1]


def test_publish_makes_again_what_was_changed_or_taken_away_and_nothing_else(
    publication: Path, run: Callable[..., Result]
) -> None:
    page = publication / "editions" / "zh_CN" / "walk.html"
    for _ in range(2):
        assert run("publish", "--partial").exit_code == 0
    stamp = page.stat().st_mtime_ns
    again = run("publish", "--partial")
    assert again.exit_code == 0
    assert "(0 files written)" in again.stderr
    page.write_text("spoiled", "utf-8")
    assert "(1 files written)" in run("publish", "--partial").stderr
    assert "spoiled" not in page.read_text("utf-8")
    source = publication / "source" / "walk.md"
    source.write_text(source.read_text("utf-8").replace("quiet", "loud"), "utf-8")
    run("publish", "--partial")
    assert "loud" in page.read_text("utf-8")
    assert page.stat().st_mtime_ns != stamp


def test_a_refusal_is_a_refusal_the_second_time_too(publication: Path, run: Callable[..., Result]) -> None:
    first, second = run("publish", "es"), run("publish", "es")
    assert first.exit_code == second.exit_code == 3
    assert "walk is left out" in second.stderr


def test_after_one_article_changed_no_other_page_is_made_again_and_all_is_as_made_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "workflow.toml").write_text(
        '[publication]\nlocales = ["de"]\n[publish]\nformats = ["html", "text"]\n', "utf-8"
    )
    for name in "abc":
        (source / f"{name}.md").write_text(f"# {name.upper()}\n\nTo [c](c.md). And [d](d.md).\n", "utf-8")
    here = project.find(tmp_path)
    list(project.sync(here, (), ()))
    project.publish(here, (), partial=True)
    made: list[str] = []
    plain = body.of

    def of(one: Edition, *rest: Any) -> body.Body:
        made.append(f"{one.locale}/{one.article.name}")
        return plain(one, *rest)

    monkeypatch.setattr(body, "of", of)

    def again() -> set[str]:
        made.clear()
        project.publish(project.find(tmp_path), (), partial=True)
        kept = set(made)
        fresh = tmp_path / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        project.publish(project.find(tmp_path), (), partial=True, output=fresh)
        for path in fresh.rglob("*"):
            if path.is_file() and path.name != record.NAME:
                assert path.read_bytes() == (tmp_path / "editions" / path.relative_to(fresh)).read_bytes(), path
        return kept

    (source / "a.md").write_text("# Other\n\nTo [c](c.md).\n", "utf-8")
    assert again() == {"en/a", "de/a"}
    (tmp_path / "editions" / "de" / "b.html").write_text("broken", "utf-8")
    assert again() == {"de/b"}
    # A new article changes the pages that can link to it, and no other.
    (source / "d.md").write_text("# D\n\nWords.\n", "utf-8")
    assert again() == {"en/b", "de/b", "en/c", "de/c", "en/d", "de/d"}
