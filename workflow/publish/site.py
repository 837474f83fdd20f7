"""The publication as a whole: which editions there are, in which order, and where each stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.model import Edition
from workflow.publish.settings import Settings


@dataclass(frozen=True, slots=True)
class Site:
    """Editions by locale and by article, and the settings.

    `by_locale` has the source's locale first, then the settings' order; articles are the newest first, then by name.
    Files are made of the locales `only`; of all, where that is None.
    """

    by_locale: Mapping[str, Mapping[str, Edition]]
    formats: tuple[str, ...]
    settings: Settings
    only: frozenset[str] | None = None

    @staticmethod
    def of(
        editions: Sequence[Edition],
        formats: Sequence[str],
        settings: Settings,
        only: Sequence[str] | None = None,
    ) -> Site:
        """The site of these editions."""
        order = {locale: place for place, locale in enumerate((settings.source, *settings.locales))}
        chosen: dict[str, dict[str, Edition]] = {}
        newest = sorted(editions, key=lambda one: one.article.name)
        newest.sort(key=day_of, reverse=True)
        for one in sorted(newest, key=lambda one: (order.get(one.locale, len(order)), one.locale)):
            chosen.setdefault(one.locale, {})[one.article.name] = one
        return Site(chosen, tuple(formats), settings, None if only is None else frozenset(only))

    @property
    def title(self) -> str:
        """What the publication is called."""
        return self.settings.title or "Editions"

    @property
    def made(self) -> tuple[str, ...]:
        """The locales of which files are made."""
        return tuple(locale for locale in self.by_locale if self.only is None or locale in self.only)

    def editions(self) -> tuple[Edition, ...]:
        """Those of which files are made."""
        return tuple(one for locale in self.made for one in self.by_locale[locale].values())

    def siblings(self, name: str) -> tuple[Edition, ...]:
        """The same article in every locale that has it."""
        return tuple(articles[name] for articles in self.by_locale.values() if name in articles)

    def absolute(self, path: str) -> str | None:
        """The address of a path from the output folder, if the publication has one."""
        return None if self.settings.url is None else self.settings.url + path


@dataclass(frozen=True, slots=True)
class Made:
    """The files made of one edition, by their path from the output folder, and the pictures that they show.

    Those stand at `pictures/NAME`, once for all editions.
    """

    files: Mapping[str, bytes]
    pictures: frozenset[str] = frozenset()


def day_of(one: Edition) -> str:
    """The day in the article's front matter as `YYYY-MM-DD`, or nothing."""
    told = one.article.metadata.get("date", "")
    try:
        return dt.date.fromisoformat(told[:10]).isoformat() if isinstance(told, str) else ""
    except ValueError:
        return ""
