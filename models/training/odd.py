"""Odd inputs, by which a model is tempted to loop, to say nothing or to copy.

    python odd.py PACKAGE [--pairs held-out.tsv …] [--count 2000]

Nine kinds, as many of each: one word, a few words, capitals throughout, only numbers, code, emoji, 300 words, other
languages, and marks in odd places; made from held-out sentences by a seed, so that they are the same each time. Each
is drafted by the bare model (beam 4) and by `workflow draft`, and a draft fails where it says something three times
over that the source does not, is empty, or is the source again though that is words of English. Printed: a table.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from workflow import draft, languages
from workflow.engine import argos, faults, packages
from workflow.model import Entry

EMOJI = "😀🎉🚀❤️👍🏽🇨🇳🔥✨🙃📈👩‍🚀☕"
CODE = [
    "for (int i = 0; i < {n}; i++) {{ {w}[i] = 0; }}",
    "def {w}({v}): return {v} + {n}",
    "SELECT {w} FROM {v} WHERE id = {n};",
    'print("{w} {v}")',
    "git commit -m '{w} {v}' && make {w}",
    "<div class='{w}'>{v}</div>",
    "{w}.{v}({n}, nullptr)",
    "curl -X POST localhost:{n}/{w}",
]
OTHERS = [
    "Der Bürgermeister eröffnete am Montag die neue Brücke über den Fluss.",
    "La ministre a présenté hier un plan de soutien aux petites entreprises.",
    "El gobierno anunció una subida de las pensiones a partir de enero.",
    "Il consiglio comunale ha approvato il bilancio con tre voti di scarto.",
    "Правительство представило план поддержки малого бизнеса.",
    "政府は月曜日、新しい橋の開通を発表した。",
    "정부는 월요일에 새로운 다리의 개통을 발표했다.",
    "市政府周一宣布新桥通车。",
    "أعلنت الحكومة يوم الاثنين افتتاح الجسر الجديد.",
    "सरकार ने सोमवार को नए पुल के उद्घाटन की घोषणा की।",
    "Burmistrz otworzył w poniedziałek nowy most na rzece.",
    "Chính phủ hôm thứ Hai công bố khánh thành cây cầu mới.",
    "Η κυβέρνηση ανακοίνωσε τη Δευτέρα τα εγκαίνια της νέας γέφυρας.",
]


def odd(sentences: Sequence[str], count: int, seed: int = 5) -> list[tuple[str, str]]:
    """(kind, text) of `count` odd inputs, evenly of each kind, without repeats where there is enough to draw from."""
    rng = random.Random(seed)
    words = sorted({word for sentence in sentences for word in sentence.split() if word.isalpha() and len(word) > 2})

    def numbers() -> str:
        return " ".join(
            rng.choice(["{:,}", "{}", "{}%", "${}", "{}.5"]).format(rng.randint(0, 10**6)) for _ in range(3)
        )

    def marks() -> str:
        sentence, mark = (
            rng.choice(sentences),
            rng.choice(["…", "...", "—", '"', "“", "!!!", "•", "- ", "* ", "?!", "(", ";"]),
        )
        return rng.choice([mark + sentence, sentence.rstrip(".") + mark, sentence.replace(" ", f" {mark} ", 2)])

    def long() -> str:
        text: list[str] = []
        while len(text) < 300:
            text += rng.choice(sentences).split()
        return " ".join(text[:300])

    def other() -> str:
        chosen = rng.choice(OTHERS).split(" ")
        return " ".join(chosen + rng.choice(OTHERS).split(" ")[: rng.randint(0, 6)])

    kinds: dict[str, Callable[[], str]] = {
        "one word": lambda: rng.choice(words),
        "a few words": lambda: " ".join(rng.sample(words, rng.randint(2, 4))),
        "capitals": lambda: rng.choice(sentences).upper(),
        "only numbers": numbers,
        "code": lambda: rng.choice(CODE).format(w=rng.choice(words), v=rng.choice(words), n=rng.randint(0, 999)),
        "emoji": lambda: rng.choice(EMOJI) * rng.randint(1, 3) + rng.choice(["", " " + rng.choice(sentences)]),
        "300 words": long,
        "other languages": other,
        "marks": marks,
    }
    drawn: dict[str, str] = {}
    for number in range(count * 20):
        kind = list(kinds)[number % len(kinds)]
        if sum(1 for one in drawn.values() if one == kind) < -(-count // len(kinds)):
            drawn.setdefault(kinds[kind](), kind)
        if len(drawn) >= count:
            break
    return [(kind, text) for text, kind in drawn.items()]


def failure(source: str, target: str, *, script: str, english: bool) -> str:
    """`loop`, `empty`, `copied`, or nothing."""
    letters = sum(map(str.isalpha, source))
    if letters and not target.strip():
        return "empty"
    if faults.loops(source, target):
        return "loop"
    return "copied" if english and faults.copied(source, target, script=script) else ""


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--count", type=int, default=2000)
    args = parser.parse_args()
    lines = [line for path in args.pairs for line in path.read_text(encoding="utf-8").splitlines()]
    sentences = sorted({line.split("\t")[0] for line in lines if 4 <= len(line.split("\t")[0].split()) <= 40})
    inputs = odd(sentences, args.count)
    package = packages.read(args.package)
    locale = {"zh": "zh_CN"}.get(package.to_code, package.to_code)
    script = languages.script(locale)
    alone = argos.translator([package])
    bare = [answer[0].text for answer in alone([text for _, text in inputs])]
    translate = argos.translator([package], mend_loops=True)
    jobs = draft.plan([Entry(msgid=text) for _, text in inputs], catalog="", article="", locale=locale)
    made = [one.text for batch in draft.stream(jobs, translate, locale=locale, engine="argos") for one in batch]
    rows: dict[str, list[list[str]]] = {}
    for (kind, text), *said in zip(inputs, bare, made, strict=True):
        english = kind not in {"other languages", "code", "only numbers", "emoji", "one word"}
        wrong = [failure(text, one, script=script, english=english) for one in said]
        rows.setdefault(kind, []).append(wrong)
        if wrong[1]:
            sys.stderr.write(f"{kind} {wrong[1]}: {text[:120]!r} -> {said[1][:120]!r}\n")
    every = [wrong for kind in rows.values() for wrong in kind]
    print("| kind | inputs | the model alone fails | after `draft` |\n|---|---:|---:|---:|")
    for kind, found in [*rows.items(), ("all", every)]:
        cells = []
        for place in (0, 1):
            said = [wrong[place] for wrong in found if wrong[place]]
            parts = ", ".join(f"{name} {said.count(name)}" for name in ("loop", "empty", "copied") if name in said)
            cells.append(f"{100 * len(said) / len(found):.1f} %{f' ({parts})' if parts else ''}")
        print(f"| {kind} | {len(found)} | {cells[0]} | {cells[1]} |")


if __name__ == "__main__":
    main()
