"""What a run was made from and what it made, by content, so that the next run knows whether anything has changed."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

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


def of(
    inputs: str,
    outputs: Mapping[str, bytes],
    said: Mapping[str, object],
    *,
    standing: Mapping[str, str] | None = None,
    editions: Mapping[str, Mapping[str, Any]] | None = None,
) -> Record:
    """The record of a run; `standing` are the hashes of files of an earlier run that it left as they are."""
    hashes = {**(standing or {}), **{path: digest(data) for path, data in outputs.items()}}
    return Record(
        inputs=inputs, outputs=dict(sorted(hashes.items())), said=dict(said), editions=dict(editions or {})
    )  # fmt: skip


_PAGE = re.compile(r"(?<![A-Za-z0-9_-])([a-z0-9][a-z0-9_-]*)\.(?:md|markdown|html?|txt)")


def note(one: Edition, key: str, *, lacking: str, pictures: Iterable[str]) -> dict[str, Any]:
    """What the lists of a publication, and the next run, need of an edition made from what `key` is the hash of.

    `lacking` says what it lacks to be published, if that is why it is not. `mentions` are the articles that it may
    link to.
    """
    said = html.unescape(one.article.text + one.text).replace("\\", "")
    return {
        "key": key,
        "file": one.article.file,
        "format": one.article.format,
        "about": dict(one.article.metadata),
        "title": one.title,
        "metadata": dict(one.metadata),
        "foreign": sorted(one.foreign),
        "counts": astuple(one.counts),
        "missing": bool(one.missing),
        "drafted": one.drafted,
        "renders": one.renders,
        "revised": one.revised,
        "lacking": lacking,
        "mentions": sorted(set(_PAGE.findall(said))),
        "pictures": any(name in one.article.text for name in pictures),
    }


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


def surroundings(told: Mapping[str, Any], locales: Sequence[str], pages: Iterable[tuple[str, str]]) -> str:
    """The hash of what an edition shows of others: the `locales` of its article, which of `pages` it can link to.

    `pages` are those of the edition's own locale and of the source's, (locale, article).
    """
    there = set(told["mentions"])
    return digest(repr((tuple(locales), sorted(page for page in pages if page[1] in there))).encode())


def digest(data: bytes) -> str:
    """The hash of a file's content.

    >>> digest(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


def fingerprint(options: object, folders: Iterable[Path], files: Iterable[Path] = ()) -> str:
    """One hash of the options and of every file by its name and content; the folders may stand anywhere."""
    whole = hashlib.sha256(repr(options).encode())
    found = [(path, path.relative_to(folder)) for folder in folders for path in sorted(folder.rglob("*"))]
    for path, name in (*found, *((path, Path(path.name)) for path in files)):
        if path.is_file() and path.suffix not in {".part", ".pyc", ".lock"}:
            data = path.read_bytes()
            whole.update(f"\0{name.as_posix()}\0{len(data)}\0".encode())
            whole.update(data)
    return whole.hexdigest()


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
    try:
        return digest((folder / path).read_bytes()) == known
    except OSError:
        return False


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
        same = all(digest((folder / path).read_bytes()) == known for path, known in record.outputs.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return record if same else None


def made(folder: Path) -> tuple[str, ...]:
    """The paths that the last run into `folder` made; none where that is not known."""
    try:
        return tuple(json.loads((folder / NAME).read_text("utf-8"))["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()
