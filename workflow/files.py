"""Files are read whole and written whole: atomic, only if changed, by one writer at a time."""

from __future__ import annotations

import contextlib
import errno
import glob
import importlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from workflow.errors import ConflictError, FormatError, UsageError

LOCK = ".workflow.lock"


def read_text(path: Path, shown: str) -> str:
    """The file's text, newlines and a byte order mark untouched. `shown` is what messages call the file.

    Raises FormatError if it is not UTF-8, UsageError if it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read: {_why(error)}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(f"{shown}:{line}: not UTF-8 (byte {error.start + 1} of the file); save it as UTF-8") from None


def write(path: Path, data: bytes, *, lasting: bool = True) -> bool:
    """Put `data` into `path` at once and for good; False if it was there already.

    Whoever reads sees the old file or the new one, whole, also after a crash. Folders are made, a file's mode is
    kept, a link stays a link. What can be made again at any time (a template, a page) need not be `lasting`: killing
    us still leaves the old file or the new one, only a crash of the whole machine may not, and hundreds are written
    in no time. Raises UsageError if the file cannot be written; then it is as it was.
    """
    try:
        return _write(path, data, lasting=lasting)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {_why(error)}") from None


def _write(path: Path, data: bytes, *, lasting: bool) -> bool:
    try:
        before = path.lstat()
        if stat.S_ISLNK(before.st_mode):  # the file that a link leads to is replaced, not the link
            path = path.resolve()
            before = path.stat()
    except FileNotFoundError:
        mode = None
    else:
        if before.st_size == len(data) and path.read_bytes() == data:
            return False
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "the file is read-only")
        mode = stat.S_IMODE(before.st_mode)
    if lasting:
        _clear(path)
    descriptor, part = _new_part(path, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            _take(descriptor)
            stream.write(data)
            stream.flush()
            if lasting:
                os.fsync(descriptor)
            if mode is not None:
                part.chmod(mode)  # what the umask took, too
            if _posix():  # while it is ours: `_clear` of another writer takes what nobody holds
                part.replace(path)
        if not _posix():  # Windows renames no open file
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if lasting:
        _keep_name(path.parent)
    return True


def _new_part(path: Path, mode: int | None) -> tuple[int, Path]:
    """A new file beside `path`, open, and its path; its folder is made where it is missing."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        part = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
        try:
            return os.open(part, flags, 0o666 if mode is None else mode), part
        except FileExistsError:
            continue
        except FileNotFoundError:
            if path.parent.is_dir():
                raise
            path.parent.mkdir(parents=True, exist_ok=True)


def write_if_unchanged(path: Path, before: bytes | None, data: bytes) -> bool:
    """`write`, unless the file is no longer `before` (None: there was none); False if nothing had to be written.

    Raises ConflictError when somebody else wrote it meanwhile, UsageError if it cannot be written.
    """
    try:
        now = path.read_bytes()
    except FileNotFoundError:
        now = None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {_why(error)}") from None
    if now == data:
        return False
    if now != before:
        raise ConflictError(f"{path}: changed by somebody else meanwhile; nothing was written, run the command again")
    return write(path, data, lasting=before is not None)


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Nobody else who asks writes in the publication `folder` meanwhile; a dead process holds no lock.

    Raises UsageError at once if another process is at work there, or if the folder cannot be opened.
    """
    try:
        # Where the system can lock a folder, no file is left lying about in it.
        descriptor = os.open(folder, os.O_RDONLY) if _posix() else os.open(folder / LOCK, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be opened: {_why(error)}") from None
    try:
        if not _take(descriptor):
            raise UsageError(f"{folder}: another workflow command is at work here; wait until it has finished")
        yield
    finally:
        os.close(descriptor)


def _posix() -> bool:
    return os.name == "posix"


def _take(descriptor: int) -> bool:
    """Whether this process alone has what is open now; its hold ends with the descriptor."""
    try:
        if _posix():
            fcntl = importlib.import_module("fcntl")
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt = importlib.import_module("msvcrt")
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        return error.errno in {errno.ENOLCK, errno.EOPNOTSUPP}  # some network drives cannot lock at all
    return True


def _clear(path: Path) -> None:
    """No part file of `path` is left from a process that was killed; one that somebody is writing stays."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with contextlib.suppress(OSError):
            descriptor = os.open(part, os.O_RDWR)
            try:
                if _take(descriptor):
                    part.unlink()
            finally:
                os.close(descriptor)


def _keep_name(folder: Path) -> None:
    """The folder's new entry survives a crash, where folders can be synchronised."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
