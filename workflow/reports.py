"""What the checks found, told to people and to machines: text, JSON, JUnit, SARIF, GitHub annotations; baselines."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from workflow import __version__
from workflow.errors import FormatError, UsageError
from workflow.model import Completeness, Counts, Finding

_SARIF_LEVEL = {"error": "error", "warning": "warning", "info": "note"}
_GITHUB_LEVEL = {"error": "error", "warning": "warning", "info": "notice"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_COLOURS = {"error": "31", "warning": "33", "info": "36", "mark": "7", "quiet": "2", "file": "1"}


@dataclass(frozen=True, slots=True)
class _Report:
    """All that a format needs."""

    findings: tuple[Finding, ...]
    completeness: Completeness
    ok: bool
    colour: bool


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By file, then line; findings of one entry as they came."""
    return tuple(sorted(findings, key=lambda finding: (finding.file, finding.line)))


def _shown(text: str) -> str:
    """The text on one line, with what does not show spelled as U+XXXX."""
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\n", "⏎"))


def _paint(text: str, style: str, report: _Report) -> str:
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if report.colour and text else text


def _pointed(text: str, mark: str, report: _Report) -> str:
    """The text with the mark pointed out: reversed on a terminal, between ⟦ ⟧ elsewhere."""
    at = text.find(mark) if mark else -1
    if at < 0:
        at = text.lower().find(mark) if mark and len(text.lower()) == len(text) else -1
    if at < 0 or mark == text:
        return _shown(text)
    before, inside, after = _shown(text[:at]), _shown(text[at : at + len(mark)]), _shown(text[at + len(mark) :])
    inside = _paint(inside, "mark", report) if report.colour else f"⟦{inside}⟧"
    return before + inside + after


def _text(report: _Report) -> str:
    """For people: findings by file and entry, with source and target, then what is done and a last line."""
    lines: list[str] = []
    for file, in_file in groupby(report.findings, key=lambda finding: finding.file):
        lines.append(_paint(file, "file", report))
        for (line, source, target), about in groupby(in_file, key=lambda one: (one.line, one.source, one.target)):
            notes = list(about)
            place = f"{file}:{line}: "
            lines.extend(
                f"  {place}{_paint(note.severity, note.severity, report)}: {_shown(note.message)} [{note.check}]"
                for note in notes
            )
            marks = [note.mark for note in notes if note.mark]
            lines.append(_paint("      source ", "quiet", report) + _shown(source))
            lines.append(_paint("      target ", "quiet", report) + _pointed(target, marks[0] if marks else "", report))
        lines.append("")
    for locale, articles in sorted(report.completeness.items()):
        for article, counts in sorted(articles.items()):
            lines.append(f"{locale}  {article}  {counts.reviewed}/{counts.segments} reviewed ({counts.percent:.1f} %)")
        if len(articles) > 1:
            counts = sum(articles.values(), Counts())
            lines.append(f"{locale}  all  {counts.reviewed}/{counts.segments} reviewed ({counts.percent:.1f} %)")
    tally = Counter(finding.severity for finding in report.findings)
    said = ", ".join(
        f"{tally[kind]} {kind}{'s' if tally[kind] != 1 and kind != 'info' else ''}"
        for kind in ("error", "warning", "info")
    )
    lines.append(f"{said}: {'fine' if report.ok else 'not fine'}")
    return "\n".join(lines) + "\n"


def _as_data(finding: Finding) -> dict[str, object]:
    """The finding as `check --format json` promises it."""
    return {
        "locale": finding.locale,
        "article": finding.article,
        "file": finding.file,
        "line": finding.line,
        "source": finding.source,
        "target": finding.target,
        "check": finding.check,
        "severity": finding.severity,
        "message": finding.message,
    }


def _json(report: _Report) -> str:
    data = {
        "findings": [_as_data(finding) for finding in report.findings],
        "completeness": {
            locale: {article: counts.as_data() for article, counts in sorted(articles.items())}
            for locale, articles in sorted(report.completeness.items())
        },
        "ok": report.ok,
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _xml(text: str) -> str:
    """The text as XML may hold it: what XML 1.0 forbids is U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text))


def _junit(report: _Report) -> str:
    """A suite for each catalog; a test case for each check that found something, and one that passes for the rest."""
    suites = []
    failures = 0
    cases_total = 0
    by_suite: dict[tuple[str, str], list[Finding]] = {}
    for locale, articles in sorted(report.completeness.items()):
        for article in sorted(articles):
            by_suite[locale, article] = []
    for finding in report.findings:
        by_suite.setdefault((finding.locale, finding.article), []).append(finding)
    for (locale, article), findings in by_suite.items():
        cases = []
        failed = 0
        for finding in findings:
            place = f"{finding.file}:{finding.line}"
            name = f"{place} {finding.check}"
            body = _xml(f"{place}: {finding.message}\nsource: {finding.source}\ntarget: {finding.target}")
            start = f'    <testcase classname={_attribute(f"{locale}.{article}")} name={_attribute(name)} time="0">'
            if finding.severity == "error":
                failed += 1
                inside = (
                    f"<failure message={_attribute(finding.message)} type={_attribute(finding.check)}>{body}</failure>"
                )
            else:
                inside = f"<system-out>{_xml(finding.severity)}: {body}</system-out>"
            cases.append(f"{start}{inside}</testcase>")
        if not findings:
            cases.append(
                f'    <testcase classname={_attribute(f"{locale}.{article}")} name="all checks" time="0"></testcase>'
            )
        failures += failed
        cases_total += len(cases)
        suites.append(
            f'  <testsuite name={_attribute(f"{locale} {article}")} tests="{len(cases)}" failures="{failed}"'
            f' errors="0" skipped="0" time="0">\n' + "\n".join(cases) + "\n  </testsuite>"
        )
    inner = "\n".join(suites)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="workflow check" tests="{cases_total}" failures="{failures}" errors="0" time="0">\n'
        f"{inner}\n</testsuites>\n"
    )


def fingerprint(finding: Finding) -> str:
    """What stays the same of a finding when lines move: a hash of where, which check, which source, what it says."""
    parts = (finding.locale, finding.article, finding.check, finding.source, finding.message)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _sarif(report: _Report) -> str:
    """SARIF 2.1.0: a rule for each check, a result for each finding."""
    names = sorted({finding.check for finding in report.findings})
    rules = [
        {
            "id": name,
            "name": name,
            "shortDescription": {"text": f"The check `{name}` of translations"},
        }
        for name in names
    ]
    results: list[dict[str, Any]] = [
        {
            "ruleId": finding.check,
            "ruleIndex": names.index(finding.check),
            "level": _SARIF_LEVEL[finding.severity],
            "message": {"text": f"{finding.message} ({finding.locale}: {_shown(finding.target)})"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(finding.file), "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": max(1, finding.line)},
                    }
                }
            ],
            "partialFingerprints": {"finding/v1": fingerprint(finding)},
        }
        for finding in report.findings
    ]
    driver = {"name": "workflow check", "version": __version__, "semanticVersion": __version__, "rules": rules}
    data = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _uri(path: str) -> str:
    """The path as a URI reference."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "/._-~@") else _percent(char) for char in path)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _escaped(text: str, *, value: bool = False) -> str:
    """The text as GitHub's workflow commands want it."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if value else text


def _github(report: _Report) -> str:
    """Workflow commands: an annotation for each finding on the line of its entry."""
    lines = []
    for finding in report.findings:
        title = f"{finding.check} ({finding.locale})"
        message = f"{finding.message}\n{finding.source}\n{_shown(finding.target)}"
        lines.append(
            f"::{_GITHUB_LEVEL[finding.severity]} file={_escaped(finding.file, value=True)},"
            f"line={max(1, finding.line)},"
            f"title={_escaped(title, value=True)}::{_escaped(message)}"
        )
    return "".join(f"{line}\n" for line in lines)


FORMATS: dict[str, Callable[[_Report], str]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
    "github": _github,
}
"""Every report, by its name."""


def render(
    findings: Iterable[Finding],
    completeness: Completeness,
    ok: bool,  # noqa: FBT001 - the contract of the report: findings, completeness, verdict
    format: str,  # noqa: A002 - the option's name
    *,
    colour: bool = False,
) -> str:
    """The findings, the completeness and the verdict in one of FORMATS; UsageError for a name that is none."""
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}; there are {', '.join(FORMATS)}")
    return FORMATS[format](_Report(_ordered(findings), completeness, ok, colour))


def baseline(findings: Iterable[Finding]) -> str:
    """The findings that stand today, as the JSON text that `beyond` reads; in an order that makes small diffs."""
    tally = Counter(_identity(finding) for finding in findings)
    entries = [
        {"locale": locale, "article": article, "check": check, "source": source, "message": message, "count": count}
        for (locale, article, check, source, message), count in sorted(tally.items())
    ]
    return json.dumps({"version": 1, "findings": entries}, ensure_ascii=False, indent=1) + "\n"


def _identity(finding: Finding) -> tuple[str, str, str, str, str]:
    return (finding.locale, finding.article, finding.check, finding.source, finding.message)


def beyond(findings: Sequence[Finding], text: str, file: str = "baseline") -> Iterator[Finding]:
    """The findings that the baseline `text` does not know; FormatError where it is none of ours."""
    try:
        data = json.loads(text)
        if data["version"] != 1:
            raise FormatError(f"{file}: version {data['version']} of a baseline; make it anew with --write-baseline")
        known = Counter(
            {
                (one["locale"], one["article"], one["check"], one["source"], one["message"]): int(one["count"])
                for one in data["findings"]
            }
        )
    except json.JSONDecodeError as error:
        raise FormatError(
            f"{file}:{error.lineno}: not JSON ({error.msg}); make it anew with --write-baseline"
        ) from None
    except (KeyError, TypeError, ValueError):
        raise FormatError(f"{file}: not a baseline of ours; make it anew with --write-baseline") from None
    for finding in findings:
        identity = _identity(finding)
        if known[identity] > 0:
            known[identity] -= 1
        else:
            yield finding
