"""The scripts that make the packages of models/, as far as they need no PyTorch."""

from __future__ import annotations

import importlib
import random
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from conftest import REPOSITORY

from workflow import checks
from workflow.model import Entry

HOME = REPOSITORY / "models" / "training"
LOCALES = {"zh": "zh_CN", "es": "es"}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> object:
    """Imports a script of models/training by its name."""
    monkeypatch.syspath_prepend(HOME)

    def named(name: str) -> ModuleType:
        for other in ("compose", "prepare", "tokens", "weights"):
            monkeypatch.delitem(sys.modules, other, raising=False)
        return importlib.import_module(name)

    return named


# Names with a figure that the other language says without one.
WITHOUT_FIGURE = ("Ligue 1", "Covid-19", "round of 16", "Formula 1", "Formula One")


def findings(pairs: list[tuple[str, str]], language: str, only: set[str]) -> list[tuple[str, str, str]]:
    """What the checks, written for translations, say of pairs, but for hints."""
    entries = [Entry(msgid=source, msgstr=target) for source, target in pairs]
    found = checks.run(entries, locale=LOCALES[language], article="", file="", syntax="plain", only=only)
    return [(one.source, one.target, one.message) for one in found if one.severity != "info"]


@pytest.mark.parametrize("kind", ["numbers", "frames"])
@pytest.mark.parametrize("language", LOCALES)
def test_composed_pairs_say_the_same_values(script, language: str, kind: str) -> None:  # type: ignore[no-untyped-def]
    """The number check finds nothing in what the templates make by value."""
    pairs = script("compose").composed(language, 1500, kind)
    assert len(pairs) == len(dict(pairs)) == 1500
    pairs = [pair for pair in pairs if not any(name in pair[0] for name in WITHOUT_FIGURE)]
    said = findings(pairs, language, {"numbers"})
    assert not said, said[:5]


@pytest.mark.parametrize("kind", ["news", "held", "features"])
@pytest.mark.parametrize("language", LOCALES)
def test_what_was_written_for_training_is_sound(script, language: str, kind: str) -> None:  # type: ignore[no-untyped-def]
    """What all checks say of it is one pair in two hundred at most: 新冠肺炎 for Covid-19, and the like."""
    pairs = script("compose").said(language, kind)
    assert pairs or (language, kind) == ("zh", "features")
    said = findings(pairs, language, set(checks.CHECKS))
    assert len(said) <= len(pairs) / 200, said[:5]


def words_in_a_row(text: str) -> set[tuple[str, ...]]:
    """Every seven words in a row of a text."""
    words = re.findall(r"[\w']+", text.lower())
    return {tuple(words[i : i + 7]) for i in range(len(words) - 6)}


def test_nothing_of_the_tests_was_written_for_training(script) -> None:  # type: ignore[no-untyped-def]
    """No sentence shares seven words in a row with NTREX, with the article, or with the held-out news."""
    news = REPOSITORY.parent / "shared" / "data" / "ntrex" / "newstest2019-src.eng.txt"
    if not news.exists():
        pytest.skip("no test set here")
    article = (REPOSITORY / "source" / "dual-transformation-of-shanghai.md").read_text("utf-8")
    compose = script("compose")
    tested = words_in_a_row(article)
    for line in [*news.read_text("utf-8").splitlines(), *(source for source, _ in compose.said("es", "held"))]:
        tested |= words_in_a_row(line)
    written = [source for kind in ("news", "features") for source, _ in compose.said("es", kind)]
    written += [row["en"] for name in ("numbers.tsv", "frames.tsv") for row in compose.rows(name)]
    assert not [source for source in written if words_in_a_row(source) & tested]


def test_a_frame_has_the_same_slots_in_every_language(script) -> None:  # type: ignore[no-untyped-def]
    compose = script("compose")
    for name in ("numbers.tsv", "frames.tsv"):
        for row in compose.rows(name):
            slots = [sorted(slot.lower() for slot in compose.SLOT.findall(text)) for text in row.values()]
            assert all(one == slots[0] for one in slots), row["en"]


def test_prose_is_seen_more_often_than_manuals(script) -> None:  # type: ignore[no-untyped-def]
    prepare = script("prepare")
    prose = [f"The minister said on {day} that the town would rebuild the bridge." for day in "abcdefgh"]
    manuals = [f"Returns the value of the array {name} or null." for name in "abcdefgh" * 4]
    often = prepare.alike([*prose, *manuals], prose, manuals)
    assert often.min() >= 0.2
    assert often.max() <= 2.6
    assert abs(often.mean() - 1) < 0.02
    assert often[: len(prose)].min() > often[len(prose) :].max()


def test_a_pair_in_another_form_is_in_it_on_both_sides(script) -> None:  # type: ignore[no-untyped-def]
    prepare = script("prepare")
    forms = {prepare.varied(("Close the door.", "Cierra la puerta.", "x"), random.Random(seed)) for seed in range(9)}
    assert forms == {("CLOSE THE DOOR.", "CIERRA LA PUERTA.", "x"), ("Close the door", "Cierra la puerta", "x")}


def test_composing_gives_the_same_pairs_each_time(script) -> None:  # type: ignore[no-untyped-def]
    compose = script("compose")
    assert compose.composed("zh", 50) == compose.composed("zh", 50)


def test_an_amount_is_written_by_value_in_each_language(script) -> None:  # type: ignore[no-untyped-def]
    compose = script("compose")
    value = compose.Decimal(10) ** 12 * compose.Decimal("1.2")
    assert compose.money(value, "cny", "en") == "1.2 trillion yuan"
    assert compose.money(value, "cny", "zh") == "1.2万亿元"
    assert compose.money(value, "cny", "es") == "1,2 billones de yuanes"
    assert compose.money(compose.Decimal(170 * 10**9), "usd", "zh") == "1700亿美元"
    assert compose.money(compose.Decimal(170 * 10**9), "usd", "es") == "170.000 millones de dólares"
    assert compose.money(compose.Decimal("5.5"), "usd", "en") == "$5.50"


def test_nothing_held_out_is_trained_on(script) -> None:  # type: ignore[no-untyped-def]
    rng = random.Random(3)
    pairs = [(f"Sentence {rng.randint(1, 60)}.", f"Satz {number}.", "some") for number in range(200)]
    train, held = script("prepare").split(pairs, 40, 7)
    assert len(held) == 40
    assert not {source for source, _, _ in train} & {source for source, _, _ in held}
    assert {*train, *held} <= set(pairs)


def test_a_tokenizer_keeps_full_width_marks_and_every_kind_of_blank_apart(script) -> None:  # type: ignore[no-untyped-def]
    import sentencepiece

    tokens = script("tokens")
    lines = ["The cat sat on the mat, and slept.", "猫坐在垫子上，睡着了。", "Prices rose; wages fell."] * 40
    first = tokens.train(lines, size=340)
    more = tokens.extended(first, ["价格上涨：百分之五！（更多）"], more=5)
    old = sentencepiece.SentencePieceProcessor(model_proto=first)
    new = sentencepiece.SentencePieceProcessor(model_proto=more)
    assert new.get_piece_size() == old.get_piece_size() + 5
    kept = range(old.get_piece_size())
    assert [new.id_to_piece(i) for i in kept] == [old.id_to_piece(i) for i in kept]
    assert tokens.vocabulary(more)[: len(kept) + 1] == tokens.vocabulary(first)
    for text in ("猫坐在垫子上，睡着了。", "价格：5（五）！", "a, b"):
        assert new.decode(new.encode(text)) == text
    assert new.decode(new.encode("thin\u2009no\u00a0break\u200b")) == "thin no break"


def test_what_a_new_model_carries_over_stands_at_its_pieces(script, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import numpy as np

    prepare, weights = script("prepare"), importlib.import_module("weights")
    old = {"embedding.weight": np.eye(4, 8, dtype=np.float32), "bias": np.arange(4, dtype=np.float32)}
    weights.save(old, tmp_path)
    (tmp_path / "vocab.json").write_text('["<blank>", ",", "▁cat", "▁dog"]', encoding="utf-8")
    new = prepare.carried(tmp_path, ["▁dog", "，", "▁new"], 1)
    assert new["embedding.weight"].shape == (3, 8)
    assert np.allclose(new["embedding.weight"][0], old["embedding.weight"][3], atol=0.01)
    assert np.allclose(new["embedding.weight"][1], old["embedding.weight"][1], atol=0.01), "，begins as the comma did"
    assert new["bias"][1] == 1


def test_weights_survive_their_files(script, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import numpy as np

    weights = script("weights")
    rng = np.random.default_rng(0)
    arrays = {f"layer.{n}": rng.normal(size=(64, 32)).astype(np.float32) for n in range(5)}
    arrays["norm"] = rng.normal(size=32).astype(np.float32)
    weights.save(arrays, tmp_path, limit=5000)
    assert len(list(tmp_path.glob("weights-*.npz"))) == 3, "in files of at most so many bytes"
    loaded = weights.load(tmp_path)
    assert loaded.keys() == arrays.keys()
    assert all(np.abs(loaded[name] - array).max() < 0.02 for name, array in arrays.items())
