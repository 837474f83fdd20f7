"""The words themselves: left in English, doubled, dropped; their punctuation, brackets and blanks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from operator import eq

from workflow.checks.pair import Note, Pair
from workflow.languages import REDUPLICATING, RIGHTLY_TWICE, language
from workflow.languages import script as script_of

_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LOWER_WORD = re.compile(r"(?<![\w/.@-])[a-z]{2,}(?![\w/.@])")


def untranslated(pair: Pair) -> Iterator[Note]:
    """The translation is not the source, nor is any long stretch of it."""
    source, target = pair.source_text.strip(), pair.target_text.strip()
    if language(pair.locale) == language(pair.source_locale) or not _LATIN.search(target):
        return
    words, small = _words(source)
    if not words:
        return
    if source == target:
        plain = [word for word in _LOWER_WORD.findall(source) if word not in {"of", "and", "the", "de", "von"}]
        if len(words) > 1 and plain:
            yield Note("error", "the source stands here untranslated", source)
        else:
            yield Note("info", "the same as the source; a name?", source)
        return
    least = 3 if script_of(pair.locale) != "Latn" else 4
    if len(small.intersection(_WORDS.findall(target))) < least:
        return
    for stretch, start, end in _shared(source, target):
        plain = [word for word in stretch if word.islower() and len(word) > 1]
        # A path or an address has no blanks.
        if len(plain) >= least and len(stretch) >= least + 1 and target.count(" ", start, end) >= least:
            yield Note("error", f"left in English: {target[start:end]}", target[start:end])


@lru_cache(maxsize=8192)
def _words(source: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of the source, and those without a capital; kept, since every locale asks for them."""
    words = tuple(_WORDS.findall(source))
    return words, frozenset(word for word in words if word.islower())


def _shared(source: str, target: str) -> Iterator[tuple[list[str], int, int]]:
    """The longest stretches of words that stand in both texts in the same order, with their places in the target."""
    found = list(_WORDS.finditer(target))
    ours, theirs = _WORDS.findall(source), [word[0] for word in found]
    following: dict[str, list[int]] = {}
    for index, word in enumerate(ours):
        following.setdefault(word, []).append(index)
    position = 0
    while position < len(theirs):
        best = 0
        for start in following.get(theirs[position], ())[:8]:
            length = 1
            while (
                start + length < len(ours)
                and position + length < len(theirs)
                and ours[start + length] == theirs[position + length]
            ):
                length += 1
            best = max(best, length)
        if best > 1:
            last = position + best - 1
            yield theirs[position : last + 1], found[position].start(), found[last].end()
        position += max(1, best)


_SPACED_MARK = re.compile(r"(?<=\w) +([,.;:!?](?![\w.])|[，。；：！？、])")
_BLANK_MARK = re.compile(r" [,.;:!?，。；：！？、]")
_FRENCH = frozenset({"fr", "br"})


def whitespace(pair: Pair) -> Iterator[Note]:
    """No blanks at the ends, none doubled, none before a comma or full stop."""
    source, target = pair.source, pair.target
    if target[:1].isspace() and not source[:1].isspace():
        yield Note("warning", "begins with a blank")
    if target[-1:].isspace() and not source[-1:].isspace():
        yield Note("warning", "ends with a blank")
    if "  " in target.strip() and "  " not in source.strip():
        yield Note("info", "two blanks in a row", "  ")
    if "\t" in target and "\t" not in source:
        yield Note("warning", "a tab stands among the words", "\t")
    if _BLANK_MARK.search(target) and language(pair.locale) not in _FRENCH:
        found = _SPACED_MARK.search(target)
        if found and not _SPACED_MARK.search(source):
            yield Note("info", f"a blank stands before {found[1]}", found[0])


_ENDS = {
    **dict.fromkeys(".。．｡।۔።။", "a full stop"),
    **dict.fromkeys("?？؟⸮՞፧", "a question mark"),
    **dict.fromkeys("!！՜", "an exclamation mark"),
    **dict.fromkeys("…⋯", "dots"),
    **dict.fromkeys(":：", "a colon"),
    **dict.fromkeys(";；؛", "a semicolon"),
    **dict.fromkeys(",，、،", "a comma"),
}
_AFTER_END = " \u00a0\u202f\u200f\u200e\"'”’“‘»«›‹」』）)]】》*_~\ufffc\n"
_NO_STOP = frozenset({"th", "lo", "km", "bo", "my", "dz"})


# Japanese and Korean ask with a particle and may end with a full stop or, in a heading, with nothing.
_ASKS = {
    "ja": re.compile(r"[かの]。?$"),
    "ko": re.compile(r"(?:까|냐|는가|은가|인가|던가|한가|나요|가요|까요|지요|죠)\.?$"),
}
_NEVER = re.compile(r"(?!)")
_COLON_IS_STOP = frozenset({"ja", "ko"})
"""Languages that lead to a list or an example with a whole sentence."""
_MARKS = {
    "a question mark": re.compile(r"[?？؟⸮՞፧]"),
    "an exclamation mark": re.compile(r"[!！՜]"),
    "a colon": re.compile(r"[:：]"),
}
_ASKING = re.compile(
    r"^\W*(?:\w+, )*(?:why|how|what|who|whose|where|when|which|can|does|do|is|are|will|should)\b", re.IGNORECASE
)
_SHORT = 8
"""Words of a question that may be written as a statement: "What a day." """


def _end(text: str, locale: str) -> str:
    """What kind of mark the text ends with, closing quotation marks and brackets aside; empty for none."""
    text = text.rstrip(_AFTER_END)
    if text.endswith(("..", "。。")):
        return "dots"
    last = text[-1:]
    if last == ";" and language(locale) == "el":
        return "a question mark"
    return _ENDS.get(last, "")


# A full stop may stand inside a closing mark; Japanese leaves it out before one.
_STOPPED = re.compile(r"。[”’」』）)]*\s*$|[\u3040-\u30ff\u4e00-\u9fff][」』]\s*$")
# What ends with a quotation in Japanese needs no full stop, whatever the quotation ends with.
_QUOTED = re.compile(r"[」』”]\W*$")


def punctuation(pair: Pair) -> Iterator[Note]:
    """The translation ends with the same kind of mark as the source."""
    ours, theirs = _end(pair.source_text, pair.source_locale), _end(pair.target_text, pair.locale)
    if ours == "a colon" and theirs == "a full stop" and language(pair.locale) in _COLON_IS_STOP:
        return
    if ours == "a question mark" and _ASKS.get(language(pair.locale), _NEVER).search(
        pair.target_text.rstrip(_AFTER_END)
    ):
        return
    if ours == theirs or (ours == "a full stop" and _STOPPED.search(pair.target_text)):
        return
    if not theirs and ours == "a full stop" and language(pair.locale) == "ja" and _QUOTED.search(pair.target_text):
        return
    if language(pair.locale) in _NO_STOP and not {ours, theirs} - {"a full stop", ""}:
        return
    length_of_source = len(pair.source_text.split())
    if length_of_source < 2:
        return
    said = f"ends with {theirs or 'no mark'}, the source with {ours or 'none'}"
    moved = any(
        kind in _MARKS and _MARKS[kind].search(text[:-1].rstrip(_AFTER_END))
        for kind, text in ((ours, pair.target_text), ("" if theirs == "a colon" else theirs, pair.source_text))
    )
    asks = theirs == "a question mark" and length_of_source <= _SHORT and _ASKING.match(pair.source_text) is not None
    yield Note("info" if moved or asks or _near(ours, theirs) else "warning", said, pair.target_text.rstrip()[-1:])


_SAME_ROLE = (
    {"a full stop", "dots", ""},
    {"a full stop", "an exclamation mark", ""},
    {"a colon", "a comma", "dots", "a semicolon"},
    {"a colon", ""},
)


def _near(ours: str, theirs: str) -> bool:
    """Whether translators rightly put one for the other."""
    return any({ours, theirs} <= roles for roles in _SAME_ROLE)


_PAIRS = {"(": ")", "[": "]", "{": "}", "【": "】", "《": "》", "〈": "〉", "〔": "〕"}
_BRACKET = re.compile(r"[()\[\]{}（）【】《》〈〉〔〕［］]")
_QUOTES = re.compile(r"[\"“”„‟«»＂〝〞〟「」『』]")
_SINGLE_OPEN = re.compile(r"(?<![\w'])['‘](?=\w)")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…])['’](?!\w)")
_SMILEY = re.compile(r"[:;]-?[()]|^\s*\w{1,3}\)")
_ONE_WIDTH = str.maketrans("（）［］", "()[]")


def _unclosed(text: str) -> Counter[str]:
    """The brackets that have no partner."""
    open_ones: list[str] = []
    odd: Counter[str] = Counter()
    for char in _BRACKET.findall(text.translate(_ONE_WIDTH)):
        if char in _PAIRS:
            open_ones.append(char)
        elif open_ones and _PAIRS[open_ones[-1]] == char:
            open_ones.pop()
        else:
            match = next(
                (place for place in range(len(open_ones) - 1, -1, -1) if _PAIRS[open_ones[place]] == char), None
            )
            if match is None:
                odd[char] += 1
            else:
                del open_ones[match]
    odd.update(open_ones)
    return odd


def brackets(pair: Pair) -> Iterator[Note]:
    """Brackets and quotation marks come in pairs, as they do in the source."""
    if _BRACKET.search(pair.target_text):
        ours = _unclosed(_SMILEY.sub(" ", pair.source_text))
        theirs = _unclosed(_SMILEY.sub(" ", pair.target_text))
        for char in sorted((theirs - ours).keys()):
            if sum(theirs.values()) > sum(ours.values()):
                yield Note("error", f"{char} has no partner", char)
    yield from _quotes(pair)


_SAID = re.compile(r"(?:^|[,:،：，])\s*[\"“”„‟«»＂〝「『]|[\"“”»＂〞」』]\W*$")


def _quotes(pair: Pair) -> Iterator[Note]:
    """A quotation mark without partner, where the quotation does not run on into the next segment."""
    marks = _QUOTES.findall(pair.target_text)
    if not marks or (
        len(marks) % 2 == 0 and marks.count("「") == marks.count("」") and marks.count("«") == marks.count("»")
    ):
        return
    ours = len(_QUOTES.findall(pair.source_text))
    opens, closes = len(_SINGLE_OPEN.findall(pair.source_text)), len(_SINGLE_CLOSE.findall(pair.source_text))
    if opens == closes:
        ours += 2 * opens
    runs_on = ours % 2 == 1 or (ours < 2 and opens != closes) or _runs_on(pair, ours, marks)
    odd = "quotation marks do not pair up"
    if len(marks) % 2:
        odd = f"{len(marks)} quotation marks: one has no partner" if marks[1:] else "a quotation mark has no partner"
    nested = ours > 2 and len(marks) % 2 == 1 and _NESTED.search(pair.source_text) is not None
    shared = nested and ('"' in marks or _one_closes_two(marks))
    yield Note("info" if runs_on or shared else "error" if ours else "warning", odd, marks[-1])


def _runs_on(pair: Pair, ours: int, marks: list[str]) -> bool:
    """Whether a translation of a source without quotation quotes on into the next segment, as in: He said: "…."""
    if ours or len(marks) != 1:
        return False
    said = _SAID.search(pair.target_text) is not None and ":" in pair.source_text
    return said or pair.target_text.lstrip().startswith('"')


# A quotation within a quotation that ends or begins where that does: languages often write one mark for both.
_NESTED = re.compile(r"['’][.,!?…]*[\"”]|[\"“][\"“'‘]|[\"”][.,!?…]*[\"”]")


def _one_closes_two(marks: list[str]) -> bool:
    """Whether one » closes a quotation and the one inside it, as Russian and others write."""
    depth = 0
    for place, mark in enumerate(marks):
        if mark == "«":
            depth += 1
        elif mark == "»":
            if depth > 1 and place == len(marks) - 1 and marks.count("«") == marks.count("»") + 1:
                return True
            depth -= 1
    return False


_GRAM = 8
_HITS = 200


def repetition(pair: Pair) -> Iterator[Note]:
    """No word, phrase or sentence stands twice in a row."""
    target = pair.target_text
    found = None if language(pair.locale) in REDUPLICATING or not _word_again(target) else _TWICE.search(target)
    if found and not _TWICE.search(pair.source_text) and found[1].lower() not in RIGHTLY_TWICE and not _named(found):
        yield Note("warning", f"{found[1]} stands twice in a row", found[0])
    if len(target) < 2 * _GRAM:
        return
    if not _may_repeat(target):
        return
    doubled = _doubled(target)
    idiom = _JOINED.fullmatch(doubled)
    if doubled and not idiom and not _doubled(pair.source_text) and not _SAID_AGAIN.search(pair.source_text):
        yield Note("error", f"stands twice: {doubled if len(doubled) < 60 else doubled[:57] + '…'}", doubled)


# Side by side with, day by day by: an idiom and the same word once more.
_JOINED = re.compile(r"[^\W\d_]+ (?:a|à|al|an|by|com|con|e|en|et|für|gegen|in|o|ou|par|per|por|pour|to|tras|um|und|y)")


def _named(found: re.Match[str]) -> bool:
    """Whether the word is there again as the beginning of a name: al Al Hilal."""
    first, second = found[0].split()
    return first.islower() and second[0].isupper()


def _word_again(text: str) -> bool:
    """Whether two runs of letters in a row are equal, which is quicker told than where."""
    words = _LETTERS.findall(text.lower())
    return any(map(eq, words, words[1:]))


_LETTERS = re.compile(r"[^\W\d_]+")
_SAID_AGAIN = re.compile(r"\b(\w+),? \1\b", re.IGNORECASE)
_TWICE = re.compile(r"(?<![\w'’-])([^\W\d_]{2,}) \1(?![\w'’-])", re.IGNORECASE)


def _may_repeat(text: str) -> bool:
    """Whether `_doubled` may find something; sure to see a stretch of `_GRAM + 3` characters."""
    if len(text) > 2000:
        return True
    hits = 0
    for place in range(0, len(text) - _GRAM + 1, 4):
        other = text.find(text[place : place + _GRAM], place + 1)
        while other >= 0:
            hits += 1
            length = _in_common(text, place, other)
            if hits > _HITS or length + 2 >= other - place or length * 5 >= len(text) * 2:
                return True
            other = text.find(text[place : place + _GRAM], other + 1)
    return False


def _in_common(text: str, place: int, other: int) -> int:
    """How long the stretch around `place` is that stands around `other`, too; both begin a gram."""
    before, length = 0, _GRAM
    while place > before and text[place - before - 1] == text[other - before - 1]:
        before += 1
    while other + length < len(text) and text[place + length] == text[other + length]:
        length += 1
    return before + length


def _doubled(text: str) -> str:
    """A stretch of `text` that is repeated right after it, or that makes up much of it; empty if there is none."""
    last: dict[str, int] = {}
    place = hits = 0
    while place + _GRAM <= len(text) and hits < _HITS:
        gram = text[place : place + _GRAM]
        before = last.get(gram)
        if before is not None:
            length = _GRAM
            limit = min(place - before, len(text) - place)
            while length < limit and text[before + length] == text[place + length]:
                length += 1
            near = place - (before + length)
            stretch = text[before : before + length]
            wordy = sum(char.isalpha() for char in stretch)
            between = text[before + length : place]
            hits += 1
            if (near <= 2 and len(set(stretch)) > 3 and wordy >= (_GRAM - 2 if not between.strip() else 20)) or (
                length * 5 >= len(text) * 2 and wordy >= 10
            ):
                return stretch.strip()
            if length > _GRAM:
                place += length - _GRAM
        last.setdefault(gram, place)
        place += 1
    return ""
