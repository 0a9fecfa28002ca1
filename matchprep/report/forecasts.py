"""The forecast in a terminal: one provider from top to bottom, or several side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.report.figures import digits_of_forecast
from matchprep.report.model import Forecast, RunReport, Segment
from matchprep.report.summary import forecast_in_words, improvements, judgment
from matchprep.report.words import count, counted, percent, share, shown

#: So many kinds of a criterion are shown; JSON has all of them.
KINDS = 8
WEAK = "No reference: judgments from the list alone, much weaker than forecasts."
_TITLES = {
    "completeness": "By what is filled in",
    "fields": "By matching fields",
    "state": "By state",
}


def print_forecast(report: RunReport, console: Console) -> None:
    """Print a forecast as an analyst reads it: the number, how sure, of what, and for which rows.

    Args:
        report: Counts of the walk.
        console: Where to print.
    """
    console.print()
    for part in _parts(report, console):
        console.print(Padding(part, (0, 0, 1, 2)))


def _parts(report: RunReport, console: Console) -> Iterator[RenderableType]:
    yield _title(report)
    forecast = report.forecast
    if report.matchability:
        yield judgment(report.matchability)
        return
    if forecast is None:
        yield _refusal(report)
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Forecast", forecast_in_words(report, forecast, plain=console.options.ascii_only))
    table.add_row("People", _people(report, forecast))
    table.add_row("How sure", _doubts(forecast))
    table.add_row("Assumes", Text("\n".join(forecast.assumes)))
    if forecast.notes:
        table.add_row("Note", Text("\n".join(forecast.notes), style="yellow"))
    if report.improvements:
        table.add_row("Would raise it", improvements(report))
    yield table
    if report.provider_terms:
        yield _terms(report)
    for by, group in groupby(forecast.segments, lambda one: one.by):
        kinds = list(group)
        if len(kinds) > 1:
            yield _segments(by, kinds, digits_of_forecast(report))


def _title(report: RunReport) -> Text:
    rows = report.rows
    who = f"{report.provider.name}   " if report.provider else ""
    title = Text.assemble((who, "bold"), shown(report.source.file))
    aside = f", {count(rows.rejected)} set aside" if rows.rejected else ""
    return title.append(
        f"\n{counted(rows.read, 'row')} read, {count(rows.kept)} can be sent{aside}", style="dim"
    )


def _refusal(report: RunReport) -> RenderableType:
    why = report.no_forecast
    if why is None:
        return Text("No forecast: no row of the list can be sent.", style="bold yellow")
    says = Text.assemble((f"No forecast: {why.reason}.", "bold yellow"), f"\n{why.do}")
    return says.append("".join(f"\n{one}" for one in why.notes), style="yellow")


def _people(report: RunReport, forecast: Forecast) -> Text:
    unique = forecast.unique_matches
    says = Text()
    if unique is not None:
        again = max(forecast.expected_matches - unique, 0.0)
        says.append(f"about {count(unique)} different people will match")
        says.append(f"; {count(again)} of the rows repeat one of them" if again >= 0.5 else "")
    if report.persons:
        one = report.persons
        says.append(f"\n{counted(one.persons, 'person', 'people')} in the list")
        says.append(f", {count(one.duplicates)} rows repeat one")
    return says


def _doubts(forecast: Forecast) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, spread in sorted(forecast.doubts.items(), key=lambda one: -one[1]):
        table.add_row(f"±{spread * 100:.1f}", name)
    table.add_row("", Text("points of the rate, one standard deviation each", style="dim"))
    return table


def _terms(report: RunReport) -> RenderableType:
    name = report.provider.name if report.provider else "the provider"
    text = json.dumps(report.provider_terms, indent=2, ensure_ascii=False)
    return Group(Text(f"As {name} would answer", style="dim underline"), Text(text))


def _segments(by: str, kinds: Sequence[Segment], digits: int) -> Table:
    title = _TITLES.get(by, f"By {shown(by)}")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim underline", expand=False)
    table.add_column(title, overflow="fold", max_width=44, min_width=24)
    for name in ("Rows", "Match", "Between"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in kinds[:KINDS]:
        between = f"{percent(one.low, digits)} – {percent(one.high, digits)}"
        kind = Text(shown(one.kind.replace("_", " ") if by == "fields" else one.kind))
        if one.carried and by == "state":
            kind.append(" (as rows elsewhere)", style="dim")
        table.add_row(kind, count(one.rows), percent(one.match_rate, digits), between)
    if len(kinds) > KINDS:
        table.add_row(Text(f"{len(kinds) - KINDS} more with --json", style="dim"))
    return table


def print_comparison(reports: Sequence[RunReport], console: Console) -> None:
    """Print the forecasts of several providers side by side, the most matched rows first.

    Args:
        reports: One a provider, of the same list.
        console: Where to print.
    """
    first = reports[0]
    console.print()
    console.print(
        Padding(
            Text.assemble((shown(first.source.file), "bold"), f"   {counted(first.rows.read, 'row')} read"),
            (0, 0, 1, 2),
        )
    )
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim underline")
    table.add_column("Provider", no_wrap=True)
    for name in ("Can be sent", "Match", "Between", "Matched", "Of all"):
        table.add_column(name, justify="right", no_wrap=True)
    ordered = sorted(reports, key=lambda one: -(one.forecast.expected_matches if one.forecast else -1.0))
    for one in ordered:
        table.add_row(*_compared(one))
    console.print(Padding(table, (0, 0, 1, 2)))
    for one in ordered:
        if one.no_forecast and one.provider:
            says = Text.assemble(
                (f"{one.provider.name}: ", "bold"), f"{one.no_forecast.reason}. {one.no_forecast.do}"
            )
            console.print(Padding(says, (0, 0, 1, 2)))
    if first.matchability:
        console.print(Padding(Text(WEAK, style="yellow"), (0, 0, 1, 2)))
    shared = dict.fromkeys(
        line for one in ordered if one.forecast for line in (*one.forecast.assumes, *one.forecast.notes)
    )
    console.print(Padding(Text("\n".join(shared), style="dim"), (0, 0, 1, 2)))


def _compared(report: RunReport) -> tuple[str, ...]:
    name = report.provider.id if report.provider else ""
    kept, forecast = count(report.rows.kept), report.forecast
    if judged := report.matchability:
        between = f"{percent(judged.low)} – {percent(judged.high)}"
        return name, kept, "–", between, "–", "–"
    if forecast is None:
        return name, kept, "–", "no forecast", "–", "–"
    digits = digits_of_forecast(report)
    return (
        name,
        kept,
        percent(forecast.match_rate, digits),
        f"{percent(forecast.low, digits)} – {percent(forecast.high, digits)}",
        count(forecast.expected_matches),
        percent(share(forecast.expected_matches, report.rows.read)),
    )
