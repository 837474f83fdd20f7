"""A web page as units: its main text as Markdown, everything else with where it stands; and what its head says."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from workflow.intake import letters
from workflow.intake.units import Kind, Unit

_DEEP = 120  # elements inside one another; no page that people wrote has more
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_SILENT = frozenset(
    ["script", "style", "template", "svg", "math", "canvas", "object", "iframe", "audio", "video", "head"]
)
_ASIDE = frozenset(
    ["nav", "aside", "footer", "form", "button", "select", "dialog", "menu", "noscript", "label", "textarea", "option"]
)
_ROLES = frozenset(
    [
        "navigation",
        "complementary",
        "banner",
        "contentinfo",
        "search",
        "dialog",
        "alert",
        "alertdialog",
        "menu",
        "toolbar",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "button",
        "select",
        "option",
        "label",
        "textarea",
        "noscript",
        "title",
    ]
)
_HINTS = re.compile(
    r"ads?|adverts?|advertisements?|banner|promos?|promoted|sponsor(?:ed)?|share|sharing|sharebar|social|related|"
    r"recommend(?:ed|ations?)|newsletters?|subscribe|subscription|signup|cookies?|consent|gdpr|popup|modal|overlay|"
    r"breadcrumbs?|comments?|disqus|respond|sidebar|widgets?|nav|navbar|navigation|menu|footer|pagination|pager|"
    r"outbrain|taboola|toolbar|skip|paywall|login|tags?|taglist|trending|popular|teasers?|reactions?|noprint"
)
_CLOSES = {
    "li": ({"li"}, {"ul", "ol", "menu"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr", "td", "th"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tbody": ({"tr", "td", "th", "thead", "tbody"}, {"table"}),
    "option": ({"option"}, {"select"}),
}
_STYLES = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~", "strike": "~~"}
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_ESCAPED = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])|~~|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_LEAD = re.compile(r"(?:#{1,6}(?=\s|$)|[-+](?=\s|$)|>|={3,}|-{3,}|~{3,}|\d{1,9}(?=[.)](?:\s|$))|\|)")
_ORDERED = re.compile(r"\d{1,9}$")


@dataclass(slots=True)
class Node:
    """An element while the page is read; `children` are nodes, or texts with the lines they start on."""

    tag: str
    attrs: dict[str, str]
    line: int
    parent: Node | None = None
    children: list[Node | tuple[str, int]] = field(default_factory=list)
    weight: float = 0.0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a page; title, author and date as its head and its marks say, empty where they do not."""

    units: tuple[Unit, ...]
    title: str = ""
    author: str = ""
    date: str = ""


class _Reader(HTMLParser):
    """The page as a tree, whatever its tags are like."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("html", {}, 1)
        self.open = [self.root]
        self.items: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A node of it, inside the last one that is open and may hold it."""
        if tag in ("html", "body") and len(self.open) > 1 and tag == "html":
            return
        if tag in _CLOSES:
            closed, within = _CLOSES[tag]
            self._close(closed, within)
        if tag in _BLOCKS and tag not in ("button", "label"):
            self._close({"p"}, {"table", "li", "blockquote", "td", "th", "div", "section", "article", "button"})
        node = Node(tag, {name: value or "" for name, value in reversed(attrs)}, self.getpos()[0], self.open[-1])
        self.open[-1].children.append(node)
        if tag == "li":
            node.number = 0
        if tag == "li":
            node.number = self.items.get(id(node.parent), 0)
            self.items[id(node.parent)] = node.number + 1
        if tag not in _VOID and len(self.open) < _DEEP:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """The end of the last open node of that name, if there is one."""
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag == tag:
                del self.open[at:]
                return

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As a start: HTML knows no other."""
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        """A text, on the line where its words start."""
        blank = len(data) - len(data.lstrip())
        self.open[-1].children.append((data, self.getpos()[0] + data.count("\n", 0, blank)))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the name and form of the base class
        """As a comment, which it is in HTML; the base class fails on some."""
        return self.parse_bogus_comment(i)

    def _close(self, tags: set[str], within: set[str]) -> None:
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag in tags:
                del self.open[at:]
                return
            if self.open[at].tag in within:
                return


def read(text: str) -> Page:
    """The page's units in reading order; those outside its main text say where they stand."""
    reader = _Reader()
    reader.feed(text.removeprefix("\ufeff"))
    reader.close()
    root = reader.root
    _weigh(root)
    main = _main(root)
    heading = _heading(root, main)
    told = _Told(root, main, heading)
    base = _first(told.metas, "og:url") or told.canonical
    walk = _Walk(root=root, main=main, heading=heading, base=base)
    walk.block(root, _Where())
    walk.flush()
    units = [*_titles(root, told.title), *walk.units]
    return Page(tuple(units), told.title, told.author, told.date)


# --- where the article is --------------------------------------------------------------------------------------------


def _nodes(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack += [child for child in reversed(one.children) if isinstance(child, Node)]


def said(node: Node) -> str:
    """The node's words, blanks made one."""
    pieces: list[str] = []
    stack: list[Node | tuple[str, int]] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, tuple):
            pieces.append(one[0])
        elif one.tag not in _SILENT or one is node:
            if one.tag in _BLOCKS or one.tag == "br":
                pieces.append(" ")
            stack += reversed(one.children)
    return _SPACE.sub(" ", "".join(pieces)).strip()


def _weigh(root: Node) -> None:
    """Give every node the weight of the prose in it: letters of long paragraphs that are no links."""
    for node in reversed(list(_nodes(root))):
        if node.tag in _SILENT:
            node.weight = 0.0
            continue
        node.weight += sum(child.weight for child in node.children if isinstance(child, Node) and child.tag in _BLOCKS)
        direct = [
            child for child in node.children if not isinstance(child, Node) or child.tag not in (_BLOCKS | _SILENT)
        ]
        words = _SPACE.sub(" ", "".join(c[0] if isinstance(c, tuple) else said(c) for c in direct)).strip()
        if node.tag in _BLOCKS and len(words) > 60:
            linked = sum(len(said(one)) for c in direct if isinstance(c, Node) for one in _nodes(c) if one.tag == "a")
            node.weight += max(0, len(words) - 2 * linked)
        if _aside(node):
            node.weight *= 0.1


def _main(root: Node) -> Node:
    """The node that holds the article: the one marked so if it has most of the prose, else the narrowest that has."""
    whole = root.weight or 1.0
    marked = [
        node
        for node in _nodes(root)
        if node.tag in ("article", "main")
        or node.attrs.get("role") == "main"
        or "articlebody" in node.attrs.get("itemprop", "").lower()
    ]
    best = max(marked, key=lambda node: node.weight, default=None)
    at = best if best is not None and best.weight >= whole * 0.5 else root
    while True:
        inner = max(
            (child for child in at.children if isinstance(child, Node) and child.tag in _BLOCKS),
            key=lambda child: child.weight,
            default=None,
        )
        if (
            inner is None
            or inner.weight < at.weight * 0.85
            or inner.tag in ("p", "table", "blockquote", "ul", "ol", "dl")
        ):
            return at
        if at.tag == "article" or inner.weight == 0:
            return at
        at = inner


def _heading(root: Node, main: Node) -> Node | None:
    """The article's own h1: the first in it, else the last one before it."""
    inside = next((node for node in _nodes(main) if node.tag == "h1" and said(node)), None)
    if inside is not None:
        return inside
    found = None
    for node in _nodes(root):
        if node is main:
            break
        if node.tag == "h1" and said(node):
            found = node
    return found


def _aside(node: Node) -> str:
    """How the page itself marks a node as beside the article; empty where it does not."""
    name = " ".join(filter(None, (node.attrs.get("class", ""), node.attrs.get("id", ""))))
    tokens = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    label = f'<{node.tag} class="{_SPACE.sub(" ", name)[:60]}">' if name else f"<{node.tag}>"
    style = node.attrs.get("style", "").replace(" ", "").lower()
    if "hidden" in node.attrs or "display:none" in style or node.attrs.get("aria-hidden") == "true":
        return f"hidden on the page: in {label}"
    if node.tag == "footer" and node.parent is not None and node.parent.tag == "blockquote":
        return ""
    if node.tag in _ASIDE or node.attrs.get("role", "") in _ROLES:
        return f"beside the article on the page: in {label}"
    if node.tag in ("body", "html", "p", "h1", "h2", "h3", "em", "i", "b", "strong", "span") and node.tag != "span":
        return ""
    if any(_HINTS.fullmatch(token.lower()) for token in tokens):
        return f"beside the article on the page: in {label}"
    return ""


# --- what the head says ----------------------------------------------------------------------------------------------


class _Told:
    """Title, author and date: what machines are told of the page, then what its marks say."""

    def __init__(self, root: Node, main: Node, heading: Node | None) -> None:
        self.metas: dict[str, str] = {}
        self.canonical = ""
        self.facts: dict[str, str] = {}
        shown = ""
        for node in _nodes(root):
            attrs = node.attrs
            if node.tag == "meta":
                name = attrs.get("property") or attrs.get("name") or attrs.get("itemprop") or ""
                self.metas.setdefault(name.lower(), attrs.get("content", "").strip())
            elif node.tag == "link" and attrs.get("rel", "").lower() == "canonical":
                self.canonical = attrs.get("href", "")
            elif node.tag == "script" and "ld+json" in attrs.get("type", "").lower():
                with contextlib.suppress(ValueError, RecursionError):
                    self._facts(json.loads("".join(child[0] for child in node.children if isinstance(child, tuple))))
            elif node.tag == "title" and not shown:
                shown = said(node)
        title = said(heading) if heading is not None else ""
        title = title or _first(self.metas, "og:title", "twitter:title", "dc.title") or self.facts.get("headline", "")
        self.title = " ".join((title or _siteless(shown, self.metas.get("og:site_name", ""))).split())
        self.author = self._author(main)
        self.date = self._date(main, heading)

    def _facts(self, data: object) -> None:
        """Headline, author and date of the first article in the page's JSON-LD."""
        stack, seen = [data], 0
        while stack and seen < 1000:
            one, seen = stack.pop(0), seen + 1
            if isinstance(one, list):
                stack += one
            elif isinstance(one, dict):
                stack += [value for key, value in one.items() if key == "@graph"]
                if "headline" not in one and "datePublished" not in one:
                    continue
                for key in ("headline", "datePublished"):
                    if isinstance(one.get(key), str):
                        self.facts.setdefault(key, one[key])
                people = one.get("author")
                people = people if isinstance(people, list) else [people]
                names = [p.get("name") if isinstance(p, dict) else p for p in people]
                if named := ", ".join(name for name in names if isinstance(name, str)):
                    self.facts.setdefault("author", named)

    def _author(self, main: Node) -> str:
        named = _first(self.metas, "author", "article:author", "dc.creator", "parsely-author", "byl")
        named = named or self.facts.get("author", "")
        if not named:
            for node in _nodes(main):
                marks = f"{node.attrs.get('rel', '')} {node.attrs.get('itemprop', '')}".split()
                if "author" in marks:
                    inner = next((one for one in _nodes(node) if one.attrs.get("itemprop") == "name"), node)
                    named = said(inner)
                    break
        named = re.sub(r"(?i)^by[\s:]+", "", " ".join(named.split()))
        return "" if "://" in named or len(named) > 100 else named

    def _date(self, main: Node, heading: Node | None) -> str:
        keys = ("article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate",
                "publish-date", "dc.date", "dc.date.issued", "parsely-pub-date", "article.published")  # fmt: skip
        around = [main, *([heading.parent] if heading is not None and heading.parent is not None else [])]
        times = [
            node.attrs.get("datetime", "") or said(node) for top in around for node in _nodes(top) if node.tag == "time"
        ]
        for value in (_first(self.metas, *keys), self.facts.get("datePublished", ""), *times[:1]):
            isolated = re.match(r"\d{4}-\d\d-\d\d", value)
            found = letters.dates(isolated[0] if isolated else value)
            if found and found[0].iso:
                return found[0].iso
        return ""


def _first(metas: dict[str, str], *names: str) -> str:
    return next((metas[name] for name in names if metas.get(name)), "")


def _siteless(title: str, site: str) -> str:
    """The title without the site's name at its end."""
    parts = re.split(r"\s+[|–—·»-]\s+", title)
    if len(parts) > 1 and ((site and parts[-1].casefold() == site.casefold()) or len(parts[-1].split()) <= 4):
        return title[: title.rindex(parts[-1])].rstrip(" |–—·»-")
    return title


def _titles(root: Node, title: str) -> Iterator[Unit]:
    """The title in the page's head, where it says more than the article's title."""
    for node in _nodes(root):
        words = said(node) if node.tag == "title" and _in_page(node) else ""
        if words and words != title:
            place = "the title of the browser's window"
            yield Unit(lines=((node.line, words),), words=words, markdown=escaped(words), kind="heading", place=place)


def _in_page(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.tag in _SILENT and above.tag != "head":
            return False
        above = above.parent
    return True


# --- Markdown --------------------------------------------------------------------------------------------------------


def escaped(text: str) -> str:
    r"""The text so that Markdown shows it as it is.

    >>> print(escaped("2 * 3 <b> snake_case [x]"))
    2 \* 3 \<b> snake_case \[x\]
    """
    return _ESCAPED.sub(lambda found: "\\" + found[0] if found[0] != "~~" else "\\~\\~", text)


def _lead(markdown: str) -> str:
    """The paragraph so that it begins no other block."""
    lines = []
    for line in markdown.split("\n"):
        found = _LEAD.match(line)
        if found:
            at = found.end() if _ORDERED.match(found[0]) else 0
            line = f"{line[:at]}\\{line[at:]}"  # noqa: PLW2901 - the line, escaped
        lines.append(line)
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Where:
    """What a block stands in: lists, quotations, what the page puts aside, the article."""

    place: str = ""
    inside: bool = False
    depth: int = 0
    mark: str = ""
    quoted: bool = False


class _Walk:
    """The tree in reading order, made into units."""

    def __init__(self, *, root: Node, main: Node, heading: Node | None, base: str) -> None:
        self.main, self.heading, self.base = main, heading, base
        self.heavy = root.weight * 0.4
        self.between = False
        self.units: list[Unit] = []
        self.pending: list[Node | tuple[str, int]] = []
        self.where, self.tag = _Where(), "p"
        self.first_of_item = self.quoting = False

    def block(self, node: Node, where: _Where) -> None:
        """The units of a block element."""
        if node.tag in _SILENT:
            return
        where = self._entered(node, where)
        self.flush()
        if node.tag == "hr":
            self._add("break", "", "* * *", node.line, where)
        elif node.tag == "pre":
            self._pre(node, where)
        elif node.tag == "table" and (made := self._table(node)):
            self._add("table", said(node), made, node.line, where)
        else:
            self._children(node, where)
        self.flush()
        if node is self.main:
            self.between = False

    def _entered(self, node: Node, where: _Where) -> _Where:
        place, inside, depth, mark, quoted = where.place, where.inside, where.depth, where.mark, where.quoted
        if node is self.main:
            inside = True
        if node is self.heading:
            inside, place = True, ""
            self.between = True
        elif not place and node is not self.main and not self._holds(node, self.main):
            aside = _aside(node)
            if aside and (node.weight < self.heavy or "hidden" in aside or node.tag in _ASIDE):
                place = aside
        if node.tag == "li":
            ordered = node.parent is not None and node.parent.tag == "ol"
            start = node.parent.attrs.get("start", "1") if ordered and node.parent else "1"
            number = (int(start) if re.fullmatch(r"\d{1,6}", start) else 1) + node.number
            mark, depth = (f"{number}." if ordered else "-"), depth + 1
            self.first_of_item = True
        if node.tag == "blockquote":
            quoted, self.quoting = True, False
        return _Where(place, inside, depth, mark, quoted)

    @staticmethod
    def _holds(node: Node, other: Node) -> bool:
        above = other.parent
        while above is not None:
            if above is node:
                return True
            above = above.parent
        return False

    def _children(self, node: Node, where: _Where) -> None:
        self.where, self.tag = where, node.tag
        for child in node.children:
            if isinstance(child, tuple) or (child.tag not in _BLOCKS and not self._has_blocks(child)):
                if not isinstance(child, tuple) and (
                    child.tag in _SILENT or (aside := self._inline_aside(child, where))
                ):
                    if child.tag not in _SILENT:
                        self.flush()
                        self.where = _Where(aside, where.inside, where.depth, where.mark, where.quoted)
                        self.pending.append(child)
                        self.flush()
                        self.where = where
                    continue
                self.pending.append(child)
            else:
                self.flush()
                self.block(child, where)
                self.where, self.tag = where, node.tag

    def _inline_aside(self, node: Node, where: _Where) -> str:
        """How the page puts an inline element aside: hidden, or a button."""
        aside = _aside(node) if not where.place else ""
        return aside if aside and (aside.startswith("hidden") or node.tag in _ASIDE or node.tag == "span") else ""

    @staticmethod
    def _has_blocks(node: Node) -> bool:
        return node.tag not in _SILENT and any(one.tag in _BLOCKS for one in _nodes(node))

    def flush(self) -> None:
        """Make a unit of the inline content that has gathered."""
        nodes, self.pending = self.pending, []
        if not nodes:
            return
        wrapper = Node("span", {}, 0, None, nodes)
        words = said(wrapper)
        made = self._tidied(self._inline(nodes, ""))
        if not made.strip() or (not words and not re.search(r"!\[.*\]\(", made)):
            return
        line = next((self._line(node) for node in nodes if self._line(node)), 1)
        linked = sum(len(said(one)) for one in _nodes(wrapper) if one.tag == "a")
        links = min(1.0, linked / max(1, len(words)))
        kind: Kind = "paragraph"
        if re.fullmatch(r"h[1-6]", self.tag):
            kind, made = "heading", f"{'#' * max(2, int(self.tag[1]))} {' '.join(made.split(chr(92) + chr(10)))}"
        else:
            if self.tag == "dt":
                made = made if made.startswith("*") else f"**{made}**"
            made = _lead(made)
        emphatic = [node for node in nodes if isinstance(node, Node) or node[0].strip()]
        marked = len(emphatic) == 1 and isinstance(emphatic[0], Node) and emphatic[0].tag in ("em", "i", "q", "cite")
        self._add(kind, words, made, line, self.where, links=links, marked=marked)

    def _line(self, node: Node | tuple[str, int]) -> int:
        if isinstance(node, tuple):
            return node[1] if node[0].strip() else 0
        return node.line

    def _add(
        self, kind: Kind, words: str, made: str, line: int, where: _Where, *, links: float = 0.0, marked: bool = False
    ) -> None:
        place = where.place
        if not place and not where.inside and not self.between:
            place = "outside the article on the page"
        close = False
        if where.depth and kind in ("paragraph", "heading"):
            indent = "   " * (where.depth - 1) if where.mark != "-" else "  " * (where.depth - 1)
            begins = self.first_of_item
            lead = f"{indent}{where.mark} " if begins else indent + " " * (len(where.mark) + 1)
            rest = "\n" + indent + " " * (len(where.mark) + 1)
            made = (
                (lead + made.lstrip("#").lstrip().replace("\n", rest))
                if kind == "heading"
                else lead + made.replace("\n", rest)
            )
            kind, close = "item", begins and bool(self.units) and self.units[-1].kind == "item"
            self.first_of_item = False
        if where.quoted and kind != "item":
            made = "\n".join(f"> {row}".rstrip() for row in made.split("\n"))
            if self.quoting:
                made, close = f">\n{made}", True
            self.quoting, kind, marked = True, "quote", True
        lines = ((line, words or made),)
        self.units.append(
            Unit(
                lines=lines,
                words=words,
                markdown=made,
                kind=kind,
                close=close,
                links=links,
                place=place if words else "",
                marked=marked,
            )
        )
        if place and not words:
            self.units.pop()

    def _pre(self, node: Node, where: _Where) -> None:
        raw = "".join(_raw(node)).strip("\n").replace("\r\n", "\n")
        if not raw.strip():
            return
        names = " ".join(one.attrs.get("class", "") for one in _nodes(node))
        told = re.search(r"(?:language|lang|brush)[-:]\s*([\w+-]+)", names)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", raw)), default=0))
        self._add("code", raw, f"{fence}{told[1] if told else ''}\n{raw}\n{fence}", node.line, where)

    def _table(self, node: Node) -> str:
        """The table with pipes; empty where it is a frame for other blocks."""
        rows = [one for one in _nodes(node) if one.tag == "tr"]
        cells = [[one for one in row.children if isinstance(one, Node) and one.tag in ("td", "th")] for row in rows]
        cells = [row for row in cells if row]
        flat = [cell for row in cells for cell in row]
        width = max((len(row) for row in cells), default=0)
        framed = any(one.tag in _BLOCKS - {"p", "div"} for cell in flat for one in _nodes(cell) if one is not cell)
        stray = len(said(node)) - sum(len(said(cell)) + 1 for cell in flat)
        if width < 2 or len(cells) < 2 or framed or stray > 0 or any(len(said(cell)) > 300 for cell in flat):
            return ""
        made = []
        for row in cells:
            shown = [
                self._tidied(self._inline(cell.children, "")).replace("\\\n", " ").replace("|", "\\|") for cell in row
            ]
            made.append("| " + " | ".join([*shown, *[""] * (width - len(row))]) + " |")
        made.insert(1, "|" + " --- |" * width)
        return "\n".join(made)

    def _inline(self, nodes: Sequence[Node | tuple[str, int]], style: str) -> str:
        """Inline content as Markdown, blanks made one; `style` are the marks that are open."""
        pieces = []
        for node in nodes:
            if isinstance(node, tuple):
                pieces.append(escaped(_SPACE.sub(" ", node[0])))
            elif node.tag in _SILENT:
                continue
            elif node.tag == "br":
                pieces.append("\\\n")
            elif node.tag == "img":
                pieces.append(self._image(node))
            elif node.tag in ("code", "kbd", "samp", "tt"):
                pieces.append(_code(said(node)))
            elif node.tag == "q":
                pieces.append(f"“{self._inline(node.children, style)}”")
            else:
                pieces.append(self._styled(node, style))
        return "".join(pieces)

    def _styled(self, node: Node, style: str) -> str:
        mark = _STYLES.get(node.tag, "")
        if mark and mark not in style.split():
            inner = self._inline(node.children, f"{style} {mark}")
            return _around(inner, mark, mark)
        inner = self._inline(node.children, f"{style} a" if node.tag == "a" else style)
        if node.tag == "a" and "a" not in style.split() and inner.strip():
            target = self._target(node.attrs.get("href", ""))
            return _around(inner, "[", f"]({target})") if target else inner
        if node.tag in ("sup", "sub") and inner.strip():
            return f"<{node.tag}>{inner}</{node.tag}>"
        return f" {inner} " if node.tag in _BLOCKS else inner

    def _target(self, href: str) -> str:
        """Where a link leads, as Markdown writes it; empty for what is no place."""
        href = "".join(href.split())
        if not href or href.startswith("#"):
            return ""
        with contextlib.suppress(ValueError):
            href = urljoin(self.base, href) if self.base else href
            if urlsplit(href).scheme.lower() not in ("", "http", "https", "mailto", "tel", "ftp"):
                return ""
            return re.sub(
                r"[()<>\\\"`*_\[\]]", lambda found: f"%{ord(found[0]):02X}" if found[0] not in "_*" else found[0], href
            )
        return ""

    def _image(self, node: Node) -> str:
        source = node.attrs.get("src", "") or node.attrs.get("data-src", "")
        sizes = [node.attrs.get(name, "") for name in ("width", "height")]
        if any(size.isdigit() and int(size) <= 48 for size in sizes) or source.startswith("data:"):
            return ""
        target = self._target(source)
        return f"![{escaped(_SPACE.sub(' ', node.attrs.get('alt', '')).strip())}]({target})" if target else ""

    @staticmethod
    def _tidied(made: str) -> str:
        """Without blanks at line ends and breaks at the ends."""
        made = re.sub(r"[ ]*\\\n[ ]*", "\\\n", re.sub(r" {2,}", " ", made)).strip()
        made = re.sub(r"^(?:\\\n)+|(?:\\\n)+$", "", made).strip()
        return re.sub(r"(?:\\\n){2,}", "\n\n", made)


def _around(inner: str, before: str, after: str) -> str:
    """The marks around the words, blanks and breaks outside them."""
    found = re.fullmatch(r"((?:\s|\\\n)*)(.*?)((?:\s|\\\n)*)", inner, re.DOTALL)
    assert found is not None
    return f"{found[1]}{before}{found[2]}{after}{found[3]}" if found[2] else inner


def _code(words: str) -> str:
    if not words:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", words)), default=0))
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def _raw(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, tuple):
            yield child[0]
        elif child.tag == "br":
            yield "\n"
        elif child.tag not in _SILENT:
            yield from _raw(child)
