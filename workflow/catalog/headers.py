"""The header's fields: read, set, and those of a new catalog."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from workflow import languages
from workflow.errors import UsageError
from workflow.model import Catalog, Entry

GENERATOR = "edition-workflow"
_ORDER = (
    "project-id-version",
    "report-msgid-bugs-to",
    "pot-creation-date",
    "po-revision-date",
    "last-translator",
    "language-team",
    "language",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "plural-forms",
)


def header(catalog: Catalog, name: str) -> str:
    """The value of a header field, whatever the case of its name; empty where there is none.

    >>> header(new("zh_CN", article="a", source="en"), "language")
    'zh_CN'
    """
    return next((value for field, value in catalog.headers if field.lower() == name.lower()), "")


def with_header(catalog: Catalog, name: str, value: str) -> Catalog:
    """The catalog with a header field set; the other fields, their order and their spelling stay.

    A field that is not there comes where gettext has it, one that gettext does not know comes last.
    """
    value = " ".join(value.splitlines())
    entry = catalog.header or Entry(msgid="")
    lines = [line for line in re.split(r"(?<=\n)", entry.msgstr) if line]
    names = [line.partition(":")[0].strip().lower() for line in lines]
    wanted = name.lower()
    if wanted in names:
        at = names.index(wanted)
        spelt, _, now = lines[at].partition(":")
        if now.strip() == value:
            return catalog
        end = "\n" if lines[at].endswith("\n") else ""
        lines[at] = f"{spelt}: {value}{end}"
    else:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        at = len(lines)
        if wanted in _ORDER:
            later = _ORDER[_ORDER.index(wanted) + 1 :]
            at = next((place for place, found in enumerate(names) if found in later), at)
        lines.insert(at, f"{name}: {value}\n")
    return replace(catalog, header=replace(entry, msgstr="".join(lines)))


def new(locale: str, *, article: str, source: str) -> Catalog:
    """An empty catalog of an article in a locale; nobody is named in it, and no date before there is something.

    `source` is the language of the article.
    """
    fields = [
        ("Project-Id-Version", article),
        ("POT-Creation-Date", ""),
        ("PO-Revision-Date", ""),
        ("Last-Translator", ""),
        ("Language-Team", ""),
        ("Language", locale),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", languages.plural_forms(locale)),
        ("X-Source-Language", source),
        ("X-Generator", GENERATOR),
    ]
    return Catalog(header=Entry(msgid="", msgstr=_written(fields)), file=f"{article}.po")


def template(entries: Sequence[Entry], *, before: Catalog | None = None, now: dt.datetime, dated: str = "") -> Catalog:
    """The template of an article's entries, untranslated; with the date of `before` while the msgids are the same.

    Without `before` it is dated `now`, or as `dated` says.
    """
    bare = tuple(
        entry
        if entry.raw is None
        and not (entry.msgstr or entry.msgstr_plural or entry.obsolete or entry.line or entry.flags)
        else replace(entry, msgstr="", msgstr_plural=(), obsolete=False, line=0, raw=None, flags=_lasting(entry))
        for entry in entries
    )
    if before is None or before.header is None:
        name = bare[0].references[0].rpartition("/")[2].rpartition(".")[0] if bare and bare[0].references else ""
        fields = [
            ("Project-Id-Version", name),
            ("POT-Creation-Date", dated or date(now)),
            ("PO-Revision-Date", "YEAR-MO-DA HO:MI+ZONE"),
            ("Last-Translator", ""),
            ("Language-Team", ""),
            ("Language", ""),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]
        return Catalog(header=Entry(msgid="", msgstr=_written(fields), flags=("fuzzy",)), entries=bare)
    old = {entry.key: entry for entry in before.entries}
    kept = tuple(
        old[entry.key] if entry.key in old and old[entry.key] == entry else _over(old.get(entry.key), entry)
        for entry in bare
    )
    made = replace(before, entries=kept)
    if {entry.key for entry in kept} == set(old):
        return made
    return with_header(made, "POT-Creation-Date", date(now))


def _over(old: Entry | None, entry: Entry) -> Entry:
    """`entry` in the lines of the old one, where there is one."""
    return entry if old is None else replace(entry, line=old.line, raw=old.raw)


def _lasting(entry: Entry) -> tuple[str, ...]:
    return tuple(flag for flag in entry.flags if flag != "fuzzy")


def _written(fields: Sequence[tuple[str, str]]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in fields)


def date(now: dt.datetime) -> str:
    """A time as gettext's headers have it, with the offset from UTC.

    >>> date(dt.datetime(2025, 6, 26, 12, 30, tzinfo=dt.UTC))
    '2025-06-26 12:30+0000'
    """
    aware = now if now.tzinfo else now.replace(tzinfo=dt.UTC)
    return aware.strftime("%Y-%m-%d %H:%M%z")[:22]


def charset_as_written(catalog: Catalog) -> Catalog:
    """The catalog with a header that says what it is written in, so that other tools can read it."""
    said = header(catalog, "Content-Type")
    if re.search(r"charset=[ \t]*utf-?8\b", said, re.IGNORECASE):
        return catalog
    plain = re.sub(r"charset=[^\s;]*", "charset=UTF-8", said, flags=re.IGNORECASE)
    if "charset=" not in plain.lower():
        plain = "text/plain; charset=UTF-8"
    return with_header(catalog, "Content-Type", plain)


_PLURAL = re.compile(r"\s*nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+);?\s*\Z")


@lru_cache(maxsize=256)
def accepted(plural_forms: str) -> bool:
    """Whether gettext accepts this value of Plural-Forms: a formula, and no number for which it gives too high a form.

    >>> accepted("nplurals=2; plural=n != 1;"), accepted("nplurals=1; plural=n>1;"), accepted("nplurals=INTEGER;")
    (True, False, False)
    """
    import gettext

    found = _PLURAL.match(plural_forms)
    if not found or len(found[2]) > 1000:  # gettext.c2py refuses longer ones, too
        return False
    try:
        form = gettext.c2py(found[2])
        return all(0 <= form(number) < int(found[1]) for number in range(1001))
    except (ValueError, ZeroDivisionError, RecursionError):
        return False


def complete(catalog: Catalog) -> Catalog:
    """The catalog with the fields that gettext's tools ask for; what a translator has set stays."""
    made = charset_as_written(catalog)
    if not header(made, "MIME-Version"):
        made = with_header(made, "MIME-Version", "1.0")
    if not header(made, "Content-Transfer-Encoding"):
        made = with_header(made, "Content-Transfer-Encoding", "8bit")
    locale = header(made, "Language")
    if not locale or accepted(header(made, "Plural-Forms")):
        return made
    try:
        return with_header(made, "Plural-Forms", languages.plural_forms(languages.canonical(locale)))
    except UsageError:  # the file names a language that CLDR does not know; then its plurals are not ours to say
        return made
