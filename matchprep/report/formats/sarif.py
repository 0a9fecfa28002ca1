"""The outcome of a check as SARIF 2.1.0, for code scanning.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; sections in brackets.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from matchprep.report.formats.outcome import FailOn, Outcome
from matchprep.report.model import Finding

#: The final schema of the standard, by the address that its errata give it.
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(outcomes: Sequence[Outcome], fail_on: FailOn = "error") -> str:
    """Write outcomes as one SARIF log, a run each [3.13, 3.14].

    Args:
        outcomes: One, or one a provider or file.
        fail_on: From which severity on a pipeline stops; it changes nothing here.

    Returns:
        JSON.
    """
    del fail_on
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(one) for one in outcomes]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(outcome: Outcome) -> dict[str, Any]:
    findings = (*outcome.findings, *outcome.quality)
    rules = list({one.rule: one for one in findings}.values())
    places = {one.rule: place for place, one in enumerate(rules)}
    provider = outcome.provider
    return {
        "tool": {
            "driver": {
                "name": "matchprep",
                "version": version("matchprep"),
                "rules": [_rule(one) for one in rules],
            }
        },
        # One list may be held against several providers; each has its own category [3.17.3].
        "automationDetails": {"id": f"matchprep/{provider.id}/"},
        "invocations": [
            {"executionSuccessful": True, "startTimeUtc": outcome.started.strftime("%Y-%m-%dT%H:%M:%SZ")}
        ],
        "results": [_result(outcome, one, places[one.rule]) for one in findings],
        "properties": {"verdict": outcome.verdict, "provider": provider.id, "profile": provider.profile},
    }


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.says},
        "help": {"text": finding.do or finding.says},
        "properties": {"source": finding.source},
    }


def _result(outcome: Outcome, finding: Finding, place: int) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(outcome.path)},
            "region": {"startLine": outcome.line(finding)},
        }
    }
    if finding.rows:
        kind = "row" if outcome.rows is not None else "parameter"
        location["logicalLocations"] = [
            {"fullyQualifiedName": f"{kind} {row}", "kind": kind} for row in finding.rows
        ]
    return {
        "ruleId": finding.rule,
        "ruleIndex": place,
        "level": finding.severity,
        "message": {"text": outcome.told(finding)},
        "locations": [location],
        "partialFingerprints": {"matchprep/v1": _fingerprint(outcome, finding)},
    }


def _fingerprint(outcome: Outcome, finding: Finding) -> str:
    """Stay the same while the same rule is broken in the same file, however many rows break it [3.27.17]."""
    same = f"{outcome.path}\n{outcome.provider.id}\n{finding.rule}\n{finding.says}"
    return hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()[:32]
