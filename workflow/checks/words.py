"""The amounts that a text says in words.

A strong one is spelled out with a scale word ("three million", 三百万) and wants an answer. Words for small numbers,
names of months and Roman numerals are asked for (`spoken`): they may answer for a figure on the other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from workflow.checks.grammar import (
    CJK_BIG,
    CJK_DIGITS,
    CJK_SMALL,
    HANGUL_BIG,
    HANGUL_DIGITS,
    HANGUL_SMALL,
    Amount,
    Grammar,
    cjk_value,
    grammar_of,
    named,
    tail_scale,
    with_unit,
)
from workflow.languages.figures import Unit

_AND = frozenset({" ", "-", " and "})
_DUALS = ("ان", "ين", "تا", "تي")
_CHAINED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
WORD = re.compile(r"[^\W\d_]+(?:[̀-ͯऀ-ॣॱ-෿]+[^\W\d_]*)*")
_ROMAN = re.compile(
    r"(?<![^\W\d_])(?=[IVXL])X{0,4}(?:IX|IV|V?I{0,4})(?:er?|ère|è?me|es|th)?(?![^\W\d_])|(?<![^\W\d_])[ІХ]+(?![^\W\d_])"
)
_SPELLS_BIG = re.compile(
    r"[〇零一壹二贰兩两貳三叁參四肆五伍六陆陸七柒八捌九玖][〇零一二两兩三四五六七八九十百千拾佰仟]*"
    r"[万萬亿億兆][〇零一二两兩三四五六七八九十百千万萬亿億兆]*"
)
_CJK_RUN = re.compile(r"[〇零一壹二贰兩两貳三叁參四肆五伍六陆陸七柒八捌九玖十拾百佰千仟万萬亿億兆廿卅]+")
_HANGUL_COUNTER = (
    "(?:년|개|월|일|주|명|점|회|차|위|층|대|호|시|분|초|번|권|장|세|국|배|퍼|여|원|달|살|곳|척|마리|가지|쌍|편|째)"
)
_HANGUL_RUN = re.compile(
    r"[일이삼사오육칠팔구][일이삼사오육칠팔구십백천만억조]*[십백천만억조][일이삼사오육칠팔구십백천만억조]*"
    rf"|(?<![가-힣])[십백천만억조]{{1,3}}(?=$|[^가-힣]| ?{_HANGUL_COUNTER})"
)
_UNIT_FRACTIONS = frozenset({"third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"})
_HANGUL_COUNT = re.compile(
    r"(?<![가-힣])([일이삼사오육칠팔구]) ?(?:년|개월|월|일|주|명|점|회|차|위|층|대|호|시간|분|초|번|"
    r"권|장|세|국|배|퍼센트)"
)
DATED = re.compile(r"(?:\b(?:in|of|last|this|next|early|late|since|until|till|from|by|mid)|\d)[ -]$")
_RATIO = re.compile(r" (?:in|out of) (?:every )?")
_REMEMBERED = 50_000
_TENS = frozenset(range(20, 100, 10))
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "І": 1, "Х": 10}


def strong(text: str, locale: str) -> tuple[Amount, ...]:
    """Amounts spelled out with a scale word: "three million", 三百万."""
    grammar = grammar_of(locale)
    if grammar.cjk:
        return tuple(_chinese_strong(text))
    return tuple(_alphabetic_strong(text, grammar)) if grammar.strong is not None else ()


_IDIOMS = frozenset({"一万", "一萬", "一亿", "一億"})  # 一万 is as often "never so many" as 10,000


def _chinese_strong(text: str) -> Iterator[Amount]:
    """Numerals of ten thousand and more in a text in ideographs."""
    for run in _SPELLS_BIG.finditer(text):
        value = cjk_value(run[0], CJK_DIGITS, CJK_SMALL, CJK_BIG)
        before = text[run.start() - 1 : run.start()]
        if value and value >= 1e4 and not before.isdigit() and before not in set("数几第") and run[0] not in _IDIOMS:
            yield Amount(run[0], run.start(), run.end(), (value,), strong=True)


def _alphabetic_strong(text: str, grammar: Grammar) -> Iterator[Amount]:
    """Number words before a scale word, with what half a word after it adds."""
    assert grammar.strong is not None
    taken = 0
    for scale in grammar.strong.finditer(text):
        if scale.start() < taken:
            continue
        begin, values, others = _words_before(text, scale.start(), grammar)
        if not values or max(values) >= 1000:
            continue
        factor, end, _ = tail_scale(text, scale.start(), grammar)
        value = _sum(values)
        if factor >= 1000 and value and not text[begin - 2 : begin - 1].isdigit():
            tail = [_word(one[0], grammar) for one in WORD.finditer(text, end, min(len(text), end + 14))][:2]
            if any(0.5 in counted for counted in tail):
                others.add(value + 0.5)
            every = dict.fromkeys((value, *sorted(others)))
            yield Amount(text[begin:end].strip(), begin, end, tuple(one * factor for one in every), strong=True)
            taken = end


def _words_before(text: str, place: int, grammar: Grammar) -> tuple[int, list[float], set[float]]:
    """The number words right before `place`: where they begin, what they count, what the last may count besides."""
    begin = reach = place
    values: list[float] = []
    others: set[float] = set()
    for part in list(WORD.finditer(text, max(0, place - 40), place))[:-7:-1]:
        counted = _word(part[0], grammar)
        article = part[0] in grammar.figures.articles
        if text[part.end() : reach].strip(" -") or not (counted or article or len(part[0]) <= 3):
            break
        if counted:
            if not values:
                others.update(value for value in counted if value < 10)
            values.insert(0, counted[0])
        reach = part.start()
        begin = part.start() if counted or article else begin
    return begin, values, others


def _sum(values: list[float]) -> float:
    """What number words that stand together count: 20, 5 -> 25; 3, 100 -> 300; 2, 1000, 18 -> 2018."""
    total = current = 0.0
    for value in values:
        if value >= 1000:
            total, current = total + (current or 1.0) * value, 0.0
        elif value == 100 and current:
            current *= value
        else:
            current += value
    return total + current


def _word(word: str, grammar: Grammar) -> tuple[float, ...]:
    """What a word can count; remembered, since words come again."""
    known = grammar.known.get(word)
    if known is None:
        if len(grammar.known) > _REMEMBERED:
            grammar.known.clear()
        known = grammar.known[word] = _counting(word, grammar)
    return known


def _counting(word: str, grammar: Grammar) -> tuple[float, ...]:
    """What a word can count, by itself, its beginning or without its prefix."""
    if (values := grammar.words.get(word)) is not None:
        return values
    if grammar.english and word.endswith("s"):
        return grammar.words.get(word[:-1]) or grammar.words.get(f"{word[:-3]}y" if word.endswith("ies") else "", ())
    for table, lengths in (
        (grammar.stems, range(min(len(word), 14), max(1, len(word) - 6), -1)),
        (grammar.prefixes, range(min(len(word), 14), 2, -1)),
    ):
        if table:
            for length in lengths:
                if (values := table.get(word[:length])) is not None:
                    return values
    return _arabic(word, grammar) if "\u0600" <= word[0] <= "\u06ff" and len(word) > 2 else ()


_PREFIXES = ("وال", "بال", "كال", "فال", "لل", "و", "ال", "ب", "ل", "ك", "ف")


def _arabic(word: str, grammar: Grammar) -> tuple[float, ...]:
    """What an Arabic word can count without its article or preposition; a dual counts two."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and (values := grammar.words.get(word[len(prefix) :])) is not None:
            return values
    return (2.0,) if len(word) > 4 and word.endswith(_DUALS) else ()


@lru_cache(maxsize=256)
def spoken(text: str, raw: str, locale: str) -> frozenset[float]:
    """Every value that words in `text` (folded) may stand for; `raw` is the text as written, for Roman numerals."""
    grammar = grammar_of(locale)
    values = _roman(raw)
    if grammar.cjk or grammar.hangul:
        values |= _numerals(text, grammar)
    if not grammar.cjk:
        words = [
            part for word, _, _ in _number_words(text, grammar) for part in {word: 0, **dict.fromkeys(word.split("-"))}
        ]
        values |= _alphabetic(words, grammar)
        if grammar.hangul:
            values |= _korean(text, words, grammar)
    return frozenset(values)


_AFTER_NUMERAL = {"成": 10.0, "割": 10.0, "旬": 10.0}


def _numerals(text: str, grammar: Grammar) -> set[float]:
    """The values of numerals in ideographs or Hangul, of each of their digits, and of other words that count."""
    tables = (CJK_DIGITS, CJK_SMALL, CJK_BIG) if grammar.cjk else (HANGUL_DIGITS, HANGUL_SMALL, HANGUL_BIG)
    values: set[float] = set()
    for run in (_CJK_RUN if grammar.cjk else _HANGUL_RUN).finditer(text):
        if (value := cjk_value(run[0], *tables)) is not None:
            after = text[run.end() : run.end() + 1]
            values.update((value, value * _AFTER_NUMERAL.get(after, 1.0)))
            if after == "折":
                values.add(100 - (value * 10 if value < 10 else value))
        values.update(float(tables[0][char]) for char in run[0] if char in tables[0])
        values.update(_between(run[0], tables[0]))
    for name, counted in grammar.words.items():
        if name in text and (grammar.cjk or len(name) > 1):
            values.update(counted)
    return values


_EITHER = re.compile(r"(十?)([一二三四五六七八九])([二三四五六七八九])(十?)")


def _between(run: str, digits: dict[str, int]) -> Iterator[float]:
    """Both ends of a number told by two: 二三十, 十五六."""
    for found in _EITHER.finditer(run):
        first, last = digits[found[2]], digits[found[3]]
        if last == first + 1:
            factor, add = (10.0, 0.0) if found[4] else (1.0, 10.0 if found[1] else 0.0)
            yield from (first * factor + add, last * factor + add)


_DOZENS = ("dozen", "docena", "dúzia", "douzaine", "dozzin", "dutzend", "dozijn", "dussin", "dusin", "tusin", "дюжин")


def _alphabetic(words: list[str], grammar: Grammar) -> set[float]:
    """What the words count alone and together, the months among them, and the ones that articles may stand for."""
    values: set[float] = set()
    together: list[float] = []
    gap = 0
    for word in words:
        counted, month = _told(word, grammar)
        if counted:
            values.update(counted)
            if counted[0] >= 3 and word not in grammar.figures.cardinals:
                values.add(1 / counted[0])
            if together and word.startswith(_DOZENS):
                values.add(together[-1] * 12)
            together.append(counted[0])
            gap = 0
            values.update(_combined(together))
        elif together:
            gap += 1
            if gap > 2 or len(word) > 3:
                together, gap = [], 0
        if word in grammar.figures.articles or word in _UNIT_FRACTIONS:
            values.add(1.0)
        if month is not None:
            values.add(month)
    return values


def _told(word: str, grammar: Grammar) -> tuple[tuple[float, ...], float | None]:
    """What a word of a translation may count, as a scale word or a compound, too, and its month; remembered."""
    told = grammar.told.get(word)
    if told is None:
        if len(grammar.told) > _REMEMBERED:
            grammar.told.clear()
        counted = (grammar.scales[word],) if word in grammar.scales and len(word) > 2 else _word(word, grammar)
        if "\u0600" <= word[0] <= "\u06ff":
            counted = (*counted, *_dual_scale(word, grammar))
        if not counted and len(word) > 8:
            counted = _compound(word, grammar) or _begun(word, grammar)
        told = grammar.told[word] = (counted, month_of(word, grammar))
    return told


def _dual_scale(word: str, grammar: Grammar) -> Iterator[float]:
    """Two thousand or million, in an Arabic dual, with its ending or without the n of it."""
    for ending in ("ان", "ين", "ا", "ي"):
        if word.endswith(ending) and (value := grammar.scales.get(word.removesuffix(ending))):
            yield 2 * value


def _begun(word: str, grammar: Grammar) -> tuple[float, ...]:
    """The number, ten or more, that a long word begins with: Achtzehnjährige."""
    if not word[0].isascii():
        return ()
    values = (grammar.plain.get(word[:cut], 0.0) for cut in range(len(word) - 2, 5, -1))
    return tuple(value for value in values if value >= 10)[:1]


def month_of(word: str, grammar: Grammar) -> float | None:
    """The number of the month that the word names, in whatever case."""
    for cut in range(len(word), max(2, len(word) - 7), -1):
        if (month := grammar.months.get(word[:cut])) and (cut > 3 or cut == len(word) or not word.isascii()):
            return float(month)
    return None


def _korean(text: str, words: list[str], grammar: Grammar) -> set[float]:
    """What Sino-Korean digits count before their counters, and native number words with theirs."""
    values = {float(HANGUL_DIGITS[found[1]]) for found in _HANGUL_COUNT.finditer(text)}
    for word in words:
        for length in (3, 2, 1):
            if (counted := grammar.words.get(word[:length], ())) and len(word) <= length + 3:
                if length > 1 or len(word) == 1 or _COUNTER.match(word, 1) or _PARTICLE.fullmatch(word, 1):
                    values.update(counted)
                break
    return values


_COUNTER = re.compile(_HANGUL_COUNTER)
_PARTICLE = re.compile(r"[은는이가을를의에로도만과와]|으로|에서|이나|까지|부터")


def _combined(run: list[float]) -> set[float]:
    """What the words of a run mean together, from each that may begin it."""
    return {_sum(run[begin:]) for begin in range(max(0, len(run) - 6), len(run) - 1)}


def _number_words(text: str, grammar: Grammar) -> Iterator[tuple[str, int, int]]:
    """The words of `text` with their places, "thirty-two" as one where the language knows it as one."""
    if "-" not in text:
        for word in WORD.finditer(text):
            yield word[0], word.start(), word.end()
        return
    position = 0
    for chain in _CHAINED.finditer(text):
        if chain[0] in grammar.words:
            for word in WORD.finditer(text, position, chain.start()):
                yield word[0], word.start(), word.end()
            yield chain[0], chain.start(), chain.end()
            position = chain.end()
    for word in WORD.finditer(text, position):
        yield word[0], word.start(), word.end()


@lru_cache(maxsize=8192)
def worded(text: str, raw: str, locale: str) -> tuple[Amount, ...]:
    """The numbers that `text` (folded from `raw`) says in words, and its months: what a figure may stand for."""
    grammar = grammar_of(locale)
    found: list[Amount] = []
    run: list[Amount] = []
    articles, months = grammar.figures.articles, grammar.months
    for word, start, end in _number_words(text, grammar):
        counted = _word(word, grammar)
        if not (run or counted or word in articles or word in months):
            continue
        if run and word == "and" and end - start + 2 <= 5:
            continue
        if run and _RATIO.fullmatch(text, run[-1].end, start):
            found.extend(_joined(run, text))
            run = []
            continue
        if counted and run and text[run[-1].end : start] in _AND:
            run.append(Amount(word, start, end, counted))
            continue
        found.extend(_joined(run, text))
        run = [Amount(word, start, end, counted)] if counted else []
        found.extend(_one_unit(word, start, end, text, grammar))
        if word in months and _names_month(word, start, end, text, raw):
            found.append(Amount(word, start, end, (float(grammar.months[word]),)))
    found.extend(_joined(run, text))
    return tuple(with_unit(amount, text, grammar) if amount.unit is None else amount for amount in found)


def _one_unit(word: str, start: int, end: int, text: str, grammar: Grammar) -> Iterator[Amount]:
    """The amount in "an hour", "every week"; none in "of an hour"."""
    unit = grammar.unit.match(text, end + 1) if word in grammar.figures.articles else None
    if unit and not text[max(0, start - 3) : start].endswith("of "):
        yield Amount(text[start : unit.end()], start, unit.end(), (1.0,), unit=named(grammar.units, unit[0]))


def _names_month(word: str, start: int, end: int, text: str, raw: str) -> bool:
    """Whether the word, a month's name, is meant so: with a capital, and "May" beside a day or after "in"."""
    if len(word) < 3 or not raw[start : start + 1].isupper():
        return False
    return word != "may" or text[end : end + 2].strip().isdigit() or bool(DATED.search(text, max(0, start - 12), start))


_BEFORE_NO_COUNT = frozenset("第星期周週拜")


def cardinals(text: str, locale: str) -> tuple[Amount, ...]:
    """The plain number words of `text` (folded) that count three or more."""
    grammar = grammar_of(locale)
    found: list[Amount] = []
    if grammar.cjk:
        for run in _CJK_RUN.finditer(text):
            value = cjk_value(run[0], CJK_DIGITS, CJK_SMALL, CJK_BIG)
            lone = run[0] in CJK_SMALL or run[0] in CJK_BIG
            weekday = text[run.start() - 1 : run.start()] in _BEFORE_NO_COUNT
            if value and value >= 3 and not (weekday or (lone and run[0] != "十")):
                found.append(Amount(run[0], run.start(), run.end(), (value,)))
    for word, start, end in _number_words(text, grammar):
        if grammar.plain.get(word, 0) >= 3:
            found.append(Amount(word, start, end, (grammar.plain[word],)))
    return tuple(found)


def counts(amount: Amount, locale: str) -> bool:
    """Whether the amount is a plain number word, two or more, that counts and does not order."""
    return amount.text in grammar_of(locale).figures.cardinals and amount.values[0] >= 2


def _joined(run: list[Amount], text: str) -> Iterator[Amount]:
    """A run of number words as one amount where it counts as one: "two hundred", not "two thirds"."""
    firsts = [amount.values[0] for amount in run]
    if len(run) == 2 and firsts[1] == 12 and firsts[0] < 12 and run[1].text.startswith(_DOZENS):
        yield Amount(text[run[0].start : run[1].end], run[0].start, run[1].end, (firsts[0] * 12, 12.0))
    elif len(run) > 1 and (max(firsts) >= 100 or (len(run) == 2 and firsts[0] in _TENS and firsts[1] < 10)):
        values = (_sum(firsts), *sorted(_combined(firsts)))
        yield Amount(text[run[0].start : run[-1].end], run[0].start, run[-1].end, tuple(dict.fromkeys(values)))
    else:
        yield from run


def _compound(word: str, grammar: Grammar) -> tuple[float, ...]:
    """The value of number words written as one: zweitausendachtzehn."""
    parts: list[float] = []
    position = 0
    while position < len(word):
        for length in range(min(len(word) - position, 16), 1, -1):
            piece = word[position : position + length]
            counts = grammar.words.get(piece) or ((grammar.scales[piece],) if piece in grammar.scales else None)
            if piece in {"und", "en", "och", "og", "hundert", "honderd", "hundra", "hundre", "cento", "szaz"}:
                counts = counts or ((100.0,) if len(piece) > 4 else ())
            if counts is not None:
                parts.extend(counts[:1])
                position += length
                break
        else:
            return ()
    return tuple(_combined([0.0, *parts])) if len(parts) > 1 else ()


def units(text: str, locale: str) -> tuple[Unit, ...]:
    """Every unit that words in `text` (folded) name, wherever they stand."""
    grammar = grammar_of(locale)
    return tuple(dict.fromkeys(named(grammar.units, found[0]) for found in grammar.unit_word.finditer(text)))


def _roman(raw: str) -> set[float]:
    """The values of Roman numerals as written in capitals."""
    return {value for found in _ROMAN.finditer(raw) if (value := _roman_value(found[0]))}


def _roman_value(text: str) -> float:
    """What the letters of a Roman numeral count together."""
    values = [_ROMAN_VALUES[char] for char in text if char in _ROMAN_VALUES]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return float(sum(-one if later > one else one for one, later in pairs))


_OF_A_MONARCH = re.compile(r"[^\W\d_]{2,} $")


def romans(raw: str) -> tuple[Amount, ...]:
    """The Roman numerals of two letters and more that stand after a word: Louis XIV, siècle XIX.

    >>> [(one.text, one.values) for one in romans("Louis XIV had an X-ray.")]
    [('XIV', (14.0,))]
    """
    return tuple(
        Amount(found[0], found.start(), found.end(), (_roman_value(found[0]),))
        for found in _ROMAN.finditer(raw)
        if found.end() - found.start() > 1 and _OF_A_MONARCH.search(raw, max(0, found.start() - 20), found.start())
    )
