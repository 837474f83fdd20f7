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

Mined pairs whose English is like that of the prose composed for the project are seen more often, the others less
(`alike`), and of --noise of all pairs a second form is added: in capitals, or without its last mark.

OUT receives sentencepiece.model, vocab.json (pieces in CTranslate2's order), train.npz (tokens uint16, lengths of
both sides uint8, weights float32, language index) and dev.LANG.CORPUS.tsv: pairs held out, never trained on.
"""

import argparse
import itertools
import json
import lzma
import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import sentencepiece
import tokens
import weights

HERE = Path(__file__).parent
MAX_TOKENS = 126
PROSE = {"composed", "news", "features"}  # what the drafts are wanted to be good at
WHOLE = {"names", "news"}  # trained on to the last line; tests of news are in composed/held.tsv
COMPOSED = PROSE | WHOLE | {"frames", "numbers"}  # written for the project; the others are mined
# where a new piece has a cousin that the earlier model knows, it begins as that
COUSINS = dict(zip("，！？：；（）％～．【】「」『』…", ",!?:;()%~.[]“”‘’.", strict=True))

Pair = tuple[str, str, str]


def stem(path: Path) -> str:
    """What a file without corpora is one of."""
    return path.name.split(".")[0]


def read(path: Path) -> Iterator[Pair]:
    """(source, target, corpus) of each line that has both."""
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) >= 2 and fields[0].strip() and fields[1].strip():
                corpus = fields[2] if len(fields) > 2 else stem(path)
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


def grams(text: str) -> list[str]:
    """The words of `text` in lower case, numbers as one, and each two in a row."""
    words = [re.sub(r"\d+", "0", word) for word in re.findall(r"[\w'’]+", text.lower())]
    return words + [f"{one} {other}" for one, other in itertools.pairwise(words)]


def alike(sources: Sequence[str], wanted: Sequence[str], rest: Sequence[str]) -> np.ndarray:
    """How often to see each of `sources`, [sources], one on the average: 0.2 for the least like, 2.6 for the most.

    Like is what words and pairs of words are likelier in `wanted` than in `rest` (Moore and Lewis 2010, with a naive
    Bayes of one and two words for the language models); only the rank among `sources` counts.
    """
    inside, outside = (Counter(gram for text in texts for gram in set(grams(text))) for texts in (wanted, rest))
    weight = {
        gram: float(np.log((inside[gram] + 0.5) / (len(wanted) + 1)) - np.log((outside[gram] + 0.5) / (len(rest) + 1)))
        for gram in {*inside, *outside}
        if inside[gram] + outside[gram] > 3
    }
    scores = np.empty(len(sources))
    for i, source in enumerate(sources):
        found = [weight[gram] for gram in grams(source) if gram in weight]
        scores[i] = sum(found) / (len(found) + 5)  # a short text says little of its kind
    rank = np.empty(len(sources))
    rank[np.argsort(scores, kind="stable")] = (np.arange(len(sources)) + 0.5) / max(len(sources), 1)
    return 0.2 + 2.4 * rank**2


def varied(pair: Pair, rng: random.Random) -> Pair:
    """`pair` in another form that readers bring: in capitals on both sides, or without its last mark."""
    source, target, corpus = pair
    if rng.random() < 0.5:
        return source.upper(), target.upper(), corpus
    return source.rstrip(".!;:"), target.rstrip(".!;:。！；："), corpus


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
    parser.add_argument("--held", type=int, default=500, help="pairs held out of each file (a fifth at most)")
    parser.add_argument("--start", type=Path, help="an earlier model to go on from")
    parser.add_argument("--new-tokenizer", action="store_true", help="with --start: of another language pair")
    parser.add_argument("--noise", type=float, default=0.02, help="the share of pairs given in a second form too")
    parser.add_argument("--no-alike", action="store_true", help="mined pairs all the same, whatever they are like")
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
        label = "pairs" if name.endswith(".xz") else stem(Path(name))
        train, held = split(pairs, 0 if label in WHOLE else min(args.held, len(pairs) // 5), args.seed)
        train = [pair for pair in train if pair[2] in COMPOSED or sound(pair)]
        corpora.setdefault(language, []).extend(train)
        if held:
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

    rng = random.Random(args.seed)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    chunks, lengths, tags, shares = [], [], [], []
    for index, language in enumerate(languages):
        pairs = corpora[language]
        mixed = mixture | mixture.get(language, {})
        often = [mixed.get(corpus, mixture["other"]) for _, _, corpus in pairs]
        if not args.no_alike:
            wanted = [source for source, _, corpus in pairs if corpus in PROSE]
            mined = [i for i, (_, _, corpus) in enumerate(pairs) if corpus not in COMPOSED]
            found = [pairs[i][0] for i in mined]
            for i, times in zip(mined, alike(found, wanted, found), strict=True):
                often[i] *= float(times)
        drawn = [i for i in range(len(pairs)) if rng.random() < args.noise]
        pairs, often = pairs + [varied(pairs[i], rng) for i in drawn], often + [often[i] for i in drawn]
        sources = processor.encode([pair[0] for pair in pairs], num_threads=2)
        targets = processor.encode([pair[1] for pair in pairs], num_threads=2)
        for times, source, target in zip(often, sources, targets, strict=True):
            if not (1 <= len(source) <= MAX_TOKENS and 1 <= len(target) <= MAX_TOKENS):
                continue
            chunks.append(np.array(source + target, dtype=np.uint16) + 1)  # CTranslate2 has one more in front
            lengths.append((len(source), len(target)))
            tags.append(index)
            shares.append(times)
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
