"""Inline markup of a segment: where it stands, what a reader sees without it, what may not come in by a translation.

The inline rules are CommonMark's (0.31), with GFM's strikethrough, footnotes and `$math$`, and what sites put between
the words: shortcodes, template tags, placeholders. All of it is linear in the length of the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from workflow.model import Syntax


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of inline markup: `raw` is the text from `start` to `end`.

    `kind` is one of

    - `open emphasis`, `close emphasis`, and likewise `strong`, `strike`, `link` and `tag` (of HTML);
    - `tag`: an HTML tag that has no partner, or a comment;
    - `code`, `image`, `url`, `email`, `placeholder`, `math`, `footnote`, `break`, `shortcode`: the whole of it.

    `target` is where a link, an image, an address or an `<a>`, `<img>` leads; `[label]` for a link by reference.
    """

    kind: str
    raw: str
    start: int
    end: int
    target: str = ""


VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905 - words
"""The elements of HTML that have no end tag."""

_SPACE = r"[ \t\n\r\f]"
_ATTRIBUTE = rf"{_SPACE}++[A-Za-z_:][\w.:-]*+(?:{_SPACE}*+={_SPACE}*+(?:[^ \t\n\r\f\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+"
_TAG = re.compile(rf"</[A-Za-z][A-Za-z0-9-]*+{_SPACE}*+>|<[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+{_SPACE}*+/?>")
# What a browser takes for a tag, well written or not.
_LOOSE_TAG = re.compile(r"</?[A-Za-z](?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+>")
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
_REFERRING = re.compile(r"""(?i)[\s"'/](?:href|src)\s*=\s*("[^"]*+"|'[^']*+'|[^\s"'>]++)""")
_AUTOLINK = re.compile(
    r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x1f]*+)>"
    r"|<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)*+)>"
)
_OTHER_TAGS = (("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">"))

_SHORTCODES = (("{{<", ">}}"), ("{{%", "%}}"), ("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_VARIABLE = re.compile(r"\{\{[ \t]*[\w.$]+[ \t]*\}\}")
_PLACEHOLDER = re.compile(r"\$\{[A-Za-z_][\w.]*\}|\{(?:[A-Za-z_][\w.]*|\d{1,3})?\}")
_PRINTF = re.compile(r"%(?:\d+\$|\([A-Za-z_]\w*\))?(?:[sdifxXu@]|0?\d*\.\d+f)(?![A-Za-z\d])")
_URL = re.compile(r"(?:https?://|ftp://|www\.)[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]++")
_EMAIL_HEAD = re.compile(r"[\w.+-]+\Z", re.ASCII)
_EMAIL_TAIL = re.compile(r"@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")
_ESCAPABLE = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_FOOTNOTE = re.compile(r"\[\^[^\s\[\]]++\]")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
_DESTINATION = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
_TITLE = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)", re.DOTALL)
_SCAN = {
    "markdown": re.compile(r"[\\\n`<*_~\[\]!$]|\{[{%#A-Za-z_0-9}]|%[(\dsdifxXu@]|https?://|ftp://|www\.|@"),
    "html": re.compile(r"<|\{[{%#A-Za-z_0-9}]|\$\{|%[(\dsdifxXu@]|https?://|ftp://|www\.|@"),
    "plain": re.compile(r"\{[{%#A-Za-z_0-9}]|\$\{|%[(\dsdifxXu@]|https?://|ftp://|www\.|@"),
}


@lru_cache(maxsize=16384)
def tokens(text: str, syntax: Syntax) -> tuple[Token, ...]:
    """The inline marks of `text`, in order, none within another.

    >>> [(t.kind, t.raw) for t in tokens("**Run** `make`, see [it](/u).", "markdown")]  # doctest: +NORMALIZE_WHITESPACE
    [('open strong', '**'), ('close strong', '**'), ('code', '`make`'), ('open link', '['), ('close link', '](/u)')]
    """
    if not _SCAN[syntax].search(text):
        return ()
    return tuple(_Scan(text, syntax).run())


@dataclass(slots=True)
class _Run:
    """A run of delimiters that may open or close emphasis: `count` of them are left, from `start` to `end`."""

    char: str
    start: int
    end: int
    length: int
    opens: bool
    closes: bool
    before: int = -1
    after: int = -1
    gone: bool = False

    @property
    def count(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class _Bracket:
    """An opening bracket that waits for its partner; `runs` delimiter runs stand before it, `marks` tokens."""

    start: int
    end: int
    image: bool
    runs: int
    marks: int
    active: bool = True


@dataclass(slots=True)
class _Scan:
    """One pass over a text. `near` tells whether emphasis is matched as CommonMark does or as a CJK writer means it."""

    text: str
    syntax: Syntax
    near: bool = False
    found: list[tuple[int, int, str, str]] = field(default_factory=list)
    runs: list[_Run] = field(default_factory=list)
    brackets: list[_Bracket] = field(default_factory=list)
    ticks: dict[int, list[int]] | None = None
    never: set[str] = field(default_factory=set)
    floor: int = 0

    def run(self) -> list[Token]:
        """The tokens, in order."""
        text, scan, at = self.text, _SCAN[self.syntax], 0
        while mark := scan.search(text, at):
            start = mark.start()
            after = self._take(start, text[start], mark)
            self.floor = max(self.floor, after if after > start + 1 else 0)
            at = max(after, start + 1)
        self._pair(0)
        self.found.sort()
        return [Token(kind, text[start:end], start, end, target) for start, end, kind, target in self.found]

    def _take(self, at: int, char: str, mark: re.Match[str]) -> int:
        """Takes what begins at `at`; where it ends."""
        if char == "{":
            return self._braces(at)
        if char == "%":
            return self._whole(_PRINTF.match(self.text, at) if not self._in_word(at) else None, "placeholder", at)
        if char == "@":
            return self._email(at)
        if char in "hfw" and len(mark[0]) > 1:
            return self._url(at)
        if self.syntax == "html":
            return self._tag(at) if char == "<" else self._dollar(at)
        if self.syntax == "plain":
            return self._dollar(at)
        return self._markdown(at, char)

    def _markdown(self, at: int, char: str) -> int:
        text = self.text
        if char == "\\":
            following = text[at + 1 : at + 2]
            if following == "\n":
                return self._add("break", at, at + 2)
            return at + (2 if following in _ESCAPABLE and following else 1)
        if char == "\n":
            start = at
            while start > self.floor and text[start - 1] in " \t":
                start -= 1
            return self._add("break", start, at + 1)
        if char == "`":
            return self._code(at)
        if char == "<":
            return self._tag(at)
        if char in "*_~":
            return self._delimiters(at, char)
        if char == "$":
            return self._dollar(at)
        if char == "]":
            return self._close(at)
        return self._open(at, char)

    def _add(self, kind: str, start: int, end: int, target: str = "") -> int:
        self.found.append((start, end, kind, target))
        return end

    def _whole(self, match: re.Match[str] | None, kind: str, at: int) -> int:
        return at + 1 if match is None else self._add(kind, at, match.end())

    def _in_word(self, at: int) -> bool:
        return at > 0 and self.text[at - 1].isalnum() and self.text[at - 1].isascii()

    def _braces(self, at: int) -> int:
        text = self.text
        if found := _VARIABLE.match(text, at):
            return self._add("placeholder", at, found.end())
        for opening, closing in _SHORTCODES:
            if text.startswith(opening, at) and (end := self._end(closing, at + len(opening))):
                return self._add("shortcode", at, end)
        return self._whole(_PLACEHOLDER.match(text, at), "placeholder", at)

    def _end(self, closing: str, at: int) -> int:
        """Where `closing` ends after `at`; 0 if it never comes. What never comes is not looked for again."""
        if closing in self.never:
            return 0
        end = self.text.find(closing, at)
        if end < 0:
            self.never.add(closing)
            return 0
        return end + len(closing)

    def _email(self, at: int) -> int:
        tail = _EMAIL_TAIL.match(self.text, at)
        head = _EMAIL_HEAD.search(self.text[max(self.floor, at - 64) : at])
        if tail is None or head is None:
            return at + 1
        start = at - len(head[0])
        end = tail.end()
        return self._add("email", start, end, self.text[start:end])

    def _url(self, at: int) -> int:
        found = _URL.match(self.text, at)
        if found is None or self._in_word(at):
            return at + 1
        said = found[0]
        if self.syntax == "markdown" and ("](" in said or "][" in said):
            said = said[: said.index("[")] if "[" in said else said  # a link that begins in the middle of an address
        end = at + len(_trimmed(said))
        return self._add("url", at, end, self.text[at:end]) if end > at + 7 else at + 1

    def _dollar(self, at: int) -> int:
        """A `${NAME}`, or TeX between dollar signs; sums of money are neither (pandoc's rule, and a stricter one)."""
        text = self.text
        if found := _PLACEHOLDER.match(text, at):
            return self._add("placeholder", at, found.end())
        if self.syntax != "markdown":
            return at + 1
        if text.startswith("$$", at):
            end = self._end("$$", at + 2)
            return self._add("math", at, end) if end > at + 4 else at + 2
        end = self._end("$", at + 1)
        inside = text[at + 1 : end - 1] if end else ""
        if not inside or len(inside) > 500 or inside[0].isspace() or inside[-1].isspace() or text[end - 2] == "\\":
            return at + 1
        if text[end : end + 1].isdigit() or self._in_word(at) or re.match(r"[\d.,]+(?:\s|[-–—/]|$)", inside):
            return at + 1
        return self._add("math", at, end)

    def _code(self, at: int) -> int:
        text = self.text
        if self.ticks is None:
            self.ticks = {}
            for run in re.finditer("`+", text):
                self.ticks.setdefault(len(run[0]), []).append(run.start())
        length = 1
        while text.startswith("`", at + length):
            length += 1
        places = self.ticks.get(length, [])
        following = bisect_right(places, at)
        if following == len(places):
            return at + length
        return self._add("code", at, places[following] + length)

    def _tag(self, at: int) -> int:
        text = self.text
        if self.syntax == "markdown" and (link := _AUTOLINK.match(text, at)):
            kind = "url" if link[1] else "email"
            return self._add(kind, at, link.end(), link[1] or link[2])
        # A tag that a browser never sees the end of is none; what follows it is judged strictly.
        loose = self.syntax == "html" and "tag" not in self.never
        tag = (_LOOSE_TAG if loose else _TAG).match(text, at)
        if tag is None and loose and text[at + 1 : at + 2].isalpha():
            self.never.add("tag")
        if tag:
            name = _TAG_NAME.match(tag[0])
            kind = _tag_kind(tag[0], name[1].lower() if name else "")
            return self._add(kind, at, tag.end(), _referred(tag[0]))
        for opening, closing in _OTHER_TAGS:
            if text.startswith(opening, at):
                if text.startswith((">", "->"), at + 4) and opening == "<!--":
                    return self._add("tag", at, text.index(">", at) + 1)
                if opening == "<!" and not text[at + 2 : at + 3].isalpha():
                    return at + 1
                end = self._end(closing, at + len(opening))
                return self._add("tag", at, end) if end else at + 1
        return at + 1

    def _delimiters(self, at: int, char: str) -> int:
        text, end = self.text, at + 1
        while text.startswith(char, end):
            end += 1
        if char == "~" and end - at > 2:
            return end
        opens, closes = flanks(text, at, end, near=self.near)
        if opens or closes:
            before = len(self.runs) - 1
            self.runs.append(_Run(char, at, end, end - at, opens, closes, before))
            if before >= 0:
                self.runs[before].after = before + 1
        return end

    def _open(self, at: int, char: str) -> int:
        text = self.text
        if char == "!":
            if not text.startswith("[", at + 1):
                return at + 1
            self.brackets.append(_Bracket(at, at + 2, True, len(self.runs), len(self.found)))  # noqa: FBT003 - a field
            return at + 2
        if text.startswith("[^", at) and (note := _FOOTNOTE.match(text, at)) and not text.startswith("(", note.end()):
            return self._add("footnote", at, note.end())
        self.brackets.append(_Bracket(at, at + 1, False, len(self.runs), len(self.found)))  # noqa: FBT003 - a field
        return at + 1

    def _close(self, at: int) -> int:
        if not self.brackets:
            return at + 1
        bracket = self.brackets.pop()
        if not bracket.active:
            return at + 1
        place = _destination(self.text, at + 1) or _reference(self.text, bracket.end, at)
        if place is None:
            return at + 1
        end, target = place
        self._pair(bracket.runs)
        del self.runs[bracket.runs :]
        if self.runs:
            self.runs[-1].after = -1
        if bracket.image:
            del self.found[bracket.marks :]
            return self._add("image", bracket.start, end, target)
        for other in self.brackets:
            if not other.image and other.active:
                other.active = False
        self._add("open link", bracket.start, bracket.end, target)
        return self._add("close link", at, end)

    def _pair(self, bottom: int) -> None:
        """Matches the runs from `bottom` on, as CommonMark's "process emphasis" does."""
        runs, floors = self.runs, dict[tuple[str, bool, int], int]()
        if bottom < len(runs):
            runs[bottom].before = -1
        current = bottom if bottom < len(runs) else -1
        while current >= 0:
            closer = runs[current]
            if not closer.closes:
                current = closer.after
                continue
            key = (closer.char, closer.opens, closer.length % 3 if closer.char != "~" else closer.length)
            opener = closer.before
            floor = floors.get(key, -1)
            while opener > floor and not _match(runs[opener], closer):
                opener = runs[opener].before
            if opener <= floor:
                floors[key] = closer.before
                if not closer.opens:
                    self._unlink(current)
                current = closer.after
                continue
            self._emphasise(runs[opener], closer)
            between = runs[opener].after
            while between != current:
                runs[between].gone = True
                between = runs[between].after
            runs[opener].after, closer.before = current, opener
            if not runs[opener].count:
                self._unlink(opener)
            if not closer.count:
                self._unlink(current)
                current = closer.after

    def _emphasise(self, opener: _Run, closer: _Run) -> None:
        if opener.char == "~":
            size, kind = opener.count, "strike"
        else:
            size = 2 if opener.count > 1 and closer.count > 1 else 1
            kind = "strong" if size > 1 else "emphasis"
        opener.end -= size
        self._add(f"open {kind}", opener.end, opener.end + size)
        self._add(f"close {kind}", closer.start, closer.start + size)
        closer.start += size

    def _unlink(self, index: int) -> None:
        run = self.runs[index]
        run.gone = True
        if run.before >= 0:
            self.runs[run.before].after = run.after
        if run.after >= 0:
            self.runs[run.after].before = run.before


def _match(opener: _Run, closer: _Run) -> bool:
    if opener.char != closer.char or not opener.opens or not opener.count:
        return False
    if opener.char == "~":
        return opener.count == closer.count
    both = opener.closes or closer.opens
    return not both or (opener.length + closer.length) % 3 != 0 or (opener.length % 3 == 0 and closer.length % 3 == 0)


def _trimmed(url: str) -> str:
    """The address without the punctuation of the sentence around it."""
    over = {")": url.count(")") - url.count("("), "]": url.count("]") - url.count("[")}
    end = len(url)
    while end and (url[end - 1] in ".,;:!?'*_~" or over.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in over:
            over[url[end]] -= 1
    return url[:end]


def _tag_kind(raw: str, name: str) -> str:
    if name == "br":
        return "break"
    if name == "img":
        return "image"
    if name in VOID or raw.endswith("/>"):
        return "tag"
    return "close tag" if raw.startswith("</") else "open tag"


def _referred(raw: str) -> str:
    found = _REFERRING.search(raw)
    return html.unescape(found[1].strip("\"'")) if found else ""


def _destination(text: str, at: int) -> tuple[int, str] | None:
    """The end and the target of `(target "title")` at `at`."""
    if not text.startswith("(", at):
        return None
    at = _blank(text, at + 1)
    if angle := _DESTINATION.match(text, at):
        target, at = angle[1], angle.end()
    else:
        end = _bare(text, at)
        if end < 0 or text.startswith("<", at):
            return None
        target, at = text[at:end], end
    after = _blank(text, at)
    if after > at and (title := _TITLE.match(text, after)):
        after = _blank(text, title.end())
    return (after + 1, _unescaped(target)) if text.startswith(")", after) else None


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n":
        at += 1
    return at


def _bare(text: str, at: int) -> int:
    """Where a destination without angles ends; -1 if its parentheses do not match."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and text[at + 1 : at + 2] in _ESCAPABLE:
            at += 1
        elif char == "(":
            depth += 1
            if depth > 32:
                return -1
        elif char == ")":
            if not depth:
                return at
            depth -= 1
        elif char <= " " or char == "\x7f":
            break
        at += 1
    return min(at, len(text)) if not depth else -1


def _unescaped(text: str) -> str:
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def _reference(text: str, start: int, at: int) -> tuple[int, str] | None:
    """The end and the label of `[label]` or `[]` after the bracket at `at` that closes what opened before `start`."""
    label = _LABEL.match(text, at + 1)
    if label is None:
        return None
    name = label[1] if label[1].strip() else text[start : min(at, start + 1000)]
    return (label.end(), f"[{name}]") if name.strip() and len(name) < 1000 else None


def _mark(char: str) -> bool:
    """Whether CommonMark takes the character for punctuation: Unicode's P and S."""
    if char.isascii():
        return char in _ESCAPABLE
    return unicodedata.category(char)[0] in "PS"


def cjk(char: str) -> bool:
    """Whether the character belongs to Chinese, Japanese or Korean writing, its punctuation and full forms included.

    >>> cjk("价"), cjk("：「"[0]), cjk("ハ"), cjk("한"), cjk("a"), cjk("—")
    (True, True, True, True, False, False)
    """
    point = ord(char[0]) if char else 0
    return point >= 0x1100 and (
        point <= 0x11FF
        or 0x2E80 <= point <= 0xA4CF
        or 0xA960 <= point <= 0xA97F
        or 0xAC00 <= point <= 0xD7FF
        or 0xF900 <= point <= 0xFAFF
        or 0xFE30 <= point <= 0xFE4F
        or 0xFF00 <= point <= 0xFFEF
        or 0x1B000 <= point <= 0x1B2FF
        or 0x20000 <= point <= 0x3FFFF
    )


def flanks(text: str, start: int, end: int, *, near: bool = False) -> tuple[bool, bool]:
    """Whether the run of delimiters may open and may close emphasis, after CommonMark's rule.

    With `near`, a CJK neighbour counts as a blank would, which is what people who write without blanks mean.
    """
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    blank_before, blank_after = before.isspace(), after.isspace()
    mark_before, mark_after = _mark(before), _mark(after)
    loose_before, loose_after = near and cjk(before), near and cjk(after)
    left = not blank_after and (not mark_after or blank_before or mark_before or loose_before)
    right = not blank_before and (not mark_before or blank_after or mark_after or loose_after)
    if near and (loose_before or loose_after):
        left, right = not blank_after, not blank_before
    if text[start] == "_":
        return left and (not right or mark_before or loose_before), right and (not left or mark_after or loose_after)
    return left, right


def plain(text: str, syntax: Syntax) -> str:
    r"""What a reader sees of `text`: marks gone, entities and escapes resolved, an image by its alternative text.

    >>> plain("**Run** `make`, see [it](/u) &amp; \\*that\\*.", "markdown")
    'Run make, see it & *that*.'
    """
    if syntax == "plain":
        return text
    pieces, at = [], 0
    for token in tokens(text, syntax):
        pieces.append(_shown(text[at : token.start], syntax))
        pieces.append(_seen(token, syntax))
        at = token.end
    return "".join([*pieces, _shown(text[at:], syntax)])


def _shown(text: str, syntax: Syntax) -> str:
    if syntax == "markdown" and "\\" in text:
        text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    return html.unescape(text) if "&" in text else text


def _seen(token: Token, syntax: Syntax) -> str:
    """What a reader sees of a token."""
    if token.kind == "code":
        inside = token.raw.strip("`").replace("\n", " ")
        return inside[1:-1] if inside[:1] == " " == inside[-1:] and inside.strip() else inside
    if token.kind in {"url", "email"}:
        return token.target
    if token.kind == "math":
        return token.raw.strip("$")
    if token.kind == "placeholder":
        return token.raw
    if token.kind == "break":
        return "\n"
    if token.kind == "image":
        if token.raw.startswith("<"):
            alt = re.search(r"""(?i)\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", token.raw)
            return html.unescape(alt[1] or alt[2] or "") if alt else ""
        words = token.raw[2 : _alternative(token.raw)]
        # An image within the words of an image says its words only; however deep, it is one pass.
        return plain(re.sub(r"!\[|\]\([^()]*\)|\]\[[^\[\]]*\]", "", words) if "![" in words else words, syntax)
    return ""


def _alternative(raw: str) -> int:
    """Where the alternative text of an image ends."""
    depth, at = 0, 2
    while at < len(raw):
        if raw[at] == "\\":
            at += 1
        elif raw[at] == "[":
            depth += 1
        elif raw[at] == "]":
            if not depth:
                return at
            depth -= 1
        at += 1
    return len(raw)


def alternatives(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where the alternative texts of Markdown's images stand that may be said in other words, and what they say.

    Left out are those with marks of their own, and those that are the name of the image (`![name]`, `![name][]`).

    >>> alternatives("See ![a *red* door](/a.png), ![the harbour](/b.png) and ![plan][].")
    ((31, 42, 'the harbour'),)
    """
    found = []
    for token in tokens(text, "markdown"):
        if token.kind == "image" and token.raw.startswith("!["):
            stop = _alternative(token.raw)
            words = token.raw[2:stop]
            named = token.raw[stop + 1 : stop + 2] == "(" or len(token.raw) > stop + 3
            if words.strip() and named and not tokens(words, "markdown"):
                found.append((token.start + 2, token.start + stop, plain(words, "markdown")))
    return tuple(found)


_DANGEROUS = re.compile(r"<(?=[A-Za-z/!?])")


def contain(source: str, target: str, syntax: Syntax) -> str:
    r"""`target`, in which every mark that could run or lead somewhere and that `source` lacks is shown as text.

    These are HTML tags and comments, links, images and addresses in angles to new places, shortcodes. Contained text
    is contained already: a second time changes nothing. What `source` says may be said as often as it says it, and the
    emphasis of its asterisks as tags.

    >>> contain("See [it](/u).", "看[它](/u)，[点](//evil)<script>alert(1)</script>", "markdown")
    '看[它](/u)，\\[点](//evil)\\<script>alert(1)\\</script>'
    """
    if source == target or syntax == "plain":
        return target
    allowed = Counter(_right(token) or _as_tag(token) for token in tokens(source, syntax))
    # What an escaped mark no longer covers may be a mark itself.
    for _ in range(_LAYERS):
        contained = _contained(Counter(allowed), target, syntax)
        if contained == target:
            return target
        target = contained
    if syntax == "html":
        return target.replace("<", "&lt;").replace("{", "&#123;")
    return re.sub(r"(?<!\\)[<\[{]", r"\\\g<0>", target)


_LAYERS = 4
_LINE_OF_HTML = re.compile(r"[ \t]*\n\s*(?=<)")


def _contained(allowed: Counter[str | None], target: str, syntax: Syntax) -> str:
    """`target` with each mark that has no leave escaped; what is within a mark is not looked at."""
    pieces: list[str] = []
    at = 0
    for token in tokens(target, syntax):
        pieces.append(_defused(target[at : token.start], syntax))
        at = token.end
        right = _right(token)
        if right is None:
            # A line that begins with a tag is no longer within the code: it begins a block of HTML.
            pieces.append(_LINE_OF_HTML.sub(" ", token.raw) if syntax == "markdown" else token.raw)
        elif allowed[right] > 0:
            allowed[right] -= 1
            pieces.append(token.raw)
        else:
            pieces.append(_as_text(token, syntax))
    return "".join([*pieces, _defused(target[at:], syntax)])


def beneath(place: str, start: str) -> bool:
    """Whether an address is `start` or under it; a host that only begins alike is not.

    >>> beneath("https://a.org.evil.net/", "https://a.org"), beneath("https://a.org/b", "https://a.org")
    (False, True)
    """
    return place == start or place.startswith(start if start.endswith(("/", "#", "?")) else f"{start}/")


def _right(token: Token) -> str | None:
    """What a translation needs the source's leave for; None for what it may always have."""
    if token.raw.startswith("<"):
        return re.sub(r"\s+", " ", token.raw) if not token.kind.startswith("close") else token.raw.lower()
    if token.kind == "open link":
        return f"link {token.target}"
    if token.kind == "image":
        return f"image {token.target}"
    return token.raw if token.kind == "shortcode" else None


def _as_tag(token: Token) -> str | None:
    """The HTML tag that says what a mark of emphasis says."""
    word, _, kind = token.kind.partition(" ")
    return _PAIRS[kind][word == "close"] if kind in _PAIRS else None


def _as_text(token: Token, syntax: Syntax) -> str:
    raw = token.raw
    if syntax == "html":
        return raw.replace("<", "&lt;") if raw.startswith("<") else f"&#123;{raw[1:]}"
    if raw.startswith("<"):
        # Marks inside would come alive where the tag no longer covers them.
        return "\\<" + _defused(raw[1:], syntax)
    if token.kind == "shortcode":
        return "{\\" + raw[1:]
    if token.kind == "image":
        return "!\\" + raw[1:]
    return "\\" + raw


def _defused(text: str, syntax: Syntax) -> str:
    """Text between marks, in which nothing can become a tag together with what follows."""
    if "<" not in text:
        return text
    if syntax == "html":
        return _DANGEROUS.sub("&lt;", text)
    return re.sub(r"\\[!-/:-@\[-`{-~]|<(?=[A-Za-z/!?])", lambda m: m[0] if m[0] != "<" else "\\<", text)


_PAIRS = {"strong": ("<strong>", "</strong>"), "emphasis": ("<em>", "</em>"), "strike": ("<del>", "</del>")}


def show_emphasis(text: str, source: str = "") -> str:
    r"""Markdown in which emphasis that a CJK writer means shows as emphasis; where CommonMark agrees, the text itself.

    CommonMark opens and closes emphasis by the blanks and the punctuation around the asterisks, and there are no
    blanks in `价格**$1.2万亿**美元`. Only the pairs that would show are written as HTML, which Markdown takes; an
    underscore becomes an asterisk where that is enough. Asterisks that an editor has escaped because CommonMark
    would not take them are meant as marks as long as `source` has more emphasis than the text.

    >>> show_emphasis("价格**$1.2万亿**美元"), show_emphasis("**重要**：请")
    ('价格<strong>$1.2万亿</strong>美元', '**重要**：请')
    >>> show_emphasis(r"\*问：\*为什么", "_Q:_ Why")
    '<em>问：</em>为什么'
    """
    if not any(char in text for char in "*_~") or text.isascii():
        return text
    if source and "\\" in text:
        text = _unescaped_marks(text, source)
    meant = _emphasis(text, near=True)
    strict = {(token.start, token.end, token.kind) for token in _emphasis(text, near=False)}
    if all((token.start, token.end, token.kind) in strict for token in meant):
        return text
    starred = _replaced(text, {token: token.raw.replace("_", "*") for token in meant if "_" in token.raw})
    if starred != text and len(_emphasis(starred, near=False)) == len(meant):
        return starred
    for wrong in (_unflanked(text, meant), _pairs_of(meant, strict)):
        changed = _tagged(text, wrong)
        if len(_emphasis(changed, near=False)) == len(meant) - len(wrong):
            return changed
    return _tagged(text, meant)


def _unflanked(text: str, meant: list[Token]) -> list[Token]:
    """Both tokens of each pair of which one stands where CommonMark does not let it open or close."""
    wrong: list[Token] = []
    for opener, closer in _paired(meant):
        if not flanks(text, opener.start, opener.end)[0] or not flanks(text, closer.start, closer.end)[1]:
            wrong += [opener, closer]
    return wrong


def _unescaped_marks(text: str, source: str) -> str:
    """The text with its escaped asterisks and underscores as marks, if it then has no more emphasis than its source."""
    wanted = len(_emphasis(source, near=False))
    if len(_emphasis(text, near=True)) >= wanted:
        return text
    bare = re.sub(r"\\([*_])", r"\1", text)
    return bare if len(_emphasis(bare, near=True)) <= wanted else text


def _emphasis(text: str, *, near: bool) -> list[Token]:
    """The tokens that open or close emphasis, matched strictly or as a CJK writer means them."""
    return [token for token in _Scan(text, "markdown", near).run() if token.kind.split()[-1] in _PAIRS]


def _pairs_of(meant: list[Token], strict: set[tuple[int, int, str]]) -> list[Token]:
    """Both tokens of each pair of which one is not matched strictly."""
    wrong: list[Token] = []
    for opener, closer in _paired(meant):
        if any((token.start, token.end, token.kind) not in strict for token in (opener, closer)):
            wrong += [opener, closer]
    return wrong


def _paired(meant: list[Token]) -> Iterator[tuple[Token, Token]]:
    stack: list[Token] = []
    for token in meant:
        if token.kind.startswith("open"):
            stack.append(token)
        elif stack:
            yield stack.pop(), token


def _tagged(text: str, chosen: list[Token]) -> str:
    return _replaced(text, {token: _PAIRS[token.kind.split()[1]][token.kind.startswith("close")] for token in chosen})


def _replaced(text: str, instead: dict[Token, str]) -> str:
    pieces, at = [], 0
    for token in sorted(instead, key=lambda token: token.start):
        pieces += [text[at : token.start], instead[token]]
        at = token.end
    return "".join([*pieces, text[at:]])


__all__ = ["VOID", "Token", "alternatives", "beneath", "cjk", "contain", "flanks", "plain", "show_emphasis", "tokens"]
