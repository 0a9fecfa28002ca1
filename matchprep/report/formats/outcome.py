"""The least that every format shows of a check, whatever was checked: a list, or an audience document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from matchprep.report.model import Finding, Gain, Provider, Rejection, Rows, RunReport
from matchprep.report.part import Count, Part
from matchprep.report.words import counted, share

#: From which severity on a check fails.
FailOn = Literal["error", "warning", "never"]
FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)
_FAILING: Mapping[FailOn, frozenset[str]] = {
    "error": frozenset({"error"}),
    "warning": frozenset({"error", "warning"}),
    "never": frozenset(),
}
_ORDER = {"error": 0, "warning": 1, "note": 2}


class Outcome(Part):
    """One thing held against the rules of one provider."""

    path: str
    """What was checked, as the caller named it."""
    provider: Provider
    """Whose rules were asked."""
    findings: tuple[Finding, ...]
    """What they say, the worst first."""
    quality: tuple[Finding, ...] = ()
    """What somebody should look at in the values of a list, whoever it is for."""
    rows: Rows | None = None
    """Where the rows of a list went; null for a document."""
    rejections: tuple[Rejection, ...] = ()
    """Why rows were set aside, the commonest reason first."""
    gains: tuple[Gain, ...] = ()
    """What filling in one field would bring, the greatest gain first."""
    lines: Mapping[int, Count] = {}
    """For a document: the place of a parameter in its list -> the line it begins on."""
    started: dt.datetime
    """When the check began."""
    seconds: float = 0
    """How long it took."""

    @property
    def verdict(self) -> Literal["ready", "ready with warnings", "not ready"]:
        """Say it in a word or three."""
        if not self.provider.ready:
            return "not ready"
        warned = any(one.severity == "warning" for one in self.findings)
        return "ready with warnings" if warned else "ready"

    def place(self, finding: Finding) -> str:
        """Say where a finding stands: rows of the list, or parameters of the document.

        Args:
            finding: One of the findings.

        Returns:
            "row 3", "rows 3, 7, ...", "parameter 2", or nothing where the whole file is meant.
        """
        if not finding.rows:
            return ""
        name = "row" if self.rows is not None else "parameter"
        several = "s" if len(finding.rows) > 1 or finding.count > 1 else ""
        more = ", ..." if finding.count > len(finding.rows) else ""
        return f"{name}{several} {', '.join(map(str, finding.rows))}{more}"

    def told(self, finding: Finding) -> str:
        """Tell a finding in one line: what holds, where, and what to do.

        Args:
            finding: One of the findings.

        Returns:
            "A row needs an email. (12 rows, rows 3, 7, ...) Add the email."
        """
        counts = counted(finding.count, "row") if finding.count and self.rows is not None else ""
        where = ", ".join(part for part in (counts, self.place(finding)) if part)
        return " ".join(part for part in (finding.says, f"({where})" if where else "", finding.do) if part)

    def line(self, finding: Finding) -> int:
        """Say on which line a finding stands; the first, where only the whole file can be named.

        Records may span lines, so the line of a row is not known from its number; rows are named in words.
        """
        return next((self.lines[place] for place in finding.rows if place in self.lines), 1)

    def gain(self, gain: Gain) -> str:
        """Say what filling in one field would bring, against the rows that are usable now.

        Args:
            gain: One of the gains.

        Returns:
            "31 % more rows qualify", or "620 rows qualify" where none does now.
        """
        kept = self.rows.kept if self.rows else 0
        if not kept:
            return f"{gain.rows:,} {'row qualifies' if gain.rows == 1 else 'rows qualify'}"
        more = 100 * share(gain.rows, kept)
        said = f"{more:.0f}" if more >= 10 else f"{more:.1f}" if more >= 0.1 else "<0.1"
        return f"{said} % more rows qualify"


def outcome_of(report: RunReport) -> Outcome:
    """Take from the report of a walk what the formats show.

    Args:
        report: A report of a walk that had a provider.

    Returns:
        The outcome.

    Raises:
        ValueError: The walk had no provider.
    """
    if report.provider is None:
        msg = "only a walk for a provider has a verdict"
        raise ValueError(msg)
    people = report.options.get("people")
    return Outcome(
        path=people if isinstance(people, str) and people != "-" else report.source.file,
        provider=report.provider,
        findings=_worst_first(report.findings),
        quality=tuple(one for one in report.quality if one.severity == "warning"),
        rows=report.rows,
        rejections=report.rejections,
        gains=report.gains,
        started=report.started,
        seconds=round(sum(report.seconds.values()), 3),
    )


def outcome_of_document(
    path: str,
    provider: Provider,
    findings: Iterable[Finding],
    *,
    lines: Mapping[int, int],
    started: dt.datetime,
) -> Outcome:
    """Put together what the check of a document found.

    Args:
        path: The document, as the caller named it.
        provider: Whose rules were asked.
        findings: What they say; `rows` are places in the list of parameters.
        lines: Place of a parameter -> the line it begins on.
        started: When the check began.

    Returns:
        The outcome.
    """
    return Outcome(
        path=path, provider=provider, findings=_worst_first(findings), lines=lines, started=started
    )


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: _ORDER[one.severity]))


def fails(outcome: Outcome, fail_on: FailOn) -> bool:
    """Say whether an outcome stops a pipeline.

    Args:
        outcome: What was found.
        fail_on: From which severity on.

    Returns:
        Whether it does; a list that is not ready fails unless nothing shall.
    """
    failing = _FAILING[fail_on]
    return bool(failing) and (
        not outcome.provider.ready or any(one.severity in failing for one in outcome.findings)
    )


def is_failure(finding: Finding, fail_on: FailOn) -> bool:
    """Say whether one finding stops a pipeline."""
    return finding.severity in _FAILING[fail_on]


def nothing_fits(outcomes: Sequence[Outcome], fail_on: FailOn) -> bool:
    """Say whether a list that was held against all providers can be sent to none of them.

    Args:
        outcomes: One a provider.
        fail_on: From which severity on a provider counts as not fitting.

    Returns:
        Whether every one fails.
    """
    return all(fails(one, fail_on) for one in outcomes)
