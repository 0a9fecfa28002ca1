"""The outcome of a check for a terminal: the verdict first, then what to do, the worst first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from matchprep.report.formats.outcome import FailOn, Outcome
from matchprep.report.formats.overview import HEADINGS, overview
from matchprep.report.model import Finding
from matchprep.report.words import count, counted, field, shown

#: Lines are folded at this width.
WIDTH = 100
#: So many gains and reasons are named.
_SHOWN = 3


def render(outcomes: Sequence[Outcome], fail_on: FailOn = "error") -> str:
    """Write outcomes for a person at a terminal.

    Args:
        outcomes: One, or one a provider or file.
        fail_on: From which severity on a pipeline stops; it changes nothing here.

    Returns:
        Lines of plain text; the first one holds the verdict.
    """
    del fail_on
    by_provider = len({one.provider.id for one in outcomes}) > 1
    parts = [_table(outcomes)] if by_provider else [_one(outcome) for outcome in outcomes]
    return "\n".join(parts)


def _one(outcome: Outcome) -> str:
    return "\n".join(line.rstrip() for line in _lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    provider = outcome.provider
    way = f", profile {provider.profile}" if provider.profile else ""
    yield f"{outcome.verdict}: {shown(outcome.path)} for {provider.name}{way}"
    if provider.verdict:
        yield shown(provider.verdict)
    if outcome.rows is not None:
        rows = outcome.rows
        yield f"{counted(rows.read, 'row')} read, {count(rows.kept)} usable, {count(rows.rejected)} set aside"
    for reason in outcome.rejections[:_SHOWN]:
        yield f"  {count(reason.rows):>9}  {shown(reason.reason)}"
    if more := len(outcome.rejections[_SHOWN:]):
        yield f"  {'':>9}  and {counted(more, 'other reason')}: --format json names all"
    for finding in outcome.findings:
        yield ""
        yield from _finding(outcome, finding)
    if outcome.quality:
        yield ""
        yield "Values to look at, whoever the list is for"
    for finding in outcome.quality:
        yield from _finding(outcome, finding)
    if outcome.gains:
        yield ""
        yield "What would help most"
        for gain in outcome.gains[:_SHOWN]:
            yield f"  add {field(gain.field)}: {outcome.gain(gain)}"


def _finding(outcome: Outcome, finding: Finding) -> Iterator[str]:
    where = ", ".join(
        part
        for part in (
            counted(finding.count, "row") if finding.count and outcome.rows else "",
            outcome.place(finding),
        )
        if part
    )
    says = f"{shown(finding.says)} ({where})" if where else shown(finding.says)
    yield from _folded(f"{finding.severity:8} {finding.rule}: ", says)
    if finding.do:
        yield from _folded("         -> ", shown(finding.do))
    if finding.source and finding.source != "matchprep":
        yield from _folded("         ", f"[{shown(finding.source)}]")


def _folded(start: str, text: str) -> list[str]:
    indent = " " * (12 if start.strip() == "->" else 9)
    return textwrap.wrap(start + text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _table(outcomes: Sequence[Outcome]) -> str:
    """One line a provider; what is missing and what would help stand below it where there is much to say."""
    ready = [one for one in outcomes if one.provider.ready]
    lines = [f"{shown(outcomes[0].path)}: ready for {len(ready)} of {len(outcomes)} providers", ""]
    table = [HEADINGS[:3], *(row[:3] for row in map(overview, outcomes))]
    widths = [max(len(row[place]) for row in table) for place in range(3)]
    for number, row in enumerate(table):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
        if number:
            *_, missing, helps = overview(outcomes[number - 1])
            for label, said in (("missing: ", missing), ("would help: ", helps)):
                lines += (
                    textwrap.wrap(label + said, WIDTH - 4, initial_indent="    ", subsequent_indent="      ")
                    if said
                    else []
                )
    return "\n".join(lines) + "\n"
