"""workflow.toml (or [tool.workflow] of pyproject.toml), read once, into a type."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from workflow import languages
from workflow.errors import FormatError, UsageError
from workflow.model import Grain

Accept = Literal["reviewed", "draft"]
FORMATS = ("html", "epub", "pdf", "markdown", "text", "source")
"""What `publish` can make, in the order in which `--help` names them."""


@dataclass(frozen=True, kw_only=True)
class LocaleConfig:
    """What the settings say of one locale.

    `skip` are checks left out for it, besides the publication's; `minimum` is the share of reviewed words in
    percent that `check` asks for when it is given no other; `derive` is the locale whose reviewed translations are
    converted into this one by `convert` ("opencc:s2twp").
    """

    skip: tuple[str, ...] = ()
    minimum: float | None = None
    derive: str | None = None
    convert: str | None = None


@dataclass(frozen=True, kw_only=True)
class Config:
    """What workflow.toml says; `locales` are canonical gettext codes, in the order of the file.

    With `accept_context` an exact match of the memory between the same neighbours is taken as reviewed; with `spaced`
    drafts keep the blanks between Chinese or Japanese and Latin letters or digits.
    """

    title: str = ""
    description: str = ""
    source: str = "en"
    locales: tuple[str, ...] = ()
    url: str | None = None
    contact: str | None = None
    grain: Grain = "sentence"
    packages: tuple[str, ...] = ("models",)
    accept_context: bool = False
    spaced: bool = False
    skip: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("html",)
    accept: Accept = "reviewed"
    allow_links: tuple[str, ...] = ()
    by_locale: Mapping[str, LocaleConfig] = field(default_factory=dict)

    def of(self, locale: str) -> LocaleConfig:
        """What is set for one locale."""
        return self.by_locale.get(locale, LocaleConfig())


_Is = Callable[[object], bool]


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _string(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _percent(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100


def _one_of(*choices: str) -> _Is:
    return lambda value: value in choices


def _some_of(*choices: str) -> _Is:
    return lambda value: _strings(value) and all(item in choices for item in cast("list[str]", value))


# table -> key -> (what fits, how to say it)
_KEYS: dict[str, dict[str, tuple[_Is, str]]] = {
    "publication": {
        "title": (_string, 'a string, such as "The Courier"'),
        "description": (_string, "a string"),
        "source": (_string, 'a language code, such as "en"'),
        "locales": (_strings, 'a list, such as ["zh_CN", "es"]'),
        "url": (_string, 'a string, such as "https://example.org/"'),
        "contact": (_string, "an e-mail address or a URL for readers' reports"),
    },
    "segments": {"grain": (_one_of("sentence", "block"), '"sentence" or "block"')},
    "draft": {
        "packages": (_strings, 'a list of folders, such as ["models"]'),
        "accept_context": (_flag, "true or false"),
        "spaced": (_flag, "true or false"),
    },
    "checks": {"skip": (_strings, 'a list of checks, such as ["length"]'), "minimum": (_percent, "0 to 100")},
    "publish": {
        "formats": (_some_of(*FORMATS), f"a list out of {', '.join(FORMATS)}"),
        "accept": (_one_of("reviewed", "draft"), '"reviewed" or "draft"'),
        "allow_links": (_strings, 'a list of addresses, such as ["https://example.org/"]'),
    },
    "locale": {
        "derive": (_string, 'a locale, such as "zh_CN"'),
        "with": (_string, 'a conversion, such as "opencc:s2twp"'),
    },
}


def load(
    text: str, *, file: str = "workflow.toml", known_checks: Callable[[], tuple[str, ...]] | None = None
) -> Config:
    """The settings in `text`, checked; `file` decides whether they stand under [tool.workflow].

    Raises FormatError with file and line for a syntax error, an unknown table or key (with the nearest known one),
    a value that does not fit, and a locale that CLDR does not know.
    """
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r" \(at (?:line (\d+)|end of document)", str(error))
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        said = str(error).partition(" (at ")[0]
        raise FormatError(f"{file}:{line}: not TOML: {said[:1].lower()}{said[1:]}") from None
    inside = file.endswith("pyproject.toml")
    if inside:
        table = table.get("tool", {}).get("workflow", {})
    return _Reader(text, file, "tool.workflow." if inside else "", known_checks).config(table)


@dataclass(frozen=True)
class _Reader:
    """Reads one settings file; knows it, so that it can point into it."""

    text: str
    file: str
    prefix: str
    known_checks: Callable[[], tuple[str, ...]] | None

    def line(self, table: str, key: str | None = None) -> int:
        """The 1-based line of a key in a table, or of the table's own header; 1 where it is written otherwise."""
        head = re.compile(rf"^\s*\[\s*{re.escape(self.prefix + table)}\b", re.MULTILINE)
        begin = found.start() if (found := head.search(self.text)) else 0
        if key is not None:
            inner = re.compile(rf"^[^\S\n]*[\"']?{re.escape(key)}[\"']?\s*[=.]", re.MULTILINE)
            begin = found.start() if (found := inner.search(self.text, begin)) else begin
        lead = re.match(r"\s*", self.text[begin:])
        return self.text.count("\n", 0, begin + (lead.end() if lead else 0)) + 1

    def refuse(self, message: str, table: str, key: str | None = None) -> FormatError:
        """The error for one place of the file."""
        return FormatError(f"{self.file}:{self.line(table, key)}: {message}")

    def unknown(self, kind: str, name: str, known: list[str], table: str, key: str | None = None) -> FormatError:
        """The error for a name that we do not know."""
        import difflib

        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
        return self.refuse(f"unknown {kind} {name!r}; {hint}", table, key)

    def config(self, table: Mapping[str, object]) -> Config:
        """The whole file as a Config."""
        for name, inner in table.items():
            if name not in _KEYS:
                key = None if isinstance(inner, dict) else name
                raise self.unknown("table" if isinstance(inner, dict) else "key", name, list(_KEYS), name, key)
            if not isinstance(inner, dict):
                raise self.refuse(f"{name} wants to be a table: [{self.prefix}{name}]", name, name)
        tables = cast("Mapping[str, Mapping[str, object]]", table)
        publication = self.table(tables, "publication")
        segments = self.table(tables, "segments")
        draft = self.table(tables, "draft")
        publish = self.table(tables, "publish")
        checks = {key: value for key, value in tables.get("checks", {}).items() if not isinstance(value, dict)}
        self.check_keys("checks", checks)
        self.check_names("checks", checks.get("skip", []))
        locales = tuple(
            self.locale(spelling, "publication", "locales")
            for spelling in cast("list[str]", publication.get("locales", []))
        )
        twice = [locale for locale in locales if locales.count(locale) > 1]
        if twice:
            raise self.refuse(f"locales names {twice[0]} twice", "publication", "locales")
        source = self.locale(str(publication.get("source", "en")), "publication", "source")
        if source in locales:
            raise self.refuse(f"{source} is the source language; take it out of locales", "publication", "locales")
        return Config(
            title=str(publication.get("title", "")),
            description=str(publication.get("description", "")),
            source=source,
            locales=locales,
            url=self.url(publication.get("url")),
            contact=None if publication.get("contact") is None else str(publication["contact"]),
            grain=cast("Grain", segments.get("grain", "sentence")),
            packages=tuple(cast("list[str]", draft.get("packages", ["models"]))),
            accept_context=bool(draft.get("accept_context", False)),
            spaced=bool(draft.get("spaced", False)),
            skip=tuple(cast("list[str]", checks.get("skip", []))),
            formats=tuple(dict.fromkeys(cast("list[str]", publish.get("formats", ["html"])))),
            accept=cast("Accept", publish.get("accept", "reviewed")),
            allow_links=tuple(cast("list[str]", publish.get("allow_links", []))),
            by_locale=self.by_locale(tables, locales, checks.get("minimum")),
        )

    def url(self, value: object) -> str | None:
        """The publication's address with a slash at its end."""
        if value is None:
            return None
        if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", str(value)):
            raise self.refuse(f"url {value!r} is no http(s) address", "publication", "url")
        return str(value).rstrip("/") + "/"

    def table(self, tables: Mapping[str, Mapping[str, object]], name: str) -> Mapping[str, object]:
        """One table, its keys checked."""
        inner = tables.get(name, {})
        self.check_keys(name, inner)
        return inner

    def check_keys(self, table: str, inner: Mapping[str, object], header: str | None = None) -> None:
        """Every key is known and its value fits."""
        known = _KEYS[table]
        for key, value in inner.items():
            if key not in known:
                raise self.unknown("key", key, list(known), header or table, key)
            fits, wanted = known[key]
            if not fits(value):
                raise self.refuse(f"{key} wants {wanted}", header or table, key)

    def check_names(self, table: str, names: object) -> None:
        """Every name is one of a check."""
        for name in cast("list[str]", names):
            if self.known_checks is not None and name not in self.known_checks():
                raise self.unknown("check", name, list(self.known_checks()), table, "skip")

    def locale(self, spelling: str, table: str, key: str | None = None) -> str:
        """The canonical code, or an error that points into the file."""
        try:
            return languages.canonical(spelling)
        except UsageError as error:
            raise self.refuse(str(error), table, key) from None

    def by_locale(
        self, tables: Mapping[str, Mapping[str, object]], locales: tuple[str, ...], minimum: object
    ) -> dict[str, LocaleConfig]:
        """[checks.LOCALE] and [locale.LOCALE], together."""
        found: dict[str, dict[str, object]] = {locale: {} for locale in locales}
        for table in ("checks", "locale"):
            for spelling, inner in tables.get(table, {}).items():
                if not isinstance(inner, dict):
                    if table == "locale":
                        raise self.refuse(f"{spelling} wants to be a table: [locale.{spelling}]", table, spelling)
                    continue
                header = f"{table}.{spelling}"
                locale = self.locale(spelling, header)
                if locale not in locales:
                    raise self.refuse(f"{locale} is not among the publication's locales", header)
                self.check_keys(table, inner, header)
                self.check_names(header, inner.get("skip", []))
                found[locale] |= inner
        return {
            locale: LocaleConfig(
                skip=tuple(cast("list[str]", inner.get("skip", []))),
                minimum=cast("float | None", inner.get("minimum", minimum)),
                derive=self.derived(str(inner["derive"]), locale, locales) if "derive" in inner else None,
                convert=self.conversion(inner, locale),
            )
            for locale, inner in found.items()
        }

    def derived(self, spelling: str, locale: str, locales: tuple[str, ...]) -> str:
        """The locale that another is derived from."""
        header = f"locale.{locale}"
        origin = self.locale(spelling, header, "derive")
        if origin == locale or origin not in locales:
            raise self.refuse(f"derive wants another of the publication's locales, not {origin}", header, "derive")
        return origin

    def conversion(self, inner: Mapping[str, object], locale: str) -> str | None:
        """The conversion of a derived locale; a locale has both `derive` and `with` or neither."""
        header = f"locale.{locale}"
        if ("derive" in inner) != ("with" in inner):
            raise self.refuse("derive and with want each other", header)
        convert = inner.get("with")
        if convert is not None and not str(convert).startswith("opencc:"):
            raise self.refuse(f'with wants "opencc:NAME", such as "opencc:s2twp", not {convert!r}', header, "with")
        return None if convert is None else str(convert)
