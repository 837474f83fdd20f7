"""Markup, links and placeholders: what stands around and between the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from workflow.checks.pair import Note, Pair
from workflow.markup import Token

_PAIRED = {"emphasis": "emphasis", "strong": "bold", "strike": "strikethrough"}
_WHOLE = {"code", "math", "footnote", "shortcode", "image"}
_STRAY = re.compile(r"(?<![\\*\w])\*\*?(?=\S)|(?<=\S)(?<!\\)\*\*?(?![*\w])|(?<![\\~])~~(?!~)")


def _kind(token: Token) -> str:
    """The token's kind without "open" and "close"."""
    return token.kind.removeprefix("open ").removeprefix("close ")


def _opens(tokens: tuple[Token, ...]) -> Counter[str]:
    """How often each kind of paired mark begins."""
    return Counter(_kind(token) for token in tokens if _kind(token) in _PAIRED and not token.kind.startswith("close"))


def _tags(tokens: tuple[Token, ...]) -> Counter[str]:
    """The HTML tags, by name and slash, without attributes."""
    found: Counter[str] = Counter()
    for token in tokens:
        if token.raw.startswith("<") and (name := re.match(r"</?\s*([A-Za-z][\w-]*)", token.raw)):
            slash = "/" if token.raw.startswith("</") else ""
            found[f"<{slash}{name[1].lower()}>"] += 1
    return found


def markup(pair: Pair) -> Iterator[Note]:
    """Emphasis, code, formulas, footnotes, images and tags of the source are in the translation, and no others are."""
    if not pair.source_tokens and not pair.target_tokens:
        target = pair.target
        if ("*" not in target and "~" not in target) or not _STRAY.search(target):
            return
    ours, theirs = _opens(pair.source_tokens), _opens(pair.target_tokens)
    for kind, name in _PAIRED.items():
        if theirs[kind] < ours[kind]:
            shown = next((note.mark for note in _strays(pair)), "")
            said = (
                f"{shown} has no partner and will show" if shown else f"{ours[kind]} in the source, {theirs[kind]} here"
            )
            yield Note("error", f"{name} is lost: {said}", shown)
        elif theirs[kind] > ours[kind]:
            yield Note("error", f"{name} is added: {ours[kind]} in the source, {theirs[kind]} here")
    if ours == theirs:
        yield from _strays(pair)
    yield from _kept_whole(pair)
    ours, theirs = _tags(pair.source_tokens), _tags(pair.target_tokens)
    for name in sorted((ours - theirs).keys()):
        yield Note("error", f"the tag {name} is lost")
    for name in sorted((theirs - ours).keys()):
        yield Note("error", f"the tag {name} is added", name)


def _kept_whole(pair: Pair) -> Iterator[Note]:
    """Code, formulas, footnotes and shortcodes, which are copied letter by letter."""
    wholes = _WHOLE - {"image"}
    ours = Counter((token.kind, token.raw) for token in pair.source_tokens if token.kind in wholes)
    theirs = Counter((token.kind, token.raw) for token in pair.target_tokens if token.kind in wholes)
    added = list((theirs - ours).elements())
    for kind, raw in (ours - theirs).elements():
        instead = next((one for one in added if one[0] == kind), None)
        if instead is None:
            yield Note("error", f"{kind} {raw} is lost", raw)
        else:
            added.remove(instead)
            yield Note("error", f"{kind} {raw} is lost; found {instead[1]}", instead[1])
    for kind, raw in added:
        yield Note("error", f"{kind} {raw} is added", raw)


def _strays(pair: Pair) -> Iterator[Note]:
    """Asterisks and tildes that show because they mark nothing."""
    if pair.syntax == "markdown":
        bare = _outside(pair.target, pair.target_tokens)
        before = _outside(pair.source, pair.source_tokens)
        for mark in ("**", "~~"):
            if bare.count(mark) > before.count(mark):
                yield Note("error", f"{mark} marks nothing here and will show", mark)


def _outside(text: str, tokens: tuple[Token, ...]) -> str:
    """The text between the tokens."""
    pieces, position = [], 0
    for token in tokens:
        pieces.append(text[position : token.start])
        position = max(position, token.end)
    return "\ufffc".join([*pieces, text[position:]])


def _places(tokens: tuple[Token, ...]) -> Counter[str]:
    """Where links, images and bare addresses lead."""
    found: Counter[str] = Counter()
    for token in tokens:
        if token.kind in {"url", "email"}:
            found[token.target or token.raw.strip("<>")] += 1
        elif token.target:
            found[token.target] += 1
    return found


_LANGUAGE_PART = re.compile(r"(?<=//)[a-z]{2,3}(?:-[a-z]+)?(?=\.)|(?<=/)[a-z]{2}(?:[-_][A-Za-z]+)?(?=/|$)")


def links(pair: Pair) -> Iterator[Note]:
    """Every link, image and address of the source is in the translation and leads to the same place."""
    if not pair.source_tokens and not pair.target_tokens:
        return
    ours, theirs = _places(pair.source_tokens), _places(pair.target_tokens)
    lost, new = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
    for place in list(lost):
        twin = next((other for other in new if _LANGUAGE_PART.sub("", other) == _LANGUAGE_PART.sub("", place)), None)
        if twin is not None:
            lost.remove(place)
            new.remove(twin)
            yield Note("info", f"{place} leads to its edition {twin}", twin)
    for place in lost:
        if place in theirs:
            yield Note(
                "warning", f"the link to {place} stands {ours[place]} times in the source, {theirs[place]} here", place
            )
        elif new:
            other = new.pop(0)
            yield Note("error", f"the link to {place} leads to {other}", other)
        else:
            yield Note("error", f"the link to {place} is missing")
    for place in new:
        yield Note("error", f"the link to {place} is not in the source", place)


def placeholders(pair: Pair) -> Iterator[Note]:
    """Every placeholder of the source is in the translation under its name, and no other is."""
    if not pair.source_tokens and not pair.target_tokens:
        return
    ours = Counter(token.raw for token in pair.source_tokens if token.kind == "placeholder")
    theirs = Counter(token.raw for token in pair.target_tokens if token.kind == "placeholder")
    lost, new = sorted((ours - theirs).elements()), sorted((theirs - ours).elements())
    for name in lost:
        if new:
            other = new.pop(0)
            yield Note("error", f"the placeholder {name} is missing; found {other}", other)
        else:
            yield Note("error", f"the placeholder {name} is missing")
    for name in new:
        yield Note("error", f"the placeholder {name} is not in the source", name)
