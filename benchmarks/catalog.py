"""Reading and writing a catalog of 4,500 entries, changing one, and merging it, beside polib, msgcat and msgmerge.

Takes the Chinese catalog of Comprehensive Rust where it is at hand (../shared/data/catalogs), a made-up one elsewhere.
The best of five runs each; msgcat and msgmerge with the start of their process. The exit code is 1 where reading and
writing takes longer than polib's.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polib

from workflow import catalog, files
from workflow.model import Entry

REAL = Path(__file__).parents[2] / "shared" / "data" / "catalogs" / "comprehensive-rust.zh-CN.po"
NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)


def best(what: Callable[[], object], runs: int = 5) -> float:
    """Seconds of the quickest run."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        what()
        times.append(time.perf_counter() - begun)
    return min(times)


def made_up() -> str:
    """The text of a catalog of 4,500 entries with Chinese translations of some length."""
    rng = random.Random(1)
    letters = "中文的翻译需要年月日大小多少人们可以，。"
    fresh = catalog.new("zh_CN", article="made-up", source="en")
    entries = [
        Entry(
            msgid=" ".join(rng.choice(["river", "bank", "rose", "fell", "three", "old"]) for _ in range(18)) + f" {n}.",
            msgstr="".join(rng.choice(letters) for _ in range(45)),
            references=("source/made-up.md",),
        )
        for n in range(4500)
    ]
    return catalog.dumps(catalog.with_entries(fresh, {entry.key: entry for entry in entries}, now=NOW))


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        sys.exit(measure(folder))
    finally:
        shutil.rmtree(folder)


def measure(folder: Path) -> int:
    path, pot, out = folder / "a.po", folder / "a.pot", folder / "out.po"
    files.write(path, REAL.read_bytes() if REAL.exists() else made_up().encode())
    read = catalog.loads(files.read_text(path, "a.po"))
    live = [entry for entry in read.entries if not entry.obsolete]
    files.write(pot, catalog.dumps(catalog.template(live, now=NOW)).encode())
    entry = live[len(live) // 2]
    changed = replace(entry, msgstr=f"{entry.msgstr}。")
    edited = [replace(one, raw=None) for one in live]
    for place in range(0, len(edited), 50):
        edited[place] = replace(edited[place], msgid=f"{edited[place].msgid} (revised)")

    def ours() -> None:
        out.write_bytes(catalog.dumps(catalog.loads(files.read_text(path, "a.po"))).encode())

    def theirs() -> None:
        polib.pofile(str(path), wrapwidth=78).save(str(out))

    def one_entry() -> None:
        now = catalog.with_entries(catalog.loads(files.read_text(path, "a.po")), {entry.key: changed}, now=NOW)
        out.write_bytes(catalog.dumps(now).encode())

    print(f"{path.stat().st_size:,} bytes, {len(read.entries):,} entries ({REAL.name if REAL.exists() else 'made up'})")
    mine, polibs = best(ours), best(theirs)
    print(f"read and write       ours {mine:.3f} s, polib {polibs:.3f} s: {mine / polibs:.2f} of polib's time")
    print(f"change one entry     ours {best(one_entry):.3f} s, reading and writing among it")
    print(f"merge, unchanged     ours {best(lambda: catalog.merge(read, live, now=NOW)):.3f} s")
    print(f"merge, 2 % edited    ours {best(lambda: catalog.merge(read, edited, now=NOW), 2):.3f} s")
    if shutil.which("msgcat"):
        for command in (["msgcat", str(path)], ["msgmerge", "--quiet", "--previous", str(path), str(pot)]):
            run = [*command, "-o", str(out)]
            took = best(lambda run=run: subprocess.run(run, check=True, capture_output=True), 3)  # type: ignore[misc]
            print(f"{command[0]:<20} {took:.3f} s for the same file")
    return int(mine > polibs)


if __name__ == "__main__":
    main()
