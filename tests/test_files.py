"""Files: whole or not at all, only if changed, by one writer at a time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow import files
from workflow.errors import ConflictError, FormatError, UsageError

posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and locks of POSIX")


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if ".part" in path.name]


@settings(max_examples=30)
@given(data=st.binary(max_size=200))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("files") / "new" / "folder" / "a.po"
    assert files.write(path, data)
    assert path.read_bytes() == data
    assert not files.write(path, data)
    assert left_over(path.parent) == []


@pytest.mark.parametrize("text", ["", "a\r\nb\rc\n", "\ufeffa", "中文\u2028\n", "a\0b"])
def test_text_is_read_as_it_stands(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.po"
    path.write_bytes(text.encode())
    assert files.read_text(path, "a.po") == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfea\0", "a.po:1: not UTF-8 (byte 1 of the file); save it as UTF-8"),
        (b"a\nb\n\xe9\n", "a.po:3: not UTF-8 (byte 5 of the file); save it as UTF-8"),
        (b"a\n\xe4\xbd", "a.po:2: not UTF-8 (byte 3 of the file); save it as UTF-8"),
        (b"\xed\xa0\x80", "a.po:1: not UTF-8 (byte 1 of the file); save it as UTF-8"),
    ],
)
def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "a.po"
    path.write_bytes(data)
    with pytest.raises(FormatError) as caught:
        files.read_text(path, "a.po")
    assert str(caught.value) == said


def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^a\.po: cannot be read: no such file or directory$"):
        files.read_text(tmp_path / "a.po", "a.po")
    with pytest.raises(UsageError, match=r"^a: cannot be read: is a directory$"):
        files.read_text(tmp_path, "a")


@posix
def test_the_mode_of_a_file_stays_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    before = os.umask(0o027)
    try:
        files.write(path, b"a")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    files.write(path, b"b")
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "there" / "a.po"
    target.parent.mkdir()
    target.write_bytes(b"a")
    link = tmp_path / "a.po"
    link.symlink_to(target)
    files.write(link, b"b")
    assert link.is_symlink()
    assert target.read_bytes() == b"b"


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    files.write(path, b"a")
    before = path.stat()
    assert not files.write(path, b"a")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_what_cannot_be_written_is_said_in_one_line_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a")
    with pytest.raises(UsageError, match=r"^[^\n]*: cannot be written: [^\n]*$"):
        files.write(tmp_path / "file" / "a.po", b"b")
    with pytest.raises(UsageError, match=r"^[^\n]*: cannot be written: [^\n]*$"):
        files.write(tmp_path, b"b")
    assert (tmp_path / "file").read_bytes() == b"a"
    assert left_over(tmp_path) == []


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.po"
    files.write(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="no space left on device"):
        files.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert left_over(tmp_path) == []


def test_a_file_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    assert files.write_if_unchanged(path, None, b"a")
    with pytest.raises(ConflictError, match="changed by somebody else"):
        files.write_if_unchanged(path, None, b"b")
    with pytest.raises(ConflictError, match="changed by somebody else"):
        files.write_if_unchanged(path, b"other", b"b")
    assert path.read_bytes() == b"a"
    assert files.write_if_unchanged(path, b"a", b"b")
    assert not files.write_if_unchanged(path, b"other", b"b")  # it says already what was to be written
    path.unlink()
    with pytest.raises(ConflictError, match="changed by somebody else"):
        files.write_if_unchanged(path, b"b", b"c")


HOLD = """
import sys, time
from pathlib import Path
from workflow import files
with files.lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lock."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_one_writer_at_a_time(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(UsageError, match="another workflow command is at work here"), files.lock(tmp_path):
        pass
    holder.kill()
    holder.wait()
    with files.lock(tmp_path):  # who is dead holds nothing
        pass
    with files.lock(tmp_path):
        pass
    assert os.name != "posix" or list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened"), files.lock(tmp_path / "nowhere"):
        pass


WRITE = """
import sys
from pathlib import Path
from workflow import files
path = Path(sys.argv[1])
print("ready", flush=True)
for n in range(100000):
    files.write(path, bytes([65 + n % 26]) * 400_000)
"""


@posix
@pytest.mark.slow
def test_a_killed_writer_leaves_the_file_old_or_new_and_the_next_clears_up(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    seen = set()
    for n in range(12):
        with subprocess.Popen([sys.executable, "-c", WRITE, str(path)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.003 + 0.007 * n)
            process.send_signal(signal.SIGKILL)
        if path.exists():
            data = path.read_bytes()
            assert len(data) == 400_000
            assert data == data[:1] * 400_000
            seen.add(data[:1])
        assert len(left_over(tmp_path)) <= 1
    assert seen
    files.write(path, b"the next run")
    assert path.read_bytes() == b"the next run"
    assert left_over(tmp_path) == []


@posix
def test_the_part_of_a_writer_at_work_is_left_alone(tmp_path: Path) -> None:
    part = tmp_path / ".a.po.other.part"
    with part.open("wb") as stream:
        assert files._take(stream.fileno())
        files.write(tmp_path / "a.po", b"a")
        assert part.exists()
    files.write(tmp_path / "a.po", b"b")
    assert not part.exists()
