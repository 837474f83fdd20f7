"""`sync` of many articles: what is as the last run left it is not looked at again, and nothing depends on that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

from workflow import readers
from workflow.model import Article


@pytest.fixture
def book(publication: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six articles, which are many here."""
    monkeypatch.setattr("workflow.project.syncing.MANY_TO_SYNC", 3)
    for number in range(5):
        (publication / "source" / f"page-{number}.md").write_text(f"# Page {number}\n\nIt says {number}. So be it.\n")
    return publication


def written(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted((root / "locales").rglob("*.po*"))}


def afresh(root: Path, run: Run) -> dict[str, bytes]:
    """What `sync` makes where nothing is known of the last run."""
    (root / ".workflow" / "synced.json").unlink()
    assert run("sync").exit_code == 0
    return written(root)


def read_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are cut from now on; in this process alone."""
    seen: list[str] = []
    real = readers.read

    def read(file: str, text: str) -> Article:
        seen.append(file)
        return real(file, text)

    monkeypatch.setattr(readers, "read", read)
    monkeypatch.setattr("workflow.cores.available", lambda: 1)
    return seen


def test_what_is_as_it_was_left_is_not_cut_again(book: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("sync").exit_code == 0
    before = written(book)
    seen = read_again(monkeypatch)
    told = run("-v", "sync")
    assert seen == []
    assert "locales/page-0.pot: 3 segments" in told.stderr
    assert written(book) == before
    assert (book / ".workflow" / ".gitignore").read_text() == "*\n"


def test_what_changed_is_cut_again_and_nothing_else(book: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("sync").exit_code == 0
    seen = read_again(monkeypatch)
    (book / "source" / "page-1.md").write_text("# Page 1\n\nIt says two.\n")
    (book / "locales" / "page-2.pot").unlink()
    catalog = book / "locales" / "es" / "LC_MESSAGES" / "page-3.po"
    catalog.write_text(catalog.read_text().replace('msgid "Page 3"\nmsgstr ""', 'msgid "Page 3"\nmsgstr "Página 3"'))
    assert run("sync").exit_code == 0
    assert seen == ["source/page-1.md", "source/page-2.md", "source/page-3.md"]
    after = written(book)
    assert "Página 3" in after["locales/es/LC_MESSAGES/page-3.po"].decode()
    assert afresh(book, run) == after


def test_other_settings_make_everything_anew(book: Path, run: Run) -> None:
    assert run("sync").exit_code == 0
    settings = book / "workflow.toml"
    settings.write_text(settings.read_text() + '\n[segments]\ngrain = "block"\n')
    assert run("sync").exit_code == 0
    after = written(book)
    assert "It says 1. So be it." in after["locales/page-1.pot"].decode()
    assert afresh(book, run) == after


def test_one_locale_at_a_time_comes_to_the_same(book: Path, run: Run) -> None:
    for locale in ("es", "zh_CN"):
        assert run("sync", "-l", locale).exit_code == 0
    after = written(book)
    assert len(after) == 6 * 3
    assert afresh(book, run) == after


@pytest.mark.parametrize("broken", ["", "[]", '{"inputs": 1}', '{"articles": {"page-1": 3}}', "never"])
def test_a_record_that_cannot_be_read_is_none(book: Path, run: Run, broken: str) -> None:
    assert run("sync").exit_code == 0
    before, path = written(book), book / ".workflow" / "synced.json"
    told = json.loads(path.read_text())
    if broken.startswith("{"):
        told |= json.loads(broken)
    path.write_text(json.dumps(told) if broken.startswith("{") else broken)
    assert run("sync").exit_code == 0
    assert written(book) == before
    assert json.loads(path.read_text())["articles"].keys() == {"walk", *(f"page-{number}" for number in range(5))}


def test_a_folder_that_cannot_be_made_is_no_error(book: Path, run: Run) -> None:
    (book / ".workflow").write_text("a file")
    assert run("sync").exit_code == 0
    assert len(written(book)) == 6 * 3


def test_a_broken_article_stops_the_run_before_it_has_begun(book: Path, run: Run) -> None:
    (book / "source" / "page-4.md").write_text("---\ntitle: [\n---\n")
    result = run("sync")
    assert result.exit_code == 1
    assert "source/page-4.md:" in result.stderr
    assert not (book / "locales").exists()


def test_few_articles_leave_no_record(publication: Path, run: Run) -> None:
    assert run("sync").exit_code == 0
    assert not (publication / ".workflow").exists()
