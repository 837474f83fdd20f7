"""Front matter: YAML between `---` lines or TOML between `+++` lines, by ranges, so that nothing is typed anew."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from workflow.errors import FormatError
from workflow.model import Block

if TYPE_CHECKING:  # most front matter can be read without it, and it takes as long to load as ten articles to cut
    import yaml

FIELDS = ("title", "subtitle", "description", "summary", "excerpt")
"""The fields of front matter that a reader of the page sees as prose."""

Metadata = dict[str, str | tuple[str, ...]]

_FENCED = re.compile(
    r"(?:---[ \t]*\r?\n(?P<yaml>(?:(?!(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)).*+(?:\n|\Z))*?)(?:---|\.\.\.)"
    r"|\+\+\+[ \t]*\r?\n(?P<toml>(?:(?!\+\+\+[ \t]*(?:\r?\n|\Z)).*+(?:\n|\Z))*?)\+\+\+)[ \t]*(?:\r?\n|\Z)"
)
# A mapping's first line; what begins otherwise is a thematic break and text that follows it.
_MAPPING = re.compile(
    r"(?:[ \t]*(?:#.*)?\r?\n)*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s#\-\[\]{}>|*&!%@`\"',?:][^:\n#]*)[ \t]*:(?:\s|\Z)"
)
# What was meant as front matter, unmistakably: a field on the second line. A thematic break is followed by a blank line
# or by a sentence, and a list between two of them stands off from both.
_UNCLOSED = re.compile(
    r"(?:---[ \t]*\r?\n(?:[a-z][a-z0-9_-]*|Title|Author|Authors|Date|Description|Tags|Layout):(?:[ \t]|\r?\n|\Z)"
    r"|\+\+\+[ \t]*\r?\n[A-Za-z_][\w-]*[ \t]*=)"
)
_CLOSING = {
    "-": re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE),
    "+": re.compile(r"^\+\+\+[ \t]*\r?$", re.MULTILINE),
}
_LIST = re.compile(r"---[ \t]*\r?\n(?:(?:- .*|[ \t]+\S.*)\n)+(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_BLANK = re.compile(r"(?:[ \t]*(?:#.*)?(?:\r?\n|\Z))*\Z")
_STRING = "tag:yaml.org,2002:str"
# A field that YAML reads as it stands: a number or a day, which is no prose, or words.
_SIMPLE = re.compile(
    r"([A-Za-z_][A-Za-z0-9_-]{0,99}): ++(?:(0|[1-9][0-9]*|[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|([^\W\d_][\w,.'()/-]*+(?: [\w(][\w,.'()/-]*+)*+)) *+(?:\r?\n|\Z)"
)
_NO_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "null"})


@dataclass(frozen=True, slots=True)
class _Value:
    """A string in front matter: where it stands, what it says, how it is written."""

    key: str
    start: int
    end: int
    said: str
    form: str
    prefix: str = ""


def read(file: str, text: str, fields: Sequence[str]) -> tuple[list[str | Block], Metadata, int]:
    """The parts of the front matter, its plain values, and where the body starts; a BOM is skeleton.

    Raises FormatError where it is not YAML or TOML.
    """
    start = 1 if text.startswith("\ufeff") else 0
    found = _FENCED.match(text, start)
    if found is None:
        return ([text[:start]] if start else []), {}, start
    kind = "yaml" if found["yaml"] is not None else "toml"
    inner, at = found[kind], found.start(kind)
    if kind == "yaml" and not _MAPPING.match(inner) and not (_BLANK.match(inner) and inner):
        return ([text[:start]] if start else []), {}, start
    metadata, values = _said(kind, file, inner, tuple(fields))
    metadata = dict(metadata)
    parts: list[str | Block] = []
    done = 0
    for value in values:
        begin, end = at + value.start, at + value.end
        if begin < done or not any(char.isalnum() for char in value.said):
            continue
        parts.append(text[done:begin])
        line = text.count("\n", 0, begin) + 1
        raw = text[begin:end]
        form = f"front {value.form}"
        parts.append(Block(text=raw, prose=value.said, kind=value.key, line=line, form=form, prefix=value.prefix))
        done = end
    parts.append(text[done : found.end()])
    return parts, metadata, found.end()


def refuse(file: str, text: str) -> None:
    """Raise FormatError for a text that begins with what was meant as front matter and is none.

    That is a block of fields without its last line, and a list between two lines `---` that touches both.
    """
    start = 1 if text.startswith("\ufeff") else 0
    if _UNCLOSED.match(text, start):
        fence = text[start : start + 3]
        if not _CLOSING[fence[0]].search(text, text.index("\n", start) + 1):
            raise FormatError(
                f"{file}:1: front matter is never closed by a line `{fence}` "
                "(if it is none, put a blank line after the first line); mend it"
            )
    elif _LIST.match(text, start):
        raise FormatError(
            f"{file}:2: front matter is a list, not a table of `key: value` lines "
            "(if it is none, put a blank line after the first line); mend it"
        )


@lru_cache(maxsize=64)
def _said(kind: str, file: str, inner: str, fields: tuple[str, ...]) -> tuple[Metadata, list[_Value]]:
    """An article and its editions are read several times, one soon after the other; most have the same front matter."""
    if kind == "yaml":
        return _simple(inner, fields) or _yaml(file, inner, fields)
    return _toml(file, inner, fields)


def _simple(inner: str, fields: Sequence[str]) -> tuple[Metadata, list[_Value]] | None:
    """What `_yaml` gives, where every line is such that this is known without it; else None."""
    metadata: Metadata = {}
    values: list[_Value] = []
    at = 0
    while at < len(inner):
        found = _SIMPLE.match(inner, at)
        if found is None or found[1] in metadata:
            return None
        key, number, words = found.groups()
        if words is not None and words.lower() in _NO_WORDS:
            return None
        metadata[key] = words or number
        if words is not None and key in fields:
            values.append(_Value(key, *found.span(3), words, "plain"))
        at = found.end()
    return metadata, values


def _loader() -> Any:
    """The libyaml binding is part of PyYAML's wheels; without it the same classes exist in Python."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _yaml(file: str, inner: str, fields: Sequence[str]) -> tuple[Metadata, list[_Value]]:
    import yaml

    try:
        root = yaml.compose(inner, Loader=_loader())
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        raise FormatError(f"{file}:{line}: front matter is not YAML ({error.problem}); mend it") from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split("\n", 1)[0].split())
        raise FormatError(f"{file}:2: front matter is not YAML ({reason}); mend it") from None
    if root is None:
        return {}, []
    if not isinstance(root, yaml.MappingNode):
        raise FormatError(f"{file}:2: front matter is not a table of `key: value` lines; mend it")
    metadata: Metadata = {}
    values: list[_Value] = []
    told: set[str] = set()
    for key, node in root.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        name = str(key.value)
        if name in told:
            raise FormatError(f"{file}:{key.start_mark.line + 2}: front matter has {name!r} twice; mend it")
        told.add(name)
        if isinstance(node, yaml.ScalarNode):
            metadata[name] = _plain(node)
        elif isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
            metadata[name] = tuple(_plain(item) for item in node.value)
        if name in fields:
            values += _strings(name, node, inner)
    return metadata, sorted(values, key=lambda value: value.start)


def _plain(node: yaml.ScalarNode) -> str:
    return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _strings(name: str, node: yaml.Node, inner: str) -> Iterator[_Value]:
    import yaml

    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _strings(name, item, inner)
        return
    if not isinstance(node, yaml.ScalarNode) or node.tag != _STRING:
        return
    start, end = node.start_mark.index, node.end_mark.index
    raw, style = inner[start:end], node.style or ""
    said = str(node.value)
    if style in ("|", ">"):
        raw = raw.rstrip()
        _, _, body = raw.partition("\n")
        indent = re.match(r"[ ]*", body.lstrip("\r\n"))
        if raw[:1] == style and body.strip():
            yield _Value(name, start, start + len(raw), said.strip("\n"), style, (indent[0] if indent else "  "))
        return
    if style and not (raw[:1] == raw[-1:] == style and len(raw) > 1):
        return
    if not style and "\n" in raw:
        said = " ".join(said.split("\n"))
    yield _Value(name, start, end, said, style or "plain")


def _toml(file: str, inner: str, fields: Sequence[str]) -> tuple[Metadata, list[_Value]]:
    try:
        table = tomllib.loads(inner.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) + 1 if place else 2
        reason = re.sub(r" \(at .*\)", "", str(error))
        raise FormatError(f"{file}:{line}: front matter is not TOML ({reason}); mend it") from None
    metadata: Metadata = {}
    for key, value in table.items():
        if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
            metadata[key] = tuple(str(item) for item in value)
        elif not isinstance(value, dict | list):
            metadata[key] = str(value).lower() if isinstance(value, bool) else str(value)
    values = [value for value in _toml_strings(inner) if value.key in fields and _says(table, value)]
    return metadata, values


def _says(table: Mapping[str, Any], value: _Value) -> bool:
    told = table.get(value.key)
    return told == value.said or (isinstance(told, list) and value.said in told)


_TOML_KEY = re.compile(r"[ \t]*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*=[ \t]*")
_TOML_STRING = re.compile(
    r'"""(?:[^\\"]|\\.|"(?!""))*+"{3,5}' r"|'''(?:[^']|'(?!''))*+'{3,5}" r'|"(?:[^"\\\n]|\\.)*+"' r"|'[^'\n]*+'",
    re.DOTALL,
)


def _toml_strings(inner: str) -> Iterator[_Value]:
    """The strings, and those in lists, of the keys before the first table."""
    at, key, depth = 0, "", 0
    while at < len(inner):
        if not depth and (at == 0 or inner[at - 1] == "\n") and (found := _TOML_KEY.match(inner, at)):
            key, at = next(part for part in found.groups() if part is not None), found.end()
        elif string := _TOML_STRING.match(inner, at):
            said = tomllib.loads(f"x = {string[0]}".replace("\r\n", "\n"))["x"]
            quote = string[0][:3] if string[0][:3] in ('"""', "'''") else string[0][0]
            yield _Value(key, at, string.end(), said, quote)
            at = string.end()
        elif inner[at] == "#":
            at = (inner.find("\n", at) + 1 or len(inner) + 1) - 1
        elif not depth and inner[at] == "[" and (at == 0 or inner[at - 1] == "\n"):
            return
        else:
            depth += (inner[at] in "[{") - (inner[at] in "]}")
            at += 1


def write(block: Block, translation: str) -> str:
    """The translation as the value is written; in double quotes where that way of writing cannot hold it."""
    style = block.form.split(" ", 1)[1]
    if style in ("|", ">") and not translation.replace("\n", "").isprintable():
        return _quoted(" ".join(translation.split()))
    if style in ("|", ">"):
        header = block.text.split("\n", 1)[0].rstrip("\r")
        newline = "\r\n" if "\r\n" in block.text else "\n"
        lines = translation.strip().split("\n") if style == "|" else [" ".join(translation.split())]
        body = newline.join(f"{block.prefix}{line.strip()}" if line.strip() else "" for line in lines)
        return f"{header}{newline}{body}"
    said = translation.strip() if style == "plain" else translation
    if style not in ('"""', "'''"):
        said = re.sub(r"\s*\n\s*", " ", said)
    if style == "plain" and _bare(said):
        return said
    if style == "'" and "'" not in said and said.isprintable():
        return f"'{said}'"
    if style == "'" and block.kind and _is_yaml(block) and said.isprintable():
        return "'" + said.replace("'", "''") + "'"
    return _quoted(said)


def _quoted(said: str) -> str:
    """The string in double quotes, as YAML and TOML both read it."""
    import json

    return "".join(
        char if char.isprintable() else f"\\U{ord(char):08X}" for char in json.dumps(said, ensure_ascii=False)
    )


def _is_yaml(block: Block) -> bool:
    """Whether the single-quoted value doubles its quotes, as only YAML does."""
    return "''" in block.text[1:-1]


def _bare(said: str) -> bool:
    """Whether YAML reads the bare text as this very string, in a list in brackets too."""
    import yaml

    try:
        return bool(yaml.load(f"- [{said}]\n- x: {said}\n", Loader=_loader()) == [[said], {"x": said}])  # noqa: S506 - safe
    except yaml.YAMLError:
        return False
