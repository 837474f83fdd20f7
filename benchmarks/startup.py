"""How long `workflow --help` takes, beside a Python that imports click and nothing else; both as whole processes.

The limit is 0.15 s on the machine this was made on; machines differ, so the ratio to `import click` is what to watch.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
OURS = [sys.executable, "-m", "workflow", "--help"]
PEER = [sys.executable, "-c", "import click"]


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    """Print both medians and the median of the ratios, pair by pair."""
    seconds(OURS), seconds(PEER)
    rounds = [(seconds(OURS), seconds(PEER)) for _ in range(RUNS)]
    ours, peer = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(mine / theirs for mine, theirs in rounds)
    print(f"workflow --help  {ours:.3f} s   import click  {peer:.3f} s   ratio {ratio:.2f}   (limit 0.150 s)")


if __name__ == "__main__":
    main()
