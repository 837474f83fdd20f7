from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run


def test_on_several_cores_the_report_and_the_errors_are_the_same(
    publication: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("sync").exit_code == 0
    for locale in ("es", "zh_CN"):
        path = publication / "locales" / locale / "LC_MESSAGES" / "walk.po"
        text = path.read_text("utf-8").replace('3.5 yuan."\nmsgstr ""', '3.5 yuan."\nmsgstr "4.5"')
        path.write_text(text, "utf-8")
    alone = run("check", "--format", "json")
    monkeypatch.setattr("workflow.project.checking.MANY", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    together = run("check", "--format", "json")
    assert together.stdout == alone.stdout
    assert "3.5" in together.stdout
    path.write_text(path.read_text("utf-8") + 'msgid "unfinished\n', "utf-8")
    broken = run("check")
    assert broken.exit_code == 1
    assert broken.stderr.startswith("Error: locales/zh_CN/LC_MESSAGES/walk.po:")
    assert len(broken.stderr.splitlines()) == 1
