"""Turn aligned sentence pairs into the arrays that train.py reads.

    python prepare.py OUT zh=pairs/zh.tsv.xz zh=composed.zh.tsv --vocab 12000 [--start EARLIER]

Each line of a TSV is `english<TAB>target[<TAB>corpus]`; a file without corpora is one, named by its first word
(`composed.zh.tsv` is "composed"). mixture.toml says how often each corpus is seen in an epoch. One SentencePiece
model is shared by all languages given; with more than one, each target begins with a token `__xx__` (`target_prefix`
of a package).

--start EARLIER (a folder with sentencepiece.model, vocab.json and weights-K.npz) goes on from an earlier model: of
the same language pair with its tokenizer, to which the characters it lacks are added; of another pair with a new
tokenizer. Either way OUT/start/ receives its weights, with the embeddings of the pieces that both know, for `train.py
--start OUT/start`.

OUT receives sentencepiece.model, vocab.json (pieces in CTranslate2's order), train.npz (tokens uint16, lengths of
both sides uint8, weights float32, language index) and dev.LANG.CORPUS.tsv: pairs held out, never trained on.
"""

import argparse
import json
import lzma
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import sentencepiece
import tokens
import weights

HERE = Path(__file__).parent
MAX_TOKENS = 126
# where a new piece has a cousin that the earlier model knows, it begins as that
COUSINS = dict(zip("，！？：；（）％～．【】「」『』…", ",!?:;()%~.[]“”‘’.", strict=True))

Pair = tuple[str, str, str]


def read(path: Path) -> Iterator[Pair]:
    """(source, target, corpus) of each line that has both."""
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) >= 2 and fields[0].strip() and fields[1].strip():
                corpus = fields[2] if len(fields) > 2 else path.name.split(".")[0]
                yield fields[0].strip(), fields[1].strip(), corpus


def sound(pair: Pair) -> bool:
    """Not copied, no address, and neither side so long for the other that something must be missing."""
    source, target, _ = pair
    if source == target or "://" in source:
        return False
    letters = sum(map(str.isalpha, source))
    return letters >= 0.6 * len(source.replace(" ", "")) and 0.15 < len(target) / len(source) < 3.5


def split(pairs: list[Pair], held: int, seed: int) -> tuple[list[Pair], list[Pair]]:
    """(train, held out): shuffled by `seed`, no source in both."""
    pairs = list(pairs)
    random.Random(seed).shuffle(pairs)
    out = pairs[:held]
    sources = {source for source, _, _ in out}
    return [pair for pair in pairs[held:] if pair[0] not in sources], out


def carried(earlier: Path, vocab: list[str], seed: int) -> dict[str, np.ndarray]:
    """The weights in `earlier`, its embeddings put where `vocab` has their pieces; the rest is drawn small."""
    arrays = weights.load(earlier)
    known = {piece: i for i, piece in enumerate(json.loads((earlier / "vocab.json").read_text(encoding="utf-8")))}
    old, old_bias = arrays["embedding.weight"], arrays["bias"]
    rng = np.random.default_rng(seed)
    new = rng.normal(0, old.std() * 0.5, (len(vocab), old.shape[1])).astype(np.float32)
    bias = np.full(len(vocab), float(old_bias.mean()), np.float32)
    for i, piece in enumerate(vocab):
        where = known.get(piece, known.get(COUSINS.get(piece, piece)))
        if where is not None:
            new[i], bias[i] = old[where], old_bias[where]
    return arrays | {"embedding.weight": new, "bias": bias}


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("inputs", nargs="+", metavar="LANG=TSV")
    parser.add_argument("--vocab", type=int, default=16000)
    parser.add_argument("--more", type=int, default=400, help="characters added to the tokenizer of --start")
    parser.add_argument("--held", type=int, default=1000, help="pairs held out of each file (a fifth at most)")
    parser.add_argument("--start", type=Path, help="an earlier model to go on from")
    parser.add_argument("--new-tokenizer", action="store_true", help="with --start: of another language pair")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def main() -> None:
    """Prepare as the command line says."""
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    mixture = tomllib.loads((HERE / "mixture.toml").read_text(encoding="utf-8"))
    corpora: dict[str, list[Pair]] = {}
    for item in args.inputs:
        language, name = item.split("=", 1)
        pairs = list({pair[:2]: pair for pair in read(Path(name))}.values())
        train, held = split(pairs, min(args.held, len(pairs) // 5), args.seed)
        train = [pair for pair in train if sound(pair)]
        corpora.setdefault(language, []).extend(train)
        label = "pairs" if name.endswith(".xz") else Path(name).name.split(".")[0]
        text = "".join(f"{source}\t{target}\n" for source, target, _ in held)
        (args.out / f"dev.{language}.{label}.tsv").write_text(text, encoding="utf-8")
        print(f"{item}: {len(train)} to train on, {len(held)} held out", flush=True)
    languages = sorted(corpora)
    prefixes = [f"__{language}__" for language in languages] if len(languages) > 1 else []

    def sides(limit: int) -> Iterator[str]:
        for pairs in corpora.values():
            for source, target, _ in pairs[: limit // len(corpora)]:
                yield from (source, target)

    if args.start and not args.new_tokenizer:
        earlier = (args.start / "sentencepiece.model").read_bytes()
        model = tokens.extended(earlier, sides(len(corpora) * 10**7), more=args.more)
    else:
        model = tokens.train(sides(300_000), size=args.vocab, prefixes=prefixes)
    (args.out / "sentencepiece.model").write_bytes(model)
    vocab = tokens.vocabulary(model)
    (args.out / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    if args.start:
        (args.out / "start").mkdir(exist_ok=True)
        weights.save(carried(args.start, vocab, args.seed), args.out / "start")

    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    chunks, lengths, tags, shares = [], [], [], []
    for index, language in enumerate(languages):
        pairs = corpora[language]
        sources = processor.encode([pair[0] for pair in pairs], num_threads=2)
        targets = processor.encode([pair[1] for pair in pairs], num_threads=2)
        for (_, _, corpus), source, target in zip(pairs, sources, targets, strict=True):
            if not (1 <= len(source) <= MAX_TOKENS and 1 <= len(target) <= MAX_TOKENS):
                continue
            chunks.append(np.array(source + target, dtype=np.uint16) + 1)  # CTranslate2 has one more in front
            lengths.append((len(source), len(target)))
            tags.append(index)
            shares.append(mixture.get(corpus, mixture["other"]))
    np.savez_compressed(
        args.out / "train.npz",
        tokens=np.concatenate(chunks),
        lengths=np.array(lengths, dtype=np.uint8),
        tags=np.array(tags, dtype=np.uint8),
        weights=np.array(shares, dtype=np.float32),
        languages=np.array(languages),
        prefixes=np.array([processor.piece_to_id(p) + 1 for p in prefixes] or [0], dtype=np.int32),
        vocab_size=np.array(len(vocab)),
    )
    seen = np.array(shares) @ np.array(lengths)
    print(
        f"{len(lengths)} pairs, {len(vocab)} pieces; an epoch is {seen[0]:.0f} source and {seen[1]:.0f} target tokens"
    )


if __name__ == "__main__":
    main()
