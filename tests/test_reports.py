"""Reports say the same to people and machines, in the shapes that their readers publish."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema

from workflow import reports
from workflow.errors import FormatError, UsageError
from workflow.model import Counts, Finding, Severity

DONE = {
    "de": {"a": Counts(segments=3, reviewed=2, draft=1, words=20, reviewed_words=15), "b": Counts(segments=1, new=1)}
}


def finding(
    message: str = "12 is missing; found 13",
    *,
    line: int = 4,
    severity: Severity = "error",
    source: str = "It has 12 rooms: 100 %.",
    target: str = "Es hat 13 Zimmer: 100 %.",
    article: str = "a",
    check: str = "numbers",
) -> Finding:
    file = f"locales/de/LC_MESSAGES/{article}.po"
    return Finding(
        locale="de", article=article, file=file, line=line, source=source, target=target, check=check,
        severity=severity, message=message, mark="13",
    )  # fmt: skip


TWO = [finding(line=9, severity="warning", message="ends with a comma", check="punctuation"), finding()]

# What SARIF 2.1.0 (OASIS) asks of the parts that we write: sections 3.13 to 3.30 and 3.49.
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string", "pattern": "[0-9]"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "name": {"type": "string"},
                                                "shortDescription": {"type": "object", "required": ["text"]},
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {
                                                            "uri": {"type": "string", "pattern": "^[!-~]+$"},
                                                            "uriBaseId": {"type": "string"},
                                                        }
                                                    },
                                                    "region": {
                                                        "properties": {"startLine": {"type": "integer", "minimum": 1}}
                                                    },
                                                },
                                            }
                                        }
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}

JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit.xsd")


def test_json_is_what_the_contract_says() -> None:
    data = json.loads(reports.render(TWO, DONE, False, "json"))
    assert set(data) == {"findings", "completeness", "ok"}
    assert data["findings"][0] == {
        "locale": "de",
        "article": "a",
        "file": "locales/de/LC_MESSAGES/a.po",
        "line": 4,
        "source": "It has 12 rooms: 100 %.",
        "target": "Es hat 13 Zimmer: 100 %.",
        "check": "numbers",
        "severity": "error",
        "message": "12 is missing; found 13",
    }
    assert data["completeness"]["de"]["a"] == {
        "segments": 3, "reviewed": 2, "draft": 1, "stale": 0, "new": 0,
        "words": 20, "reviewed_words": 15, "percent": 66.6,
    }  # fmt: skip
    assert data["ok"] is False


def test_text_groups_by_file_and_marks_the_place() -> None:
    text = reports.render(TWO, DONE, False, "text")
    assert text.startswith("locales/de/LC_MESSAGES/a.po\n")
    assert text.count("locales/de/LC_MESSAGES/a.po\n") == 1
    assert "a.po:4: error: 12 is missing; found 13 [numbers]" in text
    assert "Es hat ⟦13⟧ Zimmer" in text
    assert "de  a  2/3 reviewed (66.6 %)" in text
    assert text.endswith("1 error, 1 warning, 0 info: not fine\n")
    assert "\x1b" not in text


def test_text_has_colours_only_when_asked() -> None:
    text = reports.render(TWO, DONE, False, "text", colour=True)
    assert "\x1b[31merror\x1b[0m" in text
    assert "\x1b[7m13\x1b[0m" in text


def test_text_spells_out_what_does_not_show() -> None:
    odd = finding(target="Es\u202e hat\x07 13.\n")
    assert "Es⟨U+202E⟩ hat⟨U+0007⟩ ⟦13⟧.⏎" in reports.render([odd], {}, False, "text")


def test_github_annotations_escape_what_the_runner_reads() -> None:
    lines = reports.render([finding("a: 5 %, b\nc")], {}, False, "github").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("::error file=locales/de/LC_MESSAGES/a.po,line=4,title=numbers (de)::a: 5 %25, b%0Ac%0A")


@pytest.mark.parametrize(("severity", "command"), [("error", "error"), ("warning", "warning"), ("info", "notice")])
def test_github_knows_three_levels(severity: Severity, command: str) -> None:
    assert reports.render([finding(severity=severity)], {}, True, "github").startswith(f"::{command} ")


def test_sarif_has_the_shape_of_its_standard() -> None:
    odd = finding(source="\x00", target="文", article="文 章")
    for found in ([], TWO, [odd]):
        data = json.loads(reports.render(found, DONE, False, "sarif"))
        jsonschema.Draft7Validator(SARIF).validate(data)
        StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(data)
        for result in data["runs"][0]["results"]:
            assert data["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_what_is_no_junit_or_sarif_does_not_pass_the_schemas() -> None:
    text = reports.render(TWO, DONE, False, "junit")
    for wrong in (text.replace("classname=", "class="), text.replace('failures="1"', 'failures="one"', 1)):
        assert not JUNIT.is_valid(ET.fromstring(wrong))
    data = json.loads(reports.render(TWO, DONE, False, "sarif"))
    data["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(ValueError, match="level"):
        StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(data)


def test_a_fingerprint_stays_when_lines_move() -> None:
    assert reports.fingerprint(finding(line=4)) == reports.fingerprint(finding(line=40))
    assert reports.fingerprint(finding()) != reports.fingerprint(finding(article="b"))


def test_junit_has_a_suite_for_each_catalog_and_counts_right() -> None:
    root = ET.fromstring(reports.render(TWO, DONE, False, "junit"))
    assert [suite.get("name") for suite in root] == ["de a", "de b"]
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "12 is missing; found 13"
    JUNIT.validate(root)
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite)


@settings(max_examples=150, deadline=None)
@given(st.text(), st.text(), st.text())
def test_any_text_makes_well_formed_reports(message: str, source: str, target: str) -> None:
    found = [finding(message, source=source, target=target)]
    JUNIT.validate(ET.fromstring(reports.render(found, DONE, False, "junit")))
    assert json.loads(reports.render(found, DONE, False, "json"))["findings"][0]["target"] == target
    jsonschema.Draft7Validator(SARIF).validate(json.loads(reports.render(found, DONE, False, "sarif")))
    assert len(re.findall(r"^::error ", reports.render(found, DONE, False, "github"), re.MULTILINE)) == 1
    assert "\r" not in reports.render(found, DONE, False, "github")


def test_findings_come_by_file_and_line_whatever_their_order() -> None:
    found = [finding(line=9), finding(line=2), finding(article="0", line=5)]
    data = json.loads(reports.render(found, {}, False, "json"))
    assert [(one["article"], one["line"]) for one in data["findings"]] == [("0", 5), ("a", 2), ("a", 9)]


def test_an_unknown_format_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="unknown format 'xml'"):
        reports.render([], {}, True, "xml")


def test_a_baseline_lets_old_findings_pass_and_new_ones_not() -> None:
    old = reports.baseline(TWO)
    assert list(reports.beyond(TWO, old)) == []
    moved = [finding(line=400)]
    assert list(reports.beyond(moved, old)) == []
    worse = [finding(), finding(line=50), finding("99 is missing")]
    assert [one.message for one in reports.beyond(worse, old)] == ["12 is missing; found 13", "99 is missing"]


def test_a_baseline_does_not_depend_on_order() -> None:
    assert reports.baseline(TWO) == reports.baseline(TWO[::-1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "old.json:1: not JSON"),
        ("[]", "old.json: not a baseline"),
        ('{"version": 2}', "old.json: version 2"),
        ('{"version": 1, "findings": [{"locale": "de"}]}', "old.json: not a baseline"),
    ],
)
def test_what_is_no_baseline_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(FormatError, match=f"^{re.escape(said)}.*--write-baseline$"):
        list(reports.beyond([], text, "old.json"))
