"""Publishing takes away the pages of articles that are gone, and nothing that another run made."""

from __future__ import annotations

from pathlib import Path

from conftest import REPOSITORY, Run


def test_pages_of_a_gone_article_are_deleted_and_that_is_said(publication: Path, run: Run) -> None:
    (publication / "source" / "gone.md").write_text("Good day.\n", "utf-8")
    assert run("publish", "en").exit_code == 0
    page = publication / "editions" / "en" / "gone.html"
    assert page.exists()
    (publication / "source" / "gone.md").unlink()
    result = run("publish", "en")
    assert not page.exists()
    assert "en/gone.html: deleted, its article is gone" in result.stderr
    assert (publication / "editions" / "en" / "walk.html").exists()


def test_a_run_to_another_format_leaves_the_pictures_of_the_pages(publication: Path, run: Run) -> None:
    pictures = publication / "source" / "img"
    pictures.mkdir()
    (pictures / "harbour.png").write_bytes((REPOSITORY / "docs" / "pictures" / "front.png").read_bytes())
    (publication / "source" / "walk.md").write_text("Words ![A harbour](img/harbour.png) here.\n", "utf-8")
    assert run("publish", "en").exit_code == 0
    (shown,) = (publication / "editions").rglob("harbour.png")
    result = run("publish", "en", "--to", "source")
    assert result.exit_code == 0
    assert shown.exists()
    assert "deleted" not in result.stderr
