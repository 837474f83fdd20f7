"""What a run was made from and what it made, by content, so that the next run knows whether anything has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = ".made.json"
"""The record's file in the output folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`inputs` is the hash of all that went in, `outputs` that of each file made, by its path; `said` was reported."""

    inputs: str
    outputs: Mapping[str, str]
    said: Mapping[str, object]


def of(inputs: str, outputs: Mapping[str, bytes], said: Mapping[str, object]) -> Record:
    """The record of a run."""
    return Record(
        inputs=inputs, outputs={path: digest(data) for path, data in sorted(outputs.items())}, said=dict(said)
    )  # fmt: skip


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
    return (json.dumps(asdict(record), ensure_ascii=False, indent=0, sort_keys=True) + "\n").encode()


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
