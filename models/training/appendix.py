"""What a package says, unedited: the appendix of its card.

    python appendix.py PACKAGE --article ARTICLE.pot --news SOURCE.txt > ../appendix/en_zh.md

Every segment of the article with its draft, and the drafts of the first 50 lines of the news (by their numbers: the
sentences are not ours). By the model alone, beam 4, as argostranslate would give them; `workflow draft` does more.
"""

from __future__ import annotations

import argparse
import tempfile
import zipfile
from pathlib import Path

from evaluate import Package

from workflow import catalog


def main() -> None:
    """Print as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--article", type=Path, required=True)
    parser.add_argument("--news", type=Path, required=True)
    parser.add_argument("--count", type=int, default=50)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as unpacked:
        with zipfile.ZipFile(args.package) as packed:
            packed.extractall(unpacked)
        package = Package(next(Path(unpacked).iterdir()))
    entries = catalog.loads(args.article.read_text(encoding="utf-8"), args.article.name).entries
    segments = [entry.msgid for entry in entries if entry.msgid]
    news = args.news.read_text(encoding="utf-8").splitlines()[: args.count]
    print(f"# {args.package.stem}: what it says\n\nThe model alone, beam 4, nothing edited.\n")
    print(f"## The article `{args.article.stem}`\n")
    for source, draft in zip(segments, package.drafts(segments, 4), strict=True):
        print(f"> {source}\n\n{draft}\n")
    print(f"## The first {args.count} lines of NTREX-128, by number\n")
    for number, draft in enumerate(package.drafts(news, 4), 1):
        print(f"{number}. {draft}")


if __name__ == "__main__":
    main()
