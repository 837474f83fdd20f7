"""Everything a reader sees is in a block and nothing else is: an edition in capitals shows it."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import html5lib

from workflow import readers
from workflow.markup import Token, tokens
from workflow.model import Article, Syntax

CASES = Path(__file__).parent / "cases" / "readers"
BOOK = Path(__file__).parents[2] / "shared" / "data" / "comprehensive-rust-src.tar.gz"

_ASIDE = re.compile(r"://|www\.|@|[{}$%]|&")
_HEARD = ("alt", "title", "aria-label", "placeholder", "content", "label", "value", "aria-description")


def _capitals(text: str) -> str:
    """Letters in capitals, entities and escapes left alone; only letters whose capital is one letter."""
    return re.sub(
        r"&#?\w+;|\\.|[^\W\d_]",
        lambda m: m[0].upper() if len(m[0]) == 1 and len(m[0].upper()) == 1 and m[0].upper().lower() == m[0] else m[0],
        text,
    )


def _attributes(raw: str) -> str:
    names = "|".join(_HEARD[:4])
    return re.sub(rf"""(?i)(\s(?:{names})\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", lambda m: m[1] + _capitals(m[2]), raw)


def _titled(raw: str) -> str:
    return re.sub(r"""([ \t\n])("[^"]*"|'[^']*'|\([^()]*\))(\s*\))$""", lambda m: m[1] + _capitals(m[2]) + m[3], raw)


def _token(token: Token, syntax: Syntax) -> str:
    raw = token.raw
    if raw.startswith("<") and token.kind != "url" and token.kind != "email":
        return _attributes(raw)
    if token.kind == "image":
        end = raw.rindex("](") if "](" in raw else raw.rindex("][")
        return "![" + shout(raw[2:end], syntax) + _titled(raw[end:])
    return _titled(raw) if token.kind == "close link" else raw


def shout(prose: str, syntax: Syntax) -> str:
    """The prose in capitals, as a translator would who leaves marks, code and addresses alone."""
    if syntax == "plain":
        return _capitals(prose) if "://" not in prose else prose
    pieces, at, code = [], 0, 0
    for token in tokens(prose, syntax):
        between = prose[at : token.start]
        pieces += [between if code else _capitals(between), _token(token, syntax)]
        code = max(
            0,
            code
            + bool(re.match(r"(?i)<(code|kbd|samp|var|span translate)\b", token.raw))
            - bool(re.match(r"(?i)</(code|kbd|samp|var|span)\b", token.raw)),
        )
        at = token.end
    return "".join([*pieces, _capitals(prose[at:])])


def edition(article: Article) -> str:
    return "".join(
        part if isinstance(part, str) else readers.write(part, shout(part.prose, part.syntax)) for part in article.parts
    )


class _Page(HTMLParser):
    """A page as a list: (what, value), words of code and scripts apart from those one reads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.apart: list[str] = []
        self.skipped = False

    def _put(self, what: str, value: str) -> None:
        if self.found and self.found[-1][0] == what and what in ("text", "code"):
            value = self.found.pop()[1] + value
        self.found.append((what, value))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._put("tag", tag)
        for name, value in attrs:
            heard = name in _HEARD and (name != "value" or tag == "input") and not self.apart
            self._put(("heard " if heard else "attribute ") + name, value or "")
        silent = any((n == "translate" and v == "no") or (n == "class" and "math" in str(v)) for n, v in attrs)
        code = tag in ("code", "pre", "script", "style", "math", "kbd", "samp", "var")
        if (code or silent or self.apart) and tag not in ("br", "img", "input", "hr", "wbr", "meta", "link"):
            self.apart.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._put("end", tag)
        if tag in self.apart:
            while self.apart.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._put("code" if self.apart or self.skipped else "text", data)

    def handle_comment(self, data: str) -> None:
        self._put("comment", data)
        if "workflow:" in data:
            self.skipped = "skip" in data or (self.skipped and "translate" not in data)

    def handle_decl(self, decl: str) -> None:
        self._put("declaration", decl)


def page(text: str) -> list[tuple[str, str]]:
    parser = _Page()
    parser.feed(text)
    parser.close()
    return [(what, " ".join(value.split()) if what != "code" else value) for what, value in parser.found]


def browsed(text: str) -> list[tuple[str, str]]:
    """The page as a browser reads it, likewise as a list; what is not for translating is "code"."""
    found: list[tuple[str, str]] = []
    apart: list[bool] = []
    skipped = False
    walker = html5lib.getTreeWalker("etree")
    for token in walker(html5lib.parse(text, treebuilder="etree")):
        kind = token["type"]
        if kind in ("StartTag", "EmptyTag"):
            found.append(("tag", token["name"]))
            given = {name: value for (_, name), value in token["data"].items()}
            no = given.get("translate") == "no" or "notranslate" in given.get("class", "").split()
            said = (given.get("name") or given.get("property") or "") in ("description", "og:title")
            button = token["name"] == "input" and given.get("type") == "submit"
            for name, value in given.items():
                heard = name in _HEARD and not skipped and not any(apart) and not no
                heard = heard and (name not in ("content", "value") or said or button)
                found.append((("heard " if heard else "attribute ") + name, value))
            if kind == "StartTag":
                apart.append(no or token["name"] in _CODE_TAGS)
        elif kind == "EndTag":
            found.append(("end", token["name"]))
            apart.pop()
        elif kind in ("Characters", "SpaceCharacters"):
            what = "code" if skipped or any(apart) else "text"
            if found and found[-1][0] == what:
                found[-1] = (what, found[-1][1] + token["data"])
            else:
                found.append((what, token["data"]))
        elif kind == "Comment":
            found.append(("comment", token["data"]))
            if "workflow:" in token["data"]:
                skipped = "skip" in token["data"] or (skipped and "translate" not in token["data"])
    return [(what, " ".join(value.split()) if what != "code" else value) for what, value in found]


_CODE_TAGS = (
    "code",
    "pre",
    "script",
    "style",
    "math",
    "kbd",
    "samp",
    "var",
    "template",
    "xmp",
    "iframe",
    "noframes",
    "noembed",
    "plaintext",
)


def differences(before: str, after: str, seen: Callable[[str], list[tuple[str, str]]] = page) -> Iterator[str]:
    """What of a page in capitals is not as it should be."""
    old, new = ([item for item in seen(text) if item[1] or item[0] != "text"] for text in (before, after))
    if [what for what, _ in old] != [what for what, _ in new]:
        for before_item, after_item in zip(old, new, strict=False):
            if before_item[0] != after_item[0]:
                yield f"structure: {before_item} became {after_item}"
                return
        yield f"structure: {len(old)} became {len(new)}: {(old + new)[min(len(old), len(new)) :][:3]}"
        return
    for (what, one), (_, other) in zip(old, new, strict=True):
        if what == "text" or what.startswith("heard "):
            ours, theirs = (re.sub(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}", "{}", seen).split() for seen in (one, other))
            if len(ours) != len(theirs):
                yield f"{what}: {one!r} became {other!r}"
                continue
            for word, shouted in zip(ours, theirs, strict=True):
                if shouted != _capitals(word) and not _ASIDE.search(word):
                    yield f"{what}: {word!r} became {shouted!r} in {one[:80]!r}"
        elif one != other:
            yield f"{what}: {one!r} became {other!r}"


def wrong(file: str, text: str) -> list[str]:
    """Every complaint about the article and its edition in capitals."""
    article = readers.read(file, text)
    assert article.text == text
    pages = readers.render(article, text), readers.render(article, edition(article))
    return list(differences(*pages, browsed if article.format == "html" else page))


@lru_cache(maxsize=1)
def book() -> dict[str, str]:
    """Comprehensive Rust by file name; nothing where the data is not."""
    if not BOOK.exists():
        return {}
    with tarfile.open(BOOK) as archive:
        return {
            member.name: archive.extractfile(member).read().decode()  # type: ignore[union-attr]
            for member in archive
            if member.isfile() and member.name.endswith(".md")
        }
