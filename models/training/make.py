"""Make the packages of models/ anew, as runs.toml says: compose, prepare, train, package.

    python make.py PAIRS [--only en_zh] [--work FOLDER]

PAIRS is a folder with LANG.tsv.xz and composed.LANG.tsv (README.md says where they come from). The same pairs,
versions (requirements.txt) and steps on the same kind of processor give the same weights; on another they differ in
the last bits and the drafts in a few words. A run of this kind takes hours of a CPU.
"""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def step(script: str, *args: object) -> None:
    """Run a script of this folder."""
    command = [sys.executable, str(HERE / script), *map(str, args)]
    print("+", *command[1:], flush=True)
    subprocess.run(command, check=True)


def make(name: str, run: dict[str, Any], pairs: Path, work: Path) -> None:
    """Make one package."""
    source, target = name.split("_")
    data, out = work / name / "data", work / name / "weights"
    data.mkdir(parents=True, exist_ok=True)
    numbers = data / f"numbers.{target}.tsv"
    with numbers.open("w", encoding="utf-8") as composed:
        subprocess.run(
            [sys.executable, str(HERE / "compose.py"), target, str(run["numbers"])], check=True, stdout=composed
        )
    files = [pairs / f"{target}.tsv.xz", pairs / f"composed.{target}.tsv", numbers]
    start = [value for key, value in run.get("start", {}).items() for value in (f"--{key}", HERE / str(value))]
    step("prepare.py", data, *(f"{target}={file}" for file in files), *start, *run.get("prepare", []))
    step("train.py", data, out, *(["--start", data / "start"] if start else []), *run["train"])
    card = HERE.parent / "cards" / f"{name}.md"
    step(
        "package.py", data, out, HERE.parent, "--pair", source, target, "--version", run["version"],
        "--heads", run["heads"], "--readme", card,
    )  # fmt: skip


def main() -> None:
    """Make what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--only", nargs="*", help="packages, such as en_zh")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    runs = tomllib.loads((HERE / "runs.toml").read_text(encoding="utf-8"))
    for name, run in runs.items():
        if not args.only or name in args.only:
            make(name, run, args.pairs, args.work)


if __name__ == "__main__":
    main()
