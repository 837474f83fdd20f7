"""Drafting against its peers: the same sentences by `workflow draft`, bare CTranslate2 and argostranslate.

    python benchmarks/draft_speed.py [--lines 400] [--peer PYTHON] [--rounds 1]

Whole processes are timed, start included. `--peer` names a Python with argostranslate and its torch (docs/install.md);
without it the two others are compared. Sentences are the first of NTREX-128 in ../shared/data/ntrex, the package is the
one in models/. argostranslate is given its sentences one by one, already cut, as its own splitter wants a download.
Printed: seconds, sentences a second, peak memory, and how many of our drafts are word for word argostranslate's.
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
import zipfile
from pathlib import Path

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "models" / "translate-en_zh-0_1.argosmodel"
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
locales = ["zh_CN"]

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


def ours(folder: Path, lines: list[str], rounds: int) -> tuple[float, float, float]:
    """The whole command on an article with a sentence in each paragraph."""
    best = (1e9, 0.0, 0.0)
    for turn in range(rounds):
        home = folder / f"publication{turn}"
        (home / "source").mkdir(parents=True)
        (home / "models").mkdir()
        shutil.copy(PACKAGE, home / "models")
        (home / "workflow.toml").write_text(SETTINGS, "utf-8")
        (home / "source" / "news.txt").write_text("\n\n".join(lines) + "\n", "utf-8")
        command = [sys.executable, "-m", "workflow", "--project", str(home), "-q"]
        subprocess.run([*command, "sync"], check=True, cwd=TOP)
        best = min(best, timed([*command, "draft"], cwd=TOP))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peer", help="a Python that can import argostranslate.translate")
    args = parser.parse_args()
    lines = list(dict.fromkeys(line for line in NEWS.read_text("utf-8").split("\n") if line.strip()))[: args.lines]
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as away:
        folder = Path(away)
        zipfile.ZipFile(PACKAGE).extractall(folder)
        package = folder / PACKAGE.stem
        asked = folder / "lines.json"
        asked.write_text(json.dumps(lines), "utf-8")
        rows = {}
        for name, inter, intra in (("bare, one stream", 1, cores), ("bare, a stream a core", cores, 1)):
            command = [sys.executable, "-c", BARE, str(package), str(asked), str(folder / "bare.json")]
            rows[name] = min(timed([*command, str(inter), str(intra)]) for _ in range(args.rounds))
        rows["workflow draft"] = ours(folder, lines, args.rounds)
        same = None
        if args.peer:
            said = folder / "argos.json"
            rows["argostranslate"] = timed([args.peer, "-c", ARGOS, str(package), str(asked), str(said)])
            same = compared(package, lines, json.loads(said.read_text("utf-8")))
        print(f"{len(lines)} sentences, {cores} cores, {sum(len(line.split()) for line in lines)} words")
        for name, (seconds, busy, memory) in rows.items():
            print(f"{name:24}{seconds:8.1f} s {busy:8.1f} s of cores {len(lines) / seconds:8.1f} /s {memory:6.0f} MB")
        if same:
            print(*same, sep="\n")


def compared(package: Path, lines: list[str], theirs: list[str]) -> list[str]:
    """How many of the engine's first hypotheses are argostranslate's, and those that are not."""
    sys.path.insert(0, str(TOP))
    from workflow.engine import argos, packages

    ours = [ways[0].text for ways in argos.translator((packages.read(package),))(lines)]
    different = [(line, our, their) for line, our, their in zip(lines, ours, theirs, strict=True) if our != their]
    said = [f"word for word the same: {len(lines) - len(different)} of {len(lines)}"]
    return said + [f"  {line}\n    ours   {our}\n    theirs {their}" for line, our, their in different]


if __name__ == "__main__":
    main()
