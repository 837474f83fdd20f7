"""How far each article is in each locale, counted and pictured."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping

from workflow.errors import UsageError
from workflow.model import Completeness, Counts, Entry, State

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+(?:[.,'’\-][^\W{_CJK}]+)*")
_MARKS = re.compile(r"\]\([^)\s]*\)|<[^>]*>|https?://\S+")


def words(text: str) -> int:
    """How many words a reader counts; an ideograph counts as one, addresses and tags as none.

    >>> words("The well-known [sights](https://a.b) of Shanghai"), words("上海 is big")
    (5, 4)
    """
    marked = "](" in text or "<" in text or "://" in text
    return len(_WORD.findall(_MARKS.sub(" ", text) if marked else text))


def count(entries: Iterable[Entry]) -> Counts:
    """What stands in a catalog, obsolete entries left out."""
    states = dict.fromkeys(State, 0)
    total = done = 0
    for entry in entries:
        if entry.obsolete:
            continue
        state, size = entry.state, words(entry.msgid)
        states[state] += 1
        total += size
        done += size if state is State.REVIEWED else 0
    return Counts(
        segments=sum(states.values()),
        reviewed=states[State.REVIEWED],
        draft=states[State.DRAFT],
        stale=states[State.STALE],
        new=states[State.NEW],
        words=total,
        reviewed_words=done,
    )


def total(counts: Iterable[Counts]) -> Counts:
    """All of them together."""
    return sum(counts, Counts())


def below(completeness: Completeness, least: float, *, least_of: Mapping[str, float] | None = None) -> list[str]:
    """One sentence for each locale of which less than `least` percent (or its own number) is reviewed."""
    said = []
    for locale, articles in sorted(completeness.items()):
        counts = total(articles.values())
        wanted = max(least, (least_of or {}).get(locale, 0.0))
        if counts.percent < wanted:
            said.append(f"{locale}: {counts.percent:g} % reviewed, {wanted:g} % wanted")
    return said


def _rows(completeness: Completeness) -> list[tuple[str, str, Counts]]:
    """(locale, article, counts), each locale ending with its sum where it has several articles."""
    rows: list[tuple[str, str, Counts]] = []
    for locale, articles in sorted(completeness.items()):
        rows.extend((locale, article, counts) for article, counts in sorted(articles.items()))
        if len(articles) > 1:
            rows.append((locale, "all", total(articles.values())))
    return rows


_HEADS = ("locale", "article", "reviewed", "segments", "draft", "stale", "new", "words")


def _cells(locale: str, article: str, counts: Counts) -> tuple[str, ...]:
    return (
        locale,
        article,
        f"{counts.percent:.1f} %",
        f"{counts.reviewed}/{counts.segments}",
        str(counts.draft),
        str(counts.stale),
        str(counts.new),
        f"{counts.reviewed_words}/{counts.words}",
    )


def _table(completeness: Completeness) -> str:
    """Columns for people, figures to the right."""
    rows = [_HEADS, *(_cells(*row) for row in _rows(completeness))]
    if len(rows) == 1:
        return "Nothing to count yet; `workflow sync` makes the catalogs.\n"
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = []
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join([*left, *right]).rstrip())
    return "\n".join(lines) + "\n"


def _json(completeness: Completeness) -> str:
    data = {
        locale: {article: counts.as_data() for article, counts in sorted(articles.items())}
        for locale, articles in sorted(completeness.items())
    }
    return json.dumps({"completeness": data}, ensure_ascii=False, indent=2) + "\n"


def _bar(counts: Counts, width: int = 10) -> str:
    full = int(counts.percent * width / 100)
    return "█" * full + "░" * (width - full)


def _markdown(completeness: Completeness) -> str:
    """A table for a pull request."""
    lines = [
        "| locale | article | reviewed |  | segments | draft | stale | new | words |",
        "|---|---|--:|---|--:|--:|--:|--:|--:|",
    ]
    for locale, article, counts in _rows(completeness):
        cells = _cells(locale, article.replace("|", "\\|"), counts)
        name = "**all**" if article == "all" else cells[1]
        lines.append(f"| {locale} | {name} | {cells[2]} | {_bar(counts)} | " + " | ".join(cells[3:]) + " |")
    return "\n".join(lines) + "\n"


_COLOURS = {"reviewed": "#2e7d5b", "draft": "#d9a441", "stale": "#b3552d", "new": "#c9ccd1"}
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.quiet{fill:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.quiet{fill:#9aa4af}}"
)


def _svg(completeness: Completeness) -> str:
    """A chart: a bar for each locale, its states side by side."""
    totals = [(locale, total(articles.values())) for locale, articles in sorted(completeness.items())]
    height = 52 + 28 * len(totals)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" aria-labelledby="title">',
        '<title id="title">Reviewed segments by locale</title>',
        f"<style>{_STYLE}</style>",
    ]
    for index, (state, colour) in enumerate(_COLOURS.items()):
        lines.append(f'<rect x="{96 + 110 * index}" y="10" width="12" height="12" rx="2" fill="{colour}"/>')
        lines.append(f'<text class="quiet" x="{113 + 110 * index}" y="21">{state}</text>')
    for row, (locale, counts) in enumerate(totals):
        top = 40 + 28 * row
        lines.append(f'<text x="84" y="{top + 14}" text-anchor="end">{html.escape(locale)}</text>')
        left = 96.0
        for state, colour in _COLOURS.items():
            size = getattr(counts, state)
            width = 460 * size / counts.segments if counts.segments else 0
            if width:
                lines.append(
                    f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="18" fill="{colour}">'
                    f"<title>{html.escape(locale)}: {size} {state}</title></rect>"
                )
            left += width
        lines.append(
            f'<text class="quiet" x="568" y="{top + 14}">'
            f"{counts.percent:.1f} % · {counts.reviewed}/{counts.segments}</text>"
        )
    return "\n".join([*lines, "</svg>"]) + "\n"


def badge(completeness: Completeness) -> str:
    """An SVG badge with the share of all segments that is reviewed."""
    counts = total(one for articles in completeness.values() for one in articles.values())
    value = f"{counts.percent:g} %"
    colour = "#2e7d5b" if counts.percent >= 90 else "#9a6b00" if counts.percent >= 50 else "#a33b1f"
    left, right = 78, 18 + 7 * len(value)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
        f' aria-label="translated: {value}"><title>translated: {value}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left}" height="20" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">translated</text>'
        f'<text x="{left + right / 2:g}" y="14">{value}</text></g></svg>\n'
    )


def _html(completeness: Completeness) -> str:
    """A page of its own: the chart, then the table."""
    rows = []
    for row in _rows(completeness):
        locale, article, *figures = (html.escape(cell) for cell in _cells(*row))
        kind = ' class="sum"' if row[1] == "all" else ""
        cells = "".join(f"<td>{figure}</td>" for figure in figures)
        rows.append(f'<tr{kind}><th scope="row">{locale}</th><td class="name">{article}</td>{cells}</tr>')
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    style = (
        ":root{color-scheme:light dark}"
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "svg{max-width:100%;height:auto}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}"
        "th,td{padding:.35rem .7rem;text-align:right;border-bottom:1px solid #8883;"
        "font-variant-numeric:tabular-nums;white-space:nowrap}th:first-child,.name,th:nth-child(2){text-align:left}"
        "th{font-weight:600}.sum td,.sum th{font-weight:600}"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Translation status</title><style>{style}</style></head>\n<body><h1>Translation status</h1>\n"
        f'{_svg(completeness)}<div class="wide"><table><thead><tr>{heads}</tr></thead>\n<tbody>\n'
        + "\n".join(rows)
        + "\n</tbody></table></div></body></html>\n"
    )


FORMATS = {"table": _table, "json": _json, "markdown": _markdown, "html": _html, "svg": _svg, "badge": badge}
"""Every way to show the completeness, by its name."""


def render(completeness: Completeness, format: str) -> str:  # noqa: A002 - the option's name
    """The completeness in one of FORMATS; UsageError for a name that is none."""
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}; there are {', '.join(FORMATS)}")
    return FORMATS[format](completeness)
