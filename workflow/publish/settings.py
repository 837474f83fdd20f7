"""What the publication's settings say to the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The publication as its pages know it.

    `url` ends with a slash, or is None for pages that stand nowhere yet. `templates` override those of the house,
    file by file, by name (`article.html`, `style.css`, …); `pictures` are the bytes of what articles show, by the
    path that the article gives. `allow_links` are the beginnings of addresses to which a translation may lead though
    its source does not.
    """

    title: str = ""
    description: str = ""
    source: str = "en"
    locales: tuple[str, ...] = ()
    url: str | None = None
    contact: str | None = None
    allow_links: tuple[str, ...] = ()
    templates: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
