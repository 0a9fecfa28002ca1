"""The report in a terminal: what a person wants to know when the command ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.report.figures import digits_of_forecast
from matchprep.report.model import AtProvider, Finding, Forecast, Matchability, RunReport
from matchprep.report.words import algorithms, count, counted, field, percent, shown

#: So many reasons and findings are shown; the report has all of them.
SHOWN = 5
#: Width in characters of the bar of the forecast.
BAR_WIDTH = 40

_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def print_summary(report: RunReport, console: Console, *, out: Path | None = None) -> None:
    """Print what a walk found, in the height of one screen.

    Args:
        report: Counts of the walk.
        console: Where to print.
        out: The folder that was written into; null when nothing was written.
    """
    plain = console.options.ascii_only
    parts = [_verdict(report, plain=plain), _facts(report, plain=plain)]
    findings = [finding for finding in report.findings if finding.severity != "note"]
    if findings:
        parts.append(_findings(findings))
    if out is not None:
        parts.append(_written(out, report))
    console.print()
    for part in parts:
        console.print(Padding(part, (0, 0, 1, 2)))


def _verdict(report: RunReport, *, plain: bool) -> RenderableType:
    name, provider = Text(shown(report.source.file), style="bold"), report.provider
    if provider is None:
        if report.match is None:
            return name
        found = f"{count(report.match.matched)} of {counted(report.match.rows, 'row')} found in the reference"
        return Group(name, Text(found))
    sign, style = ("ok", "bold green") if provider.ready else ("x", "bold red")
    sign = sign if plain else {"ok": "✓", "x": "✗"}[sign]
    verdict = Text.assemble(
        (f"{sign} {'Ready' if provider.ready else 'Not ready'} for {provider.name}", style), "   ", name
    )
    return Group(verdict, Text(shown(provider.verdict))) if provider.verdict else verdict


def _facts(report: RunReport, *, plain: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = report.rows
    table.add_row(
        "Rows", f"{count(rows.read)} read, {count(rows.kept)} kept, {count(rows.rejected)} set aside"
    )
    if report.forecast:
        table.add_row("Forecast", forecast_in_words(report, report.forecast, plain=plain))
    if report.no_forecast:
        table.add_row("Forecast", Text(f"none: {report.no_forecast.reason}\n{report.no_forecast.do}"))
    if report.matchability:
        table.add_row("Judgment", judgment(report.matchability))
    if report.match and report.provider:
        match = report.match
        table.add_row(
            "Matching",
            f"{count(match.matched)} matched, {count(match.unmatched)} too unsure, "
            f"{count(match.no_candidate)} without any candidate",
        )
    if report.at_provider:
        table.add_row("Of these", _at_provider(report.at_provider))
    if report.improvements:
        table.add_row("Would raise it", improvements(report))
    if report.rejections:
        table.add_row("Set aside", _rejections(report))
    if report.quality:
        table.add_row("Values", _quality(report.quality))
    if report.sealed:
        sealed = report.sealed
        how = f"hashed with {algorithms(sealed.hash)}" if sealed.hash else "in clear text"
        table.add_row(
            "Sealed", f"{counted(sealed.rows, 'row')}, {counted(len(sealed.columns), 'column')}, {how}"
        )
    return table


def _at_provider(at: AtProvider) -> str:
    people = f"{count(at.expected_people)} people expected in the reference"
    if at.untold:
        lacking = ", ".join(field(one) for one in at.untold)
        return f"{people}; it does not hold {lacking}, so the forecast is an upper limit"
    whom = "agree" if at.matches == "the person" else "rows agree with anybody"
    return f"{people}; {count(at.expected_matches)} {whom} on what the provider requires"


def forecast_in_words(report: RunReport, forecast: Forecast, *, plain: bool) -> RenderableType:
    """Say a forecast in three lines: the rate, its interval, and a picture of both.

    Args:
        report: Counts of the walk.
        forecast: Its forecast.
        plain: Draw with ASCII only.

    Returns:
        The lines.
    """
    digits = digits_of_forecast(report)
    rate, low, high = (percent(one, digits) for one in (forecast.match_rate, forecast.low, forecast.high))
    says = Text.assemble(
        (f"{rate} of the rows kept will match", "bold"),
        f", about {count(forecast.expected_matches)} of {count(report.rows.kept)}\n",
        f"{low} to {high}, with a probability of {percent(forecast.level)}\n",
    )
    if forecast.corrected_by:
        before = percent(forecast.uncorrected or 0, digits)
        says.append(f"corrected by {counted(forecast.corrected_by, 'recorded outcome')}; {before} without\n")
    return says.append_text(_interval(forecast, plain=plain))


def _interval(forecast: Forecast, *, plain: bool) -> Text:
    """Draw the scale from 0 to 100 %: sure, perhaps, and surely not."""
    sure, perhaps = round(forecast.low * BAR_WIDTH), round(forecast.high * BAR_WIDTH)
    signs = ("#", "=", ".") if plain else ("█", "▒", "·")
    widths = (sure, perhaps - sure, BAR_WIDTH - perhaps)
    styles = ("blue", "blue", "dim")
    return Text.assemble(
        *((sign * width, style) for sign, width, style in zip(signs, widths, styles, strict=True))
    )


def _rejections(report: RunReport) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for reason in report.rejections[:SHOWN]:
        table.add_row(count(reason.rows), Text(shown(reason.reason)))
    if len(report.rejections) > SHOWN:
        more = counted(len(report.rejections) - SHOWN, "more reason")
        table.add_row("", Text(f"{more} in the report", style="dim"))
    return table


def judgment(judged: Matchability) -> Text:
    """Say what the list alone allows, and how little that is.

    Args:
        judged: The judgment.

    Returns:
        It in words.
    """
    says = Text.assemble(
        (f"{percent(judged.low)} to {percent(judged.high)} of the rows to be sent may match", "bold"),
        f": without a reference, a judgment from the list alone\n{count(judged.one_person)} rows tell one"
        f" person, {count(judged.few_people)} a few, {count(judged.many_people)} many people\n",
    )
    for one in judged.requirements[:SHOWN]:
        names = " + ".join(field(name) for name in one.fields)
        says.append(f"{count(one.rows)} have {names}\n", style="dim")
    says.right_crop(1)
    return says


def improvements(report: RunReport) -> Table:
    """Lay out what would raise the match rate.

    Args:
        report: Counts of the walk.

    Returns:
        The greatest gains, one a line.
    """
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for one in report.improvements[:SHOWN]:
        says = Text(shown(one.cause))
        says.append(f" ({counted(one.rows, 'row')}; {count(one.low)} to {count(one.high)} matches)", "dim")
        table.add_row(f"+{count(one.gain)}", says)
    return table


def _quality(quality: Sequence[Finding]) -> Text:
    """Count what was mended and name the first things to look at; the report has all of them."""
    look = [shown(one.says) for one in quality if one.severity == "warning"]
    other = len(quality) - len(look)
    says = Text(
        f"{counted(other, 'kind')} of trouble mended or noted, {counted(len(look), 'thing')} to look at"
    )
    for one in look[:2]:
        says.append(f"\n{one}", style="yellow")
    if len(look) > 2:
        says.append(f"\n{count(len(look) - 2)} more to look at, in the report", style="dim")
    return says


def _findings(findings: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings[:SHOWN]:
        says = Text(shown(finding.says))
        if finding.count:
            says.append(f" ({counted(finding.count, 'row')})", style="bold")
        if finding.do:
            says.append(f"\n{shown(finding.do)}", style="dim")
        table.add_row(Text(finding.severity, style=_STYLES[finding.severity]), says)
    if len(findings) > SHOWN:
        table.add_row("", Text(f"{count(len(findings) - SHOWN)} more in the report", style="dim"))
    return table


def _written(out: Path, report: RunReport) -> RenderableType:
    meanings = {
        "report.html": "this summary as a page for people",
        "report.json": "the same for machines",
        "rejects.csv": "rows set aside, with their reasons",
        "matches.csv": "who was found, and how surely",
        "manifest.json": "what it takes to run this again",
    }
    if report.sealed:
        meanings = {report.sealed.file: "the file to send"} | meanings
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(style="dim")
    for name, meaning in meanings.items():
        if (out / name).exists():
            table.add_row(f"  {name}", meaning)
    return Group(Text.assemble("Written to ", (str(out), "bold")), table)
