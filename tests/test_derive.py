"""A locale derived from another: its new entries are filled from the other's reviewed ones, as drafts."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Run

SETTINGS = """\
[publication]
locales = ["zh_CN", "zh_TW"]

[locale.zh_TW]
derive = "zh_CN"
with = "opencc:s2twp"
"""


def test_a_derived_locale_is_drafted_from_what_is_reviewed(publication: Path, run: Run) -> None:
    (publication / "workflow.toml").write_text(SETTINGS, "utf-8")
    (publication / "source" / "walk.md").write_text("We wrote software.\n", "utf-8")
    assert run("sync").exit_code == 0
    folder = publication / "locales"
    origin = folder / "zh_CN" / "LC_MESSAGES" / "walk.po"
    text = origin.read_text("utf-8")
    filled = text.replace(
        'msgid "We wrote software."\nmsgstr ""', 'msgid "We wrote software."\nmsgstr "我们写了“软件”。"'
    )
    assert filled != text
    origin.write_text(filled, "utf-8")
    result = run("draft", "-l", "zh_TW")
    assert result.exit_code == 0, result.output
    derived = (folder / "zh_TW" / "LC_MESSAGES" / "walk.po").read_text("utf-8")
    assert 'msgstr "我們寫了「軟體」。"' in derived
    assert "# mt: opencc s2twp zh_CN sha=" in derived
    counts = json.loads(run("status", "-l", "zh_TW", "--format", "json").stdout)["completeness"]["zh_TW"]["walk"]
    assert (counts["draft"], counts["reviewed"]) == (1, 0), "converted is not reviewed"


def test_what_the_origin_has_not_reviewed_is_not_derived(publication: Path, run: Run) -> None:
    (publication / "workflow.toml").write_text(SETTINGS, "utf-8")
    (publication / "source" / "walk.md").write_text("We wrote software.\n", "utf-8")
    assert run("sync").exit_code == 0
    origin = publication / "locales" / "zh_CN" / "LC_MESSAGES" / "walk.po"
    text = origin.read_text("utf-8")
    draft = '#, fuzzy\nmsgid "We wrote software."\nmsgstr "我们写了软件。"'
    origin.write_text(text.replace('msgid "We wrote software."\nmsgstr ""', draft), "utf-8")
    run("draft", "-l", "zh_TW")
    derived = publication / "locales" / "zh_TW" / "LC_MESSAGES" / "walk.po"
    assert not derived.exists() or "opencc" not in derived.read_text("utf-8")


def test_a_dry_run_says_what_would_be_derived(publication: Path, run: Run) -> None:
    (publication / "workflow.toml").write_text(SETTINGS, "utf-8")
    (publication / "source" / "walk.md").write_text("We wrote software.\n\nIt works.\n", "utf-8")
    assert run("sync").exit_code == 0
    origin = publication / "locales" / "zh_CN" / "LC_MESSAGES" / "walk.po"
    text = origin.read_text("utf-8")
    origin.write_text(text.replace('msgid "It works."\nmsgstr ""', 'msgid "It works."\nmsgstr "它能用。"'), "utf-8")
    (plan,) = json.loads(run("draft", "-l", "zh_TW", "--dry-run", "--format", "json").stdout)
    assert (plan["derived"], plan["machine"]) == (1, 1)
