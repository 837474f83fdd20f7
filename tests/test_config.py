from __future__ import annotations

import re

import pytest
from conftest import REPOSITORY

from workflow import config
from workflow.errors import FormatError


def test_every_key_is_documented() -> None:
    page = (REPOSITORY / "docs" / "settings.md").read_text("utf-8")
    for table, keys in config._KEYS.items():
        assert f"[{table}" in page
        for key in keys:
            assert re.search(rf"`{key}`", page), f"{table}.{key}"


def test_nothing_said_is_the_defaults() -> None:
    assert config.load("") == config.Config()


def test_the_same_settings_in_pyproject() -> None:
    text = '[project]\nname = "x"\n[tool.workflow.publication]\nlocales = ["pt-br", "zh-Hant"]\n'
    assert config.load(text, file="pyproject.toml").locales == ("pt_BR", "zh_TW")


def test_a_mistake_in_pyproject_has_its_line() -> None:
    text = '[tool.workflow.publication]\ntitle = "x"\n\n[tool.workflow.segments]\ngrain = 3\n'
    with pytest.raises(FormatError, match=r"^pyproject\.toml:5: grain wants"):
        config.load(text, file="pyproject.toml")


def test_a_locale_of_its_own() -> None:
    text = (
        '[publication]\nlocales = ["zh_CN", "zh_TW"]\n[checks]\nskip = ["length"]\nminimum = 80\n'
        '[checks.zh_TW]\nskip = ["numbers"]\nminimum = 90\n[locale.zh_TW]\nderive = "zh-CN"\nwith = "opencc:s2twp"\n'
    )
    said = config.load(text)
    assert said.skip == ("length",)
    assert said.of("zh_CN") == config.LocaleConfig(minimum=80)
    assert said.of("zh_TW") == config.LocaleConfig(
        skip=("numbers",), minimum=90, derive="zh_CN", convert="opencc:s2twp"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[publication]\nlocales = ["zh_TW"]\n[locale.zh_TW]\nderive = "zh_CN"\nwith = "opencc:s2t"\n',
            r":4: derive wants",
        ),
        (
            '[publication]\nlocales = ["zh_TW"]\n[locale.zh_TW]\nwith = "opencc:s2t"\n',
            ":3: derive and with want each other",
        ),
        ('[publication]\nlocales = ["zh_TW", "ja"]\n[locale.zh_TW]\nderive = "ja"\nwith = "sed"\n', ":5: with wants"),
        ("[checks]\nminimum = 101\n", ":2: minimum wants 0 to 100"),
    ],
)
def test_mistakes_have_a_line(text: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        config.load(text)
