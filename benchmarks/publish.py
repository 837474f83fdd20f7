"""How long `workflow publish` takes for a whole book: Comprehensive Rust, 574 articles, in one locale.

    python benchmarks/publish.py                 the book in ../shared/data, with its Chinese translation
    python benchmarks/publish.py --articles 50   a part of it
    python benchmarks/publish.py --synthetic     574 articles made here, where the book is not

Prints one JSON object: seconds of the command as a user runs it, start of Python included, best of three.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import polib

from workflow import catalog, project

REPOSITORY = Path(__file__).parents[1]
DATA = REPOSITORY.parent / "shared" / "data"
BOOK = DATA / "comprehensive-rust-src.tar.gz"
CHINESE = DATA / "catalogs" / "comprehensive-rust.zh-CN.po"
SETTINGS = '[publication]\ntitle = "The book"\nlocales = ["zh_CN"]\n[segments]\ngrain = "block"\n'


def book(limit: int) -> dict[str, str]:
    """The articles by their slug."""
    found = {}
    with tarfile.open(BOOK) as archive:
        for member in sorted(archive.getmembers(), key=lambda one: one.name):
            file = archive.extractfile(member) if member.name.endswith(".md") else None
            if file is not None:
                name = re.sub(r"[^a-z0-9]+", "-", member.name.removesuffix(".md").lower()).strip("-")
                text = file.read().decode()
                found[name] = text if text.strip() else "Nothing here yet.\n"
    return dict(list(found.items())[:limit])


def synthetic(limit: int) -> dict[str, str]:
    """Articles of about the book's length, with headings, lists, code and a table."""
    part = "## Part {0}\n\nThe *harbour* has {0} ships, and [a plan](https://example.org/{0}).\n\n- One.\n- Two.\n\n"
    code = "```python\nfor ship in range({0}):\n    print(ship)\n```\n\n| Ship | Tons |\n|---|---:|\n| Ann | {0} |\n\n"
    return {
        f"article-{number}": f"# Article {number}\n\n"
        + "".join((part + code).format(number * 10 + n) for n in range(6))
        for number in range(limit)
    }


def prepare(root: Path, articles: dict[str, str], known: dict[str, str]) -> int:
    """A publication with every entry reviewed: by the book's translators where they have it. How many segments."""
    (root / "source").mkdir(parents=True)
    (root / "workflow.toml").write_text(SETTINGS, "utf-8")
    for name, text in articles.items():
        (root / "source" / f"{name}.md").write_text(text, "utf-8")
    here = project.find(root)
    for _ in project.sync(here, (), ()):
        pass
    total = 0
    for path in sorted((root / "locales" / "zh_CN" / "LC_MESSAGES").glob("*.po")):
        loaded = catalog.loads(path.read_text("utf-8"), path.name)
        said = [replace(entry, msgstr=known.get(entry.msgid) or f"译文：{entry.msgid}") for entry in loaded.entries]
        total += len(said)
        path.write_text(catalog.dumps(replace(loaded, entries=tuple(said))), "utf-8")
    return total


def seconds(root: Path) -> float:
    """How long one `workflow publish zh_CN` takes."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "workflow", "--project", str(root), "-q", "publish", "zh_CN"]
    subprocess.run(command, check=True)
    return time.perf_counter() - begun


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=574)
    options.add_argument("--synthetic", action="store_true")
    chosen = options.parse_args()
    real = BOOK.exists() and not chosen.synthetic
    articles = book(chosen.articles) if real else synthetic(chosen.articles)
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CHINESE)) if entry.msgstr} if real else {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "book"
        segments = prepare(root, articles, known)
        whole, nothing, one = [], [], []
        for turn in range(3):
            shutil.rmtree(root / "editions", ignore_errors=True)
            whole.append(seconds(root))
            nothing.append(seconds(root))
            article = root / "source" / f"{next(iter(articles))}.md"
            article.write_text(f"{article.read_text('utf-8')}\n<!-- {turn} -->\n", "utf-8")
            one.append(seconds(root))
        size = sum(path.stat().st_size for path in (root / "editions").rglob("*") if path.is_file())
    print(
        json.dumps(
            {
                "book": "Comprehensive Rust" if real else "synthetic",
                "articles": len(articles),
                "segments": segments,
                "pages_mb": round(size / 1e6, 1),
                "whole_seconds": round(min(whole), 2),
                "unchanged_seconds": round(min(nothing), 2),
                "one_changed_seconds": round(min(one), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
