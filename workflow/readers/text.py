"""Plain text: paragraphs between blank lines."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from workflow.model import Article, Block
from workflow.readers import front

_PARAGRAPH = re.compile(r"[^\s](?:[^\n\r]|\r?\n(?![ \t]*(?:\r?\n|\Z))|\r(?!\n))*")
_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*|[ \t]*\r[ \t]*")


def read(file: str, text: str, fields: Sequence[str]) -> Article:
    """The paragraphs of `text`; lines of one paragraph are one stretch of prose."""
    parts, metadata, start = front.read(file, text, fields)
    line = text.count("\n", 0, start) + 1
    at, titled = start, "title" in metadata
    for found in _PARAGRAPH.finditer(text, start):
        raw = found[0].rstrip()
        if not any(char.isalnum() for char in raw):
            continue
        line += text.count("\n", at, found.start())
        if found.start() > at:
            parts.append(text[at : found.start()])
        kind = "paragraph" if titled else "title"
        titled = True
        parts.append(Block(text=raw, prose=_BREAK.sub(" ", raw), kind=kind, line=line, form="text"))
        line += raw.count("\n")
        at = found.start() + len(raw)
    if at < len(text):
        parts.append(text[at:])
    return Article(file=file, format="text", parts=tuple(parts), metadata=metadata)


def write(block: Block, translation: str) -> str:
    """The translation on one line."""
    del block
    return (
        " ".join(translation.split("\n")).strip() if "\n" in translation or "\r" in translation else translation.strip()
    )


def render(body: str) -> str:
    """The paragraphs as HTML; the first one is the title where front matter has none."""
    said = [_BREAK.sub(" ", found[0].rstrip()) for found in _PARAGRAPH.finditer(body)]
    return "".join(f"<p>{html.escape(line, quote=False)}</p>\n" for line in said)
