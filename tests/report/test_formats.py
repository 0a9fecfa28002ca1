"""What CI systems read, held against what their documents say; and what people read, its first line."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator

from matchprep.report import RunReport
from matchprep.report.formats import (
    RENDERERS,
    Outcome,
    fails,
    nothing_fits,
    outcome_of,
)

#: Where the published schemas lie, for those who have them: `sarif-schema-2.1.0.json`.
PUBLISHED = os.environ.get("MATCHPREP_SCHEMAS")
HERE = Path(__file__).parent
SARIF = json.loads((HERE / "sarif-2.1.0-used.json").read_text(encoding="utf-8"))
WHOLE = json.loads((HERE / "whole.json").read_text(encoding="utf-8"))

ERROR = {
    "rule": "IQ-COMBO",
    "severity": "error",
    "says": 'One of three combinations, 100% of <rows> & "more", is required.',
    "do": "Add columns: ZIP code | or, else: street address.\nThen check again.",
    "source": "guide, File requirements",
    "count": 7,
    "share": 0.07,
    "rows": [2, 4, 9],
}
WARNING = {**ERROR, "rule": "UNREADABLE-ZIP", "severity": "warning", "says": "ZIP code is not five digits."}
NOTE = {"rule": "DUPLICATES", "severity": "note", "says": "Twice.", "do": "Nothing.", "count": 1}


@pytest.fixture
def outcome():
    def make(*findings, ready=False, provider="iqm", path="lists/a, b: 100%.csv", **parts) -> Outcome:
        about = {"id": provider, "name": "IQM", "profile": "columns", "ready": ready, "verdict": "As it is."}
        options = {"people": path}
        report = RunReport.model_validate(
            WHOLE | {"provider": about, "findings": findings, "options": options} | parts
        )
        return outcome_of(report)

    return make


@pytest.fixture
def outcomes(outcome):
    """Every kind of outcome, one after the other."""
    return [
        outcome(NOTE, WARNING, ERROR),
        outcome(WARNING, NOTE, ready=True),
        outcome(ready=True),
        outcome(ERROR, ready=False, path="odd\x00\x1b[31m\u202e😀.csv"),
    ]


def test_findings_come_worst_first(outcome):
    assert [one.severity for one in outcome(NOTE, WARNING, ERROR).findings] == ["error", "warning", "note"]


@pytest.mark.parametrize(
    ("findings", "ready", "verdict", "stops"),
    [
        ((), True, "ready", ()),
        ((NOTE,), True, "ready", ()),
        ((WARNING,), True, "ready with warnings", ("warning",)),
        ((ERROR,), False, "not ready", ("error", "warning")),
        ((), False, "not ready", ("error", "warning")),
    ],
)
def test_the_verdict_and_what_stops_a_pipeline(outcome, findings, ready, verdict, stops):
    one = outcome(*findings, ready=ready)
    assert one.verdict == verdict
    assert tuple(on for on in ("error", "warning", "never") if fails(one, on)) == stops
    for name in ("text", "markdown", "github"):
        assert verdict in RENDERERS[name]([one], "error").splitlines()[0]


def test_of_all_providers_one_that_fits_is_enough(outcome):
    good, poor = outcome(ready=True, provider="iqm"), outcome(ERROR, provider="matchbook")
    assert not nothing_fits([poor, good], "error")
    assert nothing_fits([poor, poor], "error")
    assert not nothing_fits([poor], "never")


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_several_providers_are_one_table(outcome, name):
    text = RENDERERS[name]([outcome(ready=True), outcome(ERROR, provider="matchbook")], "error")
    assert "ready for 1 of 2 providers" in text.splitlines()[0]
    assert "iqm (columns)" in text
    assert "matchbook (columns)" in text


def test_gains_are_said_against_the_rows_that_are_usable_now(outcome):
    rows = {"read": 1000, "kept": 200, "rejected": 800}
    gains = [{"field": "zip", "rows": 62}]
    text = RENDERERS["text"]([outcome(ready=True, rows=rows, gains=gains, rejections=[])], "error")
    assert "add ZIP code: 31 % more rows qualify" in text
    nobody = {"read": 1000, "kept": 0, "rejected": 1000}
    text = RENDERERS["text"]([outcome(ERROR, rows=nobody, gains=gains, rejections=[])], "error")
    assert "add ZIP code: 62 rows qualify" in text


def test_reasons_that_are_not_named_are_counted(outcome):
    reasons = [
        {"reason": f"no {one}", "rows": 10 - n}
        for n, one in enumerate(("ZIP code", "state", "email", "phone"))
    ]
    rows = {"read": 1000, "kept": 966, "rejected": 34}
    text = RENDERERS["text"]([outcome(ready=True, rows=rows, gains=[], rejections=reasons[:3])], "error")
    assert "other reason" not in text
    text = RENDERERS["text"]([outcome(ready=True, rows=rows, gains=[], rejections=reasons)], "error")
    assert "and 1 other reason: --format json names all" in text


def test_sarif_fits_the_standard(outcomes):
    log = json.loads(RENDERERS["sarif"](outcomes, "error"))
    assert [error.message for error in Draft7Validator(SARIF).iter_errors(log)] == []
    assert len(log["runs"]) == len(outcomes)
    for run, one in zip(log["runs"], outcomes, strict=True):
        rules = run["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)  # [3.19.23] unique
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # [3.27.6]
        assert [result["level"] for result in run["results"]] == [x.severity for x in one.findings]


@pytest.mark.skipif(PUBLISHED is None, reason="MATCHPREP_SCHEMAS names no folder of published schemas")
def test_sarif_fits_the_published_schema(outcomes):
    schema = json.loads((Path(PUBLISHED) / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    log = json.loads(RENDERERS["sarif"](outcomes, "error"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(log)] == []


def test_what_is_no_sarif_is_found(outcomes):
    log = json.loads(RENDERERS["sarif"](outcomes, "error"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    del log["runs"][0]["tool"]
    assert len(list(Draft7Validator(SARIF).iter_errors(log))) == 2


# The published schema of Apache Ant's JUnit XML (JUnit.xsd): element -> its attributes, required and
# not, and the elements in it, in order. `*` may repeat, `?` may be missing, `|` is a choice of one.
JUNIT = {
    "testsuites": (set(), set(), "testsuite*"),
    "testsuite": (
        {"name", "timestamp", "hostname", "tests", "failures", "errors", "time", "package", "id"},
        {"skipped"},
        "properties testcase* system-out system-err",
    ),
    "properties": (set(), set(), "property*"),
    "property": ({"name", "value"}, set(), ""),
    "testcase": ({"name", "classname", "time"}, set(), "skipped|error|failure?"),
    "failure": ({"type"}, {"message"}, ""),
    "system-out": (set(), set(), ""),
    "system-err": (set(), set(), ""),
}
PATTERNS = {
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "tests": r"\d+",
    "failures": r"\d+",
    "errors": r"\d+",
    "id": r"\d+",
    "time": r"\d+(\.\d+)?",
    "hostname": r"\S.*",
}


def junit_faults(element):
    required, optional, content = JUNIT[element.tag]
    given = set(element.attrib)
    yield from (f"{element.tag} lacks {name}" for name in required - given)
    yield from (f"{element.tag} has {name}" for name in given - required - optional)
    for name, pattern in PATTERNS.items():
        if name in given and not re.fullmatch(pattern, element.attrib[name]):
            yield f"{element.tag} {name}"
    grammar = "".join(
        f"(?:(?:{part.rstrip('*?')}) ){part[len(part.rstrip('*?')) :]}" for part in content.split()
    )
    if not re.fullmatch(grammar, "".join(f"{child.tag} " for child in element)):
        yield f"{element.tag} holds {[child.tag for child in element]}"
    for child in element:
        yield from junit_faults(child)


@pytest.mark.parametrize("fail_on", ["error", "warning", "never"])
def test_junit_fits_the_published_schema(outcomes, fail_on):
    root = ET.fromstring(RENDERERS["junit"](outcomes, fail_on).encode())  # noqa: S314 - our own
    assert root.tag == "testsuites"
    assert list(junit_faults(root)) == []
    for suite, one in zip(root, outcomes, strict=True):
        cases = suite.findall("testcase")
        failed = [case.get("name") for case in cases if case.find("failure") is not None]
        assert int(suite.get("tests")) == len(cases)
        assert int(suite.get("failures")) == len(failed)
        assert bool(failed) == fails(one, fail_on)


def test_what_is_no_junit_is_found(outcomes):
    root = ET.fromstring(RENDERERS["junit"](outcomes, "error").encode())  # noqa: S314 - our own
    del root[0].attrib["timestamp"]
    root[0].remove(root[0].find("system-out"))
    assert len(list(junit_faults(root))) == 2


def unescaped(text, *more):
    """Read a workflow command's text back, as the runner does."""
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(written, meant)
    return text


# GitHub Docs, "Workflow commands": ::error file={name},line={line},endLine={endLine},title={title}::{message}
COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def test_annotations_are_workflow_commands(outcomes):
    lines = RENDERERS["github"](outcomes, "error").splitlines()
    assert len(lines) == len(outcomes) + sum(len(one.findings) for one in outcomes)
    for line in lines:
        _, properties, message = COMMAND.fullmatch(line).groups()
        pairs = dict(pair.split("=", 1) for pair in properties.split(","))
        assert set(pairs) == {"file", "line", "title"}
        assert pairs["line"].isdigit()
        assert "\n" not in unescaped(message)
    assert (
        unescaped(re.search("file=([^,]*)", lines[0])[1], ("%3A", ":"), ("%2C", ","))
        == "lists/a, b: 100%.csv"
    )


def test_markdown_cells_hold_no_markdown_of_others(outcome):
    text = RENDERERS["markdown"]([outcome({**ERROR, "says": "a | b <img> @team [x](y) `c`"})], "error")
    (row,) = [line for line in text.splitlines() if "IQ-COMBO" in line]
    assert r"a \| b \<img\> \@team \[x\](y) \`c\`" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 6


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_a_strange_path_does_no_harm(outcomes, name):
    text = RENDERERS[name](outcomes, "error")
    assert "\x00" not in text
    assert "\x1b" not in text


def test_a_document_is_placed_by_its_parameters(outcome):
    one = outcome(ERROR).model_copy(update={"rows": None, "lines": {2: 14, 4: 30}})
    assert one.line(one.findings[0]) == 14
    assert "(parameters 2, 4, 9, ...)" in RENDERERS["text"]([one], "error").replace("\n         ", " ")


def test_what_is_odd_about_values_is_told_everywhere_and_stops_nothing(outcome):
    odd = {**WARNING, "rule": "flagged.email_role", "says": "Email: addresses of an office"}
    both = [outcome(ready=True, provider=one, quality=[odd, NOTE]) for one in ("iqm", "statsocial")]
    assert not any(fails(one, "warning") for one in both)
    for name, times in {"github": 1, "sarif": 2, "junit": 2}.items():
        written = RENDERERS[name](both)
        assert written.count("flagged.email_role") >= times, name
    assert RENDERERS["github"](both).count("::warning ") == 1
    results = [one["level"] for run in json.loads(RENDERERS["sarif"](both))["runs"] for one in run["results"]]
    assert results == ["warning", "warning"]
    assert "<failure" not in RENDERERS["junit"](both)
    assert not list(Draft7Validator(SARIF).iter_errors(json.loads(RENDERERS["sarif"](both))))
