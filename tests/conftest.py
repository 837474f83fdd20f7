"""What many tests need: a small publication in a temporary folder, and the command line run inside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from workflow.cli import main

# Shared machines are slow now and then; a deadline would fail by chance.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# In CI the same examples every time: what lands must not depend on luck. At home every run looks elsewhere.
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

REPOSITORY = Path(__file__).parents[1]

SETTINGS = """\
[publication]
title = "The Test"
locales = ["zh_CN", "es"]

[draft]
packages = ["models"]
"""

ARTICLE = """\
---
title: A short walk
date: 2025-06-26
---

# A short walk

We left early. The city was *quiet*, and [the river](https://example.org/river) was high.

- Bread costs 3.5 yuan.
- Run `make` twice.
"""


@pytest.fixture
def publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A publication with one article and two locales; the working folder is in it, HOME and caches are elsewhere."""
    root = tmp_path / "paper"
    (root / "source").mkdir(parents=True)
    (root / "workflow.toml").write_text(SETTINGS, "utf-8")
    (root / "source" / "walk.md").write_text(ARTICLE, "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    before = Path.cwd()
    os.chdir(root)
    yield root
    os.chdir(before)


Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """`run("check", "-l", "es")`: the command's result, with stdout and stderr apart; a bug is raised, not caught."""

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(main, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke
