"""The outcome of a check as JUnit XML: a test suite an outcome, a test case a finding.

The layout is that of Apache Ant's JUnit task, of which a schema is published (JUnit.xsd of Windy Road);
Jenkins, GitLab, Azure and CircleCI read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from matchprep.report.formats.outcome import FailOn, Outcome, fails, is_failure
from matchprep.report.words import shown

#: What XML 1.0 cannot hold.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(outcomes: Sequence[Outcome], fail_on: FailOn = "error") -> str:
    """Write outcomes as test suites.

    Args:
        outcomes: One, or one a provider or file.
        fail_on: From which severity on a finding is a failed test; those below it pass, and are told in
            the suite's output.

    Returns:
        XML.
    """
    root = ET.Element("testsuites")
    for number, outcome in enumerate(outcomes):
        _suite(root, outcome, number, fail_on)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, outcome: Outcome, number: int, fail_on: FailOn) -> None:
    failed = [one for one in outcome.findings if is_failure(one, fail_on)]
    verdict_fails = fails(outcome, fail_on) and not outcome.provider.ready
    suite = ET.SubElement(
        root,
        "testsuite",
        {
            "name": _token(f"{outcome.path} for {outcome.provider.id}"),
            "package": "matchprep",
            "id": str(number),
            "timestamp": outcome.started.strftime("%Y-%m-%dT%H:%M:%S"),
            "hostname": "localhost",
            "tests": str(len(outcome.findings) + 1),
            "failures": str(len(failed) + verdict_fails),
            "errors": "0",
            "time": f"{outcome.seconds:.3f}",
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (("verdict", outcome.verdict), ("profile", outcome.provider.profile or "")):
        ET.SubElement(properties, "property", {"name": name, "value": _text(value)})
    verdict = _case(suite, outcome, "verdict")
    if verdict_fails:
        _failure(verdict, outcome.verdict, "verdict", outcome.provider.verdict)
    for finding in outcome.findings:
        case = _case(suite, outcome, finding.rule)
        if is_failure(finding, fail_on):
            _failure(case, finding.says, finding.severity, outcome.told(finding))
    passed = [one for one in outcome.findings if not is_failure(one, fail_on)]
    passed += outcome.quality  # what is odd about values never fails a test
    told = "\n".join(f"{one.severity} {one.rule}: {outcome.told(one)}" for one in passed)
    ET.SubElement(suite, "system-out").text = _text(told)
    ET.SubElement(suite, "system-err").text = ""


def _case(suite: ET.Element, outcome: Outcome, name: str) -> ET.Element:
    classname = f"matchprep.{outcome.provider.id}"
    return ET.SubElement(suite, "testcase", {"name": name, "classname": classname, "time": "0"})


def _failure(case: ET.Element, message: str, kind: str, told: str) -> None:
    ET.SubElement(case, "failure", {"message": _text(message), "type": kind}).text = _text(told)


def _text(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def _token(text: str) -> str:
    return " ".join(_text(shown(text)).split())
