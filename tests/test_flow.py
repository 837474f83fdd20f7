"""The whole flow with a real Argos package, as a user types it: add, sync, draft, check, publish; offline."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import REPOSITORY, Run

SEED = REPOSITORY.parent / "shared" / "seed" / "shanghai.txt"
PACKAGES = sorted((REPOSITORY / "models").glob("translate-en_zh-*.argosmodel"))
needs_package = pytest.mark.skipif(not PACKAGES, reason="no package in models/")

SCRAPED = """\
A Harbour Learns to Breathe

⏱ 2025-06-26 00:59 🔖 某某娱乐联盟 📢0

The harbour was closed for 12 years. "We wanted our river back," says engineer Wei Lan.

The new park cost ¥1.2 billion and has 3 bridges. It opened in May.
本地夜生活推荐9527
Read the plan at https://example.org/plan before you visit. Children under 6 pay nothing.
"""


@pytest.fixture
def with_model(publication: Path) -> Path:
    (publication / "source" / "walk.md").unlink()
    settings = publication / "workflow.toml"
    settings.write_text(settings.read_text("utf-8").replace('["zh_CN", "es"]', '["zh_CN"]').replace(
        '["models"]', json.dumps([str(REPOSITORY / "models")])), "utf-8")  # fmt: skip
    return publication


@needs_package
@pytest.mark.slow
def test_from_a_scraped_page_to_an_edition_without_a_network(
    with_model: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("something opened a connection")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    (with_model / "page.txt").write_text(SCRAPED, "utf-8")

    added = run("add", "page.txt", "--as", "harbour")
    assert added.exit_code == 0, added.output
    article = (with_model / "source" / "harbour.md").read_text("utf-8")
    report = (with_model / "source" / "harbour.quarantine.txt").read_text("utf-8")
    assert "2025-06-26" in article
    for foreign in ("娱乐联盟", "夜生活"):
        assert foreign not in article
        assert foreign in report

    assert run("sync").exit_code == 0
    po = with_model / "locales" / "zh_CN" / "LC_MESSAGES" / "harbour.po"
    synced = po.read_bytes()
    assert run("sync").exit_code == 0
    assert po.read_bytes() == synced, "a run that changes nothing changes no byte"

    drafted = run("draft")
    assert drafted.exit_code == 0, drafted.output
    text = po.read_text("utf-8")
    assert "#, fuzzy" in text
    assert "# mt: argos translate-en_zh-" in text
    assert "https://example.org/plan" in text.split("msgstr")[-1] or "https://example.org/plan" in text
    once = po.read_bytes()
    assert run("draft").exit_code == 0
    assert po.read_bytes() == once, "a second draft has nothing to do"

    refused = run("publish", "zh_CN")
    assert refused.exit_code == 3
    assert not (with_model / "editions" / "zh_CN" / "harbour.html").exists()
    published = run("publish", "zh_CN", "--accept", "draft")
    assert published.exit_code == 0, published.output
    page = (with_model / "editions" / "zh_CN" / "harbour.html").read_text("utf-8")
    assert 'lang="zh-Hans"' in page
    assert "https://example.org/plan" in page
    assert "娱乐联盟" not in page

    check = run("check", "--format", "json")
    counted = json.loads(check.stdout)["completeness"]["zh_CN"]["harbour"]
    assert counted["draft"] == counted["segments"] > 5
    assert run("check", "--fail-under", "100").exit_code == 3


@needs_package
@pytest.mark.slow
def test_a_reviewed_edition_is_published_and_only_changed_sentences_come_back(with_model: Path, run: Run) -> None:
    source = with_model / "source" / "note.md"
    source.write_text("# A note\n\nThe bridge is old. It has 3 arches. We like it.\n", "utf-8")
    assert run("sync").exit_code == 0
    po = with_model / "locales" / "zh_CN" / "LC_MESSAGES" / "note.po"
    text = po.read_text("utf-8")
    for english, chinese in [
        ("A note", "短笺"),
        ("The bridge is old.", "这座桥很老。"),
        ("It has 3 arches.", "它有3个桥拱。"),
        ("We like it.", "我们喜欢它。"),
    ]:
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"')
    po.write_text(text, "utf-8")
    assert run("check", "--fail-under", "100", "--strict").exit_code == 0
    assert run("publish", "zh_CN", "--to", "html", "--to", "markdown", "--to", "source").exit_code == 0
    page = (with_model / "editions" / "zh_CN" / "note.html").read_text("utf-8")
    assert "这座桥很老。它有3个桥拱。我们喜欢它。" in page, "no blank between Chinese sentences"

    source.write_text("# A note\n\nThe bridge is old. It has 5 arches. We like it.\n", "utf-8")
    assert run("sync").exit_code == 0
    counts = json.loads(run("status", "--format", "json").stdout)["completeness"]["zh_CN"]["note"]
    assert (counts["reviewed"], counts["stale"]) == (3, 1)
    assert '#| msgid "It has 3 arches."' in po.read_text("utf-8")
    assert run("publish", "zh_CN").exit_code == 3
    partial = run("publish", "zh_CN", "--partial")
    assert partial.exit_code == 0, partial.output
    page = (with_model / "editions" / "zh_CN" / "note.html").read_text("utf-8")
    assert 'lang="en"' in page
    assert "It has 5 arches." in page
    assert "3个桥拱" not in page

    source.write_text("# A note\n\nThe bridge is old. It has 3 arches. We like it.\n", "utf-8")
    assert run("sync").exit_code == 0
    assert run("check", "--fail-under", "100", "--strict").exit_code == 0, (
        "a sentence that comes back comes with its review"
    )


@pytest.mark.skipif(not SEED.exists(), reason="the scraped article is not here")
def test_the_first_article_is_what_add_makes_of_the_scraped_page(publication: Path, run: Run) -> None:
    result = run("add", str(SEED), "--as", "dual-transformation-of-shanghai")
    assert result.exit_code == 0, result.output
    name = "source/dual-transformation-of-shanghai"
    assert (publication / f"{name}.md").read_bytes() == (REPOSITORY / f"{name}.md").read_bytes()
    assert (publication / f"{name}.quarantine.txt").read_bytes() == (REPOSITORY / f"{name}.quarantine.txt").read_bytes()


@needs_package
@pytest.mark.slow
def test_killing_a_command_at_any_moment_leaves_every_catalog_old_or_new(with_model: Path) -> None:
    """SIGKILL at random moments of sync and draft; each catalog passes msgfmt's syntax, and the next run finishes."""
    for number in range(6):
        sentences = [f"Ship {number} brought {count} boxes of tea to the harbour." for count in range(2, 42)]
        (with_model / "source" / f"log-{number}.txt").write_text("\n\n".join(sentences), "utf-8")
    command = [sys.executable, "-m", "workflow", "-q"]
    chance = random.Random(20250626)
    for verb, longest in [("sync", 1.0)] * 5 + [("draft", 5.0)] * 6:
        running = subprocess.Popen([*command, verb], stderr=subprocess.PIPE)
        time.sleep(chance.uniform(0.1, longest))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        for catalog in (with_model / "locales").rglob("*.po"):
            whole = catalog.read_text("utf-8")
            assert whole.endswith("\n")
            assert whole.count("\nmsgid ") in (0, 40), "half a catalog"
    for verb in ("sync", "draft"):
        done = subprocess.run([*command, verb], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    status = subprocess.run([*command, "status", "--format", "json"], capture_output=True, text=True, check=True)
    counts = json.loads(status.stdout)["completeness"]["zh_CN"]
    assert {name: (one["segments"], one["draft"]) for name, one in counts.items()} == {
        f"log-{n}": (40, 40) for n in range(6)
    }
    assert not [
        path for path in with_model.rglob("*.part*") if path.parent.name != "source" and path.stat().st_size > 10**7
    ]
    assert os.getpid()


def test_an_article_left_to_the_machine_says_so_itself_and_holds_up_no_gate(publication: Path, run: Run) -> None:
    (publication / "source" / "left.md").write_text("---\naccept: draft\n---\n\nGood day.\n", "utf-8")
    (publication / "source" / "walk.md").write_text("Walk on.\n", "utf-8")
    assert run("sync").exit_code == 0
    catalogs = publication / "locales" / "es" / "LC_MESSAGES"
    for name, english, spanish, flag in [
        ("walk", "Walk on.", "Sigue.", ""),
        ("left", "Good day.", "Buen día.", "#, fuzzy\n"),
    ]:
        path = catalogs / f"{name}.po"
        old, new = f'msgid "{english}"\nmsgstr ""', f'{flag}msgid "{english}"\nmsgstr "{spanish}"'
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert run("check", "-l", "es", "--fail-under", "100").exit_code == 0
    assert run("check", "left", "-l", "es", "--fail-under", "100").exit_code == 3, "asked about it alone, it counts"
    published = run("publish", "es")
    assert published.exit_code == 0, published.output
    assert "Buen día." in (publication / "editions" / "es" / "left.html").read_text("utf-8")
    assert run("publish", "es", "--accept", "reviewed").exit_code == 3, "the option has the last word"


def test_a_catalog_saved_by_somebody_else_meanwhile_is_merged_or_refused(publication: Path, run: Run) -> None:
    from workflow import catalog, project
    from workflow.errors import ConflictError
    from workflow.project import base

    assert run("sync").exit_code == 0
    here = project.find(publication)
    article = project.read_article(here, "walk")
    loaded = project.load(here, article, "es")
    path = loaded.path
    entries = {entry.msgid: entry for entry in loaded.catalog.entries}

    def translated(msgid: str, msgstr: str) -> catalog.Catalog:
        from dataclasses import replace

        entry = entries[msgid]
        return catalog.with_entries(
            loaded.catalog, {entry.key: replace(entry, msgstr=msgstr)}, now=base.timestamp(), translator=None
        )

    theirs = catalog.dumps(translated("We left early.", "Salimos temprano."))
    path.write_text(theirs, "utf-8")
    assert project.save(here, loaded, translated("Bread costs 3.5 yuan.", "El pan cuesta 3,5 yuanes."))
    both = path.read_text("utf-8")
    assert "Salimos temprano." in both
    assert "El pan cuesta 3,5 yuanes." in both

    path.write_text(theirs, "utf-8")
    with pytest.raises(ConflictError, match=r"walk\.po"):
        project.save(here, loaded, translated("We left early.", "Nos fuimos pronto."))
    assert path.read_text("utf-8") == theirs
