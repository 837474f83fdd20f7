"""What CLDR says of figures, and the files of number words beside it."""

from __future__ import annotations

from pathlib import Path

import babel
import pytest

from workflow.languages.figures import KINDS, figures, unit

FOLDER = Path(__file__).parents[1] / "workflow" / "languages"


@pytest.mark.parametrize(
    ("locale", "word", "value"),
    [
        ("de", "milliarden", 1e9),
        ("de", "billionen", 1e12),
        ("es", "mil millones", 1e9),
        ("es", "billones", 1e12),
        ("fr", "milliards", 1e9),
        ("zh_CN", "万亿", 1e12),
        ("zh_TW", "兆", 1e12),
        ("ja", "億", 1e8),
        ("ko", "조", 1e12),
        ("hi", "करोड़", 1e7),
        ("ru", "млрд", 1e9),
        ("ar", "مليار", 1e9),
        ("pt_BR", "bilhões", 1e9),
        ("sv", "miljarder", 1e9),
        ("pl", "miliardów", 1e9),
    ],
)
def test_scale_words_come_from_cldr(locale: str, word: str, value: float) -> None:
    assert figures(locale).scales[word] == value


@pytest.mark.parametrize(
    ("locale", "decimal", "group"), [("de", ",", "."), ("fr", ",", " "), ("hi", ".", ","), ("de_CH", ".", "’")]
)
def test_marks_come_from_cldr(locale: str, decimal: str, group: str) -> None:
    assert (figures(locale).decimal, figures(locale).group) == (decimal, group)


@pytest.mark.parametrize(
    ("locale", "word", "value"),
    [
        ("de", "fünfundzwanzig", 25),
        ("ru", "пятью", 5),
        ("it", "ventuno", 21),
        ("fi", "viisi", 5),
        ("hu", "húsz", 20),
        ("vi", "năm", 5),
    ],
)
def test_number_words_come_from_cldr(locale: str, word: str, value: float) -> None:
    assert value in figures(locale).words[word]


def test_cardinals_count_and_ordinals_order() -> None:
    assert "five" in figures("en").cardinals
    assert "fifth" not in figures("en").cardinals
    assert figures("en").words["fifth"] == (5.0,)


@pytest.mark.parametrize("folder", ["numerals", "terms"])
def test_every_file_of_words_is_of_a_language_that_cldr_knows_and_can_be_read(folder: str) -> None:
    files = sorted((FOLDER / folder).glob("*.txt"))
    assert files
    for file in files:
        babel.Locale.parse(file.stem)
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            fields = line.split("\t")
            assert all(field.strip() == field != "" for field in fields), f"{file.name}: {line}"
            if folder == "terms":
                assert fields[0] in {"scale", "word", "article", "unit", "month", "currency", "minus", "percent"}, (
                    f"{file.name}: {line}"
                )
                assert fields[0] != "unit" or fields[1] in KINDS, f"{file.name}: {line}"
            else:
                float(fields[0])
        assert figures(file.stem).words or figures(file.stem).scales


def test_every_locale_of_babel_has_figures() -> None:
    for locale in ("af", "am", "bn", "cy", "el", "et", "gu", "is", "ka", "km", "mr", "my", "sw", "ta", "uz", "zu"):
        assert figures(locale).decimal in {".", ",", "٫"}
        assert figures(locale).units


def test_units_convert_through_their_base() -> None:
    mile, kilometre = unit("length-mile"), unit("length-kilometer")
    assert 385 * mile.factor / kilometre.factor == pytest.approx(619.6, abs=0.1)
    fahrenheit = unit("temperature-fahrenheit")
    assert 80 * fahrenheit.factor + fahrenheit.zero == pytest.approx(26.67, abs=0.01)


def test_a_locale_that_cldr_does_not_know_is_read_as_english() -> None:
    assert figures("xx_YY").scales["million"] == 1e6
