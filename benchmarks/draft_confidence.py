"""Does confidence tell the worst drafts? AUC for the worst fifth by chrF, on text the weights have not seen.

    python benchmarks/draft_confidence.py [--lines 1600] [--fit] [--locale zh_CN] [--package FILE.argosmodel]

Drafts the first lines of NTREX-128 (news; ../shared/data/ntrex) and sentences of a manual (../shared/data/catalogs,
Comprehensive Rust, of which the package's training data had some) with the newest package in models/ unless another is
named. The first half of each (whole articles of the news) fits the weights (`--fit` prints them), the second is
measured, beside the mean log-probability alone; 0.5 is chance.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

TOP = Path(__file__).parents[1]
REFERENCES = {"zh_CN": ("zho-CN", "zh-CN"), "es": ("spa", "es"), "fr": ("fra", "fr"), "de": ("deu", "de")}
"""What the human translations of a locale are called in NTREX and in the manual's catalogs."""
DATA = TOP.parent / "shared" / "data"
sys.path.insert(0, str(TOP))

from workflow import catalog, draft, markup  # noqa: E402 - the project is found by the line above
from workflow.engine import Translate, argos, packages  # noqa: E402 - likewise
from workflow.model import Entry, State  # noqa: E402 - likewise


def chrf(said: str, wanted: str) -> float:
    """chrF of one sentence: the F2 of letter n-grams up to six, blanks left out."""
    said, wanted = re.sub(r"\s", "", said), re.sub(r"\s", "", wanted)
    scores = []
    for size in range(1, 7):
        ours = Counter(said[at : at + size] for at in range(len(said) - size + 1))
        theirs = Counter(wanted[at : at + size] for at in range(len(wanted) - size + 1))
        if ours and theirs:
            same = sum((ours & theirs).values())
            precision, recall = same / sum(ours.values()), same / sum(theirs.values())
            scores.append(5 * precision * recall / (4 * precision + recall) if same else 0.0)
    return sum(scores) / len(scores) if scores else 0.0


def auc(scores: Sequence[float], bad: Sequence[bool]) -> float:
    """How often a bad one has the lower score than a good one; one half where they are equal."""
    low = np.array([score for score, one in zip(scores, bad, strict=True) if one])
    high = np.array([score for score, one in zip(scores, bad, strict=True) if not one])
    return float((low[:, None] < high).mean() + (low[:, None] == high).mean() / 2)


def worst(scores: Sequence[float]) -> list[bool]:
    limit = sorted(scores)[len(scores) // 5]
    return [score < limit for score in scores]


def engine(locale: str, package: Path | None) -> Translate:
    """The package at work as `workflow draft` has it."""
    route = packages.route(packages.found([package or TOP / "models"]), "en", locale)
    return argos.translator(route, mend_loops=True)


def attempts(sources: Sequence[str], translate: Translate, locale: str) -> list[draft.Attempt]:
    """The attempt behind each draft."""
    kept: list[draft.Attempt] = []

    def keep(attempt: draft.Attempt) -> float:
        kept.append(attempt)
        return float(len(kept) - 1)

    real, draft.confidence = draft.confidence, keep
    jobs = draft.plan([Entry(msgid=source) for source in sources], catalog="", article="", locale=locale)
    rounds = draft.stream(jobs, translate, locale=locale, engine="argos", window=512)
    made = [one for batch in rounds for one in batch]
    draft.confidence = real
    return [kept[int(one.confidence or 0)] for one in made]


FREE = [1, 2, 3, 5, 6, 7]


def fitted(kinds: Sequence[tuple[Sequence[draft.Attempt], Sequence[float]]]) -> tuple[float, ...]:
    """The weights of a logistic regression with a little ridge and an intercept for each kind of text, then their mean.

    Only FREE are fitted: faults and losses are too rare here, and are set.
    """
    values = np.array([draft.features(one) for tried, _ in kinds for one in tried])
    good = np.array([not bad for _, scores in kinds for bad in worst(scores)], float)
    belongs = np.array(
        [[float(row == kind) for kind in range(len(kinds))] for row, (tried, _) in enumerate(kinds) for _ in tried]
    )
    middle, spread = values[:, FREE].mean(axis=0), values[:, FREE].std(axis=0)
    inner = np.concatenate([belongs, (values[:, FREE] - middle) / spread], axis=1)
    fixed = values[:, 8:] @ np.array((-2.0, -1.0))
    ridge = np.diag([0.0] * len(kinds) + [3.0] * len(FREE))
    weights = np.zeros(inner.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-(inner @ weights + fixed)))
        step = inner.T @ (inner * (likely * (1 - likely))[:, None]) + ridge
        weights += np.linalg.solve(step, inner.T @ (good - likely) - ridge @ weights)
    found = np.array(draft.WEIGHTS)
    found[1:8] = 0
    found[FREE] = weights[len(kinds) :] / spread
    found[0] = weights[: len(kinds)].mean() - (found[FREE] * middle).sum()
    return tuple(round(float(weight), 2) for weight in found)


def report(name: str, tried: Sequence[draft.Attempt], scores: Sequence[float]) -> None:
    bad = worst(scores)
    ours = auc([draft.confidence(one) + 1e-6 * one.score for one in tried], bad)
    alone = auc([one.score for one in tried], bad)
    mean = sum(scores) / len(scores)
    print(f"{name:44}{len(tried):6} drafts  chrF {100 * mean:5.1f}  AUC {ours:.3f}  log-probability alone {alone:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1600)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--locale", choices=REFERENCES, default="zh_CN")
    parser.add_argument("--package", type=Path, help="an .argosmodel file")
    args = parser.parse_args()
    translate, (news_name, manual_name) = engine(args.locale, args.package), REFERENCES[args.locale]
    texts = {
        name: (DATA / "ntrex" / f"newstest2019-{name}.txt").read_text("utf-8").split("\n")
        for name in ("src.eng", f"ref.{news_name}")
    }
    articles = (DATA / "ntrex" / "DOCUMENT_IDS.tsv").read_text("utf-8").split("\n")
    lines = zip(*texts.values(), articles, strict=True)
    rows = {row[0]: row for row in lines if row[0] and row[1]}
    chosen = list(rows.values())[: args.lines]
    tried = attempts([row[0] for row in chosen], translate, args.locale)
    scores = [chrf(one.text, row[1]) for one, row in zip(tried, chosen, strict=True)]
    half = next(place for place in range(len(chosen) // 2, len(chosen)) if chosen[place][2] != chosen[place - 1][2])
    manual = manual_pairs(400, manual_name)
    manual_tried = attempts([source for source, _ in manual], translate, args.locale)
    manual_scores = [chrf(one.text, wanted) for one, (_, wanted) in zip(manual_tried, manual, strict=True)]
    part = len(manual) // 2
    if args.fit:
        kinds = [(tried[:half], scores[:half]), (manual_tried[:part], manual_scores[:part])]
        draft.WEIGHTS = draft.LATIN_WEIGHTS = fitted(kinds)  # type: ignore[assignment]
        print("weights", draft.WEIGHTS)
    report(f"news, {args.locale}, second half", tried[half:], scores[half:])
    report(f"manual, {args.locale}, second half", manual_tried[part:], manual_scores[part:])
    report("both together", [*tried[half:], *manual_tried[part:]], [*scores[half:], *manual_scores[part:]])
    halves = turns([row[2] for row in chosen], (tried, scores), (manual_tried, manual_scores))
    print(f"fitted anew on {len(halves)} random halves by article, AUC on the others: {', '.join(_spread(halves))}")
    print(f"mean confidence: news {_mean(tried[half:]):.2f}, manual {_mean(manual_tried[part:]):.2f}")


def _mean(tried: Sequence[draft.Attempt]) -> float:
    return math.fsum(draft.confidence(one) for one in tried) / len(tried)


def turns(articles: Sequence[str], *kinds: tuple[Sequence[draft.Attempt], Sequence[float]]) -> list[list[float]]:
    """AUC on news, on the manual and on both, of weights fitted on one half and measured on the other, by chance."""
    chance, named = np.random.default_rng(1), sorted(set(articles))
    shipped, halves = (draft.WEIGHTS, draft.LATIN_WEIGHTS), []
    for _ in range(12):
        ours = set(chance.permutation(named)[: len(named) // 2])
        sides = [[one in ours for one in articles], [bool(one < 0.5) for one in chance.random(len(kinds[1][0]))]]
        draft.WEIGHTS = draft.LATIN_WEIGHTS = fitted(  # type: ignore[assignment]
            [_part(kind, side) for kind, side in zip(kinds, sides, strict=True)]
        )
        others = [_part(kind, [not one for one in side]) for kind, side in zip(kinds, sides, strict=True)]
        others.append(([one for tried, _ in others for one in tried], [one for _, scores in others for one in scores]))
        halves.append([auc([draft.confidence(one) for one in tried], worst(scores)) for tried, scores in others])
    draft.WEIGHTS, draft.LATIN_WEIGHTS = shipped
    return halves


def _part(
    kind: tuple[Sequence[draft.Attempt], Sequence[float]], side: Iterable[bool]
) -> tuple[list[draft.Attempt], list[float]]:
    return [one for one, take in zip(kind[0], side, strict=True) if take], [
        one for one, take in zip(kind[1], side, strict=True) if take
    ]


def _spread(halves: Sequence[Sequence[float]]) -> list[str]:
    names = ("news", "manual", "both")
    return [
        f"{name} {np.mean(each):.3f} ({min(each):.2f} to {max(each):.2f})"
        for name, each in zip(names, zip(*halves, strict=True), strict=True)
    ]


def manual_pairs(number: int, name: str = "zh-CN") -> list[tuple[str, str]]:
    """Sentences of prose of the manual, with no markup but code, and their reviewed translation."""
    file = DATA / "catalogs" / f"comprehensive-rust.{name}.po"
    pairs = {
        entry.msgid: entry.msgstr
        for entry in catalog.loads(file.read_text("utf-8"), file.name).entries
        if entry.state is State.REVIEWED
        and 40 < len(entry.msgid) < 300
        and "\n" not in entry.msgid
        and not markup.tokens(entry.msgid, "markdown")
    }
    return sorted(pairs.items(), key=lambda pair: hash_of(pair[0]))[:number]


def hash_of(text: str) -> int:
    return int(draft.sha(text), 16)


if __name__ == "__main__":
    main()
