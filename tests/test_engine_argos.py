from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import ctranslate2
import pytest
from engine_samples import TEXT, package
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.engine import Hypothesis, Translate, argos, echo
from workflow.engine.faults import repetition
from workflow.engine.packages import found, open_package, read, route
from workflow.errors import PackageError

MODELS = Path(__file__).parents[1] / "models"
SENTENCES = [
    "Click the File menu, then choose Save As.",
    "The function returns a list of names.",
    "You can use this option to change the size of the window.",
    "Open the settings page and select your language.",
    "Version 3.11 was released on October 24, 2022.",
]


@pytest.fixture(scope="module")
def chinese() -> Translate:
    return argos.translator(route(found([MODELS]), "en", "zh_CN"), jobs=2)


def as_argos_does(folder: Path, texts: list[str], prefix: str = "") -> list[str]:
    """What argostranslate 1.11 says, by its own arguments, tokenizer and decoding, a text at a time."""
    tokenizer = argos._library("package").Package(folder).tokenizer
    model = ctranslate2.Translator(str(folder / "model"), device="cpu", compute_type="auto")
    said = []
    for text in texts:
        (result,) = model.translate_batch(
            [tokenizer.encode(text)],
            target_prefix=[[prefix]] if prefix else None,
            replace_unknowns=True,
            max_batch_size=32,
            batch_type="tokens",
            beam_size=4,
            num_hypotheses=1,
            length_penalty=0.2,
            return_scores=True,
        )
        tokens = result.hypotheses[0]
        said.append(tokenizer.decode(tokens[1:] if prefix else tokens).removeprefix(" "))
    return said


@pytest.mark.parametrize(("bpe", "prefix"), [(False, ""), (False, "__zh__"), (True, ""), (True, "__zh__")])
def test_the_words_are_argos_own(bpe: bool, prefix: str, tmp_path: Path) -> None:
    # Random weights, but none that babble a text which begins with "_": its blank would be Argos's to take off.
    home = package(tmp_path, bpe=bpe, prefix=prefix, seed=3)
    texts = [text for text in TEXT if "_" not in text] + ["the cat", "a mat near the river on the cat"]
    ours = [ways[0].text for ways in argos.translator((read(home),), jobs=2)(texts)]
    assert [text if bpe else text.replace("_", " ") for text in ours] == as_argos_does(home, texts, prefix)
    assert any(ours)
    assert not any(prefix and prefix in text for text in ours)


@pytest.mark.parametrize("locale", ["zh_CN", "es"])
def test_the_words_are_argos_own_with_the_real_packages(locale: str) -> None:
    (real,) = route(found([MODELS]), "en", locale)
    ours = argos.translator((real,), jobs=2)(SENTENCES)
    assert [ways[0].text for ways in ours] == as_argos_does(open_package(real), SENTENCES)


def test_a_translation_that_loops_is_cut_short_and_said_again_without_repeating(tmp_path: Path) -> None:
    packed = (read(package(tmp_path)),)
    whole, brief = argos.translator(packed, jobs=2), argos.translator(packed, jobs=2, mend_loops=True)
    babble = list(zip(whole(TEXT), brief(TEXT), strict=True))
    shorter = [(way[0], ways) for way, ways in babble if len(ways[0].target) < len(way[0].target)]
    assert shorter, "the random weights loop"
    for way, (first, again, *_) in shorter:
        assert way.text.startswith(first.text[:20])
        assert len(first.target) == int(argos.STRETCH * len(first.source)) + argos.SPARE
        assert repetition(again.text) < repetition(first.text) - 0.1
        assert len(again.attention) == len(again.target)


def test_mending_loops_leaves_what_does_not_loop_as_it_was(chinese: Translate) -> None:
    mending = argos.translator(route(found([MODELS]), "en", "zh_CN"), jobs=2, mend_loops=True)
    assert [[way.text for way in ways] for ways in mending(SENTENCES)] == [
        [way.text for way in ways] for ways in chinese(SENTENCES)
    ]


def test_a_round_is_smaller_with_a_larger_model_and_never_small(tmp_path: Path) -> None:
    home = package(tmp_path)
    assert argos.round_size((read(home),)) == argos.MOST_ROUND
    with (home / "model" / "model.bin").open("r+b") as file:
        file.truncate(2 * argos.SMALL_MODEL)
    assert argos.round_size((read(home),)) == argos.MOST_ROUND // 2
    with (home / "model" / "model.bin").open("r+b") as file:
        file.truncate(100 * argos.SMALL_MODEL)
    assert argos.round_size((read(home),)) == argos.LEAST_ROUND


def test_hypotheses_can_be_counted_from_the_end_and_cut(chinese: Translate) -> None:
    (ways,) = chinese([SENTENCES[0]])
    assert ways[-1].text == list(ways)[-1].text != ways[0].text
    assert [way.text for way in ways[:2]] == [ways[0].text, ways[1].text]


def test_an_underscore_is_an_underscore(chinese: Translate) -> None:
    assert "snake_case" in chinese(["The name is snake_case."])[0][0].text


def test_same_length_same_order_repeats_and_empty_texts(chinese: Translate) -> None:
    said = chinese([SENTENCES[1], "", SENTENCES[0], SENTENCES[1]])
    assert len(said) == 4
    assert said[0] == said[3] != said[2]
    assert said[1][0].text == ""


def test_hypotheses_come_best_first_and_differ(chinese: Translate) -> None:
    for ways in chinese(SENTENCES):
        assert len({way.text for way in ways}) == len(ways) > 1
        assert ways[0].score == max(way.score for way in ways) or ways[0].score > -1.5
        assert all(way.score < 0 for way in ways)


def test_attention_points_at_the_words(chinese: Translate) -> None:
    best = chinese(["Version 3.11 has a File menu."])[0][0]
    assert len(best.attention) == len(best.target)
    assert {len(row) for row in best.attention} == {len(best.source)}
    place = best.text.index("文件")
    row = next(row for row, (start, end) in zip(best.attention, best.target, strict=True) if start <= place < end)
    start, end = best.source[row.index(max(row))]
    assert "Version 3.11 has a File menu."[start:end] == "File"


def test_a_chain_goes_through_all_its_packages_and_stays_aligned(tmp_path: Path) -> None:
    first = read(package(tmp_path, "es", "en", seed=2))
    last = read(package(tmp_path, "en", "zh", seed=3))
    text = "el gato negro come pan"
    (ways,) = argos.translator((first, last), jobs=1)([text])
    middle = argos.translator((first,), jobs=1)([text])[0][0].text
    assert [way.text for way in ways] == [way.text for way in argos.translator((last,), jobs=1)([middle])[0]]
    assert {len(row) for way in ways for row in way.attention} <= {len(ways[0].source)}
    assert all(0 <= start <= end <= len(text) for start, end in ways[0].source)
    assert all(-0.01 <= weight <= 1.01 for way in ways for row in way.attention for weight in row)


@given(st.text(max_size=60), st.integers(1, 7))
@settings(max_examples=150)
def test_spans_ascend_and_stay_inside(text: str, size: int) -> None:
    tokens = ["▁" + text[at : at + size] for at in range(0, len(text), size)] + ["<0xE2>", "@@", ""]
    spans = argos.spans(tokens, text)
    assert len(spans) == len(tokens)
    flat = [place for span in spans for place in span]
    assert all(0 <= place <= len(text) for place in flat)
    assert all(start <= end for start, end in spans)


def test_spans_find_what_was_normalised() -> None:
    text = "ｆｕｌｌ width…"
    spans = argos.spans(["▁full", "▁width", "..."], text)
    assert [text[start:end] for start, end in spans] == ["ｆｕｌｌ", "width", "…"]


def test_a_package_that_does_not_load_is_one_line(tmp_path: Path) -> None:
    home = package(tmp_path)
    (home / "model" / "model.bin").write_bytes(b"no model")
    with pytest.raises(PackageError, match=f"^{home}: its model does not load"):
        argos.translator((read(home),))
    home = package(tmp_path / "two")
    (home / "sentencepiece.model").write_bytes(b"no pieces")
    with pytest.raises(PackageError, match=f"^{home}: its tokenizer does not load"):
        argos.translator((read(home),))


def test_nothing_is_made_in_the_home_and_no_connection_opened(tmp_path: Path) -> None:
    home = package(tmp_path / "made", bpe=True)
    program = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('a connection')\n"
        "socket.socket.connect = refuse\nsocket.create_connection = refuse\nsocket.getaddrinfo = refuse\n"
        "from pathlib import Path\n"
        "from workflow.engine import argos, packages\n"
        f"print(len(argos.translator((packages.read(Path({str(home)!r})),), jobs=1)(['the cat'])))\n"
        "assert 'torch' not in sys.modules and 'stanza' not in sys.modules\n"
    )
    empty = tmp_path / "home"
    empty.mkdir()
    environment = {"HOME": str(empty), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=MODELS.parent, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
    assert list(empty.rglob("*")) == []


def test_the_environment_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    before = dict(os.environ)
    argos.settings()
    assert dict(os.environ) == before
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.text(max_size=30), max_size=4))
def test_echo_answers_each_text_with_itself_in_capitals(texts: list[str]) -> None:
    said = echo.translate(texts)
    assert len(said) == len(texts)
    assert all(len(ways[0].text) == len(text) for ways, text in zip(said, texts, strict=True))
    assert all(isinstance(way, Hypothesis) for ways in said for way in ways)
