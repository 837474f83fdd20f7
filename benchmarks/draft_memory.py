"""The memory of 100,000 translations, asked 1,000 times: seconds, and how often it finds what comparing all would.

    python benchmarks/draft_memory.py

Sources are stretches of NTREX-128's English (../shared/data/ntrex); half of the questions are such a stretch with some
words changed. The peer is rapidfuzz over all of them, for a sample of the questions.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP))

from rapidfuzz import fuzz, process  # noqa: E402 - the peer

from workflow import memory  # noqa: E402 - the project is found by the line above
from workflow.model import Entry  # noqa: E402 - likewise

NEWS = TOP.parent / "shared" / "data" / "ntrex" / "newstest2019-src.eng.txt"


def main() -> None:
    chance = random.Random(2)
    words = NEWS.read_text("utf-8").split()

    def stretch() -> str:
        start = chance.randrange(len(words) - 40)
        return " ".join(words[start : start + chance.randint(4, 32)])

    sources = [stretch() for _ in range(100_000)]
    entries = [Entry(msgid=source, msgstr="x") for source in sources]
    asked = [stretch() for _ in range(500)]
    for source in chance.sample(sources, 500):
        parts = source.split()
        for _ in range(max(1, len(parts) // 8)):
            parts[chance.randrange(len(parts))] = chance.choice(words)
        asked.append(" ".join(parts))
    began, busy = time.perf_counter(), time.process_time()
    known = memory.index({"a": entries})
    found = [known.exact(source) or known.closest(source, at_least=80) for source in asked]
    print(
        f"indexed and searched in {time.perf_counter() - began:.2f} s ({time.process_time() - busy:.2f} s of a core); "
        f"{sum(match is not None for match in found)} of {len(asked)} found"
    )
    keys, same, began = list(dict.fromkeys(sources)), 0, time.perf_counter()
    sample = list(zip(asked, found, strict=True))[::20]
    for source, match in sample:
        best = process.extractOne(source, keys, scorer=fuzz.ratio, score_cutoff=80)
        mine = fuzz.ratio(source, match.unit.source) if match else 0
        same += mine == (best[1] if best else 0)
    took = (time.perf_counter() - began) / len(sample) * 1000
    print(f"as good as comparing all: {same} of {len(sample)}; comparing all takes {took:.0f} s for 1,000")


if __name__ == "__main__":
    main()
