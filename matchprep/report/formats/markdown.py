"""The outcome of a check as Markdown: a comment on a pull request, or the summary of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matchprep.report.formats.outcome import FailOn, Outcome
from matchprep.report.formats.overview import HEADINGS, overview
from matchprep.report.model import Finding
from matchprep.report.words import count, counted, field, shown

_SIGNS = {"ready": "✅", "ready with warnings": "⚠️", "not ready": "❌"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~@])")


def render(outcomes: Sequence[Outcome], fail_on: FailOn = "error") -> str:
    """Write outcomes as GitHub-flavored Markdown.

    Args:
        outcomes: One, or one a provider or file.
        fail_on: From which severity on a pipeline stops; it changes nothing here.

    Returns:
        The text; a stranger's words in it are escaped, so that they neither format nor mention.
    """
    del fail_on
    if len({one.provider.id for one in outcomes}) > 1:
        return "\n".join([_heading(outcomes), "", *_grid(HEADINGS, [overview(one) for one in outcomes]), ""])
    return "\n".join("\n".join(_one(outcome)) for outcome in outcomes)


def _heading(outcomes: Sequence[Outcome]) -> str:
    ready = sum(one.provider.ready for one in outcomes)
    return f"## {_plain(outcomes[0].path)}: ready for {ready} of {len(outcomes)} providers"


def _one(outcome: Outcome) -> Iterator[str]:
    provider = outcome.provider
    yield f"## {_SIGNS[outcome.verdict]} {outcome.verdict}: {_plain(outcome.path)} for {provider.name}"
    yield ""
    if provider.verdict:
        yield f"{_plain(provider.verdict)}"
        yield ""
    if outcome.rows is not None:
        rows = outcome.rows
        read = counted(rows.read, "row")
        yield f"{read} read, {count(rows.kept)} usable, {count(rows.rejected)} set aside."
        yield ""
    if outcome.findings:
        headings = ("", "rule", "what", "what to do", "where")
        yield from _grid(headings, [_finding(outcome, one) for one in outcome.findings])
        yield ""
    if outcome.quality:
        yield from _grid(
            ("values to look at", "what to do", "where"),
            [_finding(outcome, one)[2:] for one in outcome.quality],
        )
        yield ""
    if outcome.gains:
        said = "; ".join(f"{field(one.field)}: {outcome.gain(one)}" for one in outcome.gains)
        yield f"**What would help most**: add {said}."
        yield ""


def _finding(outcome: Outcome, finding: Finding) -> tuple[str, ...]:
    where = outcome.place(finding) or (counted(finding.count, "row") if finding.count else "file")
    return (finding.severity, finding.rule, finding.says, finding.do, where)


def _grid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *([_plain(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _plain(text: str) -> str:
    """Escape what Markdown would take for more than text."""
    return _SPECIAL.sub(r"\\\1", shown(text))
