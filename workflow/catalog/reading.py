"""A PO file's text as entries, each with the very text it was read from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from workflow.errors import FormatError
from workflow.model import Catalog, Entry

MARK = "\ufeff"
OBSOLETE = "#~"
_BLANK = " \t\r\f\v"

# Possessive quantifiers: a line of any length that does not match fails at once.
_STRING_LINE = re.compile(
    r"""[ \t]*(?:(\#~\||\#\||\#~)[ \t]*)?
        (?:(msgid_plural|msgid|msgstr|msgctxt)[ \t]*(?:\[[ \t]*(\d+)[ \t]*\][ \t]*)?)?
        "([^"\\]*+(?:\\.[^"\\]*+)*+)"[ \t]*\r?\Z""",
    re.VERBOSE | re.ASCII,
)
_TOKEN = re.compile(
    r"""[ \t\r\f\v]*(?:
        (?P<comment>\#[^\n]*)
      | (?P<word>[A-Za-z_$][A-Za-z0-9_$]*)
      | \[[ \t]*(?P<index>\d+)[ \t]*\]
      | "(?P<string>[^"\\\n]*+(?:\\(?:.|\n)[^"\\\n]*+)*+)"
    )""",
    re.VERBOSE | re.ASCII,
)
_KEYWORDS = {"msgid", "msgid_plural", "msgstr", "msgctxt", "domain"}
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]+)|([^\n])|\n)")
_ESCAPED = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", '"': '"', "\\": "\\",
}  # fmt: skip
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})(?: |\r?\Z)")
_CHARSET = re.compile(r"^Content-Type:.*?charset=[ \t]*([^\s;]*)", re.IGNORECASE | re.MULTILINE)
_UTF8 = {"utf-8", "utf8"}
_PLAIN = {"ascii", "us-ascii", "ansi_x3.4-1968", "charset", ""}


def loads(text: str, file: str = "<string>") -> Catalog:
    """The catalog in `text`, every character of it kept: `dumps` gives `text` back. `file` is what messages call it.

    Raises FormatError, with file and line, for what gettext refuses: bad syntax or escapes, a message without its
    msgstr, one that is there twice, another charset than UTF-8 declared, a NUL.
    """
    mark = MARK if text.startswith(MARK) else ""
    reader = _Reader(file)
    reader.read(text[len(mark) :])
    entries = reader.entries
    _refuse_duplicates(reader)
    place = next(
        (at for at, entry in enumerate(entries) if entry.key == (None, "") and not entry.obsolete), len(entries)
    )
    header = entries[place] if place < len(entries) else None
    rest = tuple(entries[:place] + entries[place + 1 :])
    _refuse_charset(header, text[len(mark) :], file)
    return Catalog(
        header=header,
        entries=rest,
        header_place=place if header else 0,
        tail=text[len(mark) + reader.done :],
        mark=mark,
        file=file,
        read=tuple(entries),
    )


def entry_in(raw: str) -> Entry:
    """The entry that `raw`, an entry's text, says; FormatError if it is not exactly one."""
    reader = _Reader("<entry>")
    reader.read(raw)
    if len(reader.entries) != 1:
        raise FormatError(f"<entry>:1: {len(reader.entries)} entries where there is one")
    return reader.entries[0]


def _refuse_duplicates(reader: _Reader) -> None:
    seen: dict[tuple[str, str | None, str], int] = {}
    for entry, domain in zip(reader.entries, reader.domains, strict=True):
        first = seen.setdefault((domain, *entry.key), entry.line)
        if first != entry.line:
            name = "the header" if entry.key == (None, "") else f"{_short(entry.msgid)!r}"
            raise FormatError(
                f"{reader.file}:{entry.line}: {name} is here twice, first in line {first}; keep one of the two"
            )


def _refuse_charset(header: Entry | None, text: str, file: str) -> None:
    found = _CHARSET.search(header.msgstr) if header else None
    charset = found[1] if found else ""
    line = header.line if header else 1
    if charset.lower() in _UTF8:
        return
    if charset.lower() not in _PLAIN:
        raise FormatError(
            f"{file}:{line}: the header declares the charset {charset}, but the file is read as UTF-8; "
            f"convert it with: msgconv -t UTF-8"
        )
    if not text.isascii():
        lacks = "the header declares no charset" if header else "the header is missing"
        raise FormatError(
            f'{file}:{line}: {lacks}; the first entry has to be msgid "" with a msgstr that says '
            f"Content-Type: text/plain; charset=UTF-8"
        )


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


@dataclass(slots=True)
class _Draft:
    """An entry while it is read."""

    comments: list[str] = field(default_factory=list)
    extracted: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    strings: dict[str, list[str]] = field(default_factory=dict)
    into: list[str] | None = None
    last: str = ""
    obsolete: bool | None = None
    line: int = 0
    complete: bool = False


class _Reader:
    """Reads line by line; `done` is where the last entry's text ends, `entries` those that are read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.entries: list[Entry] = []
        self.domains: list[str] = []
        self.domain = "messages"
        self.done = 0
        self.start = 0
        self.number = 0
        self.text = ""
        self.draft = _Draft()
        self.expected = ""

    def fail(self, what: str, line: int = 0) -> FormatError:
        return FormatError(f"{self.file}:{line or self.number}: {what}")

    def read(self, text: str) -> None:
        """Every entry of `text`; what stands after the last one is left over."""
        self.text = text
        match_line = _STRING_LINE.match
        at, number = 0, 0
        size = len(text)
        if "\0" in text:
            place = text.index("\0")
            raise self.fail("a NUL character; this is no PO file, or a broken one", text.count("\n", 0, place) + 1)
        while at < size:
            end = text.find("\n", at)
            end = size if end < 0 else end
            line = text[at:end]
            number += 1
            self.number = number
            after = min(end + 1, size)
            if not line or not line.strip(_BLANK):
                at = after
                continue
            found = match_line(line)
            if found:
                mark, word, index, string = found.groups()
                if word:
                    self.keyword(word, index, mark or "")
                elif index is not None:
                    raise self.fail("an index without msgstr before it")
                self.string(string, mark or "", after)
            elif line[0] == "#" and line[1:2] not in {"~", "|"}:
                self.comment(line[1:].removesuffix("\r"))
            else:
                after = self.odd_line(at, end)
                number = self.number
            at = after
        self.number = number
        self.finish()

    def comment(self, said: str) -> None:
        """A comment, without its `#`."""
        if self.expected:
            raise self.fail(f"{_said(self.expected)} has no text after it; give it one in quotes")
        self.between()
        draft = self.draft
        if draft.obsolete is not None or draft.strings:
            raise self.fail("a comment inside an entry; put it before the msgid")
        first = said[:1]
        if first == ".":
            draft.extracted.append(said[1:].removeprefix(" "))
        elif first == ":":
            draft.references.extend(_references(said[1:]))
        elif first and first in ",!=":
            draft.flags.extend(_flags(said[1:]))
        else:
            draft.comments.append(said.removeprefix(" "))

    def keyword(self, word: str, index: str | None, mark: str) -> None:
        """A keyword; strings come next."""
        if self.expected:
            raise self.fail(f"{_said(self.expected)} has no text after it; give it one in quotes")
        draft = self.draft
        previous = mark.endswith("|")
        name = f"previous_{word}" if previous else word
        if draft.complete and (previous or word in {"msgid", "msgctxt"}):
            self.between()
            draft = self.draft
        obsolete = mark.startswith(OBSOLETE)
        if draft.obsolete is None:
            draft.obsolete = obsolete
        elif draft.obsolete != obsolete:
            raise self.fail("some lines of this entry have #~ and some have not; give it to all or none")
        if word == "msgstr" and index is not None:
            name = f"msgstr[{int(index)}]"
        elif index is not None:
            raise self.fail(f"{word} takes no index")
        _check_order(self, draft, name)
        if not previous and (word == "msgid" or (word == "msgctxt" and not draft.line)):
            draft.line = self.number
        draft.into = draft.strings[name] = []
        draft.last = name
        self.expected = name

    def string(self, string: str, mark: str, end: int) -> None:
        """A string, still escaped, that ends before `end`."""
        draft = self.draft
        if draft.into is None:
            raise self.fail("text in quotes without msgid or msgstr before it")
        if mark.startswith(OBSOLETE) != draft.obsolete or mark.endswith("|") != draft.last.startswith("previous"):
            raise self.fail(f"the marks before the lines of {_said(draft.last)} differ; make them the same")
        draft.into.append(self.unescaped(string) if "\\" in string else string)
        self.expected = ""
        if draft.last.startswith("msgstr"):
            draft.complete = True
            self.done = end

    def unescaped(self, string: str) -> str:
        raw = "\\x" in string or bool(re.search(r"\\[0-7]", string))

        def one(found: re.Match[str]) -> str:
            octal, hexadecimal, letter = found.groups()
            if octal is not None:
                return chr(int(octal, 8) & 255)
            if hexadecimal is not None:
                return chr(int(hexadecimal, 16) & 255)
            if letter is None:
                return ""
            try:
                return _ESCAPED[letter]
            except KeyError:
                raise self.fail(f"\\{letter} is no escape that a PO file knows; write \\\\ for a backslash") from None

        if not raw:
            return _ESCAPE.sub(one, string)
        # Octal and hexadecimal escapes are bytes of the file's charset: several may make up one character.
        data = b"".join(
            one(found).encode("latin-1" if found[1] or found[2] else "utf-8")
            if found.group().startswith("\\")
            else found.group().encode("utf-8", "surrogatepass")
            for found in re.finditer(_ESCAPE.pattern + r"|[^\\]+", string)
        )
        if b"\0" in data:
            raise self.fail("an escape makes a NUL character; take it out")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise self.fail("the escapes in this line are not UTF-8; write the characters themselves") from None

    def odd_line(self, at: int, end: int) -> int:
        """Where the next line begins after what stands in a line that is no plain string line or comment.

        Several tokens may share a line, and a string may go on in the next after a backslash.
        """
        text = self.text
        bare = text[at:end].lstrip(_BLANK)
        mark = next((prefix for prefix in ("#~|", "#|", "#~") if bare.startswith(prefix)), "")
        here = end - len(bare) + len(mark)
        while text[here:end].strip(_BLANK):
            found = _TOKEN.match(text, here)
            if found is None or not found.group().strip():
                raise self._odd(text[at:end], text[here:end].strip(_BLANK))
            here = found.end()
            if found["string"] is not None:
                self.number += found["string"].count("\n")
                end = text.find("\n", here)
                end = len(text) if end < 0 else end
                self.string(found["string"], mark, here if text[here:end].strip(_BLANK) else min(end + 1, len(text)))
            elif found["word"] in _KEYWORDS:
                here = self.odd_keyword(found["word"], here, mark)
            elif found["comment"] is not None and not self.expected:
                self.comment(found["comment"][1:].removesuffix("\r"))
            else:
                raise self._odd(text[at:end], found.group().strip())
        return min(end + 1, len(text))

    def odd_keyword(self, word: str, here: int, mark: str) -> int:
        """Where the text goes on after a keyword that ends at `here`, and its index or the domain's name."""
        follows = _TOKEN.match(self.text, here)
        if word == "domain":
            self.between()
            if self.draft.strings or follows is None or follows["string"] is None:
                raise self.fail("domain wants a name in quotes, between two entries")
            self.domain = follows["string"]
            return follows.end()
        index = follows["index"] if follows else None
        self.keyword(word, index, mark)
        return follows.end() if follows and index is not None else here

    def _odd(self, line: str, at: str) -> FormatError:
        if _CONFLICT.match(line):
            return self.fail("a conflict marker of a version control system; decide which side to keep")
        if line[:100].strip().lower().startswith(("<!doctype", "<html", "<?xml")):
            return self.fail("a web page, not a PO file; fetch the catalog again")
        if at.startswith('"') or line.count('"') % 2:
            return self.fail("the text has no closing quotation mark in its line")
        return self.fail(f"{_short(at)!r} is not what a PO file has; a line begins with #, msgid, msgstr or a quote")

    def between(self) -> None:
        """Whatever comes now belongs to the next entry if this one is complete."""
        if self.draft.complete:
            self.finish()

    def finish(self) -> None:
        """The entry that is being read is one of `entries`, its text what was read since the one before."""
        draft = self.draft
        if self.expected:
            raise self.fail(f"{_said(self.expected)} has no text after it; give it one in quotes")
        strings = draft.strings
        if not draft.complete:
            if strings:
                missing = "msgstr" if "msgid" in strings else "msgid"
                raise self.fail(f"{missing} is missing in this entry", draft.line)
            return
        joined = {name: "".join(parts) if len(parts) != 1 else parts[0] for name, parts in strings.items()}
        plural = tuple(joined[f"msgstr[{n}]"] for n in range(len(joined)) if f"msgstr[{n}]" in joined)
        if "msgid_plural" in joined and not plural:
            raise self.fail("msgid_plural wants msgstr[0], not msgstr", draft.line)
        if plural and "msgid_plural" not in joined:
            raise self.fail("msgstr[0] without a msgid_plural; write msgstr, or add the plural", draft.line)
        self.entries.append(
            Entry(
                msgid=joined["msgid"],
                msgstr=joined.get("msgstr", ""),
                msgctxt=joined.get("msgctxt"),
                msgid_plural=joined.get("msgid_plural"),
                msgstr_plural=plural,
                comments=tuple(draft.comments),
                extracted=tuple(draft.extracted),
                references=tuple(draft.references),
                flags=tuple(draft.flags),
                previous_msgctxt=joined.get("previous_msgctxt"),
                previous_msgid=joined.get("previous_msgid"),
                previous_msgid_plural=joined.get("previous_msgid_plural"),
                obsolete=bool(draft.obsolete),
                line=draft.line,
                raw=self.text[self.start : self.done],
            )
        )
        self.domains.append(self.domain)
        self.start = self.done
        self.draft = _Draft()


_BEFORE: dict[str, tuple[str, ...]] = {
    "previous_msgctxt": ("",),
    "previous_msgid": ("", "previous_msgctxt"),
    "previous_msgid_plural": ("previous_msgid",),
    "msgctxt": ("", "previous_msgid", "previous_msgid_plural", "previous_msgctxt"),
    "msgid": ("", "msgctxt", "previous_msgid", "previous_msgid_plural", "previous_msgctxt"),
    "msgid_plural": ("msgid",),
    "msgstr": ("msgid",),
    "msgstr[0]": ("msgid_plural", "msgid"),
}


def _said(name: str) -> str:
    """A keyword as it stands in a file."""
    return name.replace("previous_", "#| ")


def _check_order(reader: _Reader, draft: _Draft, name: str) -> None:
    """Raises FormatError unless the keyword may follow the one before it."""
    allowed = _BEFORE.get(name)
    if allowed is None and name.startswith("msgstr["):
        number = int(name[7:-1])
        if draft.last != f"msgstr[{number - 1}]":
            raise reader.fail(f"{name} is out of order; the forms are counted from msgstr[0] on")
        return
    if allowed is None:
        raise reader.fail(f"{_said(name)} is not what a PO file has")
    if draft.last in allowed:
        return
    said = _said(name)
    if name in {"msgid", "msgctxt"} and "msgid" in draft.strings:
        raise reader.fail("msgstr is missing in this entry", draft.line)
    if name == "msgstr" and draft.last == "msgid_plural":
        raise reader.fail("msgid_plural wants msgstr[0], not msgstr")
    if draft.last and not draft.complete:
        raise reader.fail(f"{said} cannot follow {_said(draft.last)}")
    raise reader.fail(f"{said} without a msgid before it")


def _flags(said: str) -> list[str]:
    """The flags after a `#,`, `#=` or `#!`."""
    return [flag for flag in (part.strip() for part in said.split(",")) if flag]


_QUOTED = re.compile("[^\\s\u2068]*\u2068[^\u2069]*\u2069\\S*|\\S+")


def _references(said: str) -> list[str]:
    """The references of a `#:` line; names between first-strong isolate marks may have blanks."""
    return _QUOTED.findall(said) if "\u2068" in said else said.split()


Piece = tuple[str, str]
"""What a line belongs to, and the line with its end."""


def flags_in(line: str) -> list[str]:
    """The flags of a `#,` or `#=` line."""
    return _flags(line.strip(_BLANK + "\n")[2:])


def pieces(raw: str) -> list[Piece] | None:
    """The lines of an entry's text with what each belongs to; joined they are `raw`.

    Kinds are `blank`, `comment`, `extracted`, `reference`, `flag`, `previous`, and the keywords (`msgstr[0]`, …).
    None where a line holds several things, so that it belongs to none.
    """
    found: list[Piece] = []
    kind = ""
    at = 0
    while at < len(raw):
        end = raw.find("\n", at)
        end = len(raw) if end < 0 else end + 1
        line = raw[at:end]
        at = end
        bare = line.removesuffix("\n")
        if not bare.strip(_BLANK):
            found.append(("blank", line))
            continue
        match = _STRING_LINE.match(bare)
        if match:
            mark, word, index, _ = match.groups()
            if mark and mark.endswith("|"):
                kind = "previous"
            elif word:
                kind = f"msgstr[{int(index)}]" if index is not None else word
            found.append((kind, line))
        elif (said := bare.lstrip(_BLANK))[0] == "#" and said[1:2] not in {"~", "|"}:
            found.append((_COMMENTS.get(said[1:2], "comment"), line))
        elif re.fullmatch(r"[ \t]*(?:#~[ \t]*)?(?:msgctxt|msgid|msgid_plural|msgstr)[ \t]*\r?", bare):
            kind = bare.replace("#~", "").strip()
            found.append((kind, line))
        elif re.fullmatch(r'[ \t]*domain[ \t]*"[^"]*"[ \t]*\r?', bare):
            found.append(("blank", line))
        else:
            return None
    return found


_COMMENTS = {".": "extracted", ":": "reference", ",": "flag", "!": "flag", "=": "flag"}


def string_in(line: str) -> str | None:
    """The string of a line that has one, its escapes undone."""
    found = _STRING_LINE.match(line.rstrip("\n"))
    return _Reader("<entry>").unescaped(found[4]) if found else None
