"""What the model sees of a segment: its plain words. Marks are taken off, what must not change gets a stand-in.

Both are remembered by their place in the plain text, so that placing.py can put them back into a translation.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workflow.markup import Token, tokens
from workflow.model import Syntax

STAND_INS = ("V{}", "A{}B", "@{}")
"""Stand-ins that models copy; the first was kept in 91 % of 150 segments with code, one of the three in 97 %."""

# A mark is one private character while a translation is worked on: these begin the ranges.
OPENING, CLOSING, HOLD, POINT = 0xF0000, 0xF1000, 0xF2000, 0xF3000
_OURS = re.compile("[\U000f0000-\U000f3fff]")

EMOJI = re.compile(
    "(?:[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]|[0-9#*]\ufe0f?\u20e3|[\U000f0000-\U000fffff\ue000-\uf8ff])"
    "(?:[\ufe0f\u200d\U0001f3fb-\U0001f3ff]|(?<=\u200d)[\u2600-\u27bf\U0001f000-\U0001faff]|[\U0001f1e6-\U0001f1ff])*"
)
_SUFFIXES = (
    "md|txt|html?|css|js|mjs|ts|json|ya?ml|toml|ini|cfg|conf|csv|tsv|xml|svg|png|jpe?g|gif|webp|pdf|epub|docx?|xlsx?|pptx?"
    "|po|pot|py|pyi|rs|go|rb|java|kt|c|h|cc|cpp|hpp|cs|php|sh|bash|bat|ps1|exe|dll|so|zip|gz|tar|xz|lock|log|sql|db"
    "|ipynb|mp3|mp4|wav|ttf|otf|woff2?"
)
PROTECTED = re.compile(
    r"""
      \{\{.*?\}\} | \{%.*?%\} | \{\#.*?\#\} | <%.*?%>                                   # template tags
    | (?:https?|ftp|file)://[^\s<>"'“”‘’`)\]]*[^\s<>"'“”‘’`)\].,;:!?] | www\.[\w.-]+\.\w{2,}(?:/[^\s<>"'`)\]]*[\w/])?
    | mailto:[\w.+-]+@[\w.-]+\w | [\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}            # e-mail
    | </?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>                                                 # <tags/>
    | \$?\{[A-Za-z_0-9][\w.:!?\#]*\} | \{\} | \{:[^{}\s]*\} | \$[A-Za-z_]\w*            # {placeholders}
    | %\(\w+\)[-+0\#]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa] | %(?:\d+\$)?[-+0\#]*\d*(?:\.\d+)?[sdiuxXfgGc](?![A-Za-z0-9])
    | (?<![\w/])(?:~|\.{1,2})?/(?:[\w.@+-]+/)+[\w.@+-]*\w | (?<![\w/])[\w@+-]+(?:/[\w.@+-]+)+\.(?:SUFFIXES)\b
    | (?<![\w./-])[\w][\w.@+-]*\.(?:SUFFIXES)\b(?![.-]?\w)                              # file names
    | \b[A-Za-z]{1,6}[0-9]{2,}[A-Za-z0-9]*\b                                            # names with numbers: PL031
    | \b0[xXbBoO][0-9A-Fa-f_]+\b                                                       # 0x9010000
    | (?<!\w)--?[a-z][\w-]+(?:=[\w./-]+)?                                               # --options
    | \b[A-Za-z]\w*(?:::\w+)+(?:\(\))?!? | \b\w+(?:\.\w+)*\(\)                               # names of programs
    | \b[a-z]+(?:_[a-z0-9]+)+\b | \b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b
    """.replace("SUFFIXES", _SUFFIXES),
    re.VERBOSE,
)
_BULLET = re.compile(r"(?:[•·▪▸‣◦●○■□◆◇►–—*-]|\(?\d{1,2}[.)])\s+(?=\S|$)")
_HELD = {"code", "image", "url", "email", "placeholder", "math", "shortcode"}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True, slots=True)
class Mark:
    """Markup around `start` to `end` of the plain text."""

    start: int
    end: int
    opening: str
    closing: str


@dataclass(frozen=True, slots=True)
class Hold:
    """What must not change: `raw`, for which `shown` stands at `start` to `end` of the plain text.

    `term` says that it is words of the target language, settled by the glossary.
    """

    start: int
    end: int
    raw: str
    shown: str
    term: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """What stands between words and was taken out: `raw`, at `at`. The blanks that were about it are noted."""

    at: int
    raw: str
    blank_before: bool
    blank_after: bool


@dataclass(frozen=True, slots=True)
class Masked:
    """A segment as the model sees it."""

    text: str
    marks: tuple[Mark, ...] = ()
    holds: tuple[Hold, ...] = ()
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a segment: words (`kind` "text"), or a thing of its own."""

    kind: str
    raw: str
    name: str = ""


def masked(
    text: str,
    syntax: Syntax,
    *,
    stand_in: str = STAND_INS[0],
    numbers: bool = False,
) -> Masked:
    """The segment as the model shall see it, with one way to write stand-ins; with `numbers` numbers get one, too."""
    pieces = _pieces(text, syntax, numbers=numbers)
    show = _stand_ins(text, stand_in)
    return _assembled(pieces, show)


def _stand_ins(text: str, form: str) -> Callable[[], str]:
    # A form that the text itself uses would be taken for ours.
    for prefix in ("", "X", "Q", "Z", "K", "W", "J", "XQ"):
        trial = form.replace("{}", prefix + "{}")
        if not re.search(re.escape(trial).replace(r"\{\}", r"\d"), text):
            form = trial
            break
    count = iter(range(1, 10**6))
    return lambda: form.format(next(count))


def _pieces(text: str, syntax: Syntax, *, numbers: bool) -> list[_Piece]:
    found = [token for token in tokens(text, syntax) if token.start < token.end]
    names = _paired(found)
    pieces: list[_Piece] = []
    at = 0
    for token, name in zip(found, names, strict=True):
        if token.start < at:  # inside one that is held whole
            continue
        pieces += _literal(text, at, token.start, syntax, numbers=numbers)
        pieces.append(_piece(token, name))
        at = token.end
    pieces += _literal(text, at, len(text), syntax, numbers=numbers)
    if pieces and pieces[0].kind == "text" and (bullet := _BULLET.match(pieces[0].raw)):
        rest = pieces[0].raw[bullet.end() :]
        pieces[:1] = [_Piece("point", bullet.group()), _Piece("text", rest)]
    return pieces


def _paired(found: Sequence[Token]) -> list[str]:
    """For each token the number of its pair, as "open 3" or "close 3"; empty for what has no partner."""
    names = [""] * len(found)
    stack: list[tuple[str, int]] = []
    for place, token in enumerate(found):
        if token.kind.startswith("open "):
            stack.append((token.kind[5:], place))
        elif token.kind.startswith("close "):
            kind = token.kind[6:]
            if stack and stack[-1][0] == kind and _same_tag(found[stack[-1][1]], token):
                _, start = stack.pop()
                names[start], names[place] = f"open {start}", f"close {start}"
            elif any(open_kind == kind for open_kind, _ in stack):
                while stack and stack[-1][0] != kind:
                    stack.pop()  # never closed: it stands for itself
                _, start = stack.pop()
                names[start], names[place] = f"open {start}", f"close {start}"
    return names


def _same_tag(opening: Token, closing: Token) -> bool:
    if not closing.raw.startswith("</"):
        return True
    return opening.raw[1:].split(">")[0].split()[:1] == closing.raw[2:].rstrip(">").split()[:1]


def _piece(token: Token, name: str) -> _Piece:
    if name:
        return _Piece("mark", token.raw, name)
    if token.kind in _HELD:
        return _Piece("hold", token.raw)
    return _Piece("point", token.raw)


def _literal(text: str, start: int, end: int, syntax: Syntax, *, numbers: bool) -> list[_Piece]:
    """The words from `start` to `end`, with what must not change cut out of them."""
    cuts: list[tuple[int, int, _Piece]] = []
    patterns = [(PROTECTED, "hold"), (EMOJI, "point")]
    if numbers:
        patterns.append((_NUMBER, "hold"))
    for pattern, kind in patterns:
        cuts += [
            (match.start(), match.end(), _Piece(kind, match.group()))
            for match in pattern.finditer(text, start, end)
            if match.group()
        ]
    pieces, at = [], start
    for left, right, piece in sorted(cuts, key=lambda cut: (cut[0], -cut[1])):
        if left < at:
            continue
        pieces.append(_Piece("text", _unescaped(text[at:left], syntax)))
        pieces.append(piece)
        at = right
    pieces.append(_Piece("text", _unescaped(text[at:end], syntax)))
    return [piece for piece in pieces if piece.raw or piece.kind != "text"]


_NUMBER = re.compile(r"(?<![\w.,])[+−-]?\d+(?:[.,:]\d+)*(?![\w])")


def _unescaped(text: str, syntax: Syntax) -> str:
    if syntax == "plain":
        return text
    if syntax == "markdown":
        text = _ESCAPED.sub(r"\1", text)
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text)


def _assembled(pieces: Sequence[_Piece], show: Callable[[], str]) -> Masked:
    plain = ""
    marks: list[Mark] = []
    holds: list[Hold] = []
    points: list[tuple[int, str, bool]] = []
    open_at: dict[str, tuple[int, str, int]] = {}
    lone = sum(piece.kind != "text" or bool(piece.raw.strip()) for piece in pieces) == 1
    for piece in pieces:
        if piece.kind == "text":
            words = _OURS.sub("", piece.raw)
            if plain[-1:].isspace() or not plain:
                words = words.lstrip()
            plain += words
        elif piece.kind == "hold":
            shown = piece.raw if lone else show()
            holds.append(Hold(len(plain), len(plain) + len(shown), piece.raw, shown))
            plain += shown
        elif piece.kind == "point":
            points.append((len(plain), piece.raw, plain[-1:].isspace() or not plain))
        elif piece.name.startswith("open"):
            open_at[piece.name[5:]] = (len(plain), piece.raw, len(points))
        else:
            start, opening, first = open_at.pop(piece.name[6:])
            if plain[start:].strip():
                marks.append(Mark(start, len(plain), opening, piece.raw))
            else:  # around no words, such as a link around an image: it is one thing
                inner = "".join(raw for _, raw, _ in points[first:]) or plain[start:]
                blank = points[first][2] if points[first:] else plain[:start][-1:].isspace() or not plain[:start]
                points[first:] = [(start, opening + inner + piece.raw, blank)]
    end = len(plain.rstrip())
    followed = [
        Point(min(at, end), raw, blank, plain[at : at + 1].isspace() or (blank and at < end))
        for at, raw, blank in points
    ]
    clipped = [_trimmed(mark, plain, end) for mark in marks]
    return Masked(plain[:end], tuple(clipped), tuple(holds), tuple(followed))


def _trimmed(mark: Mark, plain: str, end: int) -> Mark:
    start, stop = min(mark.start, end), min(mark.end, end)
    while start < stop and plain[start].isspace():
        start += 1
    while stop > start and plain[stop - 1].isspace():
        stop -= 1
    return Mark(start, stop, mark.opening, mark.closing)


def with_words(way: Masked, settled: Sequence[tuple[int, int, str]], *, stand_in: str = STAND_INS[0]) -> Masked:
    """The same with a stand-in for the words from start to end, which shall become those given.

    Left out are words that overlap what is held already, or that a mark begins or ends within.
    """
    show = _stand_ins(way.text, stand_in)
    for start, end, words in sorted(settled, reverse=True):
        edges = [place for mark in way.marks for place in (mark.start, mark.end)] + [point.at for point in way.points]
        if any(start < edge < end for edge in edges) or any(
            hold.start < end and start < hold.end for hold in way.holds
        ):
            continue
        shown = show()
        way = _shifted(way, end, len(shown) - (end - start))
        text = way.text[:start] + shown + way.text[end:]
        way = replace(way, text=text, holds=(*way.holds, Hold(start, start + len(shown), words, shown, term=True)))
    return way


def _shifted(way: Masked, place: int, by: int) -> Masked:
    """The same with all that is at `place` or later moved; the text itself is not."""

    def moved(at: int) -> int:
        return at + by if at >= place else at

    return Masked(
        way.text,
        tuple(replace(mark, start=moved(mark.start), end=moved(mark.end)) for mark in way.marks),
        tuple(replace(hold, start=moved(hold.start), end=moved(hold.end)) for hold in way.holds),
        tuple(replace(point, at=moved(point.at)) for point in way.points),
    )


def wordy(way: Masked) -> bool:
    """Whether there is anything to translate besides what must not change; a letter that stands alone is none.

    A lone sign of a script without capitals may be a word; so may a letter beside a figure, which is its unit.
    """
    text = way.text
    for hold in reversed(way.holds):
        text = text[: hold.start] + text[hold.end :]
    said = [char for char in text if char.isalnum()]
    return any(map(str.isalpha, said)) and not (len(said) == 1 and said[0].upper() != said[0].lower())


def protected(text: str) -> list[str]:
    """What must not change in words: addresses, file names, placeholders, tags, names of programs, emoji."""
    return [match.group() for pattern in (PROTECTED, EMOJI) for match in pattern.finditer(text)]


def skeleton(way: Masked) -> list[tuple[bool, str]]:
    """The plain text cut at everything that was taken out of it: (True, words) or (False, private character)."""
    events: list[tuple[int, int, int, str]] = []
    for number, mark in enumerate(way.marks):
        depth = sum(
            other.start <= mark.start and mark.end <= other.end and place != number
            for place, other in enumerate(way.marks)
        )
        events.append((mark.start, 3, depth, chr(OPENING + number)))
        events.append((mark.end, 0, -depth, chr(CLOSING + number)))
    for number, point in enumerate(way.points):
        lead, tail = " " if point.blank_before else "", " " if point.blank_after else ""
        gap = way.text[point.at - 1 : point.at].isspace()
        events.append((point.at, 1, number, ("" if gap else lead) + chr(POINT + number) + tail))
    for number, hold in enumerate(way.holds):
        events.append((hold.start, 4, hold.end, chr(HOLD + number)))
    pieces: list[tuple[bool, str]] = []
    at = 0
    for place, order, stop, character in sorted(events):
        if place > at:
            pieces.append((True, way.text[at:place]))
            at = place
        pieces.append((False, character))
        if order == 4:
            at = stop
    if at < len(way.text):
        pieces.append((True, way.text[at:]))
    return pieces
