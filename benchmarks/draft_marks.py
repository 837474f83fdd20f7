"""Marks, what must not change, and terms in drafts of real catalogs (../shared/data/catalogs: Comprehensive Rust).

    python benchmarks/draft_marks.py [--most 1200] [--locale zh_CN] [--package FILE.argosmodel]

Three figures, each with its peers, all drafted with the newest package in models/ unless another is named:

- *marks*: of all segments with inline markup, how many drafts have the same marks; and how well marked words are those
  that the human translator marked (F1 of the letters inside each mark). Peers: the same marks put at proportional
  places, and the model given the text with its markup in it.
- *kept*: of all segments with code, addresses, file names, placeholders, tags, emoji or numbers, how many drafts have
  every one. Peer: the model given the text as it is.
- *terms*: of the places where a term of a glossary drawn from the catalog stands, how many have its settled
  translation, and chrF against the human translation with the glossary and without.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

TOP = Path(__file__).parents[1]
DATA = TOP.parent / "shared" / "data" / "catalogs"
sys.path[:0] = [str(TOP), str(TOP / "benchmarks")]

from draft_confidence import REFERENCES, chrf, engine  # noqa: E402 - found by the line above

from workflow import catalog, draft, markup  # noqa: E402 - likewise
from workflow.engine import Hypothesis, Translate, faults, masking  # noqa: E402 - likewise
from workflow.glossary import Term, found  # noqa: E402 - likewise
from workflow.model import Entry, State  # noqa: E402 - likewise

LOCALE = "zh_CN"


def drafts(sources: Sequence[str], translate: Translate, terms: Sequence[Term] = ()) -> list[draft.Draft]:
    jobs = draft.plan(
        [Entry(msgid=source) for source in sources],
        catalog="",
        article="",
        locale=LOCALE,
        syntax="markdown",
        terms=terms,
    )
    return [one for batch in draft.stream(jobs, translate, locale=LOCALE, engine="argos", window=512) for one in batch]


def spans(text: str) -> list[tuple[str, str]]:
    """(kind, letters inside) for each pair of marks around words, in the order of their kinds and openings."""
    stack: list[tuple[str, int, str]] = []
    out: list[tuple[int, str, str]] = []
    for token in markup.tokens(text, "markdown"):
        if token.kind.startswith("open "):
            stack.append((token.kind[5:], token.end, token.target))
        elif token.kind.startswith("close ") and stack and stack[-1][0] == token.kind[6:]:
            kind, start, target = stack.pop()
            inside = re.sub(r"[`*_\s]", "", markup.plain(text[start : token.start], "markdown"))
            out.append((start, f"{kind} {target}", inside))
    return [(kind, inside) for _, kind, inside in sorted(out)]


def overlap(ours: str, theirs: str) -> float:
    same = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * same / (len(ours) + len(theirs)) if ours or theirs else 1.0


def agreement(said: str, human: str) -> list[float]:
    """F1 for each mark of the human's; 0 for one that is not there."""
    ours: dict[str, list[str]] = {}
    for kind, inside in spans(said):
        ours.setdefault(kind, []).append(inside)
    return [overlap(ours[kind].pop(0), inside) if ours.get(kind) else 0.0 for kind, inside in spans(human)]


def marks(pairs: dict[str, str], every: Sequence[str], translate: Translate) -> None:
    def blind(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        return [tuple(Hypothesis(way.text, way.score) for way in ways) for ways in translate(texts)]

    made = drafts(every, translate)
    same = sum(draft._kinds(one.job.source, "markdown") == draft._kinds(one.text, "markdown") for one in made)  # noqa: SLF001
    raw = [ways[0].text for ways in translate(every)]
    copied = sum(
        draft._kinds(source, "markdown") == draft._kinds(text, "markdown")  # noqa: SLF001 - the same measure for both
        for source, text in zip(every, raw, strict=True)
    )
    print(f"marks: {len(every)} segments; the same marks in {same} ({same / len(every):.1%})")
    print(f"       the model given markup: {copied} ({copied / len(every):.1%})")
    judged = [
        source
        for source in every
        if source in pairs
        and any(words_in(source))
        and Counter(kind for kind, _ in spans(source)) == Counter(kind for kind, _ in spans(pairs[source]))
    ]
    by_source = {one.job.source: one.text for one in made}
    ours = [score for source in judged for score in agreement(by_source[source], pairs[source])]
    placed = [score for one in drafts(judged, blind) for score in agreement(one.text, pairs[one.job.source])]
    known = dict(zip(every, raw, strict=True))
    copies = [score for source in judged for score in agreement(known[source], pairs[source])]
    print(f"       F1 with the human's marks, {len(ours)} marks in {len(judged)} segments: {mean(ours):.3f}")
    print(f"       proportional places {mean(placed):.3f}; the model given markup {mean(copies):.3f}")


def words_in(source: str) -> list[bool]:
    """For each mark whether it is around words of the language and not around all there are."""
    whole = len(re.sub(r"\W", "", markup.plain(source, "markdown")))
    return [
        bool(re.search("[a-z]{2}", inside)) and len(re.sub(r"\W", "", inside)) < 0.9 * whole
        for _, inside in spans(source)
    ]


def mean(scores: Sequence[float]) -> float:
    return sum(scores) / len(scores) if scores else 0.0


def kept(every: Sequence[str], translate: Translate) -> None:
    raw = [ways[0].text for ways in translate(every)]
    made = drafts(every, translate)
    whole = sum(not missing(one.job.source, one.text) for one in made)
    named = sum(set(missing(one.job.source, one.text)) <= set(one.lost) for one in made)
    bare = sum(not missing(source, text) for source, text in zip(every, raw, strict=True))
    print(f"kept: {len(every)} segments; everything kept in {whole} ({whole / len(every):.1%})")
    print(f"      lost and named in the provenance: {named - whole}, lost and not named: {len(every) - named}")
    print(f"      the model given the text as it is: {bare} ({bare / len(every):.1%})")
    for one in made:
        if gone := missing(one.job.source, one.text):
            print(f"      lacks {gone}: {one.job.source[:70]!r} -> {one.text[:70]!r}")


def missing(source: str, said: str) -> list[str]:
    """What of the source must not change and is not in the draft, judged by the text alone."""
    wanted = Counter(masking.protected(source))
    wanted.update(token.raw for token in markup.tokens(source, "markdown") if token.kind in {"code", "url", "email"})
    gone = [raw for raw, times in wanted.items() if said.count(raw) < min(times, source.count(raw))]
    return gone + list(faults.lost_numbers(markup.plain(source, "markdown"), markup.plain(said, "markdown")))


_TARGET = re.compile("[\u4e00-\u9fff]{2,8}|[^\\W\\d_\u3040-\u9fff]{3,}(?: [^\\W\\d_\u3040-\u9fff]+){0,2}")


def glossary(pairs: dict[str, str]) -> list[Term]:
    """Short entries of the catalog whose translation the translator used in other entries, too."""
    scores: Counter[Term] = Counter()
    for source, target in pairs.items():
        if re.fullmatch(r"[A-Za-z][a-z]+(?: [a-z]+){0,2}", source) and _TARGET.fullmatch(target):
            term = Term(source.lower(), target)
            hits = [one for one in pairs if one != source and f" {term.source}" in one.lower()]
            agree = sum(target in pairs[one] for one in hits)
            if agree >= 2 and agree > 0.4 * len(hits):
                scores[term] = agree
    return [term for term, _ in scores.most_common(60)]


def settled(pairs: dict[str, str], translate: Translate) -> None:
    terms = glossary(pairs)
    chosen = [source for source in pairs if len(source) < 400 and "\n" not in source and found(terms, source)]
    chosen = [source for source in chosen if source.lower() not in {term.source for term in terms}]
    with_terms, without = drafts(chosen, translate, terms), drafts(chosen, translate)

    def said(made: Sequence[draft.Draft]) -> tuple[int, int]:
        there = places = 0
        for one in made:
            words = masking.masked(one.job.source, "markdown").text
            wanted = Counter(hit.term.target for hit in found(terms, words))
            places += wanted.total()
            there += sum(min(times, one.text.count(target)) for target, times in wanted.items())
        return there, places

    def score(made: Sequence[draft.Draft]) -> float:
        return 100 * mean([chrf(one.text, pairs[one.job.source]) for one in made])

    (there, places), (before, _) = said(with_terms), said(without)
    print(
        f"terms: {len(terms)} terms, {len(chosen)} segments, {places} places; settled in {there} ({there / places:.1%})"
    )
    for one in with_terms:
        wanted = [hit.term for hit in found(terms, masking.masked(one.job.source, "markdown").text)]
        if short := [term.target for term in wanted if term.target not in one.text]:
            print(f"       lacks {short}: {one.job.source[:70]!r} -> {one.text[:60]!r}")
    print(f"       without the glossary {before} ({before / places:.1%})")
    print(f"       chrF with {score(with_terms):.2f}, without {score(without):.2f}")


def main() -> None:
    global LOCALE  # noqa: PLW0603 - one run, one locale
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=1200, help="segments for each figure")
    parser.add_argument("--only", choices=["marks", "kept", "terms"])
    parser.add_argument("--locale", choices=REFERENCES, default=LOCALE)
    parser.add_argument("--package", type=Path, help="an .argosmodel file")
    args = parser.parse_args()
    LOCALE = args.locale
    translate = engine(args.locale, args.package)
    pairs: dict[str, str] = {}
    sources: dict[str, None] = {}
    for file in sorted(DATA.glob("*.po")):
        for entry in catalog.loads(file.read_text("utf-8"), file.name).entries:
            if entry.msgid and "```" not in entry.msgid and len(entry.msgid) < 600:
                sources.setdefault(entry.msgid)
                if (
                    file.name.endswith(f".{REFERENCES[LOCALE][1]}.po")
                    and entry.state is State.REVIEWED
                    and not entry.obsolete
                ):
                    pairs[entry.msgid] = entry.msgstr
    shuffled = sorted(sources, key=draft.sha)
    if args.only in {None, "marks"}:
        marked = [one for one in shuffled if any(token.kind != "break" for token in markup.tokens(one, "markdown"))]
        first = [one for one in marked if one in pairs and any(words_in(one))]
        marks(pairs, list(dict.fromkeys([*first, *marked]))[: args.most], translate)
    if args.only in {None, "kept"}:
        kept([one for one in shuffled if missing(one, "")][: args.most], translate)
    if args.only in {None, "terms"}:
        settled({source: pairs[source] for source in shuffled if source in pairs}, translate)


if __name__ == "__main__":
    main()
