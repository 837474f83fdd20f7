"""Sentences of a block, and sentences joined as a language joins them. The only door to sentencex."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

import sentencex

from workflow.markup import Token, cjk, tokens
from workflow.model import EMPTY, Grain, Syntax

# Languages written without a blank between sentences.
_SPACELESS = frozenset({"zh", "ja", "yue", "wuu", "lzh"})
# What may stand between the last letter of a sentence and its end without being part of either script.
_CLOSING = "*_~`)]}>\"'”’»"
_OPENING = "*_~`([{<\"'“‘«"
# sentencex panics on a few Unicode spaces and takes two newlines for a paragraph's end, so it sees plain blanks.
_SPACE = re.compile(r"[^\S ]")
_ENDS = ".!?…。！？｡．؟۔।॥"
_PAGE = 4000
_LATE = _ENDS + "\"'”’»)]*_` \n\t"
_QUOTES = "\"'”’»›“」』）)]】〉》"
# Where no sentence can end within the text there is nothing to ask.
_END = re.compile(r"[.!?…؟۔।॥｡．;。！？](?:(?!\w)|(?<=[。！？…]))")
_MARKUP = re.compile(r"[*_`<\[~{$@:w](?:(?<![:w])|(?<=:)//|(?<=w)ww\.)")
# A sentence may end at a closing quotation mark or bracket, where sentencex does not look.
_CLOSED = re.compile(
    rf"[.!?…؟][{re.escape(_QUOTES)}]+\s+(?=[\"'“‘«„(\[¿¡]*[^\W\d_a-zа-яё])|…\s+(?=[\"'“‘«„(\[]*[^\W\d_a-zа-яё])|[。！？][）)」』”’】]+(?=\S)"
)
_LETTER = re.compile(r"(?<!\w)(?:[^\W\d_]\.[ -]?)*[^\W\d_]\.\Z")
_NUMBER = re.compile(r"(?:^|\s)\(?(?:\d{1,3}|[A-Za-z])[.)]\Z")
_LAST = re.compile(r"([^\W\d_]+(?:[.'’-][^\W\d_]+)*)\.\Z")
_TITLES = {
    "en": "Mr Mrs Ms Mx Messrs Dr Prof Rev Hon Pres Gov Sen Rep Gen Col Lt Maj Capt Cmdr Sgt Cpl Adm Amb Supt St Mt Ft "
    "vs",
    "es": "Sr Sra Srta Sres Dr Dra Prof Profa Ud Uds D Dña Lic Ing Arq Gral Cnel Excmo Ilmo Sto Sta Mons",
    "de": "Dr Prof Hr Fr Frl Hrn St Ing Dipl Mag bzw ca evtl ggf inkl sog usf vgl zzgl Abs Art Bd Nr Mio Mrd Tsd Str",
    "fr": "M MM Mme Mmes Mlle Mlles Me Mgr Dr Pr Prof St Ste env cf",
    "pt": "Sr Sra Srs Dr Dra Prof Profa Eng Exmo Sto Sta",
    "it": "Sig Sigg Dott Prof Avv Ing On Mons ecc",
    "ru": "г гг ул д стр рис им проф акад тов св см напр обл пос тыс млн млрд руб коп кв корп",
    "nl": "Dhr Mevr Mw Dr Prof Ir Ing St",
    "pl": "Dr Prof Inż Mgr Ks Św ul al pl nr str ok",
}
_COUNTED = {
    "en": "no nos vol vols p pp fig figs ch sec art approx ca c eq ref par ver v ed est ext tel pt app bk cf min max",
    "es": "núm vol pág págs fig cap art aprox tel n p pp",
    "de": "S Nr Bd Abb Kap Tab Abs Art ca Tel",
    "fr": "no n vol p pp fig chap art env tél",
    "pt": "núm n vol pág p fig cap art aprox tel",
    "it": "n vol p pp pag fig cap art tel",
    "ru": "с стр рис гл т п д кв тел",
}
_ORDINAL = frozenset(
    {"de", "da", "nb", "nn", "no", "fi", "cs", "sk", "pl", "hu", "hr", "sl", "et", "lv", "is", "tr", "sr"}
)
_DAY = re.compile(r"(?:^|\s)\(?\d{1,2}\.\Z")
# Who says a quotation belongs to it: 'Why?' Mayor Gong asked.
_SAYS = re.compile(
    r"(?:[^\s.!?\"“]+\s+){0,6}(?:said|says|asked|asks|added|adds|explained|explains|replied|replies|wrote|writes|noted|notes|"
    r"told|tells|recalled|recalls|shouted|whispered|cried|answered|continued|insisted|warned|joked|exclaimed)\b"
)
_SAYS_HAN = re.compile(
    r"[^。！？“「]{0,16}(?:说|道|问|称|表示|喊|答|叫|指出|强调|补充|解释|說|問|稱|補充|解釋)[^。！？“「]{0,8}[。，：！？]"
)
_SAYS_JA = re.compile(r"(?:と|って|など|という|とは)")


def split(prose: str, language: str, *, grain: Grain = "sentence", syntax: Syntax = "plain") -> list[str]:
    """Cut `prose` at sentence ends; the pieces join back to it, and each but the last carries the blank after it.

    No cut is within emphasis, a link, code, or an HTML element; a mark stays with the words it is at. Where it is
    doubtful there is none: two sentences in one segment are a nuisance, half a sentence is a wrong translation. With
    the grain "block" there is one piece.

    >>> split("Dr. Ng left. Why?", "en")
    ['Dr. Ng left. ', 'Why?']
    >>> split('"Stop." **Now.** He `ran.` Why?', "en", syntax="markdown")
    ['"Stop." ', '**Now.** ', 'He `ran.` Why?']
    """
    if grain == "block" or not _END.search(prose, 0, len(prose.rstrip(_LATE))):
        return [prose] if prose else []
    marks = tokens(prose, syntax) if syntax != "plain" and _MARKUP.search(prose) else ()
    seen = _SPACE.sub(" ", _masked(prose, marks) if marks else prose)
    ends = {found.end() for found in _CLOSED.finditer(seen)}
    ends.update(_sentences(seen, language))
    if not marks and min(ends, default=len(prose)) >= len(prose):
        return [prose]
    held = _closed(marks)
    opens = {mark.end: mark.start for mark in marks if mark.kind.startswith("open ")}
    closes = {mark.start: mark.end for mark in marks if mark.kind.startswith("close ") or mark.kind == "footnote"}
    pieces: list[str] = []
    start = 0
    for at in sorted(ends):
        cut = at
        while cut in closes:
            cut = closes[cut]
        while cut < len(seen) and seen[cut] == " ":
            cut += 1
        while cut in opens:
            cut = opens[cut]
        if (
            start < cut < len(prose)
            and not _inside(cut, held)
            and _ends(seen[max(start, cut - 200) : cut], seen[cut : cut + 200], language)
        ):
            pieces.append(prose[start:cut])
            start = cut
    return [*pieces, prose[start:]]


def _sentences(seen: str, language: str) -> Iterator[int]:
    """Where sentencex ends a sentence. It is shown a page at a time, for its time grows with the square of the text."""
    start, size = 0, _PAGE
    while start < len(seen):
        found = sentencex.segment(language, seen[start : start + size])
        whole = start + size >= len(seen)
        if len(found) < 2 and not whole:
            size *= 2
            continue
        for sentence in found if whole else found[:-1]:
            start += len(sentence)
            yield start
        if whole:
            return
        size = _PAGE


def _masked(prose: str, marks: Sequence[Token]) -> str:
    """A copy of the same length in which marks do not hide the end of a sentence and make none."""
    pieces, at = [], 0
    for mark in marks:
        before = prose[at : mark.start]
        pieces.append(before)
        last = "".join(pieces[-3:]).rstrip()[-1:] if before.strip() or pieces else ""
        size = mark.end - mark.start
        opening = mark.kind.startswith("open ")
        if mark.kind == "break" or mark.raw.startswith("<!--"):
            pieces.append(" " * size)
        elif mark.kind.startswith("close ") or mark.kind == "footnote":
            pieces.append((" " if last and last in _ENDS + _QUOTES else "x") * size)
        elif opening:
            pieces.append((" " if not before or before[-1:].isspace() else "x") * size)
        else:
            pieces.append("X" + "x" * (size - 1))
        at = mark.end
    return "".join([*pieces, prose[at:]])


def _ends(before: str, after: str, language: str) -> bool:
    """Whether a sentence ends between the two, as far as a list of what does not end one can tell."""
    before, after = before.rstrip(), after.lstrip()
    if not before or not after:
        return False
    first = after.lstrip("\"'“‘«„(¿¡—–- ")[:1]
    if (first.islower() and before[-1] not in "。！？") or after[0] in ",;:":
        return False
    if before[-1] == "." and _abbreviated(before[-48:], first, language):
        return False
    if before[-1] in _QUOTES:
        quoted = before.rstrip(_QUOTES)[-1:]
        if quoted in "?!." and language == "en" and _SAYS.match(after[:120]):
            return False
        if language == "ja" and before[-1] in "）)" and "\u3041" <= after[0] <= "\u309f":
            return False
        if quoted in "。！？" and (_SAYS_JA if language == "ja" else _SAYS_HAN).match(after[:60]):
            return False
    return True


def _abbreviated(before: str, first: str, language: str) -> bool:
    """Whether the full stop is of an abbreviation, an initial, or the number of an item or a day."""
    if _NUMBER.fullmatch(before) or (language in _ORDINAL and _DAY.search(before)):
        return True
    initials = _LETTER.search(before)
    if initials and len(initials[0]) <= 3 and initials[0] != "I.":
        return True
    word = _LAST.search(before)
    if word is None:
        return False
    said = word[1]
    return said in _words(_TITLES, language) or (first.isdigit() and said.lower() in _words(_COUNTED, language))


@lru_cache(maxsize=64)
def _lists(which: int, language: str) -> frozenset[str]:
    table = (_TITLES, _COUNTED)[which]
    words = table.get(language, "").split()
    return frozenset(words if not which else [word.lower() for word in words])


def _words(table: dict[str, str], language: str) -> frozenset[str]:
    return _lists(0 if table is _TITLES else 1, language)


def _closed(marks: tuple[Token, ...]) -> list[tuple[int, int]]:
    """The stretches that one mark or one pair of marks holds together; they ascend and do not overlap."""
    held: list[tuple[int, int]] = []
    stack: list[Token] = []
    for mark in marks:
        start = mark.start
        if mark.kind.startswith("open "):
            stack.append(mark)
        elif mark.kind.startswith("close "):
            opening = mark.kind.replace("close", "open")
            if any(waiting.kind == opening for waiting in stack):
                while (waiting := stack.pop()).kind != opening:
                    pass
                start = waiting.start
        while held and held[-1][0] >= start:
            held.pop()
        held.append((start, mark.end))
    return held


def _inside(at: int, held: Sequence[tuple[int, int]]) -> bool:
    place = bisect_right(held, (at,)) - 1
    return place >= 0 and held[place][0] < at < held[place][1]


def join(pieces: Sequence[tuple[str, str]], locale: str) -> str:
    """The translations as one text of the locale; each comes with the gap that stood after its source.

    A line break in a gap stays. Otherwise there is nothing between sentences where Chinese or Japanese meets itself,
    and a blank elsewhere. `∅` is left out together with its gap.

    >>> join([("你好。", " "), ("∅", " "), ("再见。", "")], "zh_CN"), join([("¡Hola!", " "), ("Adiós.", "")], "es")
    ('你好。再见。', '¡Hola! Adiós.')
    """
    spaceless = locale.replace("-", "_").split("_")[0] in _SPACELESS
    text, gap = "", ""
    for said, after in pieces:
        if said == EMPTY or not said:
            gap = gap if "\n" in gap or "\n" not in after else after
            continue
        if text:
            text += _gap(text, gap, said, spaceless=spaceless)
        text += said
        gap = after
    return text


def _gap(before: str, gap: str, after: str, *, spaceless: bool) -> str:
    if "\n" in gap:
        return gap
    if before[-1:] in "]<{\\&" or (before[-1:] == "!" and after[:1] == "["):
        return gap or " "  # two halves of a mark, each harmless, do not make a whole
    last, first = before.rstrip(_CLOSING)[-1:], after.lstrip(_OPENING)[:1]
    if spaceless and (cjk(last) or cjk(first) or last in "…—"):
        return ""
    return gap or " "
