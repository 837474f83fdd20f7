"""Articles cut into prose and the rest, and translations put back. The only door to pyromark.

What a reader gives joins back to the text it was given, whatever that text is; a translation changes its block only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workflow.errors import FormatError
from workflow.model import Article, Block
from workflow.readers import front, html, markdown
from workflow.readers import text as plain

_READERS: dict[str, Callable[[str, str, Sequence[str]], Article]] = {
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".txt": plain.read,
}
"""By the file's suffix: (file, text, front matter fields that are prose) -> Article."""

SUFFIXES = tuple(_READERS)

_WRITERS: dict[str, Callable[[Block, str], str]] = {
    "markdown": markdown.write,
    "html": html.write,
    "text": plain.write,
    "front": front.write,
}
"""By the first word of a block's form."""


def read(file: str, text: str, *, fields: Sequence[str] = front.FIELDS) -> Article:
    """The article in `text`, whose parts join back to `text`; `fields` of its front matter are prose.

    Raises FormatError for a suffix that no reader knows, and for front matter that is broken or never closed.
    """
    suffix = f".{file.rpartition('.')[2]}".lower()
    reader = _READERS.get(suffix)
    if reader is None:
        raise FormatError(f"{file}: cannot read this format; known are {', '.join(_READERS)}")
    front.refuse(file, text)
    return reader(file, text, fields)


def write(block: Block, translation: str) -> str:
    """The text that stands in the block's place when `translation` is said there; the block's own text for its prose.

    Whatever the translation is, the structure around the block stays: what would break it is escaped.
    """
    if translation == block.prose:
        return block.text
    return _WRITERS[block.form.split(" ", 1)[0]](block, translation)


def render(article: Article, text: str) -> str:
    """The body of an article (front matter left out) as HTML; `text` is the article's or that of its translation.

    HTML in the text stays as it is: who shows it to others cleans it.
    """
    _, metadata, start = front.read(article.file, text, ())
    body = text[start:]
    if article.format == "markdown":
        return markdown.render(metadata, body)
    return body if article.format == "html" else plain.render(body)
