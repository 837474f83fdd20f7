from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow import languages
from workflow.engine import Hypothesis, echo, faults, placing
from workflow.engine.masking import HOLD, OPENING, POINT, masked, protected, skeleton, wordy
from workflow.engine.typography import typeset
from workflow.markup import tokens

CASES = Path(__file__).parent / "cases" / "draft"


def cases(name: str) -> list[tuple[str, ...]]:
    text = (CASES / name).read_text("utf-8").strip()
    return [tuple(case.split("\n")) for case in text.split("\n===\n")]


@pytest.mark.parametrize(("locale", "given_", "wanted"), cases("typography.txt"))
def test_typography_of_a_locale(locale: str, given_: str, wanted: str) -> None:
    wanted = wanted.replace("⍽", "\u202f").replace("␣", "\u00a0")
    manner = {"language": languages.language(locale), "quotes": languages.quotes(locale)}
    assert typeset(given_, **manner) == wanted  # type: ignore[arg-type]
    assert typeset(wanted, **manner) == wanted  # type: ignore[arg-type]


def test_typography_sees_through_marks_and_leaves_what_is_held() -> None:
    mark, close, hold = chr(OPENING), chr(OPENING + 0x1000), chr(HOLD)
    quotes = languages.quotes("zh_CN")
    assert (
        typeset(f"看 {mark}这里{close} , 用 {hold} .", language="zh", quotes=quotes)
        == f"看{mark}这里{close}，用{hold}。"
    )
    assert typeset(f"在 {hold} 中", language="zh", quotes=quotes, spaced=True) == f"在 {hold} 中"


def test_blanks_between_scripts_stay_and_come_where_they_are_wanted() -> None:
    quotes = languages.quotes("zh_CN")
    assert typeset("使用Python 3写 程序", language="zh", quotes=quotes, spaced=True) == "使用 Python 3 写程序"


@pytest.mark.parametrize(("source", "target", "wanted"), cases("faults.txt"))
def test_faults(source: str, target: str, wanted: str) -> None:
    found = faults.faults(source, target.replace("\\ufffd", "\ufffd"), None, script="Hans")
    assert list(found) == ([] if wanted == "-" else [wanted])


def test_words_that_nothing_looks_at_are_a_dropped_clause() -> None:
    source = "The mayor spoke about exports while twenty thousand people waited outside."
    words = source.split()
    spans, at = [], 0
    for word in words:
        start = source.index(word, at)
        at = start + len(word)
        spans.append((start, at))
    half = tuple(tuple(float(row == column) for column in range(len(words))) for row in range(5))
    whole = tuple(tuple(float(row == column) for column in range(len(words))) for row in range(len(words)))
    target = "市长谈到了出口。"
    assert faults.dropped(source, target, Hypothesis(target, 0, tuple(spans), ((0, 1),) * 5, half))
    assert not faults.dropped(source, target, Hypothesis(target, 0, tuple(spans), ((0, 1),) * len(words), whole))


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        ("It grew 25 percent.", "增长了25%。", ()),
        ("It grew 25 percent.", "增长了。", ("25",)),
        ("1,200 people", "1200人", ()),
        ("1.2 million people", "120万人", ()),
        ("On July 4, 2024", "2024年7月4日", ()),
        ("It opened in 1999 and in 2005.", "它于1999年开业。", ("2005",)),
        ("Rule 3", "第三条", ("3",)),
    ],
)
def test_lost_numbers(source: str, target: str, lost: tuple[str, ...]) -> None:
    assert faults.lost_numbers(source, target) == lost


def test_calm_punctuation() -> None:
    assert faults.calm('THIS IS "GREAT NEWS!!!') == "This is great news!"
    assert faults.calm("Wait… what?!") == "Wait, what?"
    assert faults.calm('He said "no" to NATO.') == 'He said "no" to NATO.'
    assert faults.calm("And so…") == "And so."


PROTECTED = {
    "addresses": ("See https://example.org/a_b?c=1, www.example.org/x or mail a.b@example.org.",
                  ["https://example.org/a_b?c=1", "www.example.org/x", "a.b@example.org"]),
    "file names": ("Open src/main.rs, README.md and ~/notes/a.txt.", ["src/main.rs", "README.md", "~/notes/a.txt"]),
    "placeholders": ("Hi {name}, %s has %d of ${TOTAL} %(n)s.", ["{name}", "%s", "%d", "${TOTAL}", "%(n)s"]),
    "tags": ("A <b>bold</b> and <br/> tag", ["<b>", "</b>", "<br/>"]),
    "templates": ("Use {{ site.title }} and {% if x %} here", ["{{ site.title }}", "{% if x %}"]),
    "emoji": ("Well done 🎉 and 👩‍👩‍👧", ["🎉", "👩‍👩‍👧"]),
    "programs": ("Call foo_bar() or std::mem, MAX_SIZE with --all.", ["foo_bar()", "std::mem", "MAX_SIZE", "--all"]),
    "words": ("A well-known 50% off, and/or e.g. this. It cost $5 (really).", []),
}  # fmt: skip


@pytest.mark.parametrize("name", PROTECTED)
def test_what_must_not_change_is_known(name: str) -> None:
    text, wanted = PROTECTED[name]
    assert protected(text) == wanted or sorted(protected(text)) == sorted(wanted)


def test_the_model_sees_plain_words() -> None:
    way = masked("- **Run** `make` in [the *old* folder](a.md)[^1] &amp; wait ![x](y.png)", "markdown")
    assert way.text == "Run V1 in the old folder & wait V2"
    assert [(way.text[mark.start : mark.end], mark.closing) for mark in way.marks] == [
        ("Run", "**"),
        ("old", "*"),
        ("the old folder", "](a.md)"),
    ]
    assert [hold.raw for hold in way.holds] == ["`make`", "![x](y.png)"]
    assert [(point.raw, point.at) for point in way.points] == [("- ", 0), ("[^1]", len("Run V1 in the old folder"))]


def test_a_stand_in_that_the_text_has_is_not_used() -> None:
    assert masked("The V1 rocket and `code`", "markdown").text == "The V1 rocket and VX1"


def test_nothing_to_translate() -> None:
    assert not wordy(masked("`a` 🎉 <https://x.org> 12", "markdown"))
    assert wordy(masked("`a` and", "markdown"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A", False),
        ("(b)", False),
        ("**C**.", False),
        ("É", False),
        ("水", True),
        ("3 m", True),
        ("AB", True),
        ("А б", True),
    ],
)
def test_a_letter_that_stands_alone_needs_no_model(text: str, words: bool) -> None:
    assert wordy(masked(text, "markdown")) is words


def identity(text: str) -> Hypothesis:
    return echo.translate([text])[0][0]


marks = st.lists(
    st.sampled_from(
        ["*a b* ", "**word** ", "`code` ", "[two words](u.md) ", "[`x` *deep* end](v) ", "plain ", "$x$ ", "{name} ",
         "![i](j.png) ", "<b>tag</b> ", "<br> ", "~~gone~~ ", "word. ", "https://a.org/b ", "🎉 ", "[^1] ",
         "***both*** "]
    ),
    min_size=1,
    max_size=7,
).map(lambda parts: "".join(parts).strip())  # fmt: skip


@given(marks)
@settings(max_examples=300)
def test_marks_come_back_each_once_and_well_nested(source: str) -> None:
    """Through a translation that changes no place, every mark is back around the same words."""
    way = masked(source, "markdown")
    said = Hypothesis(way.text, 0.0, *_words(way.text))
    shape = placing.template(way, placing.target(way, said))
    assert shape is not None
    again = placing.expanded(shape, way)
    assert _raws(again) == _raws(source)
    assert sorted(again.replace(" ", "")) == sorted(source.replace(" ", ""))


def _words(text: str):  # type: ignore[no-untyped-def]
    hypothesis = identity(text)
    return hypothesis.source, hypothesis.target, hypothesis.attention


def _raws(text: str) -> list[str]:
    return sorted(token.raw for token in tokens(text, "markdown"))


@given(marks, st.permutations(range(6)), st.integers(0, 3))
@settings(max_examples=300)
def test_marks_are_never_lost_or_doubled_however_words_move(source: str, order: list[int], short: int) -> None:
    way = masked(source, "markdown")
    words = way.text.split()
    moved = [words[place] for place in order if place < len(words)] + words[6:]
    moved = moved[: len(moved) - short] or moved
    target = " ".join(moved)
    hypothesis = Hypothesis(target)  # no attention: aligned by place
    aligned = placing.mended(way, placing.target(way, hypothesis))
    shape = placing.template(way, aligned)
    if shape is None:
        return  # said, not guessed: the segment is drafted by other means
    private = [letter for letter in shape if ord(letter) >= OPENING]
    assert len(private) == len(set(private)) == 2 * len(way.marks) + len(way.holds) + len(way.points)
    stack: list[int] = []
    for letter in private:
        code = ord(letter) - OPENING
        if code < 0x1000:
            stack.append(code)
        elif code < 0x2000:
            assert stack.pop() == code - 0x1000
    assert not stack


@given(marks)
@settings(max_examples=200)
def test_a_skeleton_has_all_that_was_taken_out(source: str) -> None:
    way = masked(source, "markdown", numbers=True)
    pieces = skeleton(way)
    text = placing.expanded("".join(piece for _, piece in pieces), way)
    assert _raws(text) == _raws(source)
    assert max((ord(letter) for _, piece in pieces for letter in piece), default=0) < POINT + 0x1000


def test_a_mark_follows_its_words() -> None:
    source = "The **red** house"
    way = masked(source, "markdown")
    rows = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    said = Hypothesis("房子是红", 0.0, ((0, 3), (4, 7), (8, 13)), ((0, 2), (3, 4), (2, 3)), rows)
    shape = placing.template(way, placing.target(way, said))
    assert shape is not None
    assert placing.expanded(shape, way) == "房子是**红**"


def test_a_word_is_never_cut_by_a_mark() -> None:
    way = masked("a **very** big house", "markdown")
    said = Hypothesis("una casa grandisima", 0.0, ((0, 1), (2, 6), (7, 10), (11, 16)),
                      ((0, 3), (4, 8), (9, 14), (14, 19)),
                      ((1.0, 0, 0, 0), (0, 0, 0, 1.0), (0, 0, 1.0, 0), (0, 1.0, 0, 0)))  # fmt: skip
    shape = placing.template(way, placing.target(way, said))
    assert shape is not None
    assert placing.expanded(shape, way) == "una casa **grandisima**"


@pytest.mark.parametrize(
    ("source", "target", "language", "wanted"),
    [
        ("The mayor said", "El alcalde alcalde dijo", "es", "El alcalde dijo"),
        ("most of them", "la mayoría de la mayoría de ellos", "es", "la mayoría de ellos"),
        ("it was very, very cold", "hacía mucho, mucho frío", "es", "hacía mucho, mucho frío"),
        ("it was freezing", "hacía mucho, mucho frío", "es", "hacía mucho, mucho frío"),
        ("moved to Al-Hilal", "se fue al Al Hilal", "es", "se fue al Al Hilal"),
        ("We wash.", "Nous nous lavons.", "fr", "Nous nous lavons."),
        ("slowly", "piano piano", "it", "piano piano"),
        ("Children swim.", "Anak anak berenang.", "id", "Anak anak berenang."),
        ("a b", "d'un d'un", "fr", "d'un"),
        ("most people", "大多数人大多数人", "zh", "大多数人"),
        ("for the past two years, cars", "过去两年，过去两年汽车汽车", "zh", "过去两年汽车"),
        ("step by step", "一步一步", "zh", "一步一步"),
        ("how to speak face to face", "如何面对面对话", "zh", "如何面对面对话"),
        ("he laughed", "哈哈哈哈哈哈", "zh", "哈哈哈哈哈哈"),
        ("indeed", "的的确确，林林总总，好好学习", "zh", "的的确确，林林总总，好好学习"),
    ],
)
def test_words_said_twice_in_a_row_are_said_once(source: str, target: str, language: str, wanted: str) -> None:
    assert faults.without_stutter(source, target, language=language) == wanted


@given(st.lists(st.sampled_from(["de", "la", "Zoran", "casa,", "(si)", "3", "que"]), max_size=14))
def test_saying_once_loses_no_word(words: list[str]) -> None:
    target = " ".join(words)
    once = faults.without_stutter("The house.", target, language="es")
    assert set(once.lower().split()) == set(target.lower().split())
    assert faults.without_stutter("The house.", once, language="es") == once
