"""The checks say what the case files promise, and nothing else; they hang on no input."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow import checks
from workflow.errors import UsageError
from workflow.glossary import Term
from workflow.model import EMPTY, Entry, Finding

CASES = Path(__file__).parent / "cases" / "checks"
SHARED = Path(__file__).parents[2] / "shared"


@dataclass(frozen=True)
class Case:
    check: str
    line: int
    locale: str
    source: str
    target: str
    said: tuple[str, ...]


def cases() -> Iterator[Case]:
    for file in sorted(CASES.glob("*.txt")):
        line = 0
        for paragraph in file.read_text(encoding="utf-8").split("\n\n"):
            rows = [row for row in paragraph.strip("\n").split("\n") if not row.startswith("#")]
            rows = [re.sub(r"\\[uU]([0-9a-f]{4,8})", lambda found: chr(int(found[1], 16)), row) for row in rows]
            yield Case(
                file.stem, line + 1, rows[0], rows[1], rows[2], tuple(row.removeprefix("> ") for row in rows[3:])
            )
            line += paragraph.count("\n") + 2


def run(source: str, target: str, locale: str, **options: object) -> list[Finding]:
    entry = Entry(msgid=source, msgstr=target, line=7)
    return list(checks.run([entry], locale=locale, article="a", file="a.po", **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: f"{case.check}:{case.line}:{case.locale}")
def test_a_check_says_what_its_case_promises(case: Case) -> None:
    found = run(case.source, case.target, case.locale, only=[case.check])
    assert [f"{one.severity}: {one.message}" for one in found] == list(case.said)


def test_every_check_that_needs_only_a_pair_has_true_and_false_cases() -> None:
    told = {case.check for case in cases() if case.said}
    silent = {case.check for case in cases() if not case.said}
    needs_more = {"terms", "consistency", "changed"}
    assert told >= set(checks.CHECKS) - needs_more
    assert silent >= set(checks.CHECKS) - needs_more


def test_a_comment_silences_a_check_for_one_entry() -> None:
    entry = Entry(msgid="It has 12 rooms.", msgstr="Es hat 13 Zimmer.", comments=("check: -numbers the 13th is new",))
    assert list(checks.run([entry], locale="de", article="a", file="a.po")) == []


def test_a_comment_silences_only_what_it_names() -> None:
    entry = Entry(msgid="It has 12 rooms.", msgstr="Es hat 13 Zimmer.", comments=("check: -links, -markup old text",))
    assert [one.check for one in checks.run([entry], locale="de", article="a", file="a.po")] == ["numbers"]


def test_skip_and_only_choose_checks() -> None:
    assert run("It has 12 rooms.", "Es hat 13 Zimmer.", "de", skip=["numbers"]) == []
    assert run("It has 12 rooms.", "Es hat 13 Zimmer.", "de", only=["links"]) == []


def test_an_unknown_check_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match=r"unknown check 'number'; did you mean numbers\?"):
        run("a", "b", "de", only=["number"])


def test_new_obsolete_and_empty_entries_are_passed_over() -> None:
    entries = [
        Entry(msgid="It has 12 rooms."),
        Entry(msgid="It has 12 rooms.", msgstr="Es hat 13 Zimmer.", obsolete=True),
        Entry(msgid="It has 12 rooms.", msgstr=EMPTY),
    ]
    assert list(checks.run(entries, locale="de", article="a", file="a.po")) == []


def test_a_draft_is_no_graver_than_a_warning() -> None:
    entry = Entry(msgid="It has 12 rooms.", msgstr="Es hat 13 Zimmer.", flags=("fuzzy",))
    (found,) = checks.run([entry], locale="de", article="a", file="a.po")
    assert (found.check, found.severity) == ("numbers", "warning")


def test_a_finding_points_at_its_entry() -> None:
    (found,) = run("It has 12 rooms.", "Es hat 13 Zimmer.", "de")
    assert (found.locale, found.article, found.file, found.line, found.mark) == ("de", "a", "a.po", 7, "13")


def test_each_plural_form_is_checked() -> None:
    entry = Entry(
        msgid="One page of {book}",
        msgid_plural="{n} pages of {book}",
        msgstr_plural=("Eine Seite von {book}", "{n} Seiten von {buch}"),
    )
    found = list(checks.run([entry], locale="de", article="a", file="a.po", only=["placeholders"]))
    assert [one.message for one in found] == ["the placeholder {book} is missing; found {buch}"]


SHOULD = "the term edition should be Ausgabe"


@pytest.mark.parametrize(
    ("source", "target", "locale", "term", "said"),
    [
        ("The edition is out.", "版本已出。", "zh_CN", Term("edition", "版本"), []),
        ("The edition is out.", "刊物已出。", "zh_CN", Term("edition", "版本"), ["the term edition should be 版本"]),
        ("The editions are out.", "Die Ausgaben sind da.", "de", Term("edition", "Ausgabe"), []),
        ("The editions are out.", "Die Auflagen sind da.", "de", Term("edition", "Ausgabe"), [SHOULD]),
        ("The expedition is out.", "Die Reise begann.", "de", Term("edition", "Ausgabe"), []),
        ("The editor is out.", "Редактора нет.", "ru", Term("editor", "редактор"), []),
        ("The house is old.", "وصل إلى البيت القديم", "ar", Term("house", "بيت"), []),
    ],
)  # fmt: skip
def test_terms(source: str, target: str, locale: str, term: Term, said: list[str]) -> None:
    assert [one.message for one in run(source, target, locale, only=["terms"], terms=[term])] == said


def test_two_ways_to_say_a_term_are_both_right() -> None:
    terms = [Term("edition", "Ausgabe"), Term("edition", "Fassung")]
    assert run("The edition is out.", "Die Fassung ist da.", "de", only=["terms"], terms=terms) == []
    (found,) = run("The edition is out.", "Das Heft ist da.", "de", only=["terms"], terms=terms)
    assert found.message == "the term edition should be Ausgabe or Fassung"


def test_consistency_shows_what_stands_elsewhere() -> None:
    elsewhere = {"Contents": frozenset({"Inhalt", "Inhaltsverzeichnis"})}
    (found,) = run("Contents", "Inhalt", "de", only=["consistency"], elsewhere=elsewhere)
    assert (found.severity, found.message) == ("info", "translated otherwise elsewhere: Inhaltsverzeichnis")
    assert run("Contents", "Inhalt", "de", only=["consistency"], elsewhere={"Contents": frozenset({"Inhalt"})}) == []


def test_consistency_within_a_catalog() -> None:
    entries = [
        Entry(msgid="Contents", msgstr="Inhalt", msgctxt="a"),
        Entry(msgid="Contents", msgstr="Gehalt", msgctxt="b"),
        Entry(msgid="Index", msgstr="Register"),
    ]
    found = list(checks.run(entries, locale="de", article="a", file="a.po", only=["consistency"]))
    assert [one.message for one in found] == [
        "translated otherwise elsewhere: Gehalt",
        "translated otherwise elsewhere: Inhalt",
    ]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("Prices rose 25 percent.", "Prices rose 50 percent.", ["the source's numbers changed from 25 to 50"]),
        ("Prices rose.", "Prices did not rise.", ["the source gained or lost a negation"]),
        ("We met Anna there.", "We met Otto there.", ["a name in the source changed: Anna to Otto"]),
        ("We met there.", "We met over there.", []),
    ],
)  # fmt: skip
def test_changed_tells_what_moved_under_a_stale_translation(before: str, now: str, said: list[str]) -> None:
    entry = Entry(msgid=now, msgstr="…", flags=("fuzzy",), previous_msgid=before)
    found = checks.run([entry], locale="de", article="a", file="a.po", only=["changed"])
    assert [one.message for one in found] == said


ANY_TEXT = st.text(
    st.sampled_from("ab 1.,%-:()[]*_`{}<>\"“„«»。年月万亿百十二两半度mk’'\n\u200b٣९"), max_size=60
) | st.text(max_size=40)


@settings(max_examples=250, deadline=None)
@given(ANY_TEXT, ANY_TEXT, st.sampled_from(["de", "zh_CN", "ja", "ko", "ar", "ru", "hi", "fr", "th", "en_GB"]))
def test_no_input_stops_a_check(source: str, target: str, locale: str) -> None:
    for found in run(source, target, locale):
        assert found.check in checks.CHECKS
        assert found.message


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.sampled_from("1234567890.,: %-/万亿半日ab"), min_size=1, max_size=12),
    st.sampled_from(["de", "zh_CN", "ko", "fr"]),
)
def test_the_same_figures_on_both_sides_are_silent(figures: str, locale: str) -> None:
    text = re.sub(r"[万亿半日]", " ", figures)
    found = run(f"x {text} y", f"x {text} y", "en_GB", only=["numbers"])
    assert [one for one in found if one.severity == "error" and "missing" in one.message] == []
    assert locale


NASTY = [
    "1" * 5000,
    "1," * 2500,
    "1 " * 2500,
    "1.000." * 1000,
    "万" * 5000,
    "1万" * 2500,
    "一" * 5000,
    "만1" * 2500,
    "*" * 5000,
    "[" * 5000,
    "<a " * 1500,
    '"' * 5001,
    "(" * 5000,
    "a b " * 1500,
    "the the " * 800,
    "ха-ха " * 900,
    "XXII " * 1200,
    "twenty-five " * 500,
    "10:30 " * 900,
    "ab" * 3000,
    "{x}" * 1500,
    "-" * 5000,
    "2-3 million " * 500,
    "… " * 2000,
    "\u200b" * 3000,
    "6 feet 6 inches " * 300,
    "-5 % -3,2 °C " * 400,
    "XIV Louis " * 600,
    "in May 5 and June " * 350,
    "millones de de " * 400,
    "two of the five. " * 350,
    '"a," b. ' * 700,
    "令和七年3月" * 800,
    "1.234.5 " * 700,
    "US$ 5 EUR 7 " * 450,
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: text[:8])
def test_the_time_for_an_entry_is_bounded_and_linear(text: str) -> None:
    for source, target, locale in (
        (text, text, "de"),
        ("A plain source of 12 words.", text, "zh_CN"),
        (text, "Text", "ko"),
    ):
        start = time.process_time()
        run(source, target, locale)
        assert time.process_time() - start < 1.5


def test_the_module_names_every_check_of_the_contract() -> None:
    assert list(checks.CHECKS) == [
        "numbers", "markup", "links", "placeholders", "terms", "untranslated", "script", "invisible", "punctuation",
        "brackets", "whitespace", "repetition", "length", "consistency", "changed",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "file"), [("de", "deu"), ("zh_CN", "zho-CN"), ("ar", "arb"), ("hi", "hin")])
def test_professional_translations_pass(locale: str, file: str) -> None:
    folder = SHARED / "data" / "ntrex"
    if not folder.is_dir():
        pytest.skip("the news translations are not here")
    sources = (folder / "newstest2019-src.eng.txt").read_text(encoding="utf-8").splitlines()[:600]
    targets = (folder / f"newstest2019-ref.{file}.txt").read_text(encoding="utf-8").splitlines()[:600]
    entries = [
        Entry(msgid=one, msgstr=other, line=line)
        for line, (one, other) in enumerate(zip(sources, targets, strict=True))
    ]
    found = checks.run(entries, locale=locale, article="a", file="a.po")
    flagged = {one.line for one in found if one.severity != "info"}
    assert len(flagged) <= 0.04 * len(entries)
