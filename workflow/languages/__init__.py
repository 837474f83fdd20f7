"""What CLDR knows of a language: its name, direction, plurals, dates. The only door to babel."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

import babel
import babel.core
import babel.localedata

from workflow.errors import UsageError

# Languages written without a blank between sentences.
_SPACELESS = {"zh", "ja", "yue", "wuu", "lzh"}

# What CLDR's "likely subtags" give where a page needs the script said: zh_CN is read as Hans by everyone,
# but the BCP 47 advice for pages is to name the script, not the country.
_TAGS = {
    "zh_CN": "zh-Hans",
    "zh_SG": "zh-Hans",
    "zh_TW": "zh-Hant",
    "zh_HK": "zh-Hant-HK",
    "zh_MO": "zh-Hant-MO",
}
# Babel carries no delimiters, so these are CLDR's `<delimiters>` (release 48), for languages whose marks are not “”‘’.
_QUOTES = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "is", "lt", "et", "ka", "lb", "hsb", "dsb"), ("„", "“", "‚", "‘")),
    **dict.fromkeys(("bg", "sr", "mk"), ("„", "“", "’", "‘")),
    **dict.fromkeys(("pl", "ro", "hu", "hr", "bs"), ("„", "”", "«", "»")),
    "hr": ("„", "”", "‚", "’"),
    "bs": ("„", "”", "‘", "’"),
    **dict.fromkeys(("es", "pt_PT", "ca", "gl", "eu", "ast", "el"), ("«", "»", "“", "”")),
    **dict.fromkeys(("it",), ("«", "»", "“", "”")),
    "fr": ("«\u202f", "\u202f»", "“", "”"),
    "fr_CH": ("«", "»", "‹", "›"),
    **dict.fromkeys(("de_CH", "it_CH", "de_LI"), ("«", "»", "‹", "›")),
    **dict.fromkeys(("ru", "uk", "be", "kk", "ky"), ("«", "»", "„", "“")),
    **dict.fromkeys(("nb", "nn", "no", "sq"), ("«", "»", "‘", "’")),
    "da": ("”", "”", "’", "’"),
    **dict.fromkeys(("sv", "fi"), ("”", "”", "’", "’")),
    **dict.fromkeys(("ja", "zh_TW", "zh_HK", "zh_MO", "yue"), ("「", "」", "『", "』")),
    **dict.fromkeys(("fa", "ps", "am", "hy", "az"), ("«", "»", "‹", "›")),
    "ar": ("«", "»", "“", "”"),
    "he": ("”", "”", "’", "’"),
    "ur": ("”", "“", "’", "‘"),
}
# The first of a month, where newspapers write an ordinal and CLDR's long format a bare 1.
_FIRST = {"fr": "1er", "pt_BR": "1º", "it": "1º"}
# A language as a sentence names it, where CLDR has the words of a menu.
_NAMED = {
    "ko": {"zh_Hans": "중국어 간체", "zh_Hant": "중국어 번체"},
    "ru": {"zh_Hans": "китайский (упрощенное письмо)", "zh_Hant": "китайский (традиционное письмо)"},
}
_BY_SCRIPT = {
    "zh_Hans": "zh_CN",
    "zh_Hant": "zh_TW",
    "zh_Hans_CN": "zh_CN",
    "zh_Hant_TW": "zh_TW",
    "zh_Hant_HK": "zh_HK",
    "zh_Hans_SG": "zh_SG",
}

REDUPLICATING = frozenset({"id", "ms", "hi", "tl", "fil", "mi", "haw", "ur", "bn", "ta", "te", "th", "vi", "sw", "tr",
                           "ko", "ja", "zh", "af", "fa", "ar"})  # fmt: skip
"""Languages that say a word twice to make another of it (anak-anak, 看看)."""

RIGHTLY_TWICE = frozenset({"vous", "nous", "sie", "que", "die", "das", "der", "bla", "ha", "se", "piano", "via", "così",
                           "casi", "logo"})  # fmt: skip
"""Words that stand twice in a row in sound sentences of the other languages (nous nous lavons, piano piano)."""


@lru_cache(maxsize=256)
def _locale(code: str) -> babel.Locale:
    """Babel's locale of a canonical gettext code."""
    return babel.Locale.parse(code.replace("@", "_"), resolve_likely_subtags=True)


@lru_cache(maxsize=256)
def canonical(spelling: str) -> str:
    """The gettext code of any spelling of a locale that CLDR knows: `zh-CN`, `zh_Hans`, `ZH_cn` are `zh_CN`.

    Raises UsageError for what CLDR does not know, with the nearest code that it does.

    >>> canonical("zh-Hans"), canonical("pt-br"), canonical("es"), canonical("sr-Latn")
    ('zh_CN', 'pt_BR', 'es', 'sr_Latn')
    """
    code = spelling.strip().replace("-", "_")
    try:
        if not re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})*", code):
            raise ValueError(code)  # noqa: TRY301 - the same answer as for a code that CLDR does not know
        parsed = babel.Locale.parse(code)
    except (ValueError, babel.UnknownLocaleError):
        import difflib

        near = difflib.get_close_matches(code, babel.localedata.locale_identifiers(), n=1, cutoff=0.75)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"unknown locale {spelling!r}{hint}") from None
    parts = [parsed.language, parsed.script, parsed.territory]
    joined = "_".join(part for part in parts if part)
    return _BY_SCRIPT.get(joined, joined)


def known(spelling: str) -> bool:
    """Whether CLDR knows the locale.

    >>> known("pt-BR"), known("klingon")
    (True, False)
    """
    try:
        canonical(spelling)
    except UsageError:
        return False
    return True


def tag(locale: str) -> str:
    """The BCP 47 tag for pages and EPUBs.

    >>> tag("zh_CN"), tag("pt_BR"), tag("ar")
    ('zh-Hans', 'pt-BR', 'ar')
    """
    return _TAGS.get(locale, locale.replace("_", "-"))


def language(locale: str) -> str:
    """The bare language code, as Argos packages and sentence rules name it.

    >>> language("pt_BR")
    'pt'
    """
    return _locale(locale).language


def script(locale: str) -> str:
    """The ISO 15924 code of the script the locale is written in, after CLDR's likely subtags.

    >>> script("zh_TW"), script("ru"), script("ar"), script("en")
    ('Hant', 'Cyrl', 'Arab', 'Latn')
    """
    return _script(locale)


@lru_cache(maxsize=256)
def _script(locale: str) -> str:
    parsed = babel.Locale.parse(locale)
    if parsed.script:
        return str(parsed.script)
    table = babel.core.get_global("likely_subtags")
    for key in (locale, parsed.language):
        if key in table:
            full = babel.core.parse_locale(table[key])
            if full[2]:
                return str(full[2])
    return "Latn"


def direction(locale: str) -> str:
    """`ltr` or `rtl`.

    >>> direction("ar"), direction("zh_CN")
    ('rtl', 'ltr')
    """
    return str(_locale(locale).text_direction)


def own_name(locale: str) -> str:
    """The language's name in itself, as a reader looks for it in a switcher.

    >>> own_name("zh_CN"), own_name("zh_TW"), own_name("es"), own_name("pt_BR")
    ('简体中文', '繁體中文', 'Español', 'Português (Brasil)')
    """
    parsed = _locale(locale)
    name = parsed.languages.get(tag(locale).replace("-", "_")) or parsed.get_display_name(locale) or locale
    return str(name[:1].upper() + name[1:])


def english_name(locale: str) -> str:
    """The language's name in English, for headers and messages.

    >>> english_name("zh_CN")
    'Chinese (Simplified, China)'
    """
    return str(babel.Locale.parse(locale).get_display_name("en") or locale)


@lru_cache(maxsize=256)
def name_in(locale: str, reader: str) -> str:
    """The language's name as a reader of another locale says it within a sentence.

    >>> name_in("en", "zh_CN"), name_in("en", "es"), name_in("zh_CN", "de"), name_in("zh_CN", "ko")
    ('英语', 'inglés', 'Chinesisch (vereinfacht)', '중국어 간체')
    """
    names, code = _locale(reader).languages, tag(locale).replace("-", "_")
    return str(
        _NAMED.get(language(reader), {}).get(code)
        or names.get(code)
        or names.get(language(locale))
        or english_name(locale)
    )


def plural_forms(locale: str) -> str:
    """The value of the Plural-Forms header, after CLDR.

    >>> plural_forms("zh_CN"), plural_forms("en")
    ('nplurals=1; plural=0;', 'nplurals=2; plural=(n != 1);')
    """
    from babel.messages.plurals import get_plural

    plural = get_plural(_locale(locale))
    return f"nplurals={plural.num_plurals}; plural={plural.plural_expr};"


def sentence_gap(locale: str) -> str:
    """What stands between two sentences: nothing in Chinese and Japanese, a blank elsewhere.

    >>> sentence_gap("zh_CN"), sentence_gap("ko")
    ('', ' ')
    """
    return "" if language(locale) in _SPACELESS else " "


def quotes(locale: str) -> tuple[str, str, str, str]:
    """Opening and closing quotation marks, then those inside them, after CLDR's delimiters.

    >>> quotes("de"), quotes("zh_TW")
    (('„', '“', '‚', '‘'), ('「', '」', '『', '』'))
    """
    return _QUOTES.get(locale) or _QUOTES.get(language(locale)) or ("“", "”", "‘", "’")


@lru_cache(maxsize=256)
def date(day: dt.date, locale: str) -> str:
    """The date as the locale writes it at length.

    >>> date(dt.date(2025, 6, 26), "zh_CN"), date(dt.date(2025, 6, 26), "es"), date(dt.date(2025, 2, 1), "fr")
    ('2025年6月26日', '26 de junio de 2025', '1er février 2025')
    """
    import babel.dates

    said = str(babel.dates.format_date(day, format="long", locale=_locale(locale)))
    first = _FIRST.get(locale) or _FIRST.get(language(locale))
    return re.sub(r"^1(?=\s)", first, said) if first else said


def number(value: float, locale: str) -> str:
    """The number with the locale's digits and marks.

    >>> number(1234.5, "de")
    '1.234,5'
    """
    import babel.numbers

    return str(babel.numbers.format_decimal(value, locale=_locale(locale)))


def percent(fraction: float, locale: str) -> str:
    r"""The share as a percentage of whole points.

    >>> percent(0.25, "de")
    '25\xa0%'
    """
    import babel.numbers

    return str(babel.numbers.format_percent(fraction, locale=_locale(locale)))


def listing(items: list[str], locale: str) -> str:
    """The items joined as the locale lists things.

    >>> listing(["A", "B", "C"], "zh_CN")
    'A、B和C'
    """
    import babel.lists

    return str(babel.lists.format_list(items, locale=_locale(locale)))
