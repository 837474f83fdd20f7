"""What a run was made from and what it made, by content, so that the next run knows whether anything has changed."""

from __future__ import annotations

import hashlib
import html
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from workflow.model import Article, Counts, Edition, Entry

NAME = ".made.json"
"""The record's file in the output folder."""
SYNCED = "synced.json"
"""The file of what `sync` left behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`inputs` is the hash of all that went in, `outputs` that of each file made, by its path; `said` was reported.

    `editions` has what `note` kept of each edition, by `LOCALE/ARTICLE`.
    """

    inputs: str
    outputs: Mapping[str, str]
    said: Mapping[str, object]
    editions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run into `folder`, in these `formats`: what the `last` one left there, by which it knows what has changed.

    `common` is the hash of what every edition is made from besides its article and its catalog.
    """

    folder: Path
    formats: tuple[str, ...]
    last: Record
    common: str

    def known(self, locale: str, name: str, key: str) -> Mapping[str, Any] | None:
        """What `note` kept of an edition that the last run made from what `key` is the hash of."""
        told = self.last.editions.get(f"{locale}/{name}")
        return told if told is not None and told["key"] == key else None

    def standing(self, locale: str, name: str, told: Mapping[str, Any]) -> dict[str, str] | None:
        """The hashes of the files of an edition by their path, if it is `told` of as in the last run and they stand.

        Its pictures are among them, if it has any.
        """
        if self.last.editions.get(f"{locale}/{name}") != told:
            return None
        found = {path: self.last.outputs[path] for path in self._paths.get((locale, name), ())}
        if len(found) != len(self.formats):
            return None
        for picture in told["pictures"]:
            path = f"pictures/{picture}"
            found[path] = self.last.outputs.get(path, "")
        return found if all(intact(self.folder, path, known) for path, known in found.items()) else None

    def has_page(self, locale: str, name: str) -> bool:
        """Whether this or an earlier run has left a page of the edition."""
        return os.path.lexists(f"{self.folder}/{locale}/{name}.html")

    def warned(self, file: str) -> list[str]:
        """What the last run said of an article's file."""
        before = self.last.said.get("warnings", [])
        return [line for line in before if line.startswith(f"{file}:")] if isinstance(before, list) else []

    def gone(self, locales: Iterable[str], names: Iterable[str]) -> list[str]:
        """The files of the last run that belong to none of the articles `names` any more.

        Only pages, books and copies count: what one run did not make may be another's, such as the pictures of pages.
        """
        made = re.compile(rf"({'|'.join(locales)})/(?:source/)?([a-z0-9]+(?:[-_][a-z0-9]+)*)\.[a-z]+")
        kept = frozenset(names)
        return [
            path for path in sorted(self.last.outputs) if (found := made.fullmatch(path)) and found[2] not in kept
        ]  # fmt: skip

    @cached_property
    def _paths(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for path in self.last.outputs:
            locale, _, rest = path.partition("/")
            found.setdefault((locale, rest.removeprefix("source/").partition(".")[0]), []).append(path)
        return found


def of(
    inputs: str,
    outputs: Mapping[str, bytes],
    said: Mapping[str, object],
    *,
    standing: Mapping[str, str] | None = None,
    editions: Mapping[str, Mapping[str, Any]] | None = None,
) -> Record:
    """The record of a run; `standing` are the hashes of the other files of the output, by their path."""
    hashes = {**(standing or {}), **{path: digest(data) for path, data in outputs.items()}}
    return Record(
        inputs=inputs, outputs=dict(sorted(hashes.items())), said=dict(said), editions=dict(editions or {})
    )  # fmt: skip


_PAGE = re.compile(r"(?<![A-Za-z0-9_-])([a-z0-9][a-z0-9_-]*)\.(?:md|markdown|html?|txt)")


def note(one: Edition, key: str, *, lacking: str, pictures: Iterable[str]) -> dict[str, Any]:
    """What the lists of a publication, and the next run, need of an edition made from what `key` is the hash of.

    `lacking` says what it lacks to be published, if that is why it is not. `mentions` are the articles that it may
    link to, `pictures` those of the given ones that it may show.
    """
    original, about = one.article.text, _plain(one.article.metadata)
    said = original if one.text == original else original + one.text
    said = html.unescape(said).replace("\\", "")
    plain = unquote(said) if "%" in said else said
    return {
        "key": key,
        "file": one.article.file,
        "format": one.article.format,
        "about": about,
        "title": one.title,
        "metadata": _plain(one.metadata),
        "foreign": sorted(one.foreign),
        "counts": list(astuple(one.counts)),
        "missing": bool(one.missing),
        "drafted": one.drafted,
        "renders": one.renders,
        "revised": one.revised,
        "lacking": lacking,
        "mentions": sorted(set(_PAGE.findall(said))),
        "pictures": [name for name in pictures if name in said or name in plain],
    }


def _plain(metadata: Mapping[str, str | tuple[str, ...]]) -> dict[str, str | list[str]]:
    """The metadata as a file says it."""
    return {name: value if isinstance(value, str) else list(value) for name, value in metadata.items()}


def recalled(told: Mapping[str, Any], locale: str, source: str) -> Edition:
    """The edition that `note` told of, without its text; that entries are missing it says by an empty one."""
    article = Article(file=told["file"], format=told["format"], parts=(), metadata=_metadata(told["about"]))
    return Edition(
        article=article,
        locale=locale,
        source=source,
        text="",
        marked="",
        body=0,
        title=told["title"],
        metadata=_metadata(told["metadata"]),
        foreign=frozenset(told["foreign"]),
        counts=Counts(*told["counts"]),
        missing=(Entry(msgid=""),) if told["missing"] else (),
        drafted=told["drafted"],
        renders=told["renders"],
        revised=told["revised"],
    )


def _metadata(told: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


def surroundings(locales: Sequence[str], pages: Iterable[tuple[str, str]]) -> str:
    """The hash of what an edition shows of others: the `locales` of its article, the `pages` to which it can lead.

    `pages` are those of the edition's own locale and of the source's, (locale, article).
    """
    return digest(repr((tuple(locales), sorted(pages))).encode())


def digest(data: bytes) -> str:
    """The hash of a file's content.

    >>> digest(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


def hash_of(path: str) -> str:
    """The hash of the file's content; of no file, and of one that cannot be read, nothing."""
    try:
        with io.FileIO(path) as stream:
            return digest(stream.readall())
    except OSError:
        return ""


def fingerprint(
    options: object, folders: Iterable[Path], files: Iterable[Path] = (), *, hashed: Callable[[str], str] = hash_of
) -> str:
    """One hash of the options and of every file by its name and content; the folders may stand anywhere."""
    told = [repr(options)]
    for folder in folders:
        told += sorted(f"{path[len(str(folder)) :]}\0{hashed(path)}" for path in _files(str(folder)))
    told += [f"{path.name}\0{hashed(str(path))}" for path in files if path.is_file()]
    return digest("\0\0".join(told).encode("utf-8", "surrogateescape"))


def _files(folder: str) -> Iterator[str]:
    """Every file in the folder and below it but what is no content."""
    for top, _, names in os.walk(folder):
        yield from (f"{top}/{name}" for name in names if not name.endswith((".part", ".pyc", ".lock")))


def dumps(record: Record) -> bytes:
    """The record as its file has it."""
    told = {name: getattr(record, name) for name in ("inputs", "outputs", "said", "editions")}
    return (json.dumps(told, ensure_ascii=False, separators=(",\n", ": "), sort_keys=True) + "\n").encode()


def last(folder: Path) -> Record:
    """The record of the last run into `folder`; an empty one where there is none that can be read."""
    try:
        told = json.loads((folder / NAME).read_text("utf-8"))
        outputs, editions = dict(told["outputs"]), dict(told["editions"])
        return Record(inputs=told["inputs"], outputs=outputs, said=told["said"], editions=editions)
    except (OSError, ValueError, KeyError, TypeError):
        return Record(inputs="", outputs={}, said={})


def intact(folder: Path, path: str, known: str) -> bool:
    """Whether the file is the one whose hash is `known`."""
    return hash_of(f"{folder}/{path}") == known != ""


@dataclass(frozen=True, slots=True)
class Synced:
    """What `sync` left behind of an article: the hash of its source, and of each file it made, with what it said of it.

    `wanted` are the locales into which the article goes, `catalogs` those of them that were asked for.
    """

    source: str
    wanted: tuple[str, ...]
    template: tuple[str, str]
    catalogs: Mapping[str, tuple[str, str]]


def synced(folder: Path, inputs: str) -> dict[str, Synced]:
    """What the last `sync` left behind, by article; nothing where it was made from other `inputs`, or is not known.

    A hint only: at which files nobody needs to look more closely.
    """
    try:
        told = json.loads((folder / SYNCED).read_text("utf-8"))
        return {
            name: Synced(
                str(one["source"]),
                tuple(map(str, one["wanted"])),
                _hashed(one["template"]),
                {locale: _hashed(pair) for locale, pair in one["catalogs"].items()},
            )
            for name, one in (told["articles"].items() if told["inputs"] == inputs else ())
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _hashed(told: Sequence[object]) -> tuple[str, str]:
    hashed, said = told
    return str(hashed), str(said)


def synced_as_data(inputs: str, told: Mapping[str, Synced]) -> bytes:
    """What `synced` will read."""
    listed = {
        name: {"source": one.source, "wanted": one.wanted, "template": one.template, "catalogs": dict(one.catalogs)}
        for name, one in sorted(told.items())
    }
    return (json.dumps({"inputs": inputs, "articles": listed}, separators=(",\n", ": ")) + "\n").encode()


def standing(folder: Path, inputs: str) -> Record | None:
    """The record of the last run into `folder`, if it was made from the same and every file it made is as it was."""
    try:
        told = json.loads((folder / NAME).read_text("utf-8"))
        record = Record(inputs=told["inputs"], outputs=told["outputs"], said=told["said"])
        if record.inputs != inputs:
            return None
        same = all(intact(folder, path, known) for path, known in record.outputs.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return record if same else None
