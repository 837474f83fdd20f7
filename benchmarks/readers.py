"""Cutting a book of 574 Markdown files into prose, into sentences, and its templates, beside po4a and mdpo.

Takes Comprehensive Rust where it is at hand (../shared/data), a made-up book elsewhere. The best of five runs each, in
seconds of this process; whole commands (`workflow sync`, `po4a-updatepo`) by the clock, the best of three. Peers
that are not installed are left out. The exit code is 1 where a text does not join back.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workflow import readers, segments

BOOK = Path(__file__).parents[2] / "shared" / "data" / "comprehensive-rust-src.tar.gz"
SETTINGS = '[publication]\ntitle = "Book"\nsource = "en"\nlocales = ["zh_CN"]\n'


def best(what: Callable[[], object], *, runs: int = 5, clock: Callable[[], float] = time.process_time) -> float:
    """Seconds of the quickest run."""
    times = []
    for _ in range(runs):
        begun = clock()
        what()
        times.append(clock() - begun)
    return min(times)


def book() -> dict[str, str]:
    """The files of the book by a name that is a slug."""
    if not BOOK.exists():
        page = "# Head\n\nA paragraph with *emphasis*, `code` and a [link](/u).\nIt goes on. And on.\n\n- an item\n\n"
        return {f"page-{number}": page * 6 for number in range(574)}
    with tarfile.open(BOOK) as archive:
        found = sorted((member.name, archive.extractfile(member)) for member in archive if member.name.endswith(".md"))
        return {f"page-{number}": file.read().decode() for number, (_, file) in enumerate(found) if file}


def main() -> None:
    """Measure, print, and fail where something is lost."""
    files = book()
    size = sum(len(text.encode()) for text in files.values())
    print(f"{len(files)} files, {size / 1000:.0f} KB, one core")
    articles = [readers.read(f"source/{name}.md", text) for name, text in files.items()]
    if any(article.text != text for article, text in zip(articles, files.values(), strict=True)):
        sys.exit("a text does not join back")
    blocks = [block for article in articles for block in article.blocks]
    cut = best(lambda: [readers.read(f"source/{name}.md", text) for name, text in files.items()])
    print(f"readers.read                      {cut:7.3f} s   {len(blocks)} blocks")
    pieces = sum(len(segments.split(block.prose, "en", syntax=block.syntax)) for block in blocks)
    split = best(lambda: [segments.split(block.prose, "en", syntax=block.syntax) for block in blocks])
    print(f"segments.split                    {split:7.3f} s   {pieces} segments")
    with tempfile.TemporaryDirectory() as folder:
        commands(Path(folder), files)


def commands(folder: Path, files: dict[str, str]) -> None:
    """The whole commands, ours and theirs, on files of the same texts."""
    (folder / "source").mkdir()
    (folder / "workflow.toml").write_text(SETTINGS, "utf-8")
    for name, text in files.items():
        (folder / "source" / f"{name}.md").write_bytes(text.encode())
    paths = [str(path) for path in sorted((folder / "source").iterdir())]

    def run(*command: str) -> None:
        subprocess.run(command, cwd=folder, check=True, capture_output=True)

    def timed(name: str, *command: str) -> None:
        try:
            print(f"{name:34}{best(lambda: run(*command), runs=3, clock=time.perf_counter):7.3f} s")
        except subprocess.CalledProcessError as error:
            print(f"{name:34} stops: {' '.join(error.stderr.decode(errors='replace').split())[-200:]}")

    sync = (sys.executable, "-m", "workflow", "sync")
    begun = time.perf_counter()
    run(*sync)
    first = time.perf_counter() - begun
    print(f"{'workflow sync, the first time':34}{first:7.3f} s   templates and one locale's catalogs")
    timed("workflow sync, nothing changed", *sync)
    if shutil.which("po4a-updatepo"):
        masters = [part for path in paths for part in ("-m", path)]
        timed("po4a-updatepo", "po4a-updatepo", "-f", "text", "-o", "markdown", "-M", "UTF-8", *masters, "-p", "o.pot")
    if importlib.util.find_spec("mdpo"):
        timed("mdpo (md2po)", sys.executable, "-m", "mdpo.md2po", "--po-filepath", "o.po", "--save", "--quiet", *paths)


if __name__ == "__main__":
    main()
