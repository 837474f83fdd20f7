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
    command = [sys.executable, script, *map(str, args)]
    print("+", *command[1:], flush=True)
    subprocess.run(command, check=True, cwd=HERE)


def make(name: str, said: dict[str, Any], pairs: Path, work: Path) -> None:
    """Make one package as `said`, the whole of runs.toml, has it."""
    source, target = name.split("_")
    package = said["packages"][name]
    data, out = work / name / "data", work / name / "weights"
    data.mkdir(parents=True, exist_ok=True)
    files = [pairs / f"{target}.tsv.xz", pairs / f"composed.{target}.tsv"]
    for kind, count in said["compose"].items():
        file = data / f"{kind}.{target}.tsv"
        with file.open("w", encoding="utf-8") as composed:
            command = [sys.executable, str(HERE / "compose.py"), target, kind, str(count)]
            subprocess.run(command, check=True, stdout=composed)
        files += [file] if file.stat().st_size else []
    step("prepare.py", data, *(f"{target}={file}" for file in files), *package["start"])
    begin = data / "start"
    for number, run in enumerate(package["runs"], 1):
        step("train.py", data, out / str(number), "--start", begin, *said["train"], *run)
        begin = out / str(number)
    heads = said["train"][said["train"].index("--heads") + 1]
    card = HERE.parent / "cards" / f"{name}.md"
    step(
        "package.py", data, begin, HERE.parent, "--pair", source, target, "--version", package["version"],
        "--heads", heads, "--readme", card,
    )  # fmt: skip


def main() -> None:
    """Make what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--only", nargs="*", help="packages, such as en_zh")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    said = tomllib.loads((HERE / "runs.toml").read_text(encoding="utf-8"))
    for name in args.only or said["packages"]:
        make(name, said, args.pairs.resolve(), args.work.resolve())


if __name__ == "__main__":
    main()
