"""Cutting a book of 574 Markdown files into prose, into sentences, and its templates, beside po4a and mdpo.

    python benchmarks/readers.py             the book
    python benchmarks/readers.py --large     one article of 50 MB, 10,000 quotes in one another, a line of 1 MB, too

Takes Comprehensive Rust where it is at hand (../shared/data), a made-up book elsewhere. The best of five runs each, in
seconds of this process; whole commands (`workflow sync`, `po4a-updatepo`, `md2po`) in seconds of all cores together
and by the clock, the best of five. Peers that are not on the PATH are left out. The exit code is 1 where a text does
not join back.
"""

from __future__ import annotations

import os
import resource
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
SETTINGS = '[publication]\ntitle = "Book"\nsource = "en"\nlocales = [{}]\n'
PAGE = "# Head\n\nA paragraph with *emphasis*, `code` and a [link](/u).\nIt goes on. And on.\n\n- an item\n\n"
MDPO = """
import sys
from mdpo.md2po import markdown_to_pofile
for path in sys.argv[1:]:
    markdown_to_pofile([path], save=True, po_filepath=path.removesuffix(".md") + ".pot")
"""
# What an installed program has: its modules compiled once.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def best(what: Callable[[], object], *, runs: int = 5) -> float:
    """Seconds of this process in the quickest run."""
    times = []
    for _ in range(runs):
        begun = time.process_time()
        what()
        times.append(time.process_time() - begun)
    return min(times)


def book() -> dict[str, str]:
    """The files of the book by a name that is a slug."""
    if not BOOK.exists():
        return {f"page-{number}": PAGE * 6 for number in range(574)}
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
    if "--large" in sys.argv:
        large()


def commands(folder: Path, files: dict[str, str]) -> None:
    """The whole commands, ours and theirs, on files of the same texts."""
    (folder / "source").mkdir()
    for name, text in files.items():
        (folder / "source" / f"{name}.md").write_bytes(text.encode())
    paths = [str(path) for path in sorted((folder / "source").iterdir())]

    def timed(name: str, *command: str, forget: tuple[str, ...] = ()) -> None:
        used, taken = [], []
        for _ in range(5):
            for gone in forget:
                shutil.rmtree(folder / gone, ignore_errors=True)
                (folder / gone).unlink(missing_ok=True)
            before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            run = subprocess.run(
                command, cwd=folder, check=False, capture_output=True, stdin=subprocess.DEVNULL, env=ENVIRONMENT
            )
            taken.append(time.perf_counter() - begun)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            if run.returncode:
                print(f"{name:34} stops: {' '.join(run.stderr.decode(errors='replace').split())[-200:]}")
                return
        print(f"{name:34}{min(used):7.3f} s   {min(taken):.3f} s by the clock")

    sync = (sys.executable, "-m", "workflow", "sync")
    for locales, what in (("", "templates"), ('"zh_CN"', "and a locale")):
        (folder / "workflow.toml").write_text(SETTINGS.format(locales), "utf-8")
        timed(f"workflow sync, {what}, first", *sync, forget=("locales", ".workflow"))
        timed(f"workflow sync, {what}, again", *sync)
        timed(f"workflow sync, {what}, no record", *sync, forget=(".workflow",))
    if shutil.which("po4a-updatepo"):
        masters = [part for path in paths for part in ("-m", path)]
        command = ("po4a-updatepo", "-f", "text", "-o", "markdown", "-M", "UTF-8", *masters, "-p", "o.pot")
        timed("po4a-updatepo, first", *command, forget=("o.pot",))
        timed("po4a-updatepo, again", *command)
    if script := shutil.which("md2po"):
        # Into one catalog its time grows with the square of the files, so each has its own, as with us.
        python = Path(script).read_text("utf-8").partition("\n")[0].removeprefix("#!")
        timed("mdpo, first", python, "-c", MDPO, *paths, forget=tuple(f"source/{name}.pot" for name in files))
        timed("mdpo, again", python, "-c", MDPO, *paths)


def large() -> None:
    """One text of each kind that a reader could stumble over, beside a tenth of it: ten times the time is linear."""
    cases: list[tuple[str, str, Callable[[int], str]]] = [
        ("50 MB of Markdown", "a.md", lambda tenths: PAGE * (tenths * 5_000_000 // len(PAGE))),
        ("50 MB of HTML", "a.html", lambda tenths: "<p>A <b>word</b> or two. And more.</p>\n" * (tenths * 128_000)),
        ("10,000 quotes in one another", "a.md", lambda tenths: "> " * (tenths * 1000) + "A word.\n"),
        ("a line of 1 MB", "a.md", lambda tenths: "A *word*, `code` and [more](/u). " * (tenths * 3200) + "\n"),
        ("a line of 1 MB of HTML", "a.html", lambda tenths: "A <b>word</b> or two. " * (tenths * 4600) + "\n"),
        ("a line of 1 MB, no blank in it", "a.md", lambda tenths: "word." * (tenths * 20_000) + "\n"),
    ]
    for name, file, text in cases:
        times = []
        for tenths in (1, 10):
            told = text(tenths)
            begun = time.process_time()
            article = readers.read(file, told)
            read = time.process_time()
            for block in article.blocks:
                segments.split(block.prose, "en", syntax=block.syntax)
            times.append((read - begun, time.process_time() - read))
            if article.text != told:
                sys.exit(f"{name}: does not join back")
            del article, told
        (little, little_cut), (much, much_cut) = times
        print(
            f"{name:34}{much:7.2f} s to read, {much_cut:.2f} s to cut   "
            f"{much / little:.1f} and {much_cut / max(little_cut, 1e-4):.1f} times those of a tenth"
        )


if __name__ == "__main__":
    main()
