"""What a page says of itself, in the reader's language: one TOML file per locale, a new language is a new file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from workflow import languages

FALLBACK = "en"


def locale_of(locale: str) -> str:
    """The locale whose words a page of `locale` has: its own, its language's, or English.

    >>> locale_of("pt_BR"), locale_of("es_MX"), locale_of("zh_HK"), locale_of("yo")
    ('pt_BR', 'es', 'zh_TW', 'en')
    """
    own = languages.language(locale)
    known = _known()
    alike = {"Hant": "zh_TW", "Hans": "zh_CN"}.get(languages.script(locale), "") if own == "zh" else ""
    near = sorted(name for name in known if name.startswith(f"{own}_"))
    for name in (locale, alike, own, *near):
        if name in known:
            return name
    return FALLBACK


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    files = resources.files(__name__).iterdir()
    return frozenset(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml"))


@lru_cache(maxsize=256)
def words(locale: str) -> Mapping[str, str]:
    """The words for a locale, by name."""
    file = resources.files(__name__) / f"{locale_of(locale)}.toml"
    return {name: str(said) for name, said in tomllib.loads(file.read_text("utf-8")).items()}
