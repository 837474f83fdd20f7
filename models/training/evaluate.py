"""BLEU and chrF of an Argos package on aligned text, and its speed.

    python evaluate.py PACKAGE --news SOURCE.txt REFERENCE.txt --pairs HELD-OUT.tsv …

Prints one table row a test and beam (sacrebleu, whose signatures follow), how long the package takes to load and how
many sentences of news it drafts a second on this machine.
"""

import argparse
import json
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import sacrebleu
import sentencepiece

TOKENIZERS = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}


class Package:
    """An unpacked Argos package, translating as argostranslate does."""

    def __init__(self, folder: Path) -> None:
        begun = time.perf_counter()
        said = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
        self.code, self.prefix = said["to_code"], said.get("target_prefix", "")
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.model"))
        self.model = ctranslate2.Translator(
            str(folder / "model"), compute_type="int8", inter_threads=2, intra_threads=1
        )
        self.loading = time.perf_counter() - begun

    def drafts(self, sources: Sequence[str], beam: int) -> list[str]:
        """A draft of each source."""
        tokens = self.pieces.encode(list(sources), out_type=str)
        results = self.model.translate_batch(
            tokens,
            beam_size=beam,
            length_penalty=0.2,
            replace_unknowns=True,
            max_batch_size=1024,
            batch_type="tokens",
            target_prefix=[[self.prefix]] * len(tokens) if self.prefix else None,
        )
        skip = 1 if self.prefix else 0
        return [str(self.pieces.decode(result.hypotheses[0][skip:])) for result in results]


def aligned(source: Path, reference: Path) -> list[tuple[str, str]]:
    """The lines of two files that belong together."""
    sides = (path.read_text(encoding="utf-8").splitlines() for path in (source, reference))
    return [(one, other) for one, other in zip(*sides, strict=True) if one.strip() and other.strip()]


def held(path: Path, lines: int) -> list[tuple[str, str]]:
    """The first `lines` pairs of a TSV."""
    rows = [line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row[0], row[1]) for row in rows][:lines]


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--news", type=Path, nargs=2)
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--lines", type=int, default=500, help="of each held-out file")
    parser.add_argument("--beams", type=int, nargs="*", default=[1, 4])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as unpacked:
        with zipfile.ZipFile(args.package) as packed:
            packed.extractall(unpacked)
        package = Package(next(Path(unpacked).iterdir()))
    tests = {"news (NTREX-128)": aligned(*args.news)} if args.news else {}
    tests |= {path.name: held(path, args.lines) for path in args.pairs}
    bleu = sacrebleu.BLEU(tokenize=TOKENIZERS.get(package.code, "13a"))
    chrf = sacrebleu.CHRF()
    print("| test | pairs | beam | BLEU | chrF | sentences a second |\n|---|---:|---:|---:|---:|---:|")
    for name, pairs in tests.items():
        references = [[reference for _, reference in pairs]]
        for beam in args.beams:
            begun = time.perf_counter()
            said = package.drafts([source for source, _ in pairs], beam)
            speed = len(pairs) / (time.perf_counter() - begun)
            scores = (bleu.corpus_score(said, references).score, chrf.corpus_score(said, references).score)
            print(f"| {name} | {len(pairs)} | {beam} | {scores[0]:.1f} | {scores[1]:.1f} | {speed:.0f} |", flush=True)
    print(f"\nloads in {package.loading:.2f} s; {bleu.get_signature()}; {chrf.get_signature()}")


if __name__ == "__main__":
    main()
