"""Drafting against its peers: the same sentences by `workflow draft`, bare CTranslate2 and argostranslate.

    python benchmarks/draft_speed.py [--lines 400] [--peer PYTHON] [--rounds 2] [--package FILE.argosmodel]

Whole processes are timed, start included, in turns; the least of a few rounds counts. `--peer` names a Python with
argostranslate and its torch (docs/install.md); without it its calls alone are made, with its tokenizer. Sentences are
the first of NTREX-128 in ../shared/data/ntrex, the package is the newest into Chinese in models/ unless one is named.
argostranslate is given its sentences one by one, already cut, as its own splitter wants a download. Printed: seconds,
seconds of the cores, peak memory, and how many of our drafts are word for word argostranslate's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).parents[1]
sys.path.insert(0, str(TOP))

from workflow.engine import argos, packages  # noqa: E402 - the project is found by the line above

NEWS = TOP.parent / "shared" / "data" / "ntrex" / "newstest2019-src.eng.txt"

ARGOS = """
import json, sys
from pathlib import Path
import ctranslate2
from argostranslate import package, settings, translate

class OneSentence:
    def split_sentences(self, text):
        return [text]

folder, lines = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))
one = package.Package(folder)
model = ctranslate2.Translator(
    str(folder / "model"), device=settings.device, inter_threads=settings.inter_threads,
    intra_threads=settings.intra_threads, compute_type=settings.compute_type,
)
said = [translate.apply_packaged_translation(one, line, model, OneSentence(), 1)[0].value for line in lines]
Path(sys.argv[3]).write_text(json.dumps(said, ensure_ascii=False), "utf-8")
"""

CALLS = """
import json, sys
from pathlib import Path
import ctranslate2
from argostranslate import package

folder, lines = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))
tokenizer = package.Package(folder).tokenizer
model = ctranslate2.Translator(str(folder / "model"), compute_type="auto", inter_threads=1, intra_threads=0)
said = []
for line in lines:
    (result,) = model.translate_batch([tokenizer.encode(line)], replace_unknowns=True, max_batch_size=32, beam_size=4,
                                      batch_type="tokens", num_hypotheses=1, length_penalty=0.2, return_scores=True)
    said.append(tokenizer.decode(result.hypotheses[0]).removeprefix(" "))
Path(sys.argv[3]).write_text(json.dumps(said, ensure_ascii=False), "utf-8")
"""

BARE = """
import json, os, sys
from pathlib import Path
import ctranslate2, sentencepiece

folder, lines = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8"))
pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.model"))
model = ctranslate2.Translator(str(folder / "model"), compute_type="auto", inter_threads=int(sys.argv[4]),
                               intra_threads=int(sys.argv[5]))
results = model.translate_batch([pieces.encode(line, out_type=str) for line in lines], beam_size=4, length_penalty=0.2,
                                replace_unknowns=True, max_batch_size=1024, batch_type="tokens")
Path(sys.argv[3]).write_text(json.dumps([pieces.decode(r.hypotheses[0]) for r in results], ensure_ascii=False), "utf-8")
"""

SETTINGS = """[publication]
title = "Speed"
locales = ["LOCALE"]

[draft]
packages = ["models"]
"""


def timed(command: list[str], **more: object) -> tuple[float, float, float]:
    """Seconds, seconds of the cores (what counts on a shared machine), and peak memory in MB, of a process."""
    began = time.perf_counter()
    with subprocess.Popen(command, **more) as process:  # type: ignore[call-overload]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ours(home: Path, file: Path, lines: list[str], locale: str) -> tuple[float, float, float]:
    """The whole command on an article with a sentence in each paragraph."""
    (home / "source").mkdir(parents=True)
    (home / "models").mkdir()
    shutil.copy(file, home / "models")
    (home / "workflow.toml").write_text(SETTINGS.replace("LOCALE", locale), "utf-8")
    (home / "source" / "news.txt").write_text("\n\n".join(lines) + "\n", "utf-8")
    command = [sys.executable, "-m", "workflow", "--project", str(home), "-q"]
    # Argos's own folder and the cache are this run's: no other package is taken, and unpacking is timed.
    own = {**os.environ, "ARGOS_PACKAGES_DIR": str(home / "none"), "XDG_CACHE_HOME": str(home / "cache")}
    subprocess.run([*command, "sync"], check=True, cwd=TOP, env=own)
    return timed([*command, "draft"], cwd=TOP, env=own)


def least(times: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """The least of each: on a shared machine others only add."""
    seconds, busy, memory = zip(*times, strict=True)
    return min(seconds), min(busy), max(memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peer", help="a Python that can import argostranslate.translate")
    parser.add_argument("--package", type=Path, help="an .argosmodel file with SentencePiece, from English")
    args = parser.parse_args()
    lines = list(dict.fromkeys(line for line in NEWS.read_text("utf-8").split("\n") if line.strip()))[: args.lines]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # commands are timed as users have them: compiled once
    cores = len(os.sched_getaffinity(0))
    file = (args.package or newest("zh_CN").path).resolve()
    with tempfile.TemporaryDirectory() as away:
        folder = Path(away)
        packages.unpack(file, folder / file.stem)
        package = packages.read(folder / file.stem)
        asked = folder / "lines.json"
        asked.write_text(json.dumps(lines), "utf-8")
        peers = {"bare, one stream": (1, cores), "bare, a stream a core": (cores, 1)}
        times: dict[str, list[tuple[float, float, float]]] = {}
        for turn in range(args.rounds):
            for name, (inter, intra) in peers.items():
                command = [sys.executable, "-c", BARE, str(package.path), str(asked), str(folder / "bare.json")]
                times.setdefault(name, []).append(timed([*command, str(inter), str(intra)]))
            home = folder / f"publication{turn}"
            times.setdefault("workflow draft", []).append(ours(home, file, lines, package.to_code))
        said = folder / "argos.json"
        name, python, program = (
            ("argostranslate", args.peer, ARGOS) if args.peer else ("argostranslate's calls", sys.executable, CALLS)
        )
        times[name] = [timed([python, "-c", program, str(package.path), str(asked), str(said)])]
        same = compared(package, lines, json.loads(said.read_text("utf-8")))
        print(
            f"{package.name}: {len(lines)} sentences, {cores} cores, {sum(len(line.split()) for line in lines)} words"
        )
        rows = {name: least(each) for name, each in times.items()}
        bare = min(rows[name][1] for name in peers)
        for name, (seconds, busy, memory) in rows.items():
            print(
                f"{name:24}{seconds:8.1f} s {busy:8.1f} s of cores {memory:6.0f} MB   "
                f"{bare / busy:.0%} of bare CTranslate2 by seconds of the cores"
            )
        print(*same, sep="\n")


def newest(locale: str) -> packages.Package:
    """The package in models/ for a locale."""
    return packages.route(packages.found([TOP / "models"]), "en", locale)[0]


def compared(package: packages.Package, lines: list[str], theirs: list[str]) -> list[str]:
    """How many of the engine's first hypotheses are argostranslate's, and those that are not."""
    ours = [ways[0].text for ways in argos.translator((package,))(lines)]
    mending = [ways[0].text for ways in argos.translator((package,), mend_loops=True)(lines)]
    short = sum(our != one for our, one in zip(ours, mending, strict=True))
    different = [(line, our, their) for line, our, their in zip(lines, ours, theirs, strict=True) if our != their]
    said = [f"word for word the same: {len(lines) - len(different)} of {len(lines)}"]
    said.append(f"loops cut short where loops are mended, as `workflow draft` does: {short}")
    return said + [f"  {line}\n    ours   {our}\n    theirs {their}" for line, our, their in different]


if __name__ == "__main__":
    main()
