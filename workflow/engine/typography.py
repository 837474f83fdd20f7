"""The typography of a draft: punctuation, quotation marks and blanks as the language has them, before anyone looks.

It works on a translation in which marks and what must not change are private characters (see masking.py), so nothing
here can touch an address or a piece of code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workflow.engine.masking import HOLD, OPENING, POINT

_CJK = re.compile(
    "[\u2e80-\u2fff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_WIDE = re.compile("[\u3001-\u3004\u3008-\u3020\u3030\uff00-\uff60\uffe0-\uffe6—…“”‘’·]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")
_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
_MARKS = re.compile(f"[{chr(OPENING)}-{chr(HOLD - 1)}{chr(POINT)}-{chr(POINT + 0xFFF)}]")


def typeset(
    text: str,
    *,
    language: str,
    quotes: Sequence[str],
    holds: Mapping[str, str] | None = None,
    spaced: bool = False,
) -> str:
    """The text as `language` (a bare code) sets it, with the four quotation marks given; a second time changes nothing.

    `holds` says what stands for a private character where that is words of the language. `spaced` keeps a blank
    between Chinese or Japanese and Latin letters or digits, where the rule is none.
    """
    text = _quoted(text, quotes)
    if language in {"zh", "ja", "yue"}:
        return _wide(text, holds or {}, ja=language == "ja", spaced=spaced)
    if language == "fr":
        return _french(text)
    if language in {"ar", "fa", "ur", "ps", "ckb"}:
        return _arabic(text)
    return text


def _quoted(text: str, quotes: Sequence[str]) -> str:
    """Straight and English quotation marks in pairs become the language's; a lone one stays as it is."""
    opening, closing = quotes[0], quotes[1]
    if text.count('"') and text.count('"') % 2 == 0:
        parts = text.split('"')
        text = parts[0] + "".join(
            (opening if place % 2 == 0 else closing) + part for place, part in enumerate(parts[1:])
        )
    if (opening, closing) != ("“", "”"):
        text = re.sub(r"“([^“”]*)”", lambda match: f"{opening}{match[1]}{closing}", text)
    if opening.endswith("\u202f"):
        text = re.sub(f"{opening[0]}[ \u00a0\u202f]+", opening, text)
        text = re.sub(f"[ \u00a0\u202f]+{closing[-1]}", closing, text)
    # Straight single ones around words, never an apostrophe.
    single = re.compile(r"(?<![\w'’])'(?=\S)([^'’]*?\S)'(?![\w'’])")
    return single.sub(lambda match: f"{quotes[2]}{match[1]}{quotes[3]}", text)


def _wide(text: str, holds: Mapping[str, str], *, ja: bool, spaced: bool) -> str:
    if not (_CJK.search(text) or any(_CJK.search(words) for words in holds.values())):
        return text
    text = re.sub(r"\.{3,}|…+", "\u2026\u2026", text)
    text = _brackets(text, holds)
    out: list[str] = []
    for place, letter in enumerate(text):
        if letter in ",;:!?":
            before, after = _seen(text, place, -1, holds), _seen(text, place, 1, holds)
            out.append(_stop(letter, before, after, text[place + 1 : place + 2], ja=ja))
        elif letter == ".":
            before, after = _seen(text, place, -1, holds), _seen(text, place, 1, holds)
            out.append("。" if _ends(text, place, before, after) else letter)
        else:
            out.append(letter)
    text = re.sub(r"(?<=[^\x00-\x7f]) ?--? ?(?=[^\x00-\x7f])", "——", "".join(out)) if not ja else "".join(out)
    text = re.sub("(?<!—)—(?!—)", "——", text) if not ja else text
    return _blanks(text, holds, spaced=spaced)


def _stop(letter: str, before: str, after: str, following: str, *, ja: bool) -> str:
    if before.isdigit() and following.isdigit():
        return letter
    wide = "、" if ja and letter == "," else _FULL[letter]
    if _CJK.match(before) or _WIDE.match(before) or _CJK.match(after):
        return wide
    # Between Latin words it is theirs; at the end of a Chinese sentence, after one, it is the sentence's.
    return wide if not after or after == "\ufffc" else letter


def _ends(text: str, place: int, before: str, after: str) -> bool:
    following = text[place + 1 : place + 2]
    if following in {".", "\u2026"} or text[place - 1 : place] in {".", "\u2026"}:
        return False
    if not after:
        return True
    closes = bool(_CJK.match(before) or before in "”’」』）》")
    return closes and (following.isspace() or following in '”’」』）)"' or bool(_CJK.match(after)) or not following)


def _brackets(text: str, holds: Mapping[str, str]) -> str:
    """Full-width brackets where they touch the language's own letters or enclose some."""

    def turned(match: re.Match[str]) -> str:
        before = _seen(text, match.start(), -1, holds)
        after = _seen(text, match.end() - 1, 1, holds)
        inner = match.group()[1:-1]
        called = text[: match.start()][-1:].isascii() and text[: match.start()][-1:].isalnum()  # f(x)
        touches = _CJK.search(inner) or (not called and any(_CJK.match(letter) for letter in (before, after)))
        return f"（{inner}）" if touches else match.group()

    return re.sub(r"\([^()]*\)", turned, text)


def _seen(text: str, place: int, step: int, holds: Mapping[str, str]) -> str:
    """The next letter that a reader sees from `place` on; U+FFFC for what must not change; empty at the end."""
    place += step
    while 0 <= place < len(text):
        letter = text[place]
        if not (_MARKS.match(letter) or letter.isspace()):
            if HOLD <= ord(letter) < POINT:
                words = holds.get(letter, "\ufffc")
                return words[-1 if step < 0 else 0]
            return letter
        place += step
    return ""


def _blanks(text: str, holds: Mapping[str, str], *, spaced: bool) -> str:
    out: list[str] = []
    for place, letter in enumerate(text):
        if letter not in {" ", "\u00a0"}:
            if spaced and out and not text[place - 1].isspace() and _mixed(text, place, holds):
                out.append(" ")
            out.append(letter)
            continue
        before, after = _seen(text, place, -1, holds), _seen(text, place, 1, holds)
        own = _CJK.match(before) or _CJK.match(after) or _WIDE.match(before) or _WIDE.match(after)
        both = (_CJK.match(before) or _WIDE.match(before)) and (_CJK.match(after) or _WIDE.match(after))
        wide = _WIDE.match(before) or _WIDE.match(after)
        if not before or not after or not own or (spaced and not both and not wide):
            out.append(letter)
    return "".join(out)


def _mixed(text: str, place: int, holds: Mapping[str, str]) -> bool:
    """Whether a Chinese letter and a Latin one or a digit meet at `place` with no mark between."""
    right = text[place]
    left = _seen(text, place, -1, holds)
    first = _seen(text, place - 1, 1, holds)
    if _MARKS.match(right) or not left or not first:
        return False
    narrow = [(letter.isascii() and letter.isalnum()) or letter == "\ufffc" for letter in (left, first)]
    wide = [bool(_CJK.match(letter)) for letter in (left, first)]
    return (narrow[0] and wide[1]) or (wide[0] and narrow[1])


def _french(text: str) -> str:
    stop = re.compile(f"(?<=[^\\s(\\[«?!;:])[ \u00a0\u202f]*([;!?]+)(?=[\\s\u202f»)\\]”]|$|{_MARKS.pattern})")
    text = stop.sub("\u202f\\1", text)
    colon = re.compile(f"(?<=[^\\s(\\[:])[ \u00a0\u202f]*:(?=\\s|$|{_MARKS.pattern})")
    text = colon.sub("\u00a0:", text)
    return re.sub("(?<=\\d)[ \u00a0\u202f]*%", "\u202f%", text)


def _arabic(text: str) -> str:
    out = []
    for place, letter in enumerate(text):
        mark = {",": "،", ";": "؛", "?": "؟"}.get(letter)
        out.append(mark if mark and _ARABIC.match(_seen(text, place, -1, {})) else letter)
    return "".join(out)
