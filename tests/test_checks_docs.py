"""The pages on checks and CI tell the truth."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from workflow import checks, reports, status

DOCS = Path(__file__).parents[1] / "docs"


def test_every_check_has_its_section() -> None:
    headings = re.findall(r"^## ([a-z]+)$", (DOCS / "checks.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(checks.CHECKS)


def test_every_format_is_told() -> None:
    text = (DOCS / "ci.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in text for name in reports.FORMATS)
    assert all(f"--format {name}" in text for name in status.FORMATS if name not in {"table", "json"})


def test_the_examples_of_ci_files_are_yaml_that_runs_a_command_of_ours() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        assert yaml.safe_load(block)
        assert "workflow check" in block
