"""The outcome of a check as annotations of GitHub Actions.

Workflow commands, one a line: `::error file=...,line=...,title=...::message`. GitHub shows ten of each kind
a step, so the worst stand first. Source: GitHub Docs, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

from collections.abc import Sequence

from matchprep.report.formats.outcome import FailOn, Outcome
from matchprep.report.model import Finding
from matchprep.report.words import shown

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(outcomes: Sequence[Outcome], fail_on: FailOn = "error") -> str:
    """Write outcomes as workflow commands.

    Args:
        outcomes: One, or one a provider or file.
        fail_on: From which severity on a pipeline stops; it changes nothing here.

    Returns:
        One line a verdict, one a finding, and one for each thing to look at in the values of a list.
    """
    del fail_on
    lines = [_verdict(outcome) for outcome in outcomes]
    lines += [_finding(outcome, finding) for outcome in outcomes for finding in outcome.findings]
    # NOTE: once a list, though several providers may be asked about it.
    values = {(one.path, finding): one for one in outcomes for finding in one.quality}
    lines += [_value(outcome, finding) for (_, finding), outcome in values.items()]
    return "".join(f"{line}\n" for line in lines)


def _verdict(outcome: Outcome) -> str:
    command = "notice" if outcome.provider.ready else "error"
    said = f"{outcome.verdict} for {outcome.provider.name}. {outcome.provider.verdict}".strip()
    return _command(command, outcome.path, 1, f"matchprep: {outcome.verdict}", said)


def _finding(outcome: Outcome, finding: Finding) -> str:
    title = f"{finding.rule} ({outcome.provider.id})"
    return _command(
        _COMMANDS[finding.severity], outcome.path, outcome.line(finding), title, outcome.told(finding)
    )


def _value(outcome: Outcome, finding: Finding) -> str:
    return _command(
        _COMMANDS[finding.severity], outcome.path, 1, f"values: {finding.rule}", outcome.told(finding)
    )


def _command(command: str, path: str, line: int, title: str, message: str) -> str:
    properties = f"file={_property(path)},line={line},title={_property(title)}"
    return f"::{command} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return shown(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
