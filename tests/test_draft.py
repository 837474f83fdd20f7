from __future__ import annotations

import gc
import re
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow import draft, memory
from workflow.draft import Draft, Job, apply, plan, provenance, sha, stream, touched_by_person, wanted
from workflow.engine import Hypothesis, Translate, argos, echo
from workflow.engine.packages import found, route
from workflow.glossary import Term
from workflow.markup import tokens
from workflow.model import Entry, State, Syntax

MODELS = Path(__file__).parents[1] / "models"


def jobs_of(
    *sources: str, syntax: Syntax = "markdown", locale: str = "zh_CN", terms: Sequence[Term] = ()
) -> tuple[Job, ...]:
    entries = [Entry(msgid=source) for source in dict.fromkeys(sources)]
    return plan(entries, catalog="a.po", article="a", locale=locale, syntax=syntax, terms=terms)


def drafted(jobs: Sequence[Job], translate: Translate, locale: str = "zh_CN") -> list[Draft]:
    return [one for batch in stream(jobs, translate, locale=locale, engine="argos test-1_0") for one in batch]


def table(answers: Mapping[str, Sequence[str]]) -> Translate:
    """An engine that knows what it knows and says nothing else."""

    def translate(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        return [
            tuple(Hypothesis(way, -0.5 - rank) for rank, way in enumerate(answers.get(text, ("？",)))) for text in texts
        ]

    return translate


@pytest.fixture(scope="module")
def chinese() -> Translate:
    return argos.translator(route(found([MODELS]), "en", "zh_CN"), jobs=2)


# --- which entries ---------------------------------------------------------------------------------------------------


def machine(source: str, text: str = "机器", **more: object) -> Entry:
    comments = (f"mt: argos x confidence=0.50 sha={sha(text)}",)
    return Entry(msgid=source, msgstr=text, flags=("fuzzy",), comments=comments, **more)  # type: ignore[arg-type]


ENTRIES = {
    "new": Entry(msgid="new"),
    "reviewed": Entry(msgid="reviewed", msgstr="审"),
    "draft": machine("draft"),
    "edited": replace(machine("edited"), msgstr="人改的"),
    "by hand": Entry(msgid="by hand", msgstr="人", flags=("fuzzy",)),
    "stale": machine("stale", previous_msgid="old"),
    "gone": Entry(msgid="gone", obsolete=True),
    "plural": Entry(msgid="plural", msgid_plural="plurals"),
}


def test_only_new_entries_are_wanted_and_with_redo_untouched_machine_drafts() -> None:
    assert [name for name, entry in ENTRIES.items() if wanted(entry)] == ["new"]
    assert [name for name, entry in ENTRIES.items() if wanted(entry, redo=True)] == ["new", "draft"]


def test_a_draft_never_touches_what_a_person_did_while_it_was_made() -> None:
    jobs = tuple(
        Job(catalog="a", key=(None, name), syntax="plain", locale="zh_CN") for name in [*ENTRIES, "never heard of"]
    )
    made = [Draft(job=job, text="新稿", origin="argos y") for job in jobs]
    assert [key[1] for key in apply(ENTRIES.values(), made)] == ["new", "draft"]


def test_an_applied_draft_is_fuzzy_and_says_where_it_is_from() -> None:
    entry = Entry(msgid="a", comments=("by hand",), flags=("python-format",))
    job = Job(catalog="a", key=entry.key, syntax="plain", locale="zh_CN")
    made = Draft(job=job, text="甲", origin="argos t-1_0", confidence=0.834, lost=("a b.md", "%s"), faults=("loop",))
    changed = apply([entry], [made])[entry.key]
    assert changed.state is State.DRAFT
    assert changed.flags == ("python-format", "fuzzy")
    assert changed.comments == (
        "by hand",
        f"mt: argos t-1_0 confidence=0.83 faults=loop lost=a%20b.md,%25s sha={sha('甲')}",
    )
    known = provenance(changed)
    assert known is not None
    assert (known.origin, known.confidence, known.lost, known.faults) == (
        "argos t-1_0",
        0.83,
        ("a b.md", "%s"),
        ("loop",),
    )
    assert not touched_by_person(changed)
    assert touched_by_person(replace(changed, msgstr="乙"))
    assert draft.without_provenance(changed).comments == ("by hand",)
    again = apply([changed], [replace(made, text="丙")])[entry.key]
    assert len(again.comments) == 2
    assert again.flags.count("fuzzy") == 1


@given(st.text(min_size=1, max_size=20), st.lists(st.text(min_size=1, max_size=8), max_size=3), st.floats(0, 1))
def test_provenance_is_read_as_it_was_written(text: str, lost: list[str], confidence: float) -> None:
    entry = Entry(msgid="a")
    job = Job(catalog="a", key=entry.key, syntax="plain", locale="zh_CN")
    made = Draft(job=job, text=text, origin="memory 92% other-article", confidence=confidence, lost=tuple(lost))
    (changed,) = apply([entry], [made]).values()
    (comment,) = changed.comments
    assert "\n" not in comment
    known = provenance(changed)
    assert known is not None
    assert known.origin == "memory 92% other-article"
    assert known.lost == tuple(lost)
    assert known.confidence == round(confidence, 2)
    assert known.sha == sha(text)


# --- memory ----------------------------------------------------------------------------------------------------------


def test_memory_comes_before_the_engine() -> None:
    known = memory.index({"b": [Entry(msgid="The river is high in 2024.", msgstr="2024年河水高涨。")]})
    entries = [
        Entry(msgid="The river is high in 2024."),
        Entry(msgid="The river is high in 2025."),
        Entry(msgid="Hello"),
    ]
    jobs = plan(entries, catalog="a.po", article="a", locale="zh_CN", memory=known)
    asked: list[str] = []

    def translate(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        asked.extend(texts)
        return [(Hypothesis("你好"),) for _ in texts]

    said = drafted(jobs, translate)
    assert [(one.text, one.origin) for one in said] == [
        ("2024年河水高涨。", "memory 100% b"),
        ("2025年河水高涨。", "memory 96% b"),
        ("你好", "argos test-1_0"),
    ]
    assert asked == ["Hello"]


def test_a_match_in_the_same_neighbourhood_is_reviewed_only_where_that_is_wanted() -> None:
    there = [
        Entry(msgid="One.", msgstr="一。"),
        Entry(msgid="Two.", msgstr="二。"),
        Entry(msgid="Three.", msgstr="三。"),
    ]
    here = [Entry(msgid="One."), Entry(msgid="Two."), Entry(msgid="Four.")]
    jobs = plan(here, catalog="a", article="a", locale="zh_CN", memory=memory.index({"b": there}))
    made = drafted(jobs, table({"Four.": ["四。"]}))
    assert {entry.state for entry in apply(here, made).values()} == {State.DRAFT}
    trusted = apply(here, made, trusting=True)
    assert [entry.state for entry in trusted.values()] == [State.REVIEWED, State.DRAFT, State.DRAFT]
    here[2] = Entry(msgid="Three.")
    jobs = plan(here, catalog="a", article="a", locale="zh_CN", memory=memory.index({"b": there}))
    trusted = apply(here, drafted(jobs, table({})), trusting=True)
    assert {entry.state for entry in trusted.values()} == {State.REVIEWED}
    assert all(provenance(entry) is None for entry in trusted.values())


def test_a_near_match_with_other_marks_is_no_draft() -> None:
    known = memory.index({"b": [Entry(msgid="Click *the big button* below.", msgstr="点*下面的大按钮*。")]})
    entries = [Entry(msgid="Click the big button below.")]
    (job,) = plan(entries, catalog="a.po", article="a", locale="zh_CN", syntax="markdown", memory=known)
    assert job.match is None


# --- the stream ------------------------------------------------------------------------------------------------------


def test_the_stream_keeps_order_and_windows_and_counts() -> None:
    jobs = jobs_of(*(f"Sentence {number} here" for number in range(25)), syntax="plain", locale="en_GB")
    heard: list[tuple[int, int]] = []
    sizes: list[int] = []

    def translate(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        sizes.append(len(texts))
        return [(Hypothesis(f"Satz {text.split()[1]} da"),) for text in texts]

    made = stream(
        jobs, translate, locale="de", engine="x", window=10, progress=lambda *one: heard.append((one[0], one[1]))
    )
    rounds = list(made)
    assert [len(one) for one in rounds] == [10, 10, 5]
    assert [one.text for batch in rounds for one in batch] == [f"Satz {number} da" for number in range(25)]
    assert heard == [(10, 30), (10, 30), (5, 15)]
    assert sizes == [10, 10, 5]


def test_the_stream_takes_no_more_than_it_must() -> None:
    taken: list[int] = []

    def endless() -> Iterator[Job]:
        for number in range(10**9):
            taken.append(number)
            yield jobs_of(f"Word {number}", syntax="plain")[0]

    made = stream(endless(), echo.translate, locale="de", engine="x", window=7)
    next(made)
    assert len(taken) == 7


def test_an_interruption_loses_the_round_in_flight_and_no_other() -> None:
    jobs = jobs_of(*(f"Sentence {number} here" for number in range(9)), syntax="plain")
    rounds: list[tuple[Draft, ...]] = []
    calls = 0

    def translate(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return [(Hypothesis(f"第{text.split()[1]}句"),) for text in texts]

    with pytest.raises(KeyboardInterrupt):
        rounds.extend(stream(jobs, translate, locale="zh_CN", engine="x", window=4))
    done = {one.job.key for batch in rounds for one in batch}
    assert len(done) == 8
    entries = [Entry(msgid=job.source) for job in jobs]
    written = apply(entries, [one for batch in rounds for one in batch])
    again = plan([written.get(entry.key, entry) for entry in entries], catalog="a", article="a", locale="zh_CN")
    assert [job.source for job in again] == ["Sentence 8 here"]


def test_memory_does_not_grow_with_the_number_of_segments() -> None:
    def peak(number: int) -> int:
        made = (jobs_of(f"Sentence {place % 16} is **here** in `code`")[0] for place in range(number))
        tracemalloc.start()
        for batch in stream(made, echo.translate, locale="de", engine="x", window=16):
            assert len(batch) == 16
            gc.collect()  # what only waits for the collector is not kept
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(16 * 4)  # fills the caches
    assert peak(16 * 12) - peak(16 * 3) < 50_000  # bytes; a job and its draft are over 1,000


def test_a_segment_without_words_is_itself() -> None:
    sources = ["`make test`", "3.14", "https://example.org/a", "🎉", "`a`, `b`"]
    said = drafted(jobs_of(*sources), table({}))
    assert [one.text for one in said] == sources
    assert {one.origin for one in said} == {"copy"}


def test_white_space_around_a_segment_stays() -> None:
    (one,) = drafted(jobs_of("\n Hello \n"), table({"Hello": ["你好"]}))
    assert one.text == "\n 你好 \n"


# --- what must not change --------------------------------------------------------------------------------------------


def test_code_is_kept_and_the_next_hypothesis_is_taken_where_the_first_drops_it() -> None:
    answers = {"Run V1 in the folder V2.": ["运行程序。", "在 V2 文件夹中运行 V1。"]}
    (one,) = drafted(jobs_of("Run `make` in the folder `a/b`."), table(answers))
    assert one.text == "在`a/b`文件夹中运行`make`。"
    assert one.lost == ()


def test_the_alternative_text_of_an_image_in_a_sentence_is_drafted_too() -> None:
    source = "Press ![the red button](red.png) now."
    answers = {"Press V1 now.": ["现在按 V1。"], "the red button": ["红色*按钮"]}
    (one,) = drafted(jobs_of(source), table(answers))
    assert one.text == "现在按![红色\\*按钮](red.png)。"
    assert one.lost == ()
    (alone,) = drafted(jobs_of("![the red button](red.png)"), table({"the red button": ["红色按钮"]}))
    assert (alone.text, alone.origin) == ("![红色按钮](red.png)", "argos test-1_0")


@pytest.mark.parametrize("image", ["![button][]", "![a *red* button](red.png)", "![V2.1](a.png)"])
def test_an_alternative_text_that_names_the_image_or_has_marks_stays(image: str) -> None:
    (one,) = drafted(jobs_of(f"Press {image} now.\n\n[button]: red.png"), table({"button": ["按钮"]}))
    assert image in one.text


def test_other_stand_ins_are_tried_and_then_pieces() -> None:
    source = "Run `make` in the folder."
    answers = {"Run A1B in the folder.": ["在文件夹中运行 A1B。"]}
    (one,) = drafted(jobs_of(source), table(answers))
    assert one.text == "在文件夹中运行`make`。"
    (one,) = drafted(jobs_of(source), table({"Run": ["运行"], "in the folder.": ["在文件夹中。"]}))
    assert one.text == "运行`make`在文件夹中。"
    assert one.lost == ()


def test_a_stand_in_said_twice_is_no_draft() -> None:
    answers = {"Run V1 now.": ["V1 运行 V1。", "现在运行 V1。"]}
    assert drafted(jobs_of("Run `make` now."), table(answers))[0].text == "现在运行`make`。"


def test_a_number_that_is_dropped_is_tried_again_held() -> None:
    answers = {"It grew 25 percent.": ["它增长了。"], "It grew V1 percent.": ["它增长了百分之 V1。"]}
    assert drafted(jobs_of("It grew 25 percent."), table(answers))[0].text == "它增长了百分之25。"


def test_a_loop_is_drafted_in_parts() -> None:
    source = "The committee met on Monday, but the mayor did not come to it."
    answers = {
        source: ["委员会委员会委员会委员会委员会"],
        "The committee met on Monday,": ["委员会周一开会，"],
        "but the mayor did not come to it.": ["但市长没有来。"],
    }
    (one,) = drafted(jobs_of(source), table(answers))
    assert (one.text, one.faults) == ("委员会周一开会，但市长没有来。", ())


def test_what_stays_wrong_is_marked() -> None:
    (one,) = drafted(jobs_of("Go away at once."), table({"Go away at once.": ["走开走开走开走开"]}))
    assert one.faults == ("loop",)
    (sound,) = drafted(jobs_of("Go away at once."), table({"Go away at once.": ["马上走开。"]}))
    assert one.confidence is not None
    assert sound.confidence is not None
    assert one.confidence < sound.confidence - 0.2


def test_a_draft_of_many_figures_is_surer_and_one_left_in_latin_letters_less_sure() -> None:
    answers = {
        "In 2019 came 40 of 90 men.": ["2019年90人中来了40人。"],
        "In time came most of the men.": ["大多数人及时到来了。"],
        "Out went the very last men.": ["最后的 Wurzel Gummidge 出去了。"],
    }
    figures, words, latin = (one.confidence for one in drafted(jobs_of(*answers), table(answers)))
    assert figures is not None
    assert words is not None
    assert latin is not None
    assert figures > words > latin


def test_invented_markup_is_shown_not_run() -> None:
    answers = {"Hello there": ["你好 <script>alert(1)</script> [点](http://evil.example)"]}
    (one,) = drafted(jobs_of("Hello there"), table(answers))
    assert not any(token.raw.startswith("<") or "link" in token.kind for token in tokens(one.text, "markdown"))


def test_terms_are_settled_and_a_hypothesis_that_has_them_is_preferred() -> None:
    terms = [Term("edition", "版本")]
    source = "The edition is ready."
    (one,) = drafted(jobs_of(source, terms=terms), table({source: ["发行已准备好。", "版本已准备好。"]}))
    assert one.text == "版本已准备好。"

    def aligned(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        spans = ((0, 3), (4, 11), (12, 14), (15, 20))
        target = ((0, 2), (2, 3), (3, 6))
        rows = ((0.1, 0.9, 0.0, 0.0), (0.0, 0.0, 0.5, 0.5), (0.0, 0.0, 0.0, 1.0))
        return [(Hypothesis("发行已准备好。", -0.5, spans, target, rows),) for _ in texts]

    assert drafted(jobs_of(source, terms=terms), aligned)[0].text == "版本已准备好。"


sources = st.lists(
    st.sampled_from(
        ["*big*", "**City of**", "`x = 1`", "[the river](https://a.org/b)", "walks", "in 2024", "{name}", "%s",
         "![a](b.png)", "<b>there</b>", "🎉", "a.b@c.org", "src/main.rs", "said:", "\\*not\\*", "&amp;", "[^1]",
         "(again)"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)  # fmt: skip


@given(st.lists(sources, min_size=1, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=120)
def test_no_mark_is_lost_by_an_engine_that_babbles(texts: list[str], chance: st.randoms) -> None:  # type: ignore[valid-type]
    """Whatever the engine says, each mark and all that is protected is in the draft once, or named as lost."""

    def babble(asked: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        said: list[tuple[Hypothesis, ...]] = []
        for text in asked:
            words = text.split()
            chance.shuffle(words)  # type: ignore[attr-defined]
            kept = [word for word in words if chance.random() > 0.3]  # type: ignore[attr-defined]
            said.append((Hypothesis(" ".join([*kept, "好"]), -1.0), Hypothesis("好的。", -2.0)))
        return said

    for one in drafted(jobs_of(*texts), babble):
        ours, theirs = draft._kinds(one.job.source, "markdown"), draft._kinds(one.text, "markdown")
        missing = ours - theirs
        assert set(missing) <= set(one.lost)
        assert not theirs - ours
        for raw in re.findall(r"src/main\.rs|a\.b@c\.org|%s|\{name\}|🎉", one.job.source):
            assert raw in one.text


# --- the real package ------------------------------------------------------------------------------------------------


def test_a_real_draft_keeps_its_marks(chinese: Translate) -> None:
    sources_ = [
        "Click the **File** menu, then choose [Save As](https://example.org/save).",
        "The `read_count` function can return `None`.",
        "Send {count} messages to a.b@example.org 🎉",
        "<b>Note:</b> open the *settings* page.",
    ]
    made = drafted(jobs_of(*sources_), chinese)
    for one in made:
        assert draft._kinds(one.job.source, "markdown") == draft._kinds(one.text, "markdown")
        assert one.lost == ()
        assert re.search("[\u4e00-\u9fff]", one.text)
        assert one.confidence is not None
    assert "**文件**" in made[0].text
    assert "," not in made[0].text


def test_a_loop_that_stays_is_said_once_and_marked() -> None:
    def babbling(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        return [(Hypothesis("之后" * 7, -0.5),) for _ in texts]

    (one,) = drafted(jobs_of("behind"), babbling)
    assert one.text == "之后"
    assert "loop" in one.faults
    (sound,) = drafted(jobs_of("behind"), table({"behind": ["之后"]}))
    assert (one.confidence or 0) < (sound.confidence or 0)


def test_a_letter_alone_is_no_word_to_translate() -> None:
    assert draft._core("// A=") == ("// A=", "", "")
    assert draft._core(", the house.") == (", ", "the house.", "")


def test_a_lone_word_that_gives_nothing_is_asked_with_a_capital() -> None:
    answers = {"settling": [""], "Settling": ["Asentamiento"]}
    (one,) = drafted(jobs_of("settling", locale="es"), table(answers), "es")
    assert (one.text, one.faults) == ("Asentamiento", ())


def test_what_a_draft_stutters_it_says_once() -> None:
    said = {"He came on Sunday.": ["Dijo dijo que vino el domingo el domingo."]}
    (one,) = drafted(jobs_of("He came on Sunday.", locale="es"), table(said), "es")
    assert one.text == "Dijo que vino el domingo."


def test_a_segment_in_another_script_than_the_source_stands_as_it_is_and_is_marked() -> None:
    def never(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        raise AssertionError(texts)

    (one,) = drafted(jobs_of("Правительство представило план."), never)
    assert (one.text, one.origin, one.faults) == ("Правительство представило план.", draft.COPY, ("foreign",))
    assert (one.confidence or 0) < 0.5


def test_a_number_of_another_base_is_kept_as_it_is() -> None:
    def careless(texts: Sequence[str]) -> list[tuple[Hypothesis, ...]]:
        return [(Hypothesis(re.sub(r"0(?=\d)", "00", text).replace("at", "在")),) for text in texts]

    (one,) = drafted(jobs_of("The device is at 0x9010000 now."), careless)
    assert "0x9010000" in one.text
    assert not one.lost


@pytest.mark.parametrize(
    ("source", "said", "wanted"),
    [
        ("It puts them there.", "los coloca allí.", "Los coloca allí."),
        ("iPhone sales fell.", "iPhone cae.", "iPhone cae."),
        ("A word.", "«una palabra».", "«una palabra»."),
        ("words alone", "solo palabras", "solo palabras"),
        ("`npm` of old", "viejo V1", "viejo `npm`"),
    ],
)
def test_a_draft_begins_as_the_source_does(source: str, said: str, wanted: str) -> None:
    told = {source: [said], "V1 of old": [said]}
    (one,) = drafted(jobs_of(source, locale="es"), table(told), locale="es")
    assert one.text == wanted


def test_a_term_that_was_left_in_small_letters_has_its_capitals() -> None:
    terms = (Term(source="playground", target="Playground", line=1),)
    said = table({"Run it in the playground now.": ["现在在playground中运行。"]})
    (one,) = drafted(jobs_of("Run it in the playground now.", terms=terms), said)
    assert "Playground" in one.text
