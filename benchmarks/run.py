"""Runs every benchmark of this folder, one after the other; `make bench`. Names on the command line choose some."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOT_ALONE = {"run", "checks_peers"}  # this one, and what checks.py runs in the peers' own environment


def main() -> None:
    """Run them; the exit code is 1 if one of them failed."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # whole commands are timed as users have them: compiled once
    wanted = set(sys.argv[1:])
    failed = []
    for script in sorted(HERE.glob("*.py")):
        if script.stem in NOT_ALONE or (wanted and script.stem not in wanted):
            continue
        print(f"\n== {script.stem}", flush=True)
        if subprocess.run([sys.executable, str(script)], check=False).returncode:
            failed.append(script.stem)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
